"""Files of the cache with checksums, so that a file that was damaged is noticed when it is read.

The checksums are CRC-32: they find damage, not forgery.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Final

from pmkit.core.locations import put_text

_CHUNK_BYTES: Final = 1 << 20


def checksum(path: Path) -> int:
    """Return the CRC-32 of a file.

    Raises
    ------
    OSError
        When it cannot be read.
    """
    value = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            value = zlib.crc32(chunk, value)
    return value


def checked(text: str) -> str:
    r"""Return a text behind a line with its checksum.

    Examples
    --------
    >>> checked("INC-2026-1012")
    '2ac56290\nINC-2026-1012'
    """
    return f"{zlib.crc32(text.encode()):08x}\n{text}"


def put_checked_text(text: str, target: Path) -> None:
    """Write a short text with its checksum to a file, completely or not at all."""
    put_text(checked(text), target)


def read_checked_text(path: Path) -> str:
    """Return a text that was written with its checksum.

    Raises
    ------
    OSError
        When the file cannot be read.
    ValueError
        When it is damaged.
    """
    contents = path.read_bytes().decode()
    text = contents.partition("\n")[2]
    if checked(text) != contents:
        raise ValueError(f"{path}: is damaged")
    return text
