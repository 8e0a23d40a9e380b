"""Says how the plain lines of a log are read: what is made of each slot of their layouts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from json import dumps
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa

from pmkit.core import schema, sql
from pmkit.formats.format import Syntax
from pmkit.ingest.columnar.layout import Layout, layouts_of, written
from pmkit.ingest.columnar.tokenizer import Chunk
from pmkit.ingest.columns import COLUMNS, NOTHING, Columns, Layer, columns_of, mapped_keys, text_value
from pmkit.ingest.plan import Plan
from pmkit.ingest.request import Request, service_of
from pmkit.ingest.wall_clock import believable, moved
from pmkit.store.database import connect, register_table
from pmkit.store.part import PACKED

_SHARE: Final = 0.5
"""So much of a sample has to be of known layouts."""
_SLOT: Final = re.compile(r"\bslot_(\d+)_")
_AS_IT_IS: Final = re.compile(r"(?:nullif\()*slot_(?P<slot>\d+)_(?P<empty>(?:, '-?'\))*)")
_ALWAYS: Final = {True: {r'(?:[^"\\]|\\.)*', r'[^"]*'}, False: {r"\S+", r"\S+|\S+ \S+"}}
"""What fits anything between quotes, and anything that is not, on lines without backslashes and control characters."""
_MADE_FIRST: Final = ("asked", "moment", "path")
"""What several columns are made from."""
_GROUP: Final = re.compile(r"\(\?P<(\w+)>")


@dataclass(frozen=True)
class Step:
    """What is made of some slots by one query.

    Attributes
    ----------
    slots : tuple of int
        One slot: of each different text in it. Several: of each line.
    names : tuple of str
        The columns.
    query : str
        It reads `given` with a column for each slot, and ends with the column `fits`.
    """

    slots: tuple[int, ...]
    names: tuple[str, ...]
    query: str


@dataclass(frozen=True)
class Way:
    """How the lines of one layout are read.

    Attributes
    ----------
    steps : tuple of Step
        What is made of the slots.
    as_they_are : mapping of str to (int, tuple of str)
        Columns that hold the text of a slot, but for some texts, which are null.
    constant : mapping of str to Any
        Columns that hold the same for all lines.
    packed : tuple of str
        The columns beside `EVENT`.
    """

    layout: Layout
    steps: tuple[Step, ...]
    as_they_are: Mapping[str, tuple[int, tuple[str, ...]]]
    constant: Mapping[str, Any]
    packed: tuple[str, ...]


Ways = Sequence[Way]
"""One way a layout, the most frequent first."""


def ways_of(plan: Plan, request: Request) -> Ways:
    """Say how the plain lines of a log are read; nothing where it has none.

    Only those of its first format, and only where neither what is around them nor the order of
    the lines tells anything of them.
    """
    if plan.wrappers or not plan.readers:
        return ()
    layer = plan.readers[0]
    if layer.notation is None or not layer.notation.zoned or layer.entry.pattern_of or layer.entry.path:
        return ()
    with connect(request.timezone) as database:
        match layer.entry.syntax:
            case Syntax.TEXT if layer.entry.layout:
                ways = [_text_way(database, layer, request, written(layer.entry.layout))]
            case Syntax.JSON:
                ways = _json_ways(database, layer, request)
            case _:
                return ()
    return ways if ways and _covered(ways, layer.sample.lines) else ()


def _covered(ways: Sequence[Way], lines: Sequence[str]) -> bool:
    """Tell whether most lines of a sample are of these layouts."""
    chunk = Chunk("".join(f"{line}\n" for line in lines).encode(), spaced=ways[0].layout.spaced)
    for way in ways:
        chunk.take(way.layout, 1)
    return bool(np.count_nonzero(~chunk.left) >= _SHARE * len(chunk))


def _text_way(database: duckdb.DuckDBPyConnection, layer: Layer, request: Request, layout: Layout) -> Way:
    slots = {slot.name: f"slot_{number}_" for number, slot in enumerate(layout.slots) if slot.name}
    groups = groups_of(layer.pattern)

    def value(name: str) -> str:
        return text_value(name, slots[name]) if name in slots else NOTHING

    fits = [
        f"regexp_full_match({slots[slot.name]}, {sql.quoted(groups[slot.name])})"
        for slot in layout.slots
        if slot.name and groups[slot.name] not in _ALWAYS[slot.quoted]
    ]
    return _way(database, layout, _expressions(layer, request, columns_of(layer, value), {}), fits)


def _json_ways(database: duckdb.DuckDBPyConnection, layer: Layer, request: Request) -> list[Way]:
    ways: list[Way] = []
    for layout in layouts_of(layer.sample.lines):
        way = _json_way(database, layer, request, layout)
        if way and merged([*(other.packed for other in ways), way.packed]) is not None:
            ways.append(way)
    return ways


def _json_way(database: duckdb.DuckDBPyConnection, layer: Layer, request: Request, layout: Layout) -> Way | None:
    slots = {slot.name: (f"slot_{number}_", slot.quoted) for number, slot in enumerate(layout.slots)}
    taken = mapped_keys(layer)

    def value(name: str) -> str:
        slot, quoted = slots.get(name, (NOTHING, False))
        if slot == NOTHING:
            return NOTHING
        return f"nullif({slot}, '')" if quoted else f"nullif(json_extract_string({valid(slot)}, '$'), '')"

    def valid(slot: str) -> str:
        return f"CASE WHEN json_valid({slot}) THEN {slot} END"

    def member(name: str) -> str:
        (slot, quoted), key = slots[name], sql.quoted(dumps(name, ensure_ascii=False) + ":")
        return (
            f"{key} || to_json({slot})" if quoted else f"json_merge_patch('{{' || {key} || {valid(slot)} || '}}', '{{}}')[2:-2]"
        )

    columns = columns_of(layer, value)
    rest = {name: member(name) for name in slots if name not in taken}
    if rest.keys() & columns.attributes.keys() or not _SLOT.search(columns.time):
        return None
    fits = [f"json_valid({slot})" for slot, quoted in slots.values() if not quoted]
    return _way(database, layout, _expressions(layer, request, columns, rest), fits)


@dataclass(frozen=True)
class _Expressions:
    """SQL of each column from the slots.

    Attributes
    ----------
    columns, packed : mapping of str to str
        Of the canonical columns, and of attributes.
    first : mapping of str to str
        Of what several of them are made from, by the names of `_MADE_FIRST`; each may be made from those before it.
    """

    columns: Mapping[str, str]
    packed: Mapping[str, str]
    first: Mapping[str, str]

    def slots_of(self, expression: str) -> tuple[int, ...]:
        """Tell which slots an expression is made of."""
        for name in reversed(_MADE_FIRST):
            if re.search(rf"\b{name}\b", expression):
                expression += self.first[name]
        return tuple(sorted({int(slot) for slot in _SLOT.findall(expression)}))

    def query(self, slots: tuple[int, ...], names: Iterable[str], conditions: Sequence[str]) -> str:
        """Write the query of some columns that are made of the same slots, and of whether these fit."""
        casts = {name: f"CAST({self.columns[name]} AS {schema.LOGS[name].sql})" for name in names if name in self.columns}
        casts |= {name: f"CAST({self.packed[name]} AS VARCHAR)" for name in names if name in self.packed}
        holds = [*conditions, *(f"{cast} IS NOT NULL" for name, cast in casts.items() if name == "timestamp")]
        fits = f"coalesce({' AND '.join(holds)}, false)" if holds else "true"
        told = [*(f"{cast} AS {sql.quoted_name(name)}" for name, cast in casts.items()), f"{fits} AS fits"]
        source = "given"
        for name in _MADE_FIRST:
            if set(self.slots_of(self.first[name])) <= set(slots):
                source = f"(SELECT *, {self.first[name]} AS {name} FROM {source})"
        return f"SELECT {', '.join(told)} FROM {source}"


def _expressions(layer: Layer, request: Request, columns: Columns, rest: Mapping[str, str]) -> _Expressions:
    """Put together what `cut.canonical` makes of a line, with `rest` as further attributes."""
    made = {name: columns.columns.get(name, NOTHING) for name in (*COLUMNS, "http_route") if name != "attributes"}
    notation = layer.notation.sql.format(t=columns.time) if layer.notation else NOTHING
    first = {"asked": columns.asked, "moment": f"{notation}{moved(request)}", "path": made["url_path"]}
    made |= {"timestamp": believable("moment"), "service": service_of(request, made["service"])}
    if "url_path" in columns.columns:
        made |= {"url_path": "path", "http_route": "route_of(path)"}
    own = {name: f"{sql.quoted(dumps(name) + ':')} || to_json({text})" for name, text in columns.attributes.items()}
    return _Expressions(made, {f"{PACKED}{name}": member for name, member in {**own, **rest}.items()}, first)


def _way(database: duckdb.DuckDBPyConnection, layout: Layout, made: _Expressions, fits: Sequence[str]) -> Way:
    """Say how the columns of a layout are made: by a query for each slot, or without one."""
    as_they_are = {
        name: (int(found["slot"]), tuple(re.findall("'(-?)'", found["empty"])))
        for name, expression in made.columns.items()
        if (found := _AS_IT_IS.fullmatch(expression))
    }
    groups: dict[tuple[int, ...], list[str]] = {made.slots_of(condition): [] for condition in fits}
    for name, expression in {**made.columns, **made.packed}.items():
        if name not in as_they_are:
            groups.setdefault(made.slots_of(expression), []).append(name)
    same = groups.pop((), [])
    register_table(database, "given", pa.table({"nothing": [None]}))
    constant = database.sql(made.query((), same, [])).to_arrow_table().combine_chunks()
    steps = (
        Step(slots, tuple(names), made.query(slots, names, [one for one in fits if made.slots_of(one) == slots]))
        for slots, names in groups.items()
    )
    return Way(layout, tuple(steps), as_they_are, {name: constant[name].chunk(0) for name in same}, tuple(made.packed))


def merged(lists: Iterable[Sequence[str]]) -> tuple[str, ...] | None:
    """Bring names into one order that is that of every list; None where there is none."""
    order: list[str] = []
    for names in lists:
        place = 0
        for name in names:
            if name in order and order.index(name) < place:
                return None
            if name not in order:
                order.insert(place, name)
            place = order.index(name) + 1
    return tuple(order)


def groups_of(pattern: str) -> dict[str, str]:
    """Give the expression of every named group.

    Examples
    --------
    >>> groups_of(r"(?P<a>[)(]+) (?P<b>(?:x|y)*)")
    {'a': '[)(]+', 'b': '(?:x|y)*'}
    """
    groups = {}
    for found in _GROUP.finditer(pattern):
        depth, end, in_class = 1, found.end(), False
        while depth:
            sign = pattern[end]
            if sign == "\\":
                end += 1
            elif in_class:
                in_class = sign != "]"
            elif sign == "[":
                in_class = True
            else:
                depth += (sign == "(") - (sign == ")")
            end += 1
        groups[found[1]] = pattern[found.end() : end - 1]
    return groups
