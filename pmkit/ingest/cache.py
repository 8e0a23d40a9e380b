"""The parsed exports, in a cache.

Every export becomes one part of the cache, named by its content, by what was said about it and
by the code that reads it, so that what was read once is never parsed again.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Final

from pmkit.core.errors import OutputError, SourceError
from pmkit.core.filenames import service_of
from pmkit.core.locations import is_remote, make_folder, place, publish_all, publish_text, version
from pmkit.core.progress import Progress, ReadingProgress, reading_progress
from pmkit.core.version import __version__
from pmkit.formats.format import LogFormat
from pmkit.incident.folder import Incident
from pmkit.ingest.bytes import archives
from pmkit.ingest.request import Request
from pmkit.store.ledger import Ledger
from pmkit.store.part import EVENTS, LEDGER, ROLLUP, Part
from pmkit.store.store import Store

_SAID: Final = ("timezone", "service", "format", "service_is_hint", "timezone_is_hint", "clock_offset_s", "member")
"""What a person said of an export; another answer makes another part."""

_LOOKING: Final = 32
"""So many exports are looked at side by side; far away that takes a while each."""
_SETTLED_S: Final = 2.0
"""A file that was just written may change again without its time telling, as far as its clock goes."""

_PARQUET: Final = b"PAR1"
"""How a Parquet file begins and ends."""


def open_incident(incident: Incident, progress: Progress = lambda _: None) -> Store:
    """Parse every export of an incident, as far as the cache does not have it already.

    Parameters
    ----------
    incident : Incident
        Its folder, with what its `incident.yaml` says about the exports.
    progress : callable, optional
        Is told in words what is done.

    Raises
    ------
    SourceError
        When there are neither logs nor metrics, when no line of the logs is recognisable, or when an export cannot
        be read.
    OutputError
        When the cache cannot be written.
    """
    store = Store(read(all_requests(incident), progress))
    logs = [part.ledger for part in store.parts if part.ledger.table == "logs"]
    if not logs and not any(part.ledger.table == "metrics" and part.ledger.events for part in store.parts):
        raise SourceError(f"{incident.folder}: no logs; put the exports of the incident there, compressed or not")
    if logs and not any(ledger.events for ledger in logs):
        seen = "; ".join(
            f"{part.source}: {part.ledger.lines} lines, {part.ledger.examples[0] if part.ledger.examples else 'empty'}"
            for part in store.parts
            if part.ledger.table == "logs"
        )
        raise SourceError(
            f"{incident.folder}: no line of the logs is recognisable ({seen}); "
            f"name the format under `sources` in incident.yaml, `pmkit formats` lists them"
        )
    return store


def cache_folder() -> Path:
    """Return the folder of the cache: `PMKIT_CACHE`, which may be a URL, or `~/.cache/pmkit`."""
    named = os.environ.get("PMKIT_CACHE")
    return place(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pmkit"


def read(requests: Mapping[str, Request], progress: Progress = lambda _: None) -> list[Part]:
    """Parse exports, as far as the cache does not have them already.

    Parameters
    ----------
    requests : mapping of str to Request
        Each export with its name as a source.
    progress : callable, optional
        Is told in words what is done.
    """
    folder, reading = made_cache(), reading_progress(progress)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        reading.plan(_sizes(requests, pool))
        parts = pool.map(lambda item: read_one(item[0], item[1], folder, reading), requests.items())
        return _once(list(parts), folder)


def _sizes(requests: Mapping[str, Request], pool: ThreadPoolExecutor) -> dict[str, int]:
    """Return the size of each export in bytes; the files of an archive share the archive's size."""
    files = Counter(request.path for request in requests.values())
    sizes = dict(zip(files, pool.map(_size, files), strict=True))
    return {source: sizes[request.path] // files[request.path] for source, request in requests.items()}


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # reported when the export is read
        return 0


def made_cache() -> Path:
    """Return the folder of the cache, which is made if it is not there.

    Raises
    ------
    OutputError
        When it cannot be made.
    """
    folder = cache_folder()
    try:
        make_folder(folder)
    except OSError as refused:
        raise OutputError(
            f"{folder}: cannot make the cache: {refused.strerror or refused}; name another folder with PMKIT_CACHE"
        ) from refused
    return folder


def all_requests(incident: Incident) -> dict[str, Request]:
    """Say how every export of an incident is read, by source."""
    paths = incident.exports()
    with ThreadPoolExecutor(max_workers=_LOOKING) as pool:
        return dict(item for found in pool.map(lambda path: requests_of(path, incident), paths) for item in found.items())


def requests_of(path: Path, incident: Incident | None) -> dict[str, Request]:
    """Say how an export is read: the export itself, or each file of the archive that it is.

    Parameters
    ----------
    incident : Incident or None
        The incident whose export it is, with its hints, zone and formats; without one, times that
        carry no zone are in UTC.

    Returns
    -------
    dict of str to Request
        By source: the path, relative to the incident's folder if there is one.
    """
    name = incident.source_of(path) if incident else str(path)
    members = archives.members(path)
    if not members:
        return {name: _request(name, path, None, incident)}
    return {f"{name}/{member}": _request(f"{name}/{member}", path, member, incident) for member in members}


def _request(source: str, path: Path, member: str | None, incident: Incident | None) -> Request:
    if incident is None:
        return Request(path, "UTC", service_of(source), member=member)
    hint = incident.hint(source)
    return Request(
        path=path,
        member=member,
        timezone=hint.timezone or incident.file.timezone,
        service=hint.service or service_of(source),
        format=hint.format,
        service_is_hint=hint.service is not None,
        timezone_is_hint=hint.timezone is not None,
        clock_offset_s=hint.clock_offset_s,
        formats=incident.formats,
    )


def read_one(source: str, request: Request, cache: Path, progress: ReadingProgress | None = None) -> Part:
    """Parse one export, if the cache does not have it already; see `read`."""
    digest = digest_of(request.path, cache)
    folder = folder_of(request, digest, cache)
    part = _filled(source, digest, request, folder, progress)
    if part.ledger.dated:
        day = archives.modified(request.path, request.member).date().isoformat()
        if day != part.ledger.dated:
            part = _filled(source, digest, request, folder.with_name(f"{folder.name}-{day}"), progress)
    if progress:
        progress.finish(source)
    return replace(part, bytes=request.path.stat().st_size)


def digest_of(path: Path, cache: Path) -> str:
    """Return the SHA-256 of an export; one that has not changed since is not read again for it."""
    try:
        before = version(path)
    except OSError as unreachable:
        raise SourceError(f"{path}: cannot be read: {unreachable.strerror or unreachable}") from unreachable
    note = cache / "digests" / hashlib.sha256(before.encode()).hexdigest() if before else None
    if note is not None:
        with contextlib.suppress(OSError):
            return note.read_text(encoding="ascii")
    from pmkit.ingest.bytes import decoding  # noqa: PLC0415 - what is in the cache is found without what reads exports

    began = time.time()
    digest = decoding.digest(path)
    settled = is_remote(path) or began - path.stat().st_mtime > _SETTLED_S
    if note is not None and settled and version(path) == before:
        with contextlib.suppress(OSError):
            publish_text(digest, note)
    return digest


def folder_of(request: Request, digest: str, cache: Path) -> Path:
    """Return where the cache has what was read of an export, or will have it."""
    said = json.dumps([code(), *(getattr(request, name) for name in _SAID), *map(_written, request.formats)])
    return cache / digest[:2] / f"{digest}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def kept(source: str, digest: str, folder: Path) -> Part | None:
    """Return a part that the cache has; None where it does not, or where what it has is damaged, which is removed."""
    try:
        ledger = Ledger.from_json((folder / LEDGER).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError):
        ledger = None
    if ledger is None or not (is_remote(folder) or ledger.data or _is_whole(folder, ledger)):
        shutil.rmtree(folder, ignore_errors=True)
        return None
    return Part(source, folder.with_name(ledger.data) if ledger.data else folder, digest, ledger)


def _is_whole(folder: Path, ledger: Ledger) -> bool:
    """Tell whether the files of a part are there and are Parquet from beginning to end."""
    needed = [folder / name for name in ((EVENTS, ROLLUP) if ledger.table == "logs" else (EVENTS,))]
    if ledger.events and not all(path.exists() for path in needed):
        return False
    return all(_is_parquet(path) for path in folder.rglob("*.parquet") if path.is_file())


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        begin = file.read(len(_PARQUET))
        file.seek(-min(len(_PARQUET), path.stat().st_size), os.SEEK_END)
        return begin == file.read() == _PARQUET


@cache
def code() -> str:
    """Tell one state of the code that reads exports from another."""
    package = Path(__file__).parent.parent
    rooms = ("core", "formats", "store", "ingest")
    files = sorted(path for room in rooms for path in (package / room).rglob("*.py"))
    return hashlib.sha256(b"\0".join([__version__.encode(), *(path.read_bytes() for path in files)])).hexdigest()


def told(part: Part) -> list[str]:
    """Say what was read of an export: the counts, and a few of the lines that were rejected."""
    ledger = part.ledger
    table, unit = (
        name.removesuffix("s") if n == 1 else name for n, name in ((ledger.events, ledger.table), (ledger.lines, ledger.unit))
    )
    read_of = f"{ledger.events} {table} of {ledger.lines} {unit}"
    left = f"{ledger.continuation} continuation, {ledger.blank} blank, {ledger.rejected} rejected"
    examples = [f"{part.source}:{example}" for example in ledger.examples]
    return [f"{part.source}: {ledger.format}: {read_of}; {left}", *examples]


def _written(entry: LogFormat) -> str:
    """Write all that tells one format of a user from another."""
    return repr((entry.name, entry.shape, entry.pattern, entry.fields, entry.columns, entry.multiline))


def _filled(source: str, digest: str, request: Request, folder: Path, progress: ReadingProgress | None) -> Part:
    """Return a part, which is made if it is not there."""
    part = kept(source, digest, folder)
    if part is None:
        with _alone(folder):  # whoever had to wait for another finds it there now
            part = kept(source, digest, folder)
            if part is None:
                from pmkit.ingest.export import ingest  # noqa: PLC0415 - see `digest_of`

                if progress:
                    progress.start(source)
                advance = partial(progress.advance, source) if progress else None
                _fill(lambda fresh: ingest(request, fresh, advance), folder, folder.parent.parent)
    return part or _made(source, digest, folder)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let other processes of this machine wait that want to make the same part."""
    if is_remote(folder):
        yield
        return
    lock = folder.parent.parent / f".{folder.name}.lock"
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # where locks are not to be had, the work is done twice
            fcntl.flock(stack.enter_context(lock.open("w")), fcntl.LOCK_EX)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                lock.unlink()


def _made(source: str, digest: str, folder: Path) -> Part:
    part = kept(source, digest, folder)
    if part is None:
        raise OutputError(f"{folder}: was removed from the cache while it was made; run it again")
    return part


def _once(parts: list[Part], cache: Path) -> list[Part]:
    """Leave out of every log the events that a larger one holds, where the two overlap."""
    ordered = sorted(parts, key=lambda part: -part.ledger.events)
    before = _twins([part for part in ordered if part.ledger.table == "logs" and part.ledger.events], cache)
    kept: dict[str, Part] = {}
    for part in ordered:
        twins = [kept[source] for source in before.get(part.source, ())]
        kept[part.source] = _reduced(part, twins, cache) if twins else part
    return [kept[part.source] for part in parts]


def _twins(parts: list[Part], cache: Path) -> dict[str, list[str]]:
    """Find for each log which of those before it hold the same events; what was found of them is kept."""
    if len(parts) < 2:
        return {}
    names = hashlib.sha256("\0".join([code(), *(part.folder.name for part in parts)]).encode()).hexdigest()
    note = cache / "overlaps" / names
    found: list[tuple[int, int]] = []
    try:
        found = json.loads(note.read_text(encoding="ascii"))
    except (OSError, ValueError):
        from pmkit.store.duplicates import twins  # noqa: PLC0415 - see `digest_of`

        found = twins([(part.folder, part.ledger) for part in parts])
        with contextlib.suppress(OSError):
            publish_text(json.dumps(found), note)
    before: dict[str, list[str]] = {}
    for a, b in sorted(found):
        before.setdefault(parts[b].source, []).append(parts[a].source)
    return before


def _reduced(part: Part, twins: list[Part], cache: Path) -> Part:
    folder = part.folder.with_name(
        f"{part.folder.name}-less-{hashlib.sha256(repr([t.folder.name for t in twins]).encode()).hexdigest()[:12]}"
    )
    if kept(part.source, part.sha256, folder) is None:
        from pmkit.store.duplicates import without  # noqa: PLC0415 - see `digest_of`

        _fill(lambda fresh: without(part.folder, [twin.folder for twin in twins], part.ledger, fresh), folder, cache)
    less = replace(_made(part.source, part.sha256, folder), bytes=part.bytes)
    names = " and ".join(twin.source for twin in twins)
    note = f"{less.ledger.duplicates} of its events stand in {names} too and are counted once"
    return replace(less, ledger=replace(less.ledger, notes=(*less.ledger.notes, note)))


def _fill(write: Callable[[Path], object], folder: Path, cache: Path) -> None:
    """Make a part of the cache aside, and give it its name when it is whole."""
    here = None if is_remote(cache) else cache
    try:
        with tempfile.TemporaryDirectory(prefix=".part-", dir=here, ignore_cleanup_errors=True) as aside:
            fresh = Path(aside) / "part"
            fresh.mkdir()
            write(fresh)
            if here is None:
                data = folder.with_name(f"{folder.name}.{uuid.uuid4().hex[:12]}")
                publish_all(fresh, data, LEDGER)
                commit(Ledger.from_json((fresh / LEDGER).read_text(encoding="utf-8")), data, folder)
            else:
                folder.parent.mkdir(exist_ok=True)
                fresh.rename(folder)
    except OSError as refused:
        if (folder / LEDGER).exists():  # another run was faster
            return
        raise OutputError(
            f"{cache}: cannot write the cache: {refused.strerror or refused}; name another with PMKIT_CACHE"
        ) from refused


def commit(ledger: Ledger, data: Path, folder: Path) -> None:
    """Let the cache have a part whose files lie in a folder beside it: from now on it is there."""
    publish_text(replace(ledger, data=data.name).to_json(), folder / LEDGER)
