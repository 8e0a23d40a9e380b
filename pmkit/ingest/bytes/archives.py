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
from typing import IO, Any, Final, cast
from uuid import uuid4

from pmkit.core.errors import SourceError
from pmkit.core.locations import fingerprint, is_remote
from pmkit.ingest.bytes.compression import (
    BROKEN,
    DAMAGED,
    GuardedStream,
    _most_bytes,
    archive_bomb,
    decompressed,
    first_bytes,
    open_plain,
    opener_for,
)

_ZIP: Final = b"PK\x03\x04"
_OLDEST: Final = 1990
"""A file that says it is of an earlier year does not say when it was written: that is where epochs begin."""
_NOISE: Final = ("__MACOSX/",)


def is_compressed(path: Path) -> bool:
    """Tell whether a file is compressed, or an archive, by its first bytes."""
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
        if sum(entry.file_size for entry in self._archive.infolist()) > _most_bytes(path):
            raise archive_bomb(path)
        names = self._archive.namelist()
        office = "[Content_Types].xml" in names
        self.names = {} if office else dict.fromkeys(sorted(name for name in names if _is_log(name)))

    @contextmanager
    def opened(self, name: str) -> Iterator[tuple[IO[bytes], datetime]]:
        """Open one of the files, and tell when it was last modified."""
        with self._archive.open(name) as inner:
            yield inner, datetime(*self._archive.getinfo(name).date_time, tzinfo=UTC)

    def close(self) -> None:
        """Let go of the archive, when its files that are open now are closed."""
        self._archive.close()
        self._file.close()


class _Tar:
    """The files of a tar archive, each found without those before it; what is compressed is decompressed once, aside."""

    def __init__(self, path: Path) -> None:
        with open_plain(path) as stream:
            aside = is_remote(path) or is_compressed(path)
            self._file: IO[bytes] = cast("IO[bytes]", tempfile.TemporaryFile() if aside else path.open("rb"))  # noqa: SIM115
            if aside:
                shutil.copyfileobj(stream, self._file)
                self._file.seek(0)
        self._archive = tarfile.open(fileobj=self._file, mode="r:")  # noqa: SIM115 - see `close`
        self._entries = {entry.name: entry for entry in self._archive if entry.isfile() and _is_log(entry.name)}
        if sum(entry.size for entry in self._entries.values()) > _most_bytes(
            path
        ):  # with holes it may be far more than what is stored
            raise archive_bomb(path)
        self._turn = Lock()
        self.names = dict.fromkeys(sorted(self._entries))

    @contextmanager
    def opened(self, name: str) -> Iterator[tuple[IO[bytes], datetime]]:
        """Open one of the files, and tell when it was last modified."""
        entry = self._entries[name]
        handle = os.dup(self._file.fileno())
        try:
            inner = self._filled(entry) if entry.issparse() else _Part(handle, entry.offset_data, entry.size)
            yield cast("IO[bytes]", inner), datetime.fromtimestamp(entry.mtime, UTC)
        finally:
            os.close(handle)

    def _filled(self, entry: tarfile.TarInfo) -> io.BytesIO:
        """Read a file of which the archive leaves out the holes."""
        with self._turn:
            found = self._archive.extractfile(entry)
            return io.BytesIO(found.read() if found else b"")

    def close(self) -> None:
        """Let go of the archive; its files that are open now stay so."""
        self._archive.close()
        self._file.close()


class _Part(io.RawIOBase):
    """Some bytes of a file, read without moving it: others read it at the same time."""

    def __init__(self, handle: int, begin: int, size: int) -> None:
        self._handle, self._position, self._end = handle, begin, begin + size

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read as many bytes as there are, at most as many as fit."""
        taken = os.pread(self._handle, min(len(buffer), self._end - self._position), self._position)
        self._position += len(taken)
        buffer[: len(taken)] = taken
        return len(taken)


_MOST_OPEN: Final = 4
"""So many archives that nobody reads are kept open, for what is yet to be read of them."""
_known: Final[OrderedDict[str, _Zip | _Tar]] = OrderedDict()
_readers: Final = Counter[str]()
_turn: Final = Lock()


@contextmanager
def _archive(path: Path) -> Iterator[_Zip | _Tar | None]:
    """Open an archive, or find it open; None where a file is none."""
    kind = _Zip if first_bytes(path).startswith(_ZIP) else _Tar if _is_tar(path) else None
    if kind is None:
        yield None
        return
    name = fingerprint(path) or f"{path} {uuid4()}"
    with _turn:
        found = _known.pop(name, None) or kind(path)
        _known[name] = found
        _readers[name] += 1
    try:
        yield found
    finally:
        with _turn:
            _readers[name] -= 1
            for idle in [one for one in _known if not _readers[one]][:-_MOST_OPEN]:
                _known.pop(idle).close()


def members(path: Path) -> list[str]:
    """List the files of an archive (zip, or tar, compressed or not) by name; of any other file, none.

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
            return []  # not an archive that can be listed; reading it as a file says what is wrong
        raise SourceError(f"{path}: cannot be read: {getattr(broken, 'strerror', None) or broken}") from broken


@contextmanager
def opened(path: Path, member: str | None) -> Iterator[tuple[IO[bytes], bool, datetime]]:
    """Open an export, or one file of an archive, decompressed.

    Yields
    ------
    tuple
        The stream, whether a file with these bytes is not on this machine, and when it was last modified.
    """
    if member is None:
        packed = is_remote(path) or is_compressed(path)
        with open_plain(path) as stream:
            yield stream, packed, _day(datetime.fromtimestamp(path.stat().st_mtime, UTC))
        return
    with _archive(path) as archive:
        if archive is None or member not in archive.names:
            raise SourceError(f"{path}: {member} is not in it any more; it changed while it was read")
        with archive.opened(member) as (inner, at), decompressed(inner) as stream:
            yield cast("IO[bytes]", GuardedStream(stream, path)), True, _day(at)


def _day(at: datetime) -> datetime:
    """Return when a file was last modified; where that was taken out, and the beginning of an epoch put in, today."""
    return at if at.year >= _OLDEST else datetime.now(UTC)


def modified(path: Path, member: str | None) -> datetime:
    """Return when an export, or a file of an archive, was last modified, UTC."""
    if member is None:
        return _day(datetime.fromtimestamp(path.stat().st_mtime, UTC))
    with opened(path, member) as (_, _, at):
        return at
