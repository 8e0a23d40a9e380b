"""Rules about wording: blame, hindsight, what did not happen, and sensational words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pmkit.check.blame import BlameKind, find_blame
from pmkit.check.rule import Context, Match, rule

_COUNTERFACTUAL: Final = re.compile(r"\b(?:should|could|would|might|ought to)(?:n['’]t| not)? have (?:been )?\w+", re.I)
_SENSATIONAL: Final = re.compile(
    r"!{2,}|\b(?:disaster(?:ous)?|catastroph\w+|horrible|horribly|terrible|terribly|nightmare|insane|ridiculous|"
    r"unbelievabl[ey]|epic|total(?:ly)? (?:mess|chaos)|utter(?:ly)?)\b",
    re.I,
)
# Three or more words in capitals.
CAPITALS: Final = re.compile(r"\b[A-Z]{3,}(?:[ ,]+[A-Z]{2,}){2,}\b")


def _blame(context: Context, kind: BlameKind, verdict: str) -> Iterator[Match]:
    for text in context.texts:
        for blame in find_blame(text.own_words):
            if blame.kind == kind:
                yield Match(text.location, f"“{blame.words}” {verdict}", blame.words)


@rule(
    "PM401",
    "person-blamed",
    "error",
    reason="People who are blamed stop talking, and then nobody learns what the system made likely.",
    bad="root_cause: The engineer failed to check the pool. No test does.",
    good="root_cause: The service failed to give connections back. No test holds one that long.",
    expected="root_cause: “The engineer failed to” blames a person",
    suggestion="Say what the system showed, allowed or lacked at that moment: a check, a warning, a default, a test.",
)
def _person(context: Context) -> Iterator[Match]:
    yield from _blame(context, "person", "blames a person")


@rule(
    "PM402",
    "judgemental-word",
    "error",
    reason="A judgement of character is not a finding: nobody can act on it.",
    bad="went_badly: [The rollout was careless.]",
    good="went_badly: [The rollout went to all instances at once.]",
    expected="went_badly.0: “careless” judges people",
    suggestion="Say what was done, and how the system responded.",
)
def _judgement(context: Context) -> Iterator[Match]:
    yield from _blame(context, "judgement", "judges people")


@rule(
    "PM403",
    "hindsight",
    "warning",
    reason="What people would have done with today's knowledge does not explain what they did without it.",
    bad="root_cause: If only the team had tested with coupons. Nothing else did.",
    good="root_cause: No test orders with an expired coupon, because the data for tests hold none.",
    expected="root_cause: “If only” is hindsight",
    suggestion="Say what people knew and saw at the time, and what would have shown them more.",
)
def _hindsight(context: Context) -> Iterator[Match]:
    yield from _blame(context, "hindsight", "is hindsight")


@rule(
    "PM404",
    "person-named",
    "error",
    reason="The whole company reads a postmortem, and roles explain what happened just as well.",
    bad="resolution: Rolled back by @jdoe.",
    good="resolution: Rolled back by the checkout team.",
    expected="resolution: “@jdoe” names a person",
    suggestion="Name the role or the team.",
)
def _named(context: Context) -> Iterator[Match]:
    yield from _blame(context, "name", "names a person")


@rule(
    "PM405",
    "counterfactual",
    "warning",
    reason="Timeline and cause describe what happened; what did not happen belongs in the action items.",
    bad="timeline: [{at: 2026-11-03 10:20:30, text: The alert should have fired by now.}]",
    good="timeline: [{at: 2026-11-03 10:20:30, text: No alert had fired by now.}]",
    expected="timeline.0.text: “should have fired” describes what did not happen",
    suggestion="Describe what did happen, or turn it into an action item.",
)
def _counterfactual(context: Context) -> Iterator[Match]:
    fields = ("timeline", "root_cause", "trigger", "what_happened", "root_cause_summary", "resolution")
    for text in context.texts_of(*fields):
        blaming = " ".join(blame.words for blame in find_blame(text.own_words))
        for match in _COUNTERFACTUAL.finditer(text.own_words):
            if match[0] not in blaming:
                yield Match(text.location, f"“{match[0]}” describes what did not happen", match[0])


@rule(
    "PM406",
    "sensational",
    "warning",
    reason="Readers trust a calm text more.",
    bad="what_happened: A disaster for all customers!!",
    good="what_happened: Orders of 302 clients failed.",
    expected="what_happened: “disaster” is sensational\nwhat_happened: “!!” is sensational",
    suggestion="Replace it with a number.",
)
def _sensational(context: Context) -> Iterator[Match]:
    for text in context.texts:
        for match in (*_SENSATIONAL.finditer(text.own_words), *CAPITALS.finditer(text.own_words)):
            yield Match(text.location, f"“{match[0]}” is sensational", match[0])
