"""The error-rate chart."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from pmkit.analysis.impact.impact import Impact
from pmkit.core import theme
from pmkit.core.wording import count, duration, listing, percent, zone_name
from pmkit.findings.findings import Findings
from pmkit.reports.figures.chart import Chart, bin_width, highest, local_time, shade, without_slivers, x
from pmkit.reports.figures.marks import FRAME_IN, PANELS, ROW_IN, Mark, label_marks, marks


def error_rate(findings: Findings) -> Chart | None:
    """Draw requests and errors per bin and the error ratio with its band, and mark changes and alerts; None without data."""
    if not findings.impact.measured:
        return None
    shown = marks(findings)
    caption = _caption(findings.impact)
    if not shown:
        caption = caption.replace(" Changes and alerts are marked.", "").replace(", changes and alerts are marked", "")
    return Chart("error-rate", caption, _alt(findings, shown), lambda width: _draw(findings, shown, width))


def _draw(findings: Findings, shown: list[Mark], width_in: float) -> Figure:
    impact, zone = findings.impact, findings.zone
    bins = without_slivers(impact.bins, impact)
    width = bin_width(bins)
    good, bad = ("good", "bad") if impact.measured_on.unit == "sample" else ("succeeded", "failed")
    figure = Figure(figsize=(width_in, sum(PANELS) + FRAME_IN), layout="constrained")
    strip, traffic, ratio = figure.subplots(3, 1, sharex=True, height_ratios=[ROW_IN, *PANELS])
    centres = [x(at + width / 2) for at in bins.index]
    days = width.total_seconds() / 86400
    traffic.bar(centres, bins["events"] - bins["errors"], days * 0.92, bottom=bins["errors"], color=theme.TRAFFIC, label=good)
    traffic.bar(centres, bins["errors"], days * 0.92, color=theme.ERROR, label=bad)
    traffic.set_ylabel(f"{impact.measured_on.noun}s\nper {duration(width.total_seconds())}")
    traffic.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    traffic.yaxis.set_major_formatter(FuncFormatter(lambda value, _: count(value)))
    traffic.legend(loc="lower left", ncols=2, bbox_to_anchor=(0, 0.99), borderaxespad=0.1, handlelength=1)
    ratio.fill_between(centres, bins["low"], bins["high"], color=theme.ERROR, alpha=0.22, linewidth=0, label="95% band")
    ratio.plot(centres, bins["error_ratio"], color=theme.ERROR, label=_share(impact))
    ratio.axhline(impact.baseline_error_ratio, color=theme.INK, linewidth=0.9, linestyle=(0, (4, 3)), label="baseline")
    ratio.set_ylim(0, highest(bins))
    # Steps of 2.5% are excluded, because their labels would be rounded.
    ratio.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    ratio.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=_decimals(ratio)))
    ratio.set_ylabel(_share(impact).replace(" of ", " of\n"))
    ratio.legend(loc="lower left", ncols=3, bbox_to_anchor=(0, 0.99), borderaxespad=0.1, handlelength=1.6, columnspacing=1.2)
    for axes in (traffic, ratio):
        axes.grid(axis="y")
        axes.set_axisbelow(True)
        shade(axes, impact)
    local_time(ratio, impact, zone)
    label_marks(figure, strip, (traffic, ratio), shown)
    return figure


def _caption(impact: Impact) -> str:
    verbs = {"sample": "were bad", "event": "were errors"}
    bad = f"of {impact.measured_on.noun}s {verbs.get(impact.measured_on.unit, 'failed')}"
    if impact.undetermined and not impact.detected:
        failures = f"{impact.measured_on.failure}s".capitalize()
        return f"{failures} cannot be counted: {impact.undetermined}. Changes and alerts are marked."
    if not impact.detected:
        return f"{percent(impact.error_ratio)} {bad}, no more than usual. Changes and alerts are marked."
    if not impact.failed_requests:
        return f"None of the {impact.measured_on.noun}s failed; the impact is shaded, changes and alerts are marked."
    baseline = f"a baseline of {percent(impact.baseline_error_ratio)}"
    return f"At the peak, {percent(impact.peak_error_ratio)} {bad}, compared with {baseline}. Changes and alerts are marked."


def _share(impact: Impact) -> str:
    return "share of bad samples" if impact.measured_on.unit == "sample" else "error ratio"


def _decimals(axes: Axes) -> int:
    return 1 if axes.get_ylim()[1] < 0.05 else 0


def _alt(findings: Findings, shown: list[Mark]) -> str:
    impact, zone = findings.impact, findings.zone
    what = f"Bar chart of {impact.measured_on.noun}s and line chart of their {_share(impact)}"
    what += (
        f" from {findings.clock(impact.data_start)} to {findings.clock(impact.data_end)} ({zone_name(impact.data_start, zone)})."
    )
    if impact.undetermined and not impact.detected:
        return f"{what} Whether there was an impact cannot be determined: {impact.undetermined}."
    if not impact.detected:
        return f"{what} No impact was found; {percent(impact.error_ratio)} of the {impact.measured_on.noun}s failed."
    story = (
        f" The {_share(impact)} has a baseline of {percent(impact.baseline_error_ratio)} and rises from"
        f" {findings.clock(impact.start)} to a peak of {percent(impact.peak_error_ratio)}"
        f"{', without recovery by the end' if impact.ongoing else f'; the last error is at {findings.clock(impact.end)}'}."
    )
    marked = [f"{mark.text} at {findings.clock(mark.at)}" for mark in shown]
    return what + story + (f" Marked: {listing(marked)}." if marked else "")
