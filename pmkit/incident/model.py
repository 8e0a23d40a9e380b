"""The model of `incident.yaml`: what people know about an incident."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, get_args

from pydantic import Field, field_validator, model_validator

from pmkit.core.choices import FollowedSection
from pmkit.incident.confirmed_facts import ConfirmedTimes, EntryEdit, ImpactNumber, ImpactWindow, Note
from pmkit.incident.field_types import Block, Markdown, Url, Zone
from pmkit.incident.service_level import ErrorRule, Slo
from pmkit.incident.source_hints import FormatBlock, SourceHint, error_at
from pmkit.redaction.redactor import is_pattern

# Categories of triggers and of root causes, from the appendix "Results of Postmortem Analysis" of Google's SRE workbook.
Trigger = Literal[
    "binary push", "configuration push", "user behavior change", "processing pipeline", "service provider change",
    "performance decay", "capacity management", "hardware",
]  # fmt: skip
Cause = Literal["software", "development process failure", "complex system behaviors", "deployment planning", "network failure"]
TRIGGERS: Final[tuple[str, ...]] = get_args(Trigger)
CAUSES: Final[tuple[str, ...]] = get_args(Cause)


class ActionItem(Block):
    """One action item: a corrective or preventative measure. `pmkit check` asks for what is missing."""

    action: Markdown = Field(description="what to do, beginning with a verb")
    type: Literal["prevent", "detect", "mitigate", "repair", "process"] | None = Field(default=None, description="its purpose")
    owner: str | None = Field(default=None, description="one team or role")
    priority: Literal["P0", "P1", "P2", "P3"] | None = Field(default=None, description="P0 is the most urgent")
    due: date | None = Field(default=None, description="due date, such as 2026-02-01")
    tracker: str | None = Field(default=None, description="a ticket or its link")
    done_when: Markdown | None = Field(default=None, description="an end state that can be checked")
    status: Literal["open", "in progress", "done", "declined"] = Field(default="open", description="its progress")

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.status in ("open", "in progress")

    def days_overdue(self, today: date) -> int:
        """Return by how many days it is late; 0 if it is not, or has no due date, or is no longer to be done."""
        return max((today - self.due).days, 0) if self.due and self.is_open else 0

    @property
    def urgency(self) -> tuple[str, date]:
        """The sort key: by priority, then by due date; what has neither comes last."""
        return self.priority or "P9", self.due or date.max


class RootCause(Block):
    """One of several root causes, with what set it off and what contributed to it."""

    title: str | None = Field(default=None, description="the cause in a few words, as a heading")
    root_cause: Markdown = Field(description="why it could happen: a property of the system")
    trigger: Markdown | None = Field(default=None, description="what set it off")
    contributing_factors: tuple[Markdown, ...] = Field(default=(), description="what made it likelier, larger or longer")


class ExtraSection(Block):
    """A section of your own."""

    title: str = Field(min_length=1, description="heading")
    text: Markdown = Field(min_length=1, description="contents")
    after: FollowedSection = Field(default="Response", description="the section that it follows; Title puts it first")
    internal: bool = Field(default=False, description="whether the public version leaves it out")

    @model_validator(mode="after")
    def _check_title(self) -> ExtraSection:
        required = get_args(type(self).model_fields["after"].annotation)
        if self.title.casefold() in {name.casefold() for name in required}:
            raise ValueError(f"{self.title!r} is a section that every report has; choose another title")
        return self


class Waiver(Block):
    """A rule of `pmkit check` that does not apply to this incident, and why."""

    rule: str = Field(pattern=r"^PM\d{3}$", description="code of the rule, such as PM203")
    reason: str = Field(min_length=8, description="why it does not apply here")


class RedactRule(Block):
    """A pattern of your own for something that must not be published."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="the name in placeholders")
    pattern: str = Field(description="a regular expression for RE2; its group `secret` is replaced, or else the whole match")

    @field_validator("pattern")
    @classmethod
    def _check_pattern(cls, pattern: str) -> str:
        if not is_pattern(pattern):
            raise ValueError(f"{pattern!r} is not a regular expression for RE2, or matches an empty text")
        return pattern


class Redact(Block):
    """What must not be published besides secrets, and what may be although it looks like a secret."""

    personal: tuple[Literal["email", "ip", "phone", "national-id"], ...] = Field(
        default=(), description="personal data that the internal report replaces as well"
    )
    rules: tuple[RedactRule, ...] = Field(default=(), description="other patterns to replace")
    keep: tuple[str, ...] = Field(default=(), description="texts that are never replaced")


class IncidentFile(Block):
    """The contents of `incident.yaml`."""

    id: str = Field(description="the name of the incident's folder")
    title: str = Field(description="what happened, in a few words")
    severity: str | None = Field(default=None, description="such as SEV-2")
    status: Literal["draft", "in review", "final"] = Field(default="draft", description="status of the document")
    owner: str | None = Field(default=None, description="owner of the document: a role or a team")
    reviewer: str | None = Field(default=None, description="reviewer of the document: another role or team")
    timezone: Zone = Field(default="UTC", description="IANA time zone of the report")
    services: tuple[str, ...] = Field(default=(), description="the affected services")
    slo: Slo | None = Field(default=None, description="the objective that the error budget is derived from")
    errors: ErrorRule = Field(default=ErrorRule(), description="what counts as an error")
    impact_source: str | None = Field(default=None, description="the log in which impact is measured; wildcards choose several")
    exports: tuple[Url, ...] = Field(default=(), description="exports outside the folder, by URL")
    sources: tuple[SourceHint, ...] = Field(default=(), description="what you know about individual exports")
    formats: tuple[FormatBlock, ...] = Field(default=(), description="log formats of your own")
    times: ConfirmedTimes = Field(default=ConfirmedTimes(), description="times that people confirmed")
    impact_windows: tuple[ImpactWindow, ...] = Field(
        default=(), description="the stretches in which users were affected, if there were several"
    )
    what_happened: Markdown | None = Field(default=None, description="what users saw; the first sentence says the most")
    impact_numbers: tuple[ImpactNumber, ...] = Field(
        default=(), description="numbers about the impact that the data do not show, such as accounts, tickets, money"
    )
    data_loss: Markdown | None = Field(default=None, description="what data was lost, or that none was")
    background: Markdown | None = Field(default=None, description="what a reader has to know about the system first")
    detection: Markdown | None = Field(default=None, description="how it was noticed, and by whom")
    trigger: Markdown | None = Field(default=None, description="what set it off")
    trigger_category: Trigger | None = Field(default=None, description="kind of trigger, from the SRE workbook's taxonomy")
    root_cause: Markdown | None = Field(default=None, description="why it could happen: a property of the system")
    root_cause_summary: Markdown | None = Field(default=None, description="the root cause in one sentence")
    root_causes: tuple[RootCause, ...] = Field(default=(), description="the root causes, if there are several")
    cause_category: Cause | None = Field(default=None, description="kind of root cause, from the SRE workbook's taxonomy")
    contributing_factors: tuple[Markdown, ...] = Field(default=(), description="what made it likelier, larger or longer")
    five_whys: tuple[Markdown, ...] = Field(
        default=(), description="from the failure down to the cause, for the template atlassian"
    )
    backlog_check: Markdown | None = Field(
        default=None, description="whether planned work would have prevented it, for the template atlassian"
    )
    resolution: Markdown | None = Field(default=None, description="what ended the impact, and what was tried before")
    still_degraded: Markdown | None = Field(default=None, description="what has not recovered yet")
    went_well: tuple[Markdown, ...] = Field(default=(), description="what helped")
    went_badly: tuple[Markdown, ...] = Field(default=(), description="what cost time or made it worse")
    got_lucky: tuple[Markdown, ...] = Field(default=(), description="what could have made it worse, but did not")
    lessons: tuple[Markdown, ...] = Field(default=(), description="what others can learn from it")
    open_questions: tuple[Markdown, ...] = Field(default=(), description="what is not known yet")
    glossary: dict[str, Markdown] = Field(default={}, description="terms and abbreviations with their meaning")
    authors: tuple[str, ...] = Field(default=(), description="who wrote the document, by role or team")
    responders: tuple[str, ...] = Field(default=(), description="who responded, by role, for the template pagerduty")
    internal_message: Markdown | None = Field(default=None, description="message to the company, for the template pagerduty")
    external_message: Markdown | None = Field(default=None, description="message to customers, for the template pagerduty")
    timeline: tuple[Note, ...] = Field(default=(), description="timeline entries that no export contains")
    timeline_edits: tuple[EntryEdit, ...] = Field(default=(), description="edits to timeline entries that come from the data")
    measures: tuple[ActionItem, ...] = Field(default=(), description="action items: corrective and preventative measures")
    measures_text: Markdown | None = Field(default=None, description="prose beside the table of action items")
    sections: tuple[ExtraSection, ...] = Field(default=(), description="sections of your own")
    redact: Redact = Field(default=Redact(), description="what else must not be published, and what may be")
    waivers: tuple[Waiver, ...] = Field(default=(), description="rules of `pmkit check` that do not apply here")

    @model_validator(mode="after")
    def _check_named_formats(self) -> IncidentFile:
        """Raise ValueError if a hint names a format that neither pmkit nor this file has."""
        if any(source.format for source in self.sources):
            from pmkit.formats.detection import format_names, unknown_format  # noqa: PLC0415 - loads all formats

            own = [block.name for block in self.formats]
            for number, source in enumerate(self.sources):
                if source.format and source.format not in {*own, *format_names()}:
                    with error_at("sources", number, "format"):
                        raise ValueError(unknown_format(source.format, own))
        return self
