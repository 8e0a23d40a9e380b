"""Progress of long-running work: messages, and while exports are read also the bytes read so far."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Final, Protocol, runtime_checkable

from pmkit.core.wording import amount

# A callback, called with a short message at each step; `print` will do.
Progress = Callable[[str], None]

_SECONDS_BETWEEN_TOTALS: Final = 1.0


@runtime_checkable
class ReadingProgress(Protocol):
    """Progress that also follows how exports are read, such as a progress bar. Several threads call its methods."""

    def __call__(self, message: str, /) -> None:
        """Report a step."""

    def plan(self, sizes: Mapping[str, int]) -> None:
        """Announce exports with their sizes in bytes; further calls add to them."""

    def start(self, source: str) -> None:
        """Report that an export is being read because it is not in the cache."""

    def advance(self, source: str, size: float) -> None:
        """Report that more bytes of an export were read."""

    def finish(self, source: str) -> None:
        """Report that an export is done: read, or found in the cache."""


class ReadingMessages:
    """Reports the reading of exports as messages.

    Parameters
    ----------
    report : callable
        Called with each message.
    totals : bool
        Whether to report how much of all exports has been read, about once a second and whenever an export is
        done, instead of the name of each export that is started.
    """

    def __init__(self, report: Progress, *, totals: bool = False) -> None:
        self._report = report
        self._totals = totals
        self._lock = threading.Lock()
        self._last_report = time.monotonic()
        self._sizes: dict[str, int] = {}
        self._read: dict[str, float] = {}
        self._finished: set[str] = set()

    def __call__(self, message: str, /) -> None:
        """Report a step."""
        self._report(message)

    def plan(self, sizes: Mapping[str, int]) -> None:
        """Announce exports with their sizes in bytes."""
        self._sizes |= sizes
        if self._totals:
            self._report(f"{len(sizes)} exports, {amount(sum(sizes.values()))}")

    def start(self, source: str) -> None:
        """Report that an export is being read."""
        if not self._totals:
            self._report(f"reading {source}")

    def advance(self, source: str, size: float) -> None:
        """Count bytes that were read."""
        with self._lock:
            self._read[source] = self._read.get(source, 0) + size
            if self._totals and time.monotonic() - self._last_report >= _SECONDS_BETWEEN_TOTALS:
                self._report_totals(f"{source}: {self._read[source] / max(self._sizes[source], 1):.0%}")

    def finish(self, source: str) -> None:
        """Count an export that is done."""
        with self._lock:
            self._read[source] = self._sizes[source]
            self._finished.add(source)
            if self._totals:
                self._report_totals(f"{source}: read")

    def _report_totals(self, message: str) -> None:
        self._last_report = time.monotonic()
        read, total = amount(sum(self._read.values())), amount(sum(self._sizes.values()))
        self._report(f"{message}; in total {read} of {total}, {len(self._finished)} of {len(self._sizes)} exports")


class _Labelled:
    """Passes progress on with a label before each message and export."""

    def __init__(self, progress: ReadingProgress, label: str) -> None:
        self._progress = progress
        self._label = label

    def __call__(self, message: str, /) -> None:
        self._progress(f"{self._label}: {message}")

    def plan(self, sizes: Mapping[str, int]) -> None:
        self._progress.plan({f"{self._label}: {source}": size for source, size in sizes.items()})

    def start(self, source: str) -> None:
        self._progress.start(f"{self._label}: {source}")

    def advance(self, source: str, size: float) -> None:
        self._progress.advance(f"{self._label}: {source}", size)

    def finish(self, source: str) -> None:
        self._progress.finish(f"{self._label}: {source}")


def reading_progress(progress: Progress, *, totals: bool = False) -> ReadingProgress:
    """Return progress that follows exports: the callback itself if it does, otherwise its messages; see `ReadingMessages`.

    Examples
    --------
    >>> follow = reading_progress(print)
    >>> follow.plan({"access.log": 120})
    >>> follow.start("access.log")
    reading access.log
    """
    return progress if isinstance(progress, ReadingProgress) else ReadingMessages(progress, totals=totals)


def labelled(progress: Progress, label: str) -> Progress:
    """Return progress that puts a label before each message and export, for work on several incidents.

    Examples
    --------
    >>> labelled(print, "INC-1")("running the notebook")
    INC-1: running the notebook
    """
    if isinstance(progress, ReadingProgress):
        return _Labelled(progress, label)
    return lambda message: progress(f"{label}: {message}")
