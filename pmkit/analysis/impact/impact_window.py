"""When an impact began and ended: from bins to times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import pandas as pd

from pmkit.analysis.impact.anomalies import Anomaly
from pmkit.analysis.impact.time_bins import TimeSpan, counted_span, is_row_inside
from pmkit.core import schema

# Columns of `Impact.episodes`.
EPISODES: Final = ("start", "end", "events", "failed", "error_ratio", "apart")


class ReportedWindow(NamedTuple):
    """When an impact was, as alerts say; `end` is None if they do not say it."""

    start: pd.Timestamp
    end: pd.Timestamp | None
    by: Literal["alerts"]


@dataclass(frozen=True)
class Window:
    """When the impact took place, and which period the data cover. Times are UTC.

    Attributes
    ----------
    start, end : Timestamp
        The first and the last error of the impact. When it is `ongoing`, `end` is the end of
        the data; when it `began_before`, `start` is their beginning.
    start_range, end_range : tuple of Timestamp
        The earliest and latest possible start and end, with 90% confidence.
    data_start, data_end : Timestamp
        The first and the last event.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    start_range: tuple[pd.Timestamp, pd.Timestamp]
    end_range: tuple[pd.Timestamp, pd.Timestamp]
    began_before: bool
    ongoing: bool
    data_start: pd.Timestamp
    data_end: pd.Timestamp


def window_of(counted: pd.DataFrame, fine: pd.DataFrame, chosen: Anomaly | None, *, by_errors: bool) -> Window:
    """Return the window of an anomaly; without one, that of all data."""
    first, last = counted["first_at"].min(), counted["last_at"].max()
    if chosen is None:
        return Window(first, last, (first, first), (last, last), False, False, first, last)
    start, end = _times(counted, fine, (chosen.first, chosen.stop), by_errors=by_errors)
    start = first if chosen.began_before else max(start, first)
    end = last if chosen.ongoing else min(end, last)
    return Window(
        start,
        end,
        _range(fine, chosen.first_range, start),
        _range(fine, chosen.stop_range, end),
        chosen.began_before,
        chosen.ongoing,
        first,
        last,
    )


def reported_window(counted: pd.DataFrame, reported: ReportedWindow) -> Window:
    """Return the window that alerts report; without an end, it lasts until the data end."""
    bounds = [reported.start, *([] if reported.end is None else [reported.end])]
    first = min([bounds[0], *([] if counted.empty else [counted["first_at"].min()])])
    last = max([bounds[-1], *([] if counted.empty else [counted["last_at"].max()])])
    start, end = bounds[0], bounds[1] if len(bounds) > 1 else last
    return Window(start, end, (start, start), (end, end), False, reported.end is None, first, last)


def bin_start(fine: pd.DataFrame, place: int) -> pd.Timestamp:
    """Return when a bin starts, or when the last one ends."""
    return pd.Timestamp(fine.index[place] if place < len(fine) else fine.index[-1] + pd.Timedelta(seconds=schema.BIN_S))


def _times(counted: pd.DataFrame, fine: pd.DataFrame, bins: tuple[int, int], *, by_errors: bool) -> TimeSpan:
    """Return when a stretch of bins begins and ends; if it was found by errors, with its first and last one."""
    first, stop = bins
    if not by_errors:
        return bin_start(fine, first), bin_start(fine, stop)
    errors = counted[counted["is_error"] & counted["bin"].between(bin_start(fine, first), bin_start(fine, stop - 1))]
    return errors["first_at"].min(), errors["last_at"].max()


def episodes_of(
    counted: pd.DataFrame, fine: pd.DataFrame, chosen: Anomaly | None, window: Window, *, by_errors: bool
) -> pd.DataFrame:
    """Return one row per stretch in which something was worse than usual, see `Impact.episodes`."""
    stretches = [*((bins, False) for bins in chosen.episodes), *((bins, True) for bins in chosen.apart)] if chosen else []
    rows = []
    for bins, apart in stretches:
        start, end = _times(counted, fine, bins, by_errors=by_errors)
        start, end = max(start, window.data_start), min(end, window.data_end)
        inside = counted[is_row_inside(counted, [counted_span((start, end), is_stop=not by_errors and end < window.data_end)])]
        events, failed = (int(rows["events"].sum()) for rows in (inside, inside[inside["is_error"]]))
        rows.append((start, end, events, failed, failed / max(events, 1), apart))
    table = pd.DataFrame(rows, columns=list(EPISODES))
    table["apart"] = table["apart"].astype(bool)
    return table.sort_values("start", ignore_index=True)


def _range(fine: pd.DataFrame, places: tuple[int, int], at: pd.Timestamp) -> TimeSpan:
    early, late = bin_start(fine, places[0]), bin_start(fine, places[1])
    return min(early, at), max(late, at)
