"""The JSON contract: all findings as one typed, described model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, model_validator
from pydantic.json_schema import GenerateJsonSchema

from pmkit.analysis.response.timeline import KINDS, Entry
from pmkit.core.json_value import JsonObject, JsonValue
from pmkit.findings.contract_impact import (
    ImpactJson,
    ImpactNumberJson,
    MetricJson,
    PatternJson,
    RungJson,
    SeenBeforeJson,
    SignJson,
    SuspectJson,
)
from pmkit.findings.contract_response import AlertingJson, ResponseJson
from pmkit.findings.contract_traces import TracesJson
from pmkit.findings.contract_types import ContractModel, Count, Ratio, Rows, Sha256, Time, rows

if TYPE_CHECKING:
    from pmkit.findings.findings import Findings


class TimelineEntryJson(ContractModel):
    """One entry of the timeline."""

    at: Time | None = Field(description="time of the entry; null if it is not known")
    until: Time | None = Field(description="when it ended, if people wrote that")
    kind: Annotated[str, Field(description="kind of the entry", json_schema_extra={"enum": list(KINDS)})]
    text: str = Field(description="what happened")
    source: str | None = Field(description="`file:line`; null if it was computed")
    key: bool = Field(description="whether people marked it as one of those that suffice to tell the story")

    @model_validator(mode="before")
    @classmethod
    def _without_unknown_time(cls, entry: Entry) -> Mapping[str, object]:
        return {**vars(entry), "at": entry.at if entry.is_dated else None}


class DataQualityJson(ContractModel):
    """What was read from one export."""

    source: str = Field(description="path below the incident's folder, or URL")
    format: str = Field(description="the name of its format, or of several; of a file that was left out, the type of the file")
    sha256: Sha256 = Field(description="digest of the file as it is stored")
    lines: Count = Field(description="number of lines, or of records or rows if the file is a document")
    events: Count = Field(description="how many of them are events")
    continuation: Count = Field(description="how many continue an event, such as those of stack traces, or are headers")
    blank: Count = Field(description="how many are blank")
    rejected: Count = Field(description="how many match no format; they are kept with the reason")
    timezone: str = Field(description="time zone in which its times were read; `as written` if they carry one")
    timezone_assumed: bool = Field(description="whether the time zone is a guess")
    first: Time | None = Field(description="time of the first event")
    last: Time | None = Field(description="time of the last event")
    notes: tuple[str, ...] = Field(description="doubts about the data")


class SummaryJson(ContractModel):
    """What `pmkit summary ID --json` prints. Times are UTC, ratios 0 to 1, durations in seconds."""

    incident: str = Field(description="the incident's ID")
    timezone: str = Field(description="IANA zone that the report is written in")
    impact: ImpactJson = Field(description="how users were affected: when, how long, how badly")
    rungs: tuple[RungJson, ...] = Field(
        description="what each kind of evidence says about the impact, the strongest first; confirmed times decide, or else the "
        "first one that shows an impact; the others stand beside it"
    )
    impact_numbers: tuple[ImpactNumberJson, ...] = Field(description="numbers about the impact that people know")
    response: ResponseJson = Field(description="how the response went")
    alerting: AlertingJson = Field(description="how useful the alerts were")
    suspects: tuple[SuspectJson, ...] = Field(
        description="what may have caused the impact, strongest evidence first; a suspect is never a confirmed cause"
    )
    unexplained: Ratio | None = Field(
        description="probability that none of the changes triggered the impact; null without changes"
    )
    seen_before: tuple[SeenBeforeJson, ...] = Field(description="earlier incidents of the data folder that look like this one")
    not_compared: tuple[str, ...] = Field(description="other incidents that cannot be read")
    not_read: tuple[str, ...] = Field(description="other incidents that are not compared because pmkit has not read them yet")
    traces: TracesJson | None = Field(
        description="where the traces of the impact fail or lose time; null without an impact or traces"
    )
    patterns: tuple[PatternJson, ...] = Field(description="messages that were more or less frequent during the impact")
    first_signs: Annotated[
        tuple[SignJson, ...],
        Rows,
        Field(description="the first warning and the first error of each service around the onset that it never logged before"),
    ]
    metrics: Annotated[
        tuple[MetricJson, ...],
        Rows,
        Field(description="metric series that moved with the impact; baseline is null for a series that exists only during it"),
    ]
    timeline: tuple[TimelineEntryJson, ...] = Field(description="all entries in order")
    data_quality: Annotated[
        tuple[DataQualityJson, ...],
        Rows,
        Field(description="what was read: lines = events + continuation + blank + rejected"),
    ]

    @model_validator(mode="before")
    @classmethod
    def _read(cls, findings: Findings) -> Mapping[str, object]:
        """Return the findings by the names of the fields; six of these are not the attributes of the same name."""
        others = {
            "incident": findings.incident.id,
            "timezone": findings.zone.key,
            "impact_numbers": findings.incident.file.impact_numbers,
            "suspects": findings.ranked_suspects,
            "timeline": findings.entries,
            "patterns": [*rows(findings.patterns), *rows(findings.faded)],
        }
        return others | {
            name: getattr(findings, name) for name in cls.model_fields if name not in others and hasattr(findings, name)
        }


def summary(findings: Findings) -> JsonObject:
    """Return the findings as JSON values, as `schema` describes them."""
    return SummaryJson.model_validate(findings).model_dump(mode="json")


@cache
def schema() -> JsonObject:
    """Return the JSON Schema of what `summary` returns."""
    document = {name: _without_titles(value) for name, value in _own_members(SummaryJson.model_json_schema())}
    return {"$schema": GenerateJsonSchema.schema_dialect, "title": "pmkit summary", **document}


def _own_members(node: JsonObject) -> Iterator[tuple[str, JsonValue]]:
    """Yield the members of a schema except the title that pydantic derives from names; a field called title is an object."""
    yield from ((name, value) for name, value in node.items() if name != "title" or not isinstance(value, str))


def _without_titles(node: JsonValue) -> JsonValue:
    if isinstance(node, dict):
        return {name: _without_titles(value) for name, value in _own_members(node)}
    return [_without_titles(value) for value in node] if isinstance(node, list) else node
