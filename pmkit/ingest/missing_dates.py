"""Completes times that lack the year or the date, or whose dates may have the day or the month first."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import duckdb

from pmkit.formats.notation import Missing
from pmkit.ingest.relations import create_table, create_view, fetch_row

# The lines with the time of the line above, and how often the year or the day has rolled over so far.
_ROLLOVERS: Final = """
    SELECT *, sum(CASE WHEN naive < previous - {back} THEN 1 WHEN naive > previous + {ahead} THEN -1 ELSE 0 END)
              OVER (ORDER BY line ROWS UNBOUNDED PRECEDING) AS rollovers
    FROM (SELECT *, lag(naive IGNORE NULLS) OVER (ORDER BY line) AS previous FROM {lines})
"""
_LAST_ROLLOVER: Final = """
    SELECT max_by(naive, line), max_by(rollovers, line), min(rollovers), max(rollovers) FROM {lines} WHERE naive IS NOT NULL
"""


# Zones in which the month usually stands first. UTC is among them because servers in it often write American dates.
_MONTH_FIRST_ZONES: Final = re.compile(
    r"UTC|US/.*|Asia/Manila|Pacific/(?:Guam|Honolulu)|America/(?:Adak|Anchorage|Boise|Chicago|Denver|Detroit|Indiana/.*|Juneau|"
    r"Kentucky/.*|Los_Angeles|Menominee|New_York|North_Dakota/.*|Phoenix|Puerto_Rico)"
)

# A time with day and month exchanged.
_MONTHS: Final = 12
_SWAPPED: Final = f"""CASE WHEN day(naive) <= {_MONTHS}
    THEN make_timestamp(year(naive), day(naive), month(naive), 0, 0, 0.0) + (naive - date_trunc('day', naive)) END"""


@dataclass(frozen=True)
class _MissingUnit:
    """What is missing from a time, and how the order of the lines shows it.

    Attributes
    ----------
    back, ahead : str
        SQL intervals: a larger step back is a rollover of the year or day; a larger step ahead undoes one.
    interval : str
        The SQL function that turns a number into an interval of this unit.
    most : int
        With more rollovers than this, the lines are in no order.
    tolerance : timedelta
        The last time may be this much later than the file's last change.
    half : timedelta
        The last time may be this much later than the end of other exports.
    count : callable
        Returns how many units to add to a time to get the latest possible time up to a limit.
    """

    back: str
    ahead: str
    interval: str
    most: int
    tolerance: timedelta
    half: timedelta
    count: Callable[[datetime, datetime], int]


# The notes on dates whose order of day and month is unknown; the second one where there is no other way to read them.
_UNKNOWN_ORDER: Final = "its dates do not show whether the day or the month stands first"
MONTH_FIRST: Final = f"{_UNKNOWN_ORDER}; read with the month first, which is a guess"


def _years(last: datetime, limit: datetime) -> int:
    return next(year for year in range(limit.year, limit.year - 9, -1) if _in_year(last, year) <= limit) - last.year


def _days(last: datetime, limit: datetime) -> int:
    return (limit - last).days


def _in_year(at: datetime, year: int) -> datetime:
    try:
        return at.replace(year=year)
    except ValueError:
        return at.replace(year=year, day=28)


_MISSING_UNITS: Final = {
    "year": _MissingUnit(
        "INTERVAL 180 DAYS", "INTERVAL 330 DAYS", "to_years", 20, timedelta(days=1), timedelta(days=182), _years
    ),
    "date": _MissingUnit(
        "INTERVAL 12 HOURS", "INTERVAL 23 HOURS", "to_days", 400, timedelta(minutes=10), timedelta(hours=12), _days
    ),
}


def complete_dates(
    database: duckdb.DuckDBPyConnection,
    lines: str,
    missing: Missing,
    modified: datetime,
    beside: datetime | None,
    *,
    opened: date | None = None,
) -> tuple[str, str]:
    """Return the lines with the year or date of each time or with day and month in their order, and a note on it.

    Parameters
    ----------
    lines : str
        A relation with `line` and `naive`.
    missing : str
        What the times lack.
    modified : datetime
        When the export was last modified, in the zone of the times.
    beside : datetime or None
        The end of other exports of the incident, in the zone of the times, if the file's last change contradicts them.
    opened : date, optional
        The date of the first line, if a line above it says it.
    """
    if missing == "order":
        return _order_days(database, lines, modified, beside)
    unit = _MISSING_UNITS[missing]
    counted = create_table(database, "rollovers", _ROLLOVERS.format(back=unit.back, ahead=unit.ahead, lines=lines))
    last, rollovers, least, most = fetch_row(database, _LAST_ROLLOVER.format(lines=counted))
    limit = (modified + unit.tolerance if beside is None else beside + unit.half).replace(tzinfo=None)
    why = _reason(missing, modified, beside)
    in_order = last is not None and most - least <= unit.most
    if in_order and opened is not None:
        dated = f"naive + to_days(CAST(rollovers AS INTEGER) + {(opened - date(2000, 1, 1)).days})"
        note = f"its times carry no date; it follows from the date in a line above them, {opened}, and the order of the lines"
    elif in_order:
        base = unit.count(last, limit) - int(rollovers)
        dated = f"naive + {unit.interval}(CAST(rollovers AS INTEGER) + {base})"
        note = f"its times carry no {missing}; it follows from {why}, and the order of the lines"
    else:
        base = unit.count(datetime(2000, 1, 1), limit)  # noqa: DTZ001 - wall-clock times
        latest = f"naive + {unit.interval}({base})"
        dated = f"CASE WHEN {latest} <= TIMESTAMP '{limit}' THEN {latest} ELSE naive + {unit.interval}({base - 1}) END"
        note = f"its times carry no {missing} and are in no order; each is the latest that is not after {why}"
    return create_view(
        database, "complete", f"SELECT * EXCLUDE (previous, rollovers) REPLACE ({dated} AS naive) FROM {counted}"
    ), note


def _reason(missing: str, modified: datetime, beside: datetime | None) -> str:
    """Return a description of what the year or date is inferred from."""
    form = "%Y-%m-%d" if missing == "date" else "%Y"
    if beside is None:
        return f"the file's last change, {modified:{form}}"
    when = f"{'on' if missing == 'date' else 'in'} {modified:{form}}"
    return f"the other exports of the incident, {beside:{form}} (the file was last changed {when})"


def _order_days(database: duckdb.DuckDBPyConnection, lines: str, modified: datetime, beside: datetime | None) -> tuple[str, str]:
    """Return the lines, whose dates were read with the month first, with the order that fits best, and a note on it."""
    query = f"SELECT max(naive), max({_SWAPPED}), max(day(naive)) FROM {lines}"
    latest, latest_swapped, largest = fetch_row(database, query)
    zone, limit = getattr(modified.tzinfo, "key", "UTC"), (modified + timedelta(days=1)).replace(tzinfo=None)
    if largest is None or largest > _MONTHS:
        return lines, "only a few lines show that the month stands first"
    if beside is not None:
        end = beside.replace(tzinfo=None)
        day_first, why = abs(latest_swapped - end) < abs(latest - end), "as the other exports of the incident show"
    elif (latest > limit) != (latest_swapped > limit):
        day_first, why = latest > limit, f"because the file was last changed on {modified:%Y-%m-%d}"
    else:
        day_first = _MONTH_FIRST_ZONES.fullmatch(zone) is None
        why = "which is a guess" if zone == "UTC" else f"as is usual in {zone}"
    order = f"read with the {'day' if day_first else 'month'} first, {why}"
    ordered = create_view(database, "ordered", f"SELECT * REPLACE ({_SWAPPED} AS naive) FROM {lines}") if day_first else lines
    return ordered, f"{_UNKNOWN_ORDER}; {order}"
