"""Rules about fields of `incident.yaml` that are empty."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.check.rule import Context, Match, Severity, rule


def _required(
    code: str,
    name: str,
    severity: Severity,
    field: str,
    *,
    reason: str,
    message: str,
    good: str,
    suggestion: str,
    empty: str = "null",
) -> None:
    """Register the rule that a field must not be empty."""

    def find(context: Context) -> Iterator[Match]:
        if not getattr(context.file, field):
            yield Match((field,), message)

    rule(
        code,
        name,
        severity,
        reason=reason,
        bad=f"{field}: {empty}",
        good=f"{field}: {good}",
        expected=f"{field}: {message}",
        suggestion=suggestion,
    )(find)


_required(
    "PM101",
    "what-happened-missing",
    "error",
    "what_happened",
    reason="The first sentence is the one that everybody reads: what did users see?",
    message="the summary does not say what users saw",
    good="Customers got an error page instead of search results.",
    suggestion="Describe in one sentence what users saw, under what_happened.",
)
_required(
    "PM102",
    "root-cause-missing",
    "error",
    "root_cause",
    reason="Without the root cause, nobody can judge whether the action items prevent a recurrence.",
    message="the root cause is missing",
    good="The pool has no limit on how long a connection may be held. No test holds one that long.",
    suggestion="Explain why the failure was possible, as a property of the system, under root_cause.",
)
_required(
    "PM103",
    "root-cause-summary-missing",
    "error",
    "root_cause_summary",
    reason="The summary ends with the root cause, for readers who read nothing else.",
    message="the summary does not end with the root cause",
    good="A new version took the maximum of an empty list.",
    suggestion="State the root cause in one sentence, under root_cause_summary.",
)
_required(
    "PM104",
    "trigger-missing",
    "error",
    "trigger",
    reason="What set the incident off differs from why it was possible; readers need both.",
    message="the trigger is missing",
    good="The deploy of checkout v3.8.0 at 10:08:39.",
    suggestion="Name the event that set it off, under trigger.",
)
_required(
    "PM105",
    "resolution-missing",
    "error",
    "resolution",
    reason="Whoever meets this failure again will look for what ended it.",
    message="the resolution is missing",
    good="Rolling back ended it. Orders succeeded from 10:25 on.",
    suggestion="Describe what ended the impact and what was tried before, under resolution.",
)
_required(
    "PM106",
    "still-degraded-missing",
    "warning",
    "still_degraded",
    reason="A service can recover without being as good as it was before.",
    message="the text does not say whether anything is still degraded",
    good="Nothing.",
    suggestion="Say what is still degraded, or that nothing is, under still_degraded.",
)
_required(
    "PM107",
    "data-loss-missing",
    "warning",
    "data_loss",
    reason="Whether data was lost is the first question after an outage, and silence does not answer it.",
    message="the text does not say whether data was lost",
    good="No data was lost.",
    suggestion="Say whether data was lost, under data_loss.",
)
_required(
    "PM108",
    "severity-missing",
    "warning",
    "severity",
    reason="Severities make incidents comparable and set the deadline for the action items.",
    message="the severity is missing",
    good="SEV-2",
    suggestion="Set the severity, under severity.",
)
_required(
    "PM109",
    "owner-missing",
    "error",
    "owner",
    reason="A document without an owner is never finished.",
    message="the document has no owner",
    good="checkout team",
    suggestion="Name one owner of the document, a team or a role, under owner.",
)
_required(
    "PM110",
    "services-missing",
    "warning",
    "services",
    reason="Incidents are searched for and counted by service.",
    message="the affected services are not listed",
    empty="[]",
    good="[checkout]",
    suggestion="List the affected services, under services.",
)
_required(
    "PM111",
    "slo-missing",
    "note",
    "slo",
    reason="A service level objective puts the size of the impact in proportion.",
    message="there is no objective to compare the impact with",
    good="{availability: 0.999}",
    suggestion="Add the service level objective, under slo, if there is one.",
)


@rule(
    "PM116",
    "lessons-missing",
    "warning",
    reason="What went well should be kept, what went badly should change, and luck is not a plan.",
    bad="went_well: []\nwent_badly: []\ngot_lucky: []",
    good="went_well: [The alert was fast.]\nwent_badly: [The runbook had no entry.]\ngot_lucky: [It was a quiet hour.]",
    expected="went_well: went_well is empty\nwent_badly: went_badly is empty\ngot_lucky: got_lucky is empty",
    suggestion="Write at least one point each under went_well, went_badly and got_lucky.",
)
def _lessons(context: Context) -> Iterator[Match]:
    for field in ("went_well", "went_badly", "got_lucky"):
        if not getattr(context.file, field):
            yield Match((field,), f"{field} is empty")


@rule(
    "PM130",
    "field-wrong",
    "error",
    reason="The report leaves out what it cannot read, so readers do not see what you wrote.",
    bad="measures: [{action: Limit the pool, due: soon}]",
    good="measures: [{action: Limit the pool, due: 2026-12-11}]",
    expected="measures.0.due: expected a date such as 2026-12-11, got 'soon'",
    suggestion="Correct the value.",
)
def _wrong(context: Context) -> Iterator[Match]:
    for field in context.findings.incident.invalid:
        yield Match(field.location, field.message.split(": ", 1)[1])
