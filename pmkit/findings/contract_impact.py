"""The impact and what may have caused it, as they are written to the JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pmkit.analysis.impact.impairment import Verdict
from pmkit.analysis.impact.ladder import Rung
from pmkit.findings.contract_types import (
    ContractModel,
    Count,
    Day,
    Location,
    Number,
    Ratio,
    Rows,
    Severity,
    Signal,
    Span,
    Time,
)


class EpisodeJson(ContractModel):
    """A stretch in which something was worse than usual."""

    start: Time | None = Field(description="time of its first error, or start of its first bin")
    end: Time | None = Field(description="time of its last error, or end of its last bin")
    events: Count = Field(description="number of requests in it, counted as in `requests`")
    failed: Count = Field(description="how many of these failed")
    apart: bool = Field(description="whether it is too far from the impact to belong to it")


class WindowJson(ContractModel):
    """One stretch of the impact."""

    start: Time = Field(description="its onset")
    end: Time = Field(description="its end")
    start_confirmed: bool = Field(description="whether people confirmed the onset; otherwise it was found in the data")
    end_confirmed: bool = Field(description="whether people confirmed the end")
    duration_s: Number = Field(description="its length")
    requests: Count = Field(description="number of requests in it, counted as in `requests`")
    failed_requests: Count = Field(description="how many of these failed")
    covered: bool = Field(description="whether the data cover any of it; if not, the counts say nothing")
    text: str = Field(description="what people wrote about it")


class ImpactNumberJson(ContractModel):
    """A number about the impact that people know."""

    what: str = Field(description="what was counted")
    value: str = Field(description="how many or how much")
    evidence: str | None = Field(description="where the number comes from")


class ImpactJson(ContractModel):
    """How users were affected."""

    verdict: Verdict = Field(
        description="whether there was an impact; it cannot be determined if hardly any event has an HTTP status or a severity"
    )
    undetermined: str | None = Field(description="why it cannot be determined; null if it can")
    detected: bool = Field(
        description="whether an impact was found or confirmed; if not, its times are null and the counts are those of all data"
    )
    start: Time | None = Field(description="onset of its first window, as confirmed, or else the first failed request")
    start_range: Span = Field(description="earliest and latest possible onset, with 90% confidence")
    end: Time | None = Field(
        description="end of its last window, as confirmed, or else the last failed request; null while it is ongoing"
    )
    end_range: Span = Field(description="earliest and latest possible end, with 90% confidence")
    began_before: bool = Field(description="whether the impact began before the data")
    ongoing: bool = Field(description="whether the impact had not ended when the data end")
    start_confirmed: bool = Field(description="whether people confirmed the start")
    end_confirmed: bool = Field(description="whether people confirmed the end")
    by_data: Span = Field(description="start and end as the data alone show them; null where they show no impact")
    duration_s: Number = Field(
        description="length of all windows together, overlaps once, pauses within a window included, the time between windows "
        "not; 0 without an impact"
    )
    windows: tuple[WindowJson, ...] = Field(
        description="the stretches of the impact, confirmed or found in the data; the counts are sums over them"
    )
    measured: bool = Field(description="whether there are logs or metrics that an impact can be measured on")
    requests: Count = Field(
        description="number of requests in all windows, in the log nearest to the user; of events or metric samples if no log "
        "has requests"
    )
    failed_requests: Count = Field(description="how many of these failed")
    lost_requests: Count = Field(description="expected requests that never came")
    error_ratio: Ratio = Field(description="share of the requests that failed")
    peak_error_ratio: Ratio = Field(description="share of the requests in the worst minute that failed")
    peak_at: Time | None = Field(description="start of the worst minute")
    signals: Annotated[
        tuple[Signal, ...], Field(description="what was worse than usual", json_schema_extra={"uniqueItems": True})
    ]
    clients_affected: Count | None = Field(description="clients that saw a failure; null where the log names no clients")
    error_budget_spent: Number | None = Field(
        description="share of the error budget for the objective's whole window that was spent; null without an objective"
    )
    baseline_from: Literal["before", "after", "neither"] | None = Field(
        description="whether the baseline is the time before the impact, or after it because there is too little before, or "
        "uncertain because there is too little of both; null without an impact"
    )
    episodes: Annotated[
        tuple[EpisodeJson, ...],
        Rows,
        Field(description="stretches in which something was worse; those apart do not belong to the impact"),
    ]

    @model_validator(mode="after")
    def _without_unknown_times(self) -> ImpactJson:
        """Remove the times that Python uses for the window of the data, which are none of the impact."""
        if self.detected:
            self.undetermined = None
        if not self.detected:
            self.start = self.start_range = self.peak_at = None
        if not self.detected or self.ongoing:
            self.end = self.end_range = None
        return self


class RungJson(ContractModel):
    """What one kind of evidence says about the impact."""

    rung: Rung = Field(description="the kind of evidence")
    sources: tuple[str, ...] = Field(description="the exports that were counted")
    noun: str = Field(description="what was counted, such as request, task, event or sample")
    verdict: Verdict = Field(description="whether it shows an impact by itself")
    decides: bool = Field(description="whether start and end of `impact` come from it")
    start: Time | None = Field(description="when it began to be worse than usual; null if it was not")
    end: Time | None = Field(description="when it was no longer worse than usual; null if it was not")
    events: Count = Field(description="what was counted from start to end, or in all of the data")
    failed: Count = Field(description="how many of these failed")
    signals: tuple[Signal, ...] = Field(description="what was worse than usual")
    reason: str | None = Field(description="why it cannot be judged; null if it can")
    services: tuple[str, ...] = Field(description="the services whose errors were counted; empty if those of all were")


class SuspectJson(ContractModel):
    """What may have caused the impact."""

    rank: Annotated[int, Field(description="position in the list, from 1", json_schema_extra={"minimum": 1})]
    kind: Literal["change", "dimension", "pattern", "service"] = Field(
        description="a change, something that the failed requests have in common, a log message, or a service whose metrics moved"
    )
    summary: str = Field(description="the suspect in words")
    at: Time | None = Field(description="when it happened")
    column: str | None = Field(description="column of a dimension, such as `service`")
    value: str | None = Field(description="value of a dimension")
    score: Ratio = Field(
        description="for a change, the probability that it is the cause, by rules of thumb; for others, only for ordering"
    )
    reasons: tuple[str, ...] = Field(description="the evidence in words")
    evidence: tuple[Location, ...] = Field(description="the evidence, each as `file:line`")


class OpenActionItemJson(ContractModel):
    """An action item that is not done."""

    action: str = Field(description="what to do")
    owner: str | None = Field(description="team or role that does it; null if there is none yet")
    due: Day | None = Field(description="due date; null if there is none yet")
    tracker: str | None = Field(description="the ticket or its link")


class SeenBeforeJson(ContractModel):
    """An earlier incident that looks like this one."""

    incident: str = Field(description="ID of that incident")
    title: str = Field(description="title of that incident")
    at: Time = Field(description="onset of its impact")
    score: Ratio = Field(description="similarity, 0 to 1")
    reasons: Annotated[tuple[str, ...], Field(description="what the incidents have in common", json_schema_extra={"minItems": 1})]
    open_measures: tuple[OpenActionItemJson, ...] = Field(description="its open action items")


class PatternJson(ContractModel):
    """A log message that was more or less frequent during the impact."""

    template: str = Field(description="the message, in which `<*>` stands for the parts that vary")
    change: Literal["new", "more", "less", "gone"] = Field(description="how its frequency changed during the impact")
    severity: Severity | None = Field(description="severity as logged")
    before: Count = Field(description="how often it was logged before the impact")
    during: Count = Field(description="how often it was logged during the impact")
    after: Count = Field(description="how often it was logged after the impact")
    first_seen: Time = Field(description="when it was first logged")
    evidence: Location = Field(description="its first line, as `file:line`")


class SignJson(ContractModel):
    """A warning or an error around the onset that its service never logged before."""

    service: str | None = Field(description="the service that logged it; null if unknown")
    severity: Severity = Field(description="severity as logged")
    template: str = Field(description="the message, in which `<*>` stands for the parts that vary")
    first_seen: Time = Field(description="when it was first logged")
    events: Count = Field(description="how often it was logged up to the end of the impact")
    evidence: Location = Field(description="its first line, as `file:line`")


class MetricJson(ContractModel):
    """A metric series that moved with the impact."""

    series: str = Field(description="name of the series, with the labels that distinguish it")
    service: str | None = Field(description="the service that it measures; null if unknown")
    baseline: float | None = Field(description="median of the baseline, which is the time outside the impact")
    during: float | None = Field(description="median during the impact")
    extreme: float | None = Field(description="the value during the impact that is farthest from the baseline")
    score: float | None = Field(
        description="distance of the median during the impact from the baseline's, divided by how far the baseline usually goes"
    )
    moved_at: Time | None = Field(description="the first sample outside the baseline range")
    evidence: str = Field(description="`file:line`")
