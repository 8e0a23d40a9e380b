"""Fields of `incident.yaml` about the course of the incident: confirmed times, notes, timeline edits."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from pmkit.incident.field_types import Block

# Kinds of timeline entries that come from the data, in the order in which they appear within one second.
DataEntryKind = Literal["change", "impact", "pattern", "metric", "alert", "message"]


class ConfirmedTimes(Block):
    """Times that people confirmed; the report shows them next to the detected ones."""

    started_at: datetime | None = Field(default=None, description="onset of the impact")
    ended_at: datetime | None = Field(default=None, description="end of the impact")
    detected_at: datetime | None = Field(default=None, description="when the problem was noticed")
    acknowledged_at: datetime | None = Field(default=None, description="when somebody took on the incident")
    mitigated_at: datetime | None = Field(default=None, description="when the action that ended the impact was taken")
    resolved_at: datetime | None = Field(default=None, description="when the all-clear was given")


class Note(Block):
    """An entry that a person adds to the timeline."""

    at: datetime = Field(description="in the incident's time zone if it has no offset")
    text: str = Field(description="one sentence")
    evidence: str | None = Field(default=None, description="a link, or file:line")
    key: bool = Field(default=False, description="whether it is one of the entries that suffice to tell the story")


class EntryEdit(Block):
    """An edit of a timeline entry that comes from the data; time, kind and evidence identify the entry."""

    at: datetime = Field(description="time of the entry")
    kind: DataEntryKind = Field(description="kind of the entry")
    evidence: str | None = Field(default=None, description="evidence of the entry")
    text: str | None = Field(default=None, description="a better text")
    key: bool = Field(default=False, description="whether it is one of the entries that suffice to tell the story")
    hide: bool = Field(default=False, description="whether the report leaves it out")
