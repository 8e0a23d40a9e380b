"""The tasks that the workers of a cluster run. A task may run twice, or on two workers at once, with the same result."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from pmkit.core.checked_files import put_checked_text, read_checked_text
from pmkit.core.errors import InputError, PmkitError, SourceError
from pmkit.core.locations import is_remote, put_file
from pmkit.ingest.bytes import archives, decoding
from pmkit.ingest.bytes.chunks import Piece, chunks_of
from pmkit.ingest.cache import get_or_build
from pmkit.ingest.cache_entry import commit, put_checksums
from pmkit.ingest.cache_key import code_version, digest_of
from pmkit.ingest.export import plan_of_plain_text
from pmkit.ingest.pieces import Log, ingest_piece, merge_pieces, next_event
from pmkit.ingest.plan import Plan
from pmkit.ingest.request import Request
from pmkit.store.ledger import Ledger
from pmkit.store.part import EVENTS, LEDGER, REJECTED, REQUESTS, ROLLUP, TEMPLATES, Extent, Part

Result = TypeVar("Result")

# The files of a range that are merged with those of other ranges.
_MERGED: Final = (ROLLUP, TEMPLATES, REQUESTS, REJECTED)


def run_guarded(code: str, task: Callable[..., Result], *arguments: object) -> Result | PmkitError:
    """Run a task if this worker has the same code, and return its result.

    An error of pmkit is returned, not raised, so that Dask does not try the task again.
    """
    if code_version() != code:
        return InputError("a worker has another pmkit than this machine; install the same version on all of them")
    try:
        return task(*arguments)
    except PmkitError as error:
        return error


def worker_state(token: Path) -> tuple[str, bool]:
    """Return this worker's code version, and whether it can access the cache."""
    return code_version(), token.exists()


@dataclass(frozen=True)
class Inspection:
    """What has to be known about an export before it is distributed.

    Attributes
    ----------
    size : int
        Its size in bytes, as it is stored.
    plan : Plan or None
        How it is read, if it is a plain log that can be divided; None if it is read as a whole, by one task.
    undivided : str
        Why it is read as a whole although it is larger than a range; empty if it is not.
    """

    size: int
    plan: Plan | None
    undivided: str = ""


def inspect_export(request: Request, size: int) -> Inspection:
    """Return the size of an export, and its plan if it is divided into ranges of `size` bytes."""
    if not is_remote(request.path) and not request.path.exists():
        raise SourceError(f"{request.path}: a worker does not see it; put it where all of them do, or on a URL such as s3://")
    total = request.path.stat().st_size
    if total <= size:
        return Inspection(total, None)
    if request.member or archives.is_compressed(request.path):
        return Inspection(total, None, "it is compressed; decompressed, it would be divided among the workers")
    plan = plan_of_plain_text(request)
    return Inspection(total, plan, "" if plan else "its events can only be read from the beginning of the file")


@dataclass(frozen=True)
class LogRange:
    """One range of a log, from the beginning of one event to that of another.

    Attributes
    ----------
    begin, end : int
        In bytes, from the beginning of the log; `end` is not included.
    lines : int
        The number of line ends in it.
    plain : bool
        Whether its bytes need no repair.
    """

    begin: int
    end: int
    lines: int
    plain: bool


def find_range(request: Request, inspection: Inspection, nth: int, size: int) -> LogRange:
    """Return the `nth` range of about `size` bytes, with the number of its lines."""
    log = _divided_log(request, inspection)
    with tempfile.TemporaryDirectory(prefix="pmkit-") as scratch:
        begin, end = (next_event(log, Path(scratch), min(start, inspection.size)) for start in (nth * size, (nth + 1) * size))
    lines = 0
    with request.path.open("rb") as file:

        def chunks() -> Iterator[bytes]:
            nonlocal lines
            for chunk in chunks_of(file, begin, end):
                lines += decoding.count_line_ends(chunk)
                yield chunk

        plain = decoding.is_plain(chunks())
    return LogRange(begin, end, lines, plain)


def _divided_log(request: Request, inspection: Inspection) -> Log:
    if inspection.plan is None:
        raise ValueError("the log is not divided")
    return Log.of(_plain_text(request), inspection.plan, request)


def _plain_text(request: Request) -> decoding.Text:
    """Return a log that is stored as plain text."""
    with archives.opened(request.path, None) as (_, _, modified):
        return decoding.Text(request.path, (), modified)


def digest(request: Request, cache: Path) -> str:
    """Return the SHA-256 of an export."""
    return digest_of(request.path, cache)


def name_of(piece: Piece) -> str:
    """Return the name of a range: its first byte, so that the names sort in the order of the log."""
    return f"{piece.begin:015}"


def parse(request: Request, inspection: Inspection, piece: Piece, data: Path) -> Ledger:
    """Parse one range of a log into a folder below `data`, unless it is there already, and return its ledger."""
    folder = data / name_of(piece)
    try:
        return Ledger.from_json(read_checked_text(folder / LEDGER))
    except (FileNotFoundError, ValueError):
        pass
    with tempfile.TemporaryDirectory(prefix="pmkit-") as scratch:
        fresh = Path(scratch) / "piece"
        ledger = ingest_piece(_divided_log(request, inspection), piece, fresh)
        put_checked_text(ledger.to_json(), fresh / LEDGER)
        put_file(fresh / EVENTS, data / EVENTS / f"{name_of(piece)}.parquet")
        for name in (*_MERGED, LEDGER):
            put_file(fresh / name, folder / name)
    return ledger


def merge(data: Path, names: Sequence[str], into: str) -> str:
    """Merge the counts of some ranges of a log, and write them as if they were those of one range."""
    with tempfile.TemporaryDirectory(prefix="pmkit-") as scratch:
        out = Path(scratch)
        merge_pieces([data / name for name in names], out)
        for name in _MERGED:
            put_file(out / name, data / into / name)
    return into


def finish(source: str, data: Path, names: Sequence[str], ledgers: Sequence[Ledger], folder: Path) -> Part:
    """Merge the remaining counts of a log, and add it to the cache."""
    merge(data, names, "")
    ledger = Ledger.merged(ledgers)
    if not is_remote(data):
        put_checksums(data)
    commit(ledger, data, folder)
    return Part(source, Extent(data), folder.name.partition("-")[0], ledger)


def parse_whole(source: str, request: Request, cache: Path) -> Part:
    """Parse an export that is not divided."""
    return get_or_build(source, request, cache)
