"""The names under which exports carry the canonical fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

TIME = ("timestamp", "@timestamp", "time", "ts", "_time", "at", "datetime", "date", "eventtime", "event_time", "created_at",
        "createdat", "logged_at", "start_time", "started_at", "startsat", "t")  # fmt: skip
LEVEL = ("level", "severity", "loglevel", "log.level", "levelname", "severity_text", "lvl", "priority")
MESSAGE = ("message", "msg", "text", "log", "body", "event", "description", "summary")
SERVICE = ("service", "service.name", "service_name", "app", "application", "component", "logger", "name", "upstream")
HOST = ("host", "hostname", "host.name", "instance", "pod", "node")
TRACE = ("trace_id", "traceid", "trace", "request_id", "requestid", "reqid", "rid", "correlation_id", "x-request-id")
METHOD = ("method", "http_method", "http.method", "http.request.method", "verb")
PATH = ("path", "url", "uri", "http.target", "url.path", "request_uri", "http_path")
STATUS = ("status", "status_code", "statuscode", "http_status", "http.status_code", "http.response.status_code", "code")
CLIENT = ("client", "client_ip", "remote_addr", "remote_ip", "ip", "client.address")
VERSION = ("version", "service.version", "release", "app_version")
DURATION = {"duration_s": 1.0, "rt": 1.0, "request_time": 1.0, "duration": 1.0, "elapsed": 1.0, "latency": 1.0,
            "duration_ms": 1e-3, "latency_ms": 1e-3, "elapsed_ms": 1e-3, "took_ms": 1e-3, "responsetime": 1e-3,
            "duration_us": 1e-6, "duration_ns": 1e-9}  # fmt: skip
"""Names of durations and what turns each into seconds."""

KIND = ("kind", "type", "change_type", "event_type", "action")
ALERT_NAME = ("alertname", "alert_name", "alert", "name", "rule", "title")
END = ("ended_at", "resolved_at", "endsat", "ends_at", "end_time", "end", "closed_at", "resolved")
ACKNOWLEDGED = ("acknowledged_at", "acked_at", "ack_at", "acknowledged")
FINISHED = ("finished", "finished_at", "completed_at", "end_time", "ended_at")
ACTOR = ("actor_role", "actor", "team", "role", "author", "user", "by")
LINK = ("url", "link", "html_url", "href")


def find(names: Iterable[str], keys: Iterable[str]) -> str | None:
    """Return the key that goes by the first of `names` that is there, in its own spelling.

    Examples
    --------
    >>> find(TIME, ["Message", "Timestamp"])
    'Timestamp'
    """
    spelled = {key.strip().lower(): key for key in keys}
    return next((spelled[name] for name in names if name in spelled), None)


def value(names: Iterable[str], record: Mapping[str, Any]) -> Any:
    """Return the record's value under the first of `names` that it has and that is not empty."""
    spelled = {str(key).strip().lower(): key for key in record}
    for name in names:
        found = record.get(spelled.get(name, ""))
        if found not in (None, ""):
            return found
    return None


_TIME_LIKE = re.compile(
    r"""\s*(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)?
          |(?P<epoch>\d{9,10}(?:\.\d+)?|\d{13}|\d{16}|\d{19}))\s*""",
    re.X,
)


def time_like(text: Any) -> bool:
    """Tell whether a value is a time: ISO 8601 or an epoch in s, ms, µs or ns."""
    return bool(_TIME_LIKE.fullmatch(str(text)))


def carries_zone(text: Any) -> bool:
    """Tell whether a time says its zone; an epoch does."""
    found = _TIME_LIKE.fullmatch(str(text))
    return bool(found and (found["zone"] or found["epoch"]))
