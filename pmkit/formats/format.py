"""The declaration of an export format: how its records are recognised and parsed, with samples of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from typing import Any, TypeGuard

from pmkit.formats.json_documents import Parents, list_paths, records_at
from pmkit.formats.line_beginnings import begins_event
from pmkit.formats.line_records import joined_records, matches, table_records, text_records
from pmkit.formats.record import FieldKey, Record
from pmkit.formats.record_lines import RecordLines
from pmkit.formats.sample import Sample
from pmkit.formats.sections import Sections
from pmkit.formats.stack_traces import is_continuation

# Exceptions of a function that is called with the records of another format.
_UNEXPECTED_RECORD = (KeyError, TypeError, ValueError, AttributeError, IndexError)

# The weight of a line that does not match a format whose events may span lines, and does not begin an event.
_UNEXPLAINED_WEIGHT = 0.2


class Syntax(Enum):
    """How the text of a log is divided into fields: by a regular expression with named groups, or as one of these notations."""

    TEXT = "text"
    JSON = "json"
    LOGFMT = "logfmt"
    LTSV = "ltsv"
    CSV = "csv"


@dataclass(frozen=True)
class Example:
    """A small export in a format, and the rows that are read from it."""

    text: str
    rows: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, eq=False)
class BaseFormat:
    """What log formats and record formats have in common.

    Attributes
    ----------
    name, title : str
        The name that a hint uses, and a description.
    samples : tuple of Example
        Small exports with the rows that must be read from them.
    claims : callable or None
        Returns whether a record is in this format. None: any record is.
    path : tuple of str
        Where the records are in a JSON document: keys, and `*` for the elements of a list.
    flatten : callable or None
        Merges a nested record and the objects around it, the outermost first, into one flat record.
    general : bool
        Whether it is recognised by usual names alone, so that every format of a certain product is more specific.
    """

    name: str
    title: str
    samples: tuple[Example, ...]
    claims: Callable[[Record], bool] | None = field(default=None, kw_only=True)
    path: tuple[str, ...] = field(default=(), kw_only=True)
    flatten: Callable[[Any, Parents], Record] | None = field(default=None, kw_only=True)
    general: bool = field(default=False, kw_only=True)

    def accepts(self, record: object) -> TypeGuard[Record]:
        """Return whether a record is in this format."""
        try:
            return isinstance(record, dict) and (self.claims is None or self.claims(record))
        except _UNEXPECTED_RECORD:
            return False

    def records_in(self, document: object) -> Iterable[object]:
        """Return the records of one JSON value."""
        if not self.path and self.flatten is None and isinstance(document, dict):
            return (document,)
        return (self.flat_record(record, parents) for record, parents in records_at(document, self.path))

    def flat_record(self, record: object, parents: Parents) -> object:
        """Return a nested record as a flat one, None if it is not in this format."""
        try:
            return record if self.flatten is None else self.flatten(record, parents)
        except _UNEXPECTED_RECORD:
            return None


@dataclass(frozen=True, eq=False)
class LogFormat(BaseFormat):
    r"""A log format, parsed by the database.

    Attributes
    ----------
    syntax : Syntax
        How lines are divided into fields.
    fields : mapping of str to FieldKey, or None
        From a word of `fields.VOCABULARY`, or the name of an attribute, to where its value is found.
        None: the named groups of the pattern, or for other syntaxes, keys with usual names.
    columns : mapping of str to str
        Canonical columns as SQL over fields in braces, where a field alone is not enough.
    pattern : str
        For `Syntax.TEXT`: the regular expression, in RE2's syntax; the `key=value` pairs in a group `pairs` have usual names.
    sections : Sections or None
        For `Syntax.TEXT`: the header lines that determine the pattern of the lines below them.
    lines : RecordLines or None
        For `Syntax.TEXT`: which lines form one record, if records span lines; the pattern matches them together.
    layout : str
        For `Syntax.TEXT`: the fixed layout of nearly all lines, with the names of the groups in
        braces. The columnar reader parses lines with this layout without the pattern.
    names : tuple of str
        For `Syntax.CSV`: the columns of a table that has no header line.
    multiline : bool
        Whether any line that does not begin an event belongs to the event above it.
    undated : str
        Regular expression for lines without a time that are nevertheless events, beside those that begin with a severity.
    header : str
        Regular expression for lines that describe the file and are not events.
    utc : bool
        Whether times without a zone are UTC, by the definition of the format.
    wraps : bool
        Whether the message is itself a line in some format.
    partial : str
        SQL condition over fields in braces: whether the message continues in the next line of the same stream.
    stream : tuple of str
        Fields that distinguish the streams that share a file.
    inner : bool
        Whether it has no time of its own, so that it only occurs inside another format.
    fallback : bool
        Whether it is only used where no other format fits.
    usual : bool
        Whether keys that `fields` does not name are also read by their usual names.
    anywhere : bool
        Whether its records are in some list of a document; `adapted_to` finds out which.
    """

    syntax: Syntax = field(kw_only=True)
    fields: Mapping[str, FieldKey] | None = field(default=None, kw_only=True)
    columns: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    pattern: str = field(default="", kw_only=True)
    sections: Sections | None = field(default=None, kw_only=True)
    lines: RecordLines | None = field(default=None, kw_only=True)
    layout: str = field(default="", kw_only=True)
    names: tuple[str, ...] = field(default=(), kw_only=True)
    multiline: bool = field(default=False, kw_only=True)
    undated: str = field(default="", kw_only=True)
    header: str = field(default="", kw_only=True)
    utc: bool = field(default=False, kw_only=True)
    wraps: bool = field(default=False, kw_only=True)
    partial: str = field(default="", kw_only=True)
    stream: tuple[str, ...] = field(default=(), kw_only=True)
    inner: bool = field(default=False, kw_only=True)
    fallback: bool = field(default=False, kw_only=True)
    usual: bool = field(default=False, kw_only=True)
    anywhere: bool = field(default=False, kw_only=True)
    table: str = field(default="logs", init=False)

    def adapted_to(self, sample: Sample) -> LogFormat:
        """Return the format with the path of the records in this sample, which is empty if their envelope was removed."""
        if not self.anywhere:
            return self if self.path == () or not self._is_bare(sample) else _with_path(self, ())
        document = next((value for value in sample.values if isinstance(value, dict)), None)
        for path in list_paths(document):
            if self.accepts(next((record for record, _ in records_at(document, path)), {})):
                return _with_path(self, path)
        return self

    def _is_bare(self, sample: Sample) -> bool:
        """Return whether the records of a sample stand without the envelope in which exports usually have them."""
        if self.flatten is not None or self.claims is None:
            return False
        first = next((value for value in sample.values if value is not None), None)
        record = first[0] if isinstance(first, list) and first else first
        return isinstance(record, dict) and self.path[0] not in record and self.accepts(record)

    def read(self, sample: Sample) -> list[Record | None]:
        """Return a record for each line of a sample, or record of its document or table; None if it is not in this format."""
        if self not in sample.records_by_format:
            records = self._parse(sample) if self.path or not self.anywhere else iter([None] * len(sample.values))
            sample.records_by_format[self] = [
                record if record is not None and self.accepts(record) else None for record in records
            ]
        return sample.records_by_format[self]

    def _parse(self, sample: Sample) -> Iterator[Record | None]:
        lines = [] if sample.document is not None else sample.messages if self.lines else sample.lines
        match self.syntax:
            case Syntax.TEXT:
                return self._parse_text(lines)
            case Syntax.JSON:
                return self._parse_json(sample.values)
            case Syntax.LOGFMT:
                return (pairs or None for pairs in sample.pairs)
            case Syntax.LTSV:
                return (labels or None for labels in sample.labels)
            case Syntax.CSV:
                return table_records(sample.lines, self.names) if self.names else iter(sample.plain_table)

    def _parse_text(self, lines: Sequence[str]) -> Iterator[Record | None]:
        if self.lines is None:
            yield from self.sections.records(lines) if self.sections else text_records(lines, self.pattern)
            return
        for record, length in joined_records(lines, self.pattern, self.lines):
            yield from (record, *[None] * (length - 1))

    def _parse_json(self, values: Sequence[object]) -> Iterator[Record | None]:
        for value in values:
            yield from (record if isinstance(record, dict) else None for record in self._records_of(value) or [None])

    def _records_of(self, value: object) -> list[object]:
        return list(self.records_in(value)) if isinstance(value, dict | list) else []

    def coverage(self, sample: Sample) -> float:
        """Return the share of the sample, 0 to 1, in this format; lines of stack traces, and headers, do not count."""
        if self.syntax is Syntax.JSON and not sample.may_have(self.path):
            return 0.0
        is_read = self.reads(sample)
        hits = sum(is_read)
        if not hits or self.syntax is Syntax.CSV or sample.document is not None:
            return hits / len(is_read) if is_read else 0.0
        missed = (line for line, read in zip(sample.lines, is_read, strict=False) if not read)
        is_header = re.compile(self.header or r"(?!)").match
        unexplained = [line for line in missed if begins_event(line) or not (is_continuation(line) or is_header(line))]
        own = sum(map(begins_event, unexplained)) if self.multiline else len(unexplained)
        return hits / (hits + own + (len(unexplained) - own) * _UNEXPLAINED_WEIGHT)

    def reads(self, sample: Sample) -> list[bool]:
        """Return for each line of a sample, or record of its document or table, whether it is in this format."""
        if self.lines and sample.document is None:
            joined = joined_records(sample.messages, self.pattern, self.lines)
            return [record is not None for record, length in joined for _ in range(length)]
        if self.syntax is Syntax.TEXT and self.sections is None and self.claims is None and sample.document is None:
            return [matches(self.pattern, line) for line in sample.lines]
        if self.syntax is Syntax.JSON and sample.document is None and any(isinstance(value, list) for value in sample.values):
            return [any(map(self.accepts, self._records_of(value))) for value in sample.values]
        return [record is not None for record in self.read(sample)]


@cache
def _with_path(entry: LogFormat, path: tuple[str, ...]) -> LogFormat:
    return entry if path == entry.path else replace(entry, path=path)
