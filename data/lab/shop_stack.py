"""The whole shop on loopback: configuration and life of nginx, services, database and monitoring."""

import json
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from processes import Processes

HERE = pathlib.Path(__file__).parent
EDGE_ZONE = "Europe/Berlin"
CHECKOUT_ZONE = "America/New_York"

NGINX = """
daemon off; master_process on; worker_processes 1; pid {run}/nginx.pid;
error_log {logs}/edge-error.log warn;
events {{ worker_connections 512; }}
http {{
  log_format edge '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
                  '"$http_referer" "$http_user_agent" rt=$request_time uct="$upstream_connect_time" '
                  'urt="$upstream_response_time" rid=$request_id upstream=$upstream_name';
  access_log {logs}/edge-access.log edge;
  client_body_temp_path {run}/body; proxy_temp_path {run}/proxy; fastcgi_temp_path {run}/fcgi;
  uwsgi_temp_path {run}/uwsgi; scgi_temp_path {run}/scgi;
  set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;
  map $uri $upstream_name {{ ~^/api/(cart|checkout) checkout; ~^/api/ catalog; default static; }}
  proxy_connect_timeout 2s; proxy_read_timeout 5s; proxy_set_header X-Request-ID $request_id;
  include {run}/edge-settings.conf;
  include {run}/upstreams.conf;
  server {{
    listen 127.0.0.1:{port};
    location ~ ^/api/(cart|checkout)$ {{ proxy_pass http://checkout; }}
    location /api/ {{ proxy_pass http://catalog; }}
    location = /static/logo.svg {{ return 200 "<svg xmlns='http://www.w3.org/2000/svg'/>"; }}
    location / {{ return 200 "shop"; }}
  }}
}}
"""

PROMETHEUS = """
global: {{scrape_interval: 5s, evaluation_interval: 5s}}
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["127.0.0.1:{alertmanager}"]}}]}}]}}
rule_files: ["{run}/rules.yml"]
scrape_configs:
  - job_name: shop
    file_sd_configs: [{{files: ["{run}/targets.json"], refresh_interval: 5s}}]
"""

RULES = """
groups:
  - name: shop
    rules:
      - alert: HighErrorRatio
        expr: |
          sum by (service, route) (rate(http_requests_total{{status=~"5.."}}[1m]))
            / sum by (service, route) (rate(http_requests_total[1m])) > 0.05
        for: {hold_s}s
        labels: {{severity: critical}}
        annotations:
          summary: 'More than 5 % of requests to {{{{ $labels.route }}}} fail ({{{{ $value | humanizePercentage }}}})'
      - alert: HighLatency
        expr: histogram_quantile(0.95, sum by (service, le) (rate(http_request_duration_seconds_bucket[1m]))) > 1
        for: {hold_s}s
        labels: {{severity: warning}}
        annotations:
          summary: '95 % of requests to {{{{ $labels.service }}}} take up to {{{{ $value | humanizeDuration }}}}'
      - alert: ServiceUnreachable
        expr: up == 0
        for: 30s
        labels: {{severity: critical}}
        annotations:
          summary: '{{{{ $labels.service }}}} has not answered its health scrape for 30 seconds'
"""

ALERTMANAGER = """
route: {{receiver: pager, group_by: [alertname, service], group_wait: 5s, group_interval: 15s, repeat_interval: 1h}}
receivers:
  - name: pager
    webhook_configs: [{{url: "http://127.0.0.1:{webhook}/", send_resolved: true}}]
"""

SCHEMA = """
create table products (id int primary key, name text not null, sold int not null);
insert into products select i, (array['lamp','chair','desk','rug','shelf','vase','mirror','stool'])[1 + i % 8]
  || ' ' || i, (i * 7919) % 1000 from generate_series(1, 2000) i;
create table cart_items (client text, product int, at timestamptz default now());
create table orders (id bigserial primary key, client text, at timestamptz default now());
create table coupons (code text primary key, expires timestamptz not null);
insert into coupons values ('SUMMER24', now() - interval '60 days'), ('WELCOME', now() + interval '900 days');
"""


class Pager:
    """The webhook receiver: keeps every payload with its time of arrival."""

    def __init__(self, port: int) -> None:
        self.payloads: list[tuple[float, dict]] = []
        pager = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # noqa: N802 (the name is the base class's)
                body = self.rfile.read(int(self.headers["Content-Length"]))
                pager.payloads.append((time.time(), json.loads(body)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args) -> None:
                """Stay quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait_for(self, status: str, within_s: float, name: str | None = None, after: float = 0.0) -> dict | None:
        """Return the first payload of that status (and alert name) that came after `after`."""
        give_up = time.time() + within_s
        while time.time() < give_up:
            for at, payload in self.payloads:
                if at >= after and payload["status"] == status and name in (None, payload["commonLabels"]["alertname"]):
                    return payload
            time.sleep(1)
        return None

    def close(self) -> None:
        self._server.shutdown()


class Shop:
    """Everything that runs. Ports are `base` and the dozen above it."""

    def __init__(self, work: pathlib.Path, base: int, hold_s: int, versions: dict[str, str]) -> None:
        self.run, self.logs = work / "run", work / "logs"
        for folder in (self.run, self.logs):
            folder.mkdir(parents=True)
            folder.chmod(0o777)
        self.base, self.hold_s = base, hold_s
        self.port = {
            name: base + n for n, name in enumerate(("edge", "postgres", "dbproxy", "prometheus", "alertmanager", "webhook"))
        }
        self.processes = Processes(self.run)
        self.versions = dict(versions)
        self.live: dict[str, str] = {}
        self._next_port = base + 10
        self._ports: dict[str, int] = {}
        self.flags = {"related_products": True}
        self.pager = Pager(self.port["webhook"])

    # The database, which refuses to run as root.
    def _as_postgres(self) -> list[str]:
        if os.geteuid() != 0:
            return []
        pwd.getpwnam("postgres")
        return ["runuser", "-u", "postgres", "--"]

    def _start_postgres(self) -> None:
        found = shutil.which("postgres") or max(map(str, pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres")))
        bin_dir = pathlib.Path(found).parent
        data = self.run / "pg"
        user = self._as_postgres()
        subprocess.run(
            [*user, bin_dir / "initdb", "-D", data, "-U", "shop", "--auth=trust", "-E", "UTF8"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        settings = {
            "port": self.port["postgres"],
            "unix_socket_directories": "",
            "listen_addresses": "127.0.0.1",
            "logging_collector": "on",
            "log_destination": "csvlog",
            "log_directory": self.logs,
            "log_filename": "postgres.log",
            "log_timezone": "UTC",
            "log_min_duration_statement": "1s",
            "log_lock_waits": "on",
            "log_checkpoints": "on",
            "log_file_mode": "0644",
            "max_connections": 60,
            "log_disconnections": "off",
            "checkpoint_timeout": "5min",
        }
        self.processes.start(
            "postgres", [*user, str(bin_dir / "postgres"), "-D", str(data), *(f"--{k}={v}" for k, v in settings.items())]
        )
        url = f"postgresql://shop@127.0.0.1:{self.port['postgres']}/postgres"
        for _ in range(60):
            done = subprocess.run(["psql", url, "-qc", SCHEMA], capture_output=True, check=False)
            if done.returncode == 0:
                return
            time.sleep(0.5)
        raise RuntimeError(f"PostgreSQL did not start: {done.stderr.decode()}")

    # The services.
    def _start_service(self, service: str, version: str) -> None:
        name, port = f"{service}-{self._next_port}", self._next_port
        self._next_port += 1
        env = {
            "SHOP_VERSION": version,
            "SHOP_FLAGS": str(self.run / "flags.json"),
            "SHOP_DSN": f"postgresql://shop@127.0.0.1:{self.port['dbproxy']}/postgres",
            "SHOP_LOG": str(self.logs / f"{service}.log"),
            "SHOP_REQUEST_LOG": str(self.logs / f"{service}-requests.log"),
            "TZ": CHECKOUT_ZONE if service == "checkout" else "UTC",
        }
        self.processes.start(
            name,
            [
                sys.executable,
                "-m",
                "gunicorn",
                "--bind",
                f"127.0.0.1:{port}",
                "--workers",
                "1",
                "--worker-class",
                "gthread",
                "--threads",
                "16",
                "--timeout",
                "120",
                "--graceful-timeout",
                "6",
                f"shop.{service}:app",
            ],
            env=env,
            cwd=HERE,
        )
        for _ in range(60):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).read()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.25)
        else:
            raise RuntimeError(f"{name} did not start, see {self.run / name}.out")
        self.live[service], self._ports[service], self.versions[service] = name, port, version

    def _route(self) -> None:
        """Point nginx and Prometheus at the instances that are live."""
        (self.run / "upstreams.conf").write_text(
            "".join(f"upstream {s} {{ server 127.0.0.1:{p} max_fails=0; }}\n" for s, p in self._ports.items())
        )
        (self.run / "targets.json").write_text(
            json.dumps(
                [
                    {"targets": [f"127.0.0.1:{p}"], "labels": {"service": s, "version": self.versions[s]}}
                    for s, p in self._ports.items()
                ]
            )
        )

    def replace(self, service: str, version: str) -> None:
        """Start a new instance, send the traffic there, then end the old one."""
        old = self.live[service]
        self._start_service(service, version)
        self._route()
        self.processes.signal("nginx", signal.SIGHUP)
        time.sleep(2)
        self.processes.stop(old, grace_s=10)

    def set_flag(self, name: str, value: bool) -> None:
        self.flags[name] = value
        beside = self.run / "flags.new"
        beside.write_text(json.dumps(self.flags))
        beside.replace(self.run / "flags.json")

    def set_policy(self, word: str) -> None:
        beside = self.run / "policy.new"
        beside.write_text(word)
        beside.replace(self.run / "policy")

    def set_edge(self, settings: str) -> None:
        (self.run / "edge-settings.conf").write_text(settings + "\n")
        if "nginx" in self.live.values():
            self.processes.signal("nginx", signal.SIGHUP)

    def start(self) -> None:
        """Bring everything up, in the order in which it is needed."""
        self.set_flag("related_products", True)
        self.set_policy("allow")
        self._start_postgres()
        self.processes.start(
            "dbproxy",
            [
                sys.executable,
                str(HERE / "dbproxy.py"),
                str(self.port["dbproxy"]),
                str(self.port["postgres"]),
                str(self.run / "policy"),
            ],
        )
        time.sleep(1)
        for service, version in list(self.versions.items()):
            self._start_service(service, version)
        self._route()
        self.set_edge("keepalive_timeout 65s;")
        port, run = self.port, self.run
        (run / "nginx.conf").write_text(NGINX.format(run=run, logs=self.logs, port=port["edge"]))
        (run / "prometheus.yml").write_text(PROMETHEUS.format(run=run, alertmanager=port["alertmanager"]))
        (run / "rules.yml").write_text(RULES.format(hold_s=self.hold_s))
        (run / "alertmanager.yml").write_text(ALERTMANAGER.format(webhook=port["webhook"]))
        self.processes.start("nginx", ["nginx", "-c", str(run / "nginx.conf"), "-p", str(run)], env={"TZ": EDGE_ZONE})
        self.live["edge"] = "nginx"
        self.processes.start(
            "alertmanager",
            [
                "prometheus-alertmanager",
                f"--config.file={run}/alertmanager.yml",
                f"--storage.path={run}/am",
                f"--web.listen-address=127.0.0.1:{port['alertmanager']}",
                "--web.external-url=http://alertmanager.shop.example/",
                "--cluster.listen-address=",
            ],
        )
        self.processes.start(
            "prometheus",
            [
                "prometheus",
                f"--config.file={run}/prometheus.yml",
                f"--storage.tsdb.path={run}/tsdb",
                f"--web.listen-address=127.0.0.1:{port['prometheus']}",
                "--web.external-url=http://prometheus.shop.example/",
            ],
        )
        time.sleep(5)
        if self.processes.dead():
            raise RuntimeError(f"did not stay up: {self.processes.dead()}, see {run}")

    def start_load(self, seconds: float) -> None:
        self.processes.start(
            "load",
            [
                sys.executable,
                str(HERE / "load.py"),
                f"http://127.0.0.1:{self.port['edge']}",
                str(self.run / "failures.jsonl"),
                str(seconds),
            ],
        )

    def active_alerts(self) -> list[dict]:
        """`GET /api/v2/alerts`, as an engineer would save it during the incident."""
        url = f"http://127.0.0.1:{self.port['alertmanager']}/api/v2/alerts"
        return json.loads(urllib.request.urlopen(url, timeout=10).read())

    def rules(self) -> dict:
        """`GET /api/v1/rules` of Prometheus."""
        url = f"http://127.0.0.1:{self.port['prometheus']}/api/v1/rules"
        return json.loads(urllib.request.urlopen(url, timeout=10).read())

    def query_range(self, query: str, begin: float, end: float) -> dict:
        """`query_range` of Prometheus, 15-second steps."""
        words = urllib.parse.urlencode({"query": query, "start": begin, "end": end, "step": 15})
        url = f"http://127.0.0.1:{self.port['prometheus']}/api/v1/query_range?{words}"
        return json.loads(urllib.request.urlopen(url, timeout=30).read())

    def stop(self) -> None:
        self.processes.stop_all()
        self.pager.close()


def now() -> datetime:
    return datetime.now(UTC)
