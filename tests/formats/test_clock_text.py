"""Lines with a time of day and no date are dated from the file, or from what wraps them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from reading import moments, read

NIGHT = datetime(2026, 1, 18, 10, tzinfo=UTC)
NOTE = "its times carry no date; it follows from the file's last change, 2026-01-18, and the order of the lines"


@pytest.mark.parametrize("form", ["{} INFO up", "[{}] INFO up", "{},123 [main] INFO shop - up", "{}:123 INFO up", "{}\tINFO\tup"])
def test_a_time_of_day_is_dated_from_the_end_of_the_file_and_rolls_over_at_midnight(form: str) -> None:
    text = "".join(f"{form.format(clock)}\n" for clock in ("23:59:58", "23:59:59", "00:00:01"))
    events, ledger = read(text, modified=NIGHT)
    assert [at[:19] for at in moments(events)] == ["2026-01-17T23:59:58", "2026-01-17T23:59:59", "2026-01-18T00:00:01"]
    assert list(events["severity"]) == ["INFO"] * 3
    assert NOTE in ledger.notes


def test_lines_below_a_time_of_day_belong_to_it() -> None:
    events, ledger = read("03:00:00 ERROR store: gone\n\tat shop.Cart.total(Cart.java:42)\n03:00:01 INFO up\n", modified=NIGHT)
    assert (list(events["message"]), ledger.continuation) == (["store: gone", "up"], 1)


def test_a_time_of_day_in_a_wrapper_leaves_the_time_and_the_date_to_the_wrapper() -> None:
    lines = [
        json.dumps({"log": f"03:00:0{n}.250 ERROR gone {n}\n", "stream": "stdout", "time": f"2026-01-17T03:00:0{n}.5Z"})
        for n in range(3)
    ]
    events, ledger = read("\n".join(lines) + "\n", modified=NIGHT)
    assert moments(events) == ["2026-01-17T03:00:00.500", "2026-01-17T03:00:01.500", "2026-01-17T03:00:02.500"]
    assert list(events["message"]) == ["gone 0", "gone 1", "gone 2"]
    assert not any("carry no date" in note for note in ledger.notes)
    assert ledger.lacks == ""


def test_counts_and_ratios_are_no_times_of_day() -> None:
    _, ledger = read("10:20 odds\n1:02:03 lap\n16:9:4 format\n", modified=NIGHT)
    assert ledger.events == 0


@pytest.mark.parametrize(
    "header",
    [
        "Log opened 2026-01-17",
        "--- started Sat Jan 17 03:00:00 2026 ---",
        "#Date: 2026-01-17 02:59:59",
        "Session of 17 January 2026",
        "shop 2.4, version of 2025-11-30\nlog of 17/Jan/2026",
        "2026-01-17T02:59:59Z boot",
    ],
)
def test_a_time_of_day_has_the_date_of_a_line_above_it(header: str) -> None:
    events, ledger = read(
        f"{header}\n23:59:58 INFO up\n23:59:59 ERROR gone\n00:00:01 INFO up\n", modified=datetime(2026, 3, 1, tzinfo=UTC)
    )
    assert moments(events)[-3:] == ["2026-01-17T23:59:58", "2026-01-17T23:59:59", "2026-01-18T00:00:01"]
    assert (
        "its times carry no date; it follows from the date in a line above them, 2026-01-17, and the order of the lines"
        in ledger.notes
    )


@pytest.mark.parametrize("header", ["shop 2.4, built 2025-11-30", "next run 2026-02-17", "id 20269917", "opened 2026-02-31"])
def test_a_date_that_is_not_that_of_the_log_does_not_date_it(header: str) -> None:
    events, ledger = read(f"{header}\n03:00:00 INFO up\n03:00:01 INFO up\n03:00:02 INFO up\n", modified=NIGHT)
    assert moments(events)[-1] == "2026-01-18T03:00:02"
    assert NOTE in ledger.notes
