"""Patterns over prose: words of the vocabulary in angle brackets, any white space between words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from pmkit.check.vocabulary import VOCABULARY

_REFERENCE: Final = re.compile(r"(?<!\?P)<([a-z_]+)>")


@dataclass(frozen=True)
class Phrase:
    """Words to look for in a sentence.

    Attributes
    ----------
    pattern : str
        A regular expression in which a space is any white space and `<name>` any word of the vocabulary's entry.
    unless : str
        A pattern that excuses the words if it matches anywhere in their sentence.
    after : str
        A pattern that has to match somewhere in the sentence before the words.
    """

    pattern: str
    unless: str = ""
    after: str = ""

    def find(self, sentence: str) -> Iterator[re.Match[str]]:
        """Yield the matches in a sentence."""
        for match in self._compiled.finditer(sentence):
            if self.unless and compiled(self.unless).search(sentence):
                return
            if not self.after or compiled(self.after).search(sentence, 0, match.start()):
                yield match

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return compiled(self.pattern)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern of words as a regular expression.

    Examples
    --------
    >>> bool(compiled("<vague_number> users").search("A number  of users"))
    True
    """
    expanded = pattern
    while _REFERENCE.search(expanded):
        expanded = _REFERENCE.sub(lambda match: f"(?:{VOCABULARY[match[1]]})", expanded)
    return re.compile(rf"(?<!\w)(?:{expanded})(?!\w)".replace(" ", r"\s+"), re.I)
