"""Turns wall-clock times into moments; handles missing years and dates, and hours that the clocks skip or repeat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import duckdb

from pmkit.core import sql
from pmkit.formats.time_zones import meaning_of
from pmkit.ingest.clock_changes import ClockChange, clock_changes, offset_at
from pmkit.ingest.epochs import doubtful_epochs
from pmkit.ingest.layer import Layer
from pmkit.ingest.missing_dates import MONTH_FIRST, complete_dates
from pmkit.ingest.opening_dates import opening_date
from pmkit.ingest.relations import create_table, create_view, fetch_row
from pmkit.ingest.request import Request
from pmkit.ingest.zone_doubts import doubtful_abbreviation

# Within a repeated hour, a step back by more than this starts the second pass.
_STEP_BACK: Final = "INTERVAL 30 MINUTES"

# Times outside this range are implausible: they mean "never", or that a clock was not set.
_FIRST: Final = "1970-01-02 00:00:00+00"
_LAST: Final = "2200-01-01 00:00:00+00"
UNREADABLE: Final = "the time cannot be read, or is not between 1970 and 2199"

# Clock changes are searched from this long before the first time until this long after the last one.
_MARGIN: Final = timedelta(days=2)

# Whether any line has no time of its wrapper, so that its own one counts.
_ANY_UNDATED: Final = "SELECT count(*) FROM (FROM {lines} WHERE timestamp IS NULL AND naive IS NOT NULL LIMIT 1)"

# The lines, marked if they are in the second pass of an hour that the clocks repeat.
_PASSES: Final = """
    SELECT *, {in_second_pass} AS in_second_pass
    FROM (SELECT *, lag(naive IGNORE NULLS) OVER (ORDER BY line) AS previous FROM {lines})
"""
_REPEATS_HOUR: Final = """
    ({inside} AND sum(CASE WHEN {inside} AND naive < previous - {back} THEN 1 ELSE 0 END)
                  OVER (ORDER BY line ROWS UNBOUNDED PRECEDING) > 0)
"""


def resolve_times(
    database: duckdb.DuckDBPyConnection, lines: str, layer: Layer, request: Request, modified: datetime
) -> tuple[str, list[str]]:
    """Return the relation of the lines with every time as a moment, and notes on what had to be assumed.

    Missing years and dates are counted back from the end of the file, which is no later than
    `modified`, see `complete_dates`. In an hour that the clocks repeat, the order of the lines distinguishes the first
    pass from the second; an hour that they skip is read as if they had not gone forward.

    Parameters
    ----------
    lines : str
        A relation with `line`, `naive` and `timestamp`.
    layer : Layer
        The format of the lines.
    modified : datetime
        When the export was last modified, with a time zone.
    """
    notation = layer.notation
    notes = [meaning_of(abbreviation, request.timezone) for abbreviation in layer.ambiguous_zones]
    if notation is None or notation.zoned:
        if notation is not None and notation.missing:
            notes.append(MONTH_FIRST)
        if notation is not None and notation.partly_zoned:
            notes.append(f"some of its times have no time zone; read as {request.timezone}")
        dated = _with_moments(database, lines, f"timestamp{clock_offset_sql(request)}")
        notes += doubtful_abbreviation(database, dated, layer, request)
        return dated, [*notes, *doubtful_epochs(database, dated, layer, modified)]
    timezone = "UTC" if layer.in_utc or notation.in_utc else request.timezone
    dated, zone = lines, ZoneInfo(timezone)
    if notation.missing and fetch_row(database, _ANY_UNDATED.format(lines=lines)) == (0,):
        return _with_moments(database, lines, f"timestamp{clock_offset_sql(request)}"), notes
    if notation.missing:
        beside = request.end_beside
        opened = opening_date(layer, modified.astimezone(zone)) if notation.missing == "date" else None
        dated, note = complete_dates(
            database, lines, notation.missing, modified.astimezone(zone), beside and beside.astimezone(zone), opened=opened
        )
        notes.append(note)
    span = f"SELECT min(naive), max(naive) FROM {dated} WHERE naive BETWEEN '{_FIRST}' AND '{_LAST}'"
    low, high = fetch_row(database, span)
    if low is None:
        moment = f"naive AT TIME ZONE {sql.quoted(timezone)}"
    else:
        begin = low.replace(tzinfo=UTC) - _MARGIN
        changes = clock_changes(zone, begin, high.replace(tzinfo=UTC) + _MARGIN)
        dated, more_notes = _mark_second_passes(database, dated, changes, timezone)
        notes += more_notes
        moment = _moment_sql(changes, offset_at(zone, begin))
    return _with_moments(database, dated, f"coalesce(timestamp, {moment}){clock_offset_sql(request)}"), notes


def _with_moments(database: duckdb.DuckDBPyConnection, lines: str, moment: str) -> str:
    query = (
        f"SELECT * REPLACE ({believable('timestamp')} AS timestamp) FROM (SELECT * REPLACE ({moment} AS timestamp) FROM {lines})"
    )
    return create_view(database, "dated", query)


def clock_offset_sql(request: Request) -> str:
    """Return the SQL to append to a moment to correct a wrong clock."""
    return f" + to_microseconds({round(request.clock_offset_s * 1e6)})" if request.clock_offset_s else ""


def believable(moment: str) -> str:
    """Return the SQL of a moment that is null unless it is plausible, from 1970 to 2199."""
    return f"CASE WHEN {moment} >= TIMESTAMPTZ '{_FIRST}' AND {moment} < TIMESTAMPTZ '{_LAST}' THEN {moment} END"


def _seconds_sql(offset: timedelta) -> str:
    return f"to_seconds({int(offset.total_seconds())})"


def _moment_sql(changes: Sequence[ClockChange], first: timedelta) -> str:
    """Return the SQL of the moment of `naive`; `in_second_pass` is true in the second pass of a repeated hour."""
    cases = []
    offset = first
    for change in changes:
        at = change.at.replace(tzinfo=None)
        until = f"TIMESTAMP '{at + max(change.before, change.after)}'"
        is_before = f"naive < {until}"
        if change.repeats:
            is_before = f"(naive < {until} AND NOT (naive >= TIMESTAMP '{at + change.after}' AND in_second_pass))"
        cases.append(f"WHEN {is_before} THEN naive - {_seconds_sql(offset)}")
        offset = change.after
    last = f"naive - {_seconds_sql(offset)}"
    moment = f"(CASE {' '.join(cases)} ELSE {last} END)" if cases else f"({last})"
    return f"make_timestamptz(epoch_us({moment}))"


def _mark_second_passes(
    database: duckdb.DuckDBPyConnection, lines: str, changes: Sequence[ClockChange], zone: str
) -> tuple[str, list[str]]:
    """Return the lines with `in_second_pass`, and notes on times in hours that the clocks skip or repeat."""
    notes, marks = [], []
    for change in changes:
        at = change.at.replace(tzinfo=None)
        begin, end = sorted((at + change.before, at + change.after))
        inside = f"naive >= TIMESTAMP '{begin}' AND naive < TIMESTAMP '{end}'"
        (count,) = fetch_row(database, f"SELECT count(*) FROM {lines} WHERE {inside}")
        if not count:
            continue
        times = "1 time lies" if count == 1 else f"{count} times lie"
        if change.repeats:
            marks.append(_REPEATS_HOUR.format(inside=inside, back=_STEP_BACK))
            notes.append(f"{times} in the hour that the clocks of {zone} repeat; the order of the lines shows which")
        else:
            notes.append(f"{times} in the hour that the clocks of {zone} skip; is the zone right?")
    if not marks:
        return f"(SELECT *, false AS in_second_pass FROM {lines})" if changes else lines, notes
    return create_table(database, "passes", _PASSES.format(in_second_pass=" OR ".join(marks), lines=lines)), notes
