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
    assert (findings.impact.duration_s, findings.impact.requests, findings.impact.signals) == (240.0, 1250, ("confirmed times",))
