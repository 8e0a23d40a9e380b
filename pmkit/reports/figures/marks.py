"""Marks on a time axis, labelled without overlaps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pmkit.core import theme
from pmkit.core.wording import short
from pmkit.findings.findings import Findings
from pmkit.reports.figures.chart import laid_out, x

MOST_LABELS: Final = 9

# The height of a row of labels, in inches.
ROW_IN: Final = 0.16

# The relative heights of the panels below the labels; they are roughly inches.
PANELS: Final = (0.72, 0.97)

# The smallest distance between two labels, in pixels.
GAP_PX: Final = 5.0


@dataclass(frozen=True)
class Mark:
    """A mark at a time, with its label, colour and matplotlib symbol."""

    at: pd.Timestamp
    text: str
    colour: str
    symbol: str


def marks(findings: Findings) -> list[Mark]:
    """Return marks for the changes and the first firing of each alert, as many as fit, those nearest to the impact."""
    impact = findings.impact
    changes = findings.changes
    inside = changes[changes["at"].between(impact.data_start, impact.data_end)]
    candidates = [Mark(row["at"], _change_label(row), theme.CHANGE, "D") for _, row in inside.iterrows()]
    firing = findings.response.alerts.drop_duplicates("name")
    firing = firing[firing["started_at"].between(impact.data_start, impact.data_end)]
    candidates += [Mark(row["started_at"], str(row["name"]), theme.ALERT, "^") for _, row in firing.iterrows()]
    nearest = sorted(candidates, key=lambda mark: (max(impact.start - mark.at, mark.at - impact.end), mark.at))[:MOST_LABELS]
    return sorted(nearest, key=lambda mark: mark.at)


def _change_label(change: pd.Series) -> str:
    parts = [change["kind"], change["service"], change["version"]]
    return short(" ".join(str(part) for part in parts if not pd.isna(part)), 40)


def label_marks(figure: Figure, strip: Axes, panels: Iterable[Axes], shown: list[Mark]) -> None:
    """Mark times in the panels and label them in the strip above, which becomes as high as needed."""
    strip.set_axis_off()
    for mark in shown:
        for panel in panels:
            panel.axvline(x(mark.at), color=mark.colour, linewidth=0.8, linestyle=(0, (1, 1.6)), zorder=0.7)
    with laid_out(figure):
        rows = max(labels_without_overlap(strip, shown), 1)
    strip.set_ylim(rows, 0)
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height - ROW_IN * (len(shown) - rows))
    grid = strip.get_gridspec()
    if grid is not None:
        grid.set_height_ratios([ROW_IN * rows + 0.05, *PANELS])


def labels_without_overlap(axes: Axes, shown: list[Mark]) -> int:
    """Put each label beside its time, in the first row with room, and return the number of rows used."""
    box = axes.get_window_extent()
    taken: list[list[tuple[float, float]]] = []
    for mark in shown:
        at = axes.transData.transform((x(mark.at), 0))[0]
        label = axes.annotate(mark.text, (x(mark.at), 0), (6, 0), textcoords="offset points", va="center", annotation_clip=False)
        label.set_color(mark.colour)
        label.set_in_layout(False)
        length = label.get_window_extent().width + 12
        leftwards = at + length > box.x1
        span = (at - length, at + GAP_PX) if leftwards else (at - GAP_PX, at + length)
        row = next((n for n, spans in enumerate(taken) if all(span[1] < a or span[0] > b for a, b in spans)), len(taken))
        if row == len(taken):
            taken.append([])
        taken[row].append(span)
        label.xy = (x(mark.at), row + 0.5)
        if leftwards:
            label.set_position((-6, 0))
            label.set_horizontalalignment("right")
        axes.plot([x(mark.at)], [row + 0.5], mark.symbol, color=mark.colour, markersize=3.6, clip_on=False)
    return len(taken)
