"""Read one export from its text or bytes, for tests that look at its events."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
from duckdb import DuckDBPyConnection

from pmkit.core.locations import is_remote
from pmkit.core.progress import reading_progress
from pmkit.ingest.cache import create_cache_folder, get_or_build
from pmkit.ingest.cache_key import digest_of, folder_of
from pmkit.ingest.export import ingest
from pmkit.ingest.limits import DEFAULT_LIMITS, Limits
from pmkit.ingest.request import Request
from pmkit.ingest.small_logs import read_small_logs
from pmkit.store.database import connect
from pmkit.store.ledger import Ledger
from pmkit.store.part import EVENT, EVENTS, EXPORT, REJECTED, Extent
from pmkit.store.union import union_sql

# The modification time of exports, by default.
WRITTEN = datetime(2026, 11, 24, 12, tzinfo=UTC)


def ingested(
    content: str | bytes,
    name: str = "export.log",
    *,
    modified: datetime = WRITTEN,
    limits: Limits = DEFAULT_LIMITS,
    **options: object,
) -> tuple[Ledger, Path]:
    """Read an export, and return its ledger and the folder of the results; the export is beside it."""
    folder = Path(tempfile.mkdtemp(prefix="pmkit-read-"))
    path, out = folder / name, folder / "part"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.utime(path, (modified.timestamp(), modified.timestamp()))
    out.mkdir()
    ledger = ingest(Request(path, **{"timezone": "UTC", **options}), out, limits=limits)
    assert ledger.lines == ledger.events + ledger.continuation + ledger.blank + ledger.rejected
    assert pq.read_metadata(out / REJECTED).num_rows == ledger.rejected
    return ledger, out


def read_together(texts: Mapping[str, str]) -> dict[str, tuple[pd.DataFrame, Ledger]]:
    """Read small logs, those of one format at once, and return what `read` returns of each, by the same keys.

    That this gives the same as reading each alone is what the tests of small logs show.
    """
    folder, cache = Path(tempfile.mkdtemp(prefix="pmkit-read-")), create_cache_folder()
    requests = {}
    for number, (key, text) in enumerate(texts.items()):
        path = folder / f"{number}.log"
        path.write_text(text)
        os.utime(path, (WRITTEN.timestamp(), WRITTEN.timestamp()))
        requests[key] = Request(path, "UTC")
    missing = {folder_of(each, digest_of(each.path, cache), cache): (key, each) for key, each in requests.items()}
    progress = reading_progress(lambda _: None)
    progress.plan(dict.fromkeys(requests, 1))
    with ThreadPoolExecutor(1) as pool:
        read_small_logs(missing, cache, pool, progress)
    results = {}
    for key, request in requests.items():
        part = get_or_build(key, request, cache)
        events = pd.read_parquet(part.extent.folder / EVENTS)
        if part.extent.number is not None:
            events = events[events[EXPORT] == part.extent.number].drop(columns=EXPORT)
        results[key] = events.sort_values("line", ignore_index=True), part.ledger
    return results


def read(content: str | bytes, name: str = "export.log", **options: object) -> tuple[pd.DataFrame, Ledger]:
    """Read an export, and return its rows in the order of their lines and its ledger."""
    ledger, out = ingested(content, name, **options)
    if ledger.table != "logs":
        return pd.read_parquet(out / EVENTS), ledger
    # Reading a file whose columns are those of the events takes less time without the database.
    has_usual_columns = (out / EVENTS).is_file() and pq.read_schema(out / EVENTS).names == [*EVENT]
    events = pd.read_parquet(out / EVENTS) if has_usual_columns else frame(out)
    return events.sort_values("line", ignore_index=True), ledger


def frame(out: Path, name: str = EVENTS, number: int | None = None) -> pd.DataFrame:
    """Return a table of a part, whole or in pieces, in a fixed order."""
    database = _database(*([out] if is_remote(out) else []))
    rows = f"(SELECT * EXCLUDE source FROM {union_sql(database, [('', Extent(out, number))], name)})"
    return database.sql(f"FROM {rows} ORDER BY ALL").to_arrow_table().to_pandas()


@cache
def _database(*reach: Path) -> DuckDBPyConnection:
    return connect(reach=reach)


def moments(events: pd.DataFrame) -> list[str]:
    """Return the times of events as short texts in UTC."""
    return [
        f"{at:%Y-%m-%dT%H:%M:%S}{f'.{at.microsecond // 1000:03}' if at.microsecond else ''}"
        for at in events["timestamp"].dt.tz_convert("UTC")
    ]
