"""Metrics of OpenTelemetry and of clouds: OTLP, Azure, Google Cloud, Grafana's frames."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.formats.builders import record_export
from pmkit.formats.field_expressions import query
from pmkit.formats.format import Example
from pmkit.formats.metric_values import unit_of
from pmkit.formats.record import Record, Row, nested_value, sorted_json

_ATTRIBUTES = query("pairs(@, 'key', 'value')")


def _otlp(record: Record) -> Iterator[Row]:
    resource = _ATTRIBUTES(nested_value(record, "resource", "attributes"))
    for scope in record.get("scopeMetrics") or record.get("instrumentationLibraryMetrics") or []:
        for metric in scope["metrics"]:
            data = metric.get("sum") or metric.get("gauge") or metric.get("histogram") or metric.get("summary") or {}
            for point in data.get("dataPoints", []):
                labels = sorted_json({**resource, **_ATTRIBUTES(point.get("attributes"))})
                for suffix, value in _values(point):
                    yield {"at": point["timeUnixNano"], "name": f"{metric['name']}{suffix}", "labels": labels, "value": float(value),
                           "unit": None if suffix == ".count" else metric.get("unit") or None}  # fmt: skip


def _values(point: Record) -> Iterator[tuple[str, float | str]]:
    """Yield the values of a data point, with what is put behind the name of its metric; a histogram has a count and a sum."""
    for key in ("asDouble", "asInt"):
        if key in point:
            yield "", point[key]
    yield from ((f".{key}", point[key]) for key in ("count", "sum") if key in point)


OTLP = record_export(
    "otlp-metrics", "OpenTelemetry: metrics as OTLP JSON", "metrics", "scopeMetrics|instrumentationLibraryMetrics", _otlp,
    Example(
        '{"resourceMetrics": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "cart"}}]}, "scopeMetrics": [{"metrics": [{"name": '
        '"errors", "unit": "1", "sum": {"dataPoints": [{"asInt": "5", "timeUnixNano": "1768618860000000000", "attributes": [{"key": "code", "value": '
        '{"intValue": "500"}}]}]}}, {"name": "latency", "unit": "ms", "histogram": {"dataPoints": [{"count": "2", "sum": 300.5, "timeUnixNano": '
        '"1768618860000000000"}]}}]}]}]}',
        ({"at": "2026-01-17T03:01:00Z", "name": "errors", "labels": '{"code": "500", "service.name": "cart"}', "value": 5.0, "unit": "1"},
         {"name": "latency.count", "value": 2.0}, {"name": "latency.sum", "value": 300.5}),
    ),
)  # fmt: skip

_STATISTICS = ("total", "average", "maximum", "minimum", "count")


def _azure(record: Record) -> Iterator[Row]:
    name = nested_value(record, "name", "value") or record["name"]
    for series in record["timeseries"]:
        labels = {each["name"]["value"]: each["value"] for each in series.get("metadatavalues") or []}
        resource = str(record.get("id", "")).partition("/providers/Microsoft.Insights")[0].rpartition("/")[2]
        labels |= {"resource": resource} if resource else {}
        for point in series["data"]:
            for statistic in _STATISTICS:
                if point.get(statistic) is not None:
                    yield {"at": point["timeStamp"], "name": f"{name} {statistic}", "labels": sorted_json(labels), "value": float(point[statistic]),
                           "unit": record.get("unit")}  # fmt: skip


AZURE = record_export(
    "azure-metrics", "Azure Monitor: metrics", "metrics", "timeseries, name, unit", _azure,
    Example(
        '{"timespan": "x", "value": [{"id": "/subscriptions/s/sites/cart/providers/Microsoft.Insights/metrics/Http5xx", "name": {"value": "Http5xx"}, "unit": '
        '"Count", "timeseries": [{"metadatavalues": [], "data": [{"timeStamp": "2026-01-17T03:00:00Z", "total": 12.0}, {"timeStamp": "2026-01-17T03:01:00Z"}, '
        '{"timeStamp": "2026-01-17T03:02:00Z", "total": 3.0, "average": 1.5}]}]}]}',
        ({"at": "2026-01-17T03:00:00Z", "name": "Http5xx total", "labels": '{"resource": "cart"}', "value": 12.0, "unit": "Count"},
         {"name": "Http5xx total", "value": 3.0}, {"name": "Http5xx average", "value": 1.5}),
    ),
)  # fmt: skip


def _google(record: Record) -> Iterator[Row]:
    labels = {**(record["metric"].get("labels") or {}), **((record.get("resource") or {}).get("labels") or {})}
    for point in record["points"]:
        values = [value for key, value in point["value"].items() if key in ("doubleValue", "int64Value", "boolValue")]
        for value in values:
            yield {"at": point["interval"]["endTime"], "name": record["metric"]["type"], "labels": sorted_json(labels), "value": float(value),
                   "unit": record.get("unit")}  # fmt: skip


GOOGLE = record_export(
    "gcp-metrics", "Google Cloud Monitoring: time series", "metrics", "metric.type, points", _google,
    Example(
        '{"timeSeries": [{"metric": {"type": "run.googleapis.com/request_count", "labels": {"code": "500"}}, "resource": {"labels": {"service_name": "cart"}}, '
        '"points": [{"interval": {"endTime": "2026-01-17T03:01:00Z"}, "value": {"int64Value": "5"}}, {"interval": {"endTime": "2026-01-17T03:00:00Z"}, "value": '
        '{"doubleValue": 3.5}}]},\n'
        '{"metric": {"type": "run.googleapis.com/errors"}, "points": [{"interval": {"endTime": "2026-01-17T03:00:00Z"}, "value": {"doubleValue": 1}}]}]}',
        ({"at": "2026-01-17T03:01:00Z", "name": "run.googleapis.com/request_count", "labels": '{"code": "500", "service_name": "cart"}', "value": 5.0},
         {"value": 3.5}, {"name": "run.googleapis.com/errors", "value": 1.0}),
    ),
)  # fmt: skip


def _frame(record: Record) -> Iterator[Row]:
    fields, columns = record["schema"]["fields"], record["data"]["values"]
    times = next(column for field, column in zip(fields, columns, strict=True) if field["type"] == "time")
    for field, column in zip(fields, columns, strict=True):
        if field["type"] != "number":
            continue
        name = (field.get("config") or {}).get("displayNameFromDS") or (
            field["name"] if field["name"] != "Value" else record["schema"].get("name") or "Value"
        )
        for at, value in zip(times, column, strict=True):
            if value is not None:
                yield {
                    "at": at,
                    "name": name,
                    "labels": sorted_json(field.get("labels") or {}),
                    "value": float(value),
                    "unit": unit_of(name),
                }


GRAFANA_FRAMES = record_export(
    "grafana-frames", "Grafana: data frames of /api/ds/query and of a panel's JSON", "metrics", "schema.fields, data.values", _frame,
    Example(
        '{"results": {"A": {"status": 200, "frames": [{"schema": {"name": "cart", "fields": [{"name": "Time", "type": "time"}, {"name": "Value", "type": "number", '
        '"labels": {"job": "cart"}}]}, "data": {"values": [[1768618800000, 1768618860000], [12, null]]}}]}, "B": {"frames": [{"schema": {"fields": [{"name": '
        '"Time", "type": "time"}, {"name": "latency_seconds", "type": "number"}]}, "data": {"values": [[1768618800000, 1768618860000], [0.5, 0.25]]}}]}}}',
        ({"at": "2026-01-17T03:00:00Z", "name": "cart", "labels": '{"job": "cart"}', "value": 12.0}, {"name": "latency_seconds", "value": 0.5, "unit": "s"},
         {"value": 0.25}),
    ),
)  # fmt: skip


def _datadog(record: Record) -> Iterator[Row]:
    for series, values in zip(record["series"], record["values"], strict=True):
        unit = next((each.get("short_name") or each.get("name") for each in series.get("unit") or [] if each), None)
        for at, value in zip(record["times"], values, strict=True):
            if value is not None:
                yield {"at": at, "name": f"query {series.get('query_index', 0)}", "labels": sorted_json({"group": series.get("group_tags") or []}),
                       "value": float(value), "unit": unit}  # fmt: skip


DATADOG = record_export(
    "datadog-timeseries", "Datadog: timeseries query (API v2)", "metrics", "series, times, values", _datadog,
    Example(
        '{"data": {"type": "timeseries_response", "attributes": {"series": [{"group_tags": ["service:cart"], "query_index": 0, "unit": [{"short_name": "s"}, null]}], '
        '"times": [1768618800000, 1768618860000, 1768618920000, 1768618980000], "values": [[0.5, null, 0.25, 1]]}}}',
        ({"at": "2026-01-17T03:00:00Z", "name": "query 0", "labels": '{"group": ["service:cart"]}', "value": 0.5, "unit": "s"}, {"value": 0.25}, {"value": 1.0}),
    ),
    where="!(series[0].pointlist)",
)  # fmt: skip


def _dynatrace(record: Record) -> Iterator[Row]:
    for series in record["data"]:
        labels = series.get("dimensionMap") or {str(number): name for number, name in enumerate(series.get("dimensions") or [])}
        for at, value in zip(series["timestamps"], series["values"], strict=True):
            if value is not None:
                yield {"at": at, "name": record["metricId"], "labels": sorted_json(labels), "value": float(value)}


DYNATRACE = record_export(
    "dynatrace-metrics", "Dynatrace: metrics query (API v2)", "metrics", "metricId, data", _dynatrace,
    Example(
        '{"totalCount": 1, "nextPageKey": null, "resolution": "1m", "result": [{"metricId": "builtin:service.errors.total.count", "data": [{"dimensions": ["SERVICE-1"], '
        '"dimensionMap": {"dt.entity.service": "SERVICE-1"}, "timestamps": [1768618800000, 1768618860000, 1768618920000, 1768618980000], "values": [12, null, 3, 0.5]}]}]}',
        ({"at": "2026-01-17T03:00:00Z", "name": "builtin:service.errors.total.count", "labels": '{"dt.entity.service": "SERVICE-1"}', "value": 12.0}, {"value": 3.0},
         {"value": 0.5}),
    ),
    where="data[0].timestamps && data[0].values",
)  # fmt: skip


def _nrql(record: Record) -> Iterator[Row]:
    facets = {name: value for name, value in record.items() if isinstance(value, str) and name != "facet"}
    labels = facets or ({"facet": record["facet"]} if "facet" in record else {})
    for name, value in record.items():
        if name not in ("beginTimeSeconds", "endTimeSeconds") and isinstance(value, int | float) and not isinstance(value, bool):
            yield {"at": record["beginTimeSeconds"], "name": name, "labels": sorted_json(labels), "value": float(value)}


NEW_RELIC = record_export(
    "new-relic-nrql", "New Relic: NRQL queries with TIMESERIES, from NerdGraph", "metrics", "beginTimeSeconds, endTimeSeconds", _nrql,
    Example(
        '{"data": {"actor": {"account": {"nrql": {"results": [{"beginTimeSeconds": 1768618800, "endTimeSeconds": 1768618860, "count": 12, "facet": "cart", "appName": '
        '"cart"},\n'
        '{"beginTimeSeconds": 1768618860, "endTimeSeconds": 1768618920, "average.duration": 0.25},\n'
        '{"beginTimeSeconds": 1768618920, "endTimeSeconds": 1768618980, "average.duration": null}]}}}}}',
        ({"at": "2026-01-17T03:00:00Z", "name": "count", "labels": '{"appName": "cart"}', "value": 12.0}, {"name": "average.duration", "labels": "{}", "value": 0.25}),
    ),
)  # fmt: skip


def _stream(record: Record) -> Iterator[Row]:
    for statistic, value in record["value"].items():
        yield {"at": record["timestamp"], "name": f"{record['metric_name']} {statistic}", "labels": sorted_json(record.get("dimensions") or {}), "value": float(value),
               "unit": record.get("unit") if statistic != "count" else None}  # fmt: skip


CLOUDWATCH_STREAM = record_export(
    "cloudwatch-metric-stream", "AWS CloudWatch: metric streams as JSON lines", "metrics", "metric_name, namespace, timestamp, value", _stream,
    Example(
        '{"metric_stream_name": "s", "namespace": "AWS/ECS", "metric_name": "CPUUtilization", "dimensions": {"ServiceName": "cart"}, "timestamp": 1768618800000, "value": '
        '{"count": 1.0, "sum": 12.0, "max": 12.0, "min": 12.0}, "unit": "Percent"}',
        ({"at": "2026-01-17T03:00:00Z", "name": "CPUUtilization count", "labels": '{"ServiceName": "cart"}', "value": 1.0, "unit": None},
         {"name": "CPUUtilization sum", "value": 12.0, "unit": "Percent"}, {}, {}),
    ),
    where="type(value) == 'object'",
)  # fmt: skip
