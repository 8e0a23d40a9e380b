"""What the summary says of a window can be counted again from the lines between its printed times."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from conftest import findings_of
from samples import access_line, at

from pmkit.findings.findings import Findings
from pmkit.findings.investigate import analyse_store
from pmkit.incident.service_level import ErrorRule
from pmkit.ingest.cache import open_incident

# Neither the first nor the last failure lies at the edge of a bin.
BAD = range(603, 897)


@pytest.fixture
def found(incident):
    def find(log: str, yaml: str = "") -> Findings:
        case = incident({"access.log": log}, yaml)
        return analyse_store(case, open_incident(case))

    return find


def log(lines_per_s: int = 3) -> str:
    return "".join(
        access_line(at(second), 500 if second in BAD and n == 0 else 200, f"/{'abc'[n]}")
        for second in range(1500)
        for n in range(lines_per_s)
    )


def test_the_requests_of_a_window_are_the_lines_between_its_times(found) -> None:
    findings = found(log())
    impact = findings.impact
    assert (impact.start, impact.end) == (at(603), at(896))
    assert (impact.failed_requests, impact.requests) == (len(BAD), 3 * len(BAD))
    assert [(window.failed_requests, window.requests) for window in impact.windows] == [(len(BAD), 3 * len(BAD))]
    assert impact.routes.set_index("http_route")["events"].to_dict() == {"/a": 294, "/b": 294, "/c": 294}
    assert impact.episodes[["events", "failed"]].to_numpy().tolist() == [[3 * len(BAD), len(BAD)]]
    assert [(reading.failed, reading.events) for reading in findings.rungs] == [(len(BAD), 3 * len(BAD))]


def test_a_window_that_people_confirmed_is_counted_from_its_first_to_its_last_second(found) -> None:
    yaml = f"times:\n  started_at: {at(611):%Y-%m-%d %H:%M:%S}\n  ended_at: {at(655):%Y-%m-%d %H:%M:%S}\n"
    impact = found(log(), yaml).impact
    assert (impact.failed_requests, impact.requests) == (45, 135)


def test_fractions_of_a_second_belong_to_the_seconds_that_are_shown(incident) -> None:
    def event(tenth: int) -> str:
        status = 500 if 6003 <= tenth < 8997 and tenth % 10 in (3, 6) else 200
        return json.dumps({"time": at(tenth / 10).isoformat(), "method": "GET", "path": "/a", "status": status}) + "\n"

    case = incident({"app.jsonl": "".join(map(event, range(12_000)))})
    impact = analyse_store(case, open_incident(case)).impact
    assert (impact.start, impact.end) == (at(600.3), at(899.6))
    assert (impact.failed_requests, impact.requests) == (600, 3000)


def test_divided_bins_add_up_to_whole_ones() -> None:
    findings = findings_of("INC-2026-1112")
    whole = findings.store.counts_by_outcome(ErrorRule().sql)
    times = [findings.impact.start, findings.impact.end, findings.impact.end + pd.Timedelta(seconds=7)]
    divided = findings.store.counts_divided(ErrorRule().sql, times)
    keys = ["bin", "source", "is_request", "is_error"]
    sums = [rows[rows["bin"].isin(divided["bin"])].groupby(keys)["events"].sum().to_dict() for rows in (whole, divided)]
    assert sums[0] == sums[1]
    assert not any(((divided["first_at"] < time) & (divided["last_at"] >= time)).any() for time in times)


def test_attempts_of_one_request_count_once_in_the_table_of_routes_and_among_the_suspects(found) -> None:
    def lines(second: int) -> str:
        if second not in BAD:
            return access_line(at(second)) + access_line(at(second), route="/b")
        tries = "".join(
            access_line(at(second), 500 if second % 2 else 200).rstrip() + f" rid=r{second}\n"
            for _ in range(1 + 2 * (second % 2))
        )
        return tries + access_line(at(second), route="/b")

    findings = found("".join(map(lines, range(1500))))
    route = findings.impact.routes.iloc[0]
    assert (route["failed"], route["events"]) == (147, 293)
    assert "50% of such requests failed" in "; ".join(findings.ranked_suspects[0].reasons)
