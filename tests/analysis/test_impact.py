"""The impact is detected when and as large as it was, and no impact is reported where there was none."""

from __future__ import annotations

import pandas as pd
import pytest
from conftest import RECORDED, findings_of, truth_of
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import access_log, at

from pmkit.analysis.impact.impact import Impact, assess_impact
from pmkit.analysis.impact.measuring_point import MeasuringPoint
from pmkit.findings.investigate import analyse_store
from pmkit.incident.service_level import ErrorRule, Slo
from pmkit.ingest.cache import open_incident

TIER = MeasuringPoint(("access.log",), "request", "only request logs")
TOLERANCE_S = 60


def seconds_apart(moment: pd.Timestamp, other: object) -> float:
    return abs((moment - pd.Timestamp(other)).total_seconds())


def cut(judged: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    return judged[judged["bin"].between(first, last)]


def tier_of(incident_id: str) -> MeasuringPoint:
    return findings_of(incident_id).impact.measured_on


@pytest.mark.parametrize("incident_id", RECORDED)
def test_start_and_end_match_the_failures_that_clients_saw(incident_id) -> None:
    impact, truth = findings_of(incident_id).impact, truth_of(incident_id)
    assert impact.detected
    assert not impact.ongoing
    assert not impact.began_before
    assert "errors" in impact.signals
    assert seconds_apart(impact.start, truth["first_failed_request"]) <= TOLERANCE_S
    assert seconds_apart(impact.end, truth["last_failed_request"]) <= TOLERANCE_S
    assert impact.failed_requests == pytest.approx(truth["failed_requests"], rel=0.02)


@pytest.mark.parametrize("incident_id", RECORDED)
def test_start_and_end_lie_in_their_ranges(incident_id) -> None:
    impact = findings_of(incident_id).impact
    assert impact.start_range[0] <= impact.start <= impact.start_range[1]
    assert impact.end_range[0] <= impact.end <= impact.end_range[1]


@pytest.mark.parametrize("incident_id", RECORDED)
@pytest.mark.parametrize("part", ["before", "after"])
def test_the_calm_parts_of_the_recordings_contain_no_impact(incident_id, part) -> None:
    whole = findings_of(incident_id)
    judged, impact = whole.store.counts_by_outcome(ErrorRule().sql), whole.impact
    margin = pd.Timedelta("60s")
    calm = {
        "before": cut(judged, impact.data_start, min(impact.start, impact.slow_from or impact.start) - margin),
        "after": cut(judged, impact.end + margin, impact.data_end),
    }[part]
    calm_impact = assess_impact(calm, impact.measured_on, slo=Slo(availability=0.999))
    assert not calm_impact.detected
    assert calm_impact.signals == ()
    assert calm_impact.window is None
    assert (calm_impact.lost_requests, calm_impact.error_budget_spent) == (0, None)


@pytest.mark.parametrize("incident_id", RECORDED)
def test_an_impact_that_began_before_the_data_is_marked_as_such(incident_id) -> None:
    whole = findings_of(incident_id)
    middle = whole.impact.start + (whole.impact.end - whole.impact.start) / 2
    impact = assess_impact(
        cut(whole.store.counts_by_outcome(ErrorRule().sql), middle, whole.impact.data_end), whole.impact.measured_on
    )
    assert (impact.detected, impact.began_before, impact.ongoing) == (True, True, False)
    assert impact.start == impact.data_start
    assert seconds_apart(impact.end, whole.impact.end) <= 10


@pytest.mark.parametrize("incident_id", RECORDED)
def test_an_impact_that_outlasts_the_data_is_marked_as_ongoing(incident_id) -> None:
    whole = findings_of(incident_id)
    middle = whole.impact.start + (whole.impact.end - whole.impact.start) / 2
    impact = assess_impact(
        cut(whole.store.counts_by_outcome(ErrorRule().sql), whole.impact.data_start, middle), whole.impact.measured_on
    )
    assert (impact.detected, impact.began_before, impact.ongoing) == (True, False, True)
    assert impact.end == impact.data_end
    assert seconds_apart(impact.start, whole.impact.start) <= 10


def test_the_leak_shows_in_latency_before_errors() -> None:
    impact = findings_of("INC-2026-1103").impact
    assert impact.signals == ("errors", "latency", "traffic")
    assert impact.slow_from < impact.start - pd.Timedelta("20s")


def test_lost_requests_are_counted_when_traffic_collapsed() -> None:
    assert findings_of("INC-2026-1112").impact.lost_requests > 3000
    assert findings_of("INC-2026-1012").impact.lost_requests == 0


@pytest.mark.parametrize("incident_id", RECORDED)
def test_routes_add_up_to_the_whole(incident_id) -> None:
    impact = findings_of(incident_id).impact
    assert impact.routes["failed"].sum() == impact.failed_requests <= impact.requests == impact.routes["events"].sum()
    assert impact.error_ratio <= impact.peak_error_ratio <= 1
    assert impact.bins["errors"].sum() >= impact.failed_requests


@pytest.mark.parametrize("incident_id", RECORDED)
def test_a_request_logged_by_several_tiers_is_counted_once_at_the_outermost(incident_id) -> None:
    impact = findings_of(incident_id).impact
    assert impact.measured_on.sources == ("logs/edge-access.log.gz",)
    assert set(impact.measured_on.inner) == {"logs/catalog.log.gz", "logs/checkout-requests.log.zst"}


def test_the_analysis_does_not_change_its_input() -> None:
    judged = findings_of("INC-2026-1012").store.counts_by_outcome(ErrorRule().sql)
    copy = judged.copy(deep=True)
    assess_impact(judged, tier_of("INC-2026-1012"), Slo(availability=0.999))
    pd.testing.assert_frame_equal(judged, copy)


def small(incident, text: str, yaml: str = "", name: str = "access.log"):
    new_incident = incident({name: text}, yaml)
    return analyse_store(new_incident, open_incident(new_incident))


def test_a_burst_is_measured_exactly(incident) -> None:
    impact = small(incident, access_log(20, failing=[range(600, 660)])).impact
    assert (impact.start, impact.end) == (pd.Timestamp(at(600)), pd.Timestamp(at(659)))
    assert (impact.failed_requests, impact.clients_affected) == (180, 3)
    assert impact.peak_error_ratio == pytest.approx(0.6)
    assert impact.peak_at == pd.Timestamp(at(600))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000))
def test_rare_errors_at_a_constant_rate_are_not_an_incident(seed) -> None:
    chance = pd.Series(range(1200)).sample(25, random_state=seed)
    judged = pd.DataFrame(
        {
            "bin": pd.to_datetime([at(second - second % 10) for second in range(1200)]).astype("datetime64[us, UTC]"),
            "is_request": True,
            "is_error": [second in set(chance) for second in range(1200)],
            "has_outcome": True,
            "events": 5,
            "first_at": pd.to_datetime([at(second) for second in range(1200)]).astype("datetime64[us, UTC]"),
            "last_at": pd.to_datetime([at(second) for second in range(1200)]).astype("datetime64[us, UTC]"),
            "source": "access.log",
            "service": "a",
            "http_route": "/",
            "latency_bucket": pd.array([20] * 1200, dtype="Int16"),
        }
    )
    assert not assess_impact(judged, TIER).detected


def test_what_counts_as_an_error_can_be_set(incident) -> None:
    text = access_log(20, failing=[range(600, 660)])
    assert not small(incident, text, "errors: {not_http_status: [500]}\n").impact.detected


def test_a_client_error_counts_if_configured(incident) -> None:
    text = access_log(20, failing=[range(600, 660)]).replace(" 500 ", " 429 ")
    impact = small(incident, text, "errors: {also_http_status: [429]}\n").impact
    assert impact.failed_requests == 180


def test_slow_requests_without_errors_are_a_latency_incident(incident) -> None:
    impact = small(incident, access_log(20, slow=[range(600, 780)])).impact
    assert impact.signals == ("latency",)
    assert seconds_apart(impact.start, at(600)) <= 10
    assert seconds_apart(impact.end, at(780)) <= 10
    assert (impact.failed_requests, impact.impaired_requests) == (0, (900, 900))


def test_missing_requests_are_a_traffic_incident(incident) -> None:
    lines = access_log(20).splitlines(keepends=True)
    impact = small(incident, "".join(lines[: 600 * 5] + lines[800 * 5 :])).impact
    assert impact.signals == ("traffic",)
    assert impact.lost_requests == pytest.approx(1000, rel=0.06)
    assert seconds_apart(impact.start, at(600)) <= 10


def test_without_requests_errors_are_judged_by_their_severity(incident) -> None:
    lines = []
    for second in range(1200):
        level = "ERROR" if 600 <= second < 700 else "INFO"
        lines.append(f"{at(second):%Y-%m-%d %H:%M:%S},000 {level} [a] step\n")
    impact = small(incident, "".join(lines), name="app.log").impact
    assert impact.measured_on.unit == "event"
    assert (impact.start, impact.end) == (pd.Timestamp(at(600)), pd.Timestamp(at(699)))
    assert impact.failed_requests == 100


def test_an_impact_throughout_the_data_has_neither_start_nor_end(incident) -> None:
    impact = small(incident, access_log(10, failing=[range(600)])).impact
    assert (impact.detected, impact.began_before, impact.ongoing) == (True, True, True)


def test_the_error_budget_is_spent_by_failed_requests_at_the_baseline_traffic(incident) -> None:
    impact = small(incident, access_log(20, failing=[range(600, 660)]), "slo: {availability: 0.99, window_days: 1}\n").impact
    assert impact.error_budget_spent == pytest.approx(180 / (0.01 * 5 * 86400), rel=0.02)


def test_an_impact_source_that_does_not_exist_is_refused(incident) -> None:
    from pmkit.core.errors import IncidentError

    text = access_log(20, failing=[range(600, 660)])
    with pytest.raises(IncidentError, match=r"impact_source: no log 'b\.log'; the logs are access\.log"):
        small(incident, text, "impact_source: b.log\n")


@pytest.mark.parametrize("hosts", [1, 3])
@pytest.mark.parametrize("rotations", [1, 4])
def test_the_impact_does_not_depend_on_how_requests_are_spread_over_files(hosts: int, rotations: int, incident) -> None:
    lines = access_log(40, failing=[range(1200, 1500)]).splitlines(keepends=True)
    length = -(-len(lines) // rotations)
    files = {
        f"web-{host}/access.log{f'.{rotations - 1 - turn}' if turn < rotations - 1 else ''}": "".join(
            lines[turn * length + host : (turn + 1) * length : hosts]
        )
        for host in range(hosts)
        for turn in range(rotations)
    }
    new_incident = incident(files)
    findings = analyse_store(new_incident, open_incident(new_incident))
    impact = findings.impact
    assert (impact.requests, impact.failed_requests, impact.clients_affected) == (1500, 900, 3)
    assert (impact.start, impact.end) == (pd.Timestamp(at(1200)), pd.Timestamp(at(1499)))
    assert set(impact.measured_on.sources) == set(files)
    first = next(row for row in findings.story if row.kind == "impact")
    name, line = str(first.source).rsplit(":", 1)
    assert files[name].splitlines()[int(line) - 1] == lines[6000].strip()


def test_failures_on_a_single_host_have_that_host_in_common(incident) -> None:
    new_incident = incident({"web-1/access.log": access_log(20, failing=[range(600, 700)]), "web-2/access.log": access_log(20)})
    findings = analyse_store(new_incident, open_incident(new_incident))
    assert findings.parts["what"][0] == "log web-1/access.log"
    suspect = next(candidate for candidate in findings.ranked_suspects if candidate.kind == "dimension")
    assert (suspect.column, suspect.value) == ("log", "web-1/access.log")
    assert suspect.evidence[0].startswith("web-1/access.log:")


def assessed(incident, log: str) -> Impact:
    new_incident = incident({"access.log": log})
    return analyse_store(new_incident, open_incident(new_incident)).impact


def test_an_impact_with_pauses_is_one_impact_in_several_spells(incident) -> None:
    impact = assessed(incident, access_log(30, failing=[range(600, 700), range(800, 900), range(1000, 1080)], per_s=20))
    assert not impact.episodes["apart"].any()
    assert [int((row["start"] - pd.Timestamp(at(0))).total_seconds()) for _, row in impact.episodes.iterrows()] == [
        600,
        800,
        1000,
    ]
    assert (impact.start, impact.end) == (impact.episodes["start"].iloc[0], impact.episodes["end"].iloc[-1])
    assert (impact.episodes["error_ratio"] == impact.episodes["failed"] / impact.episodes["events"]).all()
    assert impact.episodes["failed"].sum() == impact.failed_requests


def test_failures_at_another_time_are_kept_apart_from_the_impact(incident) -> None:
    impact = assessed(incident, access_log(40, failing=[range(300, 360), range(1500, 1800)], per_s=20))
    assert list(impact.episodes["apart"]) == [True, False]
    assert seconds_apart(impact.start, at(1500)) <= 1
    assert seconds_apart(impact.episodes["start"].iloc[0], at(300)) <= 10


@pytest.mark.parametrize(
    ("failing", "minutes", "period"),
    [(range(600, 900), 30, "before"), (range(60, 400), 30, "after"), (range(30, 560), 10, "neither")],
)
def test_the_impact_names_the_period_that_its_baseline_comes_from(incident, failing, minutes, period) -> None:
    impact = assessed(incident, access_log(minutes, failing=[failing], per_s=20))
    assert impact.detected
    assert impact.baseline_from == period
