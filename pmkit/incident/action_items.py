"""Exports the action items of an incident for other tools: tables and issue trackers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Final

from pmkit.core.markdown import escape
from pmkit.incident.folder import Incident
from pmkit.incident.model import ActionItem

_FIELDS: Final = ("incident", "action", "type", "owner", "priority", "due", "tracker", "done_when", "status")
# Jira's names of the priorities.
_JIRA_PRIORITIES: Final = {"P0": "Highest", "P1": "High", "P2": "Medium", "P3": "Low"}
# A spreadsheet treats a cell that begins with one of these as a formula.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def export(incident: Incident, output_format: str, *, done: bool = False) -> str:
    """Return the action items of an incident in the format of another tool; nothing is sent anywhere.

    Parameters
    ----------
    incident : Incident
        The incident.
    output_format : str
        One of `EXPORT_FORMATS`: `csv`; `json`; `github`, a JSON array of payloads for creating issues with
        GitHub's API; `jira`, a table for Jira's CSV import.
    done : bool
        Whether to include action items that are done or declined; a tracker rarely needs them.

    Examples
    --------
    >>> from pmkit.incident.data_folder import data_folder
    >>> from pmkit.incident.folder import find_incident
    >>> print(export(find_incident("INC-2026-1103", data_folder()), "csv").splitlines()[0])
    incident,action,type,owner,priority,due,tracker,done_when,status
    """
    items = [item for item in incident.file.measures if done or item.is_open]
    return EXPORT_FORMATS[output_format](incident, items)


def _row(incident: Incident, item: ActionItem) -> dict[str, object]:
    values = {"incident": incident.id, **item.model_dump(mode="json")}
    return {name: values[name] for name in _FIELDS}


def csv_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a CSV table without cells that a spreadsheet would run as formulas."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell for cell in row] for row in rows)
    return out.getvalue()


def _csv(incident: Incident, items: Sequence[ActionItem]) -> str:
    rows = [["" if value is None else str(value) for value in _row(incident, item).values()] for item in items]
    return csv_table(_FIELDS, rows)


def _json(incident: Incident, items: Sequence[ActionItem]) -> str:
    return json.dumps([_row(incident, item) for item in items], indent=2, ensure_ascii=False) + "\n"


def _details(incident: Incident, item: ActionItem) -> dict[str, str]:
    details = {
        "Incident": f"{incident.id}, {incident.file.title}",
        "Owner": item.owner or "",
        "Priority": item.priority or "",
        "Due": item.due.isoformat() if item.due else "",
        "Tracker": item.tracker or "",
        "Done when": item.done_when or "",
    }
    return {name: value for name, value in details.items() if value}


def _github(incident: Incident, items: Sequence[ActionItem]) -> str:
    issues = [
        {
            "title": item.action.rstrip("."),
            "body": "\n".join(f"- **{name}:** {escape(value)}" for name, value in _details(incident, item).items()),
            "labels": ["postmortem", *filter(None, (item.type, item.priority))],
        }
        for item in items
    ]
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"


def _jira(incident: Incident, items: Sequence[ActionItem]) -> str:
    header = ["Summary", "Description", "Issue Type", "Priority", "Due Date", "Labels", "Labels"]
    rows = [
        [
            item.action.rstrip("."),
            "\n".join(f"{name}: {value}" for name, value in _details(incident, item).items()),
            "Task",
            _JIRA_PRIORITIES[item.priority] if item.priority else "",
            item.due.isoformat() if item.due else "",
            "postmortem",
            incident.id,
        ]
        for item in items
    ]
    return csv_table(header, rows)


# The formats in which action items can be exported.
EXPORT_FORMATS: Final[dict[str, Callable[[Incident, Sequence[ActionItem]], str]]] = {
    "csv": _csv,
    "json": _json,
    "github": _github,
    "jira": _jira,
}
