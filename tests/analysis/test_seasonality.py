"""Traffic of several days is compared by time of day."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pmkit.analysis.impact import anomalies, seasonality


def days_of_traffic(days: int, missing: tuple[str, str] | None = None) -> pd.DataFrame:
    """Return requests per bin with a daily cycle from 20 to 180 and no noise."""
    bins = pd.date_range("2026-01-12T00:00Z", periods=days * 8640, freq="10s", unit="us")
    hours = (bins - bins.normalize()) / pd.Timedelta("1h")
    events = (100 - 80 * np.cos(2 * np.pi * hours / 24)).round().astype(int)
    frame = pd.DataFrame({"events": events, "errors": 0}, index=bins)
    if missing:
        frame.loc[slice(*missing), "events"] //= 3
    return frame


def test_nights_are_not_a_traffic_drop_if_there_are_days_to_compare_with() -> None:
    calm = days_of_traffic(4)
    assert anomalies.by_traffic(calm, seasonality.baseline(calm["events"])) is None


def test_a_drop_at_noon_is_detected_despite_the_daily_cycle() -> None:
    dropped = days_of_traffic(4, ("2026-01-15T12:00:00", "2026-01-15T12:29:50"))
    drop = anomalies.by_traffic(dropped, seasonality.baseline(dropped["events"]))
    assert drop is not None
    assert abs(dropped.index[drop.first] - pd.Timestamp("2026-01-15T12:00Z")) <= pd.Timedelta("20s")
    assert abs(dropped.index[drop.stop] - pd.Timestamp("2026-01-15T12:30Z")) <= pd.Timedelta("20s")


def test_lost_requests_are_estimated_by_the_time_of_day() -> None:
    whole, dropped = days_of_traffic(4), days_of_traffic(4, ("2026-01-15T12:00:00", "2026-01-15T12:29:50"))
    truth = int((whole["events"] - dropped["events"]).sum())
    inside = pd.Series((dropped.index >= "2026-01-15T12:00Z") & (dropped.index < "2026-01-15T12:30Z"), index=dropped.index)
    baseline = seasonality.baseline(dropped["events"], inside)
    assert (baseline - dropped["events"])[inside].sum() == pytest.approx(truth, rel=0.02)
    flat = seasonality.baseline(dropped["events"].iloc[-8640:], inside.iloc[-8640:])
    # A single day has no other day to compare with.
    assert (flat - dropped["events"].iloc[-8640:])[inside.iloc[-8640:]].sum() < 0.6 * truth


def test_a_quiet_day_is_compared_with_its_own_level() -> None:
    weekend = days_of_traffic(6)
    weekend.loc["2026-01-17", "events"] //= 2
    assert anomalies.by_traffic(weekend, seasonality.baseline(weekend["events"])) is None
