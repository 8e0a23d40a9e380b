"""Caches texts about an incident until its exports, its `incident.yaml` or the code change."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from pmkit.core.checked_files import put_checked_text, read_checked_text
from pmkit.incident.data_folder import FILE_NAME
from pmkit.incident.folder import Incident
from pmkit.ingest.cache import create_cache_folder
from pmkit.ingest.cache_key import digest_of
from pmkit.ingest.discovery import incident_requests


def remember(incident: Incident, name: str, compute: Callable[[], str]) -> str:
    """Return a text about an incident from the cache; it is computed first if it is not there.

    Parameters
    ----------
    incident : Incident
        The incident. The text is computed again when its exports, its `incident.yaml` or the code of the package change.
    name : str
        The kind of text, which is the name of a folder in the cache.
    compute : callable
        Returns the text.
    """
    folder = create_cache_folder()
    parts = [_code(), (incident.folder / FILE_NAME).read_text(encoding="utf-8")]
    parts += [f"{source} {digest_of(request.path, folder)}" for source, request in sorted(incident_requests(incident).items())]
    kept = folder / name / hashlib.sha256("\0".join(parts).encode()).hexdigest()
    with contextlib.suppress(OSError, ValueError):
        return read_checked_text(kept)
    text = compute()
    with contextlib.suppress(OSError):
        put_checked_text(text, kept)
    return text


@cache
def _code() -> str:
    files = sorted(path for path in Path(__file__).parent.parent.rglob("*") if path.suffix in {".py", ".sql"})
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()
