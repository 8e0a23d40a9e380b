"""The impact of an incident that neither logs nor metrics show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.impact.impact_window import EPISODES, Window
from pmkit.analysis.impact.impact_windows import ConfirmedWindow, agreed_window, count_in, resolve
from pmkit.analysis.impact.magnitude import measure
from pmkit.analysis.impact.measuring_point import MeasuringPoint
from pmkit.analysis.impact.time_bins import TimeSpan
from pmkit.core.schema import JUDGED, conform

_CHARTED: Final = ("events", "errors", "error_ratio", "low", "high", "p50_s", "p95_s", "p99_s")

_NOTHING: Final = "there are no logs and no metrics"
_UNSUITABLE: Final = "there are no logs, and no metric has a name that suggests errors, latency or availability"


def unmeasured_impact(confirmed: Sequence[ConfirmedWindow], period: TimeSpan, *, has_metrics: bool = False) -> Impact:
    """Return the impact that people confirmed, where neither logs nor metrics show one.

    Parameters
    ----------
    confirmed : sequence of ConfirmedWindow
        When it was.
    period : tuple of Timestamp
        The first and the last time that anything about the incident has; `NO_TIME` if nothing has one.
    has_metrics : bool
        Whether there are metrics, none of which says whether something failed.
    """
    agreed, (first, last) = resolve(confirmed, []), period
    window = Window(first, last, (first, first), (last, last), False, False, first, last)
    counted = conform(pd.DataFrame(), JUDGED)
    bins = pd.DataFrame(
        {name: pd.Series(dtype="float64") for name in _CHARTED}, index=pd.DatetimeIndex([], dtype="datetime64[us, UTC]")
    )
    spans = [span for span, *_ in agreed] or [period]
    return Impact(
        **vars(agreed_window(window, agreed) if agreed else window),
        **vars(measure(counted, bins, spans, None, detected=bool(agreed), by_requests=False)),
        detected=bool(agreed),
        undetermined=_UNSUITABLE if has_metrics else _NOTHING,
        windows=tuple(count_in(window, counted) for window in agreed),
        measured_on=MeasuringPoint((), "event", "no data"),
        signals=(),
        slow_limit_s=None,
        slow_from=None,
        clients_affected=None,
        bins=bins,
        fine=bins[["events", "errors"]],
        episodes=pd.DataFrame({name: pd.Series(dtype="object") for name in EPISODES}).astype({"apart": bool}),
    )
