"""The commands in a page of the manual, and a shell that runs them."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pmkit.cli import main

ROOT = Path(__file__).parent.parent
MANUAL = ROOT / "pmkit" / "manual"
# What the commands need in the folder in which they run.
LINKED = ("data", "notebooks", ".venv")

ANYTHING = "…"


@dataclass
class Step:
    """A shell command with the output that the page shows, or a block of Python with its output."""

    language: str
    line: int
    command: str
    output: str


def matches(output: str, expected: str) -> bool:
    """Return whether output is as expected; an ellipsis stands for any text."""
    output, expected = (text.replace("\u00a0", " ").strip() for text in (output, expected))
    pattern = re.escape(expected).replace(f"\\\n{ANYTHING}", "(?:\n.*)?").replace(ANYTHING, ".*")
    return re.fullmatch(pattern, output, re.DOTALL) is not None


def steps(page: str) -> Iterator[Step]:
    """Yield the steps of a page in order."""
    text = (MANUAL / page).read_text(encoding="utf-8")
    for block in re.finditer(r"^```(console|pycon)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        line = text[: block.start()].count("\n") + 2
        if block[1] == "pycon":
            yield Step("pycon", line, block[2], "")
            continue
        for command in re.finditer(r"^\$ (.*\n(?:^> ?.*\n)*)((?:^(?!\$ ).*\n)*)", block[2], re.MULTILINE):
            yield Step("console", line, re.sub(r"^> ?", "", command[1], flags=re.MULTILINE), command[2])


class Shell:
    """One shell that runs the commands of a page."""

    def __init__(self, folder: Path) -> None:
        for name in LINKED:
            (folder / name).symlink_to(ROOT / name)
        environment = {**os.environ, "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            ["bash"], cwd=folder, env=environment, text=True, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT
        )

    def __call__(self, command: str) -> str:
        """Run a command and return what it printed on both streams."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{command}\ncode=$?; printf '\\x01\\n'; (exit $code)\n")
        self._process.stdin.flush()
        output = ""
        for line in self._process.stdout:
            if "\x01" in line:
                return output + line.split("\x01")[0]
            output += line
        raise AssertionError(f"the shell ended: {output}")

    def run(self, command: str) -> str:
        """Run a command like this shell, but pmkit without pipes and redirections in this process, which takes less time."""
        if re.search(r"^(?!pmkit )|[|<>&;$`*{]", command):
            return self(command)
        folder, data = self('printf "%s\\n%s" "$PWD" "$PMKIT_DATA"').split("\n")
        with pytest.MonkeyPatch.context() as patch, io.StringIO() as output:
            patch.chdir(folder)
            patch.setenv("PMKIT_DATA", data)
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
                exit_code = main(shlex.split(command)[1:])
            self(f"(exit {exit_code})")
            return output.getvalue()

    def close(self) -> None:
        """Close the shell."""
        self._process.communicate()
