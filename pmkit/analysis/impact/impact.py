"""When the impact began and ended, and how large it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

import numpy as np
import pandas as pd

from pmkit.analysis.impact import anomalies
from pmkit.analysis.impact.impact_card import card_of
from pmkit.analysis.impact.impact_signals import anomaly_by_signal, names_of_signals
from pmkit.analysis.impact.impact_window import ReportedWindow, Window, bin_start, episodes_of, reported_window, window_of
from pmkit.analysis.impact.impact_windows import (
    ConfirmedWindow,
    ImpactWindow,
    agreed_window,
    count_in,
    detected_spans,
    length_s,
    resolve,
    unplaced_times,
    without,
)
from pmkit.analysis.impact.impairment import FAILED, Impairment, Verdict
from pmkit.analysis.impact.magnitude import Magnitude, chart_bins, measure
from pmkit.analysis.impact.measuring_point import MeasuringPoint
from pmkit.analysis.impact.time_bins import TimeSpan, counts
from pmkit.core.card import Card, ShownAsCard
from pmkit.core.wording import count, plural
from pmkit.incident.service_level import Slo

# Stands for the time of an incident of which nothing has a time.
NO_TIME: Final = pd.Timestamp(0, tz="UTC")

# The baseline needs at least this much time outside the impact, seconds.
MIN_BASELINE_S: Final = 120


@dataclass(frozen=True, eq=False, repr=False)
class Impact(ShownAsCard, Window, Magnitude):
    """What the incident did, as far as the data show it. Ratios are 0 to 1.

    Attributes
    ----------
    detected : bool
        Whether anything was worse than usual, or people confirmed an impact; if not, the window is all of the data. `start` is
        that of the first of the `windows`, `end` that of the last; the numbers are sums over all windows.
    undetermined : str or None
        Why it cannot be determined whether there was an impact, as a clause; None if it can.
    measured_on : MeasuringPoint
        The logs or metrics that it is counted on.
    requests, failed_requests : int
        Requests (or events, see `measured_on`) in the window, and those of them that failed.
    lost_requests : int
        How many requests fewer than at the baseline there were.
    peak_error_ratio, peak_at : float, Timestamp
        The worst minute and its start.
    baseline_error_ratio, baseline_per_s : float
        Error ratio and requests per second outside the window.
    signals : tuple of str
        What was worse than usual: errors, latency, traffic; or metrics, where their samples are counted.
    slow_limit_s : float or None
        Requests that take longer are slow, seconds.
    slow_from : Timestamp or None
        When latency began to be worse than usual.
    error_budget_spent : float or None
        The share of the error budget that it spent; None without an objective or without requests.
    clients_affected : int or None
        How many clients had a failed request; None where the logs name no clients.
    latency : DataFrame
        `p50_s`, `p95_s`, `p99_s` and `timed` for the rows `baseline` and `during`.
    routes : DataFrame
        One row per service and route: `events`, `failed`, `error_ratio`, `baseline_ratio`,
        `p95_s`, `baseline_p95_s`, the most failures first.
    bins : DataFrame
        For charts: per bin `events`, `errors`, `error_ratio`, `low`, `high`, `p50_s`, `p95_s`,
        `p99_s`; indexed by the start of the bin.
    fine : DataFrame
        `events` and `errors` per `schema.BIN_S` seconds; indexed by the start of the bin. If the impact was found by
        latency, these count timed and slow requests.
    by_data : tuple of Timestamp or None
        Start and end of the impact as the data alone show it; None where they show none.
    windows : tuple of ImpactWindow
        The stretches of the impact with their numbers, as people confirmed them or else as the data show them.
    unplaced : tuple of Timestamp
        Times that people confirmed, near which the data show nothing that would complete the window.
    episodes : DataFrame
        One row per stretch in which something was worse than usual: `start`, `end`, `events`, `failed`,
        `error_ratio`, and `apart`, whether it is too far from the others to belong to the
        impact. The impact paused if there are several that are not apart.
    """

    detected: bool
    undetermined: str | None
    measured_on: MeasuringPoint
    signals: tuple[str, ...]
    slow_limit_s: float | None
    slow_from: pd.Timestamp | None
    clients_affected: int | None
    bins: pd.DataFrame
    fine: pd.DataFrame
    episodes: pd.DataFrame
    by_data: TimeSpan | None = None
    windows: tuple[ImpactWindow, ...] = ()
    unplaced: tuple[pd.Timestamp, ...] = ()

    def _card(self) -> Card:
        return card_of(self)

    @property
    def measured(self) -> bool:
        """Whether there are logs or metrics that an impact can be measured on."""
        return bool(self.measured_on.sources) and self.measured_on.unit != "alert"

    @property
    def dated(self) -> bool:
        """Whether anything about the incident has a time."""
        return self.data_start > NO_TIME

    @property
    def spans(self) -> tuple[TimeSpan, ...]:
        """Start and end of each window; empty without an impact."""
        return tuple(window.span for window in self.windows)

    @property
    def counted_spans(self) -> tuple[TimeSpan, ...]:
        """Between which times requests were counted, see `ImpactWindow.counted`."""
        return tuple(window.counted for window in self.windows)

    def around(self, at: pd.Timestamp) -> Impact:
        """Return the impact with only the window around a time, for questions about what happened in it; itself if none is."""
        if len(self.windows) < 2:
            return self
        nearest = min(self.windows, key=lambda window: max(window.start - at, at - window.end))
        return replace(self, start=nearest.start, end=nearest.end, windows=(nearest,))

    @property
    def start_confirmed(self) -> bool:
        """Whether people confirmed the start."""
        return bool(self.windows) and self.windows[0].start_confirmed

    @property
    def end_confirmed(self) -> bool:
        """Whether people confirmed the end."""
        return any(window.end_confirmed for window in self.windows if window.end == self.end)

    @cached_property
    def verdict(self) -> Verdict:
        """Whether there was an impact, as far as the data show it or people confirmed it."""
        return "impact" if self.detected else "cannot be determined" if self.undetermined else "no impact"

    @cached_property
    def reported_by(self) -> Literal["alerts", "confirmed times"] | None:
        """Who says when the impact was, if its window does not follow from counts."""
        if self.start_confirmed and self.end_confirmed:
            return "confirmed times"
        return "alerts" if "alerts" in self.signals[:1] else None

    @cached_property
    def baseline_from(self) -> Literal["before", "after", "neither"] | None:
        """Where there is enough time for a baseline: before the impact, or else after it; None without an impact."""
        if not self.detected:
            return None
        if (self.start - self.data_start).total_seconds() >= MIN_BASELINE_S:
            return "before"
        return "after" if (self.data_end - self.end).total_seconds() >= MIN_BASELINE_S else "neither"

    @property
    def impaired(self) -> Impairment:
        """What happened to requests or samples: failed, slow where none failed, or bad."""
        if self.measured_on.unit == "sample":
            return Impairment("bad", "were bad")
        return Impairment("slow", "were slow") if not self.failed_requests and "latency" in self.signals else FAILED

    @property
    def impaired_requests(self) -> tuple[int, int]:
        """How many requests were impaired during the impact, and among how many; where latency decided, slow and timed ones."""
        if self.impaired.adjective != "slow":
            return self.failed_requests, self.requests
        during = self.fine[np.any([(self.fine.index >= start) & (self.fine.index < end) for start, end in self.spans], axis=0)]
        return int(during["errors"].sum()), int(during["events"].sum())

    @property
    def window(self) -> TimeSpan | None:
        """Start of the first and end of the last window; None where there was no impact."""
        return (self.start, self.end) if self.detected else None

    @property
    def duration_s(self) -> float:
        """Length of all windows together, overlaps once, seconds; up to the end of the data while ongoing; 0 without one."""
        return length_s(self.spans)

    @property
    def error_ratio(self) -> float:
        """Share of the window's requests that failed, 0 to 1."""
        return self.failed_requests / self.requests if self.requests else 0.0


def assess_impact(
    judged: pd.DataFrame,
    measured_on: MeasuringPoint,
    slo: Slo | None = None,
    *,
    reported: ReportedWindow | None = None,
    confirmed: Sequence[ConfirmedWindow] = (),
) -> Impact:
    """Find the impact in a rollup, or measure the one that people confirmed.

    Parameters
    ----------
    judged : DataFrame
        Columns of `schema.JUDGED`; not changed.
    measured_on : MeasuringPoint
        The log that impact is counted on.
    slo : Slo, optional
        What the error budget is counted against.
    reported : ReportedWindow, optional
        When the impact was according to alerts, if that does not follow from the counts.
    confirmed : sequence of ConfirmedWindow, optional
        When the impact was according to people, which counts even if the data show something else.

    Returns
    -------
    Impact
        Errors decide when the impact began and ended; if they are as usual, latency does, and if that is, too, traffic.
    """
    counted = _counted_on(judged, measured_on)
    fine = counts(counted)
    limit_s = anomalies.slow_limit(counted)
    slow = anomalies.slow_counts(counted, fine, limit_s)
    by_signal = anomaly_by_signal(counted, fine, slow, measured_on)
    chosen = next((anomaly for anomaly in by_signal.values() if anomaly), None)
    by_errors = by_signal["errors"] is not None
    found = window_of(counted, fine, chosen, by_errors=by_errors) if reported is None else reported_window(counted, reported)
    by_data = (found.start, found.end) if chosen or reported else None
    episodes = episodes_of(counted, fine, chosen, found, by_errors=by_errors)
    others = episodes[episodes["apart"]]
    agreed = resolve(confirmed, [by_data, *zip(others["start"], others["end"], strict=True)] if by_data else [])
    if not agreed and by_data:
        has_several = reported is None and measured_on.unit != "sample"
        agreed = [(span, False, False, "") for span in (detected_spans(episodes, by_data) if has_several else [by_data])]
    by_bins = chosen is not None and reported is None and not by_errors and not found.ongoing
    windows = tuple(count_in(window, counted, by_bins=by_bins) for window in agreed)
    spans = [window.span for window in windows] or [(found.start, found.end)]
    seconds = [window.counted for window in windows] or spans
    window = agreed_window(found, agreed) if agreed else found
    magnitude = measure(counted, fine, seconds, slo, detected=bool(agreed), by_requests=measured_on.counts_all_requests)
    signals = names_of_signals(by_signal, measured_on, lost=bool(magnitude.lost_requests))
    return Impact(
        **vars(window),
        **vars(magnitude),
        detected=bool(agreed),
        undetermined=None if by_data else _undetermined(counted, measured_on),
        by_data=by_data,
        windows=windows,
        measured_on=measured_on,
        signals=("confirmed times",) if agreed and not by_data else (reported.by, *signals) if reported else signals,
        slow_limit_s=limit_s,
        slow_from=max(bin_start(slow, by_signal["latency"].first), window.data_start) if by_signal["latency"] else None,
        clients_affected=None,
        bins=chart_bins(counted, window),
        fine=slow if by_signal["latency"] and not by_signal["errors"] else fine,
        episodes=without(episodes, spans),
        unplaced=unplaced_times(confirmed, agreed),
    )


def _counted_on(judged: pd.DataFrame, measured_on: MeasuringPoint) -> pd.DataFrame:
    """Return the rows of the logs that impact is counted on."""
    counted = judged[judged["source"].isin(measured_on.sources)]
    return counted[counted["is_request"]] if measured_on.unit == "request" else counted


def _undetermined(counted: pd.DataFrame, measured_on: MeasuringPoint) -> str | None:
    """Return why an impact could not have been detected: too few events have an outcome; None if it could."""
    total, with_outcome = (int(rows["events"].sum()) for rows in (counted, counted[counted["has_outcome"]]))
    if with_outcome >= anomalies.FEWEST_ERRORS:
        return None
    if with_outcome == total:
        return f"there {'is' if total == 1 else 'are'} only {plural(total, measured_on.unit)}"
    number = f"only {count(with_outcome)}" if with_outcome else "none"
    return f"{number} of {plural(total, measured_on.noun)} {'has' if with_outcome < 2 else 'have'} {measured_on.outcome}"
