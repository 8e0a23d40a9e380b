"""Many incidents as one table, and what they share."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pandas as pd

from pmkit.analysis.causes import recurrence
from pmkit.analysis.causes.suspects import LIKELY, change_of
from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.response.milestones import STEPS
from pmkit.core.errors import IncidentError, PmkitError
from pmkit.core.progress import Progress
from pmkit.findings.findings import Findings
from pmkit.findings.investigate import analyse_store, signature_of
from pmkit.findings.memo import remember
from pmkit.findings.redacted import redact
from pmkit.incident.action_items import csv_table
from pmkit.incident.folder import Incident, data_folder, find_incident, incident_ids
from pmkit.incident.model import CAUSES, TRIGGERS, ActionItem
from pmkit.ingest.cache import open_incident

_TRIGGER_OF: Final = {
    "deploy": "binary push", "rollback": "binary push", "config": "configuration push", "flag": "configuration push",
    "scale": "capacity management", "migration": "configuration push",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One incident, as far as trends need it. Durations are seconds.

    Attributes
    ----------
    at : str or None
        When its impact began, ISO 8601, UTC; None where none was found.
    trigger, cause : str or None
        By the taxonomy, see `incident.TRIGGERS` and `incident.CAUSES`.
    trigger_from : str
        Whether `people` said what the trigger was, or the `data` suggest it; empty where nobody knows.
    times : dict of str to float
        From the onset to each step that was measured.
    signature : Signature
        What it is recognised by.
    """

    incident: str
    title: str
    severity: str | None
    services: tuple[str, ...]
    at: str | None
    duration_s: float | None
    ongoing: bool
    failed_requests: int
    error_budget_spent: float | None
    trigger: str | None
    trigger_from: str
    cause: str | None
    times: dict[str, float]
    signature: recurrence.Signature

    def to_json(self) -> str:
        """Write the case as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Case:
        """Read what `to_json` wrote."""
        known = json.loads(text)
        told = {"services": tuple(known["services"]), "signature": recurrence.Signature.from_json(json.dumps(known["signature"]))}
        return cls(**{**known, **told})


@dataclass(frozen=True)
class Trends:
    """Many incidents together.

    Attributes
    ----------
    cases : tuple of Case
        By time; those without an impact first.
    measures : tuple of (str, ActionItem)
        All action items, each with its incident.
    unread : tuple of (str, str)
        Incidents that cannot be read, with why.
    since : date or None
        Only incidents from this day on; those without a time are left out then.
    today : date
        By which action items are overdue.
    """

    cases: tuple[Case, ...]
    measures: tuple[tuple[str, ActionItem], ...]
    unread: tuple[tuple[str, str], ...]
    since: date | None
    today: date

    def frame(self) -> pd.DataFrame:
        """Return one row per incident: what `--format csv` writes."""
        rows: list[dict[str, Any]] = []
        family = {case.incident: n for n, cases in enumerate(self.families(), 1) for case in cases}
        for case in self.cases:
            told = {name: value for name, value in asdict(case).items() if name not in ("times", "signature", "services")}
            told |= {f"time_to_{step}_s": case.times.get(step) for step in STEPS}
            rows.append({**told, "services": " ".join(case.services), "family": family.get(case.incident)})
        return pd.DataFrame(rows)

    def to_csv(self) -> str:
        """Write `frame` for a spreadsheet: no cell is a formula."""
        frame = self.frame()
        rows = [["" if pd.isna(cell) else str(cell) for cell in row] for row in frame.itertuples(index=False)]
        return csv_table(list(frame.columns), rows)

    def families(self) -> list[tuple[Case, ...]]:
        """Return groups of incidents that resemble each other, directly or through others, the largest groups first."""
        groups: list[list[Case]] = []
        for case in self.cases:
            alike = [group for group in groups if any(_alike(case, other) for other in group)]
            groups = [group for group in groups if group not in alike]
            groups.append([*(one for group in alike for one in group), case])
        found = [tuple(sorted(group, key=lambda one: one.at or "")) for group in groups if len(group) > 1]
        return sorted(found, key=lambda group: (-len(group), group[0].at or ""))

    def open_measures(self) -> list[tuple[str, ActionItem]]:
        """Return the action items that are not done, the longest overdue first."""
        return sorted(
            ((name, one) for name, one in self.measures if one.status == "open"), key=lambda pair: (pair[1].due, pair[0])
        )


def of_folder(
    data_dir: str | Path | None = None,
    since: date | None = None,
    *,
    today: date | None = None,
    progress: Progress = lambda _: None,
) -> Trends:
    """Read all incidents of a data folder; what was read before is not read again.

    Parameters
    ----------
    data_dir : str or Path, optional
        The folder of all incidents, see `incident.data_folder`.
    since : date, optional
        Only incidents whose impact began on this day or later, UTC.
    today : date, optional
        By which action items are overdue; if not given, today.
    progress : callable, optional
        Called with progress messages.

    Raises
    ------
    IncidentError
        When the folder holds no incident.
    """
    data = data_folder(data_dir)
    names = incident_ids(data)
    if not names:
        raise IncidentError(f"{data}: holds no incidents; create one with `pmkit new`, or name another folder with --data")
    cases: list[Case] = []
    measures: list[tuple[str, ActionItem]] = []
    unread: list[tuple[str, str]] = []
    for name in names:
        try:
            incident = find_incident(name, data)
            case = _case(incident, progress)
        except PmkitError as wrong:
            unread.append((name, str(wrong).splitlines()[0]))
            continue
        if since is None or (case.at is not None and pd.Timestamp(case.at).date() >= since):
            cases.append(case)
            measures += [(name, redact(measure, incident)) for measure in incident.file.measures]
    ordered = sorted(cases, key=lambda case: (case.at or "", case.incident))
    return Trends(tuple(ordered), tuple(measures), tuple(unread), since, today or date.today())  # noqa: DTZ011 - of the reader


def _case(incident: Incident, progress: Progress) -> Case:
    def made() -> str:
        progress(f"reading {incident.id}")
        return case_of(analyse_store(incident, open_incident(incident))).to_json()

    return Case.from_json(remember(incident, "cases", made))


def case_of(findings: Findings) -> Case:
    """Take from the findings on an incident what trends need."""
    impact, response, file = findings.impact, findings.response, findings.incident.file
    times = {str(step): after for step in STEPS if (after := response.time_to(step)) is not None and after >= 0}
    trigger, told = _trigger(findings)
    return Case(
        findings.incident.id,
        redact(file.title, findings.incident),
        file.severity,
        file.services or _failing(impact),
        impact.start.isoformat() if impact.detected else None,
        impact.duration_s if impact.detected else None,
        impact.ongoing,
        impact.failed_requests if impact.detected else 0,
        impact.error_budget_spent,
        trigger,
        told,
        file.cause_category,
        times,
        signature_of(findings),
    )


def _failing(impact: Impact) -> tuple[str, ...]:
    """Return the services whose requests failed."""
    routes = impact.routes
    return tuple(dict.fromkeys(routes.loc[routes["failed"] > 0, "service"].dropna())) if impact.detected else ()


def _trigger(findings: Findings) -> tuple[str | None, str]:
    """Return the kind of trigger and where it comes from: what people wrote, or else the likeliest change."""
    said = findings.incident.file.trigger_category
    if said:
        return said, "people"
    change = next((one for one in findings.suspects if one.kind == "change" and one.score >= LIKELY), None)
    if change is None:
        return None, ""
    kind = _TRIGGER_OF.get(str(change_of(change, findings.changes)["kind"]))
    return kind, "data" if kind else ""


def _alike(case: Case, other: Case) -> bool:
    return recurrence.similarity(case.signature, other.signature)[0] >= recurrence.SIMILAR


def counted(values: Iterable[str | None], order: Iterable[str] = ()) -> list[tuple[str, int]]:
    """Count values: those of an order in that order, others by how many they are; none is called unknown.

    Examples
    --------
    >>> counted(["b", "a", "b", None])
    [('b', 2), ('a', 1), ('unknown', 1)]
    """
    known = [value or "unknown" for value in values]
    names = sorted(set(known), key=lambda name: (name == "unknown", name not in [*order], -known.count(name), name))
    return [(name, known.count(name)) for name in names]


__all__ = ["CAUSES", "TRIGGERS", "Case", "Trends", "case_of", "counted", "of_folder"]
