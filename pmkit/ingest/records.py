"""Small exports, record by record: alerts, changes, chat, metrics."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from pmkit.core import schema, sql
from pmkit.core.schema import conform
from pmkit.formats.format import RecordFormat
from pmkit.formats.json_documents import is_document
from pmkit.formats.records.alert_steps import pair_steps
from pmkit.formats.sample import csv_rows
from pmkit.formats.sampling import sample_file
from pmkit.formats.timestamps import Notation, detect_notation
from pmkit.ingest.bytes import decoding
from pmkit.ingest.explode import each_record
from pmkit.ingest.request import Request
from pmkit.ingest.wall_clock import UNREADABLE, believable
from pmkit.store.ledger import Ledger
from pmkit.store.part import EVENTS, REJECTED

Found = tuple[int, Any, str]


def ingest_records(
    database: duckdb.DuckDBPyConnection, request: Request, chosen: RecordFormat, text: decoding.Text, out: Path
) -> Ledger:
    """Parse an export of records; one that lacks something is rejected with the reason."""
    rows: list[dict[str, Any]] = []
    rejected: list[tuple[int, str, str]] = []
    broken: list[str] = []
    found = list(_records(chosen, text.path, broken))
    events = 0
    for line, record, words in found:
        if not chosen.accepts(record):
            rejected.append((line, words, f"not {chosen.name}"))
            continue
        try:
            produced = list(chosen.rows(record))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as wrong:
            rejected.append((line, words, _reason(wrong)))
            continue
        events += 1
        rows.extend(_at_line(row, line, steps=chosen.paired) for row in produced)
    if chosen.paired:
        rows = list(pair_steps(rows))
    table = schema.TABLES[chosen.table]
    frame, zoned = _typed(database, rows, table, request)
    key = next((name for name, column in table.items() if column.dtype == schema.TIME), None)
    undated = frame[frame[key].isna()] if key else frame.head(0)
    for line in undated["line"].unique():
        rejected.append((int(line), next(words for at, _, words in found if at == line), UNREADABLE))
        events -= 1
    frame = frame[~frame["line"].isin(undated["line"])].drop(columns="source")
    frame.to_parquet(out / EVENTS, index=False)
    lost = [(int(line), words, "no JSON") for line, _, words in (entry.partition(": ") for entry in broken)]
    pd.DataFrame([*rejected, *lost], columns=["line", "text", "reason"]).astype({"line": "int64"}).to_parquet(
        out / REJECTED, index=False
    )
    return Ledger(
        format=chosen.name,
        table=chosen.table,
        unit="records",
        lines=len(found) + len(broken),
        events=events,
        continuation=0,
        blank=0,
        rejected=len(rejected) + len(broken),
        first=None if frame.empty or not key else frame[key].min().to_pydatetime(),
        last=None if frame.empty or not key else frame[key].max().to_pydatetime(),
        timezone="as written" if zoned else request.timezone,
        timezone_assumed=not zoned and not request.timezone_is_hint,
        notes=(
            *text.notes,
            f"counted in records; they hold {len(frame)} {chosen.table.removesuffix('s') if len(frame) == 1 else chosen.table}",
        ),
        examples=(*(f"{line}: {reason}: {words[:120]}" for line, words, reason in rejected[:3]), *broken)[:3],
    )


def _at_line(row: dict[str, Any], line: int, *, steps: bool) -> dict[str, Any]:
    return {**row, "row": {**row["row"], "line": line}} if steps else {**row, "line": line}


def _reason(wrong: Exception) -> str:
    return f"lacks {wrong.args[0]!r}" if isinstance(wrong, KeyError) else str(wrong)


def _typed(
    database: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]], table: dict[str, schema.Column], request: Request
) -> tuple[pd.DataFrame, bool]:
    """Give the rows the types of the table, and tell whether all of their times carry a zone."""
    times = [name for name, column in table.items() if column.dtype == schema.TIME]
    frame = pd.DataFrame(rows, columns=list(table))
    if frame.empty:
        return conform(pd.DataFrame(), table), True
    zoned = True
    for name in times:
        texts = [None if value is None or pd.isna(value) else str(value) for value in frame[name].tolist()]
        notations = {text: detect_notation([text]) for text in set(texts) if text}
        moments: dict[str, Any] = {}
        for notation in {found for found in notations.values() if found}:
            zoned &= notation.zoned
            moments |= _moments(database, notation, [text for text, found in notations.items() if found == notation], request)
        frame[name] = pd.to_datetime(pd.Series([moments.get(text or "") for text in texts], dtype="Int64"), unit="us", utc=True)
    return conform(frame, table), zoned


def _moments(
    database: duckdb.DuckDBPyConnection, notation: Notation, texts: list[str], request: Request
) -> dict[str, int | None]:
    """Read times of one notation; microseconds since 1970, UTC."""
    read = notation.sql.format(t="t")
    moment = read if notation.zoned else f"({read}) AT TIME ZONE {sql.quoted(request.timezone)}"
    moved = round(request.clock_offset_s * 1e6)
    dated = f"SELECT t, {moment} AS moment FROM (SELECT unnest($texts) AS t)"
    query = f"SELECT t, epoch_us({believable('moment')}) + {moved} FROM ({dated})"
    return dict(database.execute(query, {"texts": texts}).fetchall())


def _records(chosen: RecordFormat, path: Path, broken: list[str]) -> Iterator[Found]:
    """Give every record with the line on which it begins, and its text."""
    if chosen.pattern:
        yield from _matches(chosen, path.read_text(encoding="utf-8"))
        return
    with path.open(encoding="utf-8", newline="\n") as file:
        head = [line for _, line in zip(range(120), file, strict=False)]
    first = next((line.strip() for line in head if line.strip()), "")
    if not first.startswith(("{", "[")):
        yield from _csv_rows(path)
        return
    for line, value, around in each_record(path, chosen.path, broken, document=is_document(head)):
        record = chosen.flat_record(value, around)
        yield line, record, str(value)[:500]


def _matches(chosen: RecordFormat, body: str) -> Iterator[Found]:
    """Find every record of a plain text; what stands between them is given as no record."""
    position, line = 0, 1
    for found in chosen.matcher.finditer(body):
        yield from _between(body[position : found.start()], line)
        line += body.count("\n", position, found.start(1))
        yield line, found.groupdict(), found[0][:500]
        line, position = line + body.count("\n", found.start(1), found.end()), found.end()
    yield from _between(body[position:], line)


def _between(text: str, line: int) -> Iterator[Found]:
    yield from ((line + n, None, words) for n, words in enumerate(text.split("\n")) if words.strip())


def _csv_rows(path: Path) -> Iterator[Found]:
    sample = sample_file(path)
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv_rows(file, sample.delimiter)
        for _ in range(sample.header):
            next(reader, None)
        header = [name.strip() for name in next(reader, [])]
        before = reader.line_num
        for row in reader:
            line, before = before + 1, reader.line_num
            if row and [name.strip() for name in row] != header:
                yield line, dict(zip(header, row, strict=True)) if len(row) == len(header) else None, ",".join(row)
