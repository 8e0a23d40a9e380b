"""The canonical tables: their columns, types and units, and a function that makes a frame conform to them.

Names follow OpenTelemetry's log data model and semantic conventions, in snake_case.
Every time is UTC with microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log10
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

_Position = TypeVar("_Position", float, "npt.NDArray[np.float64]")

# Log severities, least severe first.
SEVERITIES: Final = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")

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
    "timestamp": _time("time of the event"),
    "severity": _text("one of SEVERITIES, or null"),
    "service": _text("the service that the event is about"),
    "host": _text("the machine or instance"),
    "message": _text("the event in words; null for plain access lines"),
    "http_method": _text("GET, POST, …"),
    "http_route": _text("the path with identifiers replaced by {id}"),
    "url_path": _text("the requested path, without the query"),
    "http_status": Column("Int16", "SMALLINT", "HTTP status; marks a request"),
    "duration_s": _number("time to serve the request, seconds"),
    "outcome": _text("ok, failed, retried or refused, if the event says so beside an HTTP status; or null"),
    "outcome_of": _text("what the outcome is of, such as request, task, job or message"),
    "client": _text("client address"),
    "traffic": _text("probe or load test, by the user agent; null for users"),
    "trace_id": _text("trace or request ID"),
    "version": _text("version of the service"),
    "attributes": _text("everything else, a JSON object"),
    **_ORIGIN,
}

ALERTS: Final = {
    "alert_id": _text("ID of one firing of the alert"),
    "name": _text("name of the alert rule"),
    "severity": _text("the rule's severity"),
    "service": _text("the service that the alert is about"),
    "started_at": _time("when it started firing"),
    "acknowledged_at": _time("when somebody acknowledged it"),
    "resolved_at": _time("when it stopped firing; null while it fires"),
    "summary": _text("the alert in words"),
    "labels": _text("its labels, a JSON object"),
    "url": _text("link to the alert"),
    **_ORIGIN,
}

CHANGES: Final = {
    "at": _time("when it began"),
    "finished_at": _time("when it was complete; null if unknown"),
    "kind": _text("deploy, rollback, config, flag, scale, migration or other"),
    "service": _text("what was changed"),
    "version": _text("the new version or value"),
    "summary": _text("the change in words"),
    "actor_role": _text("role or team, never a person"),
    "url": _text("link to the change"),
    **_ORIGIN,
}

MESSAGES: Final = {
    "at": _time("when it was sent"),
    "author_role": _text("role of the author"),
    "text": _text("the message"),
    **_ORIGIN,
}

METRICS: Final = {
    "at": _time("time of the sample"),
    "name": _text("name of the series"),
    "labels": _text("its labels, a JSON object"),
    "value": _number("the sample, in `unit`"),
    "unit": _text("unit, null if unknown"),
    **_ORIGIN,
}

RULES: Final = {
    "name": _text("name of the alert, or of the series that the rule records"),
    "kind": _text("alerting or recording"),
    "severity": _text("as in alerts"),
    "service": _text("as in alerts"),
    "expression": _text("the condition in PromQL"),
    "for_s": _number("how long the condition must hold before the alert fires, seconds"),
    "summary": _text("the rule in words"),
    "labels": _text("the labels that it adds to its alerts, a JSON object"),
    **_ORIGIN,
}

# What a span may be: work for a caller, a call, sending or handling a message, or work within a service.
SPAN_KINDS: Final = ("server", "client", "producer", "consumer", "internal")

SPANS: Final = {
    "at": _time("when the operation began"),
    "duration_s": _number("how long it took, seconds"),
    "trace_id": _text("ID of the trace that it belongs to"),
    "span_id": _text("ID of the span in its trace"),
    "parent_id": _text("ID of the span that caused it; null for the first span of a trace"),
    "service": _text("the service that did the work"),
    "name": _text("the operation"),
    "kind": _text("one of SPAN_KINDS, or null"),
    "outcome": _text("ok or failed; null if the export does not say it"),
    "error": _text("the error in words"),
    "peer": _text("for a call, what was called"),
    "http_method": _text("as in logs"),
    "http_route": _text("the route that the service states"),
    "url_path": _text("as in logs"),
    "http_status": Column("Int16", "SMALLINT", "HTTP status"),
    "grpc_status": Column("Int16", "SMALLINT", "gRPC status code"),
    "host": _text("as in logs"),
    "version": _text("as in logs"),
    "kept_ratio": _number("share of the traces that was kept, 0 to 1, as the export states it"),
    "attributes": _text("everything else, a JSON object"),
    **_ORIGIN,
}

# The canonical tables by name.
TABLES: Final = {
    "logs": LOGS, "alerts": ALERTS, "changes": CHANGES, "messages": MESSAGES, "metrics": METRICS, "rules": RULES, "spans": SPANS,
}  # fmt: skip

# The spans of all exports, each once, with its parent: every analysis of traces starts from these.
CALLS: Final = {
    "call": Column("int64", "BIGINT", "number of the span, from 0"),
    "parent": Column("Int64", "BIGINT", "number of the span that caused it; null if it is the first of its trace, or missing"),
    "is_orphan": Column("bool", "BOOLEAN", "whether its parent is missing in the exports"),
    "trace": Column("int64", "BIGINT", "number of the trace, from 1"),
    "operation": _text("HTTP method and route, or else the name"),
    **{
        name: SPANS[name]
        for name in (
            "trace_id",
            "at",
            "duration_s",
            "service",
            "kind",
            "outcome",
            "error",
            "peer",
            "version",
            "host",
            "kept_ratio",
        )
    },
    **_ORIGIN,
}

# Width of a rollup bin, in seconds.
BIN_S: Final = 10

# Every analysis of requests starts from the rollup. Rows of different shards can be added without loss.
ROLLUP: Final = {
    "bin": _time("start of the bin, BIN_S seconds wide"),
    "service": _text("as in logs"),
    "http_route": _text("as in logs"),
    "http_status": Column("Int16", "SMALLINT", "as in logs; null for events that are not requests"),
    "severity": _text("as in logs"),
    "outcome": _text("as in logs; unanswered for an event that has an HTTP method but no status"),
    "outcome_of": _text("as in logs"),
    "traffic": _text("as in logs; or preflight, or connection for an upgrade such as to a WebSocket"),
    "version": _text("as in logs"),
    "host": _text("as in logs"),
    "latency_bucket": Column("Int16", "SMALLINT", "log-spaced bucket of duration_s, see LATENCY_*"),
    "events": Column("int64", "BIGINT", "number of events"),
    "first_at": _time("time of the first event"),
    "last_at": _time("time of the last event"),
    "source": _ORIGIN["source"],
}

# The rollup after the error rule was applied; it has about a tenth of the rows.
JUDGED: Final = {
    **{name: ROLLUP[name] for name in ("bin", "service", "http_route", "latency_bucket")},
    "is_request": Column("bool", "BOOLEAN", "whether the events are requests"),
    "is_error": Column("bool", "BOOLEAN", "whether the events count as errors"),
    "has_outcome": Column(
        "bool", "BOOLEAN", "whether the events have an outcome, an HTTP status or a severity, by which they can be errors"
    ),
    "outcome_of": _text("as in logs"),
    "answer": _text("the HTTP status of a request that was redirected or refused, or refused or unanswered; null for others"),
    "traffic": _text("as in the rollup"),
    **{name: ROLLUP[name] for name in ("events", "first_at", "last_at", "source")},
}

# Bucket 0 ends at LATENCY_BASE_S; from there on, LATENCY_PER_DECADE buckets cover each factor of ten. See `latency_at`.
LATENCY_BASE_S: Final = 0.001
LATENCY_PER_DECADE: Final = 20
LATENCY_BUCKETS: Final = 6 * LATENCY_PER_DECADE

# The bucket of `duration_s`; null for a missing or negative duration, and for NaN.
LATENCY_BUCKET_SQL: Final = (
    "CASE WHEN duration_s IS NULL OR isnan(duration_s) OR duration_s < 0 THEN NULL "
    f"WHEN duration_s <= {LATENCY_BASE_S} THEN 0 ELSE least({LATENCY_BUCKETS}, "
    f"CAST(ceil(log10(least(duration_s, 1e6) / {LATENCY_BASE_S}) * {LATENCY_PER_DECADE}) AS SMALLINT)) END"
)

# Counts of log templates. Rows of different shards can be added without loss.
TEMPLATES: Final = {
    "bin": _time("start of the bin, BIN_S seconds wide"),
    "service": _text("as in logs"),
    "severity": _text("as in logs"),
    "template": _text("the message with its variable parts replaced by <*>"),
    "events": Column("int64", "BIGINT", "number of events"),
    "first_at": _time("time of the first event"),
    "example": _text("message of the first event"),
    **_ORIGIN,
}


def latency_at(position: _Position) -> _Position:
    """Return the latency, in seconds, at a position on the bucket scale; bucket n ends at position n.

    Examples
    --------
    >>> [latency_at(bucket) for bucket in (0.0, 10.0, 20.0, 60.0)]
    [0.001, 0.0031622776601683794, 0.01, 1.0]
    """
    return LATENCY_BASE_S * 10 ** (position / LATENCY_PER_DECADE)


def latency_position(seconds: float) -> float:
    """Return the position of a latency on the bucket scale, 0 for the shortest ones; see `latency_at`.

    Examples
    --------
    >>> latency_position(0.01), latency_position(0.0)
    (20.0, 0.0)
    """
    return LATENCY_PER_DECADE * log10(max(seconds, LATENCY_BASE_S) / LATENCY_BASE_S)


def conform(frame: pd.DataFrame, table: Mapping[str, Column]) -> pd.DataFrame:
    """Return a copy of `frame` with exactly the columns of `table`, in its order and types.

    Parameters
    ----------
    frame : DataFrame
        Some or all columns of the table, and perhaps others; times are datetimes with a zone, or null.
        Counts and line numbers cannot be null, so they must be present unless the frame is empty.
    table : mapping of str to Column
        One of the tables above.

    Returns
    -------
    DataFrame
        A new frame; columns that were missing are filled with nulls.

    Examples
    --------
    >>> import pandas as pd
    >>> conform(pd.DataFrame({"text": ["ack"], "line": [1]}), MESSAGES).dtypes["at"]
    datetime64[us, UTC]
    """
    import pandas as pd  # noqa: PLC0415 - `import pmkit` and `--help` must not load pandas

    def cast(name: str, column: Column) -> pd.Series:
        dtype = pd.api.types.pandas_dtype(column.dtype)
        if name in frame:
            return frame[name].astype(dtype)
        return pd.Series(float("nan") if column.dtype == "float64" else pd.NA, index=frame.index).astype(dtype)

    return pd.DataFrame({name: cast(name, column) for name, column in table.items()}, index=frame.index)
