"""Small generated logs, for tests that need to know every number in them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TypeVar

from pmkit.formats.catalog import FORMATS
from pmkit.formats.format import LogFormat
from pmkit.formats.record_format import Format

# Multiplies the number of files that are drawn; more files find more bugs.
EXAMPLES = int(os.environ.get("PMKIT_EXAMPLES", "1"))

# Whether `make quick` runs the tests.
QUICK = "PMKIT_QUICK" in os.environ

_Case = TypeVar("_Case")


def thinned(cases: Sequence[_Case], step: int) -> Sequence[_Case]:
    """Return every so-many-th of many similar cases, or all of them where more examples are wanted."""
    return cases[::step] if EXAMPLES == 1 else cases


def thinned_when_quick(cases: Sequence[_Case], step: int) -> Sequence[_Case]:
    """Return every so-many-th of many similar cases in `make quick`, or else all of them."""
    return cases[::step] if QUICK else cases


# One format of each kind that is read in its own way.
KINDS = {
    (
        entry.syntax,
        entry.wraps,
        entry.multiline,
        bool(entry.partial),
        bool(entry.stream),
        bool(entry.header),
        entry.fallback,
    ): entry
    for entry in FORMATS
    if isinstance(entry, LogFormat) and not entry.inner
}

BEGIN = datetime(2026, 1, 17, 3, 0, tzinfo=UTC)

# Values that no exporter should write.
EXTREMES = [
    "", "-", "-1", "0", "99999999999999999999", "1e999", "NaN", "null", "true", "{}", "[", '"', "\\", "'", "%", "\ufeff",
    "\U0001f525", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-02-30T25:61:61Z", "=", ",", "\t", "x" * 5000,
    "(", ")", "$1",
]  # fmt: skip


def access_line(at: datetime, status: int = 200, route: str = "/a", duration_s: float = 0.01, client: str = "203.0.113.9") -> str:
    request = f'"GET {route} HTTP/1.1" {status} 12 "-" "agent"'
    return f"{client} - - [{_stamp(at)}] {request} rt={duration_s:.3f}\n"


# The lines of one second follow each other.
@lru_cache(maxsize=1)
def _stamp(at: datetime) -> str:
    return f"{at:%d/%b/%Y:%H:%M:%S +0000}"


def access_log(minutes: int, failing: Iterable[range] = (), per_s: int = 5, slow: Iterable[range] = ()) -> str:
    """Write `per_s` requests a second; every second request in a failing second fails."""
    bad = {second for stretch in failing for second in stretch}
    late = {second for stretch in slow for second in stretch}
    lines = []
    for second in range(minutes * 60):
        at = BEGIN + timedelta(seconds=second)
        for n in range(per_s):
            status = 500 if second in bad and n % 2 == 0 else 200
            lines.append(access_line(at, status, duration_s=2.0 if second in late else 0.01, client=f"203.0.113.{n}"))
    return "".join(lines)


def at(second: float) -> datetime:
    return BEGIN + timedelta(seconds=second)


def in_a_file(entry: Format, text: str) -> str:
    """Return a sample as a file would contain it: lines without timestamps are inside a container's log."""
    if not (isinstance(entry, LogFormat) and entry.inner):
        return text
    return "\n".join(f"2026-01-17T03:00:00.{number:09}Z stdout F {line}" for number, line in enumerate(text.split("\n")))
