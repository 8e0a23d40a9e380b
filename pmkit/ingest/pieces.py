"""Reads a large log in pieces that meet at the beginnings of events, so that memory stays flat."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO, Final
from zoneinfo import ZoneInfo

from pmkit.ingest.clock import changes_of
from pmkit.ingest.engine import connect
from pmkit.ingest.files import EVENTS
from pmkit.ingest.ledger import Ledger, Request
from pmkit.ingest.lines import Job, first_event, ingest_lines
from pmkit.ingest.output import merge
from pmkit.ingest.plan import Plan
from pmkit.sources.model import Shape
from pmkit.sources.reading import Text

WORKERS: Final = min(os.cpu_count() or 1, 8)
PIECE_BYTES: Final = (96 << 20) // WORKERS
"""So that all that is read at once takes as much memory on many processors as on few."""
_WHOLE_BYTES: Final = 8 << 20
"""A log of this size is not worth dividing."""
_SLOTS: Final = BoundedSemaphore(WORKERS)
"""For the pieces of all logs, so that memory does not grow with the number of logs either."""
_GLANCE_BYTES: Final = 1 << 16
_COPY_BYTES: Final = 1 << 22
_AROUND_CHANGE: Final = timedelta(hours=3)


@dataclass(frozen=True)
class Piece:
    """A part of a text.

    Attributes
    ----------
    begin, end : int
        In bytes, from the beginning of the text; `end` does not belong to it.
    above : int
        How many lines stand above it.
    """

    begin: int
    end: int
    above: int


def divisible(plan: Plan) -> bool:
    """Tell whether events of a log can be told without what stands far above them.

    Not in tables, whose quoted fields may span lines; not in documents; not below header lines
    that change the columns; not where several streams share the file; not where the order of
    all lines tells the year or the day.
    """
    layers = (*plan.wrappers, *plan.readers)
    alone = all(layer.entry.shape is not Shape.CSV and not layer.entry.path and not layer.entry.pattern_of for layer in layers)
    streams = any(layer.entry.stream or layer.entry.partial for layer in plan.wrappers)
    return bool(plan.readers) and alone and not streams and not plan.undated


def pieces_of(text: Text, plan: Plan, request: Request, scratch: Path, size: int) -> Iterator[Piece]:
    """Divide a log into pieces of about `size` bytes, each of which begins with an event.

    Parameters
    ----------
    text : Text
        The log as plain lines.
    plan : Plan
        How it is read, a `divisible` one.
    request : Request
        The zone of its times.
    scratch : Path
        A folder for what is looked at.
    size : int
        A piece that has no event where it would end is longer.
    """
    total = text.path.stat().st_size
    begin = above = 0
    while begin < total:
        end = next_event(text, plan, request, scratch, begin + size)
        yield Piece(begin, end, above)
        with text.path.open("rb") as file:
            above += sum(chunk.count(b"\n") for chunk in chunks_of(file, begin, end))
        begin = end


def next_event(text: Text, plan: Plan, request: Request, scratch: Path, start: int) -> int:
    """Give the position of the first event at `start` or after it: what stands above it does not change what follows.

    The text's beginning is one such place, and so is its end.
    """
    if start <= 0:
        return 0
    total = text.path.stat().st_size
    length = _GLANCE_BYTES
    while start < total:
        with text.path.open("rb") as file:
            file.seek(start - 1)
            skipped = len(file.readline()) - 1
            chunk = file.read(length)
        whole = chunk if start + skipped + len(chunk) >= total else chunk[: chunk.rfind(b"\n") + 1]
        found = _event_in(whole, text, plan, request, scratch) if whole else None
        if found is not None:
            position, at = found
            if not _in_change(plan, request, at):
                return start + skipped + position
            start += skipped + max(position, len(whole) // 2)
        elif start + skipped + len(chunk) >= total:
            return total
        elif length < PIECE_BYTES:
            length *= 4
        else:
            start += skipped + len(whole)
    return total


def _event_in(chunk: bytes, text: Text, plan: Plan, request: Request, scratch: Path) -> tuple[int, datetime] | None:
    glance = scratch / "glance"
    glance.write_bytes(chunk)
    with connect(request.timezone, scratch) as database:
        found = first_event(Job(database, request, plan, replace(text, path=glance), None, scratch))
    glance.unlink()
    if found is None:
        return None
    line, at = found
    return sum(map(len, chunk.splitlines(keepends=True)[: line - 1])), at


def _in_change(plan: Plan, request: Request, at: datetime) -> bool:
    """Tell whether the order of the lines tells the moment, because the clocks change then."""
    return not plan.zoned and bool(changes_of(ZoneInfo(request.timezone), at - _AROUND_CHANGE, at + _AROUND_CHANGE))


def chunks_of(file: IO[bytes], begin: int, end: int) -> Iterator[bytes]:
    """Read a range of a file, some megabytes at a time."""
    file.seek(begin)
    left = end - begin
    while left > 0 and (chunk := file.read(min(_COPY_BYTES, left))):
        left -= len(chunk)
        yield chunk


def ingest_pieces(request: Request, plan: Plan, text: Text, out: Path, size: int = PIECE_BYTES) -> Ledger:
    """Parse a log by its plan, in pieces where it is large and `divisible`, several at once."""
    total = text.path.stat().st_size
    if total <= min(size, _WHOLE_BYTES) or not divisible(plan):
        with connect(request.timezone, out) as database:
            return ingest_lines(Job(database, request, plan, text, None, out))
    number = WORKERS * math.ceil(total / (size * WORKERS))
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        work = [
            pool.submit(ingest_piece, request, plan, text, piece, out / f"piece-{n:05}")
            for n, piece in enumerate(pieces_of(text, plan, request, out, math.ceil(total / number)))
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


def ingest_piece(request: Request, plan: Plan, text: Text, piece: Piece, folder: Path) -> Ledger:
    """Parse one piece of a log into a new folder."""
    with _SLOTS:
        folder.mkdir()
        part = replace(text, path=folder / "text")
        with text.path.open("rb") as source, part.path.open("wb") as copy:
            for chunk in chunks_of(source, piece.begin, piece.end):
                copy.write(chunk)
        with connect(request.timezone, folder, threads=1) as database:
            ledger = ingest_lines(Job(database, request, plan, part, None, folder, piece.above))
        part.path.unlink()
        shutil.rmtree(folder / "spill", ignore_errors=True)
        return ledger


def merge_pieces(folders: Sequence[Path], out: Path) -> None:
    """Put together what was counted in the pieces of one log; their events stay where they are."""
    with connect(spill=out, reach=folders) as database:
        merge(database, folders, out)
    shutil.rmtree(out / "spill", ignore_errors=True)
