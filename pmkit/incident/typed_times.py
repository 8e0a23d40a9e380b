"""Times as people type them in a notebook or a form: in the incident's zone, and on its day if they type no day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pmkit.incident.written_times import precision_of, written_time

TIME_EXAMPLES: Final = "03:10, 2026-01-17 03:10:00, 03:10+02:00 or 2026-01-17"

_TIME_OF_DAY: Final = re.compile(r"\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?(?:Z|UTC|[+-]\d\d(?::?\d\d)?))?")


def is_time_of_day(value: object) -> bool:
    """Return whether a typed time has no day."""
    return isinstance(value, str) and bool(_TIME_OF_DAY.fullmatch(value.strip()))


def typed_time(value: object, zone: ZoneInfo, day: date, *, is_end: bool = False) -> datetime:
    """Return the time that somebody typed, UTC.

    Parameters
    ----------
    value : str or datetime
        The time. Without an offset, it is in `zone`.
    day : date
        The day of a time of day.
    is_end : bool
        Whether the time ends a period, so that a day stands for its end.

    Raises
    ------
    ValueError
        When it is not a time, or when that zone has the time twice or never, because clocks were changed.

    Examples
    --------
    >>> berlin, day = ZoneInfo("Europe/Berlin"), date(2026, 10, 12)
    >>> for typed in ("16:12", "16:12 UTC", "2026-10-13 9:05"):
    ...     print(typed_time(typed, berlin, day))
    2026-10-12 14:12:00+00:00
    2026-10-12 16:12:00+00:00
    2026-10-13 07:05:00+00:00
    """
    written = f"{day} {value.strip()}" if isinstance(value, str) and is_time_of_day(value) else value
    try:
        at = written_time(written)
    except (TypeError, ValueError) as wrong:
        raise ValueError(f"expected a time such as {TIME_EXAMPLES}, got {value!r}") from wrong
    if at.about or precision_of(at) in ("month", "year"):
        raise ValueError(f"expected a time such as {TIME_EXAMPLES}, got {value!r}")
    exact = datetime.combine(at.date(), at.timetz(), at.tzinfo)
    if is_end and precision_of(at) == "day":
        exact += timedelta(days=1)
    if exact.tzinfo is None:
        offsets = [exact.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)]
        if offsets[0] != offsets[1]:
            raise ValueError(f"{exact} comes twice or never in {zone.key}, because clocks were changed; add an offset, as +02:00")
        exact = exact.replace(tzinfo=zone)
    return exact.astimezone(UTC)
