"""Changes fields in the text of `incident.yaml` and leaves every other line as it is."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import LiteralScalarString

from pmkit.incident.model import IncidentFile
from pmkit.incident.yaml_format import TimeText, load, round_trip_yaml, to_plain_data

_SHORTEST_TIME: Final = len("2026-01-17")


def apply_changes(text: str, changes: Mapping[str, object]) -> str:
    """Return the text of `incident.yaml` with some fields changed.

    Parameters
    ----------
    text : str
        The file. Every line that belongs to no changed field is kept.
    changes : mapping of str to object
        Fields with plain values; None removes a field.
    """
    for field, value in changes.items():
        text = _apply_change(text, field, value)
    return text


def _apply_change(text: str, field: str, value: object) -> str:
    content = load(text)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    if field in content:
        start, end = _line_range(content, lines, field)
        if value is None:
            new_lines = []
        else:
            new_lines = _field_lines(field, _update_node(content[field], value), _comment_after_value(content, field))
    elif value is None:
        return text
    else:
        start = end = _line_for_new_field(content, lines, field)
        new_lines = _field_lines(field, _update_node(None, value))
    return "".join([*lines[:start], *new_lines, *lines[end:]])


def _line_range(content: CommentedMap, lines: list[str], field: str) -> tuple[int, int]:
    """Return the first line of a field and the line after its last; comments before the next field belong to that field."""
    starts = sorted(content.lc.key(name)[0] for name in content)
    start = content.lc.key(field)[0]
    end = next((other for other in starts if other > start), len(lines))
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return start, end


def _line_for_new_field(content: CommentedMap, lines: list[str], field: str) -> int:
    """Return the line for a new field: after the closest of the fields that precede it in the model."""
    order = list(IncidentFile.model_fields)
    preceding = [name for name in content if name in order and order.index(name) < order.index(field)]
    if not preceding:
        return len(lines)
    return _line_range(content, lines, max(preceding, key=order.index))[1]


def _comment_after_value(content: CommentedMap, field: str) -> str:
    """Return the comment on the line of a field, after its value; empty if there is none."""
    comments = content.ca.items.get(field)
    token = comments[2] if comments and len(comments) > 2 else None
    first_line = token.value.splitlines()[0].strip() if token and token.value.splitlines() else ""
    return first_line if first_line.startswith("#") else ""


def _field_lines(field: str, node: object, comment: str = "") -> list[str]:
    """Return the lines of one field; a comment is kept if the field has a single line."""
    out = io.StringIO()
    round_trip_yaml(preserve_quotes=True).dump(CommentedMap({field: node}), out)
    lines = out.getvalue().rstrip().splitlines(keepends=True)
    lines[-1] = lines[-1].rstrip("\n") + "\n"
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].startswith("#")):
        lines.pop()
    if comment and len(lines) == 1:
        lines[0] = f"{lines[0].rstrip()}  {comment}\n"
    return lines


def _update_node(old: object, new: object) -> object:
    """Return the new value as a YAML node; whatever did not change keeps its notation and its comments."""
    if old is not None and to_plain_data(old) == new:
        return old
    if isinstance(new, dict):
        return _update_mapping(old if isinstance(old, CommentedMap) else CommentedMap(), new)
    if isinstance(new, list):
        return _update_list(old if isinstance(old, CommentedSeq) else CommentedSeq(), new)
    return _update_text(old, new) if isinstance(new, str) else new


def _update_mapping(node: CommentedMap, new: Mapping[str, object]) -> CommentedMap:
    for key in [key for key in node if key not in new]:
        del node[key]
    for key, value in new.items():
        node[key] = _update_node(node.get(key), value)
    return node


def _update_list(node: CommentedSeq, new: list[object]) -> CommentedSeq:
    """Change the items that differ; if items were added or removed, those that remain keep their comments."""
    if len(node) == len(new):
        for number, value in enumerate(new):
            node[number] = _update_node(node[number], value)
        return node
    old_values = [to_plain_data(item) for item in node]
    for number in reversed(range(len(node))):
        if old_values[number] not in new:
            del node[number]
    for number, value in enumerate(new):
        if number >= len(node) or to_plain_data(node[number]) != value:
            node.insert(number, _update_node(None, value))
    del node[len(new) :]
    return node


def _update_text(old: object, new: str) -> object:
    if isinstance(old, TimeText):
        return TimeText(new)
    if "\n" in new:
        return LiteralScalarString(new + "\n")
    return TimeText(new) if _is_time(new) else new


def _is_time(text: str) -> bool:
    """Return whether a text is a time, which is written without quotes."""
    if len(text) < _SHORTEST_TIME:
        return False
    with contextlib.suppress(ValueError):
        datetime.fromisoformat(text)
        return True
    return False
