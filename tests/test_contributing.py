"""The recipes in CONTRIBUTING.md work as written."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from walkthrough import matches

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
RECIPES = dict(recipe.split("\n", 1) for recipe in TEXT.split("\n## Recipes\n")[1].split("\n### ")[1:])
CODE = r"\n\n(?P<indent> *)```(?:python|json)\n(?P<code>.*?)^ *```"
EDIT = re.compile(
    r"(?P<verb>Append to|Create|In)\s+`(?P<path>[^`]+)`(?:,\s+(?P<how>below|replace)\s+`(?P<line>[^`]+)`)?:" + CODE,
    re.MULTILINE | re.DOTALL,
)
CONSOLE = re.compile(r"^ *```console\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*\n)((?:^(?!\$ ).*\n)*)", re.MULTILINE)


def apply(edit: re.Match[str], project: Path) -> None:
    """Write a code block where the recipe says."""
    path, code = project / edit["path"], textwrap.dedent(edit["code"])
    if edit["verb"] == "Create":
        assert not path.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    if edit["verb"] == "Append to":
        path.write_text(f"{text}\n\n{code}", encoding="utf-8")
        return
    lines = text.splitlines(keepends=True)
    (number,) = (number for number, line in enumerate(lines) if line.strip() == edit["line"])
    indent = re.match(" *", lines[number])[0]
    # Nothing follows a return in its block, so code below it is one level further out.
    indent = indent.removesuffix("    ") if edit["line"].startswith("return ") else indent
    lines[number] = ("" if edit["how"] == "replace" else lines[number]) + textwrap.indent(code, indent)
    path.write_text("".join(lines), encoding="utf-8")


def commands(recipe: str) -> Iterator[tuple[str, str]]:
    """Yield the commands of a recipe with their output."""
    for block in CONSOLE.finditer(recipe):
        yield from COMMAND.findall(textwrap.dedent(block[1]))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of the project whose package may be changed."""
    # The compiled modules are copied, too, or each recipe would compile the whole package.
    shutil.copytree(ROOT / "pmkit", tmp_path / "pmkit", ignore=shutil.ignore_patterns("pictures"))
    (tmp_path / "notebooks").symlink_to(ROOT / "notebooks")
    (tmp_path / "data").symlink_to(ROOT / "data")
    return tmp_path


def test_common_additions_have_a_recipe() -> None:
    assert len(RECIPES) == 6
    assert all(EDIT.search(recipe) and CONSOLE.search(recipe) for recipe in RECIPES.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_works_as_written(name: str, project: Path) -> None:
    for edit in EDIT.finditer(RECIPES[name]):
        apply(edit, project)
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PYTHONPATH": str(project), "PATH": path}
    for command, expected in commands(RECIPES[name]):
        done = subprocess.run(["bash", "-c", command], cwd=project, env=environment, capture_output=True, text=True, check=False)
        assert matches(done.stdout, expected), f"{command}{done.stdout}{done.stderr}"
