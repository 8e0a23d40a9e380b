"""Loads the entries of the cache, builds them under a lock, and commits them when they are complete."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from filelock import FileLock

from pmkit.core.errors import OutputError
from pmkit.core.locations import is_remote, put_folder, put_text
from pmkit.store.ledger import Ledger
from pmkit.store.part import EVENTS, LEDGER, REJECTED, REQUESTS, ROLLUP, TEMPLATES, Extent, Part

# A Parquet file begins and ends with these bytes.
_PARQUET_MAGIC: Final = b"PAR1"


def load(source: str, digest: str, folder: Path) -> Part | None:
    """Return an entry of the cache, or None if there is none; a damaged one is removed."""
    try:
        ledger = Ledger.from_json((folder / LEDGER).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError):
        ledger = None
    rows = folder.parent.parent / ledger.data if ledger and ledger.data else folder
    if ledger is None or not (is_remote(folder) or _is_complete(rows, ledger)):
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
            if parent is None:
                data = folder.with_name(f"{folder.name}.{uuid.uuid4().hex[:12]}")
                put_folder(fresh, data, LEDGER)
                commit(Ledger.from_json((fresh / LEDGER).read_text(encoding="utf-8")), data, folder)
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
    put_text(replace(ledger, data=f"{data.parent.name}/{data.name}").to_json(), folder / LEDGER)


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


def _is_complete(folder: Path, ledger: Ledger) -> bool:
    """Return whether all files of an entry exist and are complete Parquet files."""
    counts = (ROLLUP, TEMPLATES, REQUESTS) if ledger.table == "logs" else ()
    required = [folder / name for name in (EVENTS, REJECTED, *counts)]
    if ledger.events and not all(path.exists() for path in required):
        return False
    return _are_parquet(folder) if ledger.number is None else _are_shared_parquet(folder)


def _are_parquet(folder: Path) -> bool:
    return all(_is_parquet(path) for path in folder.rglob("*.parquet") if path.is_file())


# Thousands of logs may share a folder, so it is checked once.
_are_shared_parquet = functools.cache(_are_parquet)


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        begin = file.read(len(_PARQUET_MAGIC))
        file.seek(-min(len(_PARQUET_MAGIC), path.stat().st_size), os.SEEK_END)
        return begin == file.read() == _PARQUET_MAGIC
