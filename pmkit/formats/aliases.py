"""The names under which exports carry the canonical fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from pmkit.formats.timestamps import time_like

TIME = ("timestamp", "@timestamp", "time", "ts", "_time", "at", "datetime", "date", "eventtime", "event_time", "created_at",
        "createdat", "logged_at", "start_time", "started_at", "startsat", "starttime", "t", "asctime", "timegenerated",
        "time_iso8601", "@t", "timestamp_utc", "insertion_time")  # fmt: skip
LEVEL = ("level", "severity", "loglevel", "log.level", "log_level", "levelname", "severity_text", "severitytext", "lvl",
         "priority", "@l", "sev", "severitylevel", "logseverity")  # fmt: skip
MESSAGE = ("message", "msg", "text", "log", "body", "@message", "event", "description", "summary", "content", "@m", "@mt",
           "renderedmessage", "short_message", "textpayload", "line")  # fmt: skip
SERVICE = ("service", "service.name", "service_name", "servicename", "app", "application", "appname", "app_name", "component",
           "logger", "name", "upstream")  # fmt: skip
OWNER = SERVICE[:9]
"""The names of a service in an alert, where `name` is the alert's."""
HOST = ("host", "hostname", "host.name", "instance", "pod", "node", "pod_name", "kubernetes.pod_name", "kubernetes.pod.name",
        "machine", "server", "computer")  # fmt: skip
TRACE = ("trace_id", "traceid", "trace.id", "trace", "request_id", "requestid", "reqid", "req_id", "rid", "correlation_id",
         "correlationid", "x-request-id", "x_request_id", "http.request.id", "req.id", "dd.trace_id")  # fmt: skip
METHOD = ("method", "http_method", "http.method", "http.request.method", "req.method", "request.method", "request_method", "verb")
PATH = ("path", "url", "uri", "http.target", "url.path", "url.original", "http.url", "req.url", "request.uri", "request.url",
        "request.path", "request_uri", "http_path", "requesturi", "request_path")  # fmt: skip
STATUS = ("status", "status_code", "statuscode", "http_status", "http.status_code", "http.response.status_code", "res.statuscode",
          "response.status", "response_code", "responsecode", "code")  # fmt: skip
CLIENT = ("client", "client_ip", "clientip", "remote_addr", "remote_ip", "ip", "client.address", "client.ip", "source.ip",
          "remoteaddr", "http.client_ip")  # fmt: skip
VERSION = ("version", "service.version", "release", "app_version", "appversion")

WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "time": TIME,
    "level": LEVEL,
    "message": MESSAGE,
    "service": SERVICE,
    "host": HOST,
    "trace_id": TRACE,
    "method": METHOD,
    "client": CLIENT,
    "version": VERSION,
    "url": PATH,
    "status": STATUS,
    "duration_ms": ("duration_ms", "latency_ms", "elapsed_ms", "took_ms", "responsetime", "response_time_ms", "durationms",
                    "elapsedms", "duration_millis", "http.duration_ms"),
    "duration_us": ("duration_us", "latency_us", "elapsed_us"),
    "duration_ns": ("duration_ns", "latency_ns", "elapsed_ns", "event.duration"),
    "duration_s": ("duration_s", "rt", "request_time", "duration", "elapsed", "latency", "elapsed_s", "latency_s", "took"),
}  # fmt: skip
"""The names of each word of the vocabulary, the usual one first."""

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


def dotted(record: Mapping[str, Any], depth: int = 3) -> dict[str, Any]:
    """Flatten nested objects: their keys are joined with dots.

    Examples
    --------
    >>> dotted({"req": {"url": "/a"}, "level": 30})
    {'req.url': '/a', 'level': 30}
    """
    flat: dict[str, Any] = {}
    for key, found in record.items():
        if isinstance(found, dict) and depth > 1:
            flat |= {f"{key}.{inner}": deeper for inner, deeper in dotted(found, depth - 1).items()}
        else:
            flat[key] = found
    return flat


def words_of(records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Choose for each word of the vocabulary the key that carries it, one that most records have before one that few have.

    Parameters
    ----------
    records : iterable of mapping
        Flat records of a sample.

    Returns
    -------
    dict of str to str
        Word to key, in the key's own spelling; a key carries one word.
    """
    listed = list(records)
    used: set[str] = set()
    chosen: dict[str, str] = {}
    for word, names in WORDS.items():
        key = _usual(names, listed, used, _is_time if word == "time" else _is_there)
        if key is not None and not (word.startswith("duration") and any(other.startswith("duration") for other in chosen)):
            chosen[word] = key
            used.add(key)
    return chosen


def _is_there(found: Any) -> bool:
    return found not in (None, "") and not isinstance(found, dict | list)


def _is_time(found: Any) -> bool:
    return found is not None and time_like(found)


def _usual(wanted: Iterable[str], records: list[Mapping[str, Any]], used: set[str], test: Callable[[Any], bool]) -> str | None:
    counts = Counter(key for record in records for key, found in record.items() if key not in used and test(found))
    spelled: dict[str, list[str]] = {}
    for key in counts:
        spelled.setdefault(key.strip().lower(), []).append(key)
    known = [key for name in wanted for key in spelled.get(name, [])]
    usual = [key for key in known if 2 * counts[key] >= len(records)]
    return next(iter(usual or known), None)
