"""A text of `incident.yaml`, and the words in it that are the author's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pmkit.check.names import find_names
from pmkit.core.wording import sentences

Location = tuple[str | int, ...]

# What other people or programs wrote: blocks of code, quoted lines, comments.
_FOREIGN_BLOCK: Final = re.compile(
    r"(?ms)^[ \t]*(```|~~~).*?(?:^[ \t]*\1|\Z)|^[ \t]*>[^\n]*(?:\n[ \t]*\S[^\n]*)*|<!--.*?-->|<pre\b.*?</pre>"
)
# These stand for a word in a sentence.
_FOREIGN_WORDS: Final = re.compile(r"`+[^`]*`+|“[^”]*”|\"[^\"\n]*\"|https?://[^\s)>\]]+")
_MARKUP: Final = re.compile(
    r"\]\([^)\s]*(?:\s+\"[^\"]*\")?\)|!?\[(?=[^\]\n]*\])|\](?:\[[^\]\n]*\])?|\*+|(?<!\w)_+|_+(?!\w)|</?[a-z][^<>\n]*>", re.I
)
_BLOCK_END: Final = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*+]|\d+[.)])[ \t])|\s\|\s|<br ?/?>")
# Stands for each letter of foreign words: part of a word, but of no word that a rule knows.
FOREIGN: Final = "ª"
# Stands for each letter of a person's name.
NAME: Final = "º"


@dataclass(frozen=True)
class Text:
    """A text that a person wrote.

    Attributes
    ----------
    location : tuple
        The field, and for lists the index of the entry.
    text : str
        The text as written.
    known_names : frozenset of str
        Names of people in the incident's data.
    """

    location: Location
    text: str
    known_names: frozenset[str] = frozenset()

    @cached_property
    def placeholders(self) -> str:
        """The text of the same length without quotations, code and addresses, but with markup."""
        return _FOREIGN_WORDS.sub(lambda match: FOREIGN * len(match[0]), _FOREIGN_BLOCK.sub(_blank, self.text))

    @property
    def field(self) -> str:
        """The field of `incident.yaml`."""
        return str(self.location[0])

    @cached_property
    def own_words(self) -> str:
        """The text of the same length with quotations, code, addresses and markup replaced, and with straight apostrophes."""
        text = _FOREIGN_BLOCK.sub(_blank, self.text).replace("’", "'")
        return _MARKUP.sub(_blank, _FOREIGN_WORDS.sub(lambda match: FOREIGN * len(match[0]), text))

    @cached_property
    def names(self) -> tuple[tuple[int, int], ...]:
        """Where people are named: begin and end of each name."""
        return tuple(find_names(self.own_words, self.known_names))

    @cached_property
    def sentences(self) -> tuple[tuple[int, str], ...]:
        """The sentences of the own words, each with its offset; letters of names are replaced."""
        text = self.own_words
        for begin, end in self.names:
            text = text[:begin] + NAME * (end - begin) + text[end:]
        return tuple(_sentences(text))


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"\S", " ", match[0])


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    begin = 0
    for end in [*(match.end() for match in _BLOCK_END.finditer(text)), len(text)]:
        position = begin
        for sentence in sentences(text[begin:end]):
            position = text.index(sentence, position)
            yield position, sentence
            position += len(sentence)
        begin = end
