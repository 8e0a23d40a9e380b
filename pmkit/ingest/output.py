"""Writes what was read from one log: events, rollup, templates, rejected lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import duckdb

from pmkit import schema
from pmkit.ingest.files import EVENTS, REJECTED, REQUESTS, ROLLUP, TEMPLATES
from pmkit.sources import sql

MOST_REQUESTS: Final = 100_000
"""So many request IDs of a log are kept for comparing it with others."""
_PARQUET: Final = "FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 4096"
"""Written fast: a dictionary is worth its while for columns of few values only."""
_KEYS: Final = "service, http_route, http_status, severity, version, host"


def write_log(database: duckdb.DuckDBPyConnection, out: Path) -> None:
    """Write the tables `events`, as it is ordered, and `rejected` of the database, and what is counted from the events."""
    database.execute("""
        CREATE TEMP TABLE ids AS SELECT hash(trace_id) AS id, max(epoch_us(timestamp)) AS moment, max(duration_s) AS took,
               bool_or(http_status IS NOT NULL) AS request, 1 AS kept
        FROM events WHERE trace_id IS NOT NULL GROUP BY id
    """)
    names = ", ".join(name for name in schema.LOGS if name != "source")
    queries = {
        EVENTS: f"SELECT {names} FROM events",
        ROLLUP: _rollup(),
        TEMPLATES: _templates(),
        REQUESTS: _requests(database),
        REJECTED: "SELECT line, text, reason FROM rejected ORDER BY line",
    }
    _write(database, queries, out)


def merge(database: duckdb.DuckDBPyConnection, folders: Sequence[Path], out: Path) -> None:
    """Put together what was counted in the pieces of one log, by addition; their events stay where they are."""

    def united(name: str) -> str:
        return f"read_parquet([{', '.join(sql.quoted(str(folder / name)) for folder in folders)}])"

    database.execute(f"""
        CREATE TEMP TABLE ids AS
        SELECT id, max(moment) AS moment, max(took) AS took, bool_or(request) AS request, max(kept) AS kept
        FROM {united(REQUESTS)} WHERE id % (SELECT max(kept) FROM {united(REQUESTS)}) = 0 GROUP BY id
    """)
    queries = {
        ROLLUP: f"""
            SELECT bin, {_KEYS}, latency_bucket, CAST(sum(events) AS BIGINT) AS events, min(first_at) AS first_at,
                   max(last_at) AS last_at
            FROM {united(ROLLUP)} GROUP BY ALL ORDER BY ALL
        """,
        TEMPLATES: f"""
            SELECT bin, service, severity, template, CAST(sum(events) AS BIGINT) AS events, min(first_at) AS first_at,
                   arg_min(example, (first_at, line)) AS example, arg_min(line, (first_at, line)) AS line
            FROM {united(TEMPLATES)} GROUP BY ALL ORDER BY ALL
        """,
        REQUESTS: _requests(database),
        REJECTED: f"SELECT line, text, reason FROM {united(REJECTED)} ORDER BY line",
    }
    _write(database, queries, out)


def _write(database: duckdb.DuckDBPyConnection, queries: Mapping[str, str], out: Path) -> None:
    for name, query in queries.items():
        target = sql.quoted(str(out / name))
        database.execute(f"COPY ({query}) TO {target} ({_PARQUET})")


def _requests(database: duckdb.DuckDBPyConnection) -> str:
    """Keep of the request IDs those whose hash ends in as many zeros as it takes for them to be few.

    The same IDs are kept of every log that has as many, so that two logs can be compared by them;
    and of the pieces of a log together what would be kept of the whole.
    """
    kept = 1
    while (database.execute(f"SELECT count(*) FROM ids WHERE id % {kept} = 0").fetchone() or (0,))[0] > MOST_REQUESTS:
        kept *= 2
    return f"SELECT id, moment, took, request, greatest(kept, {kept}) AS kept FROM ids WHERE id % {kept} = 0 ORDER BY id"


def _bin() -> str:
    return f"time_bucket(INTERVAL {schema.BIN_S} SECONDS, timestamp, TIMESTAMPTZ '2000-01-01 00:00:00+00')"


def _rollup() -> str:
    bucket = (
        f"CASE WHEN duration_s IS NULL OR isnan(duration_s) OR duration_s < 0 THEN NULL "
        f"WHEN duration_s <= {schema.LATENCY_BASE_S} THEN 0 ELSE least({schema.LATENCY_BUCKETS}, "
        f"CAST(ceil(log10(least(duration_s, 1e6) / {schema.LATENCY_BASE_S}) * {schema.LATENCY_PER_DECADE}) AS SMALLINT)) END"
    )
    return f"""
        SELECT {_bin()} AS bin, {_KEYS}, {bucket} AS latency_bucket,
               count(*) AS events, min(timestamp) AS first_at, max(timestamp) AS last_at
        FROM events GROUP BY ALL ORDER BY ALL
    """


def _templates() -> str:
    return f"""
        SELECT {_bin()} AS bin, service, severity, masked(message) AS template, count(*) AS events,
               min(timestamp) AS first_at, arg_min(message, (timestamp, line)) AS example,
               arg_min(line, (timestamp, line)) AS line
        FROM events WHERE message IS NOT NULL GROUP BY ALL ORDER BY ALL
    """
