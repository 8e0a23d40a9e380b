"""Opens the databases that parse exports and answer queries."""

from __future__ import annotations

import atexit
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from pmkit.core import sql
from pmkit.core.locations import filesystems

# These optimizers make long queries faster and short ones slower.
_PLANNING: Final = "join_order,statistics_propagation,common_subexpressions,reorder_filter,compressed_materialization"


def connect(
    timezone: str = "UTC",
    spill: Path | None = None,
    threads: int | None = None,
    reach: Iterable[Path] = (),
    *,
    alone: bool = False,
) -> duckdb.DuckDBPyConnection:
    """Return a connection with the functions of `macros.sql`; its tables are temporary and visible only to it.

    Connections for small work share one database per process, because opening a database takes longer than reading a small log.

    Parameters
    ----------
    timezone : str
        IANA zone of times that carry none.
    spill : Path, optional
        The folder for data that does not fit into memory; such a connection has a database of its own.
    threads : int, optional
        Number of threads; by default one per processor.
    reach : iterable of Path
        Locations whose files the connection must be able to read; local files are always readable.
    alone : bool, optional
        Whether the connection has a database of its own in any case, so that its cursors see its tables.
    """
    remote = filesystems(reach)
    database = _open_in_memory(threads) if spill or threads or remote or alone else _shared().cursor()
    for filesystem in remote:
        database.register_filesystem(filesystem)
    if spill is not None:
        database.execute(f"SET temp_directory = {sql.quoted(str(spill / 'spill'))}")
    return _configured(database, timezone)


def connect_for(text: Path, timezone: str, out: Path, tiny_bytes: int) -> duckdb.DuckDBPyConnection:
    """Return a connection for reading a text file; tiny files share a database.

    Parameters
    ----------
    text : Path
        The file.
    timezone : str
        IANA zone of times that carry none.
    out : Path
        The folder for data that does not fit into memory.
    tiny_bytes : int
        The largest size of a tiny file.
    """
    if text.stat().st_size > tiny_bytes:
        return connect(timezone, out)
    return _configured(_tiny().cursor(), timezone)


def _configured(database: duckdb.DuckDBPyConnection, timezone: str) -> duckdb.DuckDBPyConnection:
    database.execute(f"SET TimeZone = {sql.quoted(timezone)}")
    database.execute("SET enable_progress_bar = false")
    return database


def _open_in_memory(threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """Return a new database in memory."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoload_known_extensions": False,
        "autoinstall_known_extensions": False,
    }
    database = duckdb.connect(config=config | ({"threads": threads} if threads else {}))
    database.execute(_macros())
    return database


@cache
def _macros() -> str:
    """Return the SQL of the functions that every database has."""
    return resources.files("pmkit.store").joinpath("macros.sql").read_text(encoding="utf-8")


@cache
def _shared() -> duckdb.DuckDBPyConnection:
    return _open_in_memory()


@cache
def _tiny() -> duckdb.DuckDBPyConnection:
    database = _open_in_memory(threads=1)
    database.execute(f"SET GLOBAL disabled_optimizers = {sql.quoted(_PLANNING)}")
    return database


# Close the shared databases before the interpreter shuts down, not at an arbitrary point of its shutdown.
for _cached_database in (_shared, _tiny):
    atexit.register(_cached_database.cache_clear)


def register_table(database: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    """Register an Arrow table under a name, replacing an earlier table of that name."""
    database.complete()
    database.register(name, table)
