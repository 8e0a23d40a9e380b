"""Carries out `pmkit ingest`."""

from __future__ import annotations

from pmkit.cli.incident_location import open_named
from pmkit.core.markdown import printable
from pmkit.core.progress import Progress
from pmkit.ingest.cache import describe, open_incident
from pmkit.ingest.discovery import incident_requests


def ingest(*, incident: str, cluster: str | None, range_mib: int, data: str | None, progress: Progress) -> None:
    """Read the exports of an incident, and print what was read of each."""
    opened = open_named(incident, data)
    if cluster:
        from pmkit.ingest.cluster.scheduling import spread  # noqa: PLC0415 - only for a cluster

        spread(incident_requests(opened), cluster, range_mib << 20, progress)
    for part in open_incident(opened, progress).parts:
        print(printable("\n".join(describe(part))))
