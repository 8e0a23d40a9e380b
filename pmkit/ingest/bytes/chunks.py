"""Parts of a text, in bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

CHUNK_BYTES: Final = 4 << 20
LONGEST_LINE: Final = 32 << 20
"""Bytes; to read a line takes up to seventy times as much memory. Documents, such as one array, are not read by lines."""
_GLANCE_BYTES: Final = 1 << 16


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


class Bounded:
    """Hands on a text, and of a line that is longer than `LONGEST_LINE` only the beginning.

    Attributes
    ----------
    cut : list of int
        Where such lines were cut, in bytes from the beginning of the text.
    """

    def __init__(self) -> None:
        self.cut: list[int] = []
        self._position = self._length = 0
        self._is_cut = False

    def pass_on(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Give every chunk, of UTF-8 and none longer than a line may be, without what is too much."""
        for chunk in chunks:
            end = chunk.find(b"\n")
            begun = len(chunk) if end < 0 else end
            if self._is_cut or self._length + begun > LONGEST_LINE:
                kept = self._kept(chunk[:begun])
                yield kept + chunk[begun:]
            else:
                self._length += begun
                yield chunk
            self._position += len(chunk)
            if end >= 0:
                self._length, self._is_cut = len(chunk) - chunk.rfind(b"\n") - 1, False

    def _kept(self, begun: bytes) -> bytes:
        """Cut a part of a line at the end of a character."""
        if self._is_cut:
            return b""
        end = max(LONGEST_LINE - self._length, 0)
        while end < len(begun) and begun[end] & 0xC0 == 0x80:
            end += 1
        if end < len(begun):
            self._is_cut = True
            self.cut.append(self._position + end)
        self._length += end
        return begun[:end]


def may_be_too_long(path: Path) -> bool:
    """Tell whether a text has a line that may be longer than `LONGEST_LINE`, by looking into it here and there."""
    step = LONGEST_LINE // 2
    with path.open("rb") as file:
        return any(
            all(b"\n" not in glance for glance in chunks_of(file, begin, begin + step, _GLANCE_BYTES))
            for begin in range(0, path.stat().st_size - step, step)
        )
