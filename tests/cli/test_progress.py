"""Progress: a bar on a terminal, lines in a pipe, messages for a callable."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from samples import access_log

from pmkit.core.progress import ReadingMessages, ReadingProgress, labelled, reading_progress


def on_a_terminal(arguments: list[str], cache: Path, **environment: str) -> str:
    """Return what a command prints on a terminal."""
    primary, secondary = pty.openpty()
    command = [sys.executable, "-m", "pmkit", *arguments]
    command_environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120", "PMKIT_CACHE": str(cache), **environment}
    running = subprocess.Popen(command, stdout=secondary, stderr=secondary, env=command_environment)
    os.close(secondary)
    printed = b""
    try:
        while chunk := os.read(primary, 1 << 16):
            printed += chunk
    except OSError:  # the end of a terminal
        pass
    os.close(primary)
    assert running.wait(timeout=60) == 0, printed
    return printed.decode()


@pytest.fixture
def arguments(folder) -> list[str]:
    incident_folder = folder({"logs/access.log": access_log(60), "logs/app.log": access_log(30, per_s=2)})
    return ["ingest", str(incident_folder)]


@pytest.mark.slow
def test_a_terminal_shows_a_bar_by_bytes_and_exports(arguments: list[str], tmp_path: Path) -> None:
    printed = on_a_terminal(arguments, tmp_path / "cache")
    assert re.search(r"reading logs/\w+\.log .*% .*MB of .*MB, \d of 2 exports", re.sub(r"\x1b\[[\d;?]*\w", "", printed))
    assert "pmkit: reading" not in printed
    assert "━" not in on_a_terminal(arguments, tmp_path / "cache"), "a bar although nothing had to be read"


@pytest.mark.slow
def test_a_terminal_shows_no_colours_if_they_are_turned_off(arguments: list[str], tmp_path: Path) -> None:
    assert not re.search(r"\x1b\[[\d;]*3\dm", on_a_terminal(arguments, tmp_path / "cache", NO_COLOR="1"))


@pytest.mark.slow
@pytest.mark.parametrize(("options", "environment"), [(["--quiet"], {}), ([], {"TERM": "dumb"})])
def test_no_bar_is_shown_with_quiet_or_on_a_dumb_terminal(arguments: list[str], tmp_path: Path, options, environment) -> None:
    printed = on_a_terminal([*arguments, *options], tmp_path / "cache", **environment)
    assert "\x1b" not in printed
    assert printed.count("pmkit: reading logs/access.log and 1 more") == (0 if options else 1)


def test_a_callable_gets_a_message_for_each_export_that_is_read() -> None:
    messages: list[str] = []
    reading = reading_progress(messages.append)
    reading.plan({"a.log": 10, "b.log": 20})
    reading.start("a.log")
    reading.advance("a.log", 10)
    for source in ("a.log", "b.log"):
        reading.finish(source)
    reading("comparing")
    assert messages == ["reading a.log", "comparing"]


def test_totals_count_bytes_and_exports() -> None:
    messages: list[str] = []
    reading = ReadingMessages(messages.append, totals=True)
    reading.plan({"a.log": 1_000_000, "b.log": 3_000_000})
    reading.start("a.log")
    reading.finish("a.log")
    assert messages == ["2 exports, 4.0 MB", "a.log: read; in total 1.0 MB of 4.0 MB, 1 of 2 exports"]


def test_a_label_precedes_messages_and_exports() -> None:
    messages: list[str] = []
    reading = labelled(reading_progress(messages.append), "INC-1")
    assert isinstance(reading, ReadingProgress)
    reading("running the notebook")
    reading.plan({"a.log": 1})
    reading.start("a.log")
    reading.finish("a.log")
    assert messages == ["INC-1: running the notebook", "reading INC-1: a.log"]
