"""The timeline as an editable table: notes, key entries, corrections and hidden entries."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypedDict

import ipywidgets as widgets
import pandas as pd

from pmkit.analysis.response.timeline import Entry
from pmkit.explorer.widgets import TIME_FORMAT, button, column, on_value, row, words
from pmkit.findings.findings import Findings
from pmkit.incident.written_times import is_not_known, written_time
from pmkit.incident.yaml_editor import Draft

_PAGE: Final = 40
# How many pages before and after the current one have a button, besides the first and the last page.
_NEAR: Final = 5


class Note(TypedDict, total=False):
    """A note in `incident.yaml`, as plain data."""

    at: str
    text: str
    key: bool


class Edit(TypedDict, total=False):
    """An edit of an entry in `incident.yaml`, as plain data: which entry, and what changes."""

    at: str
    kind: str
    evidence: str
    text: str
    key: bool
    hide: bool


class TimelineEditor:
    """Edits the timeline of a draft.

    Parameters
    ----------
    draft : Draft
        Receives the edits.
    findings : Findings
        The findings with the timeline.
    changed : callable
        Called after an edit.

    Attributes
    ----------
    at, text : Text
        The time and the text of a new note.
    rows : Widget
        The entries of the current page, each a row with time, kind, text, key, and hide or delete.
    view : Widget
        The whole editor.
    """

    def __init__(self, draft: Draft, findings: Findings, changed: Callable[[], None]) -> None:
        self._draft, self._findings, self._changed, self._first = draft, findings, changed, 0
        self.at = widgets.Text(placeholder="2026-01-17 03:10:00", layout=widgets.Layout(width="180px"))
        self.text = widgets.Text(placeholder="what happened, one sentence", layout=widgets.Layout(width="480px"))
        self._message = words("")
        self.rows = column([])
        self._pages = row()
        add = button("Add note", "Add the note to the timeline", self.add)
        hint = "Click the chart to set the time of a note. ★ marks a key entry; ✕ leaves an entry out of the report."
        new = row(words("At"), self.at, words("Note"), self.text, add, self._message)
        self.view = column([words(hint, "faint"), new, self.rows, self._pages])
        self.show(findings)

    def show(self, findings: Findings) -> None:
        """Show the entries from the findings and the notes from the draft."""
        self._findings = findings
        entries = [entry for entry in findings.story if entry.kind != "note"]
        notes = list(enumerate(self._draft.get("timeline") or []))
        rows: list[tuple[pd.Timestamp, Entry | tuple[int, Note]]] = [(entry.at, entry) for entry in entries]
        above = pd.Timestamp.min.tz_localize("UTC")
        for number, note in notes:
            above = above if is_not_known(note["at"]) else self._utc(note["at"])
            rows.append((above, (number, note)))
        rows.sort(key=lambda pair: pair[0])
        self._first = min(self._first, max(0, len(rows) - 1) // _PAGE * _PAGE)
        shown = rows[self._first : self._first + _PAGE]
        self.rows.children = [self._entry_row(item) if isinstance(item, Entry) else self._note_row(*item) for _, item in shown]
        pages = range(0, len(rows), _PAGE)
        near = [start for start in pages if start in (0, pages[-1]) or abs(start - self._first) <= _NEAR * _PAGE]
        self._pages.children = [self._page(start) for start in near] if len(pages) > 1 else []

    def _page(self, start: int) -> widgets.Button:
        return button(str(start // _PAGE + 1), f"Entries from {start + 1}", lambda: self._turn(start))

    def _turn(self, start: int) -> None:
        self._first = start
        self._refresh()

    def _refresh(self) -> None:
        self.show(self._findings)

    def _utc(self, text: str) -> pd.Timestamp:
        try:
            at = pd.Timestamp(written_time(text).replace(fold=0))
        except ValueError:
            return pd.Timestamp.max.tz_localize("UTC")
        return (at.tz_localize(self._findings.zone) if at.tzinfo is None else at).tz_convert("UTC")

    def choose(self, at: pd.Timestamp) -> None:
        """Set the time of a new note."""
        self.at.value = f"{at.astimezone(self._findings.zone):{TIME_FORMAT}}"

    def add(self) -> None:
        """Add a note with the time and text that the user entered."""
        try:
            written_time(self.at.value.strip())
        except ValueError:
            self._message.value = "Enter a time such as 2026-01-17 03:10:00."
            return
        if not self.text.value.strip():
            self._message.value = "Enter the text of the note."
            return
        notes, new = list(self._draft.get("timeline") or []), {"at": self.at.value.strip(), "text": self.text.value.strip()}
        # The notes keep their order, because one whose time is vague stands where its author put it.
        at = self._utc(new["at"])
        later = (n for n, note in enumerate(notes) if not is_not_known(note["at"]) and self._utc(note["at"]) > at)
        notes.insert(next(later, len(notes)), new)
        self._draft.set("timeline", notes)
        self.text.value, self._message.value = "", ""
        self._refresh()
        self._changed()

    def _entry_row(self, entry: Entry) -> widgets.Widget:
        edit = self._edit(entry) or {}
        text = self._text_box(edit.get("text") or entry.text)
        key, hide = self._toggle("★", "Mark as key", edit.get("key")), self._toggle("✕", "Leave out", edit.get("hide"))
        on_value(text, lambda value: self._set(entry, {"text": value.strip()}))
        on_value(key, lambda wanted: self._set(entry, {"key": wanted}))
        on_value(hide, lambda wanted: self._set(entry, {"hide": wanted}))
        entry_row = self._row(f"{entry.at.astimezone(self._findings.zone):%H:%M:%S}", entry.kind, text, key, hide)
        if edit.get("hide"):
            entry_row.add_class("hidden-entry")
        return entry_row

    def _note_row(self, number: int, note: Note) -> widgets.Widget:
        text = self._text_box(note["text"])
        key, drop = self._toggle("★", "Mark as key", note.get("key")), self._toggle("✕", "Delete the note", wanted=False)
        on_value(text, lambda value: self._change_note(number, {"text": value.strip()}))
        on_value(key, lambda wanted: self._change_note(number, {"key": wanted}))
        on_value(drop, lambda _: self._delete_note(number))
        at = str(note["at"])
        return self._row(at[11:19] if re.match(r"\d{4}-\d\d-\d\d[ T]\d", at) else at, "note", text, key, drop)

    @staticmethod
    def _row(at: str, kind: str, *inputs: widgets.Widget) -> widgets.HBox:
        labels = [
            widgets.Label(at, layout=widgets.Layout(width="64px")),
            widgets.Label(kind, layout=widgets.Layout(width="64px")),
        ]
        return widgets.HBox([*labels, *inputs])

    @staticmethod
    def _text_box(text: str) -> widgets.Widget:
        # A box of one line would make several lines one.
        kind = widgets.Textarea if "\n" in text else widgets.Text
        return kind(
            value=text, placeholder="text from the data", continuous_update=False, layout=widgets.Layout(flex="1 1 380px")
        )

    @staticmethod
    def _toggle(text: str, tooltip: str, wanted: bool | None) -> widgets.ToggleButton:
        return widgets.ToggleButton(value=bool(wanted), description=text, tooltip=tooltip, layout=widgets.Layout(width="38px"))

    def _reference(self, entry: Entry) -> Edit:
        """Return the part of an edit that identifies its entry."""
        reference: Edit = {"at": f"{entry.at.astimezone(self._findings.zone):{TIME_FORMAT}}", "kind": entry.kind}
        if entry.source:
            reference["evidence"] = entry.source
        return reference

    def _edit(self, entry: Entry) -> Edit | None:
        return next((edit for edit in self._draft.get("timeline_edits") or [] if self._names(edit, entry)), None)

    def _names(self, edit: Edit, entry: Entry) -> bool:
        return entry.matches(self._utc(edit["at"]), edit["kind"], edit.get("evidence"))

    def _set(self, entry: Entry, change: Edit) -> None:
        edits = list(self._draft.get("timeline_edits") or [])
        old = self._edit(entry)
        combined = {**self._reference(entry), **(old or {}), **change}
        original = self._original_text(entry)
        new = {name: value for name, value in combined.items() if value and (name != "text" or value != original)}
        kept = [edit for edit in edits if edit is not old and not self._names(edit, entry)]
        place = edits.index(old) if old in edits else len(kept)
        if set(new) - {"at", "kind", "evidence"}:
            kept.insert(place, new)
        self._draft.set("timeline_edits", kept)
        if "hide" in change:
            self._refresh()
        self._changed()

    def _original_text(self, entry: Entry) -> str:
        old = self._edit(entry)
        return "" if old and old.get("text") else entry.text

    def _change_note(self, number: int, change: Note) -> None:
        notes = list(self._draft.get("timeline") or [])
        notes[number] = {name: value for name, value in {**notes[number], **change}.items() if value}
        self._draft.set("timeline", notes)
        self._changed()

    def _delete_note(self, number: int) -> None:
        notes = list(self._draft.get("timeline") or [])
        del notes[number]
        self._draft.set("timeline", notes)
        self._refresh()
        self._changed()
