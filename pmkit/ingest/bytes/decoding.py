"""Turns the bytes of an export into plain UTF-8 lines, decompressed and checked to the last byte."""

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
# The byte order mark. It also occurs in the middle of a text, where files were concatenated.
_MARK: Final = "\ufeff"

# What `surrogateescape` makes of bytes that are not UTF-8.
_STRAY: Final = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class Text:
    r"""An export as plain lines.

    Attributes
    ----------
    path : Path
        UTF-8 with `\n` line ends: the export itself, if it is in this form already.
    notes : tuple of str
        What had to be repaired.
    modified : datetime
        When the export was last modified, UTC.
    milestones : tuple of (int, int)
        Some positions in bytes, in order, with the number of line ends before each.
    """

    path: Path
    notes: tuple[str, ...]
    modified: datetime
    milestones: tuple[tuple[int, int], ...] = ((0, 0),)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file as it is stored, in hexadecimal.

    Raises
    ------
    SourceError
        When the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as unreadable:
        raise SourceError(f"{path}: cannot be read: {compression.why_unreadable(unreadable)}") from unreadable


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
    """Return an export as plain UTF-8 lines; if it is not stored as such, they are written to a file in `folder`.

    Every byte is read, so that a truncated or damaged archive is noticed. Bytes that are not
    UTF-8 are read as Latin-1; NUL bytes and terminal colours are removed. The notes say so.

    Parameters
    ----------
    member : str, optional
        The file in the archive, if `path` is one.

    Raises
    ------
    SourceError
        When the file cannot be read, is cut short or damaged.
    """
    try:
        out = folder / "text"
        with archives.opened(path, member) as (stream, packed, modified), _copy_if_packed(out, packed=packed) as copy:
            milestones = [(0, 0)]
            is_usable = is_plain(_noting_milestones(_chunks(path, stream), milestones), copy)
        if is_usable:
            return Text(out if packed else path, (), modified, tuple(milestones))
        with archives.opened(path, member) as (stream, _, modified):
            return Text(out, _rewrite(_chunks(path, stream), out), modified)
    except compression.BROKEN as broken:
        raise SourceError(f"{path}: cannot be read: {compression.why_unreadable(broken)}") from broken


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
def _copy_if_packed(out: Path, *, packed: bool) -> Iterator[IO[bytes] | None]:
    """Open a file for the unpacked bytes; yield None if there is nothing to unpack."""
    if not packed:
        yield None
        return
    with out.open("wb") as copy:
        yield copy


def _noting_milestones(chunks: Iterable[bytes], milestones: list[tuple[int, int]]) -> Iterator[bytes]:
    """Yield the chunks, and append to `milestones` the end of each with the number of line ends before it."""
    for chunk in chunks:
        position, lines = milestones[-1]
        milestones.append((position + len(chunk), lines + count_line_ends(chunk)))
        yield chunk


def count_line_ends(chunk: bytes) -> int:
    """Return the number of line ends; many times faster than `bytes.count` where there are many."""
    return int(np.count_nonzero(np.frombuffer(chunk, np.uint8) == ord("\n")))


def is_plain(chunks: Iterable[bytes], copy: IO[bytes] | None = None) -> bool:
    """Return whether a text consists of lines of UTF-8 that need no repair; up to the first problem, copy it to `copy`."""
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
    pending = ""
    with out.open("w", encoding="utf-8", newline="") as file:
        for chunk, last in _with_last(first, chunks):
            text = pending + decoder.decode(chunk, final=last)
            nul += text.count("\x00")
            text, replaced = _STRAY.subn(lambda stray: _LATIN[ord(stray[0])], text.replace("\x00", "").replace(_MARK, ""))
            unfinished = None if last else _UNFINISHED.search(text)
            pending = unfinished[0] if unfinished else ""
            text, removed = _ANSI.subn("", text[: len(text) - len(pending)])
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
    """Yield every chunk with False, and at the end an empty one with True."""
    yield first, False
    for chunk in rest:
        yield chunk, False
    yield b"", True
