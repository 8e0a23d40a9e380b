"""A time that the file does not determine is not given as certain: it is left out, or a note says what was assumed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from reading import moments, read

NOW = datetime(2026, 7, 20, tzinfo=UTC)


def lines(*texts: str) -> str:
    return "".join(f"{text}\n" for text in texts)


@pytest.mark.parametrize(
    ("zone", "name", "day", "note"),
    [
        (
            "America/New_York",
            "EST",
            "2026-07-17",
            "has EDT on 2026-07-17; read as they are written, which may be an hour too late",
        ),
        (
            "America/New_York",
            "EDT",
            "2026-01-17",
            "has EST on 2026-01-17; read as they are written, which may be an hour too early",
        ),
        ("Europe/Berlin", "CET", "2026-07-17", "has CEST on 2026-07-17; read as they are written, which may be an hour too late"),
        ("America/New_York", "EST", "2026-01-17", None),
        ("America/New_York", "EDT", "2026-07-17", None),
        ("UTC", "CET", "2026-07-17", None),
        ("Europe/London", "GMT", "2026-07-17", None),
    ],
)
def test_an_abbreviation_that_is_not_in_use_on_that_day_is_pointed_out(zone: str, name: str, day: str, note: str | None) -> None:
    _, ledger = read(lines(*(f"{day} 03:00:0{n} {name} ERROR it broke" for n in range(3))), modified=NOW, timezone=zone)
    doubts = [text for text in ledger.notes if "its times say" in text]
    assert doubts == ([] if note is None else [f"its times say {name}, but {zone} {note}"])


def test_a_time_is_read_as_its_abbreviation_says_even_in_summer() -> None:
    events, _ = read("2026-07-17 03:00:00 EST ERROR it broke\n", modified=NOW, timezone="America/New_York")
    assert moments(events) == ["2026-07-17T08:00:00"]


def test_a_log_that_writes_both_abbreviations_follows_the_clocks() -> None:
    text = lines("2026-01-17 03:00:00 EST INFO a", "2026-07-17 03:00:00 EDT INFO b")
    _, ledger = read(text, modified=NOW, timezone="America/New_York")
    assert not any("its times say" in note for note in ledger.notes)


@pytest.mark.parametrize(
    "text",
    [
        lines(*(f"{1_784_000_000 + n} order accepted" for n in range(8))),
        lines("id,status,message", *(f"{1_784_000_000 + 7 * n},ok,order accepted" for n in range(8))),
    ],
    ids=["counted one by one", "in a column with another name"],
)
def test_numbers_that_are_no_times_do_not_become_times(text: str) -> None:
    events, _ = read(text, modified=NOW)
    assert len(events) == 0


def test_a_message_with_a_comma_on_every_line_is_no_table_of_numbers() -> None:
    events, _ = read("1768618800123 order 7, placed\n1768618801456 order 8, failed\n1768618804789 order 9, placed\n")
    assert moments(events) == ["2026-01-17T03:00:00.123", "2026-01-17T03:00:01.456", "2026-01-17T03:00:04.789"]


def test_numbers_far_from_the_files_last_change_are_said_to_be_a_guess() -> None:
    text = lines(*(f"{1_200_000_000 + 7 * n * n} order accepted" for n in range(8)))
    events, ledger = read(text, modified=NOW)
    note = "numbers at the beginning of its lines are read as seconds since 1970, up to 2008-01-10, a guess: "
    assert (len(events), f"{note}the file was last changed on 2026-07-20" in ledger.notes) == (8, True)


@pytest.mark.parametrize("form", ["{}.5 INFO up", "{} INFO up", "{}123 INFO up"])
def test_seconds_since_1970_near_the_files_last_change_are_times(form: str) -> None:
    events, ledger = read(lines(*(form.format(1_784_000_000 + 7 * n) for n in range(8))), modified=NOW)
    assert moments(events)[0].startswith("2026-07-14T03:33:20")
    assert not any("guess" in note for note in ledger.notes)


def test_a_date_in_a_line_is_its_time_rather_than_a_number_before_it() -> None:
    events, _ = read(lines(*(f"{1_200_000_000 + 3 * n} 2026-01-17 03:00:0{n} INFO up" for n in range(5))), modified=NOW)
    assert moments(events)[0] == "2026-01-17T03:00:00"


@pytest.mark.parametrize("zone", ["", " +0000"])
@pytest.mark.parametrize(
    ("dates", "first"),
    [
        (["03/04/2026", "08/04/2026", "02/05/2026", "07/05/2026"], "2026-04-03"),
        (["03/04/2026", "03/08/2026", "05/02/2026", "05/07/2026"], "2026-03-04"),
        (["07/05/2026", "02/05/2026", "08/04/2026", "03/04/2026"], "2026-05-07"),
        (["03/04/2026", "17/04/2026", "02/05/2026"], "2026-04-03"),
    ],
)
def test_the_order_of_the_lines_decides_whether_the_day_stands_first(dates: list[str], first: str, zone: str) -> None:
    events, ledger = read(lines(*(f"{date} 10:00:00{zone} INFO up" for date in dates)), modified=NOW)
    assert moments(events)[0] == f"{first}T10:00:00"
    assert not any("do not show" in note for note in ledger.notes)


def test_dates_that_are_in_order_both_ways_are_said_to_be_a_guess() -> None:
    _, ledger = read(lines("03/04/2026 10:00:00 +0000 INFO up", "05/06/2026 10:00:00 +0000 INFO up"), modified=NOW)
    assert any("do not show whether the day or the month stands first" in note for note in ledger.notes)
