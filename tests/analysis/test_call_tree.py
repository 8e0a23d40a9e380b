"""Calls are counted once, timed without the calls below them, and the deepest failing one is found."""

from __future__ import annotations

import pandas as pd

from pmkit.analysis.traces.call_tree import is_entry, own_seconds
from pmkit.analysis.traces.failing_calls import TraceEvidence, find_failing_calls, scores_by_service
from pmkit.analysis.traces.traced_requests import judge_calls
from pmkit.core import schema

START = pd.Timestamp("2026-01-17T03:00:00Z")
MINUTE = 60.0


def call(trace: int, parent: int | None, service: str, at_s: float, duration_s: float, **more: object) -> dict[str, object]:
    at = START + pd.Timedelta(seconds=at_s)
    fixed = {"trace": trace, "parent": parent, "service": service, "at": at, "duration_s": duration_s}
    return (
        {"is_orphan": False, "operation": "work", "kind": "server", "outcome": "ok", "source": "t.json", "line": trace}
        | fixed
        | more
    )


def frame(*rows: dict[str, object]) -> pd.DataFrame:
    return schema.conform(pd.DataFrame([{"call": number} | row for number, row in enumerate(rows)]), schema.CALLS)


def test_the_spans_of_client_and_server_and_those_below_are_one_request() -> None:
    calls = frame(
        call(1, None, "load", 0, 3, kind="client"),
        call(1, 0, "front", 0, 3),
        call(1, 1, "front", 0.1, 1, kind="client"),
        call(1, 2, "stock", 0.2, 1),
        call(2, None, "cron", 1, 1, kind="internal"),
    )
    assert calls["service"][is_entry(calls)].tolist() == ["front", "cron"]


def test_of_a_trace_whose_first_span_is_missing_the_earliest_is_the_request() -> None:
    calls = frame(call(1, None, "a", 0, 1, is_orphan=True), call(1, None, "b", 1, 1, is_orphan=True), call(2, None, "c", 2, 1))
    assert calls["service"][is_entry(calls)].tolist() == ["a", "c"]


def test_requests_of_traces_have_their_outcome_and_latency() -> None:
    judged = judge_calls(frame(call(1, None, "front", 0, 0.01, outcome="failed"), call(2, None, "front", 1, 1, outcome=None)))
    assert judged["is_error"].tolist() == [True, False]
    assert judged["has_outcome"].tolist() == [True, False]
    assert judged["latency_bucket"].tolist() == [20, 60]


def test_own_time_leaves_out_calls_that_overlap_only_once() -> None:
    calls = frame(call(1, None, "a", 0, 10), call(1, 0, "b", 1, 4), call(1, 0, "c", 3, 4), call(1, 0, "d", 9, 5, kind="consumer"))
    assert own_seconds(calls).tolist() == [4.0, 4.0, 4.0, 5.0]


def test_a_call_to_a_service_whose_clock_differs_is_moved_into_its_parent() -> None:
    calls = frame(call(1, None, "a", 0, 10), call(1, 0, "b", 500, 4))
    assert own_seconds(calls).tolist() == [6.0, 4.0]


def traces(*, slow_s: float = 0.0, failed: bool = False, attempts: int = 1) -> pd.DataFrame:
    """Return twenty calm traces, one a minute, and ten in which stock's database is slow or fails."""
    rows: list[dict[str, object]] = []
    for number in range(30):
        is_bad = number >= 20
        outcome, extra = ("failed" if failed and is_bad else "ok"), (slow_s if is_bad else 0.0)
        at_s, first = number * MINUTE, len(rows)
        rows.append(call(number + 1, None, "front", at_s, 1 + extra, outcome=outcome, operation="GET /cart"))
        for _ in range(attempts if is_bad else 1):
            client = len(rows)
            rows += [
                call(number + 1, first, "front", at_s + 0.1, 0.8 + extra, kind="client", outcome=outcome),
                call(number + 1, client, "stock", at_s + 0.2, 0.6 + extra, outcome=outcome, operation="reserve"),
                call(number + 1, client + 1, "stock", at_s + 0.3, 0.4 + extra, kind="client", peer="mysql", outcome=outcome),
            ]
    return frame(*rows)


def evidence(calls: pd.DataFrame) -> TraceEvidence:
    found = find_failing_calls(calls, [(START + pd.Timedelta(minutes=20), START + pd.Timedelta(minutes=30))])
    assert found is not None
    return found


def test_the_deepest_failing_call_names_what_it_calls() -> None:
    found = evidence(traces(failed=True))
    assert (found.mode, found.named, found.traces, found.affected, found.baseline_traces) == ("failed", "mysql", 10, 10, 20)
    assert found.services[["service", "traces", "share", "baseline_share", "is_seen"]].to_numpy().tolist() == [
        ["mysql", 10, 1.0, 0.0, False]
    ]
    assert scores_by_service(found) == {"mysql": 1.0}


def test_a_service_that_fails_as_often_before_is_not_named() -> None:
    calls = traces(failed=True)
    calls["outcome"] = calls["outcome"].where(calls["service"] != "stock", "failed")
    found = evidence(calls)
    assert found.services["baseline_share"].tolist() == [1.0]
    assert found.named is None


def test_a_failure_of_the_client_alone_is_of_the_service_that_it_calls() -> None:
    calls = traces(failed=True)
    calls["outcome"] = calls["outcome"].where(calls["service"] == "front", "ok")
    assert evidence(calls).named == "stock"


def test_the_growth_of_own_time_names_the_slow_service() -> None:
    once = traces(slow_s=2.0)
    again = once.assign(call=once["call"] + len(once), parent=once["parent"] + len(once), trace=once["trace"] + 30)
    found = evidence(pd.concat([once, again]))
    first = found.services.iloc[0]
    assert (found.mode, found.named) == ("slow", "mysql")
    assert [round(first[name], 3) for name in ("baseline_own_s", "own_s", "growth")] == [0.4, 2.4, 1.0]


def test_few_slow_traces_name_no_service() -> None:
    found = evidence(traces(slow_s=2.0))
    assert (found.services["service"].iloc[0], found.is_clear, found.named) == ("mysql", False, None)


def test_the_path_counts_each_call_once_and_shows_repeated_ones() -> None:
    path = evidence(traces(failed=True, attempts=3)).path
    assert path[["depth", "service", "operation", "calls", "failed"]].to_numpy().tolist() == [
        [0, "front", "GET /cart", 10, 10],
        [1, "stock", "reserve", 30, 30],
        [2, "mysql", "work", 30, 30],
    ]
    assert path["per_call"].tolist()[1:] == [3.0, 1.0]
    assert path["baseline_per_call"].tolist()[1:] == [1.0, 1.0]
    assert path["is_named"].tolist() == [False, False, True]


def test_what_cannot_be_judged_is_said() -> None:
    calls = traces(slow_s=2.0).assign(outcome=None)
    calls.loc[calls["service"] == "stock", "at"] += pd.Timedelta(seconds=90)
    calls.loc[calls.index[-2:], ["parent", "is_orphan"]] = [None, True]
    doubts = " ".join(evidence(schema.conform(calls, schema.CALLS)).doubts)
    assert "do not say whether they failed" in doubts
    assert "2 of 120 spans (1.7%) have a parent that is not in the exports" in doubts
    assert "The clock of stock seems to be 1 min 30 s ahead of that of front" in doubts


def test_traces_outside_of_the_impact_alone_show_nothing() -> None:
    assert find_failing_calls(traces(), [(START - pd.Timedelta(days=1), START - pd.Timedelta(hours=1))]) is None
