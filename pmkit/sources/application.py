"""Logs of applications and servers that are plain text."""

from pmkit.sources import sql
from pmkit.sources.model import LogFormat, LogSample, Shape, fixed

NGINX_ERROR = LogFormat(
    name="nginx-error",
    title="nginx error log",
    shape=Shape.TEXT,
    pattern=(
        r"^(?P<time>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) \[(?P<level>\w+)\] (?P<pid>\d+)#(?P<tid>\d+): (?P<message>.*)$"
    ),
    layout=fixed(
        {
            "timestamp": "CAST(try_strptime(f.time, '%Y/%m/%d %H:%M:%S') AS TIMESTAMPTZ)",
            "severity": "to_severity(f.level)",
            "message": r"regexp_replace(f.message, '^\*\d+ ', '')",
            "client": "nullif(regexp_extract(f.message, ', client: ([^,]+)', 1), '')",
            "url_path": "url_path_of(nullif(regexp_extract(f.message, 'request: \"[A-Z]+ (\\S+)', 1), ''))",
            "attributes": sql.json_object((("pid", sql.text("pid")), ("tid", sql.text("tid")))),
        },
        zoned=False,
    ),
    samples=(
        LogSample(
            '2026/11/23 22:34:27 [error] 8712#8712: *1710 upstream timed out (110: Connection timed out) while reading '
            'response header from upstream, client: 203.0.113.84, server: , request: "POST /api/cart HTTP/1.1", '
            'upstream: "http://127.0.0.1:8011/api/cart", host: "shop.example"\n'
            "2026/11/23 22:34:28 [warn] 8712#8712: conflicting server name ignored\n"
            "2026/11/23 22:34:29 [emerg] 1#1: bind() to 0.0.0.0:80 failed (98: Address already in use)",
            (
                {"timestamp": "2026-11-23T22:34:27Z", "severity": "ERROR", "client": "203.0.113.84", "url_path": "/api/cart"},
                {"severity": "WARN", "message": "conflicting server name ignored"},
                {"severity": "FATAL"},
            ),
        ),
    ),
)  # fmt: skip

PYTHON_LOGGING = LogFormat(
    name="python-logging",
    title="Python logging: time, level, [logger], message; tracebacks below",
    shape=Shape.TEXT,
    pattern=(
        r"^(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) (?:- )?(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL)"
        r" (?:- )?(?:\[(?P<logger>[^\]]*)\] )?(?:- )?(?P<message>.*)$"
    ),
    multiline=True,
    layout=fixed(
        {
            "timestamp": "to_time(f.time)",
            "severity": "to_severity(f.level)",
            "message": "f.message",
            "attributes": sql.json_object((("logger", sql.text("logger")), ("continuation", "more"))),
        },
        zoned=False,
    ),
    samples=(
        LogSample(
            "2026-11-23 16:32:14,567 INFO [checkout.api] checkout ready, pool of 10 connections\n"
            "2026-11-23 16:33:17,841 ERROR [checkout.api] no database connection for /api/cart\n"
            "Traceback (most recent call last):\n"
            '  File "/srv/shop/checkout.py", line 54, in cart\n'
            "    with POOL.connection() as connection:\n"
            "\n"
            "psycopg_pool.PoolTimeout: couldn't get a connection after 3.00 sec\n"
            "2026-11-23 16:33:18,001 WARNING - slow query",
            (
                {"timestamp": "2026-11-23T16:32:14.567Z", "severity": "INFO",
                 "message": "checkout ready, pool of 10 connections"},
                {"severity": "ERROR", "message": "no database connection for /api/cart"},
                {"severity": "WARN", "message": "slow query"},
            ),
        ),
    ),
)  # fmt: skip

FORMATS = (NGINX_ERROR, PYTHON_LOGGING)
