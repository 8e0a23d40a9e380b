"""Reads `incident.yaml`; an error names the line and the field."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from pmkit.core.errors import IncidentError
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
    where = f"{path}:{position_of(content, location)[0]}: {field}"
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
