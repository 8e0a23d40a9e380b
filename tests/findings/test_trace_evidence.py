"""Traces show an impact that logs do not, name the service where it begins, and lead to the logs of the failed requests."""

from __future__ import annotations

import json

import pytest
from samples import access_log, at

from pmkit.findings import terminal
from pmkit.findings.findings import Findings
from pmkit.findings.investigate import analyse_store
from pmkit.findings.public import public
from pmkit.ingest.cache import open_incident
from pmkit.reports.report import Report

BAD = range(600, 720)


def trace(second: int, *, is_bad: bool) -> list[dict[str, object]]:
    """Write a trace: the front end calls the stock service twice if the first call fails."""
    begin = int(at(second).timestamp() * 1e6)
    error = {"error": "no stock"} if is_bad else {}
    spans = [("01", None, "SERVER", "front", "GET /cart", 0, 500_000)]
    for attempt in range(2 if is_bad else 1):
        ids = (f"1{attempt}", f"2{attempt}")
        spans += [
            (ids[0], "01", "CLIENT", "front", "reserve", 1000 + attempt, 200_000),
            (ids[1], ids[0], "SERVER", "stock", "reserve", 2000 + attempt, 150_000),
        ]
    keys = ("id", "parentId", "kind", "localEndpoint", "name", "timestamp", "duration")
    rows = [dict(zip(keys, span, strict=True)) for span in spans]
    return [
        {key: value for key, value in row.items() if value is not None}
        | {"traceId": f"{second + 1:016x}", "localEndpoint": {"serviceName": row["localEndpoint"]}, "tags": error}
        | {"timestamp": begin + int(str(row["timestamp"]))}
        for row in rows
    ]


def zipkin(failing: range = BAD) -> str:
    return json.dumps([trace(second, is_bad=second in failing) for second in range(0, 1200, 2)])


def stock_log() -> str:
    rows = [
        {
            "ts": at(second).isoformat(),
            "level": "warn",
            "msg": f"no item {second}",
            "service": "stock",
            "trace_id": f"{second + 1:X}",
        }
        for second in BAD
    ]
    return "\n".join(json.dumps(row) for row in rows) + "\n"


@pytest.fixture
def found(incident):
    def find(files: dict[str, str], *yaml: str) -> Findings:
        new_incident = incident(files, *yaml)
        return analyse_store(new_incident, open_incident(new_incident))

    return find


def test_an_incident_with_nothing_but_traces_has_an_impact_and_a_service(found) -> None:
    findings = found({"traces.json": zipkin()})
    impact, traces = findings.impact, findings.to_dict()["traces"]
    assert (impact.failed_requests, impact.requests, impact.measured_on.noun) == (60, 60, "traced request")
    assert (impact.lost_requests, impact.error_budget_spent) == (0, None)
    assert (traces["mode"], traces["named"], traces["affected"]) == ("failed", "stock", 60)
    assert [(call["depth"], call["service"], call["calls"], call["failed"]) for call in traces["path"]] == [
        (0, "front", 60, 60),
        (1, "stock", 120, 120),
    ]
    text = terminal.text(findings)
    assert "60 of 60 traced requests failed, 100%" in text
    assert (
        "In all 60 failed traces that were kept, the deepest failing call is reserve of stock (before, in 0% of all traces)"
        in text
    )
    assert "stock, reserve was called 2.0 times for each call of the service above it, 1.0 before" in text


def test_the_report_has_the_tree_of_calls_and_the_public_one_has_not(found) -> None:
    findings = found({"traces.json": zipkin()})
    section = "\n".join(map(str, Report(findings, "internal", "pmkit").section("Root Cause").parts))
    assert "### Failing calls" in section
    assert "| └─ **stock** `reserve` | 120 | 120 | 150 ms | 150 ms |" in section
    assert public(findings).traces is None


def test_failed_requests_of_logs_come_before_those_of_traces(found) -> None:
    findings = found({"traces.json": zipkin(), "access.log": access_log(20, failing=[BAD])})
    assert [(reading.rung, reading.decides) for reading in findings.rungs][:2] == [("requests", True), ("spans", False)]
    assert "Traces show it too." in terminal.text(findings)


def test_the_failures_in_the_logs_of_failed_traces_are_found_by_trace_id(found) -> None:
    findings = found({"traces.json": zipkin(), "stock.log": stock_log()}, "errors: {min_severity: WARN}")
    (log,) = findings.to_dict()["traces"]["logs"]
    assert (log["service"], log["message"], log["events"], log["traces"]) == ("stock", "no item 600", 60, 60)


def test_traces_without_a_worse_time_show_no_impact(found) -> None:
    findings = found({"traces.json": zipkin(range(0))})
    assert (findings.impact.detected, findings.traces) == (False, None)
