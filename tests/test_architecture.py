"""The walls of the house: who may import whom, and through which door heavy libraries come in."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

import pmkit

PACKAGE = ROOT / "pmkit"

LAYERS = [
    {"_version", "errors", "theme"},
    {"places", "schema", "prose", "markup", "mining", "chat", "promql", "redact", "filenames"},
    {"frames"},
    {"sources", "firings"},
    {"incident"},
    {"ingest"},
    {"parts"},
    {"cluster", "recall"},
    {"store"},
    {"changepoint", "series", "seasons", "tier", "metrics", "counters"},
    {"episodes"},
    {"impact"},
    {"dimensions", "patterns", "effects", "quality"},
    {"response"},
    {"rules"},
    {"alerting"},
    {"suspects"},
    {"history"},
    {"timeline"},
    {"contract"},
    {"findings", "events"},
    {"held"},
    {"query"},
    {"figures", "summary", "check", "actions"},
    {"public", "provenance"},
    {"verify"},
    {"reaction"},
    {"sections", "appendix"},
    {"guides"},
    {"outlines"},
    {"postmortem"},
    {"retrospect"},
    {"export", "gate", "jobs"},
    {"runner"},
    {"explorer"},
    {"cli"},
    {"__main__"},
]
"""From the exports on the left to the published report on the right."""

DOORS = {
    "distributed": {"cluster"},
    "fsspec": set(),
    "upath": {"places"},
    "duckdb": {"ingest", "events"},
    "pyarrow": {"ingest"},
    "matplotlib": {"figures", "explorer"},
    "ipywidgets": {"explorer"},
    "ipympl": {"explorer"},
    "anywidget": {"explorer"},
    "typst": {"export"},
    "pypandoc": {"export"},
    "nh3": {"export"},
    "mistune": {"export"},
    "nbconvert": {"export"},
    "papermill": {"runner"},
    "pydantic": {"incident"},
    "promql_parser": {"promql"},
    "pypdf": {"verify"},
    "re2": {"redact"},
    "ruamel": {"incident", "sources"},
    "backports": {"sources"},
    "isal": {"sources"},
    "IPython": {"postmortem", "explorer"},
}


def room(path: Path) -> str:
    """Name the module or folder of the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent.name != "__pycache__"]


@pytest.mark.parametrize("path", [path for path in FILES if path.name != "__init__.py" or path.parent != PACKAGE], ids=str)
def test_no_module_imports_one_to_its_right(path: Path) -> None:
    level = {name: number for number, layer in enumerate(LAYERS) for name in layer}
    own = room(path)
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "pmkit" and parts[1] != own:
            other = parts[1] if parts[1] in level else None
            assert other is None or level[other] < level[own], f"{own} imports {name}"


def test_every_module_has_its_layer() -> None:
    assert {room(path) for path in FILES} - {"__init__"} == set().union(*LAYERS)


@pytest.mark.parametrize("library", DOORS)
def test_each_heavy_library_comes_in_through_one_door(library: str) -> None:
    users = {room(path) for path in FILES if any(name.split(".")[0] == library for name in imports(path))}
    assert users <= DOORS[library]


@pytest.mark.parametrize(
    "command", ["import pmkit", "import pmkit.cli, sys; sys.argv = ['pmkit', '--help']; pmkit.cli._parser()"]
)
def test_importing_pmkit_and_its_help_load_nothing_heavy(command: str) -> None:
    heavy = "{'pandas', 'numpy', 'duckdb', 'matplotlib', 'typst', 'papermill', 'nbconvert', 'pydantic'}"
    script = f"{command}; import sys; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_public_names_are_these() -> None:
    assert pmkit.__all__ == [
        "Explorer",
        "Findings",
        "Incident",
        "IncidentError",
        "InputError",
        "OutputError",
        "PmkitError",
        "Report",
        "ReportError",
        "SourceError",
        "Store",
        "__version__",
        "explore",
        "investigate",
        "report",
        "trends",
    ]
    for name in pmkit.__all__:
        assert getattr(pmkit, name) is getattr(pmkit, name)
    assert callable(pmkit.report)


def test_no_public_name_is_hidden_by_a_module_of_the_same_name() -> None:
    assert not {path.stem for path in PACKAGE.iterdir()} & set(pmkit.__all__)


def test_no_module_is_longer_than_can_be_read_at_once() -> None:
    assert {path.name: n for path in FILES if (n := len(path.read_text().splitlines())) > 400} == {}
