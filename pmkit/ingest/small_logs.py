"""Finds small logs of one format among the exports of an incident, and reads them at once into the cache."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import uuid
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pmkit.core.errors import SourceError
from pmkit.core.progress import ReadingProgress
from pmkit.core.wording import listing
from pmkit.formats.format import Syntax
from pmkit.formats.sampling import sample_file
from pmkit.ingest.bytes import decoding
from pmkit.ingest.cache_entry import lock
from pmkit.ingest.cache_key import short_digest
from pmkit.ingest.earlier_formats import EarlierFormats
from pmkit.ingest.ingest_job import SmallLog
from pmkit.ingest.limits import DEFAULT_LIMITS
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
        Is told which exports are being read, and which were read.
    """
    with lock(cache / _SHARED / short_digest("\0".join(folder.name for folder in missing)), cache):
        # Another process may have read them while this one waited.
        missing = {folder: export for folder, export in missing.items() if not (folder / LEDGER).exists()}
        with tempfile.TemporaryDirectory(prefix=".part-", dir=cache, ignore_cleanup_errors=True) as scratch:
            _read_batches(missing, cache, Path(scratch), pool, progress)


def _read_batches(missing: Missing, cache: Path, scratch: Path, pool: ThreadPoolExecutor, progress: ReadingProgress) -> None:
    """Read the logs in batches: while one is read, the next one is planned."""
    earlier = EarlierFormats()
    pending: list[Future[None]] = []
    for number, batch in enumerate(_batches(missing, scratch)):
        for place, (plan, logs) in enumerate(_groups(batch, earlier)):
            pending.append(pool.submit(_read_group, logs, plan, scratch / f"{number}-{place}", cache, progress))
    for future in pending:
        future.result()


@dataclass(frozen=True)
class _Missing:
    """A small log that is not in the cache, and its place there."""

    source: str
    log: SmallLog
    folder: Path


def _batches(missing: Missing, scratch: Path) -> Iterator[list[_Missing]]:
    """Yield the small logs in batches that fit into memory."""
    batch: list[_Missing] = []
    size = 0
    for number, (folder, (source, request)) in enumerate(missing.items()):
        try:
            text = decoding.materialise(request.path, scratch, request.member)
        except SourceError:
            # Reading it on its own reports the error.
            continue
        if text.path.parent == scratch:
            text = replace(text, path=text.path.rename(scratch / f"text-{number}"))
        own_size = text.path.stat().st_size
        if own_size <= DEFAULT_LIMITS.tiny_bytes:
            batch.append(_Missing(source, SmallLog.of(request, text), folder))
            size += own_size
        if len(batch) == _MOST_LOGS or size >= _MOST_BYTES:
            yield batch
            batch, size = [], 0
    yield batch


def _groups(batch: Sequence[_Missing], earlier: EarlierFormats) -> Iterator[tuple[Plan, list[_Missing]]]:
    """Yield the logs that can be read together, with their plan; a log that is alone in its group is left out."""
    by_formats = defaultdict[Hashable, list[_Missing]](list)
    for one in batch:
        by_formats[one.log.request.formats].append(one)
    groups: dict[Hashable, tuple[Plan, list[_Missing]]] = {}
    for logs in by_formats.values():
        samples = [sample_file(each.log.text.path) for each in logs]
        with connect() as database:
            plans = plans_of(database, samples, own=logs[0].log.request.formats, earlier=earlier)
        for each, plan in zip(logs, plans, strict=True):
            if _is_readable_with_others(plan):
                groups.setdefault(_key(plan, each.log.request), (plan, []))[1].append(each)
    yield from (group for group in groups.values() if len(group[1]) > 1)


def _is_readable_with_others(plan: Plan) -> bool:
    """Return whether the events of a log only depend on its lines: not on a header, a document, or the file's last change."""
    layers = (*plan.wrappers, *plan.readers)
    depends = any(
        layer.entry.syntax is Syntax.CSV or layer.entry.path or layer.entry.pattern_of or layer.sample.document is not None
        for layer in layers
    )
    return not (depends or plan.record or plan.undated)


def _key(plan: Plan, request: Request) -> Hashable:
    """Return what logs that are read together have in common."""
    hints = (request.timezone, request.clock_offset_s, request.service_is_hint, request.formats)
    return (hints, tuple(layer.key for layer in plan.wrappers), tuple(layer.key for layer in plan.readers))


def _read_group(group: Sequence[_Missing], plan: Plan, out: Path, cache: Path, progress: ReadingProgress) -> None:
    """Read some logs at once, and add them to the cache."""
    progress.start(listing([each.source for each in group], 1))
    out.mkdir()
    ledgers = ingest_together([each.log for each in group], plan, out)
    if ledgers is None:
        return
    shutil.rmtree(out / "spill", ignore_errors=True)
    shared = cache / _SHARED / uuid.uuid4().hex[:12]
    shared.parent.mkdir(exist_ok=True)
    out.rename(shared)
    for number, (each, ledger) in enumerate(zip(group, ledgers, strict=True)):
        _commit(replace(ledger, data=f"{_SHARED}/{shared.name}", number=number), each.folder)
        progress.finish(each.source)


def _commit(ledger: Ledger, folder: Path) -> None:
    """Add a log to the cache by its ledger, unless another process has added it."""
    folder.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=folder.parent, ignore_cleanup_errors=True) as scratch:
        fresh = Path(scratch) / "part"
        fresh.mkdir()
        (fresh / LEDGER).write_text(ledger.to_json(), encoding="utf-8")
        with contextlib.suppress(OSError):
            fresh.rename(folder)
