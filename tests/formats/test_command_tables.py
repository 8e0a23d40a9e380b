"""Tables that commands print are read by their columns, and ages are counted back from when they were saved."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest
from reading import read

_SAVED = datetime(2026, 1, 17, 3, 20, tzinfo=UTC)
_EVENTS = (
    "NAMESPACE   LAST SEEN          TYPE      REASON              OBJECT            MESSAGE\n"
    "shop        5m                 Normal    ScalingReplicaSet   deployment/cart   Scaled up replica set cart-7d4 to 3\n"
    "shop        90s (x5 over 10m)  Warning   BackOff             pod/cart-7d4-x    Back-off restarting failed container\n"
    "shop        <unknown>          Warning   Failed              pod/cart-7d4-y    no image\n"
)


def test_the_ages_of_events_are_told_from_the_last_change_of_the_file_and_a_note_says_so() -> None:
    rows, ledger = read(_EVENTS, "events.txt", modified=_SAVED)
    assert [f"{at:%H:%M:%S}" for at in rows["at"]] == ["03:15:00", "03:10:00"]
    assert rows["finished_at"][1] == pd.Timestamp("2026-01-17T03:18:30Z")
    assert ledger.notes == (
        "days and ages are counted back from when the file was last changed, 2026-01-17 03:20, which is a guess",
        "1 record left out: an event without a time",
    )


def test_a_cell_that_is_empty_does_not_move_the_others() -> None:
    table = (
        "REVISION  UPDATED                   STATUS    CHART       APP VERSION  DESCRIPTION\n"
        "7         Sat Jan 17 03:00:00 2026  deployed  cart-1.4.0               Rollback to 5\n"
    )
    rows, _ = read(table, "history.txt")
    assert (rows["kind"][0], rows["version"][0]) == ("rollback", "cart-1.4.0")


def test_a_scrape_without_times_is_as_old_as_the_file_but_the_ones_before_it_have_no_time() -> None:
    scrape = '# TYPE up gauge\nup{job="cart"} 1\n'
    rows, ledger = read(scrape + scrape.replace("1\n", "0\n"), "metrics.txt", modified=_SAVED)
    assert (list(rows["value"]), list(rows["at"])) == ([0.0], [pd.Timestamp(_SAVED)])
    assert ledger.examples == ('2: has no time: # TYPE up gauge\nup{job="cart"} 1\n',)


@pytest.mark.parametrize(
    "content", ["worker started 17\nworker stopped 18\n", "03:00:00 web1 up\n03:00:01 web1 down\n", "a.b.c 12 ok\n"]
)
def test_other_lines_with_numbers_are_no_metrics(content: str) -> None:
    _, ledger = read(content, "some.txt")
    assert ledger.table == "logs"
