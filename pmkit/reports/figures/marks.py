"""Marks on a time axis, labelled without overlaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from pmkit.core import theme
from pmkit.findings.findings import Findings
from pmkit.reports.figures.chart import laid_out, x
from pmkit.reports.figures.labels import fitting, width_in

MOST_LABELS: Final = 9

# The height of a row of labels, in inches.
ROW_IN: Final = 0.16

# The heights of the panels below the labels, and of everything around the panels, in inches.
PANELS: Final = (0.72, 0.97)
FRAME_IN: Final = 1.3

# The smallest distance between two labels, and between a mark and its label, in pixels of a figure that is laid out.
GAP_PX: Final = 5.0
SPACE_PX: Final = 6.0
_PIXELS_PER_INCH: Final = 72


@dataclass(frozen=True)
class Mark:
    """A mark at a time, with its label, colour and matplotlib symbol; or a bar from one time to another."""

    at: pd.Timestamp
    text: str
    colour: str
    symbol: str
    until: pd.Timestamp | None = None


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
    return " ".join(str(part) for part in parts if not pd.isna(part))


def label_marks(figure: Figure, strip: Axes, panels: Iterable[Axes], shown: list[Mark]) -> None:
    """Mark times in the panels and label them in the strip above, which becomes as high as needed."""
    strip.set_axis_off()
    for mark in shown:
        for panel in panels:
            panel.axvline(x(mark.at), color=mark.colour, linewidth=0.8, linestyle=(0, (1, 1.6)), zorder=0.7)
    with laid_out(figure):
        rows = max(arrange(strip, shown), 1)
    strip.set_ylim(rows, 0)
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + ROW_IN * (rows - 1))
    grid = strip.get_gridspec()
    if grid is not None:
        grid.set_height_ratios([ROW_IN * rows, *PANELS])


# From the left end to the right end of something that is drawn in a row, in pixels.
_Reach = tuple[float, float]


def arrange(axes: Axes, shown: Sequence[Mark]) -> int:
    """Draw marks with their labels, each in the first row with room, and return the number of rows used.

    A label is to the right of its mark if it fits there, otherwise to the left, otherwise in the row below.
    """
    box, rows = axes.get_window_extent(), list[list[_Reach]]()
    for mark in shown:
        text = fitting(mark.text, box.width / _PIXELS_PER_INCH)
        length = _PIXELS_PER_INCH * width_in(text)
        begin, end = (float(axes.transData.transform((x(at), 0))[0]) for at in (mark.at, mark.until or mark.at))
        # A bar may begin before the axis, or end after it.
        anchor, begin, end = begin, max(begin, box.x0), min(end, box.x1)
        left = _label_left(begin, end, length, box)
        reaches = [(min(begin, left), max(end, left + length))]
        if left < end and left + length > begin:
            reaches = [(begin, end), (left, left + length)]
        row = next(n for n in count() if all(_is_free(rows, n + below, reach) for below, reach in enumerate(reaches)))
        for below, reach in enumerate(reaches):
            rows += [[] for _ in range(row + below + 1 - len(rows))]
            rows[row + below].append(reach)
        _draw(axes, mark, row)
        at_row = row + len(reaches) - 0.5
        offset = (left - anchor, 0.0)
        label = axes.annotate(text, (x(mark.at), at_row), offset, textcoords="offset points", va="center", annotation_clip=False)
        label.set_color(mark.colour)
        label.set_in_layout(False)
    return len(rows)


def _label_left(begin: float, end: float, length: float, box: Bbox) -> float:
    """Return the left end of a label, in pixels."""
    if end + SPACE_PX + length <= box.x1:
        return end + SPACE_PX
    if begin - SPACE_PX - length >= box.x0:
        return begin - SPACE_PX - length
    return float(max(box.x0, min(begin, box.x1 - length)))


def _is_free(rows: Sequence[Sequence[_Reach]], row: int, reach: _Reach) -> bool:
    return row >= len(rows) or all(reach[1] + GAP_PX < left or right + GAP_PX < reach[0] for left, right in rows[row])


def _draw(axes: Axes, mark: Mark, row: int) -> None:
    if mark.until is None:
        axes.plot([x(mark.at)], [row + 0.5], mark.symbol, color=mark.colour, markersize=3.6, clip_on=False)
    else:
        axes.barh([row + 0.5], [x(mark.until) - x(mark.at)], 0.42, left=[x(mark.at)], color=mark.colour)
