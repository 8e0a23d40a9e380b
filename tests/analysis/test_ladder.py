"""The strongest evidence of failure decides when the impact was, and the rest is shown beside it."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest
from samples import access_log, at

from pmkit.findings import terminal
from pmkit.findings.findings import Findings
from pmkit.findings.investigate import analyse_store
from pmkit.ingest.cache import open_incident

ALERT = (
    '[{"name": "Down", "severity": "critical", "service": "shop", "started_at": "2026-01-17T03:05:00Z", '
    '"resolved_at": "2026-01-17T03:09:00Z"}]'
)


def worker(failing: range) -> str:
    """Write a log of a worker, in which each second of a range has an error."""
    lines = [f"{at(second):%Y-%m-%d %H:%M:%S} INFO order {second} was packed" for second in range(1200)]
    lines += [f"{at(second) + timedelta(seconds=0.5):%Y-%m-%d %H:%M:%S} ERROR the printer is out of paper" for second in failing]
    return "\n".join(sorted(lines)) + "\n"


@pytest.fixture
def found(incident):
    def find(files: dict[str, str], *yaml: str) -> Findings:
        new_incident = incident(files, *yaml)
        return analyse_store(new_incident, open_incident(new_incident))

    return find


def readings(findings: Findings) -> dict[str, tuple[str, bool]]:
    return {reading.rung: (reading.verdict, reading.decides) for reading in findings.rungs}


def test_failed_requests_decide_and_error_events_agree(found) -> None:
    findings = found({"access.log": access_log(20, failing=[range(600, 720)]), "worker.log": worker(range(600, 720))})
    assert readings(findings) == {"requests": ("impact", True), "errors": ("impact", False)}
    assert "Error events show it too." in terminal.text(findings)


def test_errors_that_rise_while_requests_are_fine_are_an_impact(found) -> None:
    findings = found({"access.log": access_log(20), "worker.log": worker(range(600, 720))})
    assert readings(findings) == {"requests": ("no impact", False), "errors": ("impact", True)}
    assert (findings.impact.start, findings.impact.failed_requests) == (pd.Timestamp(at(600)), 120)
    assert "Requests were as usual (0 of 6,000 requests failed, 0%)." in terminal.text(findings)


def test_errors_at_another_time_than_failed_requests_are_shown_beside_them(found) -> None:
    findings = found({"access.log": access_log(20, failing=[range(300, 360)]), "worker.log": worker(range(900, 1020))})
    assert findings.impact.start == pd.Timestamp(at(300))
    assert "Error events were worse than usual from 03:15:00 to 03:16:59" in terminal.text(findings)


def test_without_an_impact_everything_that_was_looked_at_is_named(found) -> None:
    text = terminal.text(found({"access.log": access_log(20), "worker.log": worker(range(0)), "alerts.json": ALERT}))
    assert "No impact found on 17 January 2026, 03:00:00 to 03:19:59 (UTC): 0 of 6,000 requests failed, 0%." in text
    assert "Error events were as usual (0 of 1,200 events were errors)." in text
    assert "Alerts fired from 03:05:00 to 03:09:00." in text
    assert "The exports contain no metrics of failures." in text


def test_where_there_is_nothing_but_alerts_they_decide(found) -> None:
    findings = found({"alerts.json": ALERT})
    assert readings(findings) == {"alerts": ("impact", True)}
    assert (findings.impact.start, findings.impact.duration_s) == (pd.Timestamp("2026-01-17T03:05:00Z"), 240.0)
    assert "how much failed is not known" in terminal.text(findings)


def test_confirmed_times_decide_where_the_data_show_nothing(found) -> None:
    times = "times: {started_at: 2026-01-17 03:05:00, ended_at: 2026-01-17 03:09:00}"
    findings = found({"access.log": access_log(20)}, times)
    assert readings(findings) == {"requests": ("no impact", False), "confirmed": ("impact", True)}
    assert (findings.impact.duration_s, findings.impact.requests, findings.impact.signals) == (240.0, 1205, ("confirmed times",))


def service_log(service: str, errors: dict[int, int]) -> str:
    """Write a service's log of 20 minutes: an event each second, and a number of errors in some seconds."""
    lines = [
        f'time="{at(second):%Y-%m-%dT%H:%M:%SZ}" level=info service={service} msg="{service} serves"' for second in range(1200)
    ]
    for second, number in errors.items():
        lines += [f'time="{at(second):%Y-%m-%dT%H:%M:%SZ}" level=error service={service} msg="{service} has none left"'] * number
    return "\n".join(sorted(lines)) + "\n"


def test_the_first_errors_of_a_service_do_not_drown_in_those_that_others_always_log(found) -> None:
    noisy = service_log("noisy", {second: 3 if second % 20 else 8 for second in range(1200)})
    findings = found({"noisy.log": noisy, "seats.log": service_log("seats", dict.fromkeys(range(600, 660, 2), 1))})
    assert findings.impact.measured_on.services == ("seats",)
    assert (findings.impact.start, findings.impact.failed_requests) == (pd.Timestamp(at(600)), 30)
    assert findings.to_dict()["rungs"][0]["services"] == ["seats"]
    assert "all errors together were as usual, but not those of seats" in findings.impact.measured_on.reason()


def test_a_service_that_always_logs_errors_has_no_impact(found) -> None:
    logs = {f"{name}.log": service_log(name, {second: 1 + second % 3 for second in range(1200)}) for name in ("a", "b")}
    assert not found(logs).impact.detected


def test_few_failures_that_all_lie_within_the_impact_are_not_as_usual(found) -> None:
    rare = service_log("mailer", dict.fromkeys(range(610, 710, 15), 1))
    findings = found({"access.log": access_log(20, failing=[range(600, 720)]), "mailer.log": rare})
    assert "Error events alone do not show the impact, but all 7 failures among them were during it." in terminal.text(findings)


def test_the_start_of_an_alert_says_nothing_about_how_long_detection_took(found) -> None:
    response = found({"alerts/a.json": ALERT}).response
    assert (response.at("detected"), response.time_to("detected")) == (pd.Timestamp("2026-01-17T03:05:00Z"), None)
    assert response.steps["detected"].reason.endswith("so how long detection took is not known")
