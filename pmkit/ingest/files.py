"""The files of one parsed export."""

from typing import Final

EVENTS: Final = "events.parquet"
ROLLUP: Final = "rollup.parquet"
TEMPLATES: Final = "templates.parquet"
REJECTED: Final = "rejected.parquet"
LEDGER: Final = "ledger.json"
