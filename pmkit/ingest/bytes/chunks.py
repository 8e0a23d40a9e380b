"""Reads a text in pieces and chunks of bytes, and cuts lines that are too long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

CHUNK_BYTES: Final = 4 << 20
_GLANCE_BYTES: Final = 1 << 16


@dataclass(frozen=True)
class Piece:
    """A part of a text.

    Attributes
    ----------
    begin, end : int
        In bytes, from the beginning of the text; `end` is not included.
    above : int
        The number of lines above it.
    """

    begin: int
    end: int
    above: int


def whole_of(path: Path) -> Piece:
    """Return a text as one piece."""
    return Piece(0, path.stat().st_size, 0)


def chunks_of(file: IO[bytes], begin: int, end: int, size: int = CHUNK_BYTES) -> Iterator[bytes]:
    """Yield a range of a file in chunks of `size` bytes."""
    file.seek(begin)
    left = end - begin
    while left > 0 and (chunk := file.read(min(size, left))):
        left -= len(chunk)
        yield chunk


class LineCutter:
    """Cuts lines that are too long after their beginning.

    Parameters
    ----------
    longest : int
        How many bytes of a line are kept; a few more if a character would be split.

    Attributes
    ----------
    cuts : list of int
        Where lines were cut, in bytes from the beginning of the text.
    """

    def __init__(self, longest: int) -> None:
        self.cuts: list[int] = []
        self._longest = longest
        self._position = self._length = 0
        self._is_cut = False

    def cut(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield each chunk without the rest of long lines; chunks are UTF-8 and at most as long as a line may be."""
        for chunk in chunks:
            line_end = chunk.find(b"\n")
            rest_of_line = len(chunk) if line_end < 0 else line_end
            if self._is_cut or self._length + rest_of_line > self._longest:
                yield self._cut_line(chunk[:rest_of_line]) + chunk[rest_of_line:]
            else:
                self._length += rest_of_line
                yield chunk
            self._position += len(chunk)
            if line_end >= 0:
                self._length, self._is_cut = len(chunk) - chunk.rfind(b"\n") - 1, False

    def _cut_line(self, line: bytes) -> bytes:
        """Return the part of a long line's next bytes that is kept, up to the end of a character."""
        if self._is_cut:
            return b""
        end = max(self._longest - self._length, 0)
        while end < len(line) and line[end] & 0xC0 == 0x80:
            end += 1
        if end < len(line):
            self._is_cut = True
            self.cuts.append(self._position + end)
        self._length += end
        return line[:end]


def may_be_too_long(path: Path, longest: int) -> bool:
    """Return whether a text may have a line of more than `longest` bytes; only samples of it are read."""
    step = longest // 2
    with path.open("rb") as file:
        return any(
            all(b"\n" not in glance for glance in chunks_of(file, begin, begin + step, _GLANCE_BYTES))
            for begin in range(0, path.stat().st_size - step, step)
        )
