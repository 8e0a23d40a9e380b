"""SQL of the columns that say how something ended: the outcome, what it is of, the operation, and its ID."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from pmkit.core import sql
from pmkit.formats.outcomes import field_outcome, message_outcome, operation_keys
from pmkit.ingest.cutting import first_of
from pmkit.ingest.layer import Layer


def outcome_columns(layer: Layer, columns: Mapping[str, str], value: Callable[[str], str]) -> dict[str, str]:
    """Return the SQL of `outcome`, `outcome_of`, `operation` and perhaps `trace_id`; nothing if the log states no outcomes.

    Parameters
    ----------
    layer : Layer
        How the file is read.
    columns : mapping of str to str
        The SQL of the columns so far.
    value : callable
        Returns the SQL of a field's text.
    """
    message = columns.get("message")
    stated = _by_fields(layer, value) + (_by_messages(layer, message) if message else [])
    if not stated:
        return {}
    noun = "CASE " + " ".join(f"WHEN ({outcome}) IS NOT NULL THEN {name}" for outcome, name in stated) + " END"
    if status := columns.get("http_status"):
        noun = f"CASE WHEN ({status}) IS NOT NULL AND ({noun}) IS NOT NULL THEN 'request' ELSE {noun} END"
    outcomes = {"outcome": first_of([outcome for outcome, _ in stated]), "outcome_of": noun}
    operations = [*_operations(layer, value), *(_groups(layer, message, "operation") if message else [])]
    units = _groups(layer, message, "unit") if message else []
    if operations:
        outcomes["operation"] = first_of(operations)
    if units:
        outcomes["trace_id"] = first_of([*([columns["trace_id"]] if "trace_id" in columns else []), *units])
    return outcomes


def _by_fields(layer: Layer, value: Callable[[str], str]) -> list[tuple[str, str]]:
    """Return the SQL of the outcome that each field states, and of what it is of."""
    stated = []
    for field in layer.stated_fields:
        is_beside = " OR ".join(f"{value(key)} IS NOT NULL" for key in field.beside) or "false"
        text = first_of([value(key) for key in field.keys])
        stated.append((field_outcome(field, text, f"({is_beside})"), sql.quoted(field.noun)))
    return stated


def _by_messages(layer: Layer, message: str) -> list[tuple[str, str]]:
    """Return the SQL of the outcome that a message states by each convention, and of what it is of."""
    return [(message_outcome(convention, message), sql.quoted(convention.noun)) for convention in layer.stated_messages]


def _operations(layer: Layer, value: Callable[[str], str]) -> list[str]:
    if not layer.stated_fields:
        return []
    service, method = operation_keys(layer.outcome_keys)
    if service and method:
        return [f"'/' || {value(service)} || '/' || {value(method)}"]
    return [value(method)] if method else []


def _groups(layer: Layer, message: str, name: Literal["operation", "unit"]) -> list[str]:
    """Return the SQL of a part of the message, by each convention that has it."""
    patterns = (getattr(convention, name) for convention in layer.stated_messages)
    return [f"nullif(regexp_extract({message}, {sql.quoted(pattern)}, 1), '')" for pattern in patterns if pattern]
