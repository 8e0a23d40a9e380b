"""Alerts of on-call tools: Opsgenie, Splunk On-Call."""

from __future__ import annotations

from pmkit.formats.alert_steps import ACKNOWLEDGED, FIRED, RESOLVED
from pmkit.formats.builders import record_export
from pmkit.formats.format import Example

OPSGENIE = record_export(
    "opsgenie", "Opsgenie and Jira Service Management: alerts as JSON", "alerts", "tinyId, createdAt, message",
    {"alert_id": "join('-', ['opsgenie', id])", "name": "message", "severity": "priority", "service": "details.service || entity || service(tags(tags))",
     "state": "status || (acknowledged && 'acknowledged')", "started_at": "createdAt", "acknowledged_at": "later(createdAt, seconds(report.ackTime)) || acknowledgedAt",
     "resolved_at": "later(createdAt, seconds(report.closeTime)) || closedAt", "at": "updatedAt", "summary": "description", "labels": "tags"},
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
)  # fmt: skip

OPSGENIE_CSV = record_export(
    "opsgenie-csv", "Opsgenie: alerts as CSV", "alerts", "TinyId, Message, CreatedAt|CreatedAtDate",
    {"alert_id": "join('-', ['opsgenie', AlertId || \"Alert ID\" || TinyId])", "name": "Message", "severity": "Priority", "service": "Entity", "state": "Status",
     "started_at": "CreatedAtDate || CreatedAt", "acknowledged_at": "AcknowledgedAtDate || AcknowledgedAt", "resolved_at": "ClosedAtDate || ClosedAt",
     "at": "UpdatedAtDate || UpdatedAt", "labels": "{tags: Tags}"},
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

OPSGENIE_WEBHOOK = record_export(
    "opsgenie-webhook", "Opsgenie: webhooks", "alerts", "action, alert.alertId, alert.message",
    {"key": "join('-', ['opsgenie', alert.alertId])", "state": "action", "at": "alert.updatedAt && action != 'Create' && alert.updatedAt || alert.createdAt",
     "name": "alert.message", "severity": "alert.priority", "service": "alert.details.service || alert.entity", "summary": "alert.description", "labels": "alert.tags"},
    Example(
        '{"action": "Create", "alert": {"alertId": "a", "message": "Slow", "priority": "P2", "entity": "cart", "createdAt": 1768618860000, "updatedAt": '
        '1768618860000000000, "tags": []}}\n'
        '{"action": "Acknowledge", "alert": {"alertId": "a", "message": "Slow", "createdAt": 1768618860000, "updatedAt": 1768618980000000000}}\n'
        '{"action": "Close", "alert": {"alertId": "a", "message": "Slow", "createdAt": 1768618860000, "updatedAt": 1768620600000000000}}',
        ({"name": "Slow", "severity": "P2", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "acknowledged_at": "2026-01-17T03:03:00Z",
          "resolved_at": "2026-01-17T03:30:00Z"},),
    ),
    skip={"!match(action, '^(Create|Acknowledge|Close|UnAcknowledge)$')": "an action that does not change an alert's state"},
    states={"create": FIRED, "unacknowledge": FIRED},
)  # fmt: skip

ON_CALL = record_export(
    "splunk-on-call", "Splunk On-Call (VictorOps): incidents", "alerts", "incidentNumber, startTime, entityId",
    {"alert_id": "join('-', ['victorops', text(incidentNumber)])", "name": "entityDisplayName || entityId", "service": "service", "severity": "entityState",
     "state": "currentPhase", "started_at": "startTime",
     "acknowledged_at": "transitions[?lower(name) == 'acknowledged' || lower(name) == 'acked'].at | min(@)",
     "resolved_at": "transitions[?lower(name) == 'resolved'].at | max(@)", "labels": "{routing: routingKey}", "url": "incidentLink"},
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
    states={"unacked": FIRED, "acked": ACKNOWLEDGED, "resolved": RESOLVED},
)  # fmt: skip
