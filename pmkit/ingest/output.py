"""Writes what was read from one log: events, rollup, templates, rejected lines."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pmkit import schema
from pmkit.ingest.files import EVENTS, REJECTED, ROLLUP, TEMPLATES
from pmkit.sources import sql


def write_log(database: duckdb.DuckDBPyConnection, out: Path) -> None:
    """Write the tables `events` and `rejected` of the database, and what is counted from the events."""
    names = ", ".join(name for name in schema.LOGS if name != "source")
    queries = {
        EVENTS: f"SELECT {names} FROM events ORDER BY line",
        ROLLUP: _rollup(),
        TEMPLATES: _templates(),
        REJECTED: "SELECT line, text, reason FROM rejected ORDER BY line",
    }
    for name, query in queries.items():
        target = sql.quoted(str(out / name))
        database.execute(f"COPY ({query}) TO {target} (FORMAT parquet, COMPRESSION zstd)")


def _bin() -> str:
    return f"time_bucket(INTERVAL {schema.BIN_S} SECONDS, timestamp, TIMESTAMPTZ '2000-01-01 00:00:00+00')"


def _rollup() -> str:
    bucket = (
        f"CASE WHEN duration_s IS NULL OR isnan(duration_s) OR duration_s < 0 THEN NULL "
        f"WHEN duration_s <= {schema.LATENCY_BASE_S} THEN 0 ELSE least({schema.LATENCY_BUCKETS}, "
        f"CAST(ceil(log10(least(duration_s, 1e6) / {schema.LATENCY_BASE_S}) * {schema.LATENCY_PER_DECADE}) AS SMALLINT)) END"
    )
    keys = "service, http_route, http_status, severity, version, host"
    return f"""
        SELECT {_bin()} AS bin, {keys}, {bucket} AS latency_bucket,
               count(*) AS events, min(timestamp) AS first_at, max(timestamp) AS last_at
        FROM events GROUP BY ALL ORDER BY ALL
    """


def _templates() -> str:
    return f"""
        SELECT {_bin()} AS bin, service, severity, template_of(message) AS template, count(*) AS events,
               min(timestamp) AS first_at, arg_min(message, (timestamp, line)) AS example,
               arg_min(line, (timestamp, line)) AS line
        FROM events WHERE message IS NOT NULL GROUP BY ALL ORDER BY ALL
    """
