"""Incidents on status pages; each is read as one alert."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.formats.builders import record_export
from pmkit.formats.format import Example
from pmkit.formats.record import Record, Row, sorted_json


def _statuspage(record: Record) -> Iterator[Row]:
    updates = sorted(record["incident_updates"], key=lambda update: update["created_at"])
    components = [component["name"] for component in record.get("components", [])]
    yield {
        "alert_id": f"statuspage-{record['id']}",
        "name": record["name"],
        "severity": record.get("impact"),
        "service": components[0] if len(components) == 1 else None,
        "started_at": record.get("started_at") or record["created_at"],
        "acknowledged_at": next((update["created_at"] for update in updates if update["status"] == "identified"), None),
        "resolved_at": record.get("resolved_at"),
        "summary": updates[0]["body"] if updates else None,
        "labels": sorted_json({"components": components}),
        "url": record.get("shortlink"),
    }


STATUSPAGE = record_export(
    "statuspage", "Statuspage: incidents.json", "alerts", lambda record: "incident_updates" in record and "impact" in record, _statuspage,
    Example(
        '{"page": {"id": "p"}, "incidents": [{"id": "i1", "name": "Errors at checkout", "impact": "major", "created_at": "2026-01-17T03:05:00.000Z", '
        '"started_at": "2026-01-17T03:01:00.000Z", "resolved_at": "2026-01-17T03:30:00.000Z", "shortlink": "https://stspg.example/1", '
        '"components": [{"name": "Checkout"}], "incident_updates": [{"status": "identified", "body": "found", "created_at": '
        '"2026-01-17T03:10:00Z"}, {"status": "investigating", "body": "looking", "created_at": "2026-01-17T03:05:00Z"}]},\n'
        '{"id": "i2", "name": "Slow", "impact": "minor", "created_at": "2026-01-17T04:05:00.000Z", "resolved_at": null, "incident_updates": []}]}',
        ({"name": "Errors at checkout", "severity": "major", "service": "Checkout", "started_at": "2026-01-17T03:01:00Z",
          "acknowledged_at": "2026-01-17T03:10:00Z", "resolved_at": "2026-01-17T03:30:00Z", "summary": "looking"}, {"name": "Slow"}),
    ),
    Example(
        '{"incidents": [{"id": "i3", "name": "Maintenance of search and cart", "impact": "maintenance", "created_at": '
        '"2026-01-17T05:05:00.000+01:00", "resolved_at": "2026-01-17T04:30:00Z", "components": [{"name": "Search"}, '
        '{"name": "Cart"}], "incident_updates": [{"status": "resolved", "body": "done", "created_at": '
        '"2026-01-17T04:30:00Z"}]}]}',
        ({"name": "Maintenance of search and cart", "service": None, "started_at": "2026-01-17T04:05:00Z", "acknowledged_at": None, "resolved_at": "2026-01-17T04:30:00Z"},),
    ),
    path=("incidents", "*"),
)  # fmt: skip


def _google(record: Record) -> Iterator[Row]:
    products = [product["title"] for product in record.get("affected_products", [])]
    yield {
        "alert_id": f"google-{record['id']}",
        "name": record["external_desc"],
        "severity": record.get("severity"),
        "service": record.get("service_name") or (products[0] if products else None),
        "started_at": record["begin"],
        "resolved_at": record.get("end"),
        "labels": sorted_json({"products": products}),
        "url": record.get("uri"),
    }


GOOGLE = record_export(
    "google-cloud-status", "Google Cloud status: incidents.json", "alerts",
    lambda record: "external_desc" in record and "begin" in record, _google,
    Example(
        '[{"id": "a", "number": "7", "begin": "2026-01-17T03:01:00+00:00", "created": "2026-01-17T03:05:00+00:00", "end": '
        '"2026-01-17T03:30:00+00:00", "external_desc": "Errors in Cloud SQL", "severity": "high", "affected_products": [{"title": "Cloud SQL"}], '
        '"uri": "incidents/a"},\n'
        '{"id": "b", "number": "8", "begin": "2026-01-17T03:31:00+00:00", "end": null, "external_desc": "Slow", "service_name": "Storage"}]',
        ({"name": "Errors in Cloud SQL", "service": "Cloud SQL", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:30:00Z"},
         {"name": "Slow", "service": "Storage", "resolved_at": None}),
    ),
    Example(
        '[{"id": "c", "number": "9", "begin": "2026-01-17T04:31:00+01:00", "end": "2026-01-17T03:40:00+00:00", '
        '"external_desc": "Errors in several products", "severity": "low", "affected_products": []}]',
        ({"name": "Errors in several products", "service": None, "severity": "low", "started_at": "2026-01-17T03:31:00Z", "resolved_at": "2026-01-17T03:40:00Z"},),
    ),
)  # fmt: skip
