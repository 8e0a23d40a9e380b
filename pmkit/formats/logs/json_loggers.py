"""JSON logs of well-known logging libraries and schemas."""

from __future__ import annotations

from pmkit.formats.builders import json_log
from pmkit.formats.json_documents import Parents
from pmkit.formats.record import Record


def _is_pino(record: Record) -> bool:
    return isinstance(record.get("level"), int) and isinstance(record.get("time"), int) and "msg" in record


PINO = json_log(
    "pino", "pino: JSON lines with numeric levels and times in epoch milliseconds", _is_pino,
    {"level": "level", "time": "time", "message": "msg", "service": "name", "host": "hostname", "version": "version",
     "trace_id": ("reqId", "req.id", "req_id"), "method": "req.method", "url": "req.url", "status": "res.statusCode",
     "duration_ms": "responseTime"},
    '{"level": 30, "time": 1795469278003, "pid": 5161, "hostname": "catalog-1", "name": "catalog", "reqId": "41b2", '
    '"req": {"method": "GET", "url": "/api/products/318?a=1"}, "res": {"statusCode": 200}, "responseTime": 19.54, '
    '"msg": "request completed"}\n'
    '{"level": 50, "time": 1795469323873, "name": "catalog", "err": {"type": "ValueError"}, "msg": "search failed"}\n'
    '{"level": 60, "time": 1795469323874, "name": "catalog", "msg": "gone", "v": 1}',
    {"timestamp": "2026-11-23T21:27:58.003Z", "severity": "INFO", "service": "catalog", "host": "catalog-1",
     "trace_id": "41b2", "http_method": "GET", "url_path": "/api/products/318", "http_route": "/api/products/{id}",
     "http_status": 200, "duration_s": 0.01954, "message": "request completed"},
    {"severity": "ERROR", "message": "search failed", "http_status": None},
    {"severity": "FATAL"},
    usual=True,
)  # fmt: skip

BUNYAN = json_log(
    "bunyan", "bunyan: JSON lines with numeric levels and ISO 8601 times",
    lambda record: isinstance(record["level"], int) and "v" in record and "pid" in record and isinstance(record["time"], str),
    {"level": "level", "time": "time", "message": "msg", "service": "name", "host": "hostname",
     "trace_id": ("req_id", "reqId", "req.id"), "method": "req.method", "url": "req.url", "status": "res.statusCode",
     "duration_ms": "latency"},
    '{"name":"cart","hostname":"web1","pid":7,"level":30,"msg":"up","time":"2026-01-17T03:00:00.123Z","v":0}\n'
    '{"name":"cart","hostname":"web1","pid":7,"level":50,"req_id":"7b0f","err":{"stack":"Error: it broke\\n    at add (a.js:1)"},'
    '"msg":"it broke","time":"2026-01-17T03:00:01.123Z","v":0}\n'
    '{"name":"cart","hostname":"web1","pid":7,"level":40,"msg":"slow","time":"2026-01-17T03:00:02.123Z","v":0}',
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "service": "cart", "host": "web1", "message": "up"},
    {"severity": "ERROR", "trace_id": "7b0f"},
    {"severity": "WARN"},
    usual=True,
)  # fmt: skip

ZAP = json_log(
    "zap", "Go's zap: JSON with ts in epoch seconds or ISO 8601", lambda record: {"level", "ts", "msg"} <= set(record) and "caller" in record,
    {"level": "level", "time": "ts", "message": "msg", "service": ("service", "logger"), "trace_id": ("trace_id", "traceID", "request_id"),
     "method": "method", "url": ("path", "uri", "url"), "status": "status"},
    '{"level":"info","ts":1795469278.003,"caller":"cart/main.go:17","msg":"up","service":"cart"}\n'
    '{"level":"dpanic","ts":1795469279.003,"logger":"cart.db","caller":"cart/db.go:3","msg":"it broke","stacktrace":"main.add\\n\\t/a.go:1"}\n'
    '{"level":"warn","ts":"2026-11-23T21:28:00.003Z","caller":"cart/db.go:4","msg":"slow"}',
    {"timestamp": "2026-11-23T21:27:58.003Z", "severity": "INFO", "service": "cart", "message": "up"},
    {"severity": "FATAL", "service": "cart.db"},
    {"timestamp": "2026-11-23T21:28:00.003Z", "severity": "WARN"},
    usual=True,
)  # fmt: skip

SLOG = json_log(
    "slog", "Go's slog: JSON with time, upper-case level, msg",
    lambda record: {"time", "level", "msg"} <= set(record) and str(record["level"]).rstrip("+-0123456789") in {"DEBUG", "INFO", "WARN", "ERROR"},
    {"time": "time", "level": "level", "message": "msg", "service": ("service", "app"), "trace_id": ("trace_id", "request_id"),
     "method": "method", "url": ("path", "url", "uri"), "status": "status", "duration_ns": "duration"},
    '{"time":"2026-01-17T04:00:00.123456789+01:00","level":"INFO","msg":"up","service":"cart"}\n'
    '{"time":"2026-01-17T03:00:01.123Z","level":"ERROR","source":{"file":"a.go","line":1},"msg":"it broke"}\n'
    '{"time":"2026-01-17T03:00:02.123Z","level":"WARN","msg":"done","status":503,"duration":250000000}',
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": "INFO", "service": "cart"},
    {"severity": "ERROR"},
    {"severity": "WARN", "http_status": 503, "duration_s": 0.25},
    usual=True,
)  # fmt: skip

LOGRUS = json_log(
    "logrus", "Go's logrus: JSON with time, lower-case level, msg",
    lambda record: {"time", "level", "msg"} <= set(record) and isinstance(record["time"], str)
    and record["level"] in {"trace", "debug", "info", "warning", "error", "fatal", "panic"},
    {"time": "time", "level": "level", "message": "msg", "service": ("service", "app", "component"), "host": ("host", "hostname"),
     "trace_id": ("trace_id", "request_id"), "method": "method", "url": ("path", "url", "uri"), "status": "status"},
    '{"level":"info","msg":"up","time":"2026-01-17T03:00:00Z","app":"cart"}\n'
    '{"error":"gone","level":"error","msg":"it broke","time":"2026-01-17T04:00:01+01:00"}\n'
    '{"level":"warning","msg":"slow","time":"2026-01-17T03:00:02Z","duration_ms":1500}',
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "INFO", "service": "cart"}, {"timestamp": "2026-01-17T03:00:01Z", "severity": "ERROR"},
    {"severity": "WARN", "duration_s": 1.5},
    usual=True,
)  # fmt: skip

STRUCTLOG = json_log(
    "structlog", "Python's structlog: JSON with the message in event", lambda record: "event" in record and "level" in record and "timestamp" in record,
    {"time": "timestamp", "level": "level", "message": "event", "service": ("service", "app", "logger"), "trace_id": ("trace_id", "request_id"),
     "method": "method", "url": ("path", "url"), "status": ("status", "status_code"), "duration_ms": "duration_ms"},
    '{"event": "up", "level": "info", "logger": "cart", "timestamp": "2026-01-17T03:00:00.123456Z"}\n'
    '{"event": "it broke", "level": "error", "exception": "Traceback (most recent call last):\\nKeyError: 1", '
    '"timestamp": "2026-01-17T03:00:01Z"}\n'
    '{"event": "served", "level": "warning", "status_code": 503, "duration_ms": 250, "timestamp": "2026-01-17T03:00:02Z"}',
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": "INFO", "service": "cart", "message": "up"},
    {"severity": "ERROR"},
    {"severity": "WARN", "http_status": 503, "duration_s": 0.25},
    usual=True,
)  # fmt: skip

ZEROLOG = json_log(
    "zerolog", "Go's zerolog: JSON with level, time and message",
    lambda record: {"level", "time", "message"} <= set(record) and record["level"] in {"trace", "debug", "info", "warn", "error", "fatal", "panic"},
    {"time": "time", "level": "level", "message": "message", "service": ("service", "app"), "trace_id": ("trace_id", "req_id", "request_id"),
     "method": "method", "url": ("url", "path"), "status": "status", "client": "ip", "duration_ms": "duration"},
    '{"level":"info","time":1795469278,"message":"up","service":"cart"}\n'
    '{"level":"error","error":"gone","time":"2026-11-23T21:27:59Z","message":"it broke"}\n'
    '{"level":"warn","method":"GET","url":"/a?b","status":503,"duration":250.5,"time":1795469280,"message":"served"}',
    {"timestamp": "2026-11-23T21:27:58Z", "severity": "INFO", "service": "cart"},
    {"timestamp": "2026-11-23T21:27:59Z", "severity": "ERROR"},
    {"severity": "WARN", "http_status": 503, "duration_s": 0.2505, "url_path": "/a"},
    usual=True,
)  # fmt: skip

CLEF = json_log(
    "clef", "Serilog's compact JSON (CLEF)", lambda record: "@t" in record and ("@m" in record or "@mt" in record),
    {"time": "@t", "level": "@l", "message": ("@m", "@mt"), "service": ("Application", "SourceContext"), "host": "MachineName",
     "trace_id": ("@tr", "RequestId", "TraceId"), "method": "RequestMethod", "url": "RequestPath", "status": "StatusCode",
     "duration_ms": "Elapsed"},
    '{"@t":"2026-01-17T03:00:00.1234567Z","@mt":"Up on {Port}","Port":80,"SourceContext":"Shop.Cart"}\n'
    '{"@t":"2026-01-17T03:00:01Z","@l":"Error","@m":"It broke","@x":"System.InvalidOperationException: closed\\n   at Shop.Add()"}\n'
    '{"@t":"2026-01-17T03:00:02Z","@l":"Warning","@m":"HTTP GET /a responded 503","RequestMethod":"GET","RequestPath":"/a",'
    '"StatusCode":503,"Elapsed":250.5}',
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": "INFO", "message": "Up on {Port}", "service": "Shop.Cart"},
    {"severity": "ERROR"},
    {"severity": "WARN", "http_status": 503, "duration_s": 0.2505},
    columns={"severity": "coalesce(to_severity({level}), 'INFO')"},
    usual=True,
)  # fmt: skip

ECS = json_log(
    "ecs", "Elastic Common Schema, dotted or nested", lambda record: "@timestamp" in record and ("ecs.version" in record or "ecs" in record),
    {"time": "@timestamp", "level": "log.level", "message": "message", "service": "service.name", "host": "host.name",
     "trace_id": ("trace.id", "http.request.id"), "method": "http.request.method", "url": ("url.path", "url.original"),
     "status": "http.response.status_code", "client": ("client.ip", "source.ip"), "version": "service.version",
     "duration_ns": "event.duration"},
    '{"@timestamp":"2026-01-17T03:00:00.123Z","log.level":"INFO","message":"up","ecs.version":"8.11","service.name":"cart"}\n'
    '{"@timestamp":"2026-01-17T03:00:01.123Z","log":{"level":"error"},"message":"it broke","ecs":{"version":"8.11"},'
    '"service":{"name":"cart","version":"v2"},"error":{"stack_trace":"x\\n\\tat y"}}\n'
    '{"@timestamp":"2026-01-17T03:00:02.123Z","log":{"level":"warn"},"ecs":{"version":"8.11"},"http":{"request":{"method":"GET"},'
    '"response":{"status_code":503}},"url":{"path":"/a"},"event":{"duration":250000000}}',
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "service": "cart", "message": "up"},
    {"severity": "ERROR", "version": "v2"},
    {"severity": "WARN", "http_status": 503, "duration_s": 0.25, "url_path": "/a"},
)  # fmt: skip

GELF = json_log(
    "gelf", "Graylog's GELF, with syslog levels", lambda record: "short_message" in record and "timestamp" in record,
    {"time": "timestamp", "syslog_level": "level", "message": "short_message", "host": "host",
     "service": ("_service", "_app", "_application_name", "facility", "_facility"), "trace_id": ("_trace_id", "_request_id")},
    '{"version":"1.1","host":"web1","short_message":"up","timestamp":1795469278.003,"level":6,"_service":"cart"}\n'
    '{"version":"1.1","host":"web1","short_message":"it broke","full_message":"a\\n\\tat b","timestamp":1795469279.003,"level":3}\n'
    '{"version":"1.1","host":"web1","short_message":"slow","timestamp":1795469280.003,"level":4}',
    {"timestamp": "2026-11-23T21:27:58.003Z", "severity": "INFO", "service": "cart", "host": "web1"}, {"severity": "ERROR"},
    {"severity": "WARN"},
)  # fmt: skip

LOG4J_JSON = json_log(
    "log4j-json", "log4j 2 JSON layout", lambda record: "epochSecond" in record["instant"] or "epochMillisecond" in record["instant"],
    {"time": ("instant.epochMillisecond", "instant.epochSecond"), "level": "level", "message": "message", "logger": "loggerName",
     "nanosecond": "instant.nanoOfSecond", "trace_id": ("contextMap.traceId", "contextMap.trace_id")},
    '{"instant":{"epochSecond":1795469278,"nanoOfSecond":3000000},"thread":"main","level":"INFO","loggerName":"com.shop.Cart","message":"up"}\n'
    '{"instant":{"epochSecond":1795469279,"nanoOfSecond":500000000},"level":"ERROR","message":"it broke","thrown":{"message":"gone"}}\n'
    '{"instant":{"epochSecond":1795469280,"nanoOfSecond":0},"level":"WARN","message":"slow","contextMap":{"traceId":"7b0f"}}',
    {"timestamp": "2026-11-23T21:27:58.003Z", "severity": "INFO", "message": "up"},
    {"timestamp": "2026-11-23T21:27:59.5Z", "severity": "ERROR"},
    {"severity": "WARN", "trace_id": "7b0f"},
    columns={"time": "CASE WHEN {nanosecond} IS NOT NULL AND length({time}) < 12 THEN "
             "CAST(TRY_CAST({time} AS INTEGER) * 1000000::BIGINT + TRY_CAST({nanosecond} AS INTEGER) // 1000 AS VARCHAR) ELSE {time} END"},
    usual=True,
)  # fmt: skip


def _otlp(record: Record, parents: Parents) -> Record:
    """Return an OpenTelemetry record with its attributes, and those of its resource, as keys."""
    resource, scope = parents[1].get("resource", {}), parents[2].get("scope", {})
    attributes = {entry["key"]: _any_value(entry["value"]) for part in (resource, record) for entry in part.get("attributes", [])}
    return {**attributes, **record, "attributes": None, "body": _any_value(record.get("body", {})), "scope": scope.get("name")}


def _any_value(value: object) -> object:
    return next(iter(value.values()), None) if isinstance(value, dict) else value


OTLP = json_log(
    "otlp-json", "OpenTelemetry logs as OTLP JSON",
    lambda record: "timeUnixNano" in record or "observedTimeUnixNano" in record,
    {"time": ("timeUnixNano", "observedTimeUnixNano"), "level": "severityText", "otel_level": "severityNumber", "message": "body",
     "service": "service.name", "version": "service.version", "host": ("host.name", "k8s.pod.name", "service.instance.id"),
     "trace_id": "traceId", "method": ("http.request.method", "http.method"), "url": ("url.path", "http.target"),
     "status": ("http.response.status_code", "http.status_code"), "client": "client.address"},
    '{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}}]},"scopeLogs":[{"scope":{"name":"shop"},'
    '"logRecords":[{"timeUnixNano":"1795469278003000000","severityNumber":9,"severityText":"Information","body":{"stringValue":"up"}},'
    '{"timeUnixNano":"1795469279003000000","severityNumber":17,"body":{"stringValue":"it broke"},"traceId":"7b0f",'
    '"attributes":[{"key":"http.response.status_code","value":{"intValue":"500"}}]}]}]}]}\n'
    '{"resourceLogs":[{"resource":{},"scopeLogs":[{"logRecords":[{"observedTimeUnixNano":"1795469280003000000","severityNumber":13,'
    '"body":{"stringValue":"slow"}}]}]}]}',
    {"timestamp": "2026-11-23T21:27:58.003Z", "severity": "INFO", "service": "cart", "message": "up"},
    {"severity": "ERROR", "trace_id": "7b0f", "http_status": 500, "service": "cart"},
    {"severity": "WARN", "message": "slow"},
    path=("resourceLogs", "*", "scopeLogs", "*", "logRecords", "*"), flatten=_otlp,
)  # fmt: skip

PYTHON_JSON = json_log(
    "python-json", "python-json-logger: asctime, levelname, message", lambda record: "levelname" in record and "asctime" in record,
    {"time": "asctime", "level": "levelname", "message": "message", "service": ("service", "app"), "logger": "name",
     "trace_id": ("trace_id", "request_id")},
    '{"asctime": "2026-01-17 03:00:00,123", "levelname": "INFO", "name": "shop.cart", "message": "up"}\n'
    '{"asctime": "2026-01-17 03:00:01,123", "levelname": "ERROR", "name": "shop.cart", "message": "it broke", '
    '"exc_info": "Traceback (most recent call last):\\nKeyError: 1"}\n'
    '{"asctime": "2026-01-17 03:00:02,123", "levelname": "WARNING", "name": "shop.db", "message": "slow"}',
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "up"}, {"severity": "ERROR"}, {"severity": "WARN"},
    usual=True,
)  # fmt: skip
