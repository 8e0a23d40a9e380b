"""Reads a large log in pieces that begin with events, so that memory stays constant."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final
from zoneinfo import ZoneInfo

import duckdb

from pmkit.ingest.bytes.chunks import Piece, chunks_of, whole_of
from pmkit.ingest.bytes.decoding import Text, count_line_ends
from pmkit.ingest.clock_changes import clock_changes
from pmkit.ingest.columnar.reader import ColumnarReader
from pmkit.ingest.columnar.recipe import Recipe, recipe_of
from pmkit.ingest.ingest_job import IngestJob
from pmkit.ingest.limits import DEFAULT_LIMITS, Limits
from pmkit.ingest.lines import first_event, ingest_lines
from pmkit.ingest.plan import Plan
from pmkit.ingest.request import Request
from pmkit.store.database import connect, connect_for
from pmkit.store.ledger import Ledger
from pmkit.store.part import EVENTS
from pmkit.store.writer import merge_counts

_WORKERS: Final = min(os.cpu_count() or 1, 8)

# Size of a piece. All workers together read about 96 MiB at once, however many processors there are.
_PIECE_BYTES: Final = (96 << 20) // _WORKERS

# A log of at most this size is not divided.
_WHOLE_BYTES: Final = 8 << 20

# All logs share these slots, so that memory does not grow with the number of logs.
_slots: Final = BoundedSemaphore(_WORKERS)

# To find an event, this much of a log is parsed first.
_GLANCE_BYTES: Final = 1 << 16

# A piece does not begin within this time of a change of the clocks.
_AROUND_CHANGE: Final = timedelta(hours=3)


def is_divisible(plan: Plan) -> bool:
    """Return whether events of a log can be read without the lines far above them.

    This is not possible in tables, whose quoted fields may span lines; in documents; below header lines
    that change the columns; if records or messages span lines; if several streams share the file; or if
    the order of all lines determines the year or the day.
    """
    has_streams = any(layer.entry.stream or layer.entry.partial for layer in plan.wrappers)
    spans_lines = any(layer.entry.lines for layer in (*plan.wrappers, *plan.readers))
    return bool(plan.readers) and plan.by_lines and not (has_streams or spans_lines or plan.lacks)


@dataclass(frozen=True)
class Log:
    """A log that may be divided, and how it is read.

    Attributes
    ----------
    text : Text
        The log as plain lines.
    plan : Plan
        Its formats.
    request : Request
        The export and the hints.
    recipe : Recipe or None
        How the columnar reader reads it; None if it cannot.
    limits : Limits
        The sizes at which the ingest changes how it works.
    advance : callable
        Called with the number of bytes read since the last call.
    """

    text: Text
    plan: Plan
    request: Request
    recipe: Recipe | None
    limits: Limits = DEFAULT_LIMITS
    advance: Callable[[int], None] = lambda _: None

    @classmethod
    def of(
        cls,
        text: Text,
        plan: Plan,
        request: Request,
        limits: Limits = DEFAULT_LIMITS,
        advance: Callable[[int], None] = lambda _: None,
    ) -> Log:
        """Return a log with the recipe of its plan; a tiny one is read without it."""
        is_tiny = text.path.stat().st_size <= limits.tiny_bytes
        return cls(text, plan, request, None if is_tiny else recipe_of(plan, request), limits, advance)

    def job(self, database: duckdb.DuckDBPyConnection, piece: Piece, out: Path) -> IngestJob:
        """Return the job of parsing a piece."""
        return IngestJob(database, self.request, self.plan, self.text, piece, None, out, self.recipe, self.limits, self.advance)


def pieces_of(log: Log, scratch: Path, size: int) -> Iterator[Piece]:
    """Yield pieces of about `size` bytes, each of which begins with an event.

    Parameters
    ----------
    log : Log
        A log with a plan that `is_divisible`.
    scratch : Path
        A folder for temporary files.
    size : int
        A piece is longer if there is no event where it would end.
    """
    total = log.text.path.stat().st_size
    begin = 0
    while begin < total:
        end = next_event(log, scratch, begin + size)
        if end <= begin:
            # The log became shorter meanwhile.
            return
        yield Piece(begin, end, _line_ends_before(log.text, begin))
        begin = end


def _line_ends_before(text: Text, position: int) -> int:
    near, lines = next(milestone for milestone in reversed(text.milestones) if milestone[0] <= position)
    with text.path.open("rb") as file:
        return lines + sum(map(count_line_ends, chunks_of(file, near, position)))


def next_event(log: Log, scratch: Path, start: int) -> int:
    """Return the position of the first event at or after `start` that can be read without the lines above it.

    The beginning and the end of the text count as such positions.
    """
    if start <= 0:
        return 0
    total = log.text.path.stat().st_size
    length = _GLANCE_BYTES
    while start < total:
        with log.text.path.open("rb") as file:
            file.seek(start - 1)
            skipped = len(file.readline()) - 1
            chunk = file.read(length)
        if not chunk:
            return total
        whole_lines = chunk if start + skipped + len(chunk) >= total else chunk[: chunk.rfind(b"\n") + 1]
        event = _event_in(whole_lines, log, scratch) if whole_lines else None
        if event is not None:
            position, at = event
            if at is None or not _is_near_clock_change(log, at):
                return start + skipped + position
            start += skipped + max(position, len(whole_lines) // 2)
        elif start + skipped + len(chunk) >= total:
            return total
        elif length < _PIECE_BYTES:
            length *= 4
        else:
            start += skipped + len(whole_lines)
    return total


def _event_in(chunk: bytes, log: Log, scratch: Path) -> tuple[int, datetime | None] | None:
    """Return the position of the first event in some lines, and its time if that matters; None if there is none."""
    if log.recipe:
        text = chunk if chunk.endswith(b"\n") else chunk + b"\n"
        with connect(log.request.timezone) as database:
            position = ColumnarReader(database, log.recipe).first_plain(text)
        if position is not None:
            return position, None
    glance = scratch / "glance"
    glance.write_bytes(chunk)
    with connect_for(glance, log.request.timezone, scratch, log.limits.tiny_bytes) as database:
        text_of_glance = replace(log.text, path=glance)
        job = IngestJob(database, log.request, log.plan, text_of_glance, whole_of(glance), None, scratch, limits=log.limits)
        event = first_event(job)
    glance.unlink()
    if event is None:
        return None
    line, at = event
    return sum(map(len, chunk.splitlines(keepends=True)[: line - 1])), at


def _is_near_clock_change(log: Log, at: datetime) -> bool:
    """Return whether the clocks change around a moment, so that times depend on the order of the lines."""
    zone = ZoneInfo(log.request.timezone)
    return not log.plan.zoned and bool(clock_changes(zone, at - _AROUND_CHANGE, at + _AROUND_CHANGE))


def ingest_log(log: Log, out: Path, size: int | None = None) -> Ledger:
    """Parse a log, in several pieces of about `size` bytes at once if it is large and `is_divisible`, and return its ledger."""
    total, most = log.text.path.stat().st_size, size or _PIECE_BYTES
    if total <= min(most, _WHOLE_BYTES) or not is_divisible(log.plan):
        with connect_for(log.text.path, log.request.timezone, out, log.limits.tiny_bytes) as database:
            return ingest_lines(log.job(database, whole_of(log.text.path), out))
    number = _WORKERS * math.ceil(total / (most * _WORKERS))
    with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
        futures = [
            pool.submit(ingest_piece, log, piece, out / f"piece-{n:05}")
            for n, piece in enumerate(pieces_of(log, out, math.ceil(total / number)))
        ]
        try:
            ledgers = [future.result() for future in futures]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    folders = sorted(out.glob("piece-*"))
    merge_pieces(folders, out)
    (out / EVENTS).mkdir()
    for folder in folders:
        (folder / EVENTS).rename(out / EVENTS / f"{folder.name}.parquet")
        shutil.rmtree(folder)
    return Ledger.merged(ledgers)


def ingest_piece(log: Log, piece: Piece, folder: Path) -> Ledger:
    """Parse one piece of a log into a new folder, and return its ledger."""
    with _slots:
        folder.mkdir()
        with connect(log.request.timezone, folder, threads=1) as database:
            ledger = ingest_lines(log.job(database, piece, folder))
        shutil.rmtree(folder / "spill", ignore_errors=True)
        return ledger


def merge_pieces(folders: Sequence[Path], out: Path) -> None:
    """Merge the counts of the pieces of one log; their events stay where they are."""
    with connect(spill=out, reach=folders) as database:
        merge_counts(database, folders, out)
    shutil.rmtree(out / "spill", ignore_errors=True)
