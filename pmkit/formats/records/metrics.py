"""Metrics: Prometheus, CloudWatch, Datadog, Graphite, InfluxDB."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.formats.builders import record_export
from pmkit.formats.format import Example
from pmkit.formats.metric_values import unit_of
from pmkit.formats.record import Record, Row, sorted_json


def _matrix(record: Record) -> Iterator[Row]:
    for series in record["result"]:
        labels = dict(series["metric"])
        name = labels.pop("__name__", None)
        for at, value in series["values"]:
            yield {"at": at, "name": name, "labels": sorted_json(labels), "value": float(value), "unit": unit_of(name or "")}


PROMETHEUS = record_export(
    "prometheus-range", "Prometheus: GET /api/v1/query_range (matrix)", "metrics", "resultType, result",
    _matrix,
    Example(
        '{"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {"__name__": "up", "job": "a"}, '
        '"values": [[1795469336.5, "1"], [1795469351.5, "NaN"]]}]}}',
        ({"at": "2026-11-23T21:28:56.500Z", "name": "up", "labels": '{"job": "a"}', "value": 1.0},
         {"at": "2026-11-23T21:29:11.500Z", "name": "up"}),
    ),
    Example(
        '{"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {"__name__": "latency_seconds", '
        '"quantile": "0.95"}, "values": [[1795469336, "0.25"]]}, {"metric": {}, "values": [[1795469336, "+Inf"]]}]}}',
        ({"name": "latency_seconds", "value": 0.25, "unit": "s"}, {"name": None},),
    ),
    Example('{"status": "success", "data": {"resultType": "matrix", "result": []}}', ()),
    where="resultType == 'matrix'",
)  # fmt: skip


def _vector(record: Record) -> Iterator[Row]:
    for series in record["result"]:
        labels = dict(series["metric"])
        name = labels.pop("__name__", None)
        at, value = series["value"]
        yield {"at": at, "name": name, "labels": sorted_json(labels), "value": float(value), "unit": unit_of(name or "")}


PROMETHEUS_VECTOR = record_export(
    "prometheus-query", "Prometheus: GET /api/v1/query (vector)", "metrics", "resultType, result", _vector,
    Example(
        '{"status": "success", "data": {"resultType": "vector", "result": [{"metric": {"__name__": "up", "job": "a"}, '
        '"value": [1795469336.5, "1"]}, {"metric": {"job": "b"}, "value": [1795469336.5, "0.5"]}]}}',
        ({"at": "2026-11-23T21:28:56.500Z", "name": "up", "value": 1.0}, {"name": None, "value": 0.5}),
    ),
    Example(
        '{"status": "success", "data": {"resultType": "vector", "result": [{"metric": {"__name__": "disk_used_ratio"}, '
        '"value": [1795469336, "0.95"]}]}}',
        ({"name": "disk_used_ratio", "value": 0.95, "unit": "1"},),
    ),
    where="resultType == 'vector'",
)  # fmt: skip


def _cloudwatch(record: Record) -> Iterator[Row]:
    for at, value in zip(record["Timestamps"], record["Values"], strict=True):
        yield {
            "at": at,
            "name": record.get("Label") or record["Id"],
            "labels": sorted_json({"id": record["Id"]}),
            "value": float(value),
        }


CLOUDWATCH = record_export(
    "cloudwatch-metrics", "AWS CloudWatch: get-metric-data", "metrics", "Timestamps, Values, Id", _cloudwatch,
    Example(
        '{"MetricDataResults": [{"Id": "m1", "Label": "HTTPCode_Target_5XX_Count", "Timestamps": ["2026-01-17T03:01:00+00:00", '
        '"2026-01-17T03:00:00Z"], "Values": [12.0, 0.0], "StatusCode": "Complete"}]}',
        ({"at": "2026-01-17T03:01:00Z", "name": "HTTPCode_Target_5XX_Count", "value": 12.0}, {"at": "2026-01-17T03:00:00Z", "value": 0.0}),
    ),
    Example(
        '{"MetricDataResults": [{"Id": "m2", "Label": "", "Timestamps": ["2026-01-17T04:00:00+01:00"], "Values": '
        '[0.25]}, {"Id": "m3", "Label": "empty", "Timestamps": [], "Values": []}], "Messages": []}',
        ({"at": "2026-01-17T03:00:00Z", "name": "m2", "value": 0.25, "labels": '{"id": "m2"}'},),
    ),
)  # fmt: skip


def _statistics(record: Record) -> Iterator[Row]:
    for point in record["Datapoints"]:
        for statistic in ("Average", "Sum", "Maximum", "Minimum", "SampleCount"):
            if statistic in point:
                yield {"at": point["Timestamp"], "name": f"{record['Label']} {statistic}", "labels": "{}", "value": float(point[statistic]),
                       "unit": point.get("Unit")}  # fmt: skip


CLOUDWATCH_STATISTICS = record_export(
    "cloudwatch-statistics", "AWS CloudWatch: get-metric-statistics", "metrics", "Datapoints, Label", _statistics,
    Example(
        '{"Label": "TargetResponseTime", "Datapoints": [{"Timestamp": "2026-01-17T03:00:00Z", "Average": 0.25, "Maximum": 3.0, "Unit": "Seconds"}]}',
        ({"at": "2026-01-17T03:00:00Z", "name": "TargetResponseTime Average", "value": 0.25, "unit": "Seconds"},
         {"name": "TargetResponseTime Maximum", "value": 3.0}),
    ),
    Example(
        '{"Label": "HTTPCode_Target_5XX_Count", "Datapoints": [{"Timestamp": "2026-01-17T04:01:00+01:00", "Sum": 12.0, '
        '"Unit": "Count"}]}',
        ({"at": "2026-01-17T03:01:00Z", "name": "HTTPCode_Target_5XX_Count Sum", "value": 12.0, "unit": "Count"},),
    ),
)  # fmt: skip


def _datadog(record: Record) -> Iterator[Row]:
    units = [unit["short_name"] for unit in record.get("unit") or [] if unit]
    for at, value in record["pointlist"]:
        if value is not None:
            yield {"at": int(at), "name": record["metric"], "labels": sorted_json({"scope": record.get("scope")}), "value": float(value),
                   "unit": units[0] if units else None}  # fmt: skip


DATADOG = record_export(
    "datadog-metrics", "Datadog: timeseries query", "metrics", "pointlist, metric", _datadog,
    Example(
        '{"status": "ok", "series": [{"metric": "trace.http.errors", "scope": "service:cart", "unit": null, "pointlist": '
        '[[1795469336000.0, 12.0], [1795469351000.0, null]]}]}',
        ({"at": "2026-11-23T21:28:56Z", "name": "trace.http.errors", "labels": '{"scope": "service:cart"}', "value": 12.0},),
    ),
    Example(
        '{"status": "ok", "series": [{"metric": "trace.http.duration", "scope": "*", "unit": [{"short_name": "s"}, '
        'null], "pointlist": [[1795469336000.0, 0.25], [1795469351000.0, 3.5]]}]}',
        ({"name": "trace.http.duration", "value": 0.25, "unit": "s"}, {"at": "2026-11-23T21:29:11Z", "value": 3.5},),
    ),
)  # fmt: skip


def _graphite(record: Record) -> Iterator[Row]:
    for value, at in record["datapoints"]:
        if value is not None:
            yield {"at": at, "name": record["target"], "labels": sorted_json(record.get("tags") or {}), "value": float(value)}


GRAPHITE = record_export(
    "graphite", "Graphite: render as JSON", "metrics", "target, datapoints", _graphite,
    Example(
        '[{"target": "shop.cart.errors", "tags": {"name": "x"}, "datapoints": [[12.0, 1795469336], [null, 1795469351], [3, 1795469366]]}]',
        ({"at": "2026-11-23T21:28:56Z", "name": "shop.cart.errors", "value": 12.0}, {"value": 3.0}),
    ),
    Example(
        '[{"target": "stock.latency", "datapoints": [[0.25, 1795469336]]}, {"target": "stock.empty", "datapoints": []}]',
        ({"name": "stock.latency", "value": 0.25, "labels": "{}"},),
    ),
)  # fmt: skip


def _influx(record: Record) -> Iterator[Row]:
    columns = record["columns"]
    for row in record["values"]:
        point = dict(zip(columns, row, strict=True))
        at = point.pop("time")
        for name, value in point.items():
            if isinstance(value, int | float):
                yield {
                    "at": at,
                    "name": f"{record['name']}.{name}",
                    "labels": sorted_json(record.get("tags") or {}),
                    "value": float(value),
                }


INFLUX = record_export(
    "influxdb", "InfluxDB: /query as JSON", "metrics", "columns, values, name", _influx,
    Example(
        '{"results": [{"statement_id": 0, "series": [{"name": "http", "tags": {"host": "web1"}, "columns": ["time", "errors", "note"], "values": '
        '[["2026-01-17T03:00:00Z", 12, "x"], ["2026-01-17T03:01:00Z", 3, null]]}]}]}',
        ({"at": "2026-01-17T03:00:00Z", "name": "http.errors", "labels": '{"host": "web1"}', "value": 12.0}, {"value": 3.0}),
    ),
    Example(
        '{"results": [{"statement_id": 0, "series": [{"name": "disk", "columns": ["time", "used", "free"], "values": '
        '[[1795469336000, 0.95, 0.05]]}]}]}',
        ({"at": "2026-11-23T21:28:56Z", "name": "disk.used", "value": 0.95}, {"name": "disk.free", "value": 0.05},),
    ),
    where="contains(columns, 'time')",
)  # fmt: skip


def _victoria(record: Record) -> Iterator[Row]:
    labels = dict(record["metric"])
    name = labels.pop("__name__", None)
    for at, value in zip(record["timestamps"], record["values"], strict=True):
        if value is not None:
            yield {"at": at, "name": name, "labels": sorted_json(labels), "value": float(value), "unit": unit_of(name or "")}


VICTORIA = record_export(
    "victoriametrics", "VictoriaMetrics: /api/v1/export, as JSON lines", "metrics", "metric, values, timestamps", _victoria,
    Example(
        '{"metric": {"__name__": "up", "job": "cart"}, "values": [1, 0], "timestamps": [1768618800000, 1768618815000]}\n'
        '{"metric": {"__name__": "latency_seconds", "job": "cart"}, "values": [0.25], "timestamps": [1768618800000]}',
        ({"at": "2026-01-17T03:00:00Z", "name": "up", "labels": '{"job": "cart"}', "value": 1.0}, {"at": "2026-01-17T03:00:15Z", "value": 0.0},
         {"name": "latency_seconds", "value": 0.25, "unit": "s"}),
    ),
)  # fmt: skip
