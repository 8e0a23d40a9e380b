"""The explorer, without a browser: what is chosen is shown, what is written is in `incident.yaml`."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import ipywidgets as widgets
import pandas as pd
import pytest
from conftest import DATA
from samples import access_log

import pmkit
from pmkit.explorer.app import Explorer
from pmkit.incident.folder import Incident
from pmkit.publish.preview import page

ID = "INC-2026-1103"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    data = tmp_path_factory.mktemp("data")
    shutil.copytree(DATA / ID, data / ID)
    return pmkit.explore(ID, data, out=data / "reports")


@pytest.fixture
def explorer(opened: Explorer) -> Iterator[Explorer]:
    """Give the explorer as if it had just been opened."""
    before = opened.draft.path.read_text()
    yield opened
    opened.draft.path.write_text(before)
    opened.discard()
    opened.filters.clear()
    opened.show_detected()


def shown(widget: widgets.Widget) -> str:
    """Give all text that a widget shows."""
    if isinstance(widget, widgets.Box):
        return "\n".join(shown(child) for child in widget.children)
    if isinstance(widget, widgets.Button | widgets.ToggleButton | widgets.Checkbox):
        return str(widget.description)
    return html.unescape(re.sub(r"<(?!\*>)[^>]+>", " ", str(getattr(widget, "value", ""))))


def buttons(widget: widgets.Widget) -> dict[str, widgets.Button]:
    """Give all buttons of a widget by their texts."""
    if isinstance(widget, widgets.Button):
        return {widget.description: widget}
    inner = widget.children if isinstance(widget, widgets.Box) else ()
    return {name: one for child in inner for name, one in buttons(child).items()}


def written(explorer: Explorer) -> Incident:
    return Incident(explorer.draft.path.parent)


def test_it_opens_on_the_impact_that_was_found(explorer: Explorer) -> None:
    impact = explorer.findings.impact
    assert explorer.chart.span == explorer.logs.snapped(impact.start, impact.end)
    assert "impact from 10:17:14 to 10:25:01" in shown(explorer.view)
    assert "17,872 lines" in shown(explorer.lines.view)
    assert "no database connection for <*>" in shown(explorer.ranks.view)
    assert "service checkout" in shown(explorer.ranks.view)


def test_another_span_changes_all_that_is_shown(explorer: Explorer) -> None:
    explorer._begin.value, explorer._end.value = "2026-11-03 10:05:00", "2026-11-03 10:06:00"
    assert explorer.span == (pd.Timestamp("2026-11-03T09:05:00Z"), pd.Timestamp("2026-11-03T09:06:00Z"))
    assert explorer.chart.span == explorer.span
    assert "No message came clearly more often" in shown(explorer.ranks.view)
    assert "10:05:00" in shown(explorer.lines.view)


def test_a_span_that_cannot_be_is_told_and_not_taken(explorer: Explorer) -> None:
    before = explorer.span
    explorer._begin.value = "soon"
    assert "A time is not like" in shown(explorer._told)
    explorer._begin.value = "2026-11-03 10:30:00"
    assert "ends before it begins" in shown(explorer._told)
    assert explorer.span == before


def test_what_is_not_saved_can_be_given_up(explorer: Explorer) -> None:
    explorer.forms.inputs["title"].value = "Something else"
    buttons(explorer.view)["Discard"].click()
    assert explorer.forms.inputs["title"].value == explorer.findings.incident.file.title
    assert "Everything is saved." in shown(explorer._state)


def test_choosing_a_message_shows_its_lines_and_the_chip_takes_it_away(explorer: Explorer) -> None:
    told = next(name for name in buttons(explorer.ranks.view) if name.startswith("no database connection"))
    buttons(explorer.ranks.view)[told].click()
    assert explorer.query.template == "no database connection for <*>"
    assert "1,778 lines" in shown(explorer.lines.view)
    chip = next(name for name in buttons(explorer.filters.view) if name.startswith("message:"))
    buttons(explorer.filters.view)[chip].click()
    assert explorer.query.template == ""


def test_choosing_a_part_chooses_its_value(explorer: Explorer) -> None:
    told = next(name for name in buttons(explorer.ranks.view) if name.startswith("service checkout"))
    buttons(explorer.ranks.view)[told].click()
    assert explorer.query.chosen == {"service": ("checkout",)}
    buttons(explorer.filters.view)["Clear"].click()
    assert explorer.query.chosen == {}
    assert explorer.query.start is not None


def test_filters_and_text_narrow_the_lines(explorer: Explorer) -> None:
    explorer.filters._selects["severity"].value = ("ERROR",)
    assert "3,556 lines" in shown(explorer.lines.view)
    explorer.filters._text.value = "database connection"
    assert "1,778 lines" in shown(explorer.lines.view)
    explorer.filters._text.value = "nothing says this"
    assert "No line is of this kind" in shown(explorer.lines.view)


def test_of_a_very_long_story_the_pages_near_by_can_be_turned_to(explorer: Explorer) -> None:
    entry = explorer.findings.story[0]
    many = tuple(replace(entry, at=entry.at + pd.Timedelta(seconds=n), text=f"entry {n}") for n in range(4_000))
    explorer.story.show(replace(explorer.findings, story=many))
    assert [name for name in buttons(explorer.story.view) if name.isdigit()] == ["1", "2", "3", "4", "5", "6", "101"]
    buttons(explorer.story.view)["6"].click()
    assert [name for name in buttons(explorer.story.view) if name.isdigit()] == [*map(str, range(1, 12)), "101"]
    buttons(explorer.story.view)["101"].click()
    assert [name for name in buttons(explorer.story.view) if name.isdigit()] == ["1", *map(str, range(96, 102))]


def test_pages_go_on_and_back(explorer: Explorer) -> None:
    first = explorer.lines._table.value
    assert explorer.lines._previous.disabled
    explorer.lines.next()
    second = explorer.lines._table.value
    assert second != first
    explorer.lines.next()
    explorer.lines.previous()
    assert explorer.lines._table.value == second
    explorer.lines.previous()
    assert explorer.lines._table.value == first


def test_what_a_log_line_holds_is_shown_as_text(folder: Callable[..., Path]) -> None:
    line = '{"time": "2026-01-17T03:05:00Z", "level": "error", "msg": "<img src=x onerror=alert(1)>", "service": "<b>x</b>"}\n'
    made = folder({"web.log": access_log(20, failing=[range(300, 600)]), "app.jsonl": line * 5})
    explorer = pmkit.explore(made.name, made.parent)
    explorer.show_all()
    explorer.filters._text.value = "onerror"
    assert "&lt;img src=x onerror=alert(1)&gt;" in explorer.lines._table.value
    assert "<img" not in explorer.lines._table.value


def test_a_confirmed_span_is_written_and_shown_beside_the_detected_one(explorer: Explorer) -> None:
    explorer.choose(pd.Timestamp("2026-11-03T09:17:00Z"), pd.Timestamp("2026-11-03T09:25:30Z"))
    explorer.confirm()
    assert explorer.save()
    times = written(explorer).file.times
    assert (str(times.started_at), str(times.ended_at)) == ("2026-11-03 10:17:00", "2026-11-03 10:25:30")
    assert str(times.mitigated_at) == "2026-11-03 10:25:02"
    labels = [text.get_text() for text in explorer.chart._ratio.get_legend().get_texts()]
    assert {"detected impact", "confirmed impact"} <= set(labels)
    explorer.show_all()
    explorer.show_confirmed()
    assert explorer.span == (pd.Timestamp("2026-11-03T09:17:00Z"), pd.Timestamp("2026-11-03T09:25:30Z"))


def test_a_note_is_added_at_the_moment_that_was_clicked(explorer: Explorer) -> None:
    explorer._clicked(pd.Timestamp("2026-11-03T09:22:46Z"))
    assert explorer.story.at.value == "2026-11-03 10:22:46"
    explorer.story.add()
    assert "no words" in shown(explorer.story.view)
    explorer.story.text.value = "Support is told."
    explorer.story.add()
    assert explorer.save()
    notes = written(explorer).file.timeline
    assert [note.text for note in notes] == ["The status page shows orders as unavailable.", "Support is told."]
    assert "Support is told." in [entry.text for entry in explorer.findings.timeline]


def row_of(explorer: Explorer, text: str) -> widgets.HBox:
    return next(one for one in explorer.story._rows.children if text in one.children[2].value)


def test_entries_are_marked_corrected_and_left_out(explorer: Explorer) -> None:
    row_of(explorer, "db_pool_available").children[3].value = True
    row_of(explorer, "ack: HighLatency").children[2].value = "The on-call SRE takes the alert."
    row_of(explorer, "rollback is done").children[4].value = True
    row_of(explorer, "status page").children[3].value = True
    assert explorer.save()
    told = {entry.text: entry for entry in explorer.findings.story}
    assert told["The on-call SRE takes the alert."].kind == "message"
    assert next(entry for text, entry in told.items() if "db_pool_available" in text).key
    assert next(entry for text, entry in told.items() if "status page" in text).key
    assert not any("rollback is done" in entry.text for entry in explorer.findings.timeline)
    report = page(explorer.findings)
    assert "1 entry of the data is left out by the authors." in report
    assert "<strong>db_pool_available leaves" in report
    assert "ack: HighLatency" not in report
    row_of(explorer, "rollback is done").children[4].value = False
    assert explorer.save()
    assert [edit.hide for edit in written(explorer).file.timeline_edits] == [False, False]


def test_the_linter_speaks_beside_the_field_while_one_types(explorer: Explorer) -> None:
    assert shown(explorer.forms._found["trigger"]) == ""
    explorer.forms.inputs["trigger"].value = "The engineer failed to check the pool."
    assert "PM401" in shown(explorer.forms._found["trigger"])
    assert "Not saved: trigger." in shown(explorer._state)
    explorer.forms.inputs["trigger"].value = ""
    assert "PM" in shown(explorer.forms._found["trigger"])


def test_what_cannot_be_is_told_with_its_field_and_not_saved(explorer: Explorer) -> None:
    before = explorer.draft.path.read_text()
    explorer.forms.inputs["what_happened"].value = "One. Two."
    assert "one sentence" in shown(explorer.forms._others)
    assert not explorer.save()
    assert "one sentence" in shown(explorer._state)
    assert explorer.draft.path.read_text() == before


def test_measures_are_added_changed_and_taken_away(explorer: Explorer) -> None:
    measures = len(written(explorer).file.measures)
    explorer.forms.add_measure()
    assert "measures" in shown(explorer.forms._others)  # it has no action yet
    first, second = explorer.forms._measures.children[-1].children
    first.children[0].value = "End idle transactions after a minute"
    second.children[2].value, second.children[3].value = "database team", "2026-12-24"
    second.children[0].value = "mitigate"
    assert explorer.save()
    last = written(explorer).file.measures[-1]
    assert (last.action, last.type, last.owner) == ("End idle transactions after a minute", "mitigate", "database team")
    buttons(explorer.forms._measures.children[-1])["✕"].click()
    assert explorer.save()
    assert len(written(explorer).file.measures) == measures


def test_what_somebody_else_changed_is_shown_and_only_overwritten_when_one_says_so(explorer: Explorer) -> None:
    path = explorer.draft.path
    explorer.forms.inputs["severity"].value = "SEV-2"
    path.write_text(path.read_text().replace("severity: SEV-1", "severity: SEV-3"))
    assert not explorer.save()
    assert "SEV-3" in shown(explorer._conflicts)
    assert "SEV-2" in shown(explorer._conflicts)
    assert "severity: SEV-3" in path.read_text()
    buttons(explorer._conflicts)["Take theirs"].click()
    assert explorer.forms.inputs["severity"].value == "SEV-3"
    explorer.forms.inputs["severity"].value = "SEV-2"
    path.write_text(path.read_text().replace("severity: SEV-3", "severity: SEV-4"))
    assert not explorer.save()
    buttons(explorer._conflicts)["Keep mine"].click()
    assert "severity: SEV-2" in path.read_text()
    assert explorer._conflicts.children == ()


def test_of_two_conflicts_each_is_chosen_for_itself(explorer: Explorer) -> None:
    path = explorer.draft.path
    explorer.forms.inputs["severity"].value, explorer.forms.inputs["owner"].value = "SEV-2", "my team"
    path.write_text(
        path.read_text().replace("severity: SEV-1", "severity: SEV-3").replace("owner: checkout team", "owner: theirs")
    )
    assert not explorer.save()
    first, second = explorer._conflicts.children
    buttons(first)["Keep mine"].click()
    (left,) = explorer._conflicts.children
    assert "theirs" in shown(left)
    buttons(left)["Keep mine"].click()
    file = written(explorer).file
    assert (file.severity, file.owner) == ("SEV-2", "my team")
    assert shown(second)


def test_the_preview_is_the_report_with_the_draft(explorer: Explorer) -> None:
    explorer.forms.inputs["title"].value = "Orders failed <script>alert(1)</script>"
    explorer.preview()
    (box,) = explorer._shown.children
    frame = box.children[1].value
    assert "sandbox" in frame
    inside = html.unescape(frame)
    assert "Orders failed" in inside
    assert "<script>" not in inside
    buttons(box)["Close preview"].click()
    assert explorer._shown.children == ()


def test_export_saves_and_writes_html_and_pdf(explorer: Explorer) -> None:
    explorer.forms.inputs["title"].value = "Orders failed for eight minutes"
    explorer.export()
    assert "Written:" in shown(explorer._state)
    out = explorer._out
    assert "Orders failed for eight minutes" in (out / f"{ID}.html").read_text()
    assert (out / f"{ID}.pdf").read_bytes().startswith(b"%PDF")


def test_an_incident_with_metrics_alone_can_be_looked_at(folder: Callable[..., Path]) -> None:
    metrics = (DATA / ID / "metrics" / "error-ratio.json").read_text()
    made = folder({"error-ratio.json": metrics})
    explorer = pmkit.explore(made.name, made.parent)
    assert "0 lines" in shown(explorer.lines.view)
    explorer.show_all()
