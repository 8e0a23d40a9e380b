"""A table of the notations in which exports write times."""

from __future__ import annotations

from typing import Final

from pmkit.formats import calendar_words
from pmkit.formats.notation import Missing, Notation, notation, strptime
from pmkit.formats.time_zones import ABBREVIATION, IANA, OFFSET

# The parts of a time; see `notation` for the names of the groups.
_YEAR: Final = r"(?P<y>19[7-9]\d|2[01]\d\d)"
_SHORT_YEAR: Final = r"(?P<y>19[7-9]\d|2[01]\d\d|\d\d)"
_MONTH: Final = r"(?P<m>0?[1-9]|1[0-2])"
_MONTH_2: Final = r"(?P<m>0[1-9]|1[0-2])"
_DAY: Final = r"(?P<d>0?[1-9]|[12]\d|3[01])"
_DAY_2: Final = r"(?P<d>0[1-9]|[12]\d|3[01])"
_NAME: Final = rf"(?P<b>{calendar_words.ENGLISH})\.?"
_OTHER_NAME: Final = rf"(?P<other>{calendar_words.OTHER})\.?"
_WEEKDAY: Final = rf"(?:{calendar_words.WEEKDAY},? +)?"
_HOUR: Final = r"(?:[01]?\d|2[0-3])"
_MINUTE: Final = r"[0-5]\d"
_SECOND: Final = r"(?:[0-5]\d|60)"
_WITH_SECONDS: Final = rf"24:00:00|{_HOUR}:{_MINUTE}:{_SECOND}"
_FRACTION: Final = r"(?:[.,](?P<f>\d{1,9}))?"
_HALF: Final = "(?:[ \u202f]?(?P<p>(?i:[ap]\\.m\\.|[ap]m\\b)))?"
_CLOCK: Final = rf"(?P<c>{_WITH_SECONDS}){_FRACTION}{_HALF}"
_CLOCK_OR_MINUTES: Final = rf"(?P<c>{_WITH_SECONDS}|{_HOUR}:{_MINUTE}){_FRACTION}{_HALF}"
_CLOCK_WITH_MILLISECONDS: Final = rf"(?P<c>{_HOUR}:{_MINUTE}:{_SECOND}):(?P<f>\d{{3}})"
_DIGITS_OF_CLOCK: Final = rf"(?P<h>[01]\d|2[0-3])(?P<i>{_MINUTE})(?P<s>{_SECOND})"
_ZONE: Final = rf" ?(?P<z>{OFFSET}|(?:{ABBREVIATION})\b)"
# Go writes the abbreviation after the offset, and the reading of a monotonic clock. Another word there may be a severity.
_GO_ZONE: Final = rf"(?: (?:{ABBREVIATION}|[+-]\d\d)\b)?(?: m=[+-][\d.]+)?"
_AFTER_DATE: Final = r"(?:[Tt_:]|,? {1,2}| - )"

_ISO_DATE: Final = rf"{_YEAR}-{_MONTH}-{_DAY}"
_DIGITS_OF_DATE: Final = rf"{_YEAR}{_MONTH_2}{_DAY_2}"
_ORDINAL_DATE: Final = rf"{_YEAR}-(?P<j>[0-2]\d\d|3[0-5]\d|36[0-6])"
_WEEK_DATE: Final = rf"{_YEAR}-W(?P<w>[0-4]\d|5[0-3])-(?P<k>[1-7])"
_NAMED_DAY: Final = rf"{_WEEKDAY}(?:{_NAME} {{1,2}}{_DAY})"

# The most frequent times end with Z, UTC or an offset; reading them needs no list of abbreviations, which would make each query
# longer to plan. The cast would read abbreviations in meanings of its own.
_ISO_OFFSET: Final = (
    r"(?:19[7-9]\d|2[01]\d\d)-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[T ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d"
    r"(?:\.\d{1,9}(?:Z| UTC)|(?:[.,]\d{1,9})? ?[+-](?:0\d|1[0-4]):?[0-5]\d|Z| UTC)"
)
_ISO_ZONED: Final = """CASE
    WHEN ends_with({t}, 'Z') AND right({t}, 2) < ':' THEN TRY_CAST({t} AS TIMESTAMPTZ)
    WHEN ends_with({t}, ' UTC') THEN TRY_CAST(replace(concat(left({t}, length({t}) - 4), 'Z'), ',', '.') AS TIMESTAMPTZ)
    WHEN substr({t}, length({t}) - 5, 1) IN ('+', '-') OR substr({t}, length({t}) - 4, 1) IN ('+', '-')
    THEN TRY_CAST(replace(replace(replace({t}, ' +', '+'), ' -', '-'), ',', '.') AS TIMESTAMPTZ) END"""

_EPOCH: Final = """CASE WHEN strlen(bare({t})) > 17 AND NOT contains({t}, '.')
    THEN make_timestamptz(TRY_CAST({t} AS BIGINT) // 1000) ELSE from_epoch(TRY_CAST(bare({t}) AS DOUBLE)) END"""


# A label counts seconds from 2^62; that of 1970 is 10.
_TAI64N: Final = """make_timestamptz((TRY_CAST('0x' || substr(bare({t}), 2, 16) AS BIGINT) - 4611686018427387914) * 1000000
    + TRY_CAST('0x' || substr(bare({t}), 18, 8) AS BIGINT) // 1000)"""


def _cast(time: str) -> str:
    """Return the SQL that casts a text to a wall-clock time; the cast would ignore what stands after it, such as PM."""
    return f"CASE WHEN right({{t}}, 1) BETWEEN '0' AND '9' THEN TRY_CAST(replace({time}, ',', '.') AS TIMESTAMP) END"


def _with_and_without_zone(
    name: str, date_and_time: str, zoned: str = "", plain: str = "", missing: Missing = ""
) -> list[Notation]:
    """Return two notations, with a zone and without; `zoned` and `plain` are cheaper SQL for frequent values of each."""
    return [
        notation(f"{name}, with a zone", date_and_time + _ZONE, *([zoned] if zoned else []), missing=missing),
        notation(name, date_and_time, *([plain] if plain else []), missing=missing),
    ]


# Every known notation; if several match a value, the first one is used.
NOTATIONS: Final[tuple[Notation, ...]] = (
    Notation(
        "epoch", r"-?(?:\d{9,10}(?:\.\d+)?|\d{12,13}(?:\.\d+)?|\d{15,16}|\d{18,19}|\d(?:\.\d+)?[eE]\+?\d+)", _EPOCH,
        zoned=True, digits_only=True,
    ),
    Notation(
        "/Date(milliseconds)/", r"/Date\(\d{12,13}(?:[+-]\d{4})?\)/",
        "make_timestamptz(TRY_CAST(regexp_extract({t}, '\\d+') AS BIGINT) * 1000)", zoned=True,
    ),
    Notation("TAI64N", "@40000000[0-9a-f]{8}(?:[0-3][0-9a-f]{7})", _TAI64N, zoned=True),
    Notation("ISO 8601, with an offset", _ISO_OFFSET, _ISO_ZONED, zoned=True),
    notation(
        "ISO 8601, with a zone", rf"{_ISO_DATE}{_AFTER_DATE}{_CLOCK_OR_MINUTES}{_ZONE}{_GO_ZONE}", _ISO_ZONED,
    ),
    notation(
        "ISO 8601", rf"{_ISO_DATE}{_AFTER_DATE}{_CLOCK_OR_MINUTES}", _cast("{t}"),
    ),
    *_with_and_without_zone(
        "ISO 8601, milliseconds after a colon", rf"{_ISO_DATE}{_AFTER_DATE}{_CLOCK_WITH_MILLISECONDS}"
    ),
    *_with_and_without_zone(
        "basic ISO 8601", rf"{_DIGITS_OF_DATE}[T -]{_DIGITS_OF_CLOCK}{_FRACTION}", strptime("%Y%m%dT%H%M%S.%fZ", "%Y%m%dT%H%M%SZ")
        + " AT TIME ZONE 'UTC'",
    ),
    *_with_and_without_zone("year and day of the year, time", rf"{_ORDINAL_DATE}[T ]{_CLOCK_OR_MINUTES}"),
    *_with_and_without_zone("year, week and day of the week, time", rf"{_WEEK_DATE}[T ]{_CLOCK_OR_MINUTES}"),
    notation("digits of the date, dot, digits of the time", rf"{_DIGITS_OF_DATE}\.{_DIGITS_OF_CLOCK}{_FRACTION}"),
    notation("digits of date and time", rf"{_DIGITS_OF_DATE}{_DIGITS_OF_CLOCK}", strptime("%Y%m%d%H%M%S"), digits_only=True),
    *_with_and_without_zone(
        "digits of the date, time", rf"{_DIGITS_OF_DATE}[T -]{_CLOCK}", plain=strptime("%Y%m%d %H:%M:%S"),
    ),
    notation(
        "digits of the date, time, milliseconds after a colon",
        rf"{_DIGITS_OF_DATE}[ -](?P<h>{_HOUR}):(?P<i>[0-5]?\d):(?P<s>[0-5]?\d):(?P<ms>\d{{1,3}})",
    ),
    *_with_and_without_zone(
        "day/month/year:time", rf"{_DAY}/{_NAME}/{_YEAR}[: ]{_CLOCK}",
        strptime("%d/%b/%Y:%H:%M:%S %z", "%d/%b/%Y:%H:%M:%S.%f %z"), strptime("%d/%b/%Y:%H:%M:%S", "%d/%b/%Y:%H:%M:%S.%f"),
    ),
    *_with_and_without_zone(
        "year/month/day time", rf"{_YEAR}/{_MONTH}/{_DAY}{_AFTER_DATE}{_CLOCK_OR_MINUTES}",
        plain=_cast("replace({t}, '/', '-')"),
    ),
    *_with_and_without_zone("year.month.day time", rf"{_YEAR}\.{_MONTH}\.{_DAY}{_AFTER_DATE}{_CLOCK}"),
    notation(
        "year-month-day-hour.minute.second", rf"{_ISO_DATE}-(?P<h>[01]\d|2[0-3])\.(?P<i>{_MINUTE})\.(?P<s>{_SECOND}){_FRACTION}",
    ),
    notation("six digits of the date, six of the time", rf"(?P<y>\d\d){_MONTH_2}{_DAY_2} {_DIGITS_OF_CLOCK}", strptime("%y%m%d %H%M%S")),
    notation("six digits of the date, time", rf"(?P<y>\d\d){_MONTH_2}{_DAY_2} {{1,2}}{_CLOCK}"),
    notation("two-digit year/month/day time", rf"(?P<y>\d\d)/{_MONTH_2}/{_DAY_2} {_CLOCK}", strptime("%y/%m/%d %H:%M:%S")),
    notation("month, day, time, zone, year", rf"{_NAMED_DAY} {_CLOCK}{_ZONE} {_YEAR}"),
    *_with_and_without_zone(
        "month, day, time, year", rf"{_NAMED_DAY} {_CLOCK} {_YEAR}",
        plain=strptime("%a %b %d %H:%M:%S.%f %Y", "%a %b %d %H:%M:%S %Y"),
    ),
    notation("day, month, time, zone, year", rf"{_WEEKDAY}{_DAY}\.? {_NAME} {_CLOCK}{_ZONE} {_YEAR}"),
    notation("day month year time region", rf"{_DAY}[ -]{_NAME}[ -]{_YEAR}[ :]{_CLOCK} (?P<region>{IANA})"),
    *_with_and_without_zone(
        "day month year time", rf"{_WEEKDAY}{_DAY}\.?[ -]{_NAME}[ -]{_YEAR},?[ :]{_CLOCK_OR_MINUTES}",
        plain=strptime("%d-%b-%Y %H:%M:%S.%f", "%d %b %Y %H:%M:%S.%f"),
    ),
    *_with_and_without_zone("day-month-two-digit year time", rf"{_WEEKDAY}{_DAY}-{_NAME}-(?P<y>\d\d) {_CLOCK}"),
    notation("date and time of JavaScript", rf"{_NAMED_DAY} {_YEAR} {_CLOCK} (?P<z>{OFFSET}) \([^()]*\)"),
    *_with_and_without_zone("month day, year time", rf"{_NAMED_DAY},? {_YEAR},?(?: @| at)? {_CLOCK_OR_MINUTES}"),
    *_with_and_without_zone(
        "day month year time, not in English",
        rf"{_WEEKDAY}{_DAY}\.?(?: de)?[ -]{_OTHER_NAME}(?: de)?[ -]{_YEAR},?[ :]{_CLOCK_OR_MINUTES}",
    ),
    *_with_and_without_zone(
        "month day, year time, not in English", rf"{_WEEKDAY}{_OTHER_NAME} {{1,2}}{_DAY},? {_YEAR},? {_CLOCK_OR_MINUTES}"
    ),
    notation("day, month, time, zone, year, not in English", rf"{_WEEKDAY}{_DAY}\.? {_OTHER_NAME} {_CLOCK}{_ZONE} {_YEAR}"),
    *_with_and_without_zone("month/day/year time", rf"{_MONTH}[/-]{_DAY}[/-]{_SHORT_YEAR}(?:,|,? |-){_CLOCK_OR_MINUTES}"),
    *_with_and_without_zone("day/month/year time", rf"{_DAY}[/-]{_MONTH}[/-]{_SHORT_YEAR}(?:,|,? |-){_CLOCK_OR_MINUTES}"),
    *_with_and_without_zone(
        "month/day/year time, milliseconds after a colon", rf"{_MONTH}/{_DAY}/{_SHORT_YEAR},? {_CLOCK_WITH_MILLISECONDS}"
    ),
    *_with_and_without_zone(
        "day/month/year time, milliseconds after a colon", rf"{_DAY}/{_MONTH}/{_SHORT_YEAR},? {_CLOCK_WITH_MILLISECONDS}"
    ),
    *_with_and_without_zone(
        "day.month.year time, milliseconds after a colon", rf"{_DAY}\.{_MONTH}\.{_SHORT_YEAR},? {_CLOCK_WITH_MILLISECONDS}"
    ),
    *_with_and_without_zone("day.month.year time", rf"{_DAY}\.{_MONTH}\.{_SHORT_YEAR},? {_CLOCK_OR_MINUTES}"),
    *_with_and_without_zone(
        "month day time, without the year", rf"{_WEEKDAY}{_NAME} {{1,2}}{_DAY},? {_CLOCK}", missing="year",
        plain="try_strptime('2000 ' || bare({t}), ['%Y %b %d %H:%M:%S', '%Y %b %d %H:%M:%S.%f'])",
    ),
    *_with_and_without_zone("day month time, without the year", rf"{_WEEKDAY}{_DAY}\.? {_NAME} {_CLOCK}", missing="year"),
    notation("month day time, without the year, not in English", rf"{_OTHER_NAME} {{1,2}}{_DAY},? {_CLOCK}", missing="year"),
    notation("day month time, without the year, not in English", rf"{_DAY}\.? {_OTHER_NAME} {_CLOCK}", missing="year"),
    notation("month-day time, without the year", rf"{_MONTH_2}[-/]{_DAY_2} {_CLOCK}", missing="year"),
    notation("day-month time, without the year", rf"{_DAY_2}[-/]{_MONTH_2} {_CLOCK}", missing="year"),
    notation("month.day time, without the year", rf"{_MONTH_2}\.{_DAY_2}\.? {_CLOCK}", missing="year"),
    notation("day.month time, without the year", rf"{_DAY_2}\.{_MONTH_2}\.? {_CLOCK}", missing="year"),
    notation("monthday time, without the year", rf"{_MONTH_2}{_DAY_2} {_CLOCK}", missing="year"),
    notation(
        "time of day, without the date", _CLOCK, _cast("concat('2000-01-01 ', bare({t}))"),
        missing="date",
    ),
    notation("time of day, milliseconds after a colon", rf"(?P<c>{_WITH_SECONDS}):(?P<f>\d{{3}})", missing="date"),
)  # fmt: skip

# Notations of dates whose order some values do not show, each with the one in which the day stands first.
DAY_FIRST: Final = {
    "month/day/year time, with a zone": "day/month/year time, with a zone",
    "month/day/year time": "day/month/year time",
    "month/day/year time, milliseconds after a colon, with a zone": "day/month/year time, milliseconds after a colon, with a zone",
    "month/day/year time, milliseconds after a colon": "day/month/year time, milliseconds after a colon",
    "month-day time, without the year": "day-month time, without the year",
    "month.day time, without the year": "day.month time, without the year",
}


def _any_timestamp() -> str:
    """Return the regular expression of a time with a date inside a line."""
    dated = [each for each in NOTATIONS if not each.digits_only and each.missing != "date"]
    patterns = {each.name: each.pattern for each in dated}
    # One optional zone after all of them keeps the expression short.
    zoned = {f"{name}, with {kind}" for name in patterns for kind in ("a zone", "an offset")}
    plain = [pattern for name, pattern in patterns.items() if name not in zoned]
    return _in_line("|".join(plain))


def _in_line(pattern: str) -> str:
    """Return the regular expression of a time inside a line, with the zone that may stand after it."""
    zone = _ZONE.replace("(?P<z>", "(?:")
    return f"(?:{pattern})(?:{zone}(?: UTC)?(?: m=[+-][0-9.]+)?)?"


ANY_TIMESTAMP: Final = _any_timestamp()


def for_notation(pattern: str, notation: Notation) -> str | None:
    """Return a pattern that contains `ANY_TIMESTAMP` for times in one notation, which is many times as fast.

    None if there is no such pattern.
    """
    has_any = ANY_TIMESTAMP in pattern and not notation.digits_only
    return pattern.replace(ANY_TIMESTAMP, _in_line(notation.pattern)) if has_any else None
