"""SQL that turns the fields of a line into canonical columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from pmkit.core import schema, sql
from pmkit.formats import fields
from pmkit.formats.record import FieldKey
from pmkit.ingest.cutting import cut_of, first_of
from pmkit.ingest.layer import Layer, alternatives

# The canonical columns that are cut from a line.
COLUMNS: Final = [name for name in schema.LOGS if name not in ("line", "source", "http_route")]

# The lines of a relation in canonical columns.
_CANONICAL: Final = """
    WITH cut AS (SELECT *, {fields} FROM {relation}),
         derived AS (SELECT *, {derived} FROM cut),
         with_url AS (SELECT *, {asked} AS asked FROM derived),
         with_time AS (SELECT *, {time} AS time_text, {named} AS named_attributes, {rest} AS other_attributes FROM with_url)
    SELECT line, {text} more, below, {around} coalesce({fits}, false) AS fits,
           {stream} AS stream, coalesce({goes_on}, false) AS goes_on, CAST({naive} AS TIMESTAMP) AS naive,
           {columns}, CAST({route} AS VARCHAR) AS http_route
    FROM with_time
"""


@dataclass(frozen=True)
class Columns:
    """SQL of the canonical columns, from the text of fields.

    Attributes
    ----------
    raw : mapping of str to str
        Each word of the vocabulary and each attribute that the format names.
    columns : mapping of str to str
        The columns except time, attributes and route, over the words and `asked`.
    attributes : mapping of str to str
        Each attribute, as text.
    asked : str
        The requested URL.
    time : str
        The time as the line writes it.
    """

    raw: Mapping[str, str]
    columns: Mapping[str, str]
    attributes: Mapping[str, str]
    asked: str
    time: str


def columns_of(layer: Layer, value: Callable[[str], str]) -> Columns:
    """Return the SQL of the columns over the fields; `value` returns the SQL of a field's text."""
    raw = {word: _expression(key, value) for word, key in layer.words.items()}
    raw |= {word: sql.pair_value(key) for word, key in layer.paired.items()}
    columns, attributes = fields.canonical_columns(raw)
    asked = columns.pop("asked", "NULL")
    columns |= {name: _with_fields(template, raw) for name, template in layer.entry.columns.items()}
    time = _with_fields(columns.pop(fields.TIME, raw.get(fields.TIME, "NULL")), raw)
    return Columns(raw, columns, attributes, asked, time)


def canonical(layer: Layer, relation: str, *, wrapped: bool) -> str:
    """Return the query of the lines of a relation in canonical columns.

    Parameters
    ----------
    relation : str
        Columns `line`, `text`, `more` and `below`, and where `wrapped` also `around`.
    wrapped : bool
        Whether the lines were taken out of a wrapper that has canonical columns of its own.

    Returns
    -------
    str
        A query with `line`, `below`, `more`, `fits`, `stream`, `goes_on`, `naive` (a wall-clock time
        where the times carry no zone), `text`, and the canonical columns.
    """
    cut = cut_of(layer)
    untyped = columns_of(layer, cut.value)
    named = sql.json_object(untyped.attributes.items()) if untyped.attributes else "NULL"
    zoned = layer.notation is not None and layer.notation.zoned
    time = layer.notation.sql.format(t="time_text") if layer.notation else "NULL"
    columns = _typed_columns(layer, untyped, _attributes(named, cut.rest), time if zoned else "NULL", wrapped=wrapped)
    has_path = columns["url_path"] != f"CAST(NULL AS {schema.LOGS['url_path'].sql})"
    streams = ", ".join(untyped.raw[name] for name in layer.entry.stream)
    return _CANONICAL.format(
        fields=cut.fields,
        relation=relation,
        derived=cut.derived,
        asked=untyped.asked,
        time=untyped.time,
        named=named,
        rest=cut.rest,
        text="text," if layer.entry.wraps else "",
        around="around," if wrapped else "",
        fits=cut.fits,
        stream=f"concat_ws('|', {streams})" if streams else "''",
        goes_on=_with_fields(layer.entry.partial, untyped.raw) or "false",
        naive="NULL" if zoned else time,
        columns=", ".join(f"{expression} AS {name}" for name, expression in columns.items()),
        route="route_of(url_path)" if has_path else "NULL",
    )


def _attributes(named: str, rest: str) -> str:
    """Return the SQL of the attributes of a line: those that its format names, and the fields that no column uses."""
    if "NULL" in (named, rest):
        return "other_attributes" if named == "NULL" else "named_attributes"
    return "json_merged(named_attributes, other_attributes)"


def _typed_columns(layer: Layer, untyped: Columns, attributes: str, timestamp: str, *, wrapped: bool) -> dict[str, str]:
    """Return the SQL of the canonical columns in their types; for wrapped lines, completed by the columns of the wrapper."""
    expressions = {**untyped.columns, "attributes": attributes, "timestamp": timestamp}
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
        return f"coalesce(around.service, {expression})"
    if name == "message":
        return f"coalesce({expression}, text)"
    if name == "attributes":
        return f"json_merged(around.attributes, {expression})"
    return f"coalesce({expression}, around.{name})" if zoned or name != "timestamp" else "around.timestamp"


def _expression(key: FieldKey, value: Callable[[str], str]) -> str:
    return first_of([" || ' ' || ".join(value(part) for part in name.split("+")) for name in alternatives(key)])


def _with_fields(template: str, raw: Mapping[str, str]) -> str:
    """Return an entry's SQL with the names of fields in braces replaced by their expressions."""
    for word, expression in raw.items():
        template = template.replace(f"{{{word}}}", expression)
    return template
