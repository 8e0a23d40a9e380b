"""Finds words in the sentences of a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pmkit.check.phrase import Phrase
from pmkit.check.rule import Match, TextFinder
from pmkit.check.text import Text


def words(verdict: str, phrases: Iterable[Phrase], *, only: Iterable[str] = (), never: Iterable[str] = ()) -> TextFinder:
    """Return a function that finds phrases in a text: of overlapping ones the longest.

    Parameters
    ----------
    verdict : str
        What the message says about the words.
    phrases : iterable of Phrase
        The words.
    only, never : iterable of str, optional
        Fields that alone are examined, and fields that are not.
    """
    phrases, only, never = tuple(phrases), frozenset(only), frozenset(never)

    def find_in(text: Text) -> Iterator[Match]:
        if text.field in never or (only and text.field not in only):
            return
        for begin, end in spans(text, phrases):
            quoted = text.text[begin:end]
            yield Match(text.location, f"“{quoted}” {verdict}", quoted, begin)

    return find_in


def spans(text: Text, phrases: Iterable[Phrase]) -> list[tuple[int, int]]:
    """Return where phrases are in a text, in its order: of overlapping ones the longest."""
    candidates = [
        (offset + match.start(), offset + match.end())
        for offset, sentence in text.sentences
        for phrase in phrases
        for match in phrase.find(sentence)
    ]
    chosen: list[tuple[int, int]] = []
    for begin, end in sorted(candidates, key=lambda span: span[0] - span[1]):
        if all(end <= other_begin or other_end <= begin for other_begin, other_end in chosen):
            chosen.append((begin, end))
    return sorted(chosen)
