"""The manual is true: its commands are run, its answers are what they say, and its reference is what the code says."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import manual
import pytest
from conftest import ROOT

GUIDES = ("tutorial.md", "how-to.md")
ANY = "…"


@dataclass
class Step:
    """A command as it is typed, and what it is said to answer; or Python with its answers."""

    language: str
    line: int
    typed: str
    answer: str


def steps(page: str) -> Iterator[Step]:
    """Give the steps of a page in order."""
    text = (manual.MANUAL / page).read_text(encoding="utf-8")
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


def fits(said: str, expected: str) -> bool:
    """Tell whether an answer is as expected, in which an ellipsis stands for any text."""
    said, expected = (re.sub("[\u202f\u00a0]", " ", text).strip() for text in (said, expected))
    return re.fullmatch(re.escape(expected).replace(ANY, ".*"), said, re.DOTALL) is not None


@pytest.mark.parametrize("page", GUIDES)
def test_the_commands_of_a_page_answer_as_it_says(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("data", "notebooks", ".venv"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    shell, names = Shell(tmp_path), dict[str, object]()
    try:
        for step in steps(page):
            if step.language == "pycon":
                monkeypatch.setenv("PMKIT_DATA", shell("printf %s $PMKIT_DATA"))
                test = doctest.DocTestParser().get_doctest(step.typed, names, page, page, step.line)
                told: list[str] = []
                failed = doctest.DocTestRunner().run(test, out=told.append, clear_globs=False).failed
                names = test.globs
                assert not failed, "".join(told)
            else:
                said = shell(step.typed)
                assert fits(said, step.answer), f"{page}, below line {step.line}: {step.typed}{said}"
    finally:
        shell.close()


@pytest.mark.parametrize("name", manual.PAGES)
def test_a_page_of_the_reference_is_what_the_code_says(name: str) -> None:
    assert (manual.MANUAL / name).read_text(encoding="utf-8") == manual.PAGES[name](), "run `make manual`"


@pytest.mark.parametrize("path", [ROOT / "README.md", *sorted(manual.MANUAL.glob("*.md"))], ids=lambda path: path.name)
def test_every_link_of_a_page_leads_somewhere(path: Path) -> None:
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not target.startswith(("http://", "https://", "#")):
            assert (path.parent / target.split("#")[0]).exists(), target
