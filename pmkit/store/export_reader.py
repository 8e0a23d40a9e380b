"""Reads the same file of several parsed exports as one frame."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

import duckdb
import pandas as pd

from pmkit.core import schema
from pmkit.core.schema import conform
from pmkit.store.database import connect
from pmkit.store.part import Part
from pmkit.store.union import union_sql


class ExportReader:
    """Reads the parsed exports of one incident.

    Parameters
    ----------
    parts : sequence of Part
        The exports; a source appears once.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = tuple(parts)

    def union(self, name: str, table: str, where: str = "true", sources: Collection[str] | None = None) -> str | None:
        """Return the SQL that reads the same file of all exports of a table; None if there is none.

        Parameters
        ----------
        name : str
            The file's name, see `part`.
        table : str
            A canonical table, such as logs.
        where : str, optional
            For events, a condition on their columns except attributes.
        sources : collection of str, optional
            Only these exports.
        """
        # Hundreds of empty logs may be copies of each other, and contribute nothing.
        parts = [
            part
            for part in self.parts
            if part.ledger.table == table and part.ledger.events and (sources is None or part.source in sources)
        ]
        exports = [(part.source, part.extent) for part in parts if (part.extent.folder / name).exists()]
        if not exports:
            return None
        with self._database.cursor() as database:
            return union_sql(database, exports, name, where)

    def _read(self, name: str, table: str, columns: Mapping[str, schema.Column]) -> pd.DataFrame:
        rows = self.union(name, table)
        return conform(self._fetch(f"FROM {rows}") if rows else pd.DataFrame(), columns)

    def _fetch(self, query: str, values: Sequence[object] | Mapping[str, object] = ()) -> pd.DataFrame:
        with self._database.cursor() as database:
            parameters = dict(values) if isinstance(values, Mapping) else list(values)
            frame: pd.DataFrame = database.sql(query, params=parameters).to_arrow_table().to_pandas()
            return frame

    @cached_property
    def _database(self) -> duckdb.DuckDBPyConnection:
        return connect(reach=[part.extent.folder for part in self.parts])
