"""A progress bar on a terminal, by bytes and exports, while logs are read."""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from pmkit.core.markdown import printable
from pmkit.core.wording import amount, short

_LONGEST_NAME = 40


class ProgressBar:
    """Shows steps as lines, and below them a bar while exports are read.

    The bar appears with the first export that is not in the cache, and disappears at the end.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._sizes: dict[str, int] = {}
        self._read: dict[str, float] = {}
        self._finished: set[str] = set()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[counts]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True, highlight=False),
            transient=True,
            redirect_stdout=sys.stdout.isatty(),
            redirect_stderr=True,
        )
        self._task = self._progress.add_task("", counts="")

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._progress.stop()

    def __call__(self, message: str, /) -> None:
        """Show a step."""
        self._progress.console.print(printable(f"pmkit: {message}"), markup=False, soft_wrap=True)

    def plan(self, sizes: Mapping[str, int]) -> None:
        """Add exports to read, with their sizes in bytes."""
        with self._lock:
            self._sizes |= sizes
            self._show()

    def start(self, source: str) -> None:
        """Show that an export is being read."""
        with self._lock:
            self._progress.update(self._task, description=f"reading {printable(short(source, _LONGEST_NAME))}")
            self._progress.start()

    def advance(self, source: str, size: float) -> None:
        """Count bytes that were read."""
        with self._lock:
            self._read[source] = min(self._read.get(source, 0) + size, self._sizes[source])
            self._show()

    def finish(self, source: str) -> None:
        """Count an export as read; the bar disappears with the last one."""
        with self._lock:
            self._read[source] = self._sizes[source]
            self._finished.add(source)
            self._show()
            if len(self._finished) == len(self._sizes):
                self._progress.stop()

    def _show(self) -> None:
        read, total = sum(self._read.values()), sum(self._sizes.values())
        counts = f"{amount(read)} of {amount(total)}, {len(self._finished)} of {len(self._sizes)} exports"
        self._progress.update(self._task, completed=read, total=total, counts=counts)
