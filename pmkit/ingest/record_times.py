"""Reads the times of records, such as alerts and chat messages, in whatever notations they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import duckdb

from pmkit.core import sql
from pmkit.formats.notation import Missing, Notation
from pmkit.formats.time_zones import ambiguous_abbreviations, meaning_of
from pmkit.formats.timestamps import grouped_by_notation
from pmkit.ingest.missing_dates import MONTH_FIRST, complete_dates
from pmkit.ingest.relations import create_table
from pmkit.ingest.request import Request
from pmkit.ingest.wall_clock import believable

# Texts in one notation, each with its wall-clock time or its moment.
_READ: Final = """
    SELECT row_number() OVER () AS line, time_text, {time} AS {kind} FROM (SELECT unnest($texts) AS time_text)
"""

# The moments of texts in one notation, microseconds since 1970, UTC.
_MOMENTS: Final = "SELECT time_text, epoch_us({believable}) + {offset} FROM (SELECT time_text, {moment} AS moment FROM {read})"


# How tools for people write times, and what stands for them in a usual notation: a day with a year of two digits, an offset
# with a dot, a clock without seconds.
_REWRITTEN: Final = (
    (re.compile(r"(\d{1,2})/([A-Za-z]{3})/(\d\d) (\d{1,2}:\d\d.*)", re.ASCII), r"\1 \2 20\3 \4"),
    (re.compile(r"(\d{1,2})/([A-Za-z]{3})/(\d{4}) (\d{1,2}:\d\d(?: [AP]M)?)", re.ASCII), r"\1 \2 \3 \4"),
    (re.compile(r"(\d{4}-\d\d-\d\dT.*[+-]\d\d)\.(\d\d)", re.ASCII), r"\1:\2"),
    (re.compile(r"(\d{1,2}:\d\d)( ?[AaPp]\.?[Mm]\.?)?", re.ASCII), r"\1:00\2"),
)


# Times that are relative to when the export was made: a day by its name with a clock, and an age.
_DAY_AND_CLOCK: Final = re.compile(r"(?P<day>[^\W\d]{3,12}(?:['’]hui)?) (?P<clock>\d\d:\d\d:\d\d)")
_TODAY: Final = ("today", "heute", "aujourd'hui", "hoy", "oggi", "hoje", "vandaag", "dzisiaj", "dziś", "сегодня")
_YESTERDAY: Final = ("yesterday", "gestern", "hier", "ayer", "ieri", "ontem", "gisteren", "wczoraj", "вчера")
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_AGE: Final = re.compile(r"(?=\d)(?:(\d+)y)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)? ago", re.ASCII)
_AGE_UNITS: Final = (365 * 86_400, 86_400, 3600, 60, 1)


def _told_from(text: str, modified: datetime) -> str | None:
    """Return a time that is relative to when the export was made as one with a date; None for other times.

    Examples
    --------
    >>> _told_from("5m10s ago", datetime(2026, 1, 17, 3)), _told_from("Yesterday 15:02:00", datetime(2026, 1, 17, 3))
    ('2026-01-17 02:54:50', '2026-01-16 15:02:00')
    """
    if age := _AGE.fullmatch(text):
        elapsed = sum(int(count) * unit for count, unit in zip(age.groups(), _AGE_UNITS, strict=True) if count)
        return f"{modified - timedelta(seconds=elapsed):%Y-%m-%d %H:%M:%S}"
    match = _DAY_AND_CLOCK.fullmatch(text)
    name = match["day"].lower().replace("’", "'") if match else ""
    if match is None or name not in (*_TODAY, *_YESTERDAY, *_WEEKDAYS):
        return None
    days = 0 if name in _TODAY else 1 if name in _YESTERDAY else (modified.weekday() - _WEEKDAYS.index(name)) % 7 or 7
    return f"{modified - timedelta(days=days):%Y-%m-%d} {match['clock']}"


def _readable(text: str) -> str:
    """Return a time in a notation that logs have, too."""
    for pattern, rewritten in _REWRITTEN:
        if match := pattern.fullmatch(text.strip()):
            return match.expand(rewritten)
    return text


@dataclass
class RecordTimes:
    """Reads the times of an export, and remembers what was assumed.

    Attributes
    ----------
    database : DuckDBPyConnection
        Converts the texts.
    request : Request
        The export and the hints.
    modified : datetime
        When the export was last modified.
    zoned : bool
        Whether all times that were read carry a zone.
    ambiguous : bool
        Whether some have the abbreviation of a zone that stands for several zones.
    lacks : str
        What some of them lack.
    notes : list of str
        What was assumed.
    """

    database: duckdb.DuckDBPyConnection
    request: Request
    modified: datetime
    zoned: bool = True
    ambiguous: bool = False
    lacks: Missing = ""
    notes: list[str] = field(default_factory=list)

    def read(self, texts: Iterable[str]) -> dict[str, int | None]:
        """Return the moments of times in any notations, microseconds since 1970, UTC."""
        modified = self.modified.astimezone(ZoneInfo(self.request.timezone))
        readable = {text: _told_from(text, modified) or _readable(text) for text in texts}
        if any(_told_from(text, modified) for text in readable):
            self.lacks = self.lacks or "date"
            self.notes.append(
                f"days and ages are counted back from when the file was last changed, {modified:%Y-%m-%d %H:%M}, which is a guess"
            )
        moments: dict[str, int | None] = {}
        for notation, same in grouped_by_notation(readable.values()).items():
            moments |= self._read_notation(notation, list(dict.fromkeys(same)))
        return {text: moments[written] for text, written in readable.items() if written in moments}

    def _read_notation(self, notation: Notation, texts: Sequence[str]) -> dict[str, int | None]:
        self.zoned &= notation.zoned or notation.in_utc
        self.lacks = self.lacks or notation.missing
        abbreviations = ambiguous_abbreviations(texts)
        self.ambiguous |= bool(abbreviations)
        self.notes += [meaning_of(name, self.request.timezone) for name in abbreviations]
        timezone, kind = "UTC" if notation.in_utc else self.request.timezone, "moment" if notation.zoned else "naive"
        query = _READ.format(time=notation.sql.format(t="time_text"), kind=kind)
        lines = create_table(self.database, "times", query, {"texts": list(texts)})
        if notation.missing and not notation.zoned:
            zone, beside = ZoneInfo(timezone), self.request.end_beside
            lines, note = complete_dates(
                self.database, lines, notation.missing, self.modified.astimezone(zone), beside and beside.astimezone(zone)
            )
            self.notes.append(note)
        elif notation.missing:
            self.notes.append(MONTH_FIRST)
        moments = _MOMENTS.format(
            believable=believable("moment"),
            offset=round(self.request.clock_offset_s * 1e6),
            moment="moment" if notation.zoned else f"naive AT TIME ZONE {sql.quoted(timezone)}",
            read=lines,
        )
        return dict(self.database.execute(moments).fetchall())
