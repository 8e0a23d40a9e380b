"""Stretches in which the samples of one series were bad for some time, unlike anywhere else in the series."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from pmkit.analysis.impact.metric_meaning import Kind
from pmkit.analysis.impact.metric_series import Numbers
from pmkit.core import schema

# A stretch has at least this many bad samples; samples within `schema.BIN_S` seconds count as one.
FEWEST: Final = 3
# A series needs at least this many samples.
FEWEST_IN_ALL: Final = 9
# A sample is bad if it is this many standard deviations (estimated from the median absolute deviation) beyond the median.
_FAR: Final = 3.0
# And beyond it by this share of the median or, for a share of failures, by this much.
_BEYOND: Final = 0.3
_FAILING: Final = 0.01
# A stretch is bad if it deviates this many times as far as any other stretch of bad samples.
_UNLIKE: Final = 2.0
# At most this share of the samples outside is as bad as those within.
_SELDOM: Final = 0.05
# At most this share of a series is bad: the rest is what is usual.
_MOST: Final = 0.5
# The largest values of shares of 1 and of 100, which rounding and interpolation may exceed.
_WHOLE: Final = 1.1
_PERCENT: Final = 110.0
# Standard deviation divided by median absolute deviation, for the normal distribution.
SIGMA: Final = 1.4826


class Stretch(NamedTuple):
    """A stretch of bad samples: the times of the first and the last one, seconds, and how far it deviates from the median."""

    start_s: float
    end_s: float
    level: float


def badness(kind: Kind, bad: int, values: Numbers) -> Numbers:
    """Return how bad samples are: the values, or their opposites if low ones are bad; for shares of success, those of failure."""
    if bad >= 0:
        return values
    if kind == "availability" and len(values) and values.min() >= 0 and values.max() <= _PERCENT:
        scale = 1.0 if values.max() <= _WHOLE else 100.0
        return np.asarray((scale - values) / scale)
    return -values


def find_stretches(at_s: Numbers, values: Numbers, *, is_share: bool) -> tuple[Stretch, ...]:
    """Return the stretches in which a series was bad, by time.

    Parameters
    ----------
    at_s : float64 array
        The times of the samples in order, seconds.
    values : float64 array
        The samples; high ones are bad.
    is_share : bool
        Whether they are shares of failures, 0 to 1.

    Returns
    -------
    tuple of Stretch
        Those of at least three bad samples in a row, of which one may be missing, that deviate at least twice as far
        from the median as any other such stretch does, and whose level hardly any other sample reaches. Together
        they are at most half of the series.

    Examples
    --------
    >>> at_s, values = np.arange(0.0, 2400.0, 60.0), np.full(40, 0.2)
    >>> values[20:23] = 0.9
    >>> [(stretch.start_s, stretch.end_s) for stretch in find_stretches(at_s, values, is_share=False)]
    [(1200.0, 1320.0)]
    """
    at_s, values = _thinned(at_s, values)
    if len(values) < FEWEST_IN_ALL:
        return ()
    usual = float(np.median(values))
    beyond = values - usual
    spread = SIGMA * float(np.median(np.abs(beyond)))
    least = max(_FAR * spread, _FAILING if is_share else _BEYOND * abs(usual), 1e-9)
    runs = _runs(beyond > least)
    levels = [float(np.quantile(beyond[first:stop], 0.25)) for first, stop in runs]
    order = sorted(range(len(runs)), key=lambda n: -levels[n])
    best: tuple[float, int] = (0.0, 0)
    covered = 0
    for number, n in enumerate(order, 1):
        covered += runs[n][1] - runs[n][0]
        if covered > _MOST * len(values):
            break
        following = max(levels[order[number]], least) if number < len(order) else least
        best = max(best, (levels[n] / following, number), key=lambda pair: pair[0])
    ratio, number = best
    chosen = sorted(order[:number])
    if ratio < _UNLIKE or _is_common(beyond, [runs[n] for n in chosen], min(levels[n] for n in chosen)):
        return ()
    return tuple(Stretch(float(at_s[runs[n][0]]), float(at_s[runs[n][1] - 1]), levels[n]) for n in chosen)


def _thinned(at_s: Numbers, values: Numbers) -> tuple[Numbers, Numbers]:
    """Return the medians of the samples of each bin of `schema.BIN_S` seconds, with the time of the first."""
    bins = np.floor(at_s / schema.BIN_S)
    starts = np.flatnonzero(np.diff(bins, prepend=-np.inf) > 0)
    if len(starts) == len(at_s):
        return at_s, values
    stops = np.append(starts[1:], len(at_s))
    return at_s[starts], np.array([np.median(values[first:stop]) for first, stop in zip(starts, stops, strict=True)])


def _runs(bad: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    """Return the runs of bad samples, each as its first and the one after its last, that have enough of them."""
    places = np.flatnonzero(bad)
    if not len(places):
        return []
    cuts = np.flatnonzero(np.diff(places) > 2) + 1
    return [(int(part[0]), int(part[-1]) + 1) for part in np.split(places, cuts) if len(part) >= FEWEST]


def _is_common(beyond: Numbers, runs: list[tuple[int, int]], level: float) -> bool:
    """Return whether samples outside of some runs are often as bad as a level."""
    outside = np.ones(len(beyond), dtype=bool)
    for first, stop in runs:
        outside[first:stop] = False
    return bool((beyond[outside] >= level).mean() > _SELDOM)
