"""A line with a time or a severity of its own is never hung below the event above it, whatever formats are mixed."""

from __future__ import annotations

import json
import re

import pytest
from reading import read
from samples import KINDS, thinned, thinned_when_quick

from pmkit.formats.catalog import FORMATS
from pmkit.formats.format import LogFormat, Syntax
from pmkit.formats.line_beginnings import begins_event

# Formats whose lines are plain text, one event each.
PLAIN = [
    entry
    for entry in FORMATS
    if isinstance(entry, LogFormat) and entry.syntax is Syntax.TEXT and not (entry.inner or entry.lines or entry.sections)
]
BY_NAME = {entry.name: entry for entry in PLAIN}
# One line of each that begins with a time of its own.
FIRST_LINES = {
    entry.name: line
    for entry in PLAIN
    for line in [entry.samples[0].text.split("\n")[0]]
    if begins_event(line) and re.match(entry.pattern, line, re.ASCII)
}


# Each of these formats with the first line of another.
NAMES = list(FIRST_LINES)
PAIRS = dict(zip(NAMES, [*NAMES[23:], *NAMES[:23]], strict=True))


def swallowed(entry: LogFormat, foreign: list[str]) -> list[str]:
    """Return those of the foreign lines that continue an event, in a log of one format that has them in its middle."""
    own = entry.samples[0].text
    half = [own] * (1 + (10 + 2 * len(foreign)) // (own.count("\n") + 1))
    events, ledger = read("\n".join([*half, *foreign, *half]) + "\n")
    assert entry.name in re.split(" [+>] ", ledger.format)
    below = (json.loads(attributes or "{}").get("continuation") or "" for attributes in events["attributes"].fillna(""))
    return [line for text in below for line in text.split("\n") if line in foreign]


@pytest.mark.parametrize(("name", "other"), thinned_when_quick(thinned([*PAIRS.items()], 4), 4))
def test_no_line_of_another_format_is_swallowed(name: str, other: str) -> None:
    assert swallowed(BY_NAME[name], [FIRST_LINES[other]]) == []


@pytest.mark.slow
@pytest.mark.parametrize("entry", thinned([entry for entry in KINDS.values() if entry in PLAIN], 4), ids=lambda entry: entry.name)
def test_no_line_of_any_other_format_is_swallowed(entry: LogFormat) -> None:
    assert swallowed(entry, [line for name, line in FIRST_LINES.items() if name != entry.name]) == []


FOREIGN = [
    "2026-01-17 03:00:02.999 ERROR: disk is full",
    "17/01/2026 03:00:04 ERROR batch failed",
    "[17/Jan/2026:03:00:05 +0000] ERROR old system failed",
    "Jan 17 03:00:05 web1 kernel: Out of memory",
]
LOGBACK = "2026-01-17 03:00:0{n},000 [main] INFO shop.Cart - stored {n}"


def test_lines_in_other_notations_are_events_with_their_own_time_and_severity() -> None:
    lines = [LOGBACK.format(n=n) for n in range(8)]
    lines[4:4] = FOREIGN
    events, ledger = read("\n".join(lines) + "\n")
    assert (ledger.events, ledger.continuation, ledger.rejected) == (12, 0, 0)
    others = events[events["line"].between(5, 8)]
    assert others["severity"].tolist()[:3] == ["ERROR"] * 3
    assert others["timestamp"].dt.strftime("%d %H:%M:%S").tolist() == ["17 03:00:02", "17 03:00:04", "17 03:00:05", "17 03:00:05"]
    assert "lines in another format, of which only time, severity and message were read: 4" in ledger.notes


def test_a_line_that_begins_with_a_severity_but_has_no_time_is_an_event_of_its_own() -> None:
    lines = [LOGBACK.format(n=n) for n in range(8)]
    lines[4:4] = ["WARN  no time here", "[ERROR] nor here", "a second line of the message"]
    _, ledger = read("\n".join(lines) + "\n")
    assert (ledger.events, ledger.continuation, ledger.rejected) == (10, 1, 0)


@pytest.mark.parametrize("pause_ms", [1000, 1])
@pytest.mark.parametrize("head", ["TimeoutError: no answer", "panic: no answer", "exit status 2", "fatal error: x"])
def test_a_line_like_the_head_of_a_trace_swallows_nothing_in_a_container(head: str, pause_ms: int) -> None:
    texts = ["order 1 stored", "order 2 stored", head, "order 3 stored", "ERROR order 4 not stored", "order 5 stored"]
    times = [f"2026-01-17T03:00:0{n * pause_ms // 1000}.{n * pause_ms % 1000:03}Z" for n in range(len(texts))]
    events, ledger = read("".join(f"{time} stdout F {text}\n" for time, text in zip(times, texts, strict=True)))
    assert (ledger.events, ledger.continuation) == (6, 0)
    assert events["severity"].tolist()[4] == "ERROR"


def test_a_trace_in_a_container_ends_where_the_next_event_begins() -> None:
    texts = [
        "ERROR order 1 lost", "Traceback (most recent call last):", '  File "a.py", line 1, in a', "shop.Rejected: none left",
        "order 2 stored", "order 3 stored",
    ]  # fmt: skip
    events, ledger = read("".join(f"2026-01-17T03:00:00.{n:03}Z stdout F {text}\n" for n, text in enumerate(texts)))
    assert events["message"].tolist() == ["order 1 lost", "order 2 stored", "order 3 stored"]
    assert ledger.continuation == 3


def test_one_line_in_a_format_does_not_decide_about_lines_that_begin_with_a_time() -> None:
    texts = ["INFO order 1 stored", "ERROR order 2 not stored: refused", "error: order 3 not stored", "WARN slow"]
    events, _ = read("".join(f"2026-01-17T03:00:0{n}Z {text}\n" for n, text in enumerate(texts)))
    assert events["severity"].tolist() == ["INFO", "ERROR", "ERROR", "WARN"]


@pytest.mark.parametrize(
    "line",
    [
        '"2026-01-17 03:00:0{n}"\tshop\tINFO\tstored {n}',
        "MainThread::INFO::2026-01-17 03:00:0{n},101::shop::71::stored {n}",
    ],
)
def test_a_time_in_quotes_or_between_colons_is_the_time_of_its_line(line: str) -> None:
    events, ledger = read("".join(line.format(n=n) + "\n" for n in range(5)))
    assert (ledger.events, ledger.rejected) == (5, 0)
    assert events["timestamp"].dt.second.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("head", [LOGBACK, "== 17/Jan/2026:03:00:0{n} +0000 == INFO stored {n}"])
@pytest.mark.parametrize(
    ("line", "time"),
    [
        ("Mai 17 03:00:03 web1 no stock", "2026-05-17 03:00:03"),
        ("mai 17 2026 03:00:03 no stock", "2026-05-17 03:00:03"),
        ("sob, 17 sty 2026 03:00:03 no stock", "2026-01-17 03:00:03"),
        ("янв 17 03:00:03 no stock", "2026-01-17 03:00:03"),
        ("0117 03:00:03 no stock", "2026-01-17 03:00:03"),
        ("@40000000696afb3d00000000 no stock", "2026-01-17 03:00:03"),
        ("3:00AM ERR no stock", "2026-01-17 03:00:03"),
        ("03:00:09 no stock", "2026-01-17 03:00:03"),
        ("[03:00:09.123] no stock", "2026-01-17 03:00:03"),
    ],
)
def test_a_line_in_another_notation_of_times_is_an_event(head: str, line: str, time: str) -> None:
    lines = [head.format(n=n) for n in range(8)]
    lines.insert(4, line)
    events, ledger = read("\n".join(lines) + "\n")
    assert (ledger.events, ledger.continuation, ledger.rejected) == (9, 0, 0)
    assert f"{events['timestamp'][4]:%Y-%m-%d %H:%M:%S}" == time
    assert events["message"][4].endswith("no stock")


def test_a_line_with_a_time_that_no_notation_reads_is_rejected() -> None:
    lines = [LOGBACK.format(n=n) for n in range(8)]
    lines.insert(4, "2026年01月17日 03:00:03 no stock")
    _, ledger = read("\n".join(lines) + "\n")
    assert (ledger.events, ledger.continuation, ledger.rejected) == (8, 0, 1)


@pytest.mark.parametrize("head", [LOGBACK, "== 17/Jan/2026:03:00:0{n} +0000 == INFO stored {n}"])
@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"time": "2026-01-17T03:00:03Z", "level": "error", "msg": "no stock", "order": 7}', "no stock"),
        ('{"level": "error", "msg": "no stock"}', '{"level": "error", "msg": "no stock"}'),
    ],
)
def test_a_json_object_with_a_time_or_a_severity_is_an_event(head: str, line: str, message: str) -> None:
    lines = [head.format(n=n) for n in range(8)]
    lines.insert(4, line)
    events, ledger = read("\n".join(lines) + "\n")
    assert (ledger.events, ledger.continuation, ledger.rejected) == (9, 0, 0)
    assert events.loc[4, ["severity", "message"]].tolist() == ["ERROR", message]
    assert f"{events['timestamp'][4]:%H:%M:%S}" == "03:00:03"


@pytest.mark.parametrize(
    "body",
    ['{"order": 7, "items": [1]}', '{"created_at": "2026-01-17T03:00:03Z", "sku": 7}', '{\n  "level": "error",\n  "a": {}\n}'],
)
def test_a_json_body_without_a_time_and_a_severity_continues_the_event_above_it(body: str) -> None:
    lines = [LOGBACK.format(n=n) for n in range(8)]
    lines.insert(4, body)
    events, ledger = read("\n".join(lines) + "\n")
    assert (ledger.events, ledger.rejected) == (8, 0)
    assert json.loads(events["attributes"][3])["continuation"] == body
