"""The windows of an impact: one stretch or several, found in the data or confirmed by people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from pmkit.analysis.impact.impact_window import Window
from pmkit.analysis.impact.time_bins import TimeSpan, counted_span, is_row_inside
from pmkit.core import schema

# A stretch that is too far from the impact to belong to one window is a window of the same incident if it had at least this
# share of its failures, and of its failure rate.
_COMPARABLE_FAILURES: Final = 0.25
_COMPARABLE_RATIO: Final = 0.5
# A confirmed time belongs to a stretch that is no farther away than this.
_NEAR: Final = pd.Timedelta(hours=3)


@dataclass(frozen=True)
class ConfirmedWindow:
    """A stretch of impact as people confirmed it; a time that nobody confirmed is None. Times are UTC.

    Attributes
    ----------
    start, end : Timestamp or None
        Its onset and its end.
    text : str
        What people wrote about it.
    """

    start: pd.Timestamp | None
    end: pd.Timestamp | None
    text: str = ""


@dataclass(frozen=True)
class ImpactWindow:
    """One stretch of impact with its numbers. Times are UTC.

    Attributes
    ----------
    start, end : Timestamp
        Its onset and its end.
    start_confirmed, end_confirmed : bool
        Whether people confirmed the time, or it was found in the data.
    requests, failed_requests : int
        Requests (or events, see `MeasuringPoint.unit`) in it, and those of them that failed.
    covered : bool
        Whether the data cover any of it; if not, the counts say nothing.
    counted : tuple of Timestamp
        Between which times its requests were counted: the whole seconds of its start and its end, which is how times are shown;
        both belong to it.
    text : str
        What people wrote about it.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    start_confirmed: bool
    end_confirmed: bool
    requests: int
    failed_requests: int
    covered: bool
    counted: TimeSpan
    text: str = ""

    @property
    def span(self) -> TimeSpan:
        """Its start and end."""
        return self.start, self.end

    @property
    def confirmed(self) -> bool:
        """Whether people confirmed both of its times."""
        return self.start_confirmed and self.end_confirmed

    @property
    def duration_s(self) -> float:
        """Its length, seconds."""
        return float((self.end - self.start).total_seconds())

    @property
    def error_ratio(self) -> float:
        """Share of its requests that failed, 0 to 1."""
        return self.failed_requests / self.requests if self.requests else 0.0


# A window before its requests are counted: its span, whether its start and its end are confirmed, and what people wrote about it.
AgreedWindow = tuple[TimeSpan, bool, bool, str]


def is_inside(times: pd.Series | pd.Index, spans: Iterable[TimeSpan]) -> pd.Series:
    """Return for each time whether it lies in one of the spans, both ends included."""
    series = pd.Series(times)
    inside = pd.Series(data=False, index=series.index)
    for start, end in spans:
        inside |= series.between(start, end)
    return inside


def is_bin_inside(bins: pd.Series | pd.Index, spans: Iterable[TimeSpan]) -> pd.Series:
    """Return for each bin whether it overlaps one of the spans."""
    return is_inside(bins, [(start.floor(f"{schema.BIN_S}s"), end) for start, end in spans])


def resolve(confirmed: Sequence[ConfirmedWindow], detected: Sequence[TimeSpan]) -> list[AgreedWindow]:
    """Return the windows that people confirmed, in their order.

    The data fill in a time that nobody confirmed; a window that stays without a start or an end, or that would end before it
    starts, is left out.

    Parameters
    ----------
    confirmed : sequence of ConfirmedWindow
        What people confirmed.
    detected : sequence of (Timestamp, Timestamp)
        The stretches that the data show, that of the impact first.
    """
    windows = []
    for window in confirmed:
        stretch = _stretch_near(window, detected)
        start = window.start if window.start is not None else stretch[0] if stretch else None
        end = window.end if window.end is not None else stretch[1] if stretch else None
        if start is not None and end is not None and start < end:
            windows.append(((start, end), window.start is not None, window.end is not None, window.text))
    return sorted(windows, key=lambda window: window[0])


def length_s(spans: Iterable[TimeSpan]) -> float:
    """Return how long some spans take together, seconds; what several of them cover counts once."""
    total, covered = pd.Timedelta(0), None
    for start, end in sorted(spans):
        begin = start if covered is None else max(start, covered)
        if end > begin:
            total += end - begin
            covered = end
    return total.total_seconds()


def _stretch_near(window: ConfirmedWindow, detected: Sequence[TimeSpan]) -> TimeSpan | None:
    """Return the stretch that a confirmed time belongs to: that of the impact or else the nearest; None if all are far away."""
    at = window.start if window.start is not None else window.end
    if at is None:
        return None
    apart = [max(start - at, at - end, pd.Timedelta(0)) for start, end in detected]
    near = [(distance, stretch) for distance, stretch in zip(apart, detected, strict=True) if distance <= _NEAR]
    if not near or near[0][1] == detected[0]:
        return near[0][1] if near else None
    return min(near)[1]


def unplaced_times(confirmed: Sequence[ConfirmedWindow], agreed: Sequence[AgreedWindow]) -> tuple[pd.Timestamp, ...]:
    """Return the confirmed times that are in none of the windows."""
    placed = {at for (start, end), is_start, is_end, _ in agreed for at in ((start,) * is_start + (end,) * is_end)}
    times = [at for window in confirmed for at in (window.start, window.end) if at is not None]
    return tuple(at for at in times if at not in placed)


def detected_spans(episodes: pd.DataFrame, main: TimeSpan) -> list[TimeSpan]:
    """Return the main stretch of an impact that the data show and those apart from it that were about as bad, in their order."""
    own = episodes[~episodes["apart"]]
    failed, events = int(own["failed"].sum()), int(own["events"].sum())
    comparable = episodes[
        episodes["apart"]
        & (episodes["failed"] >= max(_COMPARABLE_FAILURES * failed, 1))
        & (episodes["error_ratio"] >= _COMPARABLE_RATIO * failed / max(events, 1))
    ]
    return sorted([main, *zip(comparable["start"], comparable["end"], strict=True)])


def without(episodes: pd.DataFrame, spans: Sequence[TimeSpan]) -> pd.DataFrame:
    """Return the episodes with only those marked as apart that lie in none of the windows."""
    times = zip(episodes["start"], episodes["end"], strict=True)
    outside = [not any(start <= last and first <= end for start, end in spans) for first, last in times]
    return episodes.assign(apart=pd.Series(outside, index=episodes.index, dtype=bool))


def agreed_window(found: Window, agreed: Sequence[AgreedWindow]) -> Window:
    """Return the window from the first start to the last end of the stretches; a confirmed time has no range."""
    (start, _), start_confirmed, *_ = agreed[0]
    (_, end), _, end_confirmed, _ = max(agreed, key=lambda window: window[0][1])
    return replace(
        found,
        start=start,
        end=end,
        start_range=found.start_range if start == found.start else (start, start),
        end_range=found.end_range if end == found.end else (end, end),
        began_before=found.began_before and not start_confirmed,
        ongoing=found.ongoing and not end_confirmed,
    )


def count_in(agreed: AgreedWindow, counted: pd.DataFrame, *, by_bins: bool = False) -> ImpactWindow:
    """Return a window with the requests in it and those that failed; if it was found by bins, its end is that of a bin."""
    span, start_confirmed, end_confirmed, text = agreed
    seconds = counted_span(span, is_stop=by_bins and not end_confirmed)
    inside = counted[is_row_inside(counted, [seconds])]
    failed = int(inside.loc[inside["is_error"], "events"].sum())
    return ImpactWindow(
        *span, start_confirmed, end_confirmed, int(inside["events"].sum()), failed, len(inside) > 0, seconds, text
    )
