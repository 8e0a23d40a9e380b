"""Two boxes in which the user types the start and the end of the span."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

import ipywidgets as widgets
import pandas as pd

from pmkit.explorer.span_chart import Span
from pmkit.explorer.widgets import TIME_FORMAT, on_value, problem, words
from pmkit.incident.typed_times import typed_time


class SpanInput:
    """Two boxes with the start and the end of a span, in the zone of the report.

    Parameters
    ----------
    zone : ZoneInfo
        The zone for times without one.
    on_span : callable
        Called with the span that the user typed, UTC.

    Attributes
    ----------
    start, end : Text
        The boxes.
    message : HTML
        What is wrong with the times.
    """

    def __init__(self, zone: ZoneInfo, on_span: Callable[[Span], None]) -> None:
        self._zone, self._on_span, self._showing = zone, on_span, False
        self._span: Span | None = None
        self.start, self.end = (widgets.Text(continuous_update=False, layout=widgets.Layout(width="165px")) for _ in range(2))
        self.message = words("")
        for box in (self.start, self.end):
            on_value(box, lambda _: self._read())

    def show(self, span: Span) -> None:
        """Show a span, and nothing that was wrong with what was typed before."""
        self._span, self.message.value = span, ""
        self._showing = True
        try:
            for box, at in zip((self.start, self.end), span, strict=True):
                box.value = self.text(at)
        finally:
            self._showing = False

    def text(self, at: pd.Timestamp) -> str:
        """Return a time as the boxes show it."""
        return f"{at.astimezone(self._zone):{TIME_FORMAT}}"

    def time(self, text: str) -> pd.Timestamp:
        """Return the time that a text names, UTC; a time of day is one on the first day of the span that is shown.

        Raises
        ------
        ValueError
            When the text is not a time.
        """
        day = self._span[0].astimezone(self._zone).date() if self._span else date.min
        return pd.Timestamp(typed_time(text, self._zone, day)).as_unit("us")

    def _read(self) -> None:
        if self._showing:
            return
        try:
            start, end = self.time(self.start.value), self.time(self.end.value)
        except ValueError:
            self.message.value = problem("Enter a time such as 03:10 or 2026-01-17 03:10:00.")
            return
        if not start < end:
            self.message.value = problem("The span must end after it starts.")
            return
        self._on_span((start, end))
