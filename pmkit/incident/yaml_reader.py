"""Reads `incident.yaml`; an error names the line and the field."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from pmkit.core.errors import IncidentError
from pmkit.incident.invalid_fields import InvalidField, explain, read_leniently, sorted_errors
from pmkit.incident.model import IncidentFile
from pmkit.incident.yaml_format import round_trip_yaml
from pmkit.incident.yaml_positions import Positions, position_of


def read_text(path: Path) -> str:
    """Return the text of an `incident.yaml`.

    Raises
    ------
    IncidentError
        When there is no such file, or it cannot be read, or it is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as missing:
        folder = str(path.parent) if len(path.parent.parts) > 1 else f"./{path.parent}"
        raise IncidentError(f"{path}: not found; `pmkit new {shlex.quote(folder)}` writes one to fill in") from missing
    except OSError as unreadable:
        advice = "; allow pmkit to read it, for example with `chmod u+r`" if isinstance(unreadable, PermissionError) else ""
        raise IncidentError(f"{path}: cannot be read: {unreadable.strerror}{advice}") from unreadable
    except UnicodeDecodeError as broken:
        line = broken.object.count(b"\n", 0, broken.start) + 1
        raise IncidentError(f"{path}:{line}: is not UTF-8 text; save the file as UTF-8") from broken


# What YAML's parser says, and the same in plain words, with what to do.
_PLAIN_WORDS: Final = {
    "mapping values are not allowed": "a text has a colon before a space; put the text in quotes",
    r"'\\t' that cannot start any token": "the line begins with a tab; use spaces",
    r"'(?P<sign>.+)' that cannot start any token": "a text cannot begin with {sign}; put the text in quotes",
    r"expected ',' or '(?P<sign>[\]}])'": "a list or a mapping is not closed with {sign}, or a text in it needs quotes",
    "unexpected end of stream": "a text in quotes is not closed",
    "found undefined alias": "a text cannot begin with *; put the text in quotes",
    'found duplicate key "(?P<key>.*)"': "{key} is there twice; keep one of them",
    "expected the node content": "a list or a mapping is not closed, or a value is missing",
    "expected <block end>": "the line is not indented like those that it belongs to",
}


def _in_plain_words(problem: str) -> str:
    """Return what YAML's parser says in plain words, if they are known."""
    for pattern, words in _PLAIN_WORDS.items():
        match = re.search(pattern, problem)
        if match:
            return words.format(**match.groupdict())
    return problem


def parse(path: Path, text: str) -> tuple[IncidentFile, Positions]:
    """Return the contents of an `incident.yaml` and the positions of its fields.

    Raises
    ------
    IncidentError
        When it is not YAML or does not fit the model; the message names `path`, the line and the field.
    """
    content = _load(path, text)
    try:
        file = IncidentFile.model_validate(content)
    except ValidationError as invalid:
        raise _error(path, content, sorted_errors(invalid)) from invalid
    return file, Positions(content, text)


def parse_leniently(path: Path, text: str) -> tuple[IncidentFile, Positions, tuple[InvalidField, ...]]:
    """Return the contents of an `incident.yaml` without the fields that are wrong, if they are none that the analysis needs.

    Raises
    ------
    IncidentError
        When it is not YAML, or when a field is wrong that decides what is read, counted or redacted.
    """
    content = _load(path, text)
    try:
        file, invalid = read_leniently(content)
    except ValidationError as error:
        raise _error(path, content, sorted_errors(error)) from error
    return file, Positions(content, text), invalid


def _error(path: Path, content: Mapping[str, object], errors: Sequence[ErrorDetails]) -> IncidentError:
    lines = []
    for error in errors:
        field = explain(error)
        lines.append(f"{path}:{position_of(content, field.location)[0]}: {field.message}")
    return IncidentError("\n".join(lines))


def _load(path: Path, text: str) -> dict[str, object]:
    try:
        content = round_trip_yaml().load(text)
    except MarkedYAMLError as error:
        # A text that is not closed is noticed at the end of the file, but is wrong where it begins.
        is_open = "unexpected end of stream" in (error.problem or "")
        mark = (error.context_mark if is_open else None) or error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        problem = (error.problem or "not YAML").split("\n")[0].split(" with value ")[0]
        raise IncidentError(f"{where}: not valid YAML: {_in_plain_words(problem)}") from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise IncidentError(f"{path}:{line}: not valid YAML: a control character, U+{error.character:04X}") from error
    except RecursionError as deep:
        raise IncidentError(f"{path}: lists or fields are nested too deeply to be read; remove the inner ones") from deep
    except (ValueError, OverflowError) as error:
        problem = str(error).split("; ")[0]
        raise IncidentError(f"{path}: a number or a date cannot be read: {problem}; put it in quotes") from error
    if not isinstance(content, dict):
        raise IncidentError(f"{path}:1: expected `name: value` lines, beginning with `id: {path.parent.name}`")
    return content
