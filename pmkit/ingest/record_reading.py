"""Reads the records of an export, each with its line: from JSON documents, from tables, and by a pattern from other texts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from pmkit.formats.format import LogFormat, RecordFormat
from pmkit.formats.json_documents import Parents, is_document, locate_records
from pmkit.formats.sample import csv_rows
from pmkit.formats.sampling import sample_file

# At most this many characters of a record are shown to the user.
_SHOWN: Final = 500
_SHOWN_BROKEN: Final = 120

# Lines at the beginning of a file that show whether it is one document.
_HEAD_LINES: Final = 120


class LocatedRecord(NamedTuple):
    """A record, with the line on which it begins and its text; `record` is None if the text is not a record."""

    line: int
    record: object
    text: str


@dataclass(frozen=True)
class ExplodedRecords:
    """The records of JSON documents, one per line of a file.

    Attributes
    ----------
    path : Path
        Each line has the number of the line on which the record begins in the export, a tab, and the record as JSON.
    broken : tuple of str
        What could not be read, with its line and the reason.
    """

    path: Path
    broken: tuple[str, ...]


def explode(source: Path, entry: LogFormat, *, document: bool, folder: Path, longest: int) -> ExplodedRecords:
    """Write the records of a document, or of a file with a document on every line, to lines of at most `longest` characters."""
    out = folder / "records"
    broken: list[str] = []
    with out.open("w", encoding="utf-8") as file:
        for line, value, parents in _json_records(source, entry.path, broken, document=document):
            record = entry.flat_record(value, parents)
            text = json.dumps(value if record is None else record)
            if len(text) > longest:
                broken.append(f"{line}: a record of {len(text):,} characters, which is too long: {text[:_SHOWN_BROKEN]}")
                continue
            file.write(f"{line}\t{text}\n")
    return ExplodedRecords(out, tuple(broken))


def records_of(entry: RecordFormat, path: Path, broken: list[str]) -> Iterator[LocatedRecord]:
    """Yield every record of an export, and append to `broken` what is not JSON."""
    if entry.pattern:
        yield from _matches(entry, path.read_text(encoding="utf-8"))
        return
    with path.open(encoding="utf-8", newline="\n") as file:
        head = list(islice(file, _HEAD_LINES))
    first = next((line.strip() for line in head if line.strip()), "")
    if not first.startswith(("{", "[")):
        yield from _csv_records(path)
        return
    for line, value, parents in _json_records(path, entry.path, broken, document=is_document(head)):
        yield LocatedRecord(line, entry.flat_record(value, parents), str(value)[:_SHOWN])


def _json_records(
    source: Path, path: tuple[str, ...], broken: list[str], *, document: bool
) -> Iterator[tuple[int, object, Parents]]:
    """Yield every record with its line and the objects around it, and append to `broken` what is not JSON."""
    if document:
        yield from _document_records(source.read_text(encoding="utf-8"), path, broken)
        return
    with source.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                records = [(value, parents) for _, value, parents in locate_records(line, path)]
            except (ValueError, RecursionError):
                broken.append(f"{number}: no JSON: {line.strip()[:_SHOWN_BROKEN]}")
                continue
            yield from ((number, value, parents) for value, parents in records)


def _document_records(text: str, path: tuple[str, ...], broken: list[str]) -> Iterator[tuple[int, object, Parents]]:
    line = 1
    try:
        for line, value, parents in locate_records(text, path):
            yield line, value, parents
    except (ValueError, RecursionError) as error:
        place = text.count("\n", 0, error.pos) + 1 if isinstance(error, json.JSONDecodeError) else line
        shown = text.split("\n")[place - 1].strip()[:_SHOWN_BROKEN]
        broken.append(f"{place}: no JSON from here on, the document is broken or cut short: {shown}")


def _matches(entry: RecordFormat, text: str) -> Iterator[LocatedRecord]:
    """Yield every record of a plain text, and the lines between them without a record."""
    position, line = 0, 1
    for match in entry.matcher.finditer(text):
        yield from _unmatched(text[position : match.start()], line)
        line += text.count("\n", position, match.start(1))
        yield LocatedRecord(line, match.groupdict(), match[0][:_SHOWN])
        line, position = line + text.count("\n", match.start(1), match.end()), match.end()
    yield from _unmatched(text[position:], line)


def _unmatched(text: str, line: int) -> Iterator[LocatedRecord]:
    yield from (LocatedRecord(line + n, None, words) for n, words in enumerate(text.split("\n")) if words.strip())


def _csv_records(path: Path) -> Iterator[LocatedRecord]:
    sample = sample_file(path)
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv_rows(file, sample.delimiter)
        for _ in range(sample.header):
            next(reader, None)
        header = [name.strip() for name in next(reader, [])]
        lines_before = reader.line_num
        for row in reader:
            line, lines_before = lines_before + 1, reader.line_num
            if row and [name.strip() for name in row] != header:
                record = dict(zip(header, row, strict=True)) if len(row) == len(header) else None
                yield LocatedRecord(line, record, ",".join(row))
