"""The plain shapes that nearly all lines of a log have: literal text around slots, told apart at quotes and spaces."""

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
_MOST: Final = 12
"""So many shapes of a log of JSON objects are told apart; what has another is left to the database."""
_PLACE: Final = re.compile(r"\{(?P<name>\w*)(?::(?P<words>\d))?\}")
_MEMBER: Final = re.compile(
    r'(?P<before>(?:\{|,)\s*)"(?P<key>[^"\\]+)"(?P<colon>\s*:\s*)'
    r'(?:"(?P<text>[^"\\]*)"|(?P<bare>[-\w.+]+|\[[^"\\{}\[\]]*\]|\{\s*\}))(?=\s*[,}])'
)


class Slot(NamedTuple):
    """A part of a line that varies.

    Attributes
    ----------
    name : str
        The field; empty where it is of no interest.
    quoted : bool
        Whether it stands between quotes.
    words : int
        How many words it has, where it does not.
    """

    name: str
    quoted: bool
    words: int = 1


class Span(NamedTuple):
    """Where a slot stands: its first byte is `offset` bytes behind `mark`, and its end `before` bytes in front of `until`."""

    mark: int
    offset: int
    until: int
    before: int


class Text(NamedTuple):
    """What stands `offset` bytes behind a mark; of a line that begins with it, mark -1 is the byte before the first."""

    mark: int
    offset: int
    text: bytes


@dataclass(frozen=True)
class Layout:
    """One shape of lines.

    Attributes
    ----------
    literals : tuple of str
        What stands before, between and behind the slots, one more than there are slots.
    slots : tuple of Slot
        What stands between them.
    spaced : bool
        Whether a space outside of quotes ends a slot.
    """

    literals: tuple[str, ...]
    slots: tuple[Slot, ...]
    spaced: bool

    @cached_property
    def frame(self) -> Frame:
        """Where marks and text of such a line have to be."""
        return _frame(self)


@dataclass(frozen=True)
class Frame:
    """What a line of a layout looks like, seen from its marks: its quotes, the spaces outside of them, and its end.

    Attributes
    ----------
    marks : bytes
        The marks in order.
    gaps : tuple of (int, int)
        A mark, and how many bytes it stands behind the one before.
    texts : tuple of Text
        Literal text that is more than marks.
    spans : tuple of Span
        Each slot.
    """

    marks: bytes
    gaps: tuple[tuple[int, int], ...]
    texts: tuple[Text, ...]
    spans: tuple[Span, ...]


def _frame(layout: Layout) -> Frame:
    marks = bytearray()
    gaps: list[tuple[int, int]] = []
    texts: list[Text] = []
    starts: list[tuple[int, int]] = []
    ends: list[tuple[int, int]] = []
    quoted = False
    for number, literal in enumerate(layout.literals):
        text = literal.encode() + (b"\n" if number == len(layout.slots) else b"")
        found, quoted = _marks_in(text, layout.spaced, quoted)
        if number and not found:
            raise ValueError(f"nothing separates the slots around {literal!r}")
        first, last = len(marks), len(marks) + len(found) - 1
        places = found if number else [-1, *found]  # a line begins behind a mark that is the byte before it
        gaps += [(last - len(places) + 2 + n, after - before) for n, (before, after) in enumerate(pairwise(places))]
        if number:
            ends.append((first, found[0]))
        if any(sign not in (_QUOTE, _END, _SPACE) for sign in text) or (not layout.spaced and len(text) > 1):
            texts.append(Text(first, -found[0], text) if number else Text(-1, 1, text))
        marks += bytes(text[place] for place in found)
        if number < len(layout.slots):
            starts.append((last, len(text) - places[-1]))
            if not layout.slots[number].quoted:
                marks += b" " * (layout.slots[number].words - 1)
    spans = (Span(mark, offset, until, before) for (mark, offset), (until, before) in zip(starts, ends, strict=True))
    return Frame(bytes(marks), tuple(gaps), tuple(texts), tuple(spans))


def _marks_in(text: bytes, spaced: bool, quoted: bool) -> tuple[list[int], bool]:
    """Find the marks in literal text, and whether what follows it stands between quotes."""
    found = []
    for place, sign in enumerate(text):
        quoted ^= sign == _QUOTE
        if sign in (_QUOTE, _END) or (spaced and sign == _SPACE and not quoted):
            found.append(place)
    return found, quoted


def written(layout: str) -> Layout:
    """Read a layout as the entry of a format writes it.

    Parameters
    ----------
    layout : str
        A line with the names of fields in braces, `{}` for a word that is left out, and
        `{name:2}` for a field of two words.

    Examples
    --------
    >>> written('{client} [{time:2}] "{request}"').literals
    ('', ' [', '] "', '"')
    """
    literals, slots, end = [], [], 0
    for place in _PLACE.finditer(layout):
        literals.append(layout[end : place.start()])
        quoted = "".join(literals).count('"') % 2 == 1
        slots.append(Slot(place["name"], quoted, int(place["words"] or 1)))
        end = place.end()
    return Layout((*literals, layout[end:]), tuple(slots), spaced=True)


def layouts_of(lines: Iterable[str]) -> list[Layout]:
    """Find the shapes of lines that are JSON objects without objects in them, the most frequent first."""
    found = Counter(layout for line in lines if (layout := _json_layout(line)))
    return [layout for layout, _ in found.most_common(_MOST)]


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
    """Read an object from its beginning; nothing where it is not to be read to its end."""
    found, end = [], 0
    while member := _MEMBER.match(line, end):
        found.append(member)
        end = member.end()
    if found and found[0].start() == 0 and line.startswith("{") and re.fullmatch(r"\s*\}\s*", line[end:]):
        yield from found


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
