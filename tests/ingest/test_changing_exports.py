"""Of a log that changes while it is read, what it held at one moment is read, and a note says so."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pmkit.core.errors import SourceError
from pmkit.core.progress import ReadingMessages
from pmkit.ingest.cache import get_or_build
from pmkit.ingest.request import Request
from pmkit.store.part import Part

LINE = '203.0.113.9 - - [17/Jan/2026:03:23:{:02} +0000] "GET /cart HTTP/1.1" 200 12 "-" "' + "agent " * 200 + '"\n'
BEFORE = "".join(LINE.format(n % 60) for n in range(7_200))


class Meanwhile(ReadingMessages):
    """Progress that does something once while an export is read."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__(lambda _: None)
        self._acts = [act]

    def advance(self, source: str, size: float) -> None:
        """Act when the first bytes were read."""
        super().advance(source, size)
        while self._acts:
            self._acts.pop()()


def read_while(log: Path, act: Callable[[], object], cache: Path) -> Part:
    """Return what is read of a log to which something happens meanwhile."""
    progress = Meanwhile(act)
    progress.plan({"access.log": log.stat().st_size})
    return get_or_build("access.log", Request(log, "UTC"), cache, progress)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return a log that is read in pieces."""
    path = tmp_path / "access.log"
    path.write_text(BEFORE)
    assert path.stat().st_size > 8 << 20
    return path


def append(log: Path) -> None:
    with log.open("a") as file:
        file.write(LINE.format(7) * 500)


def replace(log: Path) -> None:
    (log.parent / "new").write_text(LINE.format(8) * 300)
    (log.parent / "new").replace(log)


def rewrite(log: Path) -> None:
    with log.open("r+") as file:
        file.write(BEFORE.replace(" 200 12", " 500 12"))


@pytest.mark.parametrize(
    ("change", "events"),
    [
        (append, 7_700),
        (replace, 300),
        (rewrite, 7_200),
        (lambda log: os.truncate(log, len(LINE.format(0)) * 1_000), 1_000),
        (lambda log: os.truncate(log, 0), 0),
    ],
    ids=["append", "replace", "rewrite", "truncate", "empty"],
)
def test_what_a_log_holds_at_one_moment_is_read(change: Callable[[Path], object], events: int, log: Path, tmp_path: Path) -> None:
    part = read_while(log, lambda: change(log), tmp_path / "cache")
    assert (part.ledger.events, part.ledger.rejected, part.bytes) == (events, 0, log.stat().st_size)
    assert part.ledger.notes[-1].startswith("was changed while it was read; this is what it held at 20")
    again = get_or_build("access.log", Request(log, "UTC"), tmp_path / "cache")
    assert (again.ledger.events, again.sha256) == (events, part.sha256)
    assert not any("was changed" in note for note in again.ledger.notes)


def test_a_log_that_is_deleted_while_it_is_read_is_named(log: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"access\.log: cannot be read: No such file or directory"):
        read_while(log, log.unlink, tmp_path / "cache")
