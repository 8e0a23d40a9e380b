"""`pmkit` alone says where it is and what comes next."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmkit.cli import main


def last_lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert main([]) == 2
    return capsys.readouterr().out.splitlines()[-2:]


def new_incident(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "incident.yaml").write_text(f"id: {folder.name}\ntitle: Test\n")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PMKIT_DATA", raising=False)


def test_an_empty_folder_gets_the_command_that_creates_an_incident(capsys: pytest.CaptureFixture[str]) -> None:
    assert last_lines(capsys) == [
        "Here: data/incidents does not exist.",
        "Next: `pmkit new INC-1` creates an incident; then put its exports into its folder",
    ]


def test_the_incidents_that_commands_find_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new_incident(tmp_path / "data" / "incidents" / "INC-7")
    new_incident(tmp_path / "data" / "incidents" / "INC-8")
    assert last_lines(capsys) == [
        f"Here: 2 incidents in {tmp_path}/data/incidents: INC-7 and INC-8.",
        "Next: `pmkit summary INC-7` shows what the exports say, `pmkit report INC-7` writes the postmortem",
    ]


def test_the_folder_of_an_incident_is_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "INC-9" / "logs").mkdir(parents=True)
    (tmp_path / "INC-9" / "incident.yaml").write_text("id: INC-9\ntitle: Test\n")
    monkeypatch.chdir(tmp_path / "INC-9" / "logs")
    here, next_calls = last_lines(capsys)
    assert here == "Here: in the folder of the incident INC-9."
    assert next_calls.startswith(f"Next: `pmkit summary {tmp_path}/INC-9` shows what the exports say, `pmkit report {tmp_path}/")
