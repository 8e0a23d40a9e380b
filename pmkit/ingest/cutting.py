"""SQL that cuts the lines of one format into fields."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pmkit.core import sql
from pmkit.formats.format import Syntax
from pmkit.formats.record import PAIR
from pmkit.ingest.layer import Layer, alternatives

# The SQL of a field that a line does not have.
NOTHING: Final = "CAST(NULL AS VARCHAR)"

# One field of a table, in quotes or not.
_FIELD: Final = r'\s*("(?:[^"]|"")*"|[^,]*)'

# The keys and the values of key=value pairs, without the quotes around values.
_PAIRS: Final = (
    f"regexp_extract_all({{text}}, {sql.quoted(PAIR)}, 1) AS pair_keys, "
    f"list_transform(regexp_extract_all({{text}}, {sql.quoted(PAIR)}, 2), lambda pair_value: CASE WHEN pair_value LIKE '\"%' "
    "THEN replace(replace(pair_value[2:-2], '\\\"', '\"'), '\\\\', '\\') ELSE pair_value END) AS pair_values"
)


@dataclass(frozen=True)
class Cut:
    """SQL that cuts a line: first into raw fields, then into derived ones, then a condition for whether it fits.

    Attributes
    ----------
    fields, derived : str
        Select lists.
    fits : str
        A condition over the fields.
    value : callable
        Returns the SQL of a field's text for the field's name.
    rest : str
        The fields that no column uses, as a JSON object.
    """

    fields: str
    derived: str
    fits: str
    value: Callable[[str], str]
    rest: str = "NULL"


def cut_of(layer: Layer) -> Cut:
    """Return how the lines of a layer are cut."""
    match layer.entry.syntax:
        case Syntax.TEXT:
            return _cut_text(layer)
        case Syntax.JSON:
            return _cut_json(layer)
        case Syntax.LOGFMT:
            return _cut_logfmt(layer)
        case Syntax.CSV:
            return _cut_csv(layer)


def _cut_text(layer: Layer) -> Cut:
    names = list(re.compile(layer.pattern).groupindex)
    has_pairs = "pairs" in names
    return Cut(
        fields=f"regexp_extract(text, {sql.quoted(layer.pattern)}, {names}) AS groups",
        derived=_PAIRS.format(text="groups.pairs") if has_pairs else "NULL AS pair_keys",
        fits="groups.time <> ''" if "time" in names else " OR ".join(f"groups.{name} <> ''" for name in names),
        value=lambda name: text_value(name, f"groups.{name}"),
        rest=f"CASE WHEN len(pair_keys) > 0 THEN {_remaining_pairs(layer.paired.values())} END" if has_pairs else "NULL",
    )


def text_value(name: str, field: str) -> str:
    """Return the SQL of a field of a text format; an empty text is null, and so is a single dash except in a message."""
    return f"nullif({field}, '')" if name == "message" else sql.null_if_empty(field)


def _cut_json(layer: Layer) -> Cut:
    paths = list(dict.fromkeys(path for key in layer.keys for path in sql.json_paths(key))) or ["$"]
    extracted = "[" + ", ".join(map(sql.quoted, paths)) + "]"
    nulls = json.dumps(dict.fromkeys(sorted(layer.mapped_keys)))

    def value(name: str) -> str:
        return first_of([f"nullif(json_values[{paths.index(path) + 1}], '')" for path in sql.json_paths(name)])

    return Cut(
        fields=(
            f"CASE WHEN json_valid(text) AND ltrim(text) LIKE '{{%' THEN json_extract_string(text, {extracted}) END "
            "AS json_values"
        ),
        derived="NULL AS pair_keys",
        fits="json_values IS NOT NULL",
        value=value,
        rest=(
            "CASE WHEN json_values IS NOT NULL "
            f"THEN nullif(CAST(json_merge_patch(text, {sql.quoted(nulls)}) AS VARCHAR), '{{}}') END"
        ),
    )


def _cut_logfmt(layer: Layer) -> Cut:
    used = {key for keys in layer.words.values() for key in alternatives(keys)}
    return Cut(
        fields="NULL AS groups",
        derived=_PAIRS.format(text="text"),
        fits="len(pair_keys) > 0",
        value=sql.pair_value,
        rest=_remaining_pairs(used),
    )


def _cut_csv(layer: Layer) -> Cut:
    delimiter = layer.sample.delimiter if not layer.entry.names else ","
    field = _FIELD.replace(",", "\\t" if delimiter == "\t" else delimiter)
    field = field.replace(r"\s*", " *") if delimiter == "\t" else field
    pattern = sql.quoted("^" + delimiter.join([field] * layer.width) + r"\s*$")
    columns = [f"c{n + 1}" for n in range(layer.width)]
    by_name = dict(zip(layer.names, columns, strict=False))
    rest = [(name, column) for name, column in by_name.items() if name not in layer.keys and name]
    return Cut(
        fields=f"regexp_extract(text, {pattern}, {columns}) AS groups, regexp_matches(text, {pattern}) AS is_row",
        derived=", ".join(f"{_unquoted(f'groups.{column}')} AS {column}" for column in columns),
        fits="is_row",
        value=lambda name: by_name.get(name, "NULL"),
        rest=sql.json_object(rest) if rest else "NULL",
    )


def _unquoted(field: str) -> str:
    return f"nullif(CASE WHEN {field} LIKE '\"%' THEN replace({field}[2:-2], '\"\"', '\"') ELSE trim({field}) END, '')"


def _remaining_pairs(used: Iterable[str]) -> str:
    """Return the SQL of the pairs that no column uses, as a JSON object."""
    used_keys = "[" + ", ".join(map(sql.quoted, sorted(set(used)))) + "]"
    is_unused = f"NOT list_contains(CAST({used_keys} AS VARCHAR[]), pair[1])"
    pairs = f"list_filter(list_zip(pair_keys, pair_values), lambda pair: {is_unused})"
    return (
        f"nullif('{{' || array_to_string(list_transform({pairs}, "
        "lambda pair: to_json(pair[1]) || ':' || to_json(pair[2])), ',') || '}', '{}')"
    )


def first_of(expressions: Sequence[str]) -> str:
    """Return the SQL of the first expression that is not null."""
    present = [expression for expression in expressions if expression != NOTHING] or [NOTHING]
    return present[0] if len(present) == 1 else f"coalesce({', '.join(present)})"
