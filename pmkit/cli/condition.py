"""What `pmkit doctor` finds: facts about one subject, and its problems with their remedies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Condition:
    """The condition of one subject.

    Attributes
    ----------
    subject : str
        The heading.
    facts : tuple of str
        Facts, one a line.
    problems : tuple of str
        What is wrong, each with its remedy.
    """

    subject: str
    facts: tuple[str, ...]
    problems: tuple[str, ...] = ()


def shown(path: Path) -> str:
    """Return a path as short as a reader needs: below the current folder, or with ~ for the home folder."""
    for base, prefix in ((Path.cwd(), ""), (Path.home(), "~/")):
        if path.is_absolute() and path.is_relative_to(base) and path != base:
            return f"{prefix}{path.relative_to(base)}"
    return str(path)
