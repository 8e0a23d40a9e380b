"""What the alert rules would have done: which would have caught an incident, when, and which came close."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.response import promql, request_counters
from pmkit.analysis.response.milestones import LEAD_S
from pmkit.analysis.response.promql import NotEvaluableError, Numbers, Samples
from pmkit.core import schema

Verdict = Literal["fires", "too short", "not reached", "always", "not evaluable"]

LOOK_BACK_S: Final = 7200
"""Rules are evaluated from so long before the impact, seconds."""
_MOST: Final = 4000
"""Rules are evaluated at no more moments than this."""


@dataclass(frozen=True)
class RuleVerdict:
    """What one alert rule would have done in the incident.

    Attributes
    ----------
    name, severity, expression : str
        The rule; the severity None if it has none.
    for_s : float
        How long its condition must hold, seconds.
    verdict : str
        `fires`: it would have, during the impact or shortly before. `too short`: its condition held, but not for
        as long as it asks. `not reached`: it did not hold. `always`: its condition held before,
        from where the data begin.
        `not evaluable`: the data do not say.
    basis : str or None
        What it was evaluated on: `metrics`, `logs` (the requests in them, in place of a counter or histogram of
        requests), or both.
    met_at, fires_at : Timestamp or None
        When its condition began to hold, and when it would have fired, UTC.
    held_s : float
        The longest that its condition held in the impact, seconds.
    reached, limit : float or None
        The value nearest to firing during the impact, and the number with which it is compared.
    operator : str or None
        How it is compared: `>`, `>=`, `<`, `<=`, `==` or `!=`.
    fired : bool
        Whether an alert of its name is among those of the incident.
    why : str
        Why it is not evaluable; else empty.
    evidence : str
        Where the rule stands, `file:line`.
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


def replay_rules(
    rules: pd.DataFrame, own: pd.DataFrame, metrics: pd.DataFrame, served: pd.DataFrame, impact: Impact
) -> tuple[RuleVerdict, ...]:
    """Say of each alert rule what it would have done.

    Parameters
    ----------
    rules : DataFrame
        Columns of `schema.RULES`; not changed. Recording rules stand for the series that they record.
    own : DataFrame
        The alerts of the incident, columns of `schema.ALERTS`.
    metrics : DataFrame
        Columns of `schema.METRICS`.
    served : DataFrame
        Requests in the logs, as `Store.served` gives them.
    impact : Impact
        What the data show.

    Returns
    -------
    tuple of RuleVerdict
        One an alert rule, those that would have fired first.
    """
    alerting = rules[rules["kind"] == "alerting"].drop_duplicates(["name", "expression", "for_s"])
    if alerting.empty or not impact.detected:
        return ()
    moments = _moments(impact)
    recorded = {row["name"]: row["expression"] for _, row in rules[rules["kind"] == "recording"].iterrows()}
    fired = set(own["name"].dropna())
    counted = request_counters.one_log_a_service(served)
    told = [
        _judge(row, fired, _Data(metrics, counted, recorded, row["expression"]), impact, moments)
        for _, row in alerting.iterrows()
    ]
    order = ("fires", "too short", "not reached", "always", "not evaluable")
    return tuple(sorted(told, key=lambda one: (order.index(one.verdict), str(one.fires_at), one.name)))


def _moments(impact: Impact) -> Numbers:
    start = max(impact.data_start, impact.start - pd.Timedelta(seconds=LOOK_BACK_S)).floor(f"{schema.BIN_S}s")
    end = impact.data_end if impact.ongoing else min(impact.data_end, impact.end + pd.Timedelta(seconds=schema.BIN_S))
    count = max(1, int((end - start).total_seconds() // schema.BIN_S) + 1)
    step = schema.BIN_S * -(-count // _MOST)
    return np.arange(start.timestamp(), end.timestamp() + 1e-6, step, dtype="float64")


def _judge(row: pd.Series, fired: set[str], data: _Data, impact: Impact, moments: Numbers) -> RuleVerdict:
    for_s = 0.0 if pd.isna(row["for_s"]) else float(row["for_s"])
    told: dict[str, Any] = {
        "name": str(row["name"]),
        "severity": None if pd.isna(row["severity"]) else str(row["severity"]),
        "expression": str(row["expression"]),
        "for_s": for_s,
        "fired": str(row["name"]) in fired,
        "evidence": f"{row['source']}:{row['line']}",
    }
    nothing: dict[str, Any] = dict.fromkeys(("met_at", "fires_at", "reached", "limit", "operator", "basis"))
    nothing["held_s"] = 0.0
    try:
        found = promql.condition(str(row["expression"]), data, moments)
    except NotEvaluableError as missing:
        return RuleVerdict(**told, **nothing, verdict="not evaluable", why=str(missing))
    except RecursionError:
        return RuleVerdict(**told, **nothing, verdict="not evaluable", why="it refers to itself, or is nested too deeply")
    basis = " and ".join(sorted(data.used)) or None
    if not data.used or not any(len(values) and not np.isnan(values).all() for values in _all(found)):
        empty = "no sample in the data matches it"
        return RuleVerdict(**told, **{**nothing, "basis": basis}, verdict="not evaluable", why=empty)
    onset = impact.start_range[0].timestamp()
    begin, end = impact.start.timestamp() - LEAD_S, impact.end.timestamp() + schema.BIN_S
    spells = [spell for values in found.holds.values() for spell in _spells(~np.isnan(values), moments)]
    inside = [(first, last) for first, last in spells if last >= begin and first <= end]
    fires = [(first + for_s, first) for first, last in inside if last - first >= for_s]
    settled = moments[0] + promql.LOOKBACK_S
    at = min((one for one in fires if one[0] >= begin and (one[1] > settled or one[1] >= onset)), default=None)
    met = at[1] if at else min((first for first, _ in inside), default=None)
    during = (moments >= begin) & (moments <= end)
    told |= {
        "basis": basis,
        "met_at": None if met is None else _time(met),
        "fires_at": None if at is None else _time(at[0]),
        "held_s": max((last - max(first, begin) for first, last in inside), default=0.0),
        "reached": _reached(found, during),
        "limit": found.limit,
        "operator": found.operator,
        "why": "",
    }
    if at is not None:
        return RuleVerdict(**told, verdict="fires")
    return RuleVerdict(**told, verdict="always" if fires else "too short" if inside else "not reached")


def _all(found: promql.Condition) -> list[Numbers]:
    return [*found.holds.values(), *(found.measured or {}).values()]


def _time(seconds: float) -> pd.Timestamp:
    return pd.Timestamp(seconds, unit="s", tz="UTC")


def _spells(true: np.ndarray[Any, Any], moments: Numbers) -> list[tuple[float, float]]:
    """Give the first and the last moment of every run."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], true.astype("int8"), [0]])))
    return [(float(moments[first]), float(moments[end - 1])) for first, end in edges.reshape(-1, 2)]


def _reached(found: promql.Condition, during: np.ndarray[Any, Any]) -> float | None:
    """Give the value nearest to firing."""
    if found.measured is None or found.operator not in (">", ">=", "<", "<="):
        return None
    values = [inside for one in found.measured.values() if len(inside := one[during][np.isfinite(one[during])])]
    if not values:
        return None
    together = np.concatenate(values)
    return float(together.max() if found.operator.startswith(">") else together.min())


class _Data:
    """The series of an incident: its metrics, what recording rules make of them, and the requests in its logs."""

    def __init__(self, metrics: pd.DataFrame, served: pd.DataFrame, recorded: dict[str, str], expression: str) -> None:
        self._metrics, self._served, self._recorded = metrics, served, recorded
        self._named = request_counters.grouped_by(expression, *recorded.values())
        self.used: set[str] = set()

    def select(self, name: str, matchers: tuple[tuple[str, str, str], ...]) -> list[Samples]:
        """Give the series of a name, see `promql.Source`."""
        own = self._metrics[self._metrics["name"] == name]
        if len(own):
            self.used.add("metrics")
            return [one for one in _series(own) if promql.matches(one.labels, matchers)]
        if name in self._recorded:
            return self._record(name, matchers)
        if not request_counters.is_counter(name) or self._served.empty:
            raise NotEvaluableError(f"no series {name} in the data")
        self.used.add("logs")
        return request_counters.counted(self._served, name, matchers, self._named)

    def _record(self, name: str, matchers: tuple[tuple[str, str, str], ...]) -> list[Samples]:
        expression = self._recorded.pop(name)  # not there for itself
        try:
            moments = self._grid()
            found = promql.condition(expression, self, moments).holds
        finally:
            self._recorded[name] = expression
        told = [(dict(labels), values) for labels, values in found.items()]
        return [
            Samples(labels, moments[known], values[known])
            for labels, values in told
            if promql.matches(labels, matchers) and (known := ~np.isnan(values)).any()
        ]

    def _grid(self) -> Numbers:
        times = [*self._metrics["at"].agg(["min", "max"]), *self._served["bin"].agg(["min", "max"])]
        known = [at.timestamp() for at in times if not pd.isna(at)]
        if not known:
            raise NotEvaluableError("neither metrics nor requests are in the data")
        first, last = min(known), max(known) + schema.BIN_S
        return np.arange(first, last + 1e-6, schema.BIN_S * max(1, -(-int(last - first) // (schema.BIN_S * _MOST))))


def _series(metrics: pd.DataFrame) -> list[Samples]:
    found = []
    for text, samples in metrics[metrics["value"].notna()].groupby(metrics["labels"].fillna("{}")):
        labels = {key: str(value) for key, value in json.loads(str(text)).items()}
        told = samples.drop_duplicates("at").sort_values("at")
        found.append(Samples(labels, _seconds(told["at"]), told["value"].to_numpy("float64")))
    return found


def _seconds(times: pd.Series) -> Numbers:
    return times.astype("int64").to_numpy() / 1e6
