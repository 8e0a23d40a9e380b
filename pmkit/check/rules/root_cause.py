"""Rules about the root cause: it explains why the failure was possible, and is not its trigger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations
from typing import Final

from pmkit.check.rule import Context, Match, rule

# Texts that are at least this similar say the same thing.
_SIMILARITY: Final = 0.85
_WHY: Final = re.compile(
    r"\b(because|since|so that|which is why|due to|why|possible|caus\w+|led to|leads to|resulted|as a result|therefore|thus|"
    r"reason|"
    r"no (test|alert|limit|check|review|timeout|time limit|canary|stage|gate)|nothing|never|without|"
    r"not (covered|checked|tested|limited|bounded|watched|validated)|lack\w*|missing|allow\w*|assum\w*|mean\w* that|"
    r"relie[sd] on)\b",
    re.I,
)
# This tells the reader that there is a reason, and not which.
_UNKNOWN_REASON: Final = re.compile(
    r"\bfor (?:some|an unknown|unknown|whatever|no (?:apparent|clear|obvious)) reasons?\b|\bsomehow\b", re.I
)


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
    for text in context.texts_of("root_cause", "root_cause_summary", "trigger"):
        for match in _UNKNOWN_REASON.finditer(text.own_words):
            yield Match(text.location, f"“{match[0]}” does not say why", match[0], match.start())


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
