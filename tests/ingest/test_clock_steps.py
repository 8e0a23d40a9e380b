"""A log whose clock was set back is noted; logs that are only ordered in another way are not."""

from __future__ import annotations

import pytest

from pmkit.ingest.cache import open_incident

SECONDS = range(0, 2400, 2)


def line(second: float, name: str = "cart") -> str:
    minutes, rest = divmod(int(second), 60)
    return f'2026-01-17T03:{minutes:02}:{rest:02}Z level=info msg="{name} {second} done"\n'


def notes_on(incident, lines: list[str]) -> tuple[str, ...]:
    return open_incident(incident({"shop.log": "".join(lines)})).parts[0].ledger.notes


@pytest.mark.parametrize(("back_s", "words"), [(302, "5 min"), (62, "1 min")])
def test_a_clock_that_was_set_back_is_noted_with_the_line(incident, back_s: int, words: str) -> None:
    lines = [line(second if second < 1200 else second - back_s, str(second)) for second in SECONDS]
    (note,) = notes_on(incident, lines)
    assert note == (
        f"its times go back by {words} at line 601 and pass the same minutes again: was its clock set back, or do pages of its "
        "export overlap? No time was corrected"
    )


def test_the_same_message_at_the_same_time_after_a_clock_was_set_back_is_counted_again(incident) -> None:
    lines = [line(second if second < 1200 else second - 300) for second in SECONDS]
    store = open_incident(incident({"shop.log": "".join(lines)}))
    assert len(store.logs()) == len(lines)


@pytest.mark.parametrize(
    "lines",
    [
        [line(second) for second in reversed(SECONDS)],
        [line(second) for second in (*SECONDS[600:], *SECONDS[:600])],
        [line(second, name) for name in ("web-1", "web-2") for second in SECONDS],
        [line(second - 120 if second % 100 == 98 else second) for second in SECONDS if second >= 120],
        [line(second) if place % 3 else line(max(second - 200, 0), "late") for place, second in enumerate(SECONDS)],
    ],
    ids=["newest first", "parts in another order", "two logs one below the other", "late lines", "a slow writer"],
)
def test_a_log_that_is_ordered_in_another_way_has_no_note(incident, lines: list[str]) -> None:
    assert notes_on(incident, lines) == ()
