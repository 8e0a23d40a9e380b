"""Which incidents a command would find from the current folder, and what to call next."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

from pmkit.core.wording import listing, plural
from pmkit.incident.data_folder import FILE_NAME, data_folder, incident_ids

_MOST_LISTED: Final = 4


def whereabouts() -> str:
    """Return where pmkit is and what comes next, in two lines."""
    here = Path.cwd()
    inside = next((folder for folder in (here, *here.parents) if (folder / FILE_NAME).is_file()), None)
    if inside:
        return f"Here: in the folder of the incident {inside.name}.\nNext: {_look_at(inside)}"
    data = data_folder()
    ids = incident_ids(data)
    if ids:
        incidents = f"{plural(len(ids), 'incident')} in {data}: {listing(ids, _MOST_LISTED)}"
        return f"Here: {incidents}.\nNext: {_look_at(ids[0])}"
    missing = "contains no incident" if data.is_dir() else "does not exist"
    return f"Here: {data} {missing}.\nNext: `pmkit new INC-1` creates an incident; then put its exports into its folder"


def _look_at(incident: str | Path) -> str:
    name = shlex.quote(str(incident))
    return f"`pmkit summary {name}` shows what the exports say, `pmkit report {name}` writes the postmortem"
