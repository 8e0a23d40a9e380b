"""Finds times whose zone, as they are written, is not the one in use on their day, such as EST in July."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import duckdb

from pmkit.formats.time_zones import abbreviations
from pmkit.ingest.clock_changes import offset_at
from pmkit.ingest.layer import Layer
from pmkit.ingest.request import Request

# One moment of each week in which something happened, microseconds since 1970; the changes of a zone are farther apart.
_MOMENTS: Final = (
    "SELECT epoch_us(min(timestamp)) FROM {lines} WHERE timestamp IS NOT NULL GROUP BY time_bucket(INTERVAL 7 DAYS, timestamp)"
)

# A zone has each of its offsets within this time.
_HALF_A_YEAR: Final = timedelta(days=182)


def doubtful_abbreviation(database: duckdb.DuckDBPyConnection, lines: str, layer: Layer, request: Request) -> list[str]:
    """Return a note if all times have the same abbreviation of a zone although the clocks of the export's zone had changed.

    They are read as they are written, because the clock that wrote them may not change.

    Parameters
    ----------
    lines : str
        A relation with `timestamp`.
    """
    names = abbreviations(layer.time_texts)
    if len(names) != 1:
        return []
    (name,), zone = names, ZoneInfo(request.timezone)
    for (moment,) in database.execute(_MOMENTS.format(lines=lines)).fetchall():
        at = datetime.fromtimestamp(moment / 1e6, zone)
        if at.tzname() != name and _name_in_half_a_year(at, zone) == name:
            return [
                f"its times say {name}, but {request.timezone} has {at.tzname()} on {at:%Y-%m-%d}; read as they are written, "
                f"which may be {_difference(at, zone)}"
            ]
    return []


def _name_in_half_a_year(at: datetime, zone: ZoneInfo) -> str | None:
    return (at + _HALF_A_YEAR).astimezone(zone).tzname()


def _difference(at: datetime, zone: ZoneInfo) -> str:
    """Return how wrong a time is if its clock had changed although its abbreviation had not."""
    minutes = round((offset_at(zone, at) - offset_at(zone, at + _HALF_A_YEAR)).total_seconds() / 60)
    return f"{'an hour' if abs(minutes) == 60 else f'{abs(minutes)} minutes'} too {'late' if minutes > 0 else 'early'}"
