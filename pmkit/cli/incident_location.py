"""Finds the incident that a user named by its ID or by the path of its folder."""

from __future__ import annotations

import os
from pathlib import Path

from pmkit.core.errors import IncidentError
from pmkit.incident.folder import FILE_NAME, Incident, data_folder, find_incident


def locate(name: str, data: str | None) -> tuple[str, Path]:
    """Return the ID of an incident and the folder of all incidents that it is in.

    Parameters
    ----------
    name : str
        The incident's ID, or the path of its folder, whose parent is then the folder of all incidents.
    data : str or None
        The folder of all incidents as the user named it; see `data_folder`.

    Raises
    ------
    IncidentError
        When the path leads out of the folder that the user named.
    """
    if not _is_incident_path(name):
        return name, data_folder(data)
    folder = Path(name)
    if ".." in folder.parts or not folder.name:
        folder = folder.resolve()
    if data and data_folder(data).resolve() != folder.resolve().parent:
        raise IncidentError(f"{name} is outside of --data {data}; leave out --data, or name an incident in that folder")
    return folder.name, folder.parent


def open_named(name: str, data: str | None) -> Incident:
    """Open the incident that a user named; see `locate`."""
    return find_incident(*locate(name, data))


def _is_incident_path(name: str) -> bool:
    """Return whether a name is the path of an existing folder; if it is only dots, the folder has to be an incident's."""
    folder = Path(name)
    if name not in (".", "..") and not any(separator in name for separator in (os.sep, os.altsep) if separator):
        return False
    return folder.is_dir() and (folder.name not in ("", "..") or (folder / FILE_NAME).is_file())
