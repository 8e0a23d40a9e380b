"""Reads the plain lines of a log many times faster than expression and JSON parser do, and leaves the others to them.

The lines of a chunk are taken apart all at once; what is made of a field, by the very SQL that any other line goes
through, is made once for each different text that stands there, and most fields of a log repeat a few.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pmkit.ingest.columnar.recipe import Way, Ways, merged
from pmkit.ingest.columnar.tokenizer import Chunk, Numbers, Taken
from pmkit.store.database import register_table
from pmkit.store.part import EVENT

CHUNK_BYTES: Final = 16 << 20
FEWEST: Final = 500
"""Of a layout that fewer lines of a chunk have, they are not worth it."""
_TIME: Final = pa.timestamp("us", "UTC")


class Quick:
    """Reads the plain lines of one log.

    Parameters
    ----------
    database : DuckDBPyConnection
        One that knows the functions of the ingest.
    ways : Ways
        How; see `ways_of`.

    Attributes
    ----------
    packed : tuple of str
        The columns beside `EVENT`.
    lines : int
        How many lines were read, those that are left included.
    """

    def __init__(self, database: duckdb.DuckDBPyConnection, ways: Ways) -> None:
        self._database = database
        self._ways = ways
        self.packed = merged(way.packed for way in ways) or ()
        self._left: list[tuple[Any, Any]] = []
        self.lines = 0

    def read(self, chunks: Iterable[bytes], above: int) -> Iterator[Any]:
        """Give the events of the plain lines, some at a time.

        Parameters
        ----------
        chunks : iterable of bytes
            The log: UTF-8 with line ends.
        above : int
            How many lines of the export stand above.

        Yields
        ------
        pyarrow.Table
            The canonical columns; attributes as members of JSON objects in columns of their own.
        """
        held = b""
        for fresh in chunks:
            end = fresh.rfind(b"\n") + 1
            if end:
                text = b"".join((held, memoryview(fresh)[:end]))  # copied once: a chunk is large
                tables, done = self._chunk(text, above, last=False)
                yield from tables
                held = text[done:] + fresh[end:]
            else:
                held += fresh
        if held:
            yield from self._chunk(held if held.endswith(b"\n") else held + b"\n", above, last=True)[0]

    def _chunk(self, text: bytes, above: int, *, last: bool) -> tuple[list[Any], int]:
        """Read a chunk up to its last plain line, below which something may stand; return how many bytes it was."""
        above += self.lines
        chunk = Chunk(text, spaced=self._ways[0].layout.spaced)
        taken = [(way, found) for way in self._ways if chunk.left.any() and (found := chunk.take(way.layout, FEWEST)) is not None]
        made = [(found, *self._made(way, found)) for way, found in taken]
        for found, _, fits in made:
            chunk.left[found.lines[~fits]] = True
        plain = np.flatnonzero(~chunk.left)
        end = len(chunk) if last or not len(plain) or not plain[-1] else int(plain[-1])
        above_others = np.flatnonzero(chunk.left[1:end])  # what follows a line may belong to it
        chunk.left[above_others] = True
        left = np.flatnonzero(chunk.left[:end])
        if len(left):
            self._left.append((pa.array(left + above + 1, pa.int64()), chunk.texts(left)))
        tables = [self._table(found.lines, columns, chunk.left, end, above) for found, columns, _ in made]
        self.lines += end
        return [table for table in tables if len(table)], len(text) if end == len(chunk) else chunk.start_of(end)

    def _table(self, lines: Numbers, columns: Mapping[str, Any], left: Numbers, end: int, above: int) -> Any:
        kept = ~left[lines] & (lines < end)
        told = {**columns, "line": pa.array(lines + above + 1, pa.int64())}
        nothing = pa.DictionaryArray.from_arrays(pa.nulls(len(lines), pa.int32()), pa.array([], pa.string()))
        table = pa.table({name: told.get(name, nothing) for name in (*EVENT, *self.packed)})
        return table if kept.all() else table.filter(pa.array(kept))

    def _made(self, way: Way, taken: Taken) -> tuple[dict[str, Any], Numbers]:
        """Make the columns of lines, and tell which of them fit."""
        columns = {name: _filled(taken.slots[slot], empty) for name, (slot, empty) in way.as_they_are.items()}
        same = pa.array(np.zeros(len(taken.lines), np.int32))
        columns |= {name: _spread(values, same) for name, values in way.constant.items()}
        fits = np.ones(len(taken.lines), bool)
        for step in way.steps:
            given = [taken.slots[slot] for slot in step.slots]
            several = len(given) > 1
            told = {f"slot_{slot}_": one if several else one.dictionary for slot, one in zip(step.slots, given, strict=True)}
            register_table(self._database, "given", pa.table(told))
            found = self._database.sql(step.query).to_arrow_table()
            at = None if several else given[0].indices
            for name in step.names:
                columns[name] = _spread(found[name].combine_chunks(), at)
            holds = found["fits"].combine_chunks().to_numpy(zero_copy_only=False)
            if not holds.all():
                fits &= holds if at is None else holds[at.to_numpy()]
        return columns, fits

    def first(self, text: bytes) -> int | None:
        """Give the position, in bytes, of the first line of whole lines that is plain."""
        chunk = Chunk(text, spaced=self._ways[0].layout.spaced)
        for way in self._ways:
            found = chunk.take(way.layout, 1)
            if found is not None:
                chunk.left[found.lines[~self._made(way, found)[1]]] = True
        plain = np.flatnonzero(~chunk.left)
        return chunk.start_of(int(plain[0])) if len(plain) else None

    def left(self) -> Any:
        """Give the lines that were not read, as a table of `line` and `text`."""
        numbers, texts = [one for one, _ in self._left], [text for _, text in self._left]
        return pa.table({"line": pa.chunked_array(numbers, pa.int64()), "text": pa.chunked_array(texts, pa.string())})


def _spread(values: Any, at: Any) -> Any:
    """Give each line the value that was made of the text in its slot."""
    if pa.types.is_string(values.type):
        values = values.dictionary_encode()
        if at is None:
            return values
        return pa.DictionaryArray.from_arrays(values.indices.take(at), values.dictionary)
    values = values.cast(_TIME) if pa.types.is_timestamp(values.type) else values
    return values if at is None else values.take(at)


def _filled(slot: Any, empty: Iterable[str]) -> Any:
    """Read a slot as it stands; some texts are null."""
    nothing = [at for text in empty if (at := pc.index(slot.dictionary, text).as_py()) >= 0]
    if not nothing:
        return slot
    codes = slot.indices.to_numpy()
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=np.isin(codes, nothing)), slot.dictionary)
