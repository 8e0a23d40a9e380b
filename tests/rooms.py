"""The rooms of the package, their order, and who imports whom."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "pmkit"
MANUAL = PACKAGE / "manual"

# The rooms in the order in which data flows through them; a room imports only rooms before it.
ROOMS = [
    "core",
    "redaction",
    "formats",
    "store",
    "incident",
    "ingest",
    "analysis",
    "findings",
    "check",
    "reports",
    "publish",
    "explorer",
    "cli",
]

# Rooms that stand beside each other: neither imports the other.
APART = {("analysis", "ingest"), ("reports", "check")}

FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent.name != "__pycache__"]


def room(path: Path) -> str:
    """Return the module or folder of the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def imports(path: Path) -> set[str]:
    """Return the full names that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room_imports() -> dict[str, set[str]]:
    """Return the rooms that each room imports."""
    imported: dict[str, set[str]] = {name: set() for name in ROOMS}
    for path in FILES:
        names = {name.split(".")[1] for name in imports(path) if name.startswith("pmkit.")}
        if room(path) in imported:
            imported[room(path)] |= names & set(ROOMS) - {room(path)}
    return imported
