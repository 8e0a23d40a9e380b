"""What the alert rules would have done: which would have caught an incident, when, and which came close."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.response.incident_series import MOST_MOMENTS, IncidentSeries
from pmkit.analysis.response.own_alerts import ALERT_LEAD_S
from pmkit.analysis.response.promql.evaluation import LOOKBACK_S, Condition, evaluate_condition
from pmkit.analysis.response.promql.vectors import NotEvaluableError, Numbers
from pmkit.analysis.response.request_counters import one_log_per_service
from pmkit.analysis.rows import evidence
from pmkit.core import schema

Verdict = Literal["fires", "too short", "not reached", "always", "not evaluable"]
# In the order of the report.
_VERDICTS_IN_ORDER: Final[tuple[Verdict, ...]] = get_args(Verdict)

# Rules are evaluated from this long before the impact, seconds.
REPLAY_LEAD_S: Final = 7200
# Sorts rules that do not fire after those that do.
_NEVER: Final = pd.Timestamp.max.tz_localize("UTC")


@dataclass(frozen=True)
class RuleVerdict:
    """What one alert rule would have done in the incident.

    Attributes
    ----------
    name, severity, expression : str
        The rule; the severity is None if it has none.
    for_s : float
        How long its condition must hold, seconds.
    verdict : str
        `fires`: it would have fired, during the impact or shortly before. `too short`: its condition held, but not for
        long enough. `not reached`: its condition did not hold. `always`: its condition had held since the beginning of
        the data. `not evaluable`: the data do not allow a verdict.
    basis : str or None
        What it was evaluated on: `metrics`, `logs` (the requests in them, in place of a counter or histogram of
        requests), or both.
    met_at, fires_at : Timestamp or None
        When its condition began to hold, and when it would have fired, UTC.
    held_s : float
        The longest time that its condition held during the impact, seconds.
    reached, limit : float or None
        The value nearest to firing during the impact, and the number with which it is compared.
    operator : str or None
        How it is compared: `>`, `>=`, `<`, `<=`, `==` or `!=`.
    fired : bool
        Whether an alert of its name is among those of the incident.
    why : str
        Why it is not evaluable; empty if it is.
    evidence : str
        Where the rule is defined, `file:line`.
    """

    name: str
    severity: str | None
    expression: str
    for_s: float
    verdict: Verdict
    basis: str | None
    met_at: pd.Timestamp | None
    fires_at: pd.Timestamp | None
    held_s: float
    reached: float | None
    limit: float | None
    operator: str | None
    fired: bool
    why: str
    evidence: str


class _Span(NamedTuple):
    """A span of time, seconds since 1970; both ends belong to it."""

    first: float
    last: float


class _Firing(NamedTuple):
    """When an alert would have fired, and when its condition began to hold, seconds since 1970."""

    at: float
    met_at: float


def replay_rules(
    rules: pd.DataFrame, own: pd.DataFrame, metrics: pd.DataFrame, served: pd.DataFrame, impact: Impact
) -> tuple[RuleVerdict, ...]:
    """Return what each alert rule would have done.

    Parameters
    ----------
    rules : DataFrame
        Columns of `schema.RULES`; not changed. Recording rules stand for the series that they record.
    own : DataFrame
        The alerts of the incident, columns of `schema.ALERTS`.
    metrics : DataFrame
        Columns of `schema.METRICS`.
    served : DataFrame
        Requests in the logs, as `Store.request_counts` returns them.
    impact : Impact
        The impact of the incident.

    Returns
    -------
    tuple of RuleVerdict
        One per alert rule, those that would have fired first.
    """
    alerting = rules[rules["kind"] == "alerting"].drop_duplicates(["name", "expression", "for_s"])
    if alerting.empty or not impact.detected:
        return ()
    moments = _moments(impact)
    recorded = {row["name"]: row["expression"] for _, row in rules[rules["kind"] == "recording"].iterrows()}
    fired = set(own["name"].dropna())
    requests = one_log_per_service(served)
    verdicts = [
        _replay(_unevaluated(row, fired), IncidentSeries(metrics, requests, recorded, row["expression"]), impact, moments)
        for _, row in alerting.iterrows()
    ]
    return tuple(sorted(verdicts, key=lambda rule: (_VERDICTS_IN_ORDER.index(rule.verdict), rule.fires_at or _NEVER, rule.name)))


def _moments(impact: Impact) -> Numbers:
    start = max(impact.data_start, impact.start - pd.Timedelta(seconds=REPLAY_LEAD_S)).floor(f"{schema.BIN_S}s")
    end = impact.data_end if impact.ongoing else min(impact.data_end, impact.end + pd.Timedelta(seconds=schema.BIN_S))
    start = min(start, end)
    bins = max(1, int((end - start).total_seconds() // schema.BIN_S) + 1)
    step = schema.BIN_S * -(-bins // MOST_MOMENTS)
    return np.arange(start.timestamp(), end.timestamp() + 1e-6, step, dtype="float64")


def _unevaluated(row: pd.Series, fired: set[str]) -> RuleVerdict:
    """Return the verdict of a rule before its expression is evaluated."""
    return RuleVerdict(
        name=str(row["name"]),
        severity=None if pd.isna(row["severity"]) else str(row["severity"]),
        expression=str(row["expression"]),
        for_s=0.0 if pd.isna(row["for_s"]) else float(row["for_s"]),
        verdict="not evaluable",
        basis=None,
        met_at=None,
        fires_at=None,
        held_s=0.0,
        reached=None,
        limit=None,
        operator=None,
        fired=str(row["name"]) in fired,
        why="",
        evidence=evidence(row),
    )


def _replay(rule: RuleVerdict, series: IncidentSeries, impact: Impact, moments: Numbers) -> RuleVerdict:
    try:
        condition = evaluate_condition(rule.expression, series, moments)
    except NotEvaluableError as error:
        return replace(rule, why=str(error))
    except RecursionError:
        return replace(rule, why="it refers to itself, or is nested too deeply")
    if not _has_samples(condition, series):
        return replace(rule, basis=series.basis, why="no sample in the data matches it")
    relevant = _Span(impact.start.timestamp() - ALERT_LEAD_S, impact.end.timestamp() + schema.BIN_S)
    stretches = [
        stretch for stretch in _stretches(condition, moments) if stretch.last >= relevant.first and stretch.first <= relevant.last
    ]
    firings = [_Firing(first + rule.for_s, first) for first, last in stretches if last - first >= rule.for_s]
    firing = _first_firing(firings, relevant, moments[0] + LOOKBACK_S, impact.start_range[0].timestamp())
    met_at = firing.met_at if firing else min((first for first, _ in stretches), default=None)
    return replace(
        rule,
        verdict=_verdict(firing, firings, stretches),
        basis=series.basis,
        met_at=_timestamp(met_at),
        fires_at=_timestamp(firing.at if firing else None),
        held_s=max((last - max(first, relevant.first) for first, last in stretches), default=0.0),
        reached=_nearest_value(condition, (moments >= relevant.first) & (moments <= relevant.last)),
        limit=condition.limit,
        operator=condition.operator,
    )


def _has_samples(condition: Condition, series: IncidentSeries) -> bool:
    """Return whether any series was selected and has a value at any moment."""
    values = [*condition.holds.values(), *(condition.measured or {}).values()]
    return series.basis is not None and any(len(each) and not np.isnan(each).all() for each in values)


def _stretches(condition: Condition, moments: Numbers) -> Iterator[_Span]:
    """Yield the stretches of time in which the condition holds, series by series."""
    for values in condition.holds.values():
        holds = (~np.isnan(values)).astype("int8")
        edges = np.flatnonzero(np.diff(np.concatenate([[0], holds, [0]])))
        for first, stop in edges.reshape(-1, 2):
            yield _Span(float(moments[first]), float(moments[stop - 1]))


def _first_firing(firings: list[_Firing], relevant: _Span, settled: float, onset: float) -> _Firing | None:
    """Return the first firing that belongs to the impact.

    A condition that holds from the very first moments on may have held before the data begin, unless they begin with
    the impact.
    """
    own = [firing for firing in firings if firing.at >= relevant.first and (firing.met_at > settled or firing.met_at >= onset)]
    return min(own, default=None)


def _verdict(firing: _Firing | None, firings: list[_Firing], stretches: list[_Span]) -> Verdict:
    if firing is not None:
        return "fires"
    if firings:
        return "always"
    return "too short" if stretches else "not reached"


def _timestamp(seconds: float | None) -> pd.Timestamp | None:
    return None if seconds is None else pd.Timestamp(seconds, unit="s", tz="UTC")


def _nearest_value(condition: Condition, during: npt.NDArray[np.bool_]) -> float | None:
    """Return the value nearest to firing; None when the expression has no threshold."""
    if condition.measured is None or condition.operator not in (">", ">=", "<", "<="):
        return None
    series = [values[during] for values in condition.measured.values()]
    values = np.concatenate([each[np.isfinite(each)] for each in series]) if series else np.array([])
    if not len(values):
        return None
    return float(values.max() if condition.operator.startswith(">") else values.min())
