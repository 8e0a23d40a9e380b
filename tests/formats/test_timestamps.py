"""Times are read: zones, missing years and dates, repeated and skipped hours, epochs, notations."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from reading import WRITTEN, moments, read
from samples import EXAMPLES, thinned_when_quick

from pmkit.formats.custom import custom_format
from pmkit.formats.notation import Notation
from pmkit.formats.notations import NOTATIONS
from pmkit.formats.timestamps import detect_notation

BERLIN = "Europe/Berlin"


def syslog(*times: str) -> str:
    return "".join(f"{time} web7 shop[1]: word\n" for time in times)


def logback(*times: str) -> str:
    return "".join(f"{time} [main] INFO  o.s.Cart - word\n" for time in times)


def test_a_missing_year_is_inferred_from_the_modification_time_and_rolls_over_at_new_year() -> None:
    text = syslog("Dec 30 10:00:00", "Dec 31 23:59:59", "Jan  1 00:00:01", "Jan  2 08:00:00")
    events, ledger = read(text, modified=datetime(2026, 1, 2, 9, tzinfo=UTC))
    assert moments(events) == ["2025-12-30T10:00:00", "2025-12-31T23:59:59", "2026-01-01T00:00:01", "2026-01-02T08:00:00"]
    assert any("carry no year; it follows from the file's last change, 2026" in note for note in ledger.notes)


def test_december_in_a_file_modified_in_january_is_in_the_previous_year() -> None:
    events, _ = read(syslog("Dec 30 10:00:00", "Dec 30 10:00:01"), modified=datetime(2026, 1, 5, tzinfo=UTC))
    assert moments(events)[0].startswith("2025-12-30")


def test_the_years_of_a_log_that_spans_several_are_counted_back_from_its_end() -> None:
    times = [f"{month} 10 10:00:00" for _ in range(3) for month in ("Feb", "Jun", "Oct")]
    events, _ = read(syslog(*times), modified=datetime(2026, 12, 1, tzinfo=UTC))
    assert [at[:7] for at in moments(events)] == [
        f"{year}-{month}" for year in (2024, 2025, 2026) for month in ("02", "06", "10")
    ]


def test_a_line_out_of_order_around_new_year_does_not_shift_the_year() -> None:
    text = syslog("Dec 31 23:59:58", "Jan  1 00:00:00", "Dec 31 23:59:59", "Jan  1 00:00:01", "Jan  1 00:00:02")
    events, _ = read(text, modified=datetime(2026, 1, 1, 1, tzinfo=UTC))
    assert [at[:4] for at in moments(events)] == ["2025", "2026", "2025", "2026", "2026"]


def test_february_29_is_read_in_a_leap_year() -> None:
    events, ledger = read(
        syslog("Feb 28 10:00:00", "Feb 29 10:00:00", "Mar  1 10:00:00"), modified=datetime(2028, 3, 2, tzinfo=UTC)
    )
    assert moments(events)[1] == "2028-02-29T10:00:00"
    assert ledger.rejected == 0


def test_the_date_of_times_of_day_is_inferred_from_the_modification_time_across_midnight() -> None:
    text = logback("23:59:58.000", "23:59:59.500", "00:00:00.250", "00:00:01.000")
    events, ledger = read(text, timezone=BERLIN, modified=datetime(2026, 7, 2, 6, tzinfo=UTC))
    assert moments(events) == ["2026-07-01T21:59:58", "2026-07-01T21:59:59.500", "2026-07-01T22:00:00.250", "2026-07-01T22:00:01"]
    assert any("carry no date" in note for note in ledger.notes)


def test_line_order_resolves_the_hour_repeated_when_clocks_go_back() -> None:
    text = logback(*(f"2026-10-25 0{hour}:{minute:02}:00,000" for hour in (1, 2, 2, 3) for minute in (0, 20, 40)))
    events, ledger = read(text, timezone=BERLIN)
    assert moments(events) == [
        f"2026-10-{24 if hour > 22 else 25}T{hour:02}:{minute:02}:00" for hour in (23, 0, 1, 2) for minute in (0, 20, 40)
    ]
    assert any("6 times lie in the hour that the clocks of Europe/Berlin repeat" in note for note in ledger.notes)


def test_times_in_the_hour_skipped_when_clocks_go_forward_are_noted() -> None:
    text = logback("2026-03-29 01:59:59,000", "2026-03-29 02:30:00,000", "2026-03-29 03:00:00,000")
    events, ledger = read(text, timezone=BERLIN)
    assert moments(events)[0::2] == ["2026-03-29T00:59:59", "2026-03-29T01:00:00"]
    assert any(
        "1 time lies in the hour that the clocks of Europe/Berlin skip; is the zone right?" in note for note in ledger.notes
    )


def test_only_times_without_a_zone_are_read_in_the_given_zone() -> None:
    zoned, zoned_ledger = read(logback("2026-07-01T12:00:00+05:30").replace(" [main]", "  [main]"), timezone=BERLIN)
    plain, plain_ledger = read(logback("2026-07-01 12:00:00,000"), timezone=BERLIN)
    assert (moments(zoned)[0], zoned_ledger.timezone, zoned_ledger.timezone_assumed) == (
        "2026-07-01T06:30:00",
        "as written",
        False,
    )
    assert (moments(plain)[0], plain_ledger.timezone, plain_ledger.timezone_assumed) == ("2026-07-01T10:00:00", BERLIN, True)


@pytest.mark.parametrize(
    "unit", ["1768618800", "1768618800.25", "1768618800250", "1768618800250000", "1768618800250000000", "1.76861880025e9"]
)
def test_the_unit_of_an_epoch_is_inferred_from_its_magnitude(unit: str) -> None:
    events, _ = read(f'{{"ts": {unit}, "level": "info", "msg": "up"}}\n' * 3)
    assert moments(events)[0] in ("2026-01-17T03:00:00", "2026-01-17T03:00:00.250")


def test_a_clock_offset_is_corrected_only_on_request() -> None:
    text = "ts=2026-01-17T03:00:00Z level=info msg=up\n" * 2
    assert moments(read(text)[0])[0] == "2026-01-17T03:00:00"
    assert moments(read(text, clock_offset_s=-90.5)[0])[0] == "2026-01-17T02:58:29.500"


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00Z", "1969-12-31T23:00:00Z", "9999-12-31T23:59:59Z", "2026-13-01T00:00:00Z"])
def test_an_impossible_time_is_rejected(time: str) -> None:
    events, ledger = read(f"ts={time} level=info msg=up\n" + "ts=2026-01-17T03:00:00Z level=info msg=up\n" * 9)
    assert (len(events), ledger.rejected) == (9, 1)
    assert "the time cannot be read, or is not between 1970 and 2199" in ledger.examples[0]


# How a moment is written in each notation; `wall` is the time in Berlin without its zone.
WRITERS = {
    "epoch": ["{at:.6f}", "{ms}", "{us}"],
    "/Date(milliseconds)/": ["/Date({ms})/"],
    "TAI64N": ["@4{tai:015x}{nano:08x}"],
    "ISO 8601, with an offset": [
        "{iso}Z", "{spaced}Z", "{iso}+00:00", "{berlin_iso}", "{iso} UTC", "{berlin:%Y-%m-%d %H:%M:%S,%f%z}", "{spaced} +00:00",
    ],
    "ISO 8601, with a zone": [
        "{iso}z", "{spaced} +0000 UTC", "{spaced} +0000 UTC m=+0.1", "{comma}Z",
        "{berlin:%Y-%m-%d %H:%M:%S.%f %Z}", "{berlin:%Y-%m-%d %H:%M:%S,%f%Z}",
        "{utc:%Y-%m-%d %H:%M:%S GMT+0}", "{utc:%Y-%m-%dt%H:%M:%S+00}",
    ],
    "ISO 8601": ["{wall_spaced}", "{wall_comma}", "{wall:%Y-%m-%d %I:%M:%S %p}", "{wall:%Y-%m-%d - %H:%M:%S}"],
    "ISO 8601, milliseconds after a colon, with a zone": ["{utc:%Y-%m-%d %H:%M:%S}:{milli} UTC"],
    "ISO 8601, milliseconds after a colon": ["{wall:%Y-%m-%d %H:%M:%S}:{milli}"],
    "basic ISO 8601, with a zone": ["{utc:%Y%m%dT%H%M%S.%f}Z", "{utc:%Y%m%dT%H%M%S}Z", "{berlin:%Y%m%dT%H%M%S%z}"],
    "basic ISO 8601": ["{wall:%Y%m%dT%H%M%S}", "{wall:%Y%m%d %H%M%S}"],
    "year and day of the year, time, with a zone": ["{utc:%Y-%jT%H:%M:%S.%f}Z", "{berlin:%Y-%j %H:%M:%S %z}"],
    "year and day of the year, time": ["{wall:%Y-%jT%H:%M:%S,%f}"],
    "year, week and day of the week, time, with a zone": ["{utc:%G-W%V-%uT%H:%M:%S.%f}Z"],
    "year, week and day of the week, time": ["{wall:%G-W%V-%u %H:%M:%S}"],
    "digits of the date, dot, digits of the time": ["{wall:%Y%m%d.%H%M%S}", "{wall:%Y%m%d.%H%M%S,%f}"],
    "digits of date and time": ["{wall:%Y%m%d%H%M%S}"],
    "digits of the date, time, with a zone": ["{berlin:%Y%m%d %H:%M:%S %z}"],
    "digits of the date, time": ["{wall:%Y%m%d %H:%M:%S}", "{wall:%Y%m%d-%H:%M:%S.%f}", "{wall:%Y%m%dT%H:%M:%S}"],
    "digits of the date, time, milliseconds after a colon": ["{wall:%Y%m%d-%H:%M:%S}:{milli}"],
    "day/month/year:time, with a zone": [
        "{utc:%d/%b/%Y:%H:%M:%S +0000}", "{berlin:%d/%b/%Y:%H:%M:%S %z}", "{utc:%d/%b/%Y %H:%M:%S.%f +0000}",
    ],
    "day/month/year:time": ["{wall:%d/%b/%Y:%H:%M:%S.%f}", "{wall:%d/%b/%Y %H:%M:%S}"],
    "year/month/day time, with a zone": ["{utc:%Y/%m/%d %H:%M:%S.%f UTC}"],
    "year/month/day time": ["{wall:%Y/%m/%d %H:%M:%S.%f}", "{wall:%Y/%m/%d - %H:%M:%S}"],
    "year.month.day time, with a zone": ["{berlin:%Y.%m.%d %H:%M:%S %Z}"],
    "year.month.day time": ["{wall:%Y.%m.%d %H:%M:%S.%f}"],
    "year-month-day-hour.minute.second": ["{wall:%Y-%m-%d-%H.%M.%S.%f}"],
    "six digits of the date, six of the time": ["{wall:%y%m%d %H%M%S}"],
    "six digits of the date, time": ["{wall:%y%m%d %H:%M:%S}"],
    "two-digit year/month/day time": ["{wall:%y/%m/%d %H:%M:%S}", "{wall:%y/%m/%d %H:%M:%S.%f}"],
    "month, day, time, zone, year": [
        "{utc:%a %b %d %H:%M:%S UTC %Y}", "{berlin:%a %b %d %H:%M:%S %z %Y}", "{berlin:%a %b %d %H:%M:%S %Z %Y}",
        "{berlin:%a %b %d %I:%M:%S %p %Z %Y}",
    ],
    "month, day, time, year, with a zone": ["{utc:%a %b %d %H:%M:%S %Y +0000}"],
    "month, day, time, year": ["{wall:%a %b %d %H:%M:%S %Y}", "{wall:%a %b %d %H:%M:%S.%f %Y}"],
    "day, month, time, zone, year": ["{berlin:Sa %d. %b %H:%M:%S %Z %Y}"],
    "day month year time region": ["{wall:%d-%b-%Y %H:%M:%S} Europe/Berlin"],
    "day month year time, with a zone": [
        "{utc:%a, %d %b %Y %H:%M:%S GMT}", "{berlin:%a, %d %b %Y %H:%M:%S %z}", "{utc:%d-%b-%Y %H:%M:%S.%f UTC}",
        "{berlin:%a %d %b %Y %I:%M:%S %p %Z}",
    ],
    "day month year time": ["{wall:%d-%b-%Y %H:%M:%S.%f}", "{wall:%d %b %Y %H:%M:%S.%f}", "{wall:%d %B %Y %H:%M:%S}"],
    "day-month-two-digit year time, with a zone": ["{utc:%A, %d-%b-%y %H:%M:%S GMT}"],
    "day-month-two-digit year time": ["{wall:%d-%b-%y %H:%M:%S}"],
    "date and time of JavaScript": ["{utc:%a %b %d %Y %H:%M:%S} GMT+0000 (Greenwich Mean Time)"],
    "month day, year time, with a zone": ["{utc:%B %d, %Y at %I:%M:%S %p UTC}"],
    "month day, year time": ["{wall:%b %d, %Y %I:%M:%S %p}", "{wall:%b %d, %Y @ %H:%M:%S.%f}", "{wall:%b %d %Y %H:%M:%S}"],
    "day month year time, not in English, with a zone": ["{utc:sam. %d} {french} {utc:%Y %H:%M:%S UTC}"],
    "day month year time, not in English": ["{wall:%d-}{german}{wall:-%Y %H:%M:%S}", "{wall:%d} {french} {wall:%Y %H:%M:%S}"],
    "month day, year time, not in English, with a zone": ["{french} {utc:%d, %Y %H:%M:%S UTC}"],
    "month day, year time, not in English": ["{french} {wall:%d, %Y %H:%M:%S}"],
    "day, month, time, zone, year, not in English": ["{utc:%d} {french} {utc:%H:%M:%S UTC %Y}"],
    "month/day/year time, with a zone": ["{utc:%m/%d/%Y %I:%M:%S %p +00:00}"],
    "month/day/year time": ["{wall:%m/%d/%Y %I:%M:%S %p}", "{wall:%m/%d/%Y %H:%M:%S}", "{wall:%m/%d/%y,%H:%M:%S}"],
    "day/month/year time, with a zone": ["{utc:%d/%m/%Y %H:%M:%S} Z"],
    "day/month/year time": ["{wall:%d/%m/%Y %H:%M:%S}", "{wall:%d-%m-%Y %H:%M:%S.%f}"],
    "month/day/year time, milliseconds after a colon, with a zone": ["{utc:%m/%d/%y %H:%M:%S}:{milli} UTC"],
    "month/day/year time, milliseconds after a colon": ["{wall:%m/%d/%Y %H:%M:%S}:{milli}"],
    "day/month/year time, milliseconds after a colon, with a zone": ["{utc:%d/%m/%y, %H:%M:%S}:{milli} UTC"],
    "day/month/year time, milliseconds after a colon": ["{wall:%d/%m/%Y %H:%M:%S}:{milli}"],
    "day.month.year time, milliseconds after a colon, with a zone": ["{utc:%d.%m.%y %H:%M:%S}:{milli} UTC"],
    "day.month.year time, milliseconds after a colon": ["{wall:%d.%m.%Y %H:%M:%S}:{milli}"],
    "day.month.year time, with a zone": ["{berlin:%d.%m.%Y %H:%M:%S %Z}"],
    "day.month.year time": ["{wall:%d.%m.%Y %H:%M:%S}", "{wall:%d.%m.%Y, %H:%M:%S}", "{wall:%d.%m.%y %H:%M:%S,%f}"],
    "month day time, without the year, with a zone": ["{utc:%b %d %H:%M:%S.%f UTC}"],
    "month day time, without the year": ["{wall:%b %d %H:%M:%S.%f}"],
    "day month time, without the year, with a zone": ["{utc:%d %b %H:%M:%S UTC}"],
    "day month time, without the year": ["{wall:%d %b %H:%M:%S.%f}"],
    "month day time, without the year, not in English": ["{french} {wall:%d %H:%M:%S}"],
    "day month time, without the year, not in English": ["{wall:%d} {french} {wall:%H:%M:%S}"],
    "month-day time, without the year": ["{wall:%m-%d %H:%M:%S.%f}", "{wall:%m/%d %H:%M:%S}"],
    "day-month time, without the year": ["{wall:%d/%m %H:%M:%S}"],
    "month.day time, without the year": ["{wall:%m.%d %H:%M:%S}"],
    "day.month time, without the year": ["{wall:%d.%m. %H:%M:%S}"],
    "monthday time, without the year": ["{wall:%m%d %H:%M:%S.%f}"],
    "time of day, without the date": ["{wall:%H:%M:%S},{milli}", "{wall:%I:%M:%S %p}"],
    "time of day, milliseconds after a colon": ["{wall:%H:%M:%S}:{milli}"],
}  # fmt: skip
FRENCH = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
GERMAN = ["Jan", "Feb", "Mrz", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"]


def test_every_notation_has_an_example() -> None:
    assert list(WRITERS) == [notation.name for notation in NOTATIONS]


def _written(form: str, utc: datetime) -> str:
    berlin = utc.astimezone(ZoneInfo(BERLIN))
    wall = berlin.replace(tzinfo=None)
    iso, microseconds = utc.replace(tzinfo=None).isoformat(), round(utc.timestamp() * 1e6)
    return form.format(
        at=microseconds / 1e6, ms=microseconds // 1000, us=microseconds, utc=utc, berlin=berlin, wall=wall, iso=iso,
        spaced=iso.replace("T", " "), comma=iso.replace(".", ","), berlin_iso=berlin.isoformat(), wall_spaced=str(wall),
        wall_comma=str(wall).replace(".", ","), milli=f"{utc.microsecond // 1000:03}", french=FRENCH[utc.month - 1],
        german=GERMAN[utc.month - 1], tai=int(utc.timestamp()) + 10, nano=utc.microsecond * 1000,
    )  # fmt: skip


def _precision(form: str) -> str:
    fine = "%f" in form or any(word in form for word in ("iso", "spaced", "comma", "{at", "{us", "nano"))
    return "us" if fine else "ms" if "{ms}" in form or "{milli}" in form else "s"


OWN = custom_format("own", "pattern", r"^(?P<time>.+?) \| (?P<message>.*)$")
# One way to write each notation; with more examples, all.
FORMS = [
    pytest.param(notation, form, id=form)
    for notation in NOTATIONS
    for form in WRITERS[notation.name][: 1 if EXAMPLES == 1 else None]
]


@pytest.mark.parametrize(("notation", "form"), thinned_when_quick(FORMS, 4))
def test_a_time_is_read_as_it_was_written(notation: Notation, form: str) -> None:
    moments_utc = _random_moments(seed=form, count=1 if notation.missing else 20)
    texts = [_written(form, utc) for utc in moments_utc]
    assert notation.name in detect_notation(texts).name
    log = "".join(f"{text} | up\n" for text in texts)
    events, _ = read(log, timezone=BERLIN, modified=moments_utc[-1] + timedelta(minutes=1), format="own", formats=(OWN,))
    assert events["timestamp"].tolist() == [pd.Timestamp(utc).floor(_precision(form)) for utc in moments_utc]


def _random_moments(seed: str, count: int) -> list[datetime]:
    """Return moments of 2001 to 2030 that one line determines: not in an hour that Berlin's clocks repeat, on a day above 12."""
    source = random.Random(seed)  # noqa: S311 - test data
    drawn = (datetime.fromtimestamp(source.randrange(10**15, 19 * 10**14) / 1e6, UTC) for _ in range(10 * count))
    return [utc for utc in drawn if utc.microsecond and 13 < utc.day < 28 and not _is_repeated(utc)][:count]


def _is_repeated(utc: datetime) -> bool:
    zone = ZoneInfo(BERLIN)
    return any(
        (utc + timedelta(hours=hours)).astimezone(zone).replace(tzinfo=None) == utc.astimezone(zone).replace(tzinfo=None)
        for hours in (-1, 1)
    )


@pytest.mark.parametrize(
    ("timezone", "expected", "note"),
    [
        ("Asia/Shanghai", "2026-07-04T02:00:00", "read as UTC+08:00, as Asia/Shanghai uses it"),
        ("America/Chicago", "2026-07-04T16:00:00", "read as UTC-06:00, as America/Chicago uses it"),
        (BERLIN, "2026-07-04T16:00:00", "read as UTC-06:00, its usual meaning, which is doubtful: Europe/Berlin does not use it"),
    ],
)
def test_an_ambiguous_abbreviation_is_read_by_the_incidents_zone_and_noted(timezone: str, expected: str, note: str) -> None:
    events, ledger = read("2026-07-04 10:00:00 CST | up\n", timezone=timezone)
    assert moments(events) == [expected]
    assert (ledger.timezone_assumed, f"CST stands for several zones; {note}" in ledger.notes) == (True, True)


@pytest.mark.parametrize(
    ("timezone", "modified", "expected"),
    [
        ("America/New_York", WRITTEN, "2026-11-01T08:00:00"),
        (BERLIN, WRITTEN, "2026-01-11T02:00:00"),
        ("America/New_York", datetime(2026, 1, 12, tzinfo=UTC), "2026-01-11T08:00:00"),
    ],
)
def test_a_date_of_unknown_order_follows_the_last_change_or_the_zone_and_is_noted(
    timezone: str, modified: datetime, expected: str
) -> None:
    events, ledger = read("11/01/2026 03:00:00 up\n" * 2, timezone=timezone, modified=modified)
    assert moments(events) == [expected] * 2
    assert any("do not show whether the day or the month stands first" in note for note in ledger.notes)
