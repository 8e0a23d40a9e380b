"""The files of one parsed export."""

from pathlib import Path
from typing import Final

from pmkit import schema
from pmkit.sources import sql

EVENTS: Final = "events.parquet"
"""The events; of a log that was read in pieces, a folder with one file a piece."""
ROLLUP: Final = "rollup.parquet"
TEMPLATES: Final = "templates.parquet"
REQUESTS: Final = "requests.parquet"
"""Some of a log's request IDs, by which logs are compared."""
REJECTED: Final = "rejected.parquet"
LEDGER: Final = "ledger.json"

EVENT: Final = tuple(name for name in schema.LOGS if name != "source")
"""The columns of a log's events, to which come those that begin with `PACKED`."""
PACKED: Final = "attributes."
"""Begins the name of a column that holds one attribute, as a member of a JSON object: `"key":value`."""


def table_of(folder: Path, name: str = EVENTS) -> str:
    """Write the SQL that reads one of the files of a parsed export."""
    path = folder / name
    return f"read_parquet({sql.quoted(str(path / '*.parquet' if path.is_dir() else path))})"


def events_of(folder: Path, where: str = "true") -> str:
    """Write the SQL that reads the events of a parsed log in the columns `EVENT`: all attributes are one JSON object.

    Of many logs that are plain, each attribute stands in a column of its own, which takes a fraction of the space
    and time. `where` is a condition on the other columns; the object is made only where it holds.
    """
    together = sql.object_of([f"*COLUMNS('^{PACKED.rstrip('.')}')"])
    columns = ", ".join(name if name != "attributes" else f"coalesce(attributes, {together}) AS attributes" for name in EVENT)
    return f"(SELECT {columns} FROM {table_of(folder)} WHERE {where})"
