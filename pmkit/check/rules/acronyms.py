"""The rule about acronyms that the document does not explain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pmkit.check.rule import Context, Match, rule
from pmkit.check.rules.sensational import CAPITALS
from pmkit.check.word_lists import WELL_KNOWN

_ACRONYM: Final = re.compile(r"(?<![\w./:@#$%&=*{<_-])([A-Z][A-Z0-9]{2,5})s?(?![\w/@#=*_}>-]|\.\w|:\w|: )")
_EXPLAINED: Final = re.compile(r"\(([A-Z][A-Z0-9]{1,5})s?\)")
_EXPLAINS: Final = re.compile(r"\b([A-Z][A-Z0-9]{1,5})s? (?:\(|stands for\b|means\b|is short for\b)")

# A text with fewer words is a label or a list.
_FEWEST_WORDS: Final = 3


@rule(
    "PM407",
    "acronym-undefined",
    "note",
    reason="People in other teams read a postmortem too, and so do newcomers a year later.",
    bad="trigger: A failover of the PXQ.",
    good="trigger: A failover of the payment exchange queue (PXQ).",
    expected="trigger: PXQ is not explained",
    suggestion="Write it out at its first use, with the acronym in brackets.",
)
def _acronym(context: Context) -> Iterator[Match]:
    prose = " ".join(text.text for text in context.texts)
    explained = {match[1] for pattern in (_EXPLAINED, _EXPLAINS) for match in pattern.finditer(prose)}
    explained |= {term.upper() for term in context.file.glossary}
    words = set(re.findall(r"\b[a-z]+\b", prose))
    reported: set[str] = set()
    for text in context.texts:
        if CAPITALS.search(text.own_words):
            continue
        for match in _ACRONYM.finditer(text.own_words):
            name = match[1]
            # A list of names explains itself, and a word in capitals that also occurs in small letters is a word.
            is_prose = len(text.own_words.split()) > _FEWEST_WORDS and name.casefold() not in words
            if is_prose and name not in explained | reported | WELL_KNOWN:
                reported.add(name)
                yield Match(text.location, f"{name} is not explained", name, match.start(1))
