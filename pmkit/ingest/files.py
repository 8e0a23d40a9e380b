"""The files of one parsed export."""

from typing import Final

from pmkit import schema

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
