"""Parts of a text, in bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

CHUNK_BYTES: Final = 4 << 20


@dataclass(frozen=True)
class Piece:
    """A part of a text.

    Attributes
    ----------
    begin, end : int
        In bytes, from the beginning of the text; `end` does not belong to it.
    above : int
        How many lines stand above it.
    """

    begin: int
    end: int
    above: int


def whole_of(path: Path) -> Piece:
    """Give a text as one piece."""
    return Piece(0, path.stat().st_size, 0)


def chunks_of(file: IO[bytes], begin: int, end: int, size: int = CHUNK_BYTES) -> Iterator[bytes]:
    """Read a range of a file, some megabytes at a time, or as many bytes as are asked for."""
    file.seek(begin)
    left = end - begin
    while left > 0 and (chunk := file.read(min(size, left))):
        left -= len(chunk)
        yield chunk
