"""Parses an export of any kind into the files of a cache entry."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb

from pmkit.core.checked_files import put_checked_text
from pmkit.core.errors import SourceError
from pmkit.formats.sample import Sample
from pmkit.formats.sampling import sample_file
from pmkit.formats.unrecognised import other_type_of
from pmkit.ingest.bytes import decoding
from pmkit.ingest.bytes.chunks import whole_of
from pmkit.ingest.ingest_job import IngestJob
from pmkit.ingest.limits import DEFAULT_LIMITS, Limits
from pmkit.ingest.lines import ingest_lines
from pmkit.ingest.other_files import head_of, other_file_of
from pmkit.ingest.pieces import Log, ingest_log, is_divisible
from pmkit.ingest.plan import UNRECOGNISED, Plan
from pmkit.ingest.planning import plan_of
from pmkit.ingest.record_reading import ExplodedRecords, explode
from pmkit.ingest.records import ingest_records
from pmkit.ingest.request import Request
from pmkit.store.database import connect, connect_for
from pmkit.store.ledger import Ledger
from pmkit.store.part import LEDGER


def ingest(
    request: Request, out: Path, advance: Callable[[float], None] | None = None, limits: Limits = DEFAULT_LIMITS
) -> Ledger:
    """Parse an export into `out`, and return what was read.

    Parameters
    ----------
    request : Request
        The export and the hints.
    out : Path
        An existing, empty folder. It receives `events.parquet` in the canonical columns (except
        the attributes of logs, see `union_sql`), `rejected.parquet`, `ledger.json` and, for logs,
        `rollup.parquet`, `templates.parquet` and `requests.parquet`.
    advance : callable, optional
        Called with the number of bytes read since the last call, of the export as it is stored.
    limits : Limits, optional
        The sizes at which the ingest changes how it works.

    Raises
    ------
    SourceError
        When the file cannot be read, is cut short or damaged, or a hint names no format.
    OSError
        When `out` cannot be written to, such as on a full disk.
    """
    text = decoding.materialise(request.path, out, request.member)
    ledger = _ledger_of_other_file(request, text) or _ledger(request, text, out, advance, limits)
    put_checked_text(ledger.to_json(), out / LEDGER)
    for scratch in ("text", "records"):
        (out / scratch).unlink(missing_ok=True)
    return ledger


def _ledger_of_other_file(request: Request, text: decoding.Text) -> Ledger | None:
    """Return the ledger of a file that is certainly no log; None for one that may be one, or whose format a person named."""
    other = None if request.format else other_file_of(request, text)
    return Ledger.left_out(other.title, other.description) if other else None


def _ledger(request: Request, text: decoding.Text, out: Path, advance: Callable[[float], None] | None, limits: Limits) -> Ledger:
    """Parse an export that may be a log."""
    sample = sample_file(text.path)
    try:
        with connect_for(text.path, request.timezone, out, limits.tiny_bytes) as database:
            plan = plan_of(database, sample, request.format, request.formats)
            other = other_type_of(head_of(request)) if plan.name == UNRECOGNISED else None
            if other:
                return Ledger.left_out(other.title, other.description)
            exploded = _records_of_documents(plan, text, sample, out, limits)
            if plan.record:
                return ingest_records(database, request, plan.record, text, out)
            if exploded:
                return ingest_lines(IngestJob(database, request, plan, text, whole_of(text.path), exploded, out, limits=limits))
            return ingest_log(Log.of(text, plan, request, limits, _scaled(advance, request.path, text.path)), out)
    except duckdb.OutOfMemoryException as full:
        raise MemoryError(str(full)) from full
    except duckdb.Error as refused:
        if isinstance(refused, duckdb.IOException) and str(out) in str(refused):
            raise _write_error(str(refused)) from refused
        raise SourceError(f"{request.path}: cannot be read: {str(refused).splitlines()[0]}") from refused


def _write_error(message: str) -> OSError:
    """Return the error of the operating system that the database could not write because of."""
    reasons = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES)
    reason = next((reason for reason in reasons if os.strerror(reason) in message), errno.EIO)
    return OSError(reason, os.strerror(reason))


def _scaled(advance: Callable[[float], None] | None, export: Path, text: Path) -> Callable[[int], None]:
    """Return a callback for bytes of the plain text that reports them as bytes of the stored export."""
    if advance is None:
        return lambda _: None
    ratio = export.stat().st_size / max(text.stat().st_size, 1)
    return lambda size: advance(size * ratio)


def plan_of_export(request: Request) -> Plan:
    """Return the plan by which `ingest` would parse an export."""
    with tempfile.TemporaryDirectory(prefix="pmkit-") as folder, connect(request.timezone) as database:
        text = decoding.materialise(request.path, Path(folder), request.member)
        if request.format is None and other_file_of(request, text):
            return Plan()
        return plan_of(database, sample_file(text.path), request.format, request.formats)


def plan_of_plain_text(request: Request) -> Plan | None:
    """Return the plan of a log that is stored as plain text; None if it must be read as a whole, see `is_divisible`."""
    sample = sample_file(request.path)
    with connect(request.timezone) as database:
        plan = plan_of(database, sample, request.format, request.formats)
    return plan if is_divisible(plan) and sample.document is None and not plan.record else None


def _records_of_documents(plan: Plan, text: decoding.Text, sample: Sample, out: Path, limits: Limits) -> ExplodedRecords | None:
    """Return the records of JSON documents; None if the lines are the records."""
    entry, document = plan.outermost, sample.document is not None
    if entry is None or not (document or entry.path):
        return None
    return explode(text.path, entry, document=document, folder=out, longest=limits.longest_line)
