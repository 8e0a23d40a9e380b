"""The manual is accurate: its commands print what it shows, and its reference pages match the code."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import manual
import pytest
from conftest import ROOT
from walkthrough import MANUAL, Shell, matches, steps

GUIDES = ("tutorial.md", "how-to.md")


@pytest.mark.kernel
@pytest.mark.parametrize("page", GUIDES)
def test_the_commands_on_a_page_print_what_it_shows(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shell, names = Shell(tmp_path), dict[str, object]()
    try:
        for step in steps(page):
            if step.language == "pycon":
                monkeypatch.setenv("PMKIT_DATA", shell("printf %s $PMKIT_DATA"))
                test = doctest.DocTestParser().get_doctest(step.command, names, page, page, step.line)
                failures: list[str] = []
                failed = doctest.DocTestRunner().run(test, out=failures.append, clear_globs=False).failed
                names = test.globs
                assert not failed, "".join(failures)
            else:
                output = shell.run(step.command)
                assert matches(output, step.output), f"{page}, below line {step.line}: {step.command}{output}"
    finally:
        shell.close()


@pytest.mark.parametrize("name", manual.PAGES)
def test_a_reference_page_matches_the_code(name: str) -> None:
    assert (MANUAL / name).read_text(encoding="utf-8") == manual.PAGES[name](), "run `make manual`"


def without_code(path: Path) -> str:
    return re.sub(r"^ *```.*?^ *```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchors(path: Path) -> set[str]:
    """Return the anchors of the headings of a page, as GitHub derives them."""
    headings = re.findall(r"^#+ (.+)$", without_code(path), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", [*sorted(ROOT.glob("*.md")), *sorted(MANUAL.glob("*.md"))], ids=lambda path: path.name)
def test_no_link_on_a_page_is_broken(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(path)):
        if not target.startswith(("http://", "https://")):
            file, _, anchor = target.partition("#")
            linked = path.parent / file if file else path
            assert linked.exists(), target
            assert not anchor or anchor in anchors(linked), target
