"""The job of parsing one log, or one piece of a log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import duckdb

from pmkit.ingest.bytes import decoding
from pmkit.ingest.bytes.chunks import CHUNK_BYTES, LineCutter, Piece, chunks_of
from pmkit.ingest.columnar.recipe import Recipe
from pmkit.ingest.limits import DEFAULT_LIMITS, Limits
from pmkit.ingest.plan import Plan
from pmkit.ingest.record_reading import ExplodedRecords
from pmkit.ingest.request import Request


@dataclass(frozen=True)
class SmallLog:
    """A small log that is read together with others.

    Attributes
    ----------
    request : Request
        The export and the hints.
    text : Text
        The export as plain lines.
    content : str
        All of its text.
    """

    request: Request
    text: decoding.Text
    content: str

    @property
    def ends_with_newline(self) -> bool:
        """Whether the last line has a line end; an empty log has no line without one."""
        return not self.content or self.content.endswith("\n")

    @cached_property
    def lines(self) -> list[str]:
        """The lines, without their ends."""
        lines = self.content.split("\n")
        return lines[:-1] if self.ends_with_newline else lines


@dataclass(frozen=True)
class IngestJob:
    """The job of parsing one log, or one piece of a log.

    Attributes
    ----------
    database : DuckDBPyConnection
        The connection that parses it.
    request : Request
        The export and the hints.
    plan : Plan
        The formats.
    text : Text
        The export as plain lines.
    piece : Piece
        The part of the text to parse.
    exploded : ExplodedRecords or None
        The log's records, if they are not its lines.
    out : Path
        The folder for the results.
    recipe : Recipe or None
        How the columnar reader reads it; None if it cannot.
    limits : Limits
        The sizes at which the ingest changes how it works.
    advance : callable
        Called with the number of bytes read since the last call.
    cutter : LineCutter
        Cuts lines that are too long.
    """

    database: duckdb.DuckDBPyConnection
    request: Request
    plan: Plan
    text: decoding.Text
    piece: Piece
    exploded: ExplodedRecords | None
    out: Path
    recipe: Recipe | None = None
    limits: Limits = DEFAULT_LIMITS
    advance: Callable[[int], None] = lambda _: None
    cutter: LineCutter = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cutter", LineCutter(self.limits.longest_line))

    @property
    def is_tiny(self) -> bool:
        """Whether planning queries takes longer than running them."""
        return self.piece.end - self.piece.begin <= self.limits.tiny_bytes

    @property
    def is_whole(self) -> bool:
        """Whether the piece is the whole text."""
        return (self.piece.begin, self.piece.end) == (0, self.text.path.stat().st_size)

    def chunks(self, size: int = CHUNK_BYTES) -> Iterator[bytes]:
        """Yield the bytes of the piece; lines that are too long are cut."""
        with self.text.path.open("rb") as file:
            chunks = chunks_of(file, self.piece.begin, self.piece.end, min(size, self.limits.longest_line))
            yield from self.cutter.cut(chunks)
