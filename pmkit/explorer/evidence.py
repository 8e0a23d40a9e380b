"""What lies in the span: filters, log lines page by page, templates that rose, what failing requests have in common."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from zoneinfo import ZoneInfo

import ipywidgets as widgets
import pandas as pd

from pmkit.core import wording
from pmkit.core.wording import count, percent, plural, short
from pmkit.explorer.line_index import Place as Line
from pmkit.explorer.query import FACETS, PAGE, Logs, Query
from pmkit.explorer.widgets import bar, button, column, heading, labelled, on_value, row, words

NAMES: Final = {
    "service": "Service",
    "http_route": "Route",
    "http_status": "Status",
    "severity": "Severity",
    "version": "Version",
}
_OF_PARTS: Final = {"service": "service", "route": "http_route", "version": "version", "host": "host"}
"""What one can choose of the dimensions by which failing requests are told apart."""
_LONGEST: Final = 400
_MOST: Final = 8

Ask = Callable[[Query], None]


class Filters:
    """Chooses which log lines are looked at.

    Parameters
    ----------
    logs : Logs
        That are asked.
    ask : callable
        Is told the new query.
    """

    def __init__(self, logs: Logs, ask: Ask) -> None:
        self._logs, self._ask, self._query, self._showing = logs, ask, Query(), False
        self._selects = {name: self._select(name) for name in FACETS}
        hint = "in message or path; or a client, a request ID"
        self._text = widgets.Text(placeholder=hint, continuous_update=False, layout=widgets.Layout(width="330px"))
        self._failed = widgets.Checkbox(description="errors only", indent=False, layout=widgets.Layout(width="auto"))
        self._chips = row()
        on_value(self._text, lambda text: self._changed(text=text.strip()))
        on_value(self._failed, lambda failed: self._changed(failed=failed))
        clear = button("Clear", "Choose nothing", self.clear)
        selects = row(*self._selects.values(), align_items="flex-start")
        self.view = column([selects, row(words("Text"), self._text, self._failed, clear), self._chips])

    def _select(self, name: str) -> widgets.SelectMultiple:
        wide = widgets.Layout(width="auto", flex="1 1 148px", max_width="230px")
        made = labelled(widgets.SelectMultiple(description=NAMES[name], options=[], rows=5, layout=wide))
        on_value(made, lambda values: self._changed(chosen=self._with(name, values)))
        return made

    def show(self, query: Query) -> None:
        """Show a query, and how many lines of its span each value has."""
        self._query, self._showing = query, True
        try:
            for name, box in self._selects.items():
                told = self._logs.values(name, query)
                options = [
                    (f"{count(one['events'])}  {short(self._logs.shown(str(one['value'] or '(none)')), 40)}", str(one["value"]))
                    for one in told.to_dict("records")
                ]
                chosen = query.chosen.get(name, ())
                options += [(f"0  {value or '(none)'}", value) for value in chosen if value not in dict(options).values()]
                box.options = options
                box.value = chosen
            self._text.value, self._failed.value = query.text, query.failed
            other = [name for name in query.chosen if name not in FACETS]
            chips = [self._chip(f"{name}: {', '.join(query.chosen[name])}", query.without(name)) for name in other]
            if query.template:
                chips.append(self._chip(f"message: {short(self._logs.shown(query.template), 60)}", replace(query, template="")))
            self._chips.children = chips
        finally:
            self._showing = False

    def _chip(self, text: str, without: Query) -> widgets.Button:
        return button(f"{text}  ✕", "No longer choose this", lambda: self._ask(without))

    def clear(self) -> None:
        """Choose nothing but the span."""
        self._ask(Query(self._query.start, self._query.end))

    def _with(self, name: str, values: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """Give what is chosen with other values of one column."""
        chosen = {**self._query.chosen, name: values}
        return {column: wanted for column, wanted in chosen.items() if wanted}

    def _changed(self, **what: Any) -> None:
        if not self._showing:
            self._ask(replace(self._query, **what))


class Lines:
    """Shows the matching log lines, one page at a time."""

    def __init__(self, logs: Logs, zone: ZoneInfo) -> None:
        self._logs, self._zone, self._query = logs, zone, Query()
        self._before: list[Line | None] = []
        self._after: Line | None = None
        self._table, self._told = widgets.HTML(), words("")
        self._previous = button("‹ Earlier", "The page before", self.previous)
        self._next = button("Later ›", "The page after", self.next)
        self.view = column([heading("Log lines"), row(self._previous, self._next, self._told), self._table])

    def show(self, query: Query) -> None:
        """Show the first page of what is asked for."""
        self._query, self._before = query, []
        self._told.value = html.escape(plural(self._logs.count(query), "line"))
        self._page(None)

    def next(self) -> None:
        """Show the page after."""
        self._before.append(self._start)
        self._page(self._after)

    def previous(self) -> None:
        """Show the page before."""
        self._page(self._before.pop() if self._before else None)

    def _page(self, start: Line | None) -> None:
        found = self._logs.page(self._query, start)
        self._start = start
        self._previous.disabled, self._next.disabled = not self._before, len(found) < PAGE
        if len(found):
            last = found.iloc[-1]
            self._after = (last["timestamp"], str(last["source"]), int(last["line"]))
        self._table.value = self._rendered(found)

    def _rendered(self, found: pd.DataFrame) -> str:
        if found.empty:
            return '<span class="faint">No line is of this kind in the span.</span>'
        head = "<tr><th style='width:7.5em'>Time</th><th style='width:5em'>Level</th><th style='width:7em'>Service</th>"
        head += "<th>Line</th><th style='width:19em'>Evidence</th></tr>"
        body = "".join(self._row(line) for _, line in found.iterrows())
        return f'<div class="scroll"><table class="lines">{head}{body}</table></div>'

    def _row(self, line: pd.Series) -> str:
        at = line["timestamp"].astimezone(self._zone)
        level = line["http_status"] if pd.isna(line["severity"]) else line["severity"]
        cells = (
            f"{at:%H:%M:%S.%f}"[:-3],
            level,
            line["service"],
            short(self._logs.shown(_said(line)), _LONGEST),
            f"{line['source']}:{line['line']}",
        )
        told = "".join(f"<td>{'' if pd.isna(cell) else html.escape(str(cell))}</td>" for cell in cells)
        return f'<tr class="bad">{told}</tr>' if line["is_error"] else f"<tr>{told}</tr>"


def _said(line: pd.Series) -> str:
    """Write what a line says: its message, or its request."""
    if not pd.isna(line["message"]):
        return " ".join(str(line["message"]).split())
    took = "" if pd.isna(line["duration_s"]) else f" in {wording.seconds(line['duration_s'])}"
    known = (line["http_method"], line["url_path"], line["http_status"])
    return " ".join(str(one) for one in known if not pd.isna(one)) + took


class Ranks:
    """Shows the templates that rose in the span, and what its failing requests have in common; each can be chosen."""

    def __init__(self, logs: Logs, ask: Ask) -> None:
        self._logs, self._ask = logs, ask
        self._templates, self._parts = column([]), column([])
        for box in (self._templates, self._parts):
            box.add_class("rank")
        self.view = column(
            [
                heading("Messages that rose in the span"),
                self._templates,
                heading("What failing requests have in common"),
                self._parts,
            ]
        )

    def show(self, query: Query) -> None:
        """Show what is in the span of a query."""
        rising = self._logs.rising(query).head(_MOST)
        self._templates.children = [self._template(one, query) for _, one in rising.iterrows()] or [
            words("No message came clearly more often than outside of it.", "faint")
        ]
        parts = self._logs.parts(query).head(_MOST)
        self._parts.children = [self._part(one, query) for _, one in parts.iterrows()] or [
            words("Nothing sets the failing requests of the span apart from the others.", "faint")
        ]

    def _template(self, one: pd.Series, query: Query) -> widgets.Widget:
        times = f"{count(one['during'])} in the span, {count(one['before'] + one['after'])} outside"
        about = " · ".join(str(word) for word in (one["severity"], one["service"]) if not pd.isna(word))
        text = f"{short(self._logs.shown(' '.join(str(one['template']).split())), 150)}\n{about} · {times}"
        return button(
            text, "Show the lines of this message", lambda: self._ask(replace(query, template=one["template"])), width="98%"
        )

    def _part(self, one: pd.Series, query: Query) -> widgets.Widget:
        fail = f"{percent(one['error_ratio'])} of such fail, {percent(one['rest_ratio'])} of others"
        text = f"{self._logs.shown(one['what'])}: {percent(one['coverage'])} of them; {fail}"
        asked = _asked(one, query)
        chosen = button(text, "Show the lines of these requests" if asked else "", lambda: self._ask(asked or query), width="98%")
        chosen.disabled = asked is None
        return column([chosen, bar(one["coverage"])])


def _asked(part: pd.Series, query: Query) -> Query | None:
    """Choose a part, where its dimensions can be chosen."""
    names = str(part["dimension"]).split(", ")
    values = str(part["value"]).split(", ")
    if len(names) != len(values):
        return None
    if names == ["client"]:
        return replace(query, text=values[0])
    if not all(name in _OF_PARTS for name in names):
        return None
    return replace(
        query, chosen={**query.chosen, **{_OF_PARTS[name]: (value,) for name, value in zip(names, values, strict=True)}}
    )
