"""Rules about the review of the document."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from pmkit.check.rule import Context, Match, rule

_FINAL_WITHIN: Final = timedelta(days=7)


@rule(
    "PM112",
    "reviewer-missing",
    "warning",
    reason="A postmortem that nobody else has read has not been reviewed.",
    bad="status: final\nreviewer: null",
    good="status: final\nreviewer: platform team",
    expected="status: the status is “final”, but there is no reviewer",
    suggestion="Name the reviewer, under reviewer.",
)
def _reviewer(context: Context) -> Iterator[Match]:
    if context.file.status != "draft" and not context.file.reviewer:
        yield Match(("status",), f"the status is “{context.file.status}”, but there is no reviewer")


@rule(
    "PM113",
    "reviewed-by-its-owner",
    "error",
    reason="Authors do not see the gaps in their own text.",
    bad="owner: checkout team\nreviewer: Checkout team",
    good="owner: checkout team\nreviewer: platform team",
    expected="reviewer: the reviewer is also the owner",
    suggestion="Ask somebody else to review it.",
)
def _reviewed_by_owner(context: Context) -> Iterator[Match]:
    owner, reviewer = context.file.owner, context.file.reviewer
    if owner and reviewer and owner.casefold() == reviewer.casefold():
        yield Match(("reviewer",), "the reviewer is also the owner")


@rule(
    "PM114",
    "not-final-in-time",
    "warning",
    reason="Memories fade within days, and action items wait for the review.",
    bad="status: draft",
    good="status: final",
    expected="status: the incident ended 22 days ago and the status is still “draft”",
    suggestion="Review it and set status to final.",
)
def _not_final(context: Context) -> Iterator[Match]:
    age = context.today - context.findings.impact.end.date()
    if context.file.status != "final" and age > _FINAL_WITHIN:
        yield Match(("status",), f"the incident ended {age.days} days ago and the status is still “{context.file.status}”")
