"""The title of the explorer."""

from __future__ import annotations

import html

import ipywidgets as widgets

from pmkit.core.wording import clock, day, duration, zone_name
from pmkit.findings.findings import Findings


def title_of(findings: Findings) -> widgets.HTML:
    """Return the incident's name with its day, zone and impact."""
    impact, zone = findings.impact, findings.zone
    span = f"{clock(impact.start, zone)} to {clock(impact.end, zone)}, {duration(impact.duration_s)}"
    verdicts = {
        "impact": f"impact from {span}",
        "no impact": "no impact found",
        "cannot be determined": "whether there was an impact cannot be determined",
    }
    when = f"{day(impact.start, zone)}, {zone_name(impact.start, zone)} · {verdicts[impact.verdict]}"
    name = html.escape(f"{findings.incident.id}  {findings.incident.file.title}")
    return widgets.HTML(f'<h2>{name}</h2><span class="faint">{html.escape(when)}</span>')
