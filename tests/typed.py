"""The commands of a page of the manual, and a shell to type them in."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
MANUAL = ROOT / "pmkit" / "manual"
NEEDED = ("data", "notebooks", ".venv")
"""What the commands find in the folder that they are typed in."""


@dataclass
class Step:
    """A command as it is typed, and what it is said to answer; or Python with its answers."""

    language: str
    line: int
    typed: str
    answer: str


def steps(page: str) -> Iterator[Step]:
    """Give the steps of a page in order."""
    text = (MANUAL / page).read_text(encoding="utf-8")
    for block in re.finditer(r"^```(console|pycon)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        line = text[: block.start()].count("\n") + 2
        if block[1] == "pycon":
            yield Step("pycon", line, block[2], "")
            continue
        for command in re.finditer(r"^\$ (.*\n(?:^> ?.*\n)*)((?:^(?!\$ ).*\n)*)", block[2], re.MULTILINE):
            yield Step("console", line, re.sub(r"^> ?", "", command[1], flags=re.MULTILINE), command[2])


class Shell:
    """One shell in which the commands of a page are typed."""

    def __init__(self, folder: Path) -> None:
        for name in NEEDED:
            (folder / name).symlink_to(ROOT / name)
        environment = {**os.environ, "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            ["bash"], cwd=folder, env=environment, text=True, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT
        )

    def __call__(self, typed: str) -> str:
        """Type a command; give its answer on both streams."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{typed}\ncode=$?; printf '\\x01\\n'; (exit $code)\n")
        self._process.stdin.flush()
        answer = ""
        for said in self._process.stdout:
            if "\x01" in said:
                return answer + said.split("\x01")[0]
            answer += said
        raise AssertionError(f"the shell ended: {answer}")

    def close(self) -> None:
        """End the shell."""
        self._process.communicate()
