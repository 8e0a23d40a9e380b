"""What each rung of the ladder shows, in words, beside the one that decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.impact.ladder import Reading, Rung
from pmkit.core.wording import clock, count, day, listing, percent, plural

_NAMES: Final[dict[Rung, str]] = {
    "requests": "requests",
    "spans": "traces",
    "refusals": "refusals (redirects, client errors and requests without an answer)",
    "outcomes": "outcomes",
    "errors": "error events",
    "metrics": "metrics",
    "alerts": "alerts",
    "confirmed": "confirmed times",
}
_MOST_SERVICES: Final = 4
# The kinds of evidence that most incidents have.
_OFTEN: Final[dict[Rung, str]] = {
    "requests": "requests",
    "errors": "other log events",
    "metrics": "metrics of failures",
    "alerts": "alerts",
}


def describe_beside(readings: Sequence[Reading], impact: Impact, zone: ZoneInfo) -> list[str]:
    """Return sentences on what the other rungs show beside the one that decides, or on all of them if none shows an impact."""
    others = [reading for reading in readings if not reading.decides]
    if not impact.detected:
        # The first rung is what the text before says already.
        return _unplaced(impact, zone) + [_sentence(reading, readings, zone) for reading in others[1:]] + _missing(readings)
    agreeing = [reading for reading in others if reading.start is not None and _overlaps(reading, impact)]
    names = [_name(at, readings) if at.services or _is_in_other_logs(at, readings) else _NAMES[at.rung] for at in agreeing]
    together = [f"{listing(names)[:1].upper()}{listing(names)[1:]} show it too."] if names else []
    return (
        _unplaced(impact, zone) + together + [_sentence(reading, readings, zone) for reading in others if reading not in agreeing]
    )


def _unplaced(impact: Impact, zone: ZoneInfo) -> list[str]:
    """Return a sentence on confirmed times near which the data show no impact, so that what is shown may be another one."""
    if not impact.unplaced:
        return []
    times = listing([f"{day(at, zone)}, {clock(at, zone)}" for at in impact.unplaced])
    other = "; what the data show may be another incident" if impact.detected else ""
    return [f"Nothing in the data fits the confirmed time {times}{other}: confirm both start and end."]


def _overlaps(reading: Reading, impact: Impact) -> bool:
    return reading.start is not None and reading.end is not None and reading.start <= impact.end and reading.end >= impact.start


def _sentence(reading: Reading, readings: Sequence[Reading], zone: ZoneInfo) -> str:
    name = _name(reading, readings)
    capital = f"{name[:1].upper()}{name[1:]}"
    if reading.verdict == "cannot be determined":
        return f"{capital} cannot be judged: {reading.reason}."
    if reading.during_impact:
        is_all = reading.during_impact == reading.failed
        number = f"all {count(reading.failed)}" if is_all else f"{count(reading.during_impact)} of the {count(reading.failed)}"
        return f"{capital} alone do not show the impact, but {number} failures among them were during it."
    if reading.start is None or reading.end is None:
        return f"{capital} were as usual ({_counts(reading)})."
    first, last = clock(reading.start, zone), clock(reading.end, zone)
    if day(reading.start, zone) != day(reading.end, zone):
        first, last = f"{day(reading.start, zone)}, {first}", f"{day(reading.end, zone)}, {last}"
    if reading.rung == "alerts":
        return f"Alerts fired from {first} to {last}."
    return f"{capital} were worse than usual from {first} to {last} ({_counts(reading)})."


def _is_in_other_logs(reading: Reading, readings: Sequence[Reading]) -> bool:
    """Return whether a reading is of requests in other logs than those that stand before it."""
    return reading.rung == "requests" and any(other.rung == "requests" for other in readings[: readings.index(reading)])


def _name(reading: Reading, readings: Sequence[Reading]) -> str:
    if _is_in_other_logs(reading, readings):
        return f"{reading.noun}s in other logs"
    is_counted = reading.rung in ("requests", "outcomes")
    of_services = f" of {listing(list(reading.services), _MOST_SERVICES)}" if reading.services else ""
    return f"{reading.noun}s" if is_counted else f"{_NAMES[reading.rung]}{of_services}"


def _counts(reading: Reading) -> str:
    what = f"{count(reading.failed)} of {plural(reading.events, reading.noun)}"
    if reading.noun == "sample":
        return f"{what} were bad"
    if reading.noun == "event":
        return f"{what} were errors"
    verb = "were slow" if reading.signals == ("latency",) else "failed"
    return f"{what} {verb}, {percent(reading.failed / reading.events if reading.events else 0.0)}"


def _missing(readings: Sequence[Reading]) -> list[str]:
    """Return a sentence on the kinds of evidence that are not in the exports, so that they could not be looked at."""
    present = {reading.rung for reading in readings}
    absent = [f"no {name}" for rung, name in _OFTEN.items() if rung not in present]
    return [f"The exports contain {listing(absent)}."] if absent else []
