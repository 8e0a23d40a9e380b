"""A panel for the fields that someone else changed in the meantime."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable

import ipywidgets as widgets

from pmkit.explorer.widgets import button, column, row
from pmkit.incident.yaml_editor import Conflict, Draft


class ConflictPanel:
    """Shows conflicts between a draft and `incident.yaml`, and lets the user choose a version of each field.

    Parameters
    ----------
    draft : Draft
        The draft.
    save : callable
        Saves the draft; called after each choice.

    Attributes
    ----------
    overwritten : set of str
        Fields for which the user chose their own version.
    view : Widget
        The whole panel.
    """

    def __init__(self, draft: Draft, save: Callable[[], object]) -> None:
        self._draft, self._save = draft, save
        self.overwritten: set[str] = set()
        self.view = column([])

    def show(self, conflicts: Iterable[Conflict]) -> None:
        """Show conflicts."""
        self.view.children = [self._box(conflict) for conflict in conflicts]

    def clear(self) -> None:
        """Forget conflicts and choices."""
        self.view.children = []
        self.overwritten.clear()

    def _keep_mine(self, conflict: Conflict) -> None:
        self.overwritten.add(conflict.field)
        self._save()

    def _take_theirs(self, conflict: Conflict) -> None:
        self._draft.take_theirs(conflict.field)
        self._save()

    def _box(self, conflict: Conflict) -> widgets.Widget:
        versions = ((f"{conflict.field} in the file", conflict.theirs), (f"{conflict.field} as you wrote it", conflict.mine))
        text = "".join(
            f"<div><b>{title}</b><pre>{html.escape(str(value) if value else '(nothing)')}</pre></div>"
            for title, value in versions
        )
        choices = row(
            button("Keep mine", "Overwrite their version", lambda: self._keep_mine(conflict)),
            button("Take theirs", "Discard my version", lambda: self._take_theirs(conflict)),
        )
        box = column([widgets.HTML(text), choices])
        box.add_class("conflict")
        return box
