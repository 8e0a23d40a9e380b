"""Times become moments: zones, missing years and days, repeated and skipped hours, epochs, notations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reading import moments, read

from pmkit.formats.timestamps import NOTATIONS, detect_notation

BERLIN = "Europe/Berlin"


def syslog(*times: str) -> str:
    return "".join(f"{time} web7 shop[1]: word\n" for time in times)


def logback(*times: str) -> str:
    return "".join(f"{time} [main] INFO  o.s.Cart - word\n" for time in times)


def test_the_year_comes_from_the_files_last_change_and_rolls_over_at_new_year() -> None:
    text = syslog("Dec 30 10:00:00", "Dec 31 23:59:59", "Jan  1 00:00:01", "Jan  2 08:00:00")
    events, ledger = read(text, modified=datetime(2026, 1, 2, 9, tzinfo=UTC))
    assert moments(events) == ["2025-12-30T10:00:00", "2025-12-31T23:59:59", "2026-01-01T00:00:01", "2026-01-02T08:00:00"]
    assert any("carry no year; it follows from the file's last change, 2026" in note for note in ledger.notes)


def test_a_log_that_was_last_changed_in_january_of_december_is_from_the_year_before() -> None:
    events, _ = read(syslog("Dec 30 10:00:00", "Dec 30 10:00:01"), modified=datetime(2026, 1, 5, tzinfo=UTC))
    assert moments(events)[0].startswith("2025-12-30")


def test_a_log_of_several_years_counts_back_from_its_end() -> None:
    times = [f"{month} 10 10:00:00" for _ in range(3) for month in ("Feb", "Jun", "Oct")]
    events, _ = read(syslog(*times), modified=datetime(2026, 12, 1, tzinfo=UTC))
    assert [at[:7] for at in moments(events)] == [
        f"{year}-{month}" for year in (2024, 2025, 2026) for month in ("02", "06", "10")
    ]


def test_a_line_out_of_order_around_new_year_does_not_cost_a_year() -> None:
    text = syslog("Dec 31 23:59:58", "Jan  1 00:00:00", "Dec 31 23:59:59", "Jan  1 00:00:01", "Jan  1 00:00:02")
    events, _ = read(text, modified=datetime(2026, 1, 1, 1, tzinfo=UTC))
    assert [at[:4] for at in moments(events)] == ["2025", "2026", "2025", "2026", "2026"]


def test_the_29th_of_february_is_a_day_of_a_leap_year() -> None:
    events, ledger = read(
        syslog("Feb 28 10:00:00", "Feb 29 10:00:00", "Mar  1 10:00:00"), modified=datetime(2028, 3, 2, tzinfo=UTC)
    )
    assert moments(events)[1] == "2028-02-29T10:00:00"
    assert ledger.rejected == 0


def test_times_of_day_take_the_day_of_the_files_last_change_and_go_back_over_midnight() -> None:
    text = logback("23:59:58.000", "23:59:59.500", "00:00:00.250", "00:00:01.000")
    events, ledger = read(text, timezone=BERLIN, modified=datetime(2026, 7, 2, 6, tzinfo=UTC))
    assert moments(events) == ["2026-07-01T21:59:58", "2026-07-01T21:59:59.500", "2026-07-01T22:00:00.250", "2026-07-01T22:00:01"]
    assert any("carry no date" in note for note in ledger.notes)


def test_the_hour_that_the_clocks_repeat_is_told_by_the_order_of_the_lines() -> None:
    text = logback(*(f"2026-10-25 0{hour}:{minute:02}:00,000" for hour in (1, 2, 2, 3) for minute in (0, 20, 40)))
    events, ledger = read(text, timezone=BERLIN)
    assert moments(events) == [
        f"2026-10-{24 if hour > 22 else 25}T{hour:02}:{minute:02}:00" for hour in (23, 0, 1, 2) for minute in (0, 20, 40)
    ]
    assert any("6 times lie in the hour that the clocks of Europe/Berlin repeat" in note for note in ledger.notes)


def test_the_hour_that_the_clocks_skip_is_pointed_out() -> None:
    text = logback("2026-03-29 01:59:59,000", "2026-03-29 02:30:00,000", "2026-03-29 03:00:00,000")
    events, ledger = read(text, timezone=BERLIN)
    assert moments(events)[0::2] == ["2026-03-29T00:59:59", "2026-03-29T01:00:00"]
    assert any(
        "1 time lies in the hour that the clocks of Europe/Berlin skip; is the zone right?" in note for note in ledger.notes
    )


def test_only_times_without_a_zone_are_read_in_the_given_one() -> None:
    zoned, one = read(logback("2026-07-01T12:00:00+05:30").replace(" [main]", "  [main]"), timezone=BERLIN)
    plain, other = read(logback("2026-07-01 12:00:00,000"), timezone=BERLIN)
    assert (moments(zoned)[0], one.timezone, one.timezone_assumed) == ("2026-07-01T06:30:00", "as written", False)
    assert (moments(plain)[0], other.timezone, other.timezone_assumed) == ("2026-07-01T10:00:00", BERLIN, True)


@pytest.mark.parametrize(
    "unit", ["1768618800", "1768618800.25", "1768618800250", "1768618800250000", "1768618800250000000", "1.76861880025e9"]
)
def test_the_unit_of_an_epoch_is_told_by_its_size(unit: str) -> None:
    events, _ = read(f'{{"ts": {unit}, "level": "info", "msg": "up"}}\n' * 3)
    assert moments(events)[0] in ("2026-01-17T03:00:00", "2026-01-17T03:00:00.250")


def test_a_clock_that_was_wrong_is_put_right_only_on_request() -> None:
    text = "ts=2026-01-17T03:00:00Z level=info msg=up\n" * 2
    assert moments(read(text)[0])[0] == "2026-01-17T03:00:00"
    assert moments(read(text, clock_offset_s=-90.5)[0])[0] == "2026-01-17T02:58:29.500"


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00Z", "1969-12-31T23:00:00Z", "9999-12-31T23:59:59Z", "2026-13-01T00:00:00Z"])
def test_a_time_that_cannot_be_is_rejected_not_believed(time: str) -> None:
    events, ledger = read(f"ts={time} level=info msg=up\n" + "ts=2026-01-17T03:00:00Z level=info msg=up\n" * 9)
    assert (len(events), ledger.rejected) == (9, 1)
    assert "the time cannot be read, or is not of the years 1970 to 2199" in ledger.examples[0]


WRITERS = {
    "epoch": ["{at:.6f}", "{ms}", "{us}"],
    "ISO 8601 with a zone": ["{iso}Z", "{iso}+00:00", "{berlin_iso}", "{iso} UTC", "{spaced} +0000 UTC", "{comma}Z"],
    "ISO 8601 with a zone's abbreviation": ["{berlin:%Y-%m-%d %H:%M:%S.%f %Z}", "{berlin:%Y-%m-%d %H:%M:%S,%f%Z}"],
    "ISO 8601 without a zone": ["{wall_spaced}", "{wall_comma}"],
    "basic ISO 8601": ["{utc:%Y%m%dT%H%M%S.%f}Z"],
    "day/month/year:time zone": ["{utc:%d/%b/%Y:%H:%M:%S +0000}", "{berlin:%d/%b/%Y:%H:%M:%S %z}"],
    "day/month/year:time": ["{wall:%d/%b/%Y:%H:%M:%S.%f}"],
    "year/month/day time": ["{wall:%Y/%m/%d %H:%M:%S.%f}"],
    "year.month.day time": ["{wall:%Y.%m.%d %H:%M:%S.%f}"],
    "year-month-day-hour.minute.second": ["{wall:%Y-%m-%d-%H.%M.%S.%f}"],
    "compact date and time, milliseconds": ["{wall:%Y%m%d-%H:%M:%S}:000"],
    "compact date and time": ["{wall:%Y%m%d %H:%M:%S}", "{wall:%Y%m%d%H%M%S}"],
    "two-digit year": ["{wall:%y%m%d %H%M%S}", "{wall:%y/%m/%d %H:%M:%S}"],
    "weekday, month, day, time, year": ["{wall:%a %b %d %H:%M:%S %Y}", "{wall:%a %b %d %H:%M:%S.%f %Y}"],
    "month, day, time, zone, year": ["{utc:%a %b %d %H:%M:%S %Y +0000}", "{berlin:%a %b %d %H:%M:%S %z %Y}"],
    "weekday, month, day, time, UTC, year": ["{utc:%a %b %d %H:%M:%S UTC %Y}"],
    "RFC 5322": ["{utc:%a, %d %b %Y %H:%M:%S GMT}", "{berlin:%a, %d %b %Y %H:%M:%S %z}"],
    "day-month-year time zone": ["{utc:%d-%b-%Y %H:%M:%S.%f UTC}"],
    "day-month-year time": ["{wall:%d-%b-%Y %H:%M:%S} Europe/Berlin", "{wall:%d-%b-%Y %H:%M:%S.%f}"],
    "day month year time": ["{wall:%d %b %Y %H:%M:%S.%f}"],
    "month day, year time": ["{wall:%b %d, %Y %I:%M:%S %p}", "{wall:%b %d, %Y @ %H:%M:%S.%f}"],
    "month/day/year time": ["{wall:%m/%d/%Y %I:%M:%S %p}", "{wall:%m/%d/%Y %H:%M:%S}"],
    "day.month.year time": ["{wall:%d.%m.%Y %H:%M:%S}", "{wall:%d.%m.%Y, %H:%M:%S}"],
    "month day time, without the year": ["{wall:%b %d %H:%M:%S.%f}"],
    "month-day time, without the year": ["{wall:%m-%d %H:%M:%S.%f}"],
    "month.day time, without the year": ["{wall:%m.%d %H:%M:%S}"],
    "monthday time, without the year": ["{wall:%m%d %H:%M:%S.%f}"],
    "time of day, without the date": ["{wall:%H:%M:%S},{milli}"],
}  # fmt: skip
"""How a moment is written in each notation; `wall` is the time in Berlin without saying so."""


def test_there_is_a_writer_for_every_notation() -> None:
    assert list(WRITERS) == [notation.name for notation in NOTATIONS]


def _written(form: str, utc: datetime) -> str:
    berlin = utc.astimezone(ZoneInfo(BERLIN))
    wall = berlin.replace(tzinfo=None)
    iso, microseconds = utc.replace(tzinfo=None).isoformat(), round(utc.timestamp() * 1e6)
    return form.format(
        at=microseconds / 1e6, ms=microseconds // 1000, us=microseconds, utc=utc, berlin=berlin, wall=wall, iso=iso,
        spaced=iso.replace("T", " "), comma=iso.replace(".", ","), berlin_iso=berlin.isoformat(), wall_spaced=str(wall),
        wall_comma=str(wall).replace(".", ","), milli=f"{utc.microsecond // 1000:03}",
    )  # fmt: skip


def _precision(form: str) -> str:
    fine = "%f" in form or any(word in form for word in ("iso", "spaced", "comma", "{at", "{us"))
    return "us" if fine else "ms" if "{ms}" in form or "{milli}" in form else "s"


FORMS = [pytest.param(name, form, id=form) for name, forms in WRITERS.items() for form in forms]


@pytest.mark.parametrize(("name", "form"), FORMS)
@settings(max_examples=3, deadline=None)
@given(seconds=st.integers(1_000_000_000, 1_900_000_000), fraction=st.integers(0, 999_999))
def test_a_time_that_is_written_is_the_time_that_is_read(name: str, form: str, seconds: int, fraction: int) -> None:
    utc = datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=fraction or 1)
    text = _written(form, utc)
    found = detect_notation([text])
    assert found is not None
    assert found.name == name
    modified = utc + timedelta(minutes=1)
    assume(not _repeated(utc))
    value = text if name == "epoch" else f'"{text}"'
    record = f'{{"ts": {value}, "level": "info", "msg": "up"}}\n'
    events, _ = read(logback(text) if name.startswith("time of day") else record, timezone=BERLIN, modified=modified)
    assert events["timestamp"][0] == pd.Timestamp(utc).floor(_precision(form))


def _repeated(utc: datetime) -> bool:
    """Tell whether a moment lies in an hour that Berlin's clocks show twice: one line alone cannot tell which."""
    zone = ZoneInfo(BERLIN)
    return any(
        (utc + timedelta(hours=hours)).astimezone(zone).replace(tzinfo=None) == utc.astimezone(zone).replace(tzinfo=None)
        for hours in (-1, 1)
    )
