"""Incidents of incident management tools; each is read as one alert."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.formats.builders import record_export
from pmkit.formats.format import Example
from pmkit.formats.record import Record, Row, nested_value, sorted_json


def _keep(record: Record) -> Iterator[Row]:
    resolved = record["status"] == "resolved"
    started = record.get("firingStartTime") or record.get("startedAt") or record["lastReceived"]
    yield {
        "alert_id": record["fingerprint"],
        "name": record["name"],
        "severity": record.get("severity"),
        "service": record.get("service"),
        "started_at": started,
        "resolved_at": record["lastReceived"] if resolved else None,
        "summary": record.get("description") or record.get("message"),
        "labels": sorted_json(record.get("labels") or {}),
        "url": record.get("url"),
    }


KEEP = record_export(
    "keep", "Keep: alerts", "alerts", lambda record: "lastReceived" in record and "fingerprint" in record and "status" in record, _keep,
    Example(
        '[{"id": "1", "name": "High errors", "status": "resolved", "lastReceived": "2026-01-17T03:30:00.000Z", "startedAt": '
        '"2026-01-17T03:01:00.000Z", "severity": "critical", "service": "cart", "fingerprint": "f1", "source": ["prometheus"]},\n'
        '{"id": "2", "name": "Slow", "status": "firing", "lastReceived": "2026-01-17T03:31:00.000Z", "fingerprint": "f2"}]',
        ({"name": "High errors", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:30:00Z"},
         {"name": "Slow", "resolved_at": None}),
    ),
    Example(
        '[{"id": "3", "name": "Disk is full", "status": "acknowledged", "lastReceived": "2026-01-17T03:35:00.000Z", '
        '"firingStartTime": "2026-01-17T03:31:00Z", "message": "95 %", "fingerprint": "f3", "labels": {"host": "db-1"}}]',
        ({"name": "Disk is full", "started_at": "2026-01-17T03:31:00Z", "resolved_at": None, "summary": "95 %", "labels": '{"host": "db-1"}'},),
    ),
)  # fmt: skip


def _incident_io(record: Record) -> Iterator[Row]:
    times = {
        value["incident_timestamp"]["name"].lower(): (value.get("value") or {}).get("value")
        for value in record.get("incident_timestamp_values", [])
    }
    yield {
        "alert_id": record["reference"],
        "name": record["name"],
        "severity": nested_value(record, "severity", "name"),
        "started_at": times.get("impact started at") or times.get("reported at") or record["created_at"],
        "acknowledged_at": times.get("accepted at") or times.get("acknowledged at"),
        "resolved_at": times.get("resolved at"),
        "summary": record.get("summary"),
        "labels": sorted_json(times),
        "url": record.get("permalink"),
    }


INCIDENT_IO = record_export(
    "incident-io", "incident.io: incidents", "alerts",
    lambda record: "reference" in record and "incident_status" in record and "created_at" in record, _incident_io,
    Example(
        '{"incidents": [{"id": "01", "reference": "INC-7", "name": "Errors at checkout", "severity": {"name": "Major"}, "created_at": '
        '"2026-01-17T03:05:00Z", "incident_status": {"category": "closed"}, "incident_timestamp_values": [{"incident_timestamp": {"name": '
        '"Impact started at"}, "value": {"value": "2026-01-17T03:01:00Z"}}, {"incident_timestamp": {"name": "Resolved at"}, "value": '
        '{"value": "2026-01-17T03:30:00Z"}}]},\n'
        '{"id": "02", "reference": "INC-8", "name": "Slow", "created_at": "2026-01-17T03:31:00Z", "incident_status": {"category": "live"}}]}',
        ({"name": "Errors at checkout", "severity": "Major", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:30:00Z"},
         {"name": "Slow", "started_at": "2026-01-17T03:31:00Z"}),
    ),
    Example(
        '{"incidents": [{"id": "03", "reference": "INC-9", "name": "Disk is full", "created_at": "2026-01-17T03:33:00Z", '
        '"incident_status": {"category": "triage"}, "incident_timestamp_values": [{"incident_timestamp": {"name": '
        '"Reported at"}, "value": {"value": "2026-01-17T03:31:00Z"}}, {"incident_timestamp": {"name": "Accepted at"}, '
        '"value": {"value": "2026-01-17T03:35:00Z"}}, {"incident_timestamp": {"name": "Resolved at"}, "value": null}]}]}',
        ({"name": "Disk is full", "severity": None, "started_at": "2026-01-17T03:31:00Z", "acknowledged_at": "2026-01-17T03:35:00Z", "resolved_at": None},),
    ),
    path=("incidents", "*"),
)  # fmt: skip


def _rootly(record: Record) -> Iterator[Row]:
    attributes = record["attributes"]
    severity = attributes.get("severity")
    yield {
        "alert_id": f"rootly-{attributes.get('sequential_id') or record['id']}",
        "name": attributes["title"],
        "severity": nested_value(attributes, "severity", "data", "attributes", "name")
        or (severity if isinstance(severity, str) else None),
        "started_at": attributes.get("started_at") or attributes["created_at"],
        "acknowledged_at": attributes.get("acknowledged_at"),
        "resolved_at": attributes.get("resolved_at"),
        "summary": attributes.get("summary"),
        "labels": sorted_json({"mitigated_at": attributes.get("mitigated_at"), "detected_at": attributes.get("detected_at")}),
        "url": attributes.get("url"),
    }


ROOTLY = record_export(
    "rootly", "Rootly: incidents", "alerts",
    lambda record: record["type"] == "incidents" and "title" in record["attributes"] and "started_at" in record["attributes"], _rootly,
    Example(
        '{"data": [{"id": "r1", "type": "incidents", "attributes": {"title": "Errors at checkout", "sequential_id": 7, "severity": {"data": '
        '{"attributes": {"name": "SEV1"}}}, "started_at": "2026-01-17T03:01:00.000Z", "acknowledged_at": "2026-01-17T03:03:00Z", '
        '"mitigated_at": "2026-01-17T03:20:00Z", "resolved_at": "2026-01-17T03:30:00Z"}},\n'
        '{"id": "r2", "type": "incidents", "attributes": {"title": "Slow", "started_at": "2026-01-17T03:31:00Z", "severity": "SEV3"}}]}',
        ({"name": "Errors at checkout", "severity": "SEV1", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:30:00Z"},
         {"name": "Slow", "severity": "SEV3"}),
    ),
    Example(
        '{"data": [{"id": "r3", "type": "incidents", "attributes": {"title": "Disk is full", "started_at": null, '
        '"created_at": "2026-01-17T03:33:00Z", "severity": null, "summary": "95 %"}}]}',
        ({"name": "Disk is full", "severity": None, "started_at": "2026-01-17T03:33:00Z", "summary": "95 %", "resolved_at": None},),
    ),
    path=("data", "*"),
)  # fmt: skip


def _firehydrant(record: Record) -> Iterator[Row]:
    moments = {milestone["type"]: milestone["occurred_at"] for milestone in record["milestones"]}
    services = [service["name"] for service in record.get("services", [])]
    yield {
        "alert_id": f"firehydrant-{record['id']}",
        "name": record["name"],
        "severity": record.get("severity"),
        "service": services[0] if services else None,
        "started_at": moments.get("started") or record.get("started_at") or record["created_at"],
        "acknowledged_at": moments.get("acknowledged"),
        "resolved_at": moments.get("resolved"),
        "summary": record.get("description") or record.get("summary"),
        "labels": sorted_json(moments),
        "url": record.get("incident_url"),
    }


FIREHYDRANT = record_export(
    "firehydrant", "FireHydrant: incidents", "alerts",
    lambda record: isinstance(record["milestones"], list) and "created_at" in record and "name" in record, _firehydrant,
    Example(
        '{"data": [{"id": "f1", "name": "Errors at checkout", "severity": "SEV1", "created_at": "2026-01-17T03:05:00Z", "services": '
        '[{"name": "cart"}], "milestones": [{"type": "started", "occurred_at": "2026-01-17T03:01:00Z"}, {"type": "acknowledged", "occurred_at": '
        '"2026-01-17T03:03:00Z"}, {"type": "resolved", "occurred_at": "2026-01-17T03:30:00Z"}]},\n'
        '{"id": "f2", "name": "Slow", "created_at": "2026-01-17T03:31:00Z", "milestones": []}]}',
        ({"name": "Errors at checkout", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "acknowledged_at": "2026-01-17T03:03:00Z",
          "resolved_at": "2026-01-17T03:30:00Z"}, {"name": "Slow"}),
    ),
    Example(
        '{"data": [{"id": "f3", "name": "Disk is full", "created_at": "2026-01-17T03:33:00Z", "started_at": '
        '"2026-01-17T03:31:00Z", "milestones": [{"type": "acknowledged", "occurred_at": "2026-01-17T03:35:00Z"}], '
        '"services": []}]}',
        ({"name": "Disk is full", "service": None, "started_at": "2026-01-17T03:31:00Z", "acknowledged_at": "2026-01-17T03:35:00Z", "resolved_at": None},),
    ),
    path=("data", "*"),
)  # fmt: skip
