"""How times are shown: with their day, their year and their offset wherever these are not obvious."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from pmkit.core.wording import day, utc_offset


class Precise(Protocol):
    """A time with the precision in which a person wrote it."""

    @property
    def precision(self) -> str:
        """The smallest unit that was written."""

    @property
    def about(self) -> bool:
        """Whether it was written as approximate."""


@dataclass(frozen=True)
class Clock:
    """Shows times of one incident.

    Attributes
    ----------
    zone : ZoneInfo
        The zone in which times are shown.
    reference : datetime
        The time whose day and offset readers take for granted: the onset.
    several_days, several_years : bool
        Whether the incident covers several days or years, so that every time carries its day or its year.
    written : mapping of datetime to Precise
        Times that people wrote, in UTC, with their precision.

    Examples
    --------
    >>> onset = datetime.fromisoformat("2026-10-24T20:00:00+00:00")
    >>> clock = Clock(ZoneInfo("Europe/Berlin"), onset)
    >>> clock(onset), clock(datetime.fromisoformat("2026-10-25T00:30:00+00:00"))
    ('22:00:00', '25 Oct 02:30:00 UTC+02:00')
    """

    zone: ZoneInfo
    reference: datetime
    several_days: bool = False
    several_years: bool = False
    written: Mapping[datetime, Precise] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        zone: ZoneInfo,
        reference: datetime,
        *,
        windows: Iterable[datetime],
        others: Iterable[datetime],
        written: Mapping[datetime, Precise],
    ) -> Clock:
        """Return the clock for an incident whose impact begins and ends at some times, and which names others."""
        ends = [at.astimezone(zone) for at in windows]
        years = {at.astimezone(zone).year for at in (*ends, *others, reference)}
        return cls(zone, reference, len({at.date() for at in ends}) > 1, len(years) > 1, written)

    def __call__(self, at: datetime, *, day: bool = False) -> str:
        """Return a time of day, with the day in front of it if that is not obvious or `day` is set."""
        local, precision, about = at.astimezone(self.zone), *self._precision(at)
        if precision in ("month", "year"):
            return f"{about}{local:{'%b %Y' if precision == 'month' else '%Y'}}"
        date = f"{local.day} {local:%b}{f' {local.year}' if self.several_years else ''}"
        if precision == "day":
            return f"{about}{date}"
        has_day = day or self.several_days or local.date() != self.reference.astimezone(self.zone).date()
        return f"{about}{f'{date} ' if has_day else ''}{self.time_of_day(at)}"

    def time_of_day(self, at: datetime) -> str:
        """Return a time without its day."""
        return f"{at.astimezone(self.zone):{self._pattern(at)}}{self._offset(at)}"

    def in_utc(self, at: datetime) -> str:
        """Return a time of day in UTC, as precise as the time is."""
        return f"{at.astimezone(UTC):{self._pattern(at)}}"

    def dated(self, at: datetime) -> str:
        """Return a time with its day and year, for a place where nothing else names them.

        Examples
        --------
        >>> onset = datetime.fromisoformat("2026-01-17T03:00:00+00:00")
        >>> Clock(ZoneInfo("UTC"), onset).dated(onset)
        '17 Jan 2026 03:00:00'
        """
        return replace(self, several_years=True)(at, day=True)

    def full(self, at: datetime) -> str:
        """Return a time with its day in words, for running text.

        Examples
        --------
        >>> onset = datetime.fromisoformat("2026-01-17T03:00:00+00:00")
        >>> Clock(ZoneInfo("UTC"), onset).full(onset)
        '03:00:00 on 17 January 2026'
        """
        local, precision, about = at.astimezone(self.zone), *self._precision(at)
        if precision in ("month", "year"):
            return f"{about}{local:{'%B %Y' if precision == 'month' else '%Y'}}"
        if precision == "day":
            return f"{about}{day(at, self.zone)}"
        return f"{about}{self.time_of_day(at)} on {day(at, self.zone)}"

    def is_exact(self, at: datetime) -> bool:
        """Return whether a time was neither written as approximate nor as a day or a month."""
        precision, about = self._precision(at)
        return not about and precision in ("second", "minute")

    def _pattern(self, at: datetime) -> str:
        """Return how to write a time of day: without seconds if a person wrote none."""
        return "%H:%M" if self._precision(at)[0] == "minute" else "%H:%M:%S"

    def _precision(self, at: datetime) -> tuple[str, str]:
        """Return the precision of a time, and `about ` if it is approximate."""
        written = self.written.get(at.astimezone(UTC))
        return (written.precision, "about " if written.about else "") if written else ("second", "")

    def _offset(self, at: datetime) -> str:
        """Return the offset of a time if it is not that of the onset, or if the hour comes twice on that day."""
        local = at.astimezone(self.zone)
        is_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
        differs = local.utcoffset() != self.reference.astimezone(self.zone).utcoffset()
        return f" {utc_offset(at, self.zone)}" if is_twice or differs else ""
