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
    wanted = Path(location or os.environ.get("PMKIT_DATA") or "data/incidents")
    here = Path.cwd()
    if wanted.is_absolute():
        return wanted
    candidates = [folder / wanted for folder in (here, *here.parents)]
    return next((candidate for candidate in candidates if candidate.is_dir()), wanted)


def incident_ids(data: Path) -> list[str]:
    """Return the sorted IDs of all incidents in the folder `data`."""
    return sorted(path.parent.name for path in data.glob(f"*/{FILE_NAME}"))
