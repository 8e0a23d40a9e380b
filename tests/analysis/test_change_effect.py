"""Whether a change helped is judged over the time that the traffic needs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pmkit.analysis.causes.change_effect import Effect, effect
from pmkit.analysis.impact.impact import assess_impact
from pmkit.analysis.impact.measuring_point import MeasuringPoint
from pmkit.core import schema
from pmkit.core.schema import conform

BEGIN = pd.Timestamp("2026-02-01T00:00:00Z")
EDGE = MeasuringPoint(("access.log",), "request", "only request logs")


def effect_at(change_s: float, bins: int, failing: np.ndarray, *, per_bin: int = 1, start_s: float = 0, end_s: float) -> Effect:
    """Return the effect of a change on an impact, at `per_bin` requests in each bin, of which one fails where `failing`."""
    counts = pd.DataFrame(
        {
            "bin": np.repeat([BEGIN + pd.Timedelta(seconds=schema.BIN_S * n) for n in range(bins)], 2),
            "is_error": [False, True] * bins,
            "is_request": True,
            "has_outcome": True,
            "source": "access.log",
            "events": np.column_stack([per_bin - failing, failing]).ravel(),
        }
    )
    counts["first_at"] = counts["last_at"] = counts["bin"]
    impact = assess_impact(conform(counts[counts["events"] > 0], schema.JUDGED), EDGE)
    start, end = (BEGIN + pd.Timedelta(seconds=at) for at in (start_s, end_s))
    times = {"start": start, "end": end, "ongoing": False}
    windows = tuple(replace(window, start=start, end=end) for window in impact.windows[:1])
    changes = pd.DataFrame([{"at": BEGIN + pd.Timedelta(seconds=change_s), "finished_at": pd.NaT}])
    return effect(replace(impact, **times, windows=windows), changes.iloc[0], changes)


@pytest.mark.parametrize(
    ("every_before", "every_after", "verdict"),
    [(5, 5, "no effect"), (5, 1000, "helped"), (40, 40, "cannot be determined"), (90, 1000, "cannot be determined")],
)
def test_few_failures_are_compared_over_more_time_and_too_few_prove_nothing(every_before, every_after, verdict) -> None:
    places = np.arange(720)
    failing = np.where(places < 360, places % every_before == 0, places % every_after == 0).astype(int)
    assert effect_at(3600, 720, failing, per_bin=2, end_s=7190).verdict == verdict


def test_in_an_impact_of_days_whole_days_are_compared() -> None:
    places = np.arange(4 * 8640)
    evenings = (places % 8640 >= 6480) & (places % 4 == 0)
    unhelpful = effect_at(2 * 86400 + 64800, len(places), evenings.astype(int), end_s=4 * 86400 - 10)
    assert (unhelpful.verdict, unhelpful.failing_before, unhelpful.failing_after) == (
        "no effect",
        pytest.approx(0.0625, abs=0.001),
        pytest.approx(0.0625, abs=0.001),
    )


def test_an_impact_of_few_failures_may_end_a_while_after_the_change_that_ended_it() -> None:
    places = np.arange(4 * 8640)
    failing = (places < 3 * 8640) & (places % 24 == 0)
    assert effect_at(3 * 86400 - 1200, len(places), failing.astype(int), end_s=3 * 86400 - 240).verdict == "ended it"
    assert effect_at(3 * 86400 - 7200, len(places), failing.astype(int), end_s=3 * 86400 - 240).verdict == "helped"


def test_a_change_after_which_many_requests_were_slow_for_minutes_did_not_end_a_long_slowness() -> None:
    bins = pd.date_range(BEGIN, periods=4320, freq=f"{schema.BIN_S}s")
    is_late = (bins >= BEGIN + pd.Timedelta("2h")) & (bins < BEGIN + pd.Timedelta("10h"))
    counts = pd.DataFrame(
        {"bin": bins, "first_at": bins, "last_at": bins, "latency_bucket": np.where(is_late, 60, 20), "events": 5}
    )
    counts = counts.assign(is_error=False, is_request=True, has_outcome=True, source="access.log")
    impact = assess_impact(conform(counts, schema.JUDGED), EDGE)
    changes = pd.DataFrame([{"at": BEGIN + pd.Timedelta("9h 40min"), "finished_at": pd.NaT}])
    followed = effect(impact, changes.iloc[0], changes)
    assert (impact.signals, impact.duration_s, followed.verdict) == (("latency",), 8 * 3600, "no effect")
