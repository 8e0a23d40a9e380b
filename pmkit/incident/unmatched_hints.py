"""Refuses hints in `incident.yaml` that match no export."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from pmkit.core.errors import IncidentError
from pmkit.core.wording import listing
from pmkit.incident.data_folder import FILE_NAME
from pmkit.incident.folder import Incident

# How many exports a message names.
_MOST_SUGGESTED: Final = 3
_MOST_LISTED: Final = 8
_SIMILARITY: Final = 0.6


def require_matching_hints(incident: Incident, sources: Sequence[str]) -> None:
    """Raise IncidentError if a hint matches none of the exports: what a person knows about a file would be lost.

    Parameters
    ----------
    incident : Incident
        The incident with its hints.
    sources : sequence of str
        The names of all its exports.
    """
    path = incident.folder / FILE_NAME
    errors = [
        f"{path}:{incident.positions.find('sources', number, 'match')[0]}: sources.{number}.match: "
        f"no export matches {hint.match!r}; {_suggestion(hint.match, sources)}"
        for number, hint in enumerate(incident.file.sources)
        if not any(Path(source).match(hint.match) for source in sources)
    ]
    if errors:
        raise IncidentError("\n".join(errors))


def _suggestion(pattern: str, sources: Sequence[str]) -> str:
    """Return the exports that may be meant: those with the same file name, in another case or folder, or a similar one."""
    if not sources:
        return "there are no exports"
    wanted = pattern.casefold()
    name = PurePosixPath(wanted).name
    same = [source for source in sources if PurePosixPath(source.casefold()).name == name]
    by_case = {source.casefold(): source for source in sources}
    similar = [by_case[key] for key in difflib.get_close_matches(wanted, by_case, _MOST_SUGGESTED, _SIMILARITY)]
    near = (same or similar)[:_MOST_SUGGESTED]
    return f"did you mean {' or '.join(near)}?" if near else f"the exports are {listing(list(sources), _MOST_LISTED)}"
