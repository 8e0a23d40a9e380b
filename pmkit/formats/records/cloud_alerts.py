"""Alerts of the monitoring of clouds: AWS CloudWatch, Azure Monitor, Google Cloud Monitoring."""

from __future__ import annotations

from pmkit.formats.alert_steps import FIRED, NEITHER, RESOLVED
from pmkit.formats.builders import record_export
from pmkit.formats.format import Example

# An alarm whose data are missing is not in alarm.
_AWS = {"insufficient_data": RESOLVED, "alarm": FIRED, "ok": RESOLVED}

CLOUDWATCH = record_export(
    "cloudwatch-alarm-history", "AWS CloudWatch: describe-alarm-history", "alerts", "AlarmName, HistoryItemType, Timestamp",
    {"key": "AlarmName", "state": "json(HistoryData).newState.stateValue || match(HistorySummary, ' to (\\w+)')", "at": "Timestamp", "name": "AlarmName",
     "summary": "json(HistoryData).newState.stateReason",
     "labels": "json(HistoryData).newState.stateReasonData"},
    Example(
        '{"AlarmHistoryItems": [\n'
        '{"AlarmName": "5xx", "Timestamp": "2026-01-17T03:30:00.123000+00:00", "HistoryItemType": "StateUpdate", "HistorySummary": "Alarm '
        'updated from ALARM to OK", "HistoryData": "{\\"newState\\": {\\"stateValue\\": \\"OK\\"}}"},\n'
        '{"AlarmName": "5xx", "Timestamp": "2026-01-17T03:02:00Z", "HistoryItemType": "Action", "HistoryData": "{}"},\n'
        '{"AlarmName": "5xx", "Timestamp": "2026-01-17T03:01:00Z", "HistoryItemType": "StateUpdate", "HistoryData": "{\\"newState\\": '
        '{\\"stateValue\\": \\"ALARM\\", \\"stateReason\\": \\"Threshold crossed\\"}}"}]}',
        ({"name": "5xx", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:30:00.123Z", "summary": "Threshold crossed"},),
    ),
    states=_AWS, skip={"HistoryItemType != 'StateUpdate'": "an action or a configuration of an alarm"},
)  # fmt: skip

SNS = record_export(
    "cloudwatch-sns", "AWS CloudWatch: notifications of alarms, from SNS, also in SQS and Lambda", "alerts", "AlarmName, StateChangeTime",
    {"key": "AlarmArn || AlarmName", "state": "NewStateValue", "at": "StateChangeTime", "name": "AlarmName", "severity": "Severity",
     "service": "service(pairs(Trigger.Dimensions, 'name', 'value')) || Application || pairs(Trigger.Dimensions, 'name', 'value').ServiceName",
     "summary": "NewStateReason || AlarmDescription",
     "labels": "pairs(Trigger.Dimensions, 'name', 'value')"},
    Example(
        '{"Type": "Notification", "TopicArn": "arn", "Message": "{\\"AlarmName\\": \\"5xx\\", \\"NewStateValue\\": \\"ALARM\\", '
        '\\"NewStateReason\\": \\"Threshold crossed\\", \\"StateChangeTime\\": \\"2026-01-17T03:01:00.000+0000\\"}"}\n'
        '{"Type": "Notification", "Message": "{\\"AlarmName\\": \\"5xx\\", \\"NewStateValue\\": \\"OK\\", \\"StateChangeTime\\": '
        '\\"2026-01-17T03:30:00.000+0000\\"}"}\n'
        '{"Type": "Notification", "Message": "{\\"AlarmName\\": \\"slow\\", \\"NewStateValue\\": \\"ALARM\\", \\"StateChangeTime\\": '
        '\\"2026-01-17T03:31:00.000+0000\\"}"}',
        ({"name": "5xx", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:30:00Z"}, {"name": "slow", "resolved_at": None}),
    ),
    Example(
        '{"Records": [{"EventSource": "aws:sns", "Sns": {"Type": "Notification", "Message": "{\\"AlarmName\\": \\"full\\", \\"NewStateValue\\": '
        '\\"ALARM\\", \\"StateChangeTime\\": \\"2026-01-17T03:01:00.000+0000\\", \\"Trigger\\": {\\"Dimensions\\": [{\\"name\\": \\"ServiceName\\", '
        '\\"value\\": \\"cart\\"}]}}"}}]}',
        ({"name": "full", "service": "cart", "started_at": "2026-01-17T03:01:00Z"},),
    ),
    states=_AWS,
)  # fmt: skip

EVENT_BRIDGE = record_export(
    "cloudwatch-eventbridge", "AWS CloudWatch: alarm state changes, from EventBridge", "alerts", "detail.alarmName, detail.state.value, detail.state.timestamp",
    {"key": "resources[0] || detail.alarmName", "state": "detail.state.value", "at": "detail.state.timestamp", "name": "detail.alarmName",
     "service": "service(detail.configuration.metrics[0].metricStat.metric.dimensions)",
     "summary": "detail.state.reason", "labels": "detail.configuration.metrics[0].metricStat.metric.dimensions"},
    Example(
        '{"source": "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change", "time": "2026-01-17T03:01:00Z", "detail": {"alarmName": "5xx", '
        '"state": {"value": "ALARM", "reason": "too many", "timestamp": "2026-01-17T03:01:00.123+0000"}}}\n'
        '{"source": "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change", "time": "2026-01-17T03:20:00Z", "detail": {"alarmName": "5xx", '
        '"state": {"value": "INSUFFICIENT_DATA", "timestamp": "2026-01-17T03:20:00.000+0000"}}}\n'
        '{"source": "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change", "time": "2026-01-17T03:30:00Z", "detail": {"alarmName": "slow", '
        '"state": {"value": "ALARM", "timestamp": "2026-01-17T03:30:00.000+0000"}, "configuration": {"metrics": [{"metricStat": {"metric": '
        '{"dimensions": {"ServiceName": "cart"}}}}]}}}',
        ({"name": "5xx", "summary": "too many", "started_at": "2026-01-17T03:01:00.123Z", "resolved_at": "2026-01-17T03:20:00Z"},
         {"name": "slow", "service": "cart", "resolved_at": None}),
    ),
    states=_AWS,
)  # fmt: skip

ALARMS = record_export(
    "cloudwatch-alarms", "AWS CloudWatch: describe-alarms, with the current state", "alerts", "AlarmName, StateValue, StateUpdatedTimestamp|StateTransitionedTimestamp",
    {"key": "AlarmArn || AlarmName", "state": "StateValue", "started_at": "StateTransitionedTimestamp || StateUpdatedTimestamp", "name": "AlarmName",
     "service": "service(pairs(Dimensions, 'Name', 'Value'))", "summary": "StateReason || AlarmDescription", "labels": "pairs(Dimensions, 'Name', 'Value')"},
    Example(
        '{"MetricAlarms": [{"AlarmName": "5xx", "StateValue": "ALARM", "StateReason": "too many", "StateUpdatedTimestamp": '
        '"2026-01-17T03:05:00.123000+00:00", "StateTransitionedTimestamp": "2026-01-17T03:01:00+00:00", "Dimensions": [{"Name": "ServiceName", '
        '"Value": "cart"}]},\n'
        '{"AlarmName": "slow", "StateValue": "OK", "StateUpdatedTimestamp": "2026-01-17T03:00:00+00:00", "Dimensions": []},\n'
        '{"AlarmName": "full", "StateValue": "INSUFFICIENT_DATA", "StateUpdatedTimestamp": "2026-01-17T03:00:00+00:00", "Dimensions": []}], '
        '"CompositeAlarms": []}',
        ({"name": "5xx", "service": "cart", "summary": "too many", "started_at": "2026-01-17T03:01:00Z", "resolved_at": None},),
    ),
    states={"ok": NEITHER, "insufficient_data": NEITHER, "alarm": FIRED},
)  # fmt: skip

AZURE = record_export(
    "azure-common-alert", "Azure Monitor: common alert schema", "alerts", "essentials.alertId, essentials.firedDateTime",
    {"alert_id": "essentials.alertId", "name": "essentials.alertRule", "severity": "essentials.severity", "state": "essentials.monitorCondition",
     "service": "match(essentials.configurationItems[0] || essentials.alertTargetIDs[0], '([^/]+)$')",
     "started_at": "essentials.firedDateTime", "resolved_at": "essentials.resolvedDateTime", "summary": "essentials.description",
     "labels": "{targets: essentials.alertTargetIDs}"},
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

AZURE_METRIC = record_export(
    "azure-metric-alert", "Azure Monitor: webhooks of metric alerts, classic and new ones", "alerts", "status, context.timestamp, context.name, context.conditionType",
    {"key": "words([context.id, context.resourceId])", "state": "status", "at": "context.timestamp", "name": "context.name",
     "severity": "context.severity && join('', ['Sev', context.severity]) || null", "service": "context.resourceName", "summary": "context.description || context.condition.allOf[0].metricName "
     "|| context.condition.metricName", "labels": "{resource: context.resourceId, condition: context.condition}", "url": "context.portalLink"},
    Example(
        '{"schemaId": "AzureMonitorMetricAlert", "data": {"version": "2.0", "status": "Activated", "context": {"timestamp": "2026-01-17T03:01:00.1234567Z", "id": "/r/1", "name": '
        '"CPU is high", "conditionType": "SingleResourceMultipleMetricCriteria", "severity": "2", "condition": {"allOf": [{"metricName": "Percentage CPU"}]}, "resourceName": "web01"}}}\n'
        '{"schemaId": "AzureMonitorMetricAlert", "data": {"version": "2.0", "status": "Deactivated", "context": {"timestamp": "2026-01-17T03:20:00Z", "id": "/r/1", "name": '
        '"CPU is high", "conditionType": "SingleResourceMultipleMetricCriteria", "severity": "2", "resourceName": "web01"}}}',
        ({"name": "CPU is high", "service": "web01", "severity": "Sev2", "started_at": "2026-01-17T03:01:00.123456Z", "resolved_at": "2026-01-17T03:20:00Z",
          "summary": "Percentage CPU"},),
    ),
    Example(
        '{"status": "Activated", "context": {"id": "/r/2", "name": "Memory", "conditionType": "Metric", "condition": {"metricName": "Memory available"}, "timestamp": '
        '"2026-01-17T03:30:00Z", "resourceName": "db01"}}',
        ({"name": "Memory", "service": "db01", "severity": None, "resolved_at": None},),
    ),
)  # fmt: skip

AZURE_LOG = record_export(
    "azure-log-alert", "Azure Monitor: webhooks of log alerts before the common schema", "alerts", "AlertRuleName, SearchIntervalEndtimeUtc, SearchQuery",
    {"alert_id": "words([AlertRuleName, SearchIntervalEndtimeUtc])", "name": "AlertRuleName", "started_at": "SearchIntervalEndtimeUtc", "service": "match(ResourceId, '([^/]+)$') || ApplicationId",
     "severity": "Severity || severity", "summary": "Description || SearchQuery", "url": "LinkToSearchResults"},
    Example(
        '{"schemaId": "Microsoft.Insights/LogAlert", "data": {"AlertRuleName": "Many errors", "SearchQuery": "requests | where success == false", "SearchIntervalStartTimeUtc": '
        '"2026-01-17T02:56:00Z", "SearchIntervalEndtimeUtc": "2026-01-17T03:01:00Z", "Severity": "Sev1", "Description": "too many"}}\n'
        '{"schemaId": "Microsoft.Insights/LogAlert", "data": {"AlertRuleName": "Many errors", "SearchQuery": "requests", "SearchIntervalEndtimeUtc": "2026-01-17T03:06:00Z"}}\n'
        '{"schemaId": "Microsoft.Insights/LogAlert", "data": {"AlertRuleName": "No beats", "SearchQuery": "Heartbeat", "SearchIntervalEndtimeUtc": "2026-01-17T03:30:00Z"}}',
        ({"name": "Many errors", "severity": "Sev1", "started_at": "2026-01-17T03:01:00Z", "summary": "too many"}, {"summary": "requests"}, {"name": "No beats"}),
    ),
)  # fmt: skip

AZURE_HEALTH = record_export(
    "azure-service-health", "Azure: webhooks of service health", "alerts", "status, context.activityLog.eventTimestamp, context.activityLog.properties.trackingId",
    {"key": "context.activityLog.properties.trackingId", "state": "context.activityLog.properties.stage || context.activityLog.status", "at": "context.activityLog.eventTimestamp",
     "name": "plain(context.activityLog.properties.title)", "severity": "context.activityLog.level", "service": "context.activityLog.properties.service",
     "summary": "plain(context.activityLog.properties.communication)", "labels": "{region: context.activityLog.properties.region, type: context.activityLog.properties.incidentType}"},
    Example(
        '{"schemaId": "Microsoft.Insights/activityLogs", "data": {"status": "Activated", "context": {"activityLog": {"eventTimestamp": "2026-01-17T03:01:00+00:00", "level": "Warning", '
        '"status": "Active", "properties": {"title": "Storage is slow", "service": "Storage", "region": "West Europe", "stage": "Active", "communication": "<p>We look into it.</p>", '
        '"incidentType": "Incident", "trackingId": "T-1"}}}}}\n'
        '{"schemaId": "Microsoft.Insights/activityLogs", "data": {"status": "Activated", "context": {"activityLog": {"eventTimestamp": "2026-01-17T04:01:00+00:00", "status": "Resolved", '
        '"properties": {"title": "Storage is slow", "stage": "Resolved", "trackingId": "T-1"}}}}}\n'
        '{"schemaId": "Microsoft.Insights/activityLogs", "data": {"status": "Activated", "context": {"activityLog": {"eventTimestamp": "2026-01-17T05:01:00+00:00", "status": "Active", '
        '"properties": {"title": "DNS", "trackingId": "T-2"}}}}}',
        ({"name": "Storage is slow", "service": "Storage", "severity": "Warning", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T04:01:00Z",
          "summary": "We look into it."}, {"name": "DNS", "resolved_at": None}),
    ),
    states={"planned": "neither", "complete": "resolved", "rca": "resolved", "inprogress": "fired"},
)  # fmt: skip

AZURE_ALERTS = record_export(
    "azure-alerts", "Azure Monitor: alerts of the Alerts Management API", "alerts", "properties.essentials.startDateTime, properties.essentials.severity",
    {"alert_id": "id", "name": "properties.essentials.alertRule && match(properties.essentials.alertRule, '([^/]+)$') || name", "severity": "properties.essentials.severity",
     "state": "properties.essentials.monitorCondition", "service": "properties.essentials.targetResourceName", "summary": "properties.essentials.description",
     "started_at": "properties.essentials.startDateTime", "resolved_at": "properties.essentials.monitorConditionResolvedDateTime"},
    Example(
        '{"value": [{"id": "/a/1", "name": "5xx", "properties": {"essentials": {"severity": "Sev1", "monitorCondition": "Resolved", "alertState": "New", '
        '"targetResourceName": "cart", "alertRule": "/r/5xx on cart", "startDateTime": "2026-01-17T03:01:00.1234567Z", '
        '"monitorConditionResolvedDateTime": "2026-01-17T03:20:00Z"}}},\n'
        '{"id": "/a/2", "name": "slow", "properties": {"essentials": {"severity": "Sev3", "monitorCondition": "Fired", "targetResourceName": "db", '
        '"startDateTime": "2026-01-17T03:30:00Z"}}},\n'
        '{"id": "/a/3", "name": "full", "properties": {"essentials": {"severity": "Sev3", "monitorCondition": "Fired", "startDateTime": '
        '"2026-01-17T03:40:00Z"}}}]}',
        ({"name": "5xx on cart", "service": "cart", "severity": "Sev1", "started_at": "2026-01-17T03:01:00.123456Z", "resolved_at": "2026-01-17T03:20:00Z"},
         {"name": "slow", "resolved_at": None}, {"name": "full"}),
    ),
)  # fmt: skip

GCP = record_export(
    "gcp-incident", "Google Cloud Monitoring: webhook notifications", "alerts", "incident_id, started_at, policy_name|condition_name",
    # The name of a policy may be the path of a resource, which the policy's subject puts into words.
    {"alert_id": "incident_id", "name": "(documentation.subject && starts_with(policy_name, 'projects/') && documentation.subject) || policy_name || condition_name",
     "severity": "severity || policy_user_labels.severity",
     "state": "state", "service": "service(policy_user_labels) || service(resource.labels) || resource_display_name", "started_at": "started_at", "resolved_at": "ended_at",
     "summary": "summary", "labels": "resource.labels", "url": "url"},
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
