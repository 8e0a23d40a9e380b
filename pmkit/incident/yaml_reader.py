"""Reads `incident.yaml`; an error names the line and the field."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from pmkit.core.errors import IncidentError
from pmkit.incident.model import IncidentFile
from pmkit.incident.yaml_format import round_trip_yaml


class Positions:
    """Where the fields of an `incident.yaml` are written.

    Parameters
    ----------
    content : mapping
        The parsed file.
    text : str
        The file as it is written.
    """

    def __init__(self, content: Mapping[str, object], text: str) -> None:
        self._content = content
        self._lines = text.splitlines()

    def find(self, *location: str | int, words: str = "") -> tuple[int, int]:
        """Return the line and column, from 1, of a field, an item of a list, or some words in it.

        Parameters
        ----------
        location : str or int
            Names of fields and numbers of items, from the outside in. If the file has no such field, the closest
            one around it is used.
        words : str, optional
            Words to look for in the field: all on one line, or else as many as possible of the first ones, at the end
            of a line. If they do not occur, the position is that of the field.
        """
        line, column = _position(self._content, location)
        parts = words.split()
        for number_of_words in range(len(parts), 0, -1):
            phrase = " ".join(parts[:number_of_words])
            for number, text in self._lines_of(line, column, is_item=isinstance(location[-1], int)):
                offset = text.find(phrase)
                if offset >= 0 and (number_of_words == len(parts) or text.rstrip().endswith(phrase)):
                    return number, offset + 1
        return line, column

    def _lines_of(self, line: int, column: int, *, is_item: bool) -> Iterator[tuple[int, str]]:
        """Yield the numbered lines of a field or of a list item: its first line, and those indented more deeply."""
        for number, text in enumerate(self._lines[line - 1 :], line):
            indent = len(text) - len(text.lstrip())
            if number > line and text.strip() and indent < column - is_item:
                return
            yield number, text


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
        raise IncidentError(f"{path}: cannot be read: {unreadable.strerror}") from unreadable
    except UnicodeDecodeError as broken:
        line = broken.object.count(b"\n", 0, broken.start) + 1
        raise IncidentError(f"{path}:{line}: is not UTF-8 text; save the file as UTF-8") from broken


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
        errors = sorted(invalid.errors(), key=lambda error: error["type"] != "extra_forbidden")
        raise IncidentError("\n".join(_explain(path, content, error) for error in errors)) from invalid
    return file, Positions(content, text)


def _load(path: Path, text: str) -> dict[str, object]:
    try:
        content = round_trip_yaml().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        problem = (error.problem or "not YAML").split("\n")[0].split(" with value ")[0]
        raise IncidentError(f"{where}: not valid YAML: {problem}") from error
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


def _explain(path: Path, content: Mapping[str, object], error: ErrorDetails) -> str:
    location = (*error["loc"], *error.get("ctx", {}).get("within", ()))
    field = ".".join(str(part) for part in location)
    where = f"{path}:{_position(content, location)[0]}: {field}"
    if error["type"] == "missing":
        return f"{where}: missing; add it"
    if error["type"] == "extra_forbidden":
        return f"{where}: unknown field; {_hint(location)}"
    message = error["msg"].removeprefix("Value error, ")
    if error["input"] is None:
        return f"{where}: is empty; add a value, or remove the field"
    got = "" if isinstance(error["input"], dict | list) else f", got {error['input']!r}"
    advice = "; put it in quotes" if error["type"] == "string_type" and got else ""
    return f"{where}: {message[0].lower()}{message[1:]}{got}{advice}"


def _position(content: object, location: Sequence[str | int]) -> tuple[int, int]:
    """Return the line and column of a field or item, or of the closest around it that is in the file."""
    line, column = 1, 1
    for part in location:
        if not isinstance(content, CommentedMap | CommentedSeq):
            break
        try:
            position = content.lc.key(part) if isinstance(content, CommentedMap) else content.lc.item(part)
            line, column = position[0] + 1, position[1] + 1
            content = content[part]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line, column


def _hint(location: Sequence[str | int]) -> str:
    """Return which field an unknown one may stand for."""
    *parents, unknown = location
    annotation: object = IncidentFile
    for part in parents:
        annotation = _annotation_of_entry(annotation, part)
    model = next(_models(annotation), IncidentFile)
    names = [field.alias or name for name, field in model.model_fields.items()]
    similar = difflib.get_close_matches(str(unknown), names, 1, 0.5)
    return f"did you mean {similar[0]!r}?" if similar else f"known fields: {', '.join(names)}"


def _annotation_of_entry(annotation: object, part: str | int) -> object:
    """Return the type of a field of a model, of an item of a list or of a value of a dict; None if it has no such entry."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields.items()
        return next((field.annotation for name, field in fields if part == (field.alias or name)), None)
    arguments = get_args(annotation)
    if get_origin(annotation) in (list, tuple):
        return arguments[0] if isinstance(part, int) else None
    if get_origin(annotation) is dict:
        return arguments[1]
    # These are the arguments of an Optional, a union or an Annotated.
    entries = (_annotation_of_entry(argument, part) for argument in arguments)
    return next((entry for entry in entries if entry is not None), None)


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    """Yield the model that is annotated, or those of a union."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)
