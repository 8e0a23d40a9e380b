"""The database that does the parsing."""

from __future__ import annotations

import atexit
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from pmkit.core import sql
from pmkit.core.locations import filesystems

_PLANNING: Final = "join_order,statistics_propagation,common_subexpressions,reorder_filter,compressed_materialization"
"""What makes long queries faster, and short ones slower."""


def connect(
    timezone: str = "UTC",
    spill: Path | None = None,
    threads: int | None = None,
    reach: Iterable[Path] = (),
    *,
    alone: bool = False,
) -> duckdb.DuckDBPyConnection:
    """Open a connection that knows the functions of `macros.sql`; its tables are its own and end with it.

    What is small shares one database of the process, because it takes longer to open a database than to read a small log.

    Parameters
    ----------
    timezone : str
        IANA zone of times that carry none.
    spill : Path, optional
        The folder for what does not fit into memory; who names one has a database of its own.
    threads : int, optional
        Of how many processors it makes use; of all, if nothing is said.
    reach : iterable of Path
        Places whose files it shall be able to read; those of this machine it always can.
    alone : bool, optional
        Whether it has a database of its own in any case, whose tables its cursors see.
    """
    reached = filesystems(reach)
    database = _opened(threads) if spill or threads or reached or alone else _shared().cursor()
    for system in reached:
        database.register_filesystem(system)
    if spill is not None:
        database.execute(f"SET temp_directory = {sql.quoted(str(spill / 'spill'))}")
    return _set(database, timezone)


def connect_for(text: Path, timezone: str, out: Path, tiny_bytes: int) -> duckdb.DuckDBPyConnection:
    """Open a connection by which a text is read; tiny ones share a database.

    Parameters
    ----------
    text : Path
        The text.
    timezone : str
        IANA zone of times that carry none.
    out : Path
        The folder for what does not fit into memory.
    tiny_bytes : int
        The largest size of a tiny text.
    """
    if text.stat().st_size > tiny_bytes:
        return connect(timezone, out)
    return _set(_tiny().cursor(), timezone)


def _set(database: duckdb.DuckDBPyConnection, timezone: str) -> duckdb.DuckDBPyConnection:
    database.execute(f"SET TimeZone = {sql.quoted(timezone)}")
    database.execute("SET enable_progress_bar = false")
    return database


def _opened(threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """Open a database in memory."""
    config: dict[str, Any] = {"autoload_known_extensions": False, "autoinstall_known_extensions": False}
    database = duckdb.connect(config=config | ({"threads": threads} if threads else {}))
    database.execute(_macros())
    return database


@cache
def _macros() -> str:
    """Return the functions that every database knows."""
    return resources.files("pmkit.store").joinpath("macros.sql").read_text(encoding="utf-8")


@cache
def _shared() -> duckdb.DuckDBPyConnection:
    return _opened()


@cache
def _tiny() -> duckdb.DuckDBPyConnection:
    database = _opened(threads=1)
    database.execute(f"SET GLOBAL disabled_optimizers = {sql.quoted(_PLANNING)}")
    return database


for _one in (_shared, _tiny):
    atexit.register(_one.cache_clear)  # before the interpreter ends, and not somewhere on its way out


def register_table(database: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    """Register an Arrow table under a name, in place of an earlier one of that name."""
    database.complete()
    database.register(name, table)
