"""From the bytes of an export to plain UTF-8 lines, decompressed and checked to the last byte."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Final

import numpy as np

from pmkit.core.errors import SourceError
from pmkit.ingest.bytes import archives, compression

_CHUNK: Final = 1 << 20
_ANSI: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
_UNFINISHED: Final = re.compile(r"\x1b[^\n]{0,64}\Z")
_LATIN: Final = {
    0xDC00 + byte: bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "\ufffd"
    for byte in range(0x80, 0x100)
}
_MARK: Final = "\ufeff"
"""The byte order mark, which stands in the middle where files were put together."""
_STRAY: Final = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class Text:
    r"""An export as plain lines.

    Attributes
    ----------
    path : Path
        UTF-8 with `\n` line ends: the export itself where it is that already.
    notes : tuple of str
        What had to be repaired.
    modified : datetime
        When the export was last modified, UTC.
    milestones : tuple of (int, int)
        Some positions in bytes, in order, and how many line ends stand before each.
    """

    path: Path
    notes: tuple[str, ...]
    modified: datetime
    milestones: tuple[tuple[int, int], ...] = ((0, 0),)


def digest(path: Path) -> str:
    """Return the SHA-256 of the file as it lies on disk, in hexadecimal.

    Raises
    ------
    SourceError
        When the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as unreadable:
        raise SourceError(f"{path}: cannot be read: {unreadable.strerror}") from unreadable


def _chunks(path: Path, stream: IO[bytes]) -> Iterator[bytes]:
    try:
        while chunk := stream.read(_CHUNK):
            yield chunk
    except EOFError as cut:
        raise SourceError(
            f"{path}: the compressed file is cut short; export or copy it again, or decompress what is there "
            f"with `zcat {path.name} > {path.stem}` to report on that part"
        ) from cut
    except compression.BROKEN as broken:
        raise SourceError(f"{path}: the compressed data is damaged ({broken}); export or copy it again") from broken


def materialise(path: Path, folder: Path, member: str | None = None) -> Text:
    """Give an export as plain UTF-8 lines, through a file in `folder` where that takes one.

    Every byte is read, so that a truncated or damaged archive is noticed. Bytes that are not
    UTF-8 are read as Latin-1, NUL bytes and terminal colours are left out; all are noted.

    Parameters
    ----------
    member : str, optional
        A file of the archive that `path` is.

    Raises
    ------
    SourceError
        When the file cannot be read, is cut short or damaged.
    """
    try:
        out = folder / "text"
        with archives.opened(path, member) as (stream, packed, modified), _unpacked(out, packed=packed) as copy:
            milestones = [(0, 0)]
            plain = is_plain(_passed(_chunks(path, stream), milestones), copy)
        if plain:
            return Text(out if packed else path, (), modified, tuple(milestones))
        with archives.opened(path, member) as (stream, _, modified):
            return Text(out, _rewrite(_chunks(path, stream), out), modified)
    except compression.BROKEN as broken:
        raise SourceError(f"{path}: cannot be read: {getattr(broken, 'strerror', None) or broken}") from broken


def _encoding(first: bytes) -> str:
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    pairs = max(len(first) // 2, 1)
    if first[1::2].count(0) > 0.4 * pairs and first[::2].count(0) < 0.1 * pairs:
        return "utf-16-le"
    if first[::2].count(0) > 0.4 * pairs and first[1::2].count(0) < 0.1 * pairs:
        return "utf-16-be"
    return "utf-8"


@contextmanager
def _unpacked(out: Path, *, packed: bool) -> Iterator[IO[bytes] | None]:
    """Open the copy of what is packed; what is not needs none."""
    if not packed:
        yield None
        return
    with out.open("wb") as copy:
        yield copy


def _passed(chunks: Iterable[bytes], milestones: list[tuple[int, int]]) -> Iterator[bytes]:
    """Hand chunks on, and note how many line ends stand before the end of each."""
    for chunk in chunks:
        position, lines = milestones[-1]
        milestones.append((position + len(chunk), lines + count_line_ends(chunk)))
        yield chunk


def count_line_ends(chunk: bytes) -> int:
    """Count the line ends; many times faster than `bytes.count` where they are many."""
    return int(np.count_nonzero(np.frombuffer(chunk, np.uint8) == ord("\n")))


def is_plain(chunks: Iterable[bytes], copy: IO[bytes] | None = None) -> bool:
    """Tell whether the bytes of a text are lines of UTF-8 as they should be, and copy them as long as they are."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in chunks:
            if b"\r" in chunk or b"\x00" in chunk or b"\x1b" in chunk:
                return False
            if (not chunk.isascii() or decoder.getstate()[0]) and _MARK in decoder.decode(chunk):
                return False
            if copy is not None:
                copy.write(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _rewrite(chunks: Iterator[bytes], out: Path) -> tuple[str, ...]:
    first = next(chunks, b"")
    encoding = _encoding(first[:4096])
    errors = "surrogateescape" if encoding == "utf-8" else "replace"
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(errors), translate=True)
    latin = nul = colours = 0
    held = ""
    with out.open("w", encoding="utf-8", newline="") as file:
        for chunk, last in _with_last(first, chunks):
            text = held + decoder.decode(chunk, final=last)
            nul += text.count("\x00")
            text, replaced = _STRAY.subn(lambda stray: _LATIN[ord(stray[0])], text.replace("\x00", "").replace(_MARK, ""))
            unfinished = None if last else _UNFINISHED.search(text)
            held = unfinished[0] if unfinished else ""
            text, removed = _ANSI.subn("", text[: len(text) - len(held)])
            latin, colours = latin + replaced, colours + removed
            file.write(text)
    notes = {
        "UTF-16 converted": encoding.startswith("utf-16"),
        f"{latin} {'byte that is' if latin == 1 else 'bytes that are'} not UTF-8 read as Latin-1": latin,
        f"{nul} NUL {'byte' if nul == 1 else 'bytes'} left out": nul,
        f"{colours} terminal {'colour' if colours == 1 else 'colours'} left out": colours,
    }
    return tuple(note for note, holds in notes.items() if holds)


def _with_last(first: bytes, rest: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Give every chunk, and at the end an empty one that is marked as the last."""
    yield first, False
    for chunk in rest:
        yield chunk, False
    yield b"", True
