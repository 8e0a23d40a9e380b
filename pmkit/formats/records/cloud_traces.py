"""Traces of clouds, AWS X-Ray and Google Cloud Trace, and the answers of Tempo's search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmkit.formats.builders import record_export
from pmkit.formats.format import Example
from pmkit.formats.json_documents import embedded
from pmkit.formats.record import Record, Row, nested_value
from pmkit.formats.span_rows import elapsed_s, id_of, kind_of, parent_of, span_row

# What each field of a segment's request and response is called in OpenTelemetry.
_XRAY_HTTP: Final = {
    ("request", "method"): "http.request.method",
    ("request", "url"): "url.full",
    ("request", "client_ip"): "client.address",
    ("request", "user_agent"): "user_agent.original",
    ("response", "status"): "http.response.status_code",
}
_XRAY_COLUMNS: Final = frozenset(
    ("id", "trace_id", "parent_id", "name", "start_time", "end_time", "http", "subsegments", "annotations", "metadata", "fault", "error",
     "throttle", "cause", "namespace", "in_progress")
)  # fmt: skip


def _xray(record: Record) -> Iterator[Row]:
    document = record.get("Document") or record.get("document") or record
    segment = embedded(document) if isinstance(document, str) else document
    if not isinstance(segment, dict):
        raise TypeError("the document of the segment is no JSON")
    yield from _xray_rows(segment, str(segment["trace_id"]), segment.get("parent_id"), str(segment["name"]), is_segment=True)


def _xray_rows(segment: Record, trace: str, parent: object, service: str, *, is_segment: bool) -> Iterator[Row]:
    http = segment.get("http") or {}
    attributes = {name: nested_value(http, *path) for path, name in _XRAY_HTTP.items()}
    attributes |= {key: value for key, value in segment.items() if key not in _XRAY_COLUMNS}
    attributes |= {**(segment.get("annotations") or {}), **({"metadata": segment["metadata"]} if segment.get("metadata") else {})}
    start, end = segment["start_time"], segment.get("end_time")
    is_call = not is_segment and segment.get("namespace") in ("remote", "aws")
    exceptions = nested_value(segment, "cause", "exceptions")
    exception = exceptions[0] if isinstance(exceptions, list) and exceptions else {}
    yield span_row(
        attributes,
        failed=bool(segment.get("fault")),
        at=start,
        duration_s=None if end is None else round(float(end) - float(start), 6),
        trace_id=trace,
        span_id=id_of(segment["id"]),
        parent_id=parent_of(parent),
        service=service,
        name=str(segment["name"]),
        kind="server" if is_segment else "client" if is_call else "internal",
        peer=str(segment["name"]) if is_call else None,
        error=exception.get("message") or exception.get("type"),
    )
    for inner in segment.get("subsegments") or []:
        yield from _xray_rows(inner, trace, segment["id"], service, is_segment=False)


XRAY = record_export(
    "aws-xray", "AWS X-Ray: segments, as from batch-get-traces", "spans", "Document|start_time, Id|id", _xray,
    Example(
        '{"Traces": [{"Id": "1-581cf771-a006649127e371903a2de979", "Duration": 0.25, "Segments": [\n'
        '{"Id": "194fcc8747581230", "Document": "{\\"id\\": \\"194fcc8747581230\\", \\"name\\": \\"cart\\", \\"start_time\\": 1768618860.0, \\"end_time\\": 1768618860.25, '
        '\\"trace_id\\": \\"1-581cf771-a006649127e371903a2de979\\", \\"http\\": {\\"request\\": {\\"url\\": \\"https://shop.example/cart?id=1\\", \\"method\\": \\"GET\\"}, '
        '\\"response\\": {\\"status\\": 500}}, \\"fault\\": true, \\"subsegments\\": [{\\"id\\": \\"53995c3f42cd8ad8\\", \\"name\\": \\"stock\\", \\"start_time\\": '
        '1768618860.01, \\"end_time\\": 1768618860.15, \\"namespace\\": \\"remote\\", \\"fault\\": true, \\"cause\\": {\\"exceptions\\": [{\\"message\\": \\"timed out\\"}]}}]}"},\n'
        '{"Id": "0a1b2c3d4e5f6071", "Document": "{\\"id\\": \\"0a1b2c3d4e5f6071\\", \\"name\\": \\"stock\\", \\"start_time\\": 1768618860.02, \\"end_time\\": 1768618860.14, '
        '\\"trace_id\\": \\"1-581cf771-a006649127e371903a2de979\\", \\"parent_id\\": \\"53995c3f42cd8ad8\\"}"}]}]}',
        ({"at": "2026-01-17T03:01:00Z", "duration_s": 0.25, "trace_id": "1-581cf771-a006649127e371903a2de979", "span_id": "194fcc8747581230",
          "parent_id": None, "service": "cart", "kind": "server", "outcome": "failed", "http_method": "GET", "url_path": "/cart", "http_status": 500},
         {"duration_s": 0.14, "parent_id": "194fcc8747581230", "service": "cart", "name": "stock", "kind": "client", "peer": "stock", "error": "timed out"},
         {"duration_s": 0.12, "parent_id": "53995c3f42cd8ad8", "service": "stock", "kind": "server", "outcome": "ok"}),
    ),
    where="Document || trace_id",
)  # fmt: skip


def _google(record: Record) -> Iterator[Row]:
    for span in record["spans"]:
        labels = dict(span.get("labels") or {})
        status = labels.get("/http/status_code")
        error = labels.get("/error/message") or labels.get("error")
        yield span_row(
            {**labels, "projectId": record["projectId"]},
            failed=True if error else None if status is None else False,
            at=span["startTime"],
            duration_s=elapsed_s(span["startTime"], span.get("endTime")),
            trace_id=id_of(record["traceId"]),
            span_id=str(span["spanId"]),
            parent_id=parent_of(span.get("parentSpanId")),
            service=labels.get("service.name") or labels.get("g.co/gae/app/module") or labels.get("/component"),
            name=span.get("name"),
            kind=kind_of(span.get("kind")),
            error=error,
        )


GOOGLE = record_export(
    "gcp-traces", "Google Cloud Trace: traces (API v1)", "spans", "projectId, traceId, spans", _google,
    Example(
        '{"traces": [{"projectId": "shop", "traceId": "382d4f4c6b7bb2f4a972559d9085001d", "spans": [\n'
        '{"spanId": "22053107016405712", "kind": "RPC_SERVER", "name": "/cart", "startTime": "2026-01-17T03:01:00Z", "endTime": "2026-01-17T03:01:00.250Z", '
        '"labels": {"/http/status_code": "500", "/http/method": "GET", "g.co/gae/app/module": "cart"}},\n'
        '{"spanId": "22053107016405713", "kind": "RPC_CLIENT", "name": "stock.reserve", "startTime": "2026-01-17T03:01:00.010Z", "endTime": '
        '"2026-01-17T03:01:00.110Z", "parentSpanId": "22053107016405712", "labels": {"/error/message": "timed out"}},\n'
        '{"spanId": "22053107016405714", "name": "render", "startTime": "2026-01-17T03:01:00.2Z", "endTime": "2026-01-17T03:01:00.201Z", "parentSpanId": '
        '"22053107016405712"}]}]}',
        ({"at": "2026-01-17T03:01:00Z", "duration_s": 0.25, "trace_id": "382d4f4c6b7bb2f4a972559d9085001d", "span_id": "22053107016405712", "service": "cart",
          "name": "/cart", "kind": "server", "outcome": "failed", "http_method": "GET", "http_status": 500},
         {"duration_s": 0.1, "parent_id": "22053107016405712", "kind": "client", "outcome": "failed", "error": "timed out"}, {"kind": None, "outcome": None}),
    ),
)  # fmt: skip


def _tempo(record: Record) -> Iterator[Row]:
    columns = ("traceID", "rootServiceName", "rootTraceName", "startTimeUnixNano", "durationMs", "spanSets", "spanSet")
    yield span_row(
        {key: value for key, value in record.items() if key not in columns},
        failed=None,
        at=record["startTimeUnixNano"],
        duration_s=None if record.get("durationMs") is None else float(record["durationMs"]) / 1000,
        trace_id=id_of(record["traceID"]),
        service=record["rootServiceName"],
        name=record.get("rootTraceName"),
    )


TEMPO_SEARCH = record_export(
    "tempo-search", "Tempo: GET /api/search, the first span of each trace that was found", "spans", "traceID, rootServiceName, startTimeUnixNano", _tempo,
    Example(
        '{"traces": [{"traceID": "d6e9329d67b6146a", "rootServiceName": "frontend", "rootTraceName": "/cart", "startTimeUnixNano": "1768618860000000000", '
        '"durationMs": 611},\n'
        '{"traceID": "1b1ba462b409200d", "rootServiceName": "frontend", "rootTraceName": "/pay", "startTimeUnixNano": "1768618861000000000", "durationMs": 12},\n'
        '{"traceID": "1b1ba462b409200e", "rootServiceName": "frontend", "rootTraceName": "/pay", "startTimeUnixNano": "1768618862000000000"}], "metrics": '
        '{"totalBlocks": 13}}',
        ({"at": "2026-01-17T03:01:00Z", "duration_s": 0.611, "trace_id": "d6e9329d67b6146a", "span_id": None, "service": "frontend", "name": "/cart",
          "outcome": None}, {"name": "/pay", "duration_s": 0.012}, {"duration_s": None}),
    ),
)  # fmt: skip
