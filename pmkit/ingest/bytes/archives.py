"""Opens what holds an export's bytes: compressed files, and archives with several files in them."""

from __future__ import annotations

import io
import os
import shutil
import tarfile
import tempfile
import zipfile
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import IO, Final, cast
from uuid import uuid4

from pmkit.core.errors import SourceError
from pmkit.core.locations import fingerprint, is_remote
from pmkit.ingest.bytes.compression import (
    BROKEN,
    DAMAGED,
    ByteStream,
    GuardedStream,
    archive_bomb,
    decompressed,
    first_bytes,
    most_bytes,
    open_plain,
    opener_for,
    why_unreadable,
)

_ZIP: Final = b"PK\x03\x04"

# A modification time before this year is a placeholder, such as the beginning of an epoch.
_EARLIEST_YEAR: Final = 1990

# What ZIP archives contain that are one file to people: office documents, e-books and Java programs.
_PARTS_OF_ONE_FILE: Final = frozenset({"[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"})

# Folders that archivers add on their own.
_NOISE: Final = ("__MACOSX/",)

# At most this many archives are kept open while nobody reads them, because the next file is often in the same one.
_MAX_IDLE: Final = 4
_open_archives: Final[OrderedDict[str, _Zip | _Tar]] = OrderedDict()
_readers: Final = Counter[str]()
_lock: Final = Lock()


def is_compressed(path: Path) -> bool:
    """Return whether a file is compressed or an archive, by its first bytes."""
    magic = first_bytes(path)
    return opener_for(magic) is not None or magic.startswith(_ZIP)


def _is_tar(path: Path) -> bool:
    with open_plain(path) as stream:
        return stream.read(512)[257:262] == b"ustar"


def _is_log(name: str) -> bool:
    return not name.endswith("/") and not name.startswith(_NOISE) and not Path(name).name.startswith(".")


class _Zip:
    """The files of a zip archive."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._archive = zipfile.ZipFile(self._file)
        if sum(entry.file_size for entry in self._archive.infolist()) > most_bytes(path):
            raise archive_bomb(path)
        sizes = {entry.filename: entry.file_size for entry in self._archive.infolist()}
        is_one_file = not _PARTS_OF_ONE_FILE.isdisjoint(sizes)
        self.names = {} if is_one_file else {name: sizes[name] for name in sorted(sizes) if _is_log(name)}

    @contextmanager
    def opened(self, name: str) -> Iterator[tuple[IO[bytes], datetime]]:
        """Open one of the files; yield it with the time when it was last modified."""
        with self._archive.open(name) as inner:
            yield inner, datetime(*self._archive.getinfo(name).date_time, tzinfo=UTC)

    def close(self) -> None:
        """Close the archive once its open files are closed."""
        self._archive.close()
        self._file.close()


class _Tar:
    """The files of a tar archive, each read without those before it. A compressed archive is decompressed once, to a copy."""

    def __init__(self, path: Path) -> None:
        with open_plain(path) as stream:
            is_copied = is_remote(path) or is_compressed(path)
            self._file: IO[bytes] = cast("IO[bytes]", tempfile.TemporaryFile() if is_copied else path.open("rb"))  # noqa: SIM115
            if is_copied:
                shutil.copyfileobj(stream, self._file)
                self._file.seek(0)
        self._archive = tarfile.open(fileobj=self._file, mode="r:")  # noqa: SIM115 - see `close`
        self._entries = {entry.name: entry for entry in self._archive if entry.isfile() and _is_log(entry.name)}
        # Sparse files may be far larger than what the archive stores of them.
        if sum(entry.size for entry in self._entries.values()) > most_bytes(path):
            raise archive_bomb(path)
        self._lock = Lock()
        self.names = {name: self._entries[name].size for name in sorted(self._entries)}

    @contextmanager
    def opened(self, name: str) -> Iterator[tuple[IO[bytes], datetime]]:
        """Open one of the files; yield it with the time when it was last modified."""
        entry = self._entries[name]
        handle = os.dup(self._file.fileno())
        try:
            inner = self._read_sparse(entry) if entry.issparse() else _Section(handle, entry.offset_data, entry.size)
            yield cast("IO[bytes]", inner), datetime.fromtimestamp(entry.mtime, UTC)
        finally:
            os.close(handle)

    def _read_sparse(self, entry: tarfile.TarInfo) -> io.BytesIO:
        """Read a file whose holes the archive does not store."""
        with self._lock:
            member = self._archive.extractfile(entry)
            return io.BytesIO(member.read() if member else b"")

    def close(self) -> None:
        """Close the archive; its open files stay open."""
        self._archive.close()
        self._file.close()


class _Section(ByteStream):
    """A range of bytes of a file, read without moving the file's position, because others read it at the same time."""

    def __init__(self, handle: int, begin: int, size: int) -> None:
        self._handle, self._position, self._end = handle, begin, begin + size

    def next_bytes(self, size: int) -> bytes:
        """Return at most `size` of the bytes that are left."""
        chunk = os.pread(self._handle, min(size, self._end - self._position), self._position)
        self._position += len(chunk)
        return chunk


@contextmanager
def _archive(path: Path) -> Iterator[_Zip | _Tar | None]:
    """Open an archive, or use it if it is still open; yield None if the file is not an archive."""
    kind = _Zip if first_bytes(path).startswith(_ZIP) else _Tar if _is_tar(path) else None
    if kind is None:
        yield None
        return
    name = fingerprint(path) or f"{path} {uuid4()}"
    with _lock:
        archive = _open_archives.pop(name, None) or kind(path)
        _open_archives[name] = archive
        _readers[name] += 1
    try:
        yield archive
    finally:
        with _lock:
            _readers[name] -= 1
            for idle in [each for each in _open_archives if not _readers[each]][:-_MAX_IDLE]:
                _open_archives.pop(idle).close()


def members(path: Path) -> list[str]:
    """Return the names of the files in an archive (zip, or tar, compressed or not); none for any other file.

    Raises
    ------
    SourceError
        When the file cannot be read or is damaged.
    """
    try:
        with _archive(path) as archive:
            return list(archive.names) if archive else []
    except BROKEN as broken:
        if isinstance(broken, DAMAGED):
            # Reading it as a file reports what is wrong.
            return []
        raise SourceError(f"{path}: cannot be read: {why_unreadable(broken)}") from broken


def size_of(path: Path, member: str) -> int:
    """Return the size of a file in an archive in bytes, as the archive would extract it; 0 if it is not there any more."""
    with _archive(path) as archive:
        return archive.names.get(member, 0) if archive else 0


@contextmanager
def opened(path: Path, member: str | None) -> Iterator[tuple[IO[bytes], bool, datetime]]:
    """Open an export, or one file of an archive, decompressed.

    Yields
    ------
    tuple
        The stream, whether its bytes differ from those of a local file, and when it was last modified.
    """
    if member is None:
        packed = is_remote(path) or is_compressed(path)
        with open_plain(path) as stream:
            yield stream, packed, _plausible(datetime.fromtimestamp(path.stat().st_mtime, UTC))
        return
    with _archive(path) as archive:
        if archive is None or member not in archive.names:
            raise SourceError(f"{path}: {member} is not in it any more; the archive changed while it was read")
        with archive.opened(member) as (inner, at), decompressed(inner) as stream:
            yield cast("IO[bytes]", GuardedStream(stream, path)), True, _plausible(at)


def _plausible(at: datetime) -> datetime:
    """Return a modification time, or the current time where it is only a placeholder."""
    return at if at.year >= _EARLIEST_YEAR else datetime.now(UTC)


def modified(path: Path, member: str | None) -> datetime:
    """Return when an export, or a file of an archive, was last modified, UTC."""
    if member is None:
        return _plausible(datetime.fromtimestamp(path.stat().st_mtime, UTC))
    with opened(path, member) as (_, _, at):
        return at
