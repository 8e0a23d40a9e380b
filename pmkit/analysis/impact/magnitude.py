"""How large an impact was: its peak, lost traffic, error budget, routes and latency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from pmkit.analysis.impact import anomalies, seasonality
from pmkit.analysis.impact.impact_window import Window
from pmkit.analysis.impact.impact_windows import is_bin_inside
from pmkit.analysis.impact.time_bins import (
    TimeSpan,
    chart_width,
    counts,
    full_bins,
    is_row_inside,
    is_sparse,
    latency,
    ratio_with_band,
)
from pmkit.core import schema
from pmkit.incident.service_level import Slo

# The peak is the worst bin of this width, seconds.
PEAK_S: Final = 60


@dataclass(frozen=True, eq=False)
class Magnitude:
    """How large an impact was; see `Impact` for the fields."""

    requests: int
    failed_requests: int
    lost_requests: int
    peak_error_ratio: float
    peak_at: pd.Timestamp
    baseline_error_ratio: float
    baseline_per_s: float
    error_budget_spent: float | None
    routes: pd.DataFrame
    latency: pd.DataFrame


def measure(
    counted: pd.DataFrame, fine: pd.DataFrame, spans: Sequence[TimeSpan], slo: Slo | None, *, detected: bool, by_requests: bool
) -> Magnitude:
    """Return the magnitude of an impact.

    Parameters
    ----------
    counted : DataFrame
        Columns of `schema.JUDGED`, only of what impact is counted on.
    fine : DataFrame
        `events` and `errors` per `schema.BIN_S` seconds.
    spans : sequence of (Timestamp, Timestamp)
        When the impact took place; the numbers are sums over all of them.
    slo : Slo or None
        What the error budget is counted against.
    detected : bool
        Whether there was an impact; otherwise the span is all of the data.
    by_requests : bool
        Whether requests are counted, rather than events or samples.
    """
    inside = is_row_inside(counted, spans)
    outside = counted[~inside] if detected else counted
    has_traffic = detected and by_requests
    per_s, lost = traffic(fine, spans) if has_traffic else (median_rate(fine), 0)
    failed = int(counted.loc[inside & counted["is_error"], "events"].sum())
    peak_ratio, peak_at = peak(counted, inside) if inside.any() else (0.0, spans[0][0])
    return Magnitude(
        requests=int(counted.loc[inside, "events"].sum()),
        failed_requests=failed,
        lost_requests=lost,
        peak_error_ratio=peak_ratio,
        peak_at=peak_at,
        baseline_error_ratio=error_ratio(outside),
        baseline_per_s=per_s,
        error_budget_spent=budget_spent(failed, per_s, slo) if has_traffic and slo else None,
        routes=by_route(counted, inside),
        latency=latency_around(outside, counted[inside]),
    )


def median_rate(fine: pd.DataFrame) -> float:
    """Return the median of events per second."""
    return 0.0 if fine.empty or is_sparse(fine) else float(fine["events"].median() / schema.BIN_S)


def traffic(fine: pd.DataFrame, spans: Sequence[TimeSpan]) -> tuple[float, int]:
    """Return the baseline of requests per second, and how many requests were lost during the impact."""
    in_window = pd.Series(is_bin_inside(fine.index, spans).to_numpy(), index=fine.index)
    whole, within = fine["events"].iloc[1:-1], in_window.iloc[1:-1]
    inside, outside = whole[within], whole[~within]
    if len(outside) < 5 or inside.empty or is_sparse(fine):
        return median_rate(fine), 0
    baseline = seasonality.baseline(fine["events"], in_window)
    expected, level = float(baseline[inside.index].sum()), float(outside.median())
    noise = max(1.4826 * float((outside - baseline[outside.index]).abs().median()), level**0.5)
    lost = expected - float(inside.sum())
    significant = lost > 4 * noise * len(inside) ** 0.5 and inside.sum() < anomalies.DROP_TO * expected
    return level / schema.BIN_S, round(lost) if significant else 0


def error_ratio(counted: pd.DataFrame) -> float:
    """Return the share of events that are errors, 0 to 1; 0 without events."""
    total = counted["events"].sum()
    return float(counted.loc[counted["is_error"], "events"].sum() / total) if total else 0.0


def peak(counted: pd.DataFrame, inside: pd.Series) -> tuple[float, pd.Timestamp]:
    """Return the error ratio and start of the worst minute; minutes with few requests are ignored unless all are like that."""
    minutes = counted["bin"].dt.floor(f"{PEAK_S}s")
    table = full_bins(counted[minutes.isin(minutes[inside])], PEAK_S)
    usable = table[table["events"] >= min(20, table["events"].max())]
    ratio = usable["errors"] / usable["events"].clip(lower=1)
    return float(ratio.max()), pd.Timestamp(ratio.idxmax())


def budget_spent(failed: int, per_s: float, slo: Slo) -> float | None:
    """Return the share of the error budget that failed requests have spent; None without traffic."""
    allowed = (1 - slo.availability) * per_s * slo.window_days * 86400
    return failed / allowed if allowed > 0 else None


def by_route(counted: pd.DataFrame, inside: pd.Series) -> pd.DataFrame:
    """Return one row per service and route, see `Impact.routes`."""
    keys = ["service", "http_route"]
    failed = counted["events"].where(counted["is_error"], 0)
    frame = counted[keys].assign(
        events=counted["events"].where(inside, 0),
        failed=failed.where(inside, 0),
        baseline_events=counted["events"].where(~inside, 0),
        baseline_failed=failed.where(~inside, 0),
    )
    sums = frame.groupby(keys, dropna=False).sum()
    routes = sums[["events", "failed"]].assign(
        error_ratio=(sums["failed"] / sums["events"].where(sums["events"] > 0)).astype("float64"),
        baseline_ratio=(sums["baseline_failed"] / sums["baseline_events"].where(sums["baseline_events"] > 0)).astype("float64"),
        p95_s=latency(counted[inside], keys)["p95_s"],
        baseline_p95_s=latency(counted[~inside], keys)["p95_s"],
    )
    return routes.reset_index().sort_values(["failed", "events", *keys], ascending=[False, False, True, True], ignore_index=True)


def latency_around(outside: pd.DataFrame, inside: pd.DataFrame) -> pd.DataFrame:
    """Return the baseline of latency percentiles, and those during the impact, see `Impact.latency`."""
    parts = pd.concat([outside.assign(part="baseline"), inside.assign(part="during")])
    return latency(parts, ["part"])


def chart_bins(counted: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return counts and latencies per bin of a chart, see `Impact.bins`."""
    width = chart_width(window.data_start, window.data_end)
    table = ratio_with_band(counts(counted, width))
    percentiles = latency(counted, [counted["bin"].dt.floor(f"{width}s")])
    return table.join(percentiles.reindex(table.index)[["p50_s", "p95_s", "p99_s"]])
