"""The exports of the made-up incidents of the gallery: small, and the same every time."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

BEGIN: Final = datetime(2026, 1, 17, 2, 30, tzinfo=UTC)
# The data cover an hour; most incidents begin after half of it.
SECONDS: Final = 3600
ONSET: Final = 1800

# Decides the status of a request by the second and its path.
Status = Callable[[int, str], int]

_ROUTES: Final = ("/", "/api/catalog", "/api/cart", "/api/orders", "/api/pay?psp=adyen", "/api/pay?psp=stripe")


def at(second: float) -> str:
    """Return the time so many seconds after the data begin."""
    return (BEGIN + timedelta(seconds=second)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def access_log(
    status: Status, per_second: Callable[[int], int] = lambda _: 1, took_s: Callable[[int], float] = lambda _: 0.05
) -> str:
    """Return an access log in which `status` decides what fails."""
    draw = random.Random(20260117)  # noqa: S311 - the same every time
    lines = []
    for second in range(SECONDS):
        for _ in range(per_second(second)):
            path, client = draw.choice(_ROUTES), f"203.0.113.{draw.randrange(250)}"
            time = (BEGIN + timedelta(seconds=second)).strftime("%d/%b/%Y:%H:%M:%S +0000")
            lasted = took_s(second) * draw.uniform(0.8, 1.3)
            lines.append(f'{client} - - [{time}] "GET {path} HTTP/1.1" {status(second, path)} 512 "-" "Mozilla/5.0" {lasted:.3f}')
    return "".join(f"{line}\n" for line in lines)


def between(first: int, stop: int, part: str, failed: int, usual: int = 200) -> Status:
    """Return a rule by which requests whose path contains `part` fail from `first` until `stop`."""
    return lambda second, path: failed if first <= second < stop and part in path else usual


def service_log(service: str, usual: str, failure: str, first: int, stop: int) -> str:
    """Return the JSON log of a service that also logs `failure` every three seconds from `first` until `stop`."""
    lines = []
    for second in range(0, SECONDS, 3):
        messages = [("info", usual), ("error", failure)] if first <= second < stop else [("info", usual)]
        for level, message in messages:
            text = message.format(second=second, time=at(second))
            lines.append(json.dumps({"time": at(second), "level": level, "service": service, "msg": text}))
    return "".join(f"{line}\n" for line in lines)


def changes(*rows: tuple[int, str, str, str, str]) -> str:
    """Return changes as CSV: second, type, service, version, summary."""
    return table("time,type,service,version,summary", ((at(second), *others) for second, *others in rows))


def table(header: str, rows: Iterator[tuple[object, ...]]) -> str:
    """Return rows as CSV."""
    return "".join(f"{line}\n" for line in (header, *(",".join(map(str, row)) for row in rows)))


def alert(name: str, service: str, first: int, stop: int, summary: str) -> str:
    """Return one alert as Alertmanager's API returns it."""
    labels = {"alertname": name, "service": service, "severity": "page"}
    state = {"fingerprint": "5e1", "status": {"state": "active"}, "annotations": {"summary": summary}}
    return json.dumps([{"labels": labels, "startsAt": at(first), "endsAt": at(stop), **state}])


def metric(name: str, value: Callable[[int], float]) -> str:
    """Return a metric as CSV, with a sample every 15 seconds."""
    return table(f"Time,{name}", ((at(second), round(value(second), 3)) for second in range(0, SECONDS, 15)))


def worker_log() -> str:
    """Return the log of a Celery worker whose tasks run into their time limit for ten minutes."""
    lines = []
    for second in range(0, SECONDS, 2):
        time = (BEGIN + timedelta(seconds=second)).strftime("%Y-%m-%d %H:%M:%S,000")
        task = f"Task mail.send_receipt[{second:08x}]"
        if ONSET <= second < ONSET + 600:
            lines.append(f"[{time}: ERROR/ForkPoolWorker-1] {task} raised unexpected: SoftTimeLimitExceeded()")
        else:
            lines.append(f"[{time}: INFO/ForkPoolWorker-1] {task} succeeded in 0.41s: None")
    return "".join(f"{line}\n" for line in lines)


def killed_containers(*seconds: int) -> str:
    """Return events of Kubernetes: a container was killed because it ran out of memory."""
    items = [
        {
            "kind": "Event",
            "reason": "OOMKilling",
            "type": "Warning",
            "message": "Memory cgroup out of memory: Killed process 71 (cart)",
            "firstTimestamp": at(second),
            "lastTimestamp": at(second),
            "involvedObject": {"kind": "Pod", "name": "cart-6d5f7c9b44-x2x7p", "namespace": "shop"},
            "metadata": {"name": f"cart.{second}", "namespace": "shop"},
        }
        for second in seconds
    ]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items})


def login_log() -> str:
    """Return an access log in which eight clients try passwords for ten minutes, while users log in as usual."""
    draw = random.Random(1)  # noqa: S311 - the same every time
    lines = []
    for second in range(SECONDS):
        time = (BEGIN + timedelta(seconds=second)).strftime("%d/%b/%Y:%H:%M:%S +0000")
        tried = [(f"198.51.100.{draw.randrange(8)}", 401) for _ in range(6 if ONSET <= second < ONSET + 600 else 0)]
        for client, status in [(f"203.0.113.{draw.randrange(250)}", 200), *tried]:
            lines.append(f'{client} - - [{time}] "POST /login HTTP/1.1" {status} 64 "-" "Mozilla/5.0" 0.060')
    return "".join(f"{line}\n" for line in lines)


def vendor_status() -> str:
    """Return the incident that a vendor published on its status page."""
    update = {"status": "identified", "body": "Card payments fail", "created_at": at(ONSET + 420)}
    incident = {
        "id": "v1",
        "name": "Elevated errors of the charges API",
        "impact": "major",
        "created_at": at(ONSET + 300),
        "started_at": at(ONSET - 10),
        "resolved_at": at(ONSET + 900),
        "components": [{"name": "Charges API"}],
        "incident_updates": [update],
    }
    return json.dumps({"page": {"id": "cardpay"}, "incidents": [incident]})
