"""What logs do not say openly is pointed out: samples, clocks, failures without a severity, without a line or without an end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

import pytest
from samples import access_line, at

from pmkit.findings import terminal
from pmkit.findings.findings import Findings
from pmkit.findings.investigate import analyse_store
from pmkit.formats.sampled_events import sampling_rate
from pmkit.ingest.cache import open_incident

BAD = range(600, 900)
WHOLE = range(1800)

Find = Callable[..., Findings]


@pytest.fixture
def found(incident) -> Find:
    def find(exports: dict[str, str], yaml: str = "") -> Findings:
        case = incident(exports, yaml)
        return analyse_store(case, open_incident(case))

    return find


def notes(findings: Findings, source: str) -> str:
    return " ".join(findings.data_quality.set_index("source")["notes"][source])


def requests(seconds: Iterable[int] = WHOLE, bad: Iterable[int] = BAD, shift: int = 0, routes: str = "ab") -> str:
    """Write a request a second to each route; those to the first fail in bad seconds."""
    return "".join(
        access_line(at(second + shift), 500 if second in bad and route == routes[0] else 200, f"/{route}")
        for second in seconds
        for route in routes
    )


def test_requests_far_beyond_the_usual_number_that_failed_may_be_repetitions_or_what_a_sample_kept(found) -> None:
    kept = [second for second in WHOLE if second % 20 == 0]
    log = "".join(sorted([*requests(kept).splitlines(keepends=True), *requests(BAD, routes="a").splitlines(keepends=True)]))
    assert "where about 30 were usual, and failed ones make up the difference" in notes(found({"access.log": log}), "access.log")


def test_usual_traffic_gets_no_remark(found) -> None:
    findings = found({"access.log": requests()})
    assert findings.impact.failed_requests == 300
    assert notes(findings, "access.log") == ""


def test_a_route_that_loses_requests_without_failures_is_pointed_out(found) -> None:
    log = "".join(
        access_line(at(second), 200, f"/{route}") for second in WHOLE for route in "abcd" if route != "a" or second not in BAD
    )
    remark = notes(found({"access.log": log}), "access.log")
    assert "/a has 0 requests from 03:10:00 to 03:15:00, where about 300 were usual: did they fail without being logged" in remark


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        ("z", "/z failed in all of the data (600 of 600 requests)"),
        ("vwxyz", "/v, /w, /x and 2 more failed in all of the data (3,000 "),
    ],
)
def test_a_route_that_fails_all_the_time_does_not_hide_when_the_others_failed(found, routes: str, expected: str) -> None:
    legacy = "".join(requests(WHOLE[::3], WHOLE, routes=route) for route in routes)
    findings = found({"access.log": "".join(sorted([*requests().splitlines(keepends=True), *legacy.splitlines(keepends=True)]))})
    remark = notes(findings, "access.log")
    assert expected in remark
    assert "worse than usual from 03:10:00 to 03:15:00 (300 of 600 failed)" in remark


def test_two_hosts_whose_failures_are_apart_may_have_clocks_that_differ(found) -> None:
    findings = found({"web1-access.log": requests(), "web2-access.log": requests(shift=420)})
    assert "its failures begin and end about 7 min later than those of web1-access.log" in notes(findings, "web2-access.log")


@pytest.mark.parametrize("bad", [range(620, 920), range(780, 1500)])
def test_two_hosts_that_fail_together_or_for_different_times_get_no_remark(found, bad: range) -> None:
    findings = found({"web1-access.log": requests(), "web2-access.log": requests(bad=bad)})
    assert "failures begin" not in notes(findings, "web2-access.log")


def test_messages_that_begin_like_errors_are_counted_apart_from_their_severity(found) -> None:
    def event(second: int) -> str:
        text = "ERROR: payment refused" if second in BAD and second % 2 else "Error rate is 0%; order placed"
        return json.dumps({"time": at(second).isoformat(), "level": "info", "msg": text}) + "\n"

    remark = notes(found({"app.jsonl": "".join(map(event, WHOLE))}), "app.jsonl")
    assert (
        "150 of its events with severity INFO have messages that begin like errors, from 03:10:01 to 03:14:51 or later" in remark
    )


def test_messages_that_begin_like_errors_and_failed_by_their_outcome_are_not_said_to_be_left_out(found) -> None:
    def event(second: int) -> str:
        failed = second in BAD
        outcome = {"msg": "Error: refused" if failed else "paid", "status": "failed" if failed else "ok"}
        record = {"time": at(second).isoformat(), "level": "info", "task": "pay", "task_id": str(second)}
        return json.dumps(record | outcome) + "\n"

    findings = found({"app.jsonl": "".join(map(event, WHOLE))})
    assert findings.impact.failed_requests == 300
    assert notes(findings, "app.jsonl").endswith("by their severity alone, they do not count as errors")


def test_a_rate_of_sampling_is_pointed_out_and_is_no_cause(found) -> None:
    def event(second: int) -> str:
        status = 500 if second in BAD else 200
        record = {"time": at(second).isoformat(), "method": "GET", "path": "/a", "status": status}
        return json.dumps(record | {"sample_rate": 1 if status == 500 else 10}) + "\n"

    findings = found({"app.jsonl": "".join(event(second) for second in WHOLE if second in BAD or second % 10 == 0)})
    assert "`sample_rate` says that only some of the events were logged; if so, counts are too low" in notes(
        findings, "app.jsonl"
    )
    assert "sample_rate" not in " ".join(suspect.summary for suspect in findings.ranked_suspects)


def test_a_rate_at_which_everything_is_kept_says_nothing() -> None:
    assert sampling_rate([{"sample_rate": 1, "sampling": 7}]) is None


def test_an_export_with_a_round_number_of_events_that_ends_early_may_be_cut(found) -> None:
    log = "".join(access_line(at(second), 200, "/a") for second in range(1000))
    findings = found({"export.log": log, "other.log": "".join(access_line(at(second), 200, "/b") for second in range(1300))})
    assert "it has exactly 1,000 events and ends before other logs" in notes(findings, "export.log")


DAY = 86_400


def two_days() -> str:
    """Write a large outage, and a smaller one the day after."""
    return requests(WHOLE, range(300, 1500)) + requests(range(DAY, DAY + 1800), range(DAY + 600, DAY + 900))


def test_the_outage_of_the_declared_day_is_the_impact_although_another_day_had_a_larger_one(found) -> None:
    findings = found({"access.log": two_days()}, f"times:\n  started_at: {at(DAY + 600):%Y-%m-%d %H:%M:%S}\n")
    assert (findings.impact.start, findings.impact.end) == (at(DAY + 600), at(DAY + 899))
    assert (findings.impact.failed_requests, findings.impact.unplaced) == (300, ())


def test_a_declared_time_that_nothing_in_the_data_fits_is_pointed_out(found) -> None:
    findings = found({"access.log": requests()}, f"times:\n  started_at: {at(2 * DAY):%Y-%m-%d %H:%M:%S}\n")
    assert findings.impact.start == at(600)
    expected = "Nothing in the data fits the confirmed time 19 January 2026, 03:00:00; what the data show may be another incident"
    assert expected in terminal.text(findings)
