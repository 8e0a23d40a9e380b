"""Lists the exports of an incident, with the hints on how to read each of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from pmkit.core.filenames import service_from_filename
from pmkit.incident.folder import Incident
from pmkit.incident.unmatched_hints import require_matching_hints
from pmkit.ingest.bytes import archives
from pmkit.ingest.request import Request

# Exports are inspected in parallel, because each access to a remote one takes a while.
_PARALLEL: Final = 32


def incident_requests(incident: Incident) -> dict[str, Request]:
    """Return a request for every export of an incident, by source.

    Raises
    ------
    IncidentError
        When a hint in `incident.yaml` matches no export.
    """
    paths = incident.exports()
    with ThreadPoolExecutor(max_workers=_PARALLEL) as pool:
        by_path = pool.map(lambda path: export_requests(path, incident), paths)
        requests = {source: request for requests in by_path for source, request in requests.items()}
    require_matching_hints(incident, list(requests))
    return requests


def export_requests(path: Path, incident: Incident | None) -> dict[str, Request]:
    """Return the request for an export; for an archive, one for each of its files.

    Parameters
    ----------
    incident : Incident or None
        The incident that the export belongs to, with its hints, zone and formats; without one, times that
        carry no zone are read as UTC.

    Returns
    -------
    dict of str to Request
        By source: the path, relative to the incident's folder if there is one.
    """
    name = incident.source_name(path) if incident else str(path)
    members = archives.members(path)
    if not members:
        return {name: _request(name, path, None, incident)}
    return {f"{name}/{member}": _request(f"{name}/{member}", path, member, incident) for member in members}


def _request(source: str, path: Path, member: str | None, incident: Incident | None) -> Request:
    if incident is None:
        return Request(path, "UTC", service_from_filename(source), member=member)
    hint = incident.hint_for(source)
    return Request(
        path=path,
        member=member,
        timezone=hint.timezone or incident.file.timezone,
        service=hint.service or service_from_filename(source),
        format=hint.format,
        service_is_hint=hint.service is not None,
        timezone_is_hint=hint.timezone is not None,
        clock_offset_s=hint.clock_offset_s,
        formats=incident.formats,
    )
