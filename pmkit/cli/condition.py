"""What `pmkit doctor` looks at: facts about one subject, and what is wrong with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Condition:
    """The condition of one subject.

    Attributes
    ----------
    subject : str
        The subject, as a heading.
    facts : tuple of str
        What is there, a line each.
    problems : tuple of str
        What is wrong, each with what to do.
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
