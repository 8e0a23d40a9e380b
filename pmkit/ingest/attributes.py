"""SQL of the attributes of a line: one column each, or one JSON object."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

from pmkit.core import sql
from pmkit.formats.fields import column_of, lost
from pmkit.formats.format import Syntax
from pmkit.ingest.cutting import Cut, first_of
from pmkit.ingest.layer import Layer
from pmkit.store.part import JSON_ATTRIBUTE, TEXT_ATTRIBUTE
from pmkit.store.union import member_of


def attribute_columns(named: Mapping[str, str], cut: Cut) -> dict[str, str]:
    """Return the SQL of a column per attribute that most lines have.

    Parameters
    ----------
    named : mapping of str to str
        The attributes that the format names, as text.
    cut : Cut
        How the line is cut; of two attributes with the same name, the one among its members is preferred.
    """
    columns = {f"{TEXT_ATTRIBUTE}{name}": value for name, value in named.items()}
    for column, value in (cut.members or {}).items():
        same = f"{TEXT_ATTRIBUTE}{column.removeprefix(JSON_ATTRIBUTE)}"
        columns[column] = f"coalesce({value}, to_json({columns.pop(same)}))" if same in columns else value
    return columns


def can_be_columns(columns: Mapping[str, str]) -> bool:
    """Return whether SQL distinguishes the names of columns, for which upper and lower case are the same."""
    return len({name.lower() for name in columns}) == len(columns)


def kept_values(layer: Layer, cut: Cut, value: Callable[[str], str], converted: Mapping[str, str]) -> str:
    """Return the SQL of those values that no column holds as they are, although their keys carry a word of the vocabulary.

    They are, for example, a status that is not HTTP's, an address beside the one that is the client, or a second time. The
    SQL is a JSON object; null on the many lines that have no such value.

    Parameters
    ----------
    layer : Layer
        How the file is read.
    cut : Cut
        How its lines are cut.
    value : callable
        Returns the SQL of a field's text.
    converted : mapping of str to str
        The SQL of the columns that are converted from a text.
    """
    is_text = layer.entry.syntax is Syntax.TEXT
    conditions: dict[str, str] = {}
    for fillers in [[pair] for pair in layer.paired.items()] if is_text else layer.fillers:
        earlier: list[str] = []
        for word, key in fillers:
            text = sql.null_if_empty(sql.pair_value(key)) if is_text else _text(key, value)
            if is_text or key in layer.mapped_keys:
                condition = lost(word, text, converted.get(column_of(word) or "", "NULL"))
                conditions[key] = condition if not earlier else _lost_behind(first_of(earlier), text, condition)
            earlier.append(text)
    kept = {key: condition for key, condition in conditions.items() if condition != "false"}
    if not kept:
        return "NULL"
    members = (f"CASE WHEN {condition} THEN {member_of(*cut.original(key))} END" for key, condition in kept.items())
    return f"CASE WHEN {' OR '.join(kept.values())} THEN {sql.json_object_of(members)} END"


def _text(key: str, value: Callable[[str], str]) -> str:
    return " || ' ' || ".join(value(part) for part in key.split("+"))


def _lost_behind(used: str, text: str, condition: str) -> str:
    """Return the SQL condition that a text is lost if another one fills the column, unless they are the same."""
    return f"(CASE WHEN {used} IS NULL THEN {condition} ELSE {text} <> {used} END)"


def attribute_object(columns: Mapping[str, str], cut: Cut, named: str, kept: str, *, packed: bool) -> str:
    """Return the SQL of the attributes as one JSON object, over `named_attributes`, `kept_attributes` and `other_attributes`.

    Parameters
    ----------
    columns : mapping of str to str
        The attributes that may have columns of their own.
    named : str
        The SQL of `named_attributes`.
    kept : str
        The SQL of `kept_attributes`, see `kept_values`.
    packed : bool
        Whether those that may have columns of their own have them; the object is null unless a line has others, too.
    """
    has_kept = kept != "NULL"
    further = "json_merged(other_attributes, kept_attributes)" if has_kept else "other_attributes"
    if cut.members is None:
        return f"json_merged(named_attributes, {further})" if named != "NULL" else further
    whole = sql.json_object_of(itertools.starmap(member_of, columns.items())) if columns else "NULL"
    usual = "NULL" if packed else whole
    if has_kept:
        usual = f"CASE WHEN kept_attributes IS NULL THEN {usual} ELSE json_merged({whole}, kept_attributes) END"
    if cut.rest == "NULL":
        return usual
    # Few lines have others. The named ones are computed for these lines alone, not before.
    return f"CASE WHEN other_attributes IS NULL THEN {usual} ELSE json_merged({named}, {further}) END"
