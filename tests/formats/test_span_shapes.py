"""Traces are read in the shapes that tracing systems write them in."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from reading import read

START = 1768618860_000_000_000
HEADER = "trace_id,span_id,parent_id,service,operation,start"


def span(number: int, **fields: object) -> dict[str, object]:
    return {
        "traceId": "5b8efff798038103d269b633813fc60c", "spanId": f"eee19b7ec3c1b17{number}", "name": f"step {number}", "kind": 2,
        "startTimeUnixNano": str(START + number), "endTimeUnixNano": str(START + number + 250_000_000), **fields,
    }  # fmt: skip


def resource(*spans: dict[str, object]) -> dict[str, object]:
    service = {"attributes": [{"key": "service.name", "value": {"stringValue": "cart"}}]}
    return {"resource": service, "scopeSpans": [{"scope": {"name": "http"}, "spans": list(spans)}]}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"resourceSpans": [resource(span(1), span(2)), resource(span(3))]}),
        json.dumps({"resourceSpans": [resource(span(1), span(2)), resource(span(3))]}, indent=2),
        "\n".join(json.dumps({"resourceSpans": [resource(span(number))]}) for number in (1, 2, 3)),
        json.dumps({"batches": [resource(span(1), span(2), span(3))]}),
        json.dumps({"trace": {"resourceSpans": [resource(span(1), span(2), span(3))]}}),
        json.dumps({"result": {"resourceSpans": [resource(span(1), span(2), span(3))]}}),
        json.dumps([{"resourceSpans": [resource(span(1))]}, {"resourceSpans": [resource(span(2), span(3))]}]),
    ],
    ids=["object", "indented", "lines", "tempo", "tempo v2", "jaeger v3", "list"],
)
def test_otlp_is_read_in_every_envelope(text: str) -> None:
    spans, ledger = read(text, "traces.json")
    assert ledger.format == "otlp-spans"
    assert spans["name"].tolist() == ["step 1", "step 2", "step 3"]
    assert spans["service"].tolist() == ["cart"] * 3
    assert spans["duration_s"].tolist() == [0.25] * 3


def test_lines_with_other_signals_between_those_of_spans_are_rejected() -> None:
    lines = [json.dumps({"resourceSpans": [resource(span(number))]}) for number in (1, 2, 3, 4)]
    spans, ledger = read("\n".join([*lines, json.dumps({"resourceLogs": []})]), "traces.json")
    assert (len(spans), ledger.rejected) == (4, 1)


def test_lines_longer_than_a_sample_are_read_one_by_one() -> None:
    wide = [json.dumps({"resourceSpans": [resource(*(span(number) for _ in range(400)))]}) for number in (1, 2)]
    spans, ledger = read("\n".join(wide), "traces.json")
    assert (ledger.format, len(spans)) == ("otlp-spans", 800)
    assert spans["line"].unique().tolist() == [1, 2]


def test_a_span_without_a_time_is_rejected_and_the_others_of_its_record_are_kept() -> None:
    spans, ledger = read(json.dumps({"resourceSpans": [resource(span(1), span(2, startTimeUnixNano="0"))]}), "traces.json")
    assert spans["name"].tolist() == ["step 1"]
    assert (ledger.rejected, ledger.lines) == (1, 2)


def test_an_exception_of_a_span_is_its_error_and_all_attributes_are_kept() -> None:
    event = {"name": "exception", "attributes": [{"key": "exception.message", "value": {"stringValue": "no stock"}}]}
    failed = span(
        1, status={"code": "STATUS_CODE_ERROR"}, events=[event], attributes=[{"key": "tier", "value": {"intValue": "3"}}]
    )
    spans, _ = read(json.dumps({"resourceSpans": [resource(failed)]}), "traces.json")
    assert (spans["outcome"][0], spans["error"][0]) == ("failed", "no stock")
    assert json.loads(spans["attributes"][0]) == {"events": [event], "tier": "3"}


@pytest.mark.parametrize(
    ("attribute", "value", "outcome"),
    [
        ("http.response.status_code", 503, "failed"),
        ("http.status_code", "404", "ok"),
        ("rpc.grpc.status_code", 14, "failed"),
        ("rpc.grpc.status_code", 5, "ok"),
    ],
)
def test_a_status_of_the_servers_failure_makes_a_span_fail(attribute: str, value: object, outcome: str) -> None:
    tags = {"traceId": "a1", "id": "b1", "name": "get", "timestamp": START // 1000, "tags": {attribute: str(value)}}
    spans, _ = read(json.dumps([tags, {**tags, "id": "b2"}]), "zipkin.json")
    assert spans["outcome"].tolist() == [outcome] * 2


def test_tables_without_a_status_do_not_say_that_spans_succeeded() -> None:
    spans, ledger = read(
        "trace_id,span_id,parent_id,service,operation,start,end\na,b,,cart,pay,2026-01-17T03:00:00Z,2026-01-17T03:00:02Z\n"
    )
    assert ledger.format == "spans-csv"
    assert spans["duration_s"].tolist() == [2.0]
    assert pd.isna(spans["outcome"][0])


def test_a_duration_without_a_unit_stays_an_attribute() -> None:
    spans, _ = read(f"{HEADER},duration\na,b,,cart,pay,2026-01-17T03:00:00Z,12\n")
    assert pd.isna(spans["duration_s"][0])
    assert json.loads(spans["attributes"][0]) == {"duration": "12"}


def test_log_lines_with_the_ids_of_a_span_are_no_spans() -> None:
    line = {
        "timestamp": "2026-01-17T03:00:00Z",
        "level": "INFO",
        "message": "paid",
        "trace_id": "a",
        "span_id": "b",
        "duration_ms": 3,
    }
    _, ledger = read("\n".join([json.dumps(line)] * 3))
    assert ledger.table == "logs"
