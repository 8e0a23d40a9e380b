"""Whatever stands in a file of any format, every line is accounted for, and the events do not depend on its packing."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import frame, ingested

from pmkit.core import schema
from pmkit.formats.catalog import FORMATS
from pmkit.formats.format import Format, LogFormat
from pmkit.ingest import pieces
from pmkit.ingest.bytes import decoding
from pmkit.ingest.columnar import reader
from pmkit.ingest.export import plan_of_export
from pmkit.ingest.pieces import Log, divisible, ingest_pieces
from pmkit.ingest.request import Request
from pmkit.store.ledger import Ledger
from pmkit.store.part import REJECTED, ROLLUP, TEMPLATES

EXTREMES = [
    "", "-", "-1", "0", "99999999999999999999", "1e999", "NaN", "null", "true", "{}", "[", '"', "\\", "'", "%", "\ufeff",
    "\U0001f525", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-02-30T25:61:61Z", "=", ",", "\t", "x" * 5000,
    "(", ")", "$1",
]  # fmt: skip
PACKED = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
EXAMPLES = int(os.environ.get("PMKIT_EXAMPLES", "1"))
"""How many files are drawn of each format; more find more."""
SETTINGS = settings(deadline=None, max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), derandomize=EXAMPLES < 10)


def lines_of(entry: Format) -> list[str]:
    lines = [line for example in entry.samples for line in example.text.rstrip("\n").split("\n")]
    if isinstance(entry, LogFormat) and entry.inner:
        return [f"2026-01-17T03:00:00.{n:09}Z stdout F {line}" for n, line in enumerate(lines)]
    return lines


@st.composite
def texts(draw: st.DrawFn, entry: Format) -> str:
    """Draw a file of a format: its lines repeated, cut, shuffled, mixed with another's, with fields at their extremes."""
    own = lines_of(entry)
    lines = own * draw(st.integers(1, 8))
    other = lines_of(draw(st.sampled_from(FORMATS)))
    for _ in range(draw(st.integers(0, 6))):
        place = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["cut", "drop", "extreme", "mix", "blank", "again"])):
            case "cut":
                lines[place] = lines[place][: draw(st.integers(0, len(lines[place])))]
            case "drop":
                lines[place] = lines[place][draw(st.integers(0, len(lines[place]))) :]
            case "extreme":
                words = lines[place].split(" ") if " " in lines[place] else lines[place].split('"')
                words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(EXTREMES))
                lines[place] = " ".join(words)
            case "mix":
                lines[place:place] = other[: draw(st.integers(1, 4))]
            case "blank":
                lines.insert(place, draw(st.sampled_from(["", "   ", "\t"])))
            case "again":
                lines.append(own[place % len(own)])
    if draw(st.booleans()):
        draw(st.randoms(use_true_random=False)).shuffle(lines)
    return "\n".join(lines) + draw(st.sampled_from(["\n", ""]))


@pytest.mark.parametrize("entry", FORMATS, ids=lambda entry: entry.name)
@SETTINGS
@given(data=st.data())
def test_every_line_is_accounted_for(entry, data) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "FEWEST", data.draw(st.sampled_from([1, 500])))
        patch.setattr(pieces, "TINY_BYTES", data.draw(st.sampled_from([0, pieces.TINY_BYTES])))
        _account_for(entry, data)


def _account_for(entry, data) -> None:
    text = data.draw(texts(entry))
    ledger, out = ingested(text, timezone="Europe/Berlin")
    events = frame(out)
    if ledger.unit == "lines":
        assert ledger.lines == text.count("\n") + (not text.endswith("\n"))
    if ledger.table == "logs":
        assert len(events) == ledger.events == frame(out, ROLLUP)["events"].sum()
        assert frame(out, TEMPLATES)["events"].sum() == events["message"].notna().sum()
    assert list(events.columns) == [name for name in schema.TABLES[ledger.table] if name != "source"]
    again = data.draw(st.sampled_from([_packed, _in_pieces, _in_pieces]))
    again(data, out.parent / "export.log", ledger, out)


def _packed(data: st.DataObject, path: Path, ledger: Ledger, whole: Path) -> None:
    """Read a file again from what a compressor made of it, which gives the same."""
    packing = data.draw(st.sampled_from(sorted(PACKED)))
    packed, beside = ingested(PACKED[packing](path.read_bytes()), f"export.log{packing}", timezone="Europe/Berlin")
    assert packed == ledger
    pd.testing.assert_frame_equal(frame(whole), frame(beside))


def _in_pieces(data: st.DataObject, path: Path, ledger: Ledger, whole: Path) -> None:
    """Read a file again in pieces, which gives the same."""
    request = Request(path, "Europe/Berlin")
    chosen = plan_of_export(request)
    if ledger.unit == "records" or not divisible(chosen):
        return
    out = whole.parent / "pieces"
    out.mkdir()
    size = path.stat().st_size // data.draw(st.integers(2, 4)) + 1
    text = decoding.materialise(path, out)
    assert ingest_pieces(Log.of(text, chosen, request), out, size) == ledger
    for name in ("events.parquet", ROLLUP, TEMPLATES, REJECTED):
        pd.testing.assert_frame_equal(frame(whole, name), frame(out, name))


@pytest.mark.parametrize(
    "line",
    [
        '{"__REALTIME_TIMESTAMP":"1e400","PRIORITY":"6","MESSAGE":"up","SYSLOG_IDENTIFIER":"web"}',
        '{"__REALTIME_TIMESTAMP":"1795469280003000","PRIORITY":"6","MESSAGE":[1, , 99999999999],"SYSLOG_IDENTIFIER":"web"}',
        '{"__REALTIME_TIMESTAMP":"1795469280003000","PRIORITY":"6","MESSAGE":[9999999, 97],"SYSLOG_IDENTIFIER":"web"}',
        '{"instant":{"epochSecond":"17954x9278","nanoOfSecond":1e999},"thread":"main","level":"INFO","message":"up"}',
    ],
)
def test_a_value_that_makes_no_sense_leaves_the_other_lines_be(line: str) -> None:
    good = line.replace("1e400", "1795469279003000").replace("17954x9278", "1795469279").replace("1e999", "0")
    good = good.replace("[1, , 99999999999]", '"x"').replace("[9999999, 97]", '"x"')
    ledger, _ = ingested(f"{good}\n" * 9 + f"{line}\n")
    assert ledger.events >= 9
