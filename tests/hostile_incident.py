"""An incident with a payload in every field of its exports and its `incident.yaml` that holds text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from payloads import PAYLOADS
from ruamel.yaml import YAML
from samples import BEGIN, at

ID = "INC-66"
# Control characters and characters that override the text direction.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def payload(number: int) -> str:
    return PAYLOADS[number % len(PAYLOADS)]


def json_lines(records: Iterable[object]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def requests() -> Iterable[dict[str, object]]:
    """Yield twenty minutes of requests, of which five minutes fail."""
    for second in range(1200):
        fields = {"host": payload(second + 1), "client_ip": payload(second + 2), "service": payload(3) if second % 2 else "cart",
                  "path": f"/{payload(second)}", "version": payload(5), "request_id": f"r{second}",
                  "user agent": payload(second + 7), payload(second): "x"}  # fmt: skip
        status = 500 if 400 <= second < 700 else 200
        yield {"time": at(second).isoformat(), **fields, "status": status, "method": "GET", "duration_ms": 12}


def error_events() -> Iterable[dict[str, object]]:
    """Yield an error event for each second of the impact."""
    for second in range(400, 700):
        fields = {"service": payload(second % 3), "msg": payload(second), "logger": payload(second + 9)}
        yield {"time": at(second).isoformat(), "level": "error", **fields}


def odd_events() -> Iterable[dict[str, object]]:
    """Yield events whose method, level, status and duration are payloads."""
    for n, text in enumerate(PAYLOADS):
        fields = {"request_id": payload(n + 1), "level": payload(n + 2), "status": payload(n + 3), "duration_ms": payload(n + 4),
                  "client_ip": payload(n + 5), "trace_id": payload(n + 6)}  # fmt: skip
        yield {"time": at(500 + n).isoformat(), "method": text, **fields, "msg": "odd", "path": "/a"}


def odd_requests() -> Iterable[dict[str, object]]:
    """Yield failed requests whose method and request ID are payloads."""
    for n, text in enumerate(PAYLOADS):
        fields = {"method": text, "trace_id": payload(n + 1), "version": payload(n)}
        yield {"time": at(450 + n).isoformat(), **fields, "status": 500, "path": "/a"}


def change_table() -> str:
    """Return changes as CSV."""
    rows = [
        ",".join([at(420 + n).isoformat(), *('"' + payload(n + k).replace('"', '""') + '"' for k in range(4))]) + "\n"
        for n in range(0, len(PAYLOADS), 5)
    ]
    return "time,type,service,version,id\n" + "".join(rows)


def alerts() -> Iterable[dict[str, object]]:
    for n in range(0, len(PAYLOADS), 9):
        names = ("alertname", "summary", "service", "severity", "instance", "url")
        fields = {name: payload(n + k) for k, name in enumerate(names)}
        yield {**fields, "started_at": at(460 + n).isoformat(), "resolved_at": at(760).isoformat()}


def changes() -> Iterable[dict[str, object]]:
    for n in range(0, len(PAYLOADS), 7):
        names = ("service", "version", "summary", "actor", "url")
        yield {"at": at(300 + n).isoformat(), "kind": "deploy", **{name: payload(n + k) for k, name in enumerate(names)}}


def exports() -> dict[str, str]:
    """Return the exports by name: logs, alerts, rules, changes, chat and metrics."""
    chat = [
        {"type": "message", "user": "U1", "username": text, "ts": f"{BEGIN.timestamp() + 480 + n:.6f}", "text": f"ack, {text}"}
        for n, text in enumerate(PAYLOADS)
    ]
    series = {"metric": {"__name__": "errors_total", "job": payload(0), payload(1): payload(2)},
              "values": [[BEGIN.timestamp() + 15 * n, str(500 if 27 <= n < 47 else 1)] for n in range(80)]}  # fmt: skip
    rule = {"name": payload(1), "query": payload(2), "duration": 30, "labels": {"severity": payload(3)}, "annotations": {},
            "type": "alerting"}  # fmt: skip
    groups = [{"name": payload(0), "file": payload(1), "rules": [rule]}]
    return {
        "requests.jsonl": json_lines(requests()),
        "errors.jsonl": json_lines(error_events()),
        "odd.jsonl": json_lines(odd_events()),
        "odd-requests.jsonl": json_lines(odd_requests()),
        "kinds.csv": change_table(),
        "alerts.jsonl": json_lines(alerts()),
        "changes.jsonl": json_lines(changes()),
        "chat.json": json.dumps(chat),
        "metrics.json": json.dumps({"status": "success", "data": {"resultType": "matrix", "result": [series]}}),
        "rules.json": json.dumps({"status": "success", "data": {"groups": groups}}),
        "<img src=x onerror=window.ran=1>.log": f"{at(500).isoformat()} ERROR {payload(0)}\n" * 3,
    }


def incident_yaml() -> dict[str, object]:
    """Return the content of `incident.yaml`."""
    texts = [UNPRINTABLE.sub("", text) for text in PAYLOADS]  # YAML cannot hold the others
    sentences = [re.sub(r"\s+", " ", text).rstrip(".!?") for text in texts]
    action_items = [
        {"action": text, "type": "prevent", "owner": texts[n - 1], "priority": "P1", "due": "2026-02-01", "tracker": texts[n - 2],
         "done_when": texts[n - 3]}
        for n, text in enumerate(texts)
    ]  # fmt: skip
    notes = [{"at": "2026-01-17 03:08:00", "text": text, "evidence": texts[n - 1]} for n, text in enumerate(texts)]
    one_text = ("title", "severity", "owner", "reviewer", "trigger", "root_cause", "resolution", "still_degraded",
                "backlog_check", "internal_message", "external_message")  # fmt: skip
    lists = ("services", "contributing_factors", "five_whys", "responders", "went_well", "went_badly", "got_lucky")
    return {
        "id": ID,
        **{name: texts[n] for n, name in enumerate(one_text)},
        **dict.fromkeys(lists, texts),
        **{name: sentences[n] for n, name in enumerate(("what_happened", "data_loss", "root_cause_summary"))},
        "timeline": notes,
        "measures": action_items,
        "sections": [{"title": text, "text": texts[n - 1]} for n, text in enumerate(texts)],
    }


def write_hostile_incident(data: Path) -> None:
    """Write the incident's folder below the folder of all incidents."""
    folder = data / ID
    folder.mkdir(parents=True)
    for name, text in exports().items():
        (folder / name).write_text(text)
    with (folder / "incident.yaml").open("w", encoding="utf-8") as file:
        YAML().dump(incident_yaml(), file)
