"""The steps of the response match the recordings, and unknown steps are marked as unknown."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from conftest import RECORDED, findings_of, truth_of
from samples import access_log, at

from pmkit.analysis.causes import change_effect
from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.response import alert_quality, conversation, milestones
from pmkit.analysis.response.milestones import Response
from pmkit.analysis.response.moment import STEPS
from pmkit.core import schema
from pmkit.core.schema import conform
from pmkit.findings.findings import Findings
from pmkit.findings.investigate import analyse_store
from pmkit.ingest.cache import open_incident


def assessed(findings: Findings, **other: object) -> Response:
    """Assess the response to a recording with other data."""
    tables = {
        "alerts": findings.store.alerts(),
        "changes": findings.store.changes(),
        "messages": findings.store.messages(),
        **other,
    }
    return milestones.assess_response(
        tables["alerts"], tables["changes"], tables["messages"], findings.impact, tables.get("declared")
    )


@pytest.mark.parametrize("incident_id", RECORDED)
@pytest.mark.parametrize(("step", "tolerance_s"), [("detected", 15), ("acknowledged", 1), ("mitigated", 1), ("resolved", 1)])
def test_the_milestones_match_those_of_the_recording(incident_id, step, tolerance_s) -> None:
    response, truth = findings_of(incident_id).response, pd.Timestamp(truth_of(incident_id)[step])
    assert response.steps[step].status == "recorded"
    assert abs((response.at(step) - truth).total_seconds()) <= tolerance_s


@pytest.mark.parametrize("incident_id", RECORDED)
def test_the_time_to_each_step_lies_in_its_range_and_counts_from_the_onset(incident_id) -> None:
    response = findings_of(incident_id).response
    for step in STEPS:
        # A time that people confirmed has no range.
        low, high = response.time_to_range(step) or (response.time_to(step),) * 2
        assert low <= response.time_to(step) <= high
        assert response.time_to(step) == (response.at(step) - response.onset).total_seconds()


def test_without_alerts_or_chat_a_step_is_pending_with_a_reason_and_never_zero(findings: Findings) -> None:
    store_of = findings.store
    none = {name: getattr(store_of, name)().iloc[:0] for name in ("alerts", "changes", "messages")}
    response = assessed(findings, **none)
    assert {moment.status for moment in response.steps.values()} == {"pending"}
    assert all(moment.reason and moment.at is None for moment in response.steps.values())
    assert {response.time_to(step) for step in STEPS} == {None}
    assert response.detected_by is None


def test_without_an_impact_no_step_is_applicable(incident) -> None:
    new_incident = incident({"access.log": access_log(10)})
    response = analyse_store(new_incident, open_incident(new_incident)).response
    assert {moment.status for moment in response.steps.values()} == {"not applicable"}


def test_an_ongoing_impact_is_not_yet_mitigated_or_resolved(incident) -> None:
    new_incident = incident({"access.log": access_log(20, failing=[range(900, 1200)])})
    response = analyse_store(new_incident, open_incident(new_incident)).response
    for step in ("mitigated", "resolved"):
        assert (response.steps[step].status, response.at(step)) == ("pending", None)
        assert "ongoing" in response.steps[step].reason


def test_without_alerts_a_person_noticed_and_there_was_nothing_to_acknowledge(findings: Findings) -> None:
    messages = findings.store.messages().assign(text="customers write that they cannot order")
    response = assessed(findings, alerts=findings.store.alerts().iloc[:0], messages=messages)
    assert response.detected_by == "person"
    assert (
        response.at("detected") == conversation.by_people(messages)["at"].loc[lambda times: times >= findings.impact.start].min()
    )
    assert response.steps["acknowledged"].status == "not applicable"


def test_the_earlier_of_an_acknowledgement_in_the_alerts_and_in_the_chat_counts(findings: Findings) -> None:
    written_at = findings.response.at("detected") + pd.Timedelta("30s")
    messages = findings.store.messages().assign(text="ack, looking", at=written_at)
    alerts = findings.store.alerts()
    for later, expected in (("-1us", pd.Timedelta("-1us")), ("1us", pd.Timedelta(0))):
        acknowledged = alerts.assign(acknowledged_at=written_at + pd.Timedelta(later))
        assert assessed(findings, alerts=acknowledged, messages=messages).at("acknowledged") == written_at + expected


def test_a_chat_with_minutes_only_may_be_later_than_an_alert_within_the_minute(findings: Findings) -> None:
    minute = findings.response.at("detected").ceil("min")
    messages = findings.store.messages().assign(text="ack, looking", at=minute)
    alerts = findings.store.alerts()
    alerts = alerts.assign(acknowledged_at=minute + pd.Timedelta("59s"))
    assert assessed(findings, alerts=alerts, messages=messages).at("acknowledged") == minute + pd.Timedelta("59s")
    moment = assessed(findings, alerts=alerts.assign(acknowledged_at=pd.NaT), messages=messages).steps["acknowledged"]
    assert moment.range == (minute, minute + pd.Timedelta("59.999999s"))


def test_of_a_change_without_an_end_only_its_begin_is_stated(findings: Findings) -> None:
    changes = findings.store.changes().assign(finished_at=pd.NaT)
    moment = assessed(findings, changes=changes).steps["mitigated"]
    assert moment.reason == "rollback of checkout began; when it was complete is not known"
    assert moment.range == (moment.at, max(moment.at, findings.impact.end))


def test_an_alert_after_a_person_noticed_is_not_the_detection(findings: Findings) -> None:
    late = findings.store.alerts()
    response = assessed(findings, alerts=late.assign(started_at=late["started_at"] + pd.Timedelta("5min")))
    assert response.detected_by == "person"
    assert "before any alert" in response.steps["detected"].reason


def test_a_declared_time_is_kept_beside_the_measured_one(findings: Findings) -> None:
    declared = findings.response.at("resolved") + pd.Timedelta("90s")
    response = assessed(findings, declared={"resolved": declared})
    moment = response.steps["resolved"]
    assert response.at("resolved") == declared
    assert (moment.at, moment.declared_at, moment.status) == (findings.response.at("resolved"), declared, "recorded")


def test_a_time_that_is_only_declared_counts(findings: Findings) -> None:
    declared = findings.impact.end + pd.Timedelta("10min")
    response = assessed(
        findings,
        messages=findings.store.messages().iloc[:0],
        alerts=findings.store.alerts().iloc[:0],
        declared={"resolved": declared},
    )
    assert response.steps["resolved"].status == "recorded"
    assert response.steps["resolved"].at is None
    assert response.time_to("resolved") == (declared - findings.impact.start).total_seconds()


@pytest.mark.parametrize(
    ("step", "before", "reason"),
    [
        ("mitigated", "start", "before the impact began"),
        ("acknowledged", "detected", "before it was detected"),
        ("resolved", "mitigated", "before it was mitigated"),
    ],
)
def test_an_impossible_declared_time_is_invalid_with_a_reason(findings: Findings, step, before, reason) -> None:
    earlier = findings.impact.start_range[0] if before == "start" else findings.response.at(before)
    declared = {step: earlier - pd.Timedelta("40s")} | ({before: earlier} if before != "start" else {})
    moment = assessed(findings, declared=declared).steps[step]
    assert moment.status == "invalid"
    assert reason in moment.reason
    measured = {"at": assessed(findings).at(step), "time_to": assessed(findings).time_to(step)}
    again = assessed(findings, declared=declared)
    assert {
        "at": again.at(step),
        "time_to": again.time_to(step),
    } == measured  # an invalid entry does not remove the measured time


def test_an_impossible_measured_time_is_removed_with_a_reason(findings: Findings) -> None:
    alerts = findings.store.alerts()
    response = assessed(findings, alerts=alerts.assign(acknowledged_at=alerts["started_at"] - pd.Timedelta("30s")))
    moment = response.steps["acknowledged"]
    assert (moment.status, moment.at, response.time_to("acknowledged")) == ("invalid", None, None)
    assert "before it was detected" in moment.reason


def test_a_change_without_effect_is_not_a_mitigation(findings: Findings) -> None:
    changes = findings.store.changes()
    response = assessed(findings, changes=changes[changes["kind"] != "rollback"])
    assert [effect.verdict for effect in response.effects] == ["no effect"]
    assert (response.steps["mitigated"].status, response.at("mitigated")) == ("pending", None)


def test_a_change_that_finished_long_after_the_last_error_did_not_end_the_impact(incident) -> None:
    impact = failing(incident, range(600, 1200))
    late = change_at(1190, 1190 + 900)
    assert change_effect.effect(impact, late.iloc[0], late).verdict != "ended it"


@pytest.mark.slow
def test_each_mitigation_is_judged_by_what_followed_it() -> None:
    verdicts = {name: [effect.verdict for effect in findings_of(name).response.effects] for name in RECORDED}
    assert verdicts == {
        "INC-2026-1012": ["ended it"],
        "INC-2026-1103": ["no effect", "ended it"],
        "INC-2026-1112": ["helped", "ended it"],
        "INC-2026-1123": ["ended it"],
    }


def test_a_mitigation_that_did_not_help_is_not_the_one_that_ended_it(findings: Findings) -> None:
    assert list(findings.response.mitigations["kind"]) == ["flag", "rollback"]
    assert findings.response.steps["mitigated"].reason == "rollback of checkout finished"


def change_at(begun: float, done: float | None = None) -> pd.DataFrame:
    row = {"at": pd.Timestamp(at(begun)), "finished_at": pd.Timestamp(at(done)) if done else pd.NaT}
    return pd.DataFrame([row])


def failing(incident, *stretches: range, minutes: int = 30) -> Impact:
    new_incident = incident({"access.log": access_log(minutes, failing=stretches, per_s=20)})
    return analyse_store(new_incident, open_incident(new_incident)).impact


def test_a_change_followed_by_more_failures_made_it_worse(incident) -> None:
    impact = failing(incident, range(600, 1200))
    fewer = impact.fine["errors"].where(impact.fine.index >= pd.Timestamp(at(800)), impact.fine["errors"] // 4)
    effect = change_effect.effect(replace(impact, fine=impact.fine.assign(errors=fewer)), change_at(800).iloc[0], change_at(800))
    assert effect.verdict == "made it worse"
    assert effect.failing_before < effect.failing_after


def test_the_effect_of_overlapping_changes_cannot_be_judged(incident) -> None:
    impact = failing(incident, range(600, 1200))
    both = pd.concat([change_at(800, 805), change_at(810)], ignore_index=True)
    assert change_effect.effect(impact, both.iloc[0], both).verdict == "cannot be determined"


def alerts_at(*seconds: float) -> pd.DataFrame:
    rows = [
        {"alert_id": str(n), "name": "Noise", "started_at": pd.Timestamp(at(second)), "source": "alerts.json", "line": n + 1}
        for n, second in enumerate(seconds)
    ]
    return conform(pd.DataFrame(rows), schema.ALERTS)


def test_an_alert_while_nothing_was_wrong_is_needless_and_one_outside_the_logs_is_not_judged(incident) -> None:
    impact = failing(incident, range(3000, 3300), minutes=90)
    fired = alerts_at(60, 3060, 3500, 5000, 90 * 60 + 900)
    judged = alert_quality.assess_alerts(fired, milestones.incident_alerts(fired, impact), impact, None)
    assert list(judged.without_need["alert_id"]) == ["0", "3"]
    assert judged.not_judged == 1
    assert judged.burn_rate is None


@pytest.mark.parametrize(
    ("failing_ratio", "objective", "after_s"),
    [(1.0, 0.999, 60), (0.5, 0.999, 110), (0.1, 0.999, 520), (0.005, 0.999, None), (0.1, 0.9, None)],
)
def test_a_burn_rate_alert_fires_when_both_windows_burn(failing_ratio, objective, after_s) -> None:
    """14.4 times 0.1% of an hour is 51.84 s in which every request fails, or longer if only some fail."""
    bins = pd.date_range("2026-01-17T03:00Z", periods=400, freq="10s")
    fine = pd.DataFrame({"events": 1000, "errors": [0] * 200 + [int(1000 * failing_ratio)] * 100 + [0] * 100}, bins)
    fires_at = alert_quality.replay_burn_rate_alert(fine, bins[200], objective).at
    assert (fires_at - bins[200]).total_seconds() == after_s if after_s else fires_at is None


def test_an_alert_of_a_similar_earlier_incident_that_stayed_silent_is_named() -> None:
    own = alerts_at(0)
    assert alert_quality.missing_alerts(own, [("INC-1", ("Noise", "HighErrorRatio"))]) == (("HighErrorRatio", "INC-1"),)


@pytest.mark.parametrize("incident_id", RECORDED)
def test_no_alert_in_the_recordings_was_needless(incident_id) -> None:
    findings = findings_of(incident_id)
    assert findings.alerting.without_need.empty
    assert (findings.alerting.burn_rate is None) == (findings.incident.file.slo is None)


@pytest.mark.parametrize(
    ("services", "doubt"),
    [
        (("checkout", "checkout"), ""),
        (
            ("mail", "checkout"),
            "; mail is not among the services that failed; the first alert about one that did was Second, 3 min later",
        ),
        (("mail", "mail"), "; mail is not among the services that failed"),
        ((None, "mail"), ""),
        (("shop-checkout-8080", "mail"), ""),
    ],
)
def test_a_first_alert_about_a_service_that_did_not_fail_is_doubted(
    findings: Findings, services: tuple[str | None, str], doubt: str
) -> None:
    routes = findings.impact.routes
    assert "checkout" in set(routes["service"][routes["failed"] > 0])
    fired = [findings.impact.start + pd.Timedelta(minutes=1), findings.impact.start + pd.Timedelta(minutes=4)]
    alerts = conform(
        pd.DataFrame({"alert_id": ["1", "2"], "name": ["First", "Second"], "service": services, "started_at": fired, "line": 1}),
        schema.ALERTS,
    )
    messages = findings.store.messages().iloc[:0]
    assert assessed(findings, alerts=alerts, messages=messages).steps["detected"].reason == f"alert First fired{doubt}"
