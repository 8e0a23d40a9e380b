"""Rules about what follows from an incident: findings that become action items, in time, and causes asked to the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from pmkit.check.action_item_example import DETECTS, GOOD, action_item, action_items
from pmkit.check.rule import Context, Match, rule

# How soon an action item of a priority is due after the incident.
_WEEKS: Final = {"P0": 4, "P1": 8}
_FEWEST_WHYS: Final = 3
# Words shorter than this say little about the subject.
_SHORTEST_WORD: Final = 4
_STEM: Final = 5
_COMMON: Final = frozenset({
    "about", "after", "again", "also", "because", "been", "before", "being", "cannot", "could", "does", "doing",
    "done", "during", "each", "every", "fail", "faile", "first", "from", "have", "hour", "hours", "into", "longer", "longe",
    "minut", "more", "most", "need", "needs", "never", "nobod", "only", "other", "over", "same", "show", "since", "some",
    "such", "than", "that", "their", "them", "then", "there", "these", "they", "this", "time", "times", "took", "until",
    "used", "very", "was", "well", "were", "what", "when", "where", "which", "while", "with", "without", "would", "team",
    "still", "make", "made", "long", "less",
})  # fmt: skip
# An author who gives a reason has decided that nothing follows.
_DECIDED: Final = re.compile(
    r"\b(?:no action|nothing (?:to do|follows)|accept(?:ed|able)?|will not|won['’]t|not worth|by design|already (?:fixed|"
    r"done|solved))\b",
    re.I,
)


@rule(
    "PM515",
    "not-followed-up",
    "note",
    reason="What went badly and changes nothing will go badly again.",
    bad=f"went_badly: [The status page was hard to find.]\n{GOOD}",
    good=f"went_badly: [Transactions had no limit.]\n{GOOD}",
    expected="went_badly.0: no action item is about this",
    suggestion="Add an action item that names it, or say why nothing follows from it.",
)
def _followed_up(context: Context) -> Iterator[Match]:
    items = context.file.measures
    if not items:
        return
    actions = " ".join(f"{item.action} {item.done_when or ''}" for item in items) + f" {context.file.measures_text or ''}"
    subjects = _subjects(actions)
    for text in context.texts_of("went_badly"):
        own = _subjects(text.own_words)
        if own and not own & subjects and not _DECIDED.search(text.text):
            yield Match(text.location, "no action item is about this")


def _subjects(text: str) -> set[str]:
    words = re.findall(rf"[a-z]{{{_SHORTEST_WORD},}}", text.casefold())
    return {word[:_STEM] for word in words} - _COMMON


@rule(
    "PM516",
    "due-too-late",
    "warning",
    reason="A priority action item that waits longer than weeks competes with everything that happened since.",
    bad=action_items(action_item(due="2027-03-01"), DETECTS),
    good=GOOD,
    expected="measures.0.due: a P1 is due 16 weeks after the incident; at most 8 are usual",
    suggestion="Set an earlier date, split off what can be done now, or lower the priority.",
)
def _late(context: Context) -> Iterator[Match]:
    impact = context.findings.impact
    for index, item in enumerate(context.file.measures):
        weeks = _WEEKS.get(item.priority or "")
        if weeks is None or not item.is_open:
            continue
        if item.due is None:
            yield Match(("measures", index, "due"), f"a {item.priority} has no date")
        elif impact.dated and item.due > impact.end.date() + timedelta(weeks=weeks):
            late = (item.due - impact.end.date()).days // 7
            yield Match(
                ("measures", index, "due"), f"a {item.priority} is due {late} weeks after the incident; at most {weeks} are usual"
            )


@rule(
    "PM305",
    "few-whys",
    "warning",
    reason="The first answers describe the failure; a property of the system that can be changed comes after the third.",
    bad="five_whys: [Orders failed., The pool was empty.]",
    good="five_whys: [Orders failed., The pool was empty., Transactions have no limit.]",
    expected="five_whys: the question why was asked only 2 times",
    suggestion="Ask why the last answer was possible, until it is something that can be changed.",
)
def _whys(context: Context) -> Iterator[Match]:
    number = len(context.file.five_whys)
    if 0 < number < _FEWEST_WHYS:
        yield Match(
            ("five_whys",),
            f"the question why was asked only {number} times" if number > 1 else "the question why was asked only once",
        )


# A time of day, and what says in which zone it is.
_TIME: Final = re.compile(r"(?<![\w:.,/-])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\s?[ap]\.?m\b\.?)?(?![\w:]|\.\d|/)", re.I)
_ZONE: Final = re.compile(
    r"\b(?:UTC|GMT|Z|[A-Z][a-z]+/[A-Z]\w+|[ECMP]?E?[DS]?T|CES?T|BST|I[SD]T|J?KST|JST|A[CEW][DS]T|WES?T|EES?T|MSK|SGT|HKT|"
    r"NZ[DS]T)\b|\d[+-]\d\d:?\d\d\b|\dZ\b|(?:local|zone)"
)


@rule(
    "PM219",
    "time-without-zone",
    "note",
    reason="Readers in other places, and in half a year, do not know which clock was meant.",
    bad="resolution: Orders succeeded from 10:25 on.",
    good="timezone: Europe/Berlin\nresolution: Orders succeeded from 10:25 on.",
    expected="resolution: 10:25 has no time zone",
    example_data="a failing log",
    suggestion="Set timezone for the whole report, or write the zone behind the time, such as 10:25 UTC.",
)
def _zone(context: Context) -> Iterator[Match]:
    if "timezone" in context.file.model_fields_set:
        return
    for text in context.texts_of(
        "what_happened", "detection", "trigger", "root_cause", "resolution", "external_message", "internal_message"
    ):
        match = _TIME.search(text.own_words)
        if match and not _ZONE.search(text.text):
            yield Match(text.location, f"{match[0]} has no time zone", match[0], match.start())


@rule(
    "PM220",
    "begins-at-the-onset",
    "note",
    reason="An incident begins before its impact: with a change, a warning, a limit that came closer.",
    bad="times: {started_at: 2026-01-17 03:10:00}",
    good="times: {started_at: 2026-01-17 03:10:00}\ntimeline: [{at: 2026-01-17 03:02:00, text: The job began to write.}]",
    expected="timeline: the timeline begins with the impact",
    example_data="a failing log",
    suggestion="Add what led up to it under timeline: the change, the first warning, or that nothing is known.",
)
def _lead_up(context: Context) -> Iterator[Match]:
    impact = context.findings.impact
    entries = [entry for entry in context.findings.entries if entry.is_dated]
    if impact.detected and entries and min(entry.at for entry in entries) >= impact.start:
        yield Match(("timeline",), "the timeline begins with the impact")
