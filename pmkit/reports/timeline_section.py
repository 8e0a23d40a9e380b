"""The Timeline: what happened, in order, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from pmkit.analysis.response import timeline as story
from pmkit.core.markdown import code, escape, prompt, table
from pmkit.core.markdown_cells import in_cell
from pmkit.core.wording import count, day, duration, listing, zone_name
from pmkit.findings.findings import Findings
from pmkit.reports.impact_period import end_of
from pmkit.reports.title_section import zone as zone_in_words

# Times that differ by less mark the same event.
_TOLERANCE: Final = timedelta(seconds=120)

_MOST_GAPS: Final = 4


def timeline(findings: Findings) -> str:
    """Write the timeline as a table, with notes on gaps and on entries that are left out."""
    entries = story.select_entries(findings.entries, findings.impact)
    if not entries:
        return prompt(
            "what happened, in order, from the trigger to the all clear; add entries under `timeline` in incident.yaml."
        )
    zone = findings.zone
    has_days = len({day(entry.at, zone) for entry in entries if entry.is_dated}) > 1
    header = [f"Time ({_zones(findings, entries)})", "Kind", "What happened"]
    rows = [[_time(findings, entry, day=has_days), entry.kind, _text(entry)] for entry in entries]
    on = _days(findings, entries)
    lead = f"{f'{on}; all' if on else 'All'} times are in {zone_in_words(findings)}."
    hidden = len(findings.story) - len(findings.entries)
    noun = "entry" if hidden == 1 else "entries"
    left_out = [f"The authors left out {count(hidden)} {noun} from the data."] if hidden else []
    if findings.audience == "public":
        return f"{lead}\n\n{table(header, rows, [14, 11, 75])}"
    text = " ".join(
        filter(
            None,
            [lead, *_disagreement(findings), *_gaps(findings), *left_out, story.describe_omitted(findings.entries, entries)],
        )
    )
    for row, entry in zip(rows, entries, strict=True):
        row.append(code(entry.source) if entry.source else "")
    return f"{text}\n\n{table([*header, 'Evidence'], rows, [13, 10, 50, 27])}"


def _gaps(findings: Findings) -> list[str]:
    """Return a sentence on the silences during the impact, of many only the longest, in their order."""
    gaps = story.find_gaps(findings.entries, findings.impact)
    if not gaps:
        return []
    longest = sorted(sorted(gaps, key=lambda gap: gap[0] - gap[1])[:_MOST_GAPS])
    words = [f"from {findings.clock(start)} to {end_of(findings, start, end)}" for start, end in longest]
    fewer = len(gaps) - len(longest)
    more = [f"in {count(fewer)} shorter stretches of more than {duration(story.LONG_GAP_S)}"] if fewer else []
    return [f"Nothing is recorded {listing([*words, *more])}."]


def _days(findings: Findings, entries: Sequence[story.Entry]) -> str:
    """Return the day of all entries, or the first and the last one; empty if no entry has a time."""
    clock, times = findings.clock, sorted(entry.at for entry in entries if entry.is_dated)
    days = [day(at, findings.zone) if clock.is_exact(at) else clock.full(at) for at in times]
    if not days:
        return ""
    return f"On {days[0]}" if len(set(days)) == 1 else f"From {days[0]} to {days[-1]}"


def _zones(findings: Findings, entries: Sequence[story.Entry]) -> str:
    """Return the abbreviations of the zone at the times of the entries; the seasons have their own."""
    names = dict.fromkeys(zone_name(entry.at, findings.zone).split(",")[0] for entry in entries if entry.is_dated)
    return " and ".join(names) or zone_name(findings.impact.start, findings.zone).split(",")[0]


def _time(findings: Findings, entry: story.Entry, *, day: bool) -> str:
    """Return the time of an entry, and its end if people wrote one."""
    if not entry.is_dated:
        return "not known"
    text = findings.clock(entry.at, day=day)
    return f"{text} to {end_of(findings, entry.at, entry.until)}" if entry.until is not None else text


def _disagreement(findings: Findings) -> list[str]:
    """Return a sentence if the data show another start or end of the impact than the one that people confirmed."""
    impact, clock = findings.impact, findings.clock
    if not impact.by_data or len(impact.windows) != 1:
        return []
    (first, last), medium = impact.by_data, impact.measured_on.medium
    pairs = (("start", impact.start, first, impact.start_confirmed), ("end", impact.end, last, impact.end_confirmed))
    differing = [
        f"{which} {clock(confirmed, day=True)}, where the {medium} show {clock(measured, day=True)}"
        for which, confirmed, measured, is_confirmed in pairs
        if is_confirmed and abs(confirmed - measured) > _TOLERANCE
    ]
    return [f"People confirmed the {' and the '.join(differing)}."] if differing else []


def _text(entry: story.Entry) -> str:
    """Return what happened: people may write Markdown, and what comes from data is shown as it is."""
    text = in_cell(entry.text) if entry.is_written else escape(entry.text)
    return f"**{text}**" if (entry.kind == "impact" or entry.key) and "**" not in text else text
