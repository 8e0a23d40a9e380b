"""The written sections and the action items, with the linter's problems beside each field."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple, get_args

import ipywidgets as widgets

from pmkit.check.linter import Problem
from pmkit.explorer.widgets import button, column, heading, labelled, on_value, row
from pmkit.incident.model import ActionItem, IncidentFile
from pmkit.incident.yaml_editor import Draft


class Field(NamedTuple):
    """A field of `incident.yaml`: its title and hint, the height of its box, whether each line is a value, and its choices."""

    name: str
    title: str
    hint: str
    rows: int = 1
    many: bool = False
    choices: tuple[str, ...] = ()


FIELDS: Final = (
    Field("title", "Title", "what happened, in a few words"),
    Field("severity", "Severity", "such as SEV-2"),
    Field("status", "Status", "progress of the postmortem", choices=get_args(IncidentFile.model_fields["status"].annotation)),
    Field("owner", "Owner", "a role or a team, never a person"),
    Field("reviewer", "Reviewer", "a role or a team"),
    Field("authors", "Authors", "roles or teams, one per line", 2, many=True),
    Field("what_happened", "What happened", "what users saw; the first sentence says the most", 3),
    Field("background", "Background", "what a reader has to know about the system first", 2),
    Field("root_cause_summary", "The root cause in one sentence", "shown at the end of the summary", 2),
    Field("data_loss", "Data loss", "what was lost, or that nothing was lost", 2),
    Field("detection", "Detection", "how it was noticed, and by whom", 2),
    Field("trigger", "Trigger", "what set the incident off", 3),
    Field("root_cause", "Root cause", "why it was possible: a property of the system, not of a person", 8),
    Field("contributing_factors", "Contributing factors", "one per line", 4, many=True),
    Field("resolution", "Resolution", "what ended the impact, and what was tried first", 4),
    Field("still_degraded", "Still degraded", "what has not recovered", 2),
    Field("went_well", "What went well", "one per line", 3, many=True),
    Field("went_badly", "What went badly", "one per line", 3, many=True),
    Field("got_lucky", "Where we got lucky", "one per line", 3, many=True),
    Field("lessons", "Lessons", "what others can learn from it, one per line", 3, many=True),
    Field("open_questions", "Open questions", "what is not known yet, one per line", 2, many=True),
    Field("five_whys", "The five whys", "one per line; for the template atlassian", 3, many=True),
    Field("backlog_check", "Backlog check", "whether planned work would have prevented it; for the template atlassian", 2),
    Field("measures_text", "Beside the action items", "prose beside the table of action items", 2),
    Field("responders", "Responders", "roles, one per line; for the template pagerduty", 2, many=True),
    Field("internal_message", "Internal message", "message to the company; for the template pagerduty", 2),
    Field("external_message", "External message", "message to customers; for the template pagerduty", 2),
)
# Fields with prose that the form leaves as they are.
_ELSEWHERE: Final = ("impact_windows", "impact_numbers", "root_causes", "glossary", "sections")
_TYPES: Final = get_args(get_args(ActionItem.model_fields["type"].annotation)[0])
_PRIORITIES: Final = get_args(get_args(ActionItem.model_fields["priority"].annotation)[0])
_STATUSES: Final = get_args(ActionItem.model_fields["status"].annotation)


def as_lines(items: Sequence[object]) -> str:
    r"""Return items for a box, one per line; further lines of an item are indented.

    Examples
    --------
    >>> as_lines(["first", "second:\n- a\n\n- b"])
    'first\nsecond:\n  - a\n\n  - b'
    """
    return "\n".join(re.sub(r"\n(?!\n|$)", "\n  ", str(item)) for item in items)


def from_lines(text: str) -> list[str]:
    r"""Return the items of a box, as `as_lines` wrote them.

    Examples
    --------
    >>> from_lines("first\nsecond:\n  - a\n\n  - b\n")
    ['first', 'second:\n- a\n\n- b']
    """
    items = re.split(r"\n+(?=\S)", text.strip())
    return [re.sub(r"\n  ", "\n", item).strip() for item in items if item.strip()]


class PostmortemForm:
    """Edits the written parts of a draft.

    Parameters
    ----------
    draft : Draft
        Receives the edits.
    changed : callable
        Called after an edit.

    Attributes
    ----------
    inputs : dict of str to Widget
        The box of each field; `form["title"]` is short for `form.inputs["title"]`.
    problems : dict of str to HTML
        The linter's problems, by field.
    other_problems : HTML
        Problems that belong to no field.
    action_items : Widget
        The action items, each with two rows of boxes.
    elsewhere : HTML
        Which fields with prose the form does not have.
    view : Widget
        The whole form.
    """

    def __init__(self, draft: Draft, changed: Callable[[], None]) -> None:
        self._draft, self._changed, self._showing = draft, changed, False
        self.inputs = {field.name: self._input(field) for field in FIELDS}
        self.problems = {field.name: widgets.HTML(layout=widgets.Layout(flex="1 1 260px")) for field in FIELDS}
        self.problems["measures"] = widgets.HTML()
        self.other_problems = widgets.HTML()
        self.action_items = column([])
        self.elsewhere = widgets.HTML()
        add = button("Add action item", "Add an empty action item", self.add_action_item)
        fields = [self._field(field) for field in FIELDS]
        self.view = column(
            [
                self.other_problems,
                *fields,
                heading("Action items"),
                self.problems["measures"],
                self.action_items,
                add,
                self.elsewhere,
            ]
        )
        self.reload()

    def _input(self, field: Field) -> widgets.Widget:
        wide = widgets.Layout(width="auto")
        box: widgets.Widget
        if field.choices:
            box = widgets.Dropdown(options=field.choices, layout=widgets.Layout(width="160px"))
        elif field.rows == 1:
            box = widgets.Text(placeholder=field.hint, layout=wide)
        else:
            box = widgets.Textarea(placeholder=field.hint, rows=field.rows, layout=wide)
        box.description = field.title
        on_value(box, lambda text: self._edit_field(field, text))
        return labelled(box)

    def _field(self, field: Field) -> widgets.Widget:
        box = column([self.inputs[field.name]], flex="2 1 520px", max_width="820px")
        return widgets.HBox([box, self.problems[field.name]], layout=widgets.Layout(flex_flow="row wrap", grid_gap="12px"))

    def reload(self) -> None:
        """Show the values of the draft."""
        self._showing = True
        try:
            for field in FIELDS:
                self.inputs[field.name].value = self._shown(field)
            self._show_action_items()
            self.elsewhere.value = self._others()
        finally:
            self._showing = False

    def _shown(self, field: Field) -> str:
        """Return the value of a field as its box shows it."""
        value = self._draft.get(field.name)
        if field.choices:
            return str(value) if value in field.choices else field.choices[0]
        if field.many:
            return as_lines(value if isinstance(value, list) else [value] if value else [])
        return str(value or "")

    def _others(self) -> str:
        """Name the fields with prose that the form does not have; they stay as they are in the file."""
        names = [name for name in _ELSEWHERE if self._draft.get(name)]
        shown = ", ".join(f"<code>{name}</code>" for name in names)
        return f'<div class="faint">Edit in incident.yaml, which keeps them as they are: {shown}</div>' if names else ""

    def _edit_field(self, field: Field, text: str) -> None:
        if self._showing:
            return
        self._draft.set(field.name, from_lines(text) if field.many else text.strip())
        self._changed()

    def show(self, problems: Iterable[Problem], error: str = "") -> None:
        """Show the linter's problems beside their fields; `error` is why the linter could not run."""
        texts: dict[str, list[str]] = defaultdict(list)
        for problem in problems:
            name = str(problem.location[0])
            where = f"Action item {int(problem.location[1]) + 1}: " if name == "measures" and len(problem.location) > 1 else ""
            sentences = f"{where}{problem.message}. {problem.rule.suggestion}"
            text = f"<b>{problem.rule.code}</b> {html.escape(sentences)}"
            texts[name if name in self.problems else ""].append(f'<div class="problem {problem.rule.severity}">{text}</div>')
        for name, box in self.problems.items():
            box.value = "".join(texts[name])
        reason = f'<div class="problem error">{html.escape(error)}</div>' if error else ""
        self.other_problems.value = reason + "".join(texts[""])

    def __getitem__(self, name: str) -> widgets.Widget:
        """Return the box of a field."""
        return self.inputs[name]

    def add_action_item(self) -> None:
        """Add an empty action item."""
        empty: dict[str, object] = {"action": "", "type": "prevent", "owner": "", "priority": "P1", "due": ""}
        self._set([*(self._draft.get("measures") or []), empty])
        self._show_action_items()

    def _show_action_items(self) -> None:
        self.action_items.children = [
            self._action_item(number, item) for number, item in enumerate(self._draft.get("measures") or [])
        ]

    def _action_item(self, number: int, item: Mapping[str, object]) -> widgets.Widget:
        def text(name: str, title: str, hint: str, width: str) -> widgets.Widget:
            value = str(item.get(name) or "")
            # A box of one line would make several lines one.
            kind = widgets.Textarea if "\n" in value else widgets.Text
            box = kind(value=value, description=title, placeholder=hint, layout=widgets.Layout(width=width))
            on_value(box, lambda value: self._edit(number, name, value.strip()))
            return labelled(box)

        def choice(name: str, title: str, options: tuple[str, ...], default: str) -> widgets.Widget:
            value = str(item.get(name) or default)
            box = widgets.Dropdown(
                options=options,
                value=value if value in options else default,
                description=title,
                layout=widgets.Layout(width="105px"),
            )
            on_value(box, lambda value: self._edit(number, name, value))
            return labelled(box)

        first = row(text("action", f"Action item {number + 1}", "what will be done", "560px"))
        first.children += (choice("status", "Status", _STATUSES, "open"),)
        first.children += (button("✕", "Delete this action item", lambda: self._drop(number)),)
        second = row(
            choice("type", "Type", ("", *_TYPES), ""), choice("priority", "Priority", ("", *_PRIORITIES), ""),
            text("owner", "Owner", "a team", "150px"), text("due", "Due", "2026-02-01", "120px"),
            text("tracker", "Tracker", "such as OPS-12", "120px"), text("done_when", "Done when", "how one can tell", "300px"),
        )  # fmt: skip
        return column([first, second], margin="0 0 8px 0")

    def _edit(self, number: int, name: str, value: str) -> None:
        items = [dict(item) for item in self._draft.get("measures") or []]
        items[number][name] = value
        if not value and name != "action":
            del items[number][name]
        self._set(items)

    def _drop(self, number: int) -> None:
        items = list(self._draft.get("measures") or [])
        del items[number]
        self._set(items)
        self._show_action_items()

    def _set(self, items: list[dict[str, object]]) -> None:
        self._draft.set("measures", items)
        self._changed()
