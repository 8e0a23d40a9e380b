r"""A table of the notations in which exports write times.

A format only declares where its time is; the notation is recognised from the values.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, Literal

_ISO: Final = r"\d{4}-\d{1,2}-\d{1,2}[T ]\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?"
_CLOCK: Final = r"\d\d:\d\d:\d\d"
# Offsets of time zone abbreviations, in hours.
_ABBREVIATIONS: Final = {
    "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "EST": -5, "EDT": -4,
    "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "BRT": -3, "ART": -3, "WAT": 1,
    "CAT": 2, "SAST": 2, "EAT": 3, "PKT": 5, "WIB": 7, "SGT": 8, "HKT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12,
    "NZDT": 13,
}  # fmt: skip
# Abbreviations that stand for several zones; such times are read in the file's zone.
_AMBIGUOUS: Final = ("CST", "IST", "BST", "AST", "ADT", "SST", "AMT", "GST")


@dataclass(frozen=True)
class Notation:
    """One way to write a time.

    Attributes
    ----------
    name : str
        Name for explanations.
    pattern : str
        Regular expression for a whole value.
    sql : str
        SQL expression that converts the text `{t}` to a time with a zone if `zoned`, else to a wall-clock time.
    zoned : bool
        Whether a value determines a moment: by a zone or an offset, or as an epoch.
    missing : str
        What a value lacks and must be inferred: nothing, the year, or the whole date.
    """

    name: str
    pattern: str
    sql: str
    zoned: bool
    missing: Literal["", "year", "date"] = ""


def _strptime(*formats: str) -> str:
    attempts = ", ".join(f"try_strptime(bare({{t}}), '{time_format}')" for time_format in formats)
    return f"coalesce({attempts})" if len(formats) > 1 else attempts


def _optional_fraction(time_format: str) -> tuple[str, str]:
    return f"{time_format}.%f", time_format


def _with_abbreviation() -> str:
    offsets = " ".join(f"WHEN '{name}' THEN {hours}" for name, hours in _ABBREVIATIONS.items())
    wall = "TRY_CAST(replace(regexp_replace({t}, ' ?[A-Z]+\\s*$', ''), ',', '.') AS TIMESTAMP)"
    zone = "CASE regexp_extract({t}, '([A-Z]+)\\s*$', 1) " + offsets + " END"
    return f"coalesce(({wall} - to_hours(CAST({zone} AS INTEGER))) AT TIME ZONE 'UTC', CAST({wall} AS TIMESTAMPTZ))"


# Every known notation; if several match a value, the first one is used.
NOTATIONS: Final[tuple[Notation, ...]] = (
    Notation(
        "epoch", r"-?(?:\d{9,10}(?:\.\d+)?|\d{12,13}(?:\.\d+)?|\d{15,16}|\d{18,19}|\d(?:\.\d+)?[eE]\+?\d+)",
        "from_epoch(TRY_CAST(bare({t}) AS DOUBLE))", zoned=True,
    ),
    Notation(
        "ISO 8601 with a zone", rf"{_ISO} ?(?:Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)(?: (?:UTC|m=\S+))*",
        "CASE WHEN ends_with({t}, 'Z') AND NOT contains({t}, ' ') AND NOT contains({t}, ',') THEN TRY_CAST({t} AS TIMESTAMPTZ) ELSE "
        "TRY_CAST(replace(replace(replace(regexp_replace(bare({t}), '([+-]\\d\\d:?\\d\\d)( UTC| m=\\S+)+$', '\\1'), ' +', '+'), ' -', '-'), ',', '.') "
        "AS TIMESTAMPTZ) END", zoned=True,
    ),
    Notation(
        "ISO 8601 with a zone's abbreviation", rf"{_ISO} ?(?:{'|'.join((*_ABBREVIATIONS, *_AMBIGUOUS))})", _with_abbreviation(),
        zoned=True,
    ),
    Notation("ISO 8601 without a zone", _ISO, "TRY_CAST(replace({t}, ',', '.') AS TIMESTAMP)", zoned=False),
    Notation(
        "basic ISO 8601", r"\d{8}T\d{6}(?:\.\d+)?Z", "try_strptime(bare({t}), ['%Y%m%dT%H%M%S.%fZ', '%Y%m%dT%H%M%SZ']) "
        "AT TIME ZONE 'UTC'", zoned=True,
    ),
    Notation(
        "day/month/year:time zone", rf"\d\d?/[A-Z][a-z]{{2}}/\d{{4}}:{_CLOCK}(?:\.\d+)? [+-]\d{{4}}",
        _strptime("%d/%b/%Y:%H:%M:%S %z", "%d/%b/%Y:%H:%M:%S.%f %z"), zoned=True,
    ),
    Notation(
        "day/month/year:time", rf"\d\d?/[A-Z][a-z]{{2}}/\d{{4}}:{_CLOCK}(?:\.\d+)?",
        _strptime(*_optional_fraction("%d/%b/%Y:%H:%M:%S")), zoned=False,
    ),
    Notation(
        "year/month/day time", rf"\d{{4}}/\d\d/\d\d(?: -)? {_CLOCK}(?:[.,]\d+)?",
        "TRY_CAST(replace(replace(replace({t}, ' - ', ' '), '/', '-'), ',', '.') AS TIMESTAMP)", zoned=False,
    ),
    Notation(
        "year.month.day time", rf"\d{{4}}\.\d\d\.\d\d {_CLOCK}(?:\.\d+)?",
        _strptime(*_optional_fraction("%Y.%m.%d %H:%M:%S")), zoned=False,
    ),
    Notation(
        "year-month-day-hour.minute.second", r"\d{4}-\d\d-\d\d-\d\d\.\d\d\.\d\d(?:\.\d+)?",
        _strptime(*_optional_fraction("%Y-%m-%d-%H.%M.%S")), zoned=False,
    ),
    Notation(
        "compact date and time, milliseconds", r"\d{8}-\d{1,2}:\d{1,2}:\d{1,2}:\d{1,3}",
        "try_strptime(regexp_extract({t}, '^(.*):', 1), '%Y%m%d-%H:%M:%S') "
        "+ to_milliseconds(TRY_CAST(regexp_extract({t}, ':(\\d+)$', 1) AS INTEGER))", zoned=False,
    ),
    Notation(
        "compact date and time", r"\d{8} \d\d:\d\d:\d\d|\d{14}", _strptime("%Y%m%d %H:%M:%S", "%Y%m%d%H%M%S"), zoned=False,
    ),
    Notation(
        "two-digit year", rf"\d{{6}} \d{{6}}|\d{{2}}/\d\d/\d\d {_CLOCK}(?:[.,]\d+)?|\d{{6}} \d{{1,2}}:\d\d:\d\d",
        _strptime("%y%m%d %H%M%S", "%y/%m/%d %H:%M:%S", "%y/%m/%d %H:%M:%S,%f", "%y/%m/%d %H:%M:%S.%f", "%y%m%d %H:%M:%S"),
        zoned=False,
    ),
    Notation(
        "weekday, month, day, time, year",
        rf"[A-Z][a-z]{{2}} [A-Z][a-z]{{2}} [ \d]?\d {_CLOCK}(?:\.\d+)? \d{{4}}",
        _strptime("%a %b %d %H:%M:%S %Y", "%a %b %d %H:%M:%S.%f %Y"), zoned=False,
    ),
    Notation(
        "month, day, time, zone, year",
        rf"[A-Z][a-z]{{2}} [A-Z][a-z]{{2}} [ \d]?\d {_CLOCK} (?:\d{{4}} [+-]\d{{4}}|[+-]\d{{4}} \d{{4}})",
        _strptime("%a %b %d %H:%M:%S %Y %z", "%a %b %d %H:%M:%S %z %Y"), zoned=True,
    ),
    Notation(
        "weekday, month, day, time, UTC, year", rf"[A-Z][a-z]{{2}} [A-Z][a-z]{{2}} [ \d]?\d {_CLOCK} (?:UTC|GMT) \d{{4}}",
        "try_strptime(regexp_replace(bare({t}), ' (UTC|GMT) ', ' '), '%a %b %d %H:%M:%S %Y') AT TIME ZONE 'UTC'", zoned=True,
    ),
    Notation(
        "RFC 5322", rf"[A-Z][a-z]{{2}}, \d\d? [A-Z][a-z]{{2}} \d{{4}} {_CLOCK} (?:GMT|UTC|[+-]\d{{4}})",
        "try_strptime(regexp_replace(bare({t}), '(GMT|UTC)$', '+0000'), '%a, %d %b %Y %H:%M:%S %z')", zoned=True,
    ),
    Notation(
        "day-month-year time zone", rf"\d\d-[A-Z][a-z]{{2}}-\d{{4}} {_CLOCK}(?:\.\d+)? (?:UTC|GMT)",
        "try_strptime(regexp_replace(bare({t}), ' (UTC|GMT)$', ''), ['%d-%b-%Y %H:%M:%S', '%d-%b-%Y %H:%M:%S.%f']) "
        "AT TIME ZONE 'UTC'", zoned=True,
    ),
    Notation(
        "day-month-year time", rf"\d\d-[A-Z][a-z]{{2}}-\d{{4}} {_CLOCK}(?:\.\d+)?(?: [A-Z]\w*(?:/\w+)*)?",
        "try_strptime(regexp_replace(bare({t}), ' [A-Z][A-Za-z_/]*$', ''), ['%d-%b-%Y %H:%M:%S', '%d-%b-%Y %H:%M:%S.%f'])",
        zoned=False,
    ),
    Notation(
        "day month year time", rf"\d\d? [A-Z][a-z]{{2}} \d{{4}} {_CLOCK}(?:\.\d+)?",
        _strptime(*_optional_fraction("%d %b %Y %H:%M:%S")), zoned=False,
    ),
    Notation(
        "month day, year time", r"[A-Z][a-z]{2} \d{1,2}, \d{4},?(?: @)? \d{1,2}:\d\d:\d\d(?:\.\d+)?(?: ?[AP]M)?",
        "try_strptime(replace(replace(bare({t}), ' @', ''), '\u202f', ' '), ['%b %d, %Y %I:%M:%S %p', "
        "'%b %d, %Y, %I:%M:%S %p', '%b %d, %Y %H:%M:%S.%f', '%b %d, %Y %H:%M:%S'])", zoned=False,
    ),
    Notation(
        "month/day/year time", r"\d{1,2}/\d{1,2}/\d{4},? \d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[AP]M)?",
        _strptime("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M:%S.%f %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M:%S",
                  "%m/%d/%Y %H:%M:%S.%f", "%m/%d/%Y %H:%M", "%m/%d/%Y, %I:%M:%S %p", "%m/%d/%Y, %H:%M:%S"), zoned=False,
    ),
    Notation(
        "day.month.year time", rf"\d\d?\.\d\d?\.\d{{4}},? {_CLOCK}(?:[.,]\d+)?",
        "try_strptime(replace(regexp_replace(bare({t}), '^([0-9.]+),', '\\1'), ',', '.'), "
        "['%d.%m.%Y %H:%M:%S', '%d.%m.%Y %H:%M:%S.%f'])", zoned=False,
    ),
    Notation(
        "month day time, without the year", rf"[A-Z][a-z]{{2}} [ \d]?\d {_CLOCK}(?:\.\d+)?",
        "try_strptime('2000 ' || bare({t}), ['%Y %b %d %H:%M:%S', '%Y %b %d %H:%M:%S.%f'])", zoned=False, missing="year",
    ),
    Notation(
        "month-day time, without the year", rf"\d\d-\d\d {_CLOCK}[.,]\d+",
        "TRY_CAST('2000-' || replace(bare({t}), ',', '.') AS TIMESTAMP)", zoned=False, missing="year",
    ),
    Notation(
        "month.day time, without the year", rf"\d\d\.\d\d {_CLOCK}",
        "try_strptime('2000.' || bare({t}), '%Y.%m.%d %H:%M:%S')", zoned=False, missing="year",
    ),
    Notation(
        "monthday time, without the year", rf"\d{{4}} {_CLOCK}\.\d+",
        "try_strptime('2000' || bare({t}), '%Y%m%d %H:%M:%S.%f')", zoned=False, missing="year",
    ),
    Notation(
        "time of day, without the date", rf"{_CLOCK}(?:[.,]\d+)?",
        "TRY_CAST('2000-01-01 ' || replace(bare({t}), ',', '.') AS TIMESTAMP)", zoned=False, missing="date",
    ),
)  # fmt: skip

# Matches a time with a date inside a line.
ANY_TIMESTAMP: Final = "|".join(
    f"(?:{notation.pattern})" for notation in NOTATIONS if notation.name != "epoch" and notation.missing != "date"
)


def detect_notation(values: Iterable[object]) -> Notation | None:
    """Return the notation of the values, None if it is unknown.

    If an export mixes several complete notations, the result reads them all, and times without a zone
    are read in the file's zone. If the most frequent one lacks the year or the date, it is the only one used.

    Examples
    --------
    >>> detect_notation(["Jan  7 03:00:00"]).missing
    'year'
    """
    counts = Counter(notation for value in values if (notation := _notation_of(str(value))))
    notations = [notation for notation, _ in counts.most_common()]
    if len(notations) < 2 or notations[0].missing:
        return notations[0] if notations else None
    return _combined([notation for notation in notations if not notation.missing])


@lru_cache(maxsize=1024)
def _notation_of(text: str) -> Notation | None:
    """Return the notation of a value; that of recent ones is remembered, because many formats are tried on the same values."""
    match = _any_notation().fullmatch(text)
    return NOTATIONS[int(str(match.lastgroup).removeprefix("notation_"))] if match else None


@cache
def _any_notation() -> re.Pattern[str]:
    """Return the pattern of a whole value in any notation, with one group for each; the first one that matches is used."""
    alternatives = "|".join(f"(?P<notation_{number}>{notation.pattern})" for number, notation in enumerate(NOTATIONS))
    return re.compile(rf"\s*(?:{alternatives})\s*", re.ASCII)


def _combined(notations: Iterable[Notation]) -> Notation:
    """Return one notation that reads all of the given ones; those with a zone are tried first."""
    ordered = sorted(notations, key=lambda notation: not notation.zoned)
    zoned = any(notation.zoned for notation in ordered)
    parts = [f"CAST({notation.sql} AS TIMESTAMPTZ)" if zoned and not notation.zoned else notation.sql for notation in ordered]
    name = " or ".join(notation.name for notation in ordered)
    return Notation(name, "|".join(f"(?:{notation.pattern})" for notation in ordered), f"coalesce({', '.join(parts)})", zoned)


def is_timestamp(value: object) -> bool:
    """Return whether a value is a time with a date, in any notation."""
    notation = _notation_of(str(value))
    return notation is not None and notation.missing != "date"
