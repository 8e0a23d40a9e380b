"""What all charts share: the chart itself, its style and its time axis."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.dates import AutoDateLocator, date2num, num2date
from matplotlib.figure import Figure
from matplotlib.ticker import Formatter

from pmkit.analysis.impact.impact import Impact
from pmkit.core import theme
from pmkit.core.markdown import printable
from pmkit.core.schema import BIN_S
from pmkit.core.wording import days, utc_offset, zone_name
from pmkit.reports.figures.chart_fonts import families, unshown
from pmkit.reports.figures.labels import width_in as text_width_in
from pmkit.reports.figures.labels import wrapped

# Lengths of the axis in seconds: too short for ticks; so short that two ticks may be in the same minute; so long that ticks are
# days.
_INSTANT_S: Final = 10
_SHORT_S: Final = 600
_LONG_S: Final = 4 * 86400
_MONTHS_S: Final = 150 * 86400

# Room beside a time axis, inches.
_BESIDE_IN: Final = 0.7

# What a notebook cell shows: data by MIME type, and metadata by MIME type.
Output = tuple[dict[str, str], dict[str, object]]


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart with its caption and its alternative text.

    Attributes
    ----------
    name : str
        Its file name, without an extension.
    caption : str
        What it shows, in one sentence.
    alt : str
        What it shows, for readers who cannot see it.
    draw : callable
        Draws it at a width in inches: `theme.FIGURE_WIDTH_IN`, or `theme.NARROW_WIDTH_IN` for a phone.
    """

    name: str
    caption: str
    alt: str
    draw: Callable[[float], Figure]

    @cached_property
    def figure(self) -> Figure:
        """The drawing for a page, a screen or a notebook."""
        return self._drawn(theme.FIGURE_WIDTH_IN)

    @cached_property
    def narrow_figure(self) -> Figure:
        """The drawing for a phone."""
        return self._drawn(theme.NARROW_WIDTH_IN)

    def _drawn(self, width_in: float) -> Figure:
        with style():
            return self.draw(width_in)

    def svg(self) -> str:
        """Return the chart as SVG; the same findings always result in the same bytes."""
        return self._written(self.figure)

    def narrow_svg(self) -> str:
        """Return the chart for a phone as SVG."""
        return self._written(self.narrow_figure)

    def _written(self, figure: Figure) -> str:
        out = io.StringIO()
        with style(), laid_out(figure):
            figure.savefig(out, format="svg", metadata={"Date": None, "Title": self.alt, "Creator": None})
        return printable(out.getvalue())

    def output(self) -> Output:
        """Return the chart as the output of a notebook cell."""
        missing = unshown(self.alt)
        note = f" No font shows {', '.join(missing)} here." if missing else ""
        metadata = {"alt": self.alt, "caption": f"{self.caption}{note}", "name": self.name}
        data = {"image/svg+xml": self.svg(), theme.NARROW_SVG: self.narrow_svg()}
        return {**data, "text/plain": f"{self.caption} {self.alt}"}, {"image/svg+xml": metadata}

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Output:  # noqa: ARG002 - IPython's protocol
        return self.output()


@contextmanager
def style(other: Mapping[str, object] | None = None) -> Iterator[None]:
    """Yield in pmkit's style, without matplotlib's warnings, which would be printed into the report.

    Parameters
    ----------
    other : mapping, optional
        Settings of matplotlib that override the style.
    """
    settings = {**theme.STYLE, "font.family": families(), **(other or {})}
    with mpl.rc_context(settings), warnings.catch_warnings():  # type: ignore[arg-type] # plain names
        warnings.simplefilter("ignore")
        yield


@contextmanager
def laid_out(figure: Figure) -> Iterator[None]:
    """Lay out a figure for SVG once, because matplotlib would otherwise draw all of it again before each use."""
    FigureCanvasSVG(figure)
    figure.set_dpi(FigureCanvasSVG.fixed_dpi)
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
        # The last digits of the solver's result depend on memory addresses.
        for axes in figure.axes:
            left, bottom, width, height = (round(float(edge), 6) for edge in axes.get_position(original=True).bounds)
            axes.set_position((left, bottom, width, height))
            axes.set_in_layout(True)
    figure.set_layout_engine("none")
    try:
        yield
    finally:
        figure.set_layout_engine(engine)


def x(at: datetime) -> float:
    """Return the position of a time on the axis."""
    return float(date2num(at))


def bin_width(bins: pd.DataFrame) -> timedelta:
    """Return the width of the bins."""
    return (bins.index[1] - bins.index[0]).to_pytimedelta() if len(bins) > 1 else timedelta(seconds=BIN_S)


def without_slivers(bins: pd.DataFrame, impact: Impact) -> pd.DataFrame:
    """Return the bins, without the ratios of a first or last bin of which the data cover less than half."""
    width, shown = bin_width(bins), bins.copy()
    ratios = [name for name in ("error_ratio", "low", "high", "p50_s", "p95_s", "p99_s") if name in bins]
    if len(bins) > 2 and impact.data_start - bins.index[0] > width / 2:
        shown.loc[bins.index[0], ratios] = float("nan")
    if len(bins) > 2 and impact.data_end - bins.index[-1] < width / 2:
        shown.loc[bins.index[-1], ratios] = float("nan")
    return shown


def highest(bins: pd.DataFrame) -> float:
    """Return the upper end of the axis for the error ratio, ignoring the wide bands of bins with few requests."""
    full = bins[bins["events"] >= 0.25 * bins["events"].median()]
    return max(0.01, 1.08 * float(full["high"].max()), 1.08 * float(bins["error_ratio"].max()))


def shade(axes: Axes, impact: Impact) -> None:
    """Shade the impact, with the ranges of its start and end darker."""
    if not impact.detected:
        return
    for start, end in impact.spans:
        axes.axvspan(x(start), x(end), color=theme.IMPACT, zorder=0, linewidth=0)
    for low, high in (impact.start_range, impact.end_range):
        axes.axvspan(x(low), x(high), color=theme.ERROR, alpha=0.3, zorder=0.5, linewidth=0)
    edges = [at for span in impact.spans for at in span]
    for at in edges[1 if impact.began_before else 0 : -1 if impact.ongoing else None]:
        axes.axvline(x(at), color=theme.ERROR, linewidth=0.9, zorder=0.6)


class _LocalTime(Formatter):
    """Labels times in a zone, with the date at the first tick of each day if there are several days."""

    def __init__(self, zone: ZoneInfo, pattern: str, *, dated: bool, has_offsets: bool) -> None:
        self._zone, self._pattern, self._dated, self._has_offsets = zone, pattern, dated, has_offsets

    def __call__(self, value: float, _: int | None = None) -> str:
        return self.format_ticks([value])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Return the labels of all ticks."""
        times = [num2date(value, tz=self._zone) for value in values]
        labels, before = [], None
        for at in times:
            label = f"{at:{self._pattern}}"
            if self._has_offsets:
                label += f"\n{utc_offset(at, self._zone)}"
            if self._dated and at.date() != before:
                label += f"\n{at.day} {at:%b}"
            labels.append(label)
            before = at.date()
        return labels


def local_time(axes: Axes, impact: Impact, zone: ZoneInfo, *, whole: bool = False) -> None:
    """Label the time axis in local time, with its zone and its days: those of the data, or also the whole impact."""
    figure = axes.get_figure(root=True)
    width_in = figure.get_figwidth() if figure else theme.FIGURE_WIDTH_IN
    most = max(4, round(1.3 * width_in))
    begin, end = impact.data_start, impact.data_end
    if whole:
        begin, end = min(begin, impact.start), max(end, impact.end)
    names = list(dict.fromkeys(zone_name(at, zone) for at in (begin, end)))
    # An hour that comes twice is only on the axis twice if the ticks are placed in UTC.
    placed_in = zone if len(names) == 1 else UTC
    axes.xaxis.set_major_locator(
        AutoDateLocator(tz=placed_in, minticks=min(4, most // 2), maxticks=most, interval_multiples=True)
    )
    length_s = (end - begin).total_seconds()
    first, last = (at.astimezone(zone) for at in (begin, end))
    several = first.date() != last.date()
    pattern = "%H:%M:%S" if length_s < _SHORT_S else "%H:%M" if length_s < _LONG_S else "%d %b"
    if length_s >= _LONG_S and first.year != last.year:
        pattern = "%b %Y" if length_s > _MONTHS_S else "%d %b\n%Y"
    has_offsets = len(names) > 1 and length_s < _LONG_S
    axes.xaxis.set_major_formatter(_LocalTime(zone, pattern, dated=several and length_s < _LONG_S, has_offsets=has_offsets))
    margin = timedelta(seconds=30 if length_s < _INSTANT_S else 0)
    axes.set_xlim(x(begin - margin), x(end + margin))
    lines = (f"{days(first, last, zone)},", f"local time ({'; '.join(names)})")
    fits = text_width_in(" ".join(lines)) <= width_in - _BESIDE_IN
    axes.set_xlabel((" " if fits else "\n").join(wrapped(line, width_in - _BESIDE_IN) for line in lines))
