"""Fields of `incident.yaml` that are wrong: what was expected, in the words of whoever wrote them, and the file without them."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterator, Mapping, MutableMapping, MutableSequence, Sequence
from typing import Final, NamedTuple, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml.comments import TaggedScalar

from pmkit.incident.model import IncidentFile

# Fields that decide what is read, counted, redacted or named. If one of them is wrong, there is no report.
_DECIDING: Final = frozenset({
    "id", "title", "timezone", "slo", "errors", "impact_source", "exports", "sources", "formats", "redact",
})  # fmt: skip

# What was expected, by the beginning of pydantic's name for the kind of error.
_EXPECTED: Final = {
    "date": "expected a date such as 2026-12-11",
    "tuple_type": "expected a list such as [a, b]",
    "list_type": "expected a list such as [a, b]",
    "string_type": "expected text",
    "bool": "expected true or false",
    "int": "expected a whole number",
    "float": "expected a number",
    "model_type": "expected `name: value` lines",
    "dict_type": "expected `name: value` lines",
    "string_too_short": "is empty; add some text",
}

# Removing a wrong value may uncover that a field is missing, and so on outwards.
_MOST_ATTEMPTS: Final = 8


class InvalidField(NamedTuple):
    """A field that is wrong, with a message that begins with its name."""

    location: tuple[str | int, ...]
    message: str


def sorted_errors(invalid: ValidationError) -> list[ErrorDetails]:
    """Return the errors, unknown fields first, because they explain missing ones."""
    return sorted(invalid.errors(), key=lambda error: error["type"] != "extra_forbidden")


def read_leniently(content: Mapping[str, object]) -> tuple[IncidentFile, tuple[InvalidField, ...]]:
    """Return the contents of the file without what is wrong, and what is wrong.

    Raises
    ------
    ValidationError
        When a field is wrong that decides what is read, counted or redacted, or an unknown one that may be meant to.
    """
    invalid: dict[tuple[str | int, ...], InvalidField] = {}
    remaining: MutableMapping[str, object] = copy.deepcopy(dict(content))
    for attempt in range(_MOST_ATTEMPTS):
        try:
            return IncidentFile.model_validate(remaining), tuple(invalid.values())
        except ValidationError as error:
            errors = sorted_errors(error)
            if attempt == _MOST_ATTEMPTS - 1 or any(_decides(each) for each in errors):
                raise
            for each in errors:
                field = explain(each)
                invalid.setdefault(field.location, field)
            # From the back, so that the numbers of items stay right.
            removed = {_removed(each) for each in errors}
            for location in sorted(removed, key=lambda path: [str(part).rjust(9) for part in path], reverse=True):
                _remove(remaining, location)
    raise AssertionError("the last attempt returns or raises")


def _decides(error: ErrorDetails) -> bool:
    """Return whether an error is in a field that decides, or in an unknown one that could be meant as such."""
    if not error["loc"]:
        return True
    name = str(error["loc"][0])
    if error["type"] == "extra_forbidden" and len(error["loc"]) == 1:
        similar = difflib.get_close_matches(name, IncidentFile.model_fields, 1, 0.5)
        return not similar or similar[0] in _DECIDING
    return name in _DECIDING


def _removed(error: ErrorDetails) -> tuple[str | int, ...]:
    """Return what has to be removed: the wrong value, or the whole of which a part is missing."""
    location = tuple(error["loc"])
    return location[:-1] if error["type"] == "missing" else location


def _remove(content: object, location: Sequence[str | int]) -> None:
    """Remove a field or an item, or the closest around it that is in the file."""
    *parents, last = location
    parent = content
    for part in parents:
        inner = parent.get(part) if isinstance(parent, Mapping) else _item(parent, part)
        if not isinstance(inner, MutableMapping | MutableSequence):
            last = part
            break
        parent = inner
    if isinstance(parent, MutableMapping):
        parent.pop(last, None)
    elif isinstance(parent, MutableSequence) and isinstance(last, int) and last < len(parent):
        del parent[last]


def _item(items: object, number: str | int) -> object:
    is_there = isinstance(items, Sequence) and isinstance(number, int) and number < len(items)
    return items[number] if is_there and isinstance(items, Sequence) and isinstance(number, int) else None


def explain(error: ErrorDetails) -> InvalidField:
    """Return the field that is wrong, and what was expected."""
    location = (*error["loc"], *error.get("ctx", {}).get("within", ()))
    return InvalidField(location, f"{'.'.join(str(part) for part in location)}: {_what_is_wrong(error, location)}")


def _what_is_wrong(error: ErrorDetails, location: Sequence[str | int]) -> str:
    if error["type"] == "missing":
        return "missing; add it"
    if error["type"] == "extra_forbidden":
        return f"unknown field; {_hint(location)}"
    if error["input"] is None:
        return "is empty; add a value, or remove the field"
    kind = error["type"]
    message = error["msg"].removeprefix("Value error, ").replace("Input should be", "expected")
    expected = next((words for name, words in _EXPECTED.items() if kind.startswith(name)), f"{message[:1].lower()}{message[1:]}")
    got = "" if isinstance(error["input"], dict | list) else f", got {_as_written(error['input'])!r}"
    advice = "; put the text in quotes" if kind == "string_type" and got else ""
    return f"{expected}{got}{advice}"


def _as_written(value: object) -> object:
    """Return a value as people wrote it; one with a tag of YAML is an object otherwise."""
    return f"{value.tag.value} {value.value}" if isinstance(value, TaggedScalar) else value


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
