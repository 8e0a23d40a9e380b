"""Writes the results of parsing one log: events, rollup, templates, request IDs and rejected lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from pmkit.core import schema, sql
from pmkit.store.part import EVENT, EVENTS, EXPORT, REJECTED, REQUESTS, ROLLUP, TEMPLATES
from pmkit.store.request_sql import TRAFFIC_SQL

# Identifies an event, whatever file and format it is in.
CONTENT: Final = "hash(timestamp, message, http_method, url_path, http_status, client, trace_id, host)"

# At most this many request IDs of a log are kept, for comparing it with other logs.
_MAX_REQUEST_IDS: Final = 100_000

_PARQUET: Final = "FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 4096"
KEYS_SQL: Final = f"""
    service, http_route, http_status, severity,
    coalesce(outcome, CASE WHEN http_status IS NULL AND http_method IS NOT NULL THEN 'unanswered' END) AS outcome, outcome_of,
    {TRAFFIC_SQL} AS traffic, version, host
"""
_SUM_KEYS: Final = "service, http_route, http_status, severity, outcome, outcome_of, traffic, version, host"
BIN_SQL: Final = f"time_bucket(INTERVAL {schema.BIN_S} SECONDS, timestamp, TIMESTAMPTZ '2000-01-01 00:00:00+00')"


@dataclass(frozen=True)
class _Summary:
    """A file of counts of a log's events; in a file that several logs share, `by` is the column with the log's number.

    Attributes
    ----------
    count : str
        The query that counts events.
    add : str
        The query that adds up the counts of several parts; for request IDs, see `_sampled_requests`.
    """

    count: str
    add: str = ""


_SUMMARIES: Final = {
    ROLLUP: _Summary(
        count=f"""
            SELECT {{by}} {BIN_SQL} AS bin, {KEYS_SQL}, {schema.LATENCY_BUCKET_SQL} AS latency_bucket,
                   count(*) AS events, min(timestamp) AS first_at, max(timestamp) AS last_at
            FROM {{rows}} GROUP BY ALL
        """,
        add=f"""
            SELECT {{by}} bin, {_SUM_KEYS}, latency_bucket, CAST(sum(events) AS BIGINT) AS events, min(first_at) AS first_at,
                   max(last_at) AS last_at
            FROM {{rows}} GROUP BY ALL ORDER BY ALL
        """,
    ),
    TEMPLATES: _Summary(
        count=f"""
            SELECT {{by}} bin, service, severity, masked(message) AS template, CAST(sum(events) AS BIGINT) AS events,
                   min(first_at) AS first_at, beginning(arg_min(message, (first_at, line))) AS example,
                   arg_min(line, (first_at, line)) AS line
            FROM (SELECT {{by}} {BIN_SQL} AS bin, service, severity, message, count(*) AS events, min(timestamp) AS first_at,
                         arg_min(line, (timestamp, line)) AS line
                  FROM {{rows}} WHERE message IS NOT NULL GROUP BY ALL)
            GROUP BY ALL
        """,
        add="""
            SELECT {by} bin, service, severity, template, CAST(sum(events) AS BIGINT) AS events, min(first_at) AS first_at,
                   arg_min(example, (first_at, line)) AS example, arg_min(line, (first_at, line)) AS line
            FROM {rows} GROUP BY ALL ORDER BY ALL
        """,
    ),
    REQUESTS: _Summary(
        count="""
            SELECT {by} hash(trace_id) AS id, epoch_us(timestamp) AS moment, duration_s,
                   http_status IS NOT NULL AS request, 1 AS kept,
                   CAST(coalesce(http_status >= 500, outcome IN ('failed', 'retried'), false) AS BIGINT) AS failures,
                   CAST(http_status IS NOT NULL OR outcome IS NOT NULL AS BIGINT) AS attempts
            FROM {rows} WHERE trace_id IS NOT NULL
        """,
    ),
}

# The number of events, their first and last time, and a checksum that does not depend on their order.
_TOTALS: Final = f"""
    SELECT {{by}} count(*), epoch_us(min(timestamp)), epoch_us(max(timestamp)), sum({CONTENT} % 1000000007)
    FROM {{rows}} GROUP BY ALL
"""

# The hashed request IDs that are divisible by a number, each once.
_SAMPLED_REQUESTS: Final = """
    SELECT {by} id, max(moment) AS moment, max(duration_s) AS duration_s, bool_or(request) AS request, {kept} AS kept,
           CAST(sum(failures) AS BIGINT) AS failures, CAST(sum(attempts) AS BIGINT) AS attempts
    FROM {requests} WHERE id % {kept} = 0 GROUP BY {by} id ORDER BY {by} id
"""


@dataclass(frozen=True)
class Totals:
    """What was written of one log.

    Attributes
    ----------
    events, content : int
        The number of events, and a checksum that does not depend on their order.
    first, last : int or None
        The first and last time, microseconds since 1970.
    """

    events: int
    first: int | None
    last: int | None
    content: int


NO_EVENTS: Final = Totals(0, None, None, 0)


def write_events(database: duckdb.DuckDBPyConnection, events: str, path: Path, packed: Sequence[str] = ()) -> None:
    """Write events to a file.

    Parameters
    ----------
    events : str
        A relation of the database with the columns `EVENT`, in the order in which they are written.
    path : Path
        The file.
    packed : sequence of str
        Further columns of the events, each for one attribute.
    """
    _copy(database, f"SELECT {', '.join(map(sql.quoted_name, (*EVENT, *packed)))} FROM {events}", path)


def write_counts(database: duckdb.DuckDBPyConnection, events: str, rejected: str, out: Path, *, whole: bool) -> Totals:
    """Write the counts of the events of one log, and the rejected lines.

    Parameters
    ----------
    database : DuckDBPyConnection
        A connection with the SQL functions of `macros.sql`.
    events : str
        A relation of the database with the columns `EVENT`.
    rejected : str
        A relation with `line`, `text` and `reason`.
    out : Path
        The folder for the files.
    whole : bool
        Whether this is the whole log; the counts of pieces are added up later.
    """
    for name, summary in _SUMMARIES.items():
        counts = summary.count.format(by="", rows=events)
        if summary.add:
            _copy(database, f"{counts} ORDER BY ALL" if whole else counts, out / name)
        else:
            database.execute(f"CREATE OR REPLACE TEMP TABLE requests AS {counts}")
            _copy(database, _sampled_requests(database, "requests"), out / name)
    _copy(database, f"SELECT line, text, reason FROM {rejected} ORDER BY line", out / REJECTED)
    number, first, last, content = database.execute(_TOTALS.format(by="", rows=events)).fetchone() or (0, None, None, 0)
    return Totals(number, first, last, int(content or 0))


def write_small_logs(database: duckdb.DuckDBPyConnection, events: str, rejected: str, out: Path) -> dict[int, Totals]:
    """Write the events of several small logs into the same files, with the number of the log in the column `EXPORT`.

    Parameters
    ----------
    database : DuckDBPyConnection
        A connection with the SQL functions of `macros.sql`.
    events : str
        A table of the database with the columns `EVENT` and `EXPORT`.
    rejected : str
        A relation with `line`, `text`, `reason` and `EXPORT`.
    out : Path
        The folder for the files.

    Returns
    -------
    dict of int to Totals
        What was written of each log that has events.
    """
    by = f"{EXPORT}, "
    for name, summary in _SUMMARIES.items():
        counts = summary.count.format(by=by, rows=events)
        # A small log has fewer request IDs than are kept.
        all_requests = _SAMPLED_REQUESTS.format(by=by, kept=1, requests=f"({counts})")
        _copy(database, f"{counts} ORDER BY ALL" if summary.add else all_requests, out / name)
    _copy(database, f"SELECT {by} {', '.join(EVENT)} FROM {events} ORDER BY {by} line", out / EVENTS)
    _copy(database, f"SELECT {by} line, text, reason FROM {rejected} ORDER BY {by} line", out / REJECTED)
    rows = database.execute(_TOTALS.format(by=by, rows=events)).fetchall()
    return {int(number): Totals(count, first, last, int(content or 0)) for number, count, first, last, content in rows}


def merge_counts(database: duckdb.DuckDBPyConnection, folders: Sequence[Path], out: Path) -> None:
    """Write the sums of the counts of a log's pieces; their events stay where they are."""

    def read_all(name: str) -> str:
        return f"read_parquet([{', '.join(sql.quoted(str(folder / name)) for folder in folders)}])"

    _write_sums(database, {name: read_all(name) for name in _SUMMARIES}, out)
    _copy(database, f"SELECT line, text, reason FROM {read_all(REJECTED)} ORDER BY line", out / REJECTED)


def _write_sums(database: duckdb.DuckDBPyConnection, counts: Mapping[str, str], out: Path) -> None:
    for name, summary in _SUMMARIES.items():
        query = summary.add.format(by="", rows=counts[name]) if summary.add else _sampled_requests(database, counts[name])
        _copy(database, query, out / name)


def _copy(database: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    database.execute(f"COPY ({query}) TO {sql.quoted(str(path))} ({_PARQUET})")


def _sampled_requests(database: duckdb.DuckDBPyConnection, requests: str) -> str:
    """Return the query of the request IDs to keep: those whose hash is divisible by a power of two, so that there are few.

    All logs with many IDs keep the same ones, so that two logs can be compared. The
    pieces of a log together keep the same IDs as the whole log would.
    """
    row = database.execute(f"SELECT coalesce(max(kept), 1) FROM {requests}").fetchone() or (1,)
    least = kept = int(row[0])

    def count(ids: str, modulus: int) -> int:
        row = database.execute(f"SELECT count({ids}) FROM {requests} WHERE id % {modulus} = 0").fetchone()
        return int(row[0]) if row else 0

    # IDs may repeat, so this may go too far, but it is fast.
    while count("*", kept) > _MAX_REQUEST_IDS:
        kept *= 2
    while kept > least and count("DISTINCT id", kept // 2) <= _MAX_REQUEST_IDS:
        kept //= 2
    return _SAMPLED_REQUESTS.format(by="", kept=kept, requests=requests)
