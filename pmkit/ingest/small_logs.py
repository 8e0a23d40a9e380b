"""Finds small logs of one format among the exports of an incident, and reads them at once into the cache."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import uuid
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import duckdb

from pmkit.core.checked_files import put_checked_text
from pmkit.core.errors import SourceError
from pmkit.core.progress import ReadingProgress
from pmkit.core.wording import listing
from pmkit.formats.sample import Sample
from pmkit.formats.sampling import sample_file
from pmkit.ingest.bytes import decoding
from pmkit.ingest.cache_entry import lock, put_checksums, put_entry
from pmkit.ingest.ingest_job import SmallLog
from pmkit.ingest.limits import DEFAULT_LIMITS
from pmkit.ingest.other_files import other_file_of
from pmkit.ingest.plan import Plan
from pmkit.ingest.planning import plans_of
from pmkit.ingest.request import Request
from pmkit.ingest.together import ingest_together
from pmkit.store.database import connect
from pmkit.store.ledger import Ledger
from pmkit.store.part import LEDGER

Missing = Mapping[Path, tuple[str, Request]]

# At most this many logs, and this many bytes of them, are planned and read at once.
_MOST_LOGS: Final = 250
_MOST_BYTES: Final = 16 << 20

# The folder of the cache with the rows that several logs share.
_SHARED: Final = "shared"

# The name of the lock on reading small logs.
_LOCK: Final = "small-logs"

# At most this many groups wait to be read, because they are in memory.
_MOST_PENDING: Final = 4


def read_small_logs(missing: Missing, cache: Path, pool: ThreadPoolExecutor, progress: ReadingProgress) -> None:
    """Read the small logs among some exports into the cache, those of one format at once.

    What cannot be read together is left out: exports that are no logs, large logs, logs whose lines cannot be read apart
    from those of their file, and those that cannot be read at all.

    Parameters
    ----------
    missing : mapping of Path to (str, Request)
        Exports that are not in the cache yet, by their place there, each with its source.
    cache : Path
        The folder of the cache.
    pool : ThreadPoolExecutor
        Runs the reading.
    progress : ReadingProgress
        Progress callback.
    """
    with lock(cache / _SHARED / _LOCK, cache):
        # Another process may have read them while this one waited.
        left = {folder: export for folder, export in missing.items() if not (folder / LEDGER).exists()}
        with tempfile.TemporaryDirectory(prefix=".part-", dir=cache, ignore_cleanup_errors=True) as scratch:
            _read_batches(left, cache, Path(scratch), pool, progress)


def _read_batches(missing: Missing, cache: Path, scratch: Path, pool: ThreadPoolExecutor, progress: ReadingProgress) -> None:
    """Read the logs in batches: while one is read, the next one is planned."""
    readings: list[Future[None]] = []
    pending: set[Future[None]] = set()
    try:
        for number, batch in enumerate(_batches(missing, scratch)):
            for place, (plan, logs) in enumerate(_groups(batch)):
                if len(pending) >= _MOST_PENDING:
                    pending = wait(pending, return_when=FIRST_COMPLETED).not_done
                readings.append(pool.submit(_read_group, logs, plan, scratch / f"{number}-{place}", cache, progress))
                pending.add(readings[-1])
    finally:
        # The folder for temporary files must not be removed before the last reading ended.
        wait(pending)
    for reading in readings:
        reading.result()


@dataclass(frozen=True)
class _MissingLog:
    """A small log that is not in the cache, and its place there."""

    source: str
    log: SmallLog
    sample: Sample
    folder: Path


def _batches(missing: Missing, scratch: Path) -> Iterator[list[_MissingLog]]:
    """Yield the small logs in batches that fit into memory."""
    batch: list[_MissingLog] = []
    size = 0
    for folder, (source, request) in missing.items():
        small = _small_log(request, scratch)
        if small is None:
            continue
        log, sample = small
        batch.append(_MissingLog(source, log, sample, folder))
        size += len(log.content)
        if len(batch) == _MOST_LOGS or size >= _MOST_BYTES:
            yield batch
            batch, size = [], 0
    yield batch


def _small_log(request: Request, scratch: Path) -> tuple[SmallLog, Sample] | None:
    """Return a log and a sample of it, or None if it is large or cannot be read: reading it on its own reports the error."""
    try:
        text = decoding.materialise(request.path, scratch, request.member)
        try:
            if text.path.stat().st_size > DEFAULT_LIMITS.tiny_bytes or other_file_of(request, text):
                return None
            return SmallLog(request, text, text.path.read_bytes().decode("utf-8")), sample_file(text.path)
        finally:
            if text.path.parent == scratch:
                text.path.unlink()
    except (SourceError, OSError, UnicodeError):
        return None


def _groups(batch: Sequence[_MissingLog]) -> Iterator[tuple[Plan, list[_MissingLog]]]:
    """Yield the logs that can be read together, with their plan; a log that is alone in its group is left out."""
    by_formats = defaultdict[Hashable, list[_MissingLog]](list)
    for each in batch:
        by_formats[each.log.request.formats].append(each)
    groups: dict[Hashable, tuple[Plan, list[_MissingLog]]] = {}
    for logs in by_formats.values():
        with connect() as database:
            plans = plans_of(database, [each.sample for each in logs], own=logs[0].log.request.formats)
        for each, plan in zip(logs, plans, strict=True):
            if _is_readable_with_others(plan):
                groups.setdefault(_key(plan, each.log.request), (plan, []))[1].append(each)
    yield from (group for group in groups.values() if len(group[1]) > 1)


def _is_readable_with_others(plan: Plan) -> bool:
    """Return whether the events of a log only depend on its lines: not on a header, a document, or the file's last change."""
    is_document = any(layer.sample.document is not None for layer in (*plan.wrappers, *plan.readers))
    return plan.by_lines and not (is_document or plan.record or plan.lacks)


def _key(plan: Plan, request: Request) -> Hashable:
    """Return what logs that are read together have in common."""
    hints = (request.timezone, request.clock_offset_s, request.service_is_hint, request.formats)
    return (hints, tuple(layer.key for layer in plan.wrappers), tuple(layer.key for layer in plan.readers))


def _read_group(group: Sequence[_MissingLog], plan: Plan, out: Path, cache: Path, progress: ReadingProgress) -> None:
    """Read some logs at once, and add them to the cache; if that fails, reading each on its own reports the error."""
    progress.start(listing([each.source for each in group], 1))
    try:
        out.mkdir()
        ledgers = ingest_together([each.log for each in group], plan, out)
        if ledgers is None:
            return
        shutil.rmtree(out / "spill", ignore_errors=True)
        shared = cache / _SHARED / uuid.uuid4().hex[:12]
        shared.parent.mkdir(exist_ok=True)
        put_checksums(out)
        out.rename(shared)
    except (OSError, duckdb.Error):
        return
    data = f"{_SHARED}/{shared.name}"
    commits = [
        _commit(replace(ledger, data=data, number=number), out.with_name(f"{out.name}-{number}"), each.folder)
        for number, (each, ledger) in enumerate(zip(group, ledgers, strict=True))
    ]
    if not any(commits):
        shutil.rmtree(shared, ignore_errors=True)
    for each in group:
        progress.finish(each.source)


def _commit(ledger: Ledger, fresh: Path, folder: Path) -> bool:
    """Add a log to the cache by its ledger, and return whether that was done: another process may have added it.

    Parameters
    ----------
    fresh : Path
        Where the entry is written before it is moved to its place.
    """
    with contextlib.suppress(OSError):
        fresh.mkdir()
        put_checked_text(ledger.to_json(), fresh / LEDGER)
        put_entry(fresh, folder)
        return True
    return False
