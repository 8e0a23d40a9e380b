"""The database that does the parsing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from pmkit.sources import sql


def connect(timezone: str = "UTC", spill: Path | None = None, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """Open an in-memory database whose zone-less times are in `timezone`."""
    config: dict[str, Any] = {"autoload_known_extensions": False, "autoinstall_known_extensions": False}
    database = duckdb.connect(config=config | ({"threads": threads} if threads else {}))
    database.execute(f"SET TimeZone = {sql.quoted(timezone)}")
    database.execute("SET enable_progress_bar = false")
    if spill is not None:
        database.execute(f"SET temp_directory = {sql.quoted(str(spill / 'spill'))}")
    return database
