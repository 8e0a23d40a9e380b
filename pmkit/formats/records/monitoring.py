"""Alerts of hosted monitoring: CloudWatch, Azure, Google Cloud, Datadog, New Relic, Sentry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from pmkit.formats.builders import record_export
from pmkit.formats.format import Example
from pmkit.formats.record import Record, Row, sorted_json
from pmkit.formats.records.alert_steps import FIRED, RESOLVED, step

_AWS = {"ALARM": FIRED, "OK": RESOLVED}


def _alarm_history(record: Record) -> Iterator[Row]:
    if record["HistoryItemType"] == "StateUpdate":
        data = json.loads(record["HistoryData"])
        state = _AWS.get(data["newState"]["stateValue"])
        if state:
            yield step(record["AlarmName"], state, record["Timestamp"], name=record["AlarmName"],
                       summary=data["newState"].get("stateReason"))  # fmt: skip


CLOUDWATCH = record_export(
    "cloudwatch-alarm-history", "AWS CloudWatch: describe-alarm-history", "alerts",
    lambda record: "AlarmName" in record and "HistoryItemType" in record, _alarm_history,
    Example(
        '{"AlarmHistoryItems": [\n'
        '{"AlarmName": "5xx", "Timestamp": "2026-01-17T03:30:00.123000+00:00", "HistoryItemType": "StateUpdate", "HistorySummary": "Alarm '
        'updated from ALARM to OK", "HistoryData": "{\\"newState\\": {\\"stateValue\\": \\"OK\\"}}"},\n'
        '{"AlarmName": "5xx", "Timestamp": "2026-01-17T03:02:00Z", "HistoryItemType": "Action", "HistoryData": "{}"},\n'
        '{"AlarmName": "5xx", "Timestamp": "2026-01-17T03:01:00Z", "HistoryItemType": "StateUpdate", "HistoryData": "{\\"newState\\": '
        '{\\"stateValue\\": \\"ALARM\\", \\"stateReason\\": \\"Threshold crossed\\"}}"}]}',
        ({"name": "5xx", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:30:00.123Z", "summary": "Threshold crossed"},),
    ),
    path=("AlarmHistoryItems", "*"), paired=True,
)  # fmt: skip


def _sns(record: Record) -> Iterator[Row]:
    alarm = json.loads(record["Message"])
    state = _AWS.get(alarm["NewStateValue"])
    if state:
        yield step(
            alarm["AlarmName"], state, alarm["StateChangeTime"], name=alarm["AlarmName"], summary=alarm.get("NewStateReason")
        )


SNS = record_export(
    "cloudwatch-sns", "AWS SNS: notifications of CloudWatch alarms", "alerts",
    lambda record: record["Type"] == "Notification" and "AlarmName" in json.loads(record["Message"]), _sns,
    Example(
        '{"Type": "Notification", "TopicArn": "arn", "Message": "{\\"AlarmName\\": \\"5xx\\", \\"NewStateValue\\": \\"ALARM\\", '
        '\\"NewStateReason\\": \\"Threshold crossed\\", \\"StateChangeTime\\": \\"2026-01-17T03:01:00.000+0000\\"}"}\n'
        '{"Type": "Notification", "Message": "{\\"AlarmName\\": \\"5xx\\", \\"NewStateValue\\": \\"OK\\", \\"StateChangeTime\\": '
        '\\"2026-01-17T03:30:00.000+0000\\"}"}\n'
        '{"Type": "Notification", "Message": "{\\"AlarmName\\": \\"slow\\", \\"NewStateValue\\": \\"ALARM\\", \\"StateChangeTime\\": '
        '\\"2026-01-17T03:31:00.000+0000\\"}"}',
        ({"name": "5xx", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:30:00Z"}, {"name": "slow", "resolved_at": None}),
    ),
    paired=True,
)  # fmt: skip


def _azure(record: Record) -> Iterator[Row]:
    essentials = record["data"]["essentials"]
    yield {
        "alert_id": essentials["alertId"],
        "name": essentials["alertRule"],
        "severity": essentials.get("severity"),
        "started_at": essentials["firedDateTime"],
        "resolved_at": essentials.get("resolvedDateTime"),
        "summary": essentials.get("description"),
        "labels": sorted_json({"targets": essentials.get("alertTargetIDs", [])}),
    }


AZURE = record_export(
    "azure-common-alert", "Azure Monitor: common alert schema", "alerts",
    lambda record: record["schemaId"] == "azureMonitorCommonAlertSchema", _azure,
    Example(
        '{"schemaId": "azureMonitorCommonAlertSchema", "data": {"essentials": {"alertId": "/s/1", "alertRule": "5xx", "severity": "Sev1", '
        '"monitorCondition": "Fired", "firedDateTime": "2026-01-17T03:01:00.1234567Z", "description": "too many"}, "alertContext": {}}}\n'
        '{"schemaId": "azureMonitorCommonAlertSchema", "data": {"essentials": {"alertId": "/s/1", "alertRule": "5xx", "severity": "Sev1", '
        '"monitorCondition": "Resolved", "firedDateTime": "2026-01-17T03:01:00.1234567Z", "resolvedDateTime": "2026-01-17T03:30:00Z"}}}\n'
        '{"schemaId": "azureMonitorCommonAlertSchema", "data": {"essentials": {"alertId": "/s/2", "alertRule": "slow", '
        '"firedDateTime": "2026-01-17T03:02:00Z"}}}',
        ({"name": "5xx", "severity": "Sev1", "started_at": "2026-01-17T03:01:00.123456Z", "resolved_at": None, "summary": "too many"},
         {"resolved_at": "2026-01-17T03:30:00Z"}, {"name": "slow"}),
    ),
)  # fmt: skip


def _gcp(record: Record) -> Iterator[Row]:
    incident = record["incident"]
    yield {
        "alert_id": incident["incident_id"],
        "name": incident.get("policy_name") or incident.get("condition_name"),
        "severity": incident.get("severity"),
        "service": incident.get("resource_display_name") or None,
        "started_at": incident["started_at"],
        "resolved_at": incident.get("ended_at") or None,
        "summary": incident.get("summary"),
        "labels": sorted_json(incident.get("resource", {}).get("labels", {})),
        "url": incident.get("url"),
    }


GCP = record_export(
    "gcp-incident", "Google Cloud Monitoring: webhook notifications", "alerts",
    lambda record: "incident_id" in record["incident"] and "started_at" in record["incident"], _gcp,
    Example(
        '{"version": "1.2", "incident": {"incident_id": "0.abc", "policy_name": "5xx", "state": "open", "started_at": 1795469336, '
        '"ended_at": null, "summary": "too many", "url": "https://console.example/1"}}\n'
        '{"version": "1.2", "incident": {"incident_id": "0.abc", "policy_name": "5xx", "state": "closed", "started_at": 1795469336, '
        '"ended_at": 1795469396, "summary": "fine again"}}\n'
        '{"version": "1.2", "incident": {"incident_id": "0.abd", "condition_name": "slow", "state": "open", "started_at": 1795469400}}',
        ({"name": "5xx", "started_at": "2026-11-23T21:28:56Z", "resolved_at": None}, {"resolved_at": "2026-11-23T21:29:56Z"},
         {"name": "slow"}),
    ),
)  # fmt: skip

_DATADOG = {"error": FIRED, "warning": FIRED, "success": RESOLVED, "ok": RESOLVED, "alert": FIRED, "warn": FIRED}
_DATADOG_TITLE = re.compile(r"^\[[^\]]*\]\s*")


def _datadog(record: Record) -> Iterator[Row]:
    outer = record.get("attributes", record)
    event = {**outer, **outer.get("attributes", {})}
    state = _DATADOG.get(str(event.get("alert_type") or event.get("status")).lower())
    if state:
        name = _DATADOG_TITLE.sub("", str(event["title"]))
        at = event.get("date_happened") or outer.get("timestamp") or event["timestamp"]
        tags = event.get("tags") or outer.get("tags") or []
        yield step(event.get("monitor_id") or name, state, at, name=name, summary=event.get("text") or event.get("message"),
                   service=_service_tag(tags) or event.get("service"), labels=sorted_json(tags), url=event.get("url"))  # fmt: skip


def _service_tag(tags: list[str]) -> str | None:
    return next((tag.split(":", 1)[1] for tag in tags if tag.startswith("service:")), None)


def _is_datadog(record: Record) -> bool:
    return ("date_happened" in record and "title" in record) or (
        record["type"] == "event" and ("title" in record["attributes"] or "title" in record["attributes"]["attributes"])
    )


DATADOG = record_export(
    "datadog-events", "Datadog: events, such as those of monitors", "alerts", _is_datadog, _datadog,
    Example(
        '{"events": [{"id": 1, "title": "[Triggered on {host:a}] High errors", "text": "too many", "date_happened": 1795469336, '
        '"alert_type": "error", "tags": ["service:cart", "env:prod"]},\n'
        '{"id": 2, "title": "[Recovered on {host:a}] High errors", "date_happened": 1795469396, "alert_type": "success", "tags": []},\n'
        '{"id": 3, "title": "[Warn] Slow", "date_happened": 1795469400, "alert_type": "warning"}]}',
        ({"name": "High errors", "service": "cart", "started_at": "2026-11-23T21:28:56Z", "resolved_at": "2026-11-23T21:29:56Z"},
         {"name": "Slow", "resolved_at": None}),
    ),
    path=("events", "*"), paired=True,
)  # fmt: skip

DATADOG_V2 = record_export(
    "datadog-events-v2", "Datadog: event search API", "alerts", _is_datadog, _datadog,
    Example(
        '{"data": [{"id": "A", "type": "event", "attributes": {"timestamp": "2026-01-17T03:01:00.000Z", "tags": ["service:cart"], '
        '"attributes": {"title": "[Triggered] High errors", "status": "error"}}},\n'
        '{"id": "B", "type": "event", "attributes": {"timestamp": "2026-01-17T03:30:00.000Z", "attributes": {"title": "[Recovered] High '
        'errors", "status": "ok"}}},\n'
        '{"id": "C", "type": "event", "attributes": {"timestamp": "2026-01-17T03:31:00.000Z", "attributes": {"title": "Slow", "status": "warn"}}}]}',
        ({"name": "High errors", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:30:00Z"},
         {"name": "Slow"}),
    ),
    path=("data", "*"), paired=True,
)  # fmt: skip


def _monitor(record: Record) -> Iterator[Row]:
    if record["overall_state"] in {"Alert", "Warn", "No Data"}:
        at = record["overall_state_modified"]
        yield {"alert_id": f"{record['id']}@{at}", "name": record["name"], "started_at": at, "summary": record.get("message"),
               "labels": sorted_json(record.get("tags") or [])}  # fmt: skip


DATADOG_MONITORS = record_export(
    "datadog-monitors", "Datadog: monitors with their current state", "alerts",
    lambda record: "overall_state" in record and "query" in record, _monitor,
    Example(
        '[{"id": 7, "name": "High errors", "type": "metric alert", "query": "avg(last_5m):…", "overall_state": "Alert", '
        '"overall_state_modified": "2026-01-17T03:01:00.123456+00:00", "message": "too many", "tags": []},\n'
        '{"id": 8, "name": "Slow", "query": "q", "overall_state": "OK", "overall_state_modified": "2026-01-16T00:00:00+00:00"}]',
        ({"name": "High errors", "started_at": "2026-01-17T03:01:00.123456Z", "resolved_at": None},),
    ),
    Example(
        '[{"id": 9, "name": "No data from cart", "query": "q", "overall_state": "No Data", "overall_state_modified": '
        '"2026-01-17T04:01:00+01:00"}]',
        ({"name": "No data from cart", "started_at": "2026-01-17T03:01:00Z"},),
    ),
)  # fmt: skip


def _new_relic(record: Record) -> Iterator[Row]:
    title = record.get("title")
    yield {
        "alert_id": record.get("issueId") or record["id"],
        "name": (title[0] if isinstance(title, list) else title) or record.get("issueTitle"),
        "severity": record.get("priority"),
        "service": (record.get("entityNames") or record.get("impactedEntities") or [None])[0],
        "started_at": record.get("activatedAt") or record["createdAt"],
        "acknowledged_at": record.get("acknowledgedAt"),
        "resolved_at": record.get("closedAt"),
        "labels": sorted_json({"conditions": record.get("conditionName"), "policies": record.get("policyName")}),
        "url": record.get("issueUrl") or record.get("issuePageUrl"),
    }


NEW_RELIC = record_export(
    "new-relic", "New Relic: issues", "alerts",
    lambda record: ("issueId" in record or "issueUrl" in record) and ("activatedAt" in record or "createdAt" in record), _new_relic,
    Example(
        '[{"issueId": "a1", "title": ["High errors on cart"], "priority": "CRITICAL", "activatedAt": 1795469336000, '
        '"acknowledgedAt": 1795469366000, "closedAt": 1795469396000, "entityNames": ["cart"]},\n'
        '{"issueId": "a2", "title": ["Slow"], "priority": "HIGH", "activatedAt": 1795469400000, "closedAt": null}]',
        ({"name": "High errors on cart", "service": "cart", "started_at": "2026-11-23T21:28:56Z",
          "acknowledged_at": "2026-11-23T21:29:26Z", "resolved_at": "2026-11-23T21:29:56Z"}, {"name": "Slow", "resolved_at": None}),
    ),
    Example(
        '{"id": "a3", "issueUrl": "https://nr.example/a3", "title": "Apdex of shop is low", "priority": "MEDIUM", '
        '"createdAt": 1795469400000, "impactedEntities": ["shop", "cart"], "conditionName": ["apdex"]}',
        ({"name": "Apdex of shop is low", "service": "shop", "severity": "MEDIUM", "started_at": "2026-11-23T21:30:00Z", "url": "https://nr.example/a3"},),
    ),
)  # fmt: skip


def _sentry(record: Record) -> Iterator[Row]:
    details = record.get("statusDetails") or {}
    yield {
        "alert_id": f"sentry-{record['id']}",
        "name": record["title"],
        "severity": record.get("level"),
        "service": (record.get("project") or {}).get("slug"),
        "started_at": record["firstSeen"],
        "resolved_at": details.get("resolvedAt"),
        "summary": record.get("culprit"),
        "labels": sorted_json({"count": record.get("count"), "lastSeen": record.get("lastSeen")}),
        "url": record.get("permalink"),
    }


SENTRY = record_export(
    "sentry-issues", "Sentry: issues", "alerts",
    lambda record: "firstSeen" in record and "lastSeen" in record and "title" in record, _sentry,
    Example(
        '[{"id": "7", "title": "PoolTimeout: no connection", "culprit": "cart.add", "level": "error", "firstSeen": "2026-01-17T03:01:00Z", '
        '"lastSeen": "2026-01-17T03:30:00Z", "count": "412", "project": {"slug": "cart"}, "permalink": "https://sentry.example/7"},\n'
        '{"id": "8", "title": "KeyError", "firstSeen": "2026-01-17T03:02:00.123456Z", "lastSeen": "2026-01-17T03:02:00Z", "project": {}}]',
        ({"name": "PoolTimeout: no connection", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "severity": "error"},
         {"name": "KeyError"}),
    ),
    Example(
        '[{"id": "9", "title": "TypeError: undefined", "level": "fatal", "firstSeen": "2026-01-17T03:03:00Z", '
        '"lastSeen": "2026-01-17T03:20:00Z", "status": "resolved", "statusDetails": {"resolvedAt": '
        '"2026-01-17T03:25:00Z"}, "project": {"slug": "web"}}]',
        ({"name": "TypeError: undefined", "severity": "fatal", "service": "web", "resolved_at": "2026-01-17T03:25:00Z"},),
    ),
)  # fmt: skip
