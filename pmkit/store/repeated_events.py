"""Finds events that a parsed log contains several times, because its lines or the pages of its export were written repeatedly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pmkit.store.database import connect
from pmkit.store.duplicates import write_remaining
from pmkit.store.ledger import Ledger
from pmkit.store.part import EVENT, EVENTS, Extent
from pmkit.store.union import union_sql

# A log with fewer events is not examined.
FEWEST_EVENTS: Final = 40

# Of a large log, only the first lines are examined.
_MOST_LINES: Final = 1_000_000

# All events of a log are repeated if at least this share of them are.
_REPEATED_SHARE: Final = 0.95

# A page that was exported twice has at least this many events.
_FEWEST_IN_PAGE: Final = 20

_CONTENT: Final = f"hash({', '.join(name for name in EVENT if name != 'line')})"

# Whether fractions of seconds or request IDs distinguish most of some events, each of which is there several times.
_CERTAIN: Final = (
    "(2 * count(*) FILTER (epoch_us(timestamp) % 1000000 <> 0) > count(*) OR 2 * count(DISTINCT trace_id) * {times} > count(*))"
)

# Each event with whether it repeats an earlier one, of events that are distinguished. Either the log contains nearly every event
# equally often. Or many events in a row are those of an earlier part of the log, in the same order, although time advances among
# them: in a log that was written once, it does not go back to repeat a page.
_MARKED: Final = f"""
    CREATE OR REPLACE TEMP TABLE marked AS
    WITH placed AS (
        SELECT *, row_number() OVER (PARTITION BY source ORDER BY line) AS place,
               count(*) OVER (PARTITION BY source, content) AS copies,
               row_number() OVER (PARTITION BY source, content ORDER BY line) AS copy
        FROM (SELECT {{columns}}, {_CONTENT} AS content FROM {{events}})
    ),
    usual AS (SELECT source, mode(copies) AS times FROM placed GROUP BY source),
    whole AS (
        SELECT source, any_value(times) AS times,
               {_CERTAIN.format(times="any_value(times)")} AS certain
        FROM placed JOIN usual USING (source) WHERE times > 1 GROUP BY source
        HAVING count(*) FILTER (copies % times = 0) >= {_REPEATED_SHARE} * count(*)
               AND count(DISTINCT content) >= {_FEWEST_IN_PAGE}
               AND (certain OR count(DISTINCT content) >= 1.5 * count(DISTINCT timestamp)
                               AND count(DISTINCT timestamp) >= {_FEWEST_IN_PAGE})
    ),
    distant AS (
        SELECT source, place, content, timestamp, trace_id,
               place - lag(place) OVER (PARTITION BY source, content ORDER BY place) AS distance
        FROM placed
    ),
    runs AS (
        SELECT *, place - row_number() OVER (PARTITION BY source, distance ORDER BY place) AS run
        FROM distant WHERE distance IS NOT NULL
    ),
    pages AS (
        SELECT source, distance, run FROM runs GROUP BY ALL
        HAVING count(*) BETWEEN {_FEWEST_IN_PAGE} AND distance AND count(DISTINCT timestamp) > 1
               AND count(DISTINCT content) >= {_FEWEST_IN_PAGE} / 2 AND {_CERTAIN.format(times=1)}
    ),
    repeated AS (SELECT source, place FROM runs SEMI JOIN pages USING (source, distance, run))
    SELECT placed.*, coalesce(times, 0) AS times,
           coalesce(certain AND copy > copies // times, repeated.place IS NOT NULL) AS is_repeated
    FROM placed LEFT JOIN whole USING (source) LEFT JOIN repeated USING (source, place)
"""

_COUNTED: Final = """
    SELECT source, count(*) FILTER (is_repeated), max(times) FROM marked
    GROUP BY source HAVING bool_or(is_repeated) OR max(times) > 0 ORDER BY source
"""

_REMAINING: Final = """
    CREATE TEMP TABLE remaining AS
    SELECT * EXCLUDE (source, place, copies, copy, content, is_repeated, times), line AS nth FROM marked
    WHERE NOT is_repeated ORDER BY line
"""


@dataclass(frozen=True)
class Repetition:
    """How the events of one log are repeated.

    Attributes
    ----------
    events : int
        How many events certainly repeat earlier ones, of those that were examined.
    times : int
        How often the log contains each event; 0 if only parts of it are repeated.
    """

    events: int
    times: int


def find_repeated_events(logs: Mapping[str, Extent]) -> dict[str, Repetition]:
    """Return how the events of logs are repeated, by the name of the log; logs without repeated events are left out.

    Parameters
    ----------
    logs : mapping of str to Extent
        Where the events of each log are.
    """
    if not logs:
        return {}
    with connect(reach=[extent.folder for extent in logs.values()]) as database:
        events = union_sql(database, list(logs.items()), EVENTS, f"line <= {_MOST_LINES}")
        database.execute(_MARKED.format(columns="source, line, timestamp, trace_id", events=events))
        rows = database.execute(_COUNTED).fetchall()
    return {str(source): Repetition(int(number), int(times)) for source, number, times in rows}


def write_without_repeated_events(log: Extent, ledger: Ledger, out: Path) -> Ledger:
    """Write a copy of a parsed log without the events that repeat earlier ones, and return its ledger.

    Parameters
    ----------
    log : Extent
        The log; not changed.
    ledger : Ledger
        Its ledger.
    out : Path
        An existing, empty folder.
    """
    with connect(spill=out, reach=[log.folder]) as database:
        database.execute(_MARKED.format(columns="*", events=union_sql(database, [("", log)], EVENTS)))
        database.execute(_REMAINING)
        return write_remaining(database, log, ledger, out)
