"""Findings have frames whose columns are documented, and log events by times as people write them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from conftest import findings_of

import pmkit
from pmkit.core.errors import InputError
from pmkit.findings.findings import Findings
from pmkit.findings.frames import FRAMES
from pmkit.findings.public import public

BERLIN = ZoneInfo("Europe/Berlin")
LOG = """\
2026-01-17T22:50:00Z INFO shop: order 1 paid
2026-01-17T22:55:00Z WARN shop: slow query
2026-01-17T23:10:00Z ERROR shop: cannot pay order 2, password=hunter2hunter2
2026-01-18T10:00:00Z INFO shop: order 4 paid
"""
STOCK = "2026-01-17T23:20:00Z ERROR no stock for order 3\n"


@pytest.fixture
def night(folder: Callable[..., Path]) -> Findings:
    """Findings on an incident at midnight, Berlin time."""
    path = folder({"shop.log": LOG, "stock.log": STOCK})
    times = "times: {started_at: 2026-01-17 23:50, ended_at: 2026-01-18 00:30}"
    (path / "incident.yaml").write_text(f"id: {path.name}\ntitle: Payment\ntimezone: Europe/Berlin\n{times}\n")
    return pmkit.investigate(path.name, path.parent)


def seconds_of(lines: pd.DataFrame) -> list[str]:
    return [f"{at:%d %H:%M}" for at in lines["timestamp"].dt.tz_convert(BERLIN)]


def test_every_frame_has_the_documented_columns() -> None:
    findings = findings_of("INC-2026-1012")
    for name, columns in FRAMES.items():
        frame = findings.logs("16:10", "16:11") if name == "logs" else getattr(findings, name)
        assert list(frame.columns) == list(columns), name
        assert [str(dtype) for dtype in frame.dtypes] == [column.dtype for column in columns.values()], name


def test_suspects_and_timeline_as_frames_say_what_the_findings_say() -> None:
    findings = findings_of("INC-2026-1012")
    assert findings.suspects["summary"].tolist() == [suspect.summary for suspect in findings.ranked_suspects]
    first = findings.suspects.iloc[0]
    assert (first["rank"], first["kind"], first["at"].isoformat()[:16]) == (1, "change", "2026-10-12T14:09")
    assert first["evidence"].split(", ") == list(findings.ranked_suspects[0].evidence)
    assert findings.timeline["text"].tolist() == [entry.text for entry in findings.entries]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("23:50", None, ["17 23:50", "17 23:55", "18 00:10", "18 00:20", "18 11:00"]),
        ("23:55", "00:20", ["17 23:55", "18 00:10"]),
        ("00:10", "00:20", ["18 00:10"]),
        ("22:50Z", "22:55 UTC", ["17 23:50"]),
        ("23:50+01:00", "2026-01-17 23:55", ["17 23:50"]),
        ("2026-01-18", "2026-01-18", ["18 00:10", "18 00:20", "18 11:00"]),
        (datetime.fromisoformat("2026-01-18 00:15"), None, ["18 00:20", "18 11:00"]),
        (pd.Timestamp("2026-01-17T23:15:00Z"), "2026-01-18 1:00", ["18 00:20"]),
    ],
)
def test_times_are_those_that_people_write(night: Findings, start: str, end: str | None, expected: list[str]) -> None:
    assert seconds_of(night.logs(start, end)) == expected


def test_logs_are_narrowed_by_service_severity_text_and_errors(night: Findings) -> None:
    assert seconds_of(night.logs(service="stock")) == ["18 00:20"]
    assert seconds_of(night.logs(severity=["warn", "ERROR"], service=["shop"])) == ["17 23:55", "18 00:10"]
    assert seconds_of(night.logs(text="ORDER 3")) == ["18 00:20"]
    assert seconds_of(night.logs(errors_only=True)) == ["18 00:10", "18 00:20"]


def test_logs_are_redacted(night: Findings) -> None:
    message = night.logs("00:10", "00:11")["message"].iloc[0]
    assert message.startswith("cannot pay order 2, password=<password:")
    assert "hunter2" in night.store.logs()["message"].iloc[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"service": "shpo"}, "service: there is no 'shpo'; did you mean shop?"),
        ({"service": "billing"}, "service: there is no 'billing'; there are shop and stock"),
        ({"severity": "eror"}, "severity: there is no 'EROR'; did you mean ERROR?"),
        ({"service": 5}, "service: expected a name or several, got 5"),
        ({"start": "noon"}, "start: expected a time such as 03:10, 2026-01-17 03:10:00, 03:10+02:00 or 2026-01-17, got 'noon'"),
        ({"start": "00:10", "end": "2026-01-17"}, "end: 2026-01-17 is not after the start, 00:10"),
        ({"start": "2026-10-25 02:30"}, "start: 2026-10-25 02:30:00 comes twice or never in Europe/Berlin"),
        ({"start": pd.NaT}, "start: expected a time"),
        ({"text": None}, "text: expected a text to search for, got None"),
        ({"limit": 0}, "limit: expected a whole number of at least 1, got 0"),
    ],
)
def test_what_is_not_there_is_an_error_in_words(night: Findings, arguments: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as refused:
        night.logs(**arguments)
    assert message in str(refused.value)
    assert "SELECT" not in str(refused.value)


def test_a_warning_says_that_there_are_more_events(night: Findings) -> None:
    with pytest.warns(UserWarning, match="these are the earliest 2 of 5 events; narrow them down, or pass a larger limit"):
        assert len(night.logs(limit=2)) == 2
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(night.logs(limit=5)) == 5


def test_public_findings_have_no_lines(night: Findings) -> None:
    published = public(night)
    with pytest.raises(InputError, match="public findings contain no log lines"):
        published.logs()
    assert [len(getattr(published, name)) for name in ("suspects", "alerts", "spans", "messages")] == [0, 0, 0, 0]


def test_two_incidents_are_compared_side_by_side(night: Findings, folder: Callable[..., Path]) -> None:
    calm = folder(
        {"shop.log": "".join(f"2026-02-01T10:{n:02}:00Z INFO shop: order {n} paid\n" for n in range(60))}, incident_id="INC-2"
    )
    frame = night.compare(pmkit.investigate(calm.name, calm.parent))
    assert list(frame.columns) == [night.incident.id, "INC-2"]
    assert frame.loc["duration_s"].tolist() == [2400.0, None]
    assert frame.loc["failed_requests"].tolist() == [2, None]
    assert frame.loc["verdict"].tolist()[0] == "impact"
    assert list(night.compare(night).columns) == [night.incident.id, f"{night.incident.id} (other)"]
