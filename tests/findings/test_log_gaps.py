"""Gaps in logs are judged by how steady the log usually is at that time."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pandas as pd

from pmkit.analysis.impact.unmeasured import unmeasured_impact
from pmkit.findings.log_gaps import gaps, log_flows

START = pd.Timestamp("2026-01-01T00:00:00Z")


def remarks_on(per_minute: Callable[[int], int], minutes: int) -> list[str]:
    """Return the remarks on a log with a number of events in each minute, half of them in its second half."""
    bins = [START + pd.Timedelta(minutes=n, seconds=30 * half) for n in range(minutes) for half in (0, 1) if per_minute(n)]
    events = [per_minute(n) / 2 for n in range(minutes) for _ in (0, 1) if per_minute(n)]
    counts = pd.DataFrame({"source": "a.log", "bin": bins, "first_at": bins, "last_at": bins, "events": events})
    impact = unmeasured_impact((), (START, START + pd.Timedelta(minutes=minutes)), has_metrics=False)
    return list(gaps(log_flows(counts)["a.log"], impact, ZoneInfo("UTC")))


def test_pauses_in_quiet_nights_are_usual() -> None:
    assert remarks_on(lambda minute: 40 if 480 <= minute % 1440 < 1320 else int(minute % 4 == 0), 3 * 1440) == []


def test_a_pause_at_the_same_time_of_each_day_is_usual_and_one_of_a_single_day_is_not() -> None:
    def with_pauses(minute: int) -> int:
        return 0 if 180 <= minute % 1440 < 240 or 2000 <= minute < 2020 else 40

    (remark,) = remarks_on(with_pauses, 4 * 1440)
    assert remark.startswith("no events between 09:19:30 and 09:40:00, where about 820 were expected")


def test_many_gaps_are_summed_up() -> None:
    (remark,) = remarks_on(lambda minute: 0 if 0 < minute % 60 < 4 + minute // 240 else 20, 600)
    assert remark.startswith(
        "10 gaps without events, 43 min together, where about 860 were expected, the longest between 08:00:30"
    )
