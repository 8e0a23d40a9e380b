"""Changes in Kubernetes: Argo CD, Flux, events, rollouts, Helm."""

from __future__ import annotations

from typing import Final

from pmkit.formats.aligned_tables import table_reader
from pmkit.formats.builders import record_export
from pmkit.formats.format import Example

ARGO = record_export(
    "argocd-application", "Argo CD: application history", "changes", "metadata.name, status.history",
    {"at": "deployStartedAt || deployedAt", "finished_at": "deployStartedAt && deployedAt || null", "kind": "'deploy'", "service": "outer.metadata.name",
     "version": "short(revision || revisions[0])",
     "summary": "join(' ', ['synchronised', (source || sources[0]).path || (source || sources[0]).chart || outer.metadata.name, 'to', "
                "(source || sources[0]).targetRevision || short(revision || revisions[0]) || ''])",
     "url": "(source || sources[0]).repoURL"},
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
    each="status.history",
)  # fmt: skip

ARGO_HISTORY = record_export(
    "argocd-history", "Argo CD: argocd app history -o json, the history alone", "changes", "deployedAt, revision|revisions, id",
    {"at": "deployStartedAt || deployedAt", "finished_at": "deployStartedAt && deployedAt || null", "kind": "'deploy'", "service": "(source || sources[0]).path || (source || sources[0]).chart",
     "version": "short(revision || revisions[0])", "summary": "join(' ', ['synchronised to', (source || sources[0]).targetRevision || short(revision || revisions[0])])",
     "url": "(source || sources[0]).repoURL"},
    Example(
        '[{"id": 6, "revision": "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "deployStartedAt": "2026-01-17T02:59:58Z", "deployedAt": "2026-01-17T03:00:00Z", '
        '"source": {"path": "cart", "targetRevision": "main"}},\n'
        '{"id": 7, "revision": "b84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", "deployedAt": "2026-01-17T03:20:00Z"},\n'
        '{"id": 8, "revision": "v3", "deployedAt": "2026-01-17T03:30:00Z"}]',
        ({"at": "2026-01-17T02:59:58Z", "finished_at": "2026-01-17T03:00:00Z", "service": "cart", "version": "a84d88e7554f"}, {"service": None}, {"version": "v3"}),
    ),
)  # fmt: skip

_ABOUT: Final = {
    "at": "firstTimestamp || eventTime || deprecatedFirstTimestamp || metadata.creationTimestamp",
    "finished_at": "lastTimestamp || deprecatedLastTimestamp",
    "service": "involvedObject.name || regarding.name",
    "summary": "join(': ', [reason, message || note || ''])",
}

_KIND_OF_EVENT: Final = "(match(reason, '^(ScalingReplicaSet|SuccessfulRescale)$') && 'scale') || (reason == 'DeploymentRollback' && 'rollback') || 'other'"
_UNCHANGED: Final = "type != 'Warning' && !match(reason, '^(ScalingReplicaSet|SuccessfulRescale|DeploymentRollback|Killing)$')"

KUBERNETES_EVENTS = record_export(
    "kubernetes-events", "Kubernetes: kubectl get events -o json (scaling, rollbacks, killed containers, warnings)", "changes",
    "reason, involvedObject|regarding, metadata|firstTimestamp|eventTime",
    {**_ABOUT, "kind": _KIND_OF_EVENT},
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
    where="!(reportingController && timestamp) || firstTimestamp || eventTime",
    skip={_UNCHANGED: "an event that changes nothing"},
)  # fmt: skip

FLUX = record_export(
    "flux-events", "Flux: events of the notification controller", "changes", "involvedObject.name, reason, timestamp, reportingController",
    {"at": "timestamp", "kind": "severity != 'error' && match(reason, '(?i)(reconciliationsucceeded|upgradesucceeded|installsucceeded|progressing)') && 'deploy' || "
                                "(match(reason, '(?i)(rollback)') && 'rollback') || 'other'",
     "service": "involvedObject.name",
     "version": "metadata.\"kustomize.toolkit.fluxcd.io/revision\" || metadata.\"helm.toolkit.fluxcd.io/revision\" || metadata.\"source.toolkit.fluxcd.io/revision\" || metadata.revision",
     "summary": "join(': ', [reason, message || ''])"},
    Example(
        '{"involvedObject": {"kind": "Kustomization", "name": "cart"}, "metadata": {"kustomize.toolkit.fluxcd.io/revision": "main@sha1:a84d88e7"}, "severity": "info", '
        '"reason": "ReconciliationSucceeded", "message": "applied", "reportingController": "kustomize-controller", "timestamp": "2026-01-17T03:00:00Z"}\n'
        '{"involvedObject": {"kind": "HelmRelease", "name": "stock"}, "metadata": {"revision": "1.4.1"}, "severity": "info", "reason": "UpgradeSucceeded", '
        '"reportingController": "helm-controller", "timestamp": "2026-01-17T03:10:00Z"}\n'
        '{"involvedObject": {"kind": "Kustomization", "name": "cart"}, "severity": "error", "reason": "HealthCheckFailed", "message": "no answer", '
        '"reportingController": "kustomize-controller", "timestamp": "2026-01-17T03:20:00Z"}',
        ({"at": "2026-01-17T03:00:00Z", "kind": "deploy", "service": "cart", "version": "main@sha1:a84d88e7"}, {"kind": "deploy", "version": "1.4.1"},
         {"kind": "other", "summary": "HealthCheckFailed: no answer"}),
    ),
)  # fmt: skip

_IMAGES: Final = "spec.template.spec.containers[].image"

KUBERNETES_ROLLOUT = record_export(
    "kubernetes-rollout", "Kubernetes: kubectl get replicasets -o json, as a rollout history", "changes", "kind, metadata.creationTimestamp, spec.template",
    {"at": "metadata.creationTimestamp", "kind": "'deploy'", "service": "metadata.ownerReferences[0].name || metadata.name",
     "version": f"match({_IMAGES} | [0], ':([^:/]+)$') || ({_IMAGES} | [0])",
     "summary": "metadata.annotations.\"kubernetes.io/change-cause\" || join(' ', ['revision', metadata.annotations.\"deployment.kubernetes.io/revision\" || '?', 'of', "
                f"join(', ', [metadata.ownerReferences[0].name || metadata.name, join(', ', {_IMAGES})])])"},
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
    where="kind == 'ReplicaSet' || kind == 'ControllerRevision'",
)  # fmt: skip

_HELM: Final = {
    "at": "updated",
    "kind": "kind(description) == 'rollback' && 'rollback' || 'deploy'",
    "service": "match(chart, '^(.*?)-v?\\d[\\w.+-]*$') || chart",
    "version": "app_version || chart",
    "summary": "join('', ['revision ', text(revision), ' of ', chart, ': ', description, ', ', status])",
    "outcome": "status",
}

# The same in the table, whose columns have names in capitals.
_UPPER: Final = {
    "at": "UPDATED",
    "kind": "kind(DESCRIPTION) == 'rollback' && 'rollback' || 'deploy'",
    "service": "match(CHART, '^(.*?)-v?\\d[\\w.+-]*$') || CHART",
    "version": '"APP VERSION" || CHART',
    "summary": "join('', ['revision ', REVISION, ' of ', CHART, ': ', DESCRIPTION || '', ', ', STATUS])",
    "outcome": "STATUS",
}

HELM_JSON = record_export(
    "helm-history-json", "Helm: helm history -o json", "changes", "chart, revision, updated, description",
    _HELM,
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
        (),
    ),
)  # fmt: skip

HELM = record_export(
    "helm-history", "Helm: helm history as a table", "changes", "REVISION, UPDATED, CHART",
    _UPPER,
    Example(
        "REVISION\tUPDATED                 \tSTATUS    \tCHART     \tAPP VERSION\tDESCRIPTION     \n"
        "6       \tSat Jan 17 03:00:00 2026\tsuperseded\tcart-1.4.1\tv2.4.1     \tUpgrade complete\n"
        "7       \tSat Jan 17 03:20:00 2026\tdeployed  \tcart-1.4.0\tv2.4.0     \tRollback to 5   \n",
        ({"at": "2026-01-17T03:00:00Z", "kind": "deploy", "service": "cart", "version": "v2.4.1"}, {"kind": "rollback"}),
    ),
    Example(
        "REVISION  UPDATED                   STATUS    CHART        APP VERSION  DESCRIPTION\n"
        "8         Sat Jan  3 03:30:00 2026  failed    stock-2.0.0               Upgrade \"stock\" failed\n"
        "9         Sat Jan  3 03:40:00 2026  deployed  stock-2.0.0               Rollback to 7\n",
        ({"at": "2026-01-03T03:40:00Z", "kind": "rollback", "service": "stock", "version": "stock-2.0.0",
          "summary": "revision 9 of stock-2.0.0: Rollback to 7, deployed"},),
    ),
    parse=table_reader("REVISION", "UPDATED", "STATUS", "CHART", "DESCRIPTION"), line=r"REVISION\s+UPDATED\s",
)  # fmt: skip

HELM_LIST_JSON = record_export(
    "helm-list-json", "Helm: helm list -o json, the last change of each release", "changes", "name, namespace, revision, updated, chart",
    {"at": "match(updated, '^(\\S+ \\S+ [+-]\\d{4})') || updated", "kind": "'deploy'", "service": "name", "version": "app_version || chart", "outcome": "status",
     "summary": "words(['revision', text(revision), 'of', chart, 'in', namespace])"},
    Example(
        '[{"name": "cart", "namespace": "shop", "revision": "7", "updated": "2026-01-17 03:00:00.123456789 +0000 UTC", "status": "deployed", "chart": "cart-1.4.1", '
        '"app_version": "v2.4.1"},{"name": "mail", "namespace": "shop", "revision": "3", "updated": "2026-01-17 03:20:00.123456789 +0000 UTC", "status": "failed", "chart": '
        '"mail-2.0.0", "app_version": "1.0"},{"name": "stock", "namespace": "shop", "revision": "2", "updated": "2026-01-17 04:10:00.1 +0100 CET", "status": "deployed", '
        '"chart": "stock-2.0.0", "app_version": ""}]',
        ({"at": "2026-01-17T03:00:00.123456Z", "kind": "deploy", "service": "cart", "version": "v2.4.1", "summary": "revision 7 of cart-1.4.1 in shop"},
         {"at": "2026-01-17T03:10:00.100Z", "version": "stock-2.0.0"}),
    ),
)  # fmt: skip

HELM_LIST = record_export(
    "helm-list", "Helm: helm list as a table, the last change of each release", "changes", "NAME, UPDATED, CHART",
    {"at": "match(UPDATED, '^(\\S+ \\S+ [+-]\\d{4})') || UPDATED", "kind": "'deploy'", "service": "NAME", "version": "\"APP VERSION\" || CHART", "outcome": "STATUS",
     "summary": "words(['revision', REVISION, 'of', CHART, 'in', NAMESPACE])"},
    Example(
        "NAME \tNAMESPACE\tREVISION\tUPDATED                                \tSTATUS  \tCHART      \tAPP VERSION\n"
        "cart \tshop     \t7       \t2026-01-17 03:00:00.123456789 +0000 UTC\tdeployed\tcart-1.4.1 \tv2.4.1     \n"
        "stock\tshop     \t2       \t2026-01-17 04:10:00.123456789 +0100 CET\tdeployed\tstock-2.0.0\t           \n"
        "mail \tshop     \t3       \t2026-01-17 03:20:00.123456789 +0000 UTC\tfailed  \tmail-2.0.0 \t1.0        \n",
        ({"at": "2026-01-17T03:00:00.123456Z", "kind": "deploy", "service": "cart", "version": "v2.4.1", "summary": "revision 7 of cart-1.4.1 in shop"},
         {"at": "2026-01-17T03:10:00.123456Z", "version": "stock-2.0.0"}),
    ),
    parse=table_reader("NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART"), line=r"NAME\s+NAMESPACE\s+REVISION\s+UPDATED",
)  # fmt: skip

_OBJECT: Final = "match(OBJECT, '/(.*)') || OBJECT || NAME"

KUBERNETES_EVENTS_TABLE = record_export(
    "kubernetes-events-table", "Kubernetes: kubectl get events as a table; ages are counted back from the file's last change", "changes",
    "LAST SEEN, TYPE, REASON, MESSAGE",
    {"at": "join(' ', [\"FIRST SEEN\" || match(\"LAST SEEN\", 'over (\\w+)') || match(\"LAST SEEN\", '^(\\w+)'), 'ago'])",
     "finished_at": "(\"FIRST SEEN\" || contains(\"LAST SEEN\", 'over')) && join(' ', [match(\"LAST SEEN\", '^(\\w+)'), 'ago']) || null",
     "kind": _KIND_OF_EVENT.replace("reason", "REASON"), "service": _OBJECT, "summary": "join(': ', [REASON, MESSAGE])"},
    Example(
        "LAST SEEN           TYPE      REASON              OBJECT             MESSAGE\n"
        "5m12s               Normal    ScalingReplicaSet   deployment/cart    Scaled up replica set cart-7d4 to 3\n"
        "3m (x5 over 10m)    Warning   BackOff             pod/cart-7d4-x     Back-off restarting failed container\n"
        "90s                 Normal    Pulled              pod/cart-7d4-x     Image already present\n",
        ({"kind": "scale", "service": "cart", "summary": "ScalingReplicaSet: Scaled up replica set cart-7d4 to 3", "finished_at": None},
         {"kind": "other", "service": "cart-7d4-x", "summary": "BackOff: Back-off restarting failed container"}),
    ),
    skip={_UNCHANGED.replace("type", "TYPE").replace("reason", "REASON"): "an event that changes nothing",
          "!\"LAST SEEN\"": "an event without a time"},
    parse=table_reader("LAST SEEN", "TYPE", "REASON", "MESSAGE"), line=r"(?:NAMESPACE +)?LAST SEEN +",
)  # fmt: skip

ARGO_TABLE = record_export(
    "argocd-history-table", "Argo CD: argocd app history as a table", "changes", "ID, DATE, REVISION",
    {"at": "DATE", "kind": "'deploy'", "version": "match(REVISION, '\\(([0-9a-f]{7,})\\)') || short(REVISION)", "summary": "words(['synchronised to', REVISION])"},
    Example(
        "ID      DATE                           REVISION\n6       2026-01-17 03:00:00 +0000 UTC  main (a84d88e)\n"
        "7       2026-01-17 04:20:00 +0100 CET  1.4.1\n8       2026-01-17 03:30:00 +0000 UTC  main (b84d88e)\n",
        ({"at": "2026-01-17T03:00:00Z", "kind": "deploy", "version": "a84d88e", "summary": "synchronised to main (a84d88e)"},
         {"at": "2026-01-17T03:20:00Z", "version": "1.4.1"}, {"version": "b84d88e"}),
    ),
    parse=table_reader("ID", "DATE", "REVISION"), line=r"ID +DATE +REVISION",
)  # fmt: skip
