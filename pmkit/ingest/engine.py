"""The database that does the parsing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from pmkit.places import systems
from pmkit.sources import sql


def connect(
    timezone: str = "UTC", spill: Path | None = None, threads: int | None = None, reach: Iterable[Path] = ()
) -> duckdb.DuckDBPyConnection:
    """Open an in-memory database.

    Parameters
    ----------
    timezone : str
        IANA zone of times that carry none.
    spill : Path, optional
        The folder for what does not fit into memory.
    threads : int, optional
        Of how many processors it makes use; of all, if nothing is said.
    reach : iterable of Path
        Places whose files it shall be able to read; those of this machine it always can.
    """
    config: dict[str, Any] = {"autoload_known_extensions": False, "autoinstall_known_extensions": False}
    database = duckdb.connect(config=config | ({"threads": threads} if threads else {}))
    database.execute(f"SET TimeZone = {sql.quoted(timezone)}")
    database.execute("SET enable_progress_bar = false")
    for system in systems(reach):
        database.register_filesystem(system)
    if spill is not None:
        database.execute(f"SET temp_directory = {sql.quoted(str(spill / 'spill'))}")
    return database


def give(database: duckdb.DuckDBPyConnection, name: str, table: Any) -> None:
    """Let a database read an Arrow table by a name, instead of what had that name before."""
    database.complete()
    database.register(name, table)
