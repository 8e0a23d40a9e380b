"""One parsed export: the names of its files, and what was read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

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

# The checksums of the other files of a folder with rows.
CHECKSUMS: Final = "checksums.json"

# The columns of a log's events. A log may have further ones, each with one attribute, with one of the prefixes below.
EVENT: Final = tuple(name for name in schema.LOGS if name != "source")

# The column with the number of the export, in files that several exports share.
EXPORT: Final = "export"

# Prefixes of the columns that contain one attribute: as a text, and as JSON.
TEXT_ATTRIBUTE: Final = "attributes."
JSON_ATTRIBUTE: Final = "attributes:"


class Extent(NamedTuple):
    """Where the rows of a parsed export are.

    Attributes
    ----------
    folder : Path
        A folder in the cache.
    number : int or None
        Which rows of its files they are, if several exports share the folder: those with this number in the column `EXPORT`.
    """

    folder: Path
    number: int | None = None

    @property
    def name(self) -> str:
        """A name that no other extent in the cache has."""
        return self.folder.name if self.number is None else f"{self.folder.name}.{self.number}"


@dataclass(frozen=True)
class Part:
    """One parsed export.

    Attributes
    ----------
    source : str
        The export, relative to the incident's folder.
    extent : Extent
        Where its rows are.
    sha256 : str
        Digest of the export as it is stored.
    ledger : Ledger
        What was read.
    bytes : int
        Size of the export as it is stored.
    """

    source: str
    extent: Extent
    sha256: str
    ledger: Ledger
    bytes: int = 0
