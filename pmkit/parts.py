"""The parsed exports, in a cache.

Every export becomes one part of the cache, named by its content, by what was said about it and
by the code that reads it, so that what was read once is never parsed again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from pmkit._version import __version__
from pmkit.errors import OutputError
from pmkit.incident import Incident
from pmkit.ingest import LEDGER, Ledger, Request, ingest, overlap, without
from pmkit.sources import archives, reading
from pmkit.sources.model import LogFormat

_NO_SERVICE: Final = {"access", "error", "errors", "request", "requests", "app", "application", "log", "logs", "out", "server"}
_EXTENSION: Final = re.compile(r"(\.(gz|zst|log|json|jsonl|ndjson|csv|txt|\d+))+$", re.I)

_SAID: Final = ("timezone", "service", "format", "service_is_hint", "timezone_is_hint", "clock_offset_s", "member")
"""What a person said of an export; another answer makes another part."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Part:
    """One export, parsed.

    Attributes
    ----------
    source : str
        The export, relative to the incident's folder.
    folder : Path
        Its part of the cache.
    sha256 : str
        Digest of the export as it lies on disk.
    ledger : Ledger
        What was read.
    """

    source: str
    folder: Path
    sha256: str
    ledger: Ledger


def cache_folder() -> Path:
    """Return the folder of the cache: `PMKIT_CACHE`, or `~/.cache/pmkit`."""
    named = os.environ.get("PMKIT_CACHE")
    return Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pmkit"


def read(requests: Mapping[str, Request], progress: Progress = lambda _: None) -> list[Part]:
    """Parse exports, as far as the cache does not have them already.

    Parameters
    ----------
    requests : mapping of str to Request
        Each export with its name as a source.
    progress : callable, optional
        Is told in words what is done.
    """
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as refused:
        raise OutputError(
            f"{folder}: cannot make the cache: {refused.strerror}; name another folder with PMKIT_CACHE"
        ) from refused
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        parts = pool.map(lambda item: _part(item[0], item[1], folder, progress), requests.items())
        return _once(list(parts), folder)


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
    name = path.relative_to(incident.folder).as_posix() if incident else str(path)
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


def service_of(source: str) -> str | None:
    """Guess the service from the file's name.

    Examples
    --------
    >>> service_of("logs/checkout-requests.log.zst"), service_of("logs/access.log.1")
    ('checkout', None)
    """
    words = re.split(r"[-_.]", _EXTENSION.sub("", source.rsplit("/", 1)[-1]))
    kept = [word for word in words if word and word.lower() not in _NO_SERVICE and not word.isdigit()]
    return "-".join(kept) or None


def _part(source: str, request: Request, cache: Path, progress: Progress) -> Part:
    digest = reading.digest(request.path)
    said = json.dumps([_code(), *(getattr(request, name) for name in _SAID), *map(_written, request.formats)])
    folder = cache / digest[:2] / f"{digest}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"
    ledger = _ledger(source, request, folder, progress)
    if ledger.dated:
        day = archives.modified(request.path, request.member).date().isoformat()
        if day != ledger.dated:
            folder = folder.with_name(f"{folder.name}-{day}")
            ledger = _ledger(source, request, folder, progress)
    return Part(source, folder, digest, ledger)


@cache
def _code() -> str:
    """Tell one state of the code that reads exports from another."""
    package = Path(__file__).parent
    files = sorted([package / "schema.py", *(package / "sources").glob("*.py"), *(package / "ingest").glob("*.py")])
    return hashlib.sha256(b"\0".join([__version__.encode(), *(path.read_bytes() for path in files)])).hexdigest()


def _written(entry: LogFormat) -> str:
    """Write all that tells one format of a user from another."""
    return repr((entry.name, entry.shape, entry.pattern, entry.fields, entry.columns, entry.multiline))


def _ledger(source: str, request: Request, folder: Path, progress: Progress) -> Ledger:
    """Read the ledger of a part, which is made if it is not there."""
    if not (folder / LEDGER).exists():
        progress(f"reading {source}")
        _fill(lambda fresh: ingest(request, fresh), folder, folder.parent.parent)
    return Ledger.from_json((folder / LEDGER).read_text(encoding="utf-8"))


def _once(parts: list[Part], cache: Path) -> list[Part]:
    """Leave out of every log the events that a larger one holds, where the two overlap."""
    kept: dict[str, Part] = {}
    for part in sorted(parts, key=lambda part: -part.ledger.events):
        twins = [other for other in kept.values() if _overlap(other, part)]
        kept[part.source] = _reduced(part, twins, cache) if twins else part
    return [kept[part.source] for part in parts]


def _overlap(one: Part, other: Part) -> bool:
    a, b = one.ledger, other.ledger
    if a.table != "logs" or b.table != "logs" or not a.events or not b.events:
        return False
    if (a.content, a.events) == (b.content, b.events):
        return True
    if a.first is None or b.first is None or a.last is None or b.last is None:
        return False
    start, end = max(a.first, b.first), min(a.last, b.last)
    return start <= end and overlap(one.folder, other.folder, start, end)


def _reduced(part: Part, twins: list[Part], cache: Path) -> Part:
    folder = part.folder.with_name(
        f"{part.folder.name}-less-{hashlib.sha256(repr([t.folder.name for t in twins]).encode()).hexdigest()[:12]}"
    )
    if not (folder / LEDGER).exists():
        _fill(lambda fresh: without(part.folder, [twin.folder for twin in twins], part.ledger, fresh), folder, cache)
    ledger = Ledger.from_json((folder / LEDGER).read_text(encoding="utf-8"))
    names = " and ".join(twin.source for twin in twins)
    note = f"{ledger.duplicates} of its events stand in {names} too and are counted once"
    return replace(part, folder=folder, ledger=replace(ledger, notes=(*ledger.notes, note)))


def _fill(write: Callable[[Path], object], folder: Path, cache: Path) -> None:
    """Make a part of the cache aside, and give it its name when it is whole."""
    try:
        with tempfile.TemporaryDirectory(prefix=".part-", dir=cache, ignore_cleanup_errors=True) as aside:
            fresh = Path(aside) / "part"
            fresh.mkdir()
            write(fresh)
            folder.parent.mkdir(exist_ok=True)
            fresh.rename(folder)
    except OSError as refused:
        if (folder / LEDGER).exists():  # another run was faster
            return
        raise OutputError(
            f"{cache}: cannot write the cache: {refused.strerror or refused}; name another with PMKIT_CACHE"
        ) from refused
