"""The cost of an analysis depends on the number of events, not on the time that they span."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pmkit.analysis.impact import anomalies, time_bins
from pmkit.analysis.response.alert_quality import replay_burn_rate_alert
from pmkit.analysis.response.request_counters import count_requests


def sparse_counts(days: float, failing: range, number: int = 300) -> pd.DataFrame:
    bins = pd.date_range("2000-01-01", periods=number, freq=pd.Timedelta(days=days), tz="UTC").floor("10s")
    judged = pd.DataFrame({"bin": bins, "events": 1, "is_error": [place in failing for place in range(number)]})
    return time_bins.counts(judged)


@pytest.mark.parametrize("days", [5, 30, 60])
@pytest.mark.parametrize("requests", [True, False])
def test_failures_in_a_row_are_found_among_events_months_apart(days, requests) -> None:
    fine = sparse_counts(days, range(200, 212))
    anomaly = anomalies.by_errors(fine, requests=requests)
    assert len(fine) < 600
    assert anomaly is not None
    inside = fine.iloc[anomaly.first : anomaly.stop]
    assert (int(inside["events"].sum()), int(inside["errors"].sum())) == (12, 12)


def test_a_bin_counts_as_much_as_the_time_that_it_covers() -> None:
    fine = sparse_counts(30, range(0))
    assert time_bins.is_sparse(fine)
    assert np.diff(time_bins.edges_s(fine))[:4].tolist() == [10.0, 30 * 86400 - 10, 10.0, 30 * 86400 - 10]


def test_bins_are_listed_one_by_one_where_they_are_few() -> None:
    fine = sparse_counts(0.1, range(0))
    assert not time_bins.is_sparse(fine)
    assert len(fine) == 299 * 864 + 1


def test_a_burn_rate_alert_is_replayed_on_sparse_counts() -> None:
    fine = sparse_counts(30, range(200, 212))
    onset = fine.index[fine["errors"] > 0][0]
    assert replay_burn_rate_alert(fine, onset, 0.99).at == onset + pd.Timedelta(seconds=10)


def test_counters_of_requests_years_apart_have_few_samples() -> None:
    bins = pd.date_range("2000-01-01", periods=20, freq=pd.Timedelta(days=365), tz="UTC")
    requests = pd.DataFrame({"bin": bins, "events": 1, "http_status": 200, "service": "shop", "http_route": "/a"})
    (samples,) = count_requests(requests, "http_requests_total", (), set())
    assert len(samples.at) < 50
    assert max(samples.values) == 20
