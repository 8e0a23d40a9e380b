"""Functions over a window of samples, and quantiles of histograms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pmkit.analysis.response.promql.vectors import Labels, Numbers, Samples, Vector


@dataclass(frozen=True, eq=False)
class Windows:
    """The samples of a series in a window that ends at each moment: those from `first` up to `stop`."""

    series: Samples
    first: npt.NDArray[np.intp]
    stop: npt.NDArray[np.intp]
    moments: Numbers
    length_s: float

    def increase(self, *, counter: bool) -> Numbers:
        """Return by how much the series grew, extrapolated to the ends of the window."""
        at, values = self.series.at, self.series.values
        if len(values) < 2:
            return np.full(len(self.moments), np.nan)
        steps = np.diff(values)
        if counter:
            # A counter that falls was reset.
            steps = np.where(steps < 0, values[1:], steps)
        growth = np.concatenate([[0.0], steps.cumsum()])
        first, last = np.minimum(self.first, len(at) - 1), np.maximum(self.stop - 1, 0)
        samples, covered_s = self.stop - self.first, at[last] - at[first]
        interval_s = covered_s / np.maximum(samples - 1, 1)
        increase, lead_s = growth[last] - growth[first], at[first] - (self.moments - self.length_s)
        # A counter cannot have been below zero.
        if counter:
            lead_s = np.where(increase > 0, np.minimum(lead_s, covered_s * values[first] / increase), lead_s)
        reach_s = covered_s
        for gap_s in (lead_s, self.moments - at[last]):
            reach_s = reach_s + np.where(gap_s < 1.1 * interval_s, gap_s, interval_s / 2)
        return np.where(samples >= 2, increase * reach_s / np.where(covered_s > 0, covered_s, np.nan), np.nan)

    def last_rate(self) -> Numbers:
        """Return the growth per second between the last two samples."""
        last = np.maximum(self.stop - 1, 1)
        at, values = self.series.at, self.series.values
        if len(values) < 2:
            return np.full(len(self.moments), np.nan)
        step = values[last] - values[last - 1]
        growth = np.where(step < 0, values[last], step)
        return np.where(self.stop - self.first >= 2, growth / (at[last] - at[last - 1]), np.nan)

    def total(self) -> Numbers:
        """Return the sum of the samples."""
        sums = np.concatenate([[0.0], self.series.values.cumsum()])
        return np.where(self.stop > self.first, sums[self.stop] - sums[self.first], np.nan)

    def count(self) -> Numbers:
        """Return the number of samples."""
        return np.where(self.stop > self.first, (self.stop - self.first).astype("float64"), np.nan)

    def reduce(self, function: Callable[[Numbers], float]) -> Numbers:
        """Return the value of a function over the samples in each window."""
        bounds = zip(self.first, self.stop, strict=True)
        values = [function(self.series.values[first:stop]) if stop > first else np.nan for first, stop in bounds]
        return np.array(values, "float64")

    def changes(self) -> Numbers:
        """Return how often the value changed."""
        changed = np.concatenate([[0.0], (np.diff(self.series.values, prepend=self.series.values[:1]) != 0).cumsum()])
        return np.where(self.stop > self.first, changed[self.stop] - changed[np.minimum(self.first + 1, self.stop)], np.nan)


OVER_TIME: Final[Mapping[str, Callable[[Windows], Numbers]]] = {
    "rate": lambda windows: windows.increase(counter=True) / windows.length_s,
    "increase": lambda windows: windows.increase(counter=True),
    "delta": lambda windows: windows.increase(counter=False),
    "irate": lambda windows: windows.last_rate(),
    "sum_over_time": lambda windows: windows.total(),
    "count_over_time": lambda windows: windows.count(),
    "avg_over_time": lambda windows: windows.total() / windows.count(),
    "min_over_time": lambda windows: windows.reduce(np.min),
    "max_over_time": lambda windows: windows.reduce(np.max),
    "last_over_time": lambda windows: windows.reduce(lambda values: float(values[-1])),
    "changes": lambda windows: windows.changes(),
}


def quantiles(quantile: float, buckets: Vector) -> Vector:
    """Return a quantile estimated from cumulative buckets, by linear interpolation between their bounds."""
    histograms: dict[Labels, list[tuple[float, Numbers]]] = defaultdict(list)
    for labels, values in buckets.items():
        bound = dict(labels).get("le")
        if bound is not None:
            rest = frozenset(pair for pair in labels if pair[0] != "le")
            histograms[rest].append((float(bound.replace("+Inf", "inf")), values))
    complete = {labels: sorted(histogram, key=lambda pair: pair[0]) for labels, histogram in histograms.items()}
    return {
        labels: _interpolate(quantile, np.array([bound for bound, _ in histogram]), np.stack([values for _, values in histogram]))
        for labels, histogram in complete.items()
        if len(histogram) >= 2 and np.isinf(histogram[-1][0])
    }


def _interpolate(quantile: float, bounds: Numbers, buckets: Numbers) -> Numbers:
    counts = np.maximum.accumulate(np.nan_to_num(buckets), axis=0)
    rank = quantile * counts[-1]
    place = np.minimum((counts < rank).sum(axis=0), len(bounds) - 1)
    below = np.where(place > 0, np.take_along_axis(counts, np.maximum(place - 1, 0)[None], 0)[0], 0.0)
    inside = np.take_along_axis(counts, place[None], 0)[0] - below
    low = np.where(place > 0, bounds[np.maximum(place - 1, 0)], 0.0)
    interpolated = low + (bounds[place] - low) * (rank - below) / np.where(inside > 0, inside, np.nan)
    return np.where(counts[-1] > 0, np.where(np.isinf(bounds[place]), bounds[-2], interpolated), np.nan)
