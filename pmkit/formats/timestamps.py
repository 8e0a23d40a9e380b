"""Recognises the notation in which an export writes its times.

A format only declares where its time is; the notation is recognised from the values.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Final

from pmkit.formats.notation import Notation
from pmkit.formats.notations import DAY_FIRST, NOTATIONS

# What every time contains: a clock, or digits in certain groups.
_MAY_BE_TIME: Final = re.compile(r"\d:\d\d|\d[T .-]\d{6}|\d\.\d\d\.\d\d|^\s*-?\d[\d.eE+]*\s*$|@[0-9a-f]{24}|/Date\(", re.ASCII)

# The numbers of a date whose order is unknown, and the year behind them.
_NUMBERS: Final = re.compile(r"\s*(\d{1,2})[/.-](\d{1,2})(?!\d)(?:[/.-](\d+))?")


def detect_notation(values: Iterable[object]) -> Notation | None:
    """Return the notation of the values, None if it is unknown.

    If an export mixes several complete notations, the result reads them all, and times without a zone
    are read in the file's zone. If the most frequent one lacks the year or the date, it is the only one used.

    Examples
    --------
    >>> detect_notation(["Jan  7 03:00:00"]).missing
    'year'
    >>> detect_notation(["11/01/2026 03:00:00", "13/01/2026 03:00:00"]).name
    'day/month/year time'
    """
    by_notation = grouped_by_notation(str(value) for value in values)
    notations = sorted(by_notation, key=lambda notation: -len(by_notation[notation]))
    if len(notations) < 2 or notations[0].missing:
        return notations[0] if notations else None
    return _combined([notation for notation in notations if not notation.missing])


def grouped_by_notation(texts: Iterable[str]) -> dict[Notation, list[str]]:
    """Return those of some texts that are times, by their notation; all of them show together whether the day stands first."""
    by_notation = defaultdict[Notation, list[str]](list)
    for text in texts:
        if notation := _notation_of(text):
            by_notation[notation].append(text)
    for month_first in [notation for notation in by_notation if notation.name in DAY_FIRST]:
        day_first = _named(DAY_FIRST[month_first.name])
        same = by_notation.pop(month_first)
        by_notation[_in_known_order(same, by_notation.get(day_first, []), month_first, day_first)] += same
    return dict(by_notation)


def _in_known_order(same: Sequence[str], after_12: Sequence[str], month_first: Notation, day_first: Notation) -> Notation:
    """Return the notation of dates that can be read with the month first, from others that can only be read with the day first.

    A number above 12 is a day. Else, if only one of the numbers differs from line to line, it is the day. Else, if the lines
    are in the order of time in one way only, it is that one.
    """
    dates = [tuple(int(number or 0) for number in match.groups()) for text in same if (match := _NUMBERS.match(text))]
    first, second = ({date[place] for date in dates} for place in (0, 1))
    shows_month_first = bool(second) and max(second) > 12
    if after_12 or shows_month_first:
        return month_first if shows_month_first else day_first
    if (len(first) > 1) != (len(second) > 1):
        return day_first if len(first) > 1 else month_first
    orders = [
        _is_in_order([(year, a, b) for a, b, year in dates]),
        _is_in_order([(year, b, a) for a, b, year in dates]),
    ]
    if orders[0] != orders[1]:
        return month_first if orders[0] else day_first
    return month_first if month_first.missing else replace(month_first, missing="order")


def _is_in_order(dates: Sequence[tuple[int, ...]]) -> bool:
    """Return whether dates go forward from line to line, or back."""
    return list(dates) in (sorted(dates), sorted(dates, reverse=True))


@cache
def _named(name: str) -> Notation:
    return next(notation for notation in NOTATIONS if notation.name == name)


@lru_cache(maxsize=1024)
def _notation_of(text: str) -> Notation | None:
    """Return the notation of a value; that of recent ones is remembered, because many formats are tried on the same values."""
    if not _MAY_BE_TIME.search(text):
        return None
    stripped = text.strip()
    return next((notation for notation in NOTATIONS if _matcher(notation).fullmatch(stripped)), None)


@cache
def _matcher(notation: Notation) -> re.Pattern[str]:
    return re.compile(notation.pattern, re.ASCII)


def _combined(notations: Iterable[Notation]) -> Notation:
    """Return one notation that reads all of the given ones; those with a zone are tried first."""
    ordered = sorted(notations, key=lambda notation: not notation.zoned)
    zoned = any(notation.zoned for notation in ordered)
    parts = [f"CAST({notation.sql} AS TIMESTAMPTZ)" if zoned and not notation.zoned else notation.sql for notation in ordered]
    name = " or ".join(notation.name for notation in ordered)
    pattern = "|".join(f"(?:{notation.pattern})" for notation in ordered)
    digits_only = any(notation.digits_only for notation in ordered)
    partly_zoned = zoned and not all(notation.zoned for notation in ordered)
    query = f"coalesce({', '.join(parts)})"
    return Notation(name, pattern, query, zoned, partly_zoned=partly_zoned, digits_only=digits_only)


def is_timestamp(value: object) -> bool:
    """Return whether a value is a time with a date, in any notation."""
    notation = _notation_of(str(value))
    return notation is not None and notation.missing != "date"
