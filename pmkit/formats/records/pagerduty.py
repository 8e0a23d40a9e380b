"""Incidents of PagerDuty; each is read as one alert."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from pmkit.formats.builders import record_export
from pmkit.formats.format import Example
from pmkit.formats.record import Record, Row, nested_value, sorted_json
from pmkit.formats.records.alert_steps import ACKNOWLEDGED, FIRED, RESOLVED, step


def _pagerduty(record: Record) -> Iterator[Row]:
    resolved = record.get("resolved_at") or (record.get("last_status_change_at") if record.get("status") == "resolved" else None)
    yield {
        "alert_id": f"pagerduty-{record['id']}",
        "name": record.get("title") or record.get("description") or record["summary"],
        "severity": nested_value(record, "priority", "summary") or record.get("urgency"),
        "service": nested_value(record, "service", "summary"),
        "started_at": record["created_at"],
        "acknowledged_at": next((entry["at"] for entry in record.get("acknowledgements", []) if "at" in entry), None),
        "resolved_at": resolved,
        "labels": sorted_json({"number": record.get("incident_number"), "status": record.get("status")}),
        "url": record.get("html_url"),
    }


PAGERDUTY = record_export(
    "pagerduty-incidents", "PagerDuty: incidents as JSON", "alerts",
    lambda record: "incident_number" in record and "created_at" in record and isinstance(record["service"], dict), _pagerduty,
    Example(
        '{"incidents": [{"id": "Q1", "incident_number": 7, "title": "High errors", "status": "resolved", "urgency": "high", '
        '"created_at": "2026-01-17T03:01:00Z", "last_status_change_at": "2026-01-17T03:30:00Z", "service": {"id": "P", "summary": "cart"}, '
        '"acknowledgements": [{"at": "2026-01-17T03:03:00Z", "acknowledger": {"type": "user_reference"}}], "html_url": "https://pd.example/Q1"},\n'
        '{"id": "Q2", "incident_number": 8, "title": "Slow", "status": "triggered", "created_at": "2026-01-17T03:31:00Z", '
        '"service": {"summary": "db"}}], "limit": 25, "more": false}',
        ({"name": "High errors", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "acknowledged_at": "2026-01-17T03:03:00Z",
          "resolved_at": "2026-01-17T03:30:00Z", "severity": "high"}, {"name": "Slow", "resolved_at": None}),
    ),
    Example(
        '{"incidents": [{"id": "Q3", "incident_number": 9, "description": "Disk is full", "status": "acknowledged", '
        '"priority": {"summary": "P2"}, "created_at": "2026-01-17T04:31:00+01:00", "service": {"summary": "db"}, '
        '"acknowledgements": [{"at": "2026-01-17T03:35:00Z"}]}]}',
        ({"name": "Disk is full", "severity": "P2", "started_at": "2026-01-17T03:31:00Z", "acknowledged_at": "2026-01-17T03:35:00Z", "resolved_at": None},),
    ),
    path=("incidents", "*"),
)  # fmt: skip


def _pagerduty_csv(record: Record) -> Iterator[Row]:
    yield {
        "alert_id": f"pagerduty-{record.get('id') or record['incident_number']}",
        "name": record["description"],
        "severity": record.get("priority_name") or record.get("urgency") or None,
        "service": record.get("service_name") or None,
        "started_at": record["created_on"],
        "acknowledged_at": record.get("first_acknowledged_on")
        or record.get("acknowledged_on")
        or _later(record["created_on"], record.get("seconds_to_first_ack")),
        "resolved_at": record.get("resolved_on") or _later(record["created_on"], record.get("seconds_to_resolve")),
        "labels": sorted_json({"number": record["incident_number"]}),
    }


def _later(time: str, seconds: str | None) -> str | None:
    """Return the time so many seconds after another; None if there are none, or if the time is not in ISO 8601."""
    if not seconds:
        return None
    try:
        return (datetime.fromisoformat(time) + timedelta(seconds=float(seconds))).isoformat()
    except (ValueError, OverflowError):
        return None


PAGERDUTY_CSV = record_export(
    "pagerduty-csv", "PagerDuty: incidents as CSV", "alerts",
    lambda record: "incident_number" in record and "created_on" in record and "description" in record, _pagerduty_csv,
    Example(
        "incident_number,description,service_id,service_name,urgency,created_on,first_acknowledged_on,resolved_on\n"
        "7,High errors,P1,cart,high,2026-01-17T03:01:00Z,2026-01-17T03:03:00Z,2026-01-17T03:30:00Z\n"
        "8,Slow,P2,db,low,2026-01-17T03:31:00Z,,\n",
        ({"name": "High errors", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "acknowledged_at": "2026-01-17T03:03:00Z",
          "resolved_at": "2026-01-17T03:30:00Z"}, {"name": "Slow", "acknowledged_at": None, "resolved_at": None}),
    ),
    Example(
        'id,incident_number,description,service_name,urgency,priority_name,created_on,acknowledged_on,resolved_on\n'
        'Q3,9,"Disk is full, again",db,high,P2,2026-01-17T03:31:00+00:00,2026-01-17T03:35:00+00:00,\n',
        ({"name": "Disk is full, again", "severity": "P2", "acknowledged_at": "2026-01-17T03:35:00Z", "resolved_at": None},),
    ),
    Example(
        "id,incident_number,description,service_name,created_on,resolved_on,seconds_to_first_ack,seconds_to_resolve,urgency\n"
        "Q4,10,Queue is long,mail,2026-01-17T03:31:00Z,2026-01-17T03:51:00Z,90,1200,high\n"
        "Q5,11,Queue is stuck,mail,2026-01-17T04:31:00Z,,,,low\n",
        ({"name": "Queue is long", "acknowledged_at": "2026-01-17T03:32:30Z", "resolved_at": "2026-01-17T03:51:00Z"},
         {"name": "Queue is stuck", "acknowledged_at": None, "resolved_at": None}),
    ),
)  # fmt: skip

_ENTRIES = {"trigger": FIRED, "acknowledge": ACKNOWLEDGED, "resolve": RESOLVED}


def _log_entry(record: Record) -> Iterator[Row]:
    state = _ENTRIES.get(record["type"].removesuffix("_log_entry"))
    if state:
        incident = record.get("incident") or {}
        yield step(f"pagerduty-{incident.get('id')}", state, record["created_at"], name=incident.get("summary") or record.get("summary"),
                   service=nested_value(record, "service", "summary"), summary=nested_value(record, "channel", "summary"),
                   url=incident.get("html_url"))  # fmt: skip


LOG_ENTRIES = record_export(
    "pagerduty-log-entries", "PagerDuty: log entries as JSON", "alerts",
    lambda record: record["type"].endswith("_log_entry") and "created_at" in record, _log_entry,
    Example(
        '{"log_entries": [{"id": "R3", "type": "resolve_log_entry", "created_at": "2026-01-17T03:30:00Z", "incident": {"id": "Q1"}},\n'
        '{"id": "R2", "type": "acknowledge_log_entry", "created_at": "2026-01-17T03:03:00Z", "incident": {"id": "Q1"}},\n'
        '{"id": "R1", "type": "trigger_log_entry", "created_at": "2026-01-17T03:01:00Z", "incident": {"id": "Q1", "summary": "High errors"}, '
        '"service": {"summary": "cart"}},\n'
        '{"id": "R0", "type": "notify_log_entry", "created_at": "2026-01-17T03:01:01Z", "incident": {"id": "Q1"}}]}',
        ({"name": "High errors", "service": "cart", "started_at": "2026-01-17T03:01:00Z", "acknowledged_at": "2026-01-17T03:03:00Z",
          "resolved_at": "2026-01-17T03:30:00Z"},),
    ),
    path=("log_entries", "*"), paired=True,
)  # fmt: skip

_EVENTS = {
    "incident.triggered": FIRED,
    "incident.acknowledged": ACKNOWLEDGED,
    "incident.resolved": RESOLVED,
    "incident.reopened": FIRED,
}


def _webhook(record: Record) -> Iterator[Row]:
    event, data = record["event"], record["event"]["data"]
    state = _EVENTS.get(event["event_type"])
    if state:
        yield step(f"pagerduty-{data['id']}", state, event["occurred_at"], name=data.get("title"), service=nested_value(data, "service", "summary"),
                   severity=nested_value(data, "priority", "summary") or data.get("urgency"), url=data.get("html_url"))  # fmt: skip


PAGERDUTY_WEBHOOK = record_export(
    "pagerduty-webhook", "PagerDuty: v3 webhooks, one JSON object per line", "alerts",
    lambda record: "event_type" in record["event"] and "occurred_at" in record["event"], _webhook,
    Example(
        '{"event": {"id": "1", "event_type": "incident.triggered", "occurred_at": "2026-01-17T03:01:00.123Z", "data": {"id": "Q1", '
        '"title": "High errors", "urgency": "high", "service": {"summary": "cart"}}}}\n'
        '{"event": {"id": "2", "event_type": "incident.acknowledged", "occurred_at": "2026-01-17T03:03:00Z", "data": {"id": "Q1"}}}\n'
        '{"event": {"id": "3", "event_type": "incident.annotated", "occurred_at": "2026-01-17T03:04:00Z", "data": {"id": "Q1"}}}\n'
        '{"event": {"id": "4", "event_type": "incident.resolved", "occurred_at": "2026-01-17T03:30:00Z", "data": {"id": "Q1"}}}',
        ({"name": "High errors", "service": "cart", "severity": "high", "started_at": "2026-01-17T03:01:00.123Z",
          "acknowledged_at": "2026-01-17T03:03:00Z", "resolved_at": "2026-01-17T03:30:00Z"},),
    ),
    paired=True,
)  # fmt: skip
