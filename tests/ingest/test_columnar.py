"""A log is read with the same result however large it is: by columns, in pieces, or as a tiny one."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import frame, ingested, read
from samples import EXAMPLES, KINDS, thinned

from pmkit.formats.catalog import FORMATS
from pmkit.formats.format import LogFormat
from pmkit.ingest.bytes.chunks import LineCutter
from pmkit.ingest.columnar.reader import ColumnarReader
from pmkit.ingest.columnar.recipe import recipe_of
from pmkit.ingest.export import plan_of_export
from pmkit.ingest.limits import DEFAULT_LIMITS, Limits
from pmkit.ingest.request import Request
from pmkit.store.database import connect
from pmkit.store.part import EVENTS, REJECTED, REQUESTS, ROLLUP, TEMPLATES

# With these, even small logs are read like large ones.
LARGE = Limits(tiny_bytes=0)

# Formats that the columnar reader reads, and one of each kind of the others; with more examples, all.
ENTRIES = [
    entry
    for entry in FORMATS
    if isinstance(entry, LogFormat)
    and not (entry.inner or entry.wraps)
    and (EXAMPLES > 1 or entry.layout or entry in KINDS.values())
]
# Lines that may be between the events.
BETWEEN = ["", "  ", "  at shop.Cart.total(Cart.java:7)", "Traceback (most recent call last):"]
# Characters that are put into lines.
SPECIALS = [
    "",
    " ",
    "  ",
    '"',
    "\\",
    '\\"',
    "[",
    "]",
    "-",
    "\t",
    "\f",
    "\v",
    "0",
    "1e2",
    "+99",
    "²",
    "x",
    ".",
    "1.",
    ".5",
    "é",
    "\xa0",
    "\u2028",
    "{",
    "}",
    ",",
    "null",
]


def log_of(entry: LogFormat, chance: Random) -> str:
    """Return a log of a format: repeated lines, some of them with characters inserted, removed or doubled."""
    own = [line for sample in entry.samples for line in sample.text.split("\n")]
    lines = chance.choices(own, k=chance.randint(20, 40))
    for _ in range(chance.randint(0, 8)):
        place = chance.randrange(len(lines))
        line = lines[place]
        at = chance.randint(0, len(line))
        lines[place] = line[:at] + chance.choice(SPECIALS) + line[at + chance.randint(0, 2) :]
    for _ in range(chance.randint(0, 3)):
        lines.insert(chance.randint(0, len(lines)), chance.choice(BETWEEN))
    return "\n".join(lines) + chance.choice(["\n", ""])


@pytest.mark.fuzz
@pytest.mark.parametrize("number", range(EXAMPLES))
@pytest.mark.parametrize("entry", thinned(ENTRIES, 3), ids=lambda entry: entry.name)
def test_a_large_log_is_read_like_a_tiny_one(entry: LogFormat, number: int) -> None:
    chance = Random(f"{entry.name} {number}")  # noqa: S311 - the same log in each run
    text = log_of(entry, chance)
    chunk_bytes = chance.choice([400, 2_000, 1 << 24])
    large_ledger, large = ingested(text, limits=Limits(tiny_bytes=0, columnar_chunk_bytes=chunk_bytes))
    tiny_ledger, tiny = ingested(text, limits=Limits(tiny_bytes=len(text.encode())))
    assert large_ledger == tiny_ledger
    for name in (EVENTS, ROLLUP, TEMPLATES, REQUESTS, REJECTED):
        pd.testing.assert_frame_equal(frame(large, name), frame(tiny, name))


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.layout], ids=lambda entry: entry.name)
def test_the_columnar_reader_reads_the_plain_lines_of_every_format_with_a_layout(entry: LogFormat, tmp_path: Path) -> None:
    log = tmp_path / "export.log"
    log.write_text(f"{entry.samples[0].text.splitlines()[0]}\n" * 3)
    request = Request(log, "UTC")
    with connect() as database:
        recipe = recipe_of(plan_of_export(request), request)
        assert recipe
        reader = ColumnarReader(database, recipe)
        events = list(reader.read([log.read_bytes()], above=0))
        assert sum(len(table) for table in events) == 3
        assert len(reader.remaining()) == 0


@pytest.mark.parametrize("tiny_bytes", [0, DEFAULT_LIMITS.tiny_bytes], ids=["columnar", "by line"])
@pytest.mark.parametrize("line_end", ["", "\n"], ids=["at the end", "in the middle"])
def test_only_the_beginning_of_an_overlong_line_is_read(tiny_bytes: int, line_end: str) -> None:
    line = '10.0.0.1 - - [17/Jan/2026:03:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8" 0.055\n'
    after = line * 3 if line_end else ""
    limits = Limits(longest_line=2_000, columnar_chunk_bytes=500, tiny_bytes=tiny_bytes)
    events, ledger = read(line * 40 + "x" * 9_000 + line_end + after, limits=limits)
    assert (ledger.rejected, ledger.events) == (1, 43 if after else 40)
    assert "line 41 is longer than 2,000 bytes; the rest was left out" in ledger.notes
    assert list(events["line"]) == [*range(1, 41), *([42, 43, 44] if after else [])]


@settings(max_examples=300, deadline=None)
@given(
    texts=st.lists(st.text(st.sampled_from("ab\u00e9\u20ac\U0001f525"), max_size=40), max_size=8),
    size=st.integers(1, 16),
    ended=st.booleans(),
)
def test_a_long_line_is_cut_after_a_whole_character_however_the_text_is_chunked(texts: list[str], size: int, ended: bool) -> None:
    text = "\n".join(texts).encode() + (b"\n" if ended else b"")
    cutter = LineCutter(16)
    cut = b"".join(cutter.cut([text[at : at + size] for at in range(0, len(text), size)]))
    lines, cut_lines = text.decode().split("\n"), cut.decode().split("\n")
    assert len(lines) == len(cut_lines)
    assert len(cutter.cuts) == sum(len(short) < len(line) for short, line in zip(cut_lines, lines, strict=True))
    for short, line in zip(cut_lines, lines, strict=True):
        assert line.startswith(short)
        assert short == line or 16 <= len(short.encode()) < 20


@pytest.mark.parametrize("special", ["", "\x01", "\x1f", "\x7f", "\t", "é", "\\", '\\"', "\u2028"])
def test_attributes_are_valid_json_whatever_a_line_contains(special: str) -> None:
    agent = f"curl{special}/8"
    line = f'10.0.0.1 - amy [17/Jan/2026:03:00:00 +0000] "GET /a?q={special}1 HTTP/1.1" 200 5 "-" "{agent}" 0.055\n'
    other = line.replace(special, "") if special else line
    events, ledger = read(line + other, limits=LARGE)
    first, second = (json.loads(attributes) for attributes in events["attributes"])
    assert ledger.rejected == 0
    assert first["user_agent"] == agent
    assert second == {"user": "amy", "query": "q=1", "bytes": "5", "user_agent": "curl/8"}


@pytest.mark.parametrize(
    ("path", "route"),
    {
        "/orders/1": "/orders/{id}",
        "/1/2/3/x/44": "/{id}/{id}/{id}/x/{id}",
        "/v2/items": "/v2/items",
        "/a/1b": "/a/1b",
        "/3f2504e0-4f89-11d3-9a0c-0305e82c3301/": "/{id}/",
        "/files/0123456789abcdef": "/files/{id}",
        "/deadbeefcafe": "/deadbeefcafe",
        "7/x": "{id}/x",
        "/": "/",
    }.items(),
)
def test_ids_in_paths_become_placeholders_of_the_route(path: str, route: str) -> None:
    with connect() as database:
        assert database.execute("SELECT route_of($1)", [path]).fetchone() == (route,)
