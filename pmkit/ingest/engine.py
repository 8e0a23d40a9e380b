"""The database that does the parsing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

import duckdb

from pmkit.places import systems
from pmkit.sources import sql

_SMALL_BYTES: Final = 8 << 20
"""A text of this size is read within the database that all share."""


def connect(
    timezone: str = "UTC",
    spill: Path | None = None,
    threads: int | None = None,
    reach: Iterable[Path] = (),
    *,
    alone: bool = False,
) -> duckdb.DuckDBPyConnection:
    """Open a connection that knows the functions of `sql.MACROS`; its tables are its own and end with it.

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
    reached = systems(reach)
    database = _opened(threads) if spill or threads or reached or alone else _shared().cursor()
    for system in reached:
        database.register_filesystem(system)
    if spill is not None:
        database.execute(f"SET temp_directory = {sql.quoted(str(spill / 'spill'))}")
    database.execute(f"SET TimeZone = {sql.quoted(timezone)}")
    database.execute("SET enable_progress_bar = false")
    return database


def _opened(threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """Open a database in memory."""
    config: dict[str, Any] = {"autoload_known_extensions": False, "autoinstall_known_extensions": False}
    database = duckdb.connect(config=config | ({"threads": threads} if threads else {}))
    database.execute(sql.MACROS)
    return database


@cache
def _shared() -> duckdb.DuckDBPyConnection:
    return _opened()


def spill_of(text: Path, out: Path) -> Path | None:
    """Name the folder for what does not fit into memory; None where the text is so small that it does."""
    return out if text.stat().st_size > _SMALL_BYTES else None


def give(database: duckdb.DuckDBPyConnection, name: str, table: Any) -> None:
    """Let a database read an Arrow table by a name, instead of what had that name before."""
    database.complete()
    database.register(name, table)
