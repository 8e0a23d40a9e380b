"""Patterns of lines that begin an event of their own, in whatever format: with a time, or with a severity."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from pmkit.core.regex_set import regex_set
from pmkit.formats.notations import ANY_TIMESTAMP
from pmkit.formats.severity import BEGINS_WITH_SEVERITY

# What may stand before the time of a line: brackets, a severity, and words with digits, such as hosts.
_WORD_BEFORE: Final = r"(?:\[[^\]]*\]|<[^>]*>|[A-Z]{1,11}[:,]?|[\w./-]*\d[\w./:-]*|-)"
_BEFORE: Final = rf"^\s*(?P<before>(?:{_WORD_BEFORE}\s+){{0,3}}?(?:[A-Z]+:(?:\w+:)?)?[\[(<\"'|*#=\s-]{{0,4}})"

# What a date and a clock look like. This is many times as fast as the notations of times, and covers nearly all of them.
_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_DATE: Final = (
    r"(?:\d\d\d\d(?:[-/.]?\d\d?[-/.]?|-W\d\d-)\d\d?|\d\d?[-/.]\d\d?[-/.]\d\d+|\d\d?[-/. ]+[^\s\d]+[-/. ,]+\d\d+|\d\d[-.]\d\d|"
    rf"\d\d\d\d\d\d|(?:[A-Z][a-z]+,? +)?(?:{_MONTH} +\d\d?|\d\d? {_MONTH})[ ,]*(?:\d\d\d\d,?)?)"
)

# Matches the beginning of a line that begins with a time of its own.
BEGINS_WITH_TIME: Final = rf"{_BEFORE}(?:{_DATE}[T :,-]*|\d{{8}}\.)(?:\d\d?:\d\d|\d\d\d\d\d\d)(?:\D|$)"

# Matches a whole line of a time and a message.
TIME_AND_MESSAGE: Final = rf"{_BEFORE}(?P<time>{ANY_TIMESTAMP})(?P<message>(?:[\])>}}\"'|,:;*=-]*\s|[\])>|]).*\w.*)$"

_BEGINNING: Final = regex_set([BEGINS_WITH_TIME, BEGINS_WITH_SEVERITY])


@lru_cache(maxsize=1024)
def begins_event(line: str) -> bool:
    """Return whether a line begins with a time of its own or a severity, so that it never continues the event above it.

    The answers for recent lines are remembered, because many formats are tried on the same lines.
    """
    return bool(_BEGINNING.Match(line))
