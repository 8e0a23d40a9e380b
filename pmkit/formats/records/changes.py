"""Exports of changes: deploys, configuration, flags."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pmkit.formats.fields import (
    ACTOR_NAMES,
    FINISHED_NAMES,
    KIND_NAMES,
    LINK_NAMES,
    MESSAGE_NAMES,
    SERVICE_NAMES,
    TIME_NAMES,
    VERSION_NAMES,
    first_value,
)
from pmkit.formats.format import Example, records_of
from pmkit.formats.sample import Row
from pmkit.formats.timestamps import time_like

_WORDS = {
    "rollback": ("rollback", "roll back", "revert", "undo"),
    "deploy": ("deploy", "deployment", "release", "rollout", "ship"),
    "config": ("config", "configuration", "setting", "policy"),
    "flag": ("flag", "feature", "toggle"),
    "scale": ("scale", "scaling", "resize"),
    "migration": ("migration", "migrate", "schema"),
}


def kind_of(word: str) -> str:
    """Name the kind of a change in the canonical words.

    Examples
    --------
    >>> kind_of("Deployment"), kind_of("feature_flag"), kind_of("restart")
    ('deploy', 'flag', 'other')
    """
    lowered = word.lower()
    return next((kind for kind, words in _WORDS.items() if any(known in lowered for known in words)), "other")


def _is_change(record: Row) -> bool:
    kind = first_value(KIND_NAMES, record)
    known = isinstance(kind, str) and kind_of(kind) != "other"
    return known and time_like(first_value(TIME_NAMES, record))


def _generic(record: Row) -> Iterator[Row]:
    yield {
        "at": first_value(TIME_NAMES, record),
        "finished_at": first_value(FINISHED_NAMES, record),
        "kind": kind_of(str(first_value(KIND_NAMES, record))),
        "service": first_value(SERVICE_NAMES, record),
        "version": first_value(VERSION_NAMES, record),
        "summary": first_value((*MESSAGE_NAMES, "title"), record),
        "actor_role": first_value(ACTOR_NAMES, record),
        "url": first_value(LINK_NAMES, record),
    }


GENERIC = records_of(
    "changes", "Changes as CSV or JSON lines with time, type, service, version", "changes", _is_change, _generic,
    Example(
        '{"time": "2026-11-23T21:28:43.353Z", "finished": "2026-11-23T21:28:48Z", "type": "deploy", "service": "catalog", '
        '"version": "v2.4.1", "summary": "rank by facet", "actor": "catalog team"}\n'
        '{"time": "2026-11-23T21:29:53Z", "type": "rollback", "service": "catalog", "version": "v2.4.0"}\n',
        ({"at": "2026-11-23T21:28:43.353Z", "finished_at": "2026-11-23T21:28:48Z", "kind": "deploy", "service": "catalog",
          "version": "v2.4.1", "summary": "rank by facet", "actor_role": "catalog team"},
         {"kind": "rollback", "version": "v2.4.0", "finished_at": None}),
    ),
    Example(
        "time,type,service,version\n2026-01-17 03:00:00+01:00,Config change,edge,57\n"
        "2026-01-17T04:00Z,feature flag,api,x=on\n",
        ({"at": "2026-01-17T02:00:00Z", "kind": "config", "service": "edge"}, {"kind": "flag", "version": "x=on"}),
    ),
)  # fmt: skip


def _repository(url: object) -> str | None:
    found = re.search(r"/repos/[^/]+/([^/]+)/", str(url)) or re.search(r"//github\.com/[^/]+/([^/]+)/", str(url))
    return found[1] if found else None


def _deployment(record: Row) -> Iterator[Row]:
    yield {
        "at": record["created_at"],
        "kind": "rollback" if kind_of(str(record.get("description"))) == "rollback" else "deploy",
        "service": _repository(record.get("url")),
        "version": record.get("ref") or record["sha"][:12],
        "summary": record.get("description") or f"{record.get('task', 'deploy')} to {record['environment']}",
        "url": record.get("url"),
    }


GITHUB_DEPLOYMENTS = records_of(
    "github-deployments", "GitHub: deployments", "changes",
    lambda record: "environment" in record and "sha" in record and "created_at" in record, _deployment,
    Example(
        '[{"url": "https://api.github.com/repos/shop/cart/deployments/7", "id": 7, "sha": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", '
        '"ref": "v2.4.1", "task": "deploy", "environment": "production", "description": "rank by facet", "created_at": "2026-01-17T03:00:00Z"},\n'
        '{"url": "https://api.github.com/repos/shop/cart/deployments/8", "id": 8, "sha": "b84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", '
        '"task": "deploy", "environment": "production", "description": "Roll back to v2.4.0", "created_at": "2026-01-17T03:20:00Z"},\n'
        '{"id": 9, "sha": "c84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "environment": "staging", "description": null, '
        '"created_at": "2026-01-17T03:30:00Z"}]',
        ({"at": "2026-01-17T03:00:00Z", "kind": "deploy", "service": "cart", "version": "v2.4.1", "summary": "rank by facet"},
         {"kind": "rollback", "version": "b84d88e7554f"}, {"summary": "deploy to staging", "service": None}),
    ),
)  # fmt: skip


def _release(record: Row) -> Iterator[Row]:
    yield {
        "at": record.get("published_at") or record["created_at"],
        "kind": "deploy",
        "service": _repository(record.get("html_url")),
        "version": record["tag_name"],
        "summary": record.get("name") or f"release {record['tag_name']}",
        "url": record.get("html_url"),
    }


GITHUB_RELEASES = records_of(
    "github-releases", "GitHub: releases", "changes", lambda record: "tag_name" in record and "created_at" in record, _release,
    Example(
        '[{"html_url": "https://github.com/shop/cart/releases/tag/v2.4.1", "id": 7, "tag_name": "v2.4.1", "name": "Rank by facet", '
        '"created_at": "2026-01-17T02:50:00Z", "published_at": "2026-01-17T03:00:00Z"},\n'
        '{"tag_name": "v2.4.0", "created_at": "2026-01-16T03:00:00Z", "name": ""}]',
        ({"at": "2026-01-17T03:00:00Z", "kind": "deploy", "service": "cart", "version": "v2.4.1", "summary": "Rank by facet"},
         {"version": "v2.4.0", "summary": "release v2.4.0"}),
    ),
    Example(
        '[{"html_url": "https://github.com/shop/stock/releases/tag/2026.1", "tag_name": "2026.1", "name": null, "draft": '
        'true, "created_at": "2026-01-17T03:30:00Z", "published_at": null}]',
        ({"at": "2026-01-17T03:30:00Z", "service": "stock", "version": "2026.1", "summary": "release 2026.1"},),
    ),
)  # fmt: skip


def _commit(record: Row) -> Iterator[Row]:
    subject = " ".join(record["subject"].split())
    head = dict(line.split(":", 1) for line in record["head"].splitlines())
    yield {
        "at": (head.get("CommitDate") or head["Date"]).strip(),
        "kind": "rollback" if subject.startswith("Revert ") else "other",
        "version": record["sha"][:12],
        "summary": subject,
    }


GIT_LOG = records_of(
    "git-log", "git log, in its default, fuller or ISO form", "changes", lambda record: record["sha"] is not None, _commit,
    Example(
        "commit a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d (HEAD -> main, tag: v2.4.1)\n"
        "Author: Someone <someone@shop.example>\n"
        "Date:   Sat Jan 17 04:00:00 2026 +0100\n"
        "\n"
        "    Rank search results by facet\n"
        "\n"
        "    Closes #7\n"
        "\n"
        "commit b84d88e7554fc1fa21bcbc4efae3c782a70d2b9d\n"
        "Merge: 1234567 89abcde\n"
        "Author:     Someone <someone@shop.example>\n"
        "AuthorDate: 2026-01-16 03:00:00 +0000\n"
        "Commit:     Someone <someone@shop.example>\n"
        "CommitDate: 2026-01-17 03:20:00 +0000\n"
        "\n"
        '    Revert "Rank search results by facet"\n',
        ({"at": "2026-01-17T03:00:00Z", "kind": "other", "version": "a84d88e7554f", "summary": "Rank search results by facet"},
         {"at": "2026-01-17T03:20:00Z", "kind": "rollback"}),
    ),
    Example(
        'commit c84d88e7554fc1fa21bcbc4efae3c782a70d2b9d\n'
        'Author: Someone <someone@shop.example>\n'
        'Date:   2026-01-17T03:30:00+01:00\n'
        '\n'
        '    Raise the limit of the pool\n'
        '    to 40 connections\n',
        ({"at": "2026-01-17T02:30:00Z", "kind": "other", "version": "c84d88e7554f", "summary": "Raise the limit of the pool to 40 connections"},),
    ),
    pattern=r"^commit (?P<sha>[0-9a-f]{7,64})\b.*\n(?P<head>(?:[A-Z]\w+: .*\n)+)\n(?P<subject>(?:    .*\S.*(?:\n|\Z))+)(?:\n|    .*(?:\n|\Z))*",
)  # fmt: skip


def _argo(record: Row) -> Iterator[Row]:
    source = record.get("source") or (record.get("sources") or [{}])[0]
    yield {
        "at": record.get("deployStartedAt") or record["deployedAt"],
        "finished_at": record["deployedAt"] if record.get("deployStartedAt") else None,
        "kind": "deploy",
        "service": record.get("application"),
        "version": record["revision"][:12],
        "summary": f"synchronised {source.get('path') or source.get('chart') or record.get('application') or 'application'} to "
                   f"{source.get('targetRevision') or record['revision'][:12]}",
        "url": source.get("repoURL"),
    }  # fmt: skip


ARGO = records_of(
    "argocd-application", "Argo CD: history of an application", "changes", lambda record: "deployedAt" in record and "revision" in record, _argo,
    Example(
        '{"metadata": {"name": "cart"}, "spec": {}, "status": {"history": [\n'
        '{"id": 6, "revision": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "deployStartedAt": "2026-01-17T02:59:58Z", "deployedAt": '
        '"2026-01-17T03:00:00Z", "source": {"repoURL": "https://git.example/shop", "path": "cart", "targetRevision": "main"}},\n'
        '{"id": 7, "revision": "b84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "deployedAt": "2026-01-17T03:20:00Z"}]}}',
        ({"at": "2026-01-17T02:59:58Z", "finished_at": "2026-01-17T03:00:00Z", "kind": "deploy", "service": "cart", "version": "a84d88e7554f"},
         {"at": "2026-01-17T03:20:00Z"}),
    ),
    Example(
        '{"metadata": {"name": "stock"}, "status": {"history": [\n'
        '{"id": 1, "revision": "1.4.1", "deployedAt": "2026-01-17T04:30:00+01:00", "sources": [{"repoURL": '
        '"https://charts.example", "chart": "stock", "targetRevision": "1.4.1"}]}]}}',
        ({"at": "2026-01-17T03:30:00Z", "service": "stock", "version": "1.4.1", "summary": "synchronised stock to 1.4.1"},),
    ),
    path=("status", "history", "*"), flatten=lambda record, around: {**record, "application": around[0]["metadata"].get("name")},
)  # fmt: skip

_STEPS = {"ScalingReplicaSet": "scale", "SuccessfulRescale": "scale", "DeploymentRollback": "rollback"}


def _kubernetes(record: Row) -> Iterator[Row]:
    regarding = record.get("involvedObject") or record.get("regarding") or {}
    reason = record["reason"]
    if reason in _STEPS or record.get("type") == "Warning" or reason == "Killing":
        yield {
            "at": record.get("firstTimestamp") or record.get("eventTime") or record["metadata"]["creationTimestamp"],
            "finished_at": record.get("lastTimestamp"),
            "kind": _STEPS.get(reason, "other"),
            "service": regarding.get("name"),
            "summary": f"{reason}: {record.get('message') or record.get('note') or ''}".rstrip(": "),
            "url": None,
        }


KUBERNETES_EVENTS = records_of(
    "kubernetes-events", "Kubernetes: kubectl get events -o json; scaling, rollbacks, killings and warnings", "changes",
    lambda record: "reason" in record and ("involvedObject" in record or "regarding" in record), _kubernetes,
    Example(
        '{"apiVersion": "v1", "kind": "List", "items": [\n'
        '{"kind": "Event", "reason": "ScalingReplicaSet", "message": "Scaled up replica set cart-7d4 to 3", "type": "Normal", '
        '"firstTimestamp": "2026-01-17T03:00:00Z", "lastTimestamp": "2026-01-17T03:00:00Z", "involvedObject": {"kind": "Deployment", "name": "cart"}},\n'
        '{"kind": "Event", "reason": "Pulled", "message": "Image already present", "type": "Normal", "firstTimestamp": "2026-01-17T03:00:01Z", '
        '"involvedObject": {"kind": "Pod", "name": "cart-7d4-x"}},\n'
        '{"kind": "Event", "reason": "BackOff", "message": "Back-off restarting failed container", "type": "Warning", "firstTimestamp": null, '
        '"eventTime": "2026-01-17T03:01:00.123456Z", "involvedObject": {"kind": "Pod", "name": "cart-7d4-x"}}]}',
        ({"at": "2026-01-17T03:00:00Z", "kind": "scale", "service": "cart", "summary": "ScalingReplicaSet: Scaled up replica set cart-7d4 to 3"},
         {"at": "2026-01-17T03:01:00.123456Z", "kind": "other", "service": "cart-7d4-x"}),
    ),
    path=("items", "*"),
)  # fmt: skip


def _replica_set(record: Row) -> Iterator[Row]:
    metadata = record["metadata"]
    notes = metadata.get("annotations", {})
    images = [container["image"] for container in record["spec"]["template"]["spec"]["containers"]]
    owner = next((one["name"] for one in metadata.get("ownerReferences", [])), metadata["name"])
    yield {
        "at": metadata["creationTimestamp"],
        "kind": "deploy",
        "service": owner,
        "version": images[0].rpartition(":")[2] if ":" in images[0] else images[0],
        "summary": notes.get("kubernetes.io/change-cause")
                   or f"revision {notes.get('deployment.kubernetes.io/revision', '?')} of {owner}, {', '.join(images)}",
    }  # fmt: skip


KUBERNETES_ROLLOUT = records_of(
    "kubernetes-rollout", "Kubernetes: kubectl get replicasets -o json, the rollout history with its times", "changes",
    lambda record: record["kind"] == "ReplicaSet" and "creationTimestamp" in record["metadata"], _replica_set,
    Example(
        '{"kind": "List", "items": [\n'
        '{"kind": "ReplicaSet", "metadata": {"name": "cart-7d4", "creationTimestamp": "2026-01-17T03:00:00Z", "annotations": '
        '{"deployment.kubernetes.io/revision": "7"}, "ownerReferences": [{"name": "cart"}]}, "spec": {"template": {"spec": {"containers": '
        '[{"image": "registry.example/cart:v2.4.1"}]}}}},\n'
        '{"kind": "ReplicaSet", "metadata": {"name": "cart-6c3", "creationTimestamp": "2026-01-16T03:00:00Z", "annotations": '
        '{"kubernetes.io/change-cause": "release v2.4.0"}}, "spec": {"template": {"spec": {"containers": [{"image": "cart:v2.4.0"}]}}}}]}',
        ({"at": "2026-01-17T03:00:00Z", "kind": "deploy", "service": "cart", "version": "v2.4.1"},
         {"version": "v2.4.0", "summary": "release v2.4.0"}),
    ),
    Example(
        '{"kind": "List", "items": [\n'
        '{"kind": "ReplicaSet", "metadata": {"name": "stock-1a2", "creationTimestamp": "2026-01-17T03:30:00Z", '
        '"ownerReferences": [{"name": "stock"}]}, "spec": {"template": {"spec": {"containers": [{"image": "stock"}, '
        '{"image": "proxy:1.2"}]}}}}]}',
        ({"at": "2026-01-17T03:30:00Z", "service": "stock", "version": "stock", "summary": "revision ? of stock, stock, proxy:1.2"},),
    ),
    path=("items", "*"),
)  # fmt: skip


def _helm(record: Row) -> Iterator[Row]:
    words = str(record["description"])
    yield {
        "at": record["updated"],
        "kind": "rollback" if kind_of(words) == "rollback" else "deploy",
        "service": re.sub(r"-v?\d[\w.+-]*$", "", record["chart"]),
        "version": record.get("app_version") or record["chart"],
        "summary": f"revision {record['revision']} of {record['chart']}: {words}, {record['status']}",
    }


HELM_JSON = records_of(
    "helm-history-json", "Helm: helm history -o json", "changes",
    lambda record: "chart" in record and "revision" in record and "updated" in record, _helm,
    Example(
        '[{"revision": 6, "updated": "2026-01-17T03:00:00.123456789Z", "status": "superseded", "chart": "cart-1.4.1", "app_version": "v2.4.1", '
        '"description": "Upgrade complete"},\n'
        '{"revision": 7, "updated": "2026-01-17T04:20:00.123456789+01:00", "status": "deployed", "chart": "cart-1.4.0", "app_version": "v2.4.0", '
        '"description": "Rollback to 5"}]',
        ({"at": "2026-01-17T03:00:00.123456Z", "kind": "deploy", "service": "cart", "version": "v2.4.1"},
         {"at": "2026-01-17T03:20:00.123456Z", "kind": "rollback"}),
    ),
    Example(
        '[{"revision": 8, "updated": "2026-01-17T03:30:00Z", "status": "failed", "chart": "shop-cart-v1.5.0", '
        '"app_version": "", "description": "Upgrade \\"cart\\" failed: timed out"}]',
        ({"at": "2026-01-17T03:30:00Z", "service": "shop-cart", "version": "shop-cart-v1.5.0"},),
    ),
)  # fmt: skip

HELM = records_of(
    "helm-history", "Helm: helm history as a table", "changes", lambda record: record["revision"] is not None, _helm,
    Example(
        "REVISION\tUPDATED                 \tSTATUS    \tCHART     \tAPP VERSION\tDESCRIPTION     \n"
        "6       \tSat Jan 17 03:00:00 2026\tsuperseded\tcart-1.4.1\tv2.4.1     \tUpgrade complete\n"
        "7       \tSat Jan 17 03:20:00 2026\tdeployed  \tcart-1.4.0\tv2.4.0     \tRollback to 5   \n",
        ({"at": "2026-01-17T03:00:00Z", "kind": "deploy", "service": "cart", "version": "v2.4.1"}, {"kind": "rollback"}),
    ),
    Example(
        'REVISION\tUPDATED                 \tSTATUS\tCHART     \tAPP VERSION\tDESCRIPTION\n'
        '8       \tSat Jan  3 03:30:00 2026\tfailed\tstock-2.0.0\t2026.1     \tUpgrade "stock" failed\n',
        ({"at": "2026-01-03T03:30:00Z", "service": "stock", "version": "2026.1"},),
    ),
    pattern=r"(?:\AREVISION\s.*\n)?^(?P<revision>\d+)\s+(?P<updated>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})\s+"
            r"(?P<status>[\w-]+)\s+(?P<chart>\S+)\s+(?P<app_version>\S+)\s+(?P<description>.*?)[ \t]*$",
)  # fmt: skip


def _flag(record: Row) -> Iterator[Row]:
    yield {
        "at": record["date"],
        "kind": "flag" if record["kind"] == "flag" else "config",
        "service": record.get("name"),
        "summary": " ".join(str(record.get(part) or "") for part in ("titleVerb", "name")).strip() or record.get("title"),
        "url": (record.get("_links") or {}).get("site", {}).get("href"),
    }


LAUNCHDARKLY = records_of(
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


def _trail(record: Row) -> Iterator[Row]:
    if not record.get("readOnly") or record["readOnly"] == "false":
        service = record["eventSource"].split(".")[0]
        yield {"at": record["eventTime"], "kind": kind_of(record["eventName"]), "service": service,
               "summary": f"{record['eventName']} in {record.get('awsRegion', service)}"}  # fmt: skip


CLOUDTRAIL = records_of(
    "aws-cloudtrail", "AWS CloudTrail: events that changed something", "changes",
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

FORMATS = (
    GITHUB_DEPLOYMENTS, GITHUB_RELEASES, GIT_LOG, ARGO, KUBERNETES_EVENTS, KUBERNETES_ROLLOUT, HELM_JSON, HELM, LAUNCHDARKLY, CLOUDTRAIL, GENERIC,
)  # fmt: skip
