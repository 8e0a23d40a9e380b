"""Takes a sample of a file: its beginning, and a few lines from further on."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import IO, Final

from pmkit.formats.json_beginnings import parse_beginning
from pmkit.formats.json_documents import is_document
from pmkit.formats.sample import Sample

_HEAD_BYTES: Final = 1 << 18
_HEAD_LINES: Final = 120
# Where further lines are taken from, as fractions of the file's size, and how many lines at each place.
_PLACES: Final = (0.25, 0.5, 0.75, 0.95)
_LINES_PER_PLACE: Final = 20

# How many lines to add that have a severity, or a message, where no other line of the sample has one.
RARE_LINES: Final = 10
# How JSON writes the keys of a severity, and those of a message.
_KEYS: Final = ((b'level"', b'"sever', b'"lvl"'), (b'"msg"', b'message"', b'"text"'))


def sample_file(path: Path) -> Sample:
    """Return a sample of a text file: its beginning, and a few lines from further on."""
    size = path.stat().st_size
    with path.open("rb") as file:
        first = file.read(_HEAD_BYTES)
        lines = _lines(first, whole=len(first) == size)[:_HEAD_LINES]
        if is_document(lines) and not _is_record_per_line(file, first):
            return Sample([], document=_document(first, file))
        if b"\n" not in first:
            lines += _lines_at(file, len(first))[: _HEAD_LINES - 1]
        head = len(lines)
        for place in _PLACES if size > _HEAD_BYTES else ():
            lines += _lines_at(file, int(size * place))[:_LINES_PER_PLACE]
        lines += _rare_lines(file, lines)
    return Sample(lines, head=head)


def _rare_lines(file: IO[bytes], lines: list[str]) -> list[str]:
    """Return some lines of JSON with a severity or a message, if no line of the sample has one.

    Often, requests are logged without either, and the few errors among them with both.
    """
    if not any(line.lstrip().startswith("{") for line in lines[:1]):
        return []
    rare: list[str] = []
    sampled = "\n".join(lines).encode()
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        for keys in _KEYS:
            if not any(key in sampled for key in keys):
                rare += _lines_with(text, keys)
    return rare


def _lines_with(text: mmap.mmap, keys: tuple[bytes, ...]) -> list[str]:
    """Return a few of the lines that contain the first key that occurs."""
    for key in keys:
        lines, place = list[str](), text.find(key)
        while place >= 0 and len(lines) < RARE_LINES:
            begin, end = text.rfind(b"\n", 0, place) + 1, text.find(b"\n", place)
            end = len(text) if end < 0 else end
            if end - begin <= _HEAD_BYTES:
                lines.append(text[begin:end].decode("utf-8", "replace"))
            place = text.find(key, end)
        if lines:
            return lines
    return []


def _lines_at(file: IO[bytes], position: int) -> list[str]:
    """Return some whole lines that begin at or after a position."""
    file.seek(position)
    file.readline()
    chunk = file.read(_HEAD_BYTES // 8)
    return _lines(chunk, whole=False) if b"\n" in chunk else []


def _is_record_per_line(file: IO[bytes], first: bytes) -> bool:
    """Return whether a first line that is longer than the beginning is one record, and the next line another."""
    if not first.lstrip().startswith(b"{") or b"\n" in first.strip():
        return False
    file.seek(0)
    line = file.readline()
    return line.rstrip().endswith(b"}") and file.readline(_HEAD_BYTES).lstrip().startswith(b"{")


def _lines(chunk: bytes, *, whole: bool) -> list[str]:
    lines = chunk.decode("utf-8", "replace").split("\n")
    return lines if whole or len(lines) == 1 else lines[:-1]


def _document(first: bytes, file: IO[bytes]) -> object:
    """Return the beginning of a JSON document, and more of it if the first record is large; empty if nothing can be parsed."""
    document = parse_beginning(first[: _HEAD_BYTES // 4].decode("utf-8", "ignore"))
    if document in (None, [], {}):
        file.seek(0)
        document = parse_beginning(file.read(8 * _HEAD_BYTES).decode("utf-8", "ignore"))
    return {} if document is None else document
