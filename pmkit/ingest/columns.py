"""SQL that turns the fields of a line into canonical columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb

from pmkit.core import schema, sql
from pmkit.formats import fields
from pmkit.formats.format import Syntax
from pmkit.formats.outcomes import agent_key, traffic_sql
from pmkit.formats.record import FieldKey
from pmkit.formats.request_messages import request_fields
from pmkit.formats.severity import stated_severity
from pmkit.formats.stack_traces import TRACE
from pmkit.ingest.attributes import attribute_columns, attribute_object, can_be_columns, kept_values
from pmkit.ingest.cutting import NOTHING, Cut, cut_of, first_of
from pmkit.ingest.layer import Layer, alternatives
from pmkit.ingest.outcome_columns import outcome_columns
from pmkit.ingest.relations import create_table, create_view

# The canonical columns that are cut from a line.
COLUMNS: Final = [name for name in schema.LOGS if name not in ("line", "source", "http_route")]


def _null(name: str) -> str:
    return f"CAST(NULL AS {schema.LOGS[name].sql})"


# The lines of a relation in canonical columns.
_CANONICAL: Final = """
    WITH {stages},
         cut AS (SELECT *, {fields} FROM stage_{last}),
         derived AS (SELECT *, {derived} FROM cut),
         with_fields AS (SELECT *{texts} FROM derived),
         with_url AS (SELECT *, {requested_url} AS requested_url {converted} FROM with_fields),
         with_time AS (SELECT *, {time} AS time_text, {named} AS named_attributes, {rest} AS other_attributes,
                      {kept} AS kept_attributes FROM with_url)
    SELECT line, {text} more, below, {wrapper} coalesce({fits}, false) AS fits, {columns}
    FROM with_time
"""

# The SQL of columns that are the same for all lines.
_CONSTANT: Final = {"''", "coalesce(false, false)", "CAST(NULL AS TIMESTAMP)", *map(_null, (*COLUMNS, "http_route"))}


@dataclass(frozen=True)
class CanonicalLines:
    """The SQL of the lines of a relation in canonical columns.

    Attributes
    ----------
    query : str
        The query of the columns that differ from line to line.
    constants : mapping of str to str
        The SQL of the columns that are the same for all lines.
    packed : tuple of str
        The columns that contain one attribute each.
    """

    query: str
    constants: Mapping[str, str]
    packed: tuple[str, ...]

    def with_constants(self, lines: str) -> str:
        """Return the query of all columns, from a relation with those of `query`."""
        return f"SELECT *, {', '.join(f'{value} AS {name}' for name, value in self.constants.items())} FROM {lines}"


def create_lines(database: duckdb.DuckDBPyConnection, lines: CanonicalLines) -> str:
    """Create a relation of lines in canonical columns, and return its name; columns that are the same for all take no space."""
    return create_view(database, "lines", lines.with_constants(create_table(database, "lines", lines.query)))


@dataclass(frozen=True)
class Columns:
    """SQL of the canonical columns, from the text of fields.

    Attributes
    ----------
    raw : mapping of str to str
        Each word of the vocabulary and each attribute that the format names.
    columns : mapping of str to str
        The columns except time, attributes and route, over the words and `requested_url`.
    converted : mapping of str to str
        The columns of `fields.CONVERTED`, without those that the format defines by SQL of its own.
    attributes : mapping of str to str
        Each attribute, as text.
    requested_url : str
        The requested URL.
    time : str
        The time as the line writes it.
    """

    raw: Mapping[str, str]
    columns: Mapping[str, str]
    converted: Mapping[str, str]
    attributes: Mapping[str, str]
    requested_url: str
    time: str


def columns_of(layer: Layer, value: Callable[[str], str]) -> Columns:
    """Return the SQL of the columns over the fields; `value` returns the SQL of a field's text."""
    raw = {word: _expression(key, value) for word, key in layer.words.items()}
    raw |= {word: sql.pair_value(key) for word, key in layer.paired.items()}
    if layer.has_requests:
        raw = {**request_fields(raw["message"]), **raw}
    columns, attributes = fields.canonical_columns(raw, structured=layer.entry.syntax is not Syntax.TEXT)
    converted = {name: value for name, value in columns.items() if name in fields.CONVERTED}
    requested_url = columns.pop("requested_url", "NULL")
    columns |= {name: _with_fields(template, raw) for name, template in layer.entry.columns.items()}
    columns |= outcome_columns(layer, columns, value)
    agent = value(key) if (key := agent_key(layer.outcome_keys)) else raw.get("user_agent")
    columns |= {"traffic": traffic_sql(agent)} if agent else {}
    time = _with_fields(columns.pop(fields.TIME, raw.get(fields.TIME, "NULL")), raw)
    return Columns(raw, columns, converted, attributes, requested_url, time)


def _fields(layer: Layer, cut: Cut) -> tuple[dict[str, str], Callable[[str], str]]:
    """Return columns for fields whose texts are used several times, and the SQL of a field's text for its name.

    Empty texts are null, and so are single dashes, except for a message's.
    """
    if layer.entry.syntax is Syntax.TEXT:
        texts = {name: cut.value(name) for name in _used_often(layer)}
    else:
        messages = alternatives(layer.words.get("message", ()))
        texts = {
            name: f"nullif({cut.value(name)}, '')" if name in messages else sql.null_if_empty(cut.value(name))
            for name in dict.fromkeys(layer.keys)
        }
    names = {name: f"field_{number}" for number, name in enumerate(texts)}
    return {names[name]: text for name, text in texts.items()}, lambda name: names.get(name) or cut.value(name)


def _used_often(layer: Layer) -> dict[str, None]:
    """Return the names of those fields of a text format that its SQL uses, or that carry a word together with others."""
    templates = "".join(layer.entry.columns.values())
    words = {word: alternatives(key) for word, key in layer.words.items()}
    used = [names for word, names in words.items() if len(names) > 1 or f"{{{word}}}" in templates]
    return dict.fromkeys(part for names in used for name in names for part in name.split("+"))


def _converted(layer: Layer, untyped: Columns) -> dict[str, str]:
    """Return the names of the columns that are converted once, to be compared with their texts; see `kept_values`."""
    if layer.entry.syntax is Syntax.TEXT and not layer.paired:
        return {}
    return {name: name if name == "requested_url" else f"converted_{name}" for name in untyped.converted}


def canonical(layer: Layer, relation: str, *, wrapped: bool, pack: bool = False) -> CanonicalLines:
    """Return the SQL of the lines of a relation in canonical columns.

    Parameters
    ----------
    relation : str
        Columns `line`, `text`, `more` and `below`, and where `wrapped` also `wrapper`.
    wrapped : bool
        Whether the lines were taken out of a wrapper that has canonical columns of its own.
    pack : bool
        Whether attributes that most lines have become columns of their own.

    Returns
    -------
    CanonicalLines
        Columns `line`, `below`, `more`, `fits`, `stream`, `is_partial`, `is_repaired`, `naive` (a wall-clock time
        where the times carry no zone), `text`, and the canonical columns.
    """
    cut = cut_of(layer, pack=pack)
    texts, value = _fields(layer, cut)
    untyped = columns_of(layer, value)
    converted = _converted(layer, untyped)
    named = sql.json_object(untyped.attributes.items()) if untyped.attributes else "NULL"
    attributes = attribute_columns(untyped.attributes, cut)
    packed = attributes if pack and cut.members is not None and can_be_columns(attributes) else {}
    zoned = layer.notation is not None and layer.notation.zoned
    time = layer.notation.sql.format(t="time_text") if layer.notation else "NULL"
    kept = kept_values(layer, cut, value, converted) if converted else "NULL"
    attribute_sql = attribute_object(attributes, cut, named, kept, packed=bool(packed))
    columns = _typed_columns(layer, untyped, converted, attribute_sql, time if zoned else "NULL", wrapped=wrapped)
    columns |= _line_columns(
        layer, untyped, cut, naive="NULL" if zoned else time, has_path=columns["url_path"] != _null("url_path")
    )
    varying = {name: value for name, value in columns.items() if value not in _CONSTANT} | packed
    query = _CANONICAL.format(
        stages=_stages(relation, cut.parts),
        last=len(cut.parts),
        fields=cut.fields,
        derived=cut.derived,
        texts="".join(f", {text} AS {name}" for name, text in texts.items()),
        requested_url=untyped.requested_url,
        converted="".join(
            f", {untyped.converted[name]} AS {column}" for name, column in converted.items() if name != "requested_url"
        ),
        time=untyped.time,
        named=named,
        rest=cut.rest,
        kept=kept,
        text="text," if layer.entry.wraps else "",
        wrapper="wrapper," if wrapped else "",
        fits=_fits(layer, cut, wrapped=wrapped),
        columns=", ".join(f"{expression} AS {sql.quoted_name(name)}" for name, expression in varying.items()),
    )
    return CanonicalLines(query, {name: value for name, value in columns.items() if value in _CONSTANT}, tuple(packed))


def _fits(layer: Layer, cut: Cut, *, wrapped: bool) -> str:
    """Return the condition for a line to be in the format; in a wrapper, a line of a trace may have a pair of its own."""
    is_pairs = layer.entry.syntax in (Syntax.LOGFMT, Syntax.LTSV)
    return f"{cut.fits} AND NOT regexp_matches(text, {sql.quoted(TRACE)})" if wrapped and is_pairs else cut.fits


def _line_columns(layer: Layer, untyped: Columns, cut: Cut, *, naive: str, has_path: bool) -> dict[str, str]:
    """Return the SQL of the route, and of what is only needed to join the lines and to resolve their times."""
    streams = ", ".join(untyped.raw[name] for name in layer.entry.stream)
    return {
        "http_route": _route(untyped, has_path=has_path),
        "stream": f"concat_ws('|', {streams})" if streams else "''",
        "is_partial": f"coalesce({_with_fields(layer.entry.partial, untyped.raw) or 'false'}, false)",
        "is_repaired": f"coalesce({cut.is_repaired}, false)",
        "naive": f"CAST({naive} AS TIMESTAMP)",
    }


def _route(untyped: Columns, *, has_path: bool) -> str:
    """Return the SQL of the route: that of the path, or else the name of the operation."""
    routes = [
        *(["route_of(url_path)"] if has_path else []),
        *(untyped.columns[name] for name in ("operation",) if name in untyped.columns),
    ]
    return f"CAST({first_of(routes)} AS VARCHAR)" if routes else _null("http_route")


def _stages(relation: str, parts: Sequence[str]) -> str:
    """Return the SQL that adds each of the select lists to a relation."""
    stages = [f"stage_0 AS (FROM {relation})"]
    stages += [f"stage_{n} AS (SELECT *, {part} FROM stage_{n - 1})" for n, part in enumerate(parts, 1)]
    return ", ".join(stages)


def _typed_columns(
    layer: Layer, untyped: Columns, converted: Mapping[str, str], attributes: str, timestamp: str, *, wrapped: bool
) -> dict[str, str]:
    """Return the SQL of the canonical columns in their types; for wrapped lines, completed by the columns of the wrapper."""
    own = {name: column for name, column in converted.items() if name not in layer.entry.columns}
    expressions = {**untyped.columns, **own, "attributes": attributes, "timestamp": timestamp}
    if "message" in expressions and not (layer.entry.wraps or layer.entry.fallback or layer.has_levels):
        # A line without a severity of its own may state one in its message.
        expressions["severity"] = first_of([expressions.get("severity", NOTHING), stated_severity(expressions["message"])])
    typed = {name: f"CAST({expressions.get(name, 'NULL')} AS {schema.LOGS[name].sql})" for name in COLUMNS}
    if not wrapped:
        return typed
    zoned = layer.notation is not None and layer.notation.zoned
    weak = layer.entry.columns.get("service", "").startswith("'")
    return {name: _or_around(name, expression, zoned=zoned, weak=weak) for name, expression in typed.items()}


def _or_around(name: str, expression: str, *, zoned: bool, weak: bool) -> str:
    """Return the SQL that prefers a line's own value to its wrapper's.

    A time without a zone never replaces the wrapper's; nor does a service that is only the format's constant (`weak`).
    """
    if name == "service" and weak:
        return f"coalesce(wrapper.service, {expression})"
    if name == "message":
        return f"coalesce({expression}, text)"
    if name == "attributes":
        return f"json_merged(wrapper.attributes, {expression})"
    return f"coalesce({expression}, wrapper.{name})" if zoned or name != "timestamp" else "wrapper.timestamp"


def _expression(key: FieldKey, value: Callable[[str], str]) -> str:
    return first_of([" || ' ' || ".join(value(part) for part in name.split("+")) for name in alternatives(key)])


def _with_fields(template: str, raw: Mapping[str, str]) -> str:
    """Return an entry's SQL with the names of fields in braces replaced by their expressions."""
    for word, expression in raw.items():
        template = template.replace(f"{{{word}}}", expression)
    return template
