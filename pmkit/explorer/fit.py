"""How wide the explorer is on the screen, which only the browser knows."""

from __future__ import annotations

from importlib import resources

import anywidget
import traitlets


class Fit(anywidget.AnyWidget):
    """An empty widget that measures what it stands in, and lets the Tab key pass the chart.

    Attributes
    ----------
    width_px : int
        The width of the explorer; 0 until the browser has said it.
    """

    _esm = resources.files("pmkit.explorer").joinpath("fit.js").read_text(encoding="utf-8")
    width_px = traitlets.Int(0).tag(sync=True)
