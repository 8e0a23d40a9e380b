"""A large log read in pieces gives the same result as the whole log."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from conftest import DATA
from reading import frame
from samples import EXAMPLES, access_log, thinned

from pmkit.ingest.bytes import decoding
from pmkit.ingest.bytes.chunks import Piece
from pmkit.ingest.export import ingest, plan_of_export
from pmkit.ingest.pieces import Log, ingest_log, ingest_piece, merge_pieces, next_event
from pmkit.ingest.request import Request
from pmkit.store.database import connect
from pmkit.store.duplicates import share_events, write_without_duplicates
from pmkit.store.part import EVENTS, LEDGER, REJECTED, REQUESTS, ROLLUP, TEMPLATES, Extent, Part
from pmkit.store.store import Store

pytestmark = pytest.mark.slow

TRACED = "".join(
    f"2026-01-17 03:{n // 60:02}:{n % 60:02},000 ERROR [shop] broke\n"
    f"Traceback (most recent call last):\n  File x\n\nKeyError: {n}\n"
    for n in range(600)
)


def both(path: Path, tmp_path: Path, size: int, **options: object) -> int:
    """Assert that a file read whole and in pieces gives the same result, and return the number of pieces."""
    request = Request(path, options.pop("timezone", "UTC"), **options)
    whole, divided = tmp_path / "whole", tmp_path / "divided"
    whole.mkdir()
    divided.mkdir()
    ledger = ingest(request, whole)
    text = decoding.materialise(path, divided)
    assert ingest_log(Log.of(text, plan_of_export(request), request), divided, size) == ledger
    for name in ("events.parquet", ROLLUP, TEMPLATES, REQUESTS, REJECTED):
        pd.testing.assert_frame_equal(frame(whole, name), frame(divided, name))
    return len(list((divided / "events.parquet").glob("*"))) if (divided / "events.parquet").is_dir() else 1


@pytest.mark.parametrize("size", thinned([20_000, 5_000], 2))
def test_pieces_begin_at_the_start_of_an_event(size: int, tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text("a line above\n" + TRACED)
    assert both(log, tmp_path, size) > 1


def test_an_event_longer_than_a_piece_is_not_split(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text(TRACED[:20_000] + "  frame\n" * 5_000 + TRACED)
    assert both(log, tmp_path, 30_000) > 1


def test_a_recorded_log_gives_the_same_result_in_pieces(tmp_path: Path) -> None:
    log = tmp_path / "catalog.log"
    lines = gzip.decompress((DATA / "INC-2026-1012" / "logs" / "catalog.log.gz").read_bytes()).splitlines(keepends=True)
    log.write_bytes(b"".join(lines[: None if EXAMPLES > 1 else 8_000]))
    assert both(log, tmp_path, log.stat().st_size // 5) >= 5


def test_no_piece_begins_in_the_hour_repeated_when_clocks_go_back(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    hours = [(1, 59), *((2, minute) for minute in range(60)), *((2, minute) for minute in range(60)), (3, 0)]
    log.write_text("".join(f"2026-10-25 {hour:02}:{minute:02}:00,000 ERROR [shop] broke\n" for hour, minute in hours))
    assert both(log, tmp_path, 500, timezone="Europe/Berlin") == 1


def test_merging_pieces_in_steps_gives_the_same_sums(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text(TRACED)
    request, text = Request(log, "UTC"), decoding.Text(log, (), datetime.now(UTC))
    chosen = plan_of_export(request)
    bounds = [next_event(Log.of(text, chosen, request), tmp_path, start) for start in range(0, len(TRACED) + 16_000, 16_000)]
    folders = [tmp_path / f"{begin:06}" for begin in bounds[:-1]]
    for folder, (begin, end) in zip(folders, pairwise(bounds), strict=True):
        ingest_piece(Log.of(text, chosen, request), Piece(begin, end, TRACED.count("\n", 0, begin)), folder)
    sums = {name: tmp_path / name for name in ("first", "second", "both", "at-once")}
    for folder in sums.values():
        folder.mkdir()
    merge_pieces(folders[:2], sums["first"])
    merge_pieces(folders[2:], sums["second"])
    merge_pieces([sums["first"], sums["second"]], sums["both"])
    merge_pieces(folders, sums["at-once"])
    assert len(folders) > 3
    for name in (ROLLUP, TEMPLATES, REQUESTS, REJECTED):
        pd.testing.assert_frame_equal(frame(sums["both"], name), frame(sums["at-once"], name), check_exact=True)


def pieced(tmp_path: Path, name: str, text: str) -> Part:
    """Return a log that was read in pieces, as a part of a store."""
    path, out = tmp_path / name, tmp_path / f"{name}.part"
    path.write_text(text)
    out.mkdir()
    request = Request(path, "UTC")
    return Part(
        name, Extent(out), "", ingest_log(Log.of(decoding.materialise(path, out), plan_of_export(request), request), out, 40_000)
    )


def test_a_store_reads_a_log_stored_in_pieces(tmp_path: Path) -> None:
    opened = Store([pieced(tmp_path, "access.log", access_log(6))])
    assert (opened.parts[0].extent.folder / "events.parquet").is_dir()
    assert opened.rollup()["events"].sum() == len(opened.logs()) == 6 * 60 * 5
    assert opened.logs()["line"].tolist() == list(range(1, 1801))
    assert opened.data_quality()["lines"].tolist() == [1800]


def test_events_that_a_log_in_pieces_shares_with_another_are_left_out(tmp_path: Path) -> None:
    lines = access_log(6).splitlines(keepends=True)
    old = pieced(tmp_path, "access.log.1", "".join(lines[:1200]))
    new = pieced(tmp_path, "access.log", "".join(lines[700:]))
    start, end = new.ledger.first, old.ledger.last
    assert start is not None
    assert end is not None
    with connect() as database:
        assert share_events(database, old.extent, new.extent, start, end)
    less = tmp_path / "less"
    less.mkdir()
    ledger = write_without_duplicates(new.extent, [old.extent], new.ledger, less)
    assert ledger.duplicates == 500
    assert len(frame(less)) == 600


STRANGE = [b"\r\n", b"\xe9\n", b"\x1b[31mred\x1b[0m\n", "\ufeff".encode(), b"\xe2\x82\n", b"\x00"]


@pytest.mark.parametrize("strange", thinned(STRANGE, 2))
def test_a_large_log_with_unusual_bytes_in_the_middle_is_repaired(strange: bytes, tmp_path: Path) -> None:
    line = b"2026-01-17 03:00:00,000 ERROR [shop] order broke " + b"x" * 40_000 + b"\n"
    log = tmp_path / "app.log"
    log.write_bytes(line * 210 + line[:-1] + strange + line * 210)
    out = tmp_path / "out"
    out.mkdir()
    ledger = ingest(Request(log, "UTC"), out)
    assert log.stat().st_size > 16 << 20
    assert ledger.lines == ledger.events + ledger.continuation + ledger.blank + ledger.rejected
    assert ledger.events >= 420
    assert len(ledger.notes) == (0 if strange in (b"\r\n", "\ufeff".encode()) else 1)
    assert sorted(path.name for path in out.iterdir()) == [EVENTS, LEDGER, REJECTED, REQUESTS, ROLLUP, TEMPLATES]
    assert len(frame(out)) == ledger.events
