"""Parses small exports record by record: alerts, changes, chat messages, metrics and alert rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd

from pmkit.core import schema
from pmkit.core.schema import conform
from pmkit.core.wording import listing
from pmkit.formats.format import RecordFormat
from pmkit.formats.records.alert_steps import pair_steps
from pmkit.ingest.bytes import decoding
from pmkit.ingest.record_reading import LocatedRecord, RejectedRecord, records_of
from pmkit.ingest.record_times import RecordTimes
from pmkit.ingest.request import Request
from pmkit.ingest.wall_clock import UNREADABLE
from pmkit.store.ledger import MOST_EXAMPLES, Ledger
from pmkit.store.part import EVENTS, REJECTED

# What a format may raise while it reads a record that lacks something.
_INCOMPLETE: Final = (KeyError, TypeError, ValueError, AttributeError, IndexError)

# The columns with the begin and the ends of what the rows of a table describe.
_SPANS: Final = {
    "alerts": ("started_at", {"acknowledged_at": "acknowledged", "resolved_at": "resolved"}),
    "changes": ("at", {"finished_at": "finished"}),
}

# At most this many lines are named in a note.
_NAMED_LINES: Final = 3

_Row = dict[str, Any]

# The key of a row's record: its number in the export.
_RECORD: Final = "record"


@dataclass
class _ParsedRecords:
    """The rows read from the records of an export, and the rejected records.

    Attributes
    ----------
    rows : list of dict
        The rows of the table, each with the number of its record.
    rejected : list of RejectedRecord
        What could not be read.
    are_steps : bool
        Whether several records make one row, such as an alert that fires and is resolved.
    accepted : int
        The number of records that were read.
    empty : int
        How many of them contain nothing for the table.
    """

    rows: list[_Row] = field(default_factory=list)
    rejected: list[RejectedRecord] = field(default_factory=list)
    are_steps: bool = False
    accepted: int = 0
    empty: int = 0

    def without_row(self, rows: int) -> int:
        """Return how many of the accepted records have no row of their own, of which there are `rows` in all."""
        return max(0, self.accepted - rows) if self.are_steps else self.empty


def ingest_records(
    database: duckdb.DuckDBPyConnection, request: Request, entry: RecordFormat, text: decoding.Text, out: Path
) -> Ledger:
    """Parse an export of records, and return its ledger; an incomplete record is rejected with the reason."""
    not_json: list[RejectedRecord] = []
    records = list(records_of(entry, text.path, not_json))
    parsed = _parse(entry, records)
    table = schema.TABLES[entry.table]
    times = RecordTimes(database, request, text.modified)
    frame = _typed(parsed.rows, table, times)
    time = next((name for name, column in table.items() if column.dtype == schema.TIME), None)
    if time:
        frame = _reject_undated(frame, time, records, parsed)
    frame.drop(columns="source").to_parquet(out / EVENTS, index=False)
    rejected = [*parsed.rejected, *not_json]
    _write_rejected(rejected, out)
    without_row = parsed.without_row(len(frame))
    total = len(frame) + without_row + len(rejected)
    return Ledger(
        format=entry.name,
        table=entry.table,
        unit="records" if total == len(records) + len(not_json) else "rows",
        lines=total,
        events=len(frame),
        continuation=without_row,
        blank=0,
        rejected=len(rejected),
        first=None if frame.empty or not time else frame[time].min().to_pydatetime(),
        last=None if frame.empty or not time else frame[time].max().to_pydatetime(),
        timezone="as written" if times.zoned else request.timezone,
        timezone_assumed=(times.ambiguous or not times.zoned) and not request.timezone_is_hint,
        notes=(*text.notes, *dict.fromkeys(times.notes), *_notes(frame, entry.table)),
        dated=text.modified.date().isoformat() if times.lacks and not request.beside else None,
        lacks=times.lacks,
        examples=tuple(record.example for record in rejected[:MOST_EXAMPLES]),
    )


def _parse(entry: RecordFormat, records: Sequence[LocatedRecord]) -> _ParsedRecords:
    """Return the rows of all records."""
    parsed = _ParsedRecords(are_steps=entry.paired)
    for number, (line, record, text) in enumerate(records):
        if not entry.accepts(record):
            parsed.rejected.append(RejectedRecord(line, text, f"not {entry.name}"))
            continue
        try:
            rows = list(entry.rows(record))
        except _INCOMPLETE as error:
            reason = f"lacks {error.args[0]!r}" if isinstance(error, KeyError) else str(error)
            parsed.rejected.append(RejectedRecord(line, text, reason))
            continue
        parsed.accepted += 1
        parsed.empty += not rows
        parsed.rows.extend(_placed(row, line, number, are_steps=entry.paired) for row in rows)
    if entry.paired:
        parsed.rows = list(pair_steps(parsed.rows))
    return parsed


def _placed(row: _Row, line: int, number: int, *, are_steps: bool) -> _Row:
    """Return a row, or the row that a step of an alert carries, with its line and the number of its record."""
    place = {"line": line, _RECORD: number}
    return {**row, "row": {**row["row"], **place}} if are_steps else {**row, **place}


def _reject_undated(frame: pd.DataFrame, time: str, records: Sequence[LocatedRecord], parsed: _ParsedRecords) -> pd.DataFrame:
    """Return the rows whose time can be read; the others are rejected, each with the text of its record."""
    undated = frame[time].isna()
    of_undated = [records[row[_RECORD]] for row, is_undated in zip(parsed.rows, undated, strict=True) if is_undated]
    parsed.rejected.extend(RejectedRecord(line, text, UNREADABLE) for line, _, text in of_undated)
    parsed.accepted -= len(of_undated)
    return frame[~undated]


def _notes(frame: pd.DataFrame, table: str) -> Iterator[str]:
    """Yield notes on rows that end before they begin."""
    start, ends = _SPANS.get(table, ("", {}))
    for end, verb in ends.items():
        lines = [str(line) for line in frame.loc[frame[end] < frame[start], "line"]]
        if lines:
            subject = f"the {table.removesuffix('s')} in line" if len(lines) == 1 else f"the {table} in lines"
            was = "was" if len(lines) == 1 else "were"
            yield f"{subject} {listing(lines, _NAMED_LINES)} {was} {verb} before the start; one of the times is wrong"


def _write_rejected(rejected: Sequence[RejectedRecord], out: Path) -> None:
    frame = pd.DataFrame(rejected, columns=list(RejectedRecord._fields))
    frame.astype({"line": "int64"}).to_parquet(out / REJECTED, index=False)


def _typed(rows: Sequence[_Row], table: Mapping[str, schema.Column], times: RecordTimes) -> pd.DataFrame:
    """Return the rows in the types of the table."""
    frame = pd.DataFrame(rows, columns=list(table))
    if frame.empty:
        return conform(pd.DataFrame(), table)
    for name in (name for name, column in table.items() if column.dtype == schema.TIME):
        texts = [None if value is None or pd.isna(value) else str(value) for value in frame[name].tolist()]
        moments = times.read(dict.fromkeys(text for text in texts if text))
        frame[name] = pd.to_datetime(pd.Series([moments.get(text or "") for text in texts], dtype="Int64"), unit="us", utc=True)
    return conform(frame, table)
