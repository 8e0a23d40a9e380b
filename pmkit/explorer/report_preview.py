"""The preview of the report, below the other parts of the explorer."""

from __future__ import annotations

import html
from typing import Final

import ipywidgets as widgets

from pmkit.explorer.widgets import button, column, heading, row
from pmkit.findings.findings import Findings

_HEIGHT_PX: Final = 900


class ReportPreview:
    """Shows the report as a web page, until the user closes it.

    Attributes
    ----------
    view : Widget
        The preview; empty while it is closed.
    """

    def __init__(self) -> None:
        self.view = column([])

    def show(self, findings: Findings) -> None:
        """Show the report on some findings."""
        from pmkit.publish.preview import page  # noqa: PLC0415 - loads nbformat, which takes seconds

        look = f"width:100%;height:{_HEIGHT_PX}px;border:1px solid #8888"
        frame = f'<iframe title="Report" sandbox style="{look}" srcdoc="{html.escape(page(findings))}"></iframe>'
        close = button("Close preview", "Hide the report", self.close)
        self.view.children = [column([row(heading("Preview"), close), widgets.HTML(frame)])]

    def close(self) -> None:
        """Hide the report."""
        self.view.children = []
