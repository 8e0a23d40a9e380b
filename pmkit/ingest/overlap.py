"""Finds events that stand in two parsed logs, by their content."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb

from pmkit.ingest.engine import connect
from pmkit.ingest.files import LEDGER, REJECTED, events_of, table_of
from pmkit.ingest.ledger import Ledger
from pmkit.ingest.output import CONTENT, Output
from pmkit.sources import sql

_GLANCE: Final = 50
_MOST: Final = 0.9
_FEWEST: Final = 20


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
        database.execute(
            f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT {CONTENT} AS content, timestamp FROM {events_of(folder)} "
            f"WHERE timestamp BETWEEN {_moment(start)} AND {_moment(end)}"
        )
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
    united = " UNION ALL ".join(f"SELECT {CONTENT} AS content FROM {events_of(folder)}" for folder in others)
    with connect(spill=out, reach=[part, *others]) as database:
        database.execute(sql.MACROS)
        database.execute(f"""
            CREATE TEMP TABLE events AS
            WITH counted AS (SELECT content, count(*) AS known FROM ({united}) GROUP BY content),
                 numbered AS (SELECT *, {CONTENT} AS content FROM {events_of(part)}),
                 told AS (SELECT *, row_number() OVER (PARTITION BY content ORDER BY line) AS again FROM numbered)
            SELECT told.* EXCLUDE (content, again), line AS nth FROM told LEFT JOIN counted USING (content)
            WHERE known IS NULL OR again > known ORDER BY line
        """)
        database.execute(f"CREATE TEMP VIEW rejected AS FROM {table_of(part, REJECTED)}")
        with Output(database, out) as output:
            output.add_all("events")
        output.finish(whole=True)
    reduced = replace(ledger, duplicates=ledger.events - output.events, data="")
    (out / LEDGER).write_text(reduced.to_json(), encoding="utf-8")
    shutil.rmtree(out / "spill", ignore_errors=True)
    return reduced


def _moment(at: datetime) -> str:
    return f"TIMESTAMPTZ '{at.isoformat()}'"
