"""Whether a change that was made during the impact helped, judging by the counts before and after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
import pandas as pd

from pmkit.analysis.g_test import SIGNIFICANT, g_statistic
from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.impact.time_bins import TimeSpan
from pmkit.core import schema
from pmkit.core.wording import percent

# This much time before a change is compared with as much after it, seconds; more, up to the longest, if failures are few.
COMPARED_S: Final = 120
LONGEST_COMPARED_S: Final = 3840
# In an impact of days, whole days are compared, because traffic and failures depend on the hour, seconds.
_DAY_S: Final = 86_400
_OF_DAYS_S: Final = 2 * _DAY_S
# A change that ended the impact was complete at most this long before or after the last error, seconds; or, where failures are
# few, at most as long as `_ENOUGH` failures take, but not longer than this share of the impact.
SETTLE_S: Final = 120
_SETTLE_SHARE: Final = 0.05
# With fewer expected failures than this, it proves nothing that there were none.
_ENOUGH: Final = 10
# Times in logs that write whole seconds may be too early by this much, seconds.
RESOLUTION_S: Final = 1
# A share of fewer requests or samples than this is not reliable.
_FEWEST: Final = 20

Verdict = Literal["ended it", "helped", "no effect", "made it worse", "cannot be determined"]


@dataclass(frozen=True)
class Effect:
    """What followed a change.

    Attributes
    ----------
    verdict : str
        `ended it`: the impact ended while the change was made or shortly after. `helped`, `made it worse`: clearly
        fewer, or more, requests failed afterwards than before. `no effect`: neither, although there were enough failures to
        see one. `cannot be determined`: there are too few requests or failures, or another change followed too soon.
    failing_before, failing_after : float or None
        Share of requests that failed in the time before and after it; errors per second where there are
        no requests.
    words : str
        The verdict with its numbers.
    """

    verdict: Verdict
    failing_before: float | None
    failing_after: float | None
    words: str


class _Counts(NamedTuple):
    """What was counted in the bins before or after a change."""

    events: int
    errors: int
    bins: int


def effect(impact: Impact, change: pd.Series, changes: pd.DataFrame) -> Effect:
    """Return the effect of a change: how often requests failed before it and after it.

    Parameters
    ----------
    impact : Impact
        The impact, with its counts per bin.
    change : Series
        One of the changes, columns of `schema.CHANGES`.
    changes : DataFrame
        All of them; not changed.

    Returns
    -------
    Effect
        Judged by the G test of the two shares, or of the two rates, over the time that the traffic needs.
    """
    others = changes.drop(index=change.name)
    requests = impact.measured_on.unit != "event"
    before, after = _compared(impact, change, others, requests=requests)
    ratios = _ratio(before, requests=requests), _ratio(after, requests=requests)
    numbers = _numbers(*ratios, impact.impaired.verb, requests=requests)
    if _ended_impact(impact, change, others):
        return Effect("ended it", *ratios, f"the impact ended{numbers}")
    if ratios[0] is None or ratios[1] is None:
        return Effect("cannot be determined", *ratios, "inconclusive: too little data before or after it")
    if _difference(before, after, requests=requests) < SIGNIFICANT:
        if not _is_enough(before, after, requests=requests):
            return Effect("cannot be determined", *ratios, f"inconclusive: too few failures to tell{numbers}")
        return Effect("no effect", *ratios, f"no visible effect{numbers}")
    if ratios[1] < ratios[0]:
        return Effect("helped", *ratios, f"it helped{numbers}")
    return Effect("made it worse", *ratios, f"it made things worse{numbers}")


def _compared(impact: Impact, change: pd.Series, others: pd.DataFrame, *, requests: bool) -> tuple[_Counts, _Counts]:
    """Return the counts before and after a change, over as much time as it takes to see an effect."""
    if impact.duration_s >= _OF_DAYS_S:
        spans = _spans(impact, change, others, _DAY_S)
        if all((stop - start).total_seconds() >= _DAY_S - 2 * schema.BIN_S for start, stop in spans):
            return _count(impact.fine, spans[0]), _count(impact.fine, spans[1])
    width_s = COMPARED_S
    while True:
        before, after = (_count(impact.fine, span) for span in _spans(impact, change, others, width_s))
        if width_s >= LONGEST_COMPARED_S or _is_enough(before, after, requests=requests):
            return before, after
        width_s *= 2


def _is_enough(before: _Counts, after: _Counts, *, requests: bool) -> bool:
    """Return whether there were enough failures on one side to see that there are fewer on the other."""
    sizes = [side.events if requests else side.bins for side in (before, after)]
    return min(sizes) > 0 and max(before.errors * sizes[1] / sizes[0], after.errors * sizes[0] / sizes[1]) >= _ENOUGH


def _spans(impact: Impact, change: pd.Series, others: pd.DataFrame, width_s: float) -> tuple[TimeSpan, TimeSpan]:
    """Return the spans of time before and after a change, up to the nearest other change."""
    begun, done = pd.Timestamp(change["at"]), finished(change)
    start, stop = max(impact.start, begun - _seconds(width_s)), min(impact.data_end, done + _seconds(width_s))
    completed = pd.to_datetime(others["finished_at"].where(others["finished_at"].notna(), others["at"]), utc=True)
    start = max([start, *completed[completed <= begun].sort_values().tail(1)])
    stop = min([stop, *others["at"][others["at"] >= done].sort_values().head(1)])
    return (start, begun), (done + _seconds(schema.BIN_S), stop)


def _ended_impact(impact: Impact, change: pd.Series, others: pd.DataFrame) -> bool:
    """Return whether the impact ended while a change was made or shortly after, with no other change in between."""
    begun, end = pd.Timestamp(change["at"]), impact.end + _seconds(RESOLUTION_S)
    if impact.ongoing or begun > end or abs(finished(change) - impact.end) > _seconds(_settle_s(impact)):
        return False
    return not ((others["at"] > begun) & (others["at"] <= end)).any()


def _settle_s(impact: Impact) -> float:
    """Return how long after a change the last failure, or slow request, may come if the change ended the impact, seconds."""
    impaired, _ = impact.impaired_requests
    if not impaired:
        return SETTLE_S
    return max(SETTLE_S, min(_ENOUGH * impact.duration_s / impaired, _SETTLE_SHARE * impact.duration_s))


def finished(change: pd.Series) -> pd.Timestamp:
    """Return when a change was complete, or when it began if nothing else is known."""
    return pd.Timestamp(change["at"] if pd.isna(change["finished_at"]) else change["finished_at"])


def _seconds(number: float) -> pd.Timedelta:
    return pd.Timedelta(seconds=number)


def _count(fine: pd.DataFrame, span: TimeSpan) -> _Counts:
    """Return the counts of the bins that are completely within a span."""
    start, stop = span
    first, last = max(start.floor(f"{schema.BIN_S}s"), fine.index[0]), min(stop - _seconds(schema.BIN_S), fine.index[-1])
    inside = fine[(fine.index >= first) & (fine.index <= last)]
    bins = max(0, (last - first) // _seconds(schema.BIN_S) + 1)
    return _Counts(int(inside["events"].sum()), int(inside["errors"].sum()), bins)


def _ratio(counts: _Counts, *, requests: bool) -> float | None:
    """Return the share of requests that failed, or the errors per second; None if there is too little data."""
    if requests:
        return counts.errors / counts.events if counts.events >= _FEWEST else None
    return counts.errors / (counts.bins * schema.BIN_S) if counts.bins >= 3 else None


def _numbers(before: float | None, after: float | None, verb: str, *, requests: bool) -> str:
    if before is None or after is None:
        return ""
    if requests:
        return f": {percent(before)} {verb} before it, {percent(after)} after it"
    return f": {before:.1f} errors per second before it, {after:.1f} after it"


def _difference(before: _Counts, after: _Counts, *, requests: bool) -> float:
    """Return the G statistic of the failures before and after a change, against the same share or rate."""
    sides = (before, after)
    rows = [[side.errors, side.events - side.errors] if requests else [side.errors] for side in sides]
    observed = np.array(rows, dtype="float64")
    size = np.array([side.events if requests else side.bins for side in sides], dtype="float64")
    expected = np.outer(size, observed.sum(axis=0)) / size.sum()
    return g_statistic(observed, expected)
