"""Years and dates that exports lack follow from the other exports of an incident."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from reading import moments, read

from pmkit.ingest.cache import read_all
from pmkit.ingest.discovery import export_requests

SYSLOG = "Jul  5 10:00:00 web7 shop[1]: up\nJul  5 10:00:05 web7 shop[1]: down\n"
COPIED = datetime(2026, 11, 24, 12, tzinfo=UTC)


def _years(tmp_path: Path, **exports: str) -> list[int]:
    requests = {}
    for name, text in exports.items():
        path = tmp_path / f"{name}.log"
        path.write_text(text, encoding="utf-8")
        os.utime(path, (COPIED.timestamp(), COPIED.timestamp()))
        requests |= export_requests(path, None)
    return [part.ledger.last.year for part in read_all(requests) if part.ledger.last]


@pytest.mark.parametrize(("day", "expected"), [("2025-07-05", 2025), ("2025-02-05", 2026), ("2026-07-05", 2026)])
def test_a_year_that_an_export_lacks_is_that_of_the_exports_beside_it(tmp_path: Path, day: str, expected: int) -> None:
    dated = f"{day}T10:00:00Z level=info msg=up\n" * 2
    assert _years(tmp_path, app=f"ts={dated}", system=SYSLOG)[1] == expected


def test_the_cache_keeps_the_readings_beside_different_exports_apart(tmp_path: Path) -> None:
    assert [
        _years(tmp_path, app=f"ts={year}-07-05T10:00:00Z level=info msg=up\n", system=SYSLOG)[1] for year in (2024, 2025)
    ] == [
        2024,
        2025,
    ]


def test_times_without_a_zone_among_others_are_pointed_out() -> None:
    times = ["2026-01-17T03:00:00Z", "2026-01-17T03:00:01Z", "2026-01-17T03:00:02Z", "2026-01-17 03:00:04"]
    log = "".join(f'{{"time": "{time}", "level": "info", "msg": "up"}}\n' for time in times)
    events, ledger = read(log, timezone="Europe/Berlin")
    assert moments(events)[3] == "2026-01-17T02:00:04"
    assert ledger.notes == ("some of its times have no time zone; read as Europe/Berlin",)


def test_a_time_with_a_zone_whose_day_and_month_are_unclear_is_pointed_out() -> None:
    log = "".join(f'{{"time": "03/04/2026 10:00:0{n} UTC", "level": "info", "msg": "up"}}\n' for n in range(3))
    _, ledger = read(log)
    note = "its dates do not show whether the day or the month stands first; read with the month first, which is a guess"
    assert note in ledger.notes
