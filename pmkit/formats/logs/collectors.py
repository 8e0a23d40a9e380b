"""Exports of log collectors; the raw message that they contain is parsed in its own format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pmkit.formats.builders import json_log
from pmkit.formats.format import Example, LogFormat, Syntax
from pmkit.formats.json_documents import Parents
from pmkit.formats.record import FieldKey, Record, Row


def _csv(
    name: str, title: str, columns: set[str], fields: Mapping[str, FieldKey], text: str, *rows: Row, **options: Any
) -> LogFormat:
    return LogFormat(
        name, title, (Example(text, rows),), syntax=Syntax.CSV, claims=lambda record: columns <= set(record), fields=fields, wraps=True,
        **options,
    )  # fmt: skip


CLOUDWATCH = json_log(
    "cloudwatch-events", "AWS CloudWatch Logs: filter-log-events and get-log-events",
    lambda record: "ingestionTime" in record and "message" in record,
    {"time": "timestamp", "message": "message", "host": "logStreamName", "stream": "logStreamName"},
    '{"events": [{"logStreamName": "web/7", "timestamp": 1795469278003, "message": "2026-11-23 21:27:58,003 INFO [web] up", '
    '"ingestionTime": 1795469279000, "eventId": "1"},\n'
    '  {"logStreamName": "web/7", "timestamp": 1795469279003, "message": "2026-11-23 21:27:59,003 ERROR [web] it broke\\nTraceback '
    '(most recent call last):\\nKeyError: 1", "ingestionTime": 1795469280000, "eventId": "2"},\n'
    '  {"logStreamName": "web/8", "timestamp": 1795469280003, "message": "2026-11-23 21:28:00,003 WARNING [web] slow", '
    '"ingestionTime": 1795469281000, "eventId": "3"}], "searchedLogStreams": []}',
    {"timestamp": "2026-11-23T21:27:58.003Z", "severity": "INFO", "message": "up", "host": "web/7"},
    {"severity": "ERROR", "message": "it broke"},
    {"severity": "WARN", "host": "web/8"},
    path=("events", "*"), wraps=True, stream=("stream",),
)  # fmt: skip

INSIGHTS_CSV = _csv(
    "cloudwatch-insights", "AWS CloudWatch Logs Insights as CSV", {"@timestamp", "@message"},
    {"time": "@timestamp", "message": "@message", "host": "@logStream"},
    '@timestamp,@message,@logStream\n2026-01-17 03:00:00.123,"{""level"":""info"",""msg"":""up"",""time"":""2026-01-17T03:00:00Z""}",web/7\n'
    '2026-01-17 03:00:01.123,"{""level"":""error"",""msg"":""it broke"",""time"":""2026-01-17T03:00:01Z""}",web/7\n'
    '2026-01-17 03:00:02.123,"{""level"":""warning"",""msg"":""slow"",""time"":""2026-01-17T03:00:02Z""}",web/8',
    {"severity": "INFO", "message": "up", "host": "web/7"}, {"severity": "ERROR"}, {"severity": "WARN"}, utc=True,
)  # fmt: skip

INSIGHTS_JSON = json_log(
    "cloudwatch-insights-json", "AWS CloudWatch Logs Insights as JSON",
    lambda record: "@timestamp" in record and "@message" in record,
    {"time": "@timestamp", "message": "@message", "host": "@logStream"},
    '{"results": [[{"field": "@timestamp", "value": "2026-01-17 03:00:00.123"}, {"field": "@message", "value": "up"}],\n'
    ' [{"field": "@timestamp", "value": "2026-01-17 03:00:01.123"}, {"field": "@message", "value": "it broke"}],\n'
    ' [{"field": "@timestamp", "value": "2026-01-17 03:00:02.123"}, {"field": "@message", "value": "slow"}]], "status": "Complete"}',
    {"timestamp": "2026-01-17T03:00:00.123Z", "message": "up"}, {"message": "it broke"}, {"message": "slow"},
    path=("results", "*"), flatten=lambda row, _: {cell["field"]: cell["value"] for cell in row}, wraps=True, utc=True,
)  # fmt: skip

LOKI_LINES = json_log(
    "loki-jsonl", "Grafana Loki: logcli -o jsonl", lambda record: "labels" in record and "line" in record and "timestamp" in record,
    {"time": "timestamp", "message": "line", "service": ("labels.service_name", "labels.app", "labels.service", "labels.job"),
     "host": ("labels.pod", "labels.instance", "labels.host"), "stream": "labels.pod"},
    '{"labels":{"app":"cart","pod":"cart-1"},"line":"level=info ts=2026-01-17T03:00:00Z msg=up","timestamp":"2026-01-17T03:00:00.1Z"}\n'
    '{"labels":{"app":"cart","pod":"cart-1"},"line":"level=error ts=2026-01-17T03:00:01Z msg=\\"it broke\\"","timestamp":"2026-01-17T03:00:01.1Z"}\n'
    '{"labels":{"app":"cart","pod":"cart-2"},"line":"level=warn ts=2026-01-17T03:00:02Z msg=slow","timestamp":"2026-01-17T03:00:02.1Z"}',
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "INFO", "message": "up", "service": "cart", "host": "cart-1"},
    {"severity": "ERROR", "message": "it broke"},
    {"severity": "WARN"},
    wraps=True, stream=("stream",),
)  # fmt: skip


def _loki(pair: list[str], parents: Parents) -> Record:
    return {"labels": parents[-1]["stream"], "ns": pair[0], "line": pair[1]}


LOKI_RANGE = json_log(
    "loki-query-range", "Grafana Loki: query_range with streams", lambda record: "ns" in record and "line" in record,
    {"time": "ns", "message": "line", "service": ("labels.service_name", "labels.app", "labels.service", "labels.job"),
     "host": ("labels.pod", "labels.instance", "labels.host"), "stream": "labels.pod"},
    '{"status":"success","data":{"resultType":"streams","result":[{"stream":{"app":"cart","pod":"cart-1"},\n'
    '"values":[["1795469278003000000","one"],["1795469279003000000","two"]]},\n'
    '{"stream":{"app":"db"},"values":[["1795469280003000000","three"]]}]}}',
    {"timestamp": "2026-11-23T21:27:58.003Z", "message": "one", "service": "cart", "host": "cart-1"}, {"message": "two"},
    {"message": "three", "service": "db"},
    path=("data", "result", "*", "values", "*"), flatten=_loki, wraps=True, stream=("stream",),
)  # fmt: skip

_ELASTIC_FIELDS: dict[str, FieldKey] = {
    "time": ("_source.@timestamp", "_source.timestamp", "_source.time"),
    "level": ("_source.log.level", "_source.level", "_source.severity"),
    "message": ("_source.message", "_source.log", "_source.event.original"),
    "service": ("_source.service.name", "_source.service", "_source.kubernetes.labels.app", "_source.kubernetes.container.name"),
    "host": ("_source.host.name", "_source.kubernetes.pod.name", "_source.hostname"),
    "trace_id": ("_source.trace.id", "_source.trace_id"),
    "status": "_source.http.response.status_code",
    "method": "_source.http.request.method",
    "url": "_source.url.path",
}

ELASTIC = json_log(
    "elasticsearch-hits", "Elasticsearch, OpenSearch and Kibana: search hits",
    lambda record: "_index" in record and isinstance(record["_source"], dict), _ELASTIC_FIELDS,
    '{"took": 3, "hits": {"total": {"value": 3}, "hits": [\n'
    '{"_index": "logs", "_id": "1", "_source": {"@timestamp": "2026-01-17T03:00:00.123Z", "message": "up", "log": {"level": "info"}, '
    '"service": {"name": "cart"}}},\n'
    '{"_index": "logs", "_id": "2", "_source": {"@timestamp": "2026-01-17T03:00:01.123Z", "message": "it broke", "log": {"level": "error"}}},\n'
    '{"_index": "logs", "_id": "3", "_source": {"@timestamp": "2026-01-17T03:00:02.123Z", "message": "slow"}}]}}',
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "up", "service": "cart"},
    {"severity": "ERROR"},
    {"message": "slow"},
    path=("hits", "hits", "*"), wraps=True, general=True,
)  # fmt: skip

ELASTICDUMP = json_log(
    "elasticdump", "elasticdump: one document per line, with its source",
    lambda record: "_index" in record and isinstance(record["_source"], dict), _ELASTIC_FIELDS,
    '{"_index":"logs","_id":"1","_source":{"@timestamp":"2026-01-17T03:00:00.123Z","message":"2026-01-17 03:00:00,123 INFO [web] up"}}\n'
    '{"_index":"logs","_id":"2","_source":{"@timestamp":"2026-01-17T03:00:01.123Z","message":"2026-01-17 03:00:01,123 ERROR [web] broke"}}\n'
    '{"_index":"logs","_id":"3","_source":{"@timestamp":"2026-01-17T03:00:02.123Z","message":"2026-01-17 03:00:02,123 WARNING [web] slow"}}',
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "up"}, {"severity": "ERROR"}, {"severity": "WARN"},
    wraps=True, general=True,
)  # fmt: skip

KIBANA = _csv(
    "kibana-csv", "Kibana Discover as CSV", {"@timestamp", "message"},
    {"time": "@timestamp", "message": "message", "level": "log.level", "service": ("service.name", "kubernetes.container.name"),
     "host": ("host.name", "kubernetes.pod.name"), "trace_id": "trace.id"},
    '"@timestamp","log.level",message,"service.name"\n"Jan 17, 2026 @ 03:00:00.123",info,"up, and well",cart\n'
    '"Jan 17, 2026 @ 03:00:01.123",error,it broke,cart\n"Jan 17, 2026 @ 03:00:02.123",-,slow,db',
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "up, and well", "service": "cart"}, {"severity": "ERROR"},
    {"service": "db"},
    usual=True,
)  # fmt: skip

SPLUNK_CSV = _csv(
    "splunk-csv", "Splunk search results as CSV", {"_time", "_raw"},
    {"time": "_time", "message": "_raw", "host": "host", "splunk_source": "source", "sourcetype": "sourcetype"},
    '"_time","_raw",host,source\n"2026-01-17T03:00:00.123+0000","2026-01-17 03:00:00,123 INFO [web] up",web1,/var/log/a\n'
    '"2026-01-17T03:00:01.123+0000","2026-01-17 03:00:01,123 ERROR [web] ""it"" broke\nTraceback (most recent call last):\nKeyError: 1",web1,/a\n'
    '"2026-01-17T03:00:02.123+0000","2026-01-17 03:00:02,123 WARNING [web] slow",web2,/a',
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "up", "host": "web1"},
    {"severity": "ERROR", "message": '"it" broke'},
    {"severity": "WARN", "host": "web2"},
)  # fmt: skip

SPLUNK_JSON = json_log(
    "splunk-json", "Splunk search results as JSON", lambda record: "_raw" in record["result"],
    {"time": "result._time", "message": "result._raw", "host": "result.host"},
    '{"preview":false,"result":{"_time":"2026-01-17 03:00:00.123 UTC","_raw":"2026-01-17 03:00:00,123 INFO [web] up","host":"web1"}}\n'
    '{"preview":false,"result":{"_time":"2026-01-17 03:00:01.123 UTC","_raw":"2026-01-17 03:00:01,123 ERROR [web] broke","host":"web1"}}\n'
    '{"preview":false,"lastrow":true,"result":{"_time":"2026-01-17 03:00:02.123 UTC","_raw":"2026-01-17 03:00:02,123 WARNING [web] slow"}}',
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "up", "host": "web1"}, {"severity": "ERROR"},
    {"severity": "WARN"},
    wraps=True,
)  # fmt: skip

DATADOG_CSV = _csv(
    "datadog-csv", "Datadog Log Explorer as CSV", {"Date", "Host", "Service"},
    {"time": "Date", "host": "Host", "service": "Service", "message": ("Content", "Message"), "level": ("Status", "@level")},
    '"Date","Host","Service","Status","Content"\n"2026-01-17T03:00:00.123Z","i-1","cart","info","up, and well"\n'
    '"2026-01-17T03:00:01.123Z","i-1","cart","error","it broke"\n"2026-01-17T03:00:02.123Z","i-2","db","warn","slow"',
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "service": "cart", "host": "i-1", "message": "up, and well"},
    {"severity": "ERROR"},
    {"severity": "WARN", "service": "db"},
)  # fmt: skip

DATADOG_JSON = json_log(
    "datadog-json", "Datadog log search API", lambda record: record["type"] == "log" and "timestamp" in record["attributes"],
    {"time": "attributes.timestamp", "message": "attributes.message", "level": "attributes.status", "service": "attributes.service",
     "host": "attributes.host", "status": "attributes.attributes.http.status_code",
     "trace_id": ("attributes.attributes.dd.trace_id", "attributes.attributes.trace_id")},
    '{"data": [{"id": "1", "type": "log", "attributes": {"timestamp": "2026-01-17T03:00:00.123Z", "message": "up", "status": "info", '
    '"service": "cart", "host": "i-1"}},\n'
    '{"id": "2", "type": "log", "attributes": {"timestamp": "2026-01-17T03:00:01.123Z", "message": "it broke", "status": "error", '
    '"attributes": {"http": {"status_code": 500}}}},\n'
    '{"id": "3", "type": "log", "attributes": {"timestamp": "2026-01-17T03:00:02.123Z", "message": "slow", "status": "warn"}}]}',
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "service": "cart", "host": "i-1", "message": "up"},
    {"severity": "ERROR", "http_status": 500},
    {"severity": "WARN"},
    path=("data", "*"), wraps=True,
)  # fmt: skip

GCP = json_log(
    "gcp-logging", "Google Cloud Logging: entries as JSON", lambda record: "insertId" in record or "logName" in record,
    {"time": ("timestamp", "receiveTimestamp"), "level": "severity", "message": ("textPayload", "jsonPayload.message", "jsonPayload.msg"),
     "service": ("resource.labels.service_name", "resource.labels.container_name", "resource.labels.module_id",
                 "resource.labels.backend_service_name"),
     "host": ("resource.labels.pod_name", "resource.labels.instance_id"), "trace_id": "trace",
     "method": "httpRequest.requestMethod", "url": "httpRequest.requestUrl", "status": "httpRequest.status",
     "client": "httpRequest.remoteIp", "duration": "httpRequest.latency"},
    '[{"insertId": "1", "timestamp": "2026-01-17T03:00:00.123456Z", "severity": "NOTICE", "textPayload": "up", "resource": {"type": "k8s_container", '
    '"labels": {"container_name": "cart", "pod_name": "cart-1"}}, "logName": "projects/p/logs/stdout"},\n'
    '{"insertId": "2", "timestamp": "2026-01-17T03:00:01.123456Z", "severity": "ERROR", "httpRequest": {"requestMethod": "GET", '
    '"requestUrl": "https://shop.example/a?b", "status": 502, "latency": "0.250s", "remoteIp": "203.0.113.9"}},\n'
    '{"insertId": "3", "timestamp": "2026-01-17T03:00:02.123456Z", "severity": "WARNING", "jsonPayload": {"message": "slow"}}]',
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": "INFO", "message": "up", "service": "cart", "host": "cart-1"},
    {"severity": "ERROR", "http_status": 502, "duration_s": 0.25, "url_path": "/a"},
    {"severity": "WARN", "message": "slow"},
    wraps=True,
)  # fmt: skip

AZURE_CSV = _csv(
    "azure-monitor-csv", "Azure Monitor log query as CSV", {"TimeGenerated"},
    {"time": ("TimeGenerated [UTC]", "TimeGenerated"), "message": ("Message", "LogMessage", "LogEntry", "Log_s", "ResultDescription"),
     "level": ("Level", "SeverityLevel", "LogLevel"), "service": ("AppRoleName", "ContainerName", "_ResourceId"),
     "host": ("AppRoleInstance", "PodName", "Computer"), "trace_id": "OperationId"},
    'TimeGenerated,Level,Message,AppRoleName\n2026-01-17T03:00:00.1234567Z,Informational,up,cart\n'
    '2026-01-17T03:00:01.1234567Z,Error,"it broke, again",cart\n2026-01-17T03:00:02.1234567Z,Warning,slow,db',
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": "INFO", "message": "up", "service": "cart"},
    {"severity": "ERROR", "message": "it broke, again"},
    {"severity": "WARN", "service": "db"},
    utc=True,
)  # fmt: skip


def _azure_row(row: list[object], parents: Parents) -> Record:
    names = [column["name"] for column in parents[-1]["columns"]]
    return dict(zip(names, row, strict=True))


AZURE_TABLES = json_log(
    "azure-monitor", "Azure Monitor log query as JSON tables", lambda record: "TimeGenerated" in record,
    {"time": "TimeGenerated", "message": ("Message", "LogMessage", "LogEntry", "Log_s", "ResultDescription"),
     "level": ("Level", "SeverityLevel", "LogLevel"), "service": ("AppRoleName", "ContainerName"),
     "host": ("AppRoleInstance", "PodName", "Computer"), "trace_id": "OperationId"},
    '{"tables": [{"name": "PrimaryResult", "columns": [{"name": "TimeGenerated", "type": "datetime"}, {"name": "Level", "type": "string"},\n'
    '{"name": "Message", "type": "string"}], "rows": [["2026-01-17T03:00:00.123Z", "Informational", "up"],\n'
    '["2026-01-17T03:00:01.123Z", "Error", "it broke"], ["2026-01-17T03:00:02.123Z", "Warning", "slow"]]}]}',
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "up"}, {"severity": "ERROR"}, {"severity": "WARN"},
    path=("tables", "*", "rows", "*"), flatten=_azure_row, wraps=True,
)  # fmt: skip

AZURE_DIAGNOSTIC = json_log(
    "azure-diagnostic", "Azure diagnostic settings: one record per line", lambda record: "resourceId" in record and "category" in record,
    {"time": ("time", "timeStamp"), "level": "level", "message": ("properties.message", "properties.log", "resultDescription", "operationName"),
     "service": ("properties.containerName", "category"), "status": "properties.httpStatus", "method": "properties.httpMethod",
     "url": "properties.requestUri", "client": "properties.clientIP", "duration_s": "properties.timeTaken"},
    '{"time":"2026-01-17T03:00:00.123Z","resourceId":"/S/1","category":"AppLogs","level":"Informational","properties":{"message":"up"}}\n'
    '{"timeStamp":"2026-01-17T03:00:01Z","resourceId":"/S/1","category":"ApplicationGatewayAccessLog","operationName":"ApplicationGatewayAccess",'
    '"properties":{"clientIP":"203.0.113.9","httpMethod":"GET","requestUri":"/a?b","httpStatus":502,"timeTaken":0.25}}\n'
    '{"time":"2026-01-17T03:00:02.123Z","resourceId":"/S/1","category":"AppLogs","level":"Error","properties":{"message":"it broke"}}',
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "up", "service": "AppLogs"},
    {"http_status": 502, "duration_s": 0.25, "url_path": "/a", "client": "203.0.113.9"},
    {"severity": "ERROR"},
    wraps=True,
)  # fmt: skip

KUBERNETES = json_log(
    "kubernetes-collector", "Fluent Bit and similar: log lines with Kubernetes metadata", lambda record: "kubernetes" in record and
    isinstance(record["kubernetes"], dict) and ("log" in record or "message" in record),
    {"time": ("time", "@timestamp", "timestamp", "date"), "message": ("log", "message"),
     "service": ("kubernetes.labels.app", "kubernetes.container_name", "kubernetes.container.name"),
     "host": ("kubernetes.pod_name", "kubernetes.pod.name"), "stream": "kubernetes.pod_name", "level": "level"},
    '{"log":"2026-01-17 03:00:00,123 INFO [web] up\\n","stream":"stdout","time":"2026-01-17T03:00:00.123456Z",'
    '"kubernetes":{"pod_name":"web-1","container_name":"web"}}\n'
    '{"log":"2026-01-17 03:00:01,123 ERROR [web] broke\\n","time":"2026-01-17T03:00:01.2Z","kubernetes":{"pod_name":"web-1","container_name":"web"}}\n'
    '{"log":"KeyError: 1\\n","time":"2026-01-17T03:00:01.3Z","kubernetes":{"pod_name":"web-1","container_name":"web"}}\n'
    '{"log":"2026-01-17 03:00:02,123 WARNING [web] slow\\n","time":"2026-01-17T03:00:02.2Z","kubernetes":{"pod_name":"web-2"}}',
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": "INFO", "service": "web", "host": "web-1", "message": "up"},
    {"severity": "ERROR"},
    {"severity": "WARN", "host": "web-2"},
    wraps=True, stream=("stream",),
)  # fmt: skip

FLUENT_BIT = json_log(
    "fluent-bit", "Fluent Bit's JSON lines: date and the line as log, wraps any other format",
    lambda record: isinstance(record["log"], str) and "date" in record and "message" not in record,
    {"time": "date", "message": "log"},
    '{"date":1768618800.25,"log":"2026-01-17 03:00:00,123 INFO [web] up"}\n'
    '{"date":1768618801.25,"log":"2026-01-17 03:00:01,123 ERROR [web] it broke"}\n'
    '{"date":1768618802.25,"log":"2026-01-17 03:00:02,123 WARNING [web] slow","file":"/var/log/web.log"}',
    {"timestamp": "2026-01-17T03:00:00.25Z", "severity": "INFO", "message": "up"},
    {"severity": "ERROR", "message": "it broke"},
    {"severity": "WARN"},
    wraps=True,
)  # fmt: skip
