"""Small exports, record by record: alerts, changes, chat, metrics."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from pmkit import schema
from pmkit.ingest.engine import connect
from pmkit.ingest.files import EVENTS, REJECTED
from pmkit.ingest.ledger import Ledger, Request
from pmkit.sources import reading, sql
from pmkit.sources.aliases import carries_zone
from pmkit.sources.model import RecordFormat


def ingest_records(request: Request, chosen: RecordFormat, text: reading.Text, out: Path) -> Ledger:
    """Parse an export of records; one that lacks something is rejected with the reason."""
    body = text.path.read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = []
    rejected: list[tuple[int, str, str]] = []
    found = list(_records(body))
    events = 0
    for line, record, words in found:
        if not isinstance(record, dict) or not chosen.claims(record):
            rejected.append((line, words, f"not {chosen.name}"))
            continue
        try:
            produced = list(chosen.rows(record))
        except (KeyError, TypeError, ValueError, AttributeError) as wrong:
            rejected.append((line, words, _reason(wrong)))
            continue
        events += 1
        rows.extend({**row, "line": line} for row in produced)
    table = schema.TABLES[chosen.table]
    times = [name for name, column in table.items() if column.dtype == schema.TIME]
    zoned = all(carries_zone(row[name]) for row in rows for name in times if row.get(name) is not None)
    with connect(request.timezone) as database:
        database.execute(sql.MACROS)
        frame = _typed(database, rows, table, times)
    key = times[0]
    undated = frame[frame[key].isna()]
    for line in undated["line"].unique():
        rejected.append((int(line), next(words for at, _, words in found if at == line), "the time cannot be read"))
        events -= 1
    frame = frame[~frame["line"].isin(undated["line"])].drop(columns="source")
    frame.to_parquet(out / EVENTS, index=False)
    pd.DataFrame(rejected, columns=["line", "text", "reason"]).astype({"line": "int64"}).to_parquet(out / REJECTED, index=False)
    return Ledger(
        format=chosen.name,
        table=chosen.table,
        unit="records",
        lines=len(found),
        events=events,
        continuation=0,
        blank=0,
        rejected=len(rejected),
        first=None if frame.empty else frame[key].min().to_pydatetime(),
        last=None if frame.empty else frame[key].max().to_pydatetime(),
        timezone="as written" if zoned else request.timezone,
        timezone_assumed=not zoned,
        notes=(*text.notes, f"counted in records; they hold {len(frame)} {chosen.table}"),
        examples=tuple(f"{line}: {reason}: {words[:120]}" for line, words, reason in rejected[:3]),
    )


def _reason(wrong: Exception) -> str:
    return f"lacks {wrong.args[0]!r}" if isinstance(wrong, KeyError) else str(wrong)


def _typed(
    database: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]], table: dict[str, schema.Column], times: list[str]
) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(table))
    if frame.empty:
        return schema.conform(pd.DataFrame(), table)
    for name in times:
        texts = frame[name].map(lambda value: None if pd.isna(value) else str(value)).astype("string")
        asked = pd.DataFrame({"n": range(len(texts)), "t": texts.to_numpy(dtype=object)})
        database.register("asked", asked)
        found = database.execute("SELECT epoch_us(to_time(t)) AS us FROM asked ORDER BY n").fetchnumpy()["us"]
        frame[name] = pd.to_datetime(pd.Series(found, dtype="Int64"), unit="us", utc=True)
    return schema.conform(frame, table)


def _records(body: str) -> Iterator[tuple[int, Any, str]]:
    """Give every record with the line on which it begins, and its text."""
    stripped = body.strip()
    try:
        document = json.loads(stripped)
    except ValueError:
        document = None
    if isinstance(document, list):
        yield from _elements(body)
    elif isinstance(document, dict):
        yield 1 + body[: body.index("{")].count("\n"), document, stripped[:500]
    elif stripped.startswith(("{", "[")):
        for number, line in enumerate(body.split("\n"), 1):
            if line.strip():
                yield number, _json_or_none(line), line
    else:
        yield from _csv_rows(body)


def _json_or_none(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _elements(body: str) -> Iterator[tuple[int, Any, str]]:
    decoder = json.JSONDecoder()
    position = body.index("[") + 1
    line, counted = 1, 0
    while True:
        while body[position] in " \t\r\n,":
            position += 1
        if body[position] == "]":
            return
        line, counted = line + body.count("\n", counted, position), position
        value, end = decoder.raw_decode(body, position)
        yield line, value, body[position : min(end, position + 500)]
        position = end


def _csv_rows(body: str) -> Iterator[tuple[int, Any, str]]:
    reader = csv.reader(body.splitlines(keepends=True))
    header = next(reader, [])
    before = reader.line_num
    for row in reader:
        line, before = before + 1, reader.line_num
        if row:
            fits = len(row) == len(header)
            yield line, dict(zip(header, row, strict=True)) if fits else None, ",".join(row)
