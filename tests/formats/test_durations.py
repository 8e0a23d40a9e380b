"""What is recognised as a duration with its unit is what the database reads."""

from __future__ import annotations

from itertools import product

import pytest

from pmkit.formats.durations import says_unit
from pmkit.ingest.relations import fetch_row
from pmkit.store.database import connect

NUMBERS = ("12", ".5", "1.5 ", "1m2.5")
UNITS = ("ns", "µs", "millis", "ms", "secs", "s", "m", "mins", "hrs", "h", "parsecs", "", "x")
TEXTS = [*map("".join, product(NUMBERS, UNITS)), "PT0.5S", "PT1H2M", "00:00:01.5", "0:99:00", "1h, 3s", "a while", "PX1S"]


def test_a_text_says_its_unit_if_the_database_reads_it() -> None:
    with connect() as database:
        is_read = {text: fetch_row(database, f"SELECT seconds_with_unit('{text}') IS NOT NULL")[0] for text in TEXTS}
    assert is_read == {text: says_unit(text) for text in TEXTS}
    # Four numbers with ten units, and four other texts.
    assert sum(is_read.values()) == 44


@pytest.mark.parametrize(("text", "seconds"), [("1m2.5s", 62.5), ("2 hrs", 7200), ("350 µs", 0.00035), ("1h, 3s", 3603)])
def test_the_parts_of_a_duration_are_added(text: str, seconds: float) -> None:
    with connect() as database:
        assert fetch_row(database, f"SELECT seconds_with_unit('{text}')") == (pytest.approx(seconds),)
