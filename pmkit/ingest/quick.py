"""Cuts lines by splitting them at quotes and spaces, many times faster than by a regular expression.

Only lines of the plain shape are cut this way, and give what the expression would give; every
other line is left to the expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pmkit.sources import sql

_GROUP: Final = re.compile(r"\(\?P<(\w+)>")
_WORD: Final = re.compile(r"(?P<prefix>[^{}]*)(?:\{(?P<name>\w*)(?::(?P<span>\d))?\})?(?P<suffix>[^{}]*)")
_CHEAP: Final = {
    r"\S+": "{x} <> ''",
    r"\S+|\S+ \S+": "{x} <> ''",
    r"[^\]]+": "true",
    r'(?:[^"\\]|\\.)*': "true",
    r'[^"]*': "true",
}
"""When a word without white space, quotes and backslashes fits an expression, where that is cheaper to say than to match.

What stands between brackets holds no bracket, see `_field`, and with two words it is not empty.
"""


@dataclass(frozen=True)
class Quick:
    """SQL that cuts the lines of a layout.

    Attributes
    ----------
    splits, words : str
        Select lists: the line split at quotes, and what is outside of quotes split at spaces.
    fits : str
        Whether a line has the plain shape.
    fields : dict of str to str
        The text of each field, where it does.
    """

    splits: str
    words: str
    fits: str
    fields: dict[str, str]


def quick(layout: str, pattern: str) -> Quick:
    """Say how the lines of a layout are cut.

    Parameters
    ----------
    layout : str
        A line with the names of fields in braces, `{}` for a word that is left out, and
        `{name:2}` for a field of two words.
    pattern : str
        The expression of the format, with a group for every name.
    """
    segments = layout.split('"')
    groups = dict(_groups(pattern))
    fields: dict[str, str] = {}
    checks = [f"len(q) = {len(segments)}", *(f"NOT contains(text, {sql.quoted(sign)})" for sign in ("\\", "\t", "\f"))]
    split: list[int] = []
    for number, segment in enumerate(segments):
        text = f"q[{number + 1}]"
        names = re.findall(r"\{(\w*)\}", segment)
        if number % 2:
            fields[segment.strip("{}")] = text
            continue
        if not names and "{" not in segment:
            checks.append(f"{text} = {sql.quoted(segment)}")
            continue
        if names and names[0] and segment == f" {{{names[0]}}}":
            fields[names[0]] = f"{text}[2:]"
            checks += [f"starts_with({text}, ' ')", f"NOT contains({fields[names[0]]}, ' ')"]
            continue
        split.append(number)
        words = segment.split(" ")
        spans = [int(found["span"] or 1) for found in map(_WORD.fullmatch, words) if found]
        checks.append(f"len(w{number}) = {sum(spans)}")
        position = 1
        for word, span in zip(words, spans, strict=True):
            name, value, more = _field(word, [f"w{number}[{n}]" for n in range(position, position + span)])
            checks += more
            position += span
            if name:
                fields[name] = value
    for name, value in fields.items():
        matched = f"regexp_full_match({{x}}, {sql.quoted(groups[name])})"
        checks.append(f"({_CHEAP[groups[name]].format(x=value) if groups[name] in _CHEAP else matched.replace('{x}', value)})")
    return Quick(
        "string_split(text, '\"') AS q",
        ", ".join(f"string_split(q[{number + 1}], ' ') AS w{number}" for number in split),
        " AND ".join(checks), {name: fields.get(name, "''") for name in groups},
    )  # fmt: skip


def _field(word: str, parts: list[str]) -> tuple[str, str, list[str]]:
    """Give the name of a word, its text without what stands around it, and the conditions for that."""
    found = _WORD.fullmatch(word)
    if found is None or found["name"] is None:
        return "", "", [f"{parts[0]} = {sql.quoted(word)}"]
    prefix, suffix = found["prefix"], found["suffix"]
    checks = [f"starts_with({parts[0]}, {sql.quoted(prefix)})"] if prefix else []
    if suffix:
        checks.append(f"instr({parts[-1]}, {sql.quoted(suffix)}) = length({parts[-1]}) - {len(suffix) - 1}")
        checks += [f"NOT contains({part}, {sql.quoted(suffix)})" for part in parts[:-1]]
    value = " || ' ' || ".join(parts)
    if prefix or suffix:
        value = f"({value})[{len(prefix) + 1}:-{len(suffix) + 1}]"
    return found["name"], value, checks or ([f"{value} <> ''"] if not found["name"] else [])


def _groups(pattern: str) -> Iterator[tuple[str, str]]:
    """Give the expression of every named group."""
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
        yield found[1], pattern[found.end() : end - 1]
