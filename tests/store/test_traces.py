"""Spans are read back with their parents, and the logs of their traces are found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pmkit.ingest.cache import read_all
from pmkit.ingest.request import Request
from pmkit.store.store import Store

START = 1768618860_000_000


def span(trace: str, number: str, name: str, service: str, **more: object) -> dict[str, object]:
    times = {"timestamp": START + int(number), "duration": 900}
    return {"traceId": trace, "id": number, "name": name, **times, "localEndpoint": {"serviceName": service}, **more}


ZIPKIN = [
    span("0000a1", "01", "get", "front", kind="SERVER", tags={"http.method": "GET", "http.path": "/cart/77"}),
    span("0000a1", "02", "reserve", "front", parentId="01", kind="CLIENT"),
    span("0000a1", "02", "reserve", "stock", parentId="01", kind="SERVER", shared=True),
    span("0000a1", "03", "select", "stock", parentId="02"),
    span("b2", "04", "late", "mail", parentId="99"),
]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    (tmp_path / "zipkin.json").write_text(json.dumps(ZIPKIN))
    (tmp_path / "again.json").write_text(json.dumps(ZIPKIN[:3]))
    (tmp_path / "cart.jsonl").write_text(
        "\n".join(
            json.dumps({"ts": f"2026-01-17T03:01:0{second}Z", "level": "info", "msg": f"step {second}", "trace_id": trace})
            for second, trace in enumerate(["A1", "b2", "c3"])
        )
    )
    return Store(read_all({path.name: Request(path, timezone="UTC") for path in sorted(tmp_path.iterdir())}))


def test_each_span_is_there_once_with_the_number_of_its_parent(store: Store) -> None:
    calls = store.traces.calls()
    assert calls["operation"].tolist() == ["GET /cart/{id}", "reserve", "reserve", "select", "late"]
    assert calls["parent"].astype(object).where(calls["parent"].notna(), None).tolist() == [None, 0, 1, 2, None]
    assert calls["is_orphan"].tolist() == [False, False, False, False, True]
    assert calls["trace"].nunique() == 2


def test_the_logs_of_a_trace_are_found_by_its_id_in_any_notation(store: Store) -> None:
    spans = store.traces.spans(service="front")
    assert store.traces.logs(spans["trace_id"])["message"].tolist() == ["step 0"]


def test_spans_are_limited_and_report_their_total_count(store: Store) -> None:
    spans = store.traces.spans(trace_id="A1", limit=2)
    assert spans["name"].tolist() == ["get", "get"]
    assert spans.attrs["spans"] == 7
