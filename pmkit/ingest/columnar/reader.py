"""Reads the plain lines of an access log many times faster than regular expressions, and leaves the others.

All lines of a chunk are cut at once. A column is computed from a field by the same SQL as for any other line, but only
once for each distinct text in that field, and most fields of a log repeat a few texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pmkit.core import schema
from pmkit.ingest.columnar.recipe import Recipe
from pmkit.ingest.columnar.tokenizer import Chunk, Numbers, TakenLines
from pmkit.store.database import register_table
from pmkit.store.part import EVENT

_TIME: Final = pa.timestamp("us", "UTC")
_TEXT: Final = pa.dictionary(pa.int32(), pa.string())
_TYPES: Final = {"TIMESTAMPTZ": _TIME, "SMALLINT": pa.int16(), "DOUBLE": pa.float64(), "BIGINT": pa.int64()}


class ColumnarReader:
    """Reads the plain lines of one log.

    Parameters
    ----------
    database : DuckDBPyConnection
        A connection with the SQL functions of `macros.sql`.
    recipe : Recipe
        How the plain lines are read.

    Attributes
    ----------
    schema : pyarrow.Schema
        The columns of the events.
    lines : int
        The number of lines so far, including those that were not read.
    """

    def __init__(self, database: duckdb.DuckDBPyConnection, recipe: Recipe) -> None:
        self._database = database
        self._recipe = recipe
        self.schema = pa.schema([(name, _TYPES.get(schema.LOGS[name].sql, _TEXT)) for name in EVENT])
        for name in recipe.packed:
            self.schema = self.schema.append(pa.field(name, _TEXT))
        self._remaining: list[tuple[pa.Array, pa.Array]] = []
        self.lines = 0

    def read(self, chunks: Iterable[bytes], above: int) -> Iterator[pa.Table]:
        """Yield the events of the plain lines, in batches.

        Parameters
        ----------
        chunks : iterable of bytes
            The log: UTF-8 with line ends.
        above : int
            The number of lines of the export above it.

        Yields
        ------
        pyarrow.Table
            The canonical columns, and one column per attribute.
        """
        pending = b""
        for chunk in chunks:
            end = chunk.rfind(b"\n") + 1
            if end:
                # This copies the large chunk only once.
                text = b"".join((pending, memoryview(chunk)[:end]))
                tables, size = self._read_chunk(text, above, last=False)
                yield from tables
                pending = text[size:] + chunk[end:]
            else:
                pending += chunk
        if pending:
            yield from self._read_chunk(pending if pending.endswith(b"\n") else pending + b"\n", above, last=True)[0]

    def _read_chunk(self, text: bytes, above: int, *, last: bool) -> tuple[list[pa.Table], int]:
        """Return the events of a chunk up to its last plain line, which the next chunk may continue, and the bytes read."""
        above += self.lines
        chunk = Chunk(text)
        lines, columns = self._take(chunk)
        plain = np.flatnonzero(~chunk.remaining)
        end = len(chunk) if last or not len(plain) or not plain[-1] else int(plain[-1])
        # Lines after a plain one may continue it.
        continued = np.flatnonzero(chunk.remaining[1:end])
        chunk.remaining[continued] = True
        remaining = np.flatnonzero(chunk.remaining[:end])
        if len(remaining):
            self._remaining.append((pa.array(remaining + above + 1, pa.int64()), chunk.texts(remaining)))
        self.lines += end
        table = self._table(lines, columns, chunk.remaining, end, above)
        return [table] if len(table) else [], len(text) if end == len(chunk) else chunk.start_of(end)

    def _take(self, chunk: Chunk) -> tuple[Numbers, dict[str, pa.Array]]:
        """Return the numbers of the lines of the layout and their columns; those that do not fit remain in the chunk."""
        lines = chunk.take(self._recipe.layout)
        columns, fits = self._columns(lines)
        chunk.remaining[lines.numbers[~fits]] = True
        return lines.numbers, columns

    def _table(self, lines: Numbers, columns: Mapping[str, pa.Array], remaining: Numbers, end: int, above: int) -> pa.Table:
        is_read = ~remaining[lines] & (lines < end)
        columns = {**columns, "line": pa.array(lines + above + 1, pa.int64())}
        missing = pa.DictionaryArray.from_arrays(pa.nulls(len(lines), pa.int32()), pa.array([], pa.string()))
        table = pa.table([columns.get(name, missing) for name in self.schema.names], schema=self.schema)
        return table if is_read.all() else table.filter(pa.array(is_read))

    def _columns(self, lines: TakenLines) -> tuple[dict[str, pa.Array], Numbers]:
        """Return the columns of lines, and which of these lines fit."""
        recipe = self._recipe
        columns = {name: _nulled(lines.slots[copy.slot], copy.nulls) for name, copy in recipe.copies.items()}
        first = pa.array(np.zeros(len(lines.numbers), np.int32))
        columns |= {name: _spread(values, first) for name, values in recipe.constants.items()}
        fits = np.ones(len(lines.numbers), bool)
        for step in recipe.steps:
            slots = [lines.slots[slot.number] for slot in step.slots]
            per_line = len(slots) > 1
            texts = {slot.sql: values if per_line else values.dictionary for slot, values in zip(step.slots, slots, strict=True)}
            register_table(self._database, "slots", pa.table(texts))
            results = self._database.sql(step.query).to_arrow_table()
            positions = None if per_line else slots[0].indices
            for name in step.names:
                columns[name] = _spread(results[name].combine_chunks(), positions)
            holds = results["fits"].combine_chunks().to_numpy(zero_copy_only=False)
            if not holds.all():
                fits &= holds if positions is None else holds[positions.to_numpy()]
        return columns, fits

    def first_plain(self, text: bytes) -> int | None:
        """Return the position in bytes of the first plain line of a text that consists of whole lines; None if it has none."""
        chunk = Chunk(text)
        self._take(chunk)
        plain = np.flatnonzero(~chunk.remaining)
        return chunk.start_of(int(plain[0])) if len(plain) else None

    def remaining(self) -> pa.Table:
        """Return the lines that were not read, as a table of `line` and `text`."""
        numbers, texts = [lines for lines, _ in self._remaining], [texts for _, texts in self._remaining]
        return pa.table({"line": pa.chunked_array(numbers, pa.int64()), "text": pa.chunked_array(texts, pa.string())})


def _spread(values: pa.Array, positions: pa.Array | None) -> pa.Array:
    """Return for each line the value computed from the text in its slot."""
    if pa.types.is_string(values.type):
        values = values.dictionary_encode()
        if positions is None:
            return values
        return pa.DictionaryArray.from_arrays(values.indices.take(positions), values.dictionary)
    values = values.cast(_TIME) if pa.types.is_timestamp(values.type) else values
    return values if positions is None else values.take(positions)


def _nulled(slot: pa.DictionaryArray, nulls: Iterable[str]) -> pa.DictionaryArray:
    """Return a slot in which some texts are replaced by null."""
    codes_of_nulls = [code for text in nulls if (code := pc.index(slot.dictionary, text).as_py()) >= 0]
    if not codes_of_nulls:
        return slot
    codes = slot.indices.to_numpy()
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=np.isin(codes, codes_of_nulls)), slot.dictionary)
