"""One parsed export: the names of its files, and what was read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pmkit.core import schema
from pmkit.store.ledger import Ledger

# The events; for a log that was read in pieces, a folder with one file per piece.
EVENTS: Final = "events.parquet"
ROLLUP: Final = "rollup.parquet"
TEMPLATES: Final = "templates.parquet"

# A sample of a log's request IDs, by which logs are compared.
REQUESTS: Final = "requests.parquet"
REJECTED: Final = "rejected.parquet"
LEDGER: Final = "ledger.json"

# The columns of a log's events. A log may have further ones, each with one attribute, with one of the prefixes below.
EVENT: Final = tuple(name for name in schema.LOGS if name != "source")

# Prefixes of the columns that contain one attribute: as a text, and as JSON.
TEXT_ATTRIBUTE: Final = "attributes."
JSON_ATTRIBUTE: Final = "attributes:"


@dataclass(frozen=True)
class Part:
    """One parsed export.

    Attributes
    ----------
    source : str
        The export, relative to the incident's folder.
    folder : Path
        Its folder in the cache.
    sha256 : str
        Digest of the export as it is stored.
    ledger : Ledger
        What was read.
    bytes : int
        Size of the export as it is stored.
    """

    source: str
    folder: Path
    sha256: str
    ledger: Ledger
    bytes: int = 0
