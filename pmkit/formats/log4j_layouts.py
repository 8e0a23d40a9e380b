"""Turns the pattern layouts of log4j and logback into regular expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pmkit.formats.format_strings import PatternBuilder, field_for, pattern_until

# The conversions: the field, and its pattern unless the text around it delimits the value.
_CONVERSIONS: Final = {
    "p": ("level", r"[A-Za-z]+"), "level": ("level", r"[A-Za-z]+"), "le": ("level", r"[A-Za-z]+"),
    "c": ("logger", r"\S+"), "logger": ("logger", r"\S+"), "lo": ("logger", r"\S+"), "C": ("class", r"\S+"), "class": ("class", r"\S+"),
    "t": ("thread", None), "thread": ("thread", None), "threadName": ("thread", None), "tn": ("thread", None), "m": ("message", r".*"),
    "msg": ("message", r".*"), "message": ("message", r".*"), "M": ("function", r"\S+"), "method": ("function", r"\S+"),
    "L": ("place", r"\d+"), "line": ("place", r"\d+"), "F": ("file", r"\S+"), "file": ("file", r"\S+"), "r": ("uptime", r"\d+"),
    "relative": ("uptime", r"\d+"), "x": ("context", None), "NDC": ("context", None), "X": ("mdc", None), "mdc": ("mdc", None),
    "MDC": ("mdc", None), "h": ("host", r"\S+"), "pid": ("pid", r"\d+"), "kvp": ("pairs", None), "n": ("", ""), "ex": ("", ""),
    "throwable": ("", ""), "xEx": ("", ""), "wEx": ("", ""), "rEx": ("", ""),
}  # fmt: skip
_DATES: Final = frozenset(("d", "date"))

_DIGIT_LETTERS: Final = frozenset("yuMdHhkmsSn")
_ZONE_LETTERS: Final = frozenset("zZXxVO")
_NAMED_DATES: Final = {
    "ISO8601": "yyyy-MM-dd HH:mm:ss,SSS", "DEFAULT": "yyyy-MM-dd HH:mm:ss,SSS", "ABSOLUTE": "HH:mm:ss,SSS",
    "DATE": "dd MMM yyyy HH:mm:ss,SSS", "COMPACT": "yyyyMMddHHmmssSSS", "UNIX": "ssssssssss", "UNIX_MILLIS": "sssssssssssss",
}  # fmt: skip


def log4j_pattern(layout: str) -> str:
    """Return the regular expression of a log4j or logback pattern layout.

    Raises
    ------
    ValueError
        When it contains an unknown conversion, or an unknown letter in a date.
    """
    layout = _without_decoration(layout)
    builder, position = PatternBuilder(), 0
    for match in re.finditer(r"%(-?\d*(?:\.-?\d+)?)([A-Za-z]+)(?:\{([^}]*)\})?(?:\{[^}]*\})*", layout):
        padding, letters, argument = match[1], match[2], match[3]
        name = _conversion_in(letters)
        end = match.end() if name == letters else match.start() + 1 + len(padding) + len(name)
        builder.add_literal(layout[position : match.start()])
        group = _conversion_group(builder, name, argument, pattern_until(layout, end))
        builder.add(f" *{group} *" if padding.strip(".") else group)
        position = end
    builder.add_literal(layout[position:])
    return re.sub(r"(?: \*)+ \+|( \+)(?: \*)+", " +", builder.pattern) + r"\s*$"


def _conversion_group(builder: PatternBuilder, name: str, argument: str | None, until: str) -> str:
    if name in _DATES:
        return builder.group("time", "".join(_date_pieces(argument)))
    field, pattern = _CONVERSIONS[name]
    if field == "mdc" and argument:
        field = field_for(argument.split(":")[0])
    return builder.group(field, pattern if pattern is not None else until) if field else ""


def _conversion_in(letters: str) -> str:
    """Return the longest conversion with which letters begin; text may follow it directly, as in `%mfoo`."""
    for length in range(len(letters), 0, -1):
        if letters[:length] in _CONVERSIONS or letters[:length] in _DATES:
            return letters[:length]
    raise ValueError(f"unknown conversion %{letters}; known conversions: %d, {', '.join('%' + name for name in _CONVERSIONS)}")


def _without_decoration(layout: str) -> str:
    """Return the layout without colours, grouping and rewriting, and with the defaults of its properties filled in."""
    layout = re.sub(r"\$\{PID[^}]*\}", "%pid", layout)
    before = ""
    while layout != before:
        before = layout
        layout = re.sub(r"\$\$?\{[\w.:-]+?(?::-([^{}]*(?:\{[^{}]*\}[^{}]*)*))?\}", lambda match: match[1] or "", layout)
        layout = re.sub(r"%-?\d*(?:\.-?\d+)?[A-Za-z]*\(((?:[^()\\]|\\.)*)\)(?:\{[^}]*\})?", r"\1", layout)
        layout = re.sub(
            r"%(?:highlight|style|enc|encode|maxLen|notEmpty)\{((?:[^{}]|\{[^{}]*\})*)\}(?:\{[^}]*\})*", r"\1", layout
        )
    return re.sub(r"\\([()])", r"\1", layout)


def _date_pieces(date_format: str | None) -> Iterator[str]:
    """Yield a pattern for each run of letters of a Java date format."""
    pattern = _NAMED_DATES.get((date_format or "DEFAULT").strip(), date_format or "")
    for match in re.finditer(r"'([^']*)'|([A-Za-z])\2*|[^A-Za-z']", pattern):
        if match[1] is not None:
            yield re.escape(match[1])
        elif match[2] is None:
            yield re.escape(match[0])
        else:
            piece = _date_letter(match[2], len(match[0]))
            if piece is None:
                raise ValueError(f"unknown letter {match[2]!r} in the date {pattern!r}")
            yield piece


def _date_letter(letter: str, count: int) -> str | None:
    """Return the pattern for `count` times the same letter in a Java date format, None if the letter is unknown."""
    if letter == "E" or (letter == "M" and count >= 3):
        return "[A-Z][a-z]+"
    if letter == "a":
        return "[AP]M"
    if letter in _ZONE_LETTERS:
        return r"(?:Z|[+-]\d\d:?\d\d|[A-Z]{3,4})"
    if letter in _DIGIT_LETTERS:
        return rf"\d{{{count}}}" if count > 1 else r"\d{1,2}"
    return None
