"""The Timeline: what happened, in order, as a table."""

from __future__ import annotations

from pmkit.analysis.response import timeline as story
from pmkit.core.markdown import code, escape, prompt, table
from pmkit.core.wording import clock, count, day, zone_name
from pmkit.findings.findings import Findings
from pmkit.reports.title_section import zone as zone_in_words


def timeline(findings: Findings) -> str:
    """Write the timeline as a table, with notes on gaps and on entries that are left out."""
    entries = story.select_entries(findings.timeline, findings.impact)
    if not entries:
        return prompt(
            "what happened, in order, from the trigger to the all clear; add entries under `timeline` in incident.yaml."
        )
    zone = findings.zone
    many_days = len({day(entry.at, zone) for entry in entries}) > 1
    header = [f"Time ({zone_name(findings.impact.start, zone).split(',')[0]})", "Kind", "What happened"]
    rows = [
        [f"{entry.at.astimezone(zone):%d %b }" * many_days + clock(entry.at, zone), entry.kind, _text(entry)] for entry in entries
    ]
    lead = f"On {day(entries[0].at, zone)}; all times are in {zone_in_words(findings)}."
    gaps = [
        f"Nothing is recorded from {clock(start, zone)} to {clock(end, zone)}."
        for start, end in story.find_gaps(findings.timeline, findings.impact)
    ]
    hidden = len(findings.story) - len(findings.timeline)
    noun = "entry" if hidden == 1 else "entries"
    left_out = [f"The authors left out {count(hidden)} {noun} from the data."] if hidden else []
    text = " ".join(filter(None, [lead, *gaps, *left_out, story.describe_omitted(findings.timeline, entries)]))
    if findings.audience == "public":
        return f"{text}\n\n{table(header, rows, [14, 11, 75])}"
    for row, entry in zip(rows, entries, strict=True):
        row.append(code(entry.source) if entry.source else "")
    return f"{text}\n\n{table([*header, 'Evidence'], rows, [13, 10, 50, 27])}"


def _text(entry: story.Entry) -> str:
    text = escape(entry.text)
    return f"**{text}**" if entry.kind == "impact" or entry.key else text
