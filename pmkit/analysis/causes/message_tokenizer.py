"""Divides log messages into words, and distinguishes values from fixed text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pmkit.analysis.causes.state_words import is_certain_state

# Stands for any value when words are compared.
VARIES: Final = "<*>"
# A message is compared by its first words, up to this many; the rest is one value.
MOST_WORDS: Final = 100

_UNITS: Final = frozenset(
    [
        *("B", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "byte", "bytes", "%"),
        *("ns", "us", "µs", "ms", "s", "sec", "secs", "second", "seconds", "min", "minutes", "h", "hours", "d", "days"),
    ]
)
_SIGNS: Final = frozenset("<>~+#$-")
_JOINTS: Final = frozenset(":,;|")
# Every alternative begins at the beginning of a word, so that a very long word is searched once, not from each of its letters.
_VALUE: Final = re.compile(
    r"""
      (?<![\w+.-])[A-Za-z][\w+.-]*://(?:[^\s"'<>,;()\[\]{}]|<\*>)+(?<![.:])         # a URL
    | (?<!\w)/(?:(?:[\w.-]|<\*>)+/?)+                                 # a path
    | \b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s+)?               # the day in front of a time
      (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\s+(?=\d|<)
    | (?<![\w.+@-])(?:[\w.+@-]|<\*>)*(?:\d|<\*>)(?:[\w.+@:/-]|<\*>)*(?<![.:])      # a word with a digit in it
    | (?<![\w.-])[\w-]+(?:\.[\w-]+)*@[\w-]+(?:\.[\w-]+)*                       # a mail address
    | (?<![\w.-])(?=[a-z][\w-]*\.\w)(?P<name>
          [a-z][a-z\d-]*(?:\.[a-z\d-]+)*\.[a-z]{2,6}\b(?![\w.(])                   # a host
        | [a-z][a-z\d-]*(?:\.[a-z\d_-]+){3,}\b(?![\w.(])                           # a name of many parts, as a package has
        | (?<!.)[a-z][\w-]*(?:\.[\w$-]+){2,}(?=:\s)                                # the name in front of a message
      )
    """,
    re.VERBOSE,
)
_WORDS: Final = re.compile(r"""[=:,;|(){}\[\]"']|[^\s=:,;|(){}\[\]"']+""")


@dataclass(slots=True)
class Word:
    """One word of a message.

    Attributes
    ----------
    key : str
        By what it is compared with others; `VARIES` for a value.
    text : str
        How it was written.
    spaced : bool
        Whether there is a space before it.
    start : int
        Where it begins in the message.
    """

    key: str
    text: str
    spaced: bool
    start: int

    @property
    def is_value(self) -> bool:
        """Whether it is a value."""
        return self.key == VARIES

    def append(self, other: Word) -> None:
        """Append the text of the word that follows."""
        self.text += (" " if other.spaced else "") + other.text


def tokenize(message: str) -> list[Word]:
    """Return the words of a message.

    A value is one word together with its sign, its unit and a remark in parentheses after it; so are several values
    side by side.

    Examples
    --------
    >>> [word.key for word in tokenize("order 17 took -3.5 ms (retried)")]
    ['order', '<*>', 'took', '<*>', '(', 'retried', ')']
    """
    words: list[Word] = []
    for word in _split(message):
        if len(words) == MOST_WORDS:
            return [*words, Word(VARIES, message[word.start :], word.spaced, word.start)]
        if not (_continues_value(words, word) or _is_signed(words, word) or _ends_remark(words, word)):
            words.append(word)
    return words


def _continues_value(words: list[Word], word: Word) -> bool:
    """Append a value or a unit to the value before it, also across a joint, and return whether that was done."""
    if words and words[-1].is_value and (word.is_value or word.key in _UNITS):
        words[-1].append(word)
        return True
    if word.is_value and len(words) > 1 and words[-1].key in _JOINTS and words[-2].is_value:
        joint = words.pop()
        words[-1].append(joint)
        words[-1].append(word)
        return True
    return False


def _is_signed(words: list[Word], word: Word) -> bool:
    """Append a value to the sign before it, and return whether that was done."""
    if not (word.is_value and words and words[-1].key in _SIGNS):
        return False
    words[-1].append(word)
    words[-1].key = VARIES
    return True


def _ends_remark(words: list[Word], word: Word) -> bool:
    """Append an empty remark in parentheses, or one of a value, to the word before it, and return whether that was done."""
    keys = [each.key for each in words[-3:]]
    if word.key != ")":
        return False
    if len(keys) > 1 and keys[-1] == "(":
        length = 1
    elif len(keys) > 2 and keys[-2:] == ["(", VARIES]:
        length = 2
    else:
        return False
    remark = [*words[-length:], word]
    del words[-length:]
    for part in remark:
        words[-1].append(part)
    return True


def _split(message: str) -> Iterator[Word]:
    def word(key: str, text: str, start: int) -> Word:
        return Word(key, text, start > 0 and message[start - 1].isspace(), start)

    def fixed_text(start: int, end: int) -> Iterator[Word]:
        for match in _WORDS.finditer(message, start, end):
            yield word(match[0], match[0], match.start())

    end = 0
    for value in _VALUE.finditer(message):
        if value["name"] and is_certain_state(value["name"]):
            continue
        yield from fixed_text(end, value.start())
        yield word(VARIES, _value_text(value[0].rstrip()), value.start())
        end = value.end()
    yield from fixed_text(end, len(message))


def _value_text(value: str) -> str:
    return value if any(letter.isalpha() for letter in value) else VARIES
