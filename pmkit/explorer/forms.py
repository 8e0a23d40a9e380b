"""The written sections and the measures, with what the linter finds beside each field."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple, get_args

import ipywidgets as widgets

from pmkit.check.linter import Problem
from pmkit.explorer.widgets import button, column, heading, labelled, on_value, row
from pmkit.incident.model import ActionItem, IncidentFile
from pmkit.incident.yaml_editor import Draft


class Field(NamedTuple):
    """A field of `incident.yaml`: how it is called, how high its box is, whether it is a list, one a line, or a choice."""

    name: str
    title: str
    hint: str
    rows: int = 1
    many: bool = False
    choices: tuple[str, ...] = ()


FIELDS: Final = (
    Field("title", "Title", "what happened, in a few words"),
    Field("severity", "Severity", "such as SEV-2"),
    Field("status", "Status", "how far it is", choices=get_args(IncidentFile.model_fields["status"].annotation)),
    Field("owner", "Owner", "a role or a team, never a person"),
    Field("reviewer", "Reviewer", "a role or a team"),
    Field("what_happened", "What happened", "what users saw, one sentence", 2),
    Field("root_cause_summary", "The root cause in one sentence", "ends the summary", 2),
    Field("data_loss", "Data loss", "what was lost, or that nothing was", 2),
    Field("trigger", "Trigger", "what set it off", 3),
    Field("root_cause", "Root cause", "why it was possible: a property of the system, not of a person", 8),
    Field("contributing_factors", "Contributing factors", "one a line", 4, many=True),
    Field("resolution", "Resolution", "what ended the impact, and what was tried before", 4),
    Field("still_degraded", "Still degraded", "what is not as it was", 2),
    Field("went_well", "What went well", "one a line", 3, many=True),
    Field("went_badly", "What went badly", "one a line", 3, many=True),
    Field("got_lucky", "Where we got lucky", "one a line", 3, many=True),
    Field("five_whys", "The five whys", "one a line; for the template atlassian", 3, many=True),
    Field("backlog_check", "Backlog check", "whether planned work would have prevented it; for the template atlassian", 2),
    Field("responders", "Responders", "roles, one a line; for the template pagerduty", 2, many=True),
    Field("internal_message", "Internal message", "what the company is told; for the template pagerduty", 2),
    Field("external_message", "External message", "what customers are told; for the template pagerduty", 2),
)
_TYPES: Final = get_args(ActionItem.model_fields["type"].annotation)
_PRIORITIES: Final = get_args(ActionItem.model_fields["priority"].annotation)


class Forms:
    """Edits the written parts of a draft.

    Parameters
    ----------
    draft : Draft
        Receives what is written.
    changed : callable
        Is called when something was.
    """

    def __init__(self, draft: Draft, changed: Callable[[], None]) -> None:
        self._draft, self._changed, self._showing = draft, changed, False
        self.inputs = {field.name: self._input(field) for field in FIELDS}
        self._found = {field.name: widgets.HTML(layout=widgets.Layout(flex="1 1 260px")) for field in FIELDS}
        self._found["measures"] = widgets.HTML()
        self._others = widgets.HTML()
        self._measures = column([])
        add = button("Add a measure", "Add an empty one", self.add_measure)
        fields = [self._field(field) for field in FIELDS]
        self.view = column([self._others, *fields, heading("Measures"), self._found["measures"], self._measures, add])
        self.reload()

    def _input(self, field: Field) -> widgets.Widget:
        wide = widgets.Layout(width="auto")
        made: widgets.Widget
        if field.choices:
            made = widgets.Dropdown(options=field.choices, layout=widgets.Layout(width="160px"))
        elif field.rows == 1:
            made = widgets.Text(placeholder=field.hint, layout=wide)
        else:
            made = widgets.Textarea(placeholder=field.hint, rows=field.rows, layout=wide)
        made.description = field.title
        on_value(made, lambda text: self._wrote(field, text))
        return labelled(made)

    def _field(self, field: Field) -> widgets.Widget:
        written = column([self.inputs[field.name]], flex="2 1 520px", max_width="820px")
        return widgets.HBox([written, self._found[field.name]], layout=widgets.Layout(flex_flow="row wrap", grid_gap="12px"))

    def reload(self) -> None:
        """Show what the draft holds."""
        self._showing = True
        try:
            for field in FIELDS:
                value = self._draft.get(field.name) or (field.choices[0] if field.choices else None)
                self.inputs[field.name].value = "\n".join(value or []) if field.many else str(value or "")
            self._show_measures()
        finally:
            self._showing = False

    def _wrote(self, field: Field, text: str) -> None:
        if self._showing:
            return
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        self._draft.set(field.name, lines if field.many else text.strip())
        self._changed()

    def show(self, problems: Iterable[Problem], wrong: str = "") -> None:
        """Show what the linter finds beside the fields that it is about; `wrong` is why it could not look."""
        found: dict[str, list[str]] = defaultdict(list)
        for problem in problems:
            name = str(problem.location[0])
            told = f"<b>{problem.rule.code}</b> {html.escape(problem.message)}. {html.escape(problem.rule.suggestion)}"
            found[name if name in self._found else ""].append(f'<div class="found {problem.rule.severity}">{told}</div>')
        for name, box in self._found.items():
            box.value = "".join(found[name])
        said = f'<div class="found error">{html.escape(wrong)}</div>' if wrong else ""
        self._others.value = said + "".join(found[""])

    def add_measure(self) -> None:
        """Add an empty measure."""
        empty = {"action": "", "type": "prevent", "owner": "", "priority": "P1", "due": ""}
        self._set([*(self._draft.get("measures") or []), empty])
        self._show_measures()

    def _show_measures(self) -> None:
        self._measures.children = [self._measure(n, one) for n, one in enumerate(self._draft.get("measures") or [])]

    def _measure(self, number: int, one: dict[str, Any]) -> widgets.Widget:
        def text(name: str, hint: str, width: str) -> widgets.Text:
            made = widgets.Text(value=str(one.get(name) or ""), placeholder=hint, layout=widgets.Layout(width=width))
            on_value(made, lambda value: self._edit(number, name, value.strip()))
            return made

        def choice(name: str, options: tuple[str, ...], default: str) -> widgets.Dropdown:
            value = str(one.get(name) or default)
            made = widgets.Dropdown(
                options=options, value=value if value in options else default, layout=widgets.Layout(width="105px")
            )
            on_value(made, lambda value: self._edit(number, name, value))
            return made

        first = row(text("action", "what is done", "560px"), choice("status", ("open", "done"), "open"))
        first.children += (button("✕", "Take this measure away", lambda: self._drop(number)),)
        second = row(
            choice("type", _TYPES, "prevent"), choice("priority", _PRIORITIES, "P1"), text("owner", "owner: a team", "150px"),
            text("due", "due: 2026-02-01", "120px"), text("tracker", "tracker", "110px"), text("done_when", "done when", "300px"),
        )  # fmt: skip
        return column([first, second], margin="0 0 8px 0")

    def _edit(self, number: int, name: str, value: str) -> None:
        measures = [dict(one) for one in self._draft.get("measures") or []]
        measures[number][name] = value
        if not value and name in ("tracker", "done_when"):
            del measures[number][name]
        self._set(measures)

    def _drop(self, number: int) -> None:
        measures = list(self._draft.get("measures") or [])
        del measures[number]
        self._set(measures)
        self._show_measures()

    def _set(self, measures: list[dict[str, Any]]) -> None:
        self._draft.set("measures", measures)
        self._changed()
