"""Any export as canonical events, on standard output or in a file."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from pmkit import schema
from pmkit.errors import IncidentError, InputError, OutputError, SourceError
from pmkit.incident import known_zone
from pmkit.ingest import Request, connect, plan, table_of
from pmkit.parts import Part, members_of, read, service_of
from pmkit.sources import sql
from pmkit.sources.formats import ENOUGH, Tried
from pmkit.sources.model import Key

_OPTIONS = {"jsonl": "FORMAT json", "csv": "FORMAT csv, HEADER", "parquet": "FORMAT parquet, COMPRESSION zstd"}


def write(
    paths: Sequence[Path], to: str, out: Path | None, *, timezone: str, form: str | None, progress: Callable[[str], None]
) -> None:
    """Write exports as canonical events, in the order of the paths and lines.

    Parameters
    ----------
    paths : sequence of Path
        Exports that fill one canonical table.
    to : str
        jsonl, csv or parquet.
    out : Path or None
        The file; None is standard output.
    timezone : str
        IANA zone of times that carry none.
    form : str or None
        Name of the format, instead of recognising it.
    progress : callable
        Is told what was read.

    Raises
    ------
    InputError
        When something cannot be read or written, or when the exports fill different tables.
    """
    try:
        known_zone(timezone)
    except ValueError as unknown:
        raise IncidentError(f"--timezone {timezone}: {unknown}") from unknown
    if to == "parquet" and out is None:
        raise InputError("parquet is no text; name a file with --out")
    for path in paths:
        if not path.is_file():
            raise SourceError(f"{path}: no such file")
    wanted = {source: (path, member) for path in paths for source, member in members_of(str(path), path).items()}
    found = read(
        {name: Request(path, timezone, service_of(name), form, member=member) for name, (path, member) in wanted.items()}
    )
    for part in found:
        ledger = part.ledger
        read_of = f"{ledger.events} {ledger.table} of {ledger.lines} {ledger.unit}"
        left = f"{ledger.continuation} continuation, {ledger.blank} blank, {ledger.rejected} rejected"
        progress(f"{part.source}: {ledger.format}: {read_of}; {left}")
        for example in ledger.examples:
            progress(f"{part.source}:{example}")
    tables = {part.ledger.table for part in found}
    if len(tables) > 1:
        raise InputError(f"the exports fill different tables ({', '.join(sorted(tables))}); give those of one table at a time")
    _copy(found, tables.pop(), to, out)


def explain(path: Path, *, timezone: str, form: str | None) -> str:
    """Say which formats were tried on an export, and why the winner won.

    Raises
    ------
    SourceError
        When it cannot be read, or when there is no format of that name.
    """
    if not path.is_file():
        raise SourceError(f"{path}: no such file")
    chosen = plan(Request(path, timezone, service_of(str(path)), form))
    said = [f"{path}: {chosen.name}"]
    for depth, tried in enumerate(chosen.steps):
        said.append(f"{'tried' if depth == 0 else 'tried on the messages inside'}:")
        said += [_verdict(one, tried) for one in tried] or ["  nothing fits"]
    for layer in (*chosen.wrappers, *chosen.readers):
        zone = "with its zone" if layer.zoned else f"without a zone, read in {timezone}"
        written = f"{layer.notation.name}, {zone}" if layer.notation else "none of its own"
        said.append(f"{layer.entry.name}: times: {written}")
        said += [f"  {word:12} from {_place(key)}" for word, key in {**layer.words, **layer.paired}.items()]
    return "\n".join(said)


def _verdict(one: Tried, tried: Sequence[Tried]) -> str:
    share = f"  {one.entry.name:26} fits {one.share:4.0%}"
    rivals = [other.entry.name for other in tried if other is not one and other.share >= ENOUGH]
    if one.chosen:
        return f"{share}  chosen: {f'more specific than {rivals[0]}' if rivals else 'nothing else fits as much'}"
    if one.share < ENOUGH:
        return f"{share}  too little"
    return f"{share}  would also take {', '.join(one.takes) if one.takes else 'more other formats'}"


def _place(key: Key) -> str:
    return key if isinstance(key, str) else " or ".join(key)


def _copy(parts: Sequence[Part], table: str, to: str, out: Path | None) -> None:
    columns = [name for name in schema.TABLES[table] if name != "source"]
    times = {name for name, column in schema.TABLES[table].items() if column.dtype == schema.TIME} if to != "parquet" else set()
    chosen = ", ".join(f"strftime({name}, '%Y-%m-%dT%H:%M:%S.%fZ') AS {name}" if name in times else name for name in columns)
    union = " UNION ALL ".join(
        f"SELECT {chosen}, {sql.quoted(part.source)} AS source, {n} AS nth, line AS place FROM {table_of(part.folder)}"
        for n, part in enumerate(parts)
    )
    query = f"SELECT * EXCLUDE (nth, place) FROM ({union}) ORDER BY nth, place"
    with connect() as database:
        if out is None:
            sys.stdout.flush()
            try:
                database.execute(f"COPY ({query}) TO '/dev/stdout' ({_OPTIONS[to]})")
            except duckdb.IOException as refused:
                raise BrokenPipeError from refused
            return
        try:
            handle, aside = tempfile.mkstemp(prefix=".pmkit-", dir=out.parent)
            os.close(handle)
            database.execute(f"COPY ({query}) TO {sql.quoted(aside)} ({_OPTIONS[to]})")
            Path(aside).replace(out)
        except OSError as refused:
            raise OutputError(f"{out}: cannot be written: {refused.strerror}") from refused
