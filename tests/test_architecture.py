"""The architecture: which room may import which, and where heavy libraries may be imported."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from rooms import APART, FILES, MANUAL, PACKAGE, ROOMS, imports, room, room_imports

import pmkit

# The rooms that may import each heavy library.
DOORS = {
    "distributed": {"ingest"},
    "fsspec": set(),
    "upath": {"core"},
    "duckdb": {"store", "ingest", "publish"},
    "pyarrow": {"store", "ingest"},
    "matplotlib": {"reports", "explorer"},
    "ipywidgets": {"explorer"},
    "ipympl": {"explorer"},
    "anywidget": {"explorer"},
    "typst": {"publish"},
    "pypandoc": {"publish"},
    "nh3": {"publish"},
    "mistune": {"publish"},
    "pygments": {"publish"},
    "nbconvert": {"publish"},
    "papermill": {"publish"},
    "pydantic": {"incident", "findings"},
    "promql_parser": {"analysis"},
    "pypdf": {"publish"},
    "re2": {"core", "redaction"},
    "ruamel": {"incident", "formats"},
    "backports": {"ingest"},
    "isal": {"ingest"},
    "IPython": {"reports", "explorer"},
    "click": {"cli"},
    "rich": {"cli"},
    "rich_click": {"cli"},
}
# What takes long to import.
HEAVY = {"pandas", "numpy", "duckdb", "matplotlib", "typst", "papermill", "nbconvert", "pydantic"}

INSIDE = [path for path in FILES if path.parent != PACKAGE or path.stem == "cli"]


@pytest.mark.parametrize("path", INSIDE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_rooms_before_it(path: Path) -> None:
    own = room(path)
    others = {name.split(".")[1] for name in imports(path) if name.startswith("pmkit.")} - {own, "__version__"}
    assert {other for other in others if ROOMS.index(other) > ROOMS.index(own) or (own, other) in APART} == set()


def test_the_architecture_page_lists_the_rooms_in_order() -> None:
    table = re.findall(r"^\| `(\w+)`", (MANUAL / "architecture.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert table == [name for name in ROOMS if name != "cli"]


def test_the_architecture_picture_shows_the_imports_of_the_code() -> None:
    picture = (MANUAL / "pictures" / "architecture.svg").read_text(encoding="utf-8")
    for name, imported in room_imports().items():
        assert f"{name} imports {', '.join(sorted(imported)) or 'nothing'};" in " ".join(picture.split()), "run `make manual`"


def test_every_module_is_in_a_room() -> None:
    assert {room(path) for path in FILES} - {"__init__", "__main__"} == set(ROOMS)


def test_module_names_are_unique() -> None:
    names = [path.stem for path in FILES if path.stem != "__init__"]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


@pytest.mark.parametrize("library", DOORS)
def test_each_heavy_library_is_imported_only_where_allowed(library: str) -> None:
    users = {room(path) for path in FILES if any(name.split(".")[0] == library for name in imports(path))}
    assert users <= DOORS[library]


def modules_after(script: str) -> set[str]:
    """Return the modules that Python has loaded after a script."""
    script = f"{script}; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_importing_pmkit_loads_neither_anything_heavy_nor_the_command_line() -> None:
    assert modules_after("import pmkit") & {*HEAVY, "click", "rich", "rich_click"} == set()


def test_printing_help_loads_nothing_heavy() -> None:
    commands = (["--help"], ["report", "--help"], ["check", "--help"])
    script = "; ".join(["import pmkit.cli", *(f"pmkit.cli.main({command})" for command in commands)])
    assert modules_after(script) & HEAVY == set()


def test_completing_an_incident_id_loads_nothing_heavy() -> None:
    wanted = {"_PMKIT_COMPLETE": "bash_complete", "COMP_WORDS": "pmkit report INC", "COMP_CWORD": "2"}
    script = f"""
import contextlib, os, pmkit.cli
os.environ |= {wanted}
with contextlib.suppress(SystemExit):
    pmkit.cli.main([])
pass"""
    assert modules_after(script) & HEAVY == set()


def test_the_public_names_are_as_listed() -> None:
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
        "read",
        "report",
        "trends",
    ]
    for name in pmkit.__all__:
        assert getattr(pmkit, name) is getattr(pmkit, name)
    assert callable(pmkit.report)


def test_no_public_name_is_hidden_by_a_module_of_the_same_name() -> None:
    assert not {path.stem for path in PACKAGE.iterdir()} & set(pmkit.__all__)


@pytest.mark.parametrize("folder", [PACKAGE, PACKAGE.parent / "tests"], ids=["package", "tests"])
def test_no_file_is_longer_than_300_lines(folder: Path) -> None:
    files = [path for path in folder.rglob("*.py") if "node_modules" not in path.parts]
    assert {path.name: n for path in files if (n := len(path.read_text().splitlines())) > 300} == {}


def test_the_top_of_the_package_has_at_most_sixteen_entries() -> None:
    entries = {path.name for path in PACKAGE.iterdir()} - {"__pycache__", "py.typed"}
    assert len(entries) <= 16
