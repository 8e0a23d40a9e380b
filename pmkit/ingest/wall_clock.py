"""Turns wall-clock times into moments: missing years, and hours that the clocks skip or repeat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import duckdb

from pmkit.core import sql
from pmkit.formats.timestamps import Notation
from pmkit.ingest.columns import Layer
from pmkit.ingest.request import Request

_BACK: Final = "INTERVAL 30 MINUTES"
_STEP: Final = timedelta(days=1)
_FIRST: Final = "1970-01-02 00:00:00+00"
_LAST: Final = "2200-01-01 00:00:00+00"
"""Times before and after are not believed: they stand for "never", or for a clock that was not set."""
UNREADABLE: Final = "the time cannot be read, or is not of the years 1970 to 2199"


@dataclass(frozen=True)
class Change:
    """One change of a zone's offset.

    Attributes
    ----------
    at : datetime
        The moment, UTC.
    before, after : timedelta
        The offsets from UTC.
    """

    at: datetime
    before: timedelta
    after: timedelta


@dataclass(frozen=True)
class _Unit:
    """What is missing from a time, and how the order of the lines tells it.

    Attributes
    ----------
    back, ahead : str
        SQL intervals: a step back by more is a turn of the year or day; a step ahead by more takes one back.
    interval : str
        The SQL function that makes an interval of a number of them.
    most : int
        More turns than this are disorder.
    tolerance : timedelta
        The last time may be this long after the file's last change.
    of : callable
        How many to add to a time of 1 January 2000 so that it is the latest up to a limit.
    """

    back: str
    ahead: str
    interval: str
    most: int
    tolerance: timedelta
    of: Callable[[datetime, datetime], int]


def _years(last: datetime, limit: datetime) -> int:
    return next(year for year in range(limit.year, limit.year - 9, -1) if _in_year(last, year) <= limit) - last.year


def _days(last: datetime, limit: datetime) -> int:
    return (limit - last).days


def _in_year(at: datetime, year: int) -> datetime:
    try:
        return at.replace(year=year)
    except ValueError:
        return at.replace(year=year, day=28)


_UNITS: Final = {
    "year": _Unit("INTERVAL 180 DAYS", "INTERVAL 330 DAYS", "to_years", 20, timedelta(days=1), _years),
    "date": _Unit("INTERVAL 12 HOURS", "INTERVAL 23 HOURS", "to_days", 400, timedelta(minutes=10), _days),
}


def changes_of(zone: ZoneInfo, first: datetime, last: datetime) -> list[Change]:
    """List the changes of a zone's offset between two moments.

    Examples
    --------
    >>> summer = changes_of(ZoneInfo("Europe/Berlin"), datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    >>> [change.at.isoformat() for change in summer]
    ['2026-03-29T01:00:00+00:00']
    """
    found = []
    at = first
    while at < last:
        following = min(at + _STEP, last)
        before, after = _offset(zone, at), _offset(zone, following)
        if before != after:
            found.append(Change(_between(zone, at, following), before, after))
        at = following
    return found


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _between(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """Find the second of a change by halving."""
    before = _offset(zone, low)
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return high


def settle(database: duckdb.DuckDBPyConnection, table: str, layer: Layer, request: Request, modified: datetime) -> list[str]:
    """Make `settled_<table>`, the table with every time as a moment.

    Missing years and dates are counted back from the end of the file, which is no later than
    `modified`. In an hour that the clocks repeat, the order of the lines tells the first
    passage from the second; an hour that they skip is read as if they had not been put forward.

    Parameters
    ----------
    table : str
        A table with `line`, `naive` and `timestamp`.
    layer : Layer
        What it was cut by.
    modified : datetime
        When the export was last modified, with a time zone.

    Returns
    -------
    list of str
        What had to be assumed.
    """
    notation, timezone = layer.notation, "UTC" if layer.entry.utc else request.timezone
    if notation is None or notation.zoned:
        _view(database, table, f"timestamp{moved(request)}", table)
        return []
    notes, source = [], table
    if notation.missing:
        source, note = _dated(database, table, notation, modified.astimezone(ZoneInfo(timezone)))
        notes.append(note)
    zone = ZoneInfo(timezone)
    low, high = _two(database, f"SELECT min(naive), max(naive) FROM {source} WHERE naive BETWEEN '{_FIRST}' AND '{_LAST}'")
    if low is None:
        utc = f"naive AT TIME ZONE {sql.quoted(timezone)}"
    else:
        day = timedelta(days=2)
        changes = changes_of(zone, low.replace(tzinfo=UTC) - day, high.replace(tzinfo=UTC) + day)
        source, more = _passages(database, source, table, changes, timezone)
        notes += more
        utc = _moments(changes, _offset(zone, low.replace(tzinfo=UTC) - day))
    _view(database, table, f"coalesce(timestamp, {utc}){moved(request)}", source)
    return notes


def _view(database: duckdb.DuckDBPyConnection, table: str, moment: str, source: str) -> None:
    database.execute(
        f"CREATE OR REPLACE TEMP VIEW settled_{table} AS SELECT * REPLACE ({believable('timestamp')} AS timestamp) "
        f"FROM (SELECT * REPLACE ({moment} AS timestamp) FROM {source})"
    )


def moved(request: Request) -> str:
    """Write the SQL that is put behind a moment to set a clock right that went wrong."""
    return f" + to_microseconds({round(request.clock_offset_s * 1e6)})" if request.clock_offset_s else ""


def believable(moment: str) -> str:
    """Write the SQL that keeps a moment of the years 1970 to 2199, and makes any other null."""
    return f"CASE WHEN {moment} >= TIMESTAMPTZ '{_FIRST}' AND {moment} < TIMESTAMPTZ '{_LAST}' THEN {moment} END"


def _seconds(offset: timedelta) -> str:
    return f"to_seconds({int(offset.total_seconds())})"


def _moments(changes: list[Change], first: timedelta) -> str:
    """Write the SQL of the moment of `naive`; `passage` is true in the second passage of a repeated hour."""
    cases = []
    offset = first
    for change in changes:
        wall = change.at.replace(tzinfo=None) + max(change.before, change.after)
        until = f"TIMESTAMP '{wall}'"
        ahead = f"naive < {until}"
        if change.after < change.before:
            again = change.at.replace(tzinfo=None) + change.after
            ahead = f"(naive < {until} AND NOT (naive >= TIMESTAMP '{again}' AND passage))"
        cases.append(f"WHEN {ahead} THEN naive - {_seconds(offset)}")
        offset = change.after
    last = f"naive - {_seconds(offset)}"
    moment = f"(CASE {' '.join(cases)} ELSE {last} END)" if cases else f"({last})"
    return f"make_timestamptz(epoch_us({moment}))"


def _passages(
    database: duckdb.DuckDBPyConnection, source: str, table: str, changes: list[Change], zone: str
) -> tuple[str, list[str]]:
    """Mark in `passage` the lines of the second passage of a repeated hour."""
    notes, marks = [], []
    for change in changes:
        wall = change.at.replace(tzinfo=None)
        begin, end = sorted((wall + change.before, wall + change.after))
        inside = f"naive >= TIMESTAMP '{begin}' AND naive < TIMESTAMP '{end}'"
        row = database.execute(f"SELECT count(*) FROM {source} WHERE {inside}").fetchone()
        count = row[0] if row else 0
        if not count:
            continue
        said = "1 time lies" if count == 1 else f"{count} times lie"
        if change.after < change.before:
            marks.append(
                f"({inside} AND sum(CASE WHEN {inside} AND naive < before - {_BACK} THEN 1 ELSE 0 END) "
                "OVER (ORDER BY line ROWS UNBOUNDED PRECEDING) > 0)"
            )
            notes.append(f"{said} in the hour that the clocks of {zone} repeat; the order of the lines tells which")
        else:
            notes.append(f"{said} in the hour that the clocks of {zone} skip; is the zone right?")
    if not marks:
        return f"(SELECT *, false AS passage FROM {source})" if changes else source, notes
    inner = source if source == table else f"(SELECT * EXCLUDE (before, turn) FROM {source})"
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE passages_{table} AS SELECT *, {' OR '.join(marks)} AS passage "
        f"FROM (SELECT *, lag(naive IGNORE NULLS) OVER (ORDER BY line) AS before FROM {inner})"
    )
    return f"passages_{table}", notes


def _dated(database: duckdb.DuckDBPyConnection, table: str, notation: Notation, modified: datetime) -> tuple[str, str]:
    """Give the times their year or date, counted back from the last line."""
    unit = _UNITS[notation.missing]
    step = f"CASE WHEN naive < before - {unit.back} THEN 1 WHEN naive > before + {unit.ahead} THEN -1 ELSE 0 END"
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE turns_{table} AS "
        f"SELECT *, sum({step}) OVER (ORDER BY line ROWS UNBOUNDED PRECEDING) AS turn FROM "
        f"(SELECT *, lag(naive IGNORE NULLS) OVER (ORDER BY line) AS before FROM {table})"
    )
    last, turn = _two(database, f"SELECT max_by(naive, line), max_by(turn, line) FROM turns_{table} WHERE naive IS NOT NULL")
    least, most = _two(database, f"SELECT min(turn), max(turn) FROM turns_{table} WHERE naive IS NOT NULL")
    limit = (modified + unit.tolerance).replace(tzinfo=None)
    said = f"{modified:%Y-%m-%d}" if notation.missing == "date" else f"{modified:%Y}"
    what = notation.missing
    if last is not None and most - least <= unit.most:
        base = unit.of(last, limit) - int(turn)
        dated = f"naive + {unit.interval}(CAST(turn AS INTEGER) + {base})"
        note = f"its times carry no {what}; it follows from the file's last change, {said}, and the order of the lines"
    else:
        base = unit.of(datetime(2000, 1, 1), limit)  # noqa: DTZ001 - wall-clock times
        latest = f"naive + {unit.interval}({base})"
        dated = f"CASE WHEN {latest} <= TIMESTAMP '{limit}' THEN {latest} ELSE naive + {unit.interval}({base - 1}) END"
        note = (
            f"its times carry no {what} and are in no order; each is the latest that is not after the file's last change, {said}"
        )
    database.execute(f"CREATE OR REPLACE TEMP VIEW dated_{table} AS SELECT * REPLACE ({dated} AS naive) FROM turns_{table}")
    return f"dated_{table}", note


def _two(database: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, Any]:
    row = database.execute(query).fetchone()
    return (row[0], row[1]) if row else (None, None)
