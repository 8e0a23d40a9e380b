"""Access logs of nginx and Apache."""

from pmkit.sources import aliases, sql
from pmkit.sources.model import Layout, LogFormat, LogSample, Sample, Shape, fixed

_COMMON = (
    r"^(?P<client>\S+) \S+ (?P<user>\S+) \[(?P<time>[^\]]+)\] "
    r'"(?P<request>(?:[^"\\]|\\.)*)" (?P<status>\d{3}) (?P<bytes>\d+|-)'
)
_COMBINED = _COMMON + r' "(?P<referer>(?:[^"\\]|\\.)*)" "(?P<agent>(?:[^"\\]|\\.)*)"'
_URL = r"regexp_extract(f.request, '^[A-Z]+ (\S+)', 1)"
_PAIRS = r"""'([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|\S*)'"""

_COLUMNS = {
    "timestamp": "try_strptime(f.time, '%d/%b/%Y:%H:%M:%S %z')",
    "http_method": "nullif(regexp_extract(f.request, '^([A-Z]+) ', 1), '')",
    "url_path": f"url_path_of({_URL})",
    "http_status": sql.status("f.status"),
    "client": sql.text("client"),
}
_REST = (
    ("user", sql.text("user")),
    ("query", rf"nullif(regexp_extract({_URL}, '\?(.*)', 1), '')"),
    ("bytes", sql.text("bytes")),
)
_REST_COMBINED = (*_REST, ("referer", sql.text("referer")), ("user_agent", sql.text("agent")))


def _extra(names: tuple[str, ...]) -> str:
    """Read the first of the extra `key=value` fields that goes by one of the names."""
    found = ", ".join(f"nullif({sql.pair(name)}, '-')" for name in names)
    return f"coalesce({found})"


def _with_pairs(_: Sample) -> Layout:
    durations = (sql.number(sql.pair(name), factor) for name, factor in aliases.DURATION.items())
    return Layout(
        {
            **_COLUMNS,
            "duration_s": f"coalesce({', '.join(durations)})",
            "service": _extra(("service", "app", "upstream", "upstream_name")),
            "trace_id": _extra(aliases.TRACE[:7]),
            "version": _extra(("version", "release")),
            "host": _extra(("host", "vhost", "server_name")),
            "attributes": sql.json_object((*_REST_COMBINED, ("fields", "nullif(trim(f.extra), '')"))),
        },
        zoned=True,
    )


COMMON = LogFormat(
    name="access-common",
    title="Common log format of Apache and nginx",
    shape=Shape.TEXT,
    pattern=_COMMON + r"\s*$",
    layout=fixed({**_COLUMNS, "attributes": sql.json_object(_REST)}),
    samples=(
        LogSample(
            '203.0.113.9 - alice [12/Oct/2026:17:42:44 +0200] "GET /a/7?x=1 HTTP/1.1" 200 2326\n'
            '203.0.113.9 - - [12/Oct/2026:17:42:45 +0200] "POST /a HTTP/1.1" 503 -\n'
            '203.0.113.9 - - [12/Oct/2026:17:42:46 +0200] "\\x16\\x03\\x01" 400 150',
            (
                {"timestamp": "2026-10-12T15:42:44Z", "http_method": "GET", "url_path": "/a/7", "http_route": "/a/{id}",
                 "http_status": 200, "client": "203.0.113.9"},
                {"timestamp": "2026-10-12T15:42:45Z", "http_method": "POST", "url_path": "/a", "http_status": 503},
                {"timestamp": "2026-10-12T15:42:46Z", "http_method": None, "url_path": None, "http_status": 400},
            ),
        ),
    ),
)  # fmt: skip

COMBINED = LogFormat(
    name="access-combined",
    title="Combined log format of Apache and nginx",
    shape=Shape.TEXT,
    pattern=_COMBINED + r"\s*$",
    layout=fixed({**_COLUMNS, "attributes": sql.json_object(_REST_COMBINED)}),
    samples=(
        LogSample(
            '198.51.100.4 - - [01/Jan/2026:00:00:00 +0000] "GET / HTTP/2.0" 304 0 "-" "Mozilla/5.0"\n'
            '2001:db8::1 - - [01/Jan/2026:00:00:01 +0000] "GET /say/\\"hi\\" HTTP/1.1" 404 12 "https://a.example/" "x \\"y\\""\n'
            '198.51.100.4 - - [01/Jan/2026:00:00:02 +0000] "-" 408 0 "-" "-"',
            (
                {"timestamp": "2026-01-01T00:00:00Z", "http_status": 304, "url_path": "/"},
                {"client": "2001:db8::1", "http_status": 404},
                {"http_status": 408, "http_method": None},
            ),
        ),
    ),
)  # fmt: skip

COMBINED_PAIRS = LogFormat(
    name="access-combined-pairs",
    title="Combined log format with extra key=value fields",
    shape=Shape.TEXT,
    pattern=_COMBINED + r'(?P<extra>(?: [A-Za-z_]\w*=(?:"(?:[^"\\]|\\.)*"|\S*))+)\s*$',
    layout=_with_pairs,
    samples=(
        LogSample(
            '203.0.113.7 - - [12/Oct/2026:17:43:01 +0200] "GET /api/search?q=lamp HTTP/1.1" 500 37 "-" "curl/8" '
            'rt=0.012 uct="0.001" urt="0.011" rid=4161b2c251eb2128ed8a8d60189a1e20 upstream=catalog\n'
            '203.0.113.7 - - [12/Oct/2026:17:43:02 +0200] "GET / HTTP/1.1" 200 4 "-" "curl/8" rt=0.000 uct="-" urt="-"\n'
            '203.0.113.7 - - [12/Oct/2026:17:43:03 +0200] "POST /api/cart HTTP/1.1" 504 160 "-" "curl/8" rt=5.001 app=shop',
            (
                {"timestamp": "2026-10-12T15:43:01Z", "duration_s": 0.012, "service": "catalog", "http_status": 500,
                 "trace_id": "4161b2c251eb2128ed8a8d60189a1e20", "url_path": "/api/search"},
                {"duration_s": 0.0, "http_status": 200},
                {"duration_s": 5.001, "service": "shop", "http_status": 504},
            ),
        ),
    ),
)  # fmt: skip

FORMATS = (COMMON, COMBINED, COMBINED_PAIRS)
