"""Finds when the clocks of a time zone change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_STEP: Final = timedelta(days=1)


@dataclass(frozen=True)
class ClockChange:
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

    @property
    def repeats(self) -> bool:
        """Whether the clocks go back and repeat an hour; otherwise they go forward and skip one."""
        return self.after < self.before


def clock_changes(zone: ZoneInfo, first: datetime, last: datetime) -> list[ClockChange]:
    """Return the changes of a zone's offset between two moments.

    Examples
    --------
    >>> from datetime import UTC
    >>> summer = clock_changes(ZoneInfo("Europe/Berlin"), datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    >>> [change.at.isoformat() for change in summer]
    ['2026-03-29T01:00:00+00:00']
    """
    changes = []
    at = first
    while at < last:
        following = min(at + _STEP, last)
        before, after = offset_at(zone, at), offset_at(zone, following)
        if before != after:
            changes.append(ClockChange(_second_of_change(zone, at, following), before, after))
        at = following
    return changes


def offset_at(zone: ZoneInfo, at: datetime) -> timedelta:
    """Return a zone's offset from UTC at a moment."""
    return at.astimezone(zone).utcoffset() or timedelta()


def _second_of_change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """Return the second of the one change between two moments, by bisection."""
    before = offset_at(zone, low)
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        low, high = (middle, high) if offset_at(zone, middle) == before else (low, middle)
    return high
