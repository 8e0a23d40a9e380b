"""Finds the date of a log whose lines have a time of day only, in a line above them such as `Log opened 2026-01-17`."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Final

from pmkit.formats.calendar_words import ENGLISH
from pmkit.ingest.layer import Layer

_YEAR: Final = r"(?P<y>19[7-9]\d|20\d\d)"
_CLOCK: Final = r"(?:\d\d?:\d\d(?::\d\d)?,? +(?:[A-Z]{3,5} +)?)?"
_DATE: Final = re.compile(
    rf"(?<!\d)(?:{_YEAR}[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?)|"
    rf"(?P<d2>\d\d?)\.?[ /-](?P<b2>{ENGLISH})[ ,/-]+{_YEAR.replace('<y>', '<y2>')}|"
    rf"\b(?P<b3>{ENGLISH})\.? +(?P<d3>\d\d?),? +{_CLOCK}{_YEAR.replace('<y>', '<y3>')})(?!\d)"
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# A date in such a line is that of a program.
_OF_A_PROGRAM: Final = re.compile(
    r"(?i)\b(?:buil[dt]|compiled|version|release[ds]?|copyright|licen[sc]e|updated|expires?|until)\b|©"
)

# A date this much after the file's last change is not that of the log.
_TOLERANCE: Final = timedelta(days=1)


def opening_date(layer: Layer, modified: datetime) -> date | None:
    """Return the last date above the first line that a format reads; None if there is none.

    Parameters
    ----------
    layer : Layer
        The format of lines with a time of day.
    modified : datetime
        When the export was last modified.
    """
    pairs = zip(layer.sample.lines, layer.entry.reads(layer.sample), strict=True)
    above = [line for line, _ in takewhile(lambda pair: not pair[1], pairs)]
    dates = [day for line in above if not _OF_A_PROGRAM.search(line) for match in _DATE.finditer(line) if (day := _day_of(match))]
    return next((day for day in reversed(dates) if day <= (modified + _TOLERANCE).date()), None)


def _day_of(match: re.Match[str]) -> date | None:
    parts = {name.rstrip("23"): text for name, text in match.groupdict().items() if text is not None}
    month = _MONTHS.index(parts["b"][:3].lower()) + 1 if "b" in parts else int(parts["m"])
    try:
        return date(int(parts["y"]), month, int(parts["d"]))
    except ValueError:
        return None
