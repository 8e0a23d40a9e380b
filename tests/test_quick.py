"""Cutting a line at quotes and spaces gives what the expression of its format gives."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import read

from pmkit.ingest import Ledger, connect
from pmkit.ingest.quick import quick
from pmkit.sources import FORMATS, sql
from pmkit.sources.model import LogFormat

ENTRIES = [entry for entry in FORMATS if isinstance(entry, LogFormat) and entry.layout]
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
]


@st.composite
def lines(draw: st.DrawFn, entry: LogFormat) -> str:
    """Draw a line of a format with some characters put in, taken out or doubled."""
    line = draw(st.sampled_from([line for sample in entry.samples for line in sample.text.split("\n")]))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(line)))
        line = line[:place] + draw(st.sampled_from(PIECES)) + line[place + draw(st.integers(0, 2)) :]
    return line


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_line_that_is_cut_quickly_has_the_same_fields(entry: LogFormat, data: st.DataObject) -> None:
    drawn = data.draw(st.lists(lines(entry), min_size=20, max_size=40))
    fast, names = quick(entry.layout, entry.pattern), list(re.compile(entry.pattern).groupindex)
    packed = ", ".join(f"{name} := {fast.fields[name]}" for name in names)
    query = (
        f"SELECT text, {fast.fits} AS fits, struct_pack({packed}) AS quickly, "
        f"regexp_extract(text, {sql.quoted(entry.pattern)}, {names}) AS slowly "
        f"FROM (SELECT *, {fast.words} FROM (SELECT *, {fast.splits} FROM (SELECT unnest($lines) AS text)))"
    )
    with connect() as database:
        rows = database.execute(query, {"lines": drawn}).fetchall()
    assert all(quickly == slowly for _, fits, quickly, slowly in rows if fits)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_the_plain_lines_of_a_format_are_cut_quickly(entry: LogFormat) -> None:
    fast = quick(entry.layout, entry.pattern)
    first = entry.samples[0].text.split("\n")[0]
    query = f"SELECT {fast.fits} FROM (SELECT *, {fast.words} FROM (SELECT *, {fast.splits} FROM (SELECT $line AS text)))"
    with connect() as database:
        assert database.execute(query, {"line": first}).fetchone() == (True,)


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
        database.execute(sql.MACROS)
        assert database.execute("SELECT route_of($1)", [path]).fetchone() == (route,)
