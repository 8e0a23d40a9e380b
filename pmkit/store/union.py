"""Reads the same file of many parsed exports as one relation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from json import dumps
from pathlib import Path
from typing import Final

import duckdb

from pmkit.core import sql
from pmkit.store.part import EVENT, EXPORT, JSON_ATTRIBUTE, TEXT_ATTRIBUTE, Extent


def all_attributes(columns: Iterable[str]) -> str:
    """Return the SQL of the JSON object of an event's attributes, from the columns that a log has.

    Most logs are stored with one column per attribute, which takes a fraction of the space and time; the object of all
    attributes is built only for the rows that a query returns.

    Examples
    --------
    >>> all_attributes(["timestamp", "attributes", "line"])
    'attributes'
    """
    members = [
        member_of(column, sql.quoted_name(column)) for column in columns if column.startswith((TEXT_ATTRIBUTE, JSON_ATTRIBUTE))
    ]
    return f"coalesce(attributes, {sql.json_object_of(members)})" if members else "attributes"


def member_of(column: str, value: str) -> str:
    """Return the SQL of the member of a JSON object for the column of an attribute.

    Examples
    --------
    >>> print(member_of("attributes.user", "f.user"))
    '"user":' || to_json(f.user)
    >>> print(member_of("attributes:retries", "others[1]"))
    '"retries":' || others[1]
    """
    is_text = column.startswith(TEXT_ATTRIBUTE)
    name = column.removeprefix(TEXT_ATTRIBUTE if is_text else JSON_ATTRIBUTE)
    return f"{sql.quoted(dumps(name, ensure_ascii=False) + ':')} || {f'to_json({value})' if is_text else value}"


def union_sql(database: duckdb.DuckDBPyConnection, exports: Iterable[tuple[str, Extent]], name: str, where: str = "true") -> str:
    """Return the SQL that reads the same file of several parsed exports as one relation, with the column `source`.

    Parameters
    ----------
    database : DuckDBPyConnection
        A connection that can read the files.
    exports : iterable of (str, Extent)
        The source of each export, and where its rows are.
    name : str
        The file's name. Events of logs are returned in the columns `EVENT`, with all attributes as one JSON object.
    where : str, optional
        A condition on the columns except attributes.
    """
    queries = [
        query
        for folders in _without_repetition(exports)
        for query in _queries(
            database, {str(file): sources for folder, sources in folders.items() for file in _files(folder, name)}, where
        )
    ]
    return f"({' UNION ALL BY NAME '.join(queries)})"


_Sources = dict[int | None, str]


def _without_repetition(exports: Iterable[tuple[str, Extent]]) -> list[dict[Path, _Sources]]:
    """Return the sources of each folder by number; several times if exports with the same content have the same rows."""
    readings: list[dict[Path, _Sources]] = []
    for source, extent in exports:
        free = (reading for reading in readings if extent.number not in reading.get(extent.folder, {}))
        reading = next(free, None)
        if reading is None:
            reading = {}
            readings.append(reading)
        reading.setdefault(extent.folder, {})[extent.number] = source
    return readings


def _queries(database: duckdb.DuckDBPyConnection, files: Mapping[str, _Sources], where: str) -> Iterator[str]:
    """Yield the queries that read files, each with the sources of its rows by number."""
    for columns, paths in _by_columns(database, list(files)).items():
        names = [column for column, _ in columns]
        selected = _event_columns(names) if {*EVENT} <= {*names} else f"* EXCLUDE ({EXPORT})" if EXPORT in names else "*"
        rows = f"read_parquet({_list(map(sql.quoted, paths))}) WHERE {where}"
        if EXPORT in names:
            sources = _list(_list(_sources_by_number(files[path])) for path in paths)
            query = f"SELECT {selected}, ({sources})[CAST(file_index AS BIGINT) + 1][{EXPORT} + 1] AS source FROM {rows}"
            yield f"FROM ({query}) WHERE source IS NOT NULL"
        else:
            sources = _list(sql.quoted(source) for path in paths for source in files[path].values())
            yield f"SELECT {selected}, ({sources})[CAST(file_index AS BIGINT) + 1] AS source FROM {rows}"


def _event_columns(columns: Sequence[str]) -> str:
    return ", ".join(
        name if name != "attributes" else f"CAST({all_attributes(columns)} AS VARCHAR) AS attributes" for name in EVENT
    )


def _list(expressions: Iterable[str]) -> str:
    return f"[{', '.join(expressions)}]"


def _sources_by_number(sources: Mapping[int | None, str]) -> list[str]:
    """Return the sources of the exports in a shared file in the order of their numbers, null for those that are not read."""
    most = max(number for number in sources if number is not None)
    return [sql.quoted(sources[number]) if number in sources else "NULL" for number in range(most + 1)]


def _files(folder: Path, name: str) -> list[Path]:
    path = folder / name
    return sorted(path.glob("*.parquet")) if path.is_dir() else [path]


_Columns = tuple[tuple[str, str], ...]

# The columns of the files that were read before; the name of a file in the cache determines its content.
_columns_of: Final[dict[str, _Columns]] = {}


def _by_columns(database: duckdb.DuckDBPyConnection, paths: Sequence[str]) -> dict[_Columns, list[str]]:
    """Group files by their columns: files with the same columns are read at once, which takes a fraction of the time."""
    unknown = [path for path in paths if path not in _columns_of]
    if unknown:
        query = "SELECT file_name, list((name, duckdb_type) ORDER BY column_id) FROM parquet_schema($paths) GROUP BY file_name"
        rows = database.execute(query, {"paths": unknown}).fetchall()
        _columns_of.update({path: tuple(columns) for path, columns in rows})
    groups: dict[_Columns, list[str]] = {}
    for path in paths:
        groups.setdefault(_columns_of[path], []).append(path)
    return groups
