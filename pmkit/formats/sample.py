"""A look into an export from several places, on which recognition decides."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, Final

Row = dict[str, Any]

DELIMITERS: Final = ",;\t"
_LONGEST: Final = 1 << 16
_LONGEST_FIELD: Final = 1 << 30

_TRACE: Final = (
    r"\s+(?:at |File \"|from |\.\.\. \d+ more|\d+: )|Traceback \(most recent|Caused by:|Suppressed:|During handling of|"
    r"The above exception|\.\.\. \d+ more|at [\w$./<]+|goroutine \d+ |created by |panic: |fatal error: |exit status|\[signal |"
    r"[\w.$/-]+(?:Exception|Error|Throwable|Interrupt|Exit|Timeout|Warning)(?:: |$| \()|[\w./*-]+\.[\w(*).]+\(.*\)$|"
    r"--- End of|from /|\S+:\d+:in |#\d+ |Stack trace:|\[stacktrace\]|Backtrace:|stack backtrace:|note: run with|"
    r"thread '.*' panicked at |PHP [A-Z][a-z]+(?: error)?: |\*\* \(|terminate called |Segmentation fault"
)
TRACE: Final = rf"^(?:{_TRACE})"
"""Matches lines of stack traces of the usual languages."""
CONTINUATION: Final = rf"^(?:{_TRACE}|\s+\S|\"\}}\s*$|[\]}})]+,?\s*$)"
"""Matches what stands below an event: stack traces, indented lines, closing brackets."""

CONTINUES: Final = re.compile(CONTINUATION, re.ASCII)


class Sample:
    """A part of an export: lines, or the values of a JSON document.

    Parameters
    ----------
    lines : sequence of str
        Lines from several places, without their line ends, the beginning first.
    document : object, optional
        The value of the export, or of its beginning, where it is one JSON document.
    head : int, optional
        How many of the lines are the beginning; all of them if not given.

    Attributes
    ----------
    text : str
        The beginning as it stands, with its blank lines.
    """

    def __init__(self, lines: Sequence[str], document: Any = None, head: int | None = None) -> None:
        self.text = "\n".join(lines[:head])
        self._head = [line for line in lines[:head] if line.strip()]
        kept = [line for line in lines if line.strip() and len(line) <= _LONGEST]
        self.lines = kept or [line[:_LONGEST] for line in lines[:1] if line.strip()]
        self.document = document

    def glance(self, count: int) -> Sample:
        """Give a few of the lines, spread over all of them, with the beginning of a table."""
        step = max(1, len(self.lines) // count)
        return Sample([*self._head[:3], *self.lines[3::step]], head=min(3, len(self._head)))

    def under(self, heading: str) -> Sample:
        """Give the sample as if it all stood below one header line."""
        return Sample([heading, *(line for line in self.lines if line != heading)])

    @cached_property
    def values(self) -> list[Any]:
        """The JSON value of the document, or of every line; None for a line that is none."""
        if self.document is not None:
            return [self.document]
        return [_json_or_none(line) for line in self.lines]

    @cached_property
    def delimiter(self) -> str:
        """What separates the columns of the header line."""
        return max(DELIMITERS, key=self._head[self.header].count) if self._head else ","

    @cached_property
    def header(self) -> int:
        """How many lines stand above the header of a table: remarks that begin with `#`."""
        return next((n for n, line in enumerate(self._head) if not line.startswith("#")), 0)

    @cached_property
    def table(self) -> list[dict[str, str]]:
        """Rows by column name where the first line is a header of plain names, else empty."""
        if self.document is not None or not self._head:
            return []
        header: list[str] = next(csv_rows([self._head[self.header]], self.delimiter), [])
        names = [name.strip() for name in header]
        plain = len(names) > 1 and all(re.fullmatch(r"[\w@.\-/ ():%\[\]$#]{1,60}", name) for name in names)
        if not plain or len(set(names)) < len(names) or any(re.match(r"\d{4}-\d\d", name) for name in names):
            return []
        rows = csv_rows(self._head[self.header + 1 :], self.delimiter)
        return [dict(zip(names, row, strict=True)) for row in _readable(rows) if len(row) == len(names)]


def csv_rows(lines: Iterable[str], delimiter: str = ",") -> Any:
    """Read rows of a table; a field may be long, a stack trace or a whole document.

    Returns
    -------
    csv.reader
        With its `line_num`.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    return csv.reader(lines, delimiter=delimiter)


def _readable(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from rows
    except csv.Error:
        return


def _json_or_none(line: str) -> Any:
    if not line.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
