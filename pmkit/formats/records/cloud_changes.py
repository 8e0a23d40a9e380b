"""Changes in clouds and of feature flags: CodeDeploy, ECS, CloudFormation, Unleash, Flagsmith, PagerDuty, NetBox."""

from __future__ import annotations

from pmkit.formats.builders import record_export
from pmkit.formats.format import Example

CODE_DEPLOY = record_export(
    "aws-codedeploy", "AWS CodeDeploy: deployments, and their notifications", "changes", "applicationName, deploymentId, status, createTime",
    {"at": "startTime || createTime", "finished_at": "completeTime", "kind": "rollbackInfo.rollbackTriggeringDeploymentId && 'rollback' || creator == 'codeDeployRollback' && 'rollback' || 'deploy'",
     "service": "applicationName", "version": "match(revision.s3Location.key, '([^/]+)$') || short(revision.gitHubLocation.commitId)",
     "summary": "words(['deploy', applicationName, 'to', deploymentGroupName, description])", "outcome": "status"},
    Example(
        '{"deploymentsInfo": [{"applicationName": "cart", "deploymentGroupName": "prod", "deploymentId": "d-1", "status": "Succeeded", "createTime": '
        '"2026-01-17T03:00:00.123000+00:00", "completeTime": "2026-01-17T03:05:00+00:00", "revision": {"s3Location": {"key": "builds/cart-2.4.1.zip"}}},\n'
        '{"applicationName": "cart", "deploymentGroupName": "prod", "deploymentId": "d-2", "status": "Failed", "createTime": 1768619800.5},\n'
        '{"applicationName": "cart", "deploymentGroupName": "prod", "deploymentId": "d-3", "status": "InProgress", "createTime": 1768620600, "creator": "codeDeployRollback"}]}',
        ({"at": "2026-01-17T03:00:00.123Z", "finished_at": "2026-01-17T03:05:00Z", "kind": "deploy", "service": "cart", "version": "cart-2.4.1.zip",
          "summary": "deploy cart to prod"}, {"at": "2026-01-17T03:30:00Z", "kind": "rollback", "finished_at": None}),
    ),
)  # fmt: skip

ECS = record_export(
    "aws-ecs-services", "AWS ECS: describe-services, with deployments and events", "changes", "serviceName, deployments, events",
    {"at": "createdAt", "finished_at": "rolloutState == 'COMPLETED' && updatedAt || null", "kind": "taskDefinition && 'deploy' || 'scale'", "service": "outer.serviceName",
     "version": "match(taskDefinition, '([^/]+)$')", "summary": "message || words(['deploy', match(taskDefinition, '([^/]+)$')])", "outcome": "rolloutState"},
    Example(
        '{"services": [{"serviceName": "cart", "deployments": [{"id": "ecs-svc/1", "status": "PRIMARY", "taskDefinition": "arn:aws:ecs:eu-west-1:1:task-definition/cart:42", '
        '"createdAt": "2026-01-17T03:00:00.123000+00:00", "updatedAt": "2026-01-17T03:05:00+00:00", "rolloutState": "COMPLETED"}], "events": [{"id": "2", "createdAt": '
        '"2026-01-17T03:05:00+00:00", "message": "(service cart) has reached a steady state."}, {"id": "1", "createdAt": "2026-01-17T03:00:05+00:00", "message": '
        '"(service cart) has started 2 tasks: (task 7) (task 8)."}]}]}',
        ({"at": "2026-01-17T03:00:00.123Z", "finished_at": "2026-01-17T03:05:00Z", "kind": "deploy", "service": "cart", "version": "cart:42"},
         {"at": "2026-01-17T03:00:05Z", "kind": "scale", "service": "cart"}),
    ),
    Example(
        '{"services": [{"serviceName": "stock", "deployments": [{"taskDefinition": "stock:7", "createdAt": 1768618800.5, "updatedAt": 1768618900.5, "rolloutState": '
        '"FAILED"}], "events": []}]}',
        (),
    ),
    each="[deployments, events][]",
    skip={"message && !match(message, '(has started|has stopped|has begun draining|set desired)')": "an event that changes nothing"},
)  # fmt: skip

CLOUD_FORMATION = record_export(
    "aws-cloudformation-events", "AWS CloudFormation: events of stacks", "changes", "StackName, LogicalResourceId, ResourceStatus, Timestamp",
    {"at": "Timestamp", "kind": "contains(ResourceStatus, 'ROLLBACK') && 'rollback' || 'config'", "service": "StackName",
     "summary": "words([ResourceStatus, StackName, ResourceStatusReason])"},
    Example(
        '{"StackEvents": [{"StackName": "cart", "LogicalResourceId": "cart", "ResourceType": "AWS::CloudFormation::Stack", "Timestamp": "2026-01-17T03:05:00.123000+00:00", '
        '"ResourceStatus": "UPDATE_COMPLETE"},\n'
        '{"StackName": "cart", "LogicalResourceId": "Service", "ResourceType": "AWS::ECS::Service", "Timestamp": "2026-01-17T03:01:00+00:00", "ResourceStatus": '
        '"UPDATE_IN_PROGRESS"},\n'
        '{"StackName": "cart", "LogicalResourceId": "cart", "ResourceType": "AWS::CloudFormation::Stack", "Timestamp": "2026-01-17T03:00:00+00:00", "ResourceStatus": '
        '"UPDATE_IN_PROGRESS", "ResourceStatusReason": "User Initiated"}]}',
        ({"at": "2026-01-17T03:00:00Z", "kind": "config", "service": "cart", "summary": "UPDATE_IN_PROGRESS cart User Initiated"},),
    ),
    skip={"LogicalResourceId != StackName": "an event of one resource of a stack", "!ends_with(ResourceStatus, '_IN_PROGRESS') || contains(ResourceStatus, 'CLEANUP')":
          "an event that changes nothing, such as the end of an update"},
)  # fmt: skip

UNLEASH = record_export(
    "unleash-events", "Unleash: events", "changes", "type, createdBy, createdAt, id, data|featureName",
    {"at": "createdAt", "kind": "'flag'", "service": "featureName || data.name", "summary": "words([type, featureName || data.name, environment && 'in', environment])"},
    Example(
        '{"version": 1, "events": [{"id": 7, "type": "feature-environment-enabled", "createdBy": "ann", "createdAt": "2026-01-17T03:00:00.123Z", "data": null, '
        '"featureName": "rank-by-facet", "project": "default", "environment": "production"},\n'
        '{"id": 8, "type": "feature-updated", "createdBy": "ann", "createdAt": "2026-01-17T03:10:00Z", "data": {"name": "new-cart"}},\n'
        '{"id": 9, "type": "user-created", "createdBy": "ann", "createdAt": "2026-01-17T03:11:00Z", "data": {"name": "Bob"}}]}',
        ({"at": "2026-01-17T03:00:00.123Z", "kind": "flag", "service": "rank-by-facet", "summary": "feature-environment-enabled rank-by-facet in production"},
         {"service": "new-cart"}),
    ),
    skip={"!match(type, '^(feature|segment|strategy)')": "an event that changes no flag"},
)  # fmt: skip

FLAGSMITH = record_export(
    "flagsmith-audit", "Flagsmith: audit log and its webhook", "changes", "created_date, log, related_object_type|environment",
    {"at": "created_date", "kind": "match(log, '(?i)(feature|flag)') && 'flag' || 'config'", "service": "match(log, 'feature:? (?:state )?[\\'\"]?([\\w-]+)[\\'\"]?$') || project.name",
     "summary": "words([log, environment.name && 'in', environment.name])"},
    Example(
        '{"count": 3, "results": [{"id": 7, "created_date": "2026-01-17T03:00:00.123456Z", "log": "Flag state / Remote Config updated for feature: rank-by-facet", "author": '
        '{"id": 1}, "environment": {"name": "Production"}, "project": {"name": "shop"}, "related_object_type": "FEATURE_STATE"},\n'
        '{"id": 8, "created_date": "2026-01-17T03:10:00Z", "log": "New Feature created: new-cart", "environment": null, "project": {"name": "shop"}, '
        '"related_object_type": "FEATURE"},\n'
        '{"id": 9, "created_date": "2026-01-17T03:20:00Z", "log": "Segment updated: testers", "project": {"name": "shop"}, "related_object_type": "SEGMENT"}]}',
        ({"at": "2026-01-17T03:00:00.123456Z", "kind": "flag", "service": "rank-by-facet",
          "summary": "Flag state / Remote Config updated for feature: rank-by-facet in Production"}, {"kind": "flag", "service": "shop"}, {"kind": "config"}),
    ),
)  # fmt: skip

FLAGSMITH_WEBHOOK = record_export(
    "flagsmith-webhook", "Flagsmith: webhooks of flags", "changes", "event_type, data.timestamp, data.new_state|data.previous_state",
    {"at": "data.timestamp", "kind": "'flag'", "service": "data.new_state.feature.name || data.previous_state.feature.name",
     "version": "data.new_state && (data.new_state.enabled && 'on' || 'off') || null",
     "summary": "words([event_type, data.new_state.feature.name || data.previous_state.feature.name, 'in', data.new_state.environment.name || data.previous_state.environment.name])"},
    Example(
        '{"event_type": "FLAG_UPDATED", "data": {"timestamp": "2026-01-17T03:00:00.123456Z", "new_state": {"enabled": true, "environment": {"name": "Production"}, '
        '"feature": {"name": "rank-by-facet"}}, "previous_state": {"enabled": false}}}\n'
        '{"event_type": "FLAG_UPDATED", "data": {"timestamp": "2026-01-17T03:10:00Z", "new_state": {"enabled": false, "feature": {"name": "new-cart"}}}}\n'
        '{"event_type": "FLAG_DELETED", "data": {"timestamp": "2026-01-17T03:20:00Z", "previous_state": {"feature": {"name": "old-cart"}}}}',
        ({"at": "2026-01-17T03:00:00.123456Z", "kind": "flag", "service": "rank-by-facet", "version": "on", "summary": "FLAG_UPDATED rank-by-facet in Production"},
         {"version": "off"}, {"service": "old-cart", "version": None}),
    ),
)  # fmt: skip

PAGERDUTY_CHANGES = record_export(
    "pagerduty-change-events", "PagerDuty: change events", "changes", "type, summary, timestamp, integration|services",
    {"at": "timestamp", "kind": "kind(summary)", "service": "services[0].summary || custom_details.service || source", "summary": "summary", "url": "links[0].href"},
    Example(
        '{"change_events": [{"id": "1", "type": "change_event", "summary": "Deploy cart v2.4.1", "timestamp": "2026-01-17T03:00:00Z", "source": "ci", "services": '
        '[{"id": "P1", "summary": "cart"}], "links": [{"href": "https://ci.example/7"}]},\n'
        '{"id": "2", "type": "change_event", "summary": "Rollback cart", "timestamp": "2026-01-17T03:10:00Z", "services": []},\n'
        '{"id": "3", "type": "change_event", "summary": "Certificate renewed", "timestamp": "2026-01-17T03:20:00Z", "source": "acme", "services": []}]}',
        ({"at": "2026-01-17T03:00:00Z", "kind": "deploy", "service": "cart", "summary": "Deploy cart v2.4.1", "url": "https://ci.example/7"}, {"kind": "rollback"},
         {"kind": "other", "service": "acme"}),
    ),
    where="starts_with(type, 'change_event')",
)  # fmt: skip

NETBOX = record_export(
    "netbox-webhook", "NetBox: webhooks of changed objects", "changes", "event, timestamp, model, data, snapshots",
    {"at": "timestamp", "kind": "'config'", "service": "data.name || data.display", "summary": "words([model, data.name || data.display, event])", "url": "data.url"},
    Example(
        '{"event": "updated", "timestamp": "2026-01-17T03:00:00.123456+00:00", "model": "device", "data": {"id": 4, "name": "sw1", "url": "/api/dcim/devices/4/"}, '
        '"snapshots": {"prechange": {"status": "active"}, "postchange": {"status": "offline"}}}\n'
        '{"event": "created", "timestamp": "2026-01-17T03:10:00+00:00", "model": "site", "data": {"id": 5, "display": "North"}, "snapshots": {"prechange": null}}\n'
        '{"event": "deleted", "timestamp": "2026-01-17T03:20:00+00:00", "model": "vlan", "data": {"id": 6, "name": "v6"}, "snapshots": {}}',
        ({"at": "2026-01-17T03:00:00.123456Z", "kind": "config", "service": "sw1", "summary": "device sw1 updated"}, {"service": "North"}, {"summary": "vlan v6 deleted"}),
    ),
)  # fmt: skip
