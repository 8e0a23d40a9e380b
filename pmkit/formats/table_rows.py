"""Reads the rows of tables as people make them: framed with bars, with the zone in a column's name, with the day in a column of its own."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Protocol

from pmkit.formats.fields import spelling
from pmkit.formats.record import Record

# A field may be long, such as a stack trace or a whole document.
_LONGEST_FIELD: Final = 1 << 30
_DATE: Final = re.compile(r"\d{4}-\d\d")
_FRAMED: Final = re.compile(r"\s*\|(.*)\|\s*")
_BORDER: Final = re.compile(r"\s*[+|][-=+|: ]*[-=][-=+|: ]*[+|]\s*")
_BAR: Final = re.compile(r"\s*\|\s*")

# A zone behind the name of a column, such as in `Resolved at (UTC)`; the end of a time that has a zone of its own.
_ZONE: Final = re.compile(r"(.*\S)\s*[(\[](UTC|GMT|Z|Zulu|[+-]\d\d:?\d\d)[)\]]", re.IGNORECASE)
_ZONED: Final = re.compile(r".*(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\s*")
_WITH_CLOCK: Final = re.compile(r".*\d:\d\d.*")

# The names of a column of days, and of one of times of day beside it.
_DAYS: Final = frozenset(("date", "day", "datum", "tag", "fecha", "data", "jour", "giorno", "dia", "día", "datestamp"))
_CLOCKS: Final = frozenset(("time", "clock", "timeofday", "uhrzeit", "zeit", "heure", "hora", "ora", "tijd"))
_CLOCK: Final = re.compile(r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s?[AaPp]\.?[Mm]\.?)?")


def is_header(names: Sequence[str]) -> bool:
    """Return whether the values of a row are distinct names of columns."""
    are_names = len(names) > 1 and any(names) and len(set(names)) == len(names)
    return are_names and not any(_DATE.match(name) or is_number(name) for name in names)


def is_number(text: str) -> bool:
    """Return whether a text is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


class CsvRows(Protocol):
    """The rows of a table, as `csv.reader` returns them.

    Attributes
    ----------
    line_num : int
        The number of lines read so far.
    """

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


def csv_rows(lines: Iterable[str], delimiter: str = ",") -> CsvRows:
    """Return the rows of a table; its fields may be long, such as a stack trace or a whole document."""
    csv.field_size_limit(_LONGEST_FIELD)
    return csv.reader(lines, delimiter=delimiter)


def rows_until_broken(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """Yield the rows of a table up to one that cannot be read."""
    try:
        yield from rows
    except csv.Error:
        return


def is_framed(line: str) -> bool:
    """Return whether a line is a row, or a border, of a table that is framed with bars.

    Examples
    --------
    >>> is_framed("| Time | Who |"), is_framed("+------+-----+"), is_framed("a | b")
    (True, True, False)
    """
    return _FRAMED.fullmatch(line) is not None or _BORDER.fullmatch(line) is not None


def unframed(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a table without its frame: cells between bars, and an empty line for each border.

    Examples
    --------
    >>> list(unframed(["+---+---+", "| a | b |", "|:--|--:|", "| 1 | 2 |"]))
    ['', 'a|b', '', '1|2']
    """
    for line in lines:
        match = _FRAMED.fullmatch(line)
        yield "" if match is None or _BORDER.fullmatch(line) else _BAR.sub("|", match[1].strip())


def record_maker(names: Sequence[str]) -> Callable[[Sequence[str]], Record]:
    """Return the function that makes a record of the cells of a row.

    Parameters
    ----------
    names : sequence of str
        The names of the columns.

    Examples
    --------
    >>> record_maker(["Alert", "Start (UTC)"])(["Slow", "2026-01-17 03:00"])
    {'Alert': 'Slow', 'Start': '2026-01-17 03:00 UTC'}
    >>> record_maker(["Date", "Time", "Errors"])(["2026-01-17", "03:00", "7"])
    {'Date': '2026-01-17 03:00', 'Errors': '7'}
    """
    zones = {name: match for name in names if (match := _ZONE.fullmatch(name)) and match[1] not in names}
    spellings = {spelling(name): name for name in names}
    day = next((name for key, name in spellings.items() if key in _DAYS), None)
    clock = next((name for key, name in spellings.items() if key in _CLOCKS), None)
    if not zones and (day is None or clock is None):
        return lambda cells: dict(zip(names, cells, strict=True))

    def record_of(cells: Sequence[str]) -> Record:
        record = dict(zip(names, cells, strict=True))
        if (
            day is not None
            and clock is not None
            and not _WITH_CLOCK.fullmatch(record[day])
            and _CLOCK.fullmatch(record[clock].strip())
        ):
            record = {
                name: f"{cell} {record[clock].strip()}" if name == day else cell for name, cell in record.items() if name != clock
            }
        return {zones[name][1] if name in zones else name: _zoned(cell, zones.get(name)) for name, cell in record.items()}

    return record_of


def _zoned(cell: str, zone: re.Match[str] | None) -> str:
    """Return a cell with the zone that its column's name states, unless it has a zone or is no time of day."""
    if zone is None or _ZONED.fullmatch(cell) or not _WITH_CLOCK.fullmatch(cell):
        return cell
    return f"{cell}{zone[2]}" if zone[2][0] in "+-" else f"{cell} UTC"
