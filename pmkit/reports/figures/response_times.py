"""The chart of how long each step of the response took, over many incidents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log
from statistics import median

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from pmkit.core import theme
from pmkit.core.wording import duration, listing
from pmkit.reports.figures.chart import Chart
from pmkit.reports.figures.labels import width_in

# Room beside the plot for the names of the steps, and between two labels.
_BESIDE_IN = 1.2
_GAP_IN = 0.08

_TICKS_S = (1, 10, 30, 60, 300, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400, 604_800)


def response_times(times: Mapping[str, Sequence[float]]) -> Chart:
    """Draw every incident's time to each step as a dot, and the median as a line.

    Parameters
    ----------
    times : mapping of str to sequence of float
        Seconds by step, in the order in which the steps are drawn.
    """
    measured = {step: [max(1.0, value) for value in values] for step, values in times.items() if len(values)}
    medians = [f"{step} after {duration(median(values))} (median of {len(values)})" for step, values in measured.items()]
    alt = f"Dot plot of the times of incidents on a logarithmic axis: {listing(medians)}." if medians else "No time is known."
    return Chart("response-times", "Each dot is an incident; the line is the median.", alt, lambda width: _draw(measured, width))


def _draw(measured: Mapping[str, Sequence[float]], width: float) -> Figure:
    figure = Figure(figsize=(width, 0.7 + 0.42 * max(1, len(measured))), layout="constrained")
    axes = figure.subplots()
    for row, values in enumerate(measured.values()):
        axes.plot(values, [row] * len(values), "o", color=theme.ACCENT, alpha=0.55, markersize=5.5, markeredgewidth=0)
        axes.plot([median(values)] * 2, [row - 0.3, row + 0.3], color=theme.ERROR, linewidth=2)
    axes.set_xscale("log")
    everything = [value for values in measured.values() for value in values] or [60.0]
    low, high = min(everything) / 1.6, max(everything) * 1.6
    axes.set_xlim(low, high)
    axes.set_yticks(range(len(measured)), list(measured))
    axes.set_xticks(_readable([tick for tick in _TICKS_S if low <= tick <= high], low, high, width - _BESIDE_IN))
    axes.minorticks_off()
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: duration(value)))
    axes.set_ylim(len(measured) - 0.4, -0.6)
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("time after the onset (log scale)")
    return figure


def _readable(ticks: Sequence[float], low: float, high: float, room_in: float) -> list[float]:
    """Return the ticks whose labels have room beside the label before, from left to right."""
    kept, end_in = list[float](), float("-inf")
    for tick in ticks:
        at, half = room_in * log(tick / low) / log(high / low), width_in(duration(tick)) / 2
        if at - half > end_in + _GAP_IN:
            kept.append(tick)
            end_in = at + half
    return kept
