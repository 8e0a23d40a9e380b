"""An entry says how something ended by one of many conventions, beside an HTTP status."""

from __future__ import annotations

import json

import pytest
from reading import read

from pmkit.formats.outcome_conventions import FIELDS, MESSAGES, FieldConvention, MessageConvention
from pmkit.formats.outcomes import stated_fields, stated_messages

NAMES = {convention.name: convention for convention in (*FIELDS, *MESSAGES)}


@pytest.mark.parametrize("convention", NAMES.values(), ids=NAMES)
def test_each_convention_reads_its_own_samples(convention: FieldConvention | MessageConvention) -> None:
    assert {value: convention.outcome_of(value) for value in convention.samples} == dict(convention.samples)


@pytest.mark.parametrize("convention", MESSAGES, ids=lambda convention: convention.name)
def test_each_message_is_read_by_its_own_convention_first(convention: MessageConvention) -> None:
    for message in convention.samples:
        assert next(iter(stated_messages([message]))) is convention


@pytest.mark.parametrize("convention", MESSAGES, ids=lambda convention: convention.name)
def test_the_database_reads_messages_like_python(convention: MessageConvention) -> None:
    text = "".join(f"2026-01-17T03:00:0{n}Z INFO {message}\n" for n, message in enumerate(convention.samples))
    events, _ = read(text)
    assert list(events["outcome"]) == list(convention.samples.values())
    assert set(events["outcome_of"]) == {convention.noun}


def lines(*records: dict[str, object]) -> str:
    return "".join(
        json.dumps({"time": f"2026-01-17T03:00:0{n}Z", "msg": "x", **record}) + "\n" for n, record in enumerate(records)
    )


@pytest.mark.parametrize(
    ("records", "outcomes", "noun"),
    [
        ([{"grpc.code": "OK"}, {"grpc.code": "Unavailable"}, {"grpc.code": "NotFound"}], ["ok", "failed", "refused"], "request"),
        ([{"grpc_status": 0}, {"grpc_status": 14}], ["ok", "failed"], "request"),
        (
            [{"operationName": "Buy", "errors": []}, {"operationName": "Buy", "errors": [{"message": "late"}]}],
            ["ok", "failed"],
            "request",
        ),
        ([{"operationName": "Buy"}, {"operationName": "Buy", "errors": [{"message": "late"}]}], ["ok", "failed"], "request"),
        ([{"job": "mail", "success": True}, {"job": "mail", "success": False}], ["ok", "failed"], "job"),
        ([{"task_id": 7, "state": "SUCCESS"}, {"task_id": 8, "state": "RETRY"}], ["ok", "retried"], "task"),
        ([{"queue": "mail", "status": "acked"}, {"queue": "mail", "status": "dead-lettered"}], ["ok", "failed"], "message"),
        ([{"cmd": "tar", "exit_code": 0}, {"cmd": "tar", "exit_code": 2}], ["ok", "failed"], "command"),
    ],
    ids=["grpc-name", "grpc-number", "graphql", "graphql-absent", "success", "state", "queue", "exit"],
)
def test_fields_of_structured_logs_state_outcomes(records, outcomes, noun) -> None:
    events, _ = read(lines(*records))
    assert list(events["outcome"]) == outcomes
    assert set(events["outcome_of"]) == {noun}


def test_a_field_whose_values_are_mostly_no_outcomes_states_none() -> None:
    assert not stated_fields([{"state": "open"}, {"state": "half-open"}, {"state": "failed"}])


def test_grpc_calls_have_their_method_as_route() -> None:
    events, _ = read(lines({"grpc.code": "OK", "grpc.service": "shop.Cart", "grpc.method": "Add"}))
    assert list(events["http_route"]) == ["/shop.Cart/Add"]


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        ("kube-probe/1.29", "probe"),
        ("ELB-HealthChecker/2.0", "probe"),
        ("k6/0.49.0 (https://k6.io/)", "load test"),
        ("Mozilla/5.0", None),
    ],
)
def test_probes_and_load_tests_are_known_by_their_user_agent(agent: str, kind: str | None) -> None:
    line = f'203.0.113.9 - - [17/Jan/2026:03:00:00 +0000] "GET /a HTTP/1.1" 200 12 "-" "{agent}"\n'
    events, _ = read(line * 3)
    assert set(events["traffic"].astype(object).where(events["traffic"].notna(), None)) == {kind}
    events, _ = read(lines(*[{"method": "GET", "path": "/a", "status": 200, "user_agent": agent}] * 3))
    assert set(events["traffic"].astype(object).where(events["traffic"].notna(), None)) == {kind}
