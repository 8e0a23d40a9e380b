"""Recipes: how the columnar reader computes the columns of a log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import pyarrow as pa

from pmkit.core import schema, sql
from pmkit.ingest.columnar.expressions import Copy, Expression, SlotColumn, copies_of
from pmkit.ingest.columnar.layout import Layout, parse_layout
from pmkit.ingest.columnar.regex_groups import groups_of
from pmkit.ingest.columnar.tokenizer import Chunk
from pmkit.ingest.columns import COLUMNS, Columns, columns_of
from pmkit.ingest.cutting import NOTHING, text_value
from pmkit.ingest.layer import Layer
from pmkit.ingest.plan import Plan
from pmkit.ingest.request import Request, service_sql
from pmkit.ingest.wall_clock import believable, clock_offset_sql
from pmkit.store.database import connect, register_table
from pmkit.store.part import TEXT_ATTRIBUTE

# At least this share of a sample must have the layout.
_COVERED_SHARE: Final = 0.5

# On lines without backslashes and control characters, these expressions match any text with quotes, or without quotes.
_FITS_ANYTHING: Final = {True: {r'(?:[^"\\]|\\.)*', r'[^"]*'}, False: {r"\S+"}}

# Intermediate expressions that several columns use; each may use those before it.
_SHARED: Final = ("requested_url", "moment", "path")


@dataclass(frozen=True)
class Step:
    """One query that computes columns from the same slots.

    Attributes
    ----------
    slots : tuple of SlotColumn
        The slots. For a single one, the query returns a row for each distinct text in it; for several, a row for each line.
    names : tuple of str
        The columns.
    query : str
        It reads the table `slots`, with a column for each slot; its last column is `fits`.
    """

    slots: tuple[SlotColumn, ...]
    names: tuple[str, ...]
    query: str


@dataclass(frozen=True)
class Recipe:
    """How the plain lines of a log are read.

    Attributes
    ----------
    layout : Layout
        The layout.
    steps : tuple of Step
        The queries on its slots.
    copies : mapping of str to Copy
        Columns that hold the text of a slot.
    constants : mapping of str to Array
        Columns that hold the same value for all lines.
    packed : tuple of str
        The columns beside `EVENT`.
    """

    layout: Layout
    steps: tuple[Step, ...]
    copies: Mapping[str, Copy]
    constants: Mapping[str, pa.Array]
    packed: tuple[str, ...]


def recipe_of(plan: Plan, request: Request) -> Recipe | None:
    """Return how the plain lines of a log are read; None if it has none.

    Only lines of the first format are plain, and only if neither the lines around them nor the
    order of the lines matters.
    """
    if plan.wrappers or not plan.readers or not plan.readers[0].entry.layout:
        return None
    layer = plan.readers[0]
    if layer.notation is None or not layer.notation.zoned:
        return None
    layout = parse_layout(layer.entry.layout)
    if not _covers(layout, layer.sample.lines):
        return None
    with connect(request.timezone) as database:
        return _text_recipe(database, layer, request, layout)


def _covers(layout: Layout, lines: Sequence[str]) -> bool:
    """Return whether most lines of a sample have a layout."""
    taken = Chunk("".join(f"{line}\n" for line in lines).encode()).take(layout)
    return len(taken.numbers) >= _COVERED_SHARE * len(lines)


def _text_recipe(database: duckdb.DuckDBPyConnection, layer: Layer, request: Request, layout: Layout) -> Recipe:
    slots = {slot.name: SlotColumn(number) for number, slot in enumerate(layout.slots) if slot.name}
    groups = groups_of(layer.pattern)

    def value(name: str) -> str:
        return text_value(name, slots[name].sql) if name in slots else NOTHING

    conditions = [
        Expression(f"regexp_full_match({slots[slot.name].sql}, {sql.quoted(groups[slot.name])})")
        for slot in layout.slots
        if slot.name and groups[slot.name] not in _FITS_ANYTHING[slot.quoted]
    ]
    return _recipe(database, layout, _expressions(layer, request, columns_of(layer, value), slots.values()), conditions)


@dataclass(frozen=True)
class _Expressions:
    """The expression of each column, over the slots of a layout.

    Attributes
    ----------
    columns, packed : mapping of str to Expression
        The canonical columns, and the attributes.
    shared : mapping of str to Expression
        Intermediate expressions, by the names of `_SHARED`.
    slots : mapping of str to SlotColumn
        The slots by the names of their columns.
    """

    columns: Mapping[str, Expression]
    packed: Mapping[str, Expression]
    shared: Mapping[str, Expression]
    slots: Mapping[str, SlotColumn]

    def slots_of(self, expression: Expression) -> tuple[SlotColumn, ...]:
        """Return the slots that an expression uses, in order."""
        names = expression.names
        for name in reversed(_SHARED):
            if name in names:
                names |= self.shared[name].names
        return tuple(sorted(self.slots[name] for name in names & self.slots.keys()))

    def query(self, slots: Sequence[SlotColumn], names: Iterable[str], conditions: Sequence[Expression]) -> str:
        """Return the query of some columns that use the same slots, and of whether the texts in these fit."""
        types = {name: schema.LOGS[name].sql for name in self.columns} | dict.fromkeys(self.packed, "VARCHAR")
        expressions = {**self.columns, **self.packed}
        casts = {name: f"CAST({expressions[name].sql} AS {types[name]})" for name in names}
        holds = [condition.sql for condition in conditions]
        holds += [f"{casts['timestamp']} IS NOT NULL"] if "timestamp" in casts else []
        fits = f"coalesce({' AND '.join(holds)}, false)" if holds else "true"
        source = "slots"
        for name in _SHARED:
            if set(self.slots_of(self.shared[name])) <= set(slots):
                source = f"(SELECT *, {self.shared[name].sql} AS {name} FROM {source})"
        selected = [*(f"{cast} AS {sql.quoted_name(name)}" for name, cast in casts.items()), f"{fits} AS fits"]
        return f"SELECT {', '.join(selected)} FROM {source}"


def _expressions(layer: Layer, request: Request, columns: Columns, slots: Iterable[SlotColumn]) -> _Expressions:
    """Return the expressions of the columns that `columns.canonical` would return."""
    canonical = {name: columns.columns.get(name, NOTHING) for name in (*COLUMNS, "http_route") if name != "attributes"}
    notation = layer.notation.sql.format(t=columns.time) if layer.notation else NOTHING
    shared = {
        "requested_url": columns.requested_url,
        "moment": f"{notation}{clock_offset_sql(request)}",
        "path": canonical["url_path"],
    }
    canonical |= {"timestamp": believable("moment"), "service": service_sql(request, canonical["service"])}
    if "url_path" in columns.columns:
        canonical |= {"url_path": "path", "http_route": "route_of(path)"}
    return _Expressions(
        {name: Expression(text) for name, text in canonical.items()},
        {f"{TEXT_ATTRIBUTE}{name}": Expression(text) for name, text in columns.attributes.items()},
        {name: Expression(text) for name, text in shared.items()},
        {slot.sql: slot for slot in slots},
    )


def _recipe(
    database: duckdb.DuckDBPyConnection, layout: Layout, expressions: _Expressions, conditions: Sequence[Expression]
) -> Recipe:
    """Return how the columns of a layout are computed: copies of slots, one query per set of slots, and constants."""
    possible = {text: copy for slot in expressions.slots.values() for text, copy in copies_of(slot).items()}
    columns = {**expressions.columns, **expressions.packed}
    copies = {name: possible[column.sql] for name, column in columns.items() if column.sql in possible}
    groups: dict[tuple[SlotColumn, ...], list[str]] = {expressions.slots_of(condition): [] for condition in conditions}
    for name, expression in columns.items():
        if name not in copies:
            groups.setdefault(expressions.slots_of(expression), []).append(name)
    constant = groups.pop((), [])
    register_table(database, "slots", pa.table({"nothing": [None]}))
    constants = database.sql(expressions.query((), constant, [])).to_arrow_table().combine_chunks()
    steps = []
    for slots, names in groups.items():
        own_conditions = [condition for condition in conditions if expressions.slots_of(condition) == slots]
        steps.append(Step(slots, tuple(names), expressions.query(slots, names, own_conditions)))
    by_name = {name: constants[name].chunk(0) for name in constant}
    return Recipe(layout, tuple(steps), copies, by_name, tuple(expressions.packed))
