"""The explorer without a browser: it shows what is selected, and saves edits to `incident.yaml`."""

from __future__ import annotations

import html
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import ipywidgets as widgets
import pandas as pd
import pytest
from conftest import DATA
from samples import access_log
from widget_contents import buttons, shown

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
    """Yield the explorer as if it had just been opened."""
    before, shown_first = opened.draft.path.read_text(), opened.query
    yield opened
    if opened.draft.changes or opened.draft.path.read_text() != before:
        opened.draft.path.write_text(before)
        opened.discard()
    if opened.query != shown_first:
        opened.ask(shown_first)


def written(explorer: Explorer) -> Incident:
    return Incident(explorer.draft.path.parent)


def test_it_opens_on_the_detected_impact(explorer: Explorer) -> None:
    impact = explorer.findings.impact
    assert explorer.chart.span == explorer.logs.snapped(impact.start, impact.end)
    assert "impact from 10:17:14 to 10:25:01" in shown(explorer.view)
    assert "17,872 lines" in shown(explorer.lines.view)
    assert "no database connection for <*>" in shown(explorer.rankings.view)
    assert "service checkout" in shown(explorer.rankings.view)


def test_changing_the_span_updates_everything(explorer: Explorer) -> None:
    explorer.span_input.start.value, explorer.span_input.end.value = "2026-11-03 10:05:00", "2026-11-03 10:06:00"
    assert explorer.span == (pd.Timestamp("2026-11-03T09:05:00Z"), pd.Timestamp("2026-11-03T09:06:00Z"))
    assert explorer.chart.span == explorer.span
    assert "No message is clearly more frequent" in shown(explorer.rankings.view)
    assert "10:05:00" in shown(explorer.lines.view)


def test_an_invalid_span_is_explained_and_ignored(explorer: Explorer) -> None:
    before = explorer.span
    explorer.span_input.start.value = "soon"
    assert "Enter a time such as" in shown(explorer.span_input.message)
    explorer.span_input.start.value = "2026-11-03 10:30:00"
    assert "must end after it starts" in shown(explorer.span_input.message)
    assert explorer.span == before


def test_unsaved_changes_can_be_discarded(explorer: Explorer) -> None:
    explorer.forms["title"].value = "Something else"
    buttons(explorer.view)["Discard"].click()
    assert explorer.forms["title"].value == explorer.findings.incident.file.title
    assert "Everything is saved." in shown(explorer.status.view)


def test_a_click_on_a_message_shows_its_lines_and_the_chip_removes_the_filter(explorer: Explorer) -> None:
    label = next(name for name in buttons(explorer.rankings.view) if name.startswith("no database connection"))
    buttons(explorer.rankings.view)[label].click()
    assert explorer.query.template == "no database connection for <*>"
    assert "1,778 lines" in shown(explorer.lines.view)
    chip = next(name for name in buttons(explorer.filters.view) if name.startswith("message:"))
    buttons(explorer.filters.view)[chip].click()
    assert explorer.query.template == ""


def test_a_click_on_a_common_value_filters_by_it(explorer: Explorer) -> None:
    label = next(name for name in buttons(explorer.rankings.view) if name.startswith("service checkout"))
    buttons(explorer.rankings.view)[label].click()
    assert explorer.query.chosen == {"service": ("checkout",)}
    buttons(explorer.filters.view)["Clear"].click()
    assert explorer.query.chosen == {}
    assert explorer.query.start is not None


def test_filters_and_text_narrow_the_lines(explorer: Explorer) -> None:
    explorer.filters.selects["severity"].value = ("ERROR",)
    assert "3,556 lines" in shown(explorer.lines.view)
    explorer.filters.text.value = "database connection"
    assert "1,778 lines" in shown(explorer.lines.view)
    explorer.filters.text.value = "nothing says this"
    assert "No matching lines" in shown(explorer.lines.view)


def test_a_very_long_timeline_has_buttons_for_nearby_pages(explorer: Explorer) -> None:
    entry = explorer.findings.story[0]
    many = tuple(replace(entry, at=entry.at + pd.Timedelta(seconds=n), text=f"entry {n}") for n in range(4_000))
    explorer.timeline.show(replace(explorer.findings, story=many))
    assert [name for name in buttons(explorer.timeline.view) if name.isdigit()] == ["1", "2", "3", "4", "5", "6", "101"]
    buttons(explorer.timeline.view)["6"].click()
    assert [name for name in buttons(explorer.timeline.view) if name.isdigit()] == [*map(str, range(1, 12)), "101"]
    buttons(explorer.timeline.view)["101"].click()
    assert [name for name in buttons(explorer.timeline.view) if name.isdigit()] == ["1", *map(str, range(96, 102))]


def test_pages_can_be_turned_in_both_directions(explorer: Explorer) -> None:
    first = explorer.lines.table.value
    assert explorer.lines.earlier.disabled
    explorer.lines.next()
    second = explorer.lines.table.value
    assert second != first
    explorer.lines.next()
    explorer.lines.previous()
    assert explorer.lines.table.value == second
    explorer.lines.previous()
    assert explorer.lines.table.value == first


def test_markup_in_a_log_line_is_shown_as_text(folder: Callable[..., Path]) -> None:
    line = '{"time": "2026-01-17T03:05:00Z", "level": "error", "msg": "<img src=x onerror=alert(1)>", "service": "<b>x</b>"}\n'
    incident_folder = folder({"web.log": access_log(20, failing=[range(300, 600)]), "app.jsonl": line * 5})
    explorer = pmkit.explore(incident_folder.name, incident_folder.parent)
    explorer.show_all()
    explorer.filters.text.value = "onerror"
    assert "&lt;img src=x onerror=alert(1)&gt;" in explorer.lines.table.value
    assert "<img" not in explorer.lines.table.value


def test_a_confirmed_span_is_written_and_shown_beside_the_detected_one(explorer: Explorer) -> None:
    explorer.choose_span((pd.Timestamp("2026-11-03T09:17:00Z"), pd.Timestamp("2026-11-03T09:25:30Z")))
    explorer.confirm_span()
    assert explorer.save()
    times = written(explorer).file.times
    assert (str(times.started_at), str(times.ended_at)) == ("2026-11-03 10:17:00", "2026-11-03 10:25:30")
    assert str(times.mitigated_at) == "2026-11-03 10:25:02"
    labels = [text.get_text() for text in explorer.chart.figure.axes[1].get_legend().get_texts()]
    assert {"detected impact", "confirmed impact"} <= set(labels)
    explorer.show_all()
    explorer.show_confirmed()
    assert explorer.span == (pd.Timestamp("2026-11-03T09:17:00Z"), pd.Timestamp("2026-11-03T09:25:30Z"))


def test_a_note_is_added_at_the_clicked_time(explorer: Explorer) -> None:
    explorer.choose_time(pd.Timestamp("2026-11-03T09:22:46Z"))
    assert explorer.timeline.at.value == "2026-11-03 10:22:46"
    explorer.timeline.add()
    assert "Enter the text" in shown(explorer.timeline.view)
    explorer.timeline.text.value = "Support is told."
    explorer.timeline.add()
    assert explorer.save()
    notes = written(explorer).file.timeline
    assert [note.text for note in notes] == ["The status page shows orders as unavailable.", "Support is told."]
    assert "Support is told." in [entry.text for entry in explorer.findings.entries]


def row_of(explorer: Explorer, text: str) -> widgets.HBox:
    return next(row for row in explorer.timeline.rows.children if text in row.children[2].value)


def test_entries_are_marked_corrected_and_hidden(explorer: Explorer) -> None:
    row_of(explorer, "db_pool_available").children[3].value = True
    row_of(explorer, "ack: HighLatency").children[2].value = "The on-call SRE takes the alert."
    row_of(explorer, "rollback is done").children[4].value = True
    row_of(explorer, "status page").children[3].value = True
    assert explorer.save()
    entries = {entry.text: entry for entry in explorer.findings.story}
    assert entries["The on-call SRE takes the alert."].kind == "message"
    assert next(entry for text, entry in entries.items() if "db_pool_available" in text).key
    assert next(entry for text, entry in entries.items() if "status page" in text).key
    assert not any("rollback is done" in entry.text for entry in explorer.findings.entries)
    report = page(explorer.findings)
    assert "The authors left out 1 entry from the data." in report
    assert "<strong>db_pool_available went" in report
    assert "ack: HighLatency" not in report
    row_of(explorer, "rollback is done").children[4].value = False
    assert explorer.save()
    assert [edit.hide for edit in written(explorer).file.timeline_edits] == [False, False]


def test_the_linter_shows_problems_beside_the_field_while_the_user_types(explorer: Explorer) -> None:
    assert shown(explorer.forms.problems["trigger"]) == ""
    explorer.forms["trigger"].value = "The engineer failed to check the pool."
    assert "PM401" in shown(explorer.forms.problems["trigger"])
    assert "Not saved: trigger." in shown(explorer.status.view)
    explorer.forms["trigger"].value = ""
    assert "PM" in shown(explorer.forms.problems["trigger"])


def test_an_invalid_value_is_explained_with_its_field_and_not_saved(explorer: Explorer) -> None:
    before = explorer.draft.path.read_text()
    explorer.forms.add_action_item()
    assert "PM130" in shown(explorer.forms.problems["measures"])
    assert not explorer.save()
    assert "measures" in shown(explorer.status.view)
    assert explorer.draft.path.read_text() == before


def test_action_items_are_added_changed_and_deleted(explorer: Explorer) -> None:
    measures = len(written(explorer).file.measures)
    explorer.forms.add_action_item()
    assert "PM130" in shown(explorer.forms.problems["measures"])  # the new item has no action yet
    first, second = explorer.forms.action_items.children[-1].children
    first.children[0].value = "End idle transactions after a minute"
    second.children[2].value, second.children[3].value = "database team", "2026-12-24"
    second.children[0].value = "mitigate"
    assert explorer.save()
    last = written(explorer).file.measures[-1]
    assert (last.action, last.type, last.owner) == ("End idle transactions after a minute", "mitigate", "database team")
    buttons(explorer.forms.action_items.children[-1])["✕"].click()
    assert explorer.save()
    assert len(written(explorer).file.measures) == measures


def test_a_change_by_someone_else_is_only_overwritten_on_request(explorer: Explorer) -> None:
    path = explorer.draft.path
    explorer.forms["severity"].value = "SEV-2"
    path.write_text(path.read_text().replace("severity: SEV-1", "severity: SEV-3"))
    assert not explorer.save()
    assert "SEV-3" in shown(explorer.conflicts.view)
    assert "SEV-2" in shown(explorer.conflicts.view)
    assert "severity: SEV-3" in path.read_text()
    buttons(explorer.conflicts.view)["Take theirs"].click()
    assert explorer.forms["severity"].value == "SEV-3"
    explorer.forms["severity"].value = "SEV-2"
    path.write_text(path.read_text().replace("severity: SEV-3", "severity: SEV-4"))
    assert not explorer.save()
    buttons(explorer.conflicts.view)["Keep mine"].click()
    assert "severity: SEV-2" in path.read_text()
    assert explorer.conflicts.view.children == ()


def test_each_conflict_has_its_own_choice(explorer: Explorer) -> None:
    path = explorer.draft.path
    explorer.forms["severity"].value, explorer.forms["owner"].value = "SEV-2", "my team"
    path.write_text(
        path.read_text().replace("severity: SEV-1", "severity: SEV-3").replace("owner: checkout team", "owner: theirs")
    )
    assert not explorer.save()
    first, second = explorer.conflicts.view.children
    buttons(first)["Keep mine"].click()
    (left,) = explorer.conflicts.view.children
    assert "theirs" in shown(left)
    buttons(left)["Keep mine"].click()
    file = written(explorer).file
    assert (file.severity, file.owner) == ("SEV-2", "my team")
    assert shown(second)


def test_the_preview_is_the_report_with_unsaved_changes(explorer: Explorer) -> None:
    explorer.forms["title"].value = "Orders failed <script>alert(1)</script>"
    explorer.preview()
    (box,) = explorer.report_preview.view.children
    frame = box.children[1].value
    assert "sandbox" in frame
    inside = html.unescape(frame)
    assert "Orders failed" in inside
    assert "<script>" not in inside
    buttons(box)["Close preview"].click()
    assert explorer.report_preview.view.children == ()


@pytest.mark.kernel
def test_export_saves_and_writes_html_and_pdf(explorer: Explorer) -> None:
    explorer.forms["title"].value = "Orders failed for eight minutes"
    explorer.export()
    assert "Written:" in shown(explorer.status.view)
    out = explorer.out
    assert "Orders failed for eight minutes" in (out / f"{ID}.html").read_text()
    assert (out / f"{ID}.pdf").read_bytes().startswith(b"%PDF")


def test_an_incident_with_only_metrics_can_be_explored(folder: Callable[..., Path]) -> None:
    metrics = (DATA / ID / "metrics" / "error-ratio.json").read_text()
    incident_folder = folder({"error-ratio.json": metrics})
    explorer = pmkit.explore(incident_folder.name, incident_folder.parent)
    assert "0 lines" in shown(explorer.lines.view)
    explorer.show_all()
