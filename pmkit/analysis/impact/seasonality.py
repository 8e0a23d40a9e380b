"""How much traffic is usual at a time: the same all along, or, of a log of several days, by the time of the day."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

FEWEST_DAYS: Final = 3
"""So many days have to be in the data for one of them not to decide what is usual on the others."""
SLOT: Final = pd.Timedelta(minutes=10)
"""What is usual is the same for so long."""
_AROUND: Final = pd.Timedelta(hours=12)
"""Whether a day has more traffic than others is told by what is so near; a drop lasts for less."""


def usual(events: pd.Series, left_out: pd.Series | None = None) -> pd.Series:
    """Say how many events each bin would have if nothing was the matter.

    Parameters
    ----------
    events : Series
        Events per bin, all bins of the same width, indexed by their starts (UTC). Its first and
        its last bin are not relied on, because a log seldom fills them.
    left_out : Series of bool, optional
        Bins that are known not to be usual.

    Returns
    -------
    Series
        float64, indexed as `events`. The median of all bins; of `FEWEST_DAYS` or more days, the
        median of the bins at the same time of the day on all days, times how much more or less
        came on this day in the hours around: a ratio-to-median seasonal index.

    Examples
    --------
    >>> bins = pd.date_range("2026-10-12T14:00Z", periods=5, freq="10s")
    >>> usual(pd.Series([1, 40, 42, 41, 7], bins)).unique().tolist()
    [41.0]
    """
    known = pd.Series(data=True, index=events.index)
    known.iloc[[0, -1]] = False
    if left_out is not None:
        known &= ~left_out
    told = events[known].astype("float64")
    level = float(told.median()) if len(told) else float(events.median()) if len(events) else 0.0
    flat = pd.Series(level, index=events.index)
    if len(events) < 2 or events.index[-1] - events.index[0] < FEWEST_DAYS * pd.Timedelta(days=1):
        return flat
    times = pd.DatetimeIndex(events.index)
    slots = (times - times.normalize()) // SLOT
    by_slot = told.groupby(slots[known]).median()
    seasonal = pd.Series(by_slot.reindex(slots).to_numpy(), index=events.index).fillna(flat)
    return seasonal * _day_factor(told, seasonal)


def _day_factor(told: pd.Series, seasonal: pd.Series) -> pd.Series:
    """Compare what came around each bin with what is usual then; one day is not like another."""
    width = 2 * int(_AROUND / (seasonal.index[1] - seasonal.index[0])) + 1
    ratio = (told / seasonal[told.index].where(seasonal > 0)).reindex(seasonal.index)
    around = ratio.rolling(width, center=True, min_periods=width // 4).median()
    return around.interpolate(limit_direction="both").replace([np.inf, -np.inf], np.nan).fillna(1.0)
