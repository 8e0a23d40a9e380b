"""Access logs of proxies, load balancers and content networks."""

from pmkit.formats.builders import json_log, text_log
from pmkit.formats.format import Example, LogFormat, Syntax

_ISO = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?"
_QUOTED = r'"(?:[^"\\]|\\.)*"'

HAPROXY = text_log(
    "haproxy-http", "HAProxy HTTP log, with or without a syslog prefix",
    r"^(?:(?P<process>.*?haproxy\[\d+\]): )?(?P<client>\S+):(?P<client_port>\d+) \[(?P<time>\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d\.\d{3})\] (?P<frontend>\S+) "
    r"(?P<service>[^\s/]+)/(?P<host>\S+) (?P<timers>[\d+/-]+?)/(?P<duration_ms>[\d+]+) (?P<status>\d{3}|-1) (?P<bytes>[\d+]+) "
    r'(?P<cookies>\S+ \S+) (?P<state>\S{4}) (?P<connections>[\d+/]+) (?P<queues>[\d/]+) (?P<headers>(?:\{[^}]*\} ?)*)"(?P<request>[^"]*)"?\s*$',
    '203.0.113.9:51612 [17/Jan/2026:03:00:00.123] http-in shop/web1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 "GET /a?b HTTP/1.1"\n'
    'Jan 17 03:00:01 lb1 haproxy[14389]: 203.0.113.9:51613 [17/Jan/2026:03:00:01.123] http-in~ shop/web2 0/0/0/-1/30000 504 194 - - '
    'sH-- 2/2/2/2/0 0/0 {shop.example|curl} "POST /b HTTP/1.1"\n'
    '2001:db8::1:51614 [17/Jan/2026:03:00:02.123] http-in shop/<NOSRV> 0/-1/-1/-1/5 503 212 - - SC-- 1/1/0/0/0 0/0 "GET / HTTP/1.1"',
    {"timestamp": "2026-01-17T03:00:00.123Z", "http_status": 200, "duration_s": 0.109, "service": "shop", "host": "web1",
     "url_path": "/a", "client": "203.0.113.9"},
    {"http_status": 504, "duration_s": 30.0, "http_method": "POST"},
    {"http_status": 503, "client": "2001:db8::1"},
)  # fmt: skip

HAPROXY_TCP = text_log(
    "haproxy-tcp", "HAProxy TCP log, with or without a syslog prefix",
    r"^(?:(?P<process>.*?haproxy\[\d+\]): )?(?P<client>\S+):(?P<client_port>\d+) \[(?P<time>\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d\.\d{3})\] (?P<frontend>\S+) "
    r"(?P<service>[^\s/]+)/(?P<host>\S+) (?P<timers>[\d-]+/[\d-]+)/(?P<duration_ms>[\d+]+) (?P<bytes>[\d+]+) (?P<message>\S\S [\d+/]+ [\d/]+)\s*$",
    "203.0.113.9:51612 [17/Jan/2026:03:00:00.123] pg-in pg/db1 0/0/5007 212 -- 0/0/0/0/3 0/0\n"
    "203.0.113.9:51613 [17/Jan/2026:03:00:01.123] pg-in pg/db1 0/-1/3000 0 sC 1/1/1/1/3 0/0\n"
    "203.0.113.9:51614 [17/Jan/2026:03:00:02.123] pg-in pg/<NOSRV> -1/-1/0 0 SC 0/0/0/0/0 0/0",
    {"timestamp": "2026-01-17T03:00:00.123Z", "duration_s": 5.007, "service": "pg", "host": "db1"}, {"duration_s": 3.0},
    {"host": "<NOSRV>"},
)  # fmt: skip

HAPROXY_CONNECTION = text_log(
    "haproxy-connection", "HAProxy's note of a connection, where no log format is configured",
    r"^(?P<message>Connect from (?P<client>\S+):(?P<client_port>\d+) to (?P<destination>\S+) \((?P<frontend>[^/\s]+)/(?P<mode>[A-Z]+)\))\s*$",
    "Connect from 203.0.113.9:51612 to 10.0.0.1:443 (shop/HTTP)\n"
    "Connect from 203.0.113.8:51613 to 10.0.0.1:443 (shop/HTTP)\n"
    "Connect from 2001:db8::1:51614 to 10.0.0.1:5432 (pg/TCP)",
    {"client": "203.0.113.9", "message": "Connect from 203.0.113.9:51612 to 10.0.0.1:443 (shop/HTTP)"},
    {"client": "203.0.113.8"},
    {"client": "2001:db8::1"},
    inner=True,
)  # fmt: skip

HEROKU_ROUTER = LogFormat(
    "heroku-router", "Heroku's router, inside its log",
    (Example(
        'at=info method=GET path="/a?x=1" host=shop.example request_id=7b0f fwd="203.0.113.9,10.0.0.1" dyno=web.1 connect=1ms '
        "service=18ms status=200 bytes=13 protocol=https\n"
        'at=error code=H12 desc="Request timeout" method=POST path="/b" host=shop.example request_id=7b10 fwd="203.0.113.8" dyno=web.1 '
        "connect=6ms service=30001ms status=503 bytes=0 protocol=https\n"
        'at=info method=GET path="/c" host=shop.example request_id=7b11 fwd="203.0.113.9" dyno=web.2 connect=0ms service=4ms status=404 '
        "bytes=0 protocol=http",
        ({"http_method": "GET", "url_path": "/a", "http_status": 200, "duration_s": 0.018, "client": "203.0.113.9", "trace_id": "7b0f"},
         {"severity": "ERROR", "http_status": 503, "duration_s": 30.001},
         {"http_status": 404, "severity": "INFO"}),
    ),),
    syntax=Syntax.LOGFMT, claims=lambda record: {"at", "method", "path", "dyno", "service"} <= record.keys(),
    fields={"level": "at", "method": "method", "url": "path", "status": "status", "duration": "service", "fwd": "fwd",
            "trace_id": "request_id"},
    columns={"client": "client_of({fwd})"}, inner=True,
)  # fmt: skip

ENVOY = text_log(
    "envoy", "Envoy and Istio access log, default format",
    rf'^\[(?P<time>{_ISO})\] "(?P<request>[^"]*)" (?P<status>\d+) (?P<flags>\S+) (?:(?P<details>\S+) (?P<termination>\S+) (?P<failure>{_QUOTED}) )?'
    rf'(?P<received>\d+) (?P<bytes>\d+) (?P<duration_ms>\d+) (?P<upstream_ms>\d+|-) "(?P<forwarded_for>[^"]*)" "(?P<user_agent>[^"]*)" '
    r'"(?P<trace_id>[^"]*)" "(?P<authority>[^"]*)" "(?P<upstream>[^"]*)"(?P<rest>.*)$',
    '[2026-01-17T03:00:00.123Z] "GET /a?b HTTP/1.1" 200 - 0 12 25 24 "203.0.113.9" "curl/8" "7b0f-1" "shop.example" "10.1.0.7:80"\n'
    '[2026-01-17T03:00:01.123Z] "POST /b HTTP/2" 503 UF,URX upstream_reset_before_response_started - "x" 10 91 15001 - "-" "grpc" '
    '"7b0f-2" "shop.example" "-" outbound|80||shop - 10.0.0.1:80 10.0.0.2:5 - default\n'
    '[2026-01-17T03:00:02.123Z] "- - HTTP/1.1" 0 DC 0 0 3 - "-" "-" "7b0f-3" "-" "-"',
    {"timestamp": "2026-01-17T03:00:00.123Z", "http_status": 200, "duration_s": 0.025, "url_path": "/a", "trace_id": "7b0f-1",
     "client": "203.0.113.9"},
    {"http_status": 503, "duration_s": 15.001, "http_method": "POST", "client": None},
    {"http_status": None},
    columns={"client": "client_of({forwarded_for})"},
)  # fmt: skip

ENVOY_JSON = json_log(
    "envoy-json", "Envoy and Istio access log as JSON",
    lambda record: "response_flags" in record and "response_code" in record and "start_time" in record,
    {"time": "start_time", "method": "method", "url": "path", "status": "response_code", "duration_ms": "duration",
     "client": ("x_forwarded_for", "downstream_remote_address"), "trace_id": "request_id", "host": "authority",
     "service": "upstream_cluster"},
    '{"start_time":"2026-01-17T03:00:00.123Z","method":"GET","path":"/a?b","response_code":200,"duration":25,"response_flags":"-",'
    '"request_id":"7b0f","authority":"shop.example","upstream_cluster":"outbound|80||shop"}\n'
    '{"start_time":"2026-01-17T03:00:01.123Z","method":"POST","path":"/b","response_code":503,"duration":15001,"response_flags":"UF"}\n'
    '{"start_time":"2026-01-17T03:00:02.123Z","method":null,"path":null,"response_code":0,"duration":3,"response_flags":"DC"}',
    {"timestamp": "2026-01-17T03:00:00.123Z", "http_status": 200, "duration_s": 0.025, "url_path": "/a", "trace_id": "7b0f"},
    {"http_status": 503, "duration_s": 15.001},
    {"http_status": None},
)  # fmt: skip

TRAEFIK = text_log(
    "traefik-clf", "Traefik access log in its extended common log format",
    r'^(?P<client>\S+) - (?P<user>\S+) \[(?P<time>[^\]]+)\] "(?P<request>[^"]*)" (?P<status>\d{3}|-) (?P<bytes>\d+|-) (?:"(?P<referer>[^"]*)"|-) '
    r'(?:"(?P<user_agent>[^"]*)"|-) (?P<count>\d+) (?:"(?P<service>[^"]*)"|-) (?:"(?P<upstream>[^"]*)"|-)(?: (?P<duration_ms>\d+)ms)?\s*$',
    '203.0.113.9 - - [17/Jan/2026:03:00:00 +0000] "GET /a HTTP/1.1" 200 12 "-" "-" 7 "shop@docker" "http://10.1.0.7:80" 25ms\n'
    '203.0.113.9 - - [17/Jan/2026:03:00:01 +0000] "POST /b HTTP/1.1" 502 11 "-" "curl" 8 "shop@docker" "http://10.1.0.7:80" 3001ms\n'
    '203.0.113.9 - - [17/Jan/2026:03:00:02 +0000] "GET /c HTTP/1.1" 404 19 - "-" 9 "-" "/" 0ms',
    {"timestamp": "2026-01-17T03:00:00Z", "http_status": 200, "duration_s": 0.025, "service": "shop@docker"},
    {"http_status": 502, "duration_s": 3.001},
    {"http_status": 404, "service": None},
)  # fmt: skip

TRAEFIK_JSON = json_log(
    "traefik-json", "Traefik access log as JSON, durations in nanoseconds",
    lambda record: "DownstreamStatus" in record and "RequestPath" in record,
    {"time": ("StartUTC", "time"), "method": "RequestMethod", "url": "RequestPath", "status": "DownstreamStatus",
     "duration_ns": "Duration", "client": "ClientHost", "service": "ServiceName", "host": "RequestHost", "level": "level"},
    '{"ClientHost":"203.0.113.9","DownstreamStatus":200,"Duration":25000000,"RequestMethod":"GET","RequestPath":"/a?b",'
    '"RequestHost":"shop.example","ServiceName":"shop@docker","StartUTC":"2026-01-17T03:00:00.123456789Z","level":"info","msg":""}\n'
    '{"ClientHost":"203.0.113.9","DownstreamStatus":502,"Duration":3000000000,"RequestMethod":"POST","RequestPath":"/b",'
    '"StartUTC":"2026-01-17T03:00:01Z","level":"info","msg":""}\n'
    '{"ClientHost":"203.0.113.9","DownstreamStatus":404,"Duration":100,"RequestMethod":"GET","RequestPath":"/c",'
    '"StartUTC":"2026-01-17T03:00:02Z","level":"info","msg":""}',
    {"timestamp": "2026-01-17T03:00:00.123456Z", "http_status": 200, "duration_s": 0.025, "url_path": "/a", "service": "shop@docker"},
    {"http_status": 502, "duration_s": 3.0},
    {"http_status": 404},
)  # fmt: skip

CADDY = json_log(
    "caddy", "Caddy access log, durations in seconds", lambda record: "uri" in record["request"] and "status" in record,
    {"time": "ts", "level": "level", "message": "msg", "method": "request.method", "url": "request.uri", "status": "status",
     "duration_s": "duration", "client": ("request.client_ip", "request.remote_ip"), "host": "request.host"},
    '{"level":"info","ts":1795469278.003,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"203.0.113.9",'
    '"method":"GET","host":"shop.example","uri":"/a?b"},"duration":0.025,"size":12,"status":200}\n'
    '{"level":"error","ts":1795469279.003,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"203.0.113.9",'
    '"method":"POST","host":"shop.example","uri":"/b"},"duration":3.001,"size":0,"status":502}\n'
    '{"level":"info","ts":1795469280.003,"msg":"handled request","request":{"method":"GET","uri":"/c"},"duration":0.001,"status":404}',
    {"timestamp": "2026-11-23T21:27:58.003Z", "http_status": 200, "duration_s": 0.025, "url_path": "/a", "client": "203.0.113.9"},
    {"http_status": 502, "severity": "ERROR", "duration_s": 3.001},
    {"http_status": 404},
)  # fmt: skip

ALB = text_log(
    "aws-alb", "AWS Application Load Balancer access log",
    rf"^(?P<type>https?|h2|grpcs|wss?) (?P<time>{_ISO}) (?P<host>\S+) (?P<peer>\S+) (?P<upstream>\S+) "
    r"(?P<request_s>-?[\d.]+) (?P<target_s>-?[\d.]+) (?P<response_s>-?[\d.]+) (?P<status>\d{3}|-) (?P<target_status>\d{3}|-) "
    r'(?P<received>\d+) (?P<bytes>\d+) "(?P<request>[^"]*)" "(?P<user_agent>[^"]*)" (?P<cipher>\S+ \S+) (?P<target_group>\S+) '
    r'"(?P<trace_id>[^"]*)"(?P<rest>.*)$',
    'https 2026-01-17T03:00:00.123456Z app/shop/50dc 203.0.113.9:51612 10.1.0.7:80 0.001 0.024 0.000 200 200 34 366 '
    '"GET https://shop.example:443/a?b HTTP/1.1" "curl/8" ECDHE TLSv1.2 arn:aws:tg/shop "Root=1-58" "shop.example" "arn" 0 '
    '2026-01-17T03:00:00.098Z "forward" "-" "-" "10.1.0.7:80" "200" "-" "-"\n'
    'http 2026-01-17T03:00:01.123456Z app/shop/50dc 203.0.113.9:51613 10.1.0.7:80 0.001 30.0 0.001 504 - 34 366 '
    '"POST http://shop.example:80/b HTTP/1.1" "curl/8" - - arn:aws:tg/shop "Root=1-59" "-" "-" 0\n'
    'h2 2026-01-17T03:00:02.123456Z app/shop/50dc 203.0.113.9:51614 - -1 -1 -1 502 - 34 0 "GET https://shop.example:443/c HTTP/2.0" '
    '"-" - - - "Root=1-60" "-" "-" 0',
    {"timestamp": "2026-01-17T03:00:00.123456Z", "http_status": 200, "duration_s": 0.025, "url_path": "/a", "client": "203.0.113.9",
     "trace_id": "Root=1-58"},
    {"http_status": 504, "duration_s": 30.002},
    {"http_status": 502, "duration_s": None},
    columns={"duration_s": "CASE WHEN TRY_CAST({request_s} AS DOUBLE) >= 0 AND TRY_CAST({target_s} AS DOUBLE) >= 0 THEN "
             "TRY_CAST({request_s} AS DOUBLE) + TRY_CAST({target_s} AS DOUBLE) + greatest(TRY_CAST({response_s} AS DOUBLE), 0) END"},
)  # fmt: skip

ELB = text_log(
    "aws-elb", "AWS Classic Load Balancer access log",
    rf"^(?P<time>{_ISO}) (?P<host>\S+) (?P<peer>\S+) (?P<upstream>\S+) (?P<request_s>-?[\d.]+) (?P<target_s>-?[\d.]+) "
    r"(?P<response_s>-?[\d.]+) (?P<status>\d{3}|-) (?P<target_status>\d+|-) (?P<received>\d+) (?P<bytes>\d+) "
    r'"(?P<request>[^"]*)"(?: "(?P<user_agent>[^"]*)" (?P<cipher>\S+ \S+))?\s*$',
    '2026-01-17T03:00:00.123456Z shop 203.0.113.9:51612 10.1.0.7:80 0.000073 0.001048 0.000057 200 200 0 29 '
    '"GET http://shop.example:80/a?b HTTP/1.1" "curl/8" - -\n'
    '2026-01-17T03:00:01.123456Z shop 203.0.113.9:51613 - -1 -1 -1 503 0 0 0 "GET https://shop.example:443/b HTTP/1.1" "curl/8" - -\n'
    '2026-01-17T03:00:02.123456Z shop 203.0.113.9:51614 10.1.0.7:80 0.1 1.0 0.1 404 404 0 57 "POST http://shop.example:80/c HTTP/1.1"',
    {"timestamp": "2026-01-17T03:00:00.123456Z", "http_status": 200, "duration_s": 0.001178, "url_path": "/a"},
    {"http_status": 503, "duration_s": None},
    {"http_status": 404, "duration_s": 1.2},
    columns={"duration_s": "CASE WHEN TRY_CAST({target_s} AS DOUBLE) >= 0 THEN TRY_CAST({request_s} AS DOUBLE) "
             "+ TRY_CAST({target_s} AS DOUBLE) + TRY_CAST({response_s} AS DOUBLE) END"},
)  # fmt: skip

S3 = text_log(
    "aws-s3", "AWS S3 server access log",
    r"^(?P<owner>[0-9a-f]{4,}) (?P<service>\S+) \[(?P<time>[^\]]+)\] (?P<client>\S+) (?P<requester>\S+) (?P<trace_id>\S+) "
    r'(?P<operation>[A-Z0-9]+\.[A-Z0-9_.]+) (?P<key>\S+) (?:"(?P<request>(?:[^"\\]|\\.)*)"|-) (?P<status>\d{3}|-) (?P<error>\S+) (?P<bytes>\S+) '
    r"(?P<size>\S+) (?P<duration_ms>\d+|-) (?P<turnaround_ms>\d+|-) (?P<rest>.*)$",
    '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be shop-images [17/Jan/2026:03:00:00 +0000] 203.0.113.9 - 3E57 '
    'REST.GET.OBJECT a/1.png "GET /shop-images/a/1.png HTTP/1.1" 200 - 2662 2662 70 10 "-" "curl/8" -\n'
    '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be shop-images [17/Jan/2026:03:00:01 +0000] 203.0.113.9 - 3E58 '
    'REST.GET.OBJECT a/2.png "GET /shop-images/a/2.png HTTP/1.1" 503 SlowDown 300 - 7001 - "-" "curl/8" -\n'
    '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be shop-images [17/Jan/2026:03:00:02 +0000] - - 3E59 '
    'S3.EXPIRE.OBJECT a/3.png - - - - 12 - - "-" "-" -',
    {"timestamp": "2026-01-17T03:00:00Z", "http_status": 200, "duration_s": 0.07, "service": "shop-images", "trace_id": "3E57"},
    {"http_status": 503, "duration_s": 7.001},
    {"http_status": None},
)  # fmt: skip
