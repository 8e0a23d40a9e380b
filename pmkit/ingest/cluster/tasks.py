"""What the workers of a cluster do. Each task may run twice, or on two workers at once, and leaves the same."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from pmkit.core.errors import InputError, PmkitError, SourceError
from pmkit.core.locations import is_remote, put_file
from pmkit.ingest.bytes import archives, decoding
from pmkit.ingest.bytes.chunks import Piece, chunks_of
from pmkit.ingest.cache import get_or_build
from pmkit.ingest.cache_entry import commit
from pmkit.ingest.cache_key import code_version, digest_of
from pmkit.ingest.export import plan_of_plain_text
from pmkit.ingest.pieces import Log, ingest_piece, merge_pieces, next_event
from pmkit.ingest.plan import Plan
from pmkit.ingest.request import Request
from pmkit.store.ledger import Ledger
from pmkit.store.part import EVENTS, LEDGER, REJECTED, REQUESTS, ROLLUP, TEMPLATES, Part

Result = TypeVar("Result")
_COUNTED: Final = (ROLLUP, TEMPLATES, REQUESTS, REJECTED)


def guarded(code: str, task: Callable[..., Result], *arguments: Any) -> Result | PmkitError:
    """Run a task, if this worker has the same code; what is wrong with the input is a result, which is not tried again."""
    if code_version() != code:
        return InputError("a worker has another pmkit than this machine; install the same version on all of them")
    try:
        return task(*arguments)
    except PmkitError as wrong:
        return wrong


def state(token: Path) -> tuple[str, bool]:
    """Tell which code this worker has, and whether it sees the cache."""
    return code_version(), token.exists()


@dataclass(frozen=True)
class Look:
    """What an export is from outside.

    Attributes
    ----------
    size : int
        Bytes, as it lies there.
    plan : Plan or None
        How a plain log is read that can be divided; None where the export is one task.
    """

    size: int
    plan: Plan | None


def look(request: Request, size: int) -> Look:
    """Look whether an export is divided into ranges of `size` bytes."""
    if not is_remote(request.path) and not request.path.exists():
        raise SourceError(f"{request.path}: a worker does not see it; put it where all of them do, or on a URL such as s3://")
    total = request.path.stat().st_size
    if request.member or total <= size or archives.is_compressed(request.path):
        return Look(total, None)
    return Look(total, plan_of_plain_text(request))


@dataclass(frozen=True)
class Surveyed:
    """One range of a log, from an event's beginning to another's.

    Attributes
    ----------
    begin, end : int
        In bytes, from the beginning of the log; `end` does not belong to it.
    lines : int
        How many line ends it has.
    plain : bool
        Whether its bytes need no repair.
    """

    begin: int
    end: int
    lines: int
    plain: bool


def survey(request: Request, seen: Look, nth: int, size: int) -> Surveyed:
    """Find where the `nth` range of about `size` bytes begins and ends, and count its lines."""
    if seen.plan is None:
        raise ValueError("the log is not divided")
    log = Log.of(_text(request), seen.plan, request)
    with tempfile.TemporaryDirectory(prefix="pmkit-") as scratch:
        begin, end = (next_event(log, Path(scratch), min(start, seen.size)) for start in (nth * size, (nth + 1) * size))
    lines = 0
    with request.path.open("rb") as file:

        def counted() -> Any:
            nonlocal lines
            for chunk in chunks_of(file, begin, end):
                lines += decoding.count_line_ends(chunk)
                yield chunk

        plain = decoding.is_plain(counted())
    return Surveyed(begin, end, lines, plain)


def _text(request: Request) -> decoding.Text:
    """Give a log that is plain text as it lies there."""
    with archives.opened(request.path, None) as (_, _, modified):
        return decoding.Text(request.path, (), modified)


def digest(request: Request, cache: Path) -> str:
    """Return the SHA-256 of an export."""
    return digest_of(request.path, cache)


def name_of(piece: Piece) -> str:
    """Name a range by its first byte, so that names are in the order of the log."""
    return f"{piece.begin:015}"


def parse(request: Request, seen: Look, piece: Piece, data: Path) -> Ledger:
    """Parse one range of a log, unless that was done before, and publish it below `data`."""
    if seen.plan is None:
        raise ValueError("the log is not divided")
    folder = data / name_of(piece)
    done = folder / LEDGER
    try:
        return Ledger.from_json(done.read_text(encoding="utf-8"))
    except FileNotFoundError:
        pass
    with tempfile.TemporaryDirectory(prefix="pmkit-") as scratch:
        fresh = Path(scratch) / "piece"
        ledger = ingest_piece(Log.of(_text(request), seen.plan, request), piece, fresh)
        (fresh / LEDGER).write_text(ledger.to_json(), encoding="utf-8")
        put_file(fresh / EVENTS, data / EVENTS / f"{name_of(piece)}.parquet")
        for name in (*_COUNTED, LEDGER):
            put_file(fresh / name, folder / name)
    return ledger


def merge(data: Path, names: Sequence[str], into: str) -> str:
    """Add up what was counted in some ranges of a log, and publish it as if it were one range."""
    with tempfile.TemporaryDirectory(prefix="pmkit-") as scratch:
        out = Path(scratch)
        merge_pieces([data / name for name in names], out)
        for name in _COUNTED:
            put_file(out / name, data / into / name)
    return into


def finish(source: str, data: Path, names: Sequence[str], ledgers: Sequence[Ledger], folder: Path) -> Part:
    """Add up what is left of a log, and let the cache have the whole."""
    merge(data, names, "")
    whole = Ledger.merged(ledgers)
    commit(whole, data, folder)
    return Part(source, data, folder.name.partition("-")[0], whole)


def whole(source: str, request: Request, cache: Path) -> Part:
    """Parse an export that is one task."""
    return get_or_build(source, request, cache)
