"""Reads the records of a sample of lines, as the database will read those of the whole export."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from pmkit.core.regex_set import RegexSet, regex_set
from pmkit.formats.record import Record
from pmkit.formats.record_lines import RecordLines
from pmkit.formats.table_rows import csv_rows


def text_records(lines: Sequence[str], pattern: str) -> Iterator[Record | None]:
    """Yield the named groups of each line, None for one that does not match."""
    for line in lines:
        match = re.compile(pattern, re.ASCII).match(line) if matches(pattern, line) else None
        yield match.groupdict() if match else None


def matches(pattern: str, line: str) -> bool:
    """Return whether a pattern matches the beginning of a line, which RE2 tells faster than `re` if it does not."""
    return bool(_searchable(pattern).Match(line))


@cache
def _searchable(pattern: str) -> RegexSet:
    """Return a set of one pattern: without groups, RE2 reads a line only once."""
    return regex_set([f"^(?:{pattern})"])


def joined_records(lines: Sequence[str], pattern: str, record_lines: RecordLines) -> Iterator[tuple[Record | None, int]]:
    """Yield the named groups of each record of several lines, None if it does not match, and the number of its lines."""
    matcher, start = re.compile(pattern, re.ASCII), 0
    for length in record_lines.lengths(lines):
        match = matcher.match("\n".join(lines[start : start + length])) if record_lines.may_begin(lines[start]) else None
        yield match.groupdict() if match else None, length
        start += length


def table_records(lines: Sequence[str], names: Sequence[str]) -> Iterator[Record | None]:
    """Yield the rows of a table without a header line; None for a row that lacks most columns."""
    for row in csv_rows(line.replace("\n", " ") for line in lines):
        yield dict(zip(names, row, strict=False)) if len(row) > len(names) // 2 else None
