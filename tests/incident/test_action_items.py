"""Action items are exported in full, and contain nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from conftest import DATA

from pmkit.cli import main
from pmkit.incident import action_items
from pmkit.incident.folder import Incident

HOSTILE = '=HYPERLINK("http://evil.example","x")'


@pytest.fixture
def recorded_incident() -> Incident:
    return Incident(DATA / "INC-2026-1103")


@pytest.fixture
def hostile(tmp_path: Path) -> Incident:
    folder = tmp_path / "INC-1"
    folder.mkdir()
    item = {"action": HOSTILE, "type": "prevent", "owner": "@everyone", "priority": "P0", "due": "2026-12-01"}
    (folder / "incident.yaml").write_text(json.dumps({"id": "INC-1", "title": "a <b>test</b>", "measures": [item]}))
    return Incident(folder)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_only_open_action_items_are_exported_by_default(recorded_incident) -> None:
    still_open = [item for item in recorded_incident.file.measures if item.status == "open"]
    assert len(rows(action_items.export(recorded_incident, "csv"))) == len(still_open) < len(recorded_incident.file.measures)
    assert len(rows(action_items.export(recorded_incident, "csv", done=True))) == len(recorded_incident.file.measures)


def test_json_contains_every_field(recorded_incident) -> None:
    first = json.loads(action_items.export(recorded_incident, "json", done=True))[0]
    item = recorded_incident.file.measures[0]
    assert first == {"incident": "INC-2026-1103", **item.model_dump(mode="json")}


def test_an_issue_for_github_has_a_title_a_body_and_labels(recorded_incident) -> None:
    for issue, item in zip(
        json.loads(action_items.export(recorded_incident, "github", done=True)), recorded_incident.file.measures, strict=True
    ):
        assert set(issue) == {"title", "body", "labels"}
        assert issue["title"] == item.action.rstrip(".")
        assert f"- **Due:** {item.due}" in issue["body"]
        assert "INC-2026-1103" in issue["body"]
        assert issue["labels"] == ["postmortem", item.type, item.priority]


def test_jira_gets_its_own_priorities_and_types(recorded_incident) -> None:
    first = rows(action_items.export(recorded_incident, "jira", done=True))[0]
    assert first["Issue Type"] == "Task"
    assert first["Priority"] in ("Highest", "High", "Medium", "Low")
    assert first["Due Date"] == recorded_incident.file.measures[0].due.isoformat()


@pytest.mark.parametrize("form", ["csv", "jira"])
def test_no_cell_is_a_formula(hostile, form) -> None:
    cells = [cell for row in csv.reader(io.StringIO(action_items.export(hostile, form))) for cell in row]
    assert f"'{HOSTILE}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_the_body_of_an_issue_contains_no_html(hostile) -> None:
    (issue,) = json.loads(action_items.export(hostile, "github"))
    assert "<b>" not in issue["body"]


def test_the_command_prints_action_items_or_writes_a_complete_file(tmp_path: Path, capsys) -> None:
    assert main(["actions", "INC-2026-1103", "--data", str(DATA), "--to", "csv"]) == 0
    assert capsys.readouterr().out.startswith("incident,action,")
    target = tmp_path / "measures.csv"
    command = ["actions", "INC-2026-1103", "--data", str(DATA), "--to", "csv", "--out", str(target)]
    assert main(command) == 0
    assert rows(target.read_text())
    target.write_text("of an earlier day")
    assert main(command) == 0
    assert rows(target.read_text())
    folder = tmp_path / "folder"
    folder.mkdir()
    assert main([*command[:-1], str(folder)]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "measures.csv"]
