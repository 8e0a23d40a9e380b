"""The format of an export is recognised from its content, and its times, severities and messages are read."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from reading import read
from samples import thinned

from pmkit.formats.catalog import FORMATS
from pmkit.formats.detection import candidates, recognise
from pmkit.formats.format import LogFormat, Syntax
from pmkit.formats.record_format import Format
from pmkit.formats.sample import Sample

SAMPLES = [
    pytest.param(entry, sample.text, id=f"{entry.name}-{number}")
    for entry in FORMATS
    for number, sample in enumerate(entry.samples)
]


@pytest.mark.parametrize(("entry", "text"), SAMPLES)
def test_a_sample_is_recognised_as_its_own_format(entry: Format, text: str) -> None:
    inner = isinstance(entry, LogFormat) and entry.inner
    tried = candidates(Sample.from_text(text), inner=inner)
    assert [candidate.entry.name for candidate in tried if candidate.chosen] == [entry.name]


def test_no_format_that_reads_a_line_is_ruled_out() -> None:
    lines = sorted({line for entry in FORMATS for example in entry.samples for line in example.text.splitlines() if line.strip()})
    texts = [entry for entry in FORMATS if isinstance(entry, LogFormat) and entry.syntax is Syntax.TEXT and not entry.sections]
    for line in thinned(lines, 3):
        tried = {candidate.entry for candidate in candidates(Sample([line]), inner=True)}
        reading = {entry for entry in texts if entry.coverage(Sample([line])) > 0}
        assert reading == tried.intersection(texts), line


def test_prose_is_not_recognised() -> None:
    assert recognise(Sample(["Dear all,", "the shop was down this morning.", "Regards"])) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"@timestamp": "2026-01-17T03:00:00Z", "log.level": "warn", "message": "hot"}', ("WARN", "hot")),
        ('{"ts": 1768618800.5, "lvl": "error", "msg": "hot"}', ("ERROR", "hot")),
        ('{"time": 1768618800500, "severity": "Critical", "text": "hot"}', ("FATAL", "hot")),
    ],
)
def test_json_lines_may_use_other_names_for_time_level_and_message(line, expected) -> None:
    events, _ = read(f"{line}\n{line}\n")
    assert (events["severity"][0], events["message"][0]) == expected
    assert events["timestamp"][0].floor("s") == pd.Timestamp("2026-01-17T03:00:00Z")


@pytest.mark.parametrize("lines", [400, 40_000])
def test_a_severity_and_a_message_that_only_one_json_line_has_are_read(lines: int) -> None:
    served = '{"time": "2026-01-17T03:00:00Z", "host": "web1", "status": 200, "path": "/api/cart"}'
    failed = '{"time": "2026-01-17T03:00:01Z", "severity": "error", "msg": "cannot reach the database"}'
    log = [served] * lines
    log[lines // 3] = failed
    events, ledger = read("\n".join(log) + "\n")
    assert ledger.events == lines
    (error,) = events[events["severity"] == "ERROR"].to_dict("records")
    assert error["message"] == "cannot reach the database"


def test_times_without_a_zone_are_read_in_the_given_zone() -> None:
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


def test_records_extracted_from_their_document_are_still_recognised() -> None:
    entry = next(entry for entry in FORMATS if entry.name == "pagerduty-incidents")
    records = json.loads(entry.samples[0].text)["incidents"]
    for text in (json.dumps(records), "".join(json.dumps(record) + "\n" for record in records)):
        events, ledger = read(text)
        assert (ledger.format, events["name"].tolist()) == ("pagerduty-incidents", ["High errors", "Slow"])
