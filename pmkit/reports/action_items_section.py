"""Corrective and Preventative Measures: the action items, and those still open from earlier incidents."""

from __future__ import annotations

import re
from datetime import date

from pmkit.core.markdown import escape, prompt, table
from pmkit.core.markdown_cells import inline, sentence_of
from pmkit.core.wording import duration
from pmkit.findings.findings import Findings


def action_items(findings: Findings) -> str | None:
    """Write the action items as a table, or ask for them; None where people wrote prose instead."""
    items = findings.incident.file.measures
    if not items and findings.incident.file.measures_text:
        return None
    if not items:
        late = findings.response.time_to("detected")
        took = f" (detection took {duration(late)})" if late is not None and late > 0 else ""
        return prompt(
            f"at least one action item that prevents this failure or reduces its impact, and one that detects it sooner{took}. "
            "Each has an owner, a type, a priority, a due date, a tracker link and an end state that can be checked; "
            "`measures` in incident.yaml."
        )
    rows = [
        [
            sentence_of(item.action) + (f" *Done when:* {sentence_of(item.done_when)}" if item.done_when else ""),
            item.type or "–",
            escape(item.owner or "–"),
            item.priority or "–",
            f"{item.due:%d %b %Y}" if item.due else "–",
            _tracker(item.tracker),
            item.status,
        ]
        for item in sorted(items, key=lambda item: item.urgency)
    ]
    header = ["Action item", "Type", "Owner", "Priority", "Due", "Tracker", "Status"]
    return _table_of_known(header, rows, [40, 10, 12, 9, 11, 11, 7])


def prose(findings: Findings) -> str | None:
    """Write what people wrote beside the table; None where they wrote nothing."""
    return findings.incident.file.measures_text


def _tracker(text: str | None) -> str:
    """Return a ticket, as a link if it is an address."""
    if not text:
        return "–"
    return inline(f"<{text}>") if re.fullmatch(r"https?://[^\s<>`\\|]+", text) else escape(text)


def _table_of_known(header: list[str], rows: list[list[str]], widths: list[int]) -> str:
    """Return a table without the columns of which nothing is known."""
    shown = [n for n in range(len(header)) if any(row[n] != "–" for row in rows)]
    return table([header[n] for n in shown], [[row[n] for n in shown] for row in rows], [widths[n] for n in shown])


def open_from_before(findings: Findings) -> str | None:
    """Write the action items of similar, earlier incidents that are still open; None where there are none."""
    still_open = [(match.incident, item) for match in findings.seen_before for item in match.open_measures]
    if not still_open:
        return None
    rows = [
        [
            sentence_of(item.action),
            escape(incident),
            escape(item.owner or "–"),
            f"{item.due:%d %b %Y}" if item.due else "–",
            _tracker(item.tracker),
        ]
        for incident, item in sorted(still_open, key=lambda pair: pair[1].due or date.max)
    ]
    lead = "Action items from earlier incidents that resemble this one, which are still open:"
    return f"{lead}\n\n{table(['Action item', 'From', 'Owner', 'Due', 'Tracker'], rows, [44, 18, 14, 12, 12])}"
