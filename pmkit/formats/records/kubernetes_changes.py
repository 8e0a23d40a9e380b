"""Changes in Kubernetes: Argo CD, events, rollouts, Helm."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pmkit.formats.builders import record_export
from pmkit.formats.format import Example
from pmkit.formats.record import Record, Row
from pmkit.formats.records.changes import change_kind


def _argo(record: Record) -> Iterator[Row]:
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


ARGO = record_export(
    "argocd-application", "Argo CD: application history", "changes", lambda record: "deployedAt" in record and "revision" in record, _argo,
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
    path=("status", "history", "*"), flatten=lambda record, parents: {**record, "application": parents[0]["metadata"].get("name")},
)  # fmt: skip

_STEPS = {"ScalingReplicaSet": "scale", "SuccessfulRescale": "scale", "DeploymentRollback": "rollback"}


def _kubernetes(record: Record) -> Iterator[Row]:
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


KUBERNETES_EVENTS = record_export(
    "kubernetes-events", "Kubernetes: kubectl get events -o json (scaling, rollbacks, killed containers, warnings)", "changes",
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


def _replica_set(record: Record) -> Iterator[Row]:
    metadata = record["metadata"]
    notes = metadata.get("annotations", {})
    images = [container["image"] for container in record["spec"]["template"]["spec"]["containers"]]
    owner = next((reference["name"] for reference in metadata.get("ownerReferences", [])), metadata["name"])
    yield {
        "at": metadata["creationTimestamp"],
        "kind": "deploy",
        "service": owner,
        "version": images[0].rpartition(":")[2] if ":" in images[0] else images[0],
        "summary": notes.get("kubernetes.io/change-cause")
                   or f"revision {notes.get('deployment.kubernetes.io/revision', '?')} of {owner}, {', '.join(images)}",
    }  # fmt: skip


KUBERNETES_ROLLOUT = record_export(
    "kubernetes-rollout", "Kubernetes: kubectl get replicasets -o json, as a rollout history", "changes",
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


def _helm(record: Record) -> Iterator[Row]:
    description = str(record["description"])
    yield {
        "at": record["updated"],
        "kind": "rollback" if change_kind(description) == "rollback" else "deploy",
        "service": re.sub(r"-v?\d[\w.+-]*$", "", record["chart"]),
        "version": record.get("app_version") or record["chart"],
        "summary": f"revision {record['revision']} of {record['chart']}: {description}, {record['status']}",
    }


HELM_JSON = record_export(
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

HELM = record_export(
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
    line=r"\d+\s+[A-Z][a-z]{2} [A-Z][a-z]{2} ",
    pattern=r"(?:\AREVISION\s.*\n)?^(?P<revision>\d+)\s+(?P<updated>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})\s+"
            r"(?P<status>[\w-]+)\s+(?P<chart>\S+)\s+(?P<app_version>\S+)\s+(?P<description>.*?)[ \t]*$",
)  # fmt: skip
