"""Carries out `pmkit new`."""

from __future__ import annotations

from pmkit.cli.incident_location import locate
from pmkit.core.progress import Progress
from pmkit.incident.folder import scaffold


def create(*, incident: str, title: str, timezone: str, data: str | None, progress: Progress) -> None:
    """Create an incident folder, and print the path of its incident.yaml."""
    incident_id, folder = locate(incident, data)
    path = scaffold(incident_id, folder, title, timezone)
    print(path)
    progress(f"put the exports below {path.parent}, then run `pmkit report {incident_id}`")
