"""Files on this machine, or anywhere that fsspec reaches by a URL such as `s3://bucket/logs`.

A local file is a `pathlib.Path`. A URL becomes a `upath.UPath`, which has the same methods.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol, cast
from urllib.parse import urlsplit
from urllib.request import url2pathname

from pmkit.core.errors import InputError, SourceError

# The fields of a file in fsspec's file systems that change when the file is replaced.
_REVISION_FIELDS: Final = (
    "ETag", "etag", "generation", "content_md5", "LastModified", "last_modified", "mtime", "created",
)  # fmt: skip
_WILDCARDS: Final = "*?["


class RemoteFileSystem(Protocol):
    """The methods of fsspec's `AbstractFileSystem` that pmkit uses."""

    def _strip_protocol(self, path: str) -> str: ...

    def unstrip_protocol(self, name: str) -> str:
        """Return the URL of a file."""

    def glob(self, path: str) -> list[str]:
        """Return the files that match wildcards."""

    def find(self, path: str) -> list[str]:
        """Return all files below a folder, or the file itself."""

    def isfile(self, path: str) -> bool:
        """Return whether there is a file of this name."""

    def info(self, path: str) -> Mapping[str, object]:
        """Return what the file system knows about a file."""

    def put_file(self, lpath: str, rpath: str) -> None:
        """Copy a local file."""


class _RemotePath(Protocol):
    """The attribute of a remote `UPath` that pmkit uses."""

    @property
    def fs(self) -> RemoteFileSystem: ...


def is_url(text: str) -> bool:
    """Return whether a location is written as a URL.

    Examples
    --------
    >>> is_url("s3://bucket/logs"), is_url("data/incidents")
    (True, False)
    """
    return "://" in text


def is_remote(path: Path) -> bool:
    """Return whether a path is on another machine."""
    return not isinstance(path, Path)


def open_location(text: str | Path) -> Path:
    """Return the path that a text or a URL stands for.

    Raises
    ------
    InputError
        When it is a URL and the library for its protocol is not installed.
    """
    if not is_url(str(text)):
        return Path(text)
    if str(text).startswith("file://"):
        return Path(url2pathname(urlsplit(str(text)).path))
    try:
        from upath import UPath  # noqa: PLC0415 - an extra

        # Listings are not cached, because other programs write there, too.
        path = UPath(text, use_listings_cache=False)
        _ = path.fs
    except (ImportError, ValueError) as missing:
        raise InputError(f"{text}: {missing}; `pip install 'pmkit[cluster]'` adds support for s3:// and others") from missing
    return cast("Path", path)


def list_files(url: str) -> list[Path]:
    """Return the files that a URL stands for, sorted by name: the file itself, all in a folder, or those that match wildcards.

    Raises
    ------
    SourceError
        When there are none, or when the location cannot be reached.
    """
    path = open_location(url)
    has_wildcards = any(character in url for character in _WILDCARDS)
    files = _list_remote(path, url, has_wildcards) if is_remote(path) else _list_local(path, has_wildcards)
    if not files:
        raise SourceError(f"{url}: no files found; give the URL of a file or a folder, or use wildcards")
    return files


def _list_local(path: Path, has_wildcards: bool) -> list[Path]:
    pattern = str(path).lstrip("/")
    listed = Path("/").glob(f"{pattern}/**/*" if path.is_dir() and not has_wildcards else pattern)
    return sorted(file for file in listed if file.is_file() and not file.name.startswith("."))


def _list_remote(path: Path, url: str, has_wildcards: bool) -> list[Path]:
    filesystem = _filesystem(path)
    try:
        pattern = filesystem._strip_protocol(str(path))
        listed = filesystem.glob(pattern) if has_wildcards else filesystem.find(pattern)
        names = sorted(name for name in listed if filesystem.isfile(name) and not Path(name).name.startswith("."))
    except Exception as unreachable:
        raise SourceError(f"{url}: cannot be listed: {unreachable or type(unreachable).__name__}") from unreachable
    return [open_location(filesystem.unstrip_protocol(name)) for name in names]


def fingerprint(path: Path) -> str | None:
    """Return a text that changes when a file changes, without reading the file; None where its file system offers none.

    Raises
    ------
    OSError
        When there is no such file, or it cannot be reached.
    """
    if not is_remote(path):
        status = path.stat()
        return repr((str(path.resolve()), status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
    with _as_os_error():
        info = _filesystem(path).info(str(path))
    revision = {name: str(info[name]) for name in _REVISION_FIELDS if info.get(name)}
    return repr((str(path), info.get("size"), revision)) if revision else None


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Turn any exception of a remote file system into an OSError."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(str(error) or type(error).__name__) from error


def make_folder(folder: Path) -> None:
    """Create a folder and its parents, where they do not exist yet.

    Raises
    ------
    OSError
        When it cannot be created.
    """
    with _as_os_error():
        folder.mkdir(parents=True, exist_ok=True)


def put_file(file: Path, target: Path) -> None:
    """Copy a local file to `target`, completely or not at all."""
    make_folder(target.parent)
    if is_remote(target):
        with _as_os_error():
            # A remote object appears only when it is complete.
            _filesystem(target).put_file(str(file), str(target))
        return
    with _replacing(target) as temporary:
        shutil.copyfile(file, temporary)


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """Yield a temporary file to write, and move it to its final name."""
    temporary = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        yield temporary
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def put_text(text: str, target: Path) -> None:
    """Write a short text to a file, completely or not at all."""
    if not is_remote(target):
        make_folder(target.parent)
        with _replacing(target) as temporary:
            temporary.write_text(text, encoding="utf-8")
        return
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        put_file(Path(file.name), target)


def put_folder(folder: Path, target: Path, last: str) -> None:
    """Copy the files of a local folder; the one named `last` comes last and marks the copy as complete."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in sorted(files, key=lambda path: path == folder / last):
        put_file(path, target.joinpath(*path.relative_to(folder).parts))


def filesystems(paths: Iterable[Path]) -> list[RemoteFileSystem]:
    """Return the fsspec file systems of those paths that are remote."""
    return list({id(filesystem): filesystem for filesystem in map(_filesystem, filter(is_remote, paths))}.values())


def _filesystem(path: Path) -> RemoteFileSystem:
    """Return the file system of a remote path."""
    return cast("_RemotePath", path).fs
