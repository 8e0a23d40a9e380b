"""Reads many incidents, as one row each, and groups those that resemble each other."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from pmkit.analysis.causes import recurrence
from pmkit.analysis.causes.suspects import LIKELY, change_of
from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.impact.impairment import Verdict
from pmkit.analysis.response.moment import STEPS
from pmkit.core.errors import IncidentError, PmkitError
from pmkit.core.progress import Progress
from pmkit.findings.findings import Findings
from pmkit.findings.history import keep_signature, kept_signature, signature_of
from pmkit.findings.investigate import analyse_store
from pmkit.findings.memo import remember
from pmkit.findings.redacted import redact
from pmkit.incident.action_items import csv_table
from pmkit.incident.data_folder import data_folder, incident_ids
from pmkit.incident.folder import Incident, find_incident
from pmkit.incident.model import ActionItem
from pmkit.ingest.cache import open_incident

_TRIGGER_OF: Final = {
    "deploy": "binary push", "rollback": "binary push", "config": "configuration push", "flag": "configuration push",
    "scale": "capacity management", "migration": "configuration push",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One incident, as far as trends need it.

    Attributes
    ----------
    verdict : str
        Whether there was an impact, see `Impact.verdict`.
    at : str or None
        When the impact began, ISO 8601, UTC; None if no impact was found.
    trigger, cause : str or None
        Names in `model.TRIGGERS` and `model.CAUSES`.
    trigger_from : str
        `people` if they wrote what the trigger was, `data` if it is inferred from the likeliest change; empty if the
        trigger is unknown.
    times : dict of str to float
        Seconds from the onset to each step that was measured.
    signature : Signature
        What similar incidents are recognised by.
    """

    incident: str
    title: str
    severity: str | None
    services: tuple[str, ...]
    verdict: Verdict
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
        """Return the case as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Case:
        """Return the case that `to_json` wrote."""
        values = json.loads(text)
        values["services"] = tuple(values["services"])
        values["signature"] = recurrence.Signature.from_json(json.dumps(values["signature"]))
        return cls(**values)


@dataclass(frozen=True)
class Trends:
    """Many incidents together.

    Attributes
    ----------
    cases : tuple of Case
        The incidents, by time; those without an impact come first.
    measures : tuple of (str, ActionItem)
        All action items, each with its incident.
    unread : tuple of (str, str)
        The incidents that could not be read, each with the reason.
    since : date or None
        If set, only incidents whose impact began on this day or later are included.
    today : date
        The day on which action items are overdue or not.
    """

    cases: tuple[Case, ...]
    measures: tuple[tuple[str, ActionItem], ...]
    unread: tuple[tuple[str, str], ...]
    since: date | None
    today: date

    def frame(self) -> pd.DataFrame:
        """Return one row per incident, as `pmkit trends --to csv` prints them."""
        rows: list[dict[str, object]] = []
        family = {case.incident: n for n, cases in enumerate(self.families(), 1) for case in cases}
        for case in self.cases:
            row = {name: value for name, value in asdict(case).items() if name not in ("times", "signature", "services")}
            row |= {f"time_to_{step}_s": case.times.get(step) for step in STEPS}
            rows.append({**row, "services": " ".join(case.services), "family": family.get(case.incident)})
        return pd.DataFrame(rows)

    def to_csv(self) -> str:
        """Return `frame` as CSV for a spreadsheet, in which no cell is a formula."""
        frame = self.frame()
        rows = [["" if pd.isna(cell) else str(cell) for cell in row] for row in frame.itertuples(index=False)]
        return csv_table(list(frame.columns), rows)

    def families(self) -> list[tuple[Case, ...]]:
        """Return the groups of incidents that resemble each other, directly or through others, the largest group first."""
        groups: list[list[Case]] = []
        for case in self.cases:
            alike = [group for group in groups if any(_alike(case, other) for other in group)]
            groups = [group for group in groups if group not in alike]
            groups.append([*(member for group in alike for member in group), case])
        families = [tuple(sorted(group, key=lambda member: member.at or "")) for group in groups if len(group) > 1]
        return sorted(families, key=lambda family: (-len(family), family[0].at or ""))

    def open_measures(self) -> list[tuple[str, ActionItem]]:
        """Return the action items that are not done, the longest overdue first."""
        return sorted(
            ((name, item) for name, item in self.measures if item.is_open), key=lambda pair: (pair[1].due or date.max, pair[0])
        )


def of_folder(
    data_dir: str | Path | None = None,
    since: date | None = None,
    *,
    today: date | None = None,
    progress: Progress = lambda _: None,
) -> Trends:
    """Read all incidents of a data folder, from the cache if they were read before.

    Parameters
    ----------
    data_dir : str or Path, optional
        The folder of all incidents; if not given, `PMKIT_DATA`, or `data/incidents` here or in a folder above.
    since : date, optional
        If set, only incidents whose impact began on this day or later, UTC.
    today : date, optional
        The day on which action items are overdue or not. Today if omitted.
    progress : callable, optional
        Called with progress messages.

    Raises
    ------
    IncidentError
        When the folder contains no incident.
    """
    data = data_folder(data_dir)
    names = incident_ids(data)
    if not names:
        missing = "contains no incidents" if data.is_dir() else "does not exist"
        raise IncidentError(f"{data}: {missing}; create one with `pmkit new`, or name another folder with --data")
    cases: list[Case] = []
    measures: list[tuple[str, ActionItem]] = []
    unread: list[tuple[str, str]] = []
    for name in names:
        try:
            incident = find_incident(name, data)
            case = _case(incident, progress)
        except PmkitError as error:
            unread.append((name, str(error).splitlines()[0]))
            continue
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one incident must not stop the others
            unread.append((name, f"{type(error).__name__}: {error}".splitlines()[0]))
            continue
        if since is None or (case.at is not None and pd.Timestamp(case.at).date() >= since):
            cases.append(case)
            measures += [(name, redact(item, incident)) for item in incident.file.measures]
    ordered = sorted(cases, key=lambda case: (case.at or "", case.incident))
    return Trends(tuple(ordered), tuple(measures), tuple(unread), since, today or date.today())  # noqa: DTZ011 - due dates follow the reader's calendar


def _case(incident: Incident, progress: Progress) -> Case:
    def read_case() -> str:
        progress(f"reading {incident.id}")
        return case_of(analyse_store(incident, open_incident(incident))).to_json()

    case = Case.from_json(remember(incident, "cases", read_case))
    if kept_signature(incident) is None:
        keep_signature(incident, case.signature)
    return case


def case_of(findings: Findings) -> Case:
    """Return the case that the findings on an incident describe."""
    impact, response, file = findings.impact, findings.response, findings.incident.file
    times = {str(step): after for step in STEPS if (after := response.time_to(step)) is not None and after >= 0}
    trigger, trigger_from = _trigger(findings)
    return Case(
        findings.incident.id,
        redact(file.title, findings.incident),
        file.severity,
        file.services or _failing(impact),
        impact.verdict,
        impact.start.isoformat() if impact.detected else None,
        impact.duration_s if impact.detected else None,
        impact.ongoing,
        impact.failed_requests if impact.detected else 0,
        impact.error_budget_spent,
        trigger,
        trigger_from,
        file.cause_category,
        times,
        signature_of(findings),
    )


def _failing(impact: Impact) -> tuple[str, ...]:
    """Return the services whose requests failed."""
    routes = impact.routes
    return tuple(dict.fromkeys(routes.loc[routes["failed"] > 0, "service"].dropna())) if impact.detected else ()


def _trigger(findings: Findings) -> tuple[str | None, str]:
    """Return the kind of trigger, and whether people wrote it or the data suggest it, as in `Case`."""
    written = findings.incident.file.trigger_category
    if written:
        return written, "people"
    change = next((suspect for suspect in findings.ranked_suspects if suspect.kind == "change" and suspect.score >= LIKELY), None)
    if change is None:
        return None, ""
    kind = _TRIGGER_OF.get(str(change_of(change, findings.changes)["kind"]))
    return kind, "data" if kind else ""


def _alike(case: Case, other: Case) -> bool:
    return recurrence.similarity(case.signature, other.signature)[0] >= recurrence.SIMILAR


def counted(values: Iterable[str | None], order: Iterable[str] = ()) -> list[tuple[str, int]]:
    """Return how often each value occurs, in the given order, then the most frequent first; None counts as unknown.

    Examples
    --------
    >>> counted(["b", "a", "b", None])
    [('b', 2), ('a', 1), ('unknown', 1)]
    """
    counts = Counter(value or "unknown" for value in values)
    listed = list(order)
    names = sorted(counts, key=lambda name: (name == "unknown", name not in listed, -counts[name], name))
    return [(name, counts[name]) for name in names]
