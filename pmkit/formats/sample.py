"""A sample of an export, from which its format is recognised."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from functools import cached_property
from typing import Final, Self

from pmkit.formats.json_beginnings import parse_beginning
from pmkit.formats.json_documents import is_document, joined_objects
from pmkit.formats.nested_objects import Path, objects_by_path
from pmkit.formats.record import Record, labels_in, pairs_in
from pmkit.formats.table_rows import csv_rows, is_framed, is_header, record_maker, rows_until_broken, unframed

DELIMITERS: Final = ",;\t"
_LONGEST_LINE: Final = 1 << 16
_COLUMN_NAME: Final = re.compile(r"[\w@.\-/ ():%\[\]$#]{1,60}")
# What Excel writes above a table.
_SEPARATOR: Final = re.compile(r"sep=(.)")
# A number with decimals behind a comma; one that may as well be thousands; one with commas between thousands and a point.
_DECIMAL_COMMA: Final = re.compile(r"(-?\d+|-?\d{1,3}(?:\.\d{3})+),(\d+(?: ?[A-Za-z%µ/]+)?)")
_THOUSANDS: Final = re.compile(r"-?[1-9]\d{0,2}(?:,\d{3})+(?: ?[A-Za-z%µ/]+)?")
_COMMA_AND_POINT: Final = re.compile(r"-?\d{1,3}(?:,\d{3})+\.\d+(?: ?[A-Za-z%µ/]+)?")
# So many lines show how many columns a table has.
_ROWS_OF_ONE_WIDTH: Final = 6
# So many lines at the beginning of a table, or of a framed one, contain its header and some rows.
_TABLE_HEAD: Final = 3
_FRAMED_HEAD: Final = 5
_DIGIT: Final = re.compile(r"\d")
_LONGEST_WORD: Final = 30

# A backslash in front of something that JSON does not escape; the database repairs such lines.
_INVALID_ESCAPE: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\(?![\"\\/bfnrtu])")


class Sample:
    """A sample of an export: lines, or the values of a JSON document.

    Parameters
    ----------
    lines : sequence of str
        Lines from several places, without their line ends, starting with the beginning of the export.
    document : object, optional
        The value of the export, or of its beginning, if it is one JSON document.
    head : int, optional
        How many of the lines are the beginning of the export; all of them by default.

    Attributes
    ----------
    text : str
        The beginning unchanged, with its blank lines.
    lines : list of str
        The lines that formats are tried on: all but blank and overlong ones; the lines of one JSON object are one.
    messages : list of str
        The lines; for messages that were taken out of a wrapper, each with its further lines.
    document : object
        The JSON document; None if there is none.
    is_framed : bool
        Whether it is a table whose rows stand between bars.
    records_by_format : dict
        The records that formats have read in the sample; None for each that is not in the format.
    """

    def __init__(self, lines: Sequence[str], document: object = None, head: int | None = None) -> None:
        self.text = "\n".join(lines[:head])
        self._beginning = [line for line in lines[:head] if line.strip()]
        self.is_framed = bool(self._beginning) and all(map(is_framed, self._beginning[:_ROWS_OF_ONE_WIDTH]))
        self._head = [line for line in unframed(self._beginning) if line] if self.is_framed else self._beginning
        usable = [line for line in lines if line.strip() and len(line) <= _LONGEST_LINE]
        self.lines = joined_objects(usable) or [_shortened(line) for line in lines[:1] if line.strip()]
        self.messages = self.lines
        self.document = document
        self.records_by_format: dict[object, list[Record | None]] = {}

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return a whole text as a sample."""
        lines = text.split("\n")
        return cls([], document=parse_beginning(text)) if is_document(lines) else cls(lines)

    @classmethod
    def from_messages(cls, messages: Iterable[str]) -> Self:
        """Return the messages in a wrapper as a sample; each may have further lines, which are not lines of the sample."""
        filled = [message for message in messages if message.split("\n", 1)[0].strip()]
        sample = cls([message.split("\n", 1)[0] for message in filled])
        if len(sample.lines) == len(filled):
            sample.messages = filled
        return sample

    def thinned(self, count: int, of_a_kind: int) -> Sample:
        """Return about `count` of the lines: the first ones, which may be the header of a table, and others evenly spread.

        Parameters
        ----------
        of_a_kind : int
            Of those other lines of JSON that only differ in numbers and in texts with digits, at most so many.
        """
        step = max(1, len(self.lines) // count)
        kinds = Counter[Hashable]()
        others = []
        first = self.header + (_FRAMED_HEAD if self.is_framed else _TABLE_HEAD)
        for line, value in zip(self.lines[first::step], self.values[first::step], strict=True):
            kind = None if value is None else _kind_of(value)
            kinds[kind] += 1
            if kind is None or kinds[kind] <= of_a_kind:
                others.append(line)
        return Sample([*self._beginning[:first], *others], head=min(first, len(self._beginning)))

    def with_heading(self, heading: str) -> Sample:
        """Return the sample with a header line above all of its lines."""
        return Sample([heading, *(line for line in self.lines if line != heading)])

    @cached_property
    def values(self) -> list[object]:
        """The JSON value of the document, or of every line; None for a line that is not JSON."""
        if self.document is not None:
            return [self.document]
        return [_json_or_none(line) for line in self.lines]

    @cached_property
    def has_json(self) -> bool:
        """Whether any line, or the document, is JSON."""
        return any(value is not None for value in self.values)

    @cached_property
    def places(self) -> dict[Path, list[Record]]:
        """The objects in the JSON values by path, those nested least first."""
        return objects_by_path(self.values)

    @cached_property
    def keys_at(self) -> dict[Path, set[str]]:
        """The keys of the objects at each path."""
        return {path: {key for value in objects for key in value} for path, objects in self.places.items()}

    def may_have(self, path: tuple[str, ...]) -> bool:
        """Return whether some JSON value may have records at a path."""
        return self.has_json and (path[:1] in ((), ("*",)) or path[0] in self._keys)

    @cached_property
    def _keys(self) -> set[str]:
        """The keys of all JSON objects, and of those in lists."""
        values = [element for value in self.values for element in (value if isinstance(value, list) else [value])]
        return {key for value in values if isinstance(value, dict) for key in value}

    @cached_property
    def pairs(self) -> list[Record]:
        """The `key=value` pairs of each line; there are no lines if there is a document."""
        return [pairs_in(line) for line in self.lines] if self.document is None else []

    @cached_property
    def labels(self) -> list[Record]:
        """The `label:value` pairs of each line; there are no lines if there is a document."""
        return [labels_in(line) for line in self.lines] if self.document is None else []

    @cached_property
    def delimiter(self) -> str:
        """The character that separates the columns: the one that the file names, else the one that makes rows of one width."""
        if not self._head or self.is_framed:
            return "|" if self.is_framed else ","
        if stated := _SEPARATOR.fullmatch(self._head[0].strip()):
            return stated[1]
        lines = self._head[self.header : self.header + _ROWS_OF_ONE_WIDTH]
        widths = {delimiter: _width(lines, delimiter) for delimiter in DELIMITERS}
        return max(DELIMITERS, key=lambda delimiter: (widths[delimiter], self._head[self.header].count(delimiter)))

    @cached_property
    def header(self) -> int:
        """The number of lines above the header of a table: comments, beginning with `#`, and one that names the separator."""
        above = (
            line.startswith("#") or (number == 0 and _SEPARATOR.fullmatch(line.strip())) for number, line in enumerate(self._head)
        )
        return next((number for number, is_above in enumerate(above) if not is_above), 0)

    @cached_property
    def _names(self) -> list[str]:
        first_row = next(rows_until_broken(csv_rows([self._head[self.header]], self.delimiter)), [])
        return [name.strip() for name in first_row]

    @cached_property
    def table(self) -> list[dict[str, str]]:
        """Rows by column name, if the first line after comments is a header of names; else empty."""
        if self.document is not None or not self._head or not is_header(self._names):
            return []
        return [
            dict(zip(self._names, map(self.plain_cell, row), strict=True)) for row in self._rows if len(row) == len(self._names)
        ]

    @cached_property
    def records(self) -> list[Record]:
        """The rows of the table as the formats of records find them, see `table_rows`."""
        make = record_maker(self._names) if self.table else None
        return [make(list(row.values())) for row in self.table] if make else []

    @cached_property
    def _rows(self) -> list[list[str]]:
        return list(rows_until_broken(csv_rows(self._head[self.header + 1 :], self.delimiter)))

    @cached_property
    def has_decimal_commas(self) -> bool:
        """Whether commas in the numbers of the table stand before decimals.

        They do where no point does and columns are separated by semicolons, or some numbers can only be read so.
        """
        cells = [cell.strip() for row in self._rows for cell in row if "," in cell]
        if any(_COMMA_AND_POINT.fullmatch(cell) for cell in cells):
            return False
        return self.delimiter == ";" or any(_DECIMAL_COMMA.fullmatch(cell) and not _THOUSANDS.fullmatch(cell) for cell in cells)

    def plain_cell(self, cell: str) -> str:
        """Return a cell of the table, a number with a point before its decimals."""
        if "," not in cell or not self.has_decimal_commas or not (match := _DECIMAL_COMMA.fullmatch(cell.strip())):
            return cell
        return match[1].replace(".", "") + "." + match[2]

    @cached_property
    def plain_table(self) -> list[dict[str, str]]:
        """The rows of the table, if the names of its columns are plain, as those of a log are."""
        return self.table if self.table and not self.is_framed and all(map(_COLUMN_NAME.fullmatch, self._names)) else []


def _shortened(line: str) -> str:
    """Return the beginning of a long line; of JSON, as much as is complete."""
    beginning = line[:_LONGEST_LINE]
    value = parse_beginning(beginning) if beginning.lstrip().startswith(("{", "[")) else None
    return beginning if value is None else json.dumps(value)


def _width(lines: Sequence[str], delimiter: str) -> int:
    """Return the number of columns that a delimiter makes of each of some lines; 1 if the numbers differ."""
    widths = {len(row) for row in rows_until_broken(csv_rows(lines, delimiter)) if row}
    return widths.pop() if len(widths) == 1 else 1


def _kind_of(value: object) -> Hashable:
    """Return what JSON values have in common that only differ in numbers, in texts with digits, and in long texts."""
    if isinstance(value, dict):
        return tuple([(key, _kind_of(inner)) for key, inner in value.items()])
    if isinstance(value, list):
        return tuple(map(_kind_of, value))
    is_word = isinstance(value, str) and len(value) <= _LONGEST_WORD and not _DIGIT.search(value)
    return value if is_word else type(value)


def _json_or_none(line: str) -> object:
    if not line.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(line, strict=False)
    except ValueError:
        return _loads_or_none(_INVALID_ESCAPE.sub(r"\1\\\\", line))
    except RecursionError:
        return None


def _loads_or_none(line: str) -> object:
    try:
        return json.loads(line, strict=False)
    except (ValueError, RecursionError):
        return None
