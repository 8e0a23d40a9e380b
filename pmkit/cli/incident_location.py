"""Finds the incident that a user named by its ID or by the path of its folder."""

from __future__ import annotations

import os
from pathlib import Path

from pmkit.core.errors import IncidentError
from pmkit.incident.data_folder import FILE_NAME, data_folder
from pmkit.incident.folder import Incident, find_incident


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
        When the path is no folder, or leads out of the folder that the user named.
    """
    if not _is_path(name):
        return name, data_folder(data)
    folder = Path(name)
    _require_folder(folder, name)
    if ".." in folder.parts or not folder.name:
        folder = folder.resolve()
    if data and data_folder(data).resolve() != folder.resolve().parent:
        raise IncidentError(f"{name} is outside of --data {data}; leave out --data, or name an incident in that folder")
    return folder.name, folder.parent


def open_named(name: str, data: str | None) -> Incident:
    """Open the incident that a user named; see `locate`."""
    return find_incident(*locate(name, data))


def _is_path(name: str) -> bool:
    """Return whether a name is a path, not an ID."""
    return name in (".", "..") or any(separator in name for separator in (os.sep, os.altsep) if separator)


def _require_folder(folder: Path, name: str) -> None:
    """Raise IncidentError if a path is no folder, or is only dots and leads to a folder that is not an incident's."""
    if folder.name == FILE_NAME and folder.is_file():
        raise IncidentError(f"{name} is a file; name the folder that it is in")
    if not folder.is_dir():
        problem = "is a file" if folder.exists() else "no such folder"
        raise IncidentError(f"{name}: {problem}; name an incident by its ID, such as INC-2026-0117, or by the path of its folder")
    if folder.name in ("", "..") and not (folder / FILE_NAME).is_file():
        raise IncidentError(
            f"{name} is not the folder of an incident, because it contains no {FILE_NAME}; name an incident by its ID, such as "
            "INC-2026-0117, or by the path of its folder"
        )
