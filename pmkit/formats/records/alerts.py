"""Exports of alerts from monitoring systems that one runs oneself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from pmkit.formats.fields import (
    ACKNOWLEDGED_NAMES,
    ALERT_NAMES,
    ALERT_SERVICE_NAMES,
    END_NAMES,
    LEVEL_NAMES,
    LINK_NAMES,
    MESSAGE_NAMES,
    TIME_NAMES,
    find_key,
    first_value,
)
from pmkit.formats.format import Example, records_of
from pmkit.formats.records.alert_steps import ACKNOWLEDGED, FIRED, RESOLVED, step
from pmkit.formats.sample import Row
from pmkit.formats.timestamps import time_like

_YEAR_ONE = "0001-01-01"


def labels_of(found: object) -> str:
    """Write labels as a JSON object."""
    return json.dumps(found, sort_keys=True, default=str)


def _row(alert: Row, resolved_at: str | None) -> Row:
    labels, notes = alert["labels"], alert.get("annotations", {})
    return {
        "alert_id": f"{alert.get('fingerprint', labels_of(labels))}@{_instant(alert['startsAt'])}",
        "name": labels.get("alertname"),
        "severity": labels.get("severity"),
        "service": first_value(ALERT_SERVICE_NAMES, labels),
        "started_at": alert["startsAt"],
        "resolved_at": resolved_at,
        "summary": notes.get("summary") or notes.get("description"),
        "labels": labels_of(labels),
        "url": alert.get("generatorURL"),
    }


def _instant(text: str) -> str:
    """Write a time in one way: one export drops the zeros at its end, the other does not."""
    return datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="microseconds")


def _webhook(payload: Row) -> Iterator[Row]:
    for alert in payload["alerts"]:
        ended = alert["status"] == "resolved" and not alert["endsAt"].startswith(_YEAR_ONE)
        yield _row(alert, alert["endsAt"] if ended else None)


def _api(alert: Row) -> Iterator[Row]:
    # `endsAt` of an active alert is when Alertmanager would stop believing in it, not its end.
    yield _row(alert, None)


WEBHOOK = records_of(
    "alertmanager-webhook", "Alertmanager and Grafana: webhook payloads, one JSON object a line", "alerts",
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

API = records_of(
    "alertmanager-api", "Alertmanager's GET /api/v2/alerts", "alerts",
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


def _is_alerts_matrix(record: Row) -> bool:
    series = record["data"]["result"] if record["data"]["resultType"] == "matrix" else []
    return bool(series) and all(one["metric"].get("__name__") == "ALERTS" for one in series)


def _matrix(record: Row) -> Iterator[Row]:
    series = record["data"]["result"]
    times = sorted({at for one in series for at, _ in one["values"]})
    gap = min((b - a for a, b in pairwise(times)), default=60.0)
    for one in series:
        labels = {name: value for name, value in one["metric"].items() if name not in ("__name__", "alertstate")}
        if one["metric"].get("alertstate") == "firing":
            for first, last in _stretches([at for at, _ in one["values"]], 1.5 * gap):
                yield {
                    "alert_id": f"{labels_of(labels)}@{first}",
                    "name": labels.get("alertname"),
                    "severity": labels.get("severity"),
                    "service": first_value(ALERT_SERVICE_NAMES, labels),
                    "started_at": first,
                    "resolved_at": last + gap if last < times[-1] else None,
                    "labels": labels_of(labels),
                }


def _stretches(times: list[float], gap: float) -> Iterator[tuple[float, float]]:
    """Give the first and last of every run of times without a gap."""
    first = last = times[0]
    for at in times[1:]:
        if at - last > gap:
            yield first, last
            first = at
        last = at
    yield first, last


ALERTS_MATRIX = records_of(
    "prometheus-alerts", "Prometheus' GET /api/v1/query_range of ALERTS", "alerts", _is_alerts_matrix, _matrix,
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


def _grafana(record: Row) -> Iterator[Row]:
    state = _GRAFANA.get(str(record["newState"]).split(" ")[0].lower())
    if state:
        name = record.get("alertName") or record.get("text")
        yield step(record.get("alertId") or name, state, record["time"], name=name, summary=record.get("text") or None,
                   labels=labels_of(record.get("tags") or []))  # fmt: skip


GRAFANA = records_of(
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

_ZABBIX = ["not classified", "information", "warning", "average", "high", "disaster"]


def _zabbix(record: Row) -> Iterator[Row]:
    closed = record.get("r_clock")
    hosts = record.get("hosts") or [{}]
    yield {
        "alert_id": f"zabbix-{record['eventid']}",
        "name": record["name"],
        "severity": _ZABBIX[int(record.get("severity", 0))],
        "service": hosts[0].get("host"),
        "started_at": record["clock"],
        "acknowledged_at": (record.get("acknowledges") or [{}])[0].get("clock"),
        "resolved_at": closed if closed not in (None, "0", 0) else None,
        "labels": labels_of({tag["tag"]: tag.get("value") for tag in record.get("tags", [])}),
    }


ZABBIX = records_of(
    "zabbix-problems", "Zabbix: problem.get and event.get", "alerts",
    lambda record: "eventid" in record and "clock" in record and "name" in record, _zabbix,
    Example(
        '{"jsonrpc": "2.0", "result": [{"eventid": "7", "clock": "1795469336", "name": "High errors", "severity": "4", "r_clock": "1795469396", '
        '"acknowledges": [{"clock": "1795469366"}], "hosts": [{"host": "cart-1"}], "tags": [{"tag": "env", "value": "prod"}]},\n'
        '{"eventid": "8", "clock": "1795469400", "name": "Slow", "severity": "2", "r_clock": "0"}], "id": 1}',
        ({"name": "High errors", "severity": "high", "started_at": "2026-11-23T21:28:56Z", "acknowledged_at": "2026-11-23T21:29:26Z",
          "resolved_at": "2026-11-23T21:29:56Z", "service": "cart-1"}, {"name": "Slow", "resolved_at": None}),
    ),
    Example(
        '[{"eventid": "9", "clock": "1795469500", "name": "Disk is full on db-1", "severity": "5"}]',
        ({"name": "Disk is full on db-1", "severity": "disaster", "service": None, "acknowledged_at": None},),
    ),
    path=("result", "*"),
)  # fmt: skip

_NAGIOS = {
    "CRITICAL": FIRED,
    "WARNING": FIRED,
    "UNKNOWN": FIRED,
    "DOWN": FIRED,
    "UNREACHABLE": FIRED,
    "OK": RESOLVED,
    "UP": RESOLVED,
}


def _nagios(record: Row) -> Iterator[Row]:
    if record["what"] is None:
        return
    parts = record["rest"].split(";")
    host = parts[0]
    if record["what"].endswith("ALERT"):
        service, (state, kind) = (parts[1], parts[2:4]) if record["what"].startswith("SERVICE") else (None, parts[1:3])
        if kind == "HARD" and state in _NAGIOS:
            yield step(f"{host};{service or ''}", _NAGIOS[state], record["time"], name=service or f"host {host}", severity=state.lower(),
                       service=host, summary=parts[-1], labels=labels_of({"host": host, "service": service}))  # fmt: skip
    elif "ACKNOWLEDGE_SVC_PROBLEM" in record["rest"]:
        _, acknowledged, problem = parts[:3]
        yield step(f"{acknowledged};{problem}", ACKNOWLEDGED, record["time"])


NAGIOS = records_of(
    "nagios", "Nagios' and Icinga's log", "alerts", lambda record: record["time"] is not None, _nagios,
    Example(
        "[1795469336] SERVICE ALERT: web1;HTTP;CRITICAL;SOFT;1;502 Bad Gateway\n"
        "[1795469366] SERVICE ALERT: web1;HTTP;CRITICAL;HARD;3;502 Bad Gateway\n"
        "[1795469376] EXTERNAL COMMAND: ACKNOWLEDGE_SVC_PROBLEM;web1;HTTP;1;1;1;oncall;looking\n"
        "[1795469380] HOST ALERT: db1;DOWN;HARD;3;no answer\n"
        "[1795469396] SERVICE ALERT: web1;HTTP;OK;HARD;3;200 OK\n"
        "[1795469397] Auto-save of retention data completed successfully.",
        ({"name": "HTTP", "service": "web1", "started_at": "2026-11-23T21:29:26Z", "acknowledged_at": "2026-11-23T21:29:36Z",
          "resolved_at": "2026-11-23T21:29:56Z", "severity": "critical"},
         {"name": "host db1", "resolved_at": None}),
    ),
    pattern=r"^\[(?P<time>\d{9,10})\] (?:(?P<what>SERVICE ALERT|HOST ALERT|EXTERNAL COMMAND): (?P<rest>.*)|(?P<other>.*))$", paired=True,
)  # fmt: skip


def _is_alert(record: Row) -> bool:
    named = find_key(("alertname", "alert_name", "alert", "rule"), record) is not None
    return named and time_like(first_value(TIME_NAMES, record))


def _generic(record: Row) -> Iterator[Row]:
    started = first_value(TIME_NAMES, record)
    name = first_value(ALERT_NAMES, record)
    known: dict[str, Any] = {
        "name": name,
        "severity": first_value(LEVEL_NAMES, record),
        "service": first_value(ALERT_SERVICE_NAMES, record),
        "started_at": started,
        "acknowledged_at": first_value(ACKNOWLEDGED_NAMES, record),
        "resolved_at": first_value(END_NAMES, record),
        "summary": first_value(MESSAGE_NAMES, record),
        "url": first_value(LINK_NAMES, record),
    }
    identity = first_value(("alert_id", "id", "fingerprint"), record)
    yield {**known, "alert_id": str(identity or f"{name}@{started}"), "labels": labels_of(record)}


GENERIC = records_of(
    "alerts", "Alerts as CSV or JSON with a name and a start", "alerts", _is_alert, _generic,
    Example(
        "alert_name,severity,service,started_at,acknowledged_at,resolved_at\n"
        "High errors,critical,api,2026-01-17T03:00:00Z,2026-01-17T03:02:00Z,2026-01-17T03:30:00Z\n",
        ({"name": "High errors", "service": "api", "started_at": "2026-01-17T03:00:00Z",
          "acknowledged_at": "2026-01-17T03:02:00Z", "resolved_at": "2026-01-17T03:30:00Z"},),
    ),
    Example(
        '{"alert": "Disk full", "time": 1768618800, "summary": "95 %"}\n{"alert": "Disk full", "time": 1768618860}\n',
        ({"name": "Disk full", "started_at": "2026-01-17T03:00:00Z", "summary": "95 %"},
         {"name": "Disk full", "started_at": "2026-01-17T03:01:00Z"}),
    ),
)  # fmt: skip

FORMATS = (WEBHOOK, API, ALERTS_MATRIX, GRAFANA, ZABBIX, NAGIOS, GENERIC)
