"""A stack trace belongs to the event above it, in every common language and inside any wrapper."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache

import pandas as pd
import pytest
from reading import moments, read, read_together

from pmkit.store.ledger import Ledger

JAVA = """java.lang.IllegalStateException: Failed to load
\tat com.example.Cart.total(Cart.java:42)
\tat java.base/java.lang.Thread.run(Thread.java:1583)
\tSuppressed: java.io.IOException: closed
\t\tat com.example.Pool.close(Pool.java:9)
Caused by: java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available
\tat com.zaxxer.hikari.pool.HikariPool.getConnection(HikariPool.java:696)
\t... 34 more"""

PYTHON = """Traceback (most recent call last):
  File "/srv/shop/search.py", line 10, in first
    return max(facets)
           ^^^^^^^^^^^
ValueError: max() iterable argument is empty

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/shop/app.py", line 3, in search
    raise SearchFailed("no facet") from None
shop.errors.SearchFailed: no facet"""

GO = """panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x45c3a5]

goroutine 1 [running]:
main.(*Cart).Total(...)
\t/srv/cart/main.go:21
main.main()
\t/srv/cart/main.go:12 +0x1d
created by net/http.(*Server).Serve in goroutine 1
\t/usr/local/go/src/net/http/server.go:3285 +0x4b4
exit status 2"""

NODE = """TypeError: Cannot read properties of undefined (reading 'id')
    at Cart.total (/srv/cart/index.js:7:19)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5) {
  code: 'ERR_CART',
  [cause]: Error: no rows
      at query (/srv/cart/db.js:3:11)
}"""

DOTNET = """System.InvalidOperationException: Sequence contains no elements
 ---> System.Net.Http.HttpRequestException: Connection refused (stock:8080)
   at System.Net.Http.HttpClient.SendAsync(HttpRequestMessage request)
   --- End of inner exception stack trace ---
   at Shop.Cart.Total() in /srv/Cart.cs:line 42
--- End of stack trace from previous location ---
   at Shop.Program.Main(String[] args)"""

RUBY = """NoMethodError (undefined method `id' for nil):

app/models/cart.rb:7:in `total'
app/controllers/carts_controller.rb:12:in `show'
from /usr/lib/ruby/gems/rack-3.0/lib/rack/handler.rb:44:in `call'"""

PHP = """PHP Fatal error:  Uncaught RuntimeException: no rows in /srv/shop/Cart.php:42
Stack trace:
#0 /srv/shop/index.php(7): Cart->total()
#1 {main}
  thrown in /srv/shop/Cart.php on line 42"""

RUST = """thread 'main' panicked at src/main.rs:4:5:
index out of bounds: the len is 0 but the index is 0
stack backtrace:
   0: rust_begin_unwind
             at /rustc/9fc6b431/library/std/src/panicking.rs:645:5
   1: cart::main
note: run with `RUST_BACKTRACE=full` for a verbose backtrace."""

TRACES = {"java": JAVA, "python": PYTHON, "go": GO, "node": NODE, "dotnet": DOTNET, "ruby": RUBY, "php": PHP, "rust": RUST}
HEADS = {
    "logback": "2026-01-17 03:00:0{n},000 [http-{n}] {level} o.s.Cart - {words}",
    "python": "2026-01-17 03:00:0{n},000 {level} [shop] {words}",
    "bracketed": "[2026-01-17T03:00:0{n}.000Z] {level}: {words}",
    "go-kit": "2026/01/17 03:00:0{n} {level} {words}",
    "logfmt": "ts=2026-01-17T03:00:0{n}Z level={level} msg={words}",
}


def below(trace: str) -> str:
    return "\n".join(line for line in trace.split("\n") if line.strip())


def lines_with(head: str, trace: str) -> list[str]:
    lines = [HEADS[head].format(n=n, level="ERROR" if n == 3 else "INFO", words="word") for n in range(8)]
    lines[4:4] = trace.split("\n")
    return lines


def wrapped_by(wrapper: str, lines: list[str]) -> list[str]:
    if wrapper == "docker":
        times = [f"2026-01-17T03:00:00.{n:03}Z" for n in range(len(lines))]
        return [json.dumps({"log": f"{line}\n", "stream": "stdout", "time": at}) for line, at in zip(lines, times, strict=True)]
    return [f"2026-01-17T03:00:00.{n:03}000000Z stdout F {line}" for n, line in enumerate(lines)]


@cache
def logs_with_traces() -> dict[str, tuple[pd.DataFrame, Ledger]]:
    """Return the events and the ledgers of a log for each trace, in every format of events, and inside of containers."""
    texts = {}
    for language, trace in TRACES.items():
        texts |= {f"{head} {language}": lines_with(head, trace) for head in HEADS}
        texts |= {f"{wrapper} {language}": wrapped_by(wrapper, lines_with("logback", trace)) for wrapper in ("docker", "cri")}
    return read_together({key: "\n".join(lines) + "\n" for key, lines in texts.items()})


@pytest.mark.parametrize("language", TRACES)
@pytest.mark.parametrize("head", HEADS)
def test_a_trace_belongs_to_the_line_above_it(head: str, language: str) -> None:
    events, ledger = logs_with_traces()[f"{head} {language}"]
    assert (len(events), ledger.rejected) == (8, 0)
    held = events["attributes"].map(lambda text: json.loads(text).get("continuation") if isinstance(text, str) else None)
    assert held[held.notna()].to_dict() == {3: below(TRACES[language])}


@pytest.mark.parametrize("language", TRACES)
def test_a_trace_inside_a_json_string_stays_with_its_event(language: str) -> None:
    records = [{"time": f"2026-01-17T03:00:0{n}Z", "level": "info", "message": "up"} for n in range(4)]
    records[2] |= {"level": "error", "message": "broke", "exception": TRACES[language]}
    events, ledger = read("".join(json.dumps(record) + "\n" for record in records))
    assert (len(events), ledger.rejected) == (4, 0)
    assert json.loads(events["attributes"][2])["exception"] == TRACES[language]


@pytest.mark.parametrize("language", TRACES)
@pytest.mark.parametrize("wrapper", ["docker", "cri"])
def test_a_trace_that_a_container_writes_line_by_line_is_one_event(wrapper: str, language: str) -> None:
    events, ledger = logs_with_traces()[f"{wrapper} {language}"]
    assert ledger.rejected == 0
    assert len(events) == 8
    assert json.loads(events["attributes"][3])["continuation"] == TRACES[language]


def test_a_trace_that_a_container_writes_long_after_its_last_event_is_a_separate_event() -> None:
    inside = [(n, HEADS["logback"].format(n=n, level="INFO", words="word")) for n in range(4)]
    inside += [(30, line) for line in PYTHON.split("\n")] + [(40, "Killed")]
    text = "".join(f"2026-01-17T03:00:{second:02}.{n:03}000000Z stderr F {line}\n" for n, (second, line) in enumerate(inside))
    events, ledger = read(text)
    assert ledger.rejected == 0
    assert events["message"].tolist()[4:] == [
        "Traceback (most recent call last): shop.errors.SearchFailed: no facet",
        "Killed",
    ]
    assert events["severity"].tolist()[4:] == ["ERROR", "FATAL"]
    assert events["timestamp"].dt.second.tolist()[4:] == [30, 40]
    assert json.loads(events["attributes"][4])["continuation"].endswith("SearchFailed: no facet")


def test_traces_of_two_interleaved_streams_are_kept_apart() -> None:
    out = [f"ts=2026-01-17T03:00:0{n}Z level=info msg=up" for n in range(6)]
    err = ["2026-01-17 03:00:01,000 [main] ERROR o.s.Cart - broke", *JAVA.split("\n")]
    lines = []
    for n, line in enumerate(err):
        lines.append(f"2026-01-17T03:00:01.{n:03}000000Z stderr F {line}")
        if n < len(out):
            lines.append(f"2026-01-17T03:00:01.{n:03}500000Z stdout F {out[n]}")
    events, _ = read("\n".join(lines) + "\n")
    (broke,) = [json.loads(text) for text in events[events["severity"] == "ERROR"]["attributes"]]
    assert broke["continuation"] == below(JAVA)
    assert len(events) == 7


def test_a_trace_at_the_top_of_the_file_is_rejected_and_counted() -> None:
    text = "\tat com.example.Cart.total(Cart.java:42)\n" + "2026-01-17 03:00:00,000 ERROR [shop] broke\n" * 10
    events, ledger = read(text)
    assert (len(events), ledger.rejected) == (10, 1)
    assert "belongs to no event above it" in ledger.examples[0]


def test_two_tracebacks_belong_to_their_own_events_even_if_they_contain_a_level() -> None:
    text = (
        "2026-01-17 03:00:00,000 ERROR [shop] one\nTraceback (most recent call last):\n  ERROR: not an event\n"
        "2026-01-17 03:00:01,000 ERROR [shop] two\nTraceback (most recent call last):\nKeyError: 2\n"
    )
    events, ledger = read(text * 4)
    assert [json.loads(text)["continuation"].split("\n")[-1] for text in events["attributes"]] == [
        "  ERROR: not an event",
        "KeyError: 2",
    ] * 4
    assert ledger.continuation == 16


def test_records_that_share_a_line_of_the_export_keep_their_own_traces() -> None:
    lines = [HEADS["logback"].format(n=n, level="ERROR", words="word") for n in range(6)]
    messages = [
        part for n, line in enumerate(lines) for part in (line, f"java.lang.IllegalStateException: {n}", "\tat a.B.c(B.java:1)")
    ]
    records = [{"timestamp": 1768618800000 + n, "ingestionTime": 1768618800000, "message": m} for n, m in enumerate(messages)]
    events, ledger = read(json.dumps({"events": records}))
    assert (len(events), ledger.rejected, ledger.continuation) == (6, 0, 12)
    assert set(events["line"]) == {1}
    assert [json.loads(text)["continuation"][33] for text in events["attributes"]] == list("012345")


DATED = "2026-01-17 03:00:0{n},000 [main] {level} o.s.Cart - {words}\n"


@pytest.mark.parametrize(
    ("line", "severity", "message"),
    [
        ("ERROR could not store order 7", "ERROR", "could not store order 7"),
        ("[FATAL] giving up", "FATAL", "giving up"),
        ("WARN: the queue is full", "WARN", "the queue is full"),
    ],
)
def test_a_line_with_a_severity_but_no_time_has_the_time_of_the_event_above(line: str, severity: str, message: str) -> None:
    texts = [DATED.format(n=n, level="INFO", words="order stored") for n in range(6)]
    texts[3:3] = [f"{line}\n", "\tat com.example.Cart.total(Cart.java:42)\n"]
    events, ledger = read("".join(texts))
    assert (ledger.events, ledger.continuation, ledger.rejected) == (7, 1, 0)
    assert events.loc[3, ["severity", "message"]].tolist() == [severity, message]
    assert events["timestamp"].dt.second.tolist() == [0, 1, 2, 2, 3, 4, 5]
    assert json.loads(events["attributes"][3]) == {"continuation": "\tat com.example.Cart.total(Cart.java:42)"}
    assert ledger.notes[0] == "lines without a date or a time, given the time of the event above them: 1"


def test_a_line_with_a_severity_and_no_event_above_it_is_rejected() -> None:
    text = "ERROR could not store order 7\n" + "".join(DATED.format(n=n, level="INFO", words="order stored") for n in range(6))
    _, ledger = read(text)
    assert (ledger.events, ledger.rejected) == (6, 1)


def test_a_line_with_a_severity_and_a_time_that_cannot_be_read_is_rejected() -> None:
    texts = [DATED.format(n=n, level="INFO", words="order stored") for n in range(6)]
    texts.insert(3, "2026-01-17 03:00:77,000 [main] ERROR o.s.Cart - could not store order 7\n")
    _, ledger = read("".join(texts))
    assert (ledger.events, ledger.rejected) == (6, 1)


def test_lines_of_innodb_without_a_time_are_events() -> None:
    texts = [f"260117  3:00:0{n} [Note] mysqld: ready" for n in range(5)]
    texts[2:2] = ["InnoDB: Doublewrite buffer created", "InnoDB: 127 rollback segments are active."]
    events, ledger = read("\n".join(texts) + "\n")
    assert (ledger.events, ledger.continuation, ledger.rejected) == (7, 0, 0)
    assert events["message"][2] == "InnoDB: Doublewrite buffer created"
    assert set(events["service"]) == {"mysql"}
    assert events["timestamp"].dt.second.tolist() == [0, 1, 1, 1, 2, 3, 4]


def test_indented_lines_outside_of_a_wrapper_belong_to_the_line_above_them() -> None:
    text = (
        "Jan 17 03:00:00 web1 syslogd[7]: statistics\n"
        "Jan 17 03:00:01 web1 syslogd[7]: Notice:\n\tthe first module claims messages.\n\tThey may be missing.\n"
        "Jan 17 03:00:01 web1 syslogd[7]: Notice:\n\tthe second module claims messages.\n"
        'Jan 17 03:00:02 web1 shop[8]: broke\nTraceback (most recent call last):\n  File "a.py", line 1\nKeyError: 1\n'
        "Jan 17 03:00:03 web1 syslogd[7]: statistics\n"
    )
    events, ledger = read(text)
    assert (len(events), ledger.continuation, ledger.rejected) == (5, 6, 0)
    below = [(json.loads(text) or {}).get("continuation") for text in events["attributes"]]
    assert below == [
        None,
        "\tthe first module claims messages.\n\tThey may be missing.",
        "\tthe second module claims messages.",
        'Traceback (most recent call last):\n  File "a.py", line 1\nKeyError: 1',
        None,
    ]


def test_lines_behind_the_arrow_of_vmware_continue_the_line_above_them() -> None:
    text = "2026-01-17T03:00:00.123Z warning vpxd[7] [sub=drm] caught: (fault) {\n-->    reason = 7\n--> }\n"
    events, ledger = read(text * 3)
    assert (len(events), ledger.continuation) == (3, 6)


def test_a_line_outside_of_a_wrapper_that_looks_like_no_continuation_is_rejected() -> None:
    text = "Jan 17 03:00:00 web1 shop[8]: broke\nthis is no line of syslog\nJan 17 03:00:03 web1 shop[8]: up\n"
    events, ledger = read(text * 3)
    assert (len(events), ledger.continuation, ledger.rejected) == (6, 0, 3)


@pytest.mark.parametrize(
    ("line", "service"), [("Jan 17 03:00:0{n} web1 shop[8]: up\n", "shop"), ("2026-01-17T03:00:0{n}.0Z stdout F up\n", "")]
)
def test_a_line_with_a_severity_outside_of_the_wrapper_has_the_time_of_the_line_above(line: str, service: str) -> None:
    first = "ERROR above everything\n"
    text = first + line.format(n=1) + "ERROR could not store order 7\n\tat shop.Cart.total(Cart.java:42)\n" + line.format(n=3) * 4
    events, ledger = read(text, modified=datetime(2026, 1, 18, tzinfo=UTC))
    assert list(events["message"]) == ["up", "could not store order 7", "up", "up", "up", "up"]
    assert moments(events)[:3] == ["2026-01-17T03:00:01", "2026-01-17T03:00:01", "2026-01-17T03:00:03"]
    assert (events["severity"][1], events["service"].fillna("")[1]) == ("ERROR", service)
    assert (ledger.continuation, ledger.rejected) == (1, 1)
