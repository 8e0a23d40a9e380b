"""The folder of an incident: `incident.yaml` and the exports."""

from __future__ import annotations

import difflib
import json
import os
import re
from copy import copy
from datetime import datetime
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pmkit.core.errors import IncidentError, OutputError, SourceError
from pmkit.core.locations import is_remote, list_files
from pmkit.formats.format import LogFormat
from pmkit.incident.confirmed_facts import Note
from pmkit.incident.field_types import validate_timezone
from pmkit.incident.model import IncidentFile
from pmkit.incident.source_hints import SourceHint
from pmkit.incident.yaml_reader import parse, read_text
from pmkit.redaction.redactor import Redactor

FILE_NAME = "incident.yaml"
ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
NOT_EXPORTS = {FILE_NAME, "truth.yaml", "README.md"}


class Incident:
    """An incident's folder with its `incident.yaml`.

    Parameters
    ----------
    folder : Path
        The folder; `incident.yaml` lies in it, the exports anywhere below.
    text : str, optional
        What `incident.yaml` is taken to hold; if not given, it is read.

    Raises
    ------
    IncidentError
        When `incident.yaml` is missing, is not YAML, or has a field that is wrong; the
        message names file, line, field and what was expected.
    """

    def __init__(self, folder: Path, text: str | None = None) -> None:
        self.folder = folder
        self.text = read_text(folder / FILE_NAME) if text is None else text
        self.file, self.positions = parse(folder / FILE_NAME, self.text)
        if self.file.id != folder.name:
            raise IncidentError(
                f"{folder / FILE_NAME}: id is {self.file.id!r}, but the folder is {folder.name!r}; make them the same"
            )
        self.zone = ZoneInfo(self.file.timezone)

    def with_file(self, file: IncidentFile) -> Incident:
        """Return the incident as if its `incident.yaml` held something else; places are those of what it does hold."""
        other = copy(self)
        other.file = file
        other.__dict__.pop("redactor", None)
        return other

    @cached_property
    def redactor(self) -> Redactor:
        """Takes out what must not be published."""
        told = self.file.redact
        return Redactor(told.personal, {rule.name: rule.pattern for rule in told.rules}, told.keep)

    @property
    def id(self) -> str:
        """The incident's ID, which is also its folder's name."""
        return self.file.id

    def exports(self) -> list[Path]:
        """List the exports below the folder and those that `incident.yaml` names by URL, each in order of their names.

        Raises
        ------
        SourceError
            When a URL names nothing or cannot be reached, or when a link leads out of the folder: whoever sent the folder
            may not have meant what lies there on this machine.
        """
        found = (path for path in self.folder.rglob("*") if path.is_file())
        here = sorted(path for path in found if path.name not in NOT_EXPORTS and not path.name.startswith("."))
        inside = self.folder.resolve()
        for path in here:
            if path.is_symlink() and not path.resolve().is_relative_to(inside):
                raise SourceError(
                    f"{path}: is a link to {path.resolve()}, outside of the incident's folder; copy the file here, or name "
                    f"file://{path.resolve()} under exports in incident.yaml"
                )
        return list(dict.fromkeys([*here, *(path for url in self.file.exports for path in list_files(url))]))

    def source_name(self, path: Path) -> str:
        """Name an export: by its path below the folder, or by where it lies elsewhere."""
        inside = not is_remote(path) and path.is_relative_to(self.folder)
        return path.relative_to(self.folder).as_posix() if inside else str(path)

    def hint_for(self, source: str) -> SourceHint:
        """Join what the hints say about one export; an earlier hint wins field by field."""
        known: dict[str, Any] = {}
        for hint in self.file.sources:
            if Path(source).match(hint.match):
                known = hint.model_dump(exclude_none=True) | known
        return SourceHint(**{"match": source, **known})

    @cached_property
    def formats(self) -> tuple[LogFormat, ...]:
        """The log formats that `incident.yaml` adds."""
        return tuple(block.entry() for block in self.file.formats)

    def notes(self) -> list[tuple[Note, str]]:
        """List the timeline entries that people wrote, each with its evidence."""
        places = (f"{FILE_NAME}:{self.positions.find('timeline', number)[0]}" for number in range(len(self.file.timeline)))
        return [(note, note.evidence or place) for note, place in zip(self.file.timeline, places, strict=True)]

    def local(self, at: datetime) -> datetime:
        """Give a time its zone: one without a zone is in the incident's."""
        return at.replace(tzinfo=self.zone) if at.tzinfo is None else at


def data_folder(given: str | Path | None = None) -> Path:
    """Return the folder of all incidents.

    Parameters
    ----------
    given : str or Path, optional
        What the user said; if nothing, `PMKIT_DATA`, else `data/incidents`. A relative folder is
        looked for here and then in the folders above, so that a notebook may lie in one of its own.
    """
    wanted = Path(given or os.environ.get("PMKIT_DATA") or "data/incidents")
    here = Path.cwd()
    places = [folder / wanted for folder in (here, *here.parents)]
    return next((place for place in places if place.is_dir()), wanted) if not wanted.is_absolute() else wanted


def find_incident(incident_id: str, data: Path) -> Incident:
    """Open the incident `incident_id` below the folder `data`.

    Raises
    ------
    IncidentError
        When the ID is not one, when there is no such incident (near matches are named), or
        when its `incident.yaml` is wrong.
    """
    check_id(incident_id)
    folder = data / incident_id
    if not folder.is_dir():
        raise IncidentError(f"no incident {incident_id!r} in {data}{_near(incident_id, data)}")
    return Incident(folder)


def incident_ids(data: Path) -> list[str]:
    """List the IDs of all incidents below the folder `data`, in their order."""
    return sorted(path.parent.name for path in data.glob(f"*/{FILE_NAME}"))


def incident_containing(path: Path) -> Incident | None:
    """Open the incident in whose folder a file lies, at any depth; None where it lies in none."""
    folder = next((folder for folder in path.absolute().parents if (folder / FILE_NAME).is_file()), None)
    return Incident(folder) if folder else None


def scaffold(incident_id: str, data: Path, title: str = "", timezone: str = "UTC") -> Path:
    """Make the folder of an incident with a commented `incident.yaml`.

    Returns
    -------
    Path
        The new `incident.yaml`.

    Raises
    ------
    IncidentError
        When the ID or the zone is none, or when the incident has an `incident.yaml` already.
    OutputError
        When it cannot be written.
    """
    check_id(incident_id)
    try:
        validate_timezone(timezone)
    except ValueError as unknown:
        raise IncidentError(f"--timezone {timezone}: {unknown}") from unknown
    template = resources.files("pmkit.incident").joinpath("scaffold.yaml").read_text(encoding="utf-8")
    quoted = json.dumps(title or "What happened, in a few words", ensure_ascii=False)
    path = data / incident_id / FILE_NAME
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(template.format(id=incident_id, title=quoted, timezone=timezone))
    except FileExistsError as there:
        raise IncidentError(f"{path}: exists already; it is left as it is") from there
    except OSError as refused:
        raise OutputError(f"{path}: cannot be written: {refused.strerror}; name another folder with --data") from refused
    return path


def check_id(incident_id: str) -> None:
    """Refuse an ID that could name a place outside the data folder."""
    if not ID_PATTERN.fullmatch(incident_id) or ".." in incident_id:
        raise IncidentError(
            f"{incident_id!r} is not an incident ID; use letters, digits, '.', '_' and '-', such as INC-2026-0117"
        )


def _near(incident_id: str, data: Path) -> str:
    if not data.is_dir():
        return "; that folder does not exist, name another with --data or PMKIT_DATA"
    known = incident_ids(data)
    if not known:
        return "; it holds no incidents, create one with `pmkit new`"
    near = difflib.get_close_matches(incident_id, known, 3, 0.4)
    return f"; did you mean {' or '.join(near)}?" if near else f"; it holds {', '.join(known[:8])}"
