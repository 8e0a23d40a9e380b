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
        At most this many bytes of a line are read; the rest of a longer line is left out. Reading a line takes up to
        seventy times as much memory. Documents, such as a JSON array, are not read by lines.
    tiny_bytes : int
        Texts up to this size share one database and are read by the shortest queries, because planning longer ones
        would take longer than reading them.
    columnar_chunk_bytes : int
        How much of a log the columnar reader keeps in memory at once.
    """

    longest_line: int = 32 << 20
    tiny_bytes: int = 2 << 20
    columnar_chunk_bytes: int = 16 << 20


DEFAULT_LIMITS: Final = Limits()
