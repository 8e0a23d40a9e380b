"""Decompressed streams of files and archive members, guarded against archive bombs."""

from __future__ import annotations

import bz2
import io
import lzma
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Literal, Protocol, cast

from isal import igzip, igzip_lib

from pmkit.core.errors import SourceError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_IsalError = cast("type[Exception]", igzip_lib.IsalError)
# What reading damaged or truncated bytes may raise.
BROKEN: Final[tuple[type[Exception], ...]] = (
    OSError,
    EOFError,
    zlib.error,
    _IsalError,
    zstd.ZstdError,
    lzma.LZMAError,
    zipfile.BadZipFile,
    tarfile.TarError,
)
# What reading damaged compressed bytes may raise; archives raise the others.
DAMAGED: Final[tuple[type[Exception], ...]] = (
    EOFError,
    zlib.error,
    _IsalError,
    zstd.ZstdError,
    lzma.LZMAError,
    igzip.BadGzipFile,
)


def why_unreadable(broken: Exception) -> str:
    """Return why a file cannot be read, with what to do."""
    reason = getattr(broken, "strerror", None)
    if isinstance(broken, PermissionError):
        return f"{reason}; allow pmkit to read it, for example with `chmod u+r`"
    return reason or f"{broken}; export or copy it again"


class Readable(Protocol):
    """Anything that bytes can be read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes, or all that are left."""


class _Opener(Protocol):
    """A function that opens a compressed file."""

    def __call__(self, file: IO[bytes], mode: Literal["rb"], /) -> AbstractContextManager[Readable]: ...


_OPENERS: Final[dict[bytes, _Opener]] = {
    b"\x1f\x8b": igzip.open,
    b"\x28\xb5\x2f\xfd": zstd.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}
# An export may decompress to this many bytes, and beyond it to `MOST_RATIO` times its size; more is an archive bomb.
MOST_UNPACKED: Final = 1 << 30
MOST_RATIO: Final = 500


def opener_for(magic: bytes) -> _Opener | None:
    """Return the function that opens the compression with these first bytes; None if there is none."""
    return next((opener for first, opener in _OPENERS.items() if magic.startswith(first)), None)


def first_bytes(path: Path) -> bytes:
    """Return the first eight bytes of a file."""
    with path.open("rb") as file:
        return file.read(8)


class ByteStream(io.RawIOBase):
    """A stream over something that returns the next bytes."""

    def next_bytes(self, size: int) -> bytes:
        """Return at most `size` bytes; none at the end."""
        raise NotImplementedError

    def readable(self) -> bool:
        """Return True: the stream can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read into a buffer, and return the number of bytes."""
        view = memoryview(buffer).cast("B")
        chunk = self.next_bytes(len(view))
        view[: len(chunk)] = chunk
        return len(chunk)


class GuardedStream(ByteStream):
    """A decompressed stream that raises an error once it becomes far larger than its file.

    Parameters
    ----------
    stream : Readable
        The decompressed stream.
    path : Path
        The file that it comes from.
    """

    def __init__(self, stream: Readable, path: Path) -> None:
        self._stream, self._path, self._left = stream, path, most_bytes(path)

    def next_bytes(self, size: int) -> bytes:
        """Return at most `size` bytes.

        Raises
        ------
        SourceError
            When the stream has become too large.
        """
        chunk = self._stream.read(size)
        self._left -= len(chunk)
        if self._left < 0:
            raise archive_bomb(self._path)
        return chunk

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; with less overhead than through `readinto`."""
        return self.next_bytes(size)


def most_bytes(path: Path) -> int:
    """Return how many bytes a file may decompress to; more is an archive bomb."""
    return max(MOST_UNPACKED, MOST_RATIO * path.stat().st_size)


def archive_bomb(path: Path) -> SourceError:
    """Return the error for a file that decompresses to far more than its size."""
    return SourceError(
        f"{path}: decompresses to more than {MOST_RATIO} times its size and {MOST_UNPACKED >> 30} GiB, as an archive bomb does; "
        "if that is correct, decompress it yourself and replace it with its contents"
    )


@contextmanager
def open_plain(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, decompressed if it is compressed."""
    with path.open("rb") as file:
        opener = opener_for(file.read(8))
        file.seek(0)
        if opener is None:
            yield file
            return
        with opener(file, "rb") as stream:
            yield cast("IO[bytes]", GuardedStream(stream, path))


class _RewoundStream(ByteStream):
    """A stream whose first bytes were read already."""

    def __init__(self, first: bytes, rest: Readable) -> None:
        self._first, self._rest = first, rest

    def next_bytes(self, size: int) -> bytes:
        """Return at most `size` bytes, the first ones again."""
        chunk = self._first[:size] or self._rest.read(size)
        self._first = self._first[len(chunk) :]
        return chunk


@contextmanager
def decompressed(inner: Readable) -> Iterator[Readable]:
    """Open a stream, decompressed if it is compressed."""
    first = inner.read(8)
    opener = opener_for(first)
    rewound = cast("IO[bytes]", _RewoundStream(first, inner))
    if opener is None:
        yield rewound
    else:
        with opener(rewound, "rb") as stream:
            yield stream
