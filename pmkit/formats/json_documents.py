"""Finds the records in a JSON document, with the line on which each begins."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import takewhile, zip_longest
from typing import Final, cast

from pmkit.core.json_value import JsonValue
from pmkit.formats.record import Record

# The objects around a record, outermost first.
Parents = list[Record]

# The step of a path from a text to the JSON in it.
EMBEDDED: Final = "(JSON)"
# The step of a path to every member of an object.
ANY_KEY: Final = "(any key)"

_DECODER: Final = json.JSONDecoder()
_MAX_FIRST_LINE: Final = 1 << 16
_SPACE: Final = " \t\r\n"


def records_at(document: object, path: tuple[str, ...]) -> Iterator[tuple[object, Parents]]:
    """Yield the records at a path of a document, each with the objects around it.

    Parameters
    ----------
    document : object
        A JSON value. If it is a list and the path does not begin with `*`, each element is a document of its own; so are
        the elements of lists in it.
    path : tuple of str
        Keys, `*` for the elements of a list, and `EMBEDDED` for the JSON in a text. If empty, the document itself is the record.

    Examples
    --------
    >>> [record for record, _ in records_at({"hits": {"hits": [1, 2]}}, ("hits", "hits", "*"))]
    [1, 2]
    >>> [record for record, _ in records_at([[{"a": 1}], [{"a": 2}]], ())]
    [{'a': 1}, {'a': 2}]
    """
    if isinstance(document, list) and path[:1] != ("*",):
        for element in document:
            yield from records_at(element, path) if isinstance(element, list) else _descend(element, path, [])
    else:
        yield from _descend(document, path, [])


def _descend(value: object, path: tuple[str, ...], parents: Parents) -> Iterator[tuple[object, Parents]]:
    if not path:
        yield value, parents
    elif path[0] == "*":
        if isinstance(value, list):
            for element in value:
                yield from _descend(element, path[1:], parents)
    elif path[0] == ANY_KEY:
        for member in value.values() if isinstance(value, dict) else ():
            yield from _descend(member, path[1:], [*parents, value] if isinstance(value, dict) else parents)
    elif path[0] == EMBEDDED:
        if (inner := embedded(value)) is not None:
            yield from _descend(inner, path[1:], parents)
    elif isinstance(value, dict) and path[0] in value:
        yield from _descend(value[path[0]], path[1:], [*parents, value])


def list_paths(document: object, depth: int = 4) -> Iterator[tuple[str, ...]]:
    """Yield the path of every list of objects that is nested in a document at most `depth` objects deep, outer ones first.

    Examples
    --------
    >>> list(list_paths({"data": {"items": [{"a": 1}], "total": 1}}))
    [('data', 'items', '*')]
    """
    level: list[tuple[tuple[str, ...], object]] = [((), document)]
    for _ in range(depth):
        level = [((*path, str(key)), inner) for path, value in level if isinstance(value, dict) for key, inner in value.items()]
        yield from ((*path, "*") for path, value in level if isinstance(value, list) and value and isinstance(value[0], dict))


def embedded(value: object) -> JsonValue:
    """Return the object or the list in a text of JSON, None if there is none.

    Examples
    --------
    >>> embedded('{"a": 1}'), embedded("up")
    ({'a': 1}, None)
    """
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return None
    try:
        inner, end = _decode(value)
    except ValueError:
        return None
    return cast("JsonValue", inner) if value[end:].strip() == "" and isinstance(inner, dict | list) else None


def is_document(lines: list[str]) -> bool:
    """Return whether the first lines begin a list, or a JSON value that continues on the lines below or is a long line alone."""
    filled = [line for line in lines if line.strip()]
    first = filled[0].strip() if filled else ""
    if not first.startswith(("{", "[")):
        return False
    if first.startswith("["):
        return first in ("[", "[]") or first[1:].lstrip().startswith(("{", "["))
    try:
        _decode(first)
    except ValueError:
        return first == "{" or len(first) >= _MAX_FIRST_LINE or first.endswith((",", "{", "[", ":"))
    return len(filled) == 1 and len(first) >= _MAX_FIRST_LINE


def joined_objects(lines: list[str]) -> list[str]:
    r"""Return the lines, with those of each JSON object that spans several lines joined.

    Examples
    --------
    >>> joined_objects(['{"a": 1}', '{"a": 2,', '"b": 3}', 'up'])
    ['{"a": 1}', '{"a": 2,\n"b": 3}', 'up']
    """
    joined: list[str] = []
    place = 0
    while place < len(lines):
        end = _end_of_object(lines, place)
        joined.append("\n".join(lines[place:end]))
        place = end
    return joined


def _end_of_object(lines: list[str], place: int) -> int:
    """Return the number of the line below the JSON object that begins on a line; the next line if it does not span lines."""
    if not lines[place].startswith("{") or lines[place + 1 : place + 2] == [] or lines[place + 1].startswith("{"):
        return place + 1
    below = list(takewhile(lambda line: not line.startswith("{"), lines[place + 1 :]))
    last = next((number for number in range(len(below), 0, -1) if below[number - 1].rstrip().endswith("}")), 0)
    text = "\n".join(lines[place : place + 1 + last])
    try:
        json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return place + 1
    return place + 1 + last


def leads_to(value: object, path: tuple[str, ...]) -> bool:
    """Return whether a value has a place for records at a path, though there may be none.

    Examples
    --------
    >>> leads_to({"items": []}, ("items", "*")), leads_to({"error": "no access"}, ("items", "*"))
    (True, False)
    """
    if not path or (path[0] == "*" and value == []):
        return True
    if path[0] == "*":
        return isinstance(value, list) and any(leads_to(element, path[1:]) for element in value)
    if path[0] == EMBEDDED:
        return leads_to(embedded(value), path[1:])
    if path[0] == ANY_KEY:
        return isinstance(value, dict) and any(leads_to(member, path[1:]) for member in value.values())
    return isinstance(value, dict) and path[0] in value and leads_to(value[path[0]], path[1:])


def locate_records(body: str, path: tuple[str, ...], *, strays: bool = False) -> Iterator[tuple[int, object, Parents]]:
    """Yield the records in a text of JSON values, each with its line, from 1, and the objects around it.

    With `strays`, values at the top that have no place for records are yielded, too.

    Raises
    ------
    ValueError
        When the text is not JSON or is cut short, after the records before that point have been yielded.
    """
    line, counted = 1, 0
    for start, value in _top_values(body):
        if strays and not leads_to(value, path):
            line, counted = line + body.count("\n", counted, start), max(counted, start)
            yield line, value, []
        for (record, parents), position in zip_longest(records_at(value, path), _record_positions(body, start, path)):
            if position is not None and position >= counted:
                line, counted = line + body.count("\n", counted, position), position
            yield line, record, parents


def records_in_text(body: str, path: tuple[str, ...], *, strays: bool = False) -> Iterator[tuple[object, Parents]]:
    """Yield the records in a text of JSON values as `locate_records` does, without their lines, in a fraction of the time."""
    for _, value in _top_values(body):
        if strays and not leads_to(value, path):
            yield value, []
        else:
            yield from records_at(value, path)


def _top_values(body: str) -> Iterator[tuple[int, object]]:
    """Yield each value of the text with its position; the elements of a list at the top one by one."""
    position = _skip_space(body, 0)
    if body.startswith("[", position):
        yield from _elements(body, position)
        return
    while position < len(body):
        value, end = _decode(body, position)
        yield position, value
        position = _skip_space(body, end)


def _record_positions(body: str, position: int, path: tuple[str, ...]) -> Iterator[int]:
    """Yield the position of every record that `records_at` yields of the value at `position`, in order."""
    if body.startswith("[", position) and path[:1] != ("*",):
        for start, _ in _elements(body, position):
            yield from _record_positions(body, start, path)
    else:
        yield from _positions(body, position, path)


def _positions(body: str, position: int, path: tuple[str, ...]) -> Iterator[int]:
    """Yield the position of every record at the path of the value at `position`, in order."""
    position = _skip_space(body, position)
    if not path:
        yield position
    elif path[0] == "*" and body.startswith("[", position):
        for start, _ in _elements(body, position):
            yield from _positions(body, start, path[1:])
    elif path[0] == EMBEDDED:
        value, _ = _decode(body, position)
        yield from (position for _ in records_at(value, path))
    elif path[0] != "*" and body.startswith("{", position):
        for key, start in _members(body, position):
            if path[0] in (key, ANY_KEY):
                yield from _positions(body, start, path[1:])


def _elements(body: str, position: int) -> Iterator[tuple[int, object]]:
    """Yield the position and the value of each element of the list at `position`."""
    position = _skip_space(body, position + 1)
    while not body.startswith("]", position):
        value, end = _decode(body, position)
        yield position, value
        position = _skip_comma(body, end)


def _members(body: str, position: int) -> Iterator[tuple[object, int]]:
    """Yield the key of each member of the object at `position`, and the position of its value."""
    position = _skip_space(body, position + 1)
    while body.startswith('"', position):
        key, end = _decode(body, position)
        start = _skip_space(body, _skip_space(body, end) + 1)
        yield key, start
        position = _skip_comma(body, _decode(body, start)[1])


def _decode(text: str, position: int = 0) -> tuple[object, int]:
    """Return the JSON value at a position, and where it ends; raise ValueError if it is invalid or nested too deeply."""
    try:
        return _DECODER.raw_decode(text, position)
    except RecursionError as too_deep:
        raise ValueError("nested too deeply") from too_deep


def _skip_space(body: str, position: int) -> int:
    while position < len(body) and body[position] in _SPACE:
        position += 1
    return position


def _skip_comma(body: str, position: int) -> int:
    position = _skip_space(body, position)
    return _skip_space(body, position + 1) if body.startswith(",", position) else position
