"""Writes exports as canonical events, to standard output or a file."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final

import duckdb

from pmkit.core import schema, sql
from pmkit.core.errors import IncidentError, InputError, OutputError, SourceError
from pmkit.core.wording import listing
from pmkit.formats.detection import MIN_COVERAGE, Candidate, is_fallback
from pmkit.formats.format import Syntax
from pmkit.formats.record import FieldKey
from pmkit.formats.unrecognised import (
    HEAD_BYTES,
    describe_broken_document,
    describe_unrecognised,
    is_json_document,
)
from pmkit.incident.field_types import validate_timezone
from pmkit.incident.folder import incident_containing
from pmkit.ingest.bytes import archives
from pmkit.ingest.cache import describe, read_all
from pmkit.ingest.discovery import export_requests
from pmkit.ingest.export import plan_of_export
from pmkit.ingest.layer import Layer
from pmkit.ingest.other_files import head_of
from pmkit.ingest.plan import UNRECOGNISED
from pmkit.ingest.request import Request
from pmkit.store.database import connect
from pmkit.store.part import EVENTS, Part
from pmkit.store.union import union_sql

# The formats that events are written in, with the options of DuckDB's COPY statement.
COPY_OPTIONS: Final = {"jsonl": "FORMAT json", "csv": "FORMAT csv, HEADER", "parquet": "FORMAT parquet, COMPRESSION zstd"}

# At most this many formats are named as a reason.
_MOST_RIVALS: Final = 3


def write(
    paths: Sequence[Path], to: str, out: Path | None, *, timezone: str, format_name: str | None, progress: Callable[[str], None]
) -> None:
    """Write exports as canonical events, in the order of the paths and of their lines.

    An export in an incident's folder is read with the settings in `incident.yaml`.

    Parameters
    ----------
    paths : sequence of Path
        Exports whose events belong in the same canonical table.
    to : str
        One of `COPY_OPTIONS`.
    out : Path or None
        The file; None is standard output.
    timezone : str
        IANA zone for times without one; if empty, the zone in `incident.yaml`, or else UTC.
    format_name : str or None
        Name of the format; None to recognise it.
    progress : callable
        Called with a message about each export that was read.

    Raises
    ------
    InputError
        When something cannot be read or written, when an export is no text, or when the exports fill different tables.
    """
    if to == "parquet" and out is None:
        raise InputError("parquet is not text; name a file with --out")
    if out:
        _require_writable(out)
    parts, table = read_parts(paths, timezone, format_name, progress)
    _copy(parts, table, to, out)


def read_parts(
    paths: Sequence[Path], timezone: str, format_name: str | None, progress: Callable[[str], None] = lambda _: None
) -> tuple[Sequence[Part], str]:
    """Return the parsed exports and the canonical table that all of them fill; see `write` for parameters and errors."""
    requests = {name: request for path in paths for name, request in _requests(path, timezone, format_name).items()}
    parts = read_all(requests)
    _refuse_other_files(parts)
    for part in parts:
        is_in_incident = incident_containing(requests[part.source].path) is not None
        for line in describe(part, "the incident's zone" if is_in_incident else "the default"):
            progress(line)
    tables = {part.ledger.table for part in parts}
    if len(tables) > 1:
        raise InputError(f"the exports fill different tables ({', '.join(sorted(tables))}); convert those of one table at a time")
    return parts, tables.pop()


def explain(path: Path, *, timezone: str, format_name: str | None) -> str:
    """Return which formats were tried on an export, and why one was chosen.

    Raises
    ------
    SourceError
        When the export cannot be read, or no format has that name.
    """
    return "\n\n".join(_explanation(name, request) for name, request in _requests(path, timezone, format_name).items())


def _requests(path: Path, timezone: str, format_name: str | None) -> dict[str, Request]:
    """Return how to read an export, or each file of an archive, by the path as the user wrote it."""
    try:
        validate_timezone(timezone or "UTC")
    except ValueError as error:
        raise IncidentError(f"--timezone {timezone}: {error}") from error
    if not path.is_file():
        raise SourceError(f"{path}: {_why_no_file(path)}")
    requests = [replace(request, path=path) for request in export_requests(path.absolute(), incident_containing(path)).values()]
    if timezone:
        requests = [replace(request, timezone=timezone, timezone_is_hint=True) for request in requests]
    if format_name:
        requests = [replace(request, format=format_name) for request in requests]
    return {_name(path, request): request for request in requests}


def _why_no_file(path: Path) -> str:
    """Return what is wrong with a path that names no regular file, and what to do."""
    if path.is_dir():
        return f"is a folder; name the exports in it, such as {path / '*.log'}"
    if path.exists():
        return "is not a regular file; copy what comes from it into a file first"
    return "pmkit reads files, not standard input; save the export to one first" if str(path) == "-" else "no such file"


def _require_writable(out: Path) -> None:
    """Raise OutputError if a file cannot be written because of what is there already, before anything is read."""
    if out.is_dir():
        raise OutputError(f"{out}: is a folder; name a file in it with --out")
    if out.exists() and not out.is_file():
        raise OutputError(f"{out}: is not a regular file; leave out --out to write to standard output")
    if not out.parent.is_dir():
        raise OutputError(f"{out}: the folder {out.parent} does not exist; create it, or name another file with --out")


def _refuse_other_files(parts: Sequence[Part]) -> None:
    """Raise SourceError if an export was left out because it is no log."""
    for part in parts:
        if part.ledger.is_left_out:
            raise SourceError(f"{part.source}: {part.ledger.notes[0]}")


def _name(path: Path, request: Request) -> str:
    return f"{path}/{request.member}" if request.member else str(path)


def _explanation(name: str, request: Request) -> str:
    plan = plan_of_export(request)
    lines = [f"{name}: {plan.name}"]
    if plan.name == UNRECOGNISED:
        lines.append(describe_unrecognised(head_of(request)))
    elif (plan.record or (plan.outermost and plan.outermost.syntax is Syntax.JSON)) and (damage := _damage(request)):
        lines.append(damage)
    for step in plan.steps:
        if step.tried:
            lines.append(f"tried on {step.lines}:")
            lines += [_verdict(candidate, step.tried) for candidate in step.tried]
    for layer in (*plan.wrappers, *plan.readers):
        lines.append(f"{layer.entry.name}: times: {_times(layer, request)}")
        lines += [f"  {word:12} from {_origin(key)}" for word, key in {**layer.words, **layer.paired}.items()]
    return "\n".join(lines)


def _damage(request: Request) -> str | None:
    """Return where an export is cut short or broken, if it is a JSON document; None if it is not broken."""
    if not is_json_document(head_of(request)):
        return None
    with archives.opened(request.path, request.member) as (stream, _, _):
        return describe_broken_document(b"".join(iter(lambda: stream.read(HEAD_BYTES), b"")))


def _times(layer: Layer, request: Request) -> str:
    """Return how the times of a format are written, and in which zone they are read; the notation's name may say it."""
    if layer.notation is None:
        return "none"
    name = layer.notation.name
    if layer.zoned:
        return name if "zone" in name or "offset" in name else f"{name}, with a zone"
    return f"{name if 'zone' in name else f'{name} without a zone'}, read in {request.timezone}"


def _verdict(candidate: Candidate, tried: Sequence[Candidate]) -> str:
    """Return how much a format matches, and why it was chosen or not."""
    rivals = [other.entry.name for other in tried if other is not candidate and other.coverage >= MIN_COVERAGE]
    if candidate.chosen and candidate.coverage < MIN_COVERAGE:
        reason = "chosen: one of several mixed formats"
    elif is_fallback(candidate.entry):
        reason = f"{'chosen, as the fallback' if candidate.chosen else 'the fallback'} for lines that no other format matches"
    elif candidate.chosen:
        reason = f"chosen: more specific than {rivals[0]}" if rivals else "chosen: no other format matches enough"
    elif candidate.coverage < MIN_COVERAGE:
        reason = f"not enough: a format must match {MIN_COVERAGE:.0%}"
    elif candidate.also_matches:
        reason = f"less specific: it also accepts lines of {listing(list(candidate.also_matches), _MOST_RIVALS)}"
    else:
        reason = "less specific: it also accepts lines of more other formats"
    return f"  {candidate.entry.name:26} matches {candidate.coverage:4.0%}  {reason}"


def _origin(key: FieldKey) -> str:
    return key if isinstance(key, str) else " or ".join(key)


def rows_sql(database: duckdb.DuckDBPyConnection, parts: Sequence[Part], table: str, *, times_as_text: bool = False) -> str:
    """Return the SQL of the rows of parsed exports, in the order of the exports and of their lines."""
    columns = [name for name in schema.TABLES[table] if name != "source"]
    selected = ", ".join(
        _selected(name, is_text=times_as_text and schema.TABLES[table][name].dtype == schema.TIME) for name in columns
    )
    # The records of alerts are joined to rows, whose order is not that of their lines.
    place = "line" if table == "logs" else "row_number() OVER ()"
    sources = f"[{', '.join(sql.quoted(part.source) for part in parts)}]"
    rows = union_sql(database, [(str(number), part.extent) for number, part in enumerate(parts)], EVENTS)
    return f"""
        SELECT * EXCLUDE (export_number, place) FROM (
            SELECT {selected}, {sources}[export_number + 1] AS source, export_number, {place} AS place
            FROM (SELECT * EXCLUDE source, CAST(source AS BIGINT) AS export_number FROM {rows}))
        ORDER BY export_number, place
    """


def _copy(parts: Sequence[Part], table: str, to: str, out: Path | None) -> None:
    with connect(reach=[part.extent.folder for part in parts]) as database:
        query = rows_sql(database, parts, table, times_as_text=to != "parquet")
        if out is None:
            _print(database, query, COPY_OPTIONS[to])
            return
        try:
            with tempfile.TemporaryDirectory(prefix=".pmkit-", dir=out.parent) as folder:
                temporary = Path(folder) / "events"
                database.execute(f"COPY ({query}) TO {sql.quoted(str(temporary))} ({COPY_OPTIONS[to]})")
                temporary.replace(out)
        except (OSError, duckdb.IOException) as error:
            reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
            raise OutputError(f"{out}: cannot be written: {reason}; name another file with --out") from error


def _selected(column: str, *, is_text: bool) -> str:
    """Return SQL that selects a column, a time as text if `is_text`; its name may be a keyword, such as `at`."""
    name = sql.quoted_name(column)
    return f"strftime({name}, '%Y-%m-%dT%H:%M:%S.%fZ') AS {name}" if is_text else name


def _print(database: duckdb.DuckDBPyConnection, query: str, options: str) -> None:
    """Write to standard output through a pipe, because DuckDB could overwrite what a redirected file already contains."""
    reader, writer = os.pipe()
    failed = None
    with ThreadPoolExecutor(1) as pool:
        pumping = pool.submit(_pump, reader)
        try:
            database.execute(f"COPY ({query}) TO '/dev/fd/{writer}' ({options}, USE_TMP_FILE false)")
        except duckdb.IOException as error:
            failed = error
        finally:
            os.close(writer)
        pumping.result()
    if failed:
        raise OutputError(f"standard output: cannot be written: {str(failed).splitlines()[0]}") from failed


def _pump(reader: int) -> None:
    with os.fdopen(reader, "rb") as stream:
        shutil.copyfileobj(stream, sys.stdout.buffer)
        sys.stdout.flush()
