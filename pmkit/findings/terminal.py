"""The findings as plain text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmkit.analysis.causes.attribution import describe_parts
from pmkit.analysis.causes.first_signs import describe_sign
from pmkit.analysis.causes.suspects import LIKELY
from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.impact.impact_windows import ImpactWindow
from pmkit.analysis.impact.measuring_point import MOST_NAMED
from pmkit.analysis.response import timeline
from pmkit.analysis.rows import evidence, route_name
from pmkit.core.wording import count, day, duration, listing, percent, plural, short, zone_name
from pmkit.findings import data_quality
from pmkit.findings.findings import Findings
from pmkit.findings.history import describe_not_compared
from pmkit.findings.rung_words import describe_beside
from pmkit.findings.trace_words import describe_traces

# At most this many suspects are listed.
MAX_SUSPECTS: Final = 5


def text(findings: Findings) -> str:
    """Return the findings as plain text."""
    sections = [
        _title,
        _impact,
        _response,
        _causes,
        _traces,
        _suspects,
        _signs,
        _earlier_incidents,
        _not_compared,
        _timeline,
        _exports,
    ]
    blocks = ["\n".join(section(findings)) for section in sections]
    return "\n\n".join(block for block in blocks if block)


def impact_in_short(findings: Findings) -> list[str]:
    """Return when the impact was and, if that is known, how bad; or why there is none."""
    lines = [line.strip() for line in _impact(findings)]
    windows = len(findings.impact.windows)
    how_bad = 1 + (windows if windows > 1 else 0)
    shown = [lines[0], *lines[how_bad : how_bad + 1]] if findings.impact.detected else lines[:1]
    return [shown[0].replace("Impact       ", "Impact: "), *shown[1:]]


def _title(findings: Findings) -> Iterator[str]:
    yield f"{findings.incident.id}  {findings.incident.file.title}"
    yield from (f"  {problem}; left out" for problem in findings.incident.problems())


def _response(findings: Findings) -> Iterator[str]:
    if not any(findings.response.at(step) for step in findings.response.steps) and not findings.impact.detected:
        return
    yield "Response"
    for step, moment in findings.response.steps.items():
        after = findings.response.time_to(step)
        at = findings.response.at(step)
        reason = moment.reason if moment.status == "recorded" else f"{moment.status}: {moment.reason}"
        when = f"{findings.clock(at)}  " if at is not None and moment.status == "recorded" else ""
        late = f"{_after(after)}, " if after is not None else ""
        yield f"  {step:13} {when}{late}{reason}"


def _causes(findings: Findings) -> Iterator[str]:
    if len(findings.parts):
        yield describe_parts(findings.parts, findings.impact.impaired)


def _traces(findings: Findings) -> Iterator[str]:
    if findings.traces is not None:
        yield "Traces"
        yield from (f"  {sentence}" for sentence in (*describe_traces(findings.traces), *findings.traces.doubts))


def _suspects(findings: Findings) -> Iterator[str]:
    if not findings.ranked_suspects:
        return
    is_unexplained = findings.unexplained is not None and findings.unexplained > 1 - LIKELY
    yield f"Suspects{'; no change explains it well' if is_unexplained else ''}"
    for suspect in findings.ranked_suspects[:MAX_SUSPECTS]:
        yield f"  {suspect.rank}. {short(suspect.summary, 100)}"
        yield f"     {'; '.join(suspect.reasons)} ({', '.join(suspect.evidence)})"


def _signs(findings: Findings) -> Iterator[str]:
    signs = findings.first_signs.head(MAX_SUSPECTS)
    if len(signs):
        yield "First signs, which the services had never logged before"
        for _, row in signs.iterrows():
            yield f"  {findings.clock(row['first_seen'])}  {describe_sign(row)} ({evidence(row)})"


def _earlier_incidents(findings: Findings) -> Iterator[str]:
    if findings.seen_before:
        yield "Seen before"
        for match in findings.seen_before:
            yield f"  {match.incident}, {day(match.at, findings.zone)}: {'; '.join(match.reasons)}"


def _not_compared(findings: Findings) -> Iterator[str]:
    yield from describe_not_compared(findings)
    if findings.not_read:
        yield "  `pmkit trends` reads all incidents of the folder"


def _timeline(findings: Findings) -> Iterator[str]:
    if not findings.entries:
        return
    yield "Timeline"
    entries = timeline.select_entries(findings.entries, findings.impact)
    for entry in entries:
        yield f"  {findings.clock(entry.at) if entry.is_dated else 'not known'}  {short(entry.text, 110)}"
    omitted = timeline.describe_omitted(findings.entries, entries)
    if omitted:
        yield f"  {omitted}"


def _exports(findings: Findings) -> Iterator[str]:
    if not findings.exports:
        yield "There are no exports; put those that you have into the incident's folder, compressed or not."
        return
    yield "Read"
    rows = data_quality.group_exports(findings.exports)
    below: dict[str, list[str]] = {row.source: [] for row in rows if not row.others}
    shared = []
    for text, sources in data_quality.sources_by_remark(findings.exports).items():
        if len(sources) == 1 and sources[0] in below:
            below[sources[0]].append(f"    {short(text, 300)}")
        else:
            shared.append(f"  {listing(sources, MOST_NAMED)}: {short(text, 300)}")
    for row in rows:
        rejected = f", {count(row.rejected)} rejected" if row.rejected else ""
        read = plural(row.lines, row.unit.removesuffix("s"))
        others = f" and {count(row.others)} more of its kind" if row.others else ""
        counts = "left out" if row.is_left_out else f"{plural(row.events, 'event')} of {read}{rejected}"
        yield f"  {row.source}{others}: {row.format}, {counts}"
        yield from below.get(row.source, ())
    yield from shared


def _after(seconds: float) -> str:
    return f"{duration(abs(seconds))} {'after' if seconds >= 0 else 'before'} onset"


def _extent(findings: Findings) -> Iterator[str]:
    """Yield when the impact was, and its windows if there are several."""
    impact, zone = findings.impact, findings.zone
    end = "ongoing at the end of the data" if impact.ongoing else findings.clock(impact.end)
    begin = f"before {findings.clock(impact.start)}" if impact.began_before else findings.clock(impact.start)
    confirmed = ", confirmed" if impact.start_confirmed and impact.end_confirmed else ""
    several = len(impact.windows) > 1
    extent = f"{count(len(impact.windows))} windows" if several else f"{begin} to {end}"
    when = f"{day(impact.start, zone)}, {extent} ({zone_name(impact.start, zone)})"
    about = "" if all(findings.clock.is_exact(at) for span in impact.spans for at in span) else "about "
    yield f"Impact       {when}, {about}{duration(impact.duration_s)}{confirmed}"
    yield from (_window(findings, window) for window in impact.windows if several)


def _counts(findings: Findings, total: str) -> Iterator[str]:
    """Yield what was counted in logs or metrics."""
    impact = findings.impact
    if not impact.measured:
        if impact.measured_on.unit == "alert":
            yield "  how much failed is not known: nothing to count"
        return
    is_covered = any(window.covered for window in impact.windows)
    yield f"  {total}{_peak(findings)}" if is_covered else f"  the {impact.measured_on.medium} do not cover it"
    signals, counted = listing(list(impact.signals)) or "none", listing(list(impact.measured_on.sources), MOST_NAMED)
    yield f"  signals: {signals}; counted on {counted}"
    yield from _exceptions(impact)


def _window(findings: Findings, window: ImpactWindow) -> str:
    failed = f": {count(window.failed_requests)} of {count(window.requests)} failed" if window.covered else ""
    return f"  {findings.clock(window.start)} to {findings.clock(window.end)}, {duration(window.duration_s)}{failed}"


def _peak(findings: Findings) -> str:
    impact = findings.impact
    if not impact.failed_requests:
        return ""
    return f"; at peak {percent(impact.peak_error_ratio)} in the minute from {findings.clock(impact.peak_at)}"


def _impact(findings: Findings) -> list[str]:
    impact, zone = findings.impact, findings.zone
    unit = impact.measured_on.unit
    place = zone_name(impact.start, zone)
    verb = "were errors" if unit == "event" else impact.impaired.verb
    impaired, among = impact.impaired_requests
    total = (
        f"{count(impaired)} of {count(among)} {impact.measured_on.noun}s {verb}, {percent(impaired / among if among else 0.0)}"
    )
    if not impact.detected:
        if not impact.measured:
            return [f"Impact       not known: {impact.undetermined}, and nobody has confirmed when it began and ended"]
        span = f"on {day(impact.start, zone)}, {findings.clock(impact.data_start)} to {findings.clock(impact.data_end)} ({place})"
        if impact.undetermined:
            first = f"Whether there was an impact {span}, cannot be determined: {impact.undetermined}."
        else:
            first = f"No impact found {span}: {total}."
        return [first, *(f"  {sentence}" for sentence in describe_beside(findings.rungs, impact, zone))]
    lines = [*_extent(findings), *_counts(findings, total)]
    lines += [f"  {number.what}: {number.value}" for number in findings.incident.file.impact_numbers]
    if len(impact.windows) == 1 and (~impact.episodes["apart"]).sum() > 1:
        lines.append(f"  in {(~impact.episodes['apart']).sum()} episodes with pauses between them")
    for _, row in impact.episodes[impact.episodes["apart"]].iterrows():
        lines.append(
            f"  separate from the impact, worse than usual from {findings.clock(row['start'])} to {findings.clock(row['end'])}"
        )
    for _, row in impact.routes[impact.routes["failed"] > 0].head(5).iterrows():
        where = route_name(row) or "service unknown"
        lines.append(f"  {where}: {percent(row['error_ratio'])} failed, {count(row['failed'])} of {count(row['events'])}")
    return [*lines, *(f"  {sentence}" for sentence in describe_beside(findings.rungs, impact, zone))]


def _exceptions(impact: Impact) -> list[str]:
    """Return what counts as failed here although the rule says otherwise."""
    answers = " or ".join(impact.measured_on.answers)
    return [f"  requests that were {answers} count as failed here, although that is no failure by the rule"] if answers else []
