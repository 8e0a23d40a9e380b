"""Rules about the root cause: it explains why the failure was possible, and is neither its trigger nor a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations
from typing import Final

from pmkit.check.rule import Context, Match, rule

_HUMAN_ERROR: Final = re.compile(
    r"\b(human|operator|pilot|user|engineer|manual|people) (error|mistake|failure)\b|"
    r"\bfat[- ]finger(ed|ing)?\b|\bfinger trouble\b",
    re.I,
)
# Texts that are at least this similar say the same thing.
_SIMILARITY: Final = 0.85
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
    reason="Human error is where the analysis begins, not where it ends: what made the error possible, likely and harmful?",
    bad="root_cause: The outage was caused by human error.",
    good="root_cause: The tool deletes without asking. It takes the same command for test and production.",
    expected="root_cause: “human error” is not a root cause",
    suggestion="Say what the system let happen: a missing check, a misleading tool, an unsafe default.",
)
def _human_error(context: Context) -> Iterator[Match]:
    for text in context.texts:
        for match in _HUMAN_ERROR.finditer(text.own_words):
            yield Match(text.location, f"“{match[0]}” is not a root cause", match[0])


@rule(
    "PM302",
    "cause-is-the-trigger",
    "error",
    reason="The trigger is an event; the root cause is what let that event do harm.",
    bad="trigger: The deploy of checkout v3.8.0 broke it.\nroot_cause: The deploy of checkout v3.8.0 broke it.",
    good="trigger: The deploy of checkout v3.8.0.\nroot_cause: Giving a connection back is a second call. No test lets it fail.",
    expected="root_cause: trigger and root_cause say the same",
    suggestion="Explain under root_cause why the trigger could do harm.",
)
def _copied(context: Context) -> Iterator[Match]:
    file = context.file
    texts = {name: text for name in ("trigger", "root_cause", "what_happened") if (text := getattr(file, name))}
    for (field, text), (other_field, other_text) in combinations(texts.items(), 2):
        if SequenceMatcher(None, text.casefold(), other_text.casefold()).ratio() >= _SIMILARITY:
            field_to_change = "root_cause" if "root_cause" in (field, other_field) else other_field
            yield Match((field_to_change,), f"{field} and {other_field} say the same")


@rule(
    "PM303",
    "why-unanswered",
    "warning",
    reason="If the root cause only describes what broke, the next failure of this kind remains possible.",
    bad="root_cause: The pool ran out of connections.",
    good="root_cause: The pool ran out of connections, because nothing limits how long one may be held.",
    expected="root_cause: the text does not say why the failure was possible",
    suggestion="Ask why that was possible, and why nothing stopped it, until the answer is something you can change.",
)
def _why(context: Context) -> Iterator[Match]:
    cause = context.file.root_cause
    if cause and not _WHY.search(cause):
        yield Match(("root_cause",), "the text does not say why the failure was possible")


@rule(
    "PM304",
    "few-factors",
    "warning",
    reason="Failures of complex systems have several causes, each necessary and none sufficient.",
    bad="contributing_factors: [The alert was slow.]",
    good="contributing_factors: [The alert was slow., No test runs fifty orders.]",
    expected="contributing_factors: only one contributing factor is named",
    suggestion="Add what made it more likely, larger or longer: tests, alerts, limits, tools, knowledge.",
)
def _factors(context: Context) -> Iterator[Match]:
    number = len(context.file.contributing_factors)
    if number < 2:
        named = "only one contributing factor is named" if number else "no contributing factors are named"
        yield Match(("contributing_factors",), named)
