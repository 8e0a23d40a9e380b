"""What was worse than usual: errors, latency or traffic."""

from __future__ import annotations

import pandas as pd

from pmkit.analysis.impact import anomalies, seasonality
from pmkit.analysis.impact.anomalies import Anomaly
from pmkit.analysis.impact.bad_samples import by_bad_samples
from pmkit.analysis.impact.measuring_point import MeasuringPoint


def anomaly_by_signal(
    counted: pd.DataFrame, fine: pd.DataFrame, slow: pd.DataFrame, measured_on: MeasuringPoint
) -> dict[str, Anomaly | None]:
    """Return the anomaly of each signal; traffic is only considered if errors and latency are as usual."""
    if fine.empty or measured_on.unit == "sample":
        return {"errors": by_bad_samples(counted, fine), "latency": None, "traffic": None}
    errors, late = anomalies.by_errors(fine, requests=measured_on.unit != "event"), anomalies.by_latency(slow)
    alone = errors is None and late is None and measured_on.counts_all_requests
    return {
        "errors": errors,
        "latency": late,
        "traffic": anomalies.by_traffic(fine, seasonality.baseline(fine["events"])) if alone else None,
    }


def names_of_signals(by_signal: dict[str, Anomaly | None], measured_on: MeasuringPoint, *, lost: bool) -> tuple[str, ...]:
    """Return what was worse than usual: errors, latency, traffic (also if requests were lost), or metrics."""
    names = [name for name, anomaly in by_signal.items() if anomaly or (name == "traffic" and lost)]
    return tuple("metrics" if measured_on.unit == "sample" else name for name in names)
