"""Finds the objects in JSON values, by the path at which they are nested."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from pmkit.formats.json_documents import EMBEDDED, embedded
from pmkit.formats.record import Record

# The steps to an object: keys, `*` for the elements of a list, and `EMBEDDED`.
Path = tuple[str, ...]

# Exports nest their records in envelopes: at most so many steps, on so many different paths.
_MOST_STEPS: Final = 16
_MOST_PATHS: Final = 400

# So many objects at one path show whether they are records of a format.
_MOST_OBJECTS: Final = 100


def objects_by_path(values: Iterable[object]) -> dict[Path, list[Record]]:
    """Return the objects in JSON values by path, those nested least first; the elements of a list, or of lists, at the top have none.

    Examples
    --------
    >>> objects_by_path([{"data": {"items": [{"a": 1}]}, "body": '{"b": 2}'}])
    {(): [{'data': {'items': [{'a': 1}]}, 'body': '{"b": 2}'}], ('data',): [{'items': [{'a': 1}]}], \
('body', '(JSON)'): [{'b': 2}], ('data', 'items', '*'): [{'a': 1}]}
    """
    by_path: dict[Path, list[Record]] = {}
    waiting: deque[tuple[Path, object]] = deque(((), value) for top in values for value in _elements(top))
    while waiting:
        path, value = waiting.popleft()
        if isinstance(value, dict):
            objects = by_path.setdefault(path, []) if path in by_path or len(by_path) < _MOST_PATHS else None
            if objects is not None and len(objects) < _MOST_OBJECTS:
                objects.append(value)
                waiting.extend(((*path, str(key)), inner) for key, inner in value.items() if _may_contain(inner))
        elif isinstance(value, list):
            waiting.extend(((*path, "*"), element) for element in value if _may_contain(element))
        elif (inner := embedded(value)) is not None:
            waiting.append(((*path, EMBEDDED), inner))
        if waiting and len(waiting[0][0]) > _MOST_STEPS:
            break
    return by_path


def _elements(value: object) -> Iterator[object]:
    """Yield a value, or the elements of a list and of the lists in it."""
    if isinstance(value, list):
        for element in value:
            yield from _elements(element)
    else:
        yield value


def _may_contain(value: object) -> bool:
    return isinstance(value, dict | list) or (isinstance(value, str) and value[:1] in ("{", "["))
