"""The chart of latency percentiles."""

from __future__ import annotations

from math import ceil, floor, log10, sqrt
from typing import Final

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from pmkit.analysis.impact.impact import Impact
from pmkit.core import theme
from pmkit.core.wording import seconds
from pmkit.findings.findings import Findings
from pmkit.reports.figures.chart import Chart, bin_width, local_time, shade, without_slivers, x

# The column, the label, the colour and the line of each percentile.
_PERCENTILES: Final = {
    "p99_s": ("p99", theme.ERROR, "-"),
    "p95_s": ("p95", theme.CHANGE, "-"),
    "p50_s": ("p50", theme.INK, (0, (4, 2))),
}

_LEAST_TICKS: Final = 3

# The least ratio of the limits of the axis, so that it has enough labels.
_LEAST_RATIO: Final = 3.5


def latency(findings: Findings) -> Chart | None:
    """Draw the latency percentiles over time; None where no log has durations."""
    bins = without_slivers(findings.impact.bins, findings.impact)
    latencies = bins[list(_PERCENTILES)].astype("float64")
    latencies = latencies.where(latencies > 0)
    if latencies.isna().all(axis=None):
        return None
    return Chart("latency", _caption(findings.impact), _alt(findings.impact), lambda width: _draw(findings, latencies, width))


def _draw(findings: Findings, latencies: pd.DataFrame, width_in: float) -> Figure:
    figure = Figure(figsize=(width_in, 2.5), layout="constrained")
    axes = figure.subplots()
    centres = [x(at + bin_width(latencies) / 2) for at in latencies.index]
    for name, (label, colour, line) in _PERCENTILES.items():
        axes.plot(centres, latencies[name], color=colour, linestyle=line, label=label)
    axes.set_yscale("log")
    low, high = _limits(float(latencies.min().min()), float(latencies.max().max()))
    axes.set_ylim(low, high)
    axes.set_yticks(log_ticks(low, high))
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: seconds(value)))
    axes.set_ylabel("latency")
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    axes.legend(loc="lower left", ncols=3, bbox_to_anchor=(0, 0.99), borderaxespad=0.1, title=None, handlelength=1.8)
    shade(axes, findings.impact)
    local_time(axes, findings.impact, findings.zone)
    return figure


def _limits(low: float, high: float) -> tuple[float, float]:
    """Return the limits of the axis, so far apart that three labels fit between them."""
    widening = max(1.15, sqrt(_LEAST_RATIO / (high / low)))
    return low / widening, high * widening


def log_ticks(low: float, high: float) -> list[float]:
    """Return three to eight round values on a logarithmic axis; more than eight only if there are more powers of ten.

    Examples
    --------
    >>> log_ticks(0.02, 0.07), log_ticks(0.5, 20), log_ticks(0.001, 100)
    ([0.02, 0.03, 0.04, 0.05, 0.06], [0.5, 1.0, 2.0, 5.0, 10.0, 20.0], [0.001, 0.01, 0.1, 1.0, 10.0, 100.0])
    """
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    ticks: list[float] = []
    for steps in ((1,), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 8)):
        ticks = [tick for power in powers for step in steps if low <= (tick := float(f"{step}e{power}")) <= high]
        if len(ticks) >= _LEAST_TICKS:
            break
    return ticks


def _caption(impact: Impact) -> str:
    shown = "p50, p95 and p99; log scale"
    if not impact.detected or not {"baseline", "during"} <= set(impact.latency.index):
        return f"Latency of {impact.measured_on.noun}s ({shown})."
    baseline, during = (seconds(float(impact.latency["p95_s"][part])) for part in ("baseline", "during"))
    if during == baseline:
        return f"p95 latency was {during} during the impact, the same as its baseline ({shown})."
    return f"p95 latency was {during} during the impact, compared with a baseline of {baseline} ({shown})."


def _alt(impact: Impact) -> str:
    table = impact.latency
    percentiles = {
        part: f"p50 is {seconds(float(table.loc[part, 'p50_s']))} and p95 is {seconds(float(table.loc[part, 'p95_s']))}"
        for part in table.index
    }
    if not impact.detected:
        return f"Line chart of latency percentiles. Over the whole period, {percentiles['baseline']}."
    baseline = f" At the baseline, {percentiles['baseline']}." if "baseline" in percentiles else ""
    during = f" During the impact, {percentiles['during']}." if "during" in percentiles else ""
    return f"Line chart of latency percentiles.{baseline}{during}"
