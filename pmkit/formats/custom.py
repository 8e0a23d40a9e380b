"""Formats that users define: by a regular expression, a map of JSON fields, or the format string of a server or library."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping
from typing import Final

from pmkit.formats.fields import TIME, VOCABULARY
from pmkit.formats.format import LogFormat, Syntax
from pmkit.formats.format_strings import apache_pattern, nginx_json_fields, nginx_pattern
from pmkit.formats.log4j_layouts import log4j_pattern
from pmkit.formats.record import FieldKey, field_value
from pmkit.formats.sample import Sample
from pmkit.formats.timestamps import detect_notation

# The kinds of definition, each in a notation of its own.
KINDS: Final = ("pattern", "json", "nginx", "apache", "log4j")

_PATTERNS: Final = {"nginx": nginx_pattern, "apache": apache_pattern, "log4j": log4j_pattern}

# What Python's regular expressions can do and RE2's cannot.
_UNSUPPORTED: Final = re.compile(r"\(\?(?:=|!|<=|<!|P=|>|\()|(?<!\\)\\[1-9]|[*+?}]\+")


def custom_format(
    name: str,
    kind: str,
    definition: str | Mapping[str, str],
    *,
    service: str | None = None,
    multiline: bool = True,
) -> LogFormat:
    r"""Return the format that a user defined.

    Parameters
    ----------
    name : str
        Name of the format.
    kind : str
        One of `KINDS`.
    definition : str or mapping of str to str
        A regular expression whose groups are named by the words of `fields.VOCABULARY`, or a format string;
        for `json`, a map from those words to keys, dotted where nested.
    service : str, optional
        The service of events that name none.
    multiline : bool
        Whether a line that does not begin an event belongs to the event above it.

    Raises
    ------
    ValueError
        When the definition is wrong; the message names the group, field or directive.

    Examples
    --------
    >>> shop = custom_format("shop", "pattern", r"^(?P<time>\S+ \S+) (?P<level>\w+) (?P<message>.*)$")
    >>> shop.coverage(Sample(["2026-01-17 03:00:00 ERROR it broke"]))
    1.0
    """
    columns = {"service": "'" + service.replace("'", "''") + "'"} if service else {}
    title = f"{name}, from incident.yaml"
    if kind == "json" or (kind == "nginx" and str(definition).strip().startswith("{")):
        fields = _json_fields(definition) if kind == "json" else nginx_json_fields(str(definition))
        _require_time(fields)
        return LogFormat(
            name, title, (), syntax=Syntax.JSON, fields=fields, columns=columns, claims=lambda record: _has(record, fields[TIME])
        )
    pattern = _PATTERNS[kind](str(definition)) if kind in _PATTERNS else str(definition)
    _require_time(_groups_of(pattern))
    return LogFormat(
        name, title, (), syntax=Syntax.TEXT, pattern=pattern, columns=columns, multiline=multiline and kind != "nginx"
    )


def _json_fields(definition: str | Mapping[str, str]) -> dict[str, FieldKey]:
    if not isinstance(definition, Mapping):
        raise ValueError("expected a map of fields to keys, such as {time: ts, level: sev, message: text}")  # noqa: TRY004 - reported as a bad value
    return dict(definition)


def _has(record: Mapping[str, object], key: FieldKey) -> bool:
    first = key if isinstance(key, str) else key[0]
    return first in record or first.split(".")[0] in record


def _groups_of(pattern: str) -> Iterable[str]:
    """Return the named groups of a pattern, and raise ValueError if RE2 or Python cannot compile it."""
    unsupported = _UNSUPPORTED.search(pattern)
    if unsupported:
        raise ValueError(
            f"{unsupported[0]!r} at {unsupported.start() + 1}: lookaround, backreferences and possessive repeats are not "
            "supported (RE2)"
        )
    try:
        return re.compile(pattern, re.ASCII).groupindex
    except re.error as error:
        place = f" at {error.pos + 1}" if error.pos is not None else ""
        raise ValueError(f"not a regular expression: {error.msg}{place}") from error


def _require_time(fields: Iterable[str]) -> None:
    if TIME not in fields:
        raise ValueError(
            f"no field {TIME!r} among {', '.join(fields) or 'none'}; known fields: {', '.join(VOCABULARY)}; "
            "any other becomes an attribute"
        )


def check_sample(entry: LogFormat, line: str) -> None:
    """Raise ValueError, saying where the mismatch is, when a format does not match a line or cannot read its time."""
    record = next(iter(entry.read(Sample([line.split("\n", maxsplit=1)[0]]))), None)
    if record is None:
        reason = _mismatch(entry.pattern, line) if entry.pattern else f"not a JSON object with a time: {line[:80]!r}"
        raise ValueError(f"does not match: {reason}")
    time = field_value(record, (entry.fields or {}).get(TIME, TIME))
    if detect_notation([time]) is None:
        raise ValueError(f"the notation of the time {time!r} is unknown; the known ones are listed under Formats in the manual")


def _mismatch(pattern: str, line: str) -> str:
    """Return which group fails to match, after the longest beginning of the pattern that matches."""
    groups = list(re.finditer(r"\(\?P<(\w+)>", pattern))
    for number in range(len(groups) - 1, 0, -1):
        with contextlib.suppress(re.error):
            match = re.match(pattern[: groups[number].start()], line, re.ASCII)
            if match:
                before, expected = groups[number - 1][1], groups[number][1]
                return f"expected {expected!r} after {before!r}, found {line[match.end() :][:60]!r}"
    return f"it does not begin with {groups[0][1]!r}: {line[:60]!r}" if groups else repr(line[:80])
