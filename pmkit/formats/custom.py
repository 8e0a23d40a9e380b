"""Formats that a user writes: a regular expression, a map of JSON fields, or a server's own format string."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from pmkit.formats.fields import TIME, VOCABULARY
from pmkit.formats.format import Key, LogFormat, Shape, value_of
from pmkit.formats.sample import Sample
from pmkit.formats.timestamps import NOTATIONS, notation_of

WAYS: Final = ("pattern", "json", "nginx", "apache", "log4j")
"""The ways to write a format; each takes its own notation."""

_FOREIGN: Final = re.compile(r"\(\?(?:=|!|<=|<!|P=|>|\()|(?<!\\)\\[1-9]|[*+?}]\+")

_NGINX: Final = {
    "remote_addr": ("client", r"\S+"), "http_x_forwarded_for": ("forwarded_for", None), "realip_remote_addr": ("client", r"\S+"),
    "time_local": ("time", r"[^\]]+"), "time_iso8601": ("time", r"\S+"), "msec": ("time", r"\d+\.\d+"),
    "request": ("request", None), "request_method": ("method", r"\S+"), "request_uri": ("url", r"\S+"), "uri": ("url", r"\S+"),
    "status": ("status", r"\d{3}"), "request_time": ("duration_s", r"[\d.]+"), "request_id": ("trace_id", r"\S+"),
    "http_x_request_id": ("trace_id", r"\S+"), "host": ("host", r"\S+"), "http_host": ("host", r"\S+"), "hostname": ("host", r"\S+"),
    "server_name": ("server_name", r"\S+"), "upstream_addr": ("upstream", None), "body_bytes_sent": ("bytes", r"\d+"),
}  # fmt: skip
"""nginx's variables: the word, and what it looks like where that is not told by the text around it."""

_APACHE: Final = {
    "h": ("client", r"\S+"), "a": ("client", r"\S+"), "l": ("logname", r"\S+"), "u": ("user", r"\S+"), "r": ("request", None),
    "s": ("status", r"\d{3}|-"), "b": ("bytes", r"\d+|-"), "B": ("bytes", r"\d+"), "O": ("bytes_out", r"\d+"), "I": ("bytes_in", r"\d+"),
    "D": ("duration_us", r"\d+"), "T": ("duration_s", r"\d+"), "m": ("method", r"\S+"), "U": ("url", r"\S+"), "q": ("query", r"\S*"),
    "v": ("host", r"\S+"), "V": ("host", r"\S+"), "p": ("port", r"\d+"), "P": ("pid", r"\d+"), "H": ("protocol", r"\S+"),
    "L": ("trace_id", r"\S+"), "k": ("keepalive", r"\d+"), "X": ("connection", r"\S"), "f": ("file", r"\S+"), "R": ("handler", r"\S+"),
}  # fmt: skip

_LOG4J: Final = {
    "p": ("level", r"[A-Za-z]+"), "level": ("level", r"[A-Za-z]+"), "le": ("level", r"[A-Za-z]+"),
    "c": ("logger", r"\S+"), "logger": ("logger", r"\S+"), "lo": ("logger", r"\S+"), "C": ("class", r"\S+"), "class": ("class", r"\S+"),
    "t": ("thread", None), "thread": ("thread", None), "threadName": ("thread", None), "tn": ("thread", None), "m": ("message", r".*"),
    "msg": ("message", r".*"), "message": ("message", r".*"), "M": ("function", r"\S+"), "method": ("function", r"\S+"),
    "L": ("place", r"\d+"), "line": ("place", r"\d+"), "F": ("file", r"\S+"), "file": ("file", r"\S+"), "r": ("uptime", r"\d+"),
    "relative": ("uptime", r"\d+"), "x": ("context", None), "NDC": ("context", None), "X": ("mdc", None), "mdc": ("mdc", None),
    "MDC": ("mdc", None), "h": ("host", r"\S+"), "pid": ("pid", r"\d+"), "kvp": ("pairs", None), "n": ("", ""), "ex": ("", ""), "throwable": ("", ""),
    "xEx": ("", ""), "wEx": ("", ""), "rEx": ("", ""),
}  # fmt: skip

_TRACES: Final = {
    "x_request_id",
    "request_id",
    "requestid",
    "unique_id",
    "traceid",
    "trace_id",
    "correlation_id",
    "correlationid",
}

_JAVA_DATE: Final = {"y": r"\d", "u": r"\d", "M": r"\d", "d": r"\d", "H": r"\d", "h": r"\d", "k": r"\d", "m": r"\d", "s": r"\d",
                     "S": r"\d", "n": r"\d"}  # fmt: skip
_JAVA_NAMED: Final = {
    "ISO8601": "yyyy-MM-dd HH:mm:ss,SSS", "DEFAULT": "yyyy-MM-dd HH:mm:ss,SSS", "ABSOLUTE": "HH:mm:ss,SSS", "DATE": "dd MMM yyyy HH:mm:ss,SSS",
    "COMPACT": "yyyyMMddHHmmssSSS", "UNIX": "ssssssssss", "UNIX_MILLIS": "sssssssssssss",
}  # fmt: skip


def format_of(
    name: str,
    way: str,
    text: str | Mapping[str, str],
    *,
    service: str | None = None,
    multiline: bool = True,
) -> LogFormat:
    r"""Make a format of what a user wrote.

    Parameters
    ----------
    name : str
        What it is called.
    way : str
        One of `WAYS`.
    text : str or mapping of str to str
        A regular expression with groups named by `fields.VOCABULARY`, or a format string; for
        `json` a map of those words to keys, dotted where nested.
    service : str, optional
        The service, where the lines do not name one.
    multiline : bool
        Whether a line that begins no event belongs to the event above it.

    Raises
    ------
    ValueError
        When something is wrong; the message says which group, field or directive.

    Examples
    --------
    >>> shop = format_of("shop", "pattern", r"^(?P<time>\S+ \S+) (?P<level>\w+) (?P<message>.*)$")
    >>> shop.match(Sample(["2026-01-17 03:00:00 ERROR it broke"]))
    1.0
    """
    columns = {"service": "'" + service.replace("'", "''") + "'"} if service else {}
    title = f"{name}, from incident.yaml"
    if way == "json" or (way == "nginx" and str(text).strip().startswith("{")):
        fields = _json_fields(text) if way == "json" else _nginx_json(str(text))
        made = LogFormat(
            name, title, (), shape=Shape.JSON, fields=fields, columns=columns, claims=lambda record: _has(record, fields[TIME])
        )
    else:
        pattern = _PATTERNS[way](str(text))
        _check(pattern)
        made = LogFormat(
            name, title, (), shape=Shape.TEXT, pattern=pattern, columns=columns, multiline=multiline and way != "nginx"
        )
    return made


def check(entry: LogFormat, line: str) -> None:
    """Raise ValueError, which says how far it gets, when a format does not read a line and its time."""
    record = next(iter(entry.read(Sample([line.split("\n", maxsplit=1)[0]]))), None)
    if record is None:
        why = _how_far(entry.pattern, line) if entry.pattern else f"no JSON object with its time: {line[:80]!r}"
        raise ValueError(f"does not fit: {why}")
    time = value_of(record, (entry.fields or {}).get(TIME, TIME))
    if notation_of([time]) is None:
        raise ValueError(f"its time {time!r} is in no known notation; known are {', '.join(one.name for one in NOTATIONS)}")


def _how_far(pattern: str, line: str) -> str:
    """Find the longest beginning of a pattern, up to one of its groups, that fits a line."""
    groups = list(re.finditer(r"\(\?P<(\w+)>", pattern))
    for number in range(len(groups) - 1, 0, -1):
        with contextlib.suppress(re.error):
            found = re.match(pattern[: groups[number].start()], line, re.ASCII)
            if found:
                before, wanted = groups[number - 1][1], groups[number][1]
                return f"after {before!r} there stands {line[found.end() :][:60]!r}, where {wanted!r} was expected"
    return f"it does not begin with {groups[0][1]!r}: {line[:60]!r}" if groups else repr(line[:80])


def _has(record: Mapping[str, object], key: Key) -> bool:
    first = key if isinstance(key, str) else key[0]
    return first in record or first.split(".")[0] in record


def _json_fields(text: str | Mapping[str, str]) -> dict[str, Key]:
    if not isinstance(text, Mapping):
        raise ValueError("expected a map of words to keys, such as {time: ts, level: sev, message: text}")  # noqa: TRY004 - told as a bad value
    _need_time(text)
    return dict(text)


def _need_time(words: Mapping[str, object]) -> None:
    if TIME not in words:
        raise ValueError(
            f"no field {TIME!r} among {', '.join(words) or 'none'}; the words are {', '.join(VOCABULARY)}, others are attributes"
        )


def _check(pattern: str) -> None:
    foreign = _FOREIGN.search(pattern)
    if foreign:
        raise ValueError(
            f"{foreign[0]!r} at {foreign.start() + 1}: lookaround, backreferences and possessive repeats are not supported (RE2)"
        )
    try:
        groups = re.compile(pattern, re.ASCII).groupindex
    except re.error as wrong:
        place = f" at {wrong.pos + 1}" if wrong.pos is not None else ""
        raise ValueError(f"not a regular expression: {wrong.msg}{place}") from wrong
    _need_time(groups)


def _group(word: str, look: str, seen: set[str]) -> str:
    if word in seen:
        return f"(?:{look})"
    seen.add(word)
    return f"(?P<{word}>{look})"


def _until(text: str, position: int) -> str:
    """Say what a field looks like that ends where the next character of the format begins."""
    following = text[position : position + 1]
    if not following or following in "$%":
        return ".*?" if following else ".*"
    return rf"[^{re.escape(following)}]*" if following != " " else r"\S*(?:, \S+)*"


def _literal(text: str) -> str:
    return re.escape(text).replace(r"\ ", " +")


def _nginx(text: str) -> str:
    variables = list(re.finditer(r"\$(?:\{(\w+)\}|(\w+))", text))
    seen: set[str] = set()
    made, position = "^", 0
    for found in variables:
        variable = found[1] or found[2]
        word, look = _NGINX.get(variable, (variable, None))
        made += _literal(text[position : found.start()]) + _group(word, look or _until(text, found.end()), seen)
        position = found.end()
    return made + _literal(text[position:]) + r"\s*$"


def _nginx_json(text: str) -> dict[str, Key]:
    try:
        keys = json.loads(re.sub(r"(:\s*)(\$\w+)", r'\1"\2"', text))
    except ValueError as wrong:
        raise ValueError(f"not a JSON object of variables: {wrong}") from wrong
    words = {_NGINX.get(str(value).lstrip("${").rstrip("}"), (key, None))[0]: key for key, value in keys.items()}
    _need_time(words)
    return dict(words)


def _apache(text: str) -> str:
    text = text.replace('\\"', '"')
    seen: set[str] = set()
    made, position = "^", 0
    for found in re.finditer(r"%(?:[<>!,\d]*)(?:\{([^}]*)\})?(\^?[A-Za-z]{1,3}|%)", text):
        argument, directive = found[1], found[2][0] if found[2][0] != "^" else found[2]
        made += _literal(text[position : found.start()]) + _directive(
            argument, directive, _until(text, found.start() + len(found[0])), seen
        )
        position = found.end() - (len(found[2]) - len(directive))
    return made + _literal(text[position:]) + r"\s*$"


def _directive(argument: str | None, directive: str, until: str, seen: set[str]) -> str:
    if directive == "%":
        return "%"
    if directive == "t":
        bare = _group("time", r"[^\]\"]+?", seen)
        return bare if argument else rf"\[{bare}\]"
    if directive == "T" and argument in {"ms", "us"}:
        return _group(f"duration_{argument}", r"\d+", seen)
    if directive in {"i", "o", "e", "n", "C"} and argument:
        return _group(_word(argument), until, seen)
    if directive not in _APACHE:
        raise ValueError(f"unknown directive %{directive}; known are {', '.join('%' + one for one in _APACHE)}")
    word, look = _APACHE[directive]
    return _group(word, look or until, seen)


def _word(name: str) -> str:
    """Name a group after a header, a variable or a key of the context."""
    word = re.sub(r"\W+", "_", name).strip("_")
    return "trace_id" if word.lower() in _TRACES else word or "context"


def _log4j(text: str) -> str:
    text = _bare(text)
    seen: set[str] = set()
    made, position = "^", 0
    for found in re.finditer(r"%(-?\d*(?:\.-?\d+)?)([A-Za-z]+)(?:\{([^}]*)\})?(?:\{[^}]*\})*", text):
        padding, name, argument = found[1], found[2], found[3]
        word, shorter = _conversion(name)
        made += _literal(text[position : found.start()])
        end = found.end() if shorter == name else found.start() + 1 + len(padding) + len(shorter)
        if shorter in {"d", "date"}:
            piece = _group("time", _java_date(argument), seen)
        else:
            look = _LOG4J[shorter][1]
            word = _word(argument.split(":")[0]) if word == "mdc" and argument else word
            piece = "" if not word else _group(word, look if look is not None else _until(text, end), seen)
        made += f" *{piece} *" if padding.strip(".") else piece
        position = end
    return re.sub(r"(?: \*)+ \+|( \+)(?: \*)+", " +", made + _literal(text[position:])) + r"\s*$"


def _bare(text: str) -> str:
    """Take out of a pattern what only colours, pads or rewrites, and put in the defaults of its properties."""
    text = re.sub(r"\$\{PID[^}]*\}", "%pid", text)
    before = ""
    while text != before:
        before = text
        text = re.sub(r"\$\$?\{[\w.:-]+?(?::-([^{}]*(?:\{[^{}]*\}[^{}]*)*))?\}", lambda found: found[1] or "", text)
        text = re.sub(r"%-?\d*(?:\.-?\d+)?[A-Za-z]*\(((?:[^()\\]|\\.)*)\)(?:\{[^}]*\})?", r"\1", text)
        text = re.sub(r"%(?:highlight|style|enc|encode|maxLen|notEmpty)\{((?:[^{}]|\{[^{}]*\})*)\}(?:\{[^}]*\})*", r"\1", text)
    return re.sub(r"\\([()])", r"\1", text)


def _conversion(name: str) -> tuple[str, str]:
    """Find the conversion at the beginning of letters that may go on as text, such as `%mfoo`."""
    for length in range(len(name), 0, -1):
        shorter = name[:length]
        if shorter in {"d", "date"}:
            return "time", shorter
        if shorter in _LOG4J:
            return _LOG4J[shorter][0], shorter
    raise ValueError(f"unknown conversion %{name}; known are %d, {', '.join('%' + one for one in _LOG4J)}")


def _java_date(pattern: str | None) -> str:
    wanted = _JAVA_NAMED.get((pattern or "DEFAULT").strip(), pattern or "")
    return "".join(_java_letters(wanted))


def _java_letters(pattern: str) -> Iterator[str]:
    for found in re.finditer(r"'([^']*)'|([A-Za-z])\2*|[^A-Za-z']", pattern):
        run = found[0]
        if found[1] is not None:
            yield re.escape(found[1])
        elif (run[0] == "M" and len(run) >= 3) or run[0] == "E":
            yield "[A-Z][a-z]+"
        elif run[0] == "a":
            yield "[AP]M"
        elif run[0] in "zZXxVO":
            yield r"(?:Z|[+-]\d\d:?\d\d|[A-Z]{3,4})"
        elif run[0] in _JAVA_DATE:
            yield rf"\d{{{len(run)}}}" if len(run) > 1 else r"\d{1,2}"
        elif run[0].isalpha():
            raise ValueError(f"unknown letter {run[0]!r} in the date {pattern!r}")
        else:
            yield re.escape(run)


def _plain(text: str) -> str:
    return text


_PATTERNS: Final = {"pattern": _plain, "nginx": _nginx, "apache": _apache, "log4j": _log4j}
