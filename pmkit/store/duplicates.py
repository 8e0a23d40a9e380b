"""Finds events that stand in two parsed logs, by their content."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Final

import duckdb

from pmkit.store.database import connect
from pmkit.store.ledger import Ledger
from pmkit.store.part import EVENTS, LEDGER, REJECTED
from pmkit.store.union import union_sql
from pmkit.store.writer import CONTENT, Output

_GLANCE: Final = 50
_MOST: Final = 0.9
_FEWEST: Final = 20
_SMALL: Final = 8192
"""All events of logs that hold no more are compared at once."""
_COMMON: Final = 100
"""What stands in more small logs than that tells none of them from the others, such as a check of health each second."""


def twins(logs: Sequence[tuple[Path, Ledger]]) -> list[tuple[int, int]]:
    """Find which parsed logs hold the same events in the time that both cover, see `overlapping`.

    Parameters
    ----------
    logs : sequence of (Path, Ledger)
        The part of the cache of each, and what was read of it.

    Returns
    -------
    list of (int, int)
        Pairs of places in `logs`, the lower first. Small logs, of which there may be thousands, are compared all together,
        and every larger one with all of them; pairs are looked at only where there is something to see.
    """
    same = _copies([ledger for _, ledger in logs])
    told = {n: (one.first, one.last) for n, (_, one) in enumerate(logs) if one.events >= _FEWEST and one.first and one.last}
    small = [n for n in told if logs[n][1].events <= _SMALL]
    large = [n for n in told if n not in small]
    if len(told) < 2:
        return sorted(same)
    with connect(reach=[folder for folder, _ in logs]) as database:
        pairs = set(combinations(large, 2)) | _sharing(database, {n: logs[n][0] for n in small}, {n: logs[n][0] for n in large})
        for a, b in sorted(pairs - same):
            (first, last), (other_first, other_last) = told[a], told[b]
            start, end = max(first, other_first), min(last, other_last)
            if start <= end and overlapping(database, logs[a][0], logs[b][0], start, end):
                same.add((a, b))
    return sorted(same)


def _copies(logs: Sequence[Ledger]) -> set[tuple[int, int]]:
    """Pair every log that holds exactly what another holds with the first of these."""
    first: dict[tuple[str, int], int] = {}
    full = [(n, (one.content, one.events)) for n, one in enumerate(logs) if one.table == "logs" and one.events]
    return {(first[held], n) for n, held in full if first.setdefault(held, n) != n}


def _sharing(database: duckdb.DuckDBPyConnection, small: dict[int, Path], large: dict[int, Path]) -> set[tuple[int, int]]:
    """Find the pairs that share any event that is not common, of which one log at least is small."""
    if not small:
        return set()
    rows = union_sql(database, [(str(n), folder) for n, folder in small.items()], EVENTS)
    each = f"SELECT DISTINCT CAST(source AS INTEGER) AS log, {CONTENT} AS content FROM {rows}"
    database.execute(f"CREATE TEMP TABLE few AS FROM ({each}) QUALIFY count(*) OVER (PARTITION BY content) <= {_COMMON}")
    alike = "few a JOIN few b ON a.content = b.content AND a.log < b.log"
    found = database.execute(f"SELECT DISTINCT a.log, b.log FROM {alike}").fetchall()
    for n, folder in large.items():
        known = f"SELECT {CONTENT} FROM {union_sql(database, [('', folder)], EVENTS)}"
        query = f"SELECT DISTINCT log FROM few WHERE content IN ({known})"
        found += [tuple(sorted((n, log))) for (log,) in database.execute(query).fetchall()]
    return {(int(a), int(b)) for a, b in found}


def overlapping(database: duckdb.DuckDBPyConnection, first: Path, second: Path, start: datetime, end: datetime) -> bool:
    """Tell whether two parsed logs hold the same events in the time that both cover.

    Parameters
    ----------
    database : DuckDBPyConnection
        One that reaches both.
    first, second : Path
        Their parts of the cache.
    start, end : datetime
        The time that both cover, both ends included.

    Returns
    -------
    bool
        Whether nine in ten of the fewer events there stand in the other too. Two hosts that
        write alike at the same time share hardly any.
    """
    names = {"a": first, "b": second}
    for name, folder in names.items():
        rows = union_sql(database, [("", folder)], EVENTS, f"timestamp BETWEEN {_moment(start)} AND {_moment(end)}")
        database.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT {CONTENT} AS content, timestamp FROM {rows}")
    glance = f"SELECT DISTINCT content FROM b ORDER BY content LIMIT {_GLANCE}"
    row = database.execute(f"SELECT count(*), count(*) FILTER (content IN (SELECT content FROM a)) FROM ({glance})").fetchone()
    if not row or not row[0] or row[1] < _MOST / 2 * row[0]:
        return False
    counted = " JOIN ".join(f"(SELECT content, count(*) AS n FROM {name} GROUP BY content) {name}" for name in names)
    shared = f"SELECT coalesce(sum(least(a.n, b.n)), 0) FROM {counted} USING (content)"
    query = f"SELECT ({shared}), (SELECT count(*) FROM a), (SELECT count(*) FROM b)"
    found = database.execute(query).fetchone() or (0, 0, 0)
    fewer = min(found[1], found[2])
    return fewer >= _FEWEST and found[0] >= _MOST * fewer


def without(part: Path, others: list[Path], ledger: Ledger, out: Path) -> Ledger:
    """Write a parsed log again without the events that stand in others.

    Parameters
    ----------
    part : Path
        The log; left as it is.
    others : list of Path
        Logs whose events are counted; of events that are alike, as many are left out as they have.
    ledger : Ledger
        Of the log.
    out : Path
        An existing, empty folder.
    """
    with connect(spill=out, reach=[part, *others]) as database:
        known = union_sql(database, [(str(n), folder) for n, folder in enumerate(others)], EVENTS)
        own = union_sql(database, [("", part)], EVENTS)
        database.execute(f"""
            CREATE TEMP TABLE events AS
            WITH counted AS (SELECT content, count(*) AS known FROM (SELECT {CONTENT} AS content FROM {known}) GROUP BY content),
                 numbered AS (SELECT *, {CONTENT} AS content FROM {own}),
                 told AS (SELECT *, row_number() OVER (PARTITION BY content ORDER BY line) AS again FROM numbered)
            SELECT told.* EXCLUDE (content, again, source), line AS nth FROM told LEFT JOIN counted USING (content)
            WHERE known IS NULL OR again > known ORDER BY line
        """)
        database.execute(f"CREATE TEMP VIEW rejected AS FROM {union_sql(database, [('', part)], REJECTED)}")
        with Output(database, out) as output:
            output.add_all("events")
        output.finish(whole=True)
    reduced = replace(ledger, duplicates=ledger.events - output.events, data="")
    (out / LEDGER).write_text(reduced.to_json(), encoding="utf-8")
    shutil.rmtree(out / "spill", ignore_errors=True)
    return reduced


def _moment(at: datetime) -> str:
    return f"TIMESTAMPTZ '{at.isoformat()}'"
