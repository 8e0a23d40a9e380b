"""Exports of alerts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from pmkit.sources import aliases
from pmkit.sources.model import Example, RecordFormat
from pmkit.sources.sample import Row
from pmkit.sources.times import time_like

_YEAR_ONE = "0001-01-01"


def _row(alert: Row, resolved_at: str | None) -> Row:
    labels, notes = alert["labels"], alert.get("annotations", {})
    return {
        "alert_id": f"{alert.get('fingerprint', json.dumps(labels, sort_keys=True))}@{_instant(alert['startsAt'])}",
        "name": labels.get("alertname"),
        "severity": labels.get("severity"),
        "service": aliases.value(aliases.SERVICE[:5], labels),
        "started_at": alert["startsAt"],
        "resolved_at": resolved_at,
        "summary": notes.get("summary") or notes.get("description"),
        "labels": json.dumps(labels, sort_keys=True),
        "url": alert.get("generatorURL"),
    }


def _instant(text: str) -> str:
    """Write a time in one way: one export drops the zeros at its end, the other does not."""
    return datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="microseconds")


def _webhook_rows(payload: Row) -> Iterator[Row]:
    for alert in payload["alerts"]:
        ended = alert["status"] == "resolved" and not alert["endsAt"].startswith(_YEAR_ONE)
        yield _row(alert, alert["endsAt"] if ended else None)


def _api_rows(alert: Row) -> Iterator[Row]:
    # `endsAt` of an active alert is when Alertmanager would stop believing in it, not its end.
    yield _row(alert, None)


def _is_webhook(record: Row) -> bool:
    return isinstance(record.get("alerts"), list) and "groupKey" in record and "receiver" in record


def _is_api_alert(record: Row) -> bool:
    return "startsAt" in record and isinstance(record.get("status"), dict) and isinstance(record.get("labels"), dict)


def _is_alert(record: Row) -> bool:
    named = aliases.find(("alertname", "alert_name", "alert", "rule"), record) is not None
    return named and time_like(aliases.value(aliases.TIME, record))


def _alert_rows(record: Row) -> Iterator[Row]:
    started = aliases.value(aliases.TIME, record)
    name = aliases.value(aliases.ALERT_NAME, record)
    known: dict[str, Any] = {
        "name": name,
        "severity": aliases.value(aliases.LEVEL, record),
        "service": aliases.value(aliases.SERVICE[:6], record),
        "started_at": started,
        "acknowledged_at": aliases.value(aliases.ACKNOWLEDGED, record),
        "resolved_at": aliases.value(aliases.END, record),
        "summary": aliases.value(aliases.MESSAGE, record),
        "url": aliases.value(aliases.LINK, record),
    }
    identity = aliases.value(("alert_id", "id", "fingerprint"), record)
    yield {
        **known,
        "alert_id": str(identity or f"{name}@{started}"),
        "labels": json.dumps(record, sort_keys=True, default=str),
    }


WEBHOOK = RecordFormat(
    name="alertmanager-webhook",
    title="Alertmanager webhook payloads, one JSON object a line",
    table="alerts",
    claims=_is_webhook,
    rows=_webhook_rows,
    samples=(
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
    ),
)  # fmt: skip

API = RecordFormat(
    name="alertmanager-api",
    title="Alertmanager's GET /api/v2/alerts",
    table="alerts",
    claims=_is_api_alert,
    rows=_api_rows,
    samples=(
        Example(
            '[{"annotations": {"summary": "5 % fail"}, "endsAt": "2026-11-23T21:33:08.242Z", "fingerprint": "c2f5", '
            '"startsAt": "2026-11-23T21:29:08.242Z", "status": {"state": "active"}, "labels": {"alertname": "High"}}]',
            ({"name": "High", "started_at": "2026-11-23T21:29:08.242Z", "resolved_at": None},),
        ),
    ),
)

GENERIC = RecordFormat(
    name="alerts",
    title="Alerts as CSV or JSON with a name and a start",
    table="alerts",
    claims=_is_alert,
    rows=_alert_rows,
    samples=(
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
    ),
)  # fmt: skip

FORMATS = (WEBHOOK, API, GENERIC)
