"""Rules about all action items together: what they have to cover, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmkit.check.action_item_example import DETECTS, GOOD, PREVENTS, action_item, action_items
from pmkit.check.rule import Context, Match, rule

# Detection that takes longer than this is slow.
_SLOW_DETECTION_S: Final = 300


@rule(
    "PM501",
    "no-action-items",
    "error",
    reason="Without action items the same failure will recur.",
    bad="measures: []",
    good=GOOD,
    expected="measures: there are no action items",
    suggestion="Add at least one action item that prevents or mitigates it, and one that detects it sooner.",
)
def _none(context: Context) -> Iterator[Match]:
    if not context.file.measures:
        yield Match(("measures",), "there are no action items")


@rule(
    "PM502",
    "nothing-urgent",
    "warning",
    reason="If users were affected, something should be done first.",
    bad=action_items(action_item(priority="P2"), DETECTS),
    good=GOOD,
    expected="measures: users were affected, but no action item has priority P0 or P1",
    suggestion="Give the action item that helps most priority P0 or P1.",
)
def _urgent(context: Context) -> Iterator[Match]:
    items = context.file.measures
    if items and context.findings.impact.failed_requests and not any(item.priority in ("P0", "P1") for item in items):
        yield Match(("measures",), "users were affected, but no action item has priority P0 or P1")


@rule(
    "PM507",
    "nothing-prevents",
    "error",
    reason="Detecting it sooner is not enough: the next failure should be less likely, or smaller.",
    bad=action_items(DETECTS),
    good=GOOD,
    expected="measures: no action item prevents or mitigates",
    suggestion="Add an action item of type prevent or mitigate.",
)
def _prevents(context: Context) -> Iterator[Match]:
    items = context.file.measures
    if items and not any(item.type in ("prevent", "mitigate") for item in items):
        no_type = not any(item.type for item in items)
        yield Match(("measures",), f"no action item {'has a type, such as prevent' if no_type else 'prevents or mitigates'}")


@rule(
    "PM508",
    "nothing-detects",
    "warning",
    reason="If a person noticed before any alert, or detection was slow, time to detect is the easiest to improve.",
    bad=f"{action_items(PREVENTS)}\ntimes: {{detected_at: 2026-01-17 03:20:00}}",
    good=f"{GOOD}\ntimes: {{detected_at: 2026-01-17 03:20:00}}",
    expected="measures: detection was slow, but no action item has type detect",
    example_data="a failing log",
    suggestion="Add an action item of type detect.",
)
def _detects(context: Context) -> Iterator[Match]:
    response, items = context.findings.response, context.file.measures
    detected = response.steps["detected"]
    at = detected.declared_at if detected.declared_at is not None else detected.at
    slow = at is not None and response.onset is not None and (at - response.onset).total_seconds() > _SLOW_DETECTION_S
    by_person = response.detected_by == "person"
    if items and (slow or by_person) and not any(item.type == "detect" for item in items):
        fact = "a person noticed it before any alert" if by_person else "detection was slow"
        yield Match(("measures",), f"{fact}, but no action item has type detect")


@rule(
    "PM510",
    "same-priority",
    "note",
    reason="If everything has the same priority, nothing is prioritised.",
    bad=action_items(
        PREVENTS, action_item(action="Limit the pool", tracker="CHK-3"), DETECTS.replace("priority: P2", "priority: P1")
    ),
    good=GOOD,
    expected="measures: all 3 action items have priority P1",
    suggestion="Decide which comes first.",
)
def _same_priority(context: Context) -> Iterator[Match]:
    items = context.file.measures
    if len(items) > 2 and len({item.priority for item in items}) == 1 and items[0].priority:
        yield Match(("measures",), f"all {len(items)} action items have priority {items[0].priority}")
