"""Requests as frameworks, gateways and content networks log them in JSON."""

from __future__ import annotations

from pmkit.formats.builders import json_log

LOGRAGE = json_log(
    "lograge", "Rails' lograge as JSON, durations in milliseconds",
    lambda record: {"controller", "action", "format", "status", "duration"} <= set(record),
    {"time": ("@timestamp", "timestamp", "time", "ts", "date"), "level": ("level", "severity", "log_level"), "message": ("message", "msg"),
     "method": "method", "url": "path", "status": "status", "duration_ms": "duration", "service": ("service", "app", "application"),
     "host": ("host", "hostname"), "trace_id": ("request_id", "trace_id")},
    '{"method":"GET","path":"/carts/7","format":"html","controller":"CartsController","action":"show","status":200,"duration":31.25,'
    '"view":20.5,"db":4.1,"@timestamp":"2026-01-17T03:00:00.123Z","message":"[200] GET /carts/7 (CartsController#show)"}\n'
    '{"method":"POST","path":"/orders","format":"json","controller":"OrdersController","action":"create","status":500,"duration":1204.5,'
    '"error":"KeyError: id","time":"2026-01-17T03:00:01Z","level":"ERROR"}\n'
    '{"method":"GET","path":"/up","format":"*/*","controller":"HealthController","action":"show","status":204,"duration":0.4,'
    '"@timestamp":"2026-01-17T03:00:02Z","request_id":"7b0f"}',
    {"timestamp": "2026-01-17T03:00:00.123Z", "http_status": 200, "duration_s": 0.03125, "url_path": "/carts/7"},
    {"timestamp": "2026-01-17T03:00:01Z", "severity": "ERROR", "http_status": 500, "duration_s": 1.2045},
    {"http_status": 204, "trace_id": "7b0f"},
    usual=True,
)  # fmt: skip

SIDEKIQ_JSON = json_log(
    "sidekiq-json", "Sidekiq as JSON, durations in seconds", lambda record: {"ts", "tid", "lvl", "msg"} <= set(record),
    {"time": "ts", "level": "lvl", "message": "msg", "service": "ctx.class", "trace_id": "ctx.jid", "duration_s": "ctx.elapsed"},
    '{"ts":"2026-01-17T03:00:00.123Z","pid":7,"tid":"oui","lvl":"INFO","msg":"start","ctx":{"class":"PayJob","jid":"4f1"}}\n'
    '{"ts":"2026-01-17T03:00:01.623Z","pid":7,"tid":"oui","lvl":"INFO","msg":"done","ctx":{"class":"PayJob","jid":"4f1","elapsed":1.5}}\n'
    '{"ts":"2026-01-17T03:00:02.123Z","pid":7,"tid":"oux","lvl":"ERROR","msg":"fail","ctx":{"class":"PayJob","elapsed":"0.25"}}',
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "service": "PayJob", "trace_id": "4f1"},
    {"duration_s": 1.5},
    {"severity": "ERROR", "duration_s": 0.25},
)  # fmt: skip

API_GATEWAY = json_log(
    "aws-api-gateway", "AWS API Gateway access log as JSON, latencies in milliseconds",
    lambda record: "requestId" in record and "status" in record and bool({"resourcePath", "routeKey", "httpMethod"} & set(record))
    and bool({"requestTime", "requestTimeEpoch"} & set(record)),
    {"time": ("requestTimeEpoch", "requestTime"), "method": "httpMethod", "url": ("path", "resourcePath"), "status": "status",
     "client": ("ip", "sourceIp"), "trace_id": "requestId", "duration_ms": "responseLatency", "service": ("apiId", "domainName")},
    '{"requestId":"a1","ip":"203.0.113.9","requestTime":"17/Jan/2026:03:00:00 +0000","httpMethod":"GET","resourcePath":"/carts/{id}",'
    '"status":"200","protocol":"HTTP/1.1","responseLatency":"25"}\n'
    '{"requestId":"a2","ip":"203.0.113.9","requestTime":"17/Jan/2026:03:00:01 +0000","httpMethod":"POST","resourcePath":"/orders",'
    '"status":"504","protocol":"HTTP/1.1","responseLatency":"29000"}\n'
    '{"requestId":"a3","ip":"203.0.113.9","requestTime":"17/Jan/2026:03:00:02 +0000","routeKey":"GET /up","status":"403","responseLatency":"-"}',
    {"timestamp": "2026-01-17T03:00:00Z", "http_status": 200, "duration_s": 0.025, "client": "203.0.113.9", "trace_id": "a1"},
    {"http_status": 504, "duration_s": 29.0, "http_method": "POST"},
    {"http_status": 403, "duration_s": None},
    usual=True,
)  # fmt: skip

CLOUDFLARE = json_log(
    "cloudflare-logpush", "Cloudflare Logpush, HTTP requests",
    lambda record: "EdgeStartTimestamp" in record and bool({"EdgeResponseStatus", "ClientRequestMethod", "RayID"} & set(record)),
    {"time": "EdgeStartTimestamp", "method": "ClientRequestMethod", "url": ("ClientRequestURI", "ClientRequestPath"),
     "status": "EdgeResponseStatus", "client": "ClientIP", "host": "ClientRequestHost", "trace_id": "RayID",
     "duration_ms": "EdgeTimeToFirstByteMs"},
    '{"EdgeStartTimestamp":"2026-01-17T03:00:00Z","ClientIP":"203.0.113.9","ClientRequestMethod":"GET","ClientRequestHost":"shop.example",'
    '"ClientRequestURI":"/a?b","EdgeResponseStatus":200,"RayID":"7b0f","EdgeTimeToFirstByteMs":25}\n'
    '{"EdgeStartTimestamp":1768618801000000000,"ClientIP":"203.0.113.9","ClientRequestMethod":"POST","ClientRequestURI":"/b",'
    '"EdgeResponseStatus":522}\n'
    '{"EdgeStartTimestamp":1768618802,"ClientIP":"2001:db8::1","ClientRequestMethod":"GET","ClientRequestURI":"/c","EdgeResponseStatus":404}',
    {"timestamp": "2026-01-17T03:00:00Z", "http_status": 200, "duration_s": 0.025, "url_path": "/a", "client": "203.0.113.9",
     "host": "shop.example"},
    {"http_status": 522, "http_method": "POST"},
    {"http_status": 404, "client": "2001:db8::1"},
)  # fmt: skip

KUBERNETES_AUDIT = json_log(
    "kubernetes-audit", "Kubernetes API server audit log",
    lambda record: record["kind"] == "Event" and "auditID" in record and "verb" in record,
    {"time": ("stageTimestamp", "requestReceivedTimestamp"), "url": "requestURI", "status": "responseStatus.code",
     "client": "sourceIPs", "trace_id": "auditID", "message": "responseStatus.message"},
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a1","stage":"ResponseComplete","requestURI":"/api/v1/pods",'
    '"verb":"list","sourceIPs":["203.0.113.9","10.0.0.1"],"responseStatus":{"code":200},"stageTimestamp":"2026-01-17T03:00:00.123456Z"}\n'
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"a2","stage":"ResponseComplete","requestURI":"/api/v1/nodes",'
    '"verb":"create","sourceIPs":["10.0.0.2"],"responseStatus":{"code":403,"message":"forbidden"},"stageTimestamp":"2026-01-17T03:00:01Z"}\n'
    '{"kind":"Event","auditID":"a3","stage":"RequestReceived","requestURI":"/livez","verb":"get","stageTimestamp":"2026-01-17T03:00:02Z"}',
    {"timestamp": "2026-01-17T03:00:00.123456Z", "http_status": 200, "url_path": "/api/v1/pods", "client": "203.0.113.9",
     "http_method": None, "severity": None},
    {"http_status": 403, "message": "forbidden"},
    {"http_status": None, "url_path": "/livez"},
)  # fmt: skip


# What the requests and responses of Vault say: which of them, the operation, the path, and the error.
_VAULT_MESSAGE = (
    "concat_ws(' ', concat({kind}, ':'), {operation}, concat({path}, CASE WHEN {error} IS NOT NULL THEN ':' END), {error})"
)

VAULT_AUDIT = json_log(
    "vault-audit", "HashiCorp Vault audit log; a response without an error is INFO, one with an error is ERROR",
    lambda record: record["type"] in ("request", "response") and {"operation", "path"} <= set(record["request"]) and "time" in record,
    {"time": "time", "kind": "type", "operation": "request.operation", "path": "request.path", "error": "error",
     "client": "request.remote_address", "trace_id": "request.id"},
    '{"time":"2026-01-17T03:00:00.123456Z","type":"request","auth":{"display_name":"token","policies":["default"]},"request":{"id":"a1",'
    '"operation":"read","path":"secret/data/cart","remote_address":"10.1.2.3"}}\n'
    '{"time":"2026-01-17T03:00:00.125Z","type":"response","auth":{"display_name":"token"},"request":{"id":"a1","operation":"read",'
    '"path":"secret/data/cart","remote_address":"10.1.2.3"},"response":{"mount_type":"kv"}}\n'
    '{"time":"2026-01-17T03:00:01Z","type":"response","request":{"id":"a2","operation":"update","path":"auth/approle/login"},"error":'
    '"permission denied"}',
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": None, "service": "vault", "message": "request: read secret/data/cart",
     "client": "10.1.2.3", "trace_id": "a1"},
    {"severity": "INFO", "message": "response: read secret/data/cart"},
    {"severity": "ERROR", "message": "response: update auth/approle/login: permission denied", "client": None},
    columns={
        "service": "'vault'",
        "severity": "CASE WHEN {error} IS NOT NULL THEN 'ERROR' WHEN {kind} = 'response' THEN 'INFO' END",
        "message": _VAULT_MESSAGE,
    },
)  # fmt: skip
