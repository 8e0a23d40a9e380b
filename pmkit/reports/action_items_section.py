"""Corrective and Preventative Measures: the action items, and those still open from earlier incidents."""

from __future__ import annotations

from pmkit.core.markdown import escape, prompt, table
from pmkit.core.wording import duration
from pmkit.findings.findings import Findings


def action_items(findings: Findings) -> str:
    """Write the action items as a table, or ask for them."""
    items = findings.incident.file.measures
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
            f"{escape(item.action.rstrip('.'))}."
            + (f" *Done when:* {escape(item.done_when.rstrip('.'))}." if item.done_when else ""),
            item.type,
            escape(item.owner),
            item.priority,
            f"{item.due:%d %b %Y}",
            escape(item.tracker or "–"),
            item.status,
        ]
        for item in sorted(items, key=lambda item: (item.priority, item.due))
    ]
    return table(["Action item", "Type", "Owner", "Priority", "Due", "Tracker", "Status"], rows, [40, 10, 12, 9, 11, 11, 7])


def open_from_before(findings: Findings) -> str | None:
    """Write the action items of similar, earlier incidents that are still open; None where there are none."""
    still_open = [(match.incident, item) for match in findings.seen_before for item in match.open_measures]
    if not still_open:
        return None
    rows = [
        [
            f"{escape(item.action.rstrip('.'))}.",
            escape(incident),
            escape(item.owner),
            f"{item.due:%d %b %Y}",
            escape(item.tracker or "–"),
        ]
        for incident, item in sorted(still_open, key=lambda pair: pair[1].due)
    ]
    lead = "Action items from earlier incidents that resemble this one, which are still open:"
    return f"{lead}\n\n{table(['Action item', 'From', 'Owner', 'Due', 'Tracker'], rows, [44, 18, 14, 12, 12])}"
