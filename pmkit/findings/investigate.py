"""Reads the exports of an incident, analyses them, and compares the incident with earlier ones."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

from pmkit.core.errors import IncidentError, PmkitError
from pmkit.core.progress import Progress
from pmkit.findings.findings import Findings
from pmkit.findings.history import compare_with_earlier, keep_signature, kept_signature, signature_of
from pmkit.findings.redacted import redact_findings
from pmkit.findings.stages import analyse
from pmkit.incident.data_folder import data_folder
from pmkit.incident.field_types import validate_timezone
from pmkit.incident.folder import Incident, find_incident
from pmkit.ingest.cache import open_incident
from pmkit.store.store import Store


def investigate(
    incident_id: str | float,
    data_dir: str | Path | None = None,
    timezone: str | None = None,
    *,
    progress: Progress = lambda _: None,
) -> Findings:
    """Return the findings on an incident: its impact, response, suspects and timeline.

    Parameters
    ----------
    incident_id : str
        The incident; its folder is `data_dir/incident_id`. An ID of digits may be given as a number.
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
    return examine(incident, open_incident(incident, progress), timezone)


def analyse_store(incident: Incident, store: Store, timezone: str | None = None) -> Findings:
    """Return the findings from an incident's parsed exports."""
    zone = ZoneInfo(_validated(timezone)) if timezone else incident.zone
    return redact_findings(analyse(store.read(incident.file.errors.of_all_traffic.sql), incident, store, zone))


def examine(incident: Incident, store: Store, timezone: str | None = None, *, is_draft: bool = False) -> Findings:
    """Return the findings on an incident, compared with earlier ones.

    Its signature is kept, so that later ones can be compared with it, unless the incident is a draft that was not saved.
    """
    findings = analyse_store(incident, store, timezone)
    if not is_draft:
        keep_signature(incident, signature_of(findings))
    return compare_with_earlier(findings)


def read_signatures(incidents: Iterable[Incident], progress: Progress = lambda _: None) -> None:
    """Read those incidents whose signature is not kept yet; what cannot be read is skipped."""
    for incident in incidents:
        if kept_signature(incident) is None:
            progress(f"reading {incident.id}")
            with contextlib.suppress(PmkitError):
                keep_signature(incident, signature_of(analyse_store(incident, open_incident(incident))))


def _validated(timezone: str) -> str:
    try:
        return validate_timezone(timezone)
    except ValueError as unknown:
        raise IncidentError(f"timezone {timezone!r}: {unknown}") from unknown
