"""The Issue Summary: what users saw and when, how bad it was, the cause, and the first action items."""

from __future__ import annotations

from typing import Final

import pandas as pd

from pmkit.analysis.rows import route_name
from pmkit.core.markdown import bullets, escape
from pmkit.core.wording import clock, count, day, duration, percent, plural, seconds, zone_name
from pmkit.findings.contract_types import utc
from pmkit.findings.findings import Findings
from pmkit.findings.rung_words import describe_beside
from pmkit.reports.cause_section import pointer

MOST_ACTION_ITEMS: Final = 3


def issue_summary(findings: Findings) -> str:
    """Write at most five sentences in three paragraphs: what users saw and when, how bad it was, and the cause."""
    file = findings.incident.file
    seen = [_ended(file.what_happened)] if file.what_happened else []
    paragraphs = [[*seen, _when(findings)], [_how_bad(findings), *_other_losses(findings)], [_cause(findings)]]
    return "\n\n".join(escape(" ".join(sentences)) for sentences in paragraphs)


def extent(findings: Findings) -> str:
    """Write when the impact was and how many requests failed, or that there was none, or that it cannot be determined."""
    return escape(f"{_when(findings)} {_how_bad(findings)}")


def first_action_items(findings: Findings) -> str | None:
    """Write the most urgent action items, for readers of the first page; None where there are none yet."""
    ordered = sorted(findings.incident.file.measures, key=lambda item: (item.priority, item.due))
    if not ordered:
        return None
    shown = []
    for item in ordered[:MOST_ACTION_ITEMS]:
        state = "done" if item.status == "done" else f"due {item.due:%d %b %Y}"
        shown.append(f"{escape(item.action.rstrip('.'))} ({escape(item.owner)}, {state}).")
    more = f" The first {count(len(shown))} of {count(len(ordered))} action items:" if len(ordered) > len(shown) else ""
    return f"**What we are doing about it.**{more}\n\n{bullets(shown)}"


def _ended(text: str) -> str:
    return text if text.rstrip().endswith((".", "!", "?", "…")) else f"{text.rstrip()}."


def _when(findings: Findings) -> str:
    impact, zone, times = findings.impact, findings.zone, findings.incident.file.times
    medium = impact.measured_on.medium
    if not impact.detected:
        return _when_not_detected(findings)
    start = utc(findings.incident.local(times.started_at)) if times.started_at else impact.start
    end = utc(findings.incident.local(times.ended_at)) if times.ended_at else impact.end
    confirmed = times.started_at is not None and times.ended_at is not None
    until = clock(end, zone) if day(start, zone) == day(end, zone) else _full(findings, end)
    length = duration((end - start).total_seconds())
    basis = f"{zone_name(start, zone)}, {'confirmed' if confirmed else f'as detected from the {medium}'}"
    began = f"{clock(start, zone)}{_in_utc(findings, start)} on {day(start, zone)}"
    if impact.ongoing and not times.ended_at:
        return f"The impact began at {began} and had not ended {length} later, when the {medium} end at {until} ({basis})."
    if impact.began_before and not times.started_at:
        return f"The impact had already begun when the {medium} start at {began}, and ended {length} later at {until} ({basis})."
    return f"The impact lasted {length}, from {began} to {until} ({basis})."


def _when_not_detected(findings: Findings) -> str:
    """Write that the data show no impact, or why they cannot show one, next to the times that people confirmed."""
    impact, zone, times = findings.impact, findings.zone, findings.incident.file.times
    end_of_data = f"{clock(impact.data_end, zone)} ({zone_name(impact.data_end, zone)})"
    medium, span = impact.measured_on.medium, f"between {_full(findings, impact.data_start)} and {end_of_data}"
    if times.started_at and times.ended_at:
        start, end = (utc(findings.incident.local(at)) for at in (times.started_at, times.ended_at))
        length, basis = duration((end - start).total_seconds()), f"{zone_name(start, zone)}, confirmed"
        shown = f"cannot show one: {impact.undetermined}" if impact.undetermined else "show none"
        confirmed = f"from {_full(findings, start)} to {_full(findings, end)} ({basis})"
        return f"The impact lasted {length}, {confirmed}, but the {medium} {span} {shown}."
    if impact.undetermined:
        return f"Whether there was an impact {span} cannot be determined from the {medium}: {impact.undetermined}."
    return f"No impact was found in the {medium} {span}."


def _in_utc(findings: Findings, at: pd.Timestamp) -> str:
    """Write a time in UTC, in brackets, for readers elsewhere; empty if the report is in UTC."""
    in_utc = at.tz_convert("UTC")
    return "" if at.astimezone(findings.zone).utcoffset() == in_utc.utcoffset() else f" ({in_utc:%H:%M:%S} UTC)"


def _full(findings: Findings, at: pd.Timestamp) -> str:
    return f"{clock(at, findings.zone)} on {day(at, findings.zone)}"


def _how_bad(findings: Findings) -> str:
    impact = findings.impact
    unit = impact.measured_on.unit
    if impact.undetermined and not impact.failed_requests:
        return "Add exports of requests, or of events with a severity, to find out."
    if unit in ("alert", "event") or (unit == "sample" and impact.detected):
        return _without_requests(findings)
    counts = f"{count(impact.failed_requests)} of {count(impact.requests)}"
    share = f"{percent(impact.error_ratio)} of {unit}s {impact.impaired.verb} ({counts})"
    if not impact.detected:
        return f"In this period {share}{'' if impact.undetermined else ', which is no more than usual'}{_beside(findings)}."
    if not impact.failed_requests:
        return f"None of the {plural(impact.requests, 'request')} in this period failed."
    peak = f"peaking at {percent(impact.peak_error_ratio)} in one minute"
    clients = f"; {plural(impact.clients_affected, 'client')} saw a failure" if impact.clients_affected else ""
    return f"During the impact {share}, {peak}{_most_failures(findings)}{clients}."


def _without_requests(findings: Findings) -> str:
    """Write how bad it was where alerts, events or samples of metrics decide."""
    impact = findings.impact
    if impact.measured_on.unit == "alert":
        return "How much failed is not known, because the exports contain neither logs nor metrics of failures."
    if impact.measured_on.unit == "event":
        events = plural(impact.failed_requests, "error event")
        has_requests = any(reading.rung == "requests" for reading in findings.rungs)
        rate = "no more failed requests than usual" if has_requests else "no requests from which to calculate a failure rate"
        return f"The logs contain {events} in this period, and {rate}{_beside(findings)}."
    worst = impact.routes.iloc[0]
    metrics = f"{plural(len(impact.routes), 'metric')} of errors, latency or availability"
    bad = f"{percent(impact.error_ratio)} of the samples of {metrics} were bad"
    most = f"{count(impact.failed_requests)} of {count(impact.requests)}, most of them of {worst['http_route']}"
    return f"In this period {bad} ({most}); metrics are counted {impact.measured_on.reason()}."


def _beside(findings: Findings) -> str:
    """Write what other evidence shows where no impact was found, as further clauses of a sentence."""
    if findings.impact.detected:
        return ""
    sentences = describe_beside(findings.rungs, findings.impact, findings.zone)
    return "".join(f"; {sentence[0].lower()}{sentence[1:-1]}" for sentence in sentences)


def _most_failures(findings: Findings) -> str:
    impact = findings.impact
    worst = impact.routes.iloc[0]
    where = route_name(worst)
    if not where or len(impact.routes) <= 1:
        return ""
    share = f"{percent(worst['error_ratio'])} of its {impact.measured_on.noun}s {impact.impaired.verb}"
    return f"; {where} had the most failures: {share}"


def _other_losses(findings: Findings) -> list[str]:
    """Return at most one sentence about what else was lost: latency, traffic, error budget and data."""
    impact, file = findings.impact, findings.incident.file
    losses = []
    if impact.detected and "latency" in impact.signals and {"baseline", "during"} <= set(impact.latency.index):
        baseline, during = (float(impact.latency["p95_s"][part]) for part in ("baseline", "during"))
        verb = "rose" if during > baseline else "went"
        losses.append(f"95th-percentile latency {verb} from {seconds(baseline)} to {seconds(during)}")
    if impact.lost_requests:
        losses.append(f"about {count(float(f'{impact.lost_requests:.2g}'))} expected requests never arrived")
    if impact.error_budget_spent is not None and file.slo and impact.failed_requests:
        budget = f"the {file.slo.window_days}-day error budget for the {percent(file.slo.availability)} SLO"
        losses.append(f"{percent(impact.error_budget_spent)} of {budget} was spent")
    if file.data_loss:
        losses.append(file.data_loss.rstrip(". "))
    if not losses:
        return []
    joined = "; ".join(loss if loss[1:2].isupper() else f"{loss[0].lower()}{loss[1:]}" for loss in losses)
    return [f"{joined[0].upper()}{joined[1:]}."]


def _cause(findings: Findings) -> str:
    file = findings.incident.file
    if file.root_cause_summary:
        return _ended(file.root_cause_summary)
    if not findings.suspects:
        return "The root cause is not yet confirmed."
    evidence = f"the strongest evidence points to the {pointer(findings, findings.suspects[0])}"
    return f"The root cause is not yet confirmed; {evidence}."
