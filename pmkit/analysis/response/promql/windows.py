"""Functions over a window of samples, and quantiles of histograms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pmkit.analysis.response.promql.vectors import Labels, Numbers, Samples, Vector


@dataclass(frozen=True, eq=False)
class Windows:
    """The samples of a series in a window that ends at each moment: those from `first` up to `end`."""

    series: Samples
    first: np.ndarray[Any, Any]
    end: np.ndarray[Any, Any]
    moments: Numbers
    span: float

    def increase(self, *, counter: bool) -> Numbers:
        """Give by how much the series grew, extrapolated to the ends of the window."""
        at, values = self.series.at, self.series.values
        if len(values) < 2:
            return np.full(len(self.moments), np.nan)
        steps = np.diff(values)
        if counter:
            steps = np.where(steps < 0, values[1:], steps)  # the counter began anew
        grown = np.concatenate([[0.0], steps.cumsum()])
        low, high = np.minimum(self.first, len(at) - 1), np.maximum(self.end - 1, 0)
        told, covered = self.end - self.first, at[high] - at[low]
        apart = covered / np.maximum(told - 1, 1)
        increase, early = grown[high] - grown[low], at[low] - (self.moments - self.span)
        if counter:  # it is not taken to have been below zero
            early = np.where(increase > 0, np.minimum(early, covered * values[low] / increase), early)
        reach = covered
        for gap in (early, self.moments - at[high]):
            reach = reach + np.where(gap < 1.1 * apart, gap, apart / 2)
        return np.where(told >= 2, increase * reach / np.where(covered > 0, covered, np.nan), np.nan)

    def last_steps(self) -> Numbers:
        """Give the growth a second between the last two samples."""
        high = np.maximum(self.end - 1, 1)
        at, values = self.series.at, self.series.values
        if len(values) < 2:
            return np.full(len(self.moments), np.nan)
        step = values[high] - values[high - 1]
        return np.where(self.end - self.first >= 2, np.where(step < 0, values[high], step) / (at[high] - at[high - 1]), np.nan)

    def total(self) -> Numbers:
        """Add the samples up."""
        sums = np.concatenate([[0.0], self.series.values.cumsum()])
        return np.where(self.end > self.first, sums[self.end] - sums[self.first], np.nan)

    def count(self) -> Numbers:
        """Count the samples."""
        return np.where(self.end > self.first, (self.end - self.first).astype("float64"), np.nan)

    def each(self, reduce: Callable[[Numbers], Any]) -> Numbers:
        """Reduce the samples of every window by a function."""
        pairs = zip(self.first, self.end, strict=True)
        return np.array([reduce(self.series.values[low:high]) if high > low else np.nan for low, high in pairs], "float64")

    def changes(self) -> Numbers:
        """Count how often the value changed."""
        changed = np.concatenate([[0.0], (np.diff(self.series.values, prepend=self.series.values[:1]) != 0).cumsum()])
        return np.where(self.end > self.first, changed[self.end] - changed[np.minimum(self.first + 1, self.end)], np.nan)


OVER_TIME: Final[Mapping[str, Callable[[Windows], Numbers]]] = {
    "rate": lambda windows: windows.increase(counter=True) / windows.span,
    "increase": lambda windows: windows.increase(counter=True),
    "delta": lambda windows: windows.increase(counter=False),
    "irate": lambda windows: windows.last_steps(),
    "sum_over_time": lambda windows: windows.total(),
    "count_over_time": lambda windows: windows.count(),
    "avg_over_time": lambda windows: windows.total() / windows.count(),
    "min_over_time": lambda windows: windows.each(np.min),
    "max_over_time": lambda windows: windows.each(np.max),
    "last_over_time": lambda windows: windows.each(lambda values: values[-1]),
    "changes": lambda windows: windows.changes(),
}


def quantiles(quantile: float, buckets: Vector) -> Vector:
    """Estimate a quantile from cumulative buckets, straight between their bounds."""
    groups: dict[Labels, list[tuple[float, Numbers]]] = defaultdict(list)
    for labels, values in buckets.items():
        bound = dict(labels).get("le")
        if bound is not None:
            groups[frozenset(pair for pair in labels if pair[0] != "le")].append((float(bound.replace("+Inf", "inf")), values))
    found = {}
    for labels, several in groups.items():
        ordered = sorted(several, key=lambda pair: pair[0])
        bounds = np.array([bound for bound, _ in ordered])
        counts = np.maximum.accumulate(np.nan_to_num(np.stack([values for _, values in ordered])), axis=0)
        if len(bounds) < 2 or not np.isinf(bounds[-1]):
            continue
        wanted = quantile * counts[-1]
        place = np.minimum((counts < wanted).sum(axis=0), len(bounds) - 1)
        below = np.where(place > 0, np.take_along_axis(counts, np.maximum(place - 1, 0)[None], 0)[0], 0.0)
        inside = np.take_along_axis(counts, place[None], 0)[0] - below
        low = np.where(place > 0, bounds[np.maximum(place - 1, 0)], 0.0)
        straight = low + (bounds[place] - low) * (wanted - below) / np.where(inside > 0, inside, np.nan)
        found[labels] = np.where(counts[-1] > 0, np.where(np.isinf(bounds[place]), bounds[-2], straight), np.nan)
    return found
