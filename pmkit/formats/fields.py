"""The names of fields: the vocabulary that formats map to canonical columns, and the names that exports usually use.

The named groups of regular expressions and the keys of field maps are words of this vocabulary, both in
built-in formats and in those that users define.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from pmkit.core import sql
from pmkit.formats.timestamps import is_timestamp

TIME: Final = "time"

# The meaning of each word; any other word names an attribute.
VOCABULARY: Final[Mapping[str, str]] = {
    TIME: "the time, in any notation; required",
    "level": "severity: a word, a letter, or a number as pino writes it",
    "syslog_level": "severity: a number as in syslog, 0 to 7",
    "pri": "syslog's priority: 8 times the facility plus the severity",
    "otel_level": "severity: a number as in OpenTelemetry, 1 to 24",
    "message": "the log message",
    "service": "the service that the event is about",
    "host": "the machine or instance",
    "client": "client address",
    "peer": "client address followed by a port",
    "method": "HTTP method",
    "url": "the requested path or URL",
    "request": "HTTP request line: method, URL, protocol",
    "status": "HTTP status",
    "duration": "request duration with its unit, such as 12ms or 0.1s",
    "duration_s": "request duration in seconds",
    "duration_ms": "request duration in milliseconds",
    "duration_us": "request duration in microseconds",
    "duration_ns": "request duration in nanoseconds",
    "trace_id": "trace or request ID",
    "version": "version of the service",
}

# The canonical column that each word fills, and the SQL that converts its text.
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
_URLS: Final = ("url", "request")

# The usual names of each field, in lower case, most common first.
TIME_NAMES: Final = (
    "timestamp", "@timestamp", "time", "ts", "_time", "at", "datetime", "date", "eventtime", "event_time", "created_at", "createdat",
    "logged_at", "start_time", "started_at", "startsat", "starttime", "t", "asctime", "timegenerated", "time_iso8601", "@t",
    "timestamp_utc", "insertion_time",
)  # fmt: skip
LEVEL_NAMES: Final = (
    "level", "severity", "loglevel", "log.level", "log_level", "levelname", "severity_text", "severitytext", "lvl", "priority", "@l",
    "sev", "severitylevel", "logseverity",
)  # fmt: skip
MESSAGE_NAMES: Final = (
    "message", "msg", "text", "log", "body", "@message", "event", "description", "summary", "content", "@m", "@mt", "renderedmessage",
    "short_message", "textpayload", "line",
)  # fmt: skip
SERVICE_NAMES: Final = (
    "service", "service.name", "service_name", "servicename", "app", "application", "appname", "app_name", "component", "logger",
    "name", "upstream",
)  # fmt: skip
# In an alert, `name` and `logger` are not the service.
ALERT_SERVICE_NAMES: Final = SERVICE_NAMES[:9]
TRACE_NAMES: Final = (
    "trace_id", "traceid", "trace.id", "trace", "request_id", "requestid", "reqid", "req_id", "rid", "correlation_id", "correlationid",
    "x-request-id", "x_request_id", "http.request.id", "req.id", "dd.trace_id",
)  # fmt: skip
STATUS_NAMES: Final = (
    "status", "status_code", "statuscode", "http_status", "http.status_code", "http.response.status_code", "res.statuscode",
    "response.status", "response_code", "responsecode", "code",
)  # fmt: skip
VERSION_NAMES: Final = ("version", "service.version", "release", "app_version", "appversion")
KIND_NAMES: Final = ("kind", "type", "change_type", "event_type", "action")
ALERT_NAMES: Final = ("alertname", "alert_name", "alert", "name", "rule", "title")
END_NAMES: Final = ("ended_at", "resolved_at", "endsat", "ends_at", "end_time", "end", "closed_at", "resolved")
ACKNOWLEDGED_NAMES: Final = ("acknowledged_at", "acked_at", "ack_at", "acknowledged")
FINISHED_NAMES: Final = ("finished", "finished_at", "completed_at", "end_time", "ended_at")
ACTOR_NAMES: Final = ("actor_role", "actor", "team", "role", "author", "user", "by")
LINK_NAMES: Final = ("url", "link", "html_url", "href")

_USUAL_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "time": TIME_NAMES,
    "level": LEVEL_NAMES,
    "message": MESSAGE_NAMES,
    "service": SERVICE_NAMES,
    "host": ("host", "hostname", "host.name", "instance", "pod", "node", "pod_name", "kubernetes.pod_name", "kubernetes.pod.name",
             "machine", "server", "computer"),
    "trace_id": TRACE_NAMES,
    "method": ("method", "http_method", "http.method", "http.request.method", "req.method", "request.method", "request_method", "verb"),
    "client": ("client", "client_ip", "clientip", "remote_addr", "remote_ip", "ip", "client.address", "client.ip", "source.ip",
               "remoteaddr", "http.client_ip"),
    "version": VERSION_NAMES,
    "url": ("path", "url", "uri", "http.target", "url.path", "url.original", "http.url", "req.url", "request.uri", "request.url",
            "request.path", "request_uri", "http_path", "requesturi", "request_path"),
    "status": STATUS_NAMES,
    "duration_ms": ("duration_ms", "latency_ms", "elapsed_ms", "took_ms", "responsetime", "response_time_ms", "durationms",
                    "elapsedms", "duration_millis", "http.duration_ms"),
    "duration_us": ("duration_us", "latency_us", "elapsed_us"),
    "duration_ns": ("duration_ns", "latency_ns", "elapsed_ns", "event.duration"),
    "duration_s": ("duration_s", "rt", "request_time", "duration", "elapsed", "latency", "elapsed_s", "latency_s", "took"),
}  # fmt: skip


def canonical_columns(fields: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the canonical columns that fields fill, except for the time, and the attributes.

    Parameters
    ----------
    fields : mapping of str to str
        SQL text expression of each field, by word of `VOCABULARY` or name of an attribute; null where a line lacks it.

    Returns
    -------
    columns : dict of str to str
        SQL expression of each canonical column. `requested_url`, if present, is the requested URL, from
        which the expressions of other columns are derived.
    attributes : dict of str to str
        SQL text expression of each field whose name is not in the vocabulary, and of the URL's query.
    """
    expressions: dict[str, list[str]] = {}
    attributes: dict[str, str] = {}

    def fill(column: str, expression: str) -> None:
        expressions.setdefault(column, []).append(expression)

    for word, value in fields.items():
        if word in _URLS:
            _fill_request(word, value, fill, attributes)
        elif word in _COLUMNS:
            column, template = _COLUMNS[word]
            fill(column, template.replace("{}", value))
        elif word != TIME:
            attributes[word] = value
    columns = {
        column: values[0] if len(values) == 1 else f"coalesce({', '.join(values)})" for column, values in expressions.items()
    }
    return columns, attributes


def _fill_request(word: str, value: str, fill: Callable[[str, str], None], attributes: dict[str, str]) -> None:
    if word == "request":
        fill("http_method", f"method_of({value})")
    fill("requested_url", f"url_of({value})" if word == "request" else value)
    fill("url_path", "url_path_of(requested_url)")
    attributes["query"] = "query_of(requested_url)"


def find_key(names: Iterable[str], keys: Iterable[str]) -> str | None:
    """Return the key, in its own spelling, for the first of `names` that occurs; None if none does.

    Examples
    --------
    >>> find_key(TIME_NAMES, ["Message", "Timestamp"])
    'Timestamp'
    """
    spellings = {key.strip().lower(): key for key in keys}
    return next((spellings[name] for name in names if name in spellings), None)


def first_value(names: Iterable[str], record: Mapping[str, object]) -> object:
    """Return the first value of a record that is not empty, in the order of `names`; None if there is none."""
    spellings = {str(key).strip().lower(): key for key in record}
    for name in names:
        value = record.get(spellings.get(name, ""))
        if value not in (None, ""):
            return value
    return None


def flattened(record: Mapping[str, object], depth: int = 3) -> dict[str, object]:
    """Return the record with nested objects flattened, at most to `depth` levels, and their keys joined with dots.

    Examples
    --------
    >>> flattened({"req": {"url": "/a"}, "level": 30})
    {'req.url': '/a', 'level': 30}
    """
    flat: dict[str, object] = {}
    for key, value in record.items():
        if isinstance(value, dict) and depth > 1:
            flat |= {f"{key}.{inner_key}": inner for inner_key, inner in flattened(value, depth - 1).items()}
        else:
            flat[key] = value
    return flat


def usual_keys(records: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """Return the key for each word of the vocabulary, chosen by its name.

    A key that at least half of the records have is preferred to a rarer one.

    Parameters
    ----------
    records : iterable of mapping
        Flat records of a sample.

    Returns
    -------
    dict of str to str
        From word to key, in the key's own spelling. A key is used for one word only, and there is at most one duration.
    """
    listed = list(records)
    filled = _key_counts(listed, {name for names in _USUAL_NAMES.values() for name in names}, _is_filled)
    times = _key_counts(listed, {*TIME_NAMES}, _is_time)
    chosen: dict[str, str] = {}
    for word, names in _USUAL_NAMES.items():
        key = _most_usual(names, times if word == "time" else filled, set(chosen.values()), len(listed))
        has_duration = any(other.startswith("duration") for other in chosen)
        if key is not None and not (word.startswith("duration") and has_duration):
            chosen[word] = key
    return chosen


def _is_filled(value: object) -> bool:
    return value not in (None, "") and not isinstance(value, dict | list)


def _is_time(value: object) -> bool:
    return value is not None and is_timestamp(value)


def _key_counts(
    records: list[Mapping[str, object]], names: set[str], is_usable: Callable[[object], bool]
) -> dict[str, dict[str, int]]:
    """Return how many records have a usable value for each key whose name, in lower case, is one of `names`; by that name."""
    spellings = {key: name for record in records for key in record if (name := key.strip().lower()) in names}
    counts = Counter(key for record in records for key, value in record.items() if key in spellings and is_usable(value))
    by_name: dict[str, dict[str, int]] = {}
    for key, count in counts.items():
        by_name.setdefault(spellings[key], {})[key] = count
    return by_name


def _most_usual(names: Iterable[str], counts: Mapping[str, Mapping[str, int]], used: set[str], records: int) -> str | None:
    """Return the first unused key, in the order of `names`, that half of the records have, else the first that any has."""
    matches = {key: count for name in names for key, count in counts.get(name, {}).items() if key not in used}
    frequent = [key for key, count in matches.items() if 2 * count >= records]
    return next(iter(frequent or matches), None)
