"""How good the alerts were: false alarms, missing alerts, and what a burn-rate alert would have done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.impact.time_bins import edges_s
from pmkit.analysis.response.own_alerts import ALERT_LEAD_S
from pmkit.analysis.response.promql.vectors import Numbers
from pmkit.analysis.response.rule_replay import RuleVerdict
from pmkit.core import schema
from pmkit.incident.service_level import Slo

# An alert that fires this long after the errors stopped may still be about them, seconds.
LATE_S: Final = 900


class Burn(NamedTuple):
    """A condition of a multi-window alert: the budget burns `factor` times too fast over both windows."""

    factor: float
    long_s: int
    short_s: int


# The two paging conditions from chapter 5 of the SRE workbook.
BURNS: Final = (Burn(14.4, 3600, 300), Burn(6.0, 21_600, 1800))


@dataclass(frozen=True)
class BurnAlert:
    """When a burn-rate alert would have fired.

    Attributes
    ----------
    at : Timestamp or None
        When, UTC; None if it would not have.
    factor, long_s, short_s : float, int, int
        Its condition; of several conditions, the one that fires first.
    objective : float
        The share of requests that must succeed.
    """

    objective: float
    factor: float
    long_s: int
    short_s: int
    at: pd.Timestamp | None


@dataclass(frozen=True, eq=False)
class Alerting:
    """How good the alerts were.

    Attributes
    ----------
    without_need : DataFrame
        Alerts that fired while the logs show nothing wrong, columns of `schema.ALERTS`.
    not_judged : int
        Alerts that fired outside the period covered by the logs.
    burn_rate : BurnAlert or None
        What a burn-rate alert would have done; None without an objective or without requests.
    missing : tuple of (str, str)
        Names of alerts that fired in an earlier incident like this one and not here, each with that incident.
    rules : tuple of RuleVerdict
        What each alert rule in the data would have done.
    """

    without_need: pd.DataFrame
    not_judged: int
    burn_rate: BurnAlert | None
    missing: tuple[tuple[str, str], ...] = ()
    rules: tuple[RuleVerdict, ...] = ()


def assess_alerts(
    alerts: pd.DataFrame, own: pd.DataFrame, impact: Impact, slo: Slo | None, rules: tuple[RuleVerdict, ...] = ()
) -> Alerting:
    """Return how good the alerts were, judging by the logs.

    Parameters
    ----------
    alerts : DataFrame
        All alerts in the data, columns of `schema.ALERTS`; not changed.
    own : DataFrame
        Those that belong to the incident.
    impact : Impact
        What the logs show.
    slo : Slo or None
        What the burn rate is counted against.
    rules : tuple of RuleVerdict
        What the rules would have done, see `replay_rules`.
    """
    # When an alert that began before its export fired is unknown.
    others = alerts[~alerts["alert_id"].isin(own["alert_id"]) & alerts["started_at"].notna()]
    covered = others["started_at"].between(impact.data_start, impact.data_end)
    needed = pd.Series(data=False, index=others.index)
    for _, episode in impact.episodes.iterrows():
        early, late = (pd.Timedelta(seconds=seconds) for seconds in (ALERT_LEAD_S, LATE_S))
        needed |= others["started_at"].between(episode["start"] - early, episode["end"] + late)
    needless = others[covered & ~needed].sort_values(["started_at", "name"], ignore_index=True)
    requests = impact.detected and impact.measured_on.unit == "request" and "errors" in impact.signals
    burn = replay_burn_rate_alert(impact.fine, impact.start, slo.availability) if requests and slo else None
    return Alerting(needless, int((~covered).sum()), burn, rules=rules)


def missing_alerts(own: pd.DataFrame, earlier: Iterable[tuple[str, Iterable[str]]]) -> tuple[tuple[str, str], ...]:
    """Return the alerts that fired in earlier incidents like this one but not in this one.

    Parameters
    ----------
    own : DataFrame
        The alerts of this one, columns of `schema.ALERTS`.
    earlier : iterable of (str, iterable of str)
        Each earlier incident with the names of its alerts.

    Returns
    -------
    tuple of (str, str)
        Each alert with the incident in which it fired.
    """
    fired = set(own["name"].dropna())
    silent = {name: incident for incident, names in earlier for name in names if name not in fired}
    return tuple(sorted(silent.items()))


def replay_burn_rate_alert(fine: pd.DataFrame, onset: pd.Timestamp, objective: float) -> BurnAlert:
    """Return when a burn-rate alert would first have fired after an impact began.

    Parameters
    ----------
    fine : DataFrame
        `events` and `errors` per `schema.BIN_S` seconds.
    onset : Timestamp
        When the impact began.
    objective : float
        The share of requests that must succeed, below 1.

    Returns
    -------
    BurnAlert
        By the multi-window, multi-burn-rate conditions of the SRE workbook (chapter 5), evaluated at the end of
        each bin. Traffic before the data begin is assumed to be as it was before the onset, without failures.

    Examples
    --------
    >>> bins = pd.date_range("2026-10-12T14:00Z", periods=60, freq="10s")
    >>> failing = pd.DataFrame({"events": 100, "errors": [0] * 30 + [50] * 30}, bins)
    >>> replay_burn_rate_alert(failing, bins[30], 0.999).at
    Timestamp('2026-10-12 14:06:50+0000', tz='UTC')
    """
    events, errors = (fine[name].to_numpy("float64") for name in ("events", "errors"))
    edges = edges_s(fine)
    before = fine.index < onset
    baseline = float(np.median(events[before])) if before.any() else float(np.median(events))
    fired: list[tuple[pd.Timestamp, Burn]] = []
    for burn in BURNS:
        limit = min(burn.factor * (1 - objective), 1.0)
        burning = np.ones(len(fine), bool)
        for window_s in (burn.long_s, burn.short_s):
            burning &= _trailing(errors, edges, window_s, 0.0) > limit * np.maximum(
                _trailing(events, edges, window_s, baseline), 1e-9
            )
        ends = pd.DatetimeIndex(fine.index) + pd.Timedelta(seconds=schema.BIN_S)
        fired += [(pd.Timestamp(at), burn) for at in ends[burning & (ends > onset)][:1]]
    if not fired:
        return BurnAlert(objective, *BURNS[0], None)
    at, burn = min(fired, key=lambda pair: (pair[0], -pair[1].factor))
    return BurnAlert(objective, *burn, at)


def _trailing(values: Numbers, edges: Numbers, window_s: int, before: float) -> Numbers:
    """Return the sum over the window that ends with each bin; every bin before the first one has the value `before`."""
    sums, starts = np.concatenate([[0.0], values.cumsum()]), edges[1:] - window_s
    unknown = np.maximum(-starts, 0.0) / schema.BIN_S
    return np.asarray(sums[1:] - sums[np.searchsorted(edges[:-1], starts)] + before * unknown)
