"""What the selected span contains: filters, frequent messages, and what failed requests have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import ipywidgets as widgets
import pandas as pd

from pmkit.analysis.causes.attribution import named
from pmkit.core.wording import count, percent, short
from pmkit.explorer.logs import Logs
from pmkit.explorer.query import FACETS, Query
from pmkit.explorer.span_comparison import SpanComparison
from pmkit.explorer.widgets import bar, button, column, heading, labelled, on_value, row, words

NAMES: Final = {
    "service": "Service",
    "http_route": "Route",
    "http_status": "Status",
    "severity": "Severity",
    "version": "Version",
}
# For each dimension that can set failed requests apart, the column to filter by.
_COLUMN_OF_DIMENSION: Final = {"service": "service", "route": "http_route", "version": "version", "host": "host"}
# Dimensions that cannot be filtered by.
_ONLY_IN_LINES: Final = ("method", "log")
_MOST_RANKED: Final = 8

Ask = Callable[[Query], None]


class Filters:
    """Filters the log lines.

    Parameters
    ----------
    logs : Logs
        The logs.
    ask : callable
        Called with the new query.

    Attributes
    ----------
    selects : dict of str to SelectMultiple
        The values to filter by, for each of `FACETS`.
    text, errors_only : Widget
        The text search, and whether only errors are shown.
    view : Widget
        All filters.
    """

    def __init__(self, logs: Logs, ask: Ask) -> None:
        self._logs, self._ask, self._query, self._showing = logs, ask, Query(), False
        self.selects = {name: self._select(name) for name in FACETS}
        hint = "in messages, paths, query strings, attributes"
        self.text = widgets.Text(placeholder=hint, continuous_update=False, layout=widgets.Layout(width="330px"))
        self.errors_only = widgets.Checkbox(description="errors only", indent=False, layout=widgets.Layout(width="auto"))
        self._chips = row()
        on_value(self.text, lambda text: self._changed(replace(self._query, text=text.strip())))
        on_value(self.errors_only, lambda failed: self._changed(replace(self._query, failed=failed)))
        clear = button("Clear", "Remove all filters", self.clear)
        selects = row(*self.selects.values(), align_items="flex-start")
        self.view = column([selects, row(words("Text"), self.text, self.errors_only, clear), self._chips])

    def _select(self, name: str) -> widgets.SelectMultiple:
        wide = widgets.Layout(width="auto", flex="1 1 148px", max_width="230px")
        select = labelled(widgets.SelectMultiple(description=NAMES[name], options=[], rows=5, layout=wide))
        on_value(select, lambda values: self._changed(replace(self._query, chosen=self._with(name, values))))
        return select

    def show(self, query: Query) -> None:
        """Show a query, and the number of lines in its span for each value."""
        self._query, self._showing = query, True
        try:
            for name, box in self.selects.items():
                counts = self._logs.values(name, query)
                options = [
                    (
                        f"{count(row['events'])}  {short(self._logs.redacted(str(row['value'] or '(none)')), 40)}",
                        str(row["value"]),
                    )
                    for row in counts.to_dict("records")
                ]
                chosen = query.chosen.get(name, ())
                options += [(f"0  {value or '(none)'}", value) for value in chosen if value not in dict(options).values()]
                box.options = options
                box.value = chosen
            self.text.value, self.errors_only.value = query.text, query.failed
            other = [name for name in query.chosen if name not in FACETS]
            chips = [self._chip(f"{name}: {', '.join(query.chosen[name])}", query.without(name)) for name in other]
            chips += [
                self._chip(short(self._logs.redacted(named(name, value)), 60), replace(query, attributes=_without(query, name)))
                for name, value in query.attributes.items()
            ]
            if query.template:
                chips.append(
                    self._chip(f"message: {short(self._logs.redacted(query.template), 60)}", replace(query, template=""))
                )
            self._chips.children = chips
        finally:
            self._showing = False

    def _chip(self, text: str, without: Query) -> widgets.Button:
        return button(f"{text}  ✕", "Remove this filter", lambda: self._ask(without))

    def clear(self) -> None:
        """Remove all filters but the span."""
        self._ask(Query(self._query.start, self._query.end))

    def _with(self, name: str, values: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """Return the values to filter by, with those of one column replaced."""
        chosen = {**self._query.chosen, name: values}
        return {column: wanted for column, wanted in chosen.items() if wanted}

    def _changed(self, query: Query) -> None:
        if not self._showing:
            self._ask(query)


class Rankings:
    """Shows the messages that are more frequent in the span, and what its failed requests have in common.

    A click on an entry filters the log lines by it.
    """

    def __init__(self, logs: Logs, comparison: SpanComparison, ask: Ask) -> None:
        self._logs, self._comparison, self._ask = logs, comparison, ask
        self._templates, self._parts = column([]), column([])
        for box in (self._templates, self._parts):
            box.add_class("rank")
        self.view = column(
            [
                heading("More frequent messages in the span"),
                self._templates,
                heading("What failed requests have in common"),
                self._parts,
            ]
        )

    def show(self, query: Query) -> None:
        """Show the rankings for the span of a query."""
        rising = self._comparison.rising(query).head(_MOST_RANKED)
        self._templates.children = [self._template(template, query) for _, template in rising.iterrows()] or [
            words("No message is clearly more frequent here than outside.", "faint")
        ]
        parts = self._comparison.parts(query).head(_MOST_RANKED)
        self._parts.children = [self._part(part, query) for _, part in parts.iterrows()] or [
            words("Nothing sets the failed requests in this span apart from the others.", "faint")
        ]

    def _template(self, template: pd.Series, query: Query) -> widgets.Widget:
        counts = f"{count(template['during'])} in the span, {count(template['before'] + template['after'])} outside"
        about = " · ".join(str(value) for value in (template["severity"], template["service"]) if not pd.isna(value))
        text = f"{short(self._logs.redacted(' '.join(str(template['template']).split())), 150)}\n{about} · {counts}"
        return button(
            text, "Show the lines of this message", lambda: self._ask(replace(query, template=template["template"])), width="98%"
        )

    def _part(self, part: pd.Series, query: Query) -> widgets.Widget:
        ratios = f"{percent(part['error_ratio'])} of these failed, {percent(part['rest_ratio'])} of the others"
        text = f"{self._logs.redacted(part['what'])}: {percent(part['coverage'])} of the failed requests; {ratios}"
        narrowed = _narrowed(query, part)
        tooltip = "Show the lines of these requests" if narrowed else ""
        choice = button(text, tooltip, lambda: self._ask(narrowed or query), width="98%")
        choice.disabled = narrowed is None
        return column([choice, bar(part["coverage"])])


def _narrowed(query: Query, part: pd.Series) -> Query | None:
    """Return a query for a part of the requests; None if its dimensions cannot be filtered by."""
    names = str(part["dimension"]).split(", ")
    values = str(part["value"]).split(", ")
    if len(names) != len(values):
        return None
    narrowed = query
    for name, value in zip(names, values, strict=True):
        column = _COLUMN_OF_DIMENSION.get(name)
        if column:
            narrowed = replace(narrowed, chosen={**narrowed.chosen, column: (value,)})
        elif name == "client":
            narrowed = replace(narrowed, text=value)
        elif name in _ONLY_IN_LINES:
            return None
        else:
            narrowed = replace(narrowed, attributes={**narrowed.attributes, name: value})
    return narrowed


def _without(query: Query, name: str) -> dict[str, str]:
    return {other: value for other, value in query.attributes.items() if other != name}
