"""Logs with no events around the impact: gaps, and logs that begin or end during it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.impact.time_bins import TimeSpan
from pmkit.core.wording import clock, count, day, duration

_GAP_S: Final = 60
# A gap is reported if at least this many events were expected in it: by chance, one in three million such stretches is empty.
_FEWEST_EXPECTED: Final = 15
# What is expected follows from the flow in this time before and after a gap, minutes: logs have quiet nights.
_NEAR_MINUTES: Final = 60
_DAY: Final = np.timedelta64(1, "D")
# A gap is usual if on most other days there was one at this time, too, that is at least this share of it long.
_ALIKE: Final = 0.5
# So many gaps are listed; more are summed up.
_MOST_LISTED: Final = 3
_QUESTION: Final = "was the service down, is the export incomplete, or was the clock set ahead?"


@dataclass(frozen=True, eq=False)
class Flow:
    """How steadily events are written to a log.

    Attributes
    ----------
    per_minute : float
        The median of its events per minute, from the first minute to the last; 0 if most minutes are empty.
    times : ndarray of datetime64[us]
        The first and the last event of each bin, UTC, in order.
    minutes, events : ndarray
        The minutes with events, since the epoch and in order, and the number of events in each.
    """

    per_minute: float
    times: NDArray[np.datetime64]
    minutes: NDArray[np.int64]
    events: NDArray[np.float64]

    def usual_near(self, before: np.datetime64, after: np.datetime64) -> float:
        """Return the median of events per minute around a gap: the lower one of the time before it and of that after it."""
        first, last = (int(at.astype("datetime64[m]").astype("int64")) for at in (before, after))
        sides = [
            (max(first - _NEAR_MINUTES, int(self.minutes[0])), first),
            (last, min(last + _NEAR_MINUTES, int(self.minutes[-1]))),
        ]
        return min(self.per_minute, *(self._median(*side) for side in sides))

    def _median(self, first: int, last: int) -> float:
        """Return the median of events per minute from one minute to another."""
        start, stop = np.searchsorted(self.minutes, [first, last + 1])
        empty = last - first + 1 - (stop - start)
        return float(np.median(np.concatenate([self.events[start:stop], np.zeros(max(empty, 0))])))

    def is_usual(self, before: np.datetime64, after: np.datetime64) -> bool:
        """Return whether on most other days there was a gap at this time of the day, too."""
        days = np.arange(-((before - self.times[0]) // _DAY), (self.times[-1] - after) // _DAY + 1)
        others = [self._longest_gap(before + n * _DAY, after + n * _DAY) for n in days if n]
        alike = sum(length >= _ALIKE * (after - before) for length in others)
        return len(others) > 0 and bool(alike > len(others) / 2)

    def _longest_gap(self, start: np.datetime64, stop: np.datetime64) -> np.timedelta64:
        """Return the longest time without events between two moments."""
        first, last = np.searchsorted(self.times, [start, stop])
        inside = np.concatenate([[start], self.times[first:last], [stop]])
        longest: np.timedelta64 = np.diff(inside).max()
        return longest


def log_flows(judged: pd.DataFrame) -> dict[str, Flow]:
    """Return the flow of each log, by source."""
    minutes = judged["bin"].dt.tz_convert(None).to_numpy("datetime64[m]").astype("int64")
    events = judged["events"].to_numpy("float64")
    first, last = (judged[name].dt.tz_convert(None).to_numpy("datetime64[us]") for name in ("first_at", "last_at"))
    return {
        str(source): _flow(minutes[places], events[places], np.concatenate([first[places], last[places]]))
        for source, places in judged.groupby("source", observed=True).indices.items()
    }


def _flow(minutes: NDArray[np.int64], events: NDArray[np.float64], times: NDArray[np.datetime64]) -> Flow:
    places, distinct = pd.factorize(minutes, sort=True)
    sums = np.bincount(places, events)
    length = int(distinct[-1] - distinct[0]) + 1
    is_steady = 2 * len(distinct) >= length
    median = float(np.median(np.concatenate([sums, np.zeros(length - len(distinct))]))) if is_steady else 0.0
    return Flow(median, np.sort(pd.unique(times)), distinct, sums.astype("float64"))


def gaps(flow: Flow, impact: Impact, zone: ZoneInfo) -> Iterator[str]:
    """Yield a remark on each gap around the impact in a log that is otherwise steady, or one on all if there are many."""
    start, end = (impact.start, impact.end) if impact.detected else (impact.data_start, impact.data_end)
    around = pd.Timedelta(minutes=5)
    before, after = flow.times[:-1], flow.times[1:]
    near = (before < _without_zone(end + around)) & (after > _without_zone(start - around))
    gaps: list[tuple[TimeSpan, float]] = []
    for place in np.flatnonzero((after - before >= np.timedelta64(_GAP_S, "s")) & near):
        span = before[place], after[place]
        gap = pd.Timestamp(span[0], tz="UTC"), pd.Timestamp(span[1], tz="UTC")
        per_minute = flow.usual_near(*span)
        if _is_suspicious_gap(*gap, per_minute) and not flow.is_usual(*span):
            gaps.append((gap, per_minute * (gap[1] - gap[0]).total_seconds() / 60))
    if len(gaps) > _MOST_LISTED:
        yield _summed_up(gaps, zone)
        return
    for gap, expected in gaps:
        yield f"no events {_between(gap, zone)}, where about {count(expected)} were expected: {_QUESTION}"


def _summed_up(gaps: list[tuple[TimeSpan, float]], zone: ZoneInfo) -> str:
    longest, _ = max(gaps, key=lambda pair: pair[0][1] - pair[0][0])
    total = duration(sum((gap[1] - gap[0]).total_seconds() for gap, _ in gaps))
    missing = count(sum(expected for _, expected in gaps))
    return (
        f"{count(len(gaps))} gaps without events, {total} together, where about {missing} were expected, the longest "
        f"{_between(longest, zone)}: {_QUESTION}"
    )


def _between(gap: TimeSpan, zone: ZoneInfo) -> str:
    first, last = (clock(at, zone) for at in gap)
    days = [day(at, zone) for at in gap]
    return f"between {first} and {last}" if days[0] == days[1] else f"between {days[0]}, {first} and {days[1]}, {last}"


def _without_zone(at: pd.Timestamp) -> np.datetime64:
    return at.tz_convert(None).to_datetime64()


def late_start_or_early_end(
    span: TimeSpan,
    flow: Flow,
    same_kind: Iterable[TimeSpan],
    impact: Impact,
    zone: ZoneInfo,
) -> Iterator[str]:
    """Yield a remark if a log begins or ends during the impact and no log of its kind continues it, as rotated logs do."""
    if not impact.detected:
        return
    near = pd.Timedelta(seconds=_GAP_S)
    begin, end = span
    late = begin > impact.start and _is_suspicious_gap(impact.start, begin, flow.per_minute)
    if late and not any(abs(last - begin) < near for first, last in same_kind if first < begin):
        yield f"it begins at {clock(begin, zone)}, after the impact began"
    early = end < impact.end and _is_suspicious_gap(end, impact.end, flow.per_minute)
    if early and not any(abs(first - end) < near for first, last in same_kind if last > end):
        yield f"it ends at {clock(end, zone)}, before the impact ends"


def _is_suspicious_gap(before: pd.Timestamp, after: pd.Timestamp, per_minute: float) -> bool:
    length = (after - before).total_seconds()
    return length >= _GAP_S and per_minute * length / 60 >= _FEWEST_EXPECTED
