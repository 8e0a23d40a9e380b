"""Pages of the matching log lines; a line opens to show all of it."""

from __future__ import annotations

import html
from collections.abc import Callable
from importlib import resources
from typing import Final
from zoneinfo import ZoneInfo

import anywidget
import pandas as pd
import traitlets

from pmkit.core.markdown import printable
from pmkit.core.wording import plural, short
from pmkit.explorer.line_details import LineDetails, message_or_request
from pmkit.explorer.line_index import Place as Line
from pmkit.explorer.logs import PAGE, Logs
from pmkit.explorer.query import Query
from pmkit.explorer.widgets import button, column, heading, in_turn, row, words

_LONGEST_LINE: Final = 400
_HEAD: Final = (
    "<tr><th style='width:10em'>Time</th><th style='width:5em'>Level</th><th style='width:7em'>Service</th>"
    "<th>Line</th><th style='width:19em'>Evidence</th></tr>"
)


class LineTable(anywidget.AnyWidget):
    """A page of log lines in the browser.

    Attributes
    ----------
    value : str
        The page as HTML; every text in it is escaped.
    """

    _esm = resources.files("pmkit.explorer").joinpath("line_table.js").read_text(encoding="utf-8")
    value = traitlets.Unicode("").tag(sync=True)

    def on_open(self, call: Callable[[int], None]) -> None:
        """Call a function with the number of the line on the page that the user clicked."""
        self.on_msg(in_turn(lambda _widget, message, _buffers: call(int(message["row"]))))


class LogLines:
    """Shows the matching log lines, one page at a time.

    Attributes
    ----------
    table : LineTable
        The page.
    earlier, later : Button
        The buttons that turn the pages.
    view : Widget
        The table with its buttons.
    """

    def __init__(self, logs: Logs, zone: ZoneInfo, details: LineDetails) -> None:
        self._logs, self._zone, self._query, self._details = logs, zone, Query(), details
        self._before: list[Line | None] = []
        self._after: Line | None = None
        self._lines, self._opened = pd.DataFrame(), -1
        self.table, self._count = LineTable(), words("")
        self.table.on_open(self.open)
        self.earlier = button("‹ Earlier", "Previous page", self.previous)
        self.later = button("Later ›", "Next page", self.next)
        hint = words("Click a line for all of it.", "faint")
        self.view = column([heading("Log lines"), row(self.earlier, self.later, self._count, hint), self.table])

    def show(self, query: Query) -> None:
        """Show the first page of the matching lines."""
        self._query, self._before = query, []
        self._count.value = html.escape(plural(self._logs.count(query), "line"))
        self._page(None)

    def next(self) -> None:
        """Show the next page."""
        self._before.append(self._start)
        self._page(self._after)

    def previous(self) -> None:
        """Show the previous page."""
        self._page(self._before.pop() if self._before else None)

    def open(self, number: int) -> None:
        """Show all of a line below it, by its number on the page; close it if it is open."""
        self._opened = number if number != self._opened and 0 <= number < len(self._lines) else -1
        self.table.value = self._rendered()

    def _page(self, start: Line | None) -> None:
        page = self._logs.page(self._query, start)
        self._start, self._lines, self._opened = start, page, -1
        self.earlier.disabled, self.later.disabled = not self._before, len(page) < PAGE
        if len(page):
            last = page.iloc[-1]
            self._after = (last["timestamp"], str(last["source"]), int(last["line"]))
        self.table.value = self._rendered()

    def _rendered(self) -> str:
        if self._lines.empty:
            return '<span class="faint">No matching lines in this span.</span>'
        body = "".join(self._row(number, line) for number, (_, line) in enumerate(self._lines.iterrows()))
        first = self._lines.iloc[0]
        page = _escape(f"{first['source']}:{first['line']}")
        return f'<div class="scroll" data-page="{page}"><table class="lines">{_HEAD}{body}</table></div>'

    def _row(self, number: int, line: pd.Series) -> str:
        at = f"{line['timestamp'].astimezone(self._zone):%H:%M:%S.%f}"[:-3]
        is_open = number == self._opened
        label = f"All of line {line['line']} of {line['source']}"
        opener = (
            f'<button aria-expanded="{str(is_open).lower()}" aria-label="{_escape(label)}">{"▾" if is_open else "▸"}</button>'
        )
        cells = (
            line["http_status"] if pd.isna(line["severity"]) else line["severity"],
            line["service"],
            short(self._logs.redacted(message_or_request(line)), _LONGEST_LINE),
            f"{line['source']}:{line['line']}",
        )
        columns = f"<td>{opener}{at}</td>" + "".join(f"<td>{'' if pd.isna(cell) else _escape(cell)}</td>" for cell in cells)
        shown = f'<tr data-row="{number}"{" class=bad" if line["is_error"] else ""}>{columns}</tr>'
        return f'{shown}<tr class="details"><td colspan="5">{self._details.html(line)}</td></tr>' if is_open else shown


def _escape(text: object) -> str:
    return html.escape(printable(text))
