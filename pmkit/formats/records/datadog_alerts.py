"""Alerts and incidents of Datadog."""

from __future__ import annotations

from pmkit.formats.alert_steps import FIRED, NEITHER, RESOLVED
from pmkit.formats.builders import record_export
from pmkit.formats.format import Example

_EVENTS = {"error": FIRED, "warning": FIRED, "success": RESOLVED, "ok": RESOLVED, "alert": FIRED, "warn": FIRED, "info": NEITHER,
           "user_update": NEITHER, "snapshot": NEITHER, "no data": FIRED}  # fmt: skip
# The name of a monitor without its state in brackets in front, and without the group for which it was triggered.
_NAME = "match(title, '^(?:\\[[^\\]]*\\]\\s*)?(.*)$')"

DATADOG = record_export(
    "datadog-events", "Datadog: event stream", "alerts", "alert_type, date_happened, title",
    {"key": f"join(' ', [text(monitor_id || {_NAME}), text(monitor_groups || scopes) || ''])", "state": "alert_type", "at": "date_happened", "name": _NAME,
     "summary": "text", "service": "service(tags(tags))", "labels": "tags", "severity": "priority", "url": "url"},
    Example(
        '{"events": [{"id": 1, "title": "[Triggered on {host:a}] High errors", "text": "too many", "date_happened": 1795469336, '
        '"alert_type": "error", "tags": ["service:cart", "env:prod"]},\n'
        '{"id": 2, "title": "[Recovered on {host:a}] High errors", "date_happened": 1795469396, "alert_type": "success", "tags": []},\n'
        '{"id": 3, "title": "[Warn] Slow", "date_happened": 1795469400, "alert_type": "warning"}]}',
        ({"name": "High errors", "service": "cart", "started_at": "2026-11-23T21:28:56Z", "resolved_at": "2026-11-23T21:29:56Z"},
         {"name": "Slow", "resolved_at": None}),
    ),
    states=_EVENTS,
)  # fmt: skip

DATADOG_V2 = record_export(
    "datadog-events-v2", "Datadog: event search API", "alerts", "attributes.timestamp, attributes.attributes.title|attributes.attributes.status",
    {"key": "join(' ', [text(attributes.attributes.monitor.id || attributes.attributes.monitor_id || match(attributes.attributes.title, "
            "'^(?:\\[[^\\]]*\\]\\s*)?(.*)$')), text(attributes.attributes.monitor_groups || attributes.attributes.monitor.group_key) || ''])",
     "state": "attributes.attributes.monitor.transition.destination_state || attributes.attributes.status", "at": "attributes.timestamp",
     "name": "match(attributes.attributes.title, '^(?:\\[[^\\]]*\\]\\s*)?(.*)$')", "summary": "attributes.message",
     "service": "service(tags(attributes.tags)) || attributes.attributes.service", "labels": "attributes.tags"},
    Example(
        '{"data": [{"id": "A", "type": "event", "attributes": {"timestamp": "2026-01-17T03:01:00.000Z", "tags": ["service:cart"], '
        '"attributes": {"title": "[Triggered] High errors", "status": "error"}}},\n'
        '{"id": "B", "type": "event", "attributes": {"timestamp": "2026-01-17T03:30:00.000Z", "attributes": {"title": "[Recovered] High '
        'errors", "status": "ok"}}},\n'
        '{"id": "C", "type": "event", "attributes": {"timestamp": "2026-01-17T03:31:00.000Z", "attributes": {"title": "Slow", "status": "warn"}}}]}',
        ({"name": "High errors", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:30:00Z"},
         {"name": "Slow"}),
    ),
    states=_EVENTS,
)  # fmt: skip

MONITORS = record_export(
    "datadog-monitors", "Datadog: monitors with their current state", "alerts", "overall_state, query, overall_state_modified",
    {"key": "text(id)", "state": "overall_state", "started_at": "overall_state_modified", "name": "name", "summary": "message", "severity": "priority",
     "service": "service(tags(tags))", "labels": "tags"},
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
    states={"ok": NEITHER, "ignored": NEITHER, "skipped": NEITHER, "unknown": NEITHER},
)  # fmt: skip

WEBHOOK = record_export(
    "datadog-webhook", "Datadog: webhooks with the variables of an alert", "alerts",
    "alert_transition|alertTransition|transition, last_updated|lastUpdated|date, title|event_title|alert_title",
    {"key": "text(alert_id || alertId || monitor_id || aggreg_key || id || title)", "state": "alert_transition || alertTransition || transition",
     "at": "last_updated || lastUpdated || date", "name": "match(alert_title || title || event_title, '^(?:\\[[^\\]]*\\]\\s*)?(.*)$')",
     "severity": "alert_priority || severity || priority", "summary": "message || body || event_msg || description", "service": "service(tags(tags))", "labels": "tags(tags)",
     "url": "link || url"},
    Example(
        '{"alert_id": "7", "alert_transition": "Triggered", "title": "[Triggered] Slow", "last_updated": "1768618860000", "tags": '
        '"service:cart,env:prod", "alert_priority": "P2"}\n'
        '{"alert_id": "7", "alert_transition": "Recovered", "title": "[Recovered] Slow", "last_updated": "1768620600000", "tags": "service:cart"}\n'
        '{"alert_id": "8", "alert_transition": "No Data", "title": "[No Data] Full", "last_updated": "1768620700000", "tags": ""}',
        ({"name": "Slow", "service": "cart", "severity": "P2", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:30:00Z"},
         {"name": "Full", "resolved_at": None}),
    ),
    states={"re-triggered": FIRED, "renotify": FIRED, "warn": FIRED, "re-warn": FIRED, "re-no data": FIRED, "muted": FIRED},
)  # fmt: skip

INCIDENTS = record_export(
    "datadog-incidents", "Datadog: incidents", "alerts", "attributes.title, attributes.created, attributes.state|attributes.resolved",
    {"alert_id": "join('-', ['datadog', text(attributes.public_id || id)])", "name": "attributes.title", "severity": "attributes.severity || attributes.fields.severity.value",
     "state": "attributes.state || attributes.fields.state.value", "service": "attributes.fields.services.value[0]",
     "started_at": "attributes.customer_impact_start || attributes.detected || attributes.created", "at": "attributes.modified",
     "resolved_at": "attributes.resolved || attributes.customer_impact_end", "summary": "attributes.fields.summary.value"},
    Example(
        '{"data": [{"id": "a", "type": "incidents", "attributes": {"public_id": 7, "title": "No checkout", "severity": "SEV-1", "state": "resolved", '
        '"created": "2026-01-17T03:05:00Z", "detected": "2026-01-17T03:04:00Z", "customer_impact_start": "2026-01-17T03:01:00Z", '
        '"customer_impact_end": "2026-01-17T03:20:00Z", "resolved": "2026-01-17T03:30:00Z", "fields": {"services": {"value": ["cart"]}}}},\n'
        '{"id": "b", "type": "incidents", "attributes": {"title": "Slow", "state": "active", "created": "2026-01-17T03:40:00Z", "resolved": null}},\n'
        '{"id": "c", "type": "incidents", "attributes": {"title": "Full", "created": "2026-01-17T03:50:00Z", "resolved": null}}]}',
        ({"name": "No checkout", "severity": "SEV-1", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:30:00Z"},
         {"name": "Slow", "resolved_at": None}, {"name": "Full", "started_at": "2026-01-17T03:50:00Z"}),
    ),
    where="type == 'incidents' && !(attributes.started_at)",
)  # fmt: skip

MONITOR_SEARCH = record_export(
    "datadog-monitor-search", "Datadog: search of monitors and of their groups", "alerts", "status, last_triggered_ts, monitor_name|query, monitor_id|classification",
    {"key": "words([text(monitor_id || id), group])", "state": "status", "started_at": "last_triggered_ts", "name": "monitor_name || name",
     "severity": "priority && join('', ['P', text(priority)]) || null", "service": "service(tags(all_tags || tags))", "labels": "tags(all_tags || tags)"},
    Example(
        '{"monitors": [{"id": 7, "name": "High errors", "status": "Alert", "classification": "metric", "query": "q", "last_triggered_ts": 1768618860, "tags": ["service:cart"], '
        '"priority": 2},\n'
        '{"id": 8, "name": "Slow", "status": "OK", "classification": "metric", "query": "q", "last_triggered_ts": 1768618860, "tags": []}]}',
        ({"name": "High errors", "service": "cart", "severity": "P2", "started_at": "2026-01-17T03:01:00Z", "resolved_at": None},),
    ),
    Example(
        '{"groups": [{"monitor_id": 7, "monitor_name": "High errors", "group": "host:a", "status": "Alert", "last_triggered_ts": 1768618860, "all_tags": ["service:cart"]},\n'
        '{"monitor_id": 7, "monitor_name": "High errors", "group": "host:b", "status": "No Data", "last_triggered_ts": 1768618920, "all_tags": []}]}',
        ({"name": "High errors", "service": "cart", "started_at": "2026-01-17T03:01:00Z"}, {"service": None, "started_at": "2026-01-17T03:02:00Z"}),
    ),
    skip={"!last_triggered_ts": "a monitor that never fired"},
    states={"ok": NEITHER, "ignored": NEITHER, "skipped": NEITHER, "unknown": NEITHER},
)  # fmt: skip
