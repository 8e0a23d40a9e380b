"""Traces of the open systems: OpenTelemetry, Tempo, Jaeger and Zipkin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from pmkit.formats.builders import record_export
from pmkit.formats.field_expressions import query
from pmkit.formats.format import Example
from pmkit.formats.record import Record, Row, nested_value
from pmkit.formats.span_rows import id_of, is_true, kind_of, parent_of, seconds_between, span_row

_PAIRS = query("pairs(@, 'key', 'value')")

_FAILED: Final = ("2", "STATUS_CODE_ERROR", "ERROR")


def _otlp(record: Record) -> Iterator[Row]:
    resource = _PAIRS(nested_value(record, "resource", "attributes"))
    service = resource.pop("service.name", None)
    for scope in _either(record, "scopeSpans", "scope_spans", "instrumentationLibrarySpans"):
        for span in scope.get("spans") or []:
            yield _otlp_row(span, resource, service)


def _otlp_row(span: Record, resource: Mapping[str, object], service: object) -> Row:
    status = span.get("status") or {}
    start, end = (_value(span, f"{each}TimeUnixNano", f"{each}_time_unix_nano") for each in ("start", "end"))
    events = span.get("events") or []
    exception: Record = next((_PAIRS(event.get("attributes")) for event in events if event.get("name") == "exception"), {})
    more = {key: span.get(key) for key in ("events", "links") if span.get(key)}
    attributes = {**resource, **_PAIRS(span.get("attributes")), **more}
    return span_row(
        attributes,
        failed=str(status.get("code", "")) in _FAILED,
        at=start,
        duration_s=seconds_between(start, end, 1e9),
        trace_id=id_of(_value(span, "traceId", "trace_id")),
        span_id=id_of(_value(span, "spanId", "span_id")),
        parent_id=parent_of(_value(span, "parentSpanId", "parent_span_id")),
        service=service,
        name=span.get("name"),
        kind=kind_of(span.get("kind")),
        error=status.get("message") or exception.get("exception.message") or exception.get("exception.type"),
    )


def _value(record: Record, key: str, other: str) -> object:
    return record[key] if key in record else record.get(other)


def _either(record: Record, *keys: str) -> list[Record]:
    return next((record[key] for key in keys if record.get(key)), [])


OTLP = record_export(
    "otlp-spans", "OpenTelemetry: traces as OTLP JSON, also from Tempo and Jaeger v3", "spans",
    "scopeSpans|scope_spans|instrumentationLibrarySpans", _otlp,
    Example(
        '{"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "cart"}}]}, "scopeSpans": [{"spans": [{"traceId": '
        '"5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "parentSpanId": "eee19b7ec3c1b173", "name": "GET /cart", "kind": 2, '
        '"startTimeUnixNano": "1768618860000000000", "endTimeUnixNano": "1768618860250000000", "attributes": [{"key": "http.response.status_code", "value": '
        '{"intValue": "503"}}, {"key": "tier", "value": {"stringValue": "gold"}}], "status": {"code": 2, "message": "no stock"}}, {"traceId": '
        '"5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b175", "parentSpanId": "eee19b7ec3c1b174", "name": "SELECT", "kind": "SPAN_KIND_CLIENT", '
        '"startTimeUnixNano": 1768618860010000000, "endTimeUnixNano": 1768618860020000000, "attributes": [{"key": "db.system", "value": {"stringValue": "mysql"}}], '
        '"status": {}}]}]}]}',
        ({"at": "2026-01-17T03:01:00Z", "duration_s": 0.25, "trace_id": "5b8efff798038103d269b633813fc60c", "span_id": "eee19b7ec3c1b174",
          "parent_id": "eee19b7ec3c1b173", "service": "cart", "name": "GET /cart", "kind": "server", "outcome": "failed", "error": "no stock",
          "http_status": 503, "attributes": '{"tier": "gold"}'},
         {"at": "2026-01-17T03:01:00.01Z", "duration_s": 0.01, "parent_id": "eee19b7ec3c1b174", "kind": "client", "outcome": "ok", "peer": "mysql"}),
    ),
    Example(
        '{"batches": [{"resource": {"attributes": [{"key": "service.name", "value": {"string_value": "shop"}}]}, "scope_spans": [{"spans": [{"trace_id": '
        '"W47/95gDgQPSabYzgT/GDA==", "span_id": "7uGbfsPBsXQ=", "name": "GET /", "kind": 2, "start_time_unix_nano": "1768618860000000000", '
        '"end_time_unix_nano": "1768618860250000000"}]}]}]}',
        ({"trace_id": "5b8efff798038103d269b633813fc60c", "span_id": "eee19b7ec3c1b174", "parent_id": None, "service": "shop", "duration_s": 0.25,
          "kind": "server", "outcome": "ok"},),
    ),
)  # fmt: skip


def _jaeger_trace(record: Record) -> Iterator[Row]:
    for span in record["spans"]:
        yield _jaeger_row(span, record["processes"].get(span.get("processID")) or {})


def _jaeger_span(record: Record) -> Iterator[Row]:
    yield _jaeger_row(record, record["process"])


def _jaeger_row(span: Record, process: Record) -> Row:
    attributes = {**_tags(process.get("tags")), **_tags(span.get("tags"))}
    attributes |= {key: span[key] for key in ("logs", "warnings") if span.get(key)}
    kind = kind_of(attributes.pop("span.kind", None))
    parents = [each for each in span.get("references") or [] if each.get("refType", "CHILD_OF") == "CHILD_OF"]
    parent = parents[0] if parents else {"spanID": span.get("parentSpanID")}
    error = attributes.get("error")
    return span_row(
        attributes,
        failed=is_true(error) or str(attributes.get("otel.status_code", "")) in _FAILED,
        at=span["startTime"],
        duration_s=_jaeger_seconds(span.get("duration")),
        trace_id=id_of(_value(span, "traceID", "traceId")),
        span_id=id_of(_value(span, "spanID", "spanId")),
        parent_id=parent_of(_value(parent, "spanID", "spanId")),
        service=process.get("serviceName"),
        name=span.get("operationName"),
        kind=kind,
        error=attributes.get("otel.status_description") or _logged_error(span.get("logs")),
    )


def _tags(tags: object) -> dict[str, object]:
    """Return tags as an object: a list of them, or an object already; in Elasticsearch, dots in names may be written as @."""
    if isinstance(tags, dict):
        return {key.replace("@", "."): value for key, value in tags.items()}
    listed = tags if isinstance(tags, list) else []
    return {tag["key"]: next((tag[key] for key in _TAG_VALUES if key in tag), None) for tag in listed}


_TAG_VALUES: Final = ("value", "vStr", "vBool", "vInt64", "vFloat64", "vDouble", "vBinary")


def _logged_error(logs: object) -> object:
    """Return the first error that a span has logged."""
    for log in logs if isinstance(logs, list) else []:
        fields = _tags(log.get("fields"))
        for key in ("exception.message", "message", "error.object", "error.kind", "exception.type"):
            if fields.get(key) and ("exception" in key or is_true(fields.get("error")) or fields.get("event") == "error"):
                return fields[key]
    return None


def _jaeger_seconds(duration: object) -> float | None:
    """Return a duration in seconds: in microseconds, or a text with its unit."""
    if isinstance(duration, str) and duration[-1:] == "s":
        return float(duration[:-2]) / 1e9 if duration.endswith("ns") else float(duration[:-1])
    return None if duration is None else int(duration) / 1e6 if isinstance(duration, int | float | str) else None


JAEGER = record_export(
    "jaeger", "Jaeger: traces of the UI and of GET /api/traces", "spans", "traceID, spans, processes", _jaeger_trace,
    Example(
        '{"data": [{"traceID": "83a9efd15c1c98a9", "spans": [\n'
        '{"traceID": "83a9efd15c1c98a9", "spanID": "909541b92cf05311", "operationName": "GET /cart", "references": [], "startTime": 1768618860000000, '
        '"duration": 250000, "tags": [{"key": "span.kind", "type": "string", "value": "server"}, {"key": "http.status_code", "type": "int64", "value": 200}], '
        '"logs": [], "processID": "p1"},\n'
        '{"traceID": "83a9efd15c1c98a9", "spanID": "e127af99e3b3e074", "operationName": "reserve", "references": [{"refType": "CHILD_OF", "traceID": '
        '"83a9efd15c1c98a9", "spanID": "909541b92cf05311"}], "startTime": 1768618860010000, "duration": 100000, "tags": [{"key": "span.kind", "value": "client"}, '
        '{"key": "error", "value": true}, {"key": "peer.service", "value": "stock"}], "logs": [{"timestamp": 1768618860100000, "fields": [{"key": "event", '
        '"value": "error"}, {"key": "message", "value": "no stock"}]}], "processID": "p1"},\n'
        '{"traceID": "83a9efd15c1c98a9", "spanID": "e127af99e3b3e075", "operationName": "render", "references": [], "startTime": 1768618860200000, "duration": '
        '1000, "tags": [], "logs": [], "processID": "p1"}],\n'
        '"processes": {"p1": {"serviceName": "cart", "tags": [{"key": "hostname", "value": "web-1"}]}}}], "total": 0, "errors": null}',
        ({"at": "2026-01-17T03:01:00Z", "duration_s": 0.25, "trace_id": "83a9efd15c1c98a9", "span_id": "909541b92cf05311", "parent_id": None,
          "service": "cart", "name": "GET /cart", "kind": "server", "outcome": "ok", "http_status": 200, "host": "web-1"},
         {"duration_s": 0.1, "parent_id": "909541b92cf05311", "kind": "client", "outcome": "failed", "error": "no stock", "peer": "stock"},
         {"duration_s": 0.001, "kind": None, "outcome": "ok"}),
    ),
)  # fmt: skip

JAEGER_SPANS = record_export(
    "jaeger-spans", "Jaeger: spans as Elasticsearch and Kafka keep them", "spans",
    "traceID|traceId, spanID|spanId, operationName, startTime, process.serviceName", _jaeger_span,
    Example(
        '{"traceID": "83a9efd15c1c98a9", "spanID": "909541b92cf05311", "operationName": "GET /cart", "references": [], "startTime": 1768618860000000, '
        '"startTimeMillis": 1768618860000, "duration": 250000, "tags": [{"key": "span.kind", "type": "string", "value": "server"}], "process": {"serviceName": '
        '"cart", "tags": []}}\n'
        '{"traceID": "83a9efd15c1c98a9", "spanID": "e127af99e3b3e074", "parentSpanID": "909541b92cf05311", "operationName": "reserve", "startTime": '
        '1768618860010000, "duration": 100000, "tag": {}, "process": {"serviceName": "stock", "tags": []}}\n'
        '{"traceId": "AAAAAAAAAABSlpqJVVcaPw==", "spanId": "AAAAAABkfZg=", "operationName": "get", "startTime": "2026-01-17T03:01:00.5Z", "duration": '
        '"22938000ns", "tags": [{"key": "error", "vType": "BOOL", "vBool": true}], "process": {"serviceName": "api"}}\n',
        ({"at": "2026-01-17T03:01:00Z", "duration_s": 0.25, "service": "cart", "kind": "server", "outcome": "ok"},
         {"duration_s": 0.1, "parent_id": "909541b92cf05311", "service": "stock"},
         {"trace_id": "000000000000000052969a8955571a3f", "span_id": "0000000000647d98", "duration_s": 0.022938, "outcome": "failed"}),
    ),
)  # fmt: skip


def _zipkin(record: Record) -> Iterator[Row]:
    tags = dict(record.get("tags") or {})
    if record.get("annotations"):
        tags["annotations"] = record["annotations"]
    error = tags.pop("error", None)
    kind = kind_of(record.get("kind"))
    duration = record.get("duration")
    yield span_row(
        tags,
        failed=error is not None and str(error).strip().lower() != "false",
        at=record.get("timestamp"),
        duration_s=None if duration is None else int(duration) / 1e6,
        trace_id=id_of(record["traceId"]),
        span_id=id_of(record["id"]),
        parent_id=parent_of(record.get("parentId")),
        service=nested_value(record, "localEndpoint", "serviceName"),
        name=record.get("name"),
        kind=kind,
        peer=nested_value(record, "remoteEndpoint", "serviceName") if kind in ("client", "producer") else None,
        error=error if str(error).lower() not in ("none", "true", "") else None,
    )


ZIPKIN = record_export(
    "zipkin", "Zipkin: spans as JSON (API v2)", "spans", "traceId, id, localEndpoint|kind|timestamp", _zipkin,
    Example(
        '[[{"traceId": "a03ee8fff1dcd9b9", "id": "a03ee8fff1dcd9b9", "kind": "SERVER", "name": "get /cart", "timestamp": 1768618860000000, "duration": 250000, '
        '"localEndpoint": {"serviceName": "cart", "ipv4": "10.0.0.1"}, "tags": {"http.method": "GET", "http.path": "/cart", "http.status_code": "500"}},\n'
        '{"traceId": "a03ee8fff1dcd9b9", "parentId": "a03ee8fff1dcd9b9", "id": "f5f268651b2a2b34", "kind": "CLIENT", "name": "post", "timestamp": '
        '1768618860010000, "duration": 140000, "localEndpoint": {"serviceName": "cart"}, "remoteEndpoint": {"serviceName": "stock", "port": 80}, "tags": '
        '{"error": "timed out"}},\n'
        '{"traceId": "a03ee8fff1dcd9b9", "parentId": "a03ee8fff1dcd9b9", "id": "f5f268651b2a2b34", "kind": "SERVER", "name": "post", "timestamp": '
        '1768618860020000, "duration": 120000, "localEndpoint": {"serviceName": "stock"}, "shared": true}]]',
        ({"at": "2026-01-17T03:01:00Z", "duration_s": 0.25, "trace_id": "a03ee8fff1dcd9b9", "parent_id": None, "service": "cart", "name": "get /cart",
          "kind": "server", "outcome": "failed", "http_method": "GET", "url_path": "/cart", "http_status": 500},
         {"parent_id": "a03ee8fff1dcd9b9", "kind": "client", "outcome": "failed", "error": "timed out", "peer": "stock"},
         {"span_id": "f5f268651b2a2b34", "service": "stock", "kind": "server", "outcome": "ok"}),
    ),
    where="!(annotations[0].endpoint) && !binaryAnnotations",
)  # fmt: skip

# The kind of a span by what it noted first, in Zipkin's first version.
_NOTED: Final = {"sr": "server", "ss": "server", "cs": "client", "cr": "client", "ms": "producer", "mr": "consumer"}


def _zipkin_1(record: Record) -> Iterator[Row]:
    noted = record.get("annotations") or []
    tags = {each["key"]: each.get("value") for each in record.get("binaryAnnotations") or []}
    endpoints = {each["key"]: nested_value(each, "endpoint", "serviceName") for each in record.get("binaryAnnotations") or []}
    error = tags.pop("error", None)
    kind = next((_NOTED[each["value"]] for each in noted if each.get("value") in _NOTED), None)
    own = [nested_value(each, "endpoint", "serviceName") for each in noted if each.get("value") in _NOTED]
    others = [service for key, service in endpoints.items() if key not in ("sa", "ca", "ma")]
    times = [each["timestamp"] for each in noted if each.get("value") in _NOTED]
    start = record.get("timestamp") or (min(times) if times else None)
    duration = record.get("duration") or (max(times) - min(times) if len(times) > 1 else None)
    yield span_row(
        {key: value for key, value in tags.items() if key not in ("sa", "ca", "ma")},
        failed=error is not None,
        at=start,
        duration_s=None if duration is None else int(duration) / 1e6,
        trace_id=id_of(record["traceId"]),
        span_id=id_of(record["id"]),
        parent_id=parent_of(record.get("parentId")),
        service=next((service for service in [*own, *others] if service), None),
        name=record.get("name"),
        kind=kind,
        peer=endpoints.get("sa") or endpoints.get("ma"),
        error=error if isinstance(error, str) else None,
    )


ZIPKIN_1 = record_export(
    "zipkin-v1", "Zipkin: spans as JSON (API v1)", "spans", "traceId, id, annotations|binaryAnnotations", _zipkin_1,
    Example(
        '[{"traceId": "a03ee8fff1dcd9b9", "id": "a03ee8fff1dcd9b9", "name": "get /cart", "timestamp": 1768618860000000, "duration": 250000, "annotations": '
        '[{"timestamp": 1768618860000000, "value": "sr", "endpoint": {"serviceName": "cart"}}, {"timestamp": 1768618860250000, "value": "ss", "endpoint": '
        '{"serviceName": "cart"}}], "binaryAnnotations": [{"key": "http.path", "value": "/cart", "endpoint": {"serviceName": "cart"}}]},\n'
        '{"traceId": "a03ee8fff1dcd9b9", "parentId": "a03ee8fff1dcd9b9", "id": "f5f268651b2a2b34", "name": "post", "annotations": [{"timestamp": '
        '1768618860010000, "value": "cs", "endpoint": {"serviceName": "cart"}}, {"timestamp": 1768618860150000, "value": "cr", "endpoint": {"serviceName": '
        '"cart"}}], "binaryAnnotations": [{"key": "sa", "value": true, "endpoint": {"serviceName": "stock"}}, {"key": "error", "value": "timed out"}]},\n'
        '{"traceId": "a03ee8fff1dcd9b9", "parentId": "a03ee8fff1dcd9b9", "id": "15fc03927f0f68df", "name": "render", "timestamp": 1768618860200000, "duration": '
        '1000, "binaryAnnotations": [{"key": "lc", "value": "", "endpoint": {"serviceName": "cart"}}]}]',
        ({"at": "2026-01-17T03:01:00Z", "duration_s": 0.25, "service": "cart", "kind": "server", "outcome": "ok", "url_path": "/cart"},
         {"at": "2026-01-17T03:01:00.01Z", "duration_s": 0.14, "kind": "client", "outcome": "failed", "error": "timed out", "peer": "stock"},
         {"service": "cart", "kind": None, "duration_s": 0.001}),
    ),
    where="annotations[0].endpoint || binaryAnnotations",
)  # fmt: skip
