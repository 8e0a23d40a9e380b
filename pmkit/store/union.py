"""Reads a file of many parsed exports as one relation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import duckdb

from pmkit.core import sql
from pmkit.store.part import EVENT, PACKED

_OBJECT: Final = sql.json_object_of([f"*COLUMNS('^{PACKED.rstrip('.')}')"])
_EVENT: Final = ", ".join(name if name != "attributes" else f"coalesce(attributes, {_OBJECT}) AS attributes" for name in EVENT)
"""The columns of a log's events.

Of many logs that are plain, each attribute stands in a column of its own, which takes a fraction of the space and time; the
object of them is made only of the rows that are asked for.
"""


def union_sql(database: duckdb.DuckDBPyConnection, exports: Iterable[tuple[str, Path]], name: str, where: str = "true") -> str:
    """Write the SQL that reads one of the files of parsed exports together, with the column `source`.

    Parameters
    ----------
    database : DuckDBPyConnection
        One that reaches them.
    exports : iterable of (str, Path)
        The source of each, and its part of the cache; none twice.
    name : str
        Of the file; events of logs have the columns `EVENT` there, with all attributes as one JSON object.
    where : str, optional
        A condition on the columns but attributes.
    """
    files = [(str(file), source) for source, folder in exports for file in _files(folder, name)]
    told = []
    for columns, alike in _by_columns(database, files).items():
        paths, sources = (f"[{', '.join(map(sql.quoted, texts))}]" for texts in zip(*alike, strict=True))
        chosen = _EVENT if {*EVENT} <= {column for column, _ in columns} else "*"
        source = f"({sources})[CAST(file_index AS BIGINT) + 1] AS source"
        told.append(f"SELECT {chosen}, {source} FROM read_parquet({paths}) WHERE {where}")
    return f"({' UNION ALL BY NAME '.join(told)})"


def _files(folder: Path, name: str) -> list[Path]:
    path = folder / name
    return sorted(path.glob("*.parquet")) if path.is_dir() else [path]


_Columns = tuple[tuple[str, str], ...]


def _by_columns(database: duckdb.DuckDBPyConnection, files: Sequence[tuple[str, str]]) -> dict[_Columns, list[tuple[str, str]]]:
    """Bring files together that have the same columns: they are read as one, which takes a fraction of the time."""
    query = "SELECT file_name, list((name, duckdb_type) ORDER BY column_id) FROM parquet_schema($paths) GROUP BY file_name"
    columns = dict(database.execute(query, {"paths": [path for path, _ in files]}).fetchall())
    found: dict[_Columns, list[tuple[str, str]]] = {}
    for path, source in files:
        found.setdefault(tuple(columns[path]), []).append((path, source))
    return found
