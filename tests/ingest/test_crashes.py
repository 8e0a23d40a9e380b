"""A crash that a program prints without a time is an error of its own, unless it belongs to the event above it."""

from __future__ import annotations

import json
from functools import cache

import pandas as pd
import pytest
from reading import read, read_together

from pmkit.store.ledger import Ledger

PYTHON = 'Traceback (most recent call last):\n  File "a.py", line 1, in total\n    sum(none)\nKeyError: 7'
JAVA = "java.lang.IllegalStateException: no stock\n\tat shop.Cart.total(Cart.java:42)\n\t... 34 more"
NODE = (
    "/srv/cart/index.js:7\n    throw err;\n    ^\n\nTypeError: no cart\n    at total (/srv/cart/index.js:7:19)\n\nNode.js v18.1.0"
)
CPP = "terminate called after throwing an instance of 'std::runtime_error'\n  what():  no rows\nAborted (core dumped)"

# What a dying program prints, with the severity and the message of the event.
CRASHES = {
    "go": ("panic: no rows\n\ngoroutine 1 [running]:\nmain.main()\n\t/srv/main.go:12 +0x1d\nexit status 2", "FATAL",
           "panic: no rows"),
    "go-fatal": ("fatal error: all goroutines are asleep", "FATAL", "fatal error: all goroutines are asleep"),
    "rust": ("thread 'main' panicked at src/main.rs:4:5:\nno rows\nnote: run with `RUST_BACKTRACE=1`", "FATAL",
             "thread 'main' panicked at src/main.rs:4:5:"),
    "python": (PYTHON, "ERROR", "Traceback (most recent call last): KeyError: 7"),
    "java-main": ('Exception in thread "main" java.lang.OutOfMemoryError: Java heap space\n\tat a.B.c(B.java:3)', "ERROR",
                  'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space'),
    "java": (JAVA, "ERROR", "java.lang.IllegalStateException: no stock"),
    "java-memory": ("java.lang.OutOfMemoryError: Java heap space\nDumping heap to java_pid1.hprof ...", "ERROR",
                    "java.lang.OutOfMemoryError: Java heap space"),
    "node": (NODE, "ERROR", "/srv/cart/index.js:7 TypeError: no cart"),
    "javascript": ("Uncaught TypeError: x is undefined", "ERROR", "Uncaught TypeError: x is undefined"),
    "dotnet": ("Unhandled exception. System.InvalidOperationException: none\n   at Shop.Main()", "ERROR",
               "Unhandled exception. System.InvalidOperationException: none"),
    "cpp": (CPP, "FATAL", "terminate called after throwing an instance of 'std::runtime_error'"),
    "segfault": ("Segmentation fault (core dumped)", "FATAL", "Segmentation fault (core dumped)"),
    "killed": ("Killed", "FATAL", "Killed"),
    "shell": ("./run.sh: line 3:   123 Killed                  ./server", "FATAL",
              "./run.sh: line 3:   123 Killed                  ./server"),
}  # fmt: skip
HEADS = {
    "logback": "2026-01-17 03:00:0{n},000 [http-{n}] {level} o.s.Cart - {words}",
    "logfmt": "ts=2026-01-17T03:00:0{n}Z level={level} msg={words}",
    "json": '{{"time":"2026-01-17T03:00:0{n}Z","level":"{level}","msg":"{words}"}}',
    "text": "== 17/Jan/2026:03:00:0{n} +0000 == {level} {words}",
}
WRAPPERS = {
    "plain": "{line}",
    "compose": "web_1  | {line}",
    "cri": "2026-01-17T03:00:00.{n:03}000000Z stdout F {line}",
    "syslog": "Jan 17 03:00:00 web1 shop[8]: {line}",
}


def lines_of(head: str, level: str, words: str, below: str) -> list[str]:
    lines = [HEADS[head].format(n=n, level=level if n == 3 else "INFO", words=words if n == 3 else "up") for n in range(8)]
    lines[4:4] = below.split("\n")
    return lines


# The wrappers and the formats of events in which each crash is tried.
SURROUNDINGS = [*(("plain", head) for head in HEADS), ("compose", "logback"), ("cri", "logfmt"), ("syslog", "json")]


@cache
def logs_with_crashes() -> dict[str, tuple[pd.DataFrame, Ledger]]:
    """Return the events and the ledgers of a log for each crash below an event that is no error, in every surrounding."""
    texts = {}
    for wrapper, head in SURROUNDINGS:
        for crash, (below, *_) in CRASHES.items():
            lines = [WRAPPERS[wrapper].format(n=n, line=line) for n, line in enumerate(lines_of(head, "INFO", "up", below))]
            texts[f"{wrapper} {head} {crash}"] = "\n".join(lines) + "\n"
    return read_together(texts)


@cache
def logs_with_crashes_below_errors() -> dict[str, tuple[pd.DataFrame, Ledger]]:
    """Return the events and the ledgers of a log for each crash below an error, in every format."""
    return read_together(
        {
            f"{head} {crash}": "\n".join(lines_of(head, "ERROR", "up", below)) + "\n"
            for head in HEADS
            for crash, (below, *_) in CRASHES.items()
        }
    )


def held_by(attributes: object) -> str | None:
    return json.loads(attributes).get("continuation") if isinstance(attributes, str) else None


def filled(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("crash", CRASHES)
@pytest.mark.parametrize(("wrapper", "head"), SURROUNDINGS)
def test_a_crash_below_an_event_that_is_no_error_is_an_event(wrapper: str, head: str, crash: str) -> None:
    below, severity, message = CRASHES[crash]
    events, ledger = logs_with_crashes()[f"{wrapper} {head} {crash}"]
    assert (len(events), ledger.rejected) == (9, 0)
    assert events.loc[4, ["severity", "message"]].tolist() == [severity, message]
    assert filled(held_by(events["attributes"][4]) or "") == filled(below)[1:]
    assert events["timestamp"].dt.second[4] == (3 if wrapper in ("plain", "compose") else 0)
    assert "crashes and stack traces below an event that is no error, read as errors of their own: 1" in ledger.notes


@pytest.mark.parametrize("crash", CRASHES)
@pytest.mark.parametrize("head", HEADS)
def test_a_crash_below_an_error_belongs_to_it(head: str, crash: str) -> None:
    events, ledger = logs_with_crashes_below_errors()[f"{head} {crash}"]
    assert (len(events), ledger.rejected) == (8, 0)
    assert held_by(events["attributes"][3])
    assert not [note for note in ledger.notes if "crash" in note]


@pytest.mark.parametrize(("level", "words"), [("WARN", "retrying"), ("INFO", "could not store"), ("DEBUG", "caught it")])
@pytest.mark.parametrize("trace", [PYTHON, JAVA])
def test_a_trace_below_a_warning_or_a_message_of_a_failure_belongs_to_it(trace: str, level: str, words: str) -> None:
    events, ledger = read("\n".join(lines_of("logback", level, words, trace)) + "\n")
    assert (len(events), events["severity"][3], held_by(events["attributes"][3])) == (8, level, trace)
    assert ledger.notes == ("stack traces below a warning or a message of a failure, read as part of it: 1",)


@pytest.mark.parametrize("level", ["WARN", "INFO"])
def test_what_no_logger_prints_is_a_crash_below_a_warning_too(level: str) -> None:
    events, _ = read("\n".join(lines_of("logback", level, "request failed", CPP)) + "\n")
    assert events["severity"].tolist()[3:5] == [level, "FATAL"]


def test_a_trace_makes_a_failure_without_a_severity_an_error() -> None:
    lines = [f"2026/01/17 03:00:0{n} {'request failed' if n == 3 else 'up'}" for n in range(6)]
    events, _ = read("\n".join([*lines[:4], PYTHON, *lines[4:]]) + "\n")
    assert events["severity"].fillna("").tolist() == ["", "", "", "ERROR", "", ""]


def test_each_of_several_traces_without_times_is_an_error_unless_it_is_connected_to_the_one_above() -> None:
    connected = f"{PYTHON}\n\nDuring handling of the above exception, another exception occurred:\n\n{PYTHON}"
    events, _ = read("\n".join(lines_of("logback", "INFO", "up", f"{JAVA}\n{PYTHON}\n{connected}")) + "\n")
    assert events["severity"].tolist()[3:8] == ["INFO", "ERROR", "ERROR", "ERROR", "INFO"]


def test_a_crash_with_no_event_above_it_is_rejected() -> None:
    events, ledger = read("Killed\n" + "\n".join(lines_of("logback", "INFO", "up", "Killed")[5:]) + "\n")
    assert (len(events), ledger.rejected) == (4, 1)
