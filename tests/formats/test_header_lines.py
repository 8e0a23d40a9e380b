"""Header lines of W3C logs say which columns follow, and the date of lines that only have a time."""

from __future__ import annotations

import pytest
from reading import moments, read

ONLY_TIMES = (
    "#Software: Microsoft Internet Information Services 6.0\n"
    "#Date: {date} 23:59:58\n"
    "#Fields: time c-ip cs-method cs-uri-stem sc-status\n"
)


def test_lines_with_a_time_only_have_the_date_of_the_header_above_them() -> None:
    first = ONLY_TIMES.format(date="2026-01-17") + "23:59:58 192.0.2.1 GET /a 200\n23:59:59 192.0.2.1 GET /b 500\n"
    second = ONLY_TIMES.format(date="2026-01-20") + "08:00:00 192.0.2.1 GET /c 200\n"
    events, ledger = read(first + second)
    assert moments(events) == ["2026-01-17T23:59:58", "2026-01-17T23:59:59", "2026-01-20T08:00:00"]
    assert list(events["http_status"]) == [200, 500, 200]
    assert (ledger.format, ledger.rejected) == ("w3c", 0)
    assert "its times carry no date; it follows from the header lines above them, and the order of the lines" in ledger.notes


def test_a_time_that_goes_back_by_half_a_day_begins_the_next_day() -> None:
    clocks = ["23:59:58", "23:59:57", "00:00:01", "23:00:00", "01:00:00"]
    lines = "".join(f"{clock} 192.0.2.1 GET /a 200\n" for clock in clocks)
    events, _ = read(ONLY_TIMES.format(date="2026-01-31") + lines)
    assert moments(events) == [
        "2026-01-31T23:59:58", "2026-01-31T23:59:57", "2026-02-01T00:00:01", "2026-02-01T23:00:00", "2026-02-02T01:00:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        '"2026-01-17" "03:00:00" "GET" "/a" "503" "Mozilla/5.0 (X11; Linux)"',
        '2026-01-17     03:00:00     GET  /a   503 "Mozilla/5.0 (X11; Linux)"',
        "2026-01-17\t03:00:00\tGET\t/a\t503\tMozilla/5.0",
    ],
    ids=["quoted", "several spaces", "tabs"],
)
def test_the_columns_of_a_line_may_be_quoted_and_be_any_distance_apart(line: str) -> None:
    events, ledger = read(f"#Version: 1.0\n#Fields: date time cs-method cs-uri sc-status cs(User-Agent)\n{line}\n")
    assert (ledger.format, moments(events)) == ("w3c", ["2026-01-17T03:00:00"])
    assert (events["http_method"][0], events["url_path"][0], events["http_status"][0]) == ("GET", "/a", 503)


def test_local_times_are_read_in_the_zone_of_the_export() -> None:
    text = "#Fields: date-local time-local cs-method cs-uri-stem sc-status TimeTakenMS\n2026-01-17 03:00:00.500 GET /a 200 12\n"
    events, ledger = read(text, timezone="Europe/Berlin")
    assert moments(events) == ["2026-01-17T02:00:00.500"]
    assert (ledger.format, events["duration_s"][0]) == ("w3c-local", 0.012)
