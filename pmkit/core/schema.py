"""The canonical tables: their columns, types and units.

Names follow OpenTelemetry's log data model and semantic conventions, in snake_case.
Every time is UTC with microseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SEVERITIES: Final = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
"""Log severities, the least severe first."""

TIME: Final = "datetime64[us, UTC]"
TEXT: Final = "string"


@dataclass(frozen=True)
class Column:
    """One column: its pandas type, its DuckDB type and what it holds."""

    dtype: str
    sql: str
    meaning: str


def _time(meaning: str) -> Column:
    return Column(TIME, "TIMESTAMPTZ", meaning)


def _text(meaning: str) -> Column:
    return Column(TEXT, "VARCHAR", meaning)


def _number(meaning: str) -> Column:
    return Column("float64", "DOUBLE", meaning)


_ORIGIN: Final = {
    "line": Column("int64", "BIGINT", "first line in the file, from 1"),
    "source": _text("file, relative to the incident's folder"),
}

LOGS: Final = {
    "timestamp": _time("when it happened"),
    "severity": _text("one of SEVERITIES, or null"),
    "service": _text("the service that it is about"),
    "host": _text("the machine or instance"),
    "message": _text("the event in words; null for plain access lines"),
    "http_method": _text("GET, POST, …"),
    "http_route": _text("the path with identifiers replaced by {id}"),
    "url_path": _text("the path as it was asked for, without the query"),
    "http_status": Column("Int16", "SMALLINT", "HTTP status; marks a request"),
    "duration_s": _number("time to serve, seconds"),
    "client": _text("client address"),
    "trace_id": _text("trace or request ID"),
    "version": _text("version of the service"),
    "attributes": _text("everything else, a JSON object"),
    **_ORIGIN,
}

ALERTS: Final = {
    "alert_id": _text("identity of one firing of the alert"),
    "name": _text("name of the alert rule"),
    "severity": _text("the rule's severity"),
    "service": _text("the service that it is about"),
    "started_at": _time("began to fire"),
    "acknowledged_at": _time("somebody took it"),
    "resolved_at": _time("stopped firing; null while it fires"),
    "summary": _text("the alert in words"),
    "labels": _text("its labels, a JSON object"),
    "url": _text("link to the alert"),
    **_ORIGIN,
}

CHANGES: Final = {
    "at": _time("began"),
    "finished_at": _time("was complete; null if unknown"),
    "kind": _text("deploy, rollback, config, flag, scale, migration or other"),
    "service": _text("what was changed"),
    "version": _text("the version or value that it went to"),
    "summary": _text("the change in words"),
    "actor_role": _text("role or team, never a person"),
    "url": _text("link to the change"),
    **_ORIGIN,
}

MESSAGES: Final = {
    "at": _time("was sent"),
    "author_role": _text("role of the author"),
    "text": _text("the message"),
    **_ORIGIN,
}

METRICS: Final = {
    "at": _time("of the sample"),
    "name": _text("name of the series"),
    "labels": _text("its labels, a JSON object"),
    "value": _number("the sample, in `unit`"),
    "unit": _text("unit, null if unknown"),
    **_ORIGIN,
}

RULES: Final = {
    "name": _text("name of the alert, or of the series that it records"),
    "kind": _text("alerting or recording"),
    "severity": _text("as in alerts"),
    "service": _text("as in alerts"),
    "expression": _text("the condition, PromQL"),
    "for_s": _number("how long it must hold before it fires, seconds"),
    "summary": _text("the rule in words"),
    "labels": _text("the labels that it gives its alerts, a JSON object"),
    **_ORIGIN,
}

TABLES: Final = {
    "logs": LOGS, "alerts": ALERTS, "changes": CHANGES, "messages": MESSAGES, "metrics": METRICS, "rules": RULES,
}  # fmt: skip
"""The canonical tables by name."""

BIN_S: Final = 10
"""Width of a bin of the rollup, seconds."""

ROLLUP: Final = {
    "bin": _time("start of the bin, BIN_S seconds wide"),
    "service": _text("as in logs"),
    "http_route": _text("as in logs"),
    "http_status": Column("Int16", "SMALLINT", "as in logs; null for events that are not requests"),
    "severity": _text("as in logs"),
    "version": _text("as in logs"),
    "host": _text("as in logs"),
    "latency_bucket": Column("Int16", "SMALLINT", "log-spaced bucket of duration_s, see LATENCY_*"),
    "events": Column("int64", "BIGINT", "how many"),
    "first_at": _time("the first of them"),
    "last_at": _time("the last of them"),
    "source": _ORIGIN["source"],
}
"""What every analysis of requests starts from; rows of shards add up exactly."""

JUDGED: Final = {
    **{name: ROLLUP[name] for name in ("bin", "service", "http_route", "latency_bucket")},
    "is_request": Column("bool", "BOOLEAN", "whether they are requests"),
    "is_error": Column("bool", "BOOLEAN", "whether they count as errors"),
    **{name: ROLLUP[name] for name in ("events", "first_at", "last_at", "source")},
}
"""The rollup by what counts as an error, which is a tenth of its rows."""

LATENCY_BASE_S: Final = 0.001
LATENCY_PER_DECADE: Final = 20
LATENCY_BUCKETS: Final = 6 * LATENCY_PER_DECADE
"""Bucket 0 ends at LATENCY_BASE_S; bucket k > 0 ends at LATENCY_BASE_S * 10 ** (k / LATENCY_PER_DECADE)."""

TEMPLATES: Final = {
    "bin": _time("start of the bin, BIN_S seconds wide"),
    "service": _text("as in logs"),
    "severity": _text("as in logs"),
    "template": _text("the message with its variable parts replaced by <*>"),
    "events": Column("int64", "BIGINT", "how many"),
    "first_at": _time("the first of them"),
    "example": _text("the message of the first of them"),
    **_ORIGIN,
}
"""Counts of log templates; rows of shards add up exactly."""
