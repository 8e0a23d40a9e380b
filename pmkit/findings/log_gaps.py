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
from pmkit.core.wording import clock, count

_GAP_S: Final = 60
# A gap is reported if at least this many events were expected in it: by chance, one in three million such stretches is empty.
_FEWEST_EXPECTED: Final = 15


@dataclass(frozen=True, eq=False)
class Flow:
    """How steadily events are written to a log.

    Attributes
    ----------
    per_minute : float
        The median of its events per minute, from the first minute to the last; 0 if most minutes are empty.
    times : ndarray of datetime64[us]
        The first and the last event of each bin, UTC, in order.
    """

    per_minute: float
    times: NDArray[np.datetime64]


def log_flows(judged: pd.DataFrame) -> dict[str, Flow]:
    """Return the flow of each log, by source."""
    minutes = judged["bin"].dt.tz_convert(None).to_numpy("datetime64[m]").astype("int64")
    events = judged["events"].to_numpy("float64")
    first, last = (judged[name].dt.tz_convert(None).to_numpy("datetime64[us]") for name in ("first_at", "last_at"))
    return {
        str(source): Flow(
            _median_per_minute(minutes[places], events[places]),
            np.sort(pd.unique(np.concatenate([first[places], last[places]]))),
        )
        for source, places in judged.groupby("source", observed=True).indices.items()
    }


def _median_per_minute(minutes: NDArray[np.int64], events: NDArray[np.float64]) -> float:
    places, distinct = pd.factorize(minutes, sort=True)
    length = int(distinct[-1] - distinct[0]) + 1
    if 2 * len(distinct) < length:
        return 0.0
    return float(np.median(np.concatenate([np.bincount(places, events), np.zeros(length - len(distinct))])))


def gaps(flow: Flow, impact: Impact, zone: ZoneInfo) -> Iterator[str]:
    """Yield a remark on each gap around the impact in a log that is otherwise steady."""
    start, end = (impact.start, impact.end) if impact.detected else (impact.data_start, impact.data_end)
    around = pd.Timedelta(minutes=5)
    before, after = flow.times[:-1], flow.times[1:]
    near = (before < _without_zone(end + around)) & (after > _without_zone(start - around))
    for place in np.flatnonzero((after - before >= np.timedelta64(_GAP_S, "s")) & near):
        gap = pd.Timestamp(before[place], tz="UTC"), pd.Timestamp(after[place], tz="UTC")
        if _is_suspicious_gap(*gap, flow.per_minute):
            expected = flow.per_minute * (gap[1] - gap[0]).total_seconds() / 60
            yield (
                f"no events between {clock(gap[0], zone)} and {clock(gap[1], zone)}, where about {count(expected)} were "
                "expected: was the service down, is the export incomplete, or was the clock set ahead?"
            )


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
