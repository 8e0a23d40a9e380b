"""Reads the same file of many parsed exports as one relation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from json import dumps
from pathlib import Path

import duckdb

from pmkit.core import sql
from pmkit.store.part import EVENT, JSON_ATTRIBUTE, TEXT_ATTRIBUTE


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
        names = [column for column, _ in columns]
        selected = _event_columns(names) if {*EVENT} <= {*names} else "*"
        source = f"({sources})[CAST(file_index AS BIGINT) + 1] AS source"
        queries.append(f"SELECT {selected}, {source} FROM read_parquet({paths}) WHERE {where}")
    return f"({' UNION ALL BY NAME '.join(queries)})"


def _event_columns(columns: Sequence[str]) -> str:
    return ", ".join(name if name != "attributes" else f"{all_attributes(columns)} AS attributes" for name in EVENT)


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
