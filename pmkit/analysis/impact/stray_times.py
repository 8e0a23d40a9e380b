"""Sets aside the few events whose time is far from nearly all others, such as one of 1970: their clock was wrong."""

from __future__ import annotations

from typing import Final

import pandas as pd

# A stretch without any events that is longer than this separates events from the others.
_FAR: Final = pd.Timedelta(days=30)
# At most this share of the events is set aside, in all; more of them are a part of the data.
_FEW: Final = 0.01


def is_stray(times: pd.Series, numbers: pd.Series) -> pd.Series:
    """Return for each row whether its time is far from those of nearly all events.

    Parameters
    ----------
    times : Series
        When the events of the row happened.
    numbers : Series
        How many events the row counts.

    Examples
    --------
    >>> times = pd.to_datetime(pd.Series(["1970-03-04", "2026-03-04", "2026-03-05"]), utc=True)
    >>> is_stray(times, pd.Series([1, 500, 700])).tolist()
    [True, False, False]

    Events that are all far from each other have no majority that a clock could contradict:

    >>> monthly = pd.Series(pd.date_range("2000-01-01", periods=150, freq="61D", tz="UTC"))
    >>> bool(is_stray(monthly, pd.Series(1, index=monthly.index)).any())
    False
    """
    in_order = times.sort_values()
    stretch = (in_order.diff() > _FAR).cumsum()
    if stretch.empty or stretch.iloc[-1] == 0:
        return pd.Series(data=False, index=times.index)
    totals = numbers.groupby(stretch.reindex(numbers.index)).sum()
    few = totals[totals <= _FEW * totals.sum()]
    if few.sum() > _FEW * totals.sum():
        return pd.Series(data=False, index=times.index)
    return stretch.reindex(times.index).isin(few.index)
