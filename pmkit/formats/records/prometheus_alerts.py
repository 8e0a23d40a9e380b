"""Alerts of Alertmanager, Prometheus and Grafana."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

from pmkit.formats.builders import record_export
from pmkit.formats.fields import (
    ALERT_SERVICE_NAMES,
    first_value,
)
from pmkit.formats.format import Example
from pmkit.formats.record import Record, Row, sorted_json
from pmkit.formats.records.alert_steps import FIRED, RESOLVED, step

_YEAR_ONE = "0001-01-01"


def _row(alert: Record, resolved_at: str | None) -> Row:
    labels, notes = alert["labels"], alert.get("annotations", {})
    return {
        "alert_id": f"{alert.get('fingerprint', sorted_json(labels))}@{_instant(alert['startsAt'])}",
        "name": labels.get("alertname"),
        "severity": labels.get("severity"),
        "service": first_value(ALERT_SERVICE_NAMES, labels),
        "started_at": alert["startsAt"],
        "resolved_at": resolved_at,
        "summary": notes.get("summary") or notes.get("description"),
        "labels": sorted_json(labels),
        "url": alert.get("generatorURL"),
    }


def _instant(text: str) -> str:
    """Return a time in a uniform notation: one export omits trailing zeros, the other does not."""
    return datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="microseconds")


def _webhook(payload: Record) -> Iterator[Row]:
    for alert in payload["alerts"]:
        ended = alert["status"] == "resolved" and not alert["endsAt"].startswith(_YEAR_ONE)
        yield _row(alert, alert["endsAt"] if ended else None)


def _api(alert: Record) -> Iterator[Row]:
    # `endsAt` of an active alert is when Alertmanager would let it expire, not its end.
    yield _row(alert, None)


WEBHOOK = record_export(
    "alertmanager-webhook", "Alertmanager and Grafana: webhook payloads, one JSON object per line", "alerts",
    lambda record: isinstance(record["alerts"], list) and "groupKey" in record and "receiver" in record, _webhook,
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
)  # fmt: skip

API = record_export(
    "alertmanager-api", "Alertmanager: GET /api/v2/alerts", "alerts",
    lambda record: "startsAt" in record and isinstance(record["status"], dict) and isinstance(record["labels"], dict), _api,
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
)  # fmt: skip


def _is_alerts_matrix(record: Record) -> bool:
    data = record["data"]
    series = data["result"] if data["resultType"] == "matrix" else []
    return bool(series) and all(each["metric"].get("__name__") == "ALERTS" for each in series)


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
    return {
        "alert_id": f"{sorted_json(labels)}@{started_at}",
        "name": labels.get("alertname"),
        "severity": labels.get("severity"),
        "service": first_value(ALERT_SERVICE_NAMES, labels),
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
    "prometheus-alerts", "Prometheus: GET /api/v1/query_range of ALERTS", "alerts", _is_alerts_matrix, _matrix,
    Example(
        '{"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {"__name__": "ALERTS", "alertname": "High", '
        '"alertstate": "firing", "service": "cart"}, "values": [[1795469336, "1"], [1795469351, "1"], [1795469396, "1"]]}, '
        '{"metric": {"__name__": "ALERTS", "alertname": "Slow", "alertstate": "firing"}, "values": [[1795469396, "1"], [1795469411, "1"]]}, '
        '{"metric": {"__name__": "ALERTS", "alertname": "Slow", "alertstate": "pending"}, "values": [[1795469381, "1"]]}]}}',
        ({"name": "High", "service": "cart", "started_at": "2026-11-23T21:28:56Z", "resolved_at": "2026-11-23T21:29:26Z"},
         {"name": "High", "started_at": "2026-11-23T21:29:56Z", "resolved_at": "2026-11-23T21:30:11Z"},
         {"name": "Slow", "started_at": "2026-11-23T21:29:56Z", "resolved_at": None}),
    ),
)  # fmt: skip

_GRAFANA = {
    "alerting": FIRED,
    "firing": FIRED,
    "error": FIRED,
    "ok": RESOLVED,
    "normal": RESOLVED,
    "no_data": FIRED,
    "nodata": FIRED,
}


def _grafana(record: Record) -> Iterator[Row]:
    state = _GRAFANA.get(str(record["newState"]).split(" ")[0].lower())
    if state:
        name = record.get("alertName") or record.get("text")
        yield step(record.get("alertId") or name, state, record["time"], name=name, summary=record.get("text") or None,
                   labels=sorted_json(record.get("tags") or []))  # fmt: skip


GRAFANA = record_export(
    "grafana-annotations", "Grafana: annotations and alert state history", "alerts",
    lambda record: "newState" in record and "prevState" in record and "time" in record, _grafana,
    Example(
        '[{"id": 3, "alertId": 7, "alertName": "High errors", "newState": "ok", "prevState": "alerting", "time": 1795469396000},\n'
        ' {"id": 2, "alertId": 7, "alertName": "High errors", "newState": "alerting", "prevState": "pending", "time": 1795469336000, "tags": ["a"]},\n'
        ' {"id": 1, "alertId": 7, "alertName": "High errors", "newState": "pending", "prevState": "ok", "time": 1795469276000}]',
        ({"name": "High errors", "started_at": "2026-11-23T21:28:56Z", "resolved_at": "2026-11-23T21:29:56Z"},),
    ),
    paired=True,
)  # fmt: skip
