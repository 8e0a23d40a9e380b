"""Loads the entries of the cache, builds them under a lock, and commits them when they are complete."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from filelock import FileLock

from pmkit.core.checked_files import checksum, put_checked_text, read_checked_text
from pmkit.core.errors import OutputError
from pmkit.core.locations import is_remote, put_folder
from pmkit.store.ledger import Ledger
from pmkit.store.part import CHECKSUMS, LEDGER, Extent, Part


def load(source: str, digest: str, folder: Path) -> Part | None:
    """Return an entry of the cache, or None if there is none; a damaged one on this machine is removed."""
    try:
        ledger = Ledger.from_json(read_checked_text(folder / LEDGER))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError):
        ledger = None
    rows = folder.parent.parent / ledger.data if ledger and ledger.data else folder
    if ledger is None or not (is_remote(folder) or _is_intact(rows)):
        shutil.rmtree(folder, ignore_errors=True)
        return None
    return Part(source, Extent(rows, ledger.number), digest, ledger)


def load_built(source: str, digest: str, folder: Path) -> Part:
    """Return an entry that was just built.

    Raises
    ------
    OutputError
        When it was removed meanwhile.
    """
    part = load(source, digest, folder)
    if part is None:
        raise OutputError(f"{folder}: was removed from the cache while it was being written; run the command again")
    return part


def build(write: Callable[[Path], object], folder: Path, cache: Path) -> None:
    """Write an entry to a temporary folder, and move it to its place when it is complete.

    Parameters
    ----------
    write : callable
        Writes the entry's files into an empty folder.
    folder : Path
        The entry's place in the cache.

    Raises
    ------
    OutputError
        When the cache cannot be written.
    """
    parent = None if is_remote(cache) else cache
    try:
        with tempfile.TemporaryDirectory(prefix=".part-", dir=parent, ignore_cleanup_errors=True) as scratch:
            fresh = Path(scratch) / "part"
            fresh.mkdir()
            write(fresh)
            put_checksums(fresh)
            if parent is None:
                data = folder.with_name(f"{folder.name}.{uuid.uuid4().hex[:12]}")
                put_folder(fresh, data, LEDGER)
                commit(Ledger.from_json(read_checked_text(fresh / LEDGER)), data, folder)
            else:
                put_entry(fresh, folder)
    except OSError as refused:
        # Another process may have been faster.
        if (folder / LEDGER).exists():
            return
        raise OutputError(
            f"{cache}: cannot write the cache: {refused.strerror or refused}; name another with PMKIT_CACHE"
        ) from refused


def put_entry(fresh: Path, folder: Path) -> None:
    """Move a complete entry on this machine to its place; what is left there of one without a ledger is removed.

    Raises
    ------
    OSError
        When another process was faster, or the cache cannot be written.
    """
    folder.parent.mkdir(exist_ok=True)
    if folder.exists() and not (folder / LEDGER).exists():
        shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def commit(ledger: Ledger, data: Path, folder: Path) -> None:
    """Write the ledger of an entry whose other files are in the folder `data` in the same cache. This makes the entry exist."""
    put_checked_text(replace(ledger, data=f"{data.parent.name}/{data.name}").to_json(), folder / LEDGER)


@contextlib.contextmanager
def lock(folder: Path, cache: Path) -> Iterator[None]:
    """Make other processes on this machine wait that want to build the same entry.

    On a file system without locks, the entry may be built twice.
    """
    if is_remote(cache):
        yield
        return
    path = cache / f".{folder.name}.lock"
    file_lock = FileLock(path, thread_local=False)
    with contextlib.suppress(OSError, NotImplementedError):
        file_lock.acquire()
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            file_lock.release()
            path.unlink(missing_ok=True)


def put_checksums(folder: Path) -> None:
    """Write the checksums of all files of a folder with the rows of exports, which is complete then."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    checksums = {name: checksum(folder / name) for name in names if name not in (LEDGER, CHECKSUMS)}
    put_checked_text(json.dumps(checksums), folder / CHECKSUMS)


# The folders with rows that were found intact, with the time of the last change of each file. Thousands of logs may share a
# folder, so its contents are read again only after a change.
_intact: Final[dict[Path, dict[str, int]]] = {}


def _is_intact(folder: Path) -> bool:
    """Return whether all files of a folder with rows are as they were written."""
    try:
        if folder not in _intact or _changed(folder, _intact[folder]) != _intact[folder]:
            checksums = json.loads(read_checked_text(folder / CHECKSUMS))
            changed = _changed(folder, checksums)
            if any(checksum(folder / name) != expected for name, expected in checksums.items()):
                return False
            _intact[folder] = changed
    except (OSError, ValueError):
        return False
    return True


def _changed(folder: Path, names: Iterable[str]) -> dict[str, int]:
    """Return when each of some files was changed, in nanoseconds."""
    return {name: (folder / name).stat().st_ctime_ns for name in names}
