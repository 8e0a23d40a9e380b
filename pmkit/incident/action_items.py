"""The measures of an incident for other tools: tables, issue trackers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from pmkit.core.markdown import escape
from pmkit.incident.folder import Incident
from pmkit.incident.model import ActionItem

_FIELDS: Final = ("incident", "action", "type", "owner", "priority", "due", "tracker", "done_when", "status")
_JIRA: Final = {"P0": "Highest", "P1": "High", "P2": "Medium", "P3": "Low"}
"""Jira's names of the priorities."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet."""


def export(incident: Incident, form: str, *, done: bool = False) -> str:
    """Write the measures of an incident.

    Parameters
    ----------
    incident : Incident
        Whose measures.
    form : str
        `csv`, a table; `json`; `github`, a JSON array of what GitHub's interface for creating an issue takes;
        `jira`, a table for Jira's CSV import.
    done : bool
        Whether those that are done are written too; a tracker seldom wants them.

    Returns
    -------
    str
        Nothing is sent anywhere.

    Examples
    --------
    >>> from pmkit.incident.folder import data_folder, find_incident
    >>> print(export(find_incident("INC-2026-1103", data_folder()), "csv").splitlines()[0])
    incident,action,type,owner,priority,due,tracker,done_when,status
    """
    measures = [item for item in incident.file.measures if done or item.status == "open"]
    return FORMS[form](incident, measures)


def _row(incident: Incident, measure: ActionItem) -> dict[str, Any]:
    told = {"incident": incident.id, **measure.model_dump(mode="json")}
    return {name: told[name] for name in _FIELDS}


def csv_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write CSV in which no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row] for row in rows)
    return out.getvalue()


def _csv(incident: Incident, measures: Sequence[ActionItem]) -> str:
    rows = [["" if value is None else str(value) for value in _row(incident, one).values()] for one in measures]
    return csv_table(_FIELDS, rows)


def _json(incident: Incident, measures: Sequence[ActionItem]) -> str:
    return json.dumps([_row(incident, one) for one in measures], indent=2, ensure_ascii=False) + "\n"


def _facts(incident: Incident, measure: ActionItem) -> dict[str, str]:
    facts = {
        "Incident": f"{incident.id}, {incident.file.title}",
        "Owner": measure.owner,
        "Priority": measure.priority,
        "Due": measure.due.isoformat(),
        "Tracker": measure.tracker or "",
        "Done when": measure.done_when or "",
    }
    return {name: fact for name, fact in facts.items() if fact}


def _github(incident: Incident, measures: Sequence[ActionItem]) -> str:
    issues = [
        {
            "title": one.action.rstrip("."),
            "body": "\n".join(f"- **{name}:** {escape(fact)}" for name, fact in _facts(incident, one).items()),
            "labels": ["postmortem", one.type, one.priority],
        }
        for one in measures
    ]
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"


def _jira(incident: Incident, measures: Sequence[ActionItem]) -> str:
    header = ["Summary", "Description", "Issue Type", "Priority", "Due Date", "Labels", "Labels"]
    rows = [
        [
            one.action.rstrip("."),
            "\n".join(f"{name}: {fact}" for name, fact in _facts(incident, one).items()),
            "Task",
            _JIRA[one.priority],
            one.due.isoformat(),
            "postmortem",
            incident.id,
        ]
        for one in measures
    ]
    return csv_table(header, rows)


FORMS: Final[dict[str, Callable[[Incident, Sequence[ActionItem]], str]]] = {
    "csv": _csv,
    "json": _json,
    "github": _github,
    "jira": _jira,
}
"""How measures can be written."""
