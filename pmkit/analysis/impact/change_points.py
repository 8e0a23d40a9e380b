"""Where counts change: exact segmentation by penalised likelihood, and its uncertainty.

The search is optimal partitioning with pruning (B. Jackson et al., "An algorithm for optimal
partitioning of data on an interval", 2005; R. Killick et al., "Optimal detection of changepoints
with a linear computational cost", 2012); ranges come from the profile likelihood.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.float64]

# Cost of one more segment, in units of log(number of bins).
_PENALTY: Final = 3.0

# A log-likelihood this far below the best bounds a 90% range (chi-squared, one parameter).
_DROP_90: Final = 2.71 / 2

# So many pairs of bins weigh as much as the assumption that counts scatter as their distribution implies: of a few pairs, most
# are steps where failures came in short bursts.
_PRIOR_PAIRS: Final = 30

# Mean of the lower four fifths of a chi-squared distribution with one degree of freedom.
_LOWER_80: Final = 0.44

# Longer series are searched in coarser bins first.
MAX_BINS: Final = 2000


@dataclass(frozen=True)
class Series:
    """Counts per bin, and out of how many.

    Attributes
    ----------
    hits : float64 array, shape (bins,)
        What is counted, such as failed requests.
    trials : float64 array, shape (bins,)
        Out of how many; all ones for a plain count of events.
    binomial : bool
        Whether `hits` are some of `trials`. Otherwise they are a Poisson count with `trials`
        as its exposure.
    """

    hits: Counts
    trials: Counts
    binomial: bool

    def log_likelihood(self, hits: Counts, trials: Counts) -> Counts:
        """Return the maximised log-likelihood of stretches with these sums, up to a constant."""
        likelihood = _xlogy(hits, hits) - _xlogy(hits, trials)
        if self.binomial:
            return np.asarray(likelihood + _xlogy(trials - hits, trials - hits) - _xlogy(trials - hits, trials))
        return np.asarray(likelihood - hits)

    def log_likelihood_at(self, hits: Counts, trials: Counts, rate: float) -> Counts:
        """Return the log-likelihood of stretches with these sums at a rate, up to the same constant."""
        if self.binomial:
            safe = min(max(rate, 1e-12), 1 - 1e-12)
            return np.asarray(hits * np.log(safe) + (trials - hits) * np.log1p(-safe))
        safe = max(rate, 1e-12)
        return np.asarray(hits * np.log(safe) - safe * trials)

    def grouped(self, edges: npt.NDArray[np.intp]) -> Series:
        """Return the series with the bins from each edge up to the next joined."""
        return Series(np.add.reduceat(self.hits, edges), np.add.reduceat(self.trials, edges), self.binomial)


@dataclass(frozen=True)
class Segment:
    """A stretch of bins with one rate: `first` belongs to it, `stop` does not."""

    first: int
    stop: int
    hits: float
    trials: float

    @property
    def rate(self) -> float:
        """Hits per trial."""
        return self.hits / self.trials if self.trials else 0.0


def _xlogy(x: Counts, y: Counts) -> Counts:
    return np.asarray(np.where(x > 0, x * np.log(np.where(y > 0, y, 1.0)), 0.0))


def segments(series: Series) -> list[Segment]:
    """Return the stretches of constant rate of a series.

    Counts may scatter more than their distribution implies; the penalty grows with their dispersion.

    Examples
    --------
    >>> calm, bad = np.zeros(60), np.full(20, 30.0)
    >>> parts = segments(Series(np.r_[calm, bad, calm], np.full(140, 100.0), binomial=True))
    >>> [(s.first, s.stop, s.rate) for s in parts]
    [(0, 60, 0.0), (60, 80, 0.3), (80, 140, 0.0)]
    """
    size = len(series.hits)
    if not size:
        return []
    spread = dispersion(series)
    factor = -(-size // MAX_BINS)
    edges = np.arange(0, size, factor)
    cuts = _partition(series.grouped(edges), edges, size, spread)
    if factor > 1:
        fine = (np.arange(cut - factor, cut + factor + 1) for cut in cuts)
        edges = np.unique(np.concatenate([edges, *fine]).clip(0, size - 1))
        cuts = _partition(series.grouped(edges), edges, size, spread)
    return [
        Segment(first, stop, float(series.hits[first:stop].sum()), float(series.trials[first:stop].sum()))
        for first, stop in pairwise(cuts)
    ]


def _partition(series: Series, edges: npt.NDArray[np.intp], size: int, spread: float) -> list[int]:
    """Return the cuts of least cost among the edges, including both ends of the series."""
    penalty = spread * _PENALTY * np.log(max(size, 3))
    hits, trials = np.r_[0.0, np.cumsum(series.hits)], np.r_[0.0, np.cumsum(series.trials)]
    best = np.full(len(hits), -penalty)
    before = np.zeros(len(hits), dtype=np.intp)
    open_starts = np.array([0], dtype=np.intp)
    for stop in range(1, len(hits)):
        cost = best[open_starts] - series.log_likelihood(hits[stop] - hits[open_starts], trials[stop] - trials[open_starts])
        chosen = int(np.argmin(cost))
        best[stop], before[stop] = cost[chosen] + penalty, open_starts[chosen]
        open_starts = np.append(open_starts[cost <= best[stop]], stop)
    places = [len(edges)]
    while places[-1] > 0:
        places.append(int(before[places[-1]]))
    ends = np.append(edges, size)
    return [int(ends[place]) for place in places[::-1]]


def dispersion(series: Series) -> float:
    """Return how much more the series scatters than its distribution implies; at least 1.

    It is estimated from the differences of neighbouring bins, which slow changes hardly affect: the mean of their
    squared standardised values, without the largest fifth because the steps are there, divided by the expected
    mean, and drawn towards 1 if there are few. Pairs with fewer than two hits carry no information.
    """
    hits, trials = series.hits, series.trials
    both, of = hits[1:] + hits[:-1], trials[1:] + trials[:-1]
    usable = (both >= 2) & (trials[1:] > 0) & (trials[:-1] > 0)
    if not usable.any():
        return 1.0
    rate = both[usable] / of[usable]
    spare = 1 - rate if series.binomial else np.ones_like(rate)
    first, second = trials[:-1][usable], trials[1:][usable]
    variance = rate * spare * (1 / first + 1 / second)
    difference = hits[:-1][usable] / first - hits[1:][usable] / second
    squares = np.sort(np.divide(difference**2, variance, out=np.zeros_like(rate), where=variance > 0))
    lower = squares[: max(1, int(0.8 * len(squares)))]
    estimate = float(lower.mean()) / _LOWER_80
    return max(1.0, (len(squares) * estimate + _PRIOR_PAIRS) / (len(squares) + _PRIOR_PAIRS))


def _profile(series: Series, places: npt.NDArray[np.intp], first: int, stop: int) -> Counts:
    hits, trials = np.r_[0.0, np.cumsum(series.hits)], np.r_[0.0, np.cumsum(series.trials)]
    left = series.log_likelihood(hits[places] - hits[first], trials[places] - trials[first])
    return left + series.log_likelihood(hits[stop] - hits[places], trials[stop] - trials[places])


def cut_range(series: Series, cut: int, first: int, stop: int) -> tuple[int, int]:
    """Return the earliest and the latest possible place of a cut, with 90% confidence.

    Parameters
    ----------
    series : Series
        The counts.
    cut : int
        The cut: the first bin of the right-hand stretch.
    first, stop : int
        The stretch left of the cut begins at `first`, the one right of it ends before `stop`.
    """
    if stop - first < 2:
        return cut, cut
    places = np.arange(first + 1, stop)
    profile = _profile(series, places, first, stop)
    likely = places[profile >= profile.max() - _DROP_90]
    return min(int(likely.min()), cut), max(int(likely.max()), cut)
