"""Where counts change: exact segmentation by penalised likelihood, and how sure that is.

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

_PENALTY: Final = 3.0
"""Cost of one more segment, in units of log(number of bins)."""

_DROP_90: Final = 2.71 / 2
"""A log-likelihood this far below the best bounds a 90 % range (chi-squared, one parameter)."""

MAX_BINS: Final = 2000
"""Longer series are searched in coarser bins first."""


@dataclass(frozen=True)
class Series:
    """Events per bin, of how many.

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
        """Maximised log-likelihood of stretches with these sums, up to a constant."""
        found = _xlogy(hits, hits) - _xlogy(hits, trials)
        if self.binomial:
            return np.asarray(found + _xlogy(trials - hits, trials - hits) - _xlogy(trials - hits, trials))
        return np.asarray(found - hits)

    def log_likelihood_at(self, hits: Counts, trials: Counts, rate: float) -> Counts:
        """Log-likelihood of stretches with these sums under a given rate, up to the same constant."""
        if self.binomial:
            safe = min(max(rate, 1e-12), 1 - 1e-12)
            return np.asarray(hits * np.log(safe) + (trials - hits) * np.log1p(-safe))
        safe = max(rate, 1e-12)
        return np.asarray(hits * np.log(safe) - safe * trials)

    def coarser(self, factor: int) -> Series:
        """Join every `factor` bins into one."""
        cuts = np.arange(0, len(self.hits), factor)
        return Series(np.add.reduceat(self.hits, cuts), np.add.reduceat(self.trials, cuts), self.binomial)


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
    """Cut a series into stretches of constant rate.

    Counts that scatter more than their distribution allows are allowed for: the penalty grows
    by their dispersion.

    Examples
    --------
    >>> calm, bad = np.zeros(60), np.full(20, 30.0)
    >>> found = segments(Series(np.r_[calm, bad, calm], np.full(140, 100.0), binomial=True))
    >>> [(s.first, s.stop, s.rate) for s in found]
    [(0, 60, 0.0), (60, 80, 0.3), (80, 140, 0.0)]
    """
    if not len(series.hits):
        return []
    factor = -(-len(series.hits) // MAX_BINS)
    coarse = series.coarser(factor) if factor > 1 else series
    cuts = _partition(coarse, 1.0)
    spread = dispersion(coarse, cuts)
    if spread > 1.0:
        cuts = _partition(coarse, spread)
    if factor > 1:
        cuts = _sharpen(series, [cut * factor for cut in cuts[:-1]] + [len(series.hits)], factor)
    return _summed(series, cuts)


def _partition(series: Series, spread: float) -> list[int]:
    """Find the cuts of least cost, both ends included."""
    size = len(series.hits)
    penalty = spread * _PENALTY * np.log(max(size, 3))
    hits, trials = np.r_[0.0, np.cumsum(series.hits)], np.r_[0.0, np.cumsum(series.trials)]
    best = np.full(size + 1, -penalty)
    before = np.zeros(size + 1, dtype=np.intp)
    open_starts = np.array([0], dtype=np.intp)
    for stop in range(1, size + 1):
        cost = best[open_starts] - series.log_likelihood(hits[stop] - hits[open_starts], trials[stop] - trials[open_starts])
        chosen = int(np.argmin(cost))
        best[stop], before[stop] = cost[chosen] + penalty, open_starts[chosen]
        open_starts = np.append(open_starts[cost <= best[stop]], stop)
    cuts = [size]
    while cuts[-1] > 0:
        cuts.append(int(before[cuts[-1]]))
    return cuts[::-1]


def dispersion(series: Series, cuts: list[int]) -> float:
    """Estimate how much wider than its distribution the series scatters; 1 where it does not.

    Pearson's statistic per degree of freedom over the bins that are expected to hold a hit.
    """
    statistic, freedom = 0.0, 0
    for part in _summed(series, cuts):
        bins = slice(part.first, part.stop)
        expected = part.rate * series.trials[bins]
        spare = 1 - part.rate if series.binomial else 1.0
        usable = expected * spare >= 1.0
        if usable.sum() > 1:
            statistic += float((((series.hits[bins] - expected) ** 2) / np.maximum(expected * spare, 1e-9))[usable].sum())
            freedom += int(usable.sum()) - 1
    return max(1.0, statistic / freedom) if freedom >= 5 else 1.0


def _sharpen(series: Series, cuts: list[int], factor: int) -> list[int]:
    """Move each inner cut to its best place among the fine bins around it."""
    moved = list(cuts)
    for n in range(1, len(cuts) - 1):
        low, high = max(moved[n - 1] + 1, cuts[n] - factor), min(cuts[n + 1] - 1, cuts[n] + factor)
        places = np.arange(low, high + 1)
        if len(places):
            moved[n] = int(places[np.argmax(_profile(series, places, moved[n - 1], cuts[n + 1]))])
    return moved


def _profile(series: Series, places: npt.NDArray[np.intp], first: int, stop: int) -> Counts:
    hits, trials = np.r_[0.0, np.cumsum(series.hits)], np.r_[0.0, np.cumsum(series.trials)]
    left = series.log_likelihood(hits[places] - hits[first], trials[places] - trials[first])
    return left + series.log_likelihood(hits[stop] - hits[places], trials[stop] - trials[places])


def cut_range(series: Series, cut: int, first: int, stop: int) -> tuple[int, int]:
    """Return the earliest and the latest place of a cut that the counts allow, at 90 %.

    Parameters
    ----------
    series : Series
        The counts.
    cut : int
        The place found: the first bin of the right-hand stretch.
    first, stop : int
        The stretch left of the cut begins at `first`, the one right of it ends before `stop`.
    """
    if stop - first < 2:
        return cut, cut
    places = np.arange(first + 1, stop)
    profile = _profile(series, places, first, stop)
    likely = places[profile >= profile.max() - _DROP_90]
    return min(int(likely.min()), cut), max(int(likely.max()), cut)


def _summed(series: Series, cuts: list[int]) -> list[Segment]:
    return [
        Segment(first, stop, float(series.hits[first:stop].sum()), float(series.trials[first:stop].sum()))
        for first, stop in pairwise(cuts)
    ]
