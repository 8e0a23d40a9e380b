"""Record an incident of the shop: run it, break it, mend it, write the exports.

    python data/lab/recorder.py bad-deploy data/incidents/INC-2026-1012 --offset -42d

Needs nginx, PostgreSQL, Prometheus and Alertmanager (Debian: `apt-get install nginx
postgresql prometheus prometheus-alertmanager zstd`) and the packages of
`data/lab/requirements.txt`. All of it listens on loopback only. Takes about 25 minutes.
"""

import argparse
import gzip
import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import shift
from scenarios import SCENARIOS
from shop_stack import CHECKOUT_ZONE, EDGE_ZONE, Shop

QUERIES = {
    "error-ratio": 'sum by (service, route) (rate(http_requests_total{status=~"5.."}[1m]))'
    " / sum by (service, route) (rate(http_requests_total[1m]))",
    "latency-p95": "histogram_quantile(0.95, sum by (service, le) (rate(http_request_duration_seconds_bucket[1m])))",
    "db-pool": "db_pool_available",
    "alerts": "ALERTS",
}


def iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Stage:
    """Where a scenario acts: every act is done to the shop and noted with its time."""

    def __init__(self, shop: Shop, scale: float) -> None:
        self.shop, self.scale = shop, scale
        self.changes: list[dict] = []
        self.messages: list[dict] = []
        self.moments: dict[str, str] = {}
        self.alerts_snapshot: list[dict] = []
        self._alerts_read = 0

    def wait(self, seconds: float) -> None:
        """Let time pass; meanwhile the pager's bot posts what arrives."""
        until = time.time() + seconds * self.scale
        while time.time() < until:
            self._post_alerts()
            time.sleep(min(1.0, max(0.0, until - time.time())))
        if self.shop.processes.dead():
            raise RuntimeError(f"ended unasked: {self.shop.processes.dead()}")

    def _post_alerts(self) -> None:
        for at, payload in self.shop.pager.payloads[self._alerts_read :]:
            self._alerts_read += 1
            labels, notes = payload["commonLabels"], payload["commonAnnotations"]
            text = notes.get("summary") or f"{len(payload['alerts'])} alerts"
            self._message("alertmanager", f"[{payload['status'].upper()}] {labels['alertname']}: {text}", at)

    def moment(self, name: str) -> None:
        self.moments[name] = iso(time.time())

    def say(self, role: str, text: str) -> None:
        self._post_alerts()
        self._message(role, text, time.time())

    def _message(self, role: str, text: str, at: float) -> None:
        self.messages.append(
            {
                "type": "message",
                "user": "U" + re.sub(r"\W", "", role).upper()[:9],
                "text": text,
                "ts": f"{at:.6f}",
                "user_profile": {"real_name": role, "display_name": role},
            }
        )

    def _change(self, kind: str, service: str, version: str, summary: str, begun: float) -> None:
        self.changes.append(
            {
                "time": iso(begun),
                "finished": iso(time.time()),
                "type": kind,
                "service": service,
                "version": version,
                "summary": summary,
                "actor": f"{service} team" if service != "edge" else "platform team",
            }
        )

    def deploy(self, kind: str, service: str, version: str, summary: str) -> None:
        begun = time.time()
        self.shop.replace(service, version)
        self._change(kind, service, version, summary, begun)

    def edge(self, kind: str, service: str, version: str, summary: str, settings: str) -> None:
        begun = time.time()
        self.shop.set_edge(settings)
        self._change(kind, service, version, summary, begun)

    def flag(self, service: str, name: str, value: bool, summary: str) -> None:
        begun = time.time()
        self.shop.set_flag(name, value)
        self._change("flag", service, f"{name}={'on' if value else 'off'}", summary, begun)

    def policy(self, kind: str, version: str, summary: str, word: str) -> None:
        begun = time.time()
        self.shop.set_policy(word)
        self._change(kind, "network", version, summary, begun)

    def await_alert(self, name: str | None, within_s: float) -> dict:
        payload = self.shop.pager.wait_for("firing", within_s, name)
        if payload is None:
            raise RuntimeError(f"no alert {name or ''} within {within_s} s")
        self._post_alerts()
        return payload

    def await_resolved(self, within_s: float) -> None:
        """Wait until no alert is active any more."""
        give_up = time.time() + within_s
        while time.time() < give_up:
            self.wait(2 / self.scale)
            if not self.shop.active_alerts():
                return
        raise RuntimeError(f"alerts still active after {within_s} s")

    def snapshot_alerts(self) -> None:
        self.alerts_snapshot = self.shop.active_alerts()


def gz(path: pathlib.Path, text: str) -> None:
    with gzip.GzipFile(path.with_name(path.name + ".gz"), "wb", mtime=0, compresslevel=9) as out:
        out.write(text.encode())


def zst(path: pathlib.Path, text: str) -> None:
    subprocess.run(["zstd", "-q", "-19", "-f", "-o", f"{path}.zst"], input=text.encode(), check=True)


def plain(path: pathlib.Path, text: str) -> None:
    path.write_text(text)


def export(stage: Stage, out: pathlib.Path, begin: float, end: float, offset: timedelta) -> None:
    """Write the exports as they came, with every time moved by `offset`."""
    logs = stage.shop.logs

    def write(name: str, text: str, move: Callable[..., str], zone: str = "UTC", pack=plain) -> None:
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pack(path, move(text, offset, zone))

    write("logs/edge-access.log", (logs / "edge-access.log").read_text(), shift.nginx_access, EDGE_ZONE, gz)
    write("logs/edge-error.log", (logs / "edge-error.log").read_text(), shift.nginx_error, EDGE_ZONE)
    write("logs/catalog.log", (logs / "catalog.log").read_text(), shift.epoch_ms, pack=gz)
    write("logs/checkout-requests.log", (logs / "checkout-requests.log").read_text(), shift.rfc3339, pack=zst)
    write("logs/checkout.log", (logs / "checkout.log").read_text(), shift.python_logging, CHECKOUT_ZONE, gz)
    write("logs/postgres.csv", (logs / "postgres.csv").read_text(), shift.csvlog)
    payloads = "".join(json.dumps(p) + "\n" for _, p in stage.shop.pager.payloads)
    write("alerts/webhooks.jsonl", payloads, shift.rfc3339)
    write("alerts/alerts.json", json.dumps(stage.alerts_snapshot, indent=1) + "\n", shift.rfc3339)
    write("alerts/rules.json", json.dumps(stage.shop.rules(), separators=(",", ":")) + "\n", shift.rfc3339)
    write("changes/deploys.jsonl", "".join(json.dumps(c) + "\n" for c in stage.changes), shift.rfc3339)
    for name, query in QUERIES.items():
        found = stage.shop.query_range(query, begin, end)
        write(f"metrics/{name}.json", json.dumps(found) + "\n", shift.epoch_s)
    chat = [{**m, "ts": f"{float(m['ts']) + offset.total_seconds():.6f}"} for m in stage.messages]
    write("chat/incident-channel.json", json.dumps(chat, indent=1) + "\n", lambda text, *_: text)


def truth(stage: Stage, name: str, begin: float, end: float, offset: timedelta) -> str:
    """Write what really happened, as YAML; the failures are those that the clients saw."""
    failures = [json.loads(line)["at"] for line in (stage.shop.run / "failures.jsonl").read_text().splitlines()]
    rows = {
        "scenario": name,
        "offset_s": int(offset.total_seconds()),
        "recorded_from": iso(begin),
        "recorded_to": iso(end),
        "failed_requests": len(failures),
        "first_failed_request": iso(min(failures)),
        "last_failed_request": iso(max(failures)),
        **stage.moments,
    }
    text = "".join(f"{key}: {value}\n" for key, value in rows.items())
    return "# The recorder's own moments. Read by tests only.\n" + shift.rfc3339(text, offset)


def seconds(text: str) -> timedelta:
    """`-42d`, `3600s` or `12h` as a time span."""
    found = re.fullmatch(r"(-?\d+)([dhs])", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not like -42d, 12h or 90s")
    return timedelta(seconds=int(found[1]) * {"d": 86400, "h": 3600, "s": 1}[found[2]])


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("scenario", choices=SCENARIOS)
    words.add_argument("out", type=pathlib.Path, help="the incident's folder")
    words.add_argument("--offset", type=seconds, default=timedelta(0), help="move all times, e.g. -42d")
    words.add_argument("--base-port", type=int, default=18000)
    words.add_argument("--scale", type=float, default=1.0, help="shorten the waits, to try a scenario")
    args = words.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    play, versions = SCENARIOS[args.scenario]
    with tempfile.TemporaryDirectory(prefix="pmkit-lab-", ignore_cleanup_errors=True) as folder:
        work = pathlib.Path(folder)
        work.chmod(0o755)
        shop = Shop(work, args.base_port, max(5, int(60 * args.scale)), versions)
        try:
            shop.start()
            begin = time.time()
            shop.start_load(6 * 3600)
            stage = Stage(shop, args.scale)
            play(stage)
            shop.processes.stop("load")
            time.sleep(6)
            end = time.time()
            args.out.mkdir(parents=True, exist_ok=True)
            export(stage, args.out, begin, end, args.offset)
            (args.out / "truth.yaml").write_text(truth(stage, args.scenario, begin, end, args.offset))
        finally:
            shop.stop()


if __name__ == "__main__":
    main()
