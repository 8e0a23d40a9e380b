"""The database that does the parsing."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pmkit.sources import sql


def connect(timezone: str = "UTC", spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open an in-memory database whose zone-less times are in `timezone`."""
    database = duckdb.connect(config={"autoload_known_extensions": False, "autoinstall_known_extensions": False})
    database.execute(f"SET TimeZone = {sql.quoted(timezone)}")
    database.execute("SET enable_progress_bar = false")
    if spill is not None:
        database.execute(f"SET temp_directory = {sql.quoted(str(spill / 'spill'))}")
    return database
