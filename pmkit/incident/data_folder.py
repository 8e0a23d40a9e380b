"""The folder of all incidents. It is looked up without reading one, so that a shell completes their IDs at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

# The file that makes a folder an incident.
FILE_NAME: Final = "incident.yaml"


def data_folder(location: str | Path | None = None) -> Path:
    """Return the folder of all incidents.

    Parameters
    ----------
    location : str or Path, optional
        The folder; by default `PMKIT_DATA`, or else `data/incidents`. A relative folder is looked up from the
        current folder and then from its parents, so that notebooks can have a folder of their own.
    """
    wanted = _wanted(location)
    base = _base_of(wanted)
    return base / wanted if base else wanted


def reports_folder(location: str | Path | None = None) -> Path:
    """Return the folder of reports: beside where `data_folder` finds a relative folder, as if a command ran there."""
    return (_base_of(_wanted(location)) or Path()) / "reports"


def _wanted(location: str | Path | None) -> Path:
    return Path(location or os.environ.get("PMKIT_DATA") or "data/incidents")


def _base_of(wanted: Path) -> Path | None:
    """Return the current folder or the parent of it in which there is a relative folder; None if there is none."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / wanted).is_dir()), None)


def incident_ids(data: Path) -> list[str]:
    """Return the sorted IDs of all incidents in the folder `data`."""
    return sorted(path.parent.name for path in data.glob(f"*/{FILE_NAME}"))
