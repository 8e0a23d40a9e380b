"""The manual is true: its commands are run, its answers are what they say, and its reference is what the code says."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import manual
import pytest
from conftest import ROOT
from typed import MANUAL, Shell, steps

GUIDES = ("tutorial.md", "how-to.md")
ANY = "…"


def fits(said: str, expected: str) -> bool:
    """Tell whether an answer is as expected, in which an ellipsis stands for any text."""
    said, expected = (re.sub("[\u00a0]", " ", text).strip() for text in (said, expected))
    return re.fullmatch(re.escape(expected).replace(f"\\\n{ANY}", "(?:\n.*)?").replace(ANY, ".*"), said, re.DOTALL) is not None


@pytest.mark.parametrize("page", GUIDES)
def test_the_commands_of_a_page_answer_as_it_says(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
    assert (MANUAL / name).read_text(encoding="utf-8") == manual.PAGES[name](), "run `make manual`"


@pytest.mark.parametrize("path", [ROOT / "README.md", *sorted(MANUAL.glob("*.md"))], ids=lambda path: path.name)
def test_every_link_of_a_page_leads_somewhere(path: Path) -> None:
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not target.startswith(("http://", "https://", "#")):
            assert (path.parent / target.split("#")[0]).exists(), target
