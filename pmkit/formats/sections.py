"""Sections of a log: the lines below a header line that determines their pattern."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pmkit.formats.line_records import text_records
from pmkit.formats.record import Record

# The beginning of the pattern of lines that only have a time of day: the day, from a header line, is put before each of them.
DAY: Final = r"(?P<date>\d{4}-\d\d-\d\d) "


@dataclass(frozen=True)
class Sections:
    """How the header lines of a log determine the pattern of the lines below them.

    Attributes
    ----------
    heading : str
        Regular expression for these header lines.
    pattern_of : callable
        Derives the pattern from such a line.
    day : str
        Regular expression for header lines whose first group is the day of the lines below them, for patterns that begin with `DAY`.
    """

    heading: str
    pattern_of: Callable[[str], str]
    day: str = ""

    def is_heading(self, line: str) -> bool:
        """Return whether a line determines the pattern of the lines below it."""
        return re.match(self.heading, line) is not None

    def records(self, lines: Sequence[str]) -> Iterator[Record | None]:
        """Yield the named groups of each line, None for a header line and for one that does not match.

        Examples
        --------
        >>> sections = Sections("columns", lambda _: f"^{DAY}(?P<clock>[0-9:]+)", "day (.*)")
        >>> list(sections.records(["columns", "day 2026-01-17", "03:00:00"]))
        [None, None, {'date': '2026-01-17', 'clock': '03:00:00'}]
        """
        pattern = day = ""
        for line in lines:
            stated = re.match(self.day, line) if self.day else None
            day = f"{stated[1]} " if stated else day
            if self.is_heading(line):
                pattern = self.pattern_of(line)
                yield None
            elif pattern:
                yield from text_records([day + line if DAY in pattern else line], pattern)
            else:
                yield None
