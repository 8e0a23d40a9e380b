"""The command line: one clear message for bad input, exit code 2, nothing overwritten, no traceback."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import DATA, ROOT
from samples import access_log

from pmkit.cli import main
from pmkit.formats.catalog import FAMILIES, FORMATS

INCIDENT = "INC-2026-1012"


@pytest.fixture
def pmkit(capsys: pytest.CaptureFixture[str]):
    """Run a command; give its exit code, what it printed and what it said on standard error."""

    def run(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def broken(folder):
    """Make an incident that cannot be used, and give the data folder."""
    return lambda *args: folder(*args).parent


def refused(result: tuple[int, str, str], *parts: str) -> None:
    code, out, err = result
    assert code == 2
    assert out == ""
    assert err.startswith("pmkit: ")
    assert err.count("Traceback") == 0
    for part in parts:
        assert part in err


class TestBadInput:
    def test_an_unknown_incident_lists_near_matches(self, pmkit) -> None:
        refused(pmkit("summary", "INC-2026-1013", "--data", DATA), "no incident 'INC-2026-1013'", "did you mean", "INC-2026-1012")

    @pytest.mark.parametrize("name", ["../etc", "a/b", "..", ".hidden", "", "x" * 99, "a..b", "-rf"])
    def test_an_id_that_could_leave_the_data_folder_is_no_id(self, pmkit, name, tmp_path) -> None:
        for command in ("report", "summary", "new"):
            refused(pmkit(command, "--data", tmp_path, "--", name), "is not an incident ID; use letters, digits")
        assert list(tmp_path.iterdir()) == []

    def test_a_data_folder_that_is_not_there(self, pmkit, tmp_path) -> None:
        result = pmkit("summary", INCIDENT, "--data", tmp_path / "none")
        refused(result, "that folder does not exist, name another with --data or PMKIT_DATA")

    def test_a_missing_incident_yaml(self, pmkit, broken) -> None:
        data = broken({"a.log": access_log(1)})
        (data / "INC-1" / "incident.yaml").unlink()
        result = pmkit("summary", "INC-1", "--data", data)
        refused(result, "INC-1/incident.yaml: not found; `pmkit new INC-1` writes one to fill in")

    @pytest.mark.parametrize(
        ("yaml", "told"),
        [
            ("severity: [", "incident.yaml:3:12: not valid YAML: expected the node content"),
            ("slo: {availability: 99.9}", "incident.yaml:3: slo.availability: input should be less than 1, got 99.9"),
            ("timezone: Berlin", "incident.yaml:3: timezone: expected an IANA time zone, such as Europe/Berlin, got 'Berlin'"),
            ("severty: 1", "incident.yaml:3: severty: unknown field; did you mean 'severity'?"),
            (
                "measures:\n  - action: a\n    typ: prevent",
                "incident.yaml:5: measures.0.typ: unknown field; did you mean",
            ),
            ("measures:\n  - action: a", "incident.yaml:4: measures.0.owner: missing; add it"),
            ("times: {started_at: soon}", "incident.yaml:3: times.started_at: input should be a valid datetime"),
            (
                "what_happened: One. Two.",
                "incident.yaml:3: what_happened: expected one sentence; the long form has its own field",
            ),
            ("status: done", "incident.yaml:3: status: input should be 'draft', 'in review' or 'final', got 'done'"),
        ],
    )
    def test_a_malformed_incident_yaml_is_told_by_file_line_field_and_what_was_expected(self, pmkit, broken, yaml, told) -> None:
        data = broken({"a.log": access_log(1)}, yaml)
        refused(pmkit("summary", "INC-1", "--data", data), told)

    def test_an_incident_yaml_that_is_a_list(self, pmkit, broken) -> None:
        data = broken({"a.log": access_log(1)})
        (data / "INC-1" / "incident.yaml").write_text("- a\n")
        refused(
            pmkit("summary", "INC-1", "--data", data), "incident.yaml:1: expected `name: value` lines, beginning with `id: INC-1`"
        )

    def test_an_id_that_is_not_the_folders_name(self, pmkit, broken) -> None:
        data = broken({"a.log": access_log(1)})
        (data / "INC-1" / "incident.yaml").write_text("id: INC-2\ntitle: a\n")
        refused(pmkit("summary", "INC-1", "--data", data), "id is 'INC-2', but the folder is 'INC-1'; make them the same")

    def test_no_logs_at_all(self, pmkit, broken, tmp_path) -> None:
        refused(
            pmkit("report", "INC-1", "--data", broken({}), "--out", tmp_path / "out", "--quiet"),
            "no logs; put the exports of the incident there",
        )

    def test_logs_without_a_recognisable_line(self, pmkit, broken, tmp_path) -> None:
        data = broken({"logs/a.log": "what?\n"})
        refused(
            pmkit("report", "INC-1", "--data", data, "--out", tmp_path / "out", "--quiet"),
            "no line of the logs is recognisable",
            "`pmkit formats`",
        )

    def test_a_truncated_gzip(self, pmkit, broken, tmp_path) -> None:
        data = broken({"logs/access.log.gz": gzip.compress(access_log(1).encode())[:-100]})
        out = tmp_path / "out"
        refused(
            pmkit("report", "INC-1", "--data", data, "--out", out, "--quiet"),
            "logs/access.log.gz: the compressed file is cut short",
        )
        assert not out.exists()

    def test_an_output_folder_that_cannot_be_written(self, pmkit, tmp_path) -> None:
        (tmp_path / "out").write_text("mine")
        result = pmkit("report", INCIDENT, "--data", DATA, "--out", tmp_path / "out" / "deep", "--quiet")
        refused(result, "deep: cannot be written: Not a directory; name another folder with --out")
        assert (tmp_path / "out").read_text() == "mine"

    def test_an_unknown_output_format(self, pmkit) -> None:
        refused(
            pmkit("report", INCIDENT, "--data", DATA, "--to", "html,docx"),
            "--to html,docx: expected some of html, pdf, md, ipynb",
        )

    def test_an_unknown_time_zone(self, pmkit) -> None:
        result = pmkit("summary", INCIDENT, "--data", DATA, "--timezone", "Europe/Berln", "--quiet")
        refused(result, "timezone 'Europe/Berln': expected an IANA time zone, such as Europe/Berlin")

    def test_an_unknown_format_in_a_hint(self, pmkit, broken) -> None:
        data = broken({"a.log": access_log(1)}, "sources: [{match: a.log, format: nginx}]\n")
        refused(pmkit("summary", "INC-1", "--data", data, "--quiet"), "unknown format 'nginx'; known are access-common")

    def test_an_incident_that_is_there_already_is_left_as_it_is(self, pmkit, broken) -> None:
        data = broken({})
        before = (data / "INC-1" / "incident.yaml").read_text()
        refused(pmkit("new", "INC-1", "--data", data), "exists already; it is left as it is")
        assert (data / "INC-1" / "incident.yaml").read_text() == before

    def test_usage_is_told_with_exit_code_2(self, capsys) -> None:
        with pytest.raises(SystemExit) as ended:
            main(["summary"])
        assert ended.value.code == 2
        assert "usage: pmkit summary" in capsys.readouterr().err


def test_a_failing_cell_ends_with_exit_code_3(pmkit, tmp_path) -> None:
    notebook = json.loads((ROOT / "notebooks" / "postmortem.ipynb").read_text())
    notebook["cells"][3]["source"] = "report.no_such_section"
    (tmp_path / "bad.ipynb").write_text(json.dumps(notebook))
    code, out, err = pmkit(
        "report", INCIDENT, "--data", DATA, "--out", tmp_path, "--notebook", tmp_path / "bad.ipynb", "--quiet"
    )  # fmt: skip
    assert (code, out) == (3, "")
    assert "cell 'timeline' (report.no_such_section) failed: AttributeError" in err
    assert "Traceback" not in err


def test_new_scaffolds_an_incident_that_can_be_read(pmkit, tmp_path) -> None:
    code, out, _ = pmkit("new", "INC-7", "--data", tmp_path, "--title", 'Search: "down"', "--timezone", "Asia/Tokyo")
    assert code == 0
    assert Path(out.strip()) == tmp_path / "INC-7" / "incident.yaml"
    (tmp_path / "INC-7" / "access.log").write_text(access_log(10))
    code, out, _ = pmkit("summary", "INC-7", "--data", tmp_path, "--quiet")
    assert code == 0
    assert out.startswith('INC-7  Search: "down"')
    assert "(JST, UTC+09:00)" in out


def test_every_line_of_the_scaffold_is_a_field_that_is_understood(pmkit, tmp_path) -> None:
    pmkit("new", "INC-7", "--data", tmp_path)
    path = tmp_path / "INC-7" / "incident.yaml"
    lines = path.read_text().splitlines()
    uncommented = [re.sub(r"^#(?=\S|  )", "", line) for line in lines]
    said = "\n".join(uncommented).replace("impact_source: logs/access.log", "impact_source: access.log")
    path.write_text(said.replace("s3://bucket/logs", f"file://{tmp_path}/elsewhere"))
    (tmp_path / "elsewhere" / "2026-01-17").mkdir(parents=True)
    (tmp_path / "elsewhere" / "2026-01-17" / "app.log.gz").write_bytes(gzip.compress(access_log(1, per_s=2).encode()))
    (tmp_path / "INC-7" / "access.log").write_text(access_log(10))
    code, _, err = pmkit("summary", "INC-7", "--data", tmp_path, "--quiet")
    assert (code, err) == (0, "")


def test_results_go_to_standard_output_and_progress_to_standard_error(pmkit, tmp_path) -> None:
    code, out, err = pmkit("report", INCIDENT, "--data", DATA, "--out", tmp_path, "--to", "md")
    assert code == 0
    assert out.splitlines()[-1] == str(tmp_path / f"{INCIDENT}.md")
    assert "pmkit: running the notebook" in err


def test_quiet_says_nothing(pmkit) -> None:
    assert pmkit("summary", INCIDENT, "--data", DATA, "--quiet")[2] == ""


def test_the_data_folder_may_come_from_the_environment(pmkit, monkeypatch) -> None:
    monkeypatch.setenv("PMKIT_DATA", str(DATA))
    monkeypatch.chdir("/")
    code, out, _ = pmkit("summary", INCIDENT, "--json", "--quiet")
    assert code == 0
    assert json.loads(out)["incident"] == INCIDENT


def test_formats_are_listed(pmkit) -> None:
    code, out, _ = pmkit("formats")
    assert code == 0
    assert all(f"\n  {entry.name} " in out for entry in FORMATS)
    assert all(f"\n{family}\n" in f"\n{out}" for family in FAMILIES)


class TestEvents:
    EXPORT = DATA / INCIDENT / "logs" / "checkout.log.gz"

    def run(self, *words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pmkit", "events", *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)

    def test_any_export_becomes_json_lines_on_standard_output(self) -> None:
        done = self.run(self.EXPORT, "--timezone", "America/New_York")
        events = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(events) == len(gzip.decompress(self.EXPORT.read_bytes()).splitlines())
        assert events[0]["timestamp"].startswith("2026-10-12T14:0")
        assert events[0]["timestamp"].endswith("Z")
        assert [event["line"] for event in events] == sorted(event["line"] for event in events)
        assert "0 rejected" in done.stderr

    def test_csv_has_a_header(self) -> None:
        assert self.run(self.EXPORT, "--to", "csv", "--quiet").stdout.startswith("timestamp,severity,service")

    def test_parquet_needs_a_file(self, tmp_path) -> None:
        assert self.run(self.EXPORT, "--to", "parquet").returncode == 2
        out = tmp_path / "events.parquet"
        assert self.run(self.EXPORT, "--to", "parquet", "--out", out).returncode == 0
        assert out.read_bytes().startswith(b"PAR1")

    def test_a_reader_that_stops_early_is_no_error(self) -> None:
        export = DATA / INCIDENT / "logs" / "edge-access.log.gz"
        command = f"{sys.executable} -m pmkit events {export} --quiet | head -1"
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
        assert done.stdout.count("\n") == 1
        assert done.stderr == ""

    def test_what_a_redirected_file_holds_already_is_kept(self, tmp_path) -> None:
        kept = tmp_path / "all.jsonl"
        kept.write_text("kept\n")
        with kept.open("ab") as out:
            subprocess.run([sys.executable, "-m", "pmkit", "events", str(self.EXPORT), "--quiet"], stdout=out, check=True)
        first, second, *_ = kept.read_text().splitlines()
        assert (first, json.loads(second)["line"]) == ("kept", 1)

    def test_explain_says_what_was_tried_and_why_the_winner_won(self) -> None:
        done = self.run("--explain", DATA / INCIDENT / "logs" / "edge-access.log.gz")
        assert done.returncode == 0
        assert "edge-access.log.gz: access-combined-pairs" in done.stdout
        assert "access-combined-pairs      fits 100%  chosen: more specific than" in done.stdout
        assert "fits 100%  would also take access-combined-pairs" in done.stdout
        assert "times: day/month/year:time zone, with its zone" in done.stdout
        assert "duration_s   from rt" in done.stdout

    def test_explain_looks_into_what_is_wrapped(self, tmp_path) -> None:
        log = tmp_path / "pod.log"
        log.write_text("2026-01-17T03:00:00.1Z stdout F level=info msg=up\n" * 3)
        done = self.run("--explain", log)
        assert "cri > logfmt-undated" in done.stdout
        assert "tried on the messages inside:" in done.stdout

    def test_exports_of_different_tables_are_refused(self) -> None:
        done = self.run(self.EXPORT, DATA / INCIDENT / "changes" / "deploys.jsonl")
        assert done.returncode == 2
        assert "the exports fill different tables (changes, logs); give those of one table at a time" in done.stderr

    def test_a_file_that_is_not_there_is_refused(self) -> None:
        done = self.run("none.log")
        assert (done.returncode, done.stderr) == (2, "pmkit: none.log: no such file\n")


@pytest.mark.parametrize("words", [["--help"], ["report", "--help"], ["--version"]])
def test_help_and_version(words, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 0
    assert "pmkit" in capsys.readouterr().out


class TestSeveralReports:
    def test_one_that_fails_leaves_the_others_be(self, pmkit, folder, tmp_path) -> None:
        for name in ("INC-1", "INC-2"):
            folder({"access.log": access_log(20, failing=[range(600, 660)])}, incident_id=name)
        data = folder({}, incident_id="INC-3").parent
        (folder({}, incident_id="INC-4") / "incident.yaml").write_text("id: INC-4\n")
        out = tmp_path / "out"
        code, said, told = pmkit("report", "--all", "--jobs", 2, "--to", "md", "--data", data, "--out", out)
        assert code == 2
        assert {line for line in said.splitlines() if line.endswith(".md")} == {f"{out}/INC-1.md", f"{out}/INC-2.md"}
        assert sorted(path.name for path in out.glob("*.md")) == ["INC-1.md", "INC-2.md"]
        assert "INC-3: no logs" in told
        assert "INC-4/incident.yaml:1: title: missing; add it" in told
        assert "pmkit: INC-1: running the notebook" in told

    def test_what_is_to_be_reported_has_to_be_said(self, pmkit, tmp_path) -> None:
        refused(pmkit("report"), "expected IDs of incidents, or --all")
        refused(pmkit("report", "INC-1", "--all"), "expected IDs of incidents, or --all")
        refused(pmkit("report", "--all", "--data", tmp_path), "no incidents in")
