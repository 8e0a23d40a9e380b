"""Layouts of lines: literal text around slots, separated by quotes and spaces. Nearly all lines of a log have one of a few."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

_QUOTE: Final = ord('"')
_SPACE: Final = ord(" ")
_END: Final = ord("\n")

# At most this many layouts of a JSON log are used; lines with other layouts are left to the database.
_MAX_JSON_LAYOUTS: Final = 12

# A slot in the layout of a format, such as {time:2}.
_SLOT: Final = re.compile(r"\{(?P<name>\w*)(?::(?P<words>\d))?\}")

# One member of a JSON object whose value is a text without escapes, a number, a word, or a list without objects.
_MEMBER: Final = re.compile(
    r'(?P<before>(?:\{|,)\s*)"(?P<key>[^"\\]+)"(?P<colon>\s*:\s*)'
    r'(?:"(?P<text>[^"\\]*)"|(?P<bare>[-\w.+]+|\[[^"\\{}\[\]]*\]|\{\s*\}))(?=\s*[,}])'
)


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
        The slots.
    spaced : bool
        Whether a space outside of quotes ends a slot.
    """

    literals: tuple[str, ...]
    slots: tuple[Slot, ...]
    spaced: bool

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
        positions, quoted = _marks_in(text, layout.spaced, quoted)
        if number and not positions:
            raise ValueError(f"nothing separates the slots around {literal!r}")
        first, last = len(marks), len(marks) + len(positions) - 1
        # The byte before a line counts as a mark, at position -1.
        from_mark = positions if number else [-1, *positions]
        gaps += [(last - len(from_mark) + 2 + n, after - before) for n, (before, after) in enumerate(pairwise(from_mark))]
        if number:
            ends.append((first, positions[0]))
        if _is_more_than_marks(text, layout.spaced):
            literals.append(Literal(first, -positions[0], text) if number else Literal(-1, 1, text))
        marks += bytes(text[position] for position in positions)
        if number < len(layout.slots):
            starts.append((last, len(text) - from_mark[-1]))
            if not layout.slots[number].quoted:
                marks += b" " * (layout.slots[number].words - 1)
    spans = (Span(mark, offset, until, before) for (mark, offset), (until, before) in zip(starts, ends, strict=True))
    return Frame(bytes(marks), tuple(gaps), tuple(literals), tuple(spans))


def _is_more_than_marks(text: bytes, spaced: bool) -> bool:
    return any(sign not in (_QUOTE, _END, _SPACE) for sign in text) or (not spaced and len(text) > 1)


def _marks_in(text: bytes, spaced: bool, quoted: bool) -> tuple[list[int], bool]:
    """Return the positions of the marks in literal text, and whether the text after it is between quotes."""
    positions = []
    for position, sign in enumerate(text):
        quoted ^= sign == _QUOTE
        if sign in (_QUOTE, _END) or (spaced and sign == _SPACE and not quoted):
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
    return Layout((*literals, text[end:]), tuple(slots), spaced=True)


def json_layouts(lines: Iterable[str]) -> list[Layout]:
    """Return the layouts of those lines that are JSON objects without nested objects, the most frequent first."""
    counts = Counter(layout for line in lines if (layout := _json_layout(line)))
    return [layout for layout, _ in counts.most_common(_MAX_JSON_LAYOUTS)]


def _json_layout(line: str) -> Layout | None:
    members = list(_members(line.rstrip("\n")))
    keys = [member["key"] for member in members]
    if not members or len(set(keys)) < len(keys) or not _is_object(line):
        return None
    literals, slots, literal = [], [], ""
    for member in members:
        quoted = member["text"] is not None
        quote = '"' if quoted else ""
        literals.append(f'{literal}{member["before"]}"{member["key"]}"{member["colon"]}{quote}')
        slots.append(Slot(member["key"], quoted))
        literal = quote
    return Layout((*literals, literal + line.rstrip("\n")[members[-1].end() :]), tuple(slots), spaced=False)


def _members(line: str) -> Iterator[re.Match[str]]:
    """Yield the members of an object; none if any part of the object does not match."""
    members, end = [], 0
    while member := _MEMBER.match(line, end):
        members.append(member)
        end = member.end()
    if members and members[0].start() == 0 and line.startswith("{") and re.fullmatch(r"\s*\}\s*", line[end:]):
        yield from members


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
