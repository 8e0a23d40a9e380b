"""Refusals on routes that usually succeed are an impact if they take the place of successes."""

from __future__ import annotations

import pytest
from samples import access_line, at

from pmkit.findings import terminal
from pmkit.findings.findings import Findings
from pmkit.findings.investigate import analyse_store
from pmkit.ingest.cache import open_incident

BAD = range(600, 900)


@pytest.fixture
def found(incident):
    def find(log: str) -> Findings:
        new_incident = incident({"access.log": log})
        return analyse_store(new_incident, open_incident(new_incident))

    return find


def traffic(status: int = 200) -> str:
    """Write two requests a second for 20 minutes; each second one has a status in bad seconds."""
    seconds = range(1200)
    return "".join(
        access_line(at(second), status if second in BAD and n else 200, f"/{'ab'[n]}") for second in seconds for n in (0, 1)
    )


@pytest.mark.parametrize("status", [302, 401, 429, 499])
def test_refusals_instead_of_successes_are_an_impact(found, status: int) -> None:
    findings = found(traffic(status))
    assert (findings.impact.start, findings.impact.failed_requests) == (at(600), 300)
    assert [reading.rung for reading in findings.rungs if reading.decides] == ["refusals"]
    assert f"requests that were answered with {status} count as failed here" in terminal.text(findings)


@pytest.mark.parametrize("text", ["000", "-"])
def test_requests_without_an_answer_are_refusals(found, text: str) -> None:
    findings = found(traffic(999).replace('" 999 ', f'" {text} '))
    assert (findings.impact.start, findings.impact.failed_requests) == (at(600), 300)
    assert "were not answered within 4 min 59 s" in terminal.text(findings)


def test_a_scanner_that_gets_404_is_no_impact(found) -> None:
    scan = "".join(access_line(at(second), 404, f"/wp-{'abcdefghij'[second % 10]}.php") * 10 for second in BAD)
    assert not found(traffic() + scan).impact.detected


def test_further_refused_requests_beside_usual_successes_are_only_remarked_on(found) -> None:
    stuffing = "".join(access_line(at(second), 401, "/a") for second in BAD)
    findings = found(traffic() + stuffing)
    assert not findings.impact.detected
    assert "300 requests to routes that usually succeed were answered with 401 within 4 min 59 s; " in terminal.text(findings)
