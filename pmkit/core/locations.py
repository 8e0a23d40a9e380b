"""Where files are: on this machine, or anywhere that fsspec reaches by a URL such as `s3://bucket/logs`.

A place on this machine is a `pathlib.Path`. A URL becomes a `upath.UPath`, which has the same methods.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NoReturn, cast
from urllib.parse import urlsplit
from urllib.request import url2pathname

from pmkit.core.errors import InputError, SourceError

_VERSIONED: Final = ("ETag", "etag", "generation", "content_md5", "LastModified", "last_modified", "mtime", "created")
"""What the file systems of fsspec tell of a file that another file of that name would not share."""


def is_url(text: str) -> bool:
    """Tell whether a place is named by a URL.

    Examples
    --------
    >>> is_url("s3://bucket/logs"), is_url("data/incidents")
    (True, False)
    """
    return "://" in text


def is_remote(path: Path) -> bool:
    """Tell whether a place is reached by a URL."""
    return not isinstance(path, Path)


def open_location(text: str | Path) -> Path:
    """Give the place of a path or a URL.

    Raises
    ------
    InputError
        When it is a URL and what reaches it is not installed.
    """
    if not is_url(str(text)):
        return Path(text)
    if str(text).startswith("file://"):
        return Path(url2pathname(urlsplit(str(text)).path))
    try:
        from upath import UPath  # noqa: PLC0415 - an extra

        reached = UPath(text, use_listings_cache=False)  # others write there too
        _ = reached.fs
    except (ImportError, ValueError) as missing:
        raise InputError(f"{text}: {missing}; `pip install 'pmkit[cluster]'` installs what reaches s3:// and others") from missing
    return cast("Path", reached)


def list_files(url: str) -> list[Path]:
    """List the files that a URL names: one, all below a folder, or those that fit its wildcards; in order of their names.

    Raises
    ------
    SourceError
        When there are none, or when the place cannot be reached.
    """
    named = open_location(url)
    if not is_remote(named):
        pattern = str(named).lstrip("/")
        listed = Path("/").glob(pattern if any(sign in url for sign in "*?[") or not named.is_dir() else f"{pattern}/**/*")
        here = sorted(path for path in listed if path.is_file() and not path.name.startswith("."))
        return here or _nothing(url)
    try:
        system: Any = cast("Any", named).fs
        bare = system._strip_protocol(str(named))
        names = system.glob(bare) if any(sign in url for sign in "*?[") else system.find(bare)
        found = sorted(name for name in names if system.isfile(name) and not Path(name).name.startswith("."))
    except Exception as unreachable:
        raise SourceError(f"{url}: cannot be listed: {unreachable or type(unreachable).__name__}") from unreachable
    return [open_location(system.unstrip_protocol(name)) for name in found] or _nothing(url)


def _nothing(url: str) -> NoReturn:
    raise SourceError(f"{url}: nothing is there; name a file, a folder, or files with wildcards")


def fingerprint(path: Path) -> str | None:
    """Write what changes when a file does, without reading it; None where its place does not tell.

    Raises
    ------
    OSError
        When there is no such file, or it cannot be reached.
    """
    if not is_remote(path):
        status = path.stat()
        return repr((str(path.resolve()), status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
    with _reaching():
        known = cast("Any", path).fs.info(str(path))
    told = {name: str(known[name]) for name in _VERSIONED if known.get(name)}
    return repr((str(path), known.get("size"), told)) if told else None


@contextmanager
def _reaching() -> Iterator[None]:
    """Raise OSError, whatever a file system raises when it cannot be reached."""
    try:
        yield
    except OSError:
        raise
    except Exception as refused:
        raise OSError(str(refused) or type(refused).__name__) from refused


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, as far as they are not there.

    Raises
    ------
    OSError
        When it cannot be made.
    """
    with _reaching():
        folder.mkdir(parents=True, exist_ok=True)


def put_file(file: Path, target: Path) -> None:
    """Copy a file of this machine to its place under its final name, whole or not at all."""
    make_folder(target.parent)
    if is_remote(target):
        with _reaching():
            cast("Any", target).fs.put_file(str(file), str(target))  # an object appears when it is whole
        return
    aside = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        shutil.copyfile(file, aside)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)


def put_text(text: str, target: Path) -> None:
    """Write a short text to its place under its final name, whole or not at all."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        put_file(Path(file.name), target)


def put_folder(folder: Path, target: Path, last: str) -> None:
    """Copy the files of a folder of this machine to another place, the one that says that all are there at the end."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in sorted(files, key=lambda path: path == folder / last):
        put_file(path, target.joinpath(*path.relative_to(folder).parts))


def filesystems(paths: Iterable[Path]) -> list[Any]:
    """Give the fsspec file systems that reach these places."""
    reached = {id(system): system for path in paths if is_remote(path) for system in [cast("Any", path).fs]}
    return list(reached.values())
