"""Rules about each action item: it is specific, verifiable, tracked, dated, and has one owner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pmkit.check.action_item_example import DETECTS, GOOD, PREVENTS, action_item, action_items
from pmkit.check.rule import Context, Match, rule

_SEVERAL: Final = re.compile(r",|/|&|\band\b|\+", re.I)


@rule(
    "PM505",
    "end-state-missing",
    "warning",
    reason="An action item is done when people can see something that they could not see before.",
    bad=action_items(action_item(done_when="null"), DETECTS),
    good=GOOD,
    expected="measures.0: the action item has no end state",
    suggestion="Say under done_when how anybody can check that it is done.",
)
def _end_state(context: Context) -> Iterator[Match]:
    return _without(context, "done_when", "end state")


@rule(
    "PM506",
    "tracker-missing",
    "warning",
    reason="What is not in the tracker is in nobody's plan.",
    bad=action_items(action_item(tracker="null"), DETECTS),
    good=GOOD,
    expected="measures.0: the action item has no ticket",
    suggestion="Open a ticket and add its key or link under tracker.",
)
def _tracker(context: Context) -> Iterator[Match]:
    return _without(context, "tracker", "ticket")


def _without(context: Context, name: str, what: str) -> Iterator[Match]:
    """Yield the open action items without a value, or once that none of several has one."""
    items = [(index, item) for index, item in enumerate(context.file.measures) if item.is_open]
    missing = [index for index, item in items if not getattr(item, name)]
    if len(missing) == len(items) > 2:
        yield Match(("measures",), f"none of the {len(items)} open action items has {'an' if what[0] in 'aeiou' else 'a'} {what}")
    else:
        yield from (Match(("measures", index), f"the action item has no {what}") for index in missing)


@rule(
    "PM509",
    "overdue",
    "note",
    reason="If a date can pass unnoticed, dates mean nothing.",
    bad=action_items(action_item(due="2026-11-10"), DETECTS),
    good=GOOD,
    expected="measures.0.due: the action item was due 15 days ago",
    suggestion="Do it, or set a new date and explain why in the tracker.",
)
def _overdue(context: Context) -> Iterator[Match]:
    today = context.today
    for index, item in enumerate(context.file.measures):
        if days := item.days_overdue(today):
            yield Match(("measures", index, "due"), f"the action item was due {days} days ago")
    for earlier in context.findings.seen_before:
        for item in earlier.open_measures:
            if days := item.days_overdue(today):
                late = f"“{item.action}” of {earlier.incident} is still open and was due {days} days ago"
                yield Match(("measures",), late)


@rule(
    "PM512",
    "several-owners",
    "error",
    reason="What belongs to two people belongs to nobody.",
    bad=action_items(action_item(owner="checkout team and platform team"), DETECTS),
    good=GOOD,
    expected="measures.0.owner: “checkout team and platform team” is more than one owner",
    suggestion="Name one owner, or split the action item.",
)
def _owners(context: Context) -> Iterator[Match]:
    for index, item in enumerate(context.file.measures):
        if item.owner and _SEVERAL.search(item.owner):
            yield Match(("measures", index, "owner"), f"“{item.owner}” is more than one owner", item.owner)


@rule(
    "PM513",
    "duplicate-action-item",
    "error",
    reason="Duplicate action items are counted twice and done once.",
    bad=action_items(PREVENTS, PREVENTS, DETECTS),
    good=GOOD,
    expected="measures.1.action: the action item is a duplicate",
    suggestion="Remove one, or say how they differ.",
)
def _duplicate(context: Context) -> Iterator[Match]:
    seen: set[str] = set()
    for index, item in enumerate(context.file.measures):
        action = item.action.casefold().strip(" .")
        if action in seen:
            yield Match(("measures", index, "action"), "the action item is a duplicate")
        seen.add(action)


@rule(
    "PM514",
    "due-before-the-incident",
    "error",
    reason="An action item cannot be due before the incident that led to it.",
    bad=action_items(action_item(due="2025-12-20"), DETECTS),
    good=GOOD,
    expected="measures.0.due: the action item is due 2025-12-20, before the incident",
    suggestion="Correct the year.",
)
def _due(context: Context) -> Iterator[Match]:
    if not context.findings.impact.dated:
        return
    incident_day = context.findings.impact.start.date()
    for index, item in enumerate(context.file.measures):
        if item.due and item.due < incident_day:
            yield Match(("measures", index, "due"), f"the action item is due {item.due}, before the incident")
