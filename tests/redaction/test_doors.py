"""Redaction happens at two doors: out of findings/ and out of publish/. No other module redacts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "pmkit"
DOORS = {
    "incident/folder.py": "builds the redactor of an incident from incident.yaml",
    "findings/redacted.py": "the door out of findings/",
    "findings/public.py": "what the public version hides on top",
    "publish/job.py": "chooses the redactor of the door out of publish/",
    "publish/run.py": "the door out of publish/",
    "publish/preview.py": "the door out of publish/ for a report that is built without a run",
    "publish/verify.py": "chooses the redactor of a report that is built anew",
    "check/rules/publishable_text.py": "reports secrets in incident.yaml, and redacts nothing",
}


def uses(path: Path) -> Iterator[str]:
    """Yield the names of the redactor that a module uses."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr == "redactor":
            yield node.attr
        elif isinstance(node, ast.ImportFrom) and str(node.module).startswith("pmkit.redaction"):
            yield from (name.name for name in node.names if name.name in ("Redactor", "redact_notebook"))


MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if path.relative_to(PACKAGE).parts[0] != "redaction"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_doors_redact(path: Path) -> None:
    if path.relative_to(PACKAGE).as_posix() not in DOORS:
        assert list(uses(path)) == []


@pytest.mark.parametrize("name", DOORS)
def test_every_door_is_used(name: str) -> None:
    assert list(uses(PACKAGE / name))
