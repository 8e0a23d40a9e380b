"""Reads a large log in pieces that meet at the beginnings of events, so that memory stays flat."""

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

from pmkit.formats.format import Syntax
from pmkit.ingest.bytes.chunks import Piece, chunks_of, whole_of
from pmkit.ingest.bytes.decoding import Text, line_ends
from pmkit.ingest.columnar.reader import Quick
from pmkit.ingest.columnar.recipe import Ways, ways_of
from pmkit.ingest.lines import Job, first_event, ingest_lines
from pmkit.ingest.plan import Plan
from pmkit.ingest.request import Request
from pmkit.ingest.wall_clock import changes_of
from pmkit.store.database import TINY_BYTES, connect, connect_for
from pmkit.store.ledger import Ledger
from pmkit.store.part import EVENTS
from pmkit.store.writer import merge_counts

WORKERS: Final = min(os.cpu_count() or 1, 8)
PIECE_BYTES: Final = (96 << 20) // WORKERS
"""So that all that is read at once takes as much memory on many processors as on few."""
_WHOLE_BYTES: Final = 8 << 20
"""A log of this size is not worth dividing."""
_SLOTS: Final = BoundedSemaphore(WORKERS)
"""For the pieces of all logs, so that memory does not grow with the number of logs either."""
_GLANCE_BYTES: Final = 1 << 16
_AROUND_CHANGE: Final = timedelta(hours=3)


def divisible(plan: Plan) -> bool:
    """Tell whether events of a log can be told without what stands far above them.

    Not in tables, whose quoted fields may span lines; not in documents; not below header lines
    that change the columns; not where several streams share the file; not where the order of
    all lines tells the year or the day.
    """
    layers = (*plan.wrappers, *plan.readers)
    alone = all(layer.entry.syntax is not Syntax.CSV and not layer.entry.path and not layer.entry.pattern_of for layer in layers)
    streams = any(layer.entry.stream or layer.entry.partial for layer in plan.wrappers)
    return bool(plan.readers) and alone and not streams and not plan.undated


@dataclass(frozen=True)
class Log:
    """A log that may be divided, and how it is read.

    Attributes
    ----------
    text : Text
        It as plain lines.
    plan : Plan
        Its formats.
    request : Request
        The zone of its times, and what else was said of it.
    ways : Ways
        How its plain lines are read, if it has any.
    advance : callable
        Called with the number of bytes that were read since the last call.
    """

    text: Text
    plan: Plan
    request: Request
    ways: Ways
    advance: Callable[[int], None] = lambda _: None

    @classmethod
    def of(cls, text: Text, plan: Plan, request: Request, advance: Callable[[int], None] = lambda _: None) -> Log:
        """Say how a log is read by its plan."""
        large = text.path.stat().st_size > TINY_BYTES
        return cls(text, plan, request, ways_of(plan, request) if large else (), advance)

    def job(self, database: duckdb.DuckDBPyConnection, piece: Piece, out: Path) -> Job:
        """Say what is to be done for a piece."""
        return Job(database, self.request, self.plan, self.text, piece, None, out, self.ways, advance=self.advance)

    @property
    def piece_bytes(self) -> int:
        """How large its pieces are: plain lines are not all held at once."""
        return PIECE_BYTES * (2 if self.ways else 1)


def pieces_of(log: Log, scratch: Path, size: int) -> Iterator[Piece]:
    """Divide a log into pieces of about `size` bytes, each of which begins with an event.

    Parameters
    ----------
    log : Log
        One with a `divisible` plan.
    scratch : Path
        A folder for what is looked at.
    size : int
        A piece that has no event where it would end is longer.
    """
    total = log.text.path.stat().st_size
    begin = 0
    while begin < total:
        end = next_event(log, scratch, begin + size)
        yield Piece(begin, end, _line_ends_before(log.text, begin))
        begin = end


def _line_ends_before(text: Text, position: int) -> int:
    near, lines = next(one for one in reversed(text.milestones) if one[0] <= position)
    with text.path.open("rb") as file:
        return lines + sum(map(line_ends, chunks_of(file, near, position)))


def next_event(log: Log, scratch: Path, start: int) -> int:
    """Give the position of the first event at `start` or after it: what stands above it does not change what follows.

    The text's beginning is one such place, and so is its end.
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
        whole = chunk if start + skipped + len(chunk) >= total else chunk[: chunk.rfind(b"\n") + 1]
        found = _event_in(whole, log, scratch) if whole else None
        if found is not None:
            position, at = found
            if at is None or not _in_change(log, at):
                return start + skipped + position
            start += skipped + max(position, len(whole) // 2)
        elif start + skipped + len(chunk) >= total:
            return total
        elif length < PIECE_BYTES:
            length *= 4
        else:
            start += skipped + len(whole)
    return total


def _event_in(chunk: bytes, log: Log, scratch: Path) -> tuple[int, datetime | None] | None:
    """Give the position of the first event of a text, and its time where that may matter."""
    with connect(log.request.timezone, scratch) as database:
        if log.ways:
            plain = Quick(database, log.ways).first(chunk if chunk.endswith(b"\n") else chunk + b"\n")
            if plain is not None:
                return plain, None
        glance = scratch / "glance"
        glance.write_bytes(chunk)
        found = first_event(Job(database, log.request, log.plan, replace(log.text, path=glance), whole_of(glance), None, scratch))
    glance.unlink()
    if found is None:
        return None
    line, at = found
    return sum(map(len, chunk.splitlines(keepends=True)[: line - 1])), at


def _in_change(log: Log, at: datetime) -> bool:
    """Tell whether the order of the lines tells the moment, because the clocks change then."""
    return not log.plan.zoned and bool(changes_of(ZoneInfo(log.request.timezone), at - _AROUND_CHANGE, at + _AROUND_CHANGE))


def ingest_pieces(log: Log, out: Path, size: int | None = None) -> Ledger:
    """Parse a log, in pieces where it is large and `divisible`, several at once."""
    total, most = log.text.path.stat().st_size, size or log.piece_bytes
    if total <= min(most, _WHOLE_BYTES) or not divisible(log.plan):
        with connect_for(log.text.path, log.request.timezone, out) as database:
            return ingest_lines(log.job(database, whole_of(log.text.path), out))
    number = WORKERS * math.ceil(total / (most * WORKERS))
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        work = [
            pool.submit(ingest_piece, log, piece, out / f"piece-{n:05}")
            for n, piece in enumerate(pieces_of(log, out, math.ceil(total / number)))
        ]
        try:
            ledgers = [done.result() for done in work]
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
    """Parse one piece of a log into a new folder."""
    with _SLOTS:
        folder.mkdir()
        with connect(log.request.timezone, folder, threads=1) as database:
            ledger = ingest_lines(log.job(database, piece, folder))
        shutil.rmtree(folder / "spill", ignore_errors=True)
        return ledger


def merge_pieces(folders: Sequence[Path], out: Path) -> None:
    """Put together what was counted in the pieces of one log; their events stay where they are."""
    with connect(spill=out, reach=folders) as database:
        merge_counts(database, folders, out)
    shutil.rmtree(out / "spill", ignore_errors=True)
