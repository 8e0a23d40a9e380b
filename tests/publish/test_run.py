"""The notebook is short, runs everywhere, and a report is written completely or not at all."""

from __future__ import annotations

import ast
import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import nbformat
import papermill
import pytest
from conftest import DATA, ROOT
from papermill.cli import _resolve_type
from papermill.exceptions import PapermillExecutionError
from small_notebook import write_notebook

import pmkit
from pmkit.core.errors import IncidentError, InputError, OutputError, ReportError
from pmkit.incident.folder import Incident, find_incident, scaffold
from pmkit.publish import job as jobs
from pmkit.publish import run
from pmkit.publish.writers import WRITERS
from pmkit.reports.notebook_parameters import unknown_parameter

NOTEBOOK = ROOT / "notebooks" / "postmortem.ipynb"


def test_the_notebook_is_short_and_contains_no_output() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(code) <= 12
    for cell in code:
        assert len(cell.source.splitlines()) <= 5
        assert (cell.outputs, cell.execution_count) == ([], None)
        assert "def " not in cell.source
        assert set(cell.metadata.get("tags", [])) <= {"parameters"}


PARAMETERS = ["incident_id", "data_dir", "timezone", "audience", "template"]


def test_the_notebook_has_the_expected_parameters() -> None:
    cell = next(cell for cell in nbformat.read(NOTEBOOK, as_version=4).cells if "parameters" in cell.metadata.get("tags", []))
    names = [line.split(" = ")[0] for line in cell.source.splitlines()]
    assert names == PARAMETERS


def test_the_notebook_names_no_incident_so_that_a_misspelt_parameter_is_an_error(healthy: Path) -> None:
    assert parameter_of(NOTEBOOK, "incident_id") == ""
    with pytest.raises(
        IncidentError, match=r"no incident of this folder was named \(incident_id in a notebook\); it contains INC-1$"
    ):
        pmkit.report("", healthy.parent)


def parameter_of(notebook: Path, name: str) -> object:
    """Return the default of a notebook's parameter."""
    cell = next(cell for cell in nbformat.read(notebook, as_version=4).cells if "parameters" in cell.metadata.get("tags", []))
    lines = ast.parse(cell.source).body
    return next(ast.literal_eval(line.value) for line in lines if isinstance(line, ast.Assign) and line.targets[0].id == name)


def test_an_id_that_papermill_made_a_number_is_taken_as_text(folder: Callable[..., Path]) -> None:
    data = folder({}, incident_id="INC-1").parent
    (data / "INC-1").rename(data / "2026")
    (data / "2026" / "incident.yaml").write_text('id: "2026"\ntitle: a test\n')
    assert find_incident(2026, data).id == "2026"
    with pytest.raises(IncidentError, match=r"no incident '26'.*; it was given as a number: .*papermill -r incident_id ID"):
        find_incident(26, data)


def test_zeros_that_papermill_dropped_from_an_id_are_found_again(folder: Callable[..., Path]) -> None:
    data = folder({}, incident_id="INC-1").parent
    (data / "INC-1").rename(data / "0042")
    (data / "0042" / "incident.yaml").write_text('id: "0042"\ntitle: a test\n')
    assert find_incident(42, data).id == "0042"
    (data / "42").mkdir()
    (data / "42" / "incident.yaml").write_text('id: "42"\ntitle: a test\n')
    with pytest.raises(IncidentError, match=r"given as the number 42, which could be 0042 or 42; put it in quotes"):
        find_incident(42, data)


@pytest.mark.parametrize("incident_id", ["2026", "0042", "20260117", "1e5"])
def test_an_id_that_looks_like_a_number_is_an_id_in_a_new_incident(incident_id: str, tmp_path: Path) -> None:
    assert f'id: "{incident_id}"\n' in scaffold(incident_id, tmp_path).read_text()
    assert find_incident(_resolve_type(incident_id), tmp_path).id == incident_id


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("audiance", "did you mean audience?"),
        ("incident", "did you mean incident_id?"),
        ("colour", "it has incident_id, data_dir, timezone, audience, template"),
    ],
)
def test_a_parameter_that_the_notebook_does_not_have_is_refused(name: str, hint: str) -> None:
    parameters = "\n".join(f"{known} = ''  # text" for known in PARAMETERS)
    cells = ["", parameters, f"# Parameters\nincident_id = 'INC-1'\n{name} = 'public'\n"]
    assert unknown_parameter(cells, PARAMETERS) == f"the notebook has no parameter {name!r}; {hint}"


@pytest.mark.parametrize(
    "cells",
    [
        ["", "incident_id = ''\nteam: str = ''", "# Parameters\nincident_id = 'INC-1'\nteam = 'search'\n"],
        ["", "incident_id = ''", "# Parameters\nincident_id = 'INC-1'\ntemplate = 'sre-book'\n"],
        ["", "# Parameters\nincident_id = 'INC-1'\nteam = 'search'\n"],
        ["", "import pmkit", "# Parameters\nincident_id = 'INC-1'\nteam = 'search'\n"],
        ["", "%matplotlib inline", "incident_id = ''"],
        [],
    ],
)
def test_parameters_of_own_notebooks_are_accepted(cells: list[str]) -> None:
    assert unknown_parameter(cells, PARAMETERS) is None


def test_papermill_stops_at_a_misspelt_parameter(tmp_path: Path) -> None:
    notebook = write_notebook(tmp_path / "own.ipynb", "import pmkit\npmkit.report(incident_id)")
    parameters = {"incident_id": "INC-2026-1012", "audiance": "public"}
    with pytest.raises(PapermillExecutionError, match="no parameter 'audiance'; did you mean audience"):
        papermill.execute_notebook(notebook, None, parameters, progress_bar=False, log_output=False)


def test_every_format_is_written_and_nothing_else_is_left_behind(published: Path) -> None:
    written = sorted(path.relative_to(published).as_posix() for path in published.rglob("*") if path.is_file())
    charts = [
        f"INC-2026-1103_files/{name}.svg" for name in ("error-rate", "errors-by-route", "failing-parts", "latency", "timeline")
    ]
    assert written == sorted([*(f"INC-2026-1103.{name}" for name in WRITERS), *charts])


@pytest.mark.kernel
def test_a_failing_cell_stops_the_report_and_keeps_the_previous_one(healthy: Path, tmp_path: Path) -> None:
    good = tmp_path / "INC-1.html"
    good.write_text("good")
    notebook = write_notebook(tmp_path / "failing.ipynb", "1 / 0", "2")
    job = jobs.Job(Incident(healthy), tmp_path, ["html", "pdf"], notebook=notebook)
    with pytest.raises(
        ReportError, match=r"cell 'cell-1' \(1 / 0\) failed: ZeroDivisionError: division by zero; .*failed\.ipynb"
    ):
        run.run(job)
    assert good.read_text() == "good"
    assert sorted(path.name for path in tmp_path.glob("INC*")) == ["INC-1.failed.ipynb", "INC-1.html"]
    kept = nbformat.read(tmp_path / "INC-1.failed.ipynb", as_version=4)
    assert any(output.output_type == "error" for cell in kept.cells for output in cell.get("outputs", ()))


@pytest.mark.kernel
@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "could not be run"),
        ("import sys; sys.exit(0)", "cell 'cell-1' ended the run before cell 'cell-2'"),
    ],
    ids=["the kernel dies", "a cell ends Python"],
)
def test_a_run_that_ends_early_is_a_failed_report(healthy: Path, tmp_path: Path, source: str, message: str) -> None:
    notebook = write_notebook(tmp_path / "ends.ipynb", source, "2")
    with pytest.raises(ReportError, match=message):
        run.run(jobs.Job(Incident(healthy), tmp_path, ["html"], notebook=notebook))
    assert not (tmp_path / "INC-1.html").exists()


@pytest.mark.kernel
def test_a_good_run_removes_the_failed_notebook_of_the_last_one(healthy: Path, tmp_path: Path) -> None:
    (tmp_path / "INC-1.failed.ipynb").write_text("{}")
    run.run(jobs.Job(Incident(healthy), tmp_path, ["md"], notebook=write_notebook(tmp_path / "good.ipynb", "1")))
    assert (tmp_path / "INC-1.md").exists()
    assert not (tmp_path / "INC-1.failed.ipynb").exists()


def test_two_runs_for_one_incident_do_not_interfere(tmp_path: Path) -> None:
    with (tmp_path / ".pmkit-INC-2026-1012.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(OutputError, match="is being written there; wait for it to end"):
            run.run(jobs.Job(find_incident("INC-2026-1012", DATA), tmp_path, ["html"]))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to_gives_one_clear_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match=r"cannot be written: Permission denied; name another folder with --out"):
        run.run(jobs.Job(find_incident("INC-2026-1012", DATA), tmp_path / "reports", ["html"]))


def test_an_output_folder_that_is_a_file_gives_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("mine")
    with pytest.raises(OutputError, match=r"reports: cannot be written: File exists; name another folder with --out"):
        run.run(jobs.Job(find_incident("INC-2026-1012", DATA), tmp_path / "reports", ["html"]))
    assert (tmp_path / "reports").read_text() == "mine"


def test_an_unknown_time_zone_is_refused_before_the_notebook_runs(tmp_path: Path) -> None:
    job = jobs.Job(find_incident("INC-2026-1103", DATA), tmp_path, ["html"], timezone="CEST")
    with pytest.raises(InputError, match="timezone 'CEST': expected an IANA time zone"):
        run.run(job)
    assert list(tmp_path.iterdir()) == []


def test_a_format_that_is_named_twice_is_written_once(tmp_path: Path) -> None:
    incident = find_incident("INC-2026-1103", DATA)
    assert jobs.Job(incident, tmp_path, ["html", "pdf", "html"]).formats == ("html", "pdf")
    assert jobs.TrendsJob(DATA, tmp_path, ["md", "md"]).formats == ("md",)


def test_a_missing_notebook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such notebook"):
        run.run(jobs.Job(find_incident("INC-2026-1012", DATA), tmp_path, ["html"], notebook=tmp_path / "none.ipynb"))
