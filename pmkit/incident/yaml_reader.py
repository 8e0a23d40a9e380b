"""Reads `incident.yaml`, and says on which line something is wrong."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from pmkit.core.errors import IncidentError
from pmkit.incident.model import (  # fmt: skip
    ActionItem,
    ConfirmedTimes,
    EntryEdit,
    ErrorRule,
    ExtraSection,
    FormatBlock,
    IncidentFile,
    Note,
    Slo,
    SourceHint,
    Waiver,
)


class _Constructor(RoundTripConstructor):
    """Leaves times as they are written: pydantic reads them with their zone."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


class Positions:
    """Says where in `incident.yaml` something is written.

    Parameters
    ----------
    content : mapping
        The file as it was read.
    text : str
        It as it is written.
    """

    def __init__(self, content: Any, text: str) -> None:
        self._content = content
        self._lines = text.splitlines()

    def find(self, *location: str | int, words: str = "") -> tuple[int, int]:
        """Give line and column, from 1, of a field, an entry of a list, or some words in it.

        Parameters
        ----------
        location : str or int
            Names of fields and numbers of entries, from the outside in; of what is not there, the nearest around it.
        words : str, optional
            What is looked for from there on: all of it on one line, or else its first words at the end of one; if
            they are nowhere, the place is that of the field.
        """
        line, column = _position(self._content, list(location))
        parts = words.split()
        for some in range(len(parts), 0, -1):
            wanted = " ".join(parts[:some])
            for number, text in self._of_field(line, column, entry=isinstance(location[-1], int)):
                place = text.find(wanted)
                if place >= 0 and (some == len(parts) or text.rstrip().endswith(wanted)):
                    return number, place + 1
        return line, column

    def _of_field(self, line: int, column: int, *, entry: bool) -> Iterator[tuple[int, str]]:
        """Give the lines of a field, or of an entry of a list, with their numbers: those below are indented further."""
        for number, text in enumerate(self._lines[line - 1 :], line):
            indent = len(text) - len(text.lstrip())
            if number > line and text.strip() and indent < column - entry:
                return
            yield number, text


def text_of(path: Path) -> str:
    """Read the text of `incident.yaml`."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as missing:
        raise IncidentError(f"{path}: not found; `pmkit new {path.parent.name}` writes one to fill in") from missing
    except (OSError, UnicodeDecodeError) as unreadable:
        raise IncidentError(f"{path}: cannot be read as UTF-8 text: {unreadable}") from unreadable


def parse(path: Path, text: str) -> tuple[IncidentFile, Positions]:
    """Give the contents of a text of `incident.yaml`, and where they stand; `path` is what errors name."""
    yaml = YAML(typ="rt")
    yaml.Constructor = _Constructor
    try:
        content = yaml.load(text)
    except MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        problem = (broken.problem or "not YAML").split("\n")[0].split(" with value ")[0]
        raise IncidentError(f"{where}: not valid YAML: {problem}") from broken
    except ReaderError as broken:
        line = text.count("\n", 0, broken.position) + 1
        raise IncidentError(f"{path}:{line}: not valid YAML: a control character, U+{broken.character:04X}") from broken
    if not isinstance(content, dict):
        raise IncidentError(f"{path}:1: expected `name: value` lines, beginning with `id: {path.parent.name}`")
    try:
        file = IncidentFile.model_validate(content)
    except ValidationError as wrong:
        errors = sorted(wrong.errors(), key=lambda error: error["type"] != "extra_forbidden")
        raise IncidentError("\n".join(_explain(path, content, error) for error in errors)) from wrong
    return file, Positions(content, text)


def _explain(path: Path, content: Any, error: Any) -> str:
    location = [*error["loc"], *error.get("ctx", {}).get("within", [])]
    field = ".".join(str(part) for part in location)
    where = f"{path}:{_position(content, location)[0]}: {field}"
    if error["type"] == "missing":
        return f"{where}: missing; add it"
    if error["type"] == "extra_forbidden":
        model = _model_at(location[:-1])
        near = difflib.get_close_matches(str(location[-1]), model.model_fields, 1, 0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(model.model_fields)}"
        return f"{where}: unknown field; {hint}"
    message = error["msg"].removeprefix("Value error, ")
    got = "" if isinstance(error["input"], dict | list) else f", got {error['input']!r}"
    return f"{where}: {message[0].lower()}{message[1:]}{got}"


def _position(content: Any, location: list[Any]) -> tuple[int, int]:
    line, column = 1, 1
    for part in location:
        try:
            marks: Any = content.lc
            position = marks.key(part) if isinstance(content, dict) else marks.item(part)
            line, column = position[0] + 1, position[1] + 1
            content = content[part]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line, column


def _model_at(location: list[Any]) -> type[BaseModel]:
    parts: dict[str, type[BaseModel]] = {
        "slo": Slo,
        "errors": ErrorRule,
        "sources": SourceHint,
        "formats": FormatBlock,
        "times": ConfirmedTimes,
        "timeline": Note,
        "timeline_edits": EntryEdit,
        "measures": ActionItem,
        "sections": ExtraSection,
        "waivers": Waiver,
    }
    return parts.get(str(location[0]), IncidentFile) if location else IncidentFile
