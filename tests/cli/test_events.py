"""`pmkit events` converts exports to canonical events."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from command_line import INCIDENT
from conftest import DATA

from pmkit.cli import main

EXPORT = DATA / INCIDENT / "logs" / "checkout.log.gz"


@dataclass(frozen=True)
class Done:
    """What a command returned and printed."""

    exit_code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs `pmkit events`."""

    def run_events(*words: object) -> Done:
        exit_code = main(["events", *map(str, words)])
        return Done(exit_code, *capfd.readouterr())

    return run_events


def test_any_export_becomes_json_lines_on_standard_output(run: Run) -> None:
    done = run(EXPORT, "--timezone", "America/New_York")
    events = [json.loads(line) for line in done.out.splitlines()]
    assert len(events) == len(gzip.decompress(EXPORT.read_bytes()).splitlines())
    assert events[0]["timestamp"].startswith("2026-10-12T14:0")
    assert events[0]["timestamp"].endswith("Z")
    assert [event["line"] for event in events] == sorted(event["line"] for event in events)
    assert "0 rejected" in done.err


def test_csv_has_a_header(run: Run) -> None:
    assert run(EXPORT, "--to", "csv", "--quiet").out.startswith("timestamp,severity,service")


def test_parquet_needs_a_file(run: Run, tmp_path: Path) -> None:
    assert run(EXPORT, "--to", "parquet").exit_code == 2
    out = tmp_path / "events.parquet"
    assert run(EXPORT, "--to", "parquet", "--out", out).exit_code == 0
    assert out.read_bytes().startswith(b"PAR1")


@pytest.mark.slow
def test_a_reader_that_stops_early_is_not_an_error() -> None:
    export = DATA / INCIDENT / "logs" / "edge-access.log.gz"
    command = f"{sys.executable} -m pmkit events {export} --quiet | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


@pytest.mark.slow
def test_the_existing_content_of_a_redirected_file_is_kept(tmp_path) -> None:
    kept = tmp_path / "all.jsonl"
    kept.write_text("kept\n")
    with kept.open("ab") as out:
        subprocess.run([sys.executable, "-m", "pmkit", "events", str(EXPORT), "--quiet"], stdout=out, check=True)
    first, second, *_ = kept.read_text().splitlines()
    assert (first, json.loads(second)["line"]) == ("kept", 1)


def test_explain_shows_what_was_tried_and_why_the_winner_won(run: Run) -> None:
    done = run("--explain", DATA / INCIDENT / "logs" / "edge-access.log.gz")
    assert done.exit_code == 0
    assert "edge-access.log.gz: access-combined-pairs" in done.out
    assert "access-combined-pairs      matches 100%  chosen: more specific than" in done.out
    assert "matches 100%  less specific: would also match access-combined-pairs" in done.out
    assert "times: day/month/year:time zone, with its zone" in done.out
    assert "duration_s   from rt" in done.out


def test_explain_looks_inside_wrappers(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "pod.log"
    log.write_text("2026-01-17T03:00:00.1Z stdout F level=info msg=up\n" * 3)
    done = run("--explain", log)
    assert "cri > logfmt-undated" in done.out
    assert "tried on the wrapped messages:" in done.out


def test_exports_of_different_tables_are_refused(run: Run) -> None:
    done = run(EXPORT, DATA / INCIDENT / "changes" / "deploys.jsonl")
    assert done.exit_code == 2
    assert "the exports fill different tables (changes, logs); convert those of one table at a time" in done.err


def test_a_missing_file_is_refused(run: Run) -> None:
    done = run("none.log")
    assert (done.exit_code, done.err) == (2, "pmkit: none.log: no such file\n")
