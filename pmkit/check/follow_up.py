"""Rules of the measures: each can be done, seen to be done, and is somebody's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from pmkit.check.rule import Context, Found, rule

LATE_S: Final = 300
"""Detection that takes longer is slow, seconds."""
_VAGUE: Final = re.compile(
    r"^\W*(?:improve|investigate|look into|consider|evaluate|think about|discuss|review|monitor|fix the (?:issue|bug|problem)|"
    r"be aware|make sure|ensure|try to|work on|explore|understand|examine|revisit|clean up|address)\b",
    re.I,
)
_CARE: Final = re.compile(
    r"\b(?:be (?:more )?careful|train|training|remind|educate|pay (?:more )?attention|raise awareness|"
    r"tell (?:people|engineers|everyone)|double-check|take (?:more )?care|be vigilant|discipline)\b",
    re.I,
)
_NO_VERB: Final = re.compile(
    r"^\W*(?:the|a|an|better|more|less|new|proper|additional|no|our|their|we|all|some|improved|monitoring|documentation)\b", re.I
)
_NUMBERED: Final = re.compile(r"\d|`|\bwhen\b|\bif\b|\bbefore\b|\bafter\b", re.I)
_SEVERAL: Final = re.compile(r",|/|&|\band\b|\+", re.I)
_MEASURE: Final = (
    "{{action: {action}, type: {type}, owner: {owner}, priority: {priority}, due: {due}, tracker: {tracker}, done_when: {done}}}"
)


def _example(**other: str) -> str:
    """Write a measure, of which some fields are others."""
    usual = {
        "action": "Limit transactions to 30 seconds",
        "type": "prevent",
        "owner": "checkout team",
        "priority": "P1",
        "due": "2026-12-20",
        "tracker": "CHK-1",
        "done": "A transaction that sleeps is ended after 30 seconds",
    }
    return _MEASURE.format(**{**usual, **other})


_DETECT: Final = _example(
    action="Alert when fewer than three connections are free", type="detect", tracker="CHK-2", priority="P2"
)
_GOOD: Final = f"measures: [{_example()}, {_DETECT}]"


@rule(
    "PM501",
    "no-measures",
    "error",
    reason="Without a measure the same failure comes back.",
    bad="measures: []",
    good=_GOOD,
    suggestion="Add at least one measure that prevents or softens it, and one that detects it sooner.",
)
def _none(context: Context) -> Iterator[Found]:
    if not context.file.measures:
        yield Found(("measures",), "there is no measure")


@rule(
    "PM502",
    "nothing-urgent",
    "warning",
    reason="If users were hit, something is worth doing first.",
    bad=f"measures: [{_example(priority='P2')}, {_DETECT}]",
    good=_GOOD,
    suggestion="Give the measure that helps most priority P0 or P1.",
)
def _urgent(context: Context) -> Iterator[Found]:
    measures = context.file.measures
    if measures and context.findings.impact.failed and not any(one.priority in ("P0", "P1") for one in measures):
        yield Found(("measures",), "users were hit, and no measure is of priority P0 or P1")


@rule(
    "PM503",
    "vague-measure",
    "warning",
    reason="What cannot be seen to be done is never done.",
    bad=f"measures: [{_example(action='Improve monitoring')}, {_DETECT}]",
    good=_GOOD,
    suggestion="Say what will be different: “Alert when more than 1% of checkouts fail for 2 minutes”.",
)
def _vague(context: Context) -> Iterator[Found]:
    for number, one in enumerate(context.file.measures):
        found = _VAGUE.search(one.action)
        if found and not _NUMBERED.search(one.action):
            yield Found(("measures", number, "action"), f"“{one.action}” can mean anything", found[0])


@rule(
    "PM504",
    "measure-for-peoples-care",
    "warning",
    reason="People are already careful; care does not scale, and the next one will not have read this.",
    bad=f"measures: [{_example(action='Train engineers to be more careful with coupons')}, {_DETECT}]",
    good=_GOOD,
    suggestion="Change the system: a check, a default, a limit, a warning where the decision is made.",
)
def _care(context: Context) -> Iterator[Found]:
    for number, one in enumerate(context.file.measures):
        for found in _CARE.finditer(one.action):
            yield Found(("measures", number, "action"), f"“{found[0]}” relies on people", found[0])


@rule(
    "PM505",
    "end-state-missing",
    "warning",
    reason="A measure is done when something can be seen that could not be seen before.",
    bad=f"measures: [{_example(done='null')}, {_DETECT}]",
    good=_GOOD,
    suggestion="Say under done_when how anybody can check that it is done.",
)
def _end_state(context: Context) -> Iterator[Found]:
    for number, one in enumerate(context.file.measures):
        if not one.done_when:
            yield Found(("measures", number), "it is not said when the measure is done")


@rule(
    "PM506",
    "tracker-missing",
    "warning",
    reason="What is not in the tracker is not in anybody's plan.",
    bad=f"measures: [{_example(tracker='null')}, {_DETECT}]",
    good=_GOOD,
    suggestion="Open a ticket and give its key or link under tracker.",
)
def _tracker(context: Context) -> Iterator[Found]:
    for number, one in enumerate(context.file.measures):
        if not one.tracker:
            yield Found(("measures", number), "the measure has no tracker link")


@rule(
    "PM507",
    "nothing-prevents",
    "error",
    reason="Finding it sooner next time is not enough: next time is to be less likely, or smaller.",
    bad=f"measures: [{_DETECT}]",
    good=_GOOD,
    suggestion="Add a measure of type prevent or mitigate.",
)
def _prevents(context: Context) -> Iterator[Found]:
    measures = context.file.measures
    if measures and not any(one.type in ("prevent", "mitigate") for one in measures):
        yield Found(("measures",), "no measure prevents or mitigates")


@rule(
    "PM508",
    "nothing-detects",
    "warning",
    reason="Where a person was faster than the alerts, or nobody was fast, the time to detect is the cheapest to win.",
    bad=f"measures: [{_example()}]\ntimes: {{detected_at: 2026-11-03 10:24:50}}",
    good=f"{_GOOD}\ntimes: {{detected_at: 2026-11-03 10:24:50}}",
    suggestion="Add a measure of type detect.",
)
def _detects(context: Context) -> Iterator[Found]:
    response, measures = context.findings.response, context.file.measures
    moment = response.moments["detected"]
    at = moment.declared if moment.declared is not None else moment.at
    late = at is not None and response.onset is not None and (at - response.onset).total_seconds() > LATE_S
    if measures and (late or response.detected_by == "person") and not any(one.type == "detect" for one in measures):
        how = "a person noticed it before any alert" if response.detected_by == "person" else "it was detected late"
        yield Found(("measures",), f"{how}, and no measure detects it sooner")


@rule(
    "PM509",
    "overdue",
    "note",
    reason="A date that passes without a word teaches that dates mean nothing.",
    bad=f"measures: [{_example(due='2026-11-10')}, {_DETECT}]",
    good=_GOOD,
    suggestion="Do it, or give it a new date and say why in the tracker.",
)
def _overdue(context: Context) -> Iterator[Found]:
    for number, one in enumerate(context.file.measures):
        if one.status == "open" and one.due < context.today:
            yield Found(("measures", number, "due"), f"the measure was due {(context.today - one.due).days} days ago")
    for match in context.findings.history:
        for one in match.open_measures:
            if one.due < context.today:
                late = (context.today - one.due).days
                yield Found(("measures",), f"“{one.action}” of {match.incident} is still open, and was due {late} days ago")


@rule(
    "PM510",
    "all-alike",
    "note",
    reason="Where everything has the same priority, nothing has one.",
    bad=f"measures: [{_example()}, {_example(action='Limit the pool', tracker='CHK-3')}, {_DETECT.replace('P2', 'P1')}]",
    good=_GOOD,
    suggestion="Say which comes first.",
)
def _alike(context: Context) -> Iterator[Found]:
    measures = context.file.measures
    if len(measures) > 2 and len({one.priority for one in measures}) == 1:
        yield Found(("measures",), f"all {len(measures)} measures are {measures[0].priority}")


@rule(
    "PM511",
    "no-verb",
    "warning",
    reason="A measure is something that is done; a verb says what.",
    bad=f"measures: [{_example(action='Better limits for transactions')}, {_DETECT}]",
    good=_GOOD,
    suggestion="Begin with the verb: add, limit, reject, alert, run, remove.",
)
def _verb(context: Context) -> Iterator[Found]:
    for number, one in enumerate(context.file.measures):
        found = _NO_VERB.search(one.action)
        if found:
            yield Found(("measures", number, "action"), f"“{one.action}” does not begin with a verb", found[0])


@rule(
    "PM512",
    "several-owners",
    "error",
    reason="What belongs to two belongs to nobody.",
    bad=f"measures: [{_example(owner='checkout team and platform team')}, {_DETECT}]",
    good=_GOOD,
    suggestion="Name one, or make two measures of it.",
)
def _owners(context: Context) -> Iterator[Found]:
    for number, one in enumerate(context.file.measures):
        if _SEVERAL.search(one.owner):
            yield Found(("measures", number, "owner"), f"“{one.owner}” is more than one owner", one.owner)


@rule(
    "PM513",
    "told-twice",
    "error",
    reason="Two measures that are the same are counted twice and done once.",
    bad=f"measures: [{_example()}, {_example()}, {_DETECT}]",
    good=_GOOD,
    suggestion="Take one out, or say how they differ.",
)
def _twice(context: Context) -> Iterator[Found]:
    counted = Counter(one.action.casefold().strip(" .") for one in context.file.measures)
    seen: set[str] = set()
    for number, one in enumerate(context.file.measures):
        action = one.action.casefold().strip(" .")
        if counted[action] > 1 and action in seen:
            yield Found(("measures", number, "action"), "the measure is there already")
        seen.add(action)


@rule(
    "PM514",
    "due-before-the-incident",
    "error",
    reason="A measure cannot be due before what it follows from.",
    bad=f"measures: [{_example(due='2025-12-20')}, {_DETECT}]",
    good=_GOOD,
    suggestion="Correct the year.",
)
def _due(context: Context) -> Iterator[Found]:
    begun = context.findings.impact.start.date()
    for number, one in enumerate(context.file.measures):
        if one.due < begun:
            yield Found(("measures", number, "due"), f"the measure is due {one.due}, before the incident")
