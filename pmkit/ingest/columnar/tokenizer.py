"""Cuts the lines of a chunk into the slots of their layouts, all lines at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from pmkit.ingest.columnar.layout import Frame, Layout

Numbers = np.ndarray[Any, np.dtype[Any]]

# Number of bytes of text that are compared at once.
_WORD: Final = 8

# Size of a block of lines, which must fit into the processor's cache.
_BLOCK_BYTES: Final = 1 << 19


@dataclass(frozen=True)
class TakenLines:
    """The lines of a chunk that have one layout.

    Attributes
    ----------
    numbers : array of int
        Their numbers within the chunk, from 0, in order.
    slots : list of DictionaryArray
        The texts in each slot of the layout; None for a slot without a name.
    """

    numbers: Numbers
    slots: list[pa.DictionaryArray]


class _Block:
    """Some lines of a chunk that fit into the processor's cache together."""

    def __init__(self, text: bytes) -> None:
        self._bytes = np.frombuffer(text, np.uint8)
        # At each position, the eight bytes that begin there as one number.
        self._words = np.ndarray((len(text) + 1,), np.dtype("<u8"), text + b"." * _WORD, strides=(1,))
        marks = self._bytes == ord('"')
        marks |= self._bytes == ord("\n")
        marks |= self._bytes == ord(" ")
        self._at = np.flatnonzero(marks).astype(np.int32)
        self._kind = self._bytes[self._at]
        self._drop_spaces_in_quotes()
        ends = np.flatnonzero(self._kind == ord("\n"))
        self._first = np.concatenate(([0], ends[:-1] + 1))
        self._marks = ends - self._first + 1
        self.ends = self._at[ends]
        self.starts = np.concatenate(([0], self.ends[:-1] + 1)).astype(np.int32)
        self._plain = ~self._has_escapes(text)

    def _drop_spaces_in_quotes(self) -> None:
        """Remove spaces between quotes from the marks; quotes are counted from the beginning of each line."""
        quotes = self._kind == ord('"')
        inside = np.cumsum(quotes, dtype=np.uint8) & 1
        ends = np.flatnonzero(self._kind == ord("\n"))
        before = np.concatenate(([0], inside[ends[:-1]])).astype(np.uint8)
        if before.any():
            inside ^= np.repeat(before, np.diff(ends, prepend=-1))
        kept = (inside == 0) | (self._kind != ord(" "))
        self._at, self._kind = self._at[kept], self._kind[kept]

    def _has_escapes(self, text: bytes) -> Numbers:
        """Return which lines have a backslash or control character, because quotes and spaces may have another meaning there."""
        controls = self._bytes < ord(" ")
        escaped = np.zeros(len(self.ends), bool)
        if b"\\" in text or np.count_nonzero(controls) > len(escaped):
            places = np.flatnonzero((controls & (self._bytes != ord("\n"))) | (self._bytes == ord("\\")))
            escaped[np.searchsorted(self.ends, places)] = True
        return escaped

    def take(self, layout: Layout, remaining: Numbers) -> tuple[Numbers, Numbers]:
        """Return the remaining lines of a layout, and the bounds of the slots: a row of beginnings and a row of ends per slot."""
        frame = layout.frame
        lines = np.flatnonzero(remaining & self._plain & (self._marks == len(frame.marks)))
        whole = len(lines) == len(self.ends)
        places = None if whole else self._first[lines][:, None] + np.arange(len(frame.marks))
        at = self._at.reshape(len(lines), -1) if places is None else self._at[places]
        kinds = self._kind.reshape(len(lines), -1) if places is None else self._kind[places]
        # Row 0 is the byte before the line, row k + 1 its mark k.
        at = np.vstack((self.starts[lines] - 1, at.T))
        holds = self._holds(frame, at, kinds)
        bounds = np.empty((2 * len(layout.slots), len(lines)), np.int32)
        for number, (slot, span) in enumerate(zip(layout.slots, frame.spans, strict=True)):
            begin, end = bounds[2 * number], bounds[2 * number + 1]
            np.add(at[span.mark + 1], span.offset, out=begin)
            np.subtract(at[span.until + 1], span.before, out=end)
            holds &= begin <= end if slot.quoted else begin < end
        return (lines, bounds) if holds.all() else (lines[holds], bounds[:, holds])

    def _holds(self, frame: Frame, at: Numbers, kinds: Numbers) -> Numbers:
        """Return which lines have the marks of a layout at the right distances, and its literal text between them."""
        if kinds.tobytes() == frame.marks * len(kinds):
            holds = np.ones(len(kinds), bool)
        else:
            holds = (kinds == np.frombuffer(frame.marks, np.uint8)).all(axis=1)
        for mark, gap in frame.gaps:
            holds &= at[mark + 1] - at[mark] == gap
        for literal in frame.literals:
            begin = at[literal.mark + 1] + literal.offset
            for part in range(0, len(literal.text), _WORD):
                holds &= self._has_text(begin + part, literal.text[part : part + _WORD])
        return holds

    def _has_text(self, begin: Numbers, text: bytes) -> Numbers:
        """Return at which positions a text of up to eight bytes begins."""
        inside = np.clip(begin, 0, len(self._words) - 1)
        mask = np.uint64((1 << 8 * len(text)) - 1)
        matches: Numbers = self._words[inside] & mask == np.uint64(int.from_bytes(text, "little"))
        return matches


class Chunk:
    """Whole lines of a log, the last one with its line end.

    Parameters
    ----------
    text : bytes
        UTF-8.

    Attributes
    ----------
    remaining : array of bool
        Which lines were not taken yet.
    """

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._blocks: list[tuple[int, _Block]] = []
        begin = 0
        while begin < len(text):
            end = text.find(b"\n", min(begin + _BLOCK_BYTES, len(text) - 1)) + 1
            self._blocks.append((begin, _Block(text[begin:end])))
            begin = end
        self._starts = np.concatenate([block.starts + begin for begin, block in self._blocks])
        self._ends = np.concatenate([block.ends + begin for begin, block in self._blocks])
        self.remaining = np.ones(len(self._ends), bool)

    def __len__(self) -> int:
        return len(self._ends)

    def take(self, layout: Layout) -> TakenLines:
        """Return the remaining lines of a layout, and mark them as taken."""
        lines, bounds, above = [], [], 0
        for begin, block in self._blocks:
            numbers, slot_bounds = block.take(layout, self.remaining[above : above + len(block.ends)])
            lines.append(numbers + above)
            bounds.append(slot_bounds + begin)
            above += len(block.ends)
        together = np.concatenate(lines)
        self.remaining[together] = False
        return TakenLines(together, self._values([slot.name for slot in layout.slots], np.concatenate(bounds, axis=1)))

    def _values(self, names: list[str], bounds: Numbers) -> list[pa.DictionaryArray]:
        """Return the texts in the slots.

        One array over the chunk, made without a copy, contains them and the texts between them in turn.
        """
        width, lines = bounds.shape
        offsets = np.empty(width * lines + 1, np.int32)
        offsets[:-1] = bounds.T.ravel()
        offsets[-1] = len(self._text)
        values = pa.StringArray.from_buffers(width * lines, pa.py_buffer(offsets), pa.py_buffer(self._text))
        return [
            values.take(pa.array(np.arange(2 * number, width * lines, width, dtype=np.int32))).dictionary_encode()
            if name
            else None
            for number, name in enumerate(names)
        ]

    def texts(self, lines: Numbers) -> pa.Array:
        """Return lines without their line ends."""
        offsets = np.empty(2 * len(lines) + 1, np.int32)
        offsets[:-1:2], offsets[1::2], offsets[-1] = self._starts[lines], self._ends[lines], len(self._text)
        values = pa.StringArray.from_buffers(2 * len(lines), pa.py_buffer(offsets), pa.py_buffer(self._text))
        return values.take(pa.array(np.arange(0, 2 * len(lines), 2, dtype=np.int32)))

    def start_of(self, line: int) -> int:
        """Return the position of a line in bytes."""
        return int(self._starts[line])
