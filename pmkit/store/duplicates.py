"""Finds events that two parsed logs have in common, by their content, and writes a log without them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Final

import duckdb

from pmkit.core.checked_files import put_checked_text
from pmkit.store.database import connect
from pmkit.store.ledger import Ledger
from pmkit.store.part import EVENTS, LEDGER, REJECTED, Extent
from pmkit.store.union import union_sql
from pmkit.store.writer import CONTENT, write_counts, write_events

# Two logs overlap if they share this much of the smaller one's events, and at least this many.
_SHARED_RATIO: Final = 0.9
_MIN_SHARED: Final = 20

# Before two logs are compared in full, this many events are compared.
_SAMPLE_EVENTS: Final = 50

# Logs with at most this many events are all compared at once.
_SMALL_LOG: Final = 8192

# An event that is in more small logs than this, such as a health check every second, does not identify a log.
_COMMON: Final = 100

# The events of small logs, with how often each log has them and in how many logs they are.
_SMALL_LOG_EVENTS: Final = """
    CREATE TEMP TABLE small_log_events AS
    SELECT *, count(*) OVER (PARTITION BY content) AS logs
    FROM (SELECT CAST(source AS INTEGER) AS log, {content} AS content, count(*) AS copies FROM {events} GROUP BY ALL)
"""

# The pairs of small logs that share an event which is not common, and may share enough events if all common ones are shared.
_SHARING_SMALL_LOGS: Final = f"""
    WITH rare AS (FROM small_log_events WHERE logs <= {_COMMON}),
         common AS (SELECT log, coalesce(sum(copies) FILTER (logs > {_COMMON}), 0) AS events FROM small_log_events GROUP BY log)
    SELECT a.log, b.log FROM rare a JOIN rare b ON a.content = b.content AND a.log < b.log
    JOIN common common_a ON common_a.log = a.log JOIN common common_b ON common_b.log = b.log
    GROUP BY a.log, b.log
    HAVING sum(least(a.copies, b.copies)) + least(any_value(common_a.events), any_value(common_b.events))
           >= {_SHARED_RATIO * _MIN_SHARED}
"""
_SMALL_LOGS_SHARING: Final = f"""
    SELECT DISTINCT log FROM small_log_events WHERE logs <= {_COMMON} AND content IN (SELECT {{content}} FROM {{events}})
"""

# How many of a few events of the second log are in the first one.
_SAMPLED: Final = f"""
    SELECT count(*), count(*) FILTER (content IN (SELECT content FROM a))
    FROM (SELECT DISTINCT content FROM b ORDER BY content LIMIT {_SAMPLE_EVENTS})
"""

# How many events two logs share, counting repeated ones as often as both have them, and how many each has.
_COMPARED: Final = """
    SELECT (SELECT coalesce(sum(least(a.copies, b.copies)), 0)
            FROM (SELECT content, count(*) AS copies FROM a GROUP BY content) a
            JOIN (SELECT content, count(*) AS copies FROM b GROUP BY content) b USING (content)),
           (SELECT count(*) FROM a), (SELECT count(*) FROM b)
"""

# The events of a log without those that others have; of equal events, as many are left out as the others have.
_REMAINING: Final = """
    CREATE TEMP TABLE remaining AS
    WITH others AS (SELECT content, count(*) AS copies FROM (SELECT {content} AS content FROM {others}) GROUP BY content),
         own AS (SELECT *, {content} AS content FROM {own}),
         numbered AS (SELECT *, row_number() OVER (PARTITION BY content ORDER BY line) AS copy_number FROM own)
    SELECT numbered.* EXCLUDE (content, copy_number, source), line AS nth FROM numbered LEFT JOIN others USING (content)
    WHERE copies IS NULL OR copy_number > copies ORDER BY line
"""


def find_overlapping_logs(logs: Sequence[tuple[Extent, Ledger]]) -> list[tuple[int, int]]:
    """Return which parsed logs contain the same events in the time that both cover, see `share_events`.

    Parameters
    ----------
    logs : sequence of (Extent, Ledger)
        Where the events of each log are, and what was read of it.

    Returns
    -------
    list of (int, int)
        Pairs of positions in `logs`, the lower first. Small logs, of which there may be thousands, are compared with
        each other and with every larger log at once; only pairs that may share enough events are then compared in full.
    """
    pairs = _copies([ledger for _, ledger in logs])
    spans = _spans([ledger for _, ledger in logs])
    if len(spans) < 2:
        return sorted(pairs)
    extents = [extent for extent, _ in logs]
    small = {n: extents[n] for n in spans if logs[n][1].events <= _SMALL_LOG}
    large = {n: extents[n] for n in spans if n not in small}
    with connect(reach=[extent.folder for extent in extents]) as database:
        candidates = set(combinations(large, 2)) | _pairs_with_common_events(database, small, large)
        for a, b in sorted(candidates - pairs):
            start, end = max(spans[a][0], spans[b][0]), min(spans[a][1], spans[b][1])
            if start <= end and share_events(database, extents[a], extents[b], start, end):
                pairs.add((a, b))
    return sorted(pairs)


def _spans(ledgers: Sequence[Ledger]) -> dict[int, tuple[datetime, datetime]]:
    """Return the first and last time of each log that has enough events to be compared, by its position."""
    return {
        n: (ledger.first, ledger.last)
        for n, ledger in enumerate(ledgers)
        if ledger.events >= _MIN_SHARED and ledger.first and ledger.last
    }


def _copies(ledgers: Sequence[Ledger]) -> set[tuple[int, int]]:
    """Return the pairs of logs with exactly the same contents: each copy with the first of its kind."""
    first: dict[tuple[str, int], int] = {}
    contents = {
        n: (ledger.content, ledger.events) for n, ledger in enumerate(ledgers) if ledger.table == "logs" and ledger.events
    }
    return {(first[content], n) for n, content in contents.items() if first.setdefault(content, n) != n}


def _pairs_with_common_events(
    database: duckdb.DuckDBPyConnection, small: dict[int, Extent], large: dict[int, Extent]
) -> set[tuple[int, int]]:
    """Return the pairs, with at least one small log, that share an event which is not common and may overlap."""
    if not small:
        return set()
    events = union_sql(database, [(str(n), extent) for n, extent in small.items()], EVENTS)
    database.execute(_SMALL_LOG_EVENTS.format(content=CONTENT, events=events))
    pairs = {(int(a), int(b)) for a, b in database.execute(_SHARING_SMALL_LOGS).fetchall()}
    for n, extent in large.items():
        query = _SMALL_LOGS_SHARING.format(content=CONTENT, events=union_sql(database, [("", extent)], EVENTS))
        pairs |= {(min(n, int(log)), max(n, int(log))) for (log,) in database.execute(query).fetchall()}
    return pairs


def share_events(database: duckdb.DuckDBPyConnection, first: Extent, second: Extent, start: datetime, end: datetime) -> bool:
    """Return whether two parsed logs contain the same events in the time that both cover.

    Parameters
    ----------
    database : DuckDBPyConnection
        A connection that can read both.
    first, second : Extent
        Where their events are.
    start, end : datetime
        The time that both cover, both ends included.

    Returns
    -------
    bool
        True if 90% of the events of the smaller log are in the other one too. Two hosts that write
        similar lines at the same time share hardly any.
    """
    for name, extent in (("a", first), ("b", second)):
        window = f"timestamp BETWEEN TIMESTAMPTZ '{start.isoformat()}' AND TIMESTAMPTZ '{end.isoformat()}'"
        events = union_sql(database, [("", extent)], EVENTS, window)
        database.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT {CONTENT} AS content FROM {events}")
    sampled, in_both = database.execute(_SAMPLED).fetchone() or (0, 0)
    if not sampled or in_both < _SHARED_RATIO / 2 * sampled:
        return False
    shared, in_first, in_second = database.execute(_COMPARED).fetchone() or (0, 0, 0)
    fewer = min(in_first, in_second)
    return bool(fewer >= _MIN_SHARED and shared >= _SHARED_RATIO * fewer)


def write_without_duplicates(log: Extent, others: Sequence[Extent], ledger: Ledger, out: Path) -> Ledger:
    """Write a copy of a parsed log without the events that other logs contain, and return its ledger.

    Parameters
    ----------
    log : Extent
        The log; not changed.
    others : sequence of Extent
        The logs whose events are kept; of equal events, as many are left out as these contain.
    ledger : Ledger
        The log's ledger.
    out : Path
        An existing, empty folder.
    """
    with connect(spill=out, reach=[extent.folder for extent in (log, *others)]) as database:
        kept = union_sql(database, [(str(n), other) for n, other in enumerate(others)], EVENTS)
        own = union_sql(database, [("", log)], EVENTS)
        database.execute(_REMAINING.format(content=CONTENT, others=kept, own=own))
        return write_remaining(database, log, ledger, out)


def write_remaining(database: duckdb.DuckDBPyConnection, log: Extent, ledger: Ledger, out: Path) -> Ledger:
    """Write the events of the table `remaining` as a copy of the parsed log that they are from, and return its ledger."""
    write_events(database, "remaining", out / EVENTS)
    totals = write_counts(database, "remaining", union_sql(database, [("", log)], REJECTED), out, whole=True)
    reduced = replace(ledger, duplicates=ledger.events - totals.events, data="", number=None)
    put_checked_text(reduced.to_json(), out / LEDGER)
    shutil.rmtree(out / "spill", ignore_errors=True)
    return reduced
