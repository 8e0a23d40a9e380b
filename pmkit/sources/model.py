"""What an export format is: one declarative entry with its own sample lines."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

Row = dict[str, Any]


class Shape(Enum):
    """How the text of a log is cut into fields."""

    TEXT = "text"
    """One regular expression with named groups; the fields are the groups."""
    JSON = "json"
    """One JSON object a line; the fields are in `j`."""
    LOGFMT = "logfmt"
    """`key=value` pairs; the fields are in `keys` and `vals`."""
    CSV = "csv"
    """Comma-separated with quotes; the fields are `c1`, `c2`, …"""


class Sample:
    """The first part of an export, as lines and as records.

    Parameters
    ----------
    lines : list of str
        Lines without their line ends.
    whole : bool
        Whether the lines are the whole file, so that it may be read as one document.
    """

    def __init__(self, lines: list[str], *, whole: bool) -> None:
        self.lines = [line for line in lines if line.strip()]
        self._whole = whole
        self._text = "\n".join(lines)

    @cached_property
    def objects(self) -> list[Any]:
        """One value a line, None for a line that is no JSON by itself; empty where no line is an object."""
        values = [_json_or_none(line) for line in self.lines]
        return values if any(isinstance(value, dict) for value in values) else []

    @cached_property
    def document(self) -> Any:
        """The value of the whole file where it is one JSON document, else None."""
        try:
            return json.loads(self._text) if self._whole else None
        except ValueError:
            return None

    @cached_property
    def table(self) -> list[dict[str, str]]:
        """Rows by column name where the first line is a CSV header of plain names, else empty."""
        if not self.lines or not re.fullmatch(r'\s*"?[\w@. -]+"?\s*(,\s*"?[\w@. -]+"?\s*)+', self.lines[0]):
            return []
        rows = csv.DictReader(self.lines)
        return [row for row in rows if None not in row and None not in row.values()]


def _json_or_none(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


@dataclass(frozen=True)
class LogSample:
    """A few lines of a format and the events that they hold."""

    text: str
    events: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Layout:
    """How a format's fields become canonical columns, for one file.

    Attributes
    ----------
    columns : mapping of str to str
        Canonical column to a SQL expression over the fields. `timestamp` is required; an
        expression that gives null there rejects the line.
    zoned : bool
        Whether the times carry their zone. If not, they are read in the file's zone.
    used : tuple of str
        JSON or logfmt keys that `columns` takes whole; the others become `attributes`.
    header : int
        Lines at the beginning that are a header.
    width : int
        Number of CSV columns.
    """

    columns: Mapping[str, str]
    zoned: bool
    used: tuple[str, ...] = ()
    header: int = 0
    width: int = 0


@dataclass(frozen=True)
class LogFormat:
    """A log format, parsed by DuckDB.

    Attributes
    ----------
    name, title : str
        The name that a hint uses, and what it is.
    shape : Shape
        How lines are cut into fields.
    layout : callable
        From a sample to the layout; fixed formats ignore the sample.
    samples : tuple of LogSample
        Real lines with the events that they must give.
    pattern : str
        For `Shape.TEXT`: the expression, with a group `time` that is never empty.
    multiline : bool
        Whether a line that begins no event belongs to the event above it.
    claims : callable or None
        For the other shapes: the share of a sample, 0 to 1, that looks like this format.
    """

    name: str
    title: str
    shape: Shape
    layout: Callable[[Sample], Layout]
    samples: tuple[LogSample, ...]
    pattern: str = ""
    multiline: bool = False
    claims: Callable[[Sample], float] | None = None
    table: str = field(default="logs", init=False)

    def match(self, sample: Sample) -> float:
        """Give the share of the sample, 0 to 1, that is in this format."""
        if self.claims:
            return self.claims(sample)
        if not sample.lines:
            return 0.0
        found = sum(bool(re.match(self.pattern, line)) for line in sample.lines)
        if self.multiline and found:
            first = next(n for n, line in enumerate(sample.lines) if re.match(self.pattern, line))
            return 0.9 if first <= 5 else 0.5
        return found / len(sample.lines)


@dataclass(frozen=True)
class RecordSample:
    """A small file of a record format and the rows that it holds."""

    text: str
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class RecordFormat:
    """A small export (alerts, changes, chat, metrics), read record by record.

    Attributes
    ----------
    table : str
        The canonical table that it fills.
    claims : callable
        Whether one record (a JSON object or a CSV row) is of this format.
    rows : callable
        From one record to rows of the table; times as text or numbers in the record's own
        notation. Raises KeyError, TypeError or ValueError when the record lacks something.
    samples : tuple of RecordSample
        Real files with the rows that they must give.
    """

    name: str
    title: str
    table: str
    claims: Callable[[Row], bool]
    rows: Callable[[Row], Iterator[Row]]
    samples: tuple[RecordSample, ...]

    def match(self, sample: Sample) -> float:
        """Give the share of the sample's records, 0 to 1, that are of this format."""
        document = sample.document
        if isinstance(document, dict):
            records: list[Any] = [document]
        elif isinstance(document, list):
            records = document
        else:
            records = sample.objects or sample.table
        claimed = sum(isinstance(record, dict) and self.claims(record) for record in records)
        return claimed / len(records) if records else 0.0


Format = LogFormat | RecordFormat


def fixed(columns: Mapping[str, str], *, zoned: bool = True, used: tuple[str, ...] = ()) -> Callable[[Sample], Layout]:
    """Make a layout that is the same for every file."""
    layout = Layout(columns, zoned=zoned, used=used)
    return lambda _: layout
