"""Quoting for SQL, and builders for the SQL expressions that format entries and readers consist of."""

from __future__ import annotations

from collections.abc import Iterable
from json import dumps


def quoted(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted_name(column: str) -> str:
    """Return the name of a column as an SQL identifier."""
    return '"' + column.replace('"', '""') + '"'


def null_if_empty(expression: str) -> str:
    """Return SQL that turns an empty text or a lone dash into null."""
    return f"nullif(nullif({expression}, ''), '-')"


def pair_value(key: str) -> str:
    """Return SQL for the value of a `key=value` pair; null when the line has no such key."""
    return f"pair_values[list_position(pair_keys, {quoted(key)})]"


def number(expression: str, factor: float = 1.0) -> str:
    """Return SQL that reads a number and multiplies it by `factor`."""
    scale = "" if factor == 1.0 else f" * {factor!r}"
    return f"(TRY_CAST({expression} AS DOUBLE){scale})"


def status(expression: str) -> str:
    """Return SQL that reads an HTTP status; null for anything outside 100 to 599."""
    cast = f"TRY_CAST({expression} AS SMALLINT)"
    return f"CASE WHEN {cast} BETWEEN 100 AND 599 THEN {cast} END"


def json_paths(name: str) -> tuple[str, ...]:
    """Return the JSON paths that a dotted name may mean: a key that contains the dots, nested keys, or such a key in an object.

    Examples
    --------
    >>> json_paths("log.level")
    ('$."log.level"', '$."log"."level"')
    >>> json_paths("resource.service.name")[-1]
    '$."resource"."service.name"'
    """
    splits = ([name], name.split("."), name.split(".", 1))
    return tuple(dict.fromkeys("$" + "".join(f".{_path_key(part)}" for part in parts) for parts in splits))


def _path_key(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def json_object(names_and_values: Iterable[tuple[str, str]]) -> str:
    """Return SQL for a JSON object of the values that are not null; null when all are null.

    Parameters
    ----------
    names_and_values : iterable of (str, str)
        Keys, and SQL expressions for their values, which must be texts.
    """
    return json_object_of(f"{quoted(dumps(name) + ':')} || to_json({value})" for name, value in names_and_values)


def json_object_of(members: Iterable[str]) -> str:
    """Return SQL for a JSON object of members, SQL expressions that yield `"key":value` or null; null when all are null."""
    return f"nullif('{{' || concat_ws(',', {', '.join(members)}) || '}}', '{{}}')"
