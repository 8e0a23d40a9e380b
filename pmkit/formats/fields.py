"""The words with which a format names its fields, and the canonical columns that they fill.

A named group of a regular expression, a key of a field map and a column of a CSV header all use
this vocabulary, in the formats of the package and in those that a user writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from pmkit.core import sql

TIME: Final = "time"

_COLUMNS: Final[Mapping[str, tuple[str, str]]] = {
    "message": ("message", "{}"),
    "service": ("service", "{}"),
    "host": ("host", "{}"),
    "client": ("client", "{}"),
    "peer": ("client", "without_port({})"),
    "method": ("http_method", "{}"),
    "trace_id": ("trace_id", "{}"),
    "version": ("version", "{}"),
    "status": ("http_status", sql.status("{}")),
    "level": ("severity", "to_severity({})"),
    "syslog_level": ("severity", "syslog_severity(TRY_CAST({} AS INTEGER))"),
    "pri": ("severity", "syslog_severity(TRY_CAST({} AS INTEGER) % 8)"),
    "otel_level": ("severity", "otel_severity(TRY_CAST({} AS INTEGER))"),
    "duration": ("duration_s", "seconds_of({})"),
    "duration_s": ("duration_s", sql.number("{}")),
    "duration_ms": ("duration_s", sql.number("{}", 1e-3)),
    "duration_us": ("duration_s", sql.number("{}", 1e-6)),
    "duration_ns": ("duration_s", sql.number("{}", 1e-9)),
}
"""The column that a word fills, and how."""
_URLS: Final = ("url", "request")

VOCABULARY: Final[Mapping[str, str]] = {
    TIME: "the time, in any notation; required",
    "level": "severity as a word, a letter, or pino's number",
    "syslog_level": "severity as syslog's number, 0 to 7",
    "pri": "syslog's priority: 8 times the facility plus the severity",
    "otel_level": "severity as OpenTelemetry's number, 1 to 24",
    "message": "the event in words",
    "service": "the service that it is about",
    "host": "the machine or instance",
    "client": "client address",
    "peer": "client address with a port behind it",
    "method": "HTTP method",
    "url": "the path or URL that was asked for",
    "request": "HTTP request line: method, URL, protocol",
    "status": "HTTP status",
    "duration": "time to serve with its unit, such as 12ms or 0.1s",
    "duration_s": "time to serve, seconds",
    "duration_ms": "time to serve, milliseconds",
    "duration_us": "time to serve, microseconds",
    "duration_ns": "time to serve, nanoseconds",
    "trace_id": "trace or request ID",
    "version": "version of the service",
}
"""What each word means; any other word names an attribute."""


def columns(raw: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Turn fields into canonical columns, all but the time and the attributes.

    Parameters
    ----------
    raw : mapping of str to str
        SQL text expression of each field, by the words of `VOCABULARY`; null where there is none.

    Returns
    -------
    columns : dict of str to str
        SQL expression of each canonical column. That of `asked`, where there is one, is a column
        that the others are made from.
    attributes : dict of str to str
        SQL text expression of each attribute: of the fields by other words.
    """
    found: dict[str, list[str]] = {}

    def fill(column: str, expression: str) -> None:
        found.setdefault(column, []).append(expression)

    rest: dict[str, str] = {}
    for word, value in raw.items():
        if word in _URLS:
            _fill_request(word, value, fill, rest)
        elif word in _COLUMNS:
            column, template = _COLUMNS[word]
            fill(column, template.replace("{}", value))
        elif word != TIME:
            rest[word] = value
    made = {column: values[0] if len(values) == 1 else f"coalesce({', '.join(values)})" for column, values in found.items()}
    return made, rest


def _fill_request(word: str, value: str, fill: Callable[[str, str], None], rest: dict[str, str]) -> None:
    if word == "request":
        fill("http_method", f"method_of({value})")
    fill("asked", f"url_of({value})" if word == "request" else value)
    fill("url_path", "url_path_of(asked)")
    rest["query"] = "query_of(asked)"
