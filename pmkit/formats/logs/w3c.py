"""Access logs whose header names their columns, as the W3C extended log format defines them: IIS, CloudFront, WebLogic and others."""

from __future__ import annotations

import re
from typing import Final

from pmkit.formats.builders import text_log
from pmkit.formats.sections import DAY, Sections

# The word of each field. A time taken that is a decimal is in seconds, as the definition of the format says; IIS and proxies
# write whole milliseconds.
_WORDS: Final = {
    "sc-status": "status", "cs-method": "method", "cs-uri-stem": "url", "cs-uri": "url", "c-ip": "client", "cs-host": "host",
    "s-ip": "host", "x-edge-request-id": "trace_id", "cs(User-Agent)": "user_agent", "cs(Referer)": "referer",
}  # fmt: skip
_CLOUDFRONT: Final = {"x-host-header": "authority", "cs(Host)": "distribution"}
_DURATION: Final = r"(?:(?P<duration_s>\d*\.\d+)|(?P<duration_ms>\d+)|-)"
_MILLISECONDS: Final = r"(?:(?P<duration_ms>\d+)|-)"

# The date and the time of a line, each in quotes or not.
_DATE: Final = r'"?(?P<date>\d{4}-\d\d?-\d\d?)"?'
_CLOCK: Final = r'"?(?P<clock>\d\d?:\d\d:\d\d(?:\.\d+)?)"?'
_TIMES: Final = {"date": _DATE, "time": _CLOCK}
_LOCAL_TIMES: Final = {"date-local": _DATE, "time-local": _CLOCK}
# Most lines have both beside each other, which are read faster as one.
_BESIDE: Final = rf"{_DATE}[ \t]+{_CLOCK}"
_AT_ONCE: Final = rf"(?:(?P<time>\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?)|{_BESIDE})"

_HEADER: Final = r"^#\w[\w-]*:"
_DAY: Final = r"^#(?:Start-)?Date:\s*(\d{4}-\d\d-\d\d)\b"


def _w3c(header: str) -> str:
    """Return the regular expression for the lines below a `#Fields` line."""
    fields = header.split(":", 1)[1].split()
    is_cloudfront = "x-edge-location" in fields
    words = _WORDS | (_CLOUDFRONT if is_cloudfront else {})
    times = _TIMES if "time" in fields else _LOCAL_TIMES
    special = times | {"time-taken": r"(?P<duration_s>[\d.]+|-)" if is_cloudfront else _DURATION, "TimeTakenMS": _MILLISECONDS}
    parts, taken = [], {"date", "clock", "time"}
    for position, name in enumerate(fields, 1):
        if name in special and name not in fields[: position - 1]:
            parts.append(special[name])
            continue
        own_name = re.sub(r"\W+", "_", name).strip("_")
        word = words.get(name, own_name)
        word = own_name if word in taken else word
        word = word if word and word[0].isalpha() and word not in taken else f"field_{position}"
        taken.add(word)
        parts.append(rf'(?P<{word}>"(?:[^"]|"")*"|\S+)')
    return ("^" if _DATE in parts else f"^{DAY}") + r"[ \t]+".join(parts).replace(_BESIDE, _AT_ONCE) + r"\s*$"


W3C = text_log(
    "w3c", "W3C extended log (IIS, CloudFront, WebLogic and others), with columns from its #Fields line", "^$",
    "#Software: Microsoft Internet Information Services 10.0\n"
    "#Version: 1.0\n"
    "#Date: 2026-01-17 03:00:00\n"
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port c-ip cs(User-Agent) sc-status time-taken\n"
    "2026-01-17 03:00:00 10.0.0.1 GET /a b=1 443 203.0.113.9 curl/8 200 25\n"
    "2026-01-17 03:00:01 10.0.0.1 POST /b - 443 203.0.113.9 curl/8 500 3001\n"
    "#Fields:  c-ip  date  time  cs-method  cs-uri  cs(User-Agent)  sc-status  time-taken\n"
    '"203.0.113.8"\t2026-01-17  03:00:02\tGET\t/c?d=1\t"Mozilla/5.0 (X11; Linux)"\t404\t0.024',
    {"timestamp": "2026-01-17T03:00:00Z", "http_status": 200, "duration_s": 0.025, "url_path": "/a", "client": "203.0.113.9"},
    {"http_status": 500, "duration_s": 3.001},
    {"timestamp": "2026-01-17T03:00:02Z", "http_status": 404, "http_method": "GET", "url_path": "/c", "duration_s": 0.024,
     "client": "203.0.113.8"},
    header=_HEADER, utc=True,
    sections=Sections(r"^#Fields:(?:.*\s)?time(?:\s|$)", _w3c, day=_DAY),
)  # fmt: skip

W3C_LOCAL = text_log(
    "w3c-local", "W3C extended log in local time (IIS Advanced Logging), with columns from its #Fields line", "^$",
    "#Software: IIS Advanced Logging Module\n"
    "#Fields: date-local time-local s-ip cs-method cs-uri-stem c-ip cs(User-Agent) sc-status TimeTakenMS\n"
    '2026-01-17 03:00:00.125 10.0.0.1 GET /a "203.0.113.9" "Mozilla/5.0 (X11; Linux)" 200 25\n'
    '2026-01-17 03:00:01.250 10.0.0.1 POST /b "203.0.113.8" "say ""no"" twice" 500 3001\n'
    "2026-01-17 03:00:02.000 10.0.0.1 GET /c - - 404 -",
    {"timestamp": "2026-01-17T03:00:00.125Z", "http_status": 200, "duration_s": 0.025, "url_path": "/a", "client": "203.0.113.9"},
    {"http_status": 500, "duration_s": 3.001, "http_method": "POST"},
    {"http_status": 404, "client": None, "duration_s": None},
    header=_HEADER, sections=Sections(r"^#Fields:\s*date-local\s+time-local(?:\s|$)", _w3c),
)  # fmt: skip

IIS = text_log(
    "iis", "IIS access log without its header, with the columns that are its default",
    r"^(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?P<host>[\da-fA-F.:]+) (?P<method>[A-Z]+) (?P<url>\S+) (?P<query_string>\S+) (?P<port>\d+) "
    r"(?P<user>\S+) (?P<client>[\da-fA-F.:]+(?:%\d+)?) (?P<user_agent>\S+) (?P<referer>\S+) (?P<status>\d{3}) (?P<substatus>\d+) "
    r"(?P<win32_status>\d+)(?: (?P<sent>\d+) (?P<received>\d+))? (?P<duration_ms>\d+)\s*$",
    "2026-01-17 03:00:00 10.0.0.1 GET /a b=1 443 - 203.0.113.9 curl/8 - 200 0 0 25\n"
    "2026-01-17 03:00:01 10.0.0.1 POST /b - 443 alice 203.0.113.9 Mozilla/5.0+(X11) https://shop.example/ 500 0 64 3001\n"
    "2026-01-17 03:00:02 10.0.0.1 GET /c - 443 - 2001:db8::7 curl/8 - 404 0 2 1405 242 283",
    {"timestamp": "2026-01-17T03:00:00Z", "http_status": 200, "duration_s": 0.025, "url_path": "/a", "client": "203.0.113.9"},
    {"http_method": "POST", "http_status": 500, "duration_s": 3.001},
    {"client": "2001:db8::7", "http_status": 404, "duration_s": 0.283},
    utc=True, header=_HEADER,
)  # fmt: skip

CLOUDFRONT = text_log(
    "cloudfront", "CloudFront access log without its header",
    r"^(?P<date>\d{4}-\d\d-\d\d)\t(?P<clock>\d\d:\d\d:\d\d)\t(?P<edge>[A-Z]{3}\w*(?:-\w+)?)\t(?P<bytes>\d+)\t(?P<client>\S+)\t(?P<method>[A-Z]+)\t"
    r"(?P<distribution>\S+)\t(?P<url>\S+)\t(?P<status>\d{3})\t(?P<referer>\S+)\t(?P<user_agent>\S+)\t(?P<query_string>\S+)\t(?P<cookie>\S+)\t"
    r"(?P<result>\w+)\t(?P<trace_id>\S+)\t(?P<host>\S+)\t(?P<scheme>\w+)\t(?P<received>\d+)(?:\t(?P<duration_s>[\d.]+))?(?P<rest>.*)$",
    "2026-01-17\t03:00:00\tFRA2-C1\t392\t203.0.113.9\tGET\td111.cloudfront.net\t/index.html\t200\t-\tMozilla/5.0\t-\t-\tHit\t7b0f=\t"
    "shop.example\thttps\t23\t0.001\t-\tTLSv1.3\n"
    "2026-01-17\t03:00:01\tFRA2-C1\t0\t203.0.113.8\tPOST\td111.cloudfront.net\t/b\t502\t-\tcurl/8\ta=1\t-\tError\t7b10=\t"
    "shop.example\thttps\t23\t30.001\t-\tTLSv1.3\n"
    "2026-01-17\t03:00:02\tIAD53\t12\t203.0.113.7\tGET\td111.cloudfront.net\t/c\t404\t-\tcurl/8\t-\t-\tMiss\t7b11=\tshop.example\thttp\t23",
    {"timestamp": "2026-01-17T03:00:00Z", "http_status": 200, "duration_s": 0.001, "url_path": "/index.html", "client": "203.0.113.9",
     "host": "shop.example", "trace_id": "7b0f="},
    {"http_status": 502, "duration_s": 30.001},
    {"http_status": 404, "duration_s": None},
    utc=True,
)  # fmt: skip
