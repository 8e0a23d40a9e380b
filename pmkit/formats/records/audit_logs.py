"""Changes from audit logs: LaunchDarkly, AWS CloudTrail."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pmkit.formats.builders import record_export
from pmkit.formats.format import Example
from pmkit.formats.record import Record, Row
from pmkit.formats.records.changes import change_kind


def _flag(record: Record) -> Iterator[Row]:
    yield {
        "at": record["date"],
        "kind": "flag" if record["kind"] == "flag" else "config",
        "service": record.get("name"),
        "summary": " ".join(str(record.get(part) or "") for part in ("titleVerb", "name")).strip() or record.get("title"),
        "url": (record.get("_links") or {}).get("site", {}).get("href"),
    }


LAUNCHDARKLY = record_export(
    "launchdarkly-audit", "LaunchDarkly: audit log", "changes", lambda record: "titleVerb" in record and "date" in record and "kind" in record, _flag,
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
    path=("items", "*"),
)  # fmt: skip


def _trail(record: Record) -> Iterator[Row]:
    if not record.get("readOnly") or record["readOnly"] == "false":
        service = record["eventSource"].split(".")[0]
        yield {"at": record["eventTime"], "kind": change_kind(record["eventName"]), "service": service,
               "summary": f"{record['eventName']} in {record.get('awsRegion') or service}"}  # fmt: skip


CLOUDTRAIL = record_export(
    "aws-cloudtrail", "AWS CloudTrail: write events", "changes",
    lambda record: "eventSource" in record and "eventName" in record and "eventTime" in record, _trail,
    Example(
        '{"Records": [{"eventTime": "2026-01-17T03:00:00Z", "eventSource": "ecs.amazonaws.com", "eventName": "UpdateService", "awsRegion": '
        '"eu-west-1", "readOnly": false},\n'
        '{"eventTime": "2026-01-17T03:00:01Z", "eventSource": "ecs.amazonaws.com", "eventName": "DescribeServices", "readOnly": true},\n'
        '{"eventTime": "2026-01-17T03:00:02Z", "eventSource": "codedeploy.amazonaws.com", "eventName": "CreateDeployment", "readOnly": false}]}',
        ({"at": "2026-01-17T03:00:00Z", "kind": "other", "service": "ecs", "summary": "UpdateService in eu-west-1"}, {"kind": "deploy"}),
    ),
    path=("Records", "*"),
)  # fmt: skip


def _looked_up(record: Record) -> Iterator[Row]:
    trail = json.loads(record.get("CloudTrailEvent") or "{}")
    event = {"eventTime": record["EventTime"], "eventSource": record["EventSource"], "eventName": record["EventName"]}
    yield from _trail({"readOnly": str(record.get("ReadOnly", "")).lower(), "awsRegion": trail.get("awsRegion")} | event)


CLOUDTRAIL_LOOKUP = record_export(
    "aws-cloudtrail-lookup", "AWS CloudTrail: write events, from aws cloudtrail lookup-events", "changes",
    lambda record: "EventSource" in record and "EventName" in record and "EventTime" in record, _looked_up,
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
    path=("Events", "*"),
)  # fmt: skip
