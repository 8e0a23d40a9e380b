"""A record of an export, and functions that read its fields."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

# One record of an export as it was parsed: named groups, a JSON object, pairs, or a CSV row by column.
Record = dict[str, Any]

# One row of a canonical table, with times as the export wrote them.
Row = dict[str, Any]


class Found(NamedTuple):
    """A record in a text: where its part of the text begins and ends, its fields, and where it begins below its headings."""

    start: int
    end: int
    record: Record
    begin: int = 0


# Where a field is found: a name (dotted if nested), several names joined by `+`, or a tuple of alternatives in order.
FieldKey = str | tuple[str, ...]

# One `key=value` pair.
PAIR: Final = r"""([A-Za-z_][\w.\-/@]*)=("(?:[^"\\]|\\.)*"|'[^'=]*'|[^\s"]*)"""

# One `label:value` pair between tabs.
LABEL: Final = r"(?:^|\t)([A-Za-z_][\w.-]*):([^\t]*)"

_PAIR: Final = re.compile(PAIR, re.ASCII)
_LABEL: Final = re.compile(LABEL, re.ASCII)
_EMPTY: Final = (None, "")
_SORTED: Final = json.JSONEncoder(sort_keys=True, default=str)


def field_value(record: Mapping[str, object], key: FieldKey) -> object:
    """Return a field of a record as the database will read it, None if it is missing.

    Examples
    --------
    >>> record = {"day": "2026-01-17", "clock": "03:00:00", "req": {"url": "/a"}}
    >>> field_value(record, "day+clock"), field_value(record, ("path", "req.url"))
    ('2026-01-17 03:00:00', '/a')
    """
    if isinstance(key, tuple):
        return next((value for part in key if (value := field_value(record, part)) not in _EMPTY), None)
    if "+" in key:
        parts = [field_value(record, part) for part in key.split("+")]
        return None if any(part in _EMPTY for part in parts) else " ".join(map(str, parts))
    if key in record:
        return record[key]
    value = nested_value(record, *key.split("."))
    return nested_value(record, *key.split(".", 1)) if value is None else value


def nested_value(record: object, *path: str) -> object:
    """Return the value at a path of nested objects, None if a part of the path is missing."""
    value = record
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def has_path(record: object, path: str) -> bool:
    """Return whether a record has a key, dotted if it is nested.

    Examples
    --------
    >>> has_path({"host.name": 1}, "host.name"), has_path({"host": {"name": None}}, "host.name"), has_path({}, "host.name")
    (True, True, False)
    """
    if not isinstance(record, dict):
        return False
    if path in record:
        return True
    outer, dot, inner = path.partition(".")
    return bool(dot) and has_path(record.get(outer), inner)


def pairs_in(line: str) -> Record:
    """Return the `key=value` pairs of a line; none if the line does not begin with one.

    Examples
    --------
    >>> pairs_in('level=warn msg="very slow"')
    {'level': 'warn', 'msg': 'very slow'}
    """
    return {key: _unquoted(value) for key, value in _PAIR.findall(line)} if _PAIR.match(line) else {}


def _unquoted(value: str) -> str:
    is_in_single_quotes = len(value) > 1 and value.startswith("'") and value.endswith("'")
    return value[1:-1] if is_in_single_quotes else value.strip('"')


def labels_in(line: str) -> Record:
    r"""Return the `label:value` pairs between the tabs of a line; none if anything else is between them.

    Examples
    --------
    >>> labels_in("status:503\turi:/a"), labels_in("status:503\tgone")
    ({'status': '503', 'uri': '/a'}, {})
    """
    pairs = _LABEL.findall(line)
    return dict(pairs) if "\t" in line and len(pairs) == line.count("\t") + 1 else {}


def filled_lines(text: str) -> int:
    """Return the number of lines that are not blank."""
    return sum(bool(line.strip()) for line in text.splitlines())


def sorted_json(value: object) -> str:
    """Return a value, such as an alert's labels, as JSON with sorted keys."""
    return _SORTED.encode(value)
