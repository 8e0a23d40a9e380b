"""The baseline of traffic: a constant or, in a log of several days, a level per time of day."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

# With fewer days of data, a single day would determine the baseline of the others.
FEWEST_DAYS: Final = 3
# The baseline is constant within a slot.
SLOT: Final = pd.Timedelta(minutes=10)
# The level of a day is estimated from this much time on both sides; drops in traffic are assumed to be shorter.
_AROUND: Final = pd.Timedelta(hours=12)


def baseline(events: pd.Series, left_out: pd.Series | None = None) -> pd.Series:
    """Return how many events each bin would have if nothing were wrong.

    Parameters
    ----------
    events : Series
        Events per bin, all bins of the same width, indexed by their starts (UTC). Its first and
        last bin are ignored, because a log rarely fills them.
    left_out : Series of bool, optional
        Bins to ignore, such as those of the impact.

    Returns
    -------
    Series
        float64, indexed as `events`. The median of all bins; for `FEWEST_DAYS` or more days, the
        median of the bins at the same time of day, multiplied by the level of the day in the
        hours around it: a ratio-to-median seasonal index.

    Examples
    --------
    >>> bins = pd.date_range("2026-10-12T14:00Z", periods=5, freq="10s")
    >>> baseline(pd.Series([1, 40, 42, 41, 7], bins)).unique().tolist()
    [41.0]
    """
    usable = pd.Series(data=True, index=events.index)
    usable.iloc[[0, -1]] = False
    if left_out is not None:
        usable &= ~left_out
    regular = events[usable].astype("float64")
    level = float(regular.median()) if len(regular) else float(events.median()) if len(events) else 0.0
    flat = pd.Series(level, index=events.index)
    if len(events) < 2 or events.index[-1] - events.index[0] < FEWEST_DAYS * pd.Timedelta(days=1):
        return flat
    times = pd.DatetimeIndex(events.index)
    slots = (times - times.normalize()) // SLOT
    by_slot = regular.groupby(slots[usable]).median()
    seasonal = pd.Series(by_slot.reindex(slots).to_numpy(), index=events.index).fillna(flat)
    return seasonal * _day_factor(regular, seasonal)


def _day_factor(regular: pd.Series, seasonal: pd.Series) -> pd.Series:
    """Return the level of the day around each bin, relative to the median of its time of day."""
    width = 2 * int(_AROUND / (seasonal.index[1] - seasonal.index[0])) + 1
    ratio = (regular / seasonal[regular.index].where(seasonal > 0)).reindex(seasonal.index)
    around = ratio.rolling(width, center=True, min_periods=width // 4).median()
    return around.interpolate(limit_direction="both").replace([np.inf, -np.inf], np.nan).fillna(1.0)
