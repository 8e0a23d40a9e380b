"""The sizes at which the ingest changes how it works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Limits:
    """The sizes at which the ingest changes how it works.

    Attributes
    ----------
    longest_line : int
        Bytes of a line that are read; the rest of a longer line is left out. Reading a line takes up to seventy times
        as much memory. Documents, such as one JSON array, are not read by lines.
    tiny_bytes : int
        Texts up to this size share one database and are read line by line: to find out how best to read them would
        take longer than to read them.
    columnar_chunk_bytes : int
        How much of a log the columnar reader holds at once.
    fewest_lines : int
        A layout that fewer lines of a chunk have is not worth the columnar reader.
    """

    longest_line: int = 32 << 20
    tiny_bytes: int = 1 << 17
    columnar_chunk_bytes: int = 16 << 20
    fewest_lines: int = 500


DEFAULT_LIMITS: Final = Limits()
