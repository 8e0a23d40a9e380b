"""The plain lines of a log give the same whether they are taken apart all at once or one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from reading import frame, ingested, read

from pmkit.formats.catalog import FORMATS
from pmkit.formats.format import LogFormat, Syntax
from pmkit.ingest import lines, pieces
from pmkit.ingest.bytes import chunks
from pmkit.ingest.columnar import reader
from pmkit.store.database import connect
from pmkit.store.ledger import Ledger
from pmkit.store.part import REJECTED, REQUESTS, ROLLUP, TEMPLATES

ENTRIES = [
    entry
    for entry in FORMATS
    if isinstance(entry, LogFormat)
    and not (entry.inner or entry.wraps)
    and (entry.layout or (entry.syntax is Syntax.JSON and not entry.path))
]
BETWEEN = ["", "  ", "  at shop.Cart.total(Cart.java:7)", "Traceback (most recent call last):"]
PIECES = [
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


@pytest.fixture(autouse=True, scope="module")
def _however_small() -> Iterator[None]:
    """Take the plain lines of small logs all at once, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "TINY_BYTES", 0)
        yield


@st.composite
def logs(draw: st.DrawFn, entry: LogFormat) -> str:
    """Draw a log of a format: lines over and over, some of them with characters put in, taken out or doubled."""
    own = [line for sample in entry.samples for line in sample.text.split("\n")]
    drawn = draw(st.lists(st.sampled_from(own), min_size=20, max_size=40))
    for place in draw(st.lists(st.integers(0, len(drawn) - 1), max_size=8)):
        line = drawn[place]
        at = draw(st.integers(0, len(line)))
        drawn[place] = line[:at] + draw(st.sampled_from(PIECES)) + line[at + draw(st.integers(0, 2)) :]
    for place in draw(st.lists(st.integers(0, len(drawn)), max_size=3)):
        drawn.insert(place, draw(st.sampled_from(BETWEEN)))
    return "\n".join(drawn) + draw(st.sampled_from(["\n", ""]))


def both(text: str, size: int) -> tuple[tuple[Ledger, Path], tuple[Ledger, Path]]:
    """Read a log with its plain lines all at once, in chunks of `size` bytes, and with every line one by one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "FEWEST", 1)
        patch.setattr(lines, "QUICK_BYTES", size)
        at_once = ingested(text)
        patch.setattr(pieces, "ways_of", lambda *_: ())
        return at_once, ingested(text)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
@given(data=st.data())
def test_lines_give_the_same_all_at_once_and_one_by_one(entry: LogFormat, data: st.DataObject) -> None:
    text = data.draw(logs(entry))
    (ledger, out), (other, beside) = both(text, data.draw(st.sampled_from([400, 2_000, 1 << 24])))
    assert ledger == other
    pd.testing.assert_frame_equal(frame(out), frame(beside))
    for name in (ROLLUP, TEMPLATES, REQUESTS, REJECTED):
        pd.testing.assert_frame_equal(frame(out, name), frame(beside, name))


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.layout], ids=lambda entry: entry.name)
def test_the_plain_lines_of_a_format_are_taken_all_at_once(entry: LogFormat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "FEWEST", 1)
    left = []
    monkeypatch.setattr(reader.Quick, "left", lambda self, told=reader.Quick.left: left.append(told(self)) or left[-1])
    ingested(f"{entry.samples[0].text.splitlines()[0]}\n" * 3)
    assert [len(table) for table in left] == [0]


@pytest.mark.parametrize("small", [0, pieces.TINY_BYTES], ids=["all at once", "one by one"])
@pytest.mark.parametrize("last", ["", "\n"], ids=["at the end", "in the middle"])
def test_of_a_line_that_is_too_long_the_beginning_is_read_and_the_others_whole(
    small: int, last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (chunks, lines):
        monkeypatch.setattr(module, "LONGEST_LINE", 2_000)
    monkeypatch.setattr(lines, "QUICK_BYTES", 500)
    monkeypatch.setattr(pieces, "TINY_BYTES", small)
    line = '10.0.0.1 - - [17/Jan/2026:03:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8" 0.055\n'
    events, ledger = read(line * 200 + "x" * 9_000 + last + (line * 3 if last else ""))
    assert (ledger.rejected, ledger.events) == (1, 203 if last else 200)
    assert "line 201 is longer than 2,000 bytes; what is beyond was left out" in ledger.notes
    assert list(events["line"]) == [*range(1, 201), *([202, 203, 204] if last else [])]


@settings(max_examples=300, deadline=None)
@given(
    texts=st.lists(st.text(st.sampled_from("ab\u00e9\u20ac\U0001f525"), max_size=40), max_size=8),
    size=st.integers(1, 16),
    ended=st.booleans(),
)
def test_a_line_is_cut_at_the_end_of_a_character_however_the_text_is_chunked(texts: list[str], size: int, ended: bool) -> None:
    text = "\n".join(texts).encode() + (b"\n" if ended else b"")
    bounded = chunks.Bounded()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "LONGEST_LINE", 16)
        passed = b"".join(bounded.pass_on([text[at : at + size] for at in range(0, len(text), size)]))
    was, now = text.decode().split("\n"), passed.decode().split("\n")
    assert len(was) == len(now)
    assert len(bounded.cut) == sum(len(line) < len(whole) for line, whole in zip(now, was, strict=True))
    for line, whole in zip(now, was, strict=True):
        assert whole.startswith(line)
        assert line == whole or 16 <= len(line.encode()) < 20


@pytest.mark.parametrize("strange", ["", "\x01", "\x1f", "\x7f", "\t", "é", "\\", '\\"', "\u2028"])
def test_attributes_are_json_whatever_a_plain_line_holds(strange: str) -> None:
    agent = f"curl{strange}/8"
    line = f'10.0.0.1 - amy [17/Jan/2026:03:00:00 +0000] "GET /a?q={strange}1 HTTP/1.1" 200 5 "-" "{agent}" 0.055\n'
    other = line.replace(strange, "") if strange else line
    (first, second), ledger = rows_of(line + other)
    assert ledger.rejected == 0
    assert json.loads(first["attributes"])["user_agent"] == agent
    assert json.loads(second["attributes"]) == {"user": "amy", "query": "q=1", "bytes": "5", "user_agent": "curl/8"}


def rows_of(text: str) -> tuple[list[dict[str, object]], Ledger]:
    events, ledger = read(text)
    return events.to_dict("records"), ledger


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
def test_what_looks_like_an_id_is_left_out_of_the_route(path: str, route: str) -> None:
    with connect() as database:
        assert database.execute("SELECT route_of($1)", [path]).fetchone() == (route,)
