"""The key of an export in the cache: its content, the hints on it, and the code that reads it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Final

from pmkit.core.checked_files import put_checked_text, read_checked_text
from pmkit.core.errors import SourceError
from pmkit.core.locations import fingerprint, is_remote
from pmkit.core.version import __version__
from pmkit.formats.format import LogFormat
from pmkit.ingest.bytes import decoding
from pmkit.ingest.request import Request

# The fields of a request that the key has in another form: the content at the path, and the formats' fields.
_IN_ANOTHER_FORM: Final = ("path", "formats")
# The fields of a person's format that do not decide what is read, or are functions that its other fields determine.
_NOT_DECIDING: Final = ("title", "samples", "claims", "flatten", "sections")

# A file that was modified this recently may change again within one tick of its file system's clock.
_SETTLED_S: Final = 2.0

# The rooms whose code decides what is read from an export, and the kinds of files that hold it.
_ROOMS: Final = ("core", "formats", "store", "ingest")
_CODE: Final = (".py", ".sql")


def digest_of(path: Path, cache: Path) -> str:
    """Return the SHA-256 of an export; it is remembered, so that an unchanged file is not read again.

    Raises
    ------
    SourceError
        When the export cannot be read.
    """
    try:
        before = fingerprint(path)
    except OSError as unreachable:
        raise SourceError(f"{path}: cannot be read: {unreachable.strerror or unreachable}") from unreachable
    note = cache / "digests" / hashlib.sha256(before.encode()).hexdigest() if before else None
    if note is not None:
        with contextlib.suppress(OSError, ValueError):
            return read_checked_text(note)
    started = time.time()
    digest = decoding.digest(path)
    settled = is_remote(path) or started - path.stat().st_mtime > _SETTLED_S
    if note is not None and settled and fingerprint(path) == before:
        with contextlib.suppress(OSError):
            put_checked_text(digest, note)
    return digest


def folder_of(request: Request, digest: str, cache: Path) -> Path:
    """Return the folder of an export's entry in the cache."""
    hints = {field.name: getattr(request, field.name) for field in fields(request) if field.name not in _IN_ANOTHER_FORM}
    key = json.dumps([code_version(), hints, *map(_identity, request.formats)])
    return cache / digest[:2] / f"{digest}-{short_digest(key)}"


def short_digest(text: str) -> str:
    """Return the first 12 hexadecimal digits of a text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@cache
def code_version() -> str:
    """Return a digest of the code that reads exports."""
    package = Path(__file__).parent.parent
    files = sorted(path for room in _ROOMS for path in (package / room).rglob("*") if path.suffix in _CODE)
    return hashlib.sha256(b"\0".join([__version__.encode(), *(path.read_bytes() for path in files)])).hexdigest()


def _identity(entry: LogFormat) -> str:
    """Return a text that distinguishes a user's format from any other."""
    return repr({field.name: getattr(entry, field.name) for field in fields(entry) if field.name not in _NOT_DECIDING})
