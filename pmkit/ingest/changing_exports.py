"""Exports that change while they are read, such as a log that is still written to: what they held at one moment is read."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pmkit.core.errors import SourceError
from pmkit.core.locations import fingerprint
from pmkit.ingest.request import Request


class ExportChangedError(Exception):
    """An export changed while it was read, so that what was read of it is no state of it."""


def revision_of(path: Path) -> str | None:
    """Return a text that changes when an export changes; None where its file system offers none.

    Raises
    ------
    SourceError
        When there is no such file, or it cannot be reached.
    """
    try:
        return fingerprint(path)
    except OSError as unreachable:
        raise SourceError(f"{path}: cannot be read: {unreachable.strerror or unreachable}") from unreachable


@contextlib.contextmanager
def unchanged(path: Path, revision: str | None) -> Iterator[None]:
    """Run a block that reads an export.

    Raises
    ------
    ExportChangedError
        When the export has changed since it had this revision. Errors of the block are consequences of that, then.
    SourceError
        When the export is gone.
    """
    try:
        yield
    except Exception as error:
        if revision_of(path) != revision:
            raise ExportChangedError from error
        raise
    if revision_of(path) != revision:
        raise ExportChangedError


@contextlib.contextmanager
def snapshot(request: Request) -> Iterator[tuple[Request, str]]:
    """Yield a request for a copy of an export, with a note; the copy has the time of its last change, and is removed at the end.

    Raises
    ------
    SourceError
        When the export cannot be copied.
    """
    with tempfile.TemporaryDirectory(prefix="pmkit-") as folder:
        copy = Path(folder) / request.path.name
        at = datetime.now(UTC)
        try:
            with request.path.open("rb") as source, copy.open("wb") as target:
                shutil.copyfileobj(source, target)
            modified = request.path.stat().st_mtime
        except OSError as refused:
            raise SourceError(
                f"{request.path}: changes while it is read, and cannot be copied to {folder}: {refused.strerror or refused}; "
                "copy it yourself and name the copy"
            ) from refused
        os.utime(copy, (modified, modified))
        yield replace(request, path=copy), f"was changed while it was read; this is what it held at {at:%Y-%m-%d %H:%M:%S} UTC"
