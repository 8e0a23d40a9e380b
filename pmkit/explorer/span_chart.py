"""The chart of the explorer: requests, their error ratio, matching log lines, and the selected span."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import resources
from typing import Final

import anywidget
import numpy as np
import pandas as pd
import traitlets
from ipympl.backend_nbagg import Canvas, FigureManager
from matplotlib.backend_bases import MouseEvent
from matplotlib.dates import num2date
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from matplotlib.widgets import SpanSelector

from pmkit.analysis.impact.time_bins import ratio_with_band
from pmkit.core import schema, theme
from pmkit.explorer.widgets import in_turn
from pmkit.findings.findings import Findings
from pmkit.reports.figures.chart import highest, local_time, style, without_slivers, x

Span = tuple[pd.Timestamp, pd.Timestamp]

_DPI: Final = 100
_WIDTH_PX: Final = 840
_WIDTHS_PX: Final = (480, 1480)
_HEIGHT_PX: Final = 410
_LEFT_PX, _RIGHT_PX = 72, 22
# Colours that stand out on white and on JupyterLab's dark theme.
_GREY: Final = "#7d8792"
_TRAFFIC: Final = "#8f9ba8"
_BLUE: Final = "#2f86cf"
_GREEN: Final = "#12946f"
_STYLE: Final[dict[str, object]] = {
    "axes.edgecolor": _GREY, "axes.labelcolor": _GREY, "text.color": _GREY, "xtick.color": _GREY, "ytick.color": _GREY,
    "xtick.labelcolor": _GREY, "ytick.labelcolor": _GREY, "figure.facecolor": "none", "axes.facecolor": "none",
    "legend.labelcolor": _GREY, "grid.color": _GREY, "grid.alpha": 0.3, "savefig.facecolor": "none",
}  # fmt: skip
# A mouse press that moves less than this is a click.
_CLICK_PX: Final = 4


class WidthSensor(anywidget.AnyWidget):
    """An empty widget that measures the explorer in the browser, keeps the chart from trapping the Tab key, and shows previews.

    Attributes
    ----------
    width_px : int
        The width of the explorer; 0 until the browser has reported it.
    previews : int
        How many previews have been shown; the browser scrolls to the latest.
    """

    _esm = resources.files("pmkit.explorer").joinpath("span_chart.js").read_text(encoding="utf-8")
    width_px = traitlets.Int(0).tag(sync=True)
    previews = traitlets.Int(0).tag(sync=True)


class SpanChart:
    """The chart, with a span that the user selects by dragging; it snaps to bins.

    Parameters
    ----------
    findings : Findings
        The findings on the incident.
    on_span : callable
        Called with the span that the user dragged, UTC.
    on_click : callable
        Called with the time that the user clicked, UTC.
    """

    def __init__(self, findings: Findings, on_span: Callable[[Span], None], on_click: Callable[[pd.Timestamp], None]) -> None:
        self._findings, self._on_span, self._on_click = findings, on_span, on_click
        self._pressed_px: float | None = None
        self._shown: Span | None = None
        with style(_STYLE):
            self.figure = Figure(figsize=(_WIDTH_PX / _DPI, _HEIGHT_PX / _DPI), dpi=_DPI)
            self.canvas = Canvas(self.figure)
            FigureManager(self.canvas, 0)
            axes = self.figure.subplots(3, 1, sharex=True, height_ratios=[2, 3, 1.4])
            self._requests, self._ratio, self._lines = axes
            self._adjust(_WIDTH_PX)
        self.canvas.header_visible = self.canvas.footer_visible = self.canvas.resizable = False
        self.canvas.toolbar_visible = False
        starts = findings.impact.fine.index
        self._edges = [x(at) for at in starts.union([starts[-1] + pd.Timedelta(seconds=schema.BIN_S)])]
        self._selector = SpanSelector(
            self._ratio, in_turn(self._dragged), "horizontal", interactive=True, drag_from_anywhere=False,
            snap_values=np.array(self._edges), props={"facecolor": _BLUE, "alpha": 0.22, "linewidth": 0},
            handle_props={"color": _BLUE, "linewidth": 2}, grab_range=8,
        )  # fmt: skip
        self.figure.canvas.mpl_connect("button_press_event", in_turn(self._press))
        self.figure.canvas.mpl_connect("button_release_event", in_turn(self._release))

    def _adjust(self, width_px: int) -> None:
        """Leave room for the labels beside the axes."""
        left, right = _LEFT_PX / width_px, 1 - _RIGHT_PX / width_px
        self.figure.subplots_adjust(left=left, right=right, top=0.95, bottom=0.115, hspace=0.22)

    def fit(self, width_px: int) -> None:
        """Make the chart as wide as the explorer."""
        low, high = _WIDTHS_PX
        width = min(max(width_px, low), high)
        self._adjust(width)
        self.canvas.handle_resize({"width": width, "height": _HEIGHT_PX})

    def draw(self, requests: pd.DataFrame, lines: pd.DataFrame, *, confirmed: Span | None, span: Span) -> None:
        """Draw counts per bin, as `Logs` returns them, and the spans."""
        impact, unit = self._findings.impact, self._findings.impact.measured_on.unit
        width = requests.index[1] - requests.index[0] if len(requests) > 1 else pd.Timedelta(seconds=schema.BIN_S)
        days = width.total_seconds() / 86_400
        centres = [x(at) + days / 2 for at in requests.index]
        ratios = without_slivers(ratio_with_band(requests), impact)
        with style(_STYLE):
            for axes in (self._requests, self._ratio, self._lines):
                for artist in [*axes.lines, *axes.patches, *axes.collections]:
                    if artist not in self._selector.artists:
                        artist.remove()
            edges = [x(at) for at in requests.index] + [x(requests.index[-1] + width)]
            self._requests.stairs(requests["events"], edges, fill=True, color=_TRAFFIC, label="succeeded")
            self._requests.stairs(requests["errors"], edges, fill=True, color=theme.ERROR, label="failed")
            self._requests.set_ylabel(f"{unit}s")
            self._ratio.fill_between(centres, ratios["low"], ratios["high"], color=theme.ERROR, alpha=0.25, linewidth=0)
            self._ratio.plot(centres, ratios["error_ratio"], color=theme.ERROR, label="error ratio")
            self._ratio.set_ylabel("error ratio")
            top = highest(ratios)
            self._ratio.set_ylim(0, top)
            self._ratio.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0 if top > 0.05 else 1))
            self._lines.stairs(lines["events"], edges, fill=True, color=_BLUE, alpha=0.75)
            self._lines.set_ylabel("matching\nlog lines")
            for axes, values in ((self._requests, requests["events"]), (self._lines, lines["events"])):
                axes.set_ylim(0, max(1.0, 1.08 * float(values.max())))
                axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
                axes.grid(axis="y")
            self._mark(confirmed)
            local_time(self._lines, impact, self._findings.zone)
        self.show(span)

    def _mark(self, confirmed: Span | None) -> None:
        """Draw the detected impact, the confirmed impact and the changes."""
        impact = self._findings.impact
        if impact.detected:
            for axes in (self._requests, self._ratio, self._lines):
                axes.axvspan(x(impact.start), x(impact.end), color=theme.ERROR, alpha=0.10, linewidth=0, zorder=0)
            self._ratio.plot([], [], color=theme.ERROR, alpha=0.25, linewidth=7, label="detected impact")
        if confirmed:
            for at in confirmed:
                self._ratio.axvline(x(at), color=_GREEN, linewidth=1.6, linestyle=(0, (5, 2)))
            self._ratio.plot([], [], color=_GREEN, linewidth=1.6, linestyle=(0, (5, 2)), label="confirmed impact")
        for at in self._findings.changes["at"]:
            if impact.data_start <= at <= impact.data_end:
                self._requests.axvline(x(at), color=_BLUE, linewidth=1.2, linestyle=":")
        self._requests.plot([], [], color=_BLUE, linewidth=1.2, linestyle=":", label="change")
        self._ratio.plot([], [], color=_BLUE, alpha=0.4, linewidth=7, label="your span")
        for axes in (self._requests, self._ratio):
            axes.legend(loc="lower left", ncols=4, bbox_to_anchor=(0, 0.98), borderaxespad=0.1, handlelength=1.4)

    def show(self, span: Span) -> None:
        """Show a span as the selected one."""
        self._shown = span
        self._selector.extents = (x(span[0]), x(span[1]))
        self._selector.set_visible(True)
        self.canvas.draw_idle()

    @property
    def span(self) -> Span:
        """The span that is shown, UTC."""
        low, high = (
            pd.Timestamp(num2date(value)).round(f"{schema.BIN_S}s").tz_convert("UTC") for value in self._selector.extents
        )
        return low, max(high, low + timedelta(seconds=schema.BIN_S))

    def _press(self, event: MouseEvent) -> None:
        self._pressed_px = event.x

    def _release(self, event: MouseEvent) -> None:
        """Handle a press that did not move as a click, which leaves the span as it is."""
        if self._pressed_px is None or self._shown is None:
            return
        began, self._pressed_px = self._pressed_px, None
        if abs(event.x - began) < _CLICK_PX:
            # The selector shows an empty span where the mouse was pressed.
            self.show(self._shown)
            if event.inaxes is not None and event.xdata is not None:
                self._on_click(_utc(event.xdata).floor("s"))

    def _dragged(self, low: float, high: float) -> None:
        if self._pressed_px is None or high - low < schema.BIN_S / 86_400 / 2:
            return
        if self.span != self._shown:
            self._on_span(self.span)


def _utc(place: float) -> pd.Timestamp:
    """Return the time at a place on the axis."""
    return pd.Timestamp(num2date(place)).tz_convert("UTC")
