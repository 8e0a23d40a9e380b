"""The median and the 90th percentile of a few values, with what they can be at 95%."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Spread:
    """How values lie.

    Attributes
    ----------
    count : int
        How many there are.
    value : float or None
        The quantile; None where there are no values.
    low, high : float or None
        Between them the quantile of all such values lies, at 95%; None where so few values do not bound it.
    """

    count: int
    value: float | None
    low: float | None
    high: float | None


def spread(values: Iterable[float], share: float) -> Spread:
    """Give a quantile of values with its interval.

    Parameters
    ----------
    values : iterable of float
        Any number of them.
    share : float
        Which quantile, between 0 and 1.

    Returns
    -------
    Spread
        The interval is between two of the values, by the binomial distribution of how many lie below the quantile;
        it asks for no shape of the distribution (W. J. Conover, "Practical Nonparametric Statistics"). Each side has
        to be certain at 97.5%, which takes six values for both sides of a median.

    Examples
    --------
    >>> spread([60, 120, 180], 0.5)
    Spread(count=3, value=120, low=None, high=None)
    >>> spread(range(1, 11), 0.5)
    Spread(count=10, value=5.5, low=2, high=9)
    """
    ordered = sorted(values)
    number = len(ordered)
    if not ordered:
        return Spread(0, None, None, None)
    place = share * (number - 1)
    below = math.floor(place)
    above = min(below + 1, number - 1)
    value = ordered[below] + (ordered[above] - ordered[below]) * (place - below) if place > below else ordered[below]
    tail = (1 - CONFIDENCE) / 2
    fewer = [_at_most(number, rank, share) for rank in range(number)]  # at most `rank` values lie below the quantile
    low = max((rank for rank in range(number) if fewer[rank] <= tail), default=None)
    high = min((rank for rank in range(number) if 1 - fewer[rank] <= tail), default=None)
    return Spread(number, value, None if low is None else ordered[low], None if high is None else ordered[high])


def _at_most(number: int, most: int, share: float) -> float:
    return sum(math.comb(number, k) * share**k * (1 - share) ** (number - k) for k in range(most + 1))
