"""Turns the records of JSON documents into lines, one a record, each with its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pmkit.formats.format import LogFormat
from pmkit.formats.json_documents import locate_records
from pmkit.ingest.bytes.chunks import LONGEST_LINE

Located = tuple[int, Any, list[dict[str, Any]]]


@dataclass(frozen=True)
class Exploded:
    """The records of an export.

    Attributes
    ----------
    path : Path
        One line a record: the line on which it begins in the export, a tab, the record as JSON.
    broken : tuple of str
        What could not be read, with its line and the reason.
    """

    path: Path
    broken: tuple[str, ...]


def explode(source: Path, entry: LogFormat, *, document: bool, folder: Path) -> Exploded:
    """Write the records of a document, or of a file with a document on every line."""
    out = folder / "records"
    broken: list[str] = []
    with out.open("w", encoding="utf-8") as file:
        for line, value, around in each_record(source, entry.path, broken, document=document):
            record = entry.flat_record(value, around)
            text = json.dumps(value if record is None else record)
            if len(text) > LONGEST_LINE:
                broken.append(f"{line}: a record of {len(text):,} characters, which is too long: {text[:120]}")
                continue
            file.write(f"{line}\t{text}\n")
    return Exploded(out, tuple(broken))


def each_record(source: Path, path: tuple[str, ...], broken: list[str], *, document: bool) -> Iterator[Located]:
    """Give every record with its line; add to `broken` what is no JSON."""
    if document:
        body = source.read_text(encoding="utf-8")
        at = 1
        try:
            for at, value, around in locate_records(body, path):
                yield at, value, around
        except (ValueError, RecursionError) as wrong:
            place = body.count("\n", 0, wrong.pos) + 1 if isinstance(wrong, json.JSONDecodeError) else at
            words = body.split("\n")[place - 1].strip()[:120]
            broken.append(f"{place}: no JSON from here on, the document is broken or cut short: {words}")
        return
    with source.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                found = [(value, around) for _, value, around in locate_records(line, path)]
            except (ValueError, RecursionError):
                broken.append(f"{number}: no JSON: {line.strip()[:120]}")
                continue
            yield from ((number, value, around) for value, around in found)
