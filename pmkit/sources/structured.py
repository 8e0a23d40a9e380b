"""Structured logs: JSON lines, logfmt and CSV."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from pmkit.sources import aliases, sql
from pmkit.sources.model import Layout, LogFormat, LogSample, Sample, Shape, fixed

_LOGFMT_PAIR = r"""([A-Za-z_][\w.\-/@]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)"""


def _layout(records: list[dict[str, Any]], value: Callable[[str], str], **shape: Any) -> Layout:
    """Map the keys that go by a usual name to their columns."""
    used: list[str] = []
    columns: dict[str, str] = {}

    def take(column: str, wanted: Iterable[str], wrap: Callable[[str], str], test: Callable[[Any], bool] = bool) -> str | None:
        key = _usual(wanted, records, used, test)
        if key is not None:
            used.append(key)
            columns[column] = wrap(key)
        return key

    time = take("timestamp", aliases.TIME, lambda key: f"to_time({value(key)})", time_found)
    take("severity", aliases.LEVEL, lambda key: f"to_severity({value(key)})")
    for column, names in (("message", aliases.MESSAGE), ("service", aliases.SERVICE), ("host", aliases.HOST),
                          ("trace_id", aliases.TRACE), ("http_method", aliases.METHOD), ("client", aliases.CLIENT),
                          ("version", aliases.VERSION)):  # fmt: skip
        take(column, names, value)
    take("url_path", aliases.PATH, lambda key: f"url_path_of({value(key)})")
    take("http_status", aliases.STATUS, lambda key: sql.status(value(key)))
    take("duration_s", aliases.DURATION, lambda key: sql.number(value(key), aliases.DURATION[key.strip().lower()]))
    first = next((record[time] for record in records if time in record and time_found(record[time])), "")
    return Layout(columns, zoned=aliases.carries_zone(first), used=tuple(used), **shape)


def _usual(wanted: Iterable[str], records: list[dict[str, Any]], used: list[str], test: Callable[[Any], bool]) -> str | None:
    """Choose the key that goes by the first of the wanted names, one that most records have before one that few have."""
    counts = Counter(key for record in records for key, found in record.items() if key not in used and test(found))
    known = [key for name in wanted for key in counts if key.strip().lower() == name]
    usual = [key for key in known if 2 * counts[key] >= len(records)]
    return next(iter(usual or known), None)


def _is_event(record: Any) -> bool:
    if not isinstance(record, dict):
        return False
    time = aliases.value(aliases.TIME, record)
    speaks = aliases.value(aliases.MESSAGE, record) is not None or aliases.value(aliases.LEVEL, record) is not None
    return time_found(time) and (speaks or aliases.value(aliases.STATUS, record) is not None)


def time_found(value: Any) -> bool:
    """Tell whether a value that may be missing is a time."""
    return value is not None and aliases.time_like(value)


def _share(records: list[Any], test: Callable[[Any], bool]) -> float:
    return sum(map(test, records)) / len(records) if records else 0.0


def _is_pino(record: Any) -> bool:
    return (
        isinstance(record, dict)
        and isinstance(record.get("level"), int)
        and isinstance(record.get("time"), int)
        and "msg" in record
    )


def _json_layout(sample: Sample) -> Layout:
    return _layout([record for record in sample.objects if isinstance(record, dict)], sql.json_key)


def _logfmt_pairs(line: str) -> dict[str, str]:
    return {key: value.strip('"') for key, value in re.findall(_LOGFMT_PAIR, line)}


def _is_logfmt(line: str) -> bool:
    pairs = _logfmt_pairs(line)
    begins = re.match(_LOGFMT_PAIR, line)
    return begins is not None and len(pairs) >= 3 and time_found(aliases.value(aliases.TIME, pairs))


def _logfmt_layout(sample: Sample) -> Layout:
    return _layout([_logfmt_pairs(line) for line in sample.lines], sql.pair)


def _csv_layout(sample: Sample) -> Layout:
    names = list(sample.table[0])
    return _layout(list(sample.table), lambda key: f"c{names.index(key) + 1}", header=1, width=len(names))


PINO = LogFormat(
    name="pino",
    title="pino and bunyan: JSON lines with numeric levels and epoch milliseconds",
    shape=Shape.JSON,
    claims=lambda sample: _share(sample.objects, _is_pino),
    layout=fixed(
        {
            "timestamp": f"to_time({sql.json('$.time')})",
            "severity": f"to_severity({sql.json('$.level')})",
            "message": sql.json("$.msg"),
            "service": sql.json("$.name"),
            "host": sql.json("$.hostname"),
            "version": sql.json("$.version"),
            "trace_id": f"coalesce({sql.json('$.reqId')}, {sql.json('$.req.id')}, {sql.json('$.req_id')})",
            "http_method": sql.json("$.req.method"),
            "url_path": f"url_path_of({sql.json('$.req.url')})",
            "http_status": sql.status(sql.json("$.res.statusCode")),
            "duration_s": sql.number(sql.json("$.responseTime"), 1e-3),
        },
        used=("level", "time", "msg", "name", "hostname", "version", "responseTime"),
    ),
    samples=(
        LogSample(
            '{"level": 30, "time": 1795469278003, "pid": 5161, "hostname": "catalog-1", "name": "catalog", "reqId": "41b2", '
            '"req": {"method": "GET", "url": "/api/products/318?a=1"}, "res": {"statusCode": 200}, "responseTime": 19.54, '
            '"msg": "request completed"}\n'
            '{"level": 50, "time": 1795469323873, "name": "catalog", "err": {"type": "ValueError"}, "msg": "search failed"}\n'
            '{"level": 60, "time": 1795469323874, "name": "catalog", "msg": "gone", "v": 1}',
            (
                {"timestamp": "2026-11-23T21:27:58.003Z", "severity": "INFO", "service": "catalog", "host": "catalog-1",
                 "trace_id": "41b2", "http_method": "GET", "url_path": "/api/products/318", "http_route": "/api/products/{id}",
                 "http_status": 200, "duration_s": 0.01954, "message": "request completed"},
                {"severity": "ERROR", "message": "search failed", "http_status": None},
                {"severity": "FATAL"},
            ),
        ),
    ),
)  # fmt: skip

JSON_EVENTS = LogFormat(
    name="json-events",
    title="JSON lines with any usual names for time, level and message",
    shape=Shape.JSON,
    claims=lambda sample: _share(sample.objects, _is_event),
    layout=_json_layout,
    samples=(
        LogSample(
            '{"@timestamp": "2026-01-17T03:00:00.250Z", "log.level": "warning", "message": "slow", "service.name": "a", "n": 1}\n'
            '{"@timestamp": "2026-01-17T03:00:01.250Z", "log.level": "error", "message": "gone", "service.name": "a"}\n'
            '{"@timestamp": "2026-01-17T03:00:02.250Z", "log.level": "info", "message": "back", "service.name": "a"}',
            (
                {"timestamp": "2026-01-17T03:00:00.250Z", "severity": "WARN", "message": "slow", "service": "a"},
                {"severity": "ERROR", "message": "gone"},
                {"severity": "INFO", "message": "back"},
            ),
        ),
        LogSample(
            '{"ts": 1768618800.5, "lvl": "ERR", "msg": "x", "status": 500, "duration_ms": 12, "path": "/a/9?b"}',
            ({"timestamp": "2026-01-17T03:00:00.500Z", "severity": "ERROR", "http_status": 500, "duration_s": 0.012,
              "url_path": "/a/9", "http_route": "/a/{id}"},),
        ),
    ),
)  # fmt: skip

LOGFMT = LogFormat(
    name="logfmt",
    title="logfmt: key=value pairs with a time among them",
    shape=Shape.LOGFMT,
    claims=lambda sample: _share(sample.lines, _is_logfmt),
    layout=_logfmt_layout,
    samples=(
        LogSample(
            "ts=2026-11-23T21:27:58.018Z level=info service=checkout version=v3.7.2 request_id=e0e8 method=POST "
            'path=/api/cart status=200 duration_ms=34.8 msg="request handled"\n'
            'ts=2026-11-23T21:27:59.018Z level=error service=checkout status=503 duration_ms=3001.5 msg="say \\"no\\""\n'
            "ts=2026-11-23T21:28:00.018Z caller=main.go:12 level=warn component=tsdb msg=compact",
            (
                {"timestamp": "2026-11-23T21:27:58.018Z", "severity": "INFO", "service": "checkout", "version": "v3.7.2",
                 "trace_id": "e0e8", "http_method": "POST", "url_path": "/api/cart", "http_status": 200,
                 "duration_s": 0.0348, "message": "request handled"},
                {"severity": "ERROR", "http_status": 503, "duration_s": 3.0015, "message": 'say "no"'},
                {"severity": "WARN", "message": "compact"},
            ),
        ),
    ),
)  # fmt: skip

CSV_EVENTS = LogFormat(
    name="csv-events",
    title="CSV with a header and any usual names for time, level and message",
    shape=Shape.CSV,
    claims=lambda sample: _share(sample.table, _is_event),
    layout=_csv_layout,
    samples=(
        LogSample(
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
    ),
)  # fmt: skip

_CSVLOG_START = re.compile(r'^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ [A-Z]+,("[^"]*")?,("[^"]*")?,\d*,')

POSTGRES_CSVLOG = LogFormat(
    name="postgres-csvlog",
    title="PostgreSQL csvlog",
    shape=Shape.CSV,
    claims=lambda sample: 1.0 if sample.lines and _CSVLOG_START.match(sample.lines[0]) else 0.0,
    layout=lambda _: Layout(
        {
            "timestamp": "to_time(c1)",
            "severity": "to_severity(c12)",
            "message": "c14",
            "service": "'postgres'",
            "attributes": sql.json_object(
                (("user", "c2"), ("database", "c3"), ("pid", "c4"), ("remote", "c5"), ("session", "c6"), ("command", "c8"),
                 ("sqlstate", "c13"), ("detail", "c15"), ("hint", "c16"), ("query", "c20"), ("application", "c23"))
            ),
        },
        zoned=True,
        width=26,
    ),
    samples=(
        LogSample(
            '2026-11-23 21:27:50.179 UTC,,,5154,,6b04afd6.1422,1,,2026-11-23 21:27:50 UTC,,0,LOG,00000,'
            '"database system was shut down",,,,,,,,,"","startup",,0\n'
            '2026-11-23 21:30:00.001 UTC,"shop","postgres",88,"127.0.0.1:5",6b04.1,2,"INSERT",2026-11-23 21:29:00 UTC,3/4,0,'
            'ERROR,40001,"could not\nserialize, ""sorry""",,,,,,"insert into a",,,"psql","client backend",,0\n'
            '2026-11-23 21:30:01.001 UTC,,,1,,6b04.2,1,,2026-11-23 21:29:00 UTC,,0,FATAL,57P01,"terminating",,,,,,,,,"","x",,0',
            (
                {"timestamp": "2026-11-23T21:27:50.179Z", "severity": "INFO", "message": "database system was shut down",
                 "service": "postgres"},
                {"severity": "ERROR", "message": 'could not\nserialize, "sorry"'},
                {"severity": "FATAL", "message": "terminating"},
            ),
        ),
    ),
)  # fmt: skip

FORMATS = (PINO, JSON_EVENTS, LOGFMT, CSV_EVENTS, POSTGRES_CSVLOG)
