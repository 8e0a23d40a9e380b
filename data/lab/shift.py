"""Move every time in an export by a number of seconds, in the notation in which it stands.

Local times are moved on the instant, not on the clock face, so that a shift over a change
of daylight saving time stays true.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

NGINX_ACCESS = re.compile(r"\[(\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\]")
NGINX_ERROR = re.compile(r"^(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)", re.M)
PYTHON_LOGGING = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(\d{3})", re.M)
RFC3339 = re.compile(r"\b(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)")
CSVLOG = re.compile(r"\b(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(\.\d+)? UTC")
EPOCH_MS = re.compile(r'("time": )(\d{13})\b')
EPOCH_S = re.compile(r"(\[)(\d{10}(?:\.\d+)?)(, ?\")")
ALWAYS_FIRING = "0001-01-01"


def _in_zone(fmt: str, zone: ZoneInfo, by: timedelta) -> Callable[[str], str]:
    def moved(text: str) -> str:
        local = datetime.strptime(text, fmt).replace(tzinfo=zone)
        return (local.astimezone(UTC) + by).astimezone(zone).strftime(fmt)

    return moved


def nginx_access(text: str, by: timedelta, zone: str) -> str:
    """`[23/Nov/2026:21:30:00 +0100]`; the offset follows the zone on the new day."""
    fmt = "%d/%b/%Y:%H:%M:%S %z"

    def moved(match: re.Match[str]) -> str:
        at = datetime.strptime(match[1], fmt) + by
        return f"[{at.astimezone(ZoneInfo(zone)).strftime(fmt)}]"

    return NGINX_ACCESS.sub(moved, text)


def nginx_error(text: str, by: timedelta, zone: str) -> str:
    """`2026/11/23 21:30:00`, local and without a zone."""
    moved = _in_zone("%Y/%m/%d %H:%M:%S", ZoneInfo(zone), by)
    return NGINX_ERROR.sub(lambda match: moved(match[1]), text)


def python_logging(text: str, by: timedelta, zone: str) -> str:
    """`2026-11-23 21:30:00,123`, local and without a zone."""
    moved = _in_zone("%Y-%m-%d %H:%M:%S", ZoneInfo(zone), by)
    return PYTHON_LOGGING.sub(lambda match: f"{moved(match[1])},{match[2]}", text)


def rfc3339(text: str, by: timedelta, zone: str = "UTC") -> str:
    """`2026-11-23T21:30:00.123Z`; Alertmanager's year 1 means "still firing" and stays."""

    def moved(match: re.Match[str]) -> str:
        if match[1].startswith(ALWAYS_FIRING):
            return match[0]
        at = datetime.fromisoformat(match[1]) + by
        return at.isoformat() + (match[2] or "") + match[3]

    return RFC3339.sub(moved, text)


def csvlog(text: str, by: timedelta, zone: str = "UTC") -> str:
    """`2026-11-23 21:30:00.123 UTC`, PostgreSQL's."""
    moved = _in_zone("%Y-%m-%d %H:%M:%S", ZoneInfo("UTC"), by)
    return CSVLOG.sub(lambda match: moved(match[1]) + (match[2] or "") + " UTC", text)


def epoch_ms(text: str, by: timedelta, zone: str = "UTC") -> str:
    """`"time": 1790000000000`, pino's."""
    delta = int(by.total_seconds() * 1000)
    return EPOCH_MS.sub(lambda match: f"{match[1]}{int(match[2]) + delta}", text)


def epoch_s(text: str, by: timedelta, zone: str = "UTC") -> str:
    """`[1790000000, "0.5"]`, Prometheus' samples."""
    delta = int(by.total_seconds())

    def moved(match: re.Match[str]) -> str:
        whole, dot, rest = match[2].partition(".")
        return f"{match[1]}{int(whole) + delta}{dot}{rest}{match[3]}"

    return EPOCH_S.sub(moved, text)
