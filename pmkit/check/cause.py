"""Rules of the cause: why it was possible, told apart from what set it off and from what was seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations
from typing import Final

from pmkit.check.rule import Context, Found, rule

_HUMAN: Final = re.compile(
    r"\b(human|operator|pilot|user|engineer|manual|people) (error|mistake|failure)\b|"
    r"\bfat[- ]finger(ed|ing)?\b|\bfinger trouble\b",
    re.I,
)
_ALIKE: Final = 0.85
_WHY: Final = re.compile(
    r"\b(because|since|so that|which is why|due to|why|possible|"
    r"no (test|alert|limit|check|review|timeout|time limit|canary|stage|gate)|nothing|never|without|"
    r"not (covered|checked|tested|limited|bounded|watched|validated)|lacks?|missing|allowed|assum)",
    re.I,
)


@rule(
    "PM301",
    "human-error",
    "error",
    reason="Human error is where the question begins, not where it ends: what made the error possible, likely and harmful?",
    bad="root_cause: The outage was caused by human error.",
    good="root_cause: The tool deletes without asking. It takes the same command for test and production.",
    suggestion="Say what the system let happen: a missing check, a misleading tool, an unsafe default.",
)
def _human(context: Context) -> Iterator[Found]:
    for text in context.texts:
        for found in _HUMAN.finditer(text.own):
            yield Found(text.location, f"{found[0]!r} is no cause", found[0])


@rule(
    "PM302",
    "cause-is-the-trigger",
    "error",
    reason="What set it off is an event; the cause is what let the event do harm.",
    bad="trigger: The deploy of checkout v3.8.0 broke it.\nroot_cause: The deploy of checkout v3.8.0 broke it.",
    good="trigger: The deploy of checkout v3.8.0.\nroot_cause: Giving a connection back is a second call. No test lets it fail.",
    suggestion="Say under root_cause why the trigger could do harm.",
)
def _copy(context: Context) -> Iterator[Found]:
    file = context.file
    told = {name: text for name in ("trigger", "root_cause", "what_happened") if (text := getattr(file, name))}
    for (one, first), (other, second) in combinations(told.items(), 2):
        if SequenceMatcher(None, first.casefold(), second.casefold()).ratio() >= _ALIKE:
            place = "root_cause" if "root_cause" in (one, other) else other
            yield Found((place,), f"{one} and {other} say the same")


@rule(
    "PM303",
    "why-unanswered",
    "warning",
    reason="A cause that only tells what broke leaves the next failure of its kind possible.",
    bad="root_cause: The pool ran out of connections.",
    good="root_cause: The pool ran out of connections, because nothing limits how long one may be held.",
    suggestion="Ask why that was possible, and why nothing stopped it, until the answer is something you can change.",
)
def _why(context: Context) -> Iterator[Found]:
    cause = context.file.root_cause
    if cause and not _WHY.search(cause):
        yield Found(("root_cause",), "it is not said why it was possible")


@rule(
    "PM304",
    "few-factors",
    "warning",
    reason="Failures of complex systems have several causes, each necessary and none sufficient.",
    bad="contributing_factors: [The alert was slow.]",
    good="contributing_factors: [The alert was slow., No test runs fifty orders.]",
    suggestion="Add what made it likelier, larger or longer: tests, alerts, limits, tools, knowledge.",
)
def _factors(context: Context) -> Iterator[Found]:
    number = len(context.file.contributing_factors)
    if number < 2:
        yield Found(("contributing_factors",), f"{'only one factor is' if number else 'no factors are'} named")
