"""Changes fields of `incident.yaml`, and leaves everything else of it as it is written."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import LiteralScalarString

from pmkit.core.errors import IncidentError, OutputError
from pmkit.incident.folder import FILE_NAME, Incident
from pmkit.incident.model import IncidentFile
from pmkit.incident.yaml_reader import parse

_WIDTH: Final = 110


class _Written(str):
    """A time as it is written, which needs no quotes."""

    __slots__ = ()


class _Constructor(RoundTripConstructor):
    """Keeps times as they are written."""


class _Representer(RoundTripRepresenter):
    """Writes times without quotes."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: _Written(node.value))
_Representer.add_representer(_Written, lambda self, value: self.represent_scalar("tag:yaml.org,2002:timestamp", str(value)))


@dataclass(frozen=True)
class Conflict:
    """A field that somebody else changed meanwhile, to something else.

    Attributes
    ----------
    field : str
        Its name.
    theirs, mine : object
        What stands in the file now, and what was to be written; None where there is nothing.
    """

    field: str
    theirs: Any
    mine: Any


class ConflictError(IncidentError):
    """Somebody else changed fields that were to be written; nothing was.

    Attributes
    ----------
    conflicts : tuple of Conflict
        Which.
    """

    def __init__(self, path: Path, conflicts: tuple[Conflict, ...]) -> None:
        self.conflicts = conflicts
        fields = ", ".join(conflict.field for conflict in conflicts)
        super().__init__(f"{path}: changed meanwhile by somebody else: {fields}; nothing was written, choose what is to stand")


class Draft:
    """What somebody is writing of an incident, not saved yet.

    Parameters
    ----------
    incident : Incident
        As it was read.
    """

    def __init__(self, incident: Incident) -> None:
        self.path = incident.folder / FILE_NAME
        self._text = incident.text
        self._read = plain(_load(self._text))
        self._changes: dict[str, Any] = {}

    @property
    def changes(self) -> Mapping[str, Any]:
        """The fields that differ from what was read, by name, with their new values."""
        return self._changes

    @property
    def text(self) -> str:
        """The file as it would be written."""
        return rewritten(self._text, self._changes)

    def get(self, field: str) -> Any:
        """Return the value of a field as plain data; None where it is not there."""
        return deepcopy(self._changes[field] if field in self._changes else self._read.get(field))

    def set(self, field: str, value: Any) -> None:
        """Give a field another value.

        Parameters
        ----------
        field : str
            A field of `IncidentFile`.
        value : object
            Plain data: text, numbers, times, and lists and dicts of them; empty takes the field away.
        """
        if field not in IncidentFile.model_fields:
            raise IncidentError(f"{self.path}: {field}: unknown field")
        wanted = plain(value) if value or value is False or value == 0 else None
        if wanted == self._read.get(field):
            self._changes.pop(field, None)
        else:
            self._changes[field] = wanted

    def incident(self) -> Incident:
        """Return the incident as it would be.

        Raises
        ------
        IncidentError
            When a value is wrong; the message names the line that it would have.
        """
        return Incident(self.path.parent, self.text)

    def save(self, mine: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """Write the changes, after reading the file again.

        Parameters
        ----------
        mine : frozenset of str, optional
            Fields that are to be written although somebody else changed them.

        Returns
        -------
        tuple of str
            The fields that somebody else changed meanwhile, and that were kept as they are.

        Raises
        ------
        ConflictError
            When somebody else changed a field of those to something else; nothing is written then.
        IncidentError
            When a value is wrong, or the file is no longer readable; nothing is written then.
        OutputError
            When it cannot be written.
        """
        there = self._there()
        parse(self.path, there)
        theirs = plain(_load(there))
        moved = [name for name in {**self._read, **theirs} if self._read.get(name) != theirs.get(name)]
        conflicts = [
            Conflict(name, theirs.get(name), value)
            for name, value in self._changes.items()
            if name in moved and name not in mine and theirs.get(name) != value
        ]
        if conflicts:
            raise ConflictError(self.path, tuple(conflicts))
        text = rewritten(there, self._changes)
        parse(self.path, text)
        if text != there:
            _replace(self.path, text)
        self._text, self._read, self._changes = text, plain(_load(text)), {}
        return tuple(name for name in moved if name not in mine)

    def discard(self) -> None:
        """Give up all changes, and read the file again.

        Raises
        ------
        IncidentError
            When it cannot be read any more; the changes are kept then.
        """
        text = self._there()
        parse(self.path, text)
        self._text, self._read, self._changes = text, plain(_load(text)), {}

    def take_theirs(self, field: str) -> None:
        """Give up one's own change of a field."""
        self._changes.pop(field, None)

    def _there(self) -> str:
        try:
            return self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as gone:
            raise IncidentError(f"{self.path}: cannot be read any more: {gone}; nothing was written") from gone


def plain(value: Any) -> Any:
    """Give a value of the file as plain data, times as they are written."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="microseconds" if value.microsecond else "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip() if isinstance(value, str) else value


def rewritten(text: str, changes: Mapping[str, Any]) -> str:
    """Change fields of a text of `incident.yaml`.

    Parameters
    ----------
    text : str
        The file; every line that belongs to no changed field is kept as it is.
    changes : mapping of str to object
        Fields with plain values; None takes a field away.
    """
    for field, value in changes.items():
        text = _with(text, field, value)
    return text


def _with(text: str, field: str, value: Any) -> str:
    content = _load(text)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    if field in content:
        first, end = _extent(content, lines, field)
        if value is None:
            return "".join(lines[:first] + lines[end:])
        node = _merged(content[field], value)
        remark = _remark(content, field)
        return "".join([*lines[:first], *_written(field, node, remark), *lines[end:]])
    if value is None:
        return text
    place = _place(content, lines, field)
    return "".join([*lines[:place], *_written(field, _merged(None, value), ""), *lines[place:]])


def _extent(content: Any, lines: list[str], field: str) -> tuple[int, int]:
    """Give the first line of a field, and the line behind its last: what stands between it and the next belongs to that."""
    starts = sorted(content.lc.key(name)[0] for name in content)
    first = content.lc.key(field)[0]
    end = next((start for start in starts if start > first), len(lines))
    while end > first + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return first, end


def _place(content: Any, lines: list[str], field: str) -> int:
    """Give the line for a new field: behind the nearest of those that come before it."""
    order = list(IncidentFile.model_fields)
    before = [name for name in content if name in order and order.index(name) < order.index(field)]
    if not before:
        return len(lines)
    return _extent(content, lines, max(before, key=order.index))[1]


def _remark(content: Any, field: str) -> str:
    """Give the remark that stands behind the value of a field, on its line."""
    found = content.ca.items.get(field)
    token = found[2] if found and len(found) > 2 else None
    first = token.value.splitlines()[0] if token and token.value.splitlines() else ""
    return first.strip() if first.strip().startswith("#") else ""


def _merged(old: Any, new: Any) -> Any:
    """Give the new value with what is as before written as before, with its remarks."""
    if plain(old) == new and old is not None:
        return old
    if isinstance(new, dict):
        made = old if isinstance(old, CommentedMap) else CommentedMap()
        for key in [key for key in made if key not in new]:
            del made[key]
        for key, value in new.items():
            made[key] = _merged(made.get(key), value)
        return made
    if isinstance(new, list):
        return _merged_list(old if isinstance(old, CommentedSeq) else CommentedSeq(), new)
    if isinstance(new, str) and isinstance(old, _Written):
        return _Written(new)
    if isinstance(new, str) and "\n" in new:
        return LiteralScalarString(new + "\n")
    return _time(new)


def _merged_list(old: CommentedSeq, new: list[Any]) -> CommentedSeq:
    """Change the entries of a list that differ; where some came or went, those that stay keep their remarks."""
    if len(old) == len(new):
        for number, value in enumerate(new):
            old[number] = _merged(old[number], value)
        return old
    kept = [plain(one) for one in old]
    for number in reversed(range(len(old))):
        if kept[number] not in new:
            del old[number]
    for number, value in enumerate(new):
        if number >= len(old) or plain(old[number]) != value:
            old.insert(number, _merged(None, value))
    del old[len(new) :]
    return old


def _time(value: Any) -> Any:
    """Write text that is a time as one."""
    if isinstance(value, str) and len(value) >= len("2026-01-17"):
        with contextlib.suppress(ValueError):
            datetime.fromisoformat(value)
            return _Written(value)
    return value


def _written(field: str, node: Any, remark: str) -> list[str]:
    """Write one field as lines."""
    out = io.StringIO()
    _yaml().dump(CommentedMap({field: node}), out)
    lines = out.getvalue().rstrip().splitlines(keepends=True)
    lines[-1] = lines[-1].rstrip("\n") + "\n"
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].startswith("#")):
        lines.pop()
    if remark and len(lines) == 1:
        lines[0] = f"{lines[0].rstrip()}  {remark}\n"
    return lines


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.Constructor = _Constructor
    yaml.Representer = _Representer
    yaml.width = _WIDTH
    yaml.allow_unicode = True
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _load(text: str) -> Any:
    return _yaml().load(text) or CommentedMap()


@contextlib.contextmanager
def _aside(path: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(prefix=".pmkit-", dir=path.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _replace(path: Path, text: str) -> None:
    """Put a text in place of a file, whole or not at all."""
    target = path.resolve()
    try:
        newline = "\r\n" if b"\r\n" in target.read_bytes() else "\n"
        with _aside(target) as aside:
            with aside.open("w", encoding="utf-8", newline=newline) as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            aside.chmod(target.stat().st_mode)
            aside.replace(target)
    except OSError as refused:
        raise OutputError(f"{path}: cannot be written: {refused.strerror}; what it held is as it was") from refused
