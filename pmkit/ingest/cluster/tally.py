"""Tells how far the exports are, each and all."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

from pmkit.core.progress import Progress

_EVERY_S: Final = 1.0


class Tally:
    """Counts what was read of all exports.

    Parameters
    ----------
    tell : callable
        Is told in words, at most once a second but for an export's end.
    """

    def __init__(self, tell: Progress) -> None:
        self._tell = tell
        self._told = time.monotonic()
        self._sizes: dict[str, int] = {}
        self._ranges: dict[str, int] = {}
        self._read: dict[str, int] = {}
        self._bytes: dict[str, int] = {}
        self._ended = 0

    def begin(self, sizes: Mapping[str, int]) -> None:
        """Know the exports and their bytes."""
        self._sizes = dict(sizes)
        self._tell(f"{len(sizes)} exports, {_amount(sum(sizes.values()))}")

    def divided(self, source: str, ranges: int) -> None:
        """Know into how many ranges an export is divided."""
        self._ranges[source] = ranges

    def read(self, source: str, size: int) -> None:
        """Count a range."""
        self._read[source] = self._read.get(source, 0) + 1
        self._bytes[source] = self._bytes.get(source, 0) + size
        if time.monotonic() - self._told >= _EVERY_S:
            share = self._bytes[source] / max(self._sizes[source], 1)
            self._say(f"{source}: {self._read[source]} of {self._ranges[source]} ranges, {share:.0%}")

    def ended(self, source: str) -> None:
        """Count an export."""
        self._ended += 1
        self._bytes[source] = self._sizes[source]
        self._say(f"{source}: read")

    def _say(self, words: str) -> None:
        self._told = time.monotonic()
        done, total = _amount(sum(self._bytes.values())), _amount(sum(self._sizes.values()))
        self._tell(f"{words}; in total {done} of {total}, {self._ended} of {len(self._sizes)} exports")


def _amount(size: int) -> str:
    """Write a number of bytes as people say it.

    Examples
    --------
    >>> _amount(0), _amount(64 << 20), _amount(4_200_000_000)
    ('0.0 MB', '67.1 MB', '4.2 GB')
    """
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
