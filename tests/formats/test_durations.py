"""What is recognised as a duration with its unit is what the database reads."""

from __future__ import annotations

import json
from itertools import product

import pytest
from reading import read

from pmkit.formats.custom import custom_format
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


def test_a_number_in_a_pattern_of_ones_own_is_a_duration_only_with_a_unit() -> None:
    own = custom_format("own", "pattern", r"^(?P<time>\S+) (?P<message>\w+) (?P<duration>\S+)$")
    text = "2026-01-17T03:00:00Z stored 12\n2026-01-17T03:00:01Z stored 12ms\n"
    events, ledger = read(text, format="own", formats=(own,))
    assert events["duration_s"].tolist() == [pytest.approx(float("nan"), nan_ok=True), 0.012]
    assert [json.loads(value) for value in events["attributes"].dropna()] == [{"duration": "12"}]
    assert any(note.startswith("`duration` has no unit") for note in ledger.notes)
