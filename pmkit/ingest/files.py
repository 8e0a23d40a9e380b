"""The files of one parsed export."""

from pathlib import Path
from typing import Final

from pmkit.sources import sql

EVENTS: Final = "events.parquet"
"""The events; of a log that was read in pieces, a folder with one file a piece."""
ROLLUP: Final = "rollup.parquet"
TEMPLATES: Final = "templates.parquet"
REQUESTS: Final = "requests.parquet"
"""Some of a log's request IDs, by which logs are compared."""
REJECTED: Final = "rejected.parquet"
LEDGER: Final = "ledger.json"


def table_of(folder: Path, name: str = EVENTS) -> str:
    """Write the SQL that reads one of the files of a parsed export."""
    path = folder / name
    return f"read_parquet({sql.quoted(str(path / '*.parquet' if path.is_dir() else path))})"
