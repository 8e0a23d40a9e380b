"""Every format is recognised by its content and gives the events that its samples promise."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache

import pandas as pd
import pytest
from reading import read

from pmkit.core import schema
from pmkit.formats.catalog import FORMATS
from pmkit.formats.detection import candidates, recognise
from pmkit.formats.format import Format, LogFormat
from pmkit.formats.sample import Sample
from pmkit.store.ledger import Ledger

CASES = [
    pytest.param(entry, sample.text, sample.rows, id=f"{entry.name}-{n}")
    for entry in FORMATS
    for n, sample in enumerate(entry.samples)
]


WRITTEN = datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp()
"""When the sample exports were last modified; those that carry no year are from the year before."""
TEXTS = [pytest.param(entry, sample.text, id=f"{entry.name}-{n}") for entry in FORMATS for n, sample in enumerate(entry.samples)]


def inner(entry: Format) -> bool:
    return isinstance(entry, LogFormat) and entry.inner


def wrapped(text: str) -> str:
    """Put lines that have no time of their own into those of a container's log."""
    return "".join(f"2026-01-17T03:00:00.{n:09}Z stdout F {line}\n" for n, line in enumerate(text.split("\n")))


@cache
def events_of(entry: Format, text: str) -> tuple[pd.DataFrame, Ledger]:
    """Read a sample, once for all tests that look at it."""
    return read(wrapped(text) if inner(entry) else text)


@pytest.mark.parametrize(("entry", "text"), TEXTS)
def test_a_format_recognises_its_own_samples_and_no_other_claims_them(entry, text) -> None:
    tried = candidates(Sample.from_text(text), inner=inner(entry))
    assert [one.entry.name for one in tried if one.chosen] == [entry.name]


@pytest.mark.parametrize(("entry", "text", "expected"), CASES)
def test_a_sample_gives_the_events_that_it_promises(entry, text, expected) -> None:
    events, ledger = events_of(entry, text)
    assert ledger.rejected == 0
    assert ledger.lines == ledger.events + ledger.continuation + ledger.blank
    assert list(events.columns) == [name for name in schema.TABLES[entry.table] if name != "source"]
    assert len(events) == len(expected)
    for (_, row), wanted in zip(events.iterrows(), expected, strict=True):
        for name, value in wanted.items():
            if value is None:
                assert pd.isna(row[name]), name
            elif schema.TABLES[entry.table][name].dtype == schema.TIME:
                assert pd.Timestamp(row[name]) == pd.Timestamp(value), name
            else:
                assert row[name] == pytest.approx(value) if isinstance(value, float) else row[name] == value, name


def test_there_is_a_title_and_a_sample_for_every_format() -> None:
    assert all(entry.title and entry.samples for entry in FORMATS)
    assert len({entry.name for entry in FORMATS}) == len(FORMATS)


def test_prose_is_no_format() -> None:
    assert recognise(Sample(["Dear all,", "the shop was down this morning.", "Regards"])) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"@timestamp": "2026-01-17T03:00:00Z", "log.level": "warn", "message": "hot"}', ("WARN", "hot")),
        ('{"ts": 1768618800.5, "lvl": "error", "msg": "hot"}', ("ERROR", "hot")),
        ('{"time": 1768618800500, "severity": "Critical", "text": "hot"}', ("FATAL", "hot")),
    ],
)
def test_json_lines_may_call_time_level_and_message_what_they_like(line, expected) -> None:
    events, _ = read(f"{line}\n{line}\n")
    assert (events["severity"][0], events["message"][0]) == expected
    assert events["timestamp"][0].floor("s") == pd.Timestamp("2026-01-17T03:00:00Z")


@pytest.mark.parametrize("lines", [400, 40_000])
def test_severity_and_message_that_only_few_json_lines_carry_are_known(lines: int) -> None:
    served = '{"time": "2026-01-17T03:00:00Z", "host": "web1", "status": 200, "path": "/api/cart"}'
    failed = '{"time": "2026-01-17T03:00:01Z", "severity": "error", "msg": "cannot reach the database"}'
    written = [served] * lines
    written[lines // 3] = failed
    events, ledger = read("\n".join(written) + "\n")
    assert ledger.events == lines
    (error,) = events[events["severity"] == "ERROR"].to_dict("records")
    assert error["message"] == "cannot reach the database"


def test_times_without_a_zone_are_read_in_the_zone_that_was_given() -> None:
    events, ledger = read("2026-07-01 12:00:00,000 INFO [a] up\n", timezone="America/New_York")
    assert events["timestamp"][0] == pd.Timestamp("2026-07-01T16:00:00Z")
    assert (ledger.timezone, ledger.timezone_assumed) == ("America/New_York", True)


def test_a_traceback_belongs_to_the_event_above_it() -> None:
    text = "2026-07-01 12:00:00,000 ERROR [a] broke\nTraceback (most recent call last):\n\n  File x\nKeyError: 1\n"
    events, ledger = read(text)
    assert len(events) == 1
    assert "KeyError: 1" in events["attributes"][0]
    assert (ledger.lines, ledger.events, ledger.continuation, ledger.blank) == (5, 1, 3, 1)


def test_a_quoted_csv_field_may_span_lines() -> None:
    events, ledger = read('time,level,message\n2026-01-17T03:00:00Z,error,"one\ntwo, three"\n')
    assert list(events["message"]) == ["one\ntwo, three"]
    assert ledger.lines == ledger.events + ledger.continuation == 3


@pytest.mark.parametrize("entry", FORMATS, ids=lambda entry: entry.name)
def test_a_format_has_three_or_more_records_in_its_samples(entry) -> None:
    records = 0
    for sample in entry.samples:
        _, ledger = events_of(entry, sample.text)
        records += max(ledger.lines - ledger.blank, len(sample.rows))
    assert records >= 3


def test_records_that_somebody_took_out_of_their_document_are_known_again() -> None:
    entry = next(entry for entry in FORMATS if entry.name == "pagerduty-incidents")
    records = json.loads(entry.samples[0].text)["incidents"]
    for text in (json.dumps(records), "".join(json.dumps(record) + "\n" for record in records)):
        events, ledger = read(text)
        assert (ledger.format, events["name"].tolist()) == ("pagerduty-incidents", ["High errors", "Slow"])
