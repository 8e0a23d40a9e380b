"""Counts and latencies per bin of time, from the rollup."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmkit.core import schema

TimeSpan = tuple[pd.Timestamp, pd.Timestamp]

Offsets = npt.NDArray[np.float64]

# Widths of a chart's bins, seconds.
WIDTHS_S: Final = (10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400, 604_800, 2_592_000, 31_536_000)

# Data are sparse if they have more bins than this, and more than this many for each bin with events.
_MANY_BINS: Final = 1_000_000
_MANY_PER_FULL: Final = 4

# No chart has more bins, unless even the widest bins are too narrow.
MOST_BINS: Final = 100

PERCENTILES: Final = {"p50_s": 0.50, "p95_s": 0.95, "p99_s": 0.99}

_Z_95: Final = 1.959964


def is_row_inside(judged: pd.DataFrame, spans: Iterable[TimeSpan]) -> pd.Series:
    """Return for each row of `schema.JUDGED` whether the middle of its events lies in one of the spans, both ends included.

    No row of a measured incident is across an end of its impact, see `Store.counts_divided`. A sample of a metric stands for
    the time around it.
    """
    middle = judged["first_at"] + (judged["last_at"] - judged["first_at"]) / 2
    inside = pd.Series(data=False, index=judged.index)
    for start, end in spans:
        inside |= middle.between(start, end)
    return inside


def counted_span(span: TimeSpan, *, is_stop: bool = False) -> TimeSpan:
    """Return the whole seconds of a span, as its first and its last microsecond; the second of a stop does not belong to it."""
    start, end = span
    last = end if is_stop else end.floor("s") + pd.Timedelta(seconds=1)
    return start.floor("s"), last - pd.Timedelta(microseconds=1)


def counts(judged: pd.DataFrame, width_s: int = schema.BIN_S) -> pd.DataFrame:
    """Return the number of events and errors per bin, including bins without any, see `all_bins`.

    Parameters
    ----------
    judged : DataFrame
        Columns of `schema.JUDGED`.
    width_s : int
        Width of a bin, seconds; a multiple of `schema.BIN_S`.

    Returns
    -------
    DataFrame
        Indexed by the start of the bin (UTC), with int64 `events` and `errors`.
    """
    if judged.empty:
        return pd.DataFrame({"events": [], "errors": []}, index=pd.DatetimeIndex([], tz="UTC"), dtype="int64")
    sums = full_bins(judged, width_s)
    return sums.reindex(all_bins(pd.DatetimeIndex(sums.index), width_s), fill_value=0).astype("int64")


def full_bins(judged: pd.DataFrame, width_s: int = schema.BIN_S) -> pd.DataFrame:
    """Return the counts of the bins that have events, see `counts`."""
    bins = judged["bin"].dt.floor(f"{width_s}s")
    return pd.DataFrame({"events": judged["events"], "errors": judged["events"].where(judged["is_error"], 0)}).groupby(bins).sum()


def all_bins(full: pd.DatetimeIndex, width_s: int = schema.BIN_S) -> pd.DatetimeIndex:
    """Return the starts of all bins from the first with events to the last.

    In sparse data, bins without events that follow each other are one wide bin: with an event a day for ten years,
    there are two bins a day rather than 8640.

    Parameters
    ----------
    full : DatetimeIndex
        The starts of the bins with events, in order, not empty.
    width_s : int
        Width of a bin, seconds.

    Examples
    --------
    >>> len(all_bins(pd.DatetimeIndex(["2026-01-01", "2026-01-02", "2026-01-03"])))
    17281
    >>> len(all_bins(pd.DatetimeIndex(["2016-01-01", "2021-01-01", "2026-01-01"])))
    5
    """
    width = pd.Timedelta(seconds=width_s)
    if (full[-1] - full[0]) // width < max(_MANY_BINS, _MANY_PER_FULL * len(full)):
        return pd.date_range(full[0], full[-1], freq=width, unit="us")
    return full.union(full[:-1] + width)


def edges_s(fine: pd.DataFrame) -> Offsets:
    """Return when each bin of `counts` starts and the last one ends, seconds after the start of the first."""
    index = pd.DatetimeIndex(fine.index)
    starts = np.asarray((index - index[0]).total_seconds(), dtype="float64") if len(index) else np.empty(0)
    return np.append(starts, starts[-1] + schema.BIN_S if len(starts) else 0.0)


def is_sparse(fine: pd.DataFrame) -> bool:
    """Return whether most bins are empty, and not listed one by one, see `all_bins`."""
    return bool(edges_s(fine)[-1] > len(fine) * schema.BIN_S)


def chart_width(first: pd.Timestamp, last: pd.Timestamp) -> int:
    """Return the width of a chart's bins, seconds.

    Examples
    --------
    >>> chart_width(pd.Timestamp("2026-10-12T14:00Z"), pd.Timestamp("2026-10-12T14:30Z"))
    30
    """
    length = (last - first).total_seconds()
    return next((width for width in WIDTHS_S if length / width <= MOST_BINS), WIDTHS_S[-1])


def ratio_with_band(table: pd.DataFrame) -> pd.DataFrame:
    """Return counts per bin with the error ratio and its 95% confidence band.

    The band is Wilson's score interval (E. B. Wilson, 1927). In a bin without events, ratio
    and band are NaN, because no data is not the same as no errors.

    Examples
    --------
    >>> ratio_with_band(pd.DataFrame({"events": [100, 0], "errors": [10, 0]})).round(3).to_dict("list")["high"]
    [0.174, nan]
    """
    total = table["events"].where(table["events"] > 0).astype("float64")
    ratio = table["errors"] / total
    z2 = _Z_95**2
    middle = (ratio + z2 / (2 * total)) / (1 + z2 / total)
    half = _Z_95 / (1 + z2 / total) * np.sqrt(ratio * (1 - ratio) / total + z2 / (4 * total**2))
    return table.assign(error_ratio=ratio, low=(middle - half).clip(lower=0), high=(middle + half).clip(upper=1))


def latency(judged: pd.DataFrame, by: list[pd.Series] | list[str]) -> pd.DataFrame:
    """Return latency percentiles per group, from the histogram.

    Parameters
    ----------
    judged : DataFrame
        Columns of `schema.JUDGED`.
    by : list
        The keys to group by, as in `DataFrame.groupby`.

    Returns
    -------
    DataFrame
        Indexed by the groups, with float64 `p50_s`, `p95_s`, `p99_s` (seconds) and int64
        `timed`, the number of events that have a duration. Within a bucket, values are assumed
        to be spread evenly on the log scale; the buckets are 12% wide.
    """
    timed = judged[judged["latency_bucket"].notna()]
    if timed.empty:
        return pd.DataFrame(columns=[*PERCENTILES, "timed"], dtype="float64")
    keys = [key.loc[timed.index] if isinstance(key, pd.Series) else key for key in by]
    wide = timed.groupby([*keys, "latency_bucket"], observed=True, dropna=False)["events"].sum().unstack(fill_value=0)
    wide = wide.reindex(columns=range(schema.LATENCY_BUCKETS + 1), fill_value=0)
    table = wide.to_numpy(dtype="float64")
    running = table.cumsum(axis=1)
    percentiles = {name: _quantile(table, running, share) for name, share in PERCENTILES.items()}
    return pd.DataFrame({**percentiles, "timed": table.sum(axis=1).astype("int64")}, index=wide.index)


def _quantile(
    table: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    running: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    share: float,
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    rank = share * running[:, -1]
    bucket = (running >= rank[:, None]).argmax(axis=1)
    rows = np.arange(len(table))
    inside = table[rows, bucket]
    below = running[rows, bucket] - inside
    part = np.divide(rank - below, inside, out=np.ones_like(inside), where=inside > 0)
    return schema.latency_at(bucket - 1 + part)
