"""Records that span lines are read as one event each, whatever stands between them and around them."""

from __future__ import annotations

import json

import pytest
from reading import moments, read

from pmkit.formats.catalog import FORMATS
from pmkit.formats.format import LogFormat
from pmkit.formats.record_lines import RecordLines

HEAD = "# User@Host: shop[shop] @ web1 [10.0.0.7]  Id: 88"
COSTS = "# Query_time: 3.5  Lock_time: 0.1 Rows_sent: 1  Rows_examined: 9"


def slow_query(second: int) -> list[str]:
    return [HEAD, COSTS, f"SET timestamp={1768618800 + second};", f"SELECT {second}", "FROM cart;"]


@pytest.mark.parametrize("name", [entry.name for entry in FORMATS if isinstance(entry, LogFormat) and entry.lines])
def test_a_record_of_several_lines_is_read_the_same_inside_a_container_log(name: str) -> None:
    (entry,) = [entry for entry in FORMATS if entry.name == name]
    text = entry.samples[0].text
    wrapped = "".join(f"2026-01-17T03:00:00.{n:09}Z stdout F {line}\n" for n, line in enumerate(text.split("\n")))
    events, ledger = read(wrapped)
    assert ledger.format == f"cri > {name}"
    assert ledger.rejected == 0
    assert len(events) == len(entry.samples[0].rows)


def test_records_of_two_streams_are_not_mixed() -> None:
    lines = [
        pair for pairs in zip(slow_query(1), slow_query(2), strict=True) for pair in zip(("stdout", "stderr"), pairs, strict=True)
    ]
    text = "".join(f"2026-01-17T03:00:00.{n:09}Z {stream} F {line}\n" for n, (stream, line) in enumerate(lines))
    events, _ = read(text)
    assert events["message"].tolist() == ["SELECT 1\nFROM cart;", "SELECT 2\nFROM cart;"]
    assert moments(events) == ["2026-01-17T03:00:01", "2026-01-17T03:00:02"]


def test_a_record_that_does_not_fit_leaves_its_lines_to_the_event_above() -> None:
    text = "\n".join([*slow_query(1), HEAD, "# nothing was measured", *slow_query(3)])
    events, ledger = read(text)
    assert events["message"].tolist() == ["SELECT 1\nFROM cart;", "SELECT 3\nFROM cart;"]
    assert ledger.rejected == 0
    assert "# nothing was measured" in json.loads(events["attributes"][0])["continuation"]


def test_a_line_below_the_beginning_of_a_record_does_not_begin_another_one() -> None:
    lines = RecordLines(first=("when ", "who "), outside="--")
    assert lines.lengths(["when 1", "who a", "x", "who b", "when 2", "x", "--", "x"]) == [3, 1, 2, 1, 1]


def test_a_record_that_a_collector_keeps_in_one_message_is_read_whole() -> None:
    below = "\nSEVERE: order {n} failed\n\tat com.shop.Cart.add()"
    messages = [f"Jan 17, 2026 3:00:0{n} AM com.shop.Cart add{below.format(n=n)}" for n in range(3)]
    events = [
        {"logStreamName": "web/7", "timestamp": 1795469278003, "message": message, "ingestionTime": 1795469279000}
        for message in messages
    ]
    rows, ledger = read(json.dumps({"events": events}))
    assert ledger.format == "cloudwatch-events > java-util-logging"
    assert rows["message"].tolist() == ["order 0 failed", "order 1 failed", "order 2 failed"]
    assert set(rows["severity"]) == {"ERROR"}
    assert json.loads(rows["attributes"][0])["continuation"] == "\tat com.shop.Cart.add()"
