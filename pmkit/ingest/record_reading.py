"""Reads the records of an export, each with its line: from JSON documents, from tables, and by a pattern from other texts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from pmkit.formats.format import LogFormat
from pmkit.formats.json_documents import Parents, is_document, locate_records, records_in_text
from pmkit.formats.record_format import RecordFormat
from pmkit.formats.sampling import sample_file
from pmkit.formats.table_rows import csv_rows, is_header, record_maker, unframed
from pmkit.store.ledger import example_of

# At most this many characters of a rejected record are kept.
_KEPT: Final = 500

# Lines at the beginning of a file that show whether it is one document.
_HEAD_LINES: Final = 120


class RejectedRecord(NamedTuple):
    """A rejected record or line: the line on which it begins, the beginning of its text, and the reason."""

    line: int
    text: str
    reason: str

    @property
    def example(self) -> str:
        """The record as a ledger lists it among its examples."""
        return example_of(self.line, self.reason, self.text)


class LocatedRecord(NamedTuple):
    """A record, with the line on which it begins, and its text if it is not JSON; `record` is None if the text is no record."""

    line: int
    record: object
    text: str | None = None

    def rejected(self, reason: str) -> RejectedRecord:
        """Return the record as one that was rejected."""
        return RejectedRecord(self.line, str(self.record)[:_KEPT] if self.text is None else self.text, reason)


@dataclass(frozen=True)
class ExplodedRecords:
    """The records of JSON documents, one per line of a file.

    Attributes
    ----------
    path : Path
        Each line has the number of the line on which the record begins in the export, a tab, and the record as JSON.
    rejected : tuple of RejectedRecord
        What could not be read.
    """

    path: Path
    rejected: tuple[RejectedRecord, ...]


def explode(source: Path, entry: LogFormat, *, document: bool, folder: Path, longest: int) -> ExplodedRecords:
    """Write the records of a document, or of a file with a document on every line, to lines of at most `longest` characters."""
    out = folder / "records"
    rejected: list[RejectedRecord] = []
    with out.open("w", encoding="utf-8") as file:
        for line, value, parents in _json_records(source, entry.path, rejected, document=document):
            record = entry.flat_record(value, parents)
            text = json.dumps(value if record is None else record)
            if len(text) > longest:
                reason = f"a record of {len(text):,} characters, which is too long"
                rejected.append(RejectedRecord(line, text[:_KEPT], reason))
                continue
            file.write(f"{line}\t{text}\n")
    return ExplodedRecords(out, tuple(rejected))


def records_of(entry: RecordFormat, path: Path, rejected: list[RejectedRecord]) -> Iterator[LocatedRecord]:
    """Yield every record of an export, and append to `rejected` what is not JSON."""
    if entry.is_text:
        yield from _matches(entry, path.read_text(encoding="utf-8"))
        return
    with path.open(encoding="utf-8", newline="\n") as file:
        head = list(islice(file, _HEAD_LINES))
    first = next((line.strip() for line in head if line.strip()), "")
    if not first.startswith(("{", "[")):
        yield from _csv_records(path)
        return
    for line, value, _ in _json_records(path, entry.path, rejected, document=is_document(head), strays=True):
        yield LocatedRecord(line, value)


def _json_records(
    source: Path, path: tuple[str, ...], rejected: list[RejectedRecord], *, document: bool, strays: bool = False
) -> Iterator[tuple[int, object, Parents]]:
    """Yield every record with its line and the objects around it, and append to `rejected` what is not JSON.

    With `strays`, JSON without a place for records is yielded, too.
    """
    if document:
        yield from _document_records(source.read_text(encoding="utf-8"), path, rejected, strays=strays)
        return
    with source.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                records = list(records_in_text(line, path, strays=strays))
            except (ValueError, RecursionError):
                rejected.append(RejectedRecord(number, line.strip()[:_KEPT], "no JSON"))
                continue
            yield from ((number, value, parents) for value, parents in records)


def _document_records(
    text: str, path: tuple[str, ...], rejected: list[RejectedRecord], *, strays: bool
) -> Iterator[tuple[int, object, Parents]]:
    line = 1
    try:
        for line, value, parents in locate_records(text, path, strays=strays):
            yield line, value, parents
    except (ValueError, RecursionError) as error:
        place = text.count("\n", 0, error.pos) + 1 if isinstance(error, json.JSONDecodeError) else line
        beginning = text.split("\n")[place - 1].strip()[:_KEPT]
        rejected.append(RejectedRecord(place, beginning, "no JSON from here on, the document is broken or cut short"))


def _matches(entry: RecordFormat, text: str) -> Iterator[LocatedRecord]:
    """Yield every record of a plain text, and the lines between them without a record."""
    position, line = 0, 1
    for start, end, record, begin in entry.matches(text):
        yield from _unmatched(text[position:start], line)
        line += text.count("\n", position, begin)
        yield LocatedRecord(line, record, text[start : min(end, start + _KEPT)])
        line, position = line + text.count("\n", begin, end), end
    yield from _unmatched(text[position:], line)


def _unmatched(text: str, line: int) -> Iterator[LocatedRecord]:
    yield from (LocatedRecord(line + n, None, words) for n, words in enumerate(text.split("\n")) if words.strip())


def _csv_records(path: Path) -> Iterator[LocatedRecord]:
    """Yield the rows of a table; below comments, such as those of InfluxDB, another table with a header of its own may begin."""
    sample = sample_file(path)
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv_rows(unframed(file) if sample.is_framed else file, sample.delimiter)
        header: list[str] = []
        record_of = record_maker(header)
        above, lines_before = 0, 0
        for row in reader:
            line, lines_before = lines_before + 1, reader.line_num
            names = [name.strip() for name in row]
            if not any(names):
                continue
            if above < sample.header or names[0].startswith("#"):
                above += 1
                header = header if above <= sample.header or not names[0].startswith("#") else []
            elif not header:
                header = names if is_header(names) else header
                record_of = record_maker(header)
            elif names != header:
                record = record_of(list(map(sample.plain_cell, row))) if len(row) == len(header) else None
                yield LocatedRecord(line, record, ",".join(row))
