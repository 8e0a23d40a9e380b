"""SQL that cuts the lines of one format into canonical columns."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pmkit.core import schema, sql
from pmkit.formats import fields
from pmkit.formats.format import LogFormat, Syntax
from pmkit.formats.record import PAIR, FieldKey, Record, field_value, pairs_in
from pmkit.formats.sample import Sample
from pmkit.formats.sampling import RARE_LINES
from pmkit.formats.timestamps import NOTATIONS, Notation, detect_notation

COLUMNS: Final = [name for name in schema.LOGS if name not in ("line", "source", "http_route")]
"""The canonical columns that are cut from a line."""

NOTHING: Final = "CAST(NULL AS VARCHAR)"
"""The SQL of a field that is not there."""
_OPEN: Final = {
    "method",
    "url",
    "status",
    "client",
    "version",
    "trace_id",
    "duration_s",
    "duration_ms",
    "duration_us",
    "duration_ns",
}
"""What a format of a logging library leaves to those who log."""
_FALLBACK: Final = next(notation for notation in NOTATIONS if notation.name == "ISO 8601 with a zone")
_FIELD: Final = r'\s*("(?:[^"]|"")*"|[^,]*)'
_PAIRS: Final = (
    f"regexp_extract_all({{text}}, {sql.quoted(PAIR)}, 1) AS keys, "
    f"list_transform(regexp_extract_all({{text}}, {sql.quoted(PAIR)}, 2), lambda v: "
    "CASE WHEN v LIKE '\"%' THEN replace(replace(v[2:-2], '\\\"', '\"'), '\\\\', '\\') ELSE v END) AS vals"
)


_FIRST: Final = 50
"""So many records say where the words of the vocabulary stand."""


@dataclass(frozen=True)
class Layer:
    """One format as it is used on one file.

    Attributes
    ----------
    entry : LogFormat
        The format.
    sample : Sample
        Lines of the file in this format.
    """

    entry: LogFormat
    sample: Sample

    @cached_property
    def records(self) -> list[Record]:
        """The records of the sample."""
        return [record for record in self.entry.read(self.sample) if record is not None]

    @cached_property
    def pattern(self) -> str:
        """The expression of a text format."""
        if self.entry.pattern_of is None:
            return self.entry.pattern
        head = next(line for line in self.sample.lines if re.match(self.entry.section, line))
        return self.entry.pattern_of(head)

    @cached_property
    def words(self) -> Mapping[str, FieldKey]:
        """Where each word of the vocabulary stands in this file."""
        if self.entry.fields is not None:
            return {**self._usual, **self.entry.fields} if self.entry.usual else self.entry.fields
        if self.entry.syntax is Syntax.TEXT:
            return {name: name for name in re.compile(self.pattern).groupindex if name != "pairs"}
        return fields.usual_keys(self._looked_at)

    @cached_property
    def _looked_at(self) -> list[Record]:
        """The first records, and the last, which may carry what is seldom there."""
        return [fields.flattened(record) for record in [*self.records[:_FIRST], *self.records[_FIRST:][-2 * RARE_LINES :]]]

    @cached_property
    def _usual(self) -> Mapping[str, FieldKey]:
        """Words that the format does not name, and the keys that usually carry them."""
        mapped = {one for key in (self.entry.fields or {}).values() for one in _alternatives(key)}
        found = fields.usual_keys(self._looked_at)
        named = any(word.startswith("duration") for word in self.entry.fields or {})
        return {
            word: key
            for word, key in found.items()
            if key not in mapped and word in _OPEN and not (named and word.startswith("duration"))
        }

    @cached_property
    def paired(self) -> Mapping[str, str]:
        """Words that a text format finds among its pairs, to their keys."""
        found = [pairs_in(str(record["pairs"]).lstrip()) for record in self.records if record.get("pairs")]
        named = fields.usual_keys(found) if found else {}
        return {word: key for word, key in named.items() if word not in self.words and word != "time"}

    @cached_property
    def notation(self) -> Notation | None:
        """How this file writes its times; None where the format has none."""
        key = self.words.get(fields.TIME)
        if key is None:
            return None
        return (
            detect_notation(value for record in self.records if (value := field_value(record, key)) not in (None, ""))
            or _FALLBACK
        )

    @property
    def zoned(self) -> bool:
        """Whether it is known which zone the times are in."""
        return self.entry.utc or self.notation is None or self.notation.zoned

    @cached_property
    def width(self) -> int:
        """How many columns a table has."""
        if not self.entry.names:
            return len(self.sample.table[0]) if self.sample.table else 1
        return max((len(record) for record in self.records), default=len(self.entry.names))

    @cached_property
    def names(self) -> list[str]:
        """The columns of a table."""
        return list(self.entry.names or (self.sample.table[0] if self.sample.table else ()))


@dataclass(frozen=True)
class Cut:
    """SQL that cuts a line: first the raw fields, then what is made of them, then whether it fits.

    Attributes
    ----------
    fields, derived : str
        Select lists.
    fits : str
        A condition over the fields.
    value : callable
        From the name of one field to the SQL of its text.
    rest : str
        The attributes that no column takes, a JSON object.
    """

    fields: str
    derived: str
    fits: str
    value: Callable[[str], str]
    rest: str = "NULL"


def cut_of(layer: Layer) -> Cut:
    """Say how the lines of a layer are cut."""
    match layer.entry.syntax:
        case Syntax.TEXT:
            return _text(layer)
        case Syntax.JSON:
            return _json(layer)
        case Syntax.LOGFMT:
            return _logfmt(layer)
        case Syntax.CSV:
            return _csv(layer)


def _text(layer: Layer) -> Cut:
    names = list(re.compile(layer.pattern).groupindex)
    pairs = _PAIRS.format(text="f.pairs") if "pairs" in names else "NULL AS keys"
    fits = "f.time <> ''" if "time" in names else " OR ".join(f"f.{name} <> ''" for name in names)
    rest = f"CASE WHEN len(keys) > 0 THEN {_remaining(set(layer.paired.values()))} END" if "pairs" in names else "NULL"
    return Cut(
        f"regexp_extract(text, {sql.quoted(layer.pattern)}, {names}) AS f", pairs, fits,
        lambda name: text_value(name, f"f.{name}"), rest,
    )  # fmt: skip


def text_value(name: str, found: str) -> str:
    """Read a field of a text format: an empty one is null, and so is a lone dash but in a message."""
    return f"nullif({found}, '')" if name == "message" else sql.null_if_empty(found)


def _json(layer: Layer) -> Cut:
    paths = list(dict.fromkeys(path for key in keys_of(layer) for path in sql.json_paths(key))) or ["$"]
    listed = "[" + ", ".join(map(sql.quoted, paths)) + "]"
    emptied = json.dumps(dict.fromkeys(sorted(mapped_keys(layer))))

    def value(name: str) -> str:
        found = [f"nullif(v[{paths.index(path) + 1}], '')" for path in sql.json_paths(name)]
        return _first_of(found)

    return Cut(
        f"CASE WHEN json_valid(text) AND ltrim(text) LIKE '{{%' THEN json_extract_string(text, {listed}) END AS v",
        "NULL AS keys", "v IS NOT NULL", value,
        f"CASE WHEN v IS NOT NULL THEN nullif(CAST(json_merge_patch(text, {sql.quoted(emptied)}) AS VARCHAR), '{{}}') END",
    )  # fmt: skip


def keys_of(layer: Layer) -> list[str]:
    """List the keys of JSON objects that have a word of the vocabulary."""
    return [one for key in layer.words.values() for alternative in _alternatives(key) for one in alternative.split("+")]


def mapped_keys(layer: Layer) -> set[str]:
    """Tell which keys are no attributes, because they have a word of the vocabulary."""
    return {key for key in keys_of(layer) if "." not in key or any(key in record for record in layer.records)}


def _logfmt(layer: Layer) -> Cut:
    used = {one for key in layer.words.values() for one in _alternatives(key)}
    return Cut("NULL AS f", _PAIRS.format(text="text"), "len(keys) > 0", sql.pair_value, _remaining(used))


def _csv(layer: Layer) -> Cut:
    delimiter = layer.sample.delimiter if not layer.entry.names else ","
    field = _FIELD.replace(",", "\\t" if delimiter == "\t" else delimiter)
    field = field.replace(r"\s*", " *") if delimiter == "\t" else field
    pattern = sql.quoted("^" + delimiter.join([field] * layer.width) + r"\s*$")
    columns = [f"c{n + 1}" for n in range(layer.width)]
    unquoted = ", ".join(
        f"nullif(CASE WHEN f.{n} LIKE '\"%' THEN replace(f.{n}[2:-2], '\"\"', '\"') ELSE trim(f.{n}) END, '') AS {n}"
        for n in columns
    )
    named = dict(zip(layer.names, columns, strict=False))
    used = {one for key in layer.words.values() for alternative in _alternatives(key) for one in alternative.split("+")}
    rest = [(name, column) for name, column in named.items() if name not in used and name]
    return Cut(
        f"regexp_extract(text, {pattern}, {columns}) AS f, regexp_matches(text, {pattern}) AS whole", unquoted, "whole",
        lambda name: named.get(name, "NULL"), sql.json_object(rest) if rest else "NULL",
    )  # fmt: skip


def _remaining(used: set[str]) -> str:
    """Keep the pairs that no column takes."""
    taken = "[" + ", ".join(map(sql.quoted, sorted(used))) + "]"
    pairs = f"list_filter(list_zip(keys, vals), lambda p: NOT list_contains(CAST({taken} AS VARCHAR[]), p[1]))"
    return (
        f"nullif('{{' || array_to_string(list_transform({pairs}, "
        "lambda p: to_json(p[1]) || ':' || to_json(p[2])), ',') || '}', '{}')"
    )


def _alternatives(key: FieldKey) -> tuple[str, ...]:
    return (key,) if isinstance(key, str) else key


@dataclass(frozen=True)
class Columns:
    """SQL of the canonical columns, from the text of fields.

    Attributes
    ----------
    raw : mapping of str to str
        Each word of the vocabulary, and each attribute, that the format names.
    columns : mapping of str to str
        The columns but time, attributes and route; from the words, and from `asked`.
    attributes : mapping of str to str
        Each attribute, as a text.
    asked : str
        The URL that was asked for.
    time : str
        The time as it is written.
    """

    raw: Mapping[str, str]
    columns: Mapping[str, str]
    attributes: Mapping[str, str]
    asked: str
    time: str


def columns_of(layer: Layer, value: Callable[[str], str]) -> Columns:
    """Say how the columns are made of the fields, whose text `value` gives as SQL."""
    raw = {word: _expression(key, value) for word, key in layer.words.items()}
    raw |= {word: sql.pair_value(key) for word, key in layer.paired.items()}
    columns, attributes = fields.canonical_columns(raw)
    asked = columns.pop("asked", "NULL")
    columns |= {name: _filled(words, raw) for name, words in layer.entry.columns.items()}
    time = _filled(columns.pop(fields.TIME, raw.get(fields.TIME, "NULL")), raw)
    return Columns(raw, columns, attributes, asked, time)


def canonical(layer: Layer, relation: str, *, wrapped: bool) -> str:
    """Write the query that gives the lines of `relation` in canonical columns.

    Parameters
    ----------
    relation : str
        Columns `line`, `text`, `more` and `below`, and where `wrapped` also `around`.
    wrapped : bool
        Whether the lines were taken out of something that has canonical columns of its own.

    Returns
    -------
    str
        A query with `line`, `below`, `more`, `fits`, `stream`, `goes_on`, `naive` (a wall-clock time
        where the times carry no zone), `text`, and the canonical columns.
    """
    cut = cut_of(layer)
    made = columns_of(layer, cut.value)
    own = sql.json_object(made.attributes.items()) if made.attributes else "NULL"
    attributes = "rest" if own == "NULL" else "own" if cut.rest == "NULL" else "json_merged(own, rest)"
    zoned = layer.notation is not None and layer.notation.zoned
    read = layer.notation.sql.format(t="time_text") if layer.notation else "NULL"
    told = {**made.columns, "attributes": attributes, "timestamp": read if zoned else "NULL"}
    text = "text," if layer.entry.wraps else ""
    cast = {name: f"CAST({told.get(name, 'NULL')} AS {schema.LOGS[name].sql})" for name in COLUMNS}
    if wrapped:
        weak = layer.entry.columns.get("service", "").startswith("'")
        cast = {name: _behind(name, expression, zoned=zoned, weak=weak) for name, expression in cast.items()}
    nothing = f"CAST(NULL AS {schema.LOGS['url_path'].sql})"
    stream = "concat_ws('|', " + ", ".join(made.raw[name] for name in layer.entry.stream) + ")" if layer.entry.stream else "''"
    return f"""
        WITH cut AS (SELECT *, {cut.fields} FROM {relation}),
             derived AS (SELECT *, {cut.derived} FROM cut),
             called AS (SELECT *, {made.asked} AS asked FROM derived),
             timed AS (SELECT *, {made.time} AS time_text, {own} AS own, {cut.rest} AS rest FROM called)
        SELECT line, {text} more, below, {"around," if wrapped else ""} coalesce({cut.fits}, false) AS fits,
               {stream} AS stream, coalesce({_filled(layer.entry.partial, made.raw) or "false"}, false) AS goes_on,
               CAST({"NULL" if zoned else read} AS TIMESTAMP) AS naive,
               {", ".join(f"{expression} AS {name}" for name, expression in cast.items())},
               CAST({"route_of(url_path)" if cast["url_path"] != nothing else "NULL"} AS VARCHAR) AS http_route
        FROM timed
    """


def _behind(name: str, expression: str, *, zoned: bool, weak: bool) -> str:
    """Prefer what the line says to what is around it; but a time with a zone to one without, and any name to a format's."""
    if name == "service" and weak:
        return f"coalesce(around.service, {expression})"
    if name == "message":
        return f"coalesce({expression}, text)"
    if name == "attributes":
        return f"json_merged(around.attributes, {expression})"
    return f"coalesce({expression}, around.{name})" if zoned or name != "timestamp" else "around.timestamp"


def _expression(key: FieldKey, value: Callable[[str], str]) -> str:
    found = [
        value(one) if "+" not in one else " || ' ' || ".join(value(part) for part in one.split("+")) for one in _alternatives(key)
    ]
    return _first_of(found)


def _first_of(expressions: list[str]) -> str:
    known = [expression for expression in expressions if expression != NOTHING] or [NOTHING]
    return known[0] if len(known) == 1 else f"coalesce({', '.join(known)})"


def _filled(words: str, raw: Mapping[str, str]) -> str:
    """Put the fields where the entry's SQL names them in braces."""
    for word, expression in raw.items():
        words = words.replace(f"{{{word}}}", expression)
    return words
