"""Parse one export into Parquet with DuckDB: its events, rollup, templates and rejected lines."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pmkit.errors import SourceError
from pmkit.ingest.engine import connect
from pmkit.ingest.files import EVENTS, LEDGER, REJECTED, ROLLUP, TEMPLATES
from pmkit.ingest.ledger import Ledger, Request
from pmkit.ingest.lines import ingest_lines
from pmkit.ingest.records import ingest_records
from pmkit.sources import formats, reading
from pmkit.sources.model import RecordFormat

__all__ = ["EVENTS", "LEDGER", "REJECTED", "ROLLUP", "TEMPLATES", "Ledger", "Request", "connect", "ingest"]


def ingest(request: Request, out: Path) -> Ledger:
    """Parse an export into `out`.

    Parameters
    ----------
    request : Request
        The export and the hints.
    out : Path
        An existing, empty folder. It receives `events.parquet` in the canonical columns,
        `rejected.parquet`, `ledger.json` and, for logs, `rollup.parquet` and
        `templates.parquet`.

    Raises
    ------
    SourceError
        When the file cannot be read, is cut short or damaged, or a hint names no format.
    """
    text = reading.materialise(request.path, out)
    sample = reading.sample_of(text)
    chosen = formats.named(request.format) if request.format else formats.recognise(sample)
    try:
        if isinstance(chosen, RecordFormat):
            ledger = ingest_records(request, chosen, text, out)
        else:
            ledger = ingest_lines(request, chosen, sample, text, out)
    except duckdb.Error as refused:
        raise SourceError(f"{request.path}: cannot be read: {str(refused).splitlines()[0]}") from refused
    (out / LEDGER).write_text(ledger.to_json(), encoding="utf-8")
    (out / "text").unlink(missing_ok=True)
    return ledger
