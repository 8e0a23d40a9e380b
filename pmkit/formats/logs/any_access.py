"""Access logs in any layout: a request line and its status, whatever stands around them."""

from __future__ import annotations

import re
from typing import Final

from pmkit.core import sql
from pmkit.formats.builders import text_log
from pmkit.formats.fields import TRACE_NAMES
from pmkit.formats.logs.regexes import ADDRESS
from pmkit.formats.record import Record

# The times of access logs. This is narrower than `notations.ANY_TIMESTAMP`, and many times as fast.
_CLOCK: Final = r"\d\d?:\d\d:\d\d(?:[.,:]\d{1,9})?(?: ?(?:Z\b|UTC\b|GMT\b|[+-]\d\d:?\d\d))?"
_TIME: Final = (
    rf"\d{{4}}[-/.]\d\d?[-/.]\d\d?(?:[T :]| - ){_CLOCK}|\d\d?[-/. ][A-Z][a-z]{{2}}[-/. ]\d{{4}}[ :]{_CLOCK}|"
    rf"(?:[A-Z][a-z]{{2}},? )?(?:[A-Z][a-z]{{2}} [ \d]?\d|\d\d [A-Z][a-z]{{2}} \d{{4}}) {_CLOCK}(?: (?:[A-Z]{{3}} )?\d{{4}}\b)?|"
    r"\b1\d{9}\.\d{3,6}\b"
)

_METHOD: Final = (
    r"(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PROPFIND|PROPPATCH|MKCOL|COPY|MOVE|LOCK|UNLOCK|REPORT|SEARCH|PURGE|BAN|"
    r"get|head|post|put|delete|options|patch)"
)
_PROTOCOL: Final = r"(?:HTTPS?|http|SPDY|RTSP|ICY)/\d(?:\.\d)?"

# A request between quotes: with its protocol, or a well-known method with a URL.
_QUOTED: Final = (
    rf'[A-Za-z_-]{{2,20}} +(?:[^"\\]|\\.)*? +{_PROTOCOL}|'
    rf'{_METHOD} +(?:/|\*|https?://|[\w.-]+:\d)(?:[^"\\\s]|\\.)*(?: \d(?:\.\d)?)?'
)

# What stands in the place of the request if the client sent none or something else, or a URL alone.
_ODD: Final = r'-?|\w+|https?://[^"\s]+|(?:[^"\\]|\\.)*\\(?:[^"\\]|\\.)+'

# What separates a request from its status, and its parts from each other.
_THEN: Final = r"""["')\]]*[ \t,;|:]*(?:(?:->|=>|status[=:]?|code[=:]?)[ \t]*)?["'(\[]?"""
_APART: Final = r'(?:"?[ \t|]+"?|"[,;]")'
_STATUS: Final = r"[1-5]\d\d|000"

# A status before its request, with an address or a duration between them.
_UNIT: Final = "(?:ns|µs|us|ms|s)"
_AMONG: Final = rf"[ \t,|;]+(?:\[?(?:{ADDRESS})\]?(?::\d+)?|\d+(?:\.\d+)? ?{_UNIT}\b)"
_EARLY_STATUS: Final = (
    rf'[\s|"\[](?P<status>[1-5]\d\d)["\]]?(?P<among>(?:[ \t,|;]+-)?(?:{_AMONG}){{1,3}})["\])]?[ \t,|;]+"?(?P<method>{_METHOD})"?[ \t|]+'
    r'"?(?P<url>(?:/|https?://)[^\s|"]*)'
)

_TAIL: Final = r"""(?P<after>(?:["')\]\s,;|:].*)?)$"""
_HEART: Final = (
    rf'(?:(?:[\]|] ?"(?P<sent>{_ODD})"|"(?P<request>{_QUOTED})"|'
    rf'\b(?P<method>{_METHOD}){_APART}(?P<url>[^\s|"]+){_APART}(?P<protocol>{_PROTOCOL})){_THEN}(?P<status>{_STATUS}|-)|'
    rf'\b(?P<verb>{_METHOD}){_APART}(?P<target>(?:/|https?://)[^\s|"]*)"?[ \t|:]+(?:[-=]+>[ \t]*)?"?(?P<code>{_STATUS}))'
    rf"{_TAIL}"
)

_ADDRESS_IN: Final = rf"(?:^|[^\w.:/])({ADDRESS})(?:[^\w.]|$)"
# The address of a client, where a line may have it, from the clearest place to the least clear one.
_CLIENTS: Final = (
    # The first public one of a list of forwarded addresses, at the beginning of the line or after the user agent.
    ("before", rf'^"?((?:{ADDRESS}|localhost|unknown)(?:, ?[\w.:]+)+)'),
    ("after", rf'^ \S+ (?:"(?:[^"\\]|\\.)*"|-) "(?:[^"\\]|\\.)*" "((?:{ADDRESS})(?:, ?[^,"]+)*)"'),
    # Right in front of the time, or of identity, user and time.
    ("before", rf'(?:^|[\s|"])\[?({ADDRESS})\]?(?::\d+)? \[?$'),
    ("before", r"(?:^|[\s|\"])\[?([^\s,\"\[\]|]+?(?:, ?[^\s,\"]+)*)\]?\"? (?:-|[^\s.:,]+) (?:-|\S+) \[?$"),
    ("in front", _ADDRESS_IN),
    (
        "after",
        rf'(?i)\b(?:client|client_?ip|remote_?(?:addr|ip)|real_?ip|xff|fwd|x[_-]forwarded[_-]for|peer)["\']?[ =:]+["\[(]*({ADDRESS})',
    ),
)
# A duration whose unit is written, or that nginx's variable names define to be in seconds.
_DURATIONS: Final = (
    rf"""(?i)(?:^|[\s,;|("'\[])(?:rt|request_time|req_time|duration|elapsed|latency|took|time)["']?[=: ]+["']?(\d+(?:\.\d+)? ?{_UNIT})\b""",
    r"""(?:^|[\s,;|("'\[])(?:rt|request_time)["']?[=:] ?["']?(\d+\.\d{3})(?:["'\s,;|)\]]|$)""",
)
_ONLY_DURATION: Final = rf"""(?:^|[\s,;|("'\[])(\d+(?:\.\d+)? ?{_UNIT})(?:["'\s,;|)\]]|$)"""
_TRACE: Final = rf"""(?i)(?:^|[\s,;|("'\[])(?:{"|".join(re.escape(name) for name in TRACE_NAMES)})["']?[=:] ?["']?([\w.:/+=-]+)"""
_LEVEL: Final = r"(?:^|[\s\[|(])(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|SEVERE|[IWEDF])(?:[\s\]|):]|$)"
_VIRTUAL_HOST: Final = r"^([\w-]+(?:\.[\w-]+)*\.[a-zA-Z][\w-]*|localhost)(?::\d+)? \S+ (?:-|[^\s.:,]+) (?:-|\S+) \[?$"


def _first(field: str, *patterns: str) -> str:
    """Return SQL for the first group of the first of some patterns that occurs in a field."""
    groups = [f"nullif(regexp_extract({field}, {sql.quoted(pattern)}, 1), '')" for pattern in patterns]
    return groups[0] if len(groups) == 1 else f"coalesce({', '.join(groups)})"


def _columns(in_front: str) -> dict[str, str]:
    """Return the SQL of what stands around a request; `in_front` is that of the text in front of it."""
    around = f"concat_ws(' ', {in_front}, {{after}})"
    only = f"list_distinct(regexp_extract_all({{after}}, {sql.quoted(_ONLY_DURATION)}, 1))"
    places = {"before": "{before}", "in front": in_front, "after": "{after}"}
    clients = [f"client_of({_first(places[place], pattern)})" for place, pattern in _CLIENTS]
    return {
        "client": f"coalesce({', '.join(clients)})",
        "host": _first("{before}", _VIRTUAL_HOST),
        "severity": f"to_severity({_first(in_front, _LEVEL)})",
        "trace_id": sql.null_if_empty(_first(around, _TRACE)),
        "duration_s": f"seconds_of(coalesce({_first(around, *_DURATIONS)}, CASE WHEN len({only}) = 1 THEN {only}[1] END))",
    }


_FIELDS: Final = {
    "request": ("request", "sent"),
    "method": ("method", "verb"),
    "url": ("url", "target"),
    "status": ("status", "code"),
    "protocol": "protocol",
    "before": "before",
    "after": "after",
}


def _is_text(record: Record) -> bool:
    """Return whether a line is no JSON object, whose values have names."""
    return not record["before"].lstrip().startswith("{")


ANY_ACCESS = text_log(
    "access-any", "Access log in any other layout: a time, and a request with its status",
    rf"^(?P<before>.*?)(?P<time>{_TIME})(?P<between>.*?){_HEART}",
    '203.0.113.9 - - [17/Jan/2026:03:00:00 +0000] TLSv1.3 "GET /a?b HTTP/1.1" 500 12 "-" "curl/8" rt=0.120 request_id=7b0f\n'
    '2026-01-17T03:00:01Z | 203.0.113.9 | POST /b HTTP/2 | 200 | 31ms\n'
    'shop.example:443 203.0.113.8, 10.0.0.9 - - [17/Jan/2026:03:00:02 +0000] "-" 408 0 10.0.0.1:80, 10.0.0.2:80 502, 200',
    {"timestamp": "2026-01-17T03:00:00Z", "http_method": "GET", "url_path": "/a", "http_status": 500, "client": "203.0.113.9",
     "duration_s": 0.12, "trace_id": "7b0f"},
    {"timestamp": "2026-01-17T03:00:01Z", "http_method": "POST", "url_path": "/b", "http_status": 200, "client": "203.0.113.9",
     "duration_s": 0.031},
    {"timestamp": "2026-01-17T03:00:02Z", "http_method": None, "http_status": 408, "client": "203.0.113.8", "duration_s": None},
    fields={"time": "time", **_FIELDS, "between": "between"}, claims=_is_text, columns=_columns("concat_ws(' ', {before}, {between})"),
)  # fmt: skip

LATE_ACCESS = text_log(
    "access-any-late", "Access log in any other layout, with the time after the request",
    rf"^(?P<before>.*?){_HEART.removesuffix(_TAIL)}(?P<after>[\"')\]\s,;|:].*?)(?P<time>{_TIME})(?P<behind>.*)$",
    '203.0.113.9 "GET /a?b HTTP/1.1" 500 12 [17/Jan/2026:03:00:00 +0000] "curl/8"\n'
    '"203.0.113.8","POST /b HTTP/1.1","200","2026-01-17T03:00:01Z","31ms"\n'
    'GET /c 404 - 2026-01-17 03:00:02.123',
    {"timestamp": "2026-01-17T03:00:00Z", "http_method": "GET", "url_path": "/a", "http_status": 500, "client": "203.0.113.9"},
    {"timestamp": "2026-01-17T03:00:01Z", "http_method": "POST", "http_status": 200, "client": "203.0.113.8"},
    {"timestamp": "2026-01-17T03:00:02.123Z", "url_path": "/c", "http_status": 404},
    fields={"time": "time", **_FIELDS, "behind": "behind"}, columns=_columns("{before}"),
    claims=lambda record: _is_text(record) and not re.search(_TIME, record["before"]),
)  # fmt: skip

_AROUND_STATUS: Final = "concat_ws(' ', {between}, {among})"

EARLY_ACCESS = text_log(
    "access-any-early", "Access log in any other layout, with the status before the request",
    rf"^(?P<before>.*?)(?P<time>{_TIME})(?P<between>.*?){_EARLY_STATUS}{_TAIL}",
    "2026-01-17T03:00:00Z | 203.0.113.9:40022 | 500 | 1.2ms | GET | /a?b | pool is empty\n"
    "2026-01-17T03:00:01Z | 200 | 31ms | 203.0.113.9 | POST | /b | -\n"
    "2026-01-17T03:00:02Z | 404 | - | 2001:db8::5 | GET /c",
    {"timestamp": "2026-01-17T03:00:00Z", "http_status": 500, "url_path": "/a", "client": "203.0.113.9", "duration_s": 0.0012},
    {"http_status": 200, "http_method": "POST", "client": "203.0.113.9", "duration_s": 0.031},
    {"http_status": 404, "url_path": "/c", "client": "2001:db8::5"},
    fields={"time": "time", "method": "method", "url": "url", "status": "status", "before": "before", "between": "between",
            "among": "among", "after": "after"},
    columns={
        "client": f"client_of({_first(_AROUND_STATUS, _ADDRESS_IN)})",
        "severity": f"to_severity({_first('{between}', _LEVEL)})",
        "duration_s": f"seconds_with_unit({_first('{among}', _ONLY_DURATION)})",
    },
)  # fmt: skip

UNDATED_ACCESS = text_log(
    "access-undated", "Access log in any other layout, without times of its own", rf"^(?P<before>.*?){_HEART}",
    '203.0.113.9:51612 - "GET /a?b=1 HTTP/1.1" 200\n'
    '"POST /b HTTP/1.1" 500 12 in 31ms\n'
    "GET /c 404 1.5 ms - 12",
    {"client": "203.0.113.9", "http_method": "GET", "url_path": "/a", "http_status": 200},
    {"http_method": "POST", "http_status": 500},
    {"url_path": "/c", "http_status": 404, "duration_s": 0.0015},
    fields=_FIELDS, claims=_is_text, columns=_columns("{before}"), inner=True,
)  # fmt: skip
