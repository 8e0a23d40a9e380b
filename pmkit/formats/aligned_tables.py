"""Reads tables that commands print: columns under a header line, aligned with spaces or separated by tabs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from pmkit.formats.record import Found, Record

_CELL: Final = re.compile(r"\S+(?: \S+)*")
_GAP: Final = re.compile(r"\s{2,}")
_NOTHING: Final = ("<none>", "<unset>", "<unknown>", "-", "")


def table_reader(*needs: str) -> Callable[[str], Iterator[Found]]:
    r"""Return the function that yields the rows of a table whose header has certain columns, each by its column's name.

    Examples
    --------
    >>> [row.record for row in table_reader("ID", "DATE")("ID  DATE        NOTE\n7   2026-01-17  it works\n8   2026-01-18\n")]
    [{'ID': '7', 'DATE': '2026-01-17', 'NOTE': 'it works'}, {'ID': '8', 'DATE': '2026-01-18', 'NOTE': None}]
    """

    def rows(text: str) -> Iterator[Found]:
        header, start, offset = "", 0, 0
        for line in text.splitlines(keepends=True):
            begin, offset = offset, offset + len(line)
            if set(needs) <= set(_CELL.findall(line.strip())):
                header = line
            elif header and line.strip():
                yield Found(start, offset, _row(header, line.rstrip("\r\n")), begin)
                start = offset
            elif line.strip():
                start = offset

    return rows


def _row(header: str, line: str) -> Record:
    names = list(_CELL.finditer(header))
    titles = [match[0] for match in names]
    if "\t" in header:
        titles = [title.strip() for title in header.strip("\r\n").split("\t")]
        cells = line.split("\t")
    else:
        cells = _cut(line, [match.start() for match in names])
    filled = [None if cell.strip() in _NOTHING else cell.strip() for cell in cells]
    return dict(zip(titles, [*filled, *[None] * (len(titles) - len(filled))], strict=False))


def _cut(line: str, starts: Sequence[int]) -> list[str]:
    """Return the cells of a line; those between wide gaps if they do not stand under the header."""
    crosses = any(
        start < len(line) and start > 0 and line[start - 1 : start + 1].strip() == line[start - 1 : start + 1] for start in starts
    )
    if crosses:
        return _GAP.split(line.strip())
    return [line[start:end] for start, end in pairwise([*starts, None])]


def found_lines(text: str, records: Callable[[str], Iterable[Record]], *, is_comment: Callable[[str], bool]) -> Iterator[Found]:
    """Yield the records on each line of a text; comments belong to the record below them, or above them at the end."""
    offset = start = 0
    last: Found | None = None
    for line in text.splitlines(keepends=True):
        begin, offset = offset, offset + len(line)
        of_line = list(records(line.rstrip("\r\n")))
        for number, record in enumerate(of_line):
            if last is not None:
                yield last
            last = Found(start if number == 0 else offset, offset, record, begin if number == 0 else offset)
            start = offset
        if not of_line and line.strip() and not is_comment(line):
            start = offset
    if last is not None:
        is_rest_empty = start == last.end
        yield last._replace(end=len(text)) if is_rest_empty else last
