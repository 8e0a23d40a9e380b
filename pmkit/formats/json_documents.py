"""Finds the records in a JSON document, with the line on which each begins."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

Around = list[dict[str, Any]]

_DECODER = json.JSONDecoder()
_DEEPEST = 500
"""No export nests its records so deeply."""
_SPACE = " \t\r\n"
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[{}\[\],]', re.DOTALL)


def children(document: Any, path: tuple[str, ...]) -> Iterator[tuple[Any, Around]]:
    """Give the records at a path of a document, each with the objects around it.

    Parameters
    ----------
    document : object
        A JSON value; the elements of a list at its top are documents of their own.
    path : tuple of str
        Keys, and `*` for the elements of a list. Empty: the document itself.

    Examples
    --------
    >>> [record for record, _ in children({"hits": {"hits": [1, 2]}}, ("hits", "hits", "*"))]
    [1, 2]
    """
    if isinstance(document, list) and path[:1] != ("*",):
        for element in document:
            yield from _descend(element, path, [])
    else:
        yield from _descend(document, path, [])


def _descend(value: Any, path: tuple[str, ...], around: Around) -> Iterator[tuple[Any, Around]]:
    if not path:
        yield value, around
    elif path[0] == "*":
        if isinstance(value, list):
            for element in value:
                yield from _descend(element, path[1:], around)
    elif isinstance(value, dict) and path[0] in value:
        yield from _descend(value[path[0]], path[1:], [*around, value])


def lists_in(document: Any, depth: int = 4) -> Iterator[tuple[str, ...]]:
    """Give the path of every list of objects inside the objects of a document, the outer ones first.

    Examples
    --------
    >>> list(lists_in({"data": {"items": [{"a": 1}], "total": 1}}))
    [('data', 'items', '*')]
    """
    level: list[tuple[tuple[str, ...], Any]] = [((), document)]
    for _ in range(depth):
        inside = [
            ((*path, str(key)), value) for path, around in level if isinstance(around, dict) for key, value in around.items()
        ]
        yield from ((*path, "*") for path, value in inside if isinstance(value, list) and value and isinstance(value[0], dict))
        level = inside


def _decoded(text: str, position: int = 0) -> tuple[Any, int]:
    """Read one JSON value; what is nested too deeply to be read is none."""
    try:
        return _DECODER.raw_decode(text, position)
    except RecursionError as deep:
        raise ValueError("nested too deeply") from deep


def is_document(lines: list[str]) -> bool:
    """Tell whether the first lines begin a JSON value that goes on below, or a list."""
    first = next((line.strip() for line in lines if line.strip()), "")
    if not first.startswith(("{", "[")):
        return False
    if first.startswith("["):
        return first in ("[", "[]") or first[1:].lstrip().startswith(("{", "["))
    try:
        _decoded(first)
    except ValueError:
        return first == "{" or len(first) >= 1 << 16 or first.endswith((",", "{", "[", ":"))
    return False


def located(body: str, path: tuple[str, ...]) -> Iterator[tuple[int, Any, Around]]:
    """Give the records of a text of JSON values, each with its line, from 1, and the objects around it.

    Raises
    ------
    ValueError
        When the text is no JSON, or cut short; what stands before has been given.
    """
    line, counted = 1, 0
    for start, value in _top_values(body):
        places = _places(body, start, path)
        for (record, around), place in zip_longest(children(value, path), places):
            if place is not None and place >= counted:
                line, counted = line + body.count("\n", counted, place), place
            yield line, record, around


def _top_values(body: str) -> Iterator[tuple[int, Any]]:
    """Give each value of the text with its position; the elements of a list at the top one by one."""
    position = _skip(body, 0)
    if body.startswith("[", position):
        position = _skip(body, position + 1)
        while not body.startswith("]", position):
            value, end = _decoded(body, position)
            yield position, value
            position = _skip(body, end)
            if body.startswith(",", position):
                position = _skip(body, position + 1)
        return
    while position < len(body):
        value, end = _decoded(body, position)
        yield position, value
        position = _skip(body, end)


def _skip(body: str, position: int) -> int:
    while position < len(body) and body[position] in _SPACE:
        position += 1
    return position


def _places(body: str, position: int, path: tuple[str, ...]) -> Iterator[int]:
    """Give the position of every record at the path of the value at `position`, in order."""
    position = _skip(body, position)
    if not path:
        yield position
    elif path[0] == "*" and body.startswith("[", position):
        position = _skip(body, position + 1)
        while not body.startswith("]", position):
            yield from _places(body, position, path[1:])
            position = _skip(body, _decoded(body, position)[1])
            if body.startswith(",", position):
                position = _skip(body, position + 1)
    elif path[0] != "*" and body.startswith("{", position):
        position = _skip(body, position + 1)
        while body.startswith('"', position):
            key, end = _decoded(body, position)
            position = _skip(body, _skip(body, end) + 1)
            if key == path[0]:
                yield from _places(body, position, path[1:])
            position = _skip(body, _decoded(body, position)[1])
            if body.startswith(",", position):
                position = _skip(body, position + 1)


def beginning(text: str) -> Any:
    """Read as much of a JSON document as its beginning holds; None when there is nothing to read.

    Examples
    --------
    >>> beginning('{"events": [{"a": 1}, {"a": 2}, {"a"')
    {'events': [{'a': 1}, {'a': 2}]}
    """
    stack: list[str] = []
    best: tuple[int, str] | None = None
    for token in _TOKENS.finditer(text):
        if token[0] in "{[":
            if len(stack) >= _DEEPEST:
                return None
            stack.append("}" if token[0] == "{" else "]")
        elif token[0] == "," and stack:
            best = (token.start(), "".join(reversed(stack)))
        elif token[0] in "}]" and stack:
            stack.pop()
            best = (token.end(), "".join(reversed(stack)))
            if not stack:
                break
    if best is None:
        return None
    try:
        return json.loads(text[: best[0]] + best[1])
    except (ValueError, RecursionError):
        return None
