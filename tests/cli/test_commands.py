"""Commands print results on standard output and progress on standard error, and end with the right exit code."""

from __future__ import annotations

import gzip
import json
import re
import shlex
from pathlib import Path

import pytest
from command_line import refused
from samples import access_log
from small_notebook import write_notebook

from pmkit.formats.catalog import FAMILIES, FORMATS


@pytest.mark.kernel
def test_a_failing_cell_ends_with_exit_code_3(pmkit, healthy, tmp_path) -> None:
    notebook = write_notebook(tmp_path / "bad.ipynb", "''.no_such_section")
    exit_code, out, err = pmkit(
        "report", "INC-1", "--data", healthy.parent, "--out", tmp_path, "--notebook", notebook, "--quiet"
    )  # fmt: skip
    assert (exit_code, out) == (3, "")
    assert "cell 'cell-1' (''.no_such_section) failed: AttributeError" in err
    assert "Traceback" not in err


def test_new_creates_an_incident_that_can_be_read(pmkit, tmp_path) -> None:
    exit_code, out, err = pmkit("new", "INC-7", "--data", tmp_path, "--title", 'Search: "down"', "--timezone", "Asia/Tokyo")
    assert exit_code == 0
    assert Path(out.strip()) == tmp_path / "INC-7" / "incident.yaml"
    assert err == f"pmkit: put the exports into {tmp_path / 'INC-7'}, then run `pmkit report INC-7 --data {tmp_path}`\n"
    (tmp_path / "INC-7" / "access.log").write_text(access_log(10))
    exit_code, out, _ = pmkit("summary", "INC-7", "--data", tmp_path, "--quiet")
    assert exit_code == 0
    assert out.startswith('INC-7  Search: "down"')
    assert "(JST, UTC+09:00)" in out


@pytest.mark.parametrize("name", ["20260117", "0042", "1e5", "2026-01-17", "1.5", "0x1F", "no", "True", "null", "INC-7"])
def test_an_id_that_looks_like_a_number_is_read_back_as_it_was_given(pmkit, tmp_path, name) -> None:
    assert pmkit("new", name, "--data", tmp_path)[0] == 0
    (tmp_path / name / "access.log").write_text(access_log(1))
    exit_code, out, _ = pmkit("summary", name, "--data", tmp_path, "--quiet")
    assert exit_code == 0
    assert out.startswith(f"{name}  ")


def test_an_id_without_the_quotes_that_it_needs_is_refused_with_what_to_do(pmkit, folder) -> None:
    data = folder({"access.log": access_log(1)}, incident_id="42").parent
    refused(pmkit("summary", "42", "--data", data), "42/incident.yaml:1: id: expected text, got 42; put the text in quotes")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["INC-3"], "pmkit report INC-3"),
        (["INC-3", "--data", "data/incidents"], "pmkit report INC-3"),
        (["INC-3", "--data", "other folder"], "pmkit report INC-3 --data 'other folder'"),
        (["other/INC-3"], "pmkit report INC-3 --data other"),
    ],
)
def test_the_hint_of_new_finds_the_incident(pmkit, tmp_path, monkeypatch, arguments, hint) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PMKIT_DATA", raising=False)
    (tmp_path / "other" / "INC-3").mkdir(parents=True)
    (tmp_path / "data" / "incidents").mkdir(parents=True)
    _, out, err = pmkit("new", *arguments)
    assert err.endswith(f"then run `{hint}`\n")
    assert Path(out.strip()).parent.name == "INC-3"
    exit_code, summary, _ = pmkit("summary", *shlex.split(hint)[2:], "--quiet")
    assert exit_code == 0
    assert summary.startswith("INC-3  What happened, in a few words")


def test_every_line_of_a_new_incident_yaml_is_a_valid_field(pmkit, tmp_path) -> None:
    pmkit("new", "INC-7", "--data", tmp_path)
    path = tmp_path / "INC-7" / "incident.yaml"
    uncommented = [re.sub(r"^#(?=\S|  )", "", line) for line in path.read_text().splitlines()]
    text = "\n".join(uncommented).replace("impact_source: logs/access.log", "impact_source: access.log")
    path.write_text(text.replace("s3://bucket/logs", f"file://{tmp_path}/elsewhere"))
    (tmp_path / "elsewhere" / "2026-01-17").mkdir(parents=True)
    (tmp_path / "elsewhere" / "2026-01-17" / "app.log.gz").write_bytes(gzip.compress(access_log(1, per_s=2).encode()))
    (tmp_path / "INC-7" / "access.log").write_text(access_log(10))
    (tmp_path / "INC-7" / "logs").mkdir()
    (tmp_path / "INC-7" / "logs" / "app-1.log").write_text("time=2026-01-17T03:00:00 level=info msg=started\n")
    exit_code, _, err = pmkit("summary", "INC-7", "--data", tmp_path, "--quiet")
    assert (exit_code, err) == (0, "")


@pytest.mark.kernel
def test_results_go_to_standard_output_and_progress_to_standard_error(pmkit, healthy, tmp_path) -> None:
    notebook = write_notebook(tmp_path / "small.ipynb", "1")
    exit_code, out, err = pmkit(
        "report", "INC-1", "--data", healthy.parent, "--out", tmp_path, "--to", "md", "--notebook", notebook
    )  # fmt: skip
    assert exit_code == 0
    assert out.splitlines()[-1] == str(tmp_path / "INC-1.md")
    assert "pmkit: running the notebook" in err


def test_quiet_prints_no_progress(pmkit, healthy) -> None:
    assert pmkit("summary", "INC-1", "--data", healthy.parent, "--quiet")[2] == ""


def test_the_data_folder_may_come_from_the_environment(pmkit, healthy, monkeypatch) -> None:
    monkeypatch.setenv("PMKIT_DATA", str(healthy.parent))
    monkeypatch.chdir("/")
    exit_code, out, _ = pmkit("summary", "INC-1", "--json", "--quiet")
    assert exit_code == 0
    assert json.loads(out)["incident"] == "INC-1"


def test_formats_lists_every_format_below_its_family(pmkit) -> None:
    exit_code, out, _ = pmkit("formats")
    assert exit_code == 0
    assert all(f"\n  {entry.name} " in out for entry in FORMATS)
    assert all(f"\n{family}\n" in f"\n{out}" for family in FAMILIES)


@pytest.mark.kernel
def test_a_report_that_fails_does_not_stop_the_others(pmkit, folder, tmp_path) -> None:
    for name in ("INC-1", "INC-2"):
        folder({"access.log": access_log(20, failing=[range(600, 660)])}, incident_id=name)
    data = folder({"a.log": "what?\n"}, incident_id="INC-3").parent
    (folder({}, incident_id="INC-4") / "incident.yaml").write_text("id: INC-4\n")
    reports = tmp_path / "out"
    notebook = write_notebook(tmp_path / "small.ipynb", "import pmkit; pmkit.investigate(incident_id, data_dir)")
    exit_code, out, err = pmkit(
        "report", "--all", "--jobs", 2, "--to", "md", "--data", data, "--out", reports, "--notebook", notebook
    )  # fmt: skip
    assert exit_code == 2
    assert {line for line in out.splitlines() if line.endswith(".md")} == {f"{reports}/INC-1.md", f"{reports}/INC-2.md"}
    assert sorted(path.name for path in reports.glob("*.md")) == ["INC-1.md", "INC-2.md"]
    assert "INC-3: no line of the logs is recognisable" in err
    assert "INC-4/incident.yaml:1: title: missing; add it" in err
    assert "pmkit: INC-1: running the notebook" in err


def test_report_requires_either_incidents_or_all(pmkit, tmp_path) -> None:
    refused(pmkit("report"), "expected IDs of incidents, or --all")
    refused(pmkit("report", "INC-1", "--all"), "give IDs of incidents or --all, not both")
    refused(pmkit("report", "--all", "--data", tmp_path), "no incidents in")
