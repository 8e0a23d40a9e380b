"""Replayed alert rules, compared with a real Prometheus and with small logs in which every number is known."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from samples import BEGIN, access_log, at

import pmkit
from pmkit.analysis.response.rule_replay import RuleVerdict
from pmkit.core.choices import Audience
from pmkit.findings.findings import Findings
from pmkit.ingest.cache import open_incident
from pmkit.reports.report import Report

RATIO = 'sum(rate(http_requests_total{status=~"5.."}[1m])) / sum(rate(http_requests_total[1m])) > 0.2'
LOG = access_log(30, failing=[range(600, 900)], slow=[range(700, 800)])


def rule_file(*rules: str) -> str:
    """Write a rule file; each rule is its name, expression and `for` duration, joined by ` | `."""
    lines = ["groups:", "- name: shop", "  rules:"]
    for name, expression, lasts in (rule.split(" | ") for rule in rules):
        kind = "record" if lasts == "-" else "alert"
        lines += [f"  - {kind}: {name}", f"    expr: {expression}"] + ([f"    for: {lasts}"] if lasts != "-" else [])
    return "\n".join(lines) + "\n"


@pytest.fixture
def judged(folder: Callable[..., Path]) -> Callable[..., dict[str, RuleVerdict]]:
    """Return a function that replays rules on the log and returns their verdicts by name."""

    def judge(*rules: str, **more: str) -> dict[str, RuleVerdict]:
        incident_folder = folder({"web.log": LOG, "rules.yml": rule_file(*rules), **more})
        findings = pmkit.investigate(incident_folder.name, incident_folder.parent)
        return {rule.name: rule for rule in findings.alerting.rules}

    return judge


def report_text(findings: Findings, audience: Audience) -> str:
    """Return the report as Markdown."""
    return "\n".join(section._repr_markdown_() for section in Report(findings, audience).sections)


def test_a_rule_on_recorded_requests_fires_when_the_real_prometheus_fired(recorded: Findings) -> None:
    began = recorded.response.alerts.groupby("name")["started_at"].min()
    rules = {rule.name: rule for rule in recorded.alerting.rules}
    assert {name for name, rule in rules.items() if rule.verdict == "fires"} == set(began.index) - {"ServiceUnreachable"}
    for name, rule in rules.items():
        if rule.verdict == "fires" and rule.fires_at is not None:
            assert abs((rule.fires_at - began[name]).total_seconds()) <= 20, name
            assert rule.basis == "logs"
    assert rules["ServiceUnreachable"].why == "no series up in the data"


def test_a_rule_that_would_have_fired_without_an_alert_is_reported_with_its_time(folder) -> None:
    incident_folder = folder({"web.log": LOG, "rules.yml": rule_file(f"Errors | {RATIO} | 1m")})
    findings = pmkit.investigate(incident_folder.name, incident_folder.parent)
    (rule,) = findings.alerting.rules
    # 60% fail; a minute of counts at ten-second steps has five increments, and two of these bring the ratio above 20%
    assert rule.met_at == pd.Timestamp(at(620))
    assert rule.fires_at == pd.Timestamp(at(680))
    assert (rule.verdict, rule.fired, rule.limit, rule.reached) == ("fires", False, 0.2, pytest.approx(0.6))
    assert "The rule Errors would have fired at 03:11:20, but the data contain no such alert." in report_text(
        findings, "internal"
    )
    assert "Errors" not in report_text(findings, "public")
    assert rule.evidence == "rules.yml:4"


def test_the_report_says_how_much_earlier_a_rule_would_have_fired(folder) -> None:
    alert = {"alert": "Customers call", "time": at(720).isoformat()}
    incident_folder = folder(
        {"web.log": LOG, "rules.yml": rule_file(f"Errors | {RATIO} | 1m"), "alerts.jsonl": json.dumps(alert) + "\n"}
    )
    findings = pmkit.investigate(incident_folder.name, incident_folder.parent)
    assert "would have fired at 03:11:20, 40 s before detection, but the data contain no such alert" in report_text(
        findings, "internal"
    )


def test_a_condition_that_did_not_hold_long_enough_is_reported_with_its_duration(judged) -> None:
    rule = judged(f"Errors | {RATIO} | 10m")["Errors"]
    assert (rule.verdict, rule.fires_at) == ("too short", None)
    assert 280 <= rule.held_s <= 340


def test_a_threshold_that_was_not_reached_is_reported_with_the_peak_value(judged) -> None:
    rule = judged(f"Errors | {RATIO.replace('0.2', '0.7')} | 1m")["Errors"]
    assert (rule.verdict, rule.reached, rule.limit) == ("not reached", pytest.approx(0.6), 0.7)


def test_a_rule_that_always_fires_did_not_catch_the_incident(judged) -> None:
    assert judged("Traffic | sum(rate(http_requests_total[1m])) > 1 | 1m")["Traffic"].verdict == "always"


def test_durations_in_the_logs_replace_a_histogram_in_seconds_or_milliseconds(judged) -> None:
    rules = judged(
        "Slow | histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket[1m]))) > 1.5 | 0s",
        "SlowMs | histogram_quantile(0.9, sum by (le) (rate(istio_request_duration_milliseconds_bucket[1m]))) > 1500 | 0s",
        'Late | sum(rate(http_request_duration_seconds_bucket{le="0.5"}[1m])) / sum(rate(http_requests_total[1m])) < 0.5 | 0s',
    )
    assert {name: rule.verdict for name, rule in rules.items()} == dict.fromkeys(rules, "fires")
    assert rules["Slow"].reached == pytest.approx(2.0, rel=0.15)
    assert rules["SlowMs"].reached == pytest.approx(1000 * rules["Slow"].reached)


def test_labels_are_matched_by_the_names_that_the_rule_uses(judged) -> None:
    by = 'sum by (handler) (rate(http_requests_total{code="500", handler="/a"}[1m])) > 1'
    assert judged(f"Errors | {by} | 0s")["Errors"].verdict == "fires"


def test_a_recorded_series_is_computed_from_its_rule(judged) -> None:
    rules = judged(f"job:errors:ratio | {RATIO.removesuffix(' > 0.2')} | -", "Errors | job:errors:ratio > 0.2 | 1m")
    assert list(rules) == ["Errors"]
    assert rules["Errors"].fires_at == pd.Timestamp(at(680))


def test_a_rule_on_metrics_is_evaluated_on_the_metrics(judged) -> None:
    times = [BEGIN.timestamp() + 15 * n for n in range(120)]
    values = [[moment, "9" if 40 <= n < 60 else "1"] for n, moment in enumerate(times)]
    series = {"metric": {"__name__": "queue_depth", "queue": "mail"}, "values": values}
    export = json.dumps({"status": "success", "data": {"resultType": "matrix", "result": [series]}})
    rule = judged("Queue | queue_depth > 5 | 30s", **{"queue.json": export})["Queue"]
    assert (rule.verdict, rule.basis, rule.met_at) == ("fires", "metrics", pd.Timestamp(at(600)))


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("kube_pod_status > 1", "no series kube_pod_status in the data"),
        ('sum(rate(http_requests_total{tenant="a"}[1m])) > 1', "the logs do not record tenant of a request"),
        ('sum(rate(http_requests_total{status="404"}[1m])) > 1', "no sample in the data matches it"),
        ("sum(rate({a}[1m]", "not valid PromQL"),
    ],
)
def test_a_rule_that_cannot_be_evaluated_is_reported_with_the_reason(judged, expression: str, why: str) -> None:
    rule = judged(f"Odd | '{expression}' | 1m" if "'" not in expression else f"Odd | {expression} | 1m")["Odd"]
    assert rule.verdict == "not evaluable"
    assert why in rule.why


def test_a_recorded_series_that_refers_to_itself_is_not_evaluated(judged) -> None:
    rules = judged("loop | loop + 1 | -", "Odd | loop > 1 | 1m")
    assert rules["Odd"].why == "no series loop in the data"


def test_rules_in_a_kubernetes_resource_are_read(incident) -> None:
    text = (
        "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: shop\nspec:\n  groups:\n"
        "    - name: shop\n      interval: 30s\n      rules:\n        - alert: Down\n          expr: up == 0\n          for: 5m\n"
        "          annotations:\n            summary: |\n              Nothing\n\n              answers\n"
        "        - alert: Empty\n          for: 5m\n"
    )
    store = open_incident(incident({"web.log": LOG, "rules.yaml": text}))
    rules = store.rules()
    assert rules[["name", "for_s", "line"]].to_dict("records") == [{"name": "Down", "for_s": 300.0, "line": 10}]
    ledger = next(part.ledger for part in store.parts if part.source == "rules.yaml")
    assert (ledger.format, ledger.events, ledger.rejected) == ("prometheus-rule-file", 1, 1)
