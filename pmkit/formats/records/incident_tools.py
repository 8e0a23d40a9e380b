"""Incidents of incident management tools; each is read as one alert."""

from __future__ import annotations

from pmkit.formats.builders import record_export
from pmkit.formats.format import Example

KEEP = record_export(
    "keep", "Keep: alerts", "alerts", "lastReceived, fingerprint, status",
    {"alert_id": "fingerprint", "name": "name", "severity": "severity", "state": "status", "service": "service", "started_at": "firingStartTime || startedAt || lastReceived",
     "at": "lastReceived", "summary": "description || message", "labels": "labels", "url": "url"},
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

INCIDENT_IO = record_export(
    "incident-io", "incident.io: incidents", "alerts", "reference, incident_status, created_at",
    {"alert_id": "reference", "name": "name", "severity": "severity.name",
     "service": "custom_field_entries[?contains(lower(custom_field.name), 'service')].values[].[value_catalog_entry.name, value_option.value, value_text][] | [0]",
     "started_at": "_times.\"impact started at\" || _times.\"impact started\" || _times.\"reported at\" || created_at",
     "acknowledged_at": "_times.\"accepted at\" || _times.\"acknowledged at\"",
     "resolved_at": "_times.\"resolved at\" || _times.\"fixed at\" || _times.\"closed at\"",
     "summary": "summary", "labels": "_times", "url": "permalink"},
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
    named={"_times": "pairs(incident_timestamp_values[].{name: lower(incident_timestamp.name), value: value.value}, 'name', 'value')"},
)  # fmt: skip

ROOTLY = record_export(
    "rootly", "Rootly: incidents", "alerts", "type, attributes.title, attributes.started_at",
    {"alert_id": "join('-', ['rootly', text(attributes.sequential_id || id)])", "name": "attributes.title",
     "severity": "attributes.severity.data.attributes.name || attributes.severity", "service": "attributes.services.data[0].attributes.name || attributes.services[0].name",
     "started_at": "attributes.started_at || attributes.created_at", "acknowledged_at": "attributes.acknowledged_at", "resolved_at": "attributes.resolved_at",
     "summary": "attributes.summary", "labels": "{mitigated_at: attributes.mitigated_at, detected_at: attributes.detected_at}", "url": "attributes.url"},
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
    where="type == 'incidents'",
)  # fmt: skip

FIREHYDRANT = record_export(
    "firehydrant", "FireHydrant: incidents", "alerts", "milestones, created_at, name",
    {"alert_id": "join('-', ['firehydrant', text(id)])", "name": "name", "severity": "severity", "service": "services[0].name || impacts[0].impact.name",
     "started_at": "pairs(milestones, 'type', 'occurred_at').started || started_at || created_at",
     "acknowledged_at": "pairs(milestones, 'type', 'occurred_at').acknowledged", "resolved_at": "pairs(milestones, 'type', 'occurred_at').resolved",
     "summary": "description || summary", "labels": "pairs(milestones, 'type', 'occurred_at')", "url": "incident_url"},
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
    where="type(milestones) == 'array'",
)  # fmt: skip
