"""When the impact was, in words: one window or several, confirmed or detected, or why it is not known."""

from __future__ import annotations

from typing import Final

import pandas as pd

from pmkit.analysis.impact.impact_windows import ImpactWindow
from pmkit.core.wording import count, day, duration, listing, zone_name
from pmkit.findings.confirmed_facts_in_utc import confirmed_start
from pmkit.findings.findings import Findings

MOST_WINDOWS: Final = 4


def describe_period(findings: Findings) -> str:
    """Write when the impact was, or as much as is known about that."""
    impact = findings.impact
    if not impact.detected:
        return _when_not_known(findings)
    if len(impact.windows) > 1:
        return _several_windows(findings)
    clock, zone, medium = findings.clock, findings.zone, impact.measured_on.medium
    until = clock(impact.end) if clock.is_exact(impact.end) else clock.full(impact.end)
    until = until if day(impact.start, zone) == day(impact.end, zone) else clock.full(impact.end)
    exact = clock.is_exact(impact.start) and clock.is_exact(impact.end)
    length = f"{'' if exact else 'about '}{duration(impact.duration_s)}"
    basis = f"{zone_name(impact.start, zone)}, {_basis(findings)}"
    start = clock.full(impact.start).replace(" on ", f"{_in_utc(findings, impact.start)} on ", 1)
    if impact.ongoing:
        return f"The impact began at {start} and had not ended {length} later, when the {medium} end at {until} ({basis})."
    if impact.began_before:
        return f"The impact had already begun when the {medium} start at {start}, and ended {length} later at {until} ({basis})."
    return f"The impact lasted {length}, from {start} to {until} ({basis}){_unseen(findings)}."


def _basis(findings: Findings) -> str:
    """Write where start and end come from: people or the data."""
    impact = findings.impact
    detected = f"as detected from the {impact.measured_on.medium}"
    if impact.start_confirmed and impact.end_confirmed:
        return "confirmed"
    if impact.start_confirmed:
        return f"start confirmed, end {detected}"
    return f"end confirmed, start {detected}" if impact.end_confirmed else detected


def _several_windows(findings: Findings) -> str:
    """Write how often and for how long users were affected; the time between the windows does not count."""
    impact, clock = findings.impact, findings.clock
    exact = all(clock.is_exact(at) for span in impact.spans for at in span)
    shown = [f"{window_span(findings, window)} ({duration(window.duration_s)})" for window in impact.windows[:MOST_WINDOWS]]
    more = len(impact.windows) - len(shown)
    listed = listing([*shown, *([f"{count(more)} more"] if more else [])])
    length = f"{'' if exact else 'about '}{duration(impact.duration_s)}"
    basis = f"{zone_name(impact.start, findings.zone)}, {_basis(findings)}"
    first = f"the first on {day(impact.start, findings.zone)}"
    windows = f"{count(len(impact.windows))} windows of impact, {first}, {length} in all"
    return f"There were {windows}: {listed} ({basis}){_unseen(findings)}."


def _unseen(findings: Findings) -> str:
    """Write that the data do not show what people confirmed; empty if they do, or if there are none."""
    impact = findings.impact
    if impact.by_data or not impact.measured:
        return ""
    shown = f"cannot show one: {impact.undetermined}" if impact.undetermined else "show none"
    return f", but the {impact.measured_on.medium} {_period_of_data(findings)} {shown}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _period_of_data(findings: Findings) -> str:
    impact, clock = findings.impact, findings.clock
    last = clock.full(impact.data_end) if clock.several_days else clock(impact.data_end)
    return f"between {clock.full(impact.data_start)} and {last} ({zone_name(impact.data_end, findings.zone)})"


def _when_not_known(findings: Findings) -> str:
    """Write that the data show no impact, or why they cannot show one, and as much of its time as people know."""
    impact, times = findings.impact, findings.incident.file.times
    start = confirmed_start(findings.incident)
    if start is not None:
        end = "when it ended is not known" if "ended_at" in times.not_known else "when it ended has not been confirmed yet"
        return f"The impact began at {findings.clock.full(start)} ({zone_name(start, findings.zone)}, confirmed); {end}."
    if not impact.measured:
        if "started_at" in times.not_known:
            return "When the impact began is not known."
        return f"{_capital(impact.undetermined or '')}, and nobody has confirmed yet when the impact began and ended."
    if impact.undetermined:
        unknown = f"cannot be determined from the {impact.measured_on.medium}: {impact.undetermined}"
        return f"Whether there was an impact {_period_of_data(findings)} {unknown}."
    return f"No impact was found in the {impact.measured_on.medium} {_period_of_data(findings)}."


def _in_utc(findings: Findings, at: pd.Timestamp) -> str:
    """Write a time in UTC, in brackets, for readers elsewhere; empty if the report is in UTC."""
    in_utc = at.tz_convert("UTC")
    return "" if at.astimezone(findings.zone).utcoffset() == in_utc.utcoffset() else f" ({findings.clock.in_utc(at)} UTC)"


def window_span(findings: Findings, window: ImpactWindow) -> str:
    """Return the start and the end of a window."""
    return f"{findings.clock(window.start)} to {end_of(findings, window.start, window.end)}"


def end_of(findings: Findings, start: pd.Timestamp, end: pd.Timestamp) -> str:
    """Return the end of a span; it has no day if it is that of the start."""
    clock, zone = findings.clock, findings.zone
    same_day = day(start, zone) == day(end, zone) and clock.is_exact(end)
    return clock.time_of_day(end) if same_day else clock(end)
