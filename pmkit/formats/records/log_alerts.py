"""Alerts of log servers and security monitors: Elastic, Graylog, Wazuh, Splunk."""

from __future__ import annotations

from pmkit.formats.builders import record_export
from pmkit.formats.format import Example

GRAYLOG = record_export(
    "graylog", "Graylog: webhooks of event definitions", "alerts", "event_definition_title, event.timestamp",
    {"key": "join(' ', [event_definition_id || event_definition_title, event.key || ''])", "alert_id": "event.id", "name": "event_definition_title",
     # Priorities of Graylog: 1 is low, 4 is critical.
     "severity": "element(['none', 'low', 'medium', 'high', 'critical'], event.priority)",
     "service": "service(event.fields) || event.source", "started_at": "event.timerange_start || event.timestamp", "summary": "event.message",
     "labels": "event.fields"},
    Example(
        '{"event_definition_id": "d1", "event_definition_title": "Many errors", "event": {"id": "e1", "timestamp": "2026-01-17T03:01:00.123Z", "message": '
        '"412 errors", "source": "graylog-1", "priority": 3, "fields": {"service": "cart"}}}\n'
        '{"event_definition_id": "d1", "event_definition_title": "Many errors", "event": {"id": "e2", "timestamp": "2026-01-17T03:06:00.123Z", "priority": 3}}\n'
        '{"event_definition_id": "d2", "event_definition_title": "No logs", "event": {"id": "e3", "timestamp": "2026-01-17T03:30:00.123Z", "priority": 2}}',
        ({"name": "Many errors", "service": "cart", "started_at": "2026-01-17T03:01:00.123Z", "summary": "412 errors"}, {"alert_id": "e2"},
         {"name": "No logs"}),
    ),
)  # fmt: skip

GRAYLOG_LEGACY = record_export(
    "graylog-legacy", "Graylog: webhooks of alert conditions of streams, before version 3.1", "alerts", "check_result.triggered_at, check_result.triggered_condition",
    {"key": "check_result.triggered_condition.id", "state": "check_result.triggered == `false` && 'resolved' || 'triggered'", "at": "check_result.triggered_at",
     "name": "check_result.triggered_condition.title || stream.title || check_result.triggered_condition.type", "summary": "check_result.result_description",
     "service": "service(check_result.matching_messages[0].fields)", "labels": "{stream: stream.title, condition: check_result.triggered_condition.description}"},
    Example(
        '{"check_result": {"result_description": "Stream had 2 messages in the last 1 minutes", "triggered_condition": {"id": "c1", "type": "MESSAGE_COUNT", "title": '
        '"Many errors"}, "triggered_at": "2026-01-17T03:01:00.123Z", "triggered": true, "matching_messages": [{"message": "ERROR: no answer", "fields": {"service": "cart"}, '
        '"timestamp": "2026-01-17T03:00:49.284Z"}]}, "stream": {"title": "errors"}}\n'
        '{"check_result": {"result_description": "d", "triggered_condition": {"id": "c2", "type": "FIELD_VALUE"}, "triggered_at": "2026-01-17T03:10:00.000Z", "triggered": true, '
        '"matching_messages": []}, "stream": {"title": "slow"}}\n'
        '{"check_result": {"triggered_condition": {"id": "c3", "type": "FIELD_VALUE"}, "triggered_at": "2026-01-17T03:20:00.000Z", "triggered": true}}',
        ({"name": "Many errors", "service": "cart", "started_at": "2026-01-17T03:01:00.123Z", "summary": "Stream had 2 messages in the last 1 minutes"}, {"name": "slow"},
         {"name": "FIELD_VALUE"}),
    ),
)  # fmt: skip

WAZUH = record_export(
    "wazuh", "Wazuh: alerts of rules", "alerts", "rule.level, rule.description, timestamp, agent",
    {"alert_id": "id", "key": "rule.id", "name": "rule.description", "started_at": "timestamp", "service": "agent.name",
     "severity": "(to_number(rule.level) >= `12` && 'critical') || (to_number(rule.level) >= `7` && 'warning') || 'info'",
     "summary": "full_log", "labels": "{level: rule.level, groups: rule.groups, agent: agent.name}"},
    Example(
        '{"timestamp": "2026-01-17T03:01:00.123+0000", "rule": {"level": 10, "description": "Many failed logins", "id": "5712"}, "agent": {"id": "001", '
        '"name": "web1"}, "id": "1.1", "full_log": "failed"}\n'
        '{"timestamp": "2026-01-17T03:02:00.123+0000", "rule": {"level": 12, "description": "Disk is full", "id": "5108"}, "agent": {"name": "db1"}, "id": "1.2"}\n'
        '{"timestamp": "2026-01-17T03:03:00.123+0000", "rule": {"level": 3, "description": "Package installed", "id": "2902"}, "agent": {"name": "db1"}, "id": "1.3"}',
        ({"name": "Many failed logins", "severity": "warning", "service": "web1", "started_at": "2026-01-17T03:01:00.123Z"}, {"severity": "critical"},
         {"severity": "info"}),
    ),
)  # fmt: skip

WAZUH_FORWARDED = record_export(
    "wazuh-forwarded", "Wazuh: alerts as an integration forwards them", "alerts", "message, severity, description, created_at",
    {"key": "message", "name": "message", "severity": "severity", "started_at": "created_at", "service": "match(description, 'Agent Name (.*)')",
     "summary": "match(description, 'Full Log (.*)') || description"},
    Example(
        '[{"message": "Disk is full", "severity": "high", "description": "Rule ID 5108\\nLevel 12\\nAgent ID 001\\nAgent Name db1\\nFull Log no space\\n", '
        '"created_at": "2026-01-17T03:01:00.123456+00:00"},\n'
        '{"message": "Logins failed", "severity": "low", "description": "Rule ID 5712\\nAgent ID 002\\nAgent Name web1", "created_at": "2026-01-17T04:01:00.123456+01.00"},\n'
        '{"message": "Down", "severity": "high", "description": "Rule ID 5713\\nAgent ID 002", "created_at": "2026-01-17T03:02:00Z"}]',
        ({"name": "Disk is full", "severity": "high", "service": "db1", "summary": "no space", "started_at": "2026-01-17T03:01:00.123456Z"},
         {"started_at": "2026-01-17T03:01:00.123456Z"}, {"name": "Down"}),
    ),
    where="contains(description, 'Rule ID') && contains(description, 'Agent ID')",
)  # fmt: skip

ELASTIC = record_export(
    "elastic-alerts", "Elastic: alerts of rules (Kibana), as documents of .alerts indices", "alerts", "kibana.alert.rule.name, kibana.alert.status, kibana.alert.start|@timestamp",
    {"alert_id": "_id || \"kibana.alert.uuid\" || kibana.alert.uuid", "name": "\"kibana.alert.rule.name\" || kibana.alert.rule.name",
     "severity": "\"kibana.alert.severity\" || kibana.alert.severity", "state": "\"kibana.alert.status\" || kibana.alert.status",
     "service": "\"service.name\" || service.name || \"kibana.alert.instance.id\"", "started_at": "\"kibana.alert.start\" || kibana.alert.start || \"@timestamp\"",
     "resolved_at": "\"kibana.alert.end\" || kibana.alert.end", "at": "\"@timestamp\"", "summary": "\"kibana.alert.reason\" || kibana.alert.reason"},
    Example(
        '{"hits": {"hits": [{"_id": "a", "_source": {"@timestamp": "2026-01-17T03:20:00Z", "kibana.alert.rule.name": "Many errors", "kibana.alert.status": '
        '"recovered", "kibana.alert.start": "2026-01-17T03:01:00Z", "kibana.alert.end": "2026-01-17T03:20:00Z", "kibana.alert.uuid": "u1", "service.name": '
        '"cart", "kibana.alert.reason": "412 errors"}},\n'
        '{"_id": "b", "_source": {"@timestamp": "2026-01-17T03:30:00Z", "kibana.alert.rule.name": "No logs", "kibana.alert.status": "active", '
        '"kibana.alert.start": "2026-01-17T03:25:00Z", "kibana.alert.uuid": "u2"}},\n'
        '{"_id": "c", "_source": {"@timestamp": "2026-01-17T03:31:00Z", "kibana": {"alert": {"rule": {"name": "Full"}, "status": "active", "start": '
        '"2026-01-17T03:31:00Z"}}}}]}}',
        ({"name": "Many errors", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:20:00Z"},
         {"name": "No logs", "started_at": "2026-01-17T03:25:00Z", "resolved_at": None}, {"name": "Full"}),
    ),
)  # fmt: skip

SPLUNK = record_export(
    "splunk-alert", "Splunk: webhooks of alerts", "alerts", "search_name, sid, result",
    {"key": "search_name", "alert_id": "sid", "name": "search_name", "severity": "result.severity || result.urgency", "service": "service(result) || result.host",
     "started_at": "result._time || match(sid, '_at_(\\d{10})')", "summary": "result._raw || result.message", "labels": "result", "url": "results_link"},
    Example(
        '{"search_name": "Many errors", "sid": "scheduler__admin__search__RMD5_at_1768618860_7", "app": "search", "owner": "admin", "results_link": '
        '"https://splunk.example/7", "result": {"host": "web1", "service": "cart", "count": "412"}}\n'
        '{"search_name": "Many errors", "sid": "scheduler__admin__search__RMD5_at_1768619160_8", "result": {"count": "12", "_time": "1768619100"}}\n'
        '{"search_name": "No logs", "sid": "scheduler__admin__search__RMD6_at_1768619160_9", "result": {}}',
        ({"name": "Many errors", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "url": "https://splunk.example/7"},
         {"started_at": "2026-01-17T03:05:00Z"}, {"name": "No logs"}),
    ),
)  # fmt: skip
