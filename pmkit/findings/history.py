"""Compares an incident with earlier ones by their signatures, which are kept when an incident is read.

No other incident's exports are read for the comparison: incidents that were not read yet are named instead.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from pmkit.analysis.causes.recurrence import OtherIncident, Signature, seen_before, signature
from pmkit.analysis.response.alert_quality import missing_alerts
from pmkit.core.checked_files import put_checked_text, read_checked_text
from pmkit.core.locations import fingerprint
from pmkit.core.version import __version__
from pmkit.core.wording import listing
from pmkit.findings.comparison import Comparison
from pmkit.findings.contract_types import utc
from pmkit.findings.findings import Findings
from pmkit.findings.redacted import redact_findings
from pmkit.incident.data_folder import FILE_NAME, incident_ids
from pmkit.incident.folder import Incident, check_id, local_exports
from pmkit.incident.model import IncidentFile
from pmkit.incident.yaml_reader import read_text
from pmkit.ingest.cache import create_cache_folder

# The fields of `incident.yaml` that do not affect a signature. A new field affects it until it is listed here.
_NOT_DECIDING: Final = {
    "title", "severity", "status", "owner", "reviewer", "services", "what_happened", "data_loss", "trigger", "trigger_category",
    "root_cause", "root_cause_summary", "cause_category", "contributing_factors", "five_whys", "backlog_check", "resolution",
    "still_degraded", "went_well", "went_badly", "got_lucky", "responders", "internal_message", "external_message", "timeline",
    "timeline_edits", "measures", "measures_text", "sections", "waivers", "impact_numbers", "background", "detection",
    "root_causes", "lessons", "open_questions", "glossary", "authors",
}  # fmt: skip

# At most this many incidents that were not compared are named.
_MOST_NAMED: Final = 6


def signature_of(findings: Findings) -> Signature:
    """Return the signature of an incident, by which its recurrence is recognised."""
    return signature(
        findings.incident.id,
        findings.impact,
        parts=findings.parts,
        patterns=findings.patterns,
        changes=findings.changes,
        suspects=findings.ranked_suspects,
        alerts=findings.response.alerts,
    )


def keep_signature(incident: Incident, own: Signature) -> None:
    """Keep the signature of an incident in the cache, so that others can be compared with it.

    Parameters
    ----------
    incident : Incident
        The incident, as it is saved in its folder.
    own : Signature
        Its signature.
    """
    with contextlib.suppress(OSError):
        put_checked_text(own.to_json(), _place_of(incident.folder, incident.file))


def kept_signature(incident: Incident) -> Signature | None:
    """Return the signature of an incident, or None if it was not read since its folder or the hints on its exports changed."""
    return _kept_signature(incident.folder, incident.file)


def _kept_signature(folder: Path, file: IncidentFile) -> Signature | None:
    try:
        return Signature.from_json(read_checked_text(_place_of(folder, file)))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _place_of(folder: Path, file: IncidentFile) -> Path:
    """Return the file that keeps the signature of an incident.

    Its name depends on what is known without reading an export: the sizes and modification times of those on this machine,
    and what `incident.yaml` says about all of them.
    """
    exports = [fingerprint(path) for path in local_exports(folder)]
    hints = file.model_dump_json(exclude=_NOT_DECIDING)
    key = json.dumps([__version__, hints, exports])
    return create_cache_folder() / "signatures" / hashlib.sha256(key.encode()).hexdigest()


def compare_with_earlier(findings: Findings) -> Findings:
    """Return findings that include a comparison with those other incidents in the data folder that were read before."""
    own = signature_of(findings)
    others: list[OtherIncident] = []
    unreadable: list[str] = []
    not_read: list[str] = []
    for folder, file in _other_incidents(findings.incident):
        kept = _kept_signature(folder, file) if file else None
        if file is None:
            unreadable.append(folder.name)
        elif kept:
            others.append(OtherIncident(kept, file.title, file.measures))
        elif own.at and not _is_later(file, own):
            not_read.append(folder.name)
    matches = seen_before(own, others)
    missing = missing_alerts(findings.response.alerts, ((match.incident, match.alerts) for match in matches))
    earlier = sum(other.signature.is_before(own) for other in others)
    comparison = Comparison(matches, earlier, tuple(unreadable), tuple(not_read), missing)
    return redact_findings(comparison.put_into(findings), ("alerting", "seen_before"))


def describe_not_compared(findings: Findings) -> Iterator[str]:
    """Yield sentences, without a full stop, that name the incidents that were not compared, and why."""
    for names, reason in (
        (findings.not_compared, "they could not be read"),
        (findings.not_read, "pmkit has not read them yet"),
    ):
        if names:
            yield f"Not compared, because {reason}: {listing(list(names), _MOST_NAMED)}"


def _other_incidents(incident: Incident) -> Iterator[tuple[Path, IncidentFile | None]]:
    """Yield the folders of the other incidents, each with its `incident.yaml`, or None if that cannot be read."""
    data = incident.folder.parent
    for name in incident_ids(data):
        if name != incident.id:
            try:
                yield data / name, _file_of(data / name)
            except Exception:  # noqa: BLE001 - whatever is wrong with another incident must not stop this one
                yield data / name, None


def _file_of(folder: Path) -> IncidentFile:
    """Return an `incident.yaml`; it is kept in the cache, because parsing YAML takes a hundred times as long."""
    check_id(folder.name)
    text = read_text(folder / FILE_NAME)
    key = json.dumps([__version__, folder.name, text])
    kept = create_cache_folder() / "incidents" / hashlib.sha256(key.encode()).hexdigest()
    with contextlib.suppress(OSError, ValueError):
        return IncidentFile.model_validate_json(read_checked_text(kept))
    file = Incident(folder, text).file
    with contextlib.suppress(OSError):
        put_checked_text(file.model_dump_json(by_alias=True), kept)
    return file


def _is_later(file: IncidentFile, own: Signature) -> bool:
    """Return whether people confirmed that an incident began after another one."""
    began = file.times.started_at
    if began is None:
        return False
    return utc(began if began.tzinfo else began.replace(tzinfo=ZoneInfo(file.timezone))) > pd.Timestamp(own.at)
