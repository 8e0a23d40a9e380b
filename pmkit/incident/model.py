"""`incident.yaml` as a model: what people know of an incident."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Final, Literal, Self, get_args
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from pmkit.core.locations import is_url
from pmkit.core.schema import SEVERITIES
from pmkit.core.wording import sentences
from pmkit.formats import custom
from pmkit.formats.format import LogFormat
from pmkit.redaction.redactor import is_pattern


@cache
def _zones() -> frozenset[str]:
    """Look for the time zones of this machine, which are hundreds of files."""
    return frozenset(available_timezones())


def validate_timezone(name: str) -> str:
    """Return the name of an IANA time zone, or raise ValueError with a hint."""
    if name not in _zones():
        near = difflib.get_close_matches(name, _zones(), 1, 0.5)
        hint = f", such as {near[0]}" if near else ", such as Europe/Berlin or UTC"
        raise ValueError(f"expected an IANA time zone{hint}")
    return name


def _one_sentence(text: str) -> str:
    if len(sentences(text)) > 1:
        raise ValueError("expected one sentence; the long form has its own field")
    return text.strip()


def _url(text: str) -> str:
    if not is_url(text):
        raise ValueError("expected a URL, such as s3://bucket/logs/*.gz; files below the folder are found by themselves")
    return text


Trigger = Literal[
    "binary push", "configuration push", "user behavior change", "processing pipeline", "service provider change",
    "performance decay", "capacity management", "hardware",
]  # fmt: skip
"""Kinds of triggers, of the SRE workbook's appendix on the results of postmortem analysis."""
Cause = Literal["software", "development process failure", "complex system behaviors", "deployment planning", "network failure"]
"""Kinds of root causes, of the same."""
TRIGGERS: Final[tuple[str, ...]] = get_args(Trigger)
CAUSES: Final[tuple[str, ...]] = get_args(Cause)

Zone = Annotated[str, AfterValidator(validate_timezone)]
Url = Annotated[str, AfterValidator(_url)]
Sentence = Annotated[str, AfterValidator(_one_sentence)]
_MARKED: Final = "Markdown"
Markdown = Annotated[str, _MARKED]
"""What is written as Markdown, and so shown; all other texts are shown as they are."""


def _is_markdown(annotation: Any) -> bool:
    return _MARKED in getattr(annotation, "__metadata__", ()) or any(map(_is_markdown, get_args(annotation)))


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    def with_markdown(self, change: Callable[[str], str]) -> Self:
        """Return it with all that is Markdown changed, also in its parts; an item of a list is one line."""
        told: dict[str, Any] = {}
        for name, field in type(self).model_fields.items():
            value, marked = getattr(self, name), _MARKED in field.metadata or _is_markdown(field.annotation)
            if isinstance(value, str) and marked:
                told[name] = change(value)
            elif isinstance(value, tuple) and marked:
                told[name] = tuple(change(" ".join(one.split())) for one in value)
            elif isinstance(value, tuple):
                told[name] = tuple(one.with_markdown(change) if isinstance(one, _Part) else one for one in value)
        return self.model_copy(update=told)


class Slo(_Part):
    """The service level objective that the error budget is counted against."""

    availability: float = Field(gt=0, lt=1, description="share of requests that must succeed, such as 0.999")
    window_days: int = Field(default=30, gt=0, description="days that the error budget is for")


class ErrorRule(_Part):
    """What counts as an error.

    Requests are judged by their HTTP status; where a log has no requests, events are judged
    by their severity.
    """

    min_http_status: int = Field(default=500, ge=100, le=599, description="requests from this status on fail")
    also_http_status: tuple[int, ...] = Field(default=(), description="lower ones that count as well, such as 429")
    not_http_status: tuple[int, ...] = Field(default=(), description="higher ones that do not, such as 501")
    min_severity: Literal["WARN", "ERROR", "FATAL"] = Field(default="ERROR", description="for logs without requests")

    @property
    def severities(self) -> tuple[str, ...]:
        """The severities that count as an error."""
        return SEVERITIES[SEVERITIES.index(self.min_severity) :]

    @property
    def sql(self) -> str:
        """The rule as a SQL condition: by HTTP status for requests, by severity for other events."""
        also = f" OR http_status IN {_tuple(self.also_http_status)}" if self.also_http_status else ""
        barred = f" AND http_status NOT IN {_tuple(self.not_http_status)}" if self.not_http_status else ""
        by_severity = f"severity IN {_tuple(self.severities)}"
        return (
            f"CASE WHEN http_status IS NULL THEN coalesce({by_severity}, false) "
            f"ELSE (http_status >= {self.min_http_status}{also}){barred} END"
        )

    @property
    def words(self) -> str:
        """The rule in words, for requests."""
        also = "".join(f", or is {status}" for status in self.also_http_status)
        barred = "".join(f", unless it is {status}" for status in self.not_http_status)
        return f"its HTTP status is {self.min_http_status} or above{also}{barred}"


def _tuple(values: tuple[int, ...] | tuple[str, ...]) -> str:
    return f"({', '.join(repr(value) for value in values)})"


class SourceHint(_Part):
    """What a person knows about some of the exports."""

    match: str = Field(description="file name pattern relative to the incident's folder, such as logs/edge-*.log")
    timezone: Zone | None = Field(default=None, description="zone of times that carry none")
    service: str | None = Field(default=None, description="of lines that name none")
    format: str | None = Field(default=None, description="a name from `pmkit formats`, or from `formats` here")
    clock_offset_s: float = Field(default=0, description="seconds to add to its times, because its clock was wrong by that")


class FormatBlock(_Part):
    """A log format that a person wrote: one of the ways of `sources.custom`."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", description="what hints and the report call it")
    pattern: str | None = Field(default=None, description="a regular expression with named groups")
    json_fields: dict[str, str] | None = Field(default=None, alias="json", description="words to keys")
    nginx: str | None = Field(default=None, description="an nginx log_format")
    apache: str | None = Field(default=None, description="an Apache LogFormat")
    log4j: str | None = Field(default=None, description="a log4j or logback pattern")
    service: str | None = Field(default=None, description="of lines that name none")
    multiline: bool = Field(default=True, description="whether lines that do not fit belong to the event above")
    samples: tuple[str, ...] = Field(default=(), description="lines that have to fit")

    @model_validator(mode="after")
    def _reads(self) -> FormatBlock:
        if len(self._written) != 1:
            raise ValueError(f"expected one of {', '.join(custom.KINDS)}, got {' and '.join(self._written) or 'none'}")
        (way,) = self._written
        with _within(way):
            entry = self.entry()
        for number, line in enumerate(self.samples):
            with _within("samples", number):
                custom.check_sample(entry, line)
        return self

    @property
    def _written(self) -> dict[str, str | dict[str, str]]:
        given = {way: self.json_fields if way == "json" else getattr(self, way) for way in custom.KINDS}
        return {way: text for way, text in given.items() if text is not None}

    def entry(self) -> LogFormat:
        """Make the format; ValueError says what is wrong with it."""
        ((way, text),) = self._written.items()
        return custom.custom_format(self.name, way, text, service=self.service, multiline=self.multiline)


@contextmanager
def _within(*place: str | int) -> Iterator[None]:
    """Let an error say in which field of the model it is."""
    try:
        yield
    except ValueError as wrong:
        raise PydanticCustomError("within", "{why}", {"why": str(wrong), "within": place}) from wrong


class ConfirmedTimes(_Part):
    """Times that a person has confirmed; they stand beside the detected ones."""

    started_at: datetime | None = Field(default=None, description="the onset")
    ended_at: datetime | None = Field(default=None, description="the end of the impact")
    detected_at: datetime | None = Field(default=None, description="it was noticed")
    acknowledged_at: datetime | None = Field(default=None, description="somebody took it on")
    mitigated_at: datetime | None = Field(default=None, description="what ended the impact was done")
    resolved_at: datetime | None = Field(default=None, description="the all clear")


class Note(_Part):
    """One entry that a person adds to the timeline."""

    at: datetime = Field(description="without an offset, in the incident's time zone")
    text: str = Field(description="one sentence")
    evidence: str | None = Field(default=None, description="a link, or file:line")
    key: bool = Field(default=False, description="whether it is one of the entries that tell the story by themselves")


class EntryEdit(_Part):
    """What a person makes of an entry that the timeline takes from the data: it is named by its time, kind and evidence."""

    at: datetime = Field(description="its time")
    kind: Literal["change", "impact", "pattern", "metric", "alert", "message"] = Field(description="its kind")
    evidence: str | None = Field(default=None, description="its evidence")
    text: str | None = Field(default=None, description="other words for it")
    key: bool = Field(default=False, description="whether it is one of the entries that tell the story by themselves")
    hide: bool = Field(default=False, description="whether the report leaves it out")


class ActionItem(_Part):
    """One corrective or preventative measure."""

    action: str = Field(description="what is done, beginning with a verb")
    type: Literal["prevent", "detect", "mitigate", "repair", "process"] = Field(description="what it does")
    owner: str = Field(description="one team or role")
    priority: Literal["P0", "P1", "P2", "P3"] = Field(description="P0 is first")
    due: date = Field(description="such as 2026-02-01")
    tracker: str | None = Field(default=None, description="a ticket or its link")
    done_when: str | None = Field(default=None, description="an end state that can be checked")
    status: Literal["open", "done"] = Field(default="open", description="how far it is")


class ExtraSection(_Part):
    """A section of one's own, between the required ones."""

    title: str = Field(min_length=1, description="its heading")
    text: Markdown = Field(min_length=1, description="Markdown")
    after: Literal[
        "Issue Summary", "Timeline", "Root Cause", "Resolution and recovery", "Corrective and Preventative Measures", "Response"
    ] = Field(default="Response", description="the section that it follows")
    internal: bool = Field(default=False, description="whether the version for the public leaves it out")

    @model_validator(mode="after")
    def _own_name(self) -> ExtraSection:
        taken = get_args(type(self).model_fields["after"].annotation)
        if self.title.casefold() in {name.casefold() for name in taken}:
            raise ValueError(f"{self.title!r} is a section that every report has; name it otherwise")
        return self


class Waiver(_Part):
    """A rule of `pmkit check` that does not hold for this incident, and why."""

    rule: str = Field(pattern=r"^PM\d{3}$", description="its code, such as PM203")
    reason: str = Field(min_length=8, description="why it does not hold here")


class RedactRule(_Part):
    """Something of one's own that must not be published."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="what its placeholder calls it")
    pattern: str = Field(description="a regular expression for RE2; its group `secret` is what is replaced, or else all of it")

    @field_validator("pattern")
    @classmethod
    def _is_one(cls, pattern: str) -> str:
        if not is_pattern(pattern):
            raise ValueError(f"{pattern!r} is no regular expression of RE2, or finds what is empty")
        return pattern


class Redact(_Part):
    """What must not be published besides secrets, and what may be although it looks like one."""

    personal: tuple[Literal["email", "ip", "phone", "national-id"], ...] = Field(
        default=(), description="personal data that are replaced in the internal report as well"
    )
    rules: tuple[RedactRule, ...] = Field(default=(), description="what else is replaced")
    keep: tuple[str, ...] = Field(default=(), description="texts that are not replaced whatever they look like")


class IncidentFile(_Part):
    """The contents of `incident.yaml`."""

    id: str = Field(description="the name of its folder")
    title: str = Field(description="what happened, in a few words")
    severity: str | None = Field(default=None, description="such as SEV-2")
    status: Literal["draft", "in review", "final"] = Field(default="draft", description="of the document")
    owner: str | None = Field(default=None, description="of the document: a role or a team")
    reviewer: str | None = Field(default=None, description="another one")
    timezone: Zone = Field(default="UTC", description="IANA zone that the report is written in")
    services: tuple[str, ...] = Field(default=(), description="the services that were hit")
    slo: Slo | None = Field(default=None, description="what the error budget is counted against")
    errors: ErrorRule = Field(default=ErrorRule(), description="what counts as an error")
    impact_source: str | None = Field(default=None, description="the log that impact is counted on, or several by wildcards")
    exports: tuple[Url, ...] = Field(default=(), description="exports that lie elsewhere, by URL")
    sources: tuple[SourceHint, ...] = Field(default=(), description="what is known about single exports")
    formats: tuple[FormatBlock, ...] = Field(default=(), description="log formats of one's own")
    times: ConfirmedTimes = Field(default=ConfirmedTimes(), description="times that people confirmed, beside the detected ones")
    what_happened: Sentence | None = Field(default=None, description="what users saw, one sentence")
    data_loss: Sentence | None = Field(default=None, description="what was lost, or that nothing was, one sentence")
    trigger: Markdown | None = Field(default=None, description="what set it off; Markdown, as are the texts below")
    trigger_category: Trigger | None = Field(default=None, description="its kind, by the SRE workbook's taxonomy")
    root_cause: Markdown | None = Field(default=None, description="why it was possible: a property of the system")
    root_cause_summary: Sentence | None = Field(default=None, description="the cause, one sentence")
    cause_category: Cause | None = Field(default=None, description="its kind, by the SRE workbook's taxonomy")
    contributing_factors: tuple[Markdown, ...] = Field(default=(), description="what made it likelier, larger or longer")
    five_whys: tuple[Markdown, ...] = Field(
        default=(), description="from the failure down to the cause, for the template atlassian"
    )
    backlog_check: Markdown | None = Field(
        default=None, description="whether planned work would have prevented it, for atlassian"
    )
    resolution: Markdown | None = Field(default=None, description="what ended the impact, and what was tried before")
    still_degraded: Markdown | None = Field(default=None, description="what is not as it was")
    went_well: tuple[Markdown, ...] = Field(default=(), description="what helped")
    went_badly: tuple[Markdown, ...] = Field(default=(), description="what cost time or made it worse")
    got_lucky: tuple[Markdown, ...] = Field(default=(), description="what could have made it worse")
    responders: tuple[str, ...] = Field(default=(), description="who met it, by role, for the template pagerduty")
    internal_message: Markdown | None = Field(default=None, description="what the company is told, for pagerduty")
    external_message: Markdown | None = Field(default=None, description="what customers are told, for pagerduty")
    timeline: tuple[Note, ...] = Field(default=(), description="entries that no export has")
    timeline_edits: tuple[EntryEdit, ...] = Field(default=(), description="what is made of entries that come from the data")
    measures: tuple[ActionItem, ...] = Field(default=(), description="corrective and preventative measures")
    sections: tuple[ExtraSection, ...] = Field(default=(), description="sections of one's own")
    redact: Redact = Field(default=Redact(), description="what else must not be published, and what may be")
    waivers: tuple[Waiver, ...] = Field(default=(), description="rules of `pmkit check` that do not hold here")
