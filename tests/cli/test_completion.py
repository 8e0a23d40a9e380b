"""Shell completion of commands, options and values."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import DATA

INSTALLED = Path(sys.executable).parent / "pmkit"
INCIDENTS = sorted(path.name for path in DATA.iterdir())


def completions(*words: str) -> list[str]:
    """Return what bash is offered for the last word."""
    environment = {**os.environ, "_PMKIT_COMPLETE": "bash_complete", "PMKIT_DATA": str(DATA)}
    environment |= {"COMP_WORDS": " ".join(["pmkit", *words]), "COMP_CWORD": str(len(words))}
    done = subprocess.run([INSTALLED], capture_output=True, text=True, check=True, env=environment)
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["re"], ["report"]),
        (["report", "--te"], ["--template"]),
        (["report", "INC"], INCIDENTS),
        (["report", INCIDENTS[0], "INC-2026-10"], ["INC-2026-1012"]),
        (["report", "--to", "h"], ["html"]),
        (["report", "--to", "html,"], ["html,pdf", "html,md", "html,ipynb"]),
        (["report", "--template", "s"], ["sre-book"]),
        (["report", "--audience", "p"], ["public"]),
        (["check", "INC", "--to", "s"], ["sarif"]),
        (["actions", "--to", "j"], ["json", "jira"]),
        (["events", "--format", "access-combined-p"], ["access-combined-pairs"]),
        (["summary", "--timezone", "europe/berl"], ["Europe/Berlin"]),
    ],
)
def test_a_word_is_completed(words: list[str], expected: list[str]) -> None:
    assert completions(*words) == expected


@pytest.mark.slow
def test_incident_ids_come_from_the_data_folder_on_the_command_line(folder) -> None:
    data = folder({}, incident_id="INC-9").parent
    assert completions("summary", "--data", str(data), "INC") == ["INC-9"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_is_valid(shell: str) -> None:
    environment = {**os.environ, "_PMKIT_COMPLETE": f"{shell}_source"}
    script = subprocess.run([INSTALLED], capture_output=True, text=True, check=True, env=environment).stdout
    assert f"{shell}_complete" in script
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, text=True, check=True)
