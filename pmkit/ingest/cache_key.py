"""The key of an export in the cache: its content, the hints on it, and the code that reads it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from functools import cache
from pathlib import Path
from typing import Final

from pmkit.core.errors import SourceError
from pmkit.core.locations import fingerprint, is_remote, put_text
from pmkit.core.version import __version__
from pmkit.formats.format import LogFormat
from pmkit.ingest.bytes import decoding
from pmkit.ingest.request import Request

# What a person may say about an export; each of these is part of the key.
_HINTS: Final = ("timezone", "service", "format", "service_is_hint", "timezone_is_hint", "clock_offset_s", "member")

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
        with contextlib.suppress(OSError):
            return note.read_text(encoding="ascii")
    started = time.time()
    digest = decoding.digest(path)
    settled = is_remote(path) or started - path.stat().st_mtime > _SETTLED_S
    if note is not None and settled and fingerprint(path) == before:
        with contextlib.suppress(OSError):
            put_text(digest, note)
    return digest


def folder_of(request: Request, digest: str, cache: Path) -> Path:
    """Return the folder of an export's entry in the cache."""
    key = json.dumps([code_version(), *(getattr(request, hint) for hint in _HINTS), *map(_identity, request.formats)])
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
    return repr((entry.name, entry.syntax, entry.pattern, entry.fields, entry.columns, entry.multiline))
