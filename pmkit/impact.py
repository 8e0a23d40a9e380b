"""When the impact began and ended, and how large it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from pmkit import schema
from pmkit.changepoint import Segment, Series, cut_range, dispersion, segments
from pmkit.incident import ErrorRule, Slo
from pmkit.series import chart_width, counts, latency, mark_errors, ratio_with_band
from pmkit.tier import Tier

WORSE_BY: Final = 3.0
"""An error ratio counts as impact when it is this many times the baseline …"""
WORSE_BY_RATIO: Final = 0.005
"""… and higher than it by this much …"""
FEWEST_ERRORS: Final = 5
"""… and has this many errors."""
SLOW_BY_RATIO: Final = 0.10
"""Latency is impaired when the share of slow requests grows by this much."""
DROP_TO: Final = 0.8
"""Traffic is impaired when it falls below this share of the baseline."""
CERTAIN: Final = 12.0
"""Log-likelihood ratio to the baseline that a stretch must have, in units of the dispersion."""
JOIN_S: Final = 300
"""Impact that pauses for no longer than this is one impact, seconds."""
UNLIKELY: Final = 0.05
"""What is less probable than this is not taken for chance."""
CLEARLY_FAILING: Final = 0.05
"""Data whose calmest stretch fails more often than this has no calm stretch."""
PEAK_S: Final = 60
"""The peak is the worst bin of this width, seconds."""


@dataclass(frozen=True)
class Episode:
    """A stretch of bins in which something was worse than the baseline.

    Attributes
    ----------
    first, stop : int
        The first bin of it, and the first bin after it.
    first_range, stop_range : tuple of int
        The earliest and latest places of both that the counts allow, at 90 %.
    baseline : float
        The rate outside.
    began_before, ongoing : bool
        Whether the data show its beginning and its end.
    """

    first: int
    stop: int
    first_range: tuple[int, int]
    stop_range: tuple[int, int]
    baseline: float
    began_before: bool
    ongoing: bool


@dataclass(frozen=True, eq=False)
class Impact:
    """What the incident did, as far as the logs show it. Times are UTC, ratios 0 to 1.

    Attributes
    ----------
    detected : bool
        Whether anything was worse than the baseline; if not, the window is all of the data.
    start, end : Timestamp
        The first and the last error of the impact. When it is `ongoing`, `end` is the end of
        the data; when it `began_before`, `start` is their beginning.
    start_range, end_range : tuple of Timestamp
        Where the counts allow start and end to be, at 90 %.
    events, failed : int
        Requests (or events, see `tier`) in the window, and those of them that failed.
    lost_requests : int
        Requests fewer than the baseline's traffic would have brought.
    peak_error_ratio, peak_at : float, Timestamp
        The worst minute and its start.
    baseline_error_ratio, baseline_per_s : float
        Outside of the window.
    signals : tuple of str
        What was worse: errors, latency, traffic.
    slow_from : Timestamp or None
        When latency began to be impaired.
    routes : DataFrame
        One row a service and route: `events`, `failed`, `error_ratio`, `baseline_ratio`,
        `p95_s`, `baseline_p95_s`, the most failures first.
    bins : DataFrame
        For charts: per bin `events`, `errors`, `error_ratio`, `low`, `high`, `p50_s`, `p95_s`,
        `p99_s`; indexed by the start of the bin.
    """

    detected: bool
    tier: Tier
    signals: tuple[str, ...]
    start: pd.Timestamp
    end: pd.Timestamp
    start_range: tuple[pd.Timestamp, pd.Timestamp]
    end_range: tuple[pd.Timestamp, pd.Timestamp]
    began_before: bool
    ongoing: bool
    events: int
    failed: int
    lost_requests: int
    peak_error_ratio: float
    peak_at: pd.Timestamp
    baseline_error_ratio: float
    baseline_per_s: float
    slow_from: pd.Timestamp | None
    error_budget_spent: float | None
    clients_affected: int | None
    data_start: pd.Timestamp
    data_end: pd.Timestamp
    routes: pd.DataFrame
    latency: pd.DataFrame
    bins: pd.DataFrame

    @property
    def window(self) -> tuple[pd.Timestamp, pd.Timestamp] | None:
        """Start and end of the impact; None where there was none."""
        return (self.start, self.end) if self.detected else None

    @property
    def duration_s(self) -> float:
        """Length of the impact, seconds; up to the end of the data while it is ongoing."""
        return float((self.end - self.start).total_seconds())

    @property
    def error_ratio(self) -> float:
        """Share of the window's requests that failed, 0 to 1."""
        return self.failed / self.events if self.events else 0.0


def assess(rollup: pd.DataFrame, tier: Tier, rule: ErrorRule, slo: Slo | None = None) -> Impact:
    """Find the impact in a rollup.

    Parameters
    ----------
    rollup : DataFrame
        Columns of `schema.ROLLUP`; not changed.
    tier : Tier
        The log that impact is counted on.
    rule : ErrorRule
        What counts as an error.
    slo : Slo, optional
        What the error budget is counted against.

    Returns
    -------
    Impact
        Errors decide when the impact began and ended; where there are none to speak of,
        latency does, and where that is unimpaired, traffic.
    """
    marked = mark_errors(rollup[rollup["source"].isin(tier.sources)], rule)
    if tier.unit == "request":
        marked = marked[marked["is_request"]]
    fine = counts(marked)
    by_errors = _error_episode(fine, tier)
    slow = _slow_counts(marked, fine)
    by_latency = _slow_episode(slow)
    by_traffic = _traffic_episode(fine) if by_errors is None and by_latency is None and tier.unit == "request" else None
    chosen = by_errors or by_latency or by_traffic
    data = (marked["first_at"].min(), marked["last_at"].max())
    if chosen and chosen is by_errors:
        start, end = _error_times(marked, fine, chosen)
    else:
        start, end = (_at(fine, chosen.first), _at(fine, chosen.stop)) if chosen else data
    start, end = max(start, data[0]), min(end, data[1])
    ongoing, began_before = bool(chosen and chosen.ongoing), bool(chosen and chosen.began_before)
    start, end = (data[0] if began_before else start), (data[1] if ongoing else end)
    inside = marked["bin"].between(start.floor(f"{schema.BIN_S}s"), end)
    per_s, lost = _traffic(fine, start, end) if chosen and tier.unit == "request" else (_rate(fine), 0)
    signals = {"errors": by_errors, "latency": by_latency, "traffic": by_traffic or lost}
    failed = int(marked.loc[inside & marked["is_error"], "events"].sum())
    peak_ratio, peak_at = _peak(marked[inside])
    baseline = marked[~inside] if chosen else marked
    return Impact(
        detected=chosen is not None,
        tier=tier,
        signals=tuple(name for name, found in signals.items() if found),
        start=start,
        end=end,
        start_range=_range(fine, chosen.first_range, start) if chosen else (start, start),
        end_range=_range(fine, chosen.stop_range, end) if chosen else (end, end),
        began_before=began_before,
        ongoing=ongoing,
        events=int(marked.loc[inside, "events"].sum()),
        failed=failed,
        lost_requests=lost,
        peak_error_ratio=peak_ratio,
        peak_at=peak_at,
        baseline_error_ratio=_ratio(baseline),
        baseline_per_s=per_s,
        slow_from=max(_at(slow, by_latency.first), data[0]) if by_latency else None,
        error_budget_spent=_budget(failed, per_s, slo) if chosen and slo and tier.unit == "request" else None,
        clients_affected=None,
        data_start=data[0],
        data_end=data[1],
        routes=_routes(marked, inside),
        latency=latency(baseline if chosen else marked, [pd.Series("outside", index=baseline.index, name="window")]).pipe(
            lambda outside: pd.concat(
                [outside, latency(marked[inside], [pd.Series("during", index=marked.index, name="window")])]
            )
        ),
        bins=_chart_bins(marked, *data),
    )


# Episodes


def _error_episode(fine: pd.DataFrame, tier: Tier) -> Episode | None:
    errors = fine["errors"].to_numpy("float64")
    trials = fine["events"].to_numpy("float64") if tier.unit == "request" else np.ones(len(fine))
    series = Series(errors, trials, binomial=tier.unit == "request")
    least = WORSE_BY_RATIO if series.binomial else FEWEST_ERRORS / len(fine)

    def worse(part: Segment, baseline: float) -> bool:
        return part.hits >= FEWEST_ERRORS and part.rate >= max(WORSE_BY * baseline, baseline + least)

    return _episode(series, worse, extend=True, clearly=CLEARLY_FAILING if series.binomial else None)


def _slow_counts(marked: pd.DataFrame, fine: pd.DataFrame) -> pd.DataFrame:
    """Count timed requests and, as errors, those slower than 95 % of an ordinary bin's."""
    timed = marked[marked["latency_bucket"].notna()]
    if timed.empty:
        return fine.iloc[:0]
    usual = float(latency(timed, ["bin"])["p95_s"].quantile(0.25))
    limit = schema.LATENCY_PER_DECADE * np.log10(max(usual, schema.LATENCY_BASE_S) / schema.LATENCY_BASE_S) + 1
    slow = counts(timed.assign(is_error=timed["latency_bucket"] > limit))
    return slow.reindex(fine.index, fill_value=0)


def _slow_episode(slow: pd.DataFrame) -> Episode | None:
    series = Series(slow["errors"].to_numpy("float64"), slow["events"].to_numpy("float64"), binomial=True)

    def worse(part: Segment, baseline: float) -> bool:
        return part.hits >= FEWEST_ERRORS and part.rate >= max(WORSE_BY * baseline, baseline + SLOW_BY_RATIO)

    return _episode(series, worse, extend=False) if len(slow) else None


def _traffic_episode(fine: pd.DataFrame) -> Episode | None:
    inner = fine["events"].to_numpy("float64")[1:-1]
    if len(inner) < 10:
        return None
    usual = float(np.median(inner))
    events = np.r_[usual, inner, usual]

    def worse(part: Segment, baseline: float) -> bool:
        return part.rate <= DROP_TO * baseline / 1.25 and (baseline - part.rate) * part.trials >= 10 * FEWEST_ERRORS

    return _episode(Series(events, np.ones(len(events)), binomial=False), worse, extend=False, baseline=usual)


def _episode(
    series: Series,
    worse: Callable[[Segment, float], bool],
    *,
    extend: bool,
    baseline: float | None = None,
    clearly: float | None = None,
) -> Episode | None:
    """Find the stretch with the largest excess over the baseline."""
    parts = segments(series)
    usual = _baseline(parts, series.binomial) if baseline is None else baseline
    if clearly is not None and usual > clearly:
        usual = WORSE_BY_RATIO
    spread = dispersion(series, [part.first for part in parts] + [parts[-1].stop])
    bad = [worse(part, usual) and _certainty(series, part, usual) >= CERTAIN * spread for part in parts]
    runs = _runs(parts, bad)
    if not runs:
        return None
    first, last = max(runs, key=lambda run: sum(abs(part.rate - usual) * part.trials for part in parts[run[0] : run[1] + 1]))
    begin, stop = parts[first].first, parts[last].stop
    before = parts[first - 1].first if first else 0
    after = parts[last + 1].stop if last + 1 < len(parts) else len(series.hits)
    begin_range = cut_range(series, begin, before, parts[first].stop)
    stop_range = cut_range(series, stop, parts[last].first, after)
    if extend:
        begin, stop = _stragglers(series, begin, stop, usual)
    return Episode(
        begin,
        stop,
        (min(begin, begin_range[0]), max(begin, begin_range[1])),
        (min(stop, stop_range[0]), max(stop, stop_range[1])),
        usual,
        began_before=_unseen(series.trials[:begin], parts[first].rate, usual),
        ongoing=_unseen(series.trials[stop:], parts[last].rate, usual),
    )


def _baseline(parts: list[Segment], binomial: bool) -> float:
    """Rate of the calmest substantial stretch, pooled with those that are about as calm."""
    whole = sum(part.trials for part in parts)
    substantial = [part for part in parts if part.trials >= 0.02 * whole] or parts
    calmest = min(substantial, key=lambda part: (part.hits + 0.5) / (part.trials + 1.0))
    least = WORSE_BY_RATIO if binomial else 0.0
    near = [part for part in parts if part.rate <= max(2 * calmest.rate, calmest.rate + least)]
    return (sum(part.hits for part in near) + 0.5) / (sum(part.trials for part in near) + 1.0)


def _certainty(series: Series, part: Segment, usual: float) -> float:
    hits, trials = np.array([part.hits]), np.array([part.trials])
    return float((series.log_likelihood(hits, trials) - series.log_likelihood_at(hits, trials, usual))[0])


def _runs(parts: list[Segment], bad: list[bool]) -> list[tuple[int, int]]:
    """Join bad stretches that are no further apart than JOIN_S into runs of (first, last) stretch."""
    runs: list[tuple[int, int]] = []
    for n, is_bad in enumerate(bad):
        if is_bad and runs and (parts[n].first - parts[runs[-1][1]].stop) * schema.BIN_S <= JOIN_S:
            runs[-1] = (runs[-1][0], n)
        elif is_bad:
            runs.append((n, n))
    return runs


def _stragglers(series: Series, first: int, stop: int, usual: float) -> tuple[int, int]:
    """Move both ends to the errors next to them that the baseline makes improbable."""
    with_hits = np.flatnonzero(series.hits > 0)
    for place in with_hits[with_hits < first][::-1]:
        if -np.expm1(-usual * series.trials[place:first].sum()) >= UNLIKELY:
            break
        first = int(place)
    for place in with_hits[with_hits >= stop]:
        if -np.expm1(-usual * series.trials[stop : place + 1].sum()) >= UNLIKELY:
            break
        stop = int(place) + 1
    return first, stop


def _unseen(outside: np.ndarray[tuple[int], np.dtype[np.float64]], rate: float, usual: float) -> bool:
    """Tell whether so little lies outside that the worse rate could well go on there."""
    excess = abs(rate - usual)
    return bool(np.exp(-excess * outside.sum()) > UNLIKELY)


# Times and numbers


def _at(fine: pd.DataFrame, place: int) -> pd.Timestamp:
    return pd.Timestamp(fine.index[0] + pd.Timedelta(seconds=schema.BIN_S * place))


def _error_times(marked: pd.DataFrame, fine: pd.DataFrame, found: Episode) -> tuple[pd.Timestamp, pd.Timestamp]:
    last_bin = _at(fine, found.stop - 1)
    errors = marked[marked["is_error"] & marked["bin"].between(_at(fine, found.first), last_bin)]
    return errors["first_at"].min(), errors["last_at"].max()


def _range(fine: pd.DataFrame, places: tuple[int, int], at: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
    early, late = _at(fine, places[0]), _at(fine, places[1])
    return min(early, at), max(late, at)


def _rate(fine: pd.DataFrame) -> float:
    return float(fine["events"].median() / schema.BIN_S) if len(fine) else 0.0


def _traffic(fine: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> tuple[float, int]:
    """Return the traffic outside of the window, per second, and the requests that it lacks inside."""
    whole = fine.iloc[1:-1]["events"]
    inside = whole[(whole.index >= start.floor(f"{schema.BIN_S}s")) & (whole.index <= end)]
    outside = whole.drop(inside.index)
    if len(outside) < 5 or inside.empty:
        return _rate(fine), 0
    usual = float(outside.median())
    noise = max(1.4826 * float((outside - usual).abs().median()), usual**0.5)
    lost = usual * len(inside) - float(inside.sum())
    significant = lost > 4 * noise * len(inside) ** 0.5 and inside.mean() < DROP_TO * usual
    return usual / schema.BIN_S, round(lost) if significant else 0


def _ratio(marked: pd.DataFrame) -> float:
    total = marked["events"].sum()
    return float(marked.loc[marked["is_error"], "events"].sum() / total) if total else 0.0


def _peak(inside: pd.DataFrame) -> tuple[float, pd.Timestamp]:
    """Find the worst minute; minutes with hardly any requests do not count unless all are so."""
    table = counts(inside, PEAK_S)
    usable = table[table["events"] >= min(20, table["events"].max())]
    ratio = usable["errors"] / usable["events"].clip(lower=1)
    return float(ratio.max()), pd.Timestamp(ratio.idxmax())


def _budget(failed: int, per_s: float, slo: Slo) -> float | None:
    allowed = (1 - slo.availability) * per_s * slo.window_days * 86400
    return failed / allowed if allowed > 0 else None


def _routes(marked: pd.DataFrame, inside: pd.Series) -> pd.DataFrame:
    keys = ["service", "http_route"]
    failed = marked["events"].where(marked["is_error"], 0)
    frame = marked[keys].assign(
        events=marked["events"].where(inside, 0),
        failed=failed.where(inside, 0),
        outside=marked["events"].where(~inside, 0),
        outside_failed=failed.where(~inside, 0),
    )
    sums = frame.groupby(keys, dropna=False).sum()
    found = sums[["events", "failed"]].assign(
        error_ratio=(sums["failed"] / sums["events"].where(sums["events"] > 0)).astype("float64"),
        baseline_ratio=(sums["outside_failed"] / sums["outside"].where(sums["outside"] > 0)).astype("float64"),
        p95_s=latency(marked[inside], keys)["p95_s"],
        baseline_p95_s=latency(marked[~inside], keys)["p95_s"],
    )
    return found.reset_index().sort_values(["failed", "events", *keys], ascending=[False, False, True, True], ignore_index=True)


def _chart_bins(marked: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    width = chart_width(first, last)
    table = ratio_with_band(counts(marked, width))
    found = latency(marked, [marked["bin"].dt.floor(f"{width}s")])
    return table.join(found.reindex(table.index)[["p50_s", "p95_s", "p99_s"]])
