"""Reads the same file of many parsed exports as one relation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import duckdb

from pmkit.core import sql
from pmkit.store.part import EVENT, PACKED

_OBJECT: Final = sql.json_object_of([f"*COLUMNS('^{PACKED.rstrip('.')}')"])

# The columns of a log's events. Most plain logs are stored with one column per attribute, which takes a fraction of the space
# and time; the JSON object of all attributes is built only for the rows that a query returns.
_EVENT: Final = ", ".join(name if name != "attributes" else f"coalesce(attributes, {_OBJECT}) AS attributes" for name in EVENT)


def union_sql(database: duckdb.DuckDBPyConnection, exports: Iterable[tuple[str, Path]], name: str, where: str = "true") -> str:
    """Return the SQL that reads the same file of several parsed exports as one relation, with the column `source`.

    Parameters
    ----------
    database : DuckDBPyConnection
        A connection that can read the files.
    exports : iterable of (str, Path)
        The source of each export and its folder in the cache; no export twice.
    name : str
        The file's name. Events of logs are returned in the columns `EVENT`, with all attributes as one JSON object.
    where : str, optional
        A condition on the columns except attributes.
    """
    files = [(str(file), source) for source, folder in exports for file in _files(folder, name)]
    queries = []
    for columns, same_columns in _by_columns(database, files).items():
        paths, sources = (f"[{', '.join(map(sql.quoted, texts))}]" for texts in zip(*same_columns, strict=True))
        selected = _EVENT if {*EVENT} <= {column for column, _ in columns} else "*"
        source = f"({sources})[CAST(file_index AS BIGINT) + 1] AS source"
        queries.append(f"SELECT {selected}, {source} FROM read_parquet({paths}) WHERE {where}")
    return f"({' UNION ALL BY NAME '.join(queries)})"


def _files(folder: Path, name: str) -> list[Path]:
    path = folder / name
    return sorted(path.glob("*.parquet")) if path.is_dir() else [path]


_Columns = tuple[tuple[str, str], ...]


def _by_columns(database: duckdb.DuckDBPyConnection, files: Sequence[tuple[str, str]]) -> dict[_Columns, list[tuple[str, str]]]:
    """Group files by their columns: files with the same columns are read at once, which takes a fraction of the time."""
    query = "SELECT file_name, list((name, duckdb_type) ORDER BY column_id) FROM parquet_schema($paths) GROUP BY file_name"
    columns = dict(database.execute(query, {"paths": [path for path, _ in files]}).fetchall())
    groups: dict[_Columns, list[tuple[str, str]]] = {}
    for path, source in files:
        groups.setdefault(tuple(columns[path]), []).append((path, source))
    return groups
