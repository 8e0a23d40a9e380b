"""SQL that cuts the lines of one format into fields."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pmkit.core import sql
from pmkit.formats.format import Syntax
from pmkit.formats.record import LABEL, PAIR
from pmkit.ingest.layer import Layer
from pmkit.store.part import JSON_ATTRIBUTE, TEXT_ATTRIBUTE

# The SQL of a field that a line does not have.
NOTHING: Final = "CAST(NULL AS VARCHAR)"

# At most this many lists of keys of JSON objects are told apart from all others.
_MAX_KEY_LISTS: Final = 6

# One field of a table, in quotes or not.
_FIELD: Final = r'\s*("(?:[^"]|"")*"|[^,]*)'

# The keys and the values of key=value pairs, without the quotes around values.
_PAIRS: Final = (
    f"regexp_extract_all({{text}}, {sql.quoted(PAIR)}, 1) AS pair_keys, "
    f"list_transform(regexp_extract_all({{text}}, {sql.quoted(PAIR)}, 2), lambda pair_value: CASE WHEN pair_value LIKE '\"%' "
    "THEN replace(replace(pair_value[2:-2], '\\\"', '\"'), '\\\\', '\\') "
    "WHEN length(pair_value) > 1 AND pair_value LIKE '''%''' THEN pair_value[2:-2] ELSE pair_value END) AS pair_values"
)

# The labels and the values of label:value pairs.
_LABELS: Final = ", ".join(
    f"regexp_extract_all(text, {sql.quoted(LABEL)}, {group}) AS {name}" for group, name in ((1, "pair_keys"), (2, "pair_values"))
)


@dataclass(frozen=True)
class Cut:
    """SQL that cuts a line: first into parts and raw fields, then into derived ones, then a condition for whether it fits.

    Attributes
    ----------
    parts : sequence of str
        Select lists, each of which may use the columns of those before it.
    fields, derived : str
        Select lists.
    fits : str
        A condition over the fields.
    value : callable
        Returns the SQL of a field's text for the field's name.
    original : callable
        Returns the name of the column for the attribute that is a field as the line has it, and the SQL of its value.
    rest : str
        The fields that no column uses, as a JSON object.
        Null on lines whose fields are in `members`.
    is_repaired : str
        A condition for whether the line had to be repaired.
    members : mapping of str to str, or None
        The SQL of the fields that no column uses, by the names of the columns for these attributes, if nearly all lines
        have the same ones; None if not.
    """

    fields: str
    derived: str
    fits: str
    value: Callable[[str], str]
    rest: str = "NULL"
    original: Callable[[str], tuple[str, str]] = lambda name: (f"{TEXT_ATTRIBUTE}{name}", "NULL")
    is_repaired: str = "false"
    members: Mapping[str, str] | None = None
    parts: Sequence[str] = ()


def cut_of(layer: Layer, *, pack: bool) -> Cut:
    """Return how the lines of a layer are cut.

    Parameters
    ----------
    pack : bool
        Whether attributes may become columns of their own. If not, layers with the same key are cut by the same SQL.
    """
    match layer.entry.syntax:
        case Syntax.TEXT:
            return _cut_text(layer)
        case Syntax.JSON:
            return _cut_json(layer, pack=pack)
        case Syntax.LOGFMT:
            return _cut_pairs(layer, _PAIRS.format(text="text"))
        case Syntax.LTSV:
            return _cut_pairs(layer, _LABELS)
        case Syntax.CSV:
            return _cut_csv(layer)


def _cut_text(layer: Layer) -> Cut:
    names = list(re.compile(layer.pattern).groupindex)
    has_pairs = "pairs" in names

    def value(name: str) -> str:
        field = f"groups.{name}"
        # The fields below a header may be in quotes.
        return text_value(name, f"trim({field}, '\"')" if layer.entry.sections else field)

    groups = f"regexp_extract(text, {sql.quoted(layer.pattern)}, {names})"
    usual = layer.usual_pattern
    has_time = "time" in names and "clock" not in names
    cut = f"CASE WHEN usual.time <> '' THEN usual ELSE {groups} END" if usual else groups
    return Cut(
        # Few lines need the whole pattern.
        parts=(f"regexp_extract(text, {sql.quoted(usual)}, {names}) AS usual",) if usual else (),
        fields=f"{cut} AS groups",
        derived=_PAIRS.format(text="groups.pairs") if has_pairs else "NULL AS pair_keys",
        fits="groups.time <> ''" if has_time else " OR ".join(f"groups.{name} <> ''" for name in names),
        value=value,
        original=lambda name: (f"{TEXT_ATTRIBUTE}{name}", sql.pair_value(name)),
        rest=f"CASE WHEN len(pair_keys) > 0 THEN {_remaining_pairs(layer.paired.values())} END" if has_pairs else "NULL",
        members=None if has_pairs else {},
    )


def text_value(name: str, field: str) -> str:
    """Return the SQL of a field of a text format; an empty text is null, and so is a single dash except in a message."""
    return f"nullif({field}, '')" if name == "message" else sql.null_if_empty(field)


def _cut_json(layer: Layer, *, pack: bool) -> Cut:
    key_lists, others = _usual_keys(layer) if pack else ([], ())
    paths = list(dict.fromkeys(path for key in (*layer.keys, *layer.outcome_keys) for path in sql.json_paths(key))) or ["$"]
    other_paths = _list_of(path for name in others for path in sql.json_paths(name)[:1])
    nulls = json.dumps(dict.fromkeys(sorted(layer.mapped_keys)))

    def value(name: str) -> str:
        return first_of([f"json_values[{paths.index(path) + 1}]" for path in sql.json_paths(name)])

    def original(name: str) -> tuple[str, str]:
        path = sql.quoted(sql.json_paths(name)[0])
        return f"{JSON_ATTRIBUTE}{name}", f"CAST(json_extract(object, {path}) AS VARCHAR)"

    is_usual = " OR ".join(f"json_keys = {_list_of(keys)}" for keys in key_lists)
    other_values = f"json_extract(CASE WHEN is_usual THEN object END, {other_paths})" if others else "NULL"
    return Cut(
        # The functions on null are fast. A CASE around them would copy the lists that they return.
        parts=(
            "CASE WHEN starts_with(text, '{') OR ltrim(text) LIKE '{%' THEN "
            "CASE WHEN json_valid(text) THEN text ELSE repaired_json(text) END END AS object",
            f"{'json_keys(object)' if key_lists else 'NULL'} AS json_keys",
            f"coalesce({is_usual or 'false'}, false) AS is_usual",
        ),
        fields=f"json_extract_string(object, {_list_of(paths)}) AS json_values",
        derived=f"{other_values} AS other_values",
        fits="object IS NOT NULL",
        value=value,
        original=original,
        is_repaired="object <> text",
        rest="CASE WHEN object IS NOT NULL AND NOT is_usual "
        f"THEN nullif(CAST(json_merge_patch(object, {sql.quoted(nulls)}) AS VARCHAR), '{{}}') END",
        members=_json_members(others) if key_lists else None,
    )


def _json_members(names: Iterable[str]) -> dict[str, str]:
    return {f"{JSON_ATTRIBUTE}{name}": f"CAST(other_values[{number}] AS VARCHAR)" for number, name in enumerate(names, 1)}


def _usual_keys(layer: Layer) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
    """Return the keys of the usual JSON objects of a log in order, and those that no column uses in an order that agrees."""
    key_lists: list[tuple[str, ...]] = []
    others: tuple[str, ...] = ()
    for keys, _ in Counter(map(tuple, layer.records)).most_common(_MAX_KEY_LISTS):
        order = merged_order([others, [key for key in keys if key not in layer.mapped_keys]])
        if order is not None:
            key_lists.append(keys)
            others = order
    return key_lists, others


def merged_order(lists: Iterable[Sequence[str]]) -> tuple[str, ...] | None:
    """Return the names in an order that agrees with every list; None if there is no such order.

    Examples
    --------
    >>> merged_order([("a", "c"), ("a", "b", "c")]), merged_order([("a", "b"), ("b", "a")])
    (('a', 'b', 'c'), None)
    """
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


def _list_of(texts: Iterable[str]) -> str:
    return "[" + ", ".join(map(sql.quoted, texts)) + "]"


def _cut_pairs(layer: Layer, pairs: str) -> Cut:
    return Cut(
        fields="NULL AS groups",
        derived=pairs,
        fits="len(pair_keys) > 0",
        value=sql.pair_value,
        original=lambda name: (f"{TEXT_ATTRIBUTE}{name}", sql.pair_value(name)),
        rest=_remaining_pairs(layer.mapped_keys),
    )


def _cut_csv(layer: Layer) -> Cut:
    delimiter = layer.sample.delimiter if not layer.entry.names else ","
    field = _FIELD.replace(",", "\\t" if delimiter == "\t" else delimiter)
    field = field.replace(r"\s*", " *") if delimiter == "\t" else field
    pattern = sql.quoted("^" + delimiter.join([field] * layer.width) + r"\s*$")
    columns = [f"c{n + 1}" for n in range(layer.width)]
    by_name = dict(zip(layer.names, columns, strict=False))
    return Cut(
        fields=f"regexp_extract(text, {pattern}, {columns}) AS groups, regexp_matches(text, {pattern}) AS is_row",
        derived=", ".join(f"{_unquoted(f'groups.{column}')} AS {column}" for column in columns),
        fits="is_row",
        value=lambda name: by_name.get(name, NOTHING),
        original=lambda name: (f"{TEXT_ATTRIBUTE}{name}", by_name.get(name, "NULL")),
        members={f"{TEXT_ATTRIBUTE}{name}": column for name, column in by_name.items() if name not in layer.mapped_keys and name},
    )


def _unquoted(field: str) -> str:
    return f"nullif(CASE WHEN {field} LIKE '\"%' THEN replace({field}[2:-2], '\"\"', '\"') ELSE trim({field}) END, '')"


def _remaining_pairs(used: Iterable[str]) -> str:
    """Return the SQL of the pairs that no column uses, as a JSON object; a column uses the first pair with its key."""
    used_keys = _list_of(sorted(set(used)))
    is_unused = f"NOT list_contains(CAST({used_keys} AS VARCHAR[]), pair[1]) OR list_position(pair_keys, pair[1]) <> number"
    pairs = f"list_filter(list_zip(pair_keys, pair_values), lambda pair, number: {is_unused})"
    return (
        f"nullif('{{' || array_to_string(list_transform({pairs}, "
        "lambda pair: to_json(pair[1]) || ':' || to_json(pair[2])), ',') || '}', '{}')"
    )


def first_of(expressions: Sequence[str]) -> str:
    """Return the SQL of the first expression that is not null."""
    present = [expression for expression in expressions if expression != NOTHING] or [NOTHING]
    return present[0] if len(present) == 1 else f"coalesce({', '.join(present)})"
