"""Rules of form: what has to be there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from pmkit.check.rule import Context, Finder, Found, Location, rule
from pmkit.core.wording import clock
from pmkit.findings.contract import utc
from pmkit.redaction.redactor import TITLES

_PLACEHOLDER: Final = re.compile(
    r"\b(TODO|TBD|TBC|FIXME|XXX+|lorem ipsum|to be (written|determined|confirmed|added))\b|<[a-z ]+>", re.I
)
_PICTURE: Final = re.compile(r"!\[\s*\]\([^)]*\)|<img(?![^>]*\balt=[\"'][^\"'])[^>]*>", re.I)
FINAL_WITHIN: Final = timedelta(days=7)
"""A review takes no longer than this."""


def _missing(name: str, message: str) -> Finder:
    def find(context: Context) -> Iterator[Found]:
        if not getattr(context.file, name):
            yield Found((name,), message)

    return find


rule(
    "PM101",
    "what-happened-missing",
    "error",
    reason="The first sentence is the one that everybody reads: what did users see?",
    bad="what_happened: null",
    good="what_happened: Customers got an error page instead of search results.",
    suggestion="Say in one sentence what users saw, under what_happened.",
)(_missing("what_happened", "the summary does not say what users saw"))
rule(
    "PM102",
    "root-cause-missing",
    "error",
    reason="Without the cause, nobody can tell whether the measures prevent it.",
    bad="root_cause: null",
    good="root_cause: The pool has no limit on how long a connection may be held. No test holds one that long.",
    suggestion="Say why it was possible, as a property of the system, under root_cause.",
)(_missing("root_cause", "the root cause is not written"))
rule(
    "PM103",
    "root-cause-summary-missing",
    "error",
    reason="The summary ends with the cause, so that who reads nothing else knows it.",
    bad="root_cause_summary: null",
    good="root_cause_summary: A new version took the maximum of an empty list.",
    suggestion="Say the cause in one sentence, under root_cause_summary.",
)(_missing("root_cause_summary", "the summary does not end with the cause"))
rule(
    "PM104",
    "trigger-missing",
    "error",
    reason="What set it off is not why it was possible; a reader needs both.",
    bad="trigger: null",
    good="trigger: The deploy of checkout v3.8.0 at 10:08:39.",
    suggestion="Name what set it off, under trigger.",
)(_missing("trigger", "the trigger is not named"))
rule(
    "PM105",
    "resolution-missing",
    "error",
    reason="Whoever meets this failure again looks for what ended it.",
    bad="resolution: null",
    good="resolution: Rolling back ended it. Orders succeeded from 10:25 on.",
    suggestion="Say what ended the impact and what was tried before, under resolution.",
)(_missing("resolution", "the resolution is not written"))
rule(
    "PM106",
    "still-degraded-missing",
    "warning",
    reason="Recovered is not the same as as good as before.",
    bad="still_degraded: null",
    good="still_degraded: Nothing.",
    suggestion="Say what is still degraded, or that nothing is, under still_degraded.",
)(_missing("still_degraded", "it is not said whether anything is still degraded"))
rule(
    "PM107",
    "data-loss-unsaid",
    "warning",
    reason="Whether data were lost is the first question after an outage; silence is not an answer.",
    bad="data_loss: null",
    good="data_loss: No data was lost.",
    suggestion="Say whether data were lost, under data_loss.",
)(_missing("data_loss", "it is not said whether data were lost"))
rule(
    "PM108",
    "severity-missing",
    "warning",
    reason="Severities make incidents comparable, and say how fast the measures have to come.",
    bad="severity: null",
    good="severity: SEV-2",
    suggestion="Give the severity, under severity.",
)(_missing("severity", "the severity is missing"))
rule(
    "PM109",
    "owner-missing",
    "error",
    reason="A document without an owner is never finished.",
    bad="owner: null",
    good="owner: checkout team",
    suggestion="Name one owner of the document, a team or a role, under owner.",
)(_missing("owner", "the document has no owner"))
rule(
    "PM110",
    "services-missing",
    "warning",
    reason="By its services an incident is found again, and counted.",
    bad="services: []",
    good="services: [checkout]",
    suggestion="List the services that were hit, under services.",
)(_missing("services", "the services that were hit are not listed"))
rule(
    "PM111",
    "objective-missing",
    "note",
    reason="Against an objective, an impact has a size that can be compared.",
    bad="slo: null",
    good="slo: {availability: 0.999}",
    suggestion="Give the service level objective, under slo, if there is one.",
)(_missing("slo", "there is no objective to count the error budget against"))


@rule(
    "PM112",
    "reviewer-missing",
    "warning",
    reason="A postmortem that nobody else has read has not been reviewed.",
    bad="status: final\nreviewer: null",
    good="status: final\nreviewer: platform team",
    suggestion="Name who reviews it, under reviewer.",
)
def _reviewer(context: Context) -> Iterator[Found]:
    if context.file.status != "draft" and not context.file.reviewer:
        yield Found(("status",), f"the status is {context.file.status!r}, and there is no reviewer")


@rule(
    "PM113",
    "reviewed-by-its-owner",
    "error",
    reason="Nobody sees the gaps in an own text.",
    bad="owner: checkout team\nreviewer: Checkout team",
    good="owner: checkout team\nreviewer: platform team",
    suggestion="Let somebody else review it.",
)
def _same(context: Context) -> Iterator[Found]:
    owner, reviewer = context.file.owner, context.file.reviewer
    if owner and reviewer and owner.casefold() == reviewer.casefold():
        yield Found(("reviewer",), "the reviewer is the owner")


@rule(
    "PM114",
    "not-final-in-time",
    "warning",
    reason="What was learned fades within days, and measures wait for the review.",
    bad="status: draft",
    good="status: final",
    suggestion="Review it and set status to final.",
)
def _late(context: Context) -> Iterator[Found]:
    age = context.today - context.findings.impact.end.date()
    if context.file.status != "final" and age > FINAL_WITHIN:
        yield Found(("status",), f"the incident ended {age.days} days ago and the status is {context.file.status!r}")


@rule(
    "PM115",
    "placeholder-left",
    "error",
    reason="A placeholder in a published document says that nobody read it to the end.",
    bad="resolution: TODO",
    good="resolution: Rolling back ended it.",
    suggestion="Write what is meant, or take it out.",
)
def _placeholder(context: Context) -> Iterator[Found]:
    for text in context.texts:
        for found in _PLACEHOLDER.finditer(text.own):
            yield Found(text.location, f"{found[0]!r} is a placeholder", found[0])


@rule(
    "PM116",
    "learning-missing",
    "warning",
    reason="What went well has to be kept, what went badly changed, and luck is no plan.",
    bad="went_well: []\nwent_badly: []\ngot_lucky: []",
    good="went_well: [The alert was fast.]\nwent_badly: [The runbook had no entry.]\ngot_lucky: [It was a quiet hour.]",
    suggestion="Write at least one point each under went_well, went_badly and got_lucky.",
)
def _learned(context: Context) -> Iterator[Found]:
    for name in ("went_well", "went_badly", "got_lucky"):
        if not getattr(context.file, name):
            yield Found((name,), f"nothing is written under {name}")


@rule(
    "PM117",
    "edit-of-nothing",
    "warning",
    reason="An edit that names no entry changes nothing, and what it was to hide or to correct is in the report.",
    bad="timeline_edits: [{at: 2026-11-03 10:20:47, kind: message, evidence: 'chat/incident-channel.json:7', hide: true}]",
    good="timeline_edits: [{at: 2026-11-03 10:20:47, kind: message, evidence: 'chat/incident-channel.json:62', hide: true}]",
    suggestion="Give time, kind and evidence as the timeline of the report has them.",
)
def _edits_nothing(context: Context) -> Iterator[Found]:
    local = context.findings.incident.local
    for number, edit in enumerate(context.file.timeline_edits):
        at = utc(local(edit.at))
        if not any(entry.is_named(at, edit.kind, edit.evidence) for entry in context.findings.story):
            yield Found(
                ("timeline_edits", number), f"the timeline has no {edit.kind} of {clock(at, context.findings.zone)} from there"
            )


@rule(
    "PM118",
    "secret-in-text",
    "error",
    reason="A postmortem goes to the whole company, and a secret in it is one no more.",
    bad="trigger: The deploy of checkout v3.8.0 with DB_PASSWORD=hunter22.",
    good="trigger: The deploy of checkout v3.8.0 with DB_PASSWORD=***.",
    suggestion="Take it out, and have it replaced wherever it is in use: whoever read this text knows it.",
)
def _secret(context: Context) -> Iterator[Found]:
    redactor = context.findings.incident.redactor
    for location, text in _strings(context.file.model_dump(exclude={"redact"}), ()):
        for hit in redactor.hits(text):
            yield Found(location, f"here stands {TITLES.get(hit.name, hit.name)}", text[hit.start : hit.end])


def _strings(value: object, location: Location) -> Iterator[tuple[Location, str]]:
    """Give every text of a tree with its place."""
    if isinstance(value, str):
        yield location, value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _strings(one, (*location, name))
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from _strings(one, (*location, number))


@rule(
    "PM119",
    "picture-without-words",
    "warning",
    reason="Who cannot see a picture, or prints it in grey, has only its words.",
    bad="sections: [{title: Load, text: '![](https://shop.example/load.png)'}]",
    good="sections: [{title: Load, text: '![Load doubled at 10:17](https://shop.example/load.png)'}]",
    suggestion="Say between the brackets what the picture shows.",
)
def _picture(context: Context) -> Iterator[Found]:
    for text in context.texts:
        for found in _PICTURE.finditer(text.text):
            yield Found(text.location, "a picture has no words for those who cannot see it", found[0])
