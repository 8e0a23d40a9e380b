"""Alerts as a table, from any source."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.formats.builders import record_export
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
from pmkit.formats.format import Example
from pmkit.formats.record import Record, Row, sorted_json
from pmkit.formats.timestamps import is_timestamp


def _is_alert(record: Record) -> bool:
    named = find_key(("alertname", "alert_name", "alert", "rule"), record) is not None
    return named and is_timestamp(first_value(TIME_NAMES, record))


def _generic(record: Record) -> Iterator[Row]:
    started = first_value(TIME_NAMES, record)
    name = first_value(ALERT_NAMES, record)
    alert: Row = {
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
    yield {**alert, "alert_id": str(identity or f"{name}@{started}"), "labels": sorted_json(record)}


GENERIC = record_export(
    "alerts", "Alerts as CSV or JSON with a name and a start time", "alerts", _is_alert, _generic,
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
