"""Changes from audit logs: LaunchDarkly, AWS CloudTrail."""

from __future__ import annotations

from typing import Final

from pmkit.formats.builders import record_export
from pmkit.formats.format import Example

LAUNCHDARKLY = record_export(
    "launchdarkly-audit", "LaunchDarkly: audit log", "changes", "titleVerb, date, kind",
    {"at": "date", "kind": "kind == 'flag' && 'flag' || 'config'", "service": "name",
     "summary": "(titleVerb && name && join(' ', [titleVerb, name])) || titleVerb || name || title", "url": "_links.site.href"},
    Example(
        '{"items": [{"_id": "1", "date": 1795469336000, "kind": "flag", "name": "rank-by-facet", "titleVerb": "turned on the flag", '
        '"title": "x", "_links": {"site": {"href": "https://ld.example/1"}}},\n'
        '{"_id": "2", "date": 1795469396000, "kind": "environment", "name": "production", "titleVerb": "changed"}]}',
        ({"at": "2026-11-23T21:28:56Z", "kind": "flag", "service": "rank-by-facet", "summary": "turned on the flag rank-by-facet"},
         {"kind": "config", "summary": "changed production"}),
    ),
    Example(
        '{"items": [{"_id": "3", "date": 1795469400000, "kind": "flag", "name": "new-cart", "titleVerb": "", "title": '
        '"Someone archived the flag"}]}',
        ({"at": "2026-11-23T21:30:00Z", "kind": "flag", "service": "new-cart", "summary": "new-cart"},),
    ),
)  # fmt: skip

_SKIP: Final = {
    "readOnly == `true` || lower(readOnly) == 'true' || match(eventName, '^(Describe|Get|List|Head|AssumeRole|ConsoleLogin|Lookup|BatchGet)')": "a call that only reads",
    "errorCode": "a call that failed",
}

CLOUDTRAIL = record_export(
    "aws-cloudtrail", "AWS CloudTrail: write events", "changes", "eventSource, eventName, eventTime",
    {"at": "eventTime", "kind": "kind(eventName)",
     "service": "match(eventSource, '^([^.]+)')", "version": "requestParameters.taskDefinition || requestParameters.version || null",
     "summary": "words([eventName, requestParameters.serviceName || requestParameters.service || requestParameters.functionName || requestParameters.stackName || "
                "requestParameters.applicationName || requestParameters.autoScalingGroupName || requestParameters.dBInstanceIdentifier, 'in', "
                "awsRegion || match(eventSource, '^([^.]+)')])"},
    Example(
        '{"Records": [{"eventTime": "2026-01-17T03:00:00Z", "eventSource": "ecs.amazonaws.com", "eventName": "UpdateService", "awsRegion": '
        '"eu-west-1", "readOnly": false},\n'
        '{"eventTime": "2026-01-17T03:00:01Z", "eventSource": "ecs.amazonaws.com", "eventName": "DescribeServices", "readOnly": true},\n'
        '{"eventTime": "2026-01-17T03:00:02Z", "eventSource": "codedeploy.amazonaws.com", "eventName": "CreateDeployment", "readOnly": false}]}',
        ({"at": "2026-01-17T03:00:00Z", "kind": "other", "service": "ecs", "summary": "UpdateService in eu-west-1"}, {"kind": "deploy"}),
    ),
    skip=_SKIP,
)  # fmt: skip

_LOOKED_UP: Final = "json(CloudTrailEvent)"

CLOUDTRAIL_LOOKUP = record_export(
    "aws-cloudtrail-lookup", "AWS CloudTrail: write events, from aws cloudtrail lookup-events", "changes", "EventSource, EventName, EventTime",
    {"at": "EventTime", "kind": "kind(EventName)", "service": "match(EventSource, '^([^.]+)')",
     "summary": f"join(' in ', [EventName, {_LOOKED_UP}.awsRegion || match(EventSource, '^([^.]+)')])"},
    Example(
        '{"Events": [{"EventId": "7", "EventName": "UpdateService", "ReadOnly": "false", "EventTime": "2026-01-17T04:00:00+01:00", '
        '"EventSource": "ecs.amazonaws.com", "CloudTrailEvent": "{\\"awsRegion\\": \\"eu-west-1\\"}"},\n'
        '{"EventId": "8", "EventName": "DescribeServices", "ReadOnly": "true", "EventTime": 1768618801, "EventSource": "ecs.amazonaws.com"}]}',
        ({"at": "2026-01-17T03:00:00Z", "kind": "other", "service": "ecs", "summary": "UpdateService in eu-west-1"},),
    ),
    Example(
        '{"EventName": "CreateDeployment", "ReadOnly": "false", "EventTime": "2026-01-17 14:00:02+11:00", "EventSource": '
        '"codedeploy.amazonaws.com"}',
        ({"at": "2026-01-17T03:00:02Z", "kind": "deploy", "service": "codedeploy", "summary": "CreateDeployment in codedeploy"},),
    ),
    skip={"lower(text(ReadOnly)) == 'true' || match(EventName, '^(Describe|Get|List|Head|AssumeRole|ConsoleLogin|Lookup|BatchGet)')": "a call that only reads",
          f"{_LOOKED_UP}.errorCode": "a call that failed"},
)  # fmt: skip

CLOUDTRAIL_CSV = record_export(
    "aws-cloudtrail-csv", "AWS CloudTrail: event history of the console, as CSV", "changes", "Event name, Event time, Event source",
    {"at": "\"Event time\"", "kind": "kind(\"Event name\")", "service": "match(\"Event source\", '^([^.]+)')",
     "summary": "words([\"Event name\", \"Resource name\" || \"Resources\", 'in', \"AWS region\"])"},
    Example(
        "Event name,Event time,Event source,Read-only,AWS region,Error code,Resources\n"
        "UpdateService,2026-01-17T03:00:00Z,ecs.amazonaws.com,false,eu-west-1,,cart\n"
        "DescribeServices,2026-01-17T03:01:00Z,ecs.amazonaws.com,true,eu-west-1,,\n"
        "DeleteService,2026-01-17T03:02:00Z,ecs.amazonaws.com,false,eu-west-1,AccessDenied,\n",
        ({"at": "2026-01-17T03:00:00Z", "kind": "other", "service": "ecs", "summary": "UpdateService cart in eu-west-1"},),
    ),
    skip={"lower(\"Read-only\") == 'true' || match(\"Event name\", '^(Describe|Get|List|Head|AssumeRole|ConsoleLogin|Lookup|BatchGet)')": "a call that only reads",
          "\"Error code\"": "a call that failed"},
)  # fmt: skip
