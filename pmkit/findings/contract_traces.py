"""What traces show, as it is written to the JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pmkit.findings.contract_types import ContractModel, Count, Number, Ratio, Rows


class TracedServiceJson(ContractModel):
    """A service in which traces fail or lose time."""

    service: str = Field(description="name of the service, or of what is called if it has no spans of its own")
    operation: str | None = Field(description="what it did most often when it failed, or in its slowest call")
    traces: Count | None = Field(description="failed traces in which the deepest failing call is of it; null if none failed")
    share: Ratio | None = Field(description="their share of all failed traces")
    baseline_share: Ratio | None = Field(description="share of all traces before in which the deepest failing call was of it")
    own_s: Number | None = Field(description="mean time per request without the calls that it makes; null if traces failed")
    baseline_own_s: Number | None = Field(description="the same before")
    growth: float | None = Field(description="its share of the time that requests took longer; null if traces failed")
    error: str | None = Field(description="the error that it states most often")
    is_seen: bool = Field(description="whether it has spans itself, rather than only calls to it")
    evidence: str = Field(description="`file:line`")


class CallJson(ContractModel):
    """A call in the tree, below the one that makes it."""

    depth: Count = Field(description="how many calls are above it")
    service: str = Field(description="name of the service")
    operation: str = Field(description="HTTP method and route, or the name of the operation")
    calls: Count = Field(description="calls during the impact; the spans of client and server of a call are one")
    failed: Count = Field(description="how many of them failed")
    per_call: Number | None = Field(description="calls for each call of the row above; larger than before if calls are repeated")
    baseline_per_call: Number | None = Field(description="the same before")
    median_s: Number | None = Field(description="median duration during the impact")
    baseline_median_s: Number | None = Field(description="median duration before")
    is_named: bool = Field(description="whether it is the service that explains most")


class TraceLogJson(ContractModel):
    """A message of a failure in the logs of affected traces."""

    service: str | None = Field(description="the service that logged it")
    message: str = Field(description="the first such message")
    events: Count = Field(description="how often it was logged in these traces")
    traces: Count = Field(description="in how many of these traces")
    evidence: str = Field(description="`file:line`")


class TracesJson(ContractModel):
    """Where the traces of the impact fail or lose time. Traces are often a sample of the requests."""

    mode: Literal["failed", "slow", "neither"] = Field(
        description="whether traces failed or were slow; neither if that cannot be determined"
    )
    traces: Count = Field(description="traces that began during the impact")
    affected: Count = Field(description="those of them that failed; all of them if none failed")
    baseline_traces: Count = Field(description="traces that they are compared with")
    named: str | None = Field(description="the service that explains most; null if none does")
    services: Annotated[tuple[TracedServiceJson, ...], Rows, Field(description="services, the one that explains most first")]
    path: Annotated[tuple[CallJson, ...], Rows, Field(description="the calls of the requests that were affected most")]
    kept_ratio: Ratio | None = Field(description="share of the traces that was kept, as the exports state it")
    is_clear: bool = Field(description="whether enough requests are clearly slower than before; true if traces failed")
    doubts: tuple[str, ...] = Field(description="what cannot be judged")
    trace_ids: tuple[str, ...] = Field(description="IDs of affected traces, at most 1,000")
    logs: Annotated[tuple[TraceLogJson, ...], Rows, Field(description="failures in the logs of these traces, by trace ID")]
