"""The chart of failures by service and route."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from pmkit.analysis.rows import route_name
from pmkit.core import theme
from pmkit.core.wording import count, listing, percent, plural, short
from pmkit.findings.findings import Findings
from pmkit.reports.figures.chart import Chart, style

MOST_ROUTES: Final = 12


def errors_by_route(findings: Findings) -> Chart | None:
    """Draw the share of failed requests by service and route; None where nothing failed."""
    impact = findings.impact
    table = impact.routes[impact.routes["events"] > 0].head(MOST_ROUTES)
    if not impact.failed_requests or table.empty:
        return None
    names = [short(route_name(row), 46) or "unknown" for _, row in table.iterrows()]
    with style():
        figure = Figure(figsize=(theme.FIGURE_WIDTH_IN, 1.25 + 0.24 * len(table)), layout="constrained")
        axes = figure.subplots()
        places = np.arange(len(table))
        axes.barh(places, table["error_ratio"], 0.62, color=theme.ERROR)
        axes.plot(
            table["baseline_ratio"],
            places,
            "|",
            color=theme.INK,
            markersize=9,
            markeredgewidth=1.4,
            label="baseline",
        )
        for place, (_, row) in zip(places, table.iterrows(), strict=True):
            words = f"{percent(row['error_ratio'])}, {count(row['failed'])} of {count(row['events'])}"
            axes.annotate(words, (row["error_ratio"], place), (6, 0), textcoords="offset points", va="center")
        axes.set_yticks(places, names)
        axes.invert_yaxis()
        axes.set_xlim(0, 1.32 * float(table["error_ratio"].max()))
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        ticks = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(0, float(table["error_ratio"].max()))
        axes.set_xticks([tick for tick in ticks if tick <= 1])
        axes.set_xlabel(f"share of {impact.measured_on.unit}s that {impact.impaired.verb} during the impact")
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        figure.legend(loc="outside upper right", handlelength=1)
    failures = f"{impact.measured_on.failure}s"
    by = "metric" if impact.measured_on.unit == "sample" else "service and route"
    shown = f"{failures.capitalize()} by {by} during the impact; the tick marks the baseline."
    share = f"{percent(table['error_ratio'].iloc[0])} of its {impact.measured_on.unit}s {impact.impaired.verb}"
    caption = (f"{names[0]} had the most failures: {share}. " if len(table) > 1 else "") + shown
    failing = [
        f"{name} {percent(row['error_ratio'])}" for name, (_, row) in zip(names, table.iterrows(), strict=True) if row["failed"]
    ]
    unaffected = len(table) - len(failing)
    rest = f" {plural(unaffected, 'route')} had no failures." if unaffected else ""
    return Chart("errors-by-route", caption, f"Bar chart of the share of {failures}: {listing(failing)}.{rest}", figure)
