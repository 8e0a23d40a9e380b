"""A log that contains its lines or pages repeatedly is counted once; what only looks alike is counted as it stands."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pmkit.incident.folder import Incident
from pmkit.ingest.cache import open_incident


def requests(seconds: range, per_second: int = 4) -> list[str]:
    """Return the lines of an access log of four clients."""
    return [
        f'198.51.100.{n} - - [17/Jan/2026:03:{second // 60:02}:{second % 60:02} +0000] "GET /cart/{second % 7} HTTP/1.1" '
        f'{500 if second % 9 == 0 else 200} 12 "-" "agent" request_id={second:05}{n}\n'
        for second in seconds
        for n in range(per_second)
    ]


LINES = requests(range(60))
JSON_LINES = [
    f'{{"time": "2026-01-17T03:00:{n // 4:02}.{n:03}Z", "level": "info", "msg": "order {n} was placed"}}\n' for n in range(240)
]


def counted(incident: Callable[[dict[str, str]], Incident], lines: list[str]) -> tuple[int, str]:
    """Return how many events of a log are counted, and the last note on it."""
    store = open_incident(incident({"access.log": "".join(lines)}))
    notes = store.parts[0].ledger.notes
    return len(store.logs()), notes[-1] if notes else ""


@pytest.mark.parametrize("lines", [LINES, JSON_LINES], ids=["access", "json"])
@pytest.mark.parametrize(("times", "often"), [(2, "twice"), (3, "3 times")])
def test_a_log_with_every_line_several_times_is_counted_once(incident, lines: list[str], times: int, often: str) -> None:
    repeated = [copy for line in lines for copy in [line] * times]
    note = f"it contains nearly every event {often}; {240 * (times - 1)} repetitions are not counted"
    assert counted(incident, repeated) == (240, note)


@pytest.mark.parametrize("lines", [LINES, JSON_LINES], ids=["access", "json"])
def test_pages_that_overlap_are_counted_once(incident, lines: list[str]) -> None:
    pages = [*lines[:140], *lines[100:200], *lines[180:]]
    note = "60 of its events repeat whole pages of earlier ones, as in overlapping exports, and are counted once"
    assert counted(incident, pages) == (240, note)


def request(second: int) -> str:
    return f'198.51.100.7 - - [17/Jan/2026:03:00:{second:02} +0000] "GET / HTTP/1.1" 200 1 "-" "agent"\n'


@pytest.mark.parametrize(
    "lines",
    [
        [line.partition(" request_id=")[0] + "\n" for line in LINES],
        [request(n // 4) for n in range(240)],
        [f"2026-01-17 03:00:07,000 - shop - INFO - step {n % 24} done\n" for n in range(240)],
        [f"2026-01-17 03:00:{(n // 2 + 5 * (n % 2)) % 60:02},000 - shop - INFO - tick\n" for n in range(110)],
    ],
    ids=["four clients every second", "one client, four times a second", "a batch within a second", "two threads"],
)
def test_events_that_only_look_alike_are_all_counted(incident, lines: list[str]) -> None:
    assert counted(incident, lines) == (len(lines), "")


def test_a_log_that_may_be_repeated_is_counted_as_it_stands_with_a_note(incident) -> None:
    lines = [line.partition(" request_id=")[0] + "\n" for line in LINES for _ in range(2)]
    note = "it contains nearly every event twice; perhaps its lines are repeated, but all are counted"
    assert counted(incident, lines) == (480, note)
