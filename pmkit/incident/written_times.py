"""Times as people write them: to the second or the minute, a day, a month, or about then."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, SupportsIndex

from pydantic import BeforeValidator, PlainSerializer

Precision = Literal["second", "minute", "day", "month", "year"]

_ABOUT: Final = re.compile(r"^(?:about|around|approximately|approx\.?|circa|ca\.?|roughly|~)\s*", re.IGNORECASE)
_NOT_KNOWN: Final = re.compile(r"(?:not known|unknown|\?+)", re.IGNORECASE)
# A point in time as it is written, the more precise notations first.
_NOTATIONS: Final[tuple[tuple[Precision, re.Pattern[str]], ...]] = (
    ("second", re.compile(r"\d{4}-\d\d?-\d\d?[T ]+\d\d?:\d\d:\d\d\S*(?: ?(?:Z|UTC|[+-]\d\d(?::?\d\d)?))?")),
    ("minute", re.compile(r"\d{4}-\d\d?-\d\d?[T ]+\d\d?:\d\d(?: ?(?:Z|UTC|[+-]\d\d(?::?\d\d)?))?")),
    ("day", re.compile(r"\d{4}-\d\d?-\d\d?")),
    ("month", re.compile(r"\d{4}-\d\d?(?:-DD|-\?\?)?")),
    ("year", re.compile(r"\d{4}(?:-MM|-\?\?)?(?:-DD|-\?\?)?")),
)
# How the beginning of a period is written.
_PERIODS: Final[dict[Precision, str]] = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
_EXPECTED: Final = (
    "expected a time such as 2026-01-17 03:00:10, 2026-01-17 03:00 or 2026-01-17, with `about` before it if it is not exact"
)


class WrittenTime(datetime):
    """A time with the precision in which it was written; a day or a month stands for its beginning.

    Attributes
    ----------
    precision : str
        The smallest unit that was written.
    about : bool
        Whether it was written as approximate.

    Examples
    --------
    >>> at = written_time("about 2026-01-17 14:00")
    >>> at.isoformat(), at.precision, at.about
    ('2026-01-17T14:00:00', 'minute', True)
    """

    precision: Precision = "second"
    about: bool = False

    @classmethod
    def of(cls, at: datetime, precision: Precision = "second", *, about: bool = False) -> WrittenTime:
        """Return a point in time with a precision."""
        written = cls(
            at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond, tzinfo=at.tzinfo, fold=at.fold
        )  # fmt: skip
        written.precision, written.about = precision, about
        return written

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        """Copy the precision, too."""
        return written_time, (self.text,)

    @property
    def text(self) -> str:
        """The time as it would be written in `incident.yaml`."""
        match self.precision:
            case "second":
                text = self.isoformat(" ")
            case "minute":
                text = self.isoformat(" ", "minutes")
            case period:
                text = f"{self:{_PERIODS[period]}}"
        return f"about {text}" if self.about else text


def precision_of(at: datetime) -> Precision:
    """Return the precision in which a time was written."""
    return at.precision if isinstance(at, WrittenTime) else "second"


def is_period(at: datetime) -> bool:
    """Return whether a person wrote a day, month or year without a time of day."""
    return precision_of(at) in _PERIODS


def contains(period: datetime, local: datetime) -> bool:
    """Return whether a person wrote a day, month or year that contains a local time.

    Examples
    --------
    >>> noon = datetime(2026, 1, 17, 12)
    >>> contains(written_time("2026-01-17"), noon), contains(written_time("2026-02"), noon), contains(noon, noon)
    (True, False, False)
    """
    return is_period(period) and f"{period:{_PERIODS[precision_of(period)]}}" == f"{local:{_PERIODS[precision_of(period)]}}"


def is_about(at: datetime) -> bool:
    """Return whether a time was written as approximate."""
    return isinstance(at, WrittenTime) and at.about


def is_not_known(value: object) -> bool:
    """Return whether a text says that a time is not known.

    Examples
    --------
    >>> is_not_known("not known"), is_not_known("???"), is_not_known("2026-01-17")
    (True, True, False)
    """
    return isinstance(value, str) and bool(_NOT_KNOWN.fullmatch(value.strip()))


def written_time(value: object) -> WrittenTime:
    """Return the time that a text of `incident.yaml` stands for; raise ValueError with what was expected.

    Examples
    --------
    >>> written_time("2026-1-7 9:05 UTC").isoformat(), written_time("2023-03").precision, written_time("2023-MM-DD").precision
    ('2026-01-07T09:05:00+00:00', 'month', 'year')
    """
    if isinstance(value, WrittenTime):
        return value
    if isinstance(value, datetime):
        return WrittenTime.of(value)
    if isinstance(value, date):
        return WrittenTime.of(datetime(value.year, value.month, value.day), "day")  # noqa: DTZ001 - the zone is the incident's
    value = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(value, str):
        raise ValueError(_EXPECTED)  # noqa: TRY004 - pydantic reports a ValueError
    about = _ABOUT.match(value.strip())
    text = value.strip()[about.end() :] if about else value.strip()
    precision = next((name for name, notation in _NOTATIONS if notation.fullmatch(text)), None)
    if precision is None:
        raise ValueError(_EXPECTED)
    return WrittenTime.of(_parse(text), precision, about=bool(about))


def _parse(text: str) -> datetime:
    """Return a time from a text in one of the notations."""
    day, _, clock = re.sub(r"(?<=\d)T(?=\d)", " ", re.sub(r"(?:-(?:MM|DD|\?\?))+$", "", text)).partition(" ")
    clock, *offset = re.split(r" ?(?=Z$|UTC$|[+-]\d\d(?::?\d\d)?$)", clock.strip(), maxsplit=1)
    parts = [int(part) for part in day.split("-")]
    year, month, date_of_month = [*parts, 1, 1][:3]
    at = f"{year:04d}-{month:02d}-{date_of_month:02d}"
    if clock:
        at += f" {clock if clock.index(':') == 2 else f'0{clock}'}"
        at += {"Z": "+00:00", "UTC": "+00:00"}.get(offset[0], offset[0]) if offset else ""
    try:
        return datetime.fromisoformat(at)
    except ValueError as wrong:
        raise ValueError(_EXPECTED) from wrong


# A field with a time as people write it.
WrittenAt = Annotated[
    datetime, BeforeValidator(written_time), PlainSerializer(lambda at: getattr(at, "text", str(at)), when_used="json")
]
