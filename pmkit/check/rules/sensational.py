"""The rule about loud words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pmkit.check.phrase import Phrase
from pmkit.check.phrases import spans
from pmkit.check.rule import Match, word_rule
from pmkit.check.text import Text

_LOUD: Final = (
    Phrase(
        "disasters?(?! recovery)|disastrous(?:ly)?|catastroph(?:e|es|ic|ically)(?! (?:backtracking|cancellation|"
        "forgetting|hook))|horrible|horribly|horrific|horrendous|"
        "terrible|terribly|awful(?:ly)?|nightmare(?:s|ish)?|insane(?:ly)?|ridiculous(?:ly)?|unbelievabl[ey]|incredible|"
        "incredibly (?!popular|successful|useful|helpful|grateful|proud|difficult|hard|complex|rare|thankful|important|well|"
        "supportive|"
        "valuable|fast|quick|responsive)\\w+|"
        "epic (?:fail\\w*|outage|disaster)|total(?:ly)? (?:mess|chaos|disaster|meltdown|broken)|(?:complete|utter|"
        "absolute|huge|big|hot) (?:mess|chaos|mayhem|disaster)|utter(?:ly)?|"
        "desperate(?:ly)?|desperation|unacceptabl[ey]|devastat(?:ing|ed)|mayhem|fiasco|debacle|shocking(?:ly)?|"
        "outrageous(?:ly)?|"
        "appalling(?:ly)?|dreadful(?:ly)?|painful(?:ly)?|brutal(?:ly)?|frantic(?:ally)?|hell(?:ish)?|bloody|damn(?:ed)?|"
        "crazy|absurd(?:ly)?|"
        "apocalyp\\w+|cataclysm\\w*|abysmal(?:ly)?|atrocious(?:ly)?|mind-?boggling|jaw-?dropping|worst nightmare|train "
        "wreck|dumpster fire|"
        "all hell broke loose|heads? (?:will|should) roll|chaotic|wildly|massacre|bloodbath|(?:in|a|sheer) panic(?! "
        "(?:mode|handler|message|log|in))",
        unless="disaster recovery (?:site|plan|region|drill)",
    ),
    Phrase(
        "(?:simply |just |absolutely )?(?:can(?:not|'t| not)|must (?:not|never)|will never) (?:ever )?(?:go down|happen|"
        "fail|be allowed)(?: again)?\\W{1,5}ever|never ever|(?:simply|absolutely) can(?:not|'t) (?:go down|happen)"
    ),
)
_EXCLAIMED: Final = re.compile(r"!{2,}")
# Three or more words in capitals.
CAPITALS: Final = re.compile(r"\b[A-Z]{3,}(?:[ ,]+[A-Z]{2,}){2,}\b")


def _loud(text: Text) -> Iterator[Match]:
    shouted = [match.span() for pattern in (_EXCLAIMED, CAPITALS) for match in pattern.finditer(text.own_words)]
    for begin, end in [*spans(text, _LOUD), *shouted]:
        quoted = text.text[begin:end]
        yield Match(text.location, f"“{quoted}” is sensational", quoted, begin)


word_rule(
    "PM406",
    "sensational",
    "warning",
    _loud,
    reason="Readers trust a calm text more.",
    bad="what_happened: A disaster for all customers!!",
    good="what_happened: Orders of 302 clients failed.",
    expected="what_happened: “disaster” is sensational\nwhat_happened: “!!” is sensational",
    suggestion="Replace it with a number.",
    flagged=("timeline: In a desperate attempt we removed the index.", "external_message: The shop simply cannot go down. Ever."),
    accepted=("sections: The disaster recovery region took over.", "root_cause: The pattern led to catastrophic backtracking."),
)
