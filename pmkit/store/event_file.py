"""Writes the events of a log in batches of Arrow tables."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Final, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pmkit.core import sql

_ROW_GROUP: Final = 122_880
_RISING: Final = ("timestamp", "line")


class EventFile:
    """A Parquet file of events.

    Parameters
    ----------
    path : Path
        The file.
    schema : pyarrow.Schema
        Its columns.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema = schema
        self._writer = pq.ParquetWriter(
            str(path), schema, compression="zstd", compression_level=1, store_schema=False, write_statistics=["timestamp"],
            use_dictionary=[name for name in schema.names if name not in _RISING],
            column_encoding=dict.fromkeys(_RISING, "DELTA_BINARY_PACKED"),
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self._writer.close()

    def add(self, events: pa.Table) -> None:
        """Write a batch of events."""
        self._writer.write_table(events, row_group_size=_ROW_GROUP)

    def add_relation(self, database: duckdb.DuckDBPyConnection, relation: str) -> None:
        """Write the events of a relation of a database, in its order; attributes without columns are in the object."""
        present = set(database.sql(f"FROM {relation}").columns)
        columns = ", ".join(
            sql.quoted_name(name) if name in present else f"CAST(NULL AS VARCHAR) AS {sql.quoted_name(name)}"
            for name in self._schema.names
        )
        for batch in database.sql(f"SELECT {columns} FROM {relation}").to_arrow_reader(_ROW_GROUP):
            table = pa.Table.from_batches([batch])
            self.add(pa.Table.from_arrays(list(map(_in_type, table.columns, self._schema.types)), schema=self._schema))


def _in_type(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    return column.dictionary_encode() if pa.types.is_dictionary(kind) else column.cast(kind)
