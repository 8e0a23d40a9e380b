"""A line has the time that stands where a time stands, and numbers elsewhere are no times."""

from __future__ import annotations

import pytest
from reading import moments, read

LINES = {
    "session numbers": ("worker 3: session 1294367247 opened\n" * 3, []),
    "order numbers": ("1294367247 order created\n1834367248 order paid\n1394367249 order shipped\n", []),
    "a counter": ("1000000001 order created\n1000000002 order paid\n", []),
    "epochs": ("1768618800 up\n1768618802 down\n1768618801 up\n",
               ["2026-01-17T03:00:00", "2026-01-17T03:00:02", "2026-01-17T03:00:01"]),
    "epochs in milliseconds": ("1768618800250 up\n1768618801250 down\n", ["2026-01-17T03:00:00.250", "2026-01-17T03:00:01.250"]),
    "a query": ('Started GET "/notes?since=1768600000" at 2026-01-17 03:00:00 +0000\n' * 2, ["2026-01-17T03:00:00"] * 2),
    "a time in a URL": ("GET /a?from=2026-01-01T00:00:00Z | 2026-01-17 03:00:00 | ok\n", ["2026-01-17T03:00:00"]),
    "date": ("Sat Jan 17 03:00:00 CET 2026 backup started\n", ["2026-01-17T02:00:00"]),
    "day first, shown": ("11/01/2026 23:59:58 up\n12/01/2026 00:00:01 up\n13/01/2026 00:00:02 up\n",
                         ["2026-01-11T23:59:58", "2026-01-12T00:00:01", "2026-01-13T00:00:02"]),
    "month first, shown": ("01/11/2026 23:59:58 up\n01/13/2026 00:00:02 up\n", ["2026-01-11T23:59:58", "2026-01-13T00:00:02"]),
    "the day changes": ("11/01/2026 23:59:58 up\n12/01/2026 00:00:01 up\n", ["2026-01-11T23:59:58", "2026-01-12T00:00:01"]),
    "afternoon": ("2026-01-17 3:00:00 PM up\n", ["2026-01-17T15:00:00"]),
    "milliseconds": ("2026-03-04 09:00:00:123 ERROR x\n", ["2026-03-04T09:00:00.123"]),
    "day of the year": ("2026-017T03:00:00,672:WARN:pool is full\n2026-366T03:00:00,672:WARN:no such day\n",
                        ["2026-01-17T03:00:00.672"]),
    "week": ("2026-W03-6T03:00:00Z pool is full\n2025-W53-6T03:00:00Z no such week\n", ["2026-01-17T03:00:00"]),
    "dot between date and time": ("20260117.030000,672:DEBUG:pool is full\n", ["2026-01-17T03:00:00.672"]),
    "no known zone": ("2026-01-17T03:00:00.123456XYZ err store [7]: gone\n", ["2026-01-17T03:00:00.123"]),
    "French": ("août 19 03:00:00 web1 shop[7]: démarré\n", ["2026-08-19T03:00:00"]),
    "German": ("25. März 2026 23:59:58 FEHLER x\n", ["2026-03-25T23:59:58"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LINES.values(), ids=LINES)
def test_a_line_has_the_time_that_stands_where_a_time_stands(text: str, expected: list[str]) -> None:
    assert moments(read(text)[0]) == expected
