"""The folder of an incident: `incident.yaml` and the exports."""

from __future__ import annotations

import difflib
import json
import re
import shlex
from copy import copy
from datetime import datetime
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pmkit.core.errors import IncidentError, OutputError, SourceError
from pmkit.core.locations import is_remote, list_files
from pmkit.core.wording import listing
from pmkit.formats.format import LogFormat
from pmkit.incident.confirmed_facts import Note
from pmkit.incident.data_folder import FILE_NAME, incident_ids
from pmkit.incident.field_types import validate_timezone
from pmkit.incident.model import IncidentFile
from pmkit.incident.service_level import ErrorRule
from pmkit.incident.source_hints import SourceHint
from pmkit.incident.yaml_format import plain_or_quoted
from pmkit.incident.yaml_reader import parse_leniently, read_text
from pmkit.redaction.redactor import Redactor

ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# The title that a new incident has until somebody writes one; `check` reports it.
PLACEHOLDER_TITLE = "What happened, in a few words"
NOT_EXPORTS = {FILE_NAME, "truth.yaml", "README.md"}
# How many incidents an error message names.
_MOST_LISTED = 8


class Incident:
    """An incident's folder with its `incident.yaml`.

    Parameters
    ----------
    folder : Path
        The folder with `incident.yaml`, and with the exports at any depth.
    text : str, optional
        The text to use as `incident.yaml`; by default, the file is read.

    Raises
    ------
    IncidentError
        When `incident.yaml` is missing or is not YAML, or when a field is wrong that the analysis needs; the message names
        file, line, field and what was expected. Other fields that are wrong are left out, and in `invalid`.
    """

    def __init__(self, folder: Path, text: str | None = None) -> None:
        self.folder = folder
        self.text = read_text(folder / FILE_NAME) if text is None else text
        self.file, self.positions, self.invalid = parse_leniently(folder / FILE_NAME, self.text)
        if self.file.id != folder.name:
            raise IncidentError(
                f"{folder / FILE_NAME}: id is {self.file.id!r}, but the folder is {folder.name!r}; make them the same"
            )
        self.zone = ZoneInfo(self.file.timezone)

    def with_file(self, file: IncidentFile) -> Incident:
        """Return a copy with other contents of `incident.yaml`; positions remain those in the actual file."""
        other = copy(self)
        other.file = file
        other.__dict__.pop("redactor", None)
        return other

    def with_errors(self, rule: ErrorRule) -> Incident:
        """Return a copy with another rule of what counts as an error."""
        return self.with_file(self.file.model_copy(update={"errors": rule}))

    @cached_property
    def redactor(self) -> Redactor:
        """The redactor with the rules of this incident."""
        settings = self.file.redact
        return Redactor(settings.personal, {rule.name: rule.pattern for rule in settings.rules}, settings.keep)

    @property
    def id(self) -> str:
        """The incident's ID, which is also its folder's name."""
        return self.file.id

    def exports(self) -> list[Path]:
        """Return the exports in the folder, sorted by name, then those that `incident.yaml` names by URL.

        Raises
        ------
        SourceError
            When a URL names no file or cannot be reached, or when a symbolic link leads out of the folder: otherwise,
            whoever sent the folder could make a report show any file on this machine.
        """
        local = local_exports(self.folder)
        self._refuse_links_out(local)
        remote = (path for url in self.file.exports for path in list_files(url))
        return list(dict.fromkeys([*local, *remote]))

    def _refuse_links_out(self, paths: list[Path]) -> None:
        folder = self.folder.resolve()
        for path in paths:
            if path.is_symlink() and not path.resolve().is_relative_to(folder):
                raise SourceError(
                    f"{path}: links to {path.resolve()}, outside the incident's folder; copy the file here, or list "
                    f"file://{path.resolve()} under exports in incident.yaml"
                )

    def source_name(self, path: Path) -> str:
        """Return the name of an export: its path relative to the folder, or its full path or URL outside of it."""
        inside = not is_remote(path) and path.is_relative_to(self.folder)
        return path.relative_to(self.folder).as_posix() if inside else str(path)

    def hint_for(self, source: str) -> SourceHint:
        """Return the merged hints for one export; where several set the same field, the first wins."""
        fields: dict[str, Any] = {}
        for hint in self.file.sources:
            if Path(source).match(hint.match):
                fields = hint.model_dump(exclude_none=True) | fields
        return SourceHint(**{"match": source, **fields})

    @cached_property
    def formats(self) -> tuple[LogFormat, ...]:
        """The log formats that `incident.yaml` adds."""
        return tuple(block.entry() for block in self.file.formats)

    def notes(self) -> list[tuple[Note, str]]:
        """Return the timeline entries that people wrote, each with its evidence, or else its line in `incident.yaml`."""
        positions = (f"{FILE_NAME}:{self.positions.find('timeline', number)[0]}" for number in range(len(self.file.timeline)))
        return [(note, note.evidence or position) for note, position in zip(self.file.timeline, positions, strict=True)]

    def problems(self) -> list[str]:
        """Return what is wrong in `incident.yaml` and was left out, each with its line."""
        return [f"{FILE_NAME}:{self.positions.find(*field.location)[0]}: {field.message}" for field in self.invalid]

    def local(self, at: datetime) -> datetime:
        """Return a time with a zone; one without is taken to be in the incident's zone."""
        return at.replace(tzinfo=self.zone) if at.tzinfo is None else at


def local_exports(folder: Path) -> list[Path]:
    """Return the exports in the folder of an incident, sorted by name."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in files if path.name not in NOT_EXPORTS and not path.name.startswith("."))


def find_incident(incident_id: str | float, data: Path) -> Incident:
    """Return the incident `incident_id` from the folder `data`.

    An ID that looks like a number, such as `0042`, may be given as one, because `papermill -p` turns it into one.

    Raises
    ------
    IncidentError
        When the ID is empty or invalid, when there is no such incident (similar IDs are suggested), when a number could
        be several IDs, or when its `incident.yaml` is wrong.
    """
    name = _of_number(incident_id, data) if isinstance(incident_id, int | float) else incident_id
    if not name:
        raise IncidentError(f"{data}: no incident of this folder was named (incident_id in a notebook){_suggestion(name, data)}")
    check_id(name)
    folder = data / name
    if not folder.is_dir():
        raise IncidentError(f"no incident {name!r} in {data}{_suggestion(name, data)}")
    inside = [] if (folder / FILE_NAME).exists() else incident_ids(folder)
    if inside:
        raise IncidentError(
            f"{folder} is a folder of incidents, not an incident; name one of them, such as "
            f"{shlex.quote(str(folder / inside[0]))}"
        )
    return Incident(folder)


def incident_containing(path: Path) -> Incident | None:
    """Return the incident whose folder contains a file, at any depth; None if there is none."""
    folder = next((folder for folder in path.absolute().parents if (folder / FILE_NAME).is_file()), None)
    return Incident(folder) if folder else None


def scaffold(incident_id: str, data: Path, title: str = "", timezone: str = "UTC") -> Path:
    """Create an incident folder with a commented `incident.yaml`.

    Returns
    -------
    Path
        The new `incident.yaml`.

    Raises
    ------
    IncidentError
        When the ID or the time zone is invalid, or when the incident already has an `incident.yaml`.
    OutputError
        When it cannot be written.
    """
    check_id(incident_id)
    try:
        validate_timezone(timezone)
    except ValueError as unknown:
        raise IncidentError(f"--timezone {timezone}: {unknown}") from unknown
    template = resources.files("pmkit.incident").joinpath("scaffold.yaml").read_text(encoding="utf-8")
    quoted = json.dumps(title or PLACEHOLDER_TITLE, ensure_ascii=False)
    path = data / incident_id / FILE_NAME
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(template.format(id=plain_or_quoted(incident_id), title=quoted, timezone=timezone))
    except FileExistsError as there:
        raise IncidentError(f"{path}: already exists and was not changed; choose another ID, or edit that file") from there
    except OSError as refused:
        raise OutputError(f"{path}: cannot be written: {refused.strerror}; name another folder with --data") from refused
    return path


def check_id(incident_id: str) -> None:
    """Raise IncidentError for an ID that could lead out of the data folder."""
    if not ID_PATTERN.fullmatch(incident_id) or ".." in incident_id:
        raise IncidentError(
            f"{incident_id!r} is not an incident ID; use letters, digits, '.', '_' and '-', starting with a letter or a digit, "
            "at most 64 characters and without '..', such as INC-2026-0117"
        )


def _of_number(number: float, data: Path) -> str:
    """Return the ID that was turned into a number."""
    meant = [name for name in incident_ids(data) if _is_written_as(name, number)]
    quoted = "put it in quotes, or pass it with `papermill -r incident_id ID`"
    if len(meant) > 1:
        raise IncidentError(f"the incident was given as the number {number}, which could be {' or '.join(meant)}; {quoted}")
    if not meant:
        raise IncidentError(
            f"no incident {str(number)!r} in {data}{_suggestion(str(number), data)}; it was given as a number: {quoted}"
        )
    return meant[0]


def _is_written_as(name: str, number: float) -> bool:
    try:
        return float(name) == number
    except ValueError:
        return name == str(number)


def _suggestion(incident_id: str, data: Path) -> str:
    if not data.is_dir():
        return "; that folder does not exist; name another one with --data or PMKIT_DATA"
    ids = incident_ids(data)
    if not ids:
        return "; it contains no incidents; create one with `pmkit new`"
    same = [name for name in ids if name.lower() == incident_id.lower()]
    similar = same or difflib.get_close_matches(incident_id, ids, 3, 0.4)
    return f"; did you mean {' or '.join(similar)}?" if similar else f"; it contains {listing(ids, _MOST_LISTED)}"
