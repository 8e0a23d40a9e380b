"""The chart of what failed requests have in common."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from pmkit.analysis.causes.attribution import describe_parts
from pmkit.core import theme
from pmkit.core.wording import listing, percent, short
from pmkit.findings.findings import Findings
from pmkit.reports.figures.chart import Chart, style


def failing_parts(findings: Findings) -> Chart | None:
    """Draw each part's share of the failures, and the share of its requests that failed; None if nothing stands out."""
    table = findings.parts
    if table.empty:
        return None
    are, verb = findings.impact.impaired
    names = [short(what, 46) for what in table["what"]]
    places = np.arange(len(table))
    with style():
        figure = Figure(figsize=(theme.FIGURE_WIDTH_IN, 0.95 + 0.42 * len(table)), layout="constrained")
        axes = figure.subplots()
        bars = {
            "coverage": (-0.19, theme.MUTED, f"share of all {are} requests"),
            "error_ratio": (0.19, theme.ERROR, f"share of these requests that {verb}"),
        }
        for column, (shift, colour, label) in bars.items():
            axes.barh(places + shift, table[column], 0.34, color=colour, label=label)
            for place, value in zip(places + shift, table[column], strict=True):
                axes.annotate(percent(value), (value, place), (6, 0), textcoords="offset points", va="center")
        axes.set_yticks(places, names)
        axes.invert_yaxis()
        axes.set_xlim(0, 1.12)
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.set_xlabel("during the impact")
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        figure.legend(loc="outside upper right", ncols=2, handlelength=1)
    shares = [
        f"{name} has {percent(row['coverage'])} of the {are} requests, and {percent(row['error_ratio'])} of its requests {verb}"
        for name, (_, row) in zip(names, table.iterrows(), strict=True)
    ]
    key = f"The bars show each part's share of the {are} requests, and how many of its requests {verb}."
    caption = f"{describe_parts(table, findings.impact.impaired)} {key}"
    return Chart("failing-parts", caption, f"Bar chart of parts of the requests: {listing(shares)}.", figure)
