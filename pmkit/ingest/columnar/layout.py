"""Layouts of lines: literal text around slots, separated by quotes and spaces. Nearly all lines of an access log have one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

_QUOTE: Final = ord('"')
_SPACE: Final = ord(" ")
_END: Final = ord("\n")

# A slot in the layout of a format, such as {time:2}.
_SLOT: Final = re.compile(r"\{(?P<name>\w*)(?::(?P<words>\d))?\}")


class Slot(NamedTuple):
    """A part of a line that varies.

    Attributes
    ----------
    name : str
        The field; empty if it is not used.
    quoted : bool
        Whether it is between quotes.
    words : int
        The number of its words, if it is not between quotes.
    """

    name: str
    quoted: bool
    words: int = 1


class Span(NamedTuple):
    """Where a slot is: its first byte is `offset` bytes after `mark`, and its end `before` bytes ahead of `until`."""

    mark: int
    offset: int
    until: int
    before: int


class Literal(NamedTuple):
    """Text `offset` bytes after a mark; mark -1 is the byte before the line."""

    mark: int
    offset: int
    text: bytes


@dataclass(frozen=True)
class Layout:
    """One layout of lines.

    Attributes
    ----------
    literals : tuple of str
        The text before, between and after the slots, one more than there are slots.
    slots : tuple of Slot
        The slots. A slot that is not between quotes ends at a space.
    """

    literals: tuple[str, ...]
    slots: tuple[Slot, ...]

    @cached_property
    def frame(self) -> Frame:
        """Where the marks and the literal text of such a line must be."""
        return _frame(self)


@dataclass(frozen=True)
class Frame:
    """A layout in terms of its marks: its quotes, the spaces outside of them, and its end.

    Attributes
    ----------
    marks : bytes
        The marks in order.
    gaps : tuple of (int, int)
        A mark, and its distance in bytes from the mark before it.
    literals : tuple of Literal
        Literal text that does not only consist of marks.
    spans : tuple of Span
        Where each slot is.
    """

    marks: bytes
    gaps: tuple[tuple[int, int], ...]
    literals: tuple[Literal, ...]
    spans: tuple[Span, ...]


def _frame(layout: Layout) -> Frame:
    marks = bytearray()
    gaps: list[tuple[int, int]] = []
    literals: list[Literal] = []
    starts: list[tuple[int, int]] = []
    ends: list[tuple[int, int]] = []
    quoted = False
    for number, literal in enumerate(layout.literals):
        text = literal.encode() + (b"\n" if number == len(layout.slots) else b"")
        positions, quoted = _marks_in(text, quoted=quoted)
        if number and not positions:
            raise ValueError(f"nothing separates the slots around {literal!r}")
        first, last = len(marks), len(marks) + len(positions) - 1
        # The byte before a line counts as a mark, at position -1.
        from_mark = positions if number else [-1, *positions]
        gaps += [(last - len(from_mark) + 2 + n, after - before) for n, (before, after) in enumerate(pairwise(from_mark))]
        if number:
            ends.append((first, positions[0]))
        if any(sign not in (_QUOTE, _END, _SPACE) for sign in text):
            literals.append(Literal(first, -positions[0], text) if number else Literal(-1, 1, text))
        marks += bytes(text[position] for position in positions)
        if number < len(layout.slots):
            starts.append((last, len(text) - from_mark[-1]))
            if not layout.slots[number].quoted:
                marks += b" " * (layout.slots[number].words - 1)
    spans = (Span(mark, offset, until, before) for (mark, offset), (until, before) in zip(starts, ends, strict=True))
    return Frame(bytes(marks), tuple(gaps), tuple(literals), tuple(spans))


def _marks_in(text: bytes, *, quoted: bool) -> tuple[list[int], bool]:
    """Return the positions of the marks in literal text, and whether the text after it is between quotes."""
    positions = []
    for position, sign in enumerate(text):
        quoted ^= sign == _QUOTE
        if sign in (_QUOTE, _END) or (sign == _SPACE and not quoted):
            positions.append(position)
    return positions, quoted


def parse_layout(text: str) -> Layout:
    """Return the layout that a format declares as text.

    Parameters
    ----------
    text : str
        A line with the names of fields in braces, `{}` for a word that is not used, and
        `{name:2}` for a field of two words.

    Examples
    --------
    >>> parse_layout('{client} [{time:2}] "{request}"').literals
    ('', ' [', '] "', '"')
    """
    literals, slots, end = [], [], 0
    for slot in _SLOT.finditer(text):
        literals.append(text[end : slot.start()])
        quoted = "".join(literals).count('"') % 2 == 1
        slots.append(Slot(slot["name"], quoted, int(slot["words"] or 1)))
        end = slot.end()
    return Layout((*literals, text[end:]), tuple(slots))
