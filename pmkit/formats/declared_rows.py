"""Builds the rows of a record from the expressions of a declaration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from pmkit.core import schema
from pmkit.formats.alert_steps import RESOLVED, alert_row, state_of
from pmkit.formats.change_kinds import change_kind, failure_of
from pmkit.formats.field_expressions import query
from pmkit.formats.record import Record, Row, sorted_json


class NoRow(NamedTuple):
    """What a record is that gives no row, such as `an alert that is not firing yet`."""

    what: str


RowOrNone = Row | NoRow

# Times that stand for none: an end that has not come, the first moment of a calendar.
_NO_TIME: Final = re.compile(r"\s*(?:-?[01]|0001-01-01.*|1970-01-01[T ]00:00:00.*|-|n/?a|none|null|never)?\s*", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Declaration:
    """What `RecordFormat` declares about the rows of its records, see there."""

    table: str
    fields: Mapping[str, str]
    each: str = ""
    states: Mapping[str, str] = field(default_factory=dict)
    skip: Mapping[str, str] = field(default_factory=dict)


def rows_of(declaration: Declaration, record: Record) -> Iterator[RowOrNone]:
    """Yield the rows of a record."""
    for part in _parts(declaration, record):
        what = next((what for expression, what in declaration.skip.items() if query(expression)(part)), None)
        if what is not None:
            yield NoRow(what)
            continue
        values = {
            name: _converted(declaration.table, name, query(expression)(part)) for name, expression in declaration.fields.items()
        }
        match declaration.table:
            case "alerts":
                yield _alert(declaration, values, part)
            case "changes":
                yield _change(values)
            case _:
                yield values


def _parts(declaration: Declaration, record: Record) -> Iterator[Record]:
    if not declaration.each:
        yield record
        return
    for part in query(declaration.each)(record) or []:
        yield {**part, "outer": record} if isinstance(part, dict) else {"item": part, "outer": record}


def _converted(table: str, name: str, value: object) -> object:
    """Return a value as the column holds it: a time, a number, a text."""
    column = schema.TABLES[table].get(name)
    if name == "at" or (column is not None and column.dtype == schema.TIME):
        return real_time(value)
    if name == "labels":
        return sorted_json({} if value is None else value)
    if column is None or column.dtype != schema.TEXT or value is None:
        return value
    if isinstance(value, list):
        texts = [part for part in value if isinstance(part, str)]
        return ", ".join(texts) if len(texts) == len(value) and texts else None
    return sorted_json(value) if isinstance(value, dict) else str(value).strip() or None


def real_time(value: object) -> object:
    """Return a time, None for one that stands for no time.

    Examples
    --------
    >>> real_time("0001-01-01T00:00:00Z"), real_time(-1), real_time("2026-01-17T03:00:00Z")
    (None, None, '2026-01-17T03:00:00Z')
    """
    if value is None or isinstance(value, bool | dict | list) or _NO_TIME.fullmatch(str(value)):
        return None
    return value


def _alert(declaration: Declaration, values: Row, part: Record) -> RowOrNone:
    row = dict(values)
    word = row.pop("state", None)
    state = state_of(word, declaration.states, is_over=row.get("resolved_at") is not None)
    if state is None:
        return NoRow(f"a record of an alert that is {str(word).lower()}")
    if "labels" not in row:
        row["labels"] = sorted_json({key: value for key, value in part.items() if key != "outer"})
    return alert_row(row, state)


def _change(values: Row) -> RowOrNone:
    row = dict(values)
    outcome = row.pop("outcome", None)
    kind = change_kind(str(row.get("kind") or "other"))
    failure = failure_of(outcome)
    if failure is not None:
        return NoRow(f"a {kind if kind != 'other' else 'change'} that {failure}")
    return {**row, "kind": kind}


__all__ = ["RESOLVED", "Declaration", "NoRow", "RowOrNone", "real_time", "rows_of"]
