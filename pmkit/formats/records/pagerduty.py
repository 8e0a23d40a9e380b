"""Incidents of PagerDuty; each is read as one alert."""

from __future__ import annotations

from pmkit.formats.alert_steps import ACKNOWLEDGED, FIRED, NEITHER, RESOLVED
from pmkit.formats.builders import record_export
from pmkit.formats.format import Example

PAGERDUTY = record_export(
    "pagerduty-incidents", "PagerDuty: incidents as JSON", "alerts", "incident_number, created_at, service, status",
    {"alert_id": "join('-', ['pagerduty', id])", "name": "title || description || summary", "severity": "priority.summary || priority.name || urgency",
     "state": "status", "service": "service.summary || service.name", "started_at": "created_at",
     "acknowledged_at": "acknowledgements[?at] | [0].at", "resolved_at": "resolved_at", "at": "last_status_change_at || last_status_change_on",
     "labels": "{number: incident_number, status: status}", "url": "html_url"},
    Example(
        '{"incidents": [{"id": "Q1", "incident_number": 7, "title": "High errors", "status": "resolved", "urgency": "high", '
        '"created_at": "2026-01-17T03:01:00Z", "last_status_change_at": "2026-01-17T03:30:00Z", "service": {"id": "P", "summary": "cart"}, '
        '"acknowledgements": [{"at": "2026-01-17T03:03:00Z", "acknowledger": {"type": "user_reference"}}], "html_url": "https://pd.example/Q1"},\n'
        '{"id": "Q2", "incident_number": 8, "title": "Slow", "status": "triggered", "created_at": "2026-01-17T03:31:00Z", '
        '"service": {"summary": "db"}}], "limit": 25, "more": false}',
        ({"name": "High errors", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "acknowledged_at": "2026-01-17T03:03:00Z",
          "resolved_at": "2026-01-17T03:30:00Z", "severity": "high"}, {"name": "Slow", "resolved_at": None}),
    ),
    Example(
        '{"incidents": [{"id": "Q3", "incident_number": 9, "description": "Disk is full", "status": "acknowledged", '
        '"priority": {"summary": "P2"}, "created_at": "2026-01-17T04:31:00+01:00", "service": {"summary": "db"}, '
        '"acknowledgements": [{"at": "2026-01-17T03:35:00Z"}]}]}',
        ({"name": "Disk is full", "severity": "P2", "started_at": "2026-01-17T03:31:00Z", "acknowledged_at": "2026-01-17T03:35:00Z", "resolved_at": None},),
    ),
    where="type(service) == 'object'",
)  # fmt: skip

PAGERDUTY_CSV = record_export(
    "pagerduty-csv", "PagerDuty: incidents as CSV, raw incident data of Insights", "alerts", "incident_number, created_on|created_at, description",
    {"alert_id": "join('-', ['pagerduty', text(id || incident_id || incident_number)])", "name": "description", "severity": "priority_name || urgency", "state": "status",
     "service": "service_name", "started_at": "created_on || created_at",
     "acknowledged_at": "first_acknowledged_on || acknowledged_on || later(created_on || created_at, seconds_to_first_ack)",
     "resolved_at": "resolved_on || resolved_at || later(created_on || created_at, seconds_to_resolve)", "labels": "{number: incident_number}"},
    Example(
        "incident_number,description,service_id,service_name,urgency,created_on,first_acknowledged_on,resolved_on\n"
        "7,High errors,P1,cart,high,2026-01-17T03:01:00Z,2026-01-17T03:03:00Z,2026-01-17T03:30:00Z\n"
        "8,Slow,P2,db,low,2026-01-17T03:31:00Z,,\n",
        ({"name": "High errors", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "acknowledged_at": "2026-01-17T03:03:00Z",
          "resolved_at": "2026-01-17T03:30:00Z"}, {"name": "Slow", "acknowledged_at": None, "resolved_at": None}),
    ),
    Example(
        'id,incident_number,description,service_name,urgency,priority_name,created_on,acknowledged_on,resolved_on\n'
        'Q3,9,"Disk is full, again",db,high,P2,2026-01-17T03:31:00+00:00,2026-01-17T03:35:00+00:00,\n',
        ({"name": "Disk is full, again", "severity": "P2", "acknowledged_at": "2026-01-17T03:35:00Z", "resolved_at": None},),
    ),
    Example(
        "id,incident_number,description,service_name,created_on,resolved_on,seconds_to_first_ack,seconds_to_resolve,urgency\n"
        "Q4,10,Queue is long,mail,2026-01-17T03:31:00Z,2026-01-17T03:51:00Z,90,1200,high\n"
        "Q5,11,Queue is stuck,mail,2026-01-17T04:31:00Z,,,,low\n",
        ({"name": "Queue is long", "acknowledged_at": "2026-01-17T03:32:30Z", "resolved_at": "2026-01-17T03:51:00Z"},
         {"name": "Queue is stuck", "acknowledged_at": None, "resolved_at": None}),
    ),
    where="!(type(service) == 'object')",
)  # fmt: skip

LOG_ENTRIES = record_export(
    "pagerduty-log-entries", "PagerDuty: log entries as JSON", "alerts", "type, created_at, incident|service",
    {"key": "join('-', ['pagerduty', text(incident.id) || ''])", "state": "match(type, '^(\\w+)_log_entry')", "at": "created_at",
     "name": "incident.summary || incident.title || summary", "service": "service.summary", "summary": "channel.summary", "url": "incident.html_url"},
    Example(
        '{"log_entries": [{"id": "R3", "type": "resolve_log_entry", "created_at": "2026-01-17T03:30:00Z", "incident": {"id": "Q1"}},\n'
        '{"id": "R2", "type": "acknowledge_log_entry", "created_at": "2026-01-17T03:03:00Z", "incident": {"id": "Q1"}},\n'
        '{"id": "R1", "type": "trigger_log_entry", "created_at": "2026-01-17T03:01:00Z", "incident": {"id": "Q1", "summary": "High errors"}, '
        '"service": {"summary": "cart"}},\n'
        '{"id": "R0", "type": "notify_log_entry", "created_at": "2026-01-17T03:01:01Z", "incident": {"id": "Q1"}}]}',
        ({"name": "High errors", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "acknowledged_at": "2026-01-17T03:03:00Z",
          "resolved_at": "2026-01-17T03:30:00Z"},),
    ),
    where="ends_with(type, '_log_entry') || ends_with(type, '_log_entry_reference')",
    skip={"!match(type, '^(trigger|acknowledge|resolve|unacknowledge)_log_entry')": "an entry about notifications, assignments or notes"},
    states={"unacknowledge": NEITHER},
)  # fmt: skip

PAGERDUTY_WEBHOOK = record_export(
    "pagerduty-webhook", "PagerDuty: v3 webhooks, one JSON object per line", "alerts", "event_type, occurred_at, data",
    {"key": "join('-', ['pagerduty', text(data.id || data.incident.id) || ''])", "state": "event_type", "at": "occurred_at", "name": "data.title",
     "service": "data.service.summary", "severity": "data.priority.summary || data.urgency", "url": "data.html_url"},
    Example(
        '{"event": {"id": "1", "event_type": "incident.triggered", "occurred_at": "2026-01-17T03:01:00.123Z", "data": {"id": "Q1", '
        '"title": "High errors", "urgency": "high", "service": {"summary": "cart"}}}}\n'
        '{"event": {"id": "2", "event_type": "incident.acknowledged", "occurred_at": "2026-01-17T03:03:00Z", "data": {"id": "Q1"}}}\n'
        '{"event": {"id": "3", "event_type": "incident.annotated", "occurred_at": "2026-01-17T03:04:00Z", "data": {"id": "Q1"}}}\n'
        '{"event": {"id": "4", "event_type": "incident.resolved", "occurred_at": "2026-01-17T03:30:00Z", "data": {"id": "Q1"}}}',
        ({"name": "High errors", "service": "cart", "severity": "high", "started_at": "2026-01-17T03:01:00.123Z",
          "acknowledged_at": "2026-01-17T03:03:00Z", "resolved_at": "2026-01-17T03:30:00Z"},),
    ),
    skip={"!match(event_type, '^incident\\.(triggered|acknowledged|resolved|reopened|unacknowledged)$')": "an event that is no change of an incident's state"},
    states={"incident.triggered": FIRED, "incident.acknowledged": ACKNOWLEDGED, "incident.resolved": RESOLVED, "incident.reopened": FIRED,
            "incident.unacknowledged": NEITHER},
)  # fmt: skip

MESSAGES = record_export(
    "pagerduty-webhook-v2", "PagerDuty: v2 webhooks", "alerts", "event, incident.created_at, incident.incident_number",
    {"key": "join('-', ['pagerduty', incident.id])", "state": "event", "at": "created_on || log_entries[0].created_at || incident.last_status_change_at || incident.created_at",
     "name": "incident.title || incident.description", "service": "incident.service.summary || incident.service.name",
     "severity": "incident.priority.summary || incident.urgency", "url": "incident.html_url"},
    Example(
        '{"messages": [{"event": "incident.trigger", "created_on": "2026-01-17T03:01:00Z", "incident": {"id": "Q1", "incident_number": 7, "title": "Slow", '
        '"created_at": "2026-01-17T03:01:00Z", "urgency": "high", "service": {"name": "cart"}}}]}\n'
        '{"messages": [{"event": "incident.acknowledge", "created_on": "2026-01-17T03:03:00Z", "incident": {"id": "Q1", "incident_number": 7, "created_at": '
        '"2026-01-17T03:01:00Z"}}]}\n'
        '{"messages": [{"event": "incident.resolve", "created_on": "2026-01-17T03:20:00Z", "incident": {"id": "Q1", "incident_number": 7, "created_at": '
        '"2026-01-17T03:01:00Z"}}]}',
        ({"name": "Slow", "service": "cart", "severity": "high", "started_at": "2026-01-17T03:01:00Z", "acknowledged_at": "2026-01-17T03:03:00Z",
          "resolved_at": "2026-01-17T03:20:00Z"},),
    ),
    skip={"!match(event, '^incident\\.(trigger|acknowledge|resolve)$')": "an event that is no change of an incident's state"},
    states={"incident.trigger": FIRED, "incident.acknowledge": ACKNOWLEDGED, "incident.resolve": RESOLVED},
)  # fmt: skip

MESSAGES_V1 = record_export(
    "pagerduty-webhook-v1", "PagerDuty: v1 webhooks", "alerts", "type, created_on, data.incident.incident_number",
    {"key": "join('-', ['pagerduty', data.incident.id])", "state": "type", "at": "created_on",
     "name": "data.incident.trigger_summary_data.subject || data.incident.trigger_summary_data.description || data.incident.incident_key",
     "service": "data.incident.service.name", "severity": "data.incident.urgency", "url": "data.incident.html_url"},
    Example(
        '{"messages": [{"id": "1", "created_on": "2026-01-17T03:01:00Z", "type": "incident.trigger", "data": {"incident": {"id": "Q1", "incident_number": 7, '
        '"service": {"name": "cart"}, "trigger_summary_data": {"subject": "Slow"}}}}, '
        '{"id": "2", "created_on": "2026-01-17T03:03:00Z", "type": "incident.acknowledge", "data": {"incident": {"id": "Q1", "incident_number": 7}}}]}\n'
        '{"messages": [{"id": "3", "created_on": "2026-01-17T03:20:00Z", "type": "incident.resolve", "data": {"incident": {"id": "Q1", "incident_number": 7}}}]}\n'
        '{"messages": [{"id": "4", "created_on": "2026-01-17T03:21:00Z", "type": "incident.assign", "data": {"incident": {"id": "Q2", "incident_number": 8}}}]}',
        ({"name": "Slow", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "acknowledged_at": "2026-01-17T03:03:00Z", "resolved_at": "2026-01-17T03:20:00Z"},),
    ),
    skip={"!match(type, '^incident\\.(trigger|acknowledge|resolve)$')": "an event that is no change of an incident's state"},
    states={"incident.trigger": FIRED, "incident.acknowledge": ACKNOWLEDGED, "incident.resolve": RESOLVED},
)  # fmt: skip
