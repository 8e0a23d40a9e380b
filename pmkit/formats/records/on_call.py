"""Alerts of on-call tools: Opsgenie, Splunk On-Call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from pmkit.formats.builders import record_export
from pmkit.formats.format import Example
from pmkit.formats.record import Record, Row, nested_value, sorted_json


def _opsgenie(record: Record) -> Iterator[Row]:
    report = record.get("report") or {}
    created = record["createdAt"]
    acknowledged, closed = report.get("ackTime"), report.get("closeTime")
    yield {
        "alert_id": f"opsgenie-{record['id']}",
        "name": record["message"],
        "severity": record.get("priority"),
        "service": nested_value(record, "details", "service") or record.get("entity") or None,
        "started_at": created,
        "acknowledged_at": _after(created, acknowledged) or record.get("acknowledgedAt"),
        "resolved_at": _after(created, closed)
        or (record.get("updatedAt") if record.get("status") in {"closed", "resolved"} else None),
        "summary": record.get("description") or None,
        "labels": sorted_json(record.get("tags") or []),
    }


def _after(created: str | float, elapsed_ms: float | None) -> str | float | None:
    """Return the time `elapsed_ms` after an alert was created, in the notation of `created`; None if there is no duration."""
    if elapsed_ms is None:
        return None
    if isinstance(created, int | float):
        return float(created) + elapsed_ms
    return (datetime.fromisoformat(created) + timedelta(milliseconds=elapsed_ms)).isoformat()


OPSGENIE = record_export(
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


def _opsgenie_csv(record: Record) -> Iterator[Row]:
    yield {
        "alert_id": f"opsgenie-{record.get('AlertId') or record.get('Alert ID') or record['TinyId']}",
        "name": record["Message"],
        "severity": record.get("Priority") or None,
        "service": record.get("Entity") or None,
        "started_at": record.get("CreatedAtDate") or record["CreatedAt"],
        "acknowledged_at": record.get("AcknowledgedAtDate") or record.get("AcknowledgedAt") or None,
        "resolved_at": record.get("ClosedAtDate") or record.get("ClosedAt") or None,
        "labels": sorted_json({"tags": record.get("Tags", "")}),
    }


OPSGENIE_CSV = record_export(
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


def _on_call(record: Record) -> Iterator[Row]:
    moves = {move["name"].lower(): move["at"] for move in reversed(record.get("transitions", []))}
    yield {
        "alert_id": f"victorops-{record['incidentNumber']}",
        "name": record.get("entityDisplayName") or record["entityId"],
        "service": record.get("service") or None,
        "severity": record.get("entityState"),
        "started_at": record["startTime"],
        "acknowledged_at": moves.get("acknowledged") or moves.get("acked"),
        "resolved_at": moves.get("resolved"),
        "labels": sorted_json({"routing": record.get("routingKey")}),
        "url": record.get("incidentLink"),
    }


ON_CALL = record_export(
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
