"""`pmkit.read` returns the canonical frame of any export, without an incident."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import pmkit
from pmkit.core import schema
from pmkit.core.errors import InputError

LINE = '192.0.2.1 - - [17/Jan/2026:03:00:0{second} +0000] "GET /cart HTTP/1.1" {status} 12\n'


def test_a_log_becomes_a_frame_with_utc_times_in_the_order_of_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    path.write_text(LINE.format(second=2, status=500) + LINE.format(second=1, status=200))
    frame = pmkit.read(path)
    assert list(frame.columns) == list(schema.LOGS)
    assert list(frame["timestamp"]) == [pd.Timestamp("2026-01-17T03:00:02Z"), pd.Timestamp("2026-01-17T03:00:01Z")]
    assert list(frame["http_status"]) == [500, 200]
    assert list(frame["line"]) == [1, 2]
    assert set(frame["source"]) == {str(path)}


def test_times_without_a_zone_are_read_in_the_given_zone(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text("2026-01-17 03:00:00,000 ERROR cart: no stock\n2026-01-17 03:00:01,000 INFO cart: ready\n")
    assert pmkit.read(str(path))["timestamp"].iloc[0] == pd.Timestamp("2026-01-17T03:00:00Z")
    assert pmkit.read(path, "Asia/Shanghai")["timestamp"].iloc[0] == pd.Timestamp("2026-01-16T19:00:00Z")


def test_what_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.log: no such file"):
        pmkit.read(tmp_path / "none.log")
    with pytest.raises(InputError, match=r"timezone 'CST': expected an IANA time zone, such as America/Chicago or"):
        pmkit.read(tmp_path / "none.log", "CST")
