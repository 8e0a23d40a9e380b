"""Metrics, request identity and the database address that both services share."""

import os
import time

import flask
import prometheus_client as prom

VERSION = os.environ["SHOP_VERSION"]
DSN = os.environ["SHOP_DSN"]
FLAGS_FILE = os.environ["SHOP_FLAGS"]

REQUESTS = prom.Counter("http_requests_total", "Requests served", ["service", "route", "status"])
DURATION = prom.Histogram(
    "http_request_duration_seconds",
    "Time to serve a request",
    ["service", "route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def install(app: flask.Flask, service: str, log_request) -> None:
    """Count, time and log every request of `app`; expose `/metrics` and `/healthz`."""

    @app.before_request
    def begin():
        flask.g.began = time.monotonic()
        flask.g.request_id = flask.request.headers.get("X-Request-ID", "-")

    @app.after_request
    def finish(response):
        rule = flask.request.url_rule
        if rule is None or rule.rule in ("/metrics", "/healthz"):
            return response
        elapsed = time.monotonic() - flask.g.began
        REQUESTS.labels(service, rule.rule, str(response.status_code)).inc()
        DURATION.labels(service, rule.rule).observe(elapsed)
        log_request(rule.rule, response.status_code, elapsed)
        return response

    @app.get("/metrics")
    def metrics():
        return flask.Response(prom.generate_latest(), mimetype="text/plain")

    @app.get("/healthz")
    def health():
        return {"status": "ok", "version": VERSION}
