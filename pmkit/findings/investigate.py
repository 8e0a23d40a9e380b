"""Reads the exports of an incident, analyses them, and compares the incident with earlier ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from pmkit.analysis.causes.recurrence import Signature, seen_before, signature
from pmkit.analysis.response.alert_quality import missing_alerts
from pmkit.core.errors import IncidentError, PmkitError
from pmkit.core.progress import Progress
from pmkit.findings.findings import Findings
from pmkit.findings.memo import remember
from pmkit.findings.redacted import redact_findings
from pmkit.findings.stages import analyse
from pmkit.incident.field_types import validate_timezone
from pmkit.incident.folder import Incident, data_folder, find_incident, incident_ids
from pmkit.incident.model import ActionItem
from pmkit.ingest.cache import open_incident
from pmkit.store.store import Store


def investigate(
    incident_id: str, data_dir: str | Path | None = None, timezone: str | None = None, *, progress: Progress = lambda _: None
) -> Findings:
    """Return the findings on an incident: its impact, response, suspects and timeline.

    Parameters
    ----------
    incident_id : str
        The incident; its folder is `data_dir/incident_id`.
    data_dir : str or Path, optional
        The folder of all incidents; if not given, `PMKIT_DATA`, or `data/incidents` here or in a folder above.
    timezone : str, optional
        IANA zone in which times are shown, instead of the one in `incident.yaml`.
    progress : callable, optional
        Called with progress messages.

    Raises
    ------
    InputError
        When the incident, its `incident.yaml` or one of its exports cannot be used.

    Examples
    --------
    >>> investigate("INC-2026-1012").impact.detected
    True
    """
    incident = find_incident(incident_id, data_folder(data_dir))
    return compare_with_earlier(analyse_store(incident, open_incident(incident, progress), timezone), progress)


def analyse_store(incident: Incident, store: Store, timezone: str | None = None) -> Findings:
    """Return the findings from an incident's parsed exports."""
    zone = ZoneInfo(_validated(timezone)) if timezone else incident.zone
    return redact_findings(analyse(store.read(incident.file.errors.sql), incident, store, zone))


def compare_with_earlier(findings: Findings, progress: Progress = lambda _: None) -> Findings:
    """Return findings that include a comparison with all other incidents in the data folder."""
    own = signature_of(findings)
    unreadable: list[str] = []
    others: list[tuple[Signature, tuple[ActionItem, ...]]] = []
    data = findings.incident.folder.parent
    for name in incident_ids(data):
        if name != findings.incident.id:
            try:
                other = find_incident(name, data)
                others.append((_remembered_signature(other, progress), other.file.measures))
            except PmkitError:
                unreadable.append(name)
    matches = seen_before(own, others)
    missing = missing_alerts(findings.response.alerts, ((match.incident, match.alerts) for match in matches))
    compared = replace(
        findings,
        alerting=replace(findings.alerting, missing=missing),
        seen_before=matches,
        earlier=sum(bool(own.at and other.at and other.at < own.at) for other, _ in others),
        not_compared=tuple(unreadable),
    )
    return redact_findings(compared, ("alerting", "seen_before"))


def _remembered_signature(incident: Incident, progress: Progress) -> Signature:
    def compute() -> str:
        progress(f"comparing with {incident.id}")
        return signature_of(analyse_store(incident, open_incident(incident))).to_json()

    return Signature.from_json(remember(incident, "signatures", compute))


def signature_of(findings: Findings) -> Signature:
    """Return the signature of an incident, by which its recurrence is recognised."""
    return signature(
        findings.incident,
        findings.impact,
        parts=findings.parts,
        patterns=findings.patterns,
        changes=findings.changes,
        suspects=findings.suspects,
        alerts=findings.response.alerts,
    )


def _validated(timezone: str) -> str:
    try:
        return validate_timezone(timezone)
    except ValueError as unknown:
        raise IncidentError(f"timezone {timezone!r}: {unknown}") from unknown
