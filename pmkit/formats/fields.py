"""The names of fields: the vocabulary that formats map to canonical columns, and the names that exports usually use.

The named groups of regular expressions and the keys of field maps are words of this vocabulary, both in
built-in formats and in those that users define.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final

from pmkit.core import sql

TIME: Final = "time"

# The words for severities, each written in its own way.
LEVEL_WORDS: Final = ("level", "syslog_level", "pri", "otel_level")

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
    "peer": "client address, with or without a port",
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
    "duration": ("duration_s", "seconds_with_unit({})"),
    "duration_s": ("duration_s", sql.number("{}")),
    "duration_ms": ("duration_s", sql.number("{}", 1e-3)),
    "duration_us": ("duration_s", sql.number("{}", 1e-6)),
    "duration_ns": ("duration_s", sql.number("{}", 1e-9)),
}

# Words whose values applications write in more ways than a server does, with the SQL that converts those of structured logs.
_IN_STRUCTURED_LOGS: Final[Mapping[str, str]] = {
    "message": "without_colours({})",
    "client": "client_of({})",
    "method": "method_in({})",
    "status": "status_of({})",
    "level": "severity_in({})",
    "duration_s": f"coalesce({sql.number('{}')}, seconds_with_unit({{}}))",
    "duration_ms": f"coalesce({sql.number('{}', 1e-3)}, seconds_with_unit({{}}))",
    "duration_us": f"coalesce({sql.number('{}', 1e-6)}, seconds_with_unit({{}}))",
    # A count of nanoseconds has no fraction.
    "duration_ns": f"coalesce(CASE WHEN NOT contains({{}}, '.') THEN {sql.number('{}', 1e-9)} END, seconds_with_unit({{}}))",
}

# The columns that are converted from a text, so that a text may be lost. The others hold it as it is.
CONVERTED: Final = ("severity", "http_method", "http_status", "duration_s", "client", "requested_url")

# The SQL condition that a text is lost although its column, `converted`, has a value.
_LOST_BESIDE: Final[Mapping[str, str]] = {
    "client": "strlen({text}) <> strlen({converted})",
    "status": "strlen({text}) <> 3",
    "url": "NOT starts_with({text}, '/') OR contains({text}, '#')",
    "request": "NOT regexp_full_match({text}, '[A-Z]+ /[^ #]* HTTP/[0-9.]+')",
}
_URLS: Final = ("url", "request")

_SEPARATORS: Final = str.maketrans("", "", "_- /()[]")

# The usual names of each field, in the spelling of `spelling`, most common first.
TIME_NAMES: Final = (
    "timestamp", "@timestamp", "time", "ts", "at", "datetime", "date", "eventtime", "createdat", "loggedat", "starttime", "startedat",
    "startsat", "t", "asctime", "timegenerated", "timeiso8601", "@t", "timestamputc", "insertiontime", "timelocal", "timemillis",
    "logtime", "logtimestamp", "eventtimestamp", "timestampms", "timestampmillis", "timeunixnano", "requesttime", "utctime", "msec",
    "epoch", "unixtime", "tstamp", "startutc", "edgestarttimestamp", "requesttimeepoch", "published", "dateandtime", "datetimeutc",
    "timeutc", "timestampgmt",
)  # fmt: skip
# The same in German, French, Spanish, Italian, Portuguese and Dutch, in which only people name the columns of tables.
FOREIGN_TIME_NAMES: Final = ("zeit", "zeitpunkt", "datum", "fecha", "hora", "heure", "horodatage", "data", "ora", "tijd")
LEVEL_NAMES: Final = (
    "level", "severity", "loglevel", "log.level", "levelname", "severitytext", "lvl", "priority", "@l", "sev", "severitylevel",
    "logseverity", "loglevelname", "levelstr", "levelstring", "leveltext", "level.name", "errorseverity", "msglevel", "messagelevel",
)  # fmt: skip
MESSAGE_NAMES: Final = (
    "message", "msg", "text", "log", "body", "@message", "event", "description", "summary", "content", "@m", "@mt", "renderedmessage",
    "shortmessage", "textpayload", "line", "logmessage", "messagetemplate", "fields.message", "eventmessage",
)  # fmt: skip
SERVICE_NAMES: Final = (
    "service", "service.name", "servicename", "app", "application", "appname", "applicationname", "component", "logger", "name",
    "upstream", "loggername", "channel", "program",
)  # fmt: skip
# In an alert, `name` and `logger` are not the service.
ALERT_SERVICE_NAMES: Final = SERVICE_NAMES[:8]
# As they are written in lines of text, too.
TRACE_NAMES: Final = (
    "trace_id", "traceid", "trace.id", "trace", "request_id", "requestid", "reqid", "req_id", "rid", "correlation_id", "correlationid",
    "x-request-id", "x_request_id", "http.request.id", "req.id", "dd.trace_id", "request.id", "x-b3-traceid", "mdc.traceid",
    "contextmap.traceid", "awsrequestid",
)  # fmt: skip
STATUS_NAMES: Final = (
    "status", "statuscode", "httpstatus", "httpstatuscode", "http.statuscode", "http.response.statuscode", "http.status",
    "response.statuscode", "response.status", "res.statuscode", "res.status", "responsecode", "responsestatus", "edgeresponsestatus",
    "fields.status", "resp.status", "downstreamstatus", "meta.res.statuscode", "code",
)  # fmt: skip
VERSION_NAMES: Final = ("version", "service.version", "release", "appversion", "serviceversion")
KIND_NAMES: Final = ("kind", "type", "changetype", "eventtype", "action")
ALERT_NAMES: Final = ("alertname", "alert", "name", "rule", "title")
END_NAMES: Final = ("endedat", "resolvedat", "endsat", "endtime", "end", "closedat", "resolved")
ACKNOWLEDGED_NAMES: Final = ("acknowledgedat", "ackedat", "ackat", "acknowledged")
FINISHED_NAMES: Final = ("finished", "finishedat", "completedat", "endtime", "endedat")
ACTOR_NAMES: Final = ("actorrole", "actor", "team", "role", "author", "user", "by")
LINK_NAMES: Final = ("url", "link", "htmlurl", "href")


def canonical_columns(fields: Mapping[str, str], *, structured: bool = False) -> tuple[dict[str, str], dict[str, str]]:
    """Return the canonical columns that fields fill, except for the time, and the attributes.

    Parameters
    ----------
    fields : mapping of str to str
        SQL text expression of each field, by word of `VOCABULARY` or name of an attribute; null where a line lacks it.
    structured : bool
        Whether the fields are those of a structured log, whose values are written in more ways.

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
            fill(_COLUMNS[word][0], _conversion(word, structured=structured).replace("{}", value))
        elif word != TIME:
            attributes[word] = value
    if "duration" in fields and not structured:
        # A number without a unit may be anything; the texts of structured logs are kept by `lost`.
        attributes["duration"] = f"CASE WHEN seconds_with_unit({fields['duration']}) IS NULL THEN {fields['duration']} END"
    if structured and "request" in fields:
        attributes["protocol"] = f"protocol_of({fields['request']})"
    columns = {
        column: values[0] if len(values) == 1 else f"coalesce({', '.join(values)})" for column, values in expressions.items()
    }
    return columns, attributes


def _conversion(word: str, *, structured: bool) -> str:
    """Return the SQL, over the text `{}`, that converts a field."""
    return _IN_STRUCTURED_LOGS.get(word, _COLUMNS[word][1]) if structured else _COLUMNS[word][1]


def column_of(word: str) -> str | None:
    """Return the canonical column that a word of the vocabulary fills; None for other words, and for the time."""
    return "requested_url" if word in _URLS else _COLUMNS[word][0] if word in _COLUMNS else None


def lost(word: str, text: str, converted: str) -> str:
    """Return the SQL condition that the text of a structured log is lost, because its column holds nothing or less of it.

    Parameters
    ----------
    word : str
        A word of the vocabulary, or the name of an attribute.
    text, converted : str
        The SQL of the text, and of the column that the word fills.
    """
    if column_of(word) not in CONVERTED:
        return "false"
    nothing = f"({text} IS NOT NULL AND {converted} IS NULL)"
    return f"{nothing} OR {_LOST_BESIDE[word].format(text=text, converted=converted)}" if word in _LOST_BESIDE else nothing


def _fill_request(word: str, value: str, fill: Callable[[str, str], None], attributes: dict[str, str]) -> None:
    if word == "request":
        fill("http_method", f"method_of({value})")
    fill("requested_url", f"url_of({value})" if word == "request" else value)
    fill("url_path", "url_path_of(requested_url)")
    attributes["query"] = "query_of(requested_url)"


@lru_cache(maxsize=1 << 14)
def spelling(key: str) -> str:
    """Return a key in lower case and without the characters that separate words, in which it is compared with usual names.

    Examples
    --------
    >>> [spelling(key) for key in ("statusCode", "Status-Code", "status_code", "Response Time (ms)")]
    ['statuscode', 'statuscode', 'statuscode', 'responsetimems']
    """
    return key.strip().lower().translate(_SEPARATORS)


def find_key(names: Iterable[str], keys: Iterable[str]) -> str | None:
    """Return the key, in its own spelling, for the first of `names` that occurs; None if none does.

    Examples
    --------
    >>> find_key(TIME_NAMES, ["Message", "Timestamp"])
    'Timestamp'
    """
    spellings = {spelling(key): key for key in keys}
    return next((spellings[spelling(name)] for name in names if spelling(name) in spellings), None)


def nested_event(record: Mapping[str, object]) -> str | None:
    """Return the key of the nested object that has both the level and the message of a record; None if not one alone does.

    Examples
    --------
    >>> nested_event({"ts": "2026-01-17T03:00:00Z", "@fields": {"lvl": "INFO", "msg": "up"}})
    '@fields'
    """
    keys = [
        key
        for key, value in record.items()
        if isinstance(value, dict) and find_key(LEVEL_NAMES, value) is not None and find_key(MESSAGE_NAMES, value) is not None
    ]
    return keys[0] if len(keys) == 1 else None


def first_value(names: Iterable[str], record: Mapping[str, object]) -> object:
    """Return the first value of a record that is not empty, in the order of `names`; None if there is none."""
    for key in _keys_in_order(tuple(names), tuple(record)):
        value = record[key]
        if value not in (None, ""):
            return value
    return None


@lru_cache(maxsize=1 << 12)
def _keys_in_order(names: tuple[str, ...], keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return those keys of a record that are among some names, in the order of the names."""
    spellings = {spelling(str(key)): key for key in keys}
    return tuple(spellings[spelling(name)] for name in names if spelling(name) in spellings)


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
