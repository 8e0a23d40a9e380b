"""Traces of application performance monitoring: Datadog, Elastic APM and New Relic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmkit.formats.builders import record_export
from pmkit.formats.fields import flattened
from pmkit.formats.format import Example
from pmkit.formats.record import Record, Row
from pmkit.formats.span_rows import elapsed_s, id_of, is_true, kind_of, parent_of, span_row

# The kinds that Datadog's types of spans stand for.
_DATADOG_KINDS: Final = {
    "web": "server", "http": "client", "sql": "client", "db": "client", "cache": "client", "redis": "client", "mongodb": "client",
    "elasticsearch": "client",
}  # fmt: skip


def _datadog(record: Record) -> Iterator[Row]:
    meta = {**(record.get("meta") or {}), **(record.get("metrics") or {})}
    yield span_row(
        {**meta, "operation": record["name"], "type": record.get("type")},
        failed=is_true(record.get("error")),
        at=record["start"],
        duration_s=int(record["duration"]) / 1e9,
        trace_id=id_of(record["trace_id"]),
        span_id=id_of(record["span_id"]),
        parent_id=parent_of(record.get("parent_id")),
        service=record["service"],
        name=record["resource"],
        kind=kind_of(meta.get("span.kind")) or _DATADOG_KINDS.get(str(record.get("type"))),
        error=meta.get("error.message") or meta.get("error.msg"),
    )


DATADOG = record_export(
    "datadog-traces", "Datadog: spans as the agent receives them and the trace view exports them", "spans",
    "trace_id, span_id, service, resource, start, duration", _datadog,
    Example(
        '[[{"trace_id": 8764529, "span_id": 11, "parent_id": 0, "service": "cart", "name": "express.request", "resource": "GET /cart", "type": "web", "start": '
        '1768618860000000000, "duration": 250000000, "error": 1, "meta": {"http.status_code": "500", "version": "1.4"}, "metrics": {"_sample_rate": 0.5}},\n'
        '{"trace_id": 8764529, "span_id": 12, "parent_id": 11, "service": "cart-mysql", "name": "mysql.query", "resource": "SELECT ?", "type": "sql", "start": '
        '1768618860010000000, "duration": 100000000, "error": 1, "meta": {"error.msg": "gone away", "db.type": "mysql"}},\n'
        '{"trace_id": 8764529, "span_id": 13, "parent_id": 11, "service": "cart", "name": "render", "resource": "render", "start": 1768618860200000000, '
        '"duration": 1000000, "error": 0}]]',
        ({"at": "2026-01-17T03:01:00Z", "duration_s": 0.25, "trace_id": "8764529", "span_id": "11", "parent_id": None, "service": "cart", "name": "GET /cart",
          "kind": "server", "outcome": "failed", "http_status": 500, "version": "1.4", "kept_ratio": 0.5},
         {"parent_id": "11", "service": "cart-mysql", "kind": "client", "outcome": "failed", "error": "gone away", "peer": "mysql"},
         {"kind": None, "outcome": "ok", "duration_s": 0.001}),
    ),
)  # fmt: skip


def _datadog_search(record: Record) -> Iterator[Row]:
    fields = record["attributes"]
    custom = flattened(fields.get("custom") or fields.get("attributes") or {})
    start, end, duration = fields["start_timestamp"], fields.get("end_timestamp"), custom.pop("duration", None)
    error = custom.get("error.message") or custom.get("error.type")
    yield span_row(
        {**custom, "tags": fields.get("tags"), "env": fields.get("env"), "end_timestamp": end},
        failed=error is not None or is_true(custom.get("error")) or fields.get("status") == "error",
        at=start,
        duration_s=elapsed_s(start, end) if duration is None else float(str(duration)) / 1e9,
        trace_id=id_of(fields["trace_id"]),
        span_id=id_of(fields["span_id"]),
        parent_id=parent_of(fields.get("parent_id")),
        service=fields.get("service"),
        name=fields.get("resource_name"),
        kind=kind_of(custom.get("span.kind")) or _DATADOG_KINDS.get(str(fields.get("type"))),
        error=error,
        host=fields.get("host"),
    )


DATADOG_SEARCH = record_export(
    "datadog-spans", "Datadog: search for spans (API v2)", "spans", "attributes.trace_id, attributes.span_id, attributes.start_timestamp", _datadog_search,
    Example(
        '{"data": [{"id": "a", "type": "spans", "attributes": {"service": "cart", "resource_name": "GET /cart", "trace_id": "8764529", "span_id": "11", "parent_id": '
        '"0", "start_timestamp": "2026-01-17T03:01:00Z", "end_timestamp": "2026-01-17T03:01:00.25Z", "type": "web", "host": "web-1", "custom": {"duration": '
        '250000000, "http": {"status_code": "200"}}}},\n'
        '{"id": "b", "type": "spans", "attributes": {"service": "stock", "resource_name": "reserve", "trace_id": "8764529", "span_id": "12", "parent_id": "11", '
        '"start_timestamp": "2026-01-17T03:01:00.01Z", "custom": {"duration": 100000000, "error": {"message": "no stock"}, "span": {"kind": "server"}}}},\n'
        '{"id": "c", "type": "spans", "attributes": {"service": "stock", "resource_name": "log", "trace_id": "8764529", "span_id": "13", "parent_id": "12", '
        '"start_timestamp": "2026-01-17T03:01:00.02Z", "custom": {}}}]}',
        ({"at": "2026-01-17T03:01:00Z", "duration_s": 0.25, "parent_id": None, "service": "cart", "name": "GET /cart", "kind": "server", "outcome": "ok",
          "http_status": 200, "host": "web-1"},
         {"duration_s": 0.1, "parent_id": "11", "kind": "server", "outcome": "failed", "error": "no stock"}, {"duration_s": None, "outcome": "ok"}),
    ),
)  # fmt: skip

# What Elastic's transactions and spans are, by their type.
_ELASTIC_KINDS: Final = {
    ("transaction", "request"): "server", ("transaction", "messaging"): "consumer", ("span", "external"): "client", ("span", "db"): "client",
    ("span", "cache"): "client", ("span", "storage"): "client", ("span", "messaging"): "producer",
}  # fmt: skip
_ELASTIC_OUTCOMES: Final = {"failure": True, "success": False}


def _elastic(record: Record) -> Iterator[Row]:
    flat = flattened(record, 5)
    event = "span" if flat.get("span.name") is not None else "transaction"
    sort = str(flat.get(f"{event}.type", "")).partition(".")[0]
    microseconds = flat.get(f"{event}.duration.us")
    weight = flat.get(f"{event}.representative_count")
    columns = (
        "timestamp.us",
        "trace.id",
        "parent.id",
        "service.name",
        f"{event}.id",
        f"{event}.name",
        "event.outcome",
        "@timestamp",
    )
    row = span_row(
        {key: value for key, value in flat.items() if key not in columns},
        failed=_ELASTIC_OUTCOMES.get(str(flat.get("event.outcome"))),
        at=flat.get("timestamp.us") or flat["@timestamp"],
        duration_s=None if microseconds is None else float(str(microseconds)) / 1e6,
        trace_id=id_of(flat["trace.id"]),
        span_id=id_of(flat[f"{event}.id"]),
        parent_id=parent_of(flat.get("parent.id")),
        service=flat.get("service.name"),
        name=flat.get(f"{event}.name"),
        kind=kind_of(flat.get("span.kind")) or _ELASTIC_KINDS.get((event, sort)),
        peer=flat.get("span.destination.service.resource"),
    )
    yield {**row, "kept_ratio": 1 / float(str(weight)) if weight else None}


ELASTIC = record_export(
    "elastic-apm", "Elastic APM: transactions and spans, as from Elasticsearch and Kibana", "spans", "trace.id, transaction.id, service.name", _elastic,
    Example(
        '{"hits": {"hits": [{"_index": "traces-apm-default", "_source": {"@timestamp": "2026-01-17T03:01:00.000Z", "processor": {"event": "transaction"}, "trace": '
        '{"id": "0acd"}, "transaction": {"id": "11", "name": "GET /cart", "type": "request", "duration": {"us": 250000}, "sampled": true, "representative_count": 4}, '
        '"service": {"name": "cart", "version": "1.4"}, "event": {"outcome": "failure"}, "http": {"response": {"status_code": 500}}, "url": {"path": "/cart"}, '
        '"timestamp": {"us": 1768618860000000}}},\n'
        '{"_index": "traces-apm-default", "_source": {"@timestamp": "2026-01-17T03:01:00.010Z", "trace": {"id": "0acd"}, "transaction": {"id": "11"}, "parent": {"id": '
        '"11"}, "span": {"id": "12", "name": "SELECT FROM items", "type": "db", "duration": {"us": 100000}, "destination": {"service": {"resource": "mysql"}}}, '
        '"service": {"name": "cart"}, "event": {"outcome": "success"}}},\n'
        '{"_index": "traces-apm-default", "_source": {"@timestamp": "2026-01-17T03:01:00.020Z", "trace": {"id": "0acd"}, "transaction": {"id": "11"}, "parent": {"id": '
        '"11"}, "span": {"id": "13", "name": "render", "type": "app", "duration": {"us": 1000}}, "service": {"name": "cart"}, "event": {"outcome": "unknown"}}}]}}',
        ({"at": "2026-01-17T03:01:00Z", "duration_s": 0.25, "trace_id": "0acd", "span_id": "11", "parent_id": None, "service": "cart", "name": "GET /cart",
          "kind": "server", "outcome": "failed", "http_status": 500, "url_path": "/cart", "version": "1.4", "kept_ratio": 0.25},
         {"at": "2026-01-17T03:01:00.01Z", "span_id": "12", "parent_id": "11", "kind": "client", "outcome": "ok", "peer": "mysql"},
         {"span_id": "13", "kind": None, "outcome": None}),
    ),
    where="transaction.duration || span.duration",
)  # fmt: skip


def _new_relic(record: Record) -> Iterator[Row]:
    flat = {**record, **flattened(record.get("attributes") or {})}
    milliseconds, seconds = flat.get("duration.ms"), flat.get("duration")
    error = flat.get("error.message") or flat.get("error.class") or flat.get("otel.status_description")
    columns = (
        "attributes",
        "timestamp",
        "id",
        "guid",
        "trace.id",
        "traceId",
        "parent.id",
        "parentId",
        "name",
        "duration.ms",
        "duration",
    )
    yield span_row(
        {key: value for key, value in flat.items() if key not in columns},
        failed=error is not None or is_true(flat.get("error")) or flat.get("otel.status_code") == "ERROR",
        at=flat["timestamp"],
        duration_s=float(milliseconds) / 1000 if milliseconds is not None else seconds,
        trace_id=id_of(flat.get("trace.id") or flat["traceId"]),
        span_id=id_of(flat.get("id") or flat["guid"]),
        parent_id=parent_of(flat.get("parent.id") or flat.get("parentId")),
        service=flat.get("service.name") or flat.get("appName") or flat.get("entity.name"),
        name=flat.get("name"),
        kind=kind_of(flat.get("span.kind")),
        error=error,
    )


NEW_RELIC = record_export(
    "new-relic-spans", "New Relic: spans, as from NRQL and for the Trace API", "spans",
    "trace.id|traceId, id|guid, timestamp, duration.ms|duration|attributes", _new_relic,
    Example(
        '{"results": [{"events": [{"timestamp": 1768618860000, "trace.id": "0acd", "guid": "11", "name": "WebTransaction/GET /cart", "duration": 0.25, '
        '"duration.ms": 250, "service.name": "cart", "span.kind": "server", "http.statusCode": 500, "error.message": "no stock"},\n'
        '{"timestamp": 1768618860010, "traceId": "0acd", "id": "12", "parentId": "11", "name": "Datastore/select", "duration": 0.1, "appName": "cart", "span.kind": '
        '"client", "db.system": "mysql"},\n'
        '{"timestamp": 1768618860020, "trace.id": "0acd", "id": "13", "attributes": {"parent.id": "11", "name": "render", "duration.ms": 1, "service.name": '
        '"cart"}}]}]}',
        ({"at": "2026-01-17T03:01:00Z", "duration_s": 0.25, "trace_id": "0acd", "span_id": "11", "service": "cart", "kind": "server", "outcome": "failed",
          "error": "no stock", "http_status": 500},
         {"duration_s": 0.1, "parent_id": "11", "kind": "client", "outcome": "ok", "peer": "mysql"},
         {"duration_s": 0.001, "parent_id": "11", "service": "cart", "name": "render"}),
    ),
    where='"service.name" || appName || "entity.name" || attributes."service.name"',
)  # fmt: skip
