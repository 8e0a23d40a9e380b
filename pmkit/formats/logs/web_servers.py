"""Access logs of web servers."""

from pmkit.core import sql
from pmkit.formats.builders import text_log
from pmkit.formats.fields import TRACE_NAMES
from pmkit.formats.logs.regexes import ADDRESS

# Neither identity nor user is an address, so that nothing in front of the client is taken for it.
_CLIENT = r'^(?P<peer>[^\s,"]+) (?:-|[^\s.:,]+) (?P<user>-|(?:\S+ )?(?:\d+|\S*[^\d.:\s]\S*)) \[(?P<time>[^\]]+)\] '
_REQUEST = r'"(?P<request>(?:[^"\\]|\\.)*)" (?P<status>\d{3}|-) (?P<bytes>\d+|-)'
_AGENT = r' "(?P<referer>(?:[^"\\]|\\.)*)" "(?P<user_agent>(?:[^"\\]|\\.)*)"'
_COMMON = _CLIENT + _REQUEST
_COMBINED = _COMMON + _AGENT
_PLAIN = '{peer} {} {user} [{time:2}] "{request}" {status} {bytes}'
_PLAIN_COMBINED = _PLAIN + ' "{referer}" "{user_agent}"'
_COLOUR = r"(?:\x1b\[[\d;]*m)?"
_PAIRS = r'(?P<pairs>(?: [A-Za-z_]\w*=(?:"(?:[^"\\]|\\.)*"|\S*))+)'


def _extra(*names: str) -> str:
    """Return SQL for the first of the extra pairs that has one of these names."""
    return f"coalesce({', '.join(sql.null_if_empty(sql.pair_value(name)) for name in names)})"


COMMON = text_log(
    "access-common", "Common log format of Apache and nginx", _COMMON + r"\s*$",
    '203.0.113.9 - alice [12/Oct/2026:17:42:44 +0200] "GET /a/7?x=1 HTTP/1.1" 200 2326\n'
    '203.0.113.9 - - [12/Oct/2026:17:42:45 +0200] "POST /a HTTP/1.1" 503 -\n'
    '203.0.113.9 - - [12/Oct/2026:17:42:46 +0200] "\\x16\\x03\\x01" 400 150',
    {"timestamp": "2026-10-12T15:42:44Z", "http_method": "GET", "url_path": "/a/7", "http_route": "/a/{id}", "http_status": 200,
     "client": "203.0.113.9"},
    {"timestamp": "2026-10-12T15:42:45Z", "http_method": "POST", "url_path": "/a", "http_status": 503},
    {"timestamp": "2026-10-12T15:42:46Z", "http_method": None, "url_path": None, "http_status": 400},
    layout=_PLAIN,
)  # fmt: skip

COMBINED = text_log(
    "access-combined", "Combined log format of Apache and nginx", _COMBINED + r"\s*$",
    '198.51.100.4 - - [01/Jan/2026:00:00:00 +0000] "GET / HTTP/2.0" 304 0 "-" "Mozilla/5.0"\n'
    '2001:db8::1 - - [01/Jan/2026:00:00:01 +0000] "GET /say/\\"hi\\" HTTP/1.1" 404 12 "https://a.example/" "x \\"y\\""\n'
    '198.51.100.4 - - [01/Jan/2026:00:00:02 +0000] "-" 408 0 "-" "-"',
    {"timestamp": "2026-01-01T00:00:00Z", "http_status": 304, "url_path": "/"},
    {"client": "2001:db8::1", "http_status": 404},
    {"http_status": 408, "http_method": None},
    layout=_PLAIN_COMBINED,
)  # fmt: skip

COMBINED_PAIRS = text_log(
    "access-combined-pairs", "Combined log format followed by key=value pairs", _COMBINED + _PAIRS + r"\s*$",
    '203.0.113.7 - - [12/Oct/2026:17:43:01 +0200] "GET /api/search?q=lamp HTTP/1.1" 500 37 "-" "curl/8" '
    'rt=0.012 uct="0.001" urt="0.011" rid=4161b2c251eb2128ed8a8d60189a1e20 upstream=catalog\n'
    '203.0.113.7 - - [12/Oct/2026:17:43:02 +0200] "GET / HTTP/1.1" 200 4 "-" "curl/8" rt=0.000 uct="-" urt="-"\n'
    '203.0.113.7 - - [12/Oct/2026:17:43:03 +0200] "POST /api/cart HTTP/1.1" 504 160 "-" "curl/8" rt=5.001 upstream=shop',
    {"timestamp": "2026-10-12T15:43:01Z", "duration_s": 0.012, "service": "catalog", "http_status": 500,
     "trace_id": "4161b2c251eb2128ed8a8d60189a1e20", "url_path": "/api/search"},
    {"duration_s": 0.0, "http_status": 200, "service": None},
    {"duration_s": 5.001, "service": "shop", "http_status": 504},
    columns={
        "service": _extra("service", "app", "upstream", "upstream_name"),
        "trace_id": _extra(*TRACE_NAMES),
        "version": _extra("version", "release"),
        "host": _extra("host", "vhost", "server_name"),
    },
)  # fmt: skip

COMBINED_TIME = text_log(
    "access-combined-time", "Combined log format followed by the request time in seconds, optionally also the upstream's",
    _COMBINED + r' "?(?P<duration_s>\d+\.\d+)"?(?: "?(?P<upstream_s>[\d.]+|-)"?)?(?P<further>(?: \S+)*)\s*$',
    '198.51.100.4 - - [01/Jan/2026:00:00:00 +0000] "GET / HTTP/2.0" 200 0 "-" "Mozilla/5.0" 0.250\n'
    '198.51.100.4 - - [01/Jan/2026:00:00:01 +0000] "GET /a HTTP/1.1" 502 12 "-" "x" 1.001 0.999 .\n'
    '198.51.100.4 - - [01/Jan/2026:00:00:02 +0000] "GET /b HTTP/1.1" 499 0 "-" "-" 30.000 -',
    {"timestamp": "2026-01-01T00:00:00Z", "duration_s": 0.25, "http_status": 200},
    {"duration_s": 1.001, "http_status": 502, "url_path": "/a"},
    {"duration_s": 30.0, "http_status": 499},
    layout=_PLAIN_COMBINED + " {duration_s}",
)  # fmt: skip

COMBINED_NUMBER = text_log(
    "access-combined-number", "Combined log format followed by a whole number, such as a duration in a unit that only its server knows",
    _COMBINED + r" (?P<number>\d+)\s*$",
    '198.51.100.4 - - [01/Jan/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 0 "-" "Mozilla/5.0" 250000\n'
    '198.51.100.4 - - [01/Jan/2026:00:00:01 +0000] "GET /a HTTP/1.1" 502 12 "-" "x" 12\n'
    '198.51.100.4 - - [01/Jan/2026:00:00:02 +0000] "GET /b HTTP/1.1" 500 0 "-" "-" 30000000',
    {"timestamp": "2026-01-01T00:00:00Z", "duration_s": None, "http_status": 200},
    {"duration_s": None, "http_status": 502},
    {"http_status": 500},
    layout=_PLAIN_COMBINED + " {number}",
)  # fmt: skip

RACK = text_log(
    "rack", "Rack's common log format: the request time in seconds with four decimals at its end",
    _COMMON + r" (?P<duration_s>\d+\.\d{4})\s*$",
    '203.0.113.9 - alice [12/Oct/2026:17:42:44 +0200] "GET /a/7?x=1 HTTP/1.1" 200 2326 0.0123\n'
    '203.0.113.9 - - [12/Oct/2026:17:42:45 +0200] "POST /a HTTP/1.1" 503 - 5.0012\n'
    '203.0.113.9 - - [12/Oct/2026:17:42:46 +0200] "GET / HTTP/1.1" 302 - 0.0001',
    {"timestamp": "2026-10-12T15:42:44Z", "http_status": 200, "duration_s": 0.0123, "client": "203.0.113.9"},
    {"http_status": 503, "duration_s": 5.0012},
    {"http_status": 302},
    layout=_PLAIN + " {duration_s}",
)  # fmt: skip

COMBINED_QUOTED = text_log(
    "access-combined-forwarded", "Combined log format followed by the quoted forwarded client, nginx's packaged default",
    _COMBINED.replace("<peer>", "<remote>") + rf' "(?P<forwarded_for>-?|(?:{ADDRESS}|unknown|localhost)(?:, ?[^",]+)*)"\s*$',
    '10.0.0.1 - - [01/Jan/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 0 "-" "Mozilla/5.0" "203.0.113.5"\n'
    '10.0.0.1 - - [01/Jan/2026:00:00:01 +0000] "GET /a HTTP/1.1" 502 12 "-" "x" "-"\n'
    '10.0.0.1 - - [01/Jan/2026:00:00:02 +0000] "GET /b HTTP/1.1" 500 0 "-" "-" "203.0.113.5, 10.0.0.9"',
    {"client": "203.0.113.5", "http_status": 200},
    {"client": "10.0.0.1", "http_status": 502},
    {"client": "203.0.113.5"},
    columns={"client": "coalesce(client_of({forwarded_for}), without_port({remote}))"},
    layout=_PLAIN_COMBINED.replace("{peer}", "{remote}") + ' "{forwarded_for}"',
)  # fmt: skip

VHOST = text_log(
    "access-vhost", "Combined log format preceded by the virtual host and its port",
    r"^(?P<host>[\w.-]+\.[\w.-]+|localhost)(?::(?P<port>\d+))? " + (_COMMON[1:]) + rf"(?:{_AGENT}(?: (?P<number>\d+))?)?\s*$",
    'shop.example:443 203.0.113.9 - - [12/Oct/2026:17:42:44 +0200] "GET /a HTTP/1.1" 200 2326 "-" "curl/8"\n'
    'shop.example:443 203.0.113.9 - - [12/Oct/2026:17:42:45 +0200] "GET /b HTTP/1.1" 500 12 "-" "curl/8"\n'
    'www.shop.example:80 203.0.113.9 - - [12/Oct/2026:17:42:46 +0200] "GET / HTTP/1.1" 301 0 "-" "-"',
    {"timestamp": "2026-10-12T15:42:44Z", "host": "shop.example", "client": "203.0.113.9", "http_status": 200},
    {"http_status": 500},
    {"host": "www.shop.example", "http_status": 301},
)  # fmt: skip

INGRESS = text_log(
    "nginx-ingress", "Kubernetes ingress-nginx access log",
    _COMBINED + r" (?P<request_length>\d+) (?P<duration_s>[\d.]+) \[(?P<service>[^\]]*)\] \[(?P<alternative>[^\]]*)\] "
    r"(?P<upstream>\S+(?:, \S+)*) (?P<upstream_length>\S+(?:, \S+)*) (?P<upstream_s>\S+(?:, \S+)*) "
    r"(?P<upstream_status>\S+(?:, \S+)*) (?P<trace_id>\w+)\s*$",
    '203.0.113.9 - - [12/Oct/2026:15:42:44 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl/8" 431 0.005 [shop-web-80] [] '
    "10.1.0.7:8080 12 0.004 200 7b0f\n"
    '203.0.113.9 - - [12/Oct/2026:15:42:45 +0000] "GET /b HTTP/1.1" 502 150 "-" "curl/8" 431 5.001 [shop-web-80] [] '
    "10.1.0.7:8080, 10.1.0.8:8080 0, 0 5.000, 0.001 502, 502 7b10\n"
    '203.0.113.9 - - [12/Oct/2026:15:42:46 +0000] "GET /c HTTP/1.1" 404 0 "-" "-" 10 0.000 [] [] - - - - 7b11',
    {"service": "shop-web-80", "duration_s": 0.005, "trace_id": "7b0f", "http_status": 200},
    {"http_status": 502, "duration_s": 5.001, "trace_id": "7b10"},
    {"http_status": 404, "service": None},
)  # fmt: skip

APACHE_SSL = text_log(
    "apache-ssl-request", "Apache's log of TLS requests: time, client, protocol, cipher, request, bytes",
    r'^\[(?P<time>[^\]]+)\] (?P<client>\S+) (?P<tls>(?:TLS|SSL)v[\d.]+|-) (?P<cipher>[\w-]+) "(?P<request>(?:[^"\\]|\\.)*)" (?P<bytes>\d+|-)\s*$',
    '[17/Jan/2026:03:00:00 +0000] 203.0.113.9 TLSv1.3 TLS_AES_256_GCM_SHA384 "GET /a?b HTTP/1.1" 404\n'
    '[17/Jan/2026:03:00:01 +0000] 203.0.113.8 TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256 "POST /b HTTP/1.1" 1375\n'
    '[17/Jan/2026:03:00:02 +0000] 203.0.113.7 - - "-" -',
    {"timestamp": "2026-01-17T03:00:00Z", "http_method": "GET", "url_path": "/a", "http_status": None, "client": "203.0.113.9"},
    {"http_method": "POST", "url_path": "/b"},
    {"client": "203.0.113.7"},
)  # fmt: skip

NGINX_PROXY_MANAGER = text_log(
    "nginx-proxy-manager", "Nginx Proxy Manager's log of a proxy host",
    r"^\[(?P<time>[^\]]+)\] (?:(?P<cache>\S+) (?P<upstream_status>\S+(?:, \S+)*) (?P<status>\d{3}) - |(?P<answer>\d{3}) - )"
    r'(?P<method>\S+) (?P<scheme>\w+) (?P<host>\S+) "(?P<url>(?:[^"\\]|\\.)*)" \[Client (?P<client>[^\]]*)\] \[Length (?P<bytes>[^\]]*)\] '
    r'\[Gzip (?P<gzip>[^\]]*)\](?: \[Sent-to (?P<upstream>[^\]]*)\])? "(?P<user_agent>(?:[^"\\]|\\.)*)" "(?P<referer>(?:[^"\\]|\\.)*)"\s*$',
    '[17/Jan/2026:03:00:00 +0000] - 200 500 - GET https shop.example "/a?b" [Client 203.0.113.9] [Length 12] [Gzip -] '
    '[Sent-to 10.0.0.5] "curl/8" "-"\n'
    '[17/Jan/2026:03:00:01 +0000] HIT - 304 - GET https shop.example "/b" [Client 203.0.113.8] [Length 0] [Gzip 1.02] '
    '[Sent-to 10.0.0.5] "curl/8" "https://shop.example/"\n'
    '[17/Jan/2026:03:00:02 +0000] 404 - POST http old.example "/c" [Client 2001:db8::1] [Length 9] [Gzip -] "-" "-"',
    {"timestamp": "2026-01-17T03:00:00Z", "http_method": "GET", "url_path": "/a", "http_status": 500, "client": "203.0.113.9",
     "host": "shop.example"},
    {"http_status": 304},
    {"http_method": "POST", "http_status": 404, "client": "2001:db8::1"},
    fields={name: name for name in ("time", "cache", "upstream_status", "method", "scheme", "host", "url", "client", "bytes", "gzip",
                                    "upstream", "user_agent", "referer")} | {"status": ("status", "answer")},
)  # fmt: skip

PHP_FPM = text_log(
    "php-fpm-access", "PHP-FPM's access log: time, method, status, milliseconds, memory, processor, path",
    r"^(?P<time>\S+|\S+ [+-]\d{4}) (?P<method>[A-Z]+) (?P<status>\d{3}) (?P<duration>\d+\.\d+ ?ms) (?P<memory>\d+ ?kB) (?P<processor>[\d.]+%) "
    r"(?P<url>/\S*)\s*$",
    "2026-01-17T03:00:00Z GET 500 260.403 ms 2048 kB 15.36% /list/default?a=1\n"
    "2026-01-17T03:00:01Z POST 200 2.511 ms 2048 kB 0.00% /index.php\n"
    "17/Jan/2026:03:00:02 +0000 GET 404 1.000 ms 2048 kB 0.00% /c",
    {"timestamp": "2026-01-17T03:00:00Z", "http_method": "GET", "http_status": 500, "duration_s": 0.260403, "url_path": "/list/default"},
    {"http_status": 200, "http_method": "POST"},
    {"timestamp": "2026-01-17T03:00:02Z", "http_status": 404},
)  # fmt: skip

UWSGI = text_log(
    "uwsgi", "uWSGI's request log",
    r"^\[pid: (?P<pid>\d+)\|app: (?P<app>\S+)\|req: (?P<request_number>\S+)\] (?P<client>\S*) \((?P<user>[^)]*)\) \{(?P<variables>[^}]*)\} "
    r"\[(?P<time>[^\]]+)\] (?P<method>[A-Z]+) (?P<url>\S+) => generated (?P<bytes>\d+) bytes in (?:(?P<duration_ms>\d+) msecs|(?P<duration_us>\d+) micros) "
    r"(?:via \w+\(\) )?\((?P<protocol>HTTP/[\d.]+) (?P<status>\d{3})\) (?P<rest>.*)$",
    "[pid: 7|app: 0|req: 1/9] 203.0.113.9 () {42 vars in 675 bytes} [Sat Jan 17 03:00:00 2026] GET /a?b => generated 12 bytes in "
    "31 msecs (HTTP/1.1 200) 4 headers in 100 bytes (1 switches on core 0)\n"
    "[pid: 7|app: 0|req: 2/10] 203.0.113.8 () {42 vars in 675 bytes} [Sat Jan 17 03:00:01 2026] POST /b => generated 0 bytes in "
    "3001 msecs via sendfile() (HTTP/1.1 502) 4 headers in 100 bytes (1 switches on core 0)\n"
    "[pid: 7|app: 0|req: 3/11] 203.0.113.7 (alice) {42 vars in 675 bytes} [Sat Jan 17 03:00:02 2026] GET /c => generated 9 bytes in "
    "68 micros (HTTP/1.0 404) 2 headers in 71 bytes (1 switches on core 1)",
    {"timestamp": "2026-01-17T03:00:00Z", "http_method": "GET", "url_path": "/a", "http_status": 200, "duration_s": 0.031,
     "client": "203.0.113.9"},
    {"http_status": 502, "duration_s": 3.001},
    {"http_status": 404, "http_method": "GET", "duration_s": 6.8e-05},
)  # fmt: skip

TORNADO = text_log(
    "tornado-access", "Tornado's and Jupyter's access log",
    r"^\[(?P<level>[DIWEC]) (?P<time>\d{6} \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.,]\d+) (?P<logger>[\w.]+(?::\d+)?)\] "
    r"(?P<status>\d{3}) (?P<method>[A-Z]+) (?P<url>\S+) \((?P<client>[^)]*)\) (?P<duration>[\d.]+ ?ms)(?P<rest>.*)$",
    "[I 260117 03:00:00 web:2271] 200 GET /a?b (203.0.113.9) 3.45ms\n"
    "[E 260117 03:00:01 web:2271] 500 POST /b (203.0.113.8) 3001.20ms\n"
    "[W 2026-01-17 03:00:02.123 ServerApp] 404 GET /c (::1) 12.00ms referer=http://shop.example/",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "INFO", "http_status": 200, "url_path": "/a", "duration_s": 0.00345,
     "client": "203.0.113.9"},
    {"severity": "ERROR", "http_status": 500, "duration_s": 3.0012},
    {"severity": "WARN", "http_status": 404},
)  # fmt: skip

UVICORN = text_log(
    "uvicorn-access", "uvicorn access log, without times of its own",
    r'^(?P<level>INFO): +(?P<peer>\S+:\d+) - "(?P<request>[^"]*)" (?P<status>\d{3})(?: (?P<reason>.*))?$',
    'INFO:     203.0.113.9:51612 - "GET /a?b=1 HTTP/1.1" 200 OK\n'
    'INFO:     203.0.113.9:51613 - "POST /b HTTP/1.1" 500 Internal Server Error\n'
    'INFO:     10.0.0.2:80 - "GET / HTTP/1.1" 404 Not Found',
    {"client": "203.0.113.9", "http_status": 200, "url_path": "/a"}, {"http_status": 500, "http_method": "POST"},
    {"http_status": 404},
    inner=True,
)  # fmt: skip

GIN = text_log(
    "gin", "Go's gin access log",
    rf"^\[GIN\] (?P<time>\d{{4}}/\d\d/\d\d - \d\d:\d\d:\d\d) \|{_COLOUR} *(?P<status>\d{{3}}) *{_COLOUR}\| +(?P<duration>\S+) \| +"
    rf'(?P<client>\S+) \|{_COLOUR} *(?P<method>[A-Z]+) *{_COLOUR} +"(?P<url>[^"]*)"(?P<errors>.*)$',
    '[GIN] 2026/10/12 - 15:42:44 | 200 |     1.234567ms |     203.0.113.9 | GET      "/a/7"\n'
    '[GIN] 2026/10/12 - 15:42:45 | 500 |  2.5s |     203.0.113.9 | POST     "/b"\n'
    '[GIN] 2026/10/12 - 15:42:46 | 404 |     350µs |     203.0.113.9 | GET      "/c?d"',
    {"timestamp": "2026-10-12T15:42:44Z", "http_status": 200, "duration_s": 0.001234567, "url_path": "/a/7"},
    {"duration_s": 2.5, "http_status": 500},
    {"duration_s": 0.00035, "url_path": "/c"},
)  # fmt: skip

SQUID = text_log(
    "squid", "Squid access log in its native format",
    r"^(?P<time>\d{10}\.\d{3}) +(?P<duration_ms>\d+) (?P<client>\S+) (?P<result>[A-Z_]+)/(?P<status>\d{3}|-) (?P<bytes>\d+) "
    r"(?P<method>[A-Z]+) (?P<url>\S+) (?P<user>\S+) (?P<upstream>\S+) (?P<type>\S+)(?: (?P<further>.*?))?\s*$",
    "1795469278.003    250 10.0.0.5 TCP_MISS/200 1234 GET http://shop.example/a?b - HIER_DIRECT/192.0.2.7 text/html\n"
    "1795469279.003      1 10.0.0.5 TCP_HIT/200 99 GET http://shop.example/c alice HIER_NONE/- image/png\n"
    "1795469280.003  60001 10.0.0.5 TCP_MISS/504 0 GET http://shop.example/d - HIER_NONE/- -",
    {"timestamp": "2026-11-23T21:27:58.003Z", "duration_s": 0.25, "http_status": 200, "url_path": "/a", "client": "10.0.0.5"},
    {"duration_s": 0.001},
    {"http_status": 504},
)  # fmt: skip
