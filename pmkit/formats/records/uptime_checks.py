"""Incidents of uptime checks: Uptime Kuma, Pingdom, Better Stack, Checkly, UptimeRobot, ThousandEyes."""

from __future__ import annotations

from pmkit.formats.alert_steps import FIRED, NEITHER, RESOLVED
from pmkit.formats.builders import record_export
from pmkit.formats.format import Example

BETTER_STACK = record_export(
    "better-stack-incidents", "Better Stack: incidents", "alerts", "attributes.started_at, attributes.cause, attributes.resolved_at",
    {"alert_id": "join('-', ['betterstack', text(id)])", "name": "attributes.name", "service": "attributes.name", "state": "attributes.status",
     "started_at": "attributes.started_at", "acknowledged_at": "attributes.acknowledged_at", "resolved_at": "attributes.resolved_at", "summary": "attributes.cause",
     "severity": "attributes.critical_alert && 'critical' || null", "url": "attributes.url"},
    Example(
        '{"data": [{"id": "7", "type": "incident", "attributes": {"name": "cart.example", "cause": "Status 502", "started_at": "2026-01-17T03:01:00.000Z", '
        '"acknowledged_at": "2026-01-17T03:03:00.000Z", "resolved_at": "2026-01-17T03:20:00.000Z", "status": "Resolved"}},\n'
        '{"id": "8", "type": "incident", "attributes": {"name": "stock.example", "cause": "Timeout", "started_at": "2026-01-17T03:30:00.000Z", '
        '"resolved_at": null, "status": "Started"}},\n'
        '{"id": "9", "type": "incident", "attributes": {"name": "mail.example", "cause": "Timeout", "started_at": "2026-01-17T03:40:00.000Z", '
        '"resolved_at": null}}]}',
        ({"name": "cart.example", "summary": "Status 502", "started_at": "2026-01-17T03:01:00Z", "acknowledged_at": "2026-01-17T03:03:00Z",
          "resolved_at": "2026-01-17T03:20:00Z"}, {"name": "stock.example", "resolved_at": None}, {"name": "mail.example"}),
    ),
)  # fmt: skip

CHECKLY = record_export(
    "checkly", "Checkly: webhooks of checks", "alerts", "alert_type, check_name, started_at",
    {"key": "check_id || check_name", "state": "alert_type", "at": "started_at", "name": "check_name", "service": "group_name",
     # A check fails or is degraded; what it is after a recovery is no severity.
     "severity": "match(alert_type, '(FAILURE|DEGRADED)(?:_REMAIN)?$') && lower(match(alert_type, '(FAILURE|DEGRADED)(?:_REMAIN)?$'))", "summary": "check_error_message || event",
     "url": "link"},
    Example(
        '{"event": "Cart has failed", "alert_type": "ALERT_FAILURE", "check_name": "Cart", "check_id": "c1", "started_at": "2026-01-17T03:01:00.123Z", '
        '"check_error_message": "no answer"}\n'
        '{"event": "Cart has recovered", "alert_type": "ALERT_RECOVERY", "check_name": "Cart", "check_id": "c1", "started_at": "2026-01-17T03:20:00.000Z"}\n'
        '{"event": "Mail is degraded", "alert_type": "ALERT_DEGRADED", "check_name": "Mail", "check_id": "c2", "started_at": "2026-01-17T03:30:00.000Z"}',
        ({"name": "Cart", "summary": "no answer", "severity": "failure", "started_at": "2026-01-17T03:01:00.123Z", "resolved_at": "2026-01-17T03:20:00Z"},
         {"name": "Mail", "severity": "degraded", "resolved_at": None}),
    ),
    states={"alert_failure": FIRED, "alert_degraded": FIRED, "alert_recovery": RESOLVED, "alert_degraded_recovery": RESOLVED, "alert_failure_remain": FIRED,
            "alert_degraded_remain": FIRED, "alert_degraded_failure": FIRED, "alert_failure_degraded": FIRED, "no_alert": NEITHER, "alert_ssl": FIRED},
)  # fmt: skip

UPTIME_KUMA = record_export(
    "uptime-kuma", "Uptime Kuma: webhooks", "alerts", "heartbeat.status, heartbeat.time, monitor.name",
    {"key": "text(monitor.id || monitor.name)", "state": "text(heartbeat.status)", "at": "heartbeat.time", "name": "monitor.name", "summary": "heartbeat.msg || msg",
     "labels": "tags(monitor.tags[].name)", "url": "monitor.url"},
    Example(
        '{"heartbeat": {"monitorID": 1, "status": 0, "time": "2026-01-17 03:01:00.123", "msg": "no answer"}, "monitor": {"id": 1, "name": "Cart"}, "msg": "x"}\n'
        '{"heartbeat": {"monitorID": 1, "status": 1, "time": "2026-01-17 03:20:00.000", "msg": "200 - OK"}, "monitor": {"id": 1, "name": "Cart"}, "msg": "x"}\n'
        '{"heartbeat": {"monitorID": 2, "status": 0, "time": "2026-01-17 03:30:00.000"}, "monitor": {"id": 2, "name": "Mail"}, "msg": "x"}',
        ({"name": "Cart", "summary": "no answer", "started_at": "2026-01-17T03:01:00.123Z", "resolved_at": "2026-01-17T03:20:00Z"},
         {"name": "Mail", "resolved_at": None}),
    ),
    states={"0": FIRED, "1": RESOLVED, "2": NEITHER, "3": NEITHER},
)  # fmt: skip

PINGDOM = record_export(
    "pingdom", "Pingdom: webhooks of checks", "alerts", "check_id, check_name, current_state, state_changed_timestamp",
    {"key": "text(check_id)", "state": "current_state", "at": "state_changed_timestamp", "name": "check_name", "severity": "importance_level",
     "summary": "long_description || description", "service": "service(tags(tags))", "labels": "tags"},
    Example(
        '{"check_id": 7, "check_name": "Cart", "current_state": "DOWN", "previous_state": "UP", "state_changed_timestamp": 1768618860, "importance_level": "HIGH", '
        '"long_description": "no answer"}\n'
        '{"check_id": 7, "check_name": "Cart", "current_state": "UP", "previous_state": "DOWN", "state_changed_timestamp": 1768620600}\n'
        '{"check_id": 8, "check_name": "Mail", "current_state": "FAILING", "state_changed_timestamp": 1768620700}',
        ({"name": "Cart", "severity": "HIGH", "summary": "no answer", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:30:00Z"},
         {"name": "Mail", "resolved_at": None}),
    ),
)  # fmt: skip

THOUSAND_EYES = record_export(
    "thousandeyes", "ThousandEyes: notifications of alerts", "alerts", "alert.ruleName, alert.dateStart|alert.dateStartZoned, eventType",
    {"alert_id": "join('-', ['thousandeyes', text(alert.alertId)])", "name": "alert.ruleName", "severity": "alert.severity",
     "service": "alert.testName || alert.hostname || alert.agentName", "state": "eventType", "started_at": "alert.dateStartZoned || alert.dateStart",
     "resolved_at": "alert.dateEndZoned || alert.dateEnd", "summary": "alert.ruleExpression", "url": "alert.permalink"},
    Example(
        '{"eventId": "1", "eventType": "ALERT_NOTIFICATION_TRIGGER", "alert": {"alertId": 7, "ruleName": "Slow", "severity": "Major", "testName": "cart", '
        '"dateStart": "2026-01-17 03:01:00", "dateStartZoned": "2026-01-17 03:01:00 UTC"}}\n'
        '{"eventId": "2", "eventType": "ALERT_NOTIFICATION_CLEAR", "alert": {"alertId": 7, "ruleName": "Slow", "dateStartZoned": "2026-01-17 03:01:00 UTC", '
        '"dateEndZoned": "2026-01-17 03:20:00 UTC"}}\n'
        '{"eventId": "3", "eventType": "ALERT_NOTIFICATION_TRIGGER", "alert": {"alertId": 8, "ruleName": "Down", "dateStartZoned": "2026-01-17 03:30:00 UTC"}}',
        ({"name": "Slow", "severity": "Major", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "resolved_at": None},
         {"resolved_at": "2026-01-17T03:20:00Z"}, {"name": "Down"}),
    ),
    states={"alert_notification_trigger": FIRED, "alert_notification_clear": RESOLVED},
)  # fmt: skip
