"""Fields of `incident.yaml` about the course of the incident: confirmed times, notes, timeline edits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from pmkit.incident.field_types import Block, Markdown
from pmkit.incident.written_times import WrittenAt, is_not_known

# Kinds of timeline entries that come from the data, in the order in which they appear within one second.
DataEntryKind = Literal["change", "impact", "pattern", "metric", "alert", "message"]

# The fields of `times` that hold a time.
TimeField = Literal["started_at", "ended_at", "detected_at", "acknowledged_at", "mitigated_at", "resolved_at"]


def _as_text(value: object) -> object:
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else value


def _none_if_not_known(value: object) -> object:
    return None if is_not_known(value) else value


class ConfirmedTimes(Block):
    """Times that people confirmed; they are the incident's, and the report names what the data show beside them."""

    started_at: WrittenAt | None = Field(default=None, description="onset of the impact")
    ended_at: WrittenAt | None = Field(default=None, description="end of the impact")
    detected_at: WrittenAt | None = Field(default=None, description="when the problem was noticed")
    acknowledged_at: WrittenAt | None = Field(default=None, description="when somebody took on the incident")
    mitigated_at: WrittenAt | None = Field(default=None, description="when the action that ended the impact was taken")
    resolved_at: WrittenAt | None = Field(default=None, description="when the all-clear was given")
    not_known: tuple[TimeField, ...] = Field(
        default=(), description="times that nobody knows; `ended_at: not known` says the same"
    )

    @model_validator(mode="before")
    @classmethod
    def _collect_not_known(cls, values: object) -> object:
        """Enter the times that are written as not known into `not_known`."""
        if not isinstance(values, Mapping):
            return values
        names = [name for name, value in values.items() if is_not_known(value)]
        if not names:
            return values
        others = {name: value for name, value in values.items() if name not in names}
        return {**others, "not_known": (*(values.get("not_known") or ()), *names)}


class ImpactWindow(Block):
    """One of several stretches in which users were affected."""

    started_at: WrittenAt = Field(description="its onset")
    ended_at: WrittenAt = Field(description="its end")
    text: Markdown | None = Field(default=None, description="what was affected, and how badly")


class ImpactNumber(Block):
    """A number about the impact that people know and the data do not show: accounts, tickets, money, data lost."""

    what: str = Field(min_length=1, description="what was counted, such as accounts affected")
    value: Annotated[str, BeforeValidator(_as_text)] = Field(min_length=1, description="how many or how much, such as about 120")
    evidence: str | None = Field(default=None, description="where the number comes from")


class Note(Block):
    """An entry that a person adds to the timeline."""

    at: Annotated[WrittenAt | None, BeforeValidator(_none_if_not_known)] = Field(
        description="in the incident's time zone if it has no offset; a day, `about` a time, or `not known` are possible"
    )
    until: WrittenAt | None = Field(default=None, description="its end, if it took a while")
    text: Markdown = Field(description="what happened")
    evidence: str | None = Field(default=None, description="a link, or file:line")
    key: bool = Field(default=False, description="whether it is one of the entries that suffice to tell the story")


class EntryEdit(Block):
    """An edit of a timeline entry that comes from the data; time, kind and evidence identify the entry."""

    at: datetime = Field(description="time of the entry")
    kind: DataEntryKind = Field(description="kind of the entry")
    evidence: str | None = Field(default=None, description="evidence of the entry")
    text: Markdown | None = Field(default=None, description="a better text")
    key: bool = Field(default=False, description="whether it is one of the entries that suffice to tell the story")
    hide: bool = Field(default=False, description="whether the report leaves it out")
