"""Which lines of a log form one record, in formats whose records span lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Final

# The rank of a line that begins no record.
_NONE: Final = -1


@dataclass(frozen=True)
class RecordLines:
    """Which lines form one record.

    Attributes
    ----------
    first : tuple of str
        Regular expressions for the line with which a record begins. If there are several, each is for a line that may be
        missing: a line that matches a later one begins no record directly below a line that matches an earlier one.
    further : str
        Regular expression for the lines below it that belong to the record; by default, any line does.
    outside : str
        Regular expression for lines that belong to no record.
    """

    first: tuple[str, ...]
    further: str = ""
    outside: str = ""

    def lengths(self, lines: Sequence[str]) -> list[int]:
        """Return the number of lines of each record, in order; a line that belongs to no record counts as one.

        Examples
        --------
        >>> RecordLines(first=("when: ",), further="  ").lengths(["when: 1", "  a", "b", "  c", "when: 2"])
        [2, 1, 1, 1]
        """
        lengths: list[int] = []
        above, in_record = _NONE, False
        for text in lines:
            line = text.partition("\n")[0]
            rank = self._rank(line)
            begins = rank != _NONE and not _NONE < above < rank
            if in_record and not begins and self._may_continue(line):
                lengths[-1] += 1
            else:
                lengths.append(1)
                in_record = begins
            above = rank
        return lengths

    def texts(self, lines: Sequence[str]) -> list[str]:
        r"""Return the text of each record, with its lines joined.

        Examples
        --------
        >>> RecordLines(first=("when: ",)).texts(["when: 1", "  a", "when: 2"])
        ['when: 1\n  a', 'when: 2']
        """
        ends = list(accumulate(self.lengths(lines)))
        return ["\n".join(lines[start:end]) for start, end in zip([0, *ends], ends, strict=False)]

    def may_begin(self, line: str) -> bool:
        """Return whether a record may begin with a line, or with the first line of a text."""
        return self._rank(line.partition("\n")[0]) != _NONE

    def _rank(self, line: str) -> int:
        return next((rank for rank, pattern in enumerate(self._first) if pattern.match(line)), _NONE)

    def _may_continue(self, line: str) -> bool:
        if self.outside and re.match(self.outside, line):
            return False
        return self.may_begin(line) or re.match(self.further, line) is not None

    @cached_property
    def _first(self) -> list[re.Pattern[str]]:
        return [re.compile(pattern, re.ASCII) for pattern in self.first]
