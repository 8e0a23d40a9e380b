"""Alerts of observability services: New Relic, Sentry, Dynatrace, Splunk, Elastic, and others."""

from __future__ import annotations

from pmkit.formats.alert_steps import FIRED, RESOLVED
from pmkit.formats.builders import record_export
from pmkit.formats.format import Example

NEW_RELIC = record_export(
    "new-relic", "New Relic: issues, from webhooks and NerdGraph", "alerts", "issueId|issueUrl, activatedAt|createdAt",
    {"key": "issueId || id", "alert_id": "issueId || id", "name": "title[0] || title || issueTitle", "severity": "priority", "state": "state",
     "service": "entityNames[0] || impactedEntities[0] || entitiesData.names[0]", "started_at": "activatedAt || createdAt", "acknowledged_at": "acknowledgedAt",
     "resolved_at": "closedAt", "at": "updatedAt", "labels": "{conditions: conditionName, policies: policyName}", "url": "issueUrl || issuePageUrl"},
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

NEW_RELIC_LEGACY = record_export(
    "new-relic-legacy", "New Relic: webhooks of alert conditions", "alerts", "condition_name, current_state, timestamp",
    {"key": "text(incident_id || condition_id)", "state": "current_state", "at": "timestamp", "name": "condition_name", "severity": "severity || priority",
     "service": "targets[0].name || service(tags(details))", "summary": "details", "url": "incident_url"},
    Example(
        '{"incident_id": 7, "condition_name": "Slow", "current_state": "open", "severity": "CRITICAL", "timestamp": 1768618860000, "details": '
        '"p95 is 3 s", "targets": [{"name": "cart"}]}\n'
        '{"incident_id": 7, "condition_name": "Slow", "current_state": "acknowledged", "severity": "CRITICAL", "timestamp": 1768618980000}\n'
        '{"incident_id": 7, "condition_name": "Slow", "current_state": "closed", "severity": "CRITICAL", "timestamp": 1768620600000}',
        ({"name": "Slow", "service": "cart", "severity": "CRITICAL", "started_at": "2026-01-17T03:01:00Z", "acknowledged_at": "2026-01-17T03:03:00Z",
          "resolved_at": "2026-01-17T03:30:00Z"},),
    ),
)  # fmt: skip

SENTRY = record_export(
    "sentry-issues", "Sentry: issues", "alerts", "firstSeen, lastSeen, title",
    {"alert_id": "join('-', ['sentry', text(id)])", "name": "title", "severity": "level", "service": "project.slug || project", "started_at": "firstSeen",
     # An issue that is ignored still occurs.
     "state": "status", "resolved_at": "statusDetails.resolvedAt", "at": "lastSeen", "summary": "culprit", "labels": "{count: count, lastSeen: lastSeen}", "url": "permalink"},
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
    states={"ignored": FIRED, "resolvedinnextrelease": RESOLVED},
)  # fmt: skip

SENTRY_EVENTS = record_export(
    "sentry-webhook", "Sentry: webhooks of issue alerts", "alerts", "culprit, event.event_id, event.timestamp|event.datetime|event.received",
    {"key": "text(id || event.issue_id || event.event_id)", "at": "event.timestamp || event.datetime || event.received", "name": "event.title || message", "severity": "level || event.level",
     "service": "project_slug || project_name || project", "summary": "message", "labels": "event.tags[?length(@) == `2`]", "url": "url"},
    Example(
        '{"id": "7", "project_slug": "web", "level": "error", "culprit": "add in cart.js", "message": "no answer", "url": "https://sentry.example/7", '
        '"event": {"event_id": "a1", "title": "No answer", "timestamp": 1768618860.5}}\n'
        '{"id": "8", "project_slug": "web", "level": "fatal", "culprit": "pay", "message": "x", "event": {"event_id": "a2", "title": "No money", '
        '"timestamp": 1768618920}}\n'
        '{"id": "9", "project_slug": "web", "level": "warning", "culprit": "pay", "message": "x", "event": {"event_id": "a3", "timestamp": 1768618980}}',
        ({"name": "No answer", "severity": "error", "service": "web", "started_at": "2026-01-17T03:01:00.500Z", "resolved_at": None},
         {"name": "No money"}, {"name": "x"}),
    ),
)  # fmt: skip

SENTRY_ACTIONS = record_export(
    "sentry-integration", "Sentry: webhooks of an integration, for issues and metric alerts", "alerts", "action, data.issue|data.event|data.metric_alert",
    {"key": "text(data.issue.id || data.event.issue_id || data.metric_alert.id)", "state": "action",
     "at": "data.event.datetime || data.metric_alert.date_detected || data.issue.lastSeen || data.issue.firstSeen",
     "name": "data.issue.title || data.event.title || data.description_title || data.metric_alert.title", "severity": "data.issue.level || data.event.level",
     "service": "data.issue.project.slug || data.metric_alert.projects[0]", "summary": "data.issue.culprit || data.event.culprit || data.description_text",
     "url": "data.issue.web_url || data.event.web_url || data.web_url"},
    Example(
        '{"action": "created", "data": {"issue": {"id": "7", "title": "No answer", "level": "error", "culprit": "add", "firstSeen": '
        '"2026-01-17T03:01:00Z", "lastSeen": "2026-01-17T03:01:00Z", "project": {"slug": "web"}}}}\n'
        '{"action": "resolved", "data": {"issue": {"id": "7", "title": "No answer", "level": "error", "firstSeen": "2026-01-17T03:01:00Z", '
        '"lastSeen": "2026-01-17T03:20:00Z"}}}\n'
        '{"action": "triggered", "data": {"event": {"issue_id": "8", "title": "No money", "datetime": "2026-01-17T03:30:00Z", "level": "fatal"}}}',
        ({"name": "No answer", "service": "web", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:20:00Z"},
         {"name": "No money", "severity": "fatal", "resolved_at": None}),
    ),
)  # fmt: skip

DYNATRACE = record_export(
    "dynatrace-problems", "Dynatrace: problems (API v2)", "alerts", "displayId|problemId, severityLevel, startTime, status",
    {"alert_id": "problemId || id", "name": "title", "severity": "severityLevel", "state": "status",
     "service": "impactedEntities[0].name || affectedEntities[0].name || rankedImpacts[0].entityName || rootCauseEntity.name",
     "started_at": "startTime", "resolved_at": "endTime", "summary": "impactLevel", "labels": "{display: displayId, impact: impactLevel, tags: entityTags}"},
    Example(
        '{"totalCount": 2, "problems": [{"problemId": "1_V2", "displayId": "P-7", "title": "Failure rate increase", "impactLevel": "SERVICES", '
        '"severityLevel": "ERROR", "status": "CLOSED", "impactedEntities": [{"name": "cart"}], "startTime": 1768618860000, "endTime": 1768620600000},\n'
        '{"problemId": "2_V2", "displayId": "P-8", "title": "CPU saturation", "severityLevel": "RESOURCE_CONTENTION", "status": "OPEN", '
        '"startTime": 1768618900000, "endTime": -1},\n'
        '{"problemId": "3_V2", "displayId": "P-9", "title": "Slow", "severityLevel": "PERFORMANCE", "status": "OPEN", "startTime": 1768618960000, '
        '"endTime": -1}]}',
        ({"name": "Failure rate increase", "severity": "ERROR", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:30:00Z"},
         {"name": "CPU saturation", "resolved_at": None}, {"name": "Slow"}),
    ),
)  # fmt: skip

DYNATRACE_WEBHOOK = record_export(
    "dynatrace-webhook", "Dynatrace: problem notifications", "alerts", "ProblemID|PID, State, ProblemTitle",
    {"key": "PID || ProblemID", "state": "State", "at": "ProblemDetailsJSON.startTime || StartTime", "name": "ProblemTitle", "severity": "ProblemSeverity || ProblemDetailsJSON.severityLevel",
     "started_at": "ProblemDetailsJSON.startTime", "resolved_at": "ProblemDetailsJSON.endTime", "service": "ImpactedEntities[0].name || ImpactedEntity", "summary": "ProblemImpact",
     "url": "ProblemURL"},
    Example(
        '{"PID": "7", "ProblemID": "P-7", "State": "OPEN", "ProblemTitle": "Slow", "ProblemSeverity": "PERFORMANCE", "ImpactedEntity": "cart", '
        '"ProblemDetailsJSON": {"startTime": 1768618860000, "endTime": -1}}\n'
        '{"PID": "7", "ProblemID": "P-7", "State": "RESOLVED", "ProblemTitle": "Slow", "ProblemDetailsJSON": {"startTime": 1768618860000, "endTime": '
        '1768620600000}}\n'
        '{"PID": "8", "ProblemID": "P-8", "State": "OPEN", "ProblemTitle": "Full", "ProblemDetailsJSON": {"startTime": 1768620700000, "endTime": -1}}',
        ({"name": "Slow", "service": "cart", "severity": "PERFORMANCE", "started_at": "2026-01-17T03:01:00Z", "resolved_at": None},
         {"resolved_at": "2026-01-17T03:30:00Z"}, {"name": "Full"}),
    ),
)  # fmt: skip

SIGNALFX = record_export(
    "splunk-observability", "Splunk Observability Cloud (SignalFx): webhooks of detectors", "alerts", "incidentId, statusExtended|status, detector|detectorUrl|rule",
    {"key": "incidentId", "state": "statusExtended || status", "at": "timestampISO8601 || timestamp || match(messageBody, ' at \\w{3}, (\\d+ \\w+ \\d{4} [\\d:]+ \\w+)')",
     "name": "detector || rule || messageTitle", "severity": "severity", "service": "service(dimensions)", "summary": "messageTitle || description", "labels": "dimensions",
     "url": "detectorUrl"},
    Example(
        '{"incidentId": "a", "statusExtended": "anomalous", "detector": "Slow", "severity": "Critical", "timestampISO8601": "2026-01-17T03:01:00Z", '
        '"dimensions": {"service": "cart"}, "messageTitle": "p95 is 3 s"}\n'
        '{"incidentId": "a", "statusExtended": "ok", "detector": "Slow", "severity": "Critical", "timestampISO8601": "2026-01-17T03:20:00Z"}\n'
        '{"incidentId": "b", "status": "too low", "statusExtended": "anomalous", "rule": "Full", "messageBody": "Rule \\"Full\\" triggered at Sat, 17 Jan '
        '2026 03:30:00 GMT.", "severity": "Minor"}',
        ({"name": "Slow", "severity": "Critical", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:20:00Z"},
         {"name": "Full", "started_at": "2026-01-17T03:30:00Z", "resolved_at": None}),
    ),
    states={"manually resolved": RESOLVED, "stopped": RESOLVED},
)  # fmt: skip

CORALOGIX = record_export(
    "coralogix", "Coralogix: webhooks of alerts", "alerts", "alert_action, alert_id, fields",
    {"key": "alert_id", "state": "alert_action", "at": "pairs(fields, 'key', 'value').timestampISO || pairs(fields, 'key', 'value').timestamp", "name": "name",
     "severity": "pairs(fields, 'key', 'value').severity", "service": "pairs(fields, 'key', 'value').subsystem || pairs(fields, 'key', 'value').application",
     "summary": "description", "url": "alert_url"},
    Example(
        '{"alert_id": "a", "name": "Slow", "alert_action": "trigger", "description": "p95 is 3 s", "fields": [{"key": "severity", "value": "CRITICAL"}, '
        '{"key": "application", "value": "cart"}, {"key": "timestampISO", "value": "2026-01-17T03:01:00.000Z"}]}\n'
        '{"alert_id": "a", "name": "Slow", "alert_action": "resolve", "fields": [{"key": "timestampISO", "value": "2026-01-17T03:20:00.000Z"}]}\n'
        '{"alert_id": "b", "name": "Full", "alert_action": "trigger", "fields": [{"key": "timestamp", "value": "2026/01/17 03:30:00 GMT"}]}',
        ({"name": "Slow", "severity": "CRITICAL", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:20:00Z"},
         {"name": "Full", "started_at": "2026-01-17T03:30:00Z", "resolved_at": None}),
    ),
)  # fmt: skip

DASH0 = record_export(
    "dash0", "Dash0: webhooks of failed checks", "alerts", "issue.start, issue.status, issue.issueIdentifier",
    {"alert_id": "issue.id", "name": "issue.checkrules[0].name && issue.summary || issue.summary", "state": "issue.status", "started_at": "issue.start", "resolved_at": "issue.end",
     "severity": "issue.status != 'resolved' && issue.status || null", "service": "service(pairs(issue.labels, 'key', 'value'))", "summary": "issue.description",
     "labels": "pairs(issue.labels, 'key', 'value')", "url": "issue.url"},
    Example(
        '{"type": "alert.ongoing", "data": {"issue": {"id": "a", "issueIdentifier": "7", "start": "2026-01-17T03:01:00Z", "status": "critical", "summary": '
        '"Slow", "labels": [{"key": "service.name", "value": {"stringValue": "cart"}}]}}}\n'
        '{"type": "alert.resolved", "data": {"issue": {"id": "a", "issueIdentifier": "7", "start": "2026-01-17T03:01:00Z", "end": "2026-01-17T03:20:00Z", '
        '"status": "resolved", "summary": "Slow"}}}\n'
        '{"type": "alert.ongoing", "data": {"issue": {"id": "b", "issueIdentifier": "8", "start": "2026-01-17T03:30:00Z", "status": "degraded", "summary": '
        '"Full"}}}',
        ({"name": "Slow", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "resolved_at": None}, {"resolved_at": "2026-01-17T03:20:00Z"},
         {"name": "Full"}),
    ),
)  # fmt: skip

AXIOM = record_export(
    "axiom", "Axiom: notifications of monitors", "alerts", "action, event.monitorID, event.timestamp",
    {"key": "event.monitorID", "state": "action", "at": "event.timestamp", "name": "match(event.title, '^(?:(?:Triggered|Resolved): )?(.*)$') && event.title",
     "summary": "event.description || event.body"},
    Example(
        '{"action": "Open", "event": {"monitorID": "m1", "title": "Triggered: Slow", "body": "p95 is 3 s", "timestamp": "2026-01-17 03:01:00 +0000 UTC"}}\n'
        '{"action": "Closed", "event": {"monitorID": "m1", "title": "Resolved: Slow", "timestamp": "2026-01-17 03:20:00 +0000 UTC"}}\n'
        '{"action": "Open", "event": {"monitorID": "m2", "title": "Triggered: Full", "timestamp": "2026-01-17 03:30:00 +0000 UTC"}}',
        ({"name": "Triggered: Slow", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:20:00Z"}, {"resolved_at": None}),
    ),
)  # fmt: skip
