"""One parsed export: its files and what was read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pmkit.core import schema
from pmkit.store.ledger import Ledger

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


@dataclass(frozen=True)
class Part:
    """One export, parsed.

    Attributes
    ----------
    source : str
        The export, relative to the incident's folder.
    folder : Path
        Where what was read of it is kept in the cache.
    sha256 : str
        Digest of the export as it lies on disk.
    ledger : Ledger
        What was read.
    bytes : int
        Size of the export as it lies on disk.
    """

    source: str
    folder: Path
    sha256: str
    ledger: Ledger
    bytes: int = 0
