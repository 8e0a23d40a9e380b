"""Turns the format strings of nginx and Apache into regular expressions."""

from __future__ import annotations

import json
import re
from typing import Final

from pmkit.formats.record import FieldKey

# nginx's variables: the field, and its pattern unless the text around it delimits the value.
_NGINX: Final = {
    "remote_addr": ("client", r"\S+"), "http_x_forwarded_for": ("forwarded_for", None), "realip_remote_addr": ("client", r"\S+"),
    "time_local": ("time", r"[^\]]+"), "time_iso8601": ("time", r"\S+"), "msec": ("time", r"\d+\.\d+"),
    "request": ("request", None), "request_method": ("method", r"\S+"), "request_uri": ("url", r"\S+"), "uri": ("url", r"\S+"),
    "status": ("status", r"\d{3}"), "request_time": ("duration_s", r"[\d.]+"), "request_id": ("trace_id", r"\S+"),
    "http_x_request_id": ("trace_id", r"\S+"), "host": ("host", r"\S+"), "http_host": ("host", r"\S+"), "hostname": ("host", r"\S+"),
    "server_name": ("server_name", r"\S+"), "upstream_addr": ("upstream", None), "body_bytes_sent": ("bytes", r"\d+"),
}  # fmt: skip

# Apache's directives: the field, and its pattern unless the text around it delimits the value.
_APACHE: Final = {
    "h": ("client", r"\S+"), "a": ("client", r"\S+"), "l": ("logname", r"\S+"), "u": ("user", r"\S+"), "r": ("request", None),
    "s": ("status", r"\d{3}|-"), "b": ("bytes", r"\d+|-"), "B": ("bytes", r"\d+"), "O": ("bytes_out", r"\d+"), "I": ("bytes_in", r"\d+"),
    "D": ("duration_us", r"\d+"), "T": ("duration_s", r"\d+"), "m": ("method", r"\S+"), "U": ("url", r"\S+"), "q": ("query", r"\S*"),
    "v": ("host", r"\S+"), "V": ("host", r"\S+"), "p": ("port", r"\d+"), "P": ("pid", r"\d+"), "H": ("protocol", r"\S+"),
    "L": ("trace_id", r"\S+"), "k": ("keepalive", r"\d+"), "X": ("connection", r"\S"), "f": ("file", r"\S+"), "R": ("handler", r"\S+"),
}  # fmt: skip
# Apache's directives that name a header, a variable or a cookie.
_APACHE_NAMED: Final = frozenset("ioenC")

_TRACE_NAMES: Final = frozenset(
    ("x_request_id", "request_id", "requestid", "unique_id", "traceid", "trace_id", "correlation_id", "correlationid")
)


class PatternBuilder:
    """Builds a regular expression from the literals and the fields of a format string.

    Attributes
    ----------
    pattern : str
        The expression so far.
    """

    def __init__(self) -> None:
        self.pattern = "^"
        self._fields: set[str] = set()

    def add(self, pattern: str) -> None:
        """Append a regular expression."""
        self.pattern += pattern

    def add_literal(self, text: str) -> None:
        """Append literal text; a space in it matches one or more spaces."""
        self.pattern += re.escape(text).replace(r"\ ", " +")

    def group(self, field: str, pattern: str) -> str:
        """Return a group for a field, named only the first time that the field occurs."""
        if field in self._fields:
            return f"(?:{pattern})"
        self._fields.add(field)
        return f"(?P<{field}>{pattern})"


def nginx_pattern(log_format: str) -> str:
    """Return the regular expression of an nginx `log_format`."""
    builder, position = PatternBuilder(), 0
    for match in re.finditer(r"\$(?:\{(\w+)\}|(\w+))", log_format):
        variable = match[1] or match[2]
        field, pattern = _NGINX.get(variable, (variable, None))
        builder.add_literal(log_format[position : match.start()])
        builder.add(builder.group(field, pattern or pattern_until(log_format, match.end())))
        position = match.end()
    builder.add_literal(log_format[position:])
    return builder.pattern + r"\s*$"


def nginx_json_fields(log_format: str) -> dict[str, FieldKey]:
    """Return the fields that an nginx `log_format` in JSON writes, each with its key.

    Raises
    ------
    ValueError
        When it is not a JSON object.
    """
    try:
        keys = json.loads(re.sub(r"(:\s*)(\$\w+)", r'\1"\2"', log_format))
    except ValueError as error:
        raise ValueError(f"not a JSON object of variables: {error}") from error
    return {_NGINX.get(str(value).lstrip("${").rstrip("}"), (key, None))[0]: key for key, value in keys.items()}


def apache_pattern(log_format: str) -> str:
    """Return the regular expression of an Apache `LogFormat`.

    Raises
    ------
    ValueError
        When it contains an unknown directive.
    """
    log_format = log_format.replace('\\"', '"')
    builder, position = PatternBuilder(), 0
    for match in re.finditer(r"%(?:[<>!,\d]*)(?:\{([^}]*)\})?(\^?[A-Za-z]{1,3}|%)", log_format):
        argument, directive = match[1], match[2][0] if match[2][0] != "^" else match[2]
        builder.add_literal(log_format[position : match.start()])
        builder.add(_apache_directive(builder, directive, argument, pattern_until(log_format, match.end())))
        position = match.end() - (len(match[2]) - len(directive))
    builder.add_literal(log_format[position:])
    return builder.pattern + r"\s*$"


def _apache_directive(builder: PatternBuilder, directive: str, argument: str | None, until: str) -> str:
    if directive == "%":
        return "%"
    if directive == "t":
        time = builder.group("time", r"[^\]\"]+?")
        return time if argument else rf"\[{time}\]"
    if directive == "T" and argument in {"ms", "us"}:
        return builder.group(f"duration_{argument}", r"\d+")
    if argument and directive in _APACHE_NAMED:
        return builder.group(field_for(argument), until)
    if directive not in _APACHE:
        raise ValueError(f"unknown directive %{directive}; known directives: {', '.join('%' + name for name in _APACHE)}")
    field, pattern = _APACHE[directive]
    return builder.group(field, pattern or until)


def pattern_until(text: str, position: int) -> str:
    """Return the pattern of a field that ends before the next character of the format string."""
    following = text[position : position + 1]
    if not following or following in "$%":
        return ".*?" if following else ".*"
    return rf"[^{re.escape(following)}]*" if following != " " else r"\S*(?:, \S+)*"


def field_for(name: str) -> str:
    """Return the field that the value of a header, a variable or a context key goes into.

    Examples
    --------
    >>> field_for("X-Request-Id"), field_for("User-Agent")
    ('trace_id', 'User_Agent')
    """
    field = re.sub(r"\W+", "_", name).strip("_")
    return "trace_id" if field.lower() in _TRACE_NAMES else field or "context"
