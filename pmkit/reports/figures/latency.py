"""The chart of latency percentiles."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from pmkit.analysis.impact.impact import Impact
from pmkit.core import theme
from pmkit.core.wording import seconds
from pmkit.findings.findings import Findings
from pmkit.reports.figures.chart import Chart, bin_width, local_time, shade, style, without_slivers, x


def latency(findings: Findings) -> Chart | None:
    """Draw the latency percentiles over time; None where no log has durations."""
    impact, zone = findings.impact, findings.zone
    bins = without_slivers(impact.bins, impact)
    if bins["p50_s"].isna().all():
        return None
    width = bin_width(bins)
    styles = {
        "p99_s": ("p99", theme.ERROR, "-"),
        "p95_s": ("p95", theme.CHANGE, "-"),
        "p50_s": ("p50", theme.INK, (0, (4, 2))),
    }
    with style():
        figure = Figure(figsize=(theme.FIGURE_WIDTH_IN, 2.5), layout="constrained")
        axes = figure.subplots()
        centres = [x(at + width / 2) for at in bins.index]
        for name, (label, colour, line) in styles.items():
            axes.plot(centres, bins[name], color=colour, linestyle=line, label=label)
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: seconds(value)))
        axes.yaxis.set_minor_formatter(FuncFormatter(lambda *_: ""))
        axes.set_ylabel("latency")
        axes.grid(axis="y")
        axes.set_axisbelow(True)
        axes.legend(loc="lower left", ncols=3, bbox_to_anchor=(0, 0.99), borderaxespad=0.1, title=None, handlelength=1.8)
        shade(axes, impact)
        local_time(axes, impact, zone)
    return Chart("latency", _caption(impact), _alt(impact), figure)


def _caption(impact: Impact) -> str:
    shown = "p50, p95 and p99; log scale"
    if not impact.detected or not {"baseline", "during"} <= set(impact.latency.index):
        return f"Latency of {impact.measured_on.unit}s ({shown})."
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
