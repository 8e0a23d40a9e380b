"""The cache of parsed exports.

Every export becomes one entry of the cache. The key is the export's content, the hints on it and
the code that reads it, so nothing is parsed twice.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path

from pmkit.core.errors import OutputError, SourceError
from pmkit.core.locations import is_remote, make_folder, open_location
from pmkit.core.progress import Progress, ReadingProgress, reading_progress
from pmkit.core.wording import count, listing, plural
from pmkit.incident.folder import Incident
from pmkit.ingest.bytes import archives
from pmkit.ingest.cache_entry import build, load, load_built, lock
from pmkit.ingest.cache_key import digest_of, folder_of
from pmkit.ingest.changing_exports import ExportChangedError, revision_of, snapshot, unchanged
from pmkit.ingest.clock_steps import note_backward_steps
from pmkit.ingest.dating import confirmed_times, redated
from pmkit.ingest.deduplication import deduplicate
from pmkit.ingest.discovery import incident_requests
from pmkit.ingest.limits import DEFAULT_LIMITS
from pmkit.ingest.request import Request
from pmkit.store.ledger import Ledger
from pmkit.store.part import Part
from pmkit.store.store import Store

# How many exports a message names.
_MOST_NAMED: Final = 4


def open_incident(incident: Incident, progress: Progress = lambda _: None) -> Store:
    """Return the parsed exports of an incident; those that are not in the cache are parsed first.

    Parameters
    ----------
    incident : Incident
        The incident, whose `incident.yaml` may have hints on the exports.
    progress : callable, optional
        Called with progress messages.

    Raises
    ------
    SourceError
        When there are logs, but no line of them is recognisable, or when an export cannot be read.
    OutputError
        When the cache cannot be written.
    """
    store = Store(read_all(incident_requests(incident), progress, confirmed_times(incident)))
    _require_data(incident, store)
    return store


def _require_data(incident: Incident, store: Store) -> None:
    ledgers = {part.source: part.ledger for part in store.parts}
    logs = {source: ledger for source, ledger in ledgers.items() if ledger.table == "logs"}
    if logs and not any(ledger.lines for ledger in logs.values()):
        empty = listing(sorted(logs), _MOST_NAMED)
        raise SourceError(f"{incident.folder}: the logs are empty: {empty}; export them again, or remove them")
    if logs and not any(ledger.events for ledger in logs.values()):
        summary = "; ".join(
            f"{source}: {plural(ledger.lines, 'line')}, {ledger.examples[0] if ledger.examples else 'empty'}"
            for source, ledger in logs.items()
        )
        raise SourceError(
            f"{incident.folder}: no line of the logs is recognisable ({summary}); "
            f"name the format under `sources` in incident.yaml, `pmkit formats` lists them"
        )


def cache_folder() -> Path:
    """Return the folder of the cache: `PMKIT_CACHE`, which may be a URL, or the user's cache folder for pmkit."""
    location = os.environ.get("PMKIT_CACHE")
    return open_location(location) if location else user_cache_path("pmkit", appauthor=False)


def create_cache_folder() -> Path:
    """Return the folder of the cache, and create it if it does not exist.

    Raises
    ------
    OutputError
        When it cannot be created.
    """
    folder = cache_folder()
    try:
        make_folder(folder)
    except OSError as refused:
        raise OutputError(
            f"{folder}: cannot create the cache: {refused.strerror or refused}; name another folder with PMKIT_CACHE"
        ) from refused
    return folder


def read_all(
    requests: Mapping[str, Request], progress: Progress = lambda _: None, confirmed: Sequence[datetime] = ()
) -> list[Part]:
    """Return the parsed exports in their order, each log without the events that a larger log contains too.

    Parameters
    ----------
    requests : mapping of str to Request
        The exports by source.
    progress : callable, optional
        Called with progress messages.
    confirmed : sequence of datetime, optional
        Times of the incident that people confirmed; with the other exports, they decide about years that an export lacks.
    """
    cache, reading = create_cache_folder(), reading_progress(progress)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        reading.plan(_sizes(requests, pool))
        missing = {} if is_remote(cache) else _missing_small_exports(requests, cache)
        if len(missing) > 1:
            from pmkit.ingest.small_logs import read_small_logs  # noqa: PLC0415 - only if something has to be read

            read_small_logs(missing, cache, pool, reading)

        def read(chosen: Mapping[str, Request]) -> dict[str, Part]:
            parts = pool.map(lambda item: get_or_build(item[0], item[1], cache, reading), chosen.items())
            return dict(zip(chosen, parts, strict=True))

        parts = read(requests)
        parts |= read(redated(requests, parts.values(), confirmed))
        return deduplicate(note_backward_steps(list(parts.values()), cache), cache)


def _missing_small_exports(requests: Mapping[str, Request], cache: Path) -> dict[Path, tuple[str, Request]]:
    """Return the small exports on this machine that are not in the cache, by their place there, each with its source."""
    missing: dict[Path, tuple[str, Request]] = {}
    for source, request in requests.items():
        if request.format is None and not is_remote(request.path) and _stored_size(request) <= DEFAULT_LIMITS.tiny_bytes:
            digest = digest_of(request.path, cache)
            place = folder_of(request, digest, cache)
            if load(source, digest, place) is None:
                missing.setdefault(place, (source, request))
    return missing


def _sizes(requests: Mapping[str, Request], pool: ThreadPoolExecutor) -> dict[str, int]:
    """Return the size of each export in bytes; the files of an archive share the archive's size."""
    files = Counter(request.path for request in requests.values())
    sizes = dict(zip(files, pool.map(_size, files), strict=True))
    return {source: sizes[request.path] // files[request.path] for source, request in requests.items()}


def _stored_size(request: Request) -> int:
    """Return the size of an export as it is stored, in an archive or alone."""
    return _size(request.path) if request.member is None else archives.size_of(request.path, request.member)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        # The error is reported when the export is read.
        return 0


def get_or_build(source: str, request: Request, cache: Path, progress: ReadingProgress | None = None) -> Part:
    """Return one parsed export from the cache; it is parsed first if it is not there. See `read_all`.

    Of an export that changes while it is read, a copy is read instead, and a note says so.
    """
    try:
        part = _of_one_revision(source, request, cache, progress)
    except ExportChangedError:
        with snapshot(request) as (copy, note):
            part = _of_one_revision(source, copy, cache, progress)
        part = replace(part, ledger=replace(part.ledger, notes=(*part.ledger.notes, note)))
    if progress:
        progress.finish(source)
    return part


def _of_one_revision(source: str, request: Request, cache: Path, progress: ReadingProgress | None) -> Part:
    """Return one parsed export.

    Raises
    ------
    ExportChangedError
        When it changed while it was read.
    """
    revision = revision_of(request.path)
    digest = digest_of(request.path, cache)
    folder = folder_of(request, digest, cache)

    def write(out: Path) -> None:
        if progress:
            progress.start(source)
        with unchanged(request.path, revision):
            _ingest(request, partial(progress.advance, source) if progress else None, out)

    part = _get_or_build(source, digest, folder, write)
    if part.ledger.dated:
        day = archives.modified(request.path, request.member).date().isoformat()
        if day != part.ledger.dated:
            part = _get_or_build(source, digest, folder.with_name(f"{folder.name}-{day}"), write)
    return replace(part, bytes=_size(request.path))


def _get_or_build(source: str, digest: str, folder: Path, write: Callable[[Path], None]) -> Part:
    part = load(source, digest, folder)
    if part is not None:
        return part
    cache = folder.parent.parent
    with lock(folder, cache):
        # Another process may have built it while this one waited.
        part = load(source, digest, folder)
        if part is None:
            build(write, folder, cache)
    return part or load_built(source, digest, folder)


def _ingest(request: Request, advance: Callable[[float], None] | None, out: Path) -> Ledger:
    from pmkit.ingest.export import ingest  # noqa: PLC0415 - without it, a cached incident opens 0.1 s faster

    return ingest(request, out, advance)


def describe(part: Part, default_zone: str = "the incident's zone") -> list[str]:
    """Return lines that describe what was read of an export: the counts, what was assumed, and a few of the rejected lines.

    Parameters
    ----------
    part : Part
        The export.
    default_zone : str, optional
        Describes the zone that times without one are read in.
    """
    ledger = part.ledger
    if ledger.is_left_out:
        return [f"{part.source}: {ledger.notes[0]}"]
    table, unit = (
        name.removesuffix("s") if n == 1 else name for n, name in ((ledger.events, ledger.table), (ledger.lines, ledger.unit))
    )
    read = f"{count(ledger.events)} {table} of {count(ledger.lines)} {unit}"
    rest = f"{count(ledger.continuation)} continuation, {count(ledger.blank)} blank, {count(ledger.rejected)} rejected"
    # A zone that somebody set is not an assumption.
    assumed = ledger.remarks_by(default_zone) if ledger.timezone_assumed else ledger.notes
    return [
        f"{part.source}: {ledger.format}: {read}; {rest}",
        *(f"{part.source}: {remark}" for remark in assumed),
        *(f"{part.source}:{example}" for example in ledger.examples),
    ]
