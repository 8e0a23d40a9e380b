"""One way to write a time: a pattern, and the SQL that reads what it matches."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from pmkit.core import sql
from pmkit.formats import calendar_words
from pmkit.formats.time_zones import offset_sql

Missing = Literal["", "year", "date", "order"]

# A named group of a pattern is a part of a time: the year (y), the month as a number (m), by its English name (b) or its name
# in another language (other), the day (d), of the year (j), or of the week (k) in a week (w); the clock (c) or hour, minute and second (h, i, s); the digits of the fraction
# (f) or milliseconds (ms), AM or PM (p); the zone as an offset or abbreviation (z) or as a region (region).
_GROUP: Final = re.compile(r"\(\?P<(\w+)>")


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
        Whether the SQL determines a moment: by a zone or an offset, or as an epoch.
    missing : str
        What a value lacks and must be inferred: nothing, the year, the whole date, or the order of day and month.
    in_utc : bool
        Whether the wall-clock time is UTC, because a value has a zone although it lacks the year.
    partly_zoned : bool
        Whether some values have a zone and others are read in that of the file.
    digits_only : bool
        Whether a value looks like any other number, so that it is a time only where one is expected.
    """

    name: str
    pattern: str
    sql: str
    zoned: bool
    missing: Missing = ""
    in_utc: bool = False
    partly_zoned: bool = False
    digits_only: bool = False


def notation(name: str, pattern: str, *fast: str, missing: Missing = "", digits_only: bool = False) -> Notation:
    r"""Return a notation that reads whatever its pattern matches.

    Parameters
    ----------
    pattern : str
        Regular expression, whose named groups are the parts of a time.
    fast : sequence of str
        Cheaper SQL for frequent values, which is tried before; null for any other value.

    Examples
    --------
    >>> notation("day", r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d) (?P<c>\d\d:\d\d)").pattern
    '(?:\\d{4})-(?:\\d\\d)-(?:\\d\\d) (?:\\d\\d:\\d\\d)'
    """
    names = _GROUP.findall(pattern)
    has_zone = "z" in names or "region" in names
    in_utc = has_zone and missing == "year"
    query = _reading(pattern, names, in_utc=in_utc)
    return Notation(
        name,
        _GROUP.sub("(?:", pattern),
        f"coalesce({', '.join([*fast, query])})" if fast else query,
        zoned=has_zone and not in_utc,
        missing=missing,
        in_utc=in_utc,
        digits_only=digits_only,
    )


def strptime(*formats: str) -> str:
    """Return the SQL that reads a time in the first of some formats that fits; null if none does.

    DuckDB takes a list of formats, too, but then adds an hour to a time with an offset while the session's zone has summer time.
    """
    return f"coalesce({', '.join(f'try_strptime(bare({{t}}), {sql.quoted(each)})' for each in formats)})"


def _reading(pattern: str, names: list[str], *, in_utc: bool) -> str:
    """Return the SQL that reads whatever a pattern matches: a moment if it has a zone, unless it is to be a wall-clock time."""
    time = _wall_clock(names)
    if "region" in names:
        time = f"TRY_CAST(concat({time}, ' ', part.region) AS TIMESTAMPTZ)"
    elif "z" in names:
        time = f"{time} - to_seconds({offset_sql('part.z')})"
        time = time if in_utc else f"make_timestamptz(epoch_us({time}))"
    whole = sql.quoted(f"^(?:{_GROUP.sub('(', pattern)})$").replace("{", "{{").replace("}", "}}")
    # The lambda keeps the parts from being extracted once for each of their uses.
    return f"list_transform([regexp_extract(bare({{t}}), {whole}, {names})], lambda part: {time})[1]"


def _wall_clock(names: list[str]) -> str:
    """Return the SQL of a wall-clock time from the parts of these names; without a year or a date, that of 2000-01-01."""
    year = "CASE WHEN length(part.y) = 4 THEN '' WHEN part.y < '70' THEN '20' ELSE '19' END, part.y" if "y" in names else "'2000'"
    months = {"m": "part.m", "b": "english_month(part.b)", "other": calendar_words.number_sql("part.other")}
    month = next((months[name] for name in names if name in months), "1")
    if "j" in names:
        day = _counted_day("concat(part.y, '-', part.j)", "%Y", "%Y-%j")
    elif "w" in names:
        day = _counted_day("concat(part.y, '-', part.w, '-', part.k)", "%G", "%G-%V-%u")
    else:
        day = f"concat({year}, '-', {month}, '-', {'part.d' if 'd' in names else '1'})"
    clock = "part.c" if "c" in names else "concat(part.h, ':', part.i, ':', part.s)"
    fraction = "lpad(part.ms, 3, '0')" if "ms" in names else "part.f" if "f" in names else "''"
    half = "part.p" if "p" in names else "''"
    return f"wall_clock({day}, {clock}, {fraction}, {half})"


def _counted_day(text: str, year: str, form: str) -> str:
    """Return the SQL of a day from a text that counts the days or weeks of its year; null if the year has fewer of them."""
    return (
        f"list_transform([try_strptime({text}, '{form}')], "
        f"lambda date: CASE WHEN strftime(date, '{year}') = part.y THEN strftime(date, '%Y-%m-%d') END)[1]"
    )
