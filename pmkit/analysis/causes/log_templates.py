"""Finds the templates that log messages were written from."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final
from zlib import crc32

import pandas as pd

VARIES: Final = "<*>"
"""What stands in a template for a part that varies."""

MANY: Final = 4
"""So many different words at one place, all others being the same, are values."""

VERY_MANY: Final = 16
"""So many different words at one place are values, although the messages differ at other places too."""

MOST_WORDS: Final = 100
"""So many words of a message are looked at; what comes after them is one value."""

MOST_COMPARED: Final = 20_000
"""So many messages are compared with each other; of others the numbers and the like are values, and no more."""

_NAMES: Final = frozenset({"=", "user", "host"})
"""What comes after these is a value."""

_UNITS: Final = frozenset(
    [
        *("B", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "byte", "bytes", "%"),
        *("ns", "us", "µs", "ms", "s", "sec", "secs", "second", "seconds", "min", "minutes", "h", "hours", "d", "days"),
    ]
)
_SIGNS: Final = frozenset("<>~+#$-")
_JOINTS: Final = frozenset(":,;|")
# Each begins where a word does, so that a very long word is looked through once and not from each of its letters.
_VALUE: Final = re.compile(
    r"""
      (?<![\w+.-])[A-Za-z][\w+.-]*://(?:[^\s"'<>,;()\[\]{}]|<\*>)+(?<![.:])         # a URL
    | (?<!\w)/(?:(?:[\w.-]|<\*>)+/?)+                                 # a path
    | \b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s+)?               # the day in front of a time
      (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\s+(?=\d|<)
    | (?<![\w.+@-])(?:[\w.+@-]|<\*>)*(?:\d|<\*>)(?:[\w.+@:/-]|<\*>)*(?<![.:])      # a word with a digit in it
    | (?<![\w.-])[\w-]+(?:\.[\w-]+)*@[\w-]+(?:\.[\w-]+)*                       # a mail address
    | (?<![\w.-])[a-z][a-z\d-]*(?:\.[a-z\d-]+)*\.[a-z]{2,6}\b(?![\w.(])        # a host
    """,
    re.VERBOSE,
)
_WORDS: Final = re.compile(r"""[=:,;|(){}\[\]"']|[^\s=:,;|(){}\[\]"']+""")


@dataclass(slots=True)
class _Word:
    """A word of a message: what it is compared by, how it was written, whether a space stands before it, and where."""

    key: str
    written: str
    spaced: bool
    start: int

    def swallow(self, other: _Word) -> None:
        """Take another word into this one."""
        self.written += (" " if other.spaced else "") + other.written


def templates_of(messages: Iterable[str]) -> dict[str, str]:
    """Find the template of every message.

    A message is divided into words; a number, a time, an address, a path and any other word with a digit in it is a
    value, with its sign, its unit and the remark in parentheses after it, and several values side by side are one.
    Messages that are then alike but for one word are of one template, where that word is a value in some of them,
    comes after a name that says so, or is one of many; and so on, until no two are.

    Parameters
    ----------
    messages : iterable of str
        Each counts once, in whatever order: what shards have seen can be united before, and gives the same.
        Numbers in them may have been replaced by ``<*>``.

    Returns
    -------
    dict of str to str
        Of every message its template, the varying parts written as ``<*>``.

    Notes
    -----
    To take numbers for values, and to compare messages of one length word by word, is from Drain (P. He et al., "Drain:
    An Online Log Parsing Approach with Fixed Depth Tree", ICWS 2017); to tell a value by how many different ones
    stand at its place, from IPLoM (A. Makanju et al., "Clustering Event Logs Using Iterative Partitioning", KDD 2009).

    Examples
    --------
    >>> found = templates_of(["session opened for user news", "session opened for user root", "disk 7 is full"])
    >>> sorted(set(found.values()))
    ['disk <*> is full', 'session opened for user <*>']
    """
    each = sorted(set(messages))
    if len(each) > MOST_COMPARED:
        each.sort(key=lambda message: crc32(message.encode(errors="replace")))  # a sample, the same wherever they come from
    beyond = {message: _alone(message) for message in each[MOST_COMPARED:]}
    read = {message: _words(message) for message in sorted(each[:MOST_COMPARED])}
    keys = {message: tuple(word.key for word in words) for message, words in read.items()}
    general = _generalised(set(keys.values()))
    alike = defaultdict(list)
    for message, key in keys.items():
        alike[general[key]].append(message)
    return beyond | {
        message: written
        for key, members in alike.items()
        for written in [_written(key, [read[message] for message in members])]
        for message in members
    }


def counts_by_template(masks: pd.DataFrame) -> pd.DataFrame:
    """Return counts of masked messages with the template of each.

    Parameters
    ----------
    masks : DataFrame
        Columns of `schema.TEMPLATES`; `template` holds messages without their numbers, see `Store.masks`.

    Returns
    -------
    DataFrame
        The same columns. A template can have several rows in a bin, whose counts add up.
    """
    templates = templates_of(masks["template"].unique())
    return masks.assign(template=masks["template"].map(templates).astype("string"))


def _alone(message: str) -> str:
    words = _words(message)
    return "".join((" " if place and word.spaced else "") + word.key for place, word in enumerate(words))


def _words(message: str) -> list[_Word]:
    words: list[_Word] = []
    for word in _divided(message):
        if len(words) == MOST_WORDS:
            return [*words, _Word(VARIES, message[word.start :], word.spaced, word.start)]
        last, before = (words[-1] if words else None), (words[-2] if len(words) > 1 else None)
        value = word.key == VARIES
        if last and last.key == VARIES and (value or word.key in _UNITS):
            last.swallow(word)
        elif value and last and last.key in _JOINTS and before and before.key == VARIES:
            before.swallow(words.pop())
            before.swallow(word)
        elif value and last and last.key in _SIGNS:
            last.swallow(word)
            last.key = VARIES
        elif word.key == ")" and len(words) > 1 and last and last.key == "(":
            _take_back(words, 1, word)
        elif word.key == ")" and len(words) > 2 and last and last.key == VARIES and before and before.key == "(":
            _take_back(words, 2, word)
        else:
            words.append(word)
    return words


def _take_back(words: list[_Word], number: int, end: _Word) -> None:
    """Let a remark in parentheses be part of the word that it stands after."""
    remark = words[-number:]
    del words[-number:]
    for word in (*remark, end):
        words[-1].swallow(word)


def _divided(message: str) -> Iterator[_Word]:
    def word(key: str, written: str, start: int) -> _Word:
        return _Word(key, written, start > 0 and message[start - 1].isspace(), start)

    def between(start: int, end: int) -> Iterator[_Word]:
        for found in _WORDS.finditer(message, start, end):
            yield word(found[0], found[0], found.start())

    end = 0
    for found in _VALUE.finditer(message):
        yield from between(end, found.start())
        yield word(VARIES, _shown(found[0].rstrip()), found.start())
        end = found.end()
    yield from between(end, len(message))


def _shown(value: str) -> str:
    return value if any(letter.isalpha() for letter in value) else VARIES


def _generalised(keys: set[tuple[str, ...]]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Give every sequence of words the general one that it belongs to."""
    general = _of_frequent_words(keys)
    while True:
        step: dict[tuple[str, ...], tuple[str, ...]] = {}
        alike = _alike_but_for_one(sorted(set(general.values())))
        for (frame, place), members in sorted(alike.items(), key=lambda item: (-len(item[1]), item[0])):
            rest = [key for key in members if key not in step]
            if len(rest) > 1 and any(_is_word(word) for word in frame) and _vary([key[place] for key in rest], frame[place - 1]):
                step.update(dict.fromkeys(rest, (*frame[:place], VARIES, *frame[place + 1 :])))
        if not step:
            return general
        general = {key: step.get(now, now) for key, now in general.items()}


def _alike_but_for_one(keys: Sequence[tuple[str, ...]]) -> dict[tuple[tuple[str, ...], int], list[tuple[str, ...]]]:
    """Bring sequences together that differ at one place, by what stands around it.

    Those that may be are found by sums of what stands before and behind a place, so that a long sequence takes memory
    as its length, and not as the square of it.
    """
    near = defaultdict(list)
    for key in keys:
        behind = [0, *accumulate(reversed(key), _hashed, initial=len(key))]
        for place, before in enumerate(accumulate(key, _hashed, initial=0)):
            if 0 < place < len(key):
                near[place, before, behind[len(key) - place]].append((key, place))
    alike = defaultdict(list)
    for members in near.values():
        for key, place in members if len(members) > 1 else ():
            alike[(*key[:place], "", *key[place + 1 :]), place].append(key)
    return alike


def _hashed(before: int, word: str) -> int:
    return hash((before, word))


def _of_frequent_words(keys: set[tuple[str, ...]]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Bring sequences together that share most of their words and have very many different ones at the other places."""
    often = Counter((len(key), place, word) for key in keys for place, word in enumerate(key))
    alike = defaultdict(list)
    for key in keys:
        counts = [often[len(key), place, word] for place, word in enumerate(key)]
        most = max((count for count, word in zip(counts, key, strict=True) if _is_word(word)), default=0)
        frame = tuple(word if 2 * count >= most or not _is_word(word) else "" for count, word in zip(counts, key, strict=True))
        alike[frame].append(key)
    general = {key: key for key in keys}
    for frame, members in alike.items():
        rare = [place for place, word in enumerate(frame) if not word]
        if rare and len(rare) <= sum(map(_is_word, frame)):
            values = {place for place in rare if len({key[place] for key in members}) >= VERY_MANY}
            for key in members:
                general[key] = tuple(VARIES if place in values else word for place, word in enumerate(key))
    return general


def _vary(words: list[str], before: str) -> bool:
    """Tell whether the words at one place are values."""
    if not all(word == VARIES or _is_word(word) for word in words):
        return False
    return VARIES in words or before in _NAMES or len(words) >= MANY


def _is_word(word: str) -> bool:
    return any(letter.isalnum() for letter in word)


def _written(key: tuple[str, ...], members: list[list[_Word]]) -> str:
    """Write a template: as its messages are written where all agree, spaced as the first of them."""
    told = []
    for place, (word, columns) in enumerate(zip(key, zip(*members, strict=True), strict=True)):
        written = {one.written for one in columns}
        told.append((" " if place and columns[0].spaced else "") + (written.pop() if len(written) == 1 else word))
    return "".join(told)
