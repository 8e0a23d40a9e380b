"""Horizontal bars with long names, for charts that compare routes or parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from pmkit.core import theme
from pmkit.reports.figures.chart import laid_out
from pmkit.reports.figures.labels import width_in, wrapped

_BAR_IN: Final = 0.17
_LINE_IN: Final = 0.14
_GAP_IN: Final = 0.09

# Room for names beside the bars, and between a bar and its value.
_NAMES_IN: Final = 2.6
_SPACE_PT: Final = 5
_BESIDE_IN: Final = 0.12
_LEAST_BAR_IN: Final = 0.3


@dataclass(frozen=True)
class Series:
    """One bar for each name: ratios from 0 to 1 with their words, and ticks that mark another ratio."""

    label: str
    colour: str
    values: Sequence[float]
    words: Sequence[str]
    ticks: Sequence[float] = ()


def bars(names: Sequence[str], series: Sequence[Series], xlabel: str, width: float) -> Figure:
    """Draw bars beside their names, or below them on a narrow figure; the width is in inches."""
    narrow = width < theme.FIGURE_WIDTH_IN
    labels = [wrapped(name, width - 0.3 if narrow else _NAMES_IN) for name in names]
    rows = _rows(labels, len(series), narrow=narrow)
    figure = Figure(figsize=(width, rows[-1].end + 0.85), layout="constrained")
    axes = figure.subplots()
    axes.set_ylim(rows[-1].end, 0)
    for number, one in enumerate(series):
        centres = [row.bars_at + _BAR_IN * (number + 0.5) for row in rows]
        axes.barh(centres, one.values, 0.9 * _BAR_IN, color=one.colour, label=one.label)
        if one.ticks:
            axes.plot(one.ticks, centres, "|", color=theme.INK, markersize=9, markeredgewidth=1.4, label="baseline")
        for centre, value, words in zip(centres, one.values, one.words, strict=True):
            axes.annotate(words, (value, centre), (_SPACE_PT, 0), textcoords="offset points", va="center").set_in_layout(False)
    if narrow:
        axes.set_yticks([])
        for label, row in zip(labels, rows, strict=True):
            name = axes.annotate(
                label, (0, row.name_at), (2, 0), xycoords=axes.get_yaxis_transform(), textcoords="offset points", va="center"
            )
            name.set_in_layout(False)
    else:
        axes.set_yticks([row.name_at for row in rows], labels)
    axes.set_xlabel(xlabel)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    figure.legend(loc="outside upper left" if narrow else "outside upper right", ncols=1 if narrow else 2, handlelength=1)
    _make_room(figure, axes, series)
    return figure


@dataclass(frozen=True)
class _Row:
    """Where a row ends, where its bars begin and where the middle of its name is, in inches from the top."""

    end: float
    bars_at: float
    name_at: float


def _rows(labels: Sequence[str], bars_per_row: int, *, narrow: bool) -> list[_Row]:
    rows: list[_Row] = []
    for label in labels:
        begin = (rows[-1].end if rows else 0.0) + _GAP_IN / 2
        name, drawn = _LINE_IN * (label.count("\n") + 1), _BAR_IN * bars_per_row
        height = name + drawn if narrow else max(name, drawn)
        bars_at = begin + height - drawn if narrow else begin + (height - drawn) / 2
        rows.append(_Row(begin + height + _GAP_IN / 2, bars_at, begin + (name if narrow else height) / 2))
    return rows


def _make_room(figure: Figure, axes: Axes, series: Sequence[Series]) -> None:
    """Widen the axis until every value fits beside its bar, and choose its ticks."""
    with laid_out(figure):
        room_in = axes.get_window_extent().width / figure.dpi
    highest = max((value for one in series for value in (*one.values, *one.ticks)), default=0.0) or 0.01
    needs = [
        value * room_in / max(room_in - width_in(words) - _BESIDE_IN, _LEAST_BAR_IN)
        for one in series
        for value, words in zip(one.values, one.words, strict=True)
    ]
    end = max(1.02 * highest, *needs)
    axes.set_xlim(0, end)
    most = 5 if figure.get_figwidth() >= theme.FIGURE_WIDTH_IN else 4
    ticks = [float(tick) for tick in MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(0, highest)]
    decimals = next(n for n in range(9) if n == 8 or abs(round(100 * ticks[1], n) - 100 * ticks[1]) < 0.01 * ticks[1])
    axes.set_xticks([tick for tick in ticks if tick <= min(1.0, end)])
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=decimals))
