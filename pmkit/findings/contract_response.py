"""The response and the alerts, as they are written to the JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from pmkit.analysis.causes.change_effect import Verdict as EffectVerdict
from pmkit.analysis.causes.suspects import describe_change
from pmkit.analysis.response.milestones import DetectedBy, Response
from pmkit.analysis.response.moment import STEPS, Status
from pmkit.analysis.response.rule_replay import Verdict as RuleOutcome
from pmkit.analysis.rows import evidence
from pmkit.findings.contract_types import ContractModel, Count, Number, Rows, Span, SpanSeconds, Time, rows


class StepJson(ContractModel):
    """One step of the response."""

    status: Status = Field(description="whether its time is known")
    reason: str = Field(description="how the time is known, or why it is not")
    at: Time | None = Field(description="when it happened")
    range: Span = Field(description="earliest and latest possible time")
    time_to_range_s: SpanSeconds = Field(description="shortest and longest possible time from the onset")
    declared_at: Time | None = Field(description="the time that people confirmed")
    evidence: str | None = Field(description="`file:line`")


class StepsJson(ContractModel):
    """The four steps of a response."""

    detected: StepJson = Field(description="the detection")
    acknowledged: StepJson = Field(description="the acknowledgement")
    mitigated: StepJson = Field(description="the mitigation")
    resolved: StepJson = Field(description="the resolution")


class MitigationJson(ContractModel):
    """A change made during the impact."""

    at: Time | None = Field(description="when it began")
    finished_at: Time | None = Field(description="when it was complete, if that is known")
    change: str = Field(description="the change in words")
    effect: EffectVerdict = Field(description="what followed the change")
    failing_before: Number | None = Field(
        description="share of requests that failed before it, or errors per second without requests"
    )
    failing_after: Number | None = Field(description="the same after it")
    evidence: str = Field(description="`file:line`")


class AlertJson(ContractModel):
    """One firing of an alert."""

    name: str = Field(description="name of the alert")
    service: str | None = Field(description="service from its labels")
    started_at: Time | None = Field(description="when it fired")
    resolved_at: Time | None = Field(description="when it resolved; null while it fires")
    evidence: str = Field(description="`file:line`")


class ResponseJson(ContractModel):
    """How the response went."""

    detected_at: Time | None = Field(
        description="when it was noticed, as confirmed, or else the first alert or the first person who noticed"
    )
    acknowledged_at: Time | None = Field(description="when somebody took on the incident")
    mitigated_at: Time | None = Field(description="when the change that ended the impact was complete")
    resolved_at: Time | None = Field(description="when the all-clear was given")
    time_to_detect_s: float | None = Field(
        description="time from the onset to the detection; null, never 0, if it is not recorded"
    )
    time_to_acknowledge_s: float | None = Field(description="time from the onset to the acknowledgement")
    time_to_mitigate_s: float | None = Field(description="time from the onset to the mitigation")
    time_to_resolve_s: float | None = Field(description="time from the onset to the resolution")
    detected_by: DetectedBy | None = Field(description="who noticed it first")
    steps: StepsJson = Field(description="the four steps, each with how its time is known")
    mitigations: tuple[MitigationJson, ...] = Field(description="changes made during the impact")
    alerts: Annotated[tuple[AlertJson, ...], Rows, Field(description="alerts of this incident")]

    @model_validator(mode="before")
    @classmethod
    def _flatten(cls, response: Response) -> Mapping[str, object]:
        """Return the response with the times of the steps as fields, and each mitigation with its effect."""
        mitigations = zip(rows(response.mitigations), response.mitigations.iterrows(), response.effects, strict=True)
        return {
            **{f"{step}_at": response.at(step) for step in STEPS},
            **{f"time_to_{verb}_s": response.time_to(step) for step, verb in STEPS.items()},
            "detected_by": response.detected_by,
            "steps": {
                step: {**vars(moment), "time_to_range_s": response.time_to_range(step)} for step, moment in response.steps.items()
            },
            "mitigations": [
                {
                    "at": values["at"],
                    "finished_at": values["finished_at"],
                    "change": describe_change(row),
                    "effect": effect.verdict,
                    "failing_before": effect.failing_before,
                    "failing_after": effect.failing_after,
                    "evidence": evidence(row),
                }
                for values, (_, row), effect in mitigations
                if isinstance(values, dict)
            ],
            "alerts": response.alerts,
        }


class MissingAlertJson(ContractModel):
    """An alert that fired in an earlier incident and not in this one."""

    name: str = Field(description="name of the alert")
    incident: str = Field(description="ID of the incident in which it fired")

    @model_validator(mode="before")
    @classmethod
    def _named(cls, pair: tuple[str, str]) -> Mapping[str, str]:
        return dict(zip(("name", "incident"), pair, strict=True))


class BurnRateJson(ContractModel):
    """An alert on the error budget."""

    objective: float = Field(description="the availability objective")
    factor: float = Field(description="burn rate that it fires at, as a multiple of what the budget allows")
    long_s: int = Field(description="its longer window")
    short_s: int = Field(description="its shorter window")
    at: Time | None = Field(description="when it would have fired; null if it would not")


class RuleJson(ContractModel):
    """An alert rule, replayed on the data."""

    name: str = Field(description="name of the rule")
    severity: str | None = Field(description="severity from its labels")
    expression: str = Field(description="condition in PromQL")
    for_s: Number = Field(description="how long its condition must hold")
    verdict: RuleOutcome = Field(description="what it would have done")
    basis: str | None = Field(description="what it was evaluated on: logs, metrics or both; null if it could not be")
    met_at: Time | None = Field(description="when its condition first held")
    fires_at: Time | None = Field(description="when it would have fired")
    held_s: Number = Field(description="how long its condition held")
    reached: float | None = Field(description="the value nearest to firing during the impact")
    limit: float | None = Field(description="the limit")
    operator: str | None = Field(description="operator of its comparison")
    fired: bool = Field(description="whether such an alert is in the data")
    why: str = Field(description="why it cannot be evaluated")
    evidence: str = Field(description="`file:line`")


class AlertingJson(ContractModel):
    """How useful the alerts were."""

    without_need: Annotated[tuple[AlertJson, ...], Rows, Field(description="alerts that fired while nothing was wrong")]
    not_judged: Count = Field(description="alerts that fired outside the period covered by the logs")
    missing: tuple[MissingAlertJson, ...] = Field(
        description="alerts of an earlier incident like this one that did not fire here"
    )
    burn_rate: BurnRateJson | None = Field(
        description="what an alert on the error budget would have done; null without an objective"
    )
    rules: tuple[RuleJson, ...] = Field(description="alert rules in the data, evaluated")
