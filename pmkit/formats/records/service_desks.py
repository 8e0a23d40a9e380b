"""Incidents of service desks: ServiceNow, Jira; each is read as one alert."""

from __future__ import annotations

from pmkit.formats.alert_steps import FIRED, RESOLVED
from pmkit.formats.builders import record_export
from pmkit.formats.format import Example

# The numbers that ServiceNow has for states of an incident: 6 is resolved, 7 closed, 8 cancelled.
_SERVICE_NOW = {"1": FIRED, "2": FIRED, "3": FIRED, "6": RESOLVED, "7": RESOLVED, "8": RESOLVED}

SERVICE_NOW = record_export(
    "servicenow-incidents", "ServiceNow: incidents, as JSON and CSV", "alerts", "number, short_description, opened_at|sys_created_on",
    {"alert_id": "number.value || number", "name": "short_description.value || short_description", "severity": "priority.display_value || severity.display_value || priority || severity",
     "service": "business_service.display_value || cmdb_ci.display_value || (type(business_service) == 'string' && business_service) || (type(cmdb_ci) == 'string' && cmdb_ci)",
     "state": "state.value || incident_state || state", "started_at": "opened_at.value || opened_at || sys_created_on.value || sys_created_on",
     "resolved_at": "resolved_at.value || resolved_at || closed_at.value || closed_at", "summary": "description.value || description"},
    Example(
        '{"result": [{"number": "INC1", "short_description": "No mail", "description": "It is not sent.", "state": "7", "priority": "2", "opened_at": '
        '"2026-01-17 03:01:00", "resolved_at": "2026-01-17 03:20:00", "closed_at": "2026-01-18 03:20:00", "business_service": "mail"},\n'
        '{"number": "INC2", "short_description": "Slow", "state": "2", "priority": "3", "opened_at": "2026-01-17 03:30:00", "resolved_at": ""},\n'
        '{"number": "INC3", "short_description": "Full", "state": {"value": "2", "display_value": "In Progress"}, "opened_at": "2026-01-17 03:40:00"}]}',
        ({"name": "No mail", "severity": "2", "service": "mail", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:20:00Z"},
         {"name": "Slow", "resolved_at": None}, {"name": "Full"}),
    ),
    states=_SERVICE_NOW,
)  # fmt: skip

JIRA = record_export(
    "jira-issues", "Jira: incidents as JSON", "alerts", "key, fields.summary, fields.created",
    {"alert_id": "key", "name": "fields.summary", "severity": "fields.priority.name", "service": "fields.components[0].name", "state": "fields.status.statusCategory.key",
     "started_at": "fields.created", "resolved_at": "fields.resolutiondate", "at": "fields.updated", "summary": "fields.description",
     "labels": "{labels: fields.labels, status: fields.status.name}", "url": "self"},
    Example(
        '{"issues": [{"key": "OPS-7", "fields": {"summary": "No mail", "created": "2026-01-17T03:01:00.000+0000", "updated": "2026-01-18T03:20:00.000+0000", '
        '"resolutiondate": "2026-01-17T03:20:00.000+0000", "priority": {"name": "Highest"}, "status": {"name": "Resolved", "statusCategory": {"key": "done"}}, '
        '"components": [{"name": "mail"}]}},\n'
        '{"key": "OPS-8", "fields": {"summary": "Slow", "created": "2026-01-17T04:30:00.000+0100", "resolutiondate": null, "status": {"statusCategory": '
        '{"key": "indeterminate"}}}},\n'
        '{"key": "OPS-9", "fields": {"summary": "Full", "created": "2026-01-17T03:40:00.000+0000"}}]}',
        ({"name": "No mail", "severity": "Highest", "service": "mail", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:20:00Z"},
         {"name": "Slow", "started_at": "2026-01-17T03:30:00Z", "resolved_at": None}, {"name": "Full"}),
    ),
    states={"new": FIRED, "indeterminate": FIRED, "undefined": FIRED, "done": RESOLVED},
)  # fmt: skip

JIRA_CSV = record_export(
    "jira-csv", "Jira: issues as CSV", "alerts", "Issue key, Summary, Created",
    {"alert_id": "\"Issue key\"", "name": "Summary", "severity": "\"Custom field (Severity)\" || Priority",
     "service": "\"Custom field (Affected services)\" || \"Component/s\" || Components", "started_at": "Created", "resolved_at": "Resolved", "summary": "Description",
     "labels": "{status: Status, type: \"Issue Type\"}"},
    Example(
        "Issue Type,Issue key,Summary,Priority,Status,Created,Resolved,Component/s\n"
        "Incident,OPS-7,No mail,Highest,Resolved,17/Jan/26 3:01 AM,17/Jan/26 3:20 PM,mail\n"
        "Incident,OPS-8,Slow,High,Open,17/Jan/26 3:30 AM,,\n"
        "Incident,OPS-9,Full,High,Open,17/Jan/2026 12:40 AM,,\n",
        ({"name": "No mail", "severity": "Highest", "service": "mail", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T15:20:00Z"},
         {"name": "Slow", "resolved_at": None}, {"started_at": "2026-01-17T00:40:00Z"}),
    ),
)  # fmt: skip
