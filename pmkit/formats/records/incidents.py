"""Exports of incident and status tools: each incident is one alert that people saw."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from pmkit.formats.format import Example, records_of
from pmkit.formats.records.alerts import labels_of
from pmkit.formats.sample import Row


def inner(record: Row, *path: str) -> Any:
    """Walk down nested objects; None where one is missing."""
    found: Any = record
    for part in path:
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _opsgenie(record: Row) -> Iterator[Row]:
    report = record.get("report") or {}
    created = record["createdAt"]
    base = _epoch_or_none(created)
    acknowledged, closed = report.get("ackTime"), report.get("closeTime")
    yield {
        "alert_id": f"opsgenie-{record['id']}",
        "name": record["message"],
        "severity": record.get("priority"),
        "service": inner(record, "details", "service") or record.get("entity") or None,
        "started_at": created,
        "acknowledged_at": _after(base, created, acknowledged) or record.get("acknowledgedAt"),
        "resolved_at": _after(base, created, closed)
        or (record.get("updatedAt") if record.get("status") in {"closed", "resolved"} else None),
        "summary": record.get("description") or None,
        "labels": labels_of(record.get("tags") or []),
    }


def _epoch_or_none(created: object) -> float | None:
    return float(created) if isinstance(created, int | float) else None


def _after(base: float | None, created: Any, elapsed_ms: Any) -> Any:
    """Add Opsgenie's durations, in milliseconds, to the time of creation."""
    if elapsed_ms is None:
        return None
    if base is not None:
        return base + elapsed_ms
    return (datetime.fromisoformat(created) + timedelta(milliseconds=elapsed_ms)).isoformat()


OPSGENIE = records_of(
    "opsgenie", "Opsgenie: alerts as JSON", "alerts",
    lambda record: "tinyId" in record and "createdAt" in record and "message" in record, _opsgenie,
    Example(
        '{"data": [{"id": "7-1", "tinyId": "7", "message": "High errors", "status": "closed", "acknowledged": true, "priority": "P1", '
        '"createdAt": "2026-01-17T03:01:00.123Z", "updatedAt": "2026-01-17T03:31:00Z", "entity": "cart", '
        '"report": {"ackTime": 120000, "closeTime": 1740000}, "tags": ["a"]},\n'
        '{"id": "7-2", "tinyId": "8", "message": "Slow", "status": "open", "createdAt": "2026-01-17T03:31:00Z", "priority": "P3"}], "took": 0.1}',
        ({"name": "High errors", "service": "cart", "severity": "P1", "started_at": "2026-01-17T03:01:00.123Z",
          "acknowledged_at": "2026-01-17T03:03:00.123Z", "resolved_at": "2026-01-17T03:30:00.123Z"},
         {"name": "Slow", "resolved_at": None}),
    ),
    Example(
        '[{"id": "7-3", "tinyId": "9", "message": "Disk is full", "status": "resolved", "createdAt": 1795469336000, '
        '"updatedAt": 1795469396000, "acknowledgedAt": 1795469366000, "details": {"service": "db"}}]',
        ({"name": "Disk is full", "service": "db", "started_at": "2026-11-23T21:28:56Z", "acknowledged_at": "2026-11-23T21:29:26Z", "resolved_at": "2026-11-23T21:29:56Z"},),
    ),
    path=("data", "*"),
)  # fmt: skip


def _opsgenie_csv(record: Row) -> Iterator[Row]:
    yield {
        "alert_id": f"opsgenie-{record.get('AlertId') or record.get('Alert ID') or record['TinyId']}",
        "name": record["Message"],
        "severity": record.get("Priority") or None,
        "service": record.get("Entity") or None,
        "started_at": record.get("CreatedAtDate") or record["CreatedAt"],
        "acknowledged_at": record.get("AcknowledgedAtDate") or record.get("AcknowledgedAt") or None,
        "resolved_at": record.get("ClosedAtDate") or record.get("ClosedAt") or None,
        "labels": labels_of({"tags": record.get("Tags", "")}),
    }


OPSGENIE_CSV = records_of(
    "opsgenie-csv", "Opsgenie: alerts as CSV", "alerts",
    lambda record: "TinyId" in record and "Message" in record and ("CreatedAt" in record or "CreatedAtDate" in record), _opsgenie_csv,
    Example(
        "AlertId,TinyId,Message,Status,Priority,CreatedAt,AcknowledgedAt,ClosedAt,Entity\n"
        "7-1,7,High errors,closed,P1,1795469336000,1795469366000,1795469396000,cart\n"
        "7-2,8,Slow,open,P3,1795469400000,,,\n",
        ({"name": "High errors", "severity": "P1", "started_at": "2026-11-23T21:28:56Z", "acknowledged_at": "2026-11-23T21:29:26Z",
          "resolved_at": "2026-11-23T21:29:56Z"}, {"name": "Slow", "resolved_at": None}),
    ),
    Example(
        'Alert ID,TinyId,Message,Status,Priority,CreatedAtDate,AcknowledgedAtDate,ClosedAtDate,Tags\n'
        '7-3,9,"Disk is full, again",closed,P2,2026-01-17T03:31:00Z,2026-01-17T03:35:00Z,2026-01-17T03:40:00Z,db\n',
        ({"name": "Disk is full, again", "severity": "P2", "service": None, "acknowledged_at": "2026-01-17T03:35:00Z", "resolved_at": "2026-01-17T03:40:00Z"},),
    ),
)  # fmt: skip


def _on_call(record: Row) -> Iterator[Row]:
    moves = {move["name"].lower(): move["at"] for move in reversed(record.get("transitions", []))}
    yield {
        "alert_id": f"victorops-{record['incidentNumber']}",
        "name": record.get("entityDisplayName") or record["entityId"],
        "service": record.get("service") or None,
        "severity": record.get("entityState"),
        "started_at": record["startTime"],
        "acknowledged_at": moves.get("acknowledged") or moves.get("acked"),
        "resolved_at": moves.get("resolved"),
        "labels": labels_of({"routing": record.get("routingKey")}),
        "url": record.get("incidentLink"),
    }


ON_CALL = records_of(
    "splunk-on-call", "Splunk On-Call (VictorOps): incidents", "alerts",
    lambda record: "incidentNumber" in record and "startTime" in record and "entityId" in record, _on_call,
    Example(
        '{"incidents": [{"incidentNumber": "7", "startTime": "2026-01-17T03:01:00Z", "entityId": "cart/5xx", "entityDisplayName": "High errors", '
        '"service": "cart", "transitions": [{"name": "triggered", "at": "2026-01-17T03:01:00Z"}, {"name": "acknowledged", '
        '"at": "2026-01-17T03:03:00Z"}, {"name": "resolved", "at": "2026-01-17T03:30:00Z"}]},\n'
        '{"incidentNumber": "8", "startTime": "2026-01-17T03:31:00Z", "entityId": "db/slow", "transitions": []}], "total": 2}',
        ({"name": "High errors", "service": "cart", "acknowledged_at": "2026-01-17T03:03:00Z", "resolved_at": "2026-01-17T03:30:00Z"},
         {"name": "db/slow", "resolved_at": None}),
    ),
    Example(
        '{"incidents": [{"incidentNumber": "9", "startTime": "2026-01-17T03:31:00Z", "entityId": "db/disk", '
        '"entityState": "CRITICAL", "routingKey": "db", "transitions": [{"name": "ACKED", "at": "2026-01-17T03:35:00Z"}]}]}',
        ({"name": "db/disk", "severity": "CRITICAL", "acknowledged_at": "2026-01-17T03:35:00Z", "resolved_at": None},),
    ),
    path=("incidents", "*"),
)  # fmt: skip


def _statuspage(record: Row) -> Iterator[Row]:
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
        "labels": labels_of({"components": components}),
        "url": record.get("shortlink"),
    }


STATUSPAGE = records_of(
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


def _google(record: Row) -> Iterator[Row]:
    products = [product["title"] for product in record.get("affected_products", [])]
    yield {
        "alert_id": f"google-{record['id']}",
        "name": record["external_desc"],
        "severity": record.get("severity"),
        "service": record.get("service_name") or (products[0] if products else None),
        "started_at": record["begin"],
        "resolved_at": record.get("end"),
        "labels": labels_of({"products": products}),
        "url": record.get("uri"),
    }


GOOGLE = records_of(
    "google-cloud-status", "Google Cloud's incidents.json", "alerts",
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


def _keep(record: Row) -> Iterator[Row]:
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
        "labels": labels_of(record.get("labels") or {}),
        "url": record.get("url"),
    }


KEEP = records_of(
    "keep", "Keep's alerts", "alerts", lambda record: "lastReceived" in record and "fingerprint" in record and "status" in record, _keep,
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


def _incident_io(record: Row) -> Iterator[Row]:
    times = {
        value["incident_timestamp"]["name"].lower(): (value.get("value") or {}).get("value")
        for value in record.get("incident_timestamp_values", [])
    }
    yield {
        "alert_id": record["reference"],
        "name": record["name"],
        "severity": inner(record, "severity", "name"),
        "started_at": times.get("impact started at") or times.get("reported at") or record["created_at"],
        "acknowledged_at": times.get("accepted at") or times.get("acknowledged at"),
        "resolved_at": times.get("resolved at"),
        "summary": record.get("summary"),
        "labels": labels_of(times),
        "url": record.get("permalink"),
    }


INCIDENT_IO = records_of(
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


def _rootly(record: Row) -> Iterator[Row]:
    known = record["attributes"]
    severity = known.get("severity")
    yield {
        "alert_id": f"rootly-{known.get('sequential_id') or record['id']}",
        "name": known["title"],
        "severity": inner(known, "severity", "data", "attributes", "name") or (severity if isinstance(severity, str) else None),
        "started_at": known.get("started_at") or known["created_at"],
        "acknowledged_at": known.get("acknowledged_at"),
        "resolved_at": known.get("resolved_at"),
        "summary": known.get("summary"),
        "labels": labels_of({"mitigated_at": known.get("mitigated_at"), "detected_at": known.get("detected_at")}),
        "url": known.get("url"),
    }


ROOTLY = records_of(
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


def _firehydrant(record: Row) -> Iterator[Row]:
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
        "labels": labels_of(moments),
        "url": record.get("incident_url"),
    }


FIREHYDRANT = records_of(
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

FORMATS = (OPSGENIE, OPSGENIE_CSV, ON_CALL, STATUSPAGE, GOOGLE, KEEP, INCIDENT_IO, ROOTLY, FIREHYDRANT)
