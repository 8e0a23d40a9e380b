"""Patterns of lines that begin an event of their own, in whatever format: with a time, a time of day, or a severity."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from pmkit.core.regex_set import regex_set
from pmkit.formats import calendar_words
from pmkit.formats.notations import ANY_TIMESTAMP
from pmkit.formats.severity import BEGINS_WITH_SEVERITY

# What may stand before the time of a line: brackets, a severity, and words with digits, such as hosts.
_WORD_BEFORE: Final = r"(?:\[[^\]]*\]|<[^>]*>|[A-Z]{1,11}[:,]?|[\w./-]*\d[\w./:-]*|-)"
_BEFORE: Final = rf"^\s*(?P<before>(?:{_WORD_BEFORE}\s+){{0,3}}?(?:[A-Z]+:(?:\w+:)?)?[\[(<\"'|*#=\s-]{{0,4}})"

# What a date and a clock look like. This is many times as fast as the notations of times, and covers nearly all of them.
_MONTH: Final = rf"(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*|{calendar_words.OTHER})\.?"
_DATE: Final = (
    r"(?:\d\d\d\d(?:[-/.]?\d\d?[-/.]?|-W\d\d-)\d\d?|\d\d?[-/.]\d\d?[-/.]\d\d+|\d\d?[-/. ]+[^\s\d]+[-/. ,]+\d\d+|\d\d[-.]\d\d|"
    rf"\d\d\d\d\d\d|(?:[A-Z][a-z]+,? +|{calendar_words.WEEKDAY},? +)?(?:{_MONTH} +\d\d?|\d\d?\.? {_MONTH})[ ,]*(?:\d\d\d\d,?)?|"
    r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]) |\d\d\d\d年 ?\d\d?月 ?\d\d?日)"
)

# Matches the beginning of a line that begins with a time of its own.
BEGINS_WITH_TIME: Final = (
    rf"{_BEFORE}(?:(?:{_DATE}[T :,-]*|\d{{8}}\.)(?:\d\d?:\d\d|\d\d\d\d\d\d)(?:\D|$)|@40000000[0-9a-f]{{16}}\b)"
)

# Matches the beginning of a line that begins with a time of day and a word.
BEGINS_WITH_CLOCK: Final = (
    r"^[\[(]?(?:(?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d(?:[.,]\d{1,9})?(?: ?[AaPp][Mm])?|(?:0?\d|1[0-2]):[0-5]\d ?[AaPp][Mm])[\])]?:?\s+"
    r"[\[(<|-]*\s*\pL"
)

# Matches a whole line of a time and a message.
TIME_AND_MESSAGE: Final = rf"{_BEFORE}(?P<time>{ANY_TIMESTAMP})(?P<message>(?:[\])>}}\"'|,:;*=-]*\s|[\])>|]).*\w.*)$"

_BEGINNING: Final = regex_set([BEGINS_WITH_TIME, BEGINS_WITH_CLOCK, BEGINS_WITH_SEVERITY])


@lru_cache(maxsize=1024)
def begins_event(line: str) -> bool:
    """Return whether a line begins with a time of its own or a severity, so that it never continues the event above it.

    The answers for recent lines are remembered, because many formats are tried on the same lines.
    """
    return bool(_BEGINNING.Match(line))
