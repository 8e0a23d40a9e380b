"""Alert rules: Prometheus' API and rule files, Grafana."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pmkit.formats.builders import record_export
from pmkit.formats.fields import ALERT_SERVICE_NAMES, first_value
from pmkit.formats.format import Example
from pmkit.formats.record import Record, Row, sorted_json

_SECONDS: Final = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000}
_DURATION: Final = re.compile(r"(?:\d+(?:ms|[smhdwy]))+", re.ASCII)


def seconds(duration: object) -> float:
    """Return a duration, in Prometheus' notation or as a number of seconds, in seconds; 0 if it is empty.

    Raises
    ------
    ValueError
        When it is neither.

    Examples
    --------
    >>> seconds("1m30s")
    90.0
    """
    if duration in (None, ""):
        return 0.0
    text = str(duration)
    if _DURATION.fullmatch(text):
        return float(sum(int(number) * _SECONDS[unit] for number, unit in re.findall(r"(\d+)(ms|[smhdwy])", text)))
    return float(text)


def _row(rule: Record, *, name: str, kind: str, expression: str, duration_key: str = "for") -> Row:
    """Return the row of a rule; `duration_key` is the key of the time for which its condition must hold."""
    labels = {str(key): str(value) for key, value in _object(rule.get("labels")).items()}
    annotations = _object(rule.get("annotations"))
    if not expression.strip():
        raise ValueError("has no expression")
    return {
        "name": name,
        "kind": kind,
        "severity": labels.get("severity"),
        "service": first_value(ALERT_SERVICE_NAMES, labels),
        "expression": " ".join(expression.split()),
        "for_s": seconds(rule.get(duration_key)),
        "summary": annotations.get("summary") or annotations.get("description"),
        "labels": sorted_json(labels),
    }


def _object(value: object) -> Record:
    return value if isinstance(value, dict) else {}


def _api(rule: Record) -> Iterator[Row]:
    yield _row(rule, name=str(rule["name"]), kind=rule["type"], expression=str(rule["query"]), duration_key="duration")


API = record_export(
    "prometheus-rules", "Prometheus, Thanos, Mimir, Loki and vmalert: GET /api/v1/rules", "rules", "type, query, name", _api,
    Example(
        '{"status": "success", "data": {"groups": [{"name": "shop", "file": "rules.yml", "rules": [\n'
        '{"state": "inactive", "name": "HighErrorRatio", "query": "job:errors:ratio > 0.05", "duration": 90, "keepFiringFor": 0, "labels": '
        '{"severity": "critical", "service": "cart"}, "annotations": {"summary": "5 % fail"}, "alerts": [], "type": "alerting"},\n'
        '{"name": "job:errors:ratio", "query": "sum(rate(errors_total[1m]))", "health": "ok", "type": "recording"}]}, {"name": "nodes", "rules": [\n'
        '{"name": "Down", "query": "up == 0", "duration": 300, "labels": {}, "annotations": {"description": "no answer"}, "type": "alerting"}]}]}}',
        ({"name": "HighErrorRatio", "kind": "alerting", "severity": "critical", "service": "cart", "for_s": 90.0,
          "expression": "job:errors:ratio > 0.05", "summary": "5 % fail"},
         {"name": "job:errors:ratio", "kind": "recording", "expression": "sum(rate(errors_total[1m]))", "for_s": 0.0},
         {"name": "Down", "for_s": 300.0, "severity": None, "summary": "no answer"}),
    ),
    where="type == 'alerting' || type == 'recording'",
)  # fmt: skip


def _block(record: Record) -> Iterator[Row]:
    try:
        rule = YAML(typ="safe", pure=True).load(record["indent"] + "  " + record["rule"])
    except YAMLError as error:
        raise ValueError(f"not YAML: {str(error).splitlines()[0]}") from error
    kind = "alerting" if "alert" in rule else "recording"
    yield _row(rule, name=str(rule.get("alert") or rule["record"]), kind=kind, expression=str(rule["expr"]))


_HEADING: Final = r"(?:[ \t]*(?:#.*|---|(?:- )?[\w.\-/]+:.*)?\n)"

FILE = record_export(
    "prometheus-rule-file", "Prometheus rule files and PrometheusRule resources of Kubernetes, as YAML", "rules", "", _block,
    Example(
        "# what pages us\n"
        "groups:\n"
        "- name: shop\n"
        "  rules:\n"
        "  - alert: Slow\n"
        "    expr: |\n"
        "      histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))\n"
        "        > 1\n"
        "    for: 2m\n"
        "    labels: {severity: warning}\n"
        "    annotations:\n"
        "      description: 95 % take longer than a second\n"
        "\n"
        "  - record: job:requests:rate\n"
        "    expr: sum(rate(http_requests_total[1m]))\n"
        "- name: nodes\n"
        "  rules:\n"
        "  - alert: Down\n"
        "    expr: up == 0\n",
        ({"name": "Slow", "kind": "alerting", "for_s": 120.0, "severity": "warning", "summary": "95 % take longer than a second",
          "expression": "histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) > 1"},
         {"name": "job:requests:rate", "kind": "recording", "expression": "sum(rate(http_requests_total[1m]))"},
         {"name": "Down", "expression": "up == 0", "for_s": 0.0}),
    ),
    claims=lambda record: "expr:" in record["rule"],
    line=r"[ \t]*- (?:alert|record):", pattern=rf"^(?:(?![ \t]*- (?:alert|record):){_HEADING})*+(?P<indent>[ \t]*)- (?P<rule>(?:alert|record):.*(?:\n|\Z)(?:(?P=indent)[ \t]+.*(?:\n|\Z)|[ \t]*\n)*)",
)  # fmt: skip


_COMPARISONS: Final = {"gt": ">", "lt": "<", "gte": ">=", "lte": "<="}


def _promql(queries: list[Record], reference: object) -> str:
    """Return as PromQL a query of a Grafana rule, with the chain of expressions that it refers to."""
    model = next(query["model"] for query in queries if query["refId"] == reference)
    if model.get("expr"):
        return str(model["expr"])
    kind, expression = model["type"], model.get("expression", "")
    if kind == "threshold":
        return _threshold(_promql(queries, expression), model["conditions"][0]["evaluator"])
    if kind == "reduce":
        return _promql(queries, expression)
    if kind == "math":
        return re.sub(r"\$\{?(\w+)\}?", lambda match: f"({_promql(queries, match[1])})", expression)
    raise ValueError(f"conditions of type {kind!r} are not supported")


def _threshold(value: str, evaluator: Record) -> str:
    """Return the comparison of a value with the bounds of a threshold as PromQL."""
    kind, bounds = evaluator["type"], [f"{bound:g}" for bound in evaluator["params"]]
    if kind in _COMPARISONS:
        return f"({value}) {_COMPARISONS[kind]} {bounds[0]}"
    if kind == "within_range":
        return f"({value}) > {bounds[0]} and ({value}) < {bounds[1]}"
    if kind == "outside_range":
        return f"({value}) < {bounds[0]} or ({value}) > {bounds[1]}"
    raise ValueError(f"conditions of type {kind!r} are not supported")


def _grafana(rule: Record) -> Iterator[Row]:
    yield _row(rule, name=str(rule["title"]), kind="alerting", expression=_promql(rule["data"], rule["condition"]))


GRAFANA = record_export(
    "grafana-rules", "Grafana: GET /api/v1/provisioning/alert-rules", "rules", "data, condition, title", _grafana,
    Example(
        '[{"uid": "a1", "title": "Errors", "condition": "C", "for": "5m", "labels": {"team": "shop", "severity": "critical"}, '
        '"annotations": {"summary": "too many"}, "data": [{"refId": "A", "model": {"expr": "sum(rate(errors_total[5m]))", "refId": "A"}}, '
        '{"refId": "B", "model": {"type": "reduce", "expression": "A", "reducer": "last"}}, {"refId": "C", "model": {"type": "threshold", '
        '"expression": "B", "conditions": [{"evaluator": {"type": "gt", "params": [0.5]}}]}}]},\n'
        '{"uid": "a2", "title": "Share", "condition": "C", "for": "", "labels": {}, "data": [{"refId": "A", "model": {"expr": "bad"}}, '
        '{"refId": "B", "model": {"expr": "good"}}, {"refId": "C", "model": {"type": "math", "expression": "$A / ${B} > 2"}}]},\n'
        '{"uid": "a3", "title": "Odd", "condition": "B", "for": "1m", "data": [{"refId": "A", "model": {"expr": "load"}}, {"refId": "B", "model": '
        '{"type": "threshold", "expression": "A", "conditions": [{"evaluator": {"type": "outside_range", "params": [1, 9]}}]}}]}]',
        ({"name": "Errors", "expression": "(sum(rate(errors_total[5m]))) > 0.5", "for_s": 300.0, "severity": "critical",
          "summary": "too many"},
         {"name": "Share", "expression": "(bad) / (good) > 2", "for_s": 0.0},
         {"name": "Odd", "expression": "(load) < 1 or (load) > 9", "for_s": 60.0}),
    ),
    where="type(data) == 'array' && data[0].model",
)  # fmt: skip
