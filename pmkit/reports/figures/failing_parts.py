"""The chart of what failed requests have in common."""

from __future__ import annotations

from pmkit.analysis.causes.attribution import describe_parts
from pmkit.core import theme
from pmkit.core.wording import listing, percent
from pmkit.findings.findings import Findings
from pmkit.reports.figures.bars import Series, bars
from pmkit.reports.figures.chart import Chart


def failing_parts(findings: Findings) -> Chart | None:
    """Draw each part's share of the failures, and the share of its requests that failed; None if nothing stands out."""
    table = findings.parts
    if table.empty:
        return None
    are, verb = findings.impact.impaired
    names = list(table["what"])
    shown = [
        Series(label, colour, list(table[column]), [percent(value) for value in table[column]])
        for column, colour, label in (
            ("coverage", theme.MUTED, f"share of all {are} requests"),
            ("error_ratio", theme.ERROR, f"share of these requests that {verb}"),
        )
    ]
    shares = [
        f"{name} has {percent(row['coverage'])} of the {are} requests, and {percent(row['error_ratio'])} of its requests {verb}"
        for name, (_, row) in zip(names, table.iterrows(), strict=True)
    ]
    key = f"The bars show each part's share of the {are} requests, and how many of its requests {verb}."
    caption = f"{describe_parts(table, findings.impact.impaired)} {key}"
    alt = f"Bar chart of parts of the requests: {listing(shares)}."
    return Chart("failing-parts", caption, alt, lambda width: bars(names, shown, "during the impact", width))
