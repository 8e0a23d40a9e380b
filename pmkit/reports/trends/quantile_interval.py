"""A quantile of a few values, with its 95% confidence interval."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

CONFIDENCE: Final = 0.95


@dataclass(frozen=True)
class Spread:
    """A quantile with its confidence interval.

    Attributes
    ----------
    count : int
        The number of values.
    value : float or None
        The quantile; None if there are no values.
    low, high : float or None
        The bounds of the 95% confidence interval; None if there are too few values to bound it on that side.
    """

    count: int
    value: float | None
    low: float | None
    high: float | None


def spread(values: Iterable[float], share: float) -> Spread:
    """Return a quantile of values with its confidence interval.

    Parameters
    ----------
    values : iterable of float
        The values, in any order.
    share : float
        Which quantile, between 0 and 1.

    Returns
    -------
    Spread
        The interval is bounded by two of the values, from the binomial distribution of the number of values below the
        quantile, so it assumes nothing about the distribution of the values (W. J. Conover, "Practical Nonparametric
        Statistics"). Each side is a bound at 97.5%, so both sides of a median need at least six values.

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
    # For each rank, the probability that at most that many values are below the quantile.
    fewer = [_at_most(number, rank, share) for rank in range(number)]
    low = max((rank for rank in range(number) if fewer[rank] <= tail), default=None)
    high = min((rank for rank in range(number) if 1 - fewer[rank] <= tail), default=None)
    return Spread(number, value, None if low is None else ordered[low], None if high is None else ordered[high])


def _at_most(number: int, most: int, share: float) -> float:
    return sum(math.comb(number, k) * share**k * (1 - share) ** (number - k) for k in range(most + 1))
