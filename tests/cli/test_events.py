"""`pmkit events` converts exports to canonical events."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from command_line import INCIDENT
from conftest import DATA

from pmkit.cli import main
from pmkit.formats.unrecognised import HEAD_BYTES

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


def test_what_was_assumed_is_printed_beside_the_counts(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "shop.log"
    log.write_text("".join(f"2026-01-17 03:00:0{n},123 INFO shop: order stored\n" for n in range(5)))
    shown = run(log).err
    assert shown.splitlines() == [
        f"pmkit: {log}: python-logging: 5 logs of 5 lines; 0 continuation, 0 blank, 0 rejected",
        f"pmkit: {log}: timestamps have no time zone; read as UTC, the default",
    ]
    assert run(log, "--timezone", "Europe/Berlin").err.splitlines() == shown.splitlines()[:1]


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
    assert "matches 100%  the fallback for lines that no other format matches" in done.out
    assert "times: day/month/year:time, with a zone\n" in done.out
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


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("none.log", "none.log: no such file"),
        ("logs", "logs: is a folder; name the exports in it, such as logs/*.log"),
        ("pipe", "pipe: is not a regular file; copy what comes from it into a file first"),
        ("/dev/null", "/dev/null: is not a regular file; copy what comes from it into a file first"),
        ("-", "-: pmkit reads files, not standard input; save the export to one first"),
    ],
)
@pytest.mark.parametrize("options", [[], ["--explain"]])
def test_what_is_not_a_file_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, path: str, message: str, options: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logs").mkdir()
    os.mkfifo(tmp_path / "pipe")
    done = run(path, *options)
    assert (done.exit_code, done.err) == (2, f"pmkit: {message}\n")


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("none/x", "none/x: the folder none does not exist; create it, or name another file with --out"),
        ("folder", "folder: is a folder; name a file in it with --out"),
        ("/dev/null", "/dev/null: is not a regular file; leave out --out to write to standard output"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused_at_once(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    done = run(EXPORT, "--out", out)
    assert (done.exit_code, done.err) == (2, f"pmkit: {message}\n")
    assert [path.name for path in tmp_path.rglob("*")] == ["folder"]


_FIELDS = b'{"timestamp": "2026-01-17T03:00:00Z", "level": "info", "mess'


@pytest.mark.parametrize(
    ("content", "description"),
    {
        "empty": (b"", "the file is empty; export the logs again"),
        "blank": (b"\n \t\n\r\n", "the file contains only blank lines; export the logs again"),
        "PNG": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "this is a PNG image, not a log; export the data as text"),
        "PDF": (b"%PDF-1.7\n1 0 obj\n", "this is a PDF document, not a log; export the data as text"),
        "ELF": (Path(sys.executable).resolve().read_bytes()[:9999], "this is a program (ELF), not a log; name the log"),
        "random": (hashlib.shake_256(b"pmkit").digest(5000), "this is binary data, not a log; export the data as text"),
        "7z": (b"7z\xbc\xaf'\x1c\x00\x04", "this is a 7z archive, not a log; unpack it first"),
        "JSON cut in a text": (_FIELDS, "this is JSON that is cut short in line 1; export it again"),
        "JSON cut in a list": (b'[\n {"a": 1},\n {"a": [', "this is JSON that is cut short in line 3; export it again"),
        "broken JSON": (b"{a: 1}", "this is not valid JSON: line 1: expecting property name"),
        "other JSON": (b'{"a": 1}\n{"a": 2}\n', "this is JSON without the fields of any format; name its format"),
        "text": (b"hello\n\nworld\n", "2 lines of text that no format matches; name its format with --format"),
        "UTF-16": ("hello\nworld\n".encode("utf-16"), "2 lines of text that no format matches"),
    }.values(),
)
@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_explain_describes_a_file_that_no_format_matches(
    run: Run, tmp_path: Path, content: bytes, description: str, compress: Callable[[bytes], bytes]
) -> None:
    export = tmp_path / "export"
    export.write_bytes(compress(content))
    done = run("--explain", export)
    assert (done.exit_code, done.err) == (0, "")
    assert done.out.startswith(f"{export}: unrecognised\n{description}")


@pytest.mark.parametrize("name", ["export.log", "export.json"])
def test_a_file_that_is_no_text_is_refused_with_one_message(run: Run, tmp_path: Path, name: str) -> None:
    export = tmp_path / name
    export.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\n" + hashlib.shake_256(b"pmkit").digest(5000))
    done = run(EXPORT, export)
    message = f"pmkit: {export}: this is a PNG image, not a log; export the data as text, JSON or CSV\n"
    assert (done.exit_code, done.out, done.err) == (2, "", message)


_EVENT = '{"timestamp": "2026-01-17T03:00:00Z", "level": "info", "message": "up"}'


@pytest.mark.parametrize(
    ("content", "damage"),
    [
        (f"[{_EVENT},\n {_EVENT},\n {_EVENT[:50]}", "this is JSON that is cut short in line 3; export it again"),
        (f"[{_EVENT},\n {_EVENT}]", None),
        (f"{_EVENT}\n{_EVENT}\n{_EVENT[:50]}", None),
    ],
)
def test_explain_says_that_a_json_document_is_cut_short(run: Run, tmp_path: Path, content: str, damage: str | None) -> None:
    export = tmp_path / "cut.json"
    export.write_text(content)
    first, second, *_ = run("--explain", export).out.splitlines()
    assert first != f"{export}: unrecognised"
    assert second == (damage or "tried on the lines:")


_ALERT = (
    '{"labels": {"alertname": "High"}, "annotations": {}, "startsAt": "2026-01-17T03:00:00Z", "status": {}, "fingerprint": "7"}'
)


def test_explain_says_that_any_document_is_cut_short_however_large_it_is(run: Run, tmp_path: Path) -> None:
    export = tmp_path / "alerts.json"
    alerts = [_ALERT] * (2 * HEAD_BYTES // len(_ALERT))
    export.write_text("[" + ",\n".join(alerts) + ",\n" + _ALERT[:30])
    first, second, *_ = run("--explain", export).out.splitlines()
    assert first == f"{export}: alertmanager-api"
    assert second == f"this is JSON that is cut short in line {len(alerts) + 1}; export it again"
    export.write_text("[" + ",\n".join(alerts) + "]\n")
    assert "cut short" not in run("--explain", export).out


def test_explain_says_that_a_format_is_the_fallback(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "odd.log"
    log.write_text("2026-01-17 03:00:00 ~~ depot ~~ all is well\n" * 5)
    assert "matches 100%  chosen, as the fallback for lines that no other format matches" in run("--explain", log).out


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("logfmd", "did you mean logfmt? `pmkit formats` lists all"),
        ("LOGFMT", "did you mean logfmt"),
        ("nginx", "did you mean nginx-ingress or nginx-"),
        ("zzz", "`pmkit formats` lists all"),
    ],
)
def test_an_unknown_format_is_answered_with_near_ones(run: Run, name: str, suggestion: str) -> None:
    done = run(EXPORT, "--format", name)
    assert done.exit_code == 2
    assert done.err.startswith(f"pmkit: unknown format {name!r}; {suggestion}")
    assert len(done.err) < 150
