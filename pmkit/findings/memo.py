"""Remembers texts about an incident for as long as its exports and its `incident.yaml` do not change."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from pmkit.core.locations import put_text
from pmkit.incident.folder import FILE_NAME, Incident
from pmkit.ingest.cache import create_cache_folder
from pmkit.ingest.cache_key import digest_of
from pmkit.ingest.discovery import incident_requests


def remember(incident: Incident, name: str, make: Callable[[], str]) -> str:
    """Return a text about an incident, which is computed only if it is not in the cache.

    Parameters
    ----------
    incident : Incident
        What it is about: its exports, its `incident.yaml` and the code of the package decide whether it still holds.
    name : str
        What it is called in the cache, a folder.
    make : callable
        Makes it.
    """
    folder = create_cache_folder()
    parts = [_code(), (incident.folder / FILE_NAME).read_text(encoding="utf-8")]
    parts += [f"{source} {digest_of(request.path, folder)}" for source, request in sorted(incident_requests(incident).items())]
    kept = folder / name / hashlib.sha256("\0".join(parts).encode()).hexdigest()
    with contextlib.suppress(OSError):
        return kept.read_text(encoding="utf-8")
    text = make()
    with contextlib.suppress(OSError):
        put_text(text, kept)
    return text


@cache
def _code() -> str:
    files = sorted(path for path in Path(__file__).parent.parent.rglob("*") if path.suffix in {".py", ".sql"})
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()
