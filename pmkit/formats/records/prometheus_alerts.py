"""Alerts of Alertmanager and Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from pmkit.formats.alert_steps import FIRED, NEITHER
from pmkit.formats.aligned_tables import table_reader
from pmkit.formats.builders import record_export
from pmkit.formats.field_expressions import query
from pmkit.formats.format import Example
from pmkit.formats.record import Record, Row, sorted_json

# What the labels and annotations of an alert say.
LABELLED: Final = {
    "name": "labels.alertname || labels.rulename || annotations.summary",
    "severity": "labels.severity || labels.priority || labels.level",
    "service": "service(labels)",
    "summary": "annotations.summary || annotations.description || annotations.message",
    "labels": "labels",
    "url": "generatorURL",
}

WEBHOOK = record_export(
    "alertmanager-webhook", "Alertmanager and Grafana: webhook payloads, one JSON object per line", "alerts", "alerts, groupKey|receiver",
    {**LABELLED, "key": "fingerprint || text(labels)", "state": "status", "started_at": "startsAt", "resolved_at": "endsAt"},
    Example(
        '{"receiver": "pager", "status": "firing", "groupKey": "{}", "version": "4", "alerts": [{"status": "firing", '
        '"labels": {"alertname": "HighErrorRatio", "service": "catalog", "severity": "critical"}, "annotations": '
        '{"summary": "5 % fail"}, "startsAt": "2026-11-23T21:29:08.242Z", "endsAt": "0001-01-01T00:00:00Z", '
        '"fingerprint": "c2f5"}]}\n'
        '{"receiver": "pager", "status": "resolved", "groupKey": "{}", "version": "4", "alerts": [{"status": "resolved", '
        '"labels": {"alertname": "HighErrorRatio", "service": "catalog", "severity": "critical"}, "annotations": '
        '{"summary": "5 % fail"}, "startsAt": "2026-11-23T21:29:08.242Z", "endsAt": "2026-11-23T21:30:48.242Z", '
        '"fingerprint": "c2f5"}]}\n',
        (
            {"name": "HighErrorRatio", "service": "catalog", "severity": "critical", "resolved_at": None,
             "started_at": "2026-11-23T21:29:08.242Z", "summary": "5 % fail"},
            {"name": "HighErrorRatio", "resolved_at": "2026-11-23T21:30:48.242Z"},
        ),
    ),
    Example(
        '{"receiver": "chat", "status": "firing", "groupKey": "{}/{service=\\"cart\\"}", "alerts": [{"status": "firing", '
        '"labels": {"alertname": "Slow"}, "annotations": {"description": "p95 is 3 s"}, "startsAt": '
        '"2026-11-23T22:29:08+01:00", "endsAt": "0001-01-01T00:00:00Z"}]}',
        ({"name": "Slow", "service": None, "started_at": "2026-11-23T21:29:08Z", "summary": "p95 is 3 s"},),
    ),
    each="alerts", where="length(alerts) == `0` || (alerts[0].startsAt && !(type(alerts[0].status) == 'object'))",
)  # fmt: skip

API = record_export(
    "alertmanager-api", "Alertmanager: GET /api/v2/alerts and /api/v2/alerts/groups, amtool alert -o json", "alerts", "startsAt, labels, status",
    # `endsAt` of an active alert is when Alertmanager would let it expire, not its end.
    {**LABELLED, "key": "fingerprint || text(labels)", "state": "status.state", "started_at": "startsAt"},
    Example(
        '[{"annotations": {"summary": "5 % fail"}, "endsAt": "2026-11-23T21:33:08.242Z", "fingerprint": "c2f5", '
        '"startsAt": "2026-11-23T21:29:08.242Z", "status": {"state": "active"}, "labels": {"alertname": "High"}}]',
        ({"name": "High", "started_at": "2026-11-23T21:29:08.242Z", "resolved_at": None},),
    ),
    Example(
        '[{"annotations": {}, "endsAt": "2026-11-23T21:33:08.242Z", "fingerprint": "c2f6", "startsAt": '
        '"2026-11-23T22:29:08+01:00", "status": {"state": "suppressed"}, "labels": {"alertname": "Slow", "service": '
        '"cart", "severity": "ticket"}, "generatorURL": "http://prometheus.example/graph"},\n'
        '{"annotations": {"description": "no answer"}, "endsAt": "2026-11-23T21:33:08Z", "fingerprint": "c2f7", '
        '"startsAt": "2026-11-23T21:30:00Z", "status": {"state": "active"}, "labels": {"alertname": "Down", "app": "stock"}}]',
        ({"name": "Slow", "service": "cart", "severity": "ticket", "started_at": "2026-11-23T21:29:08Z", "resolved_at": None, "url": "http://prometheus.example/graph"}, {"name": "Down", "service": "stock", "summary": "no answer"},),
    ),
    Example(
        '[{"labels": {"team": "shop"}, "receiver": {"name": "pager"}, "alerts": [{"annotations": {}, "endsAt": "2026-11-23T21:33:08.242Z", '
        '"fingerprint": "c2f8", "receivers": [{"name": "pager"}], "startsAt": "2026-11-23T21:29:08.242Z", "status": {"state": "active"}, '
        '"labels": {"alertname": "High", "service": "cart"}}]}, {"labels": {}, "receiver": {"name": "chat"}, "alerts": [{"annotations": {}, '
        '"fingerprint": "c2f9", "startsAt": "2026-11-23T21:31:00Z", "status": {"state": "active"}, "labels": {"alertname": "Full"}}]}]',
        ({"name": "High", "service": "cart", "resolved_at": None}, {"name": "Full", "started_at": "2026-11-23T21:31:00Z"}),
    ),
    where="type(status) == 'object'", states={"unprocessed": FIRED},
)  # fmt: skip

ALERT = record_export(
    "prometheus-alert", "Alertmanager and Prometheus: single alerts with labels, as sent to receivers", "alerts", "startsAt, labels",
    {**LABELLED, "key": "fingerprint || text(labels)", "state": "status", "started_at": "startsAt", "resolved_at": "endsAt"},
    Example(
        '[{"labels": {"alertname": "Slow", "severity": "page", "app": "stock"}, "annotations": {"summary": "p95 is 3 s"}, "startsAt": '
        '"2026-01-17T03:00:00Z", "endsAt": "2026-01-17T03:20:00Z", "status": "resolved", "fingerprint": "f1"},\n'
        '{"labels": {"alertname": "Down", "job": "cart"}, "startsAt": "2026-01-17T03:05:00Z", "endsAt": "0001-01-01T00:00:00Z", "status": '
        '"firing"}]',
        ({"name": "Slow", "severity": "page", "service": "stock", "started_at": "2026-01-17T03:00:00Z", "resolved_at": "2026-01-17T03:20:00Z"},
         {"name": "Down", "service": "cart", "resolved_at": None}),
    ),
    Example(
        '{"labels": {"alertname": "Full", "host": "db-1"}, "annotations": {}, "startsAt": "2026-01-17T04:10:00+01:00", "endsAt": '
        '"2026-01-17T05:10:00+01:00", "generatorURL": "http://prometheus.example/graph"}',
        ({"name": "Full", "started_at": "2026-01-17T03:10:00Z", "resolved_at": "2026-01-17T04:10:00Z", "url": "http://prometheus.example/graph"},),
    ),
    where="type(labels) == 'object' && type(status) != 'object'",
)  # fmt: skip

ACTIVE = record_export(
    "prometheus-active-alerts", "Prometheus, Thanos, Mimir and Grafana: GET /api/v1/alerts", "alerts", "activeAt, labels, state",
    {**LABELLED, "key": "text(labels)", "state": "state", "started_at": "activeAt"},
    Example(
        '{"status": "success", "data": {"alerts": [{"labels": {"alertname": "Slow", "severity": "page", "service": "cart"}, "annotations": '
        '{"summary": "p95 is 3 s"}, "state": "firing", "activeAt": "2026-01-17T03:00:00.123456789Z", "value": "3e+00"},\n'
        '{"labels": {"alertname": "Full"}, "annotations": {}, "state": "pending", "activeAt": "2026-01-17T03:05:00Z", "value": "1e+00"},\n'
        '{"labels": {"alertname": "Down", "job": "stock"}, "annotations": {}, "state": "Alerting (NoData)", "activeAt": "2026-01-17T03:06:00Z"}]}}',
        ({"name": "Slow", "severity": "page", "service": "cart", "started_at": "2026-01-17T03:00:00.123456Z", "resolved_at": None},
         {"name": "Down", "service": "stock"}),
    ),
    states={"alerting (nodata)": FIRED, "alerting (error)": FIRED, "normal": NEITHER, "inactive": NEITHER, "normal (nodata)": NEITHER,
            "normal (error)": NEITHER},
)  # fmt: skip


def _matrix(record: Record) -> Iterator[Row]:
    matrix = record["data"]["result"]
    times = sorted({at for series in matrix for at, _ in series["values"]})
    interval = min((later - earlier for earlier, later in pairwise(times)), default=60.0)
    for series in matrix:
        if series["metric"].get("alertstate") == "firing":
            for first, last in _runs([at for at, _ in series["values"]], 1.5 * interval):
                yield _firing(series["metric"], first, last + interval if last < times[-1] else None)


def _firing(metric: Record, started_at: float, resolved_at: float | None) -> Row:
    labels = {name: value for name, value in metric.items() if name not in ("__name__", "alertstate")}
    columns = {name: query(LABELLED[name])({"labels": labels}) for name in ("name", "severity", "service")}
    return {
        **columns,
        "alert_id": f"{sorted_json(labels)}@{started_at}",
        "started_at": started_at,
        "resolved_at": resolved_at,
        "labels": sorted_json(labels),
    }


def _runs(times: list[float], gap: float) -> Iterator[tuple[float, float]]:
    """Yield the first and the last time of every run of times without a gap."""
    first = last = times[0]
    for at in times[1:]:
        if at - last > gap:
            yield first, last
            first = at
        last = at
    yield first, last


ALERTS_MATRIX = record_export(
    "prometheus-alerts", "Prometheus: GET /api/v1/query_range of ALERTS", "alerts", "data.result, data.resultType", _matrix,
    Example(
        '{"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {"__name__": "ALERTS", "alertname": "High", '
        '"alertstate": "firing", "service": "cart"}, "values": [[1795469336, "1"], [1795469351, "1"], [1795469396, "1"]]}, '
        '{"metric": {"__name__": "ALERTS", "alertname": "Slow", "alertstate": "firing"}, "values": [[1795469396, "1"], [1795469411, "1"]]}, '
        '{"metric": {"__name__": "ALERTS", "alertname": "Slow", "alertstate": "pending"}, "values": [[1795469381, "1"]]}]}}',
        ({"name": "High", "service": "cart", "started_at": "2026-11-23T21:28:56Z", "resolved_at": "2026-11-23T21:29:26Z"},
         {"name": "High", "started_at": "2026-11-23T21:29:56Z", "resolved_at": "2026-11-23T21:30:11Z"},
         {"name": "Slow", "started_at": "2026-11-23T21:29:56Z", "resolved_at": None}),
    ),
    where="data.resultType == 'matrix' && data.result[0] && !(data.result[?metric.\"__name__\" != 'ALERTS'])",
)  # fmt: skip


AMTOOL = record_export(
    "amtool", "Alertmanager: amtool alert as a table, simple and extended", "alerts", "Starts At, State",
    {"key": "words([Alertname, Summary, Labels])", "name": "Alertname || labels(Labels).alertname", "severity": "labels(Labels).severity", "service": "service(labels(Labels))",
     "state": "State", "started_at": "\"Starts At\"", "summary": "Summary || labels(Annotations).summary || labels(Annotations).description",
     "labels": "labels(Labels)", "url": "\"Generator URL\""},
    Example(
        "Alertname   Starts At                Summary     State       \nHighErrors  2026-01-17 03:01:00 UTC  5 % fail    active      \n"
        "Slow        2026-01-17 03:05:00 UTC  p95 is 3 s  suppressed  \n",
        ({"name": "HighErrors", "started_at": "2026-01-17T03:01:00Z", "summary": "5 % fail", "resolved_at": None}, {"name": "Slow"}),
    ),
    Example(
        "Labels                                   Annotations          Starts At                Ends At                  Generator URL           State   \n"
        "alertname=\"Full\" app=\"db\" severity=\"page\"  summary=\"95 % used\"  2026-01-17 03:01:00 UTC  2026-01-17 03:35:00 UTC  http://graphs.example/  active  \n",
        ({"name": "Full", "service": "db", "severity": "page", "summary": "95 % used", "started_at": "2026-01-17T03:01:00Z", "resolved_at": None},),
    ),
    parse=table_reader("Starts At", "State"), line=r"(?:Alertname|Labels) +[^\n]*Starts At",
)  # fmt: skip
