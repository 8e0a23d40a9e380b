"""Structured logs of any origin: JSON, logfmt and CSV whose fields have usual names."""

from __future__ import annotations

from pmkit.formats.builders import json_log
from pmkit.formats.fields import LEVEL_NAMES, MESSAGE_NAMES, STATUS_NAMES, TIME_NAMES, first_value, flattened, nested_event
from pmkit.formats.format import Example, LogFormat, Syntax
from pmkit.formats.record import Record
from pmkit.formats.timestamps import is_timestamp
from pmkit.formats.usual_keys import usual_keys

# Words of which an event has at least one.
_CONTENT_WORDS = frozenset(("message", "level", "otel_level", "status"))


def _is_event(record: Record) -> bool:
    flat = flattened(record)
    content = (MESSAGE_NAMES, LEVEL_NAMES, STATUS_NAMES)
    if _has_time(flat) and (nested_event(record) is not None or any(first_value(names, flat) is not None for names in content)):
        return True
    words = usual_keys([flat])
    return "time" in words and not _CONTENT_WORDS.isdisjoint(words)


def _has_level_and_message(record: Record) -> bool:
    flat = flattened(record)
    return first_value(MESSAGE_NAMES, flat) is not None and first_value(LEVEL_NAMES, flat) is not None


def _has_time(record: Record) -> bool:
    time = first_value(TIME_NAMES, record)
    return time is not None and is_timestamp(time)


def _is_ltsv_access(record: Record) -> bool:
    return _has_time(record) and "status" in record and ("req" in record or "uri" in record)


def _is_logfmt(record: Record) -> bool:
    return len(record) >= 3 and _has_time(record)


JSON_EVENTS = LogFormat(
    "json-events", "JSON with common names for time, level and message",
    (
        Example(
            '{"@timestamp": "2026-01-17T03:00:00.250Z", "log.level": "warning", "message": "slow", "service.name": "a", "n": 1}\n'
            '{"@timestamp": "2026-01-17T03:00:01.250Z", "log.level": "error", "message": "gone", "service.name": "a"}\n'
            '{"@timestamp": "2026-01-17T03:00:02.250Z", "log.level": "info", "message": "back", "service.name": "a"}',
            (
                {"timestamp": "2026-01-17T03:00:00.250Z", "severity": "WARN", "message": "slow", "service": "a"},
                {"severity": "ERROR", "message": "gone"},
                {"severity": "INFO", "message": "back"},
            ),
        ),
        Example(
            '{"ts": 1768618800.5, "lvl": "ERR", "msg": "x", "status": 500, "duration_ms": 12, "path": "/a/9?b"}',
            ({"timestamp": "2026-01-17T03:00:00.500Z", "severity": "ERROR", "http_status": 500, "duration_s": 0.012,
              "url_path": "/a/9", "http_route": "/a/{id}"},),
        ),
        Example(
            '{"ts": "2026-01-17T03:00:00Z", "data": {"lvl": "ERROR", "msg": "pool is empty", "size": 7}}\n'
            '{"ts": "2026-01-17T03:00:01Z", "data": {"lvl": "INFO", "msg": "up"}}',
            ({"timestamp": "2026-01-17T03:00:00Z", "severity": "ERROR", "message": "pool is empty"}, {"severity": "INFO"}),
        ),
    ),
    syntax=Syntax.JSON, claims=_is_event, general=True,
)  # fmt: skip

JSON_NESTED = json_log(
    "json-nested", "JSON document with a nested list of events that have common names for time, level and message", _is_event, None,
    '{"data": {"total": 3, "items": [{"time": "2026-01-17T03:00:00Z", "level": "error", "message": "broke"},\n'
    '{"time": "2026-01-17T03:00:01Z", "level": "info", "message": "up"},\n'
    '{"time": "2026-01-17T03:00:02Z", "level": "warn", "message": "slow"}]}}',
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "ERROR", "message": "broke", "line": 1},
    {"severity": "INFO", "line": 2},
    {"severity": "WARN", "message": "slow", "line": 3},
    anywhere=True, general=True,
)  # fmt: skip

LOGFMT = LogFormat(
    "logfmt", "logfmt: key=value pairs, including a time",
    (
        Example(
            "ts=2026-11-23T21:27:58.018Z level=info service=checkout version=v3.7.2 request_id=e0e8 method=POST "
            'path=/api/cart status=200 duration_ms=34.8 msg="request handled"\n'
            'ts=2026-11-23T21:27:59.018Z level=error service=checkout status=503 duration_ms=3001.5 msg="say \\"no\\""\n'
            "ts=2026-11-23T21:28:00.018Z caller=main.go:12 level=warn service=tsdb msg=compact",
            (
                {"timestamp": "2026-11-23T21:27:58.018Z", "severity": "INFO", "service": "checkout", "version": "v3.7.2",
                 "trace_id": "e0e8", "http_method": "POST", "url_path": "/api/cart", "http_status": 200,
                 "duration_s": 0.0348, "message": "request handled"},
                {"severity": "ERROR", "http_status": 503, "duration_s": 3.0015, "message": 'say "no"'},
                {"severity": "WARN", "message": "compact"},
            ),
        ),
    ),
    syntax=Syntax.LOGFMT, claims=_is_logfmt, general=True,
)  # fmt: skip

CSV_EVENTS = LogFormat(
    "csv-events", "CSV with a header and common names for time, level and message",
    (
        Example(
            "Timestamp,Level,Message,Service\n"
            '2026-01-17 03:00:00,INFO,"started, with care",api\n'
            '2026-01-17 03:00:01,ERROR,"two\nlines and ""quotes""",api\n'
            "2026-01-17 03:00:02,WARN,done,api",
            (
                {"timestamp": "2026-01-17T03:00:00Z", "severity": "INFO", "message": "started, with care", "service": "api"},
                {"severity": "ERROR", "message": 'two\nlines and "quotes"'},
                {"severity": "WARN", "message": "done"},
            ),
        ),
        Example(
            "# exported\ntime;level;message\n2026-01-17T03:00:00Z;ERROR;a, b\n2026-01-17T03:00:01Z;INFO;c",
            ({"timestamp": "2026-01-17T03:00:00Z", "severity": "ERROR", "message": "a, b"}, {"message": "c"}),
        ),
    ),
    syntax=Syntax.CSV, claims=_is_event, general=True,
)  # fmt: skip

LTSV_ACCESS = LogFormat(
    "ltsv-access", "Access log as label:value pairs between tabs, with the labels that ltsv.org recommends",
    (
        Example(
            "time:17/Jan/2026:03:00:00 +0000\thost:203.0.113.9\treq:GET /a?b HTTP/1.1\tstatus:503\tsize:12\treqtime:0.031\tvhost:shop\n"
            "time:17/Jan/2026:03:00:01 +0000\thost:203.0.113.8\treq:POST /b HTTP/1.1\tstatus:200\tsize:-\treqtime_microsec:3001500\n"
            "time:17/Jan/2026:03:00:02 +0000\thost:10.0.0.1\tforwardedfor:203.0.113.7\tmethod:GET\turi:/c\tstatus:404",
            (
                {"timestamp": "2026-01-17T03:00:00Z", "client": "203.0.113.9", "http_method": "GET", "url_path": "/a", "http_status": 503,
                 "duration_s": 0.031, "host": "shop"},
                {"http_status": 200, "duration_s": 3.0015},
                {"client": "203.0.113.7", "http_method": "GET", "url_path": "/c", "http_status": 404},
            ),
        ),
    ),
    syntax=Syntax.LTSV, claims=_is_ltsv_access,
    fields={"time": "time", "client": ("forwardedfor", "host"), "host": "vhost", "request": "req", "method": "method", "url": "uri",
            "status": "status", "duration_s": "reqtime", "duration_us": "reqtime_microsec"},
)  # fmt: skip

LTSV = LogFormat(
    "ltsv", "LTSV: label:value pairs between tabs, including a time",
    (
        Example(
            "time:2026-01-17T03:00:00Z\tlevel:ERROR\tmessage:it broke: no route\tuser:u7\n"
            "time:2026-01-17T03:00:01Z\tlevel:INFO\tmessage:up\n"
            "time:2026-01-17T03:00:02Z\tlevel:WARN\tmessage:slow",
            (
                {"timestamp": "2026-01-17T03:00:00Z", "severity": "ERROR", "message": "it broke: no route"},
                {"severity": "INFO", "message": "up"},
                {"severity": "WARN", "message": "slow"},
            ),
        ),
    ),
    syntax=Syntax.LTSV, claims=_has_time, general=True,
)  # fmt: skip

JSON_UNDATED = json_log(
    "json-undated", "JSON without a time, with common names for level and message; inside another format", _has_level_and_message, None,
    '{"level": "error", "msg": "broke", "trace_id": "ab12"}\n'
    '{"level": "info", "msg": "up", "status": 200, "path": "/a"}\n'
    '{"level": "WARNING", "msg": "slow"}',
    {"severity": "ERROR", "message": "broke", "trace_id": "ab12"},
    {"severity": "INFO", "message": "up", "http_status": 200, "url_path": "/a"},
    {"severity": "WARN", "message": "slow"},
    inner=True, general=True,
)  # fmt: skip

LOGFMT_UNDATED = LogFormat(
    "logfmt-undated", "logfmt: key=value pairs without a time, with level and message; inside another format",
    (
        Example(
            'level=warn msg="very slow" trace_id=ab12\nlevel=error msg=broke err="no route" status=503\nlevel=info msg=up',
            (
                {"severity": "WARN", "message": "very slow", "trace_id": "ab12"},
                {"severity": "ERROR", "message": "broke", "http_status": 503},
                {"severity": "INFO", "message": "up"},
            ),
        ),
    ),
    syntax=Syntax.LOGFMT, claims=_has_level_and_message, inner=True, general=True,
)  # fmt: skip
