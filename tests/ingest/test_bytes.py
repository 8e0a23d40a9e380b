"""Compressed, archived, oddly encoded or damaged files are read to the last byte, and every repair is noted."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile

import pandas as pd
import pytest
from backports import zstd
from reading import frame, ingested, read

from pmkit.core.errors import SourceError
from pmkit.ingest.limits import Limits
from pmkit.store.part import REJECTED

LOG = "".join(f"2026-01-17 03:00:{n:02},000 ERROR [shop] größer als {n}\n" for n in range(40))
PLAIN, LEDGER = read(LOG)


def same(content: bytes, name: str = "export.log") -> None:
    events, ledger = read(content, name)
    pd.testing.assert_frame_equal(events, PLAIN)
    assert (ledger.lines, ledger.events) == (LEDGER.lines, LEDGER.events)


PACKINGS = {
    "gzip": gzip.compress,
    "gzip with several members": lambda data: b"".join(gzip.compress(data[n : n + 300]) for n in range(0, len(data), 300)),
    "gzip with zeros behind it": lambda data: gzip.compress(data) + bytes(512),
    "zstd": zstd.compress,
    "zstd with several frames": lambda data: zstd.compress(data[:500]) + zstd.compress(data[500:]),
    "bzip2": bz2.compress,
    "bzip2 with several streams": lambda data: bz2.compress(data[:500]) + bz2.compress(data[500:]),
    "xz": lzma.compress,
    "xz with several streams": lambda data: lzma.compress(data[:500]) + lzma.compress(data[500:]),
}


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_compressed_log_is_decompressed_whatever_its_name(packing: str) -> None:
    same(PACKINGS[packing](LOG.encode()), "export.txt")


ENCODINGS = {
    "a byte order mark": "\ufeff".encode() + LOG.encode(),
    "byte order marks where files were put together": LOG.replace("2026-01-17 03:00:20", "\ufeff2026-01-17 03:00:20").encode(),
    "UTF-16": LOG.encode("utf-16"),
    "UTF-16, big end first": "\ufeff".encode("utf-16-be") + LOG.encode("utf-16-be"),
    "UTF-16 without a mark": LOG.encode("utf-16-le"),
    "UTF-16 without a mark, big end first": LOG.encode("utf-16-be"),
    "CRLF": LOG.replace("\n", "\r\n").encode(),
    "CR only": LOG.replace("\n", "\r").encode(),
    "Latin-1": LOG.encode("latin-1"),
    "no line end at the end": LOG.rstrip("\n").encode(),
    "colours": LOG.replace("ERROR", "\x1b[1;31mERROR\x1b[0m").encode(),
    "NUL bytes": LOG.replace("[shop]", "[sh\x00op]").encode(),
}  # fmt: skip


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_encoding_makes_no_difference(encoding: str) -> None:
    same(ENCODINGS[encoding])


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("UTF-16", "UTF-16 converted"),
        ("Latin-1", "80 bytes that are not UTF-8 read as Latin-1"),
        ("colours", "80 terminal colours left out"),
        ("NUL bytes", "40 NUL bytes left out"),
    ],
)
def test_repairs_are_noted(encoding: str, note: str) -> None:
    assert note in read(ENCODINGS[encoding])[1].notes


def test_a_utf_8_file_may_also_contain_latin_1_bytes() -> None:
    events, ledger = read((LOG + "2026-01-17 03:01:00,000 ERROR [shop] caf").encode() + b"\xe9\n")
    assert events["message"].tolist()[-1] == "café"
    assert events["message"].tolist()[0] == "größer als 0"
    assert ledger.notes == ("1 byte that is not UTF-8 read as Latin-1",)


@pytest.mark.slow
def test_a_line_of_ten_megabytes_is_one_event() -> None:
    text = LOG + "2026-01-17 03:01:00,000 ERROR [shop] " + "x" * 10_000_000 + "\n" + LOG
    events, ledger = read(text)
    assert (ledger.events, ledger.rejected) == (81, 0)
    assert events["message"].str.len().max() == 10_000_000


@pytest.mark.slow
def test_a_json_line_of_ten_megabytes_is_one_event() -> None:
    line = json.dumps({"time": "2026-01-17T03:00:00Z", "level": "error", "message": "broke", "dump": ["x" * 1000] * 10_000})
    events, ledger = read(f"{line}\n" + '{"time": "2026-01-17T03:00:01Z", "level": "info", "message": "up"}\n' * 20)
    assert (ledger.events, ledger.rejected) == (21, 0)
    assert events["message"].tolist()[:2] == ["broke", "up"]


JSON_LOG = '{"time": "2026-01-17T03:00:00Z", "level": "info", "message": "up"}\n' * 9


@pytest.mark.parametrize(
    ("log", "cut"), [(LOG, "2026-01-"), (LOG, "2026-01-17 03:00:59,0"), (JSON_LOG, '{"time": "2026-01-17T03:0')]
)
def test_a_truncated_last_line_is_noted(log: str, cut: str) -> None:
    events, ledger = read(log + cut)
    assert len(events) == log.count("\n")
    assert ledger.continuation + ledger.rejected == 1
    assert any("the file ends in the middle of line" in note for note in ledger.notes)


def test_a_complete_last_line_without_a_newline_is_not_noted() -> None:
    assert read(LOG.rstrip("\n"))[1].notes == LEDGER.notes


def test_a_truncated_document_gives_its_complete_records_and_says_where_it_breaks() -> None:
    records = [{"time": f"2026-01-17T03:00:{n:02}Z", "level": "info", "message": "up"} for n in range(20)]
    whole = json.dumps(records, indent=1)
    events, ledger = read(whole[: len(whole) * 3 // 4])
    assert len(events) == 15
    assert ledger.examples == ("76: no JSON from here on, the document is broken or cut short: },",)


def rejected_lines(content: str, **options: object) -> list[tuple[int, str, str]]:
    """Return the line, the text and the reason of everything in an export that was rejected."""
    _, out = ingested(content, **options)
    return [tuple(row) for row in frame(out, REJECTED)[["line", "text", "reason"]].itertuples(index=False)]


def test_what_is_rejected_of_a_json_log_is_kept_with_its_line_text_and_reason() -> None:
    records = [{"time": f"2026-01-17T03:00:{n:02}Z", "level": "info", "message": "up"} for n in range(20)]
    cut = json.dumps(records, indent=1)[:-20]
    reason = "no JSON from here on, the document is broken or cut short"
    assert rejected_lines(cut) == [(cut.count("\n") + 1, cut.rpartition("\n")[2].strip(), reason)]
    lengthy = [*records, {**records[0], "message": "x" * 900}]
    ((line, text, reason),) = rejected_lines(json.dumps(lengthy, indent=1), limits=Limits(longest_line=500))
    assert (line, reason) == (102, f"a record of {len(json.dumps(lengthy[-1]))} characters, which is too long")
    assert json.dumps(lengthy[-1]).startswith(text)


def test_what_is_rejected_of_an_export_of_alerts_is_kept_with_its_line_text_and_reason() -> None:
    alert = {"alertname": "Errors", "started_at": "2026-01-17T03:00:00Z", "summary": "cart fails", "service": "cart"}
    assert rejected_lines("".join(f"{json.dumps(alert)}\n" for _ in range(9)) + "{this: is none\n") == [
        (10, "{this: is none", "no JSON")
    ]


@pytest.mark.parametrize("packing", ["gzip", "bzip2", "xz", "zstd"])
def test_the_error_for_a_truncated_compressed_log_says_what_to_do(packing: str) -> None:
    with pytest.raises(SourceError, match="the compressed file is cut short; export or copy it again"):
        read(PACKINGS[packing](LOG.encode() * 20)[:-20], "export.log.gz")


def test_damaged_compressed_data_is_refused() -> None:
    packed = bytearray(gzip.compress(LOG.encode() * 20))
    packed[200:210] = bytes(10)
    with pytest.raises(SourceError, match="the compressed data is damaged"):
        read(bytes(packed))


def test_a_file_in_an_archive_is_read_like_any_other() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/one.log", LOG)
        archive.writestr("a/two.log.gz", gzip.compress(LOG.encode()))
    for member in ("a/one.log", "a/two.log.gz"):
        events, _ = read(buffer.getvalue(), "logs.zip", member=member)
        pd.testing.assert_frame_equal(events, PLAIN)


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tar_archives_may_be_compressed(mode: str) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        entry = tarfile.TarInfo("var/log/shop.log")
        entry.size = len(LOG.encode())
        archive.addfile(entry, io.BytesIO(LOG.encode()))
    events, _ = read(buffer.getvalue(), "logs.tar", member="var/log/shop.log")
    pd.testing.assert_frame_equal(events, PLAIN)
