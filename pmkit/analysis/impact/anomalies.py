"""Stretches of time in which something was worse than usual."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmkit.analysis.impact.change_points import Segment, Series, cut_range, dispersion, segments
from pmkit.analysis.impact.time_bins import Offsets, edges_s, full_bins, is_sparse, latency
from pmkit.core import schema

# Errors are worse than usual if their ratio is at least this many times the baseline and exceeds it by WORSE_BY_RATIO, and if
# there are at least FEWEST_ERRORS.
WORSE_BY: Final = 3.0
WORSE_BY_RATIO: Final = 0.005
FEWEST_ERRORS: Final = 5
# Latency is worse than usual if the share of slow requests grows by this much.
SLOW_BY_RATIO: Final = 0.10
# Traffic is worse than usual if it falls below this share of the baseline.
DROP_TO: Final = 0.8
# Log-likelihood ratio to the baseline that a stretch must have, in units of the dispersion.
CERTAIN: Final = 12.0
# An impact that pauses for no longer than this is one impact, seconds.
JOIN_S: Final = 300
# A pause of this length divides an impact into episodes, seconds.
PAUSE_S: Final = 30
# Anything less probable than this is not attributed to chance.
UNLIKELY: Final = 0.05
# If even the calmest stretch of the data fails more often than this, there is no calm stretch.
CLEARLY_FAILING: Final = 0.05


@dataclass(frozen=True)
class Anomaly:
    """A stretch of bins in which something was worse than the baseline.

    Attributes
    ----------
    first, stop : int
        Its first bin, and the first bin after it.
    first_range, stop_range : tuple of int
        The earliest and latest possible bins of both, with 90% confidence.
    baseline : float
        The rate at the baseline.
    began_before, ongoing : bool
        Whether it may have begun before the data begin, and whether it may continue after they end.
    episodes : tuple of (int, int)
        The stretches between its pauses: each with its first bin and the first bin after it.
    apart : tuple of (int, int)
        Other stretches that were worse than the baseline, too far away to belong to it.
    """

    first: int
    stop: int
    first_range: tuple[int, int]
    stop_range: tuple[int, int]
    baseline: float
    began_before: bool
    ongoing: bool
    episodes: tuple[tuple[int, int], ...]
    apart: tuple[tuple[int, int], ...]


def by_errors(fine: pd.DataFrame, *, requests: bool) -> Anomaly | None:
    """Return when errors were more frequent than usual, as a share of requests or as events of their own."""
    errors = fine["errors"].to_numpy("float64")
    edges = edges_s(fine)
    trials = fine["events"].to_numpy("float64") if requests else np.diff(edges) / schema.BIN_S
    series = Series(errors, trials, binomial=requests)
    least = WORSE_BY_RATIO if series.binomial else FEWEST_ERRORS / trials.sum()

    def worse(part: Segment, baseline: float) -> bool:
        return part.hits >= FEWEST_ERRORS and part.rate >= max(WORSE_BY * baseline, baseline + least)

    return _anomaly(series, edges, worse, extend=True, max_baseline=CLEARLY_FAILING if series.binomial else None)


def slow_limit(judged: pd.DataFrame) -> float | None:
    """Return how many seconds a request may take: the upper bound of the bucket of the baseline p95, that of a fast bin."""
    timed = judged[judged["latency_bucket"].notna()]
    if timed.empty:
        return None
    baseline_p95_s = float(latency(timed, ["bin"])["p95_s"].quantile(0.25))
    return schema.latency_at(float(int(schema.latency_position(baseline_p95_s) + 1)))


def slow_counts(judged: pd.DataFrame, fine: pd.DataFrame, limit_s: float | None) -> pd.DataFrame:
    """Return the counts of timed requests per bin and, as errors, of those that take longer than `slow_limit`."""
    timed = judged[judged["latency_bucket"].notna()]
    if limit_s is None:
        return fine.iloc[:0]
    bucket = round(schema.latency_position(limit_s))
    slow = full_bins(timed.assign(is_error=timed["latency_bucket"] > bucket))
    return slow.reindex(fine.index, fill_value=0).astype("int64")


def by_latency(slow: pd.DataFrame) -> Anomaly | None:
    """Return when more requests were slow than usual, from `slow_counts`."""
    series = Series(slow["errors"].to_numpy("float64"), slow["events"].to_numpy("float64"), binomial=True)

    def worse(part: Segment, baseline: float) -> bool:
        return part.hits >= FEWEST_ERRORS and part.rate >= max(WORSE_BY * baseline, baseline + SLOW_BY_RATIO)

    return _anomaly(series, edges_s(slow), worse, extend=False) if len(slow) else None


def by_traffic(fine: pd.DataFrame, expected: pd.Series) -> Anomaly | None:
    """Return when there were far fewer requests than expected, see `seasonality.baseline`; unknown in sparse data."""
    if len(fine) < 12 or is_sparse(fine):
        return None
    level = float(expected.mean())
    events = fine["events"].to_numpy("float64").copy()
    # The log does not fill its first and last bin.
    events[[0, -1]] = expected.iloc[[0, -1]]
    trials = expected.to_numpy("float64") / level if level else np.ones(len(fine))

    def worse(part: Segment, baseline: float) -> bool:
        return part.rate <= DROP_TO * baseline / 1.25 and (baseline - part.rate) * part.trials >= 10 * FEWEST_ERRORS

    return _anomaly(Series(events, trials, binomial=False), edges_s(fine), worse, extend=False, expected=level)


def _anomaly(
    series: Series,
    edges: Offsets,
    worse: Callable[[Segment, float], bool],
    *,
    extend: bool,
    expected: float | None = None,
    max_baseline: float | None = None,
) -> Anomaly | None:
    """Return the stretch with the largest excess over the baseline, which is the `expected` rate if there is one."""
    parts = segments(series)
    baseline = _baseline(parts, series.binomial) if expected is None else expected
    if max_baseline is not None and baseline > max_baseline:
        baseline = WORSE_BY_RATIO
    spread = dispersion(series)
    bad = [worse(part, baseline) and _certainty(series, part, baseline) >= CERTAIN * spread for part in parts]
    runs = _runs(parts, bad, edges, JOIN_S)
    if not runs:
        return None
    first, last = chosen = max(runs, key=lambda run: _excess(parts[run[0] : run[1] + 1], baseline))
    begin, stop = parts[first].first, parts[last].stop
    begin_range, stop_range = _ranges(series, parts, chosen)
    episodes = [(parts[a].first, parts[b].stop) for a, b in _runs(parts, bad, edges, PAUSE_S) if first <= a <= last]
    if extend:
        begin, stop = _stragglers(series, begin, stop, baseline)
        episodes[0] = (begin, episodes[0][1])
        episodes[-1] = (episodes[-1][0], stop)
    return Anomaly(
        begin,
        stop,
        (min(begin, begin_range[0]), max(begin, begin_range[1])),
        (min(stop, stop_range[0]), max(stop, stop_range[1])),
        baseline,
        began_before=_unseen(series.trials[:begin], parts[first].rate, baseline),
        ongoing=_unseen(series.trials[stop:], parts[last].rate, baseline),
        episodes=tuple(episodes),
        apart=tuple((parts[a].first, parts[b].stop) for a, b in runs if (a, b) != chosen),
    )


def _excess(parts: list[Segment], baseline: float) -> float:
    """Return by how many hits some stretches differ from the baseline."""
    return sum(abs(part.rate - baseline) * part.trials for part in parts)


def _ranges(series: Series, parts: list[Segment], run: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the earliest and latest bins at which a run of stretches may begin, and those at which it may end."""
    first, last = run
    before = parts[first - 1].first if first else 0
    after = parts[last + 1].stop if last + 1 < len(parts) else len(series.hits)
    begin_range = cut_range(series, parts[first].first, before, parts[first].stop)
    return begin_range, cut_range(series, parts[last].stop, parts[last].first, after)


def _baseline(parts: list[Segment], binomial: bool) -> float:
    """Return the rate of the calmest substantial stretch, pooled with those that are about as calm."""
    whole = sum(part.trials for part in parts)
    substantial = [part for part in parts if part.trials >= 0.02 * whole] or parts
    calmest = min(substantial, key=lambda part: (part.hits + 0.5) / (part.trials + 1.0))
    least = WORSE_BY_RATIO if binomial else 0.0
    near = [part for part in parts if part.rate <= max(2 * calmest.rate, calmest.rate + least)]
    return (sum(part.hits for part in near) + 0.5) / (sum(part.trials for part in near) + 1.0)


def _certainty(series: Series, part: Segment, baseline: float) -> float:
    hits, trials = np.array([part.hits]), np.array([part.trials])
    return float((series.log_likelihood(hits, trials) - series.log_likelihood_at(hits, trials, baseline))[0])


def _runs(parts: list[Segment], bad: list[bool], edges: Offsets, join_s: int) -> list[tuple[int, int]]:
    """Return runs of bad stretches that are at most `join_s` apart, each as its first and last stretch."""
    runs: list[tuple[int, int]] = []
    for n, is_bad in enumerate(bad):
        if is_bad and runs and edges[parts[n].first] - edges[parts[runs[-1][1]].stop] <= join_s:
            runs[-1] = (runs[-1][0], n)
        elif is_bad:
            runs.append((n, n))
    return runs


def _stragglers(series: Series, first: int, stop: int, baseline: float) -> tuple[int, int]:
    """Return an anomaly's ends, extended to adjacent errors that are improbable at the baseline rate."""
    with_hits = np.flatnonzero(series.hits > 0)
    for place in with_hits[with_hits < first][::-1]:
        if -np.expm1(-baseline * series.trials[place:first].sum()) >= UNLIKELY:
            break
        first = int(place)
    for place in with_hits[with_hits >= stop]:
        if -np.expm1(-baseline * series.trials[stop : place + 1].sum()) >= UNLIKELY:
            break
        stop = int(place) + 1
    return first, stop


def _unseen(outside: npt.NDArray[np.float64], rate: float, baseline: float) -> bool:
    """Return whether so little was counted outside that the rate may still be worse there."""
    excess = abs(rate - baseline)
    return bool(np.exp(-excess * outside.sum()) > UNLIKELY)
