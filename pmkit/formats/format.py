"""What an export format is: one declarative entry with its own sample lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache, cached_property
from typing import Any, cast

from pmkit.formats.json_documents import children, lists_in
from pmkit.formats.sample import CONTINUES, Row, Sample, csv_rows

Key = str | tuple[str, ...]
"""Where a field stands: a name, dotted where nested, two joined by `+`, or alternatives in order."""


class Shape(Enum):
    """How the text of a log is cut into fields."""

    TEXT = "text"
    """A regular expression with named groups."""
    JSON = "json"
    """One JSON object a line, or a JSON document of them."""
    LOGFMT = "logfmt"
    """`key=value` pairs."""
    CSV = "csv"
    """Columns with quotes."""


def value_of(record: Row, key: Key) -> Any:
    """Read a field of a record as the database will read it."""
    if isinstance(key, tuple):
        values = (value_of(record, one) for one in key)
        return next((value for value in values if value not in (None, "")), None)
    if "+" in key:
        parts = [value_of(record, one) for one in key.split("+")]
        return None if any(part in (None, "") for part in parts) else " ".join(map(str, parts))
    if key in record:
        return record[key]
    found: Any = record
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


@dataclass(frozen=True)
class Example:
    """A small export of a format and the rows of its table that it holds."""

    text: str
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, eq=False)
class _Entry:
    """What formats of logs and of records share.

    Attributes
    ----------
    name, title : str
        The name that a hint uses, and what it is.
    samples : tuple of Example
        Real exports with the rows that they must give.
    claims : callable or None
        Whether a record (named groups, JSON object, pairs, row by column) is of this format.
    path : tuple of str
        Where in a JSON document the records are: keys, and `*` for the elements of a list.
    flatten : callable or None
        Makes one record of a nested one and of the objects around it, the outermost first.
    """

    name: str
    title: str
    samples: tuple[Example, ...]
    claims: Callable[[Row], bool] | None = field(default=None, kw_only=True)
    path: tuple[str, ...] = field(default=(), kw_only=True)
    flatten: Callable[[Any, list[Row]], Row] | None = field(default=None, kw_only=True)

    def claimed(self, record: Any) -> bool:
        """Tell whether a record is of this format."""
        try:
            return isinstance(record, dict) and (self.claims is None or self.claims(record))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            return False

    def within(self, sample: Sample) -> Format:
        """Give the format as a sample has it: with its records at the top, where somebody took them out of what is around."""
        if not self.path or self.flatten is not None or self.claims is None:
            return cast("Format", self)
        first = next((value for value in sample.values if value is not None), None)
        record = first[0] if isinstance(first, list) and first else first
        bare = isinstance(record, dict) and self.path[0] not in record and self.claimed(record)
        return _at(cast("Format", self), () if bare else self.path)

    def unfold(self, document: Any) -> Iterator[Any]:
        """Give the records of one JSON value."""
        for record, around in children(document, self.path):
            yield self.flat(record, around)

    def flat(self, record: Any, around: list[Row]) -> Any:
        """Make one record of a nested one."""
        if self.flatten is None:
            return record
        try:
            return self.flatten(record, around)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError):
            return None


@dataclass(frozen=True, eq=False)
class LogFormat(_Entry):
    r"""A log format, parsed by the database.

    Attributes
    ----------
    shape : Shape
        How lines are cut into fields.
    fields : mapping of str to Key, or None
        Word of `fields.VOCABULARY`, or name of an attribute, to where it stands. None: the
        named groups of a pattern, else whatever goes by a usual name.
    columns : mapping of str to str
        Canonical columns as SQL over fields in braces, where a field alone is not enough.
    pattern : str
        For `Shape.TEXT`: the expression, in RE2's syntax. A group `pairs` holds `key=value`
        pairs, which are read by their usual names.
    layout : str
        For `Shape.TEXT`: the plain shape that nearly all lines have, with the names of the groups
        in braces; see `ingest.layout`.
    names : tuple of str
        For `Shape.CSV`: the columns of a table that has no header line.
    multiline : bool
        Whether any line that begins no event belongs to the event above it.
    header : str
        Matches lines that are no events but say something of the file.
    section : str
        Matches those headers that change how the lines below are cut: `pattern_of` makes the
        pattern from such a line.
    utc : bool
        Whether times that carry no zone are UTC, by the format's definition.
    wraps : bool
        Whether the message is itself a line of some format.
    partial : str
        SQL over fields in braces: the message goes on in the next line of the same stream.
    stream : tuple of str
        Fields that tell streams apart where several share the file.
    inner : bool
        Whether it has no time of its own, so that it is only found inside another.
    fallback : bool
        Whether it is only taken where nothing else fits.
    usual : bool
        Whether keys that `fields` does not name are read by their usual names.
    anywhere : bool
        Whether its records are the elements of some list in a document; `within` finds which.
    """

    shape: Shape = field(kw_only=True)
    fields: Mapping[str, Key] | None = field(default=None, kw_only=True)
    columns: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    pattern: str = field(default="", kw_only=True)
    pattern_of: Callable[[str], str] | None = field(default=None, kw_only=True)
    layout: str = field(default="", kw_only=True)
    names: tuple[str, ...] = field(default=(), kw_only=True)
    multiline: bool = field(default=False, kw_only=True)
    header: str = field(default="", kw_only=True)
    section: str = field(default="", kw_only=True)
    utc: bool = field(default=False, kw_only=True)
    wraps: bool = field(default=False, kw_only=True)
    partial: str = field(default="", kw_only=True)
    stream: tuple[str, ...] = field(default=(), kw_only=True)
    inner: bool = field(default=False, kw_only=True)
    fallback: bool = field(default=False, kw_only=True)
    usual: bool = field(default=False, kw_only=True)
    anywhere: bool = field(default=False, kw_only=True)
    table: str = field(default="logs", init=False)

    @cached_property
    def _matcher(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.ASCII)

    def within(self, sample: Sample) -> Format:
        """Give the format as a sample has it: with the path of its records, where that is to be found."""
        if not self.anywhere:
            return super().within(sample)
        value = next((value for value in sample.values if isinstance(value, dict)), None)
        for path in lists_in(value):
            if self.claimed(next((record for record, _ in children(value, path)), {})):
                return _at(self, path)
        return self

    def read(self, sample: Sample) -> list[Row | None]:
        """Cut a sample into records of this format; None for what is none.

        Returns
        -------
        list
            One element a line of the sample, or a record of its document or table.
        """
        records = self._cut(sample) if self.path or not self.anywhere else iter([None] * len(sample.values))
        return [record if record is not None and self.claimed(record) else None for record in records]

    def _cut(self, sample: Sample) -> Iterator[Row | None]:
        match self.shape:
            case Shape.TEXT:
                yield from self._cut_text(sample.lines) if sample.document is None else ()
            case Shape.JSON:
                for value in sample.values:
                    records = list(self.unfold(value)) if isinstance(value, dict | list) else []
                    yield from (record if isinstance(record, dict) else None for record in records or [None])
            case Shape.LOGFMT:
                yield from (pairs_of(line) or None for line in sample.lines if sample.document is None)
            case Shape.CSV if self.names:
                for row in csv_rows(sample.lines):
                    yield dict(zip(self.names, row, strict=False)) if len(row) > len(self.names) // 2 else None
            case Shape.CSV:
                yield from sample.table

    def _cut_text(self, lines: Sequence[str]) -> Iterator[Row | None]:
        matcher = self._matcher
        for line in lines:
            if self.pattern_of and re.match(self.section, line):
                matcher = re.compile(self.pattern_of(line), re.ASCII)
                yield None
            else:
                found = matcher.match(line)
                yield found.groupdict() if found else None

    def match(self, sample: Sample) -> float:
        """Give the share of the sample, 0 to 1, that is in this format.

        Lines that stand below an event, such as stack traces, are left out of account; for a
        format whose events may span lines, other lines weigh less.
        """
        records = self.read(sample)
        hits = sum(record is not None for record in records)
        if not hits or self.shape is Shape.CSV or sample.document is not None:
            return hits / len(records) if records else 0.0
        missed = [line for line, record in zip(sample.lines, records, strict=False) if record is None]
        others = sum(not CONTINUES.match(line) and not (self.header and re.match(self.header, line)) for line in missed)
        return hits / (hits + others * (0.2 if self.multiline else 1.0))


@cache
def _at(entry: Format, path: tuple[str, ...]) -> Format:
    return entry if path == entry.path else replace(entry, path=path)


@dataclass(frozen=True, eq=False)
class RecordFormat(_Entry):
    """A small export (alerts, changes, chat, metrics), read record by record.

    Attributes
    ----------
    table : str
        The canonical table that it fills.
    rows : callable
        From one record to rows of the table; times as text or numbers in the record's own
        notation. Raises KeyError, TypeError or ValueError when the record lacks something.
    pattern : str
        For plain text: finds each record in the text as a whole; its groups are the record.
    paired : bool
        Whether the rows are steps of alerts, which `pairing` joins.
    """

    table: str = field(kw_only=True)
    rows: Callable[[Row], Iterator[Row]] = field(kw_only=True)
    pattern: str = field(default="", kw_only=True)
    paired: bool = field(default=False, kw_only=True)

    @cached_property
    def matcher(self) -> re.Pattern[str]:
        """The pattern, ready to find every record of a text."""
        return re.compile(self.pattern, re.ASCII | re.MULTILINE)

    def match(self, sample: Sample) -> float:
        """Give the share of the sample's records, 0 to 1, that are of this format."""
        if self.pattern:
            matches = [found[0] for found in self.matcher.finditer(sample.text) if self.claimed(found.groupdict())]
            covered = sum(bool(line.strip()) for match in matches for line in match.splitlines())
            return covered / max(1, sum(bool(line.strip()) for line in sample.text.splitlines()))
        values = [value for value in sample.values if value is not None]
        records = [record for value in values for record in self.unfold(value)] if values else sample.table
        wanted = len(records) + (0 if sample.document is not None else len(sample.values) - len(values) if values else 0)
        return sum(self.claimed(record) for record in records) / wanted if records else 0.0


Format = LogFormat | RecordFormat


def text_log(name: str, title: str, pattern: str, text: str, *rows: Mapping[str, Any], **options: Any) -> LogFormat:
    """Write an entry for a log of plain text, with one sample."""
    return LogFormat(name, title, (Example(text, rows),), shape=Shape.TEXT, pattern=pattern, **options)


def json_log(
    name: str,
    title: str,
    claims: Callable[[Row], bool],
    fields: Mapping[str, Key] | None,
    text: str,
    *rows: Mapping[str, Any],
    **options: Any,
) -> LogFormat:
    """Write an entry for a log of JSON objects, with one sample."""
    return LogFormat(name, title, (Example(text, rows),), shape=Shape.JSON, claims=claims, fields=fields, **options)


def records_of(
    name: str,
    title: str,
    table: str,
    claims: Callable[[Row], bool],
    rows: Callable[[Row], Iterator[Row]],
    *samples: Example,
    **options: Any,
) -> RecordFormat:
    """Write an entry for an export of records."""
    return RecordFormat(name, title, samples, table=table, claims=claims, rows=rows, **options)


PAIR = r"""([A-Za-z_][\w.\-/@]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)"""
"""One `key=value` pair."""

_PAIR = re.compile(PAIR, re.ASCII)


def pairs_of(line: str) -> Row:
    """Read the `key=value` pairs of a line that begins with one."""
    return {key: found.strip('"') for key, found in _PAIR.findall(line)} if _PAIR.match(line) else {}
