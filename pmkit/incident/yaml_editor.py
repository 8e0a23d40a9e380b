"""A draft of `incident.yaml`: collects changes, checks them, and saves them without overwriting what others changed meanwhile."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pmkit.core.errors import IncidentError, OutputError
from pmkit.incident.data_folder import FILE_NAME
from pmkit.incident.folder import Incident
from pmkit.incident.model import IncidentFile
from pmkit.incident.yaml_format import load, to_plain_data
from pmkit.incident.yaml_reader import parse
from pmkit.incident.yaml_rewriter import apply_changes


@dataclass(frozen=True)
class Conflict:
    """A field that somebody else changed meanwhile, to another value.

    Attributes
    ----------
    field : str
        Name of the field.
    theirs, mine : object
        The value in the file, and the value to be written; None where there is none.
    """

    field: str
    theirs: object
    mine: object


class ConflictError(IncidentError):
    """Somebody else changed some of the fields to be written; nothing was written.

    Attributes
    ----------
    conflicts : tuple of Conflict
        The fields in question.
    """

    def __init__(self, path: Path, conflicts: tuple[Conflict, ...]) -> None:
        self.conflicts = conflicts
        fields = ", ".join(conflict.field for conflict in conflicts)
        super().__init__(
            f"{path}: somebody else has changed {fields} meanwhile; nothing was written; choose which values to keep"
        )


class Draft:
    """Unsaved changes to the `incident.yaml` of an incident.

    Parameters
    ----------
    incident : Incident
        The incident as it was read.
    """

    def __init__(self, incident: Incident) -> None:
        self.path = incident.folder / FILE_NAME
        self._start_from(incident.text)

    def _start_from(self, text: str) -> None:
        self._text = text
        self._saved: dict[str, object] = to_plain_data(load(text))
        self._changes: dict[str, object] = {}

    @property
    def changes(self) -> Mapping[str, object]:
        """The fields that differ from the file as it was read, with their new values."""
        return self._changes

    @property
    def text(self) -> str:
        """The file as it would be written."""
        return apply_changes(self._text, self._changes)

    def get(self, field: str) -> Any:
        """Return the value of a field as plain data; None if it has none."""
        return deepcopy(self._changes[field] if field in self._changes else self._saved.get(field))

    def set(self, field: str, value: object) -> None:
        """Change a field.

        Parameters
        ----------
        field : str
            A field of `IncidentFile`.
        value : object
            Plain data: text, numbers, times, and lists and dicts of them; an empty value removes the field.
        """
        if field not in IncidentFile.model_fields:
            raise IncidentError(f"{self.path}: {field}: unknown field")
        new = to_plain_data(value) if value or value is False or value == 0 else None
        if new == self._saved.get(field):
            self._changes.pop(field, None)
        else:
            self._changes[field] = new

    def incident(self) -> Incident:
        """Return the incident with the changes.

        Raises
        ------
        IncidentError
            When a value is wrong; the message names the line that it would be on.
        """
        return Incident(self.path.parent, self.text)

    def save(self, mine: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """Read the file again and write the changes into it.

        Parameters
        ----------
        mine : frozenset of str, optional
            Fields to write even though somebody else changed them.

        Returns
        -------
        tuple of str
            Fields that somebody else changed meanwhile, and whose values were therefore kept.

        Raises
        ------
        ConflictError
            When somebody else changed one of the changed fields to another value; nothing is written.
        IncidentError
            When a value is wrong, or the file is no longer readable; nothing is written.
        OutputError
            When the file cannot be written.
        """
        current = self._read_file()
        parse(self.path, current)
        theirs = to_plain_data(load(current))
        fields = {**self._saved, **theirs}
        changed_by_others = [name for name in fields if name not in mine and self._saved.get(name) != theirs.get(name)]
        conflicts = [
            Conflict(field, theirs.get(field), value)
            for field, value in self._changes.items()
            if field in changed_by_others and theirs.get(field) != value
        ]
        if conflicts:
            raise ConflictError(self.path, tuple(conflicts))
        text = apply_changes(current, self._changes)
        parse(self.path, text)
        if text != current:
            _replace_file(self.path, text)
        self._start_from(text)
        return tuple(changed_by_others)

    def discard(self) -> None:
        """Discard all changes and read the file again.

        Raises
        ------
        IncidentError
            When the file is no longer readable; the changes are kept then.
        """
        text = self._read_file()
        parse(self.path, text)
        self._start_from(text)

    def take_theirs(self, field: str) -> None:
        """Discard the change to one field."""
        self._changes.pop(field, None)

    def _read_file(self) -> str:
        try:
            return self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise IncidentError(f"{self.path}: can no longer be read: {error}; nothing was written") from error


@contextlib.contextmanager
def _temporary_beside(path: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(prefix=".pmkit-", dir=path.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _replace_file(path: Path, text: str) -> None:
    """Replace the contents of a file, completely or not at all; links, line ends and permissions stay."""
    target = path.resolve()
    try:
        newline = "\r\n" if b"\r\n" in target.read_bytes() else "\n"
        with _temporary_beside(target) as temporary:
            with temporary.open("w", encoding="utf-8", newline=newline) as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(target.stat().st_mode)
            temporary.replace(target)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}; its contents are unchanged") from error
