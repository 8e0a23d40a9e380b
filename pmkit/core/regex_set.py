"""Regular expressions of RE2 that are searched for together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol, cast

import re2

# Memory for the automaton of all patterns.
_MEMORY_BYTES: Final = 256 << 20


class RegexSet(Protocol):
    """Several patterns of RE2 that are searched for in one pass."""

    def Match(self, text: str, /) -> Sequence[int] | None:  # noqa: N802 - as in RE2
        """Return the numbers of the patterns that occur in a text."""


def options() -> re2.Options:
    """Return the options with which patterns are compiled: with memory for large ones, and quietly."""
    chosen = re2.Options()
    chosen.max_mem, chosen.log_errors = _MEMORY_BYTES, False
    return chosen


def regex_set(patterns: Iterable[str]) -> RegexSet:
    """Return a set that finds in one pass which of some patterns occur in a text.

    Examples
    --------
    >>> regex_set(["a+", "b"]).Match("xaax")
    [0]
    """
    compiled = re2.Set.SearchSet(options())
    for pattern in patterns:
        compiled.Add(pattern)
    compiled.Compile()
    return cast("RegexSet", compiled)
