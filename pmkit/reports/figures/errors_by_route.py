"""The chart of failures by service and route."""

from __future__ import annotations

from typing import Final

from pmkit.analysis.rows import route_name
from pmkit.core import theme
from pmkit.core.wording import count, listing, percent, plural
from pmkit.findings.findings import Findings
from pmkit.reports.figures.bars import Series, bars
from pmkit.reports.figures.chart import Chart

MOST_ROUTES: Final = 12


def errors_by_route(findings: Findings) -> Chart | None:
    """Draw the share of failed requests by service and route; None where nothing failed."""
    impact = findings.impact
    table = impact.routes[impact.routes["events"] > 0].head(MOST_ROUTES)
    if not impact.failed_requests or table.empty:
        return None
    names = [route_name(row) or "unknown" for _, row in table.iterrows()]
    words = [f"{percent(row['error_ratio'])}, {count(row['failed'])} of {count(row['events'])}" for _, row in table.iterrows()]
    shown = Series("failed", theme.ERROR, list(table["error_ratio"]), words, list(table["baseline_ratio"]))
    xlabel = f"share of {impact.measured_on.noun}s that {impact.impaired.verb} during the impact"
    failures = f"{impact.measured_on.failure}s"
    by = "metric" if impact.measured_on.unit == "sample" else "service and route"
    key = f"{failures.capitalize()} by {by} during the impact; the tick marks the baseline."
    share = f"{percent(table['error_ratio'].iloc[0])} of its {impact.measured_on.noun}s {impact.impaired.verb}"
    caption = (f"{names[0]} had the most failures: {share}. " if len(table) > 1 else "") + key
    failing = [
        f"{name} {percent(row['error_ratio'])}" for name, (_, row) in zip(names, table.iterrows(), strict=True) if row["failed"]
    ]
    unaffected = len(table) - len(failing)
    rest = f" {plural(unaffected, 'route')} had no failures." if unaffected else ""
    alt = f"Bar chart of the share of {failures}: {listing(failing)}.{rest}"
    return Chart("errors-by-route", caption, alt, lambda width: bars(names, [shown], xlabel, width))
