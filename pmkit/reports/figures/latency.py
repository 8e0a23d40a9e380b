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
        "p99_s": ("99%", theme.ERROR, "-"),
        "p95_s": ("95%", theme.CHANGE, "-"),
        "p50_s": ("half", theme.INK, (0, (4, 2))),
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
        axes.set_ylabel("served within")
        axes.grid(axis="y")
        axes.set_axisbelow(True)
        axes.legend(loc="lower left", ncols=3, bbox_to_anchor=(0, 0.99), borderaxespad=0.1, title=None, handlelength=1.8)
        shade(axes, impact)
        local_time(axes, impact, zone)
    return Chart("latency", _caption(impact), _alt_latency(impact), figure)


def _caption(impact: Impact) -> str:
    shown = f"ime within which half, 95% and 99% of the {impact.measured_on.unit}s were served, on a logarithmic scale."
    if not impact.detected or not {"outside", "during"} <= set(impact.latency.index):
        return f"T{shown}"
    usual, bad = (seconds(float(impact.latency["p95_s"][part])) for part in ("outside", "during"))
    if bad == usual:
        return f"95% were served within {bad}, during the impact as outside of it: t{shown}"
    return f"95% were served within {bad} during the impact, and within {usual} outside of it: t{shown}"


def _alt_latency(impact: Impact) -> str:
    table = impact.latency
    told = {
        part: " and 95% ".join(f"{seconds(float(table.loc[part, name]))} or less" for name in ("p50_s", "p95_s"))
        for part in table.index
    }
    usual = f" Outside of the impact half of the requests take {told['outside']}." if "outside" in told else ""
    bad = f" During the impact half of them take {told['during']}." if impact.detected and "during" in told else ""
    return f"Line chart of latency percentiles.{usual}{bad}"
