"""Every format's samples are parsed as expected, and every line of any file is accounted for."""

from __future__ import annotations

import bz2
import gzip
import lzma
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import frame, ingested, read
from samples import EXAMPLES, EXTREMES, in_a_file, thinned_when_quick

from pmkit.core import schema
from pmkit.formats.catalog import FORMATS
from pmkit.formats.format import Example
from pmkit.formats.record_format import Format
from pmkit.ingest.bytes import decoding
from pmkit.ingest.export import plan_of_export
from pmkit.ingest.limits import DEFAULT_LIMITS, Limits
from pmkit.ingest.pieces import Log, ingest_log, is_divisible
from pmkit.ingest.request import Request
from pmkit.store.ledger import Ledger
from pmkit.store.part import REJECTED, ROLLUP, TEMPLATES

PACKED = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}

MUTATIONS = settings(deadline=None, max_examples=6 * EXAMPLES, suppress_health_check=list(HealthCheck), derandomize=EXAMPLES < 10)


@pytest.mark.parametrize("entry", thinned_when_quick(FORMATS, 5), ids=lambda entry: entry.name)
def test_the_samples_of_a_format_contain_three_records_and_give_the_expected_rows(entry: Format) -> None:
    records = 0
    for sample in entry.samples:
        events, ledger = read(in_a_file(entry, sample.text))
        assert ledger.rejected == 0
        assert list(events.columns) == [name for name in schema.TABLES[entry.table] if name != "source"]
        assert_rows(entry, sample, events)
        records += max(ledger.lines - ledger.blank, len(sample.rows))
    assert records >= 3


def assert_rows(entry: Format, sample: Example, events: pd.DataFrame) -> None:
    assert len(events) == len(sample.rows)
    for (_, row), expected in zip(events.iterrows(), sample.rows, strict=True):
        for name, value in expected.items():
            assert_value(row[name], value, schema.TABLES[entry.table][name].dtype)


def assert_value(value: object, expected: object, dtype: str) -> None:
    if expected is None:
        assert pd.isna(value)
    elif dtype == schema.TIME:
        assert pd.Timestamp(value) == pd.Timestamp(expected)
    else:
        assert value == (pytest.approx(expected) if isinstance(expected, float) else expected)


def lines_of(entry: Format) -> list[str]:
    text = "\n".join(example.text.rstrip("\n") for example in entry.samples)
    return in_a_file(entry, text).split("\n")


@st.composite
def mutated_files(draw: st.DrawFn) -> str:
    """Draw a file in a format: its lines repeated, cut, shuffled, mixed with those of another, with extreme values."""
    own = lines_of(draw(st.sampled_from(FORMATS)))
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


@MUTATIONS
@given(text=mutated_files(), data=st.data())
def test_every_line_of_a_mutated_file_is_accounted_for_however_it_is_read(text: str, data: st.DataObject) -> None:
    limits = Limits(
        tiny_bytes=data.draw(st.sampled_from([0, DEFAULT_LIMITS.tiny_bytes])),
    )
    ledger, out = ingested(text, timezone="Europe/Berlin", limits=limits)
    assert_accounted_for(text, ledger, out)
    same_again = data.draw(st.sampled_from([assert_same_if_packed, assert_same_in_pieces, assert_same_in_pieces]))
    same_again(data, out.parent / "export.log", ledger, out, limits)


def assert_accounted_for(text: str, ledger: Ledger, out: Path) -> None:
    events = frame(out)
    if ledger.unit == "lines":
        assert ledger.lines == text.count("\n") + (not text.endswith("\n"))
    assert len(events) == ledger.events
    assert ledger.lines == ledger.events + ledger.continuation + ledger.blank + ledger.rejected
    if ledger.table == "logs":
        assert ledger.events == frame(out, ROLLUP)["events"].sum()
        assert frame(out, TEMPLATES)["events"].sum() == events["message"].notna().sum()
    assert list(events.columns) == [name for name in schema.TABLES[ledger.table] if name != "source"]


def assert_same_if_packed(data: st.DataObject, path: Path, ledger: Ledger, whole: Path, limits: Limits) -> None:
    """Assert that the compressed file is read like the plain one."""
    packing = data.draw(st.sampled_from(sorted(PACKED)))
    content = PACKED[packing](path.read_bytes())
    packed, beside = ingested(content, f"export.log{packing}", timezone="Europe/Berlin", limits=limits)
    assert packed == ledger
    pd.testing.assert_frame_equal(frame(whole), frame(beside))


def assert_same_in_pieces(data: st.DataObject, path: Path, ledger: Ledger, whole: Path, limits: Limits) -> None:
    """Assert that the file gives the same result when it is read in pieces."""
    request = Request(path, "Europe/Berlin")
    chosen = plan_of_export(request)
    if ledger.unit != "lines" or not is_divisible(chosen):
        return
    out = whole.parent / "pieces"
    out.mkdir()
    size = path.stat().st_size // data.draw(st.integers(2, 4)) + 1
    text = decoding.materialise(path, out)
    assert ingest_log(Log.of(text, chosen, request, limits), out, size) == ledger
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
def test_an_absurd_value_does_not_affect_the_other_lines(line: str) -> None:
    good = line.replace("1e400", "1795469279003000").replace("17954x9278", "1795469279").replace("1e999", "0")
    good = good.replace("[1, , 99999999999]", '"x"').replace("[9999999, 97]", '"x"')
    ledger, _ = ingested(f"{good}\n" * 9 + f"{line}\n")
    assert ledger.events >= 9
