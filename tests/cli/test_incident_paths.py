"""An incident may be named by the path of its folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import INCIDENT, refused
from conftest import DATA
from small_notebook import write_notebook

from pmkit.cli.incident_location import locate
from pmkit.core.errors import IncidentError


@pytest.mark.parametrize(
    "name",
    [f"{DATA / INCIDENT}/", str(DATA / INCIDENT), f"incidents/{INCIDENT}/", f"./incidents/{INCIDENT}", f"incidents/./{INCIDENT}"],
)
def test_a_path_is_an_incident_in_its_parent_folder(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATA.parent)
    incident_id, data = locate(name, None)
    assert (incident_id, data.resolve()) == (INCIDENT, DATA)


@pytest.mark.parametrize("name", [".", "..", "../../" + INCIDENT])
def test_a_relative_path_names_the_incident_it_leads_to(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATA / INCIDENT / ("logs" if name.startswith("..") else ""))
    assert locate(name, None) == (INCIDENT, DATA)


def test_dots_are_not_an_incident_id(pmkit, monkeypatch, tmp_path) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    for name in (".", ".."):
        refused(pmkit("new", name), f"{name} is not the folder of an incident")
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_path_outside_the_data_folder_on_the_command_line_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IncidentError, match=r"is outside of --data .*; leave out --data"):
        locate(str(DATA / INCIDENT), str(tmp_path))
    assert locate(str(DATA / INCIDENT), str(DATA)) == (INCIDENT, DATA)


@pytest.mark.kernel
def test_every_command_on_an_incident_takes_a_path(pmkit, healthy, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = f"{healthy}/"
    for command in ("summary", "actions", "check", "ingest"):
        assert pmkit(command, path, "--quiet") == pmkit(command, "INC-1", "--data", healthy.parent, "--quiet")
    notebook = write_notebook(tmp_path / "small.ipynb", "1")
    exit_code, out, _ = pmkit("report", path, "--to", "md", "--out", tmp_path, "--notebook", notebook, "--quiet")
    assert (exit_code, out.splitlines()[-1]) == (0, str(tmp_path / "INC-1.md"))
    refused(pmkit("new", path), "already exists")
    exports = tmp_path / "incidents" / "INC-8"
    exports.mkdir(parents=True)
    assert pmkit("new", f"{exports}/", "--quiet") == (0, f"{exports}/incident.yaml\n", "")
