"""Rules that compare the written cause with the evidence: recorded changes, suspects, earlier incidents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pandas as pd

from pmkit.analysis.causes.change_effect import RESOLUTION_S
from pmkit.analysis.causes.suspects import change_of
from pmkit.check.rule import Context, Match, rule
from pmkit.core.wording import listing

# A change with this score would be missed if no text mentioned it.
_STRONG_SCORE: Final = 0.9
_DEPLOYED: Final = re.compile(r"\b(deploy(ment|ed)?|release[d]?|rollout|rolled out|upgrade[d]?)\b", re.I)


@rule(
    "PM216",
    "trigger-not-in-the-data",
    "warning",
    reason="A deploy that no change record mentions may have been another one, or a later one.",
    bad="trigger: The deploy of catalog v9.9.9.",
    good="trigger: The deploy of checkout v3.8.0 at 10:08:39.",
    expected="trigger: no recorded change before the onset matches the trigger",
    suggestion="Add the record of the change to the exports, or correct the version.",
)
def _unrecorded(context: Context) -> Iterator[Match]:
    changes, impact = context.findings.changes, context.findings.impact
    before = changes[changes["at"] <= impact.start_range[1] + timedelta(seconds=RESOLUTION_S)]
    recorded = {str(value).casefold() for name in ("version", "service") for value in before[name].dropna()}
    for text in context.texts_of("trigger"):
        versions = re.findall(r"\bv?\d+\.\d+(?:\.\d+)?\b", text.own_words)
        if _DEPLOYED.search(text.own_words) and not any(name in text.own_words.casefold() for name in recorded):
            yield Match(text.location, "no recorded change before the onset matches the trigger")
        elif versions and not any(version.casefold() in recorded for version in versions):
            yield Match(text.location, f"no recorded change before the onset has version {versions[0]}", versions[0])


@rule(
    "PM217",
    "strongest-evidence-unmentioned",
    "note",
    reason="If the data point at a change that was not the cause, readers want to know why it was not.",
    bad="trigger: An expired certificate.\nroot_cause: It expired, as nothing renews it.\nroot_cause_summary: A certificate.\n"
    "contributing_factors: [One., Two.]",
    good="trigger: The deploy of checkout v3.8.0 at 10:08:39.",
    expected="trigger: the data point at the deploy of checkout v3.8.0, but no text mentions it",
    suggestion="Name it as the trigger, or explain under contributing_factors why it was not.",
)
def _unmentioned(context: Context) -> Iterator[Match]:
    suspects = context.findings.ranked_suspects
    strongest = next((suspect for suspect in suspects if suspect.kind == "change" and suspect.score >= _STRONG_SCORE), None)
    texts = context.texts_of("trigger", "root_cause", "root_cause_summary", "contributing_factors")
    prose = " ".join(text.text for text in texts)
    if strongest is None or not prose:
        return
    change = change_of(strongest, context.findings.changes)
    names = [str(change[name]) for name in ("version", "service") if not pd.isna(change[name])]
    if names and not any(name.casefold() in prose.casefold() for name in names):
        yield Match(("trigger",), f"the data point at the {strongest.summary.split(':')[0]}, but no text mentions it")


@rule(
    "PM218",
    "recurrence-unmentioned",
    "warning",
    reason="If a failure recurs, an action item did not work, and that is the lesson.",
    bad="root_cause: A list that may be empty. No test has one.\ncontributing_factors: [One., Two.]",
    good="root_cause: A list that may be empty, as in INC-2026-1012. The action item from then was not done.",
    expected="root_cause: INC-2026-1012 looks like this one (…)",
    example_data="INC-2026-1123",
    suggestion="Name the earlier incident, and say which of its action items was open or did not work.",
)
def _recurrence(context: Context) -> Iterator[Match]:
    prose = " ".join(text.text for text in context.texts)
    for earlier in context.findings.seen_before:
        if earlier.incident not in prose:
            reason = listing(list(earlier.reasons[:1]))
            yield Match(("root_cause",), f"{earlier.incident} looks like this one ({reason})")
