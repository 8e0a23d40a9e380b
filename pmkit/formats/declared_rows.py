"""Builds the rows of a record from the expressions of a declaration."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

from pmkit.core import schema
from pmkit.formats.alert_steps import alert_row, state_of
from pmkit.formats.change_kinds import change_kind, failure_of
from pmkit.formats.change_steps import change_step
from pmkit.formats.field_expressions import query
from pmkit.formats.record import Record, Row, sorted_json


class NoRow(NamedTuple):
    """What a record is that gives no row, such as `an alert that is not firing yet`."""

    what: str


RowOrNone = Row | NoRow

# What a record says of a change that has not begun: it gives no row, nor does it end what has begun.
_NOT_BEGUN: Final = ("has not begun", "is a draft")

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
    named: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def columns(self) -> tuple[tuple[str, Callable[[object], object], Callable[[object], object]], ...]:
        """For each field, its name, how it is found in a record, and how its column holds it."""
        return tuple((name, query(expression), _conversion(self.table, name)) for name, expression in self.fields.items())


def rows_of(declaration: Declaration, record: Record) -> Iterator[RowOrNone]:
    """Yield the rows of a record."""
    for part in _parts(declaration, record):
        part |= {name: query(expression)(part) for name, expression in declaration.named.items()}
        what = next((what for expression, what in declaration.skip.items() if query(expression)(part)), None)
        if what is not None:
            yield NoRow(what)
            continue
        values = {name: convert(find(part)) for name, find, convert in declaration.columns}
        match declaration.table:
            case "alerts":
                yield _alert(declaration, values, part)
            case "changes":
                yield _change(values)
            case _:
                yield values


def _parts(declaration: Declaration, record: Record) -> Iterator[Record]:
    if not declaration.each:
        yield dict(record) if declaration.named else record
        return
    for part in query(declaration.each)(record) or []:
        yield {**part, "outer": record} if isinstance(part, dict) else {"item": part, "outer": record}


def _conversion(table: str, name: str) -> Callable[[object], object]:
    """Return how a column holds a value: as a time, a number, a text, or JSON."""
    column = schema.TABLES[table].get(name)
    if name == "at" or (column is not None and column.dtype == schema.TIME):
        return real_time
    if name == "labels":
        return _labels
    return _text if column is not None and column.dtype == schema.TEXT else _as_it_is


def _as_it_is(value: object) -> object:
    return value


def _labels(value: object) -> str:
    return sorted_json({} if value is None else value)


def _text(value: object) -> str | None:
    if isinstance(value, str) or value is None:
        return (value and value.strip()) or None
    if isinstance(value, list):
        texts = [part for part in value if isinstance(part, str)]
        return ", ".join(texts) if len(texts) == len(value) and texts else None
    return sorted_json(value) if isinstance(value, dict) else str(value)


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
        row["labels"] = sorted_json(
            {key: value for key, value in part.items() if key != "outer" and key not in declaration.named}
        )
    return alert_row(row, state)


def _change(values: Row) -> RowOrNone:
    row = dict(values)
    outcome, key = row.pop("outcome", None), row.pop("key", None)
    kind = change_kind(str(row.get("kind") or "other"))
    failure = failure_of(outcome)
    if key is not None and failure not in _NOT_BEGUN:
        return change_step(key, outcome, {**row, "kind": kind})
    if failure is not None:
        return NoRow(f"a {kind if kind != 'other' else 'change'} that {failure}")
    return {**row, "kind": kind}
