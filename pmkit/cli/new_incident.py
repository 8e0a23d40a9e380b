"""Carries out `pmkit new`."""

from __future__ import annotations

import shlex

from pmkit.cli.incident_location import locate
from pmkit.core.progress import Progress
from pmkit.incident.data_folder import data_folder
from pmkit.incident.folder import scaffold


def create(*, incident: str, title: str, timezone: str, data: str | None, progress: Progress) -> None:
    """Create an incident folder, and print the path of its incident.yaml."""
    incident_id, folder = locate(incident, data)
    path = scaffold(incident_id, folder, title, timezone)
    print(path)
    is_default = folder.resolve() == data_folder(None).resolve()
    options = "" if is_default else f" --data {shlex.quote(str(folder))}"
    progress(f"put the exports into {path.parent}, then run `pmkit report {incident_id}{options}`")
