"""Parses exports record by record: alerts, changes, chat messages, metrics, alert rules and spans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import duckdb
import pandas as pd

from pmkit.core import schema
from pmkit.core.schema import conform
from pmkit.core.wording import listing, plural
from pmkit.formats.alert_steps import REMARK, is_step, pair_steps
from pmkit.formats.change_steps import pair_changes
from pmkit.formats.declared_rows import NoRow, RowOrNone
from pmkit.formats.record_format import RecordFormat
from pmkit.ingest.bytes import decoding
from pmkit.ingest.record_reading import LocatedRecord, RejectedRecord, records_of
from pmkit.ingest.record_times import RecordTimes
from pmkit.ingest.request import Request
from pmkit.ingest.row_writer import RowWriter
from pmkit.ingest.wall_clock import UNREADABLE
from pmkit.store.ledger import MOST_EXAMPLES, Ledger
from pmkit.store.metric_units import in_one_unit
from pmkit.store.part import EVENTS, REJECTED

# Tables whose exports may be large: they are read in parts of at least so many rows.
_LARGE: Final = ("spans",)
_ROWS_OF_PART: Final = 20_000

# What a format may raise while it reads a record that lacks something.
_INCOMPLETE: Final = (KeyError, TypeError, ValueError, AttributeError, IndexError)

# The columns with the begin and the ends of what the rows of a table describe.
_SPANS: Final = {
    "alerts": ("started_at", {"acknowledged_at": "acknowledged", "resolved_at": "resolved"}),
    "changes": ("at", {"finished_at": "finished"}),
}

_UNDATED: Final = "has no time"

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
    remarks : Counter of str
        The remarks on records, without their subject, and how many records each is about.
    are_steps : bool
        Whether several records may make one row, such as an alert that fires and is resolved.
    accepted : int
        The number of records that were read.
    empty : int
        How many of them contain nothing for the table.
    """

    rows: list[_Row] = field(default_factory=list)
    rejected: list[RejectedRecord] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)
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
    rejected: list[RejectedRecord] = []
    records = records_of(entry, text.path, rejected)
    times = RecordTimes(database, request, text.modified)
    batches = []
    with RowWriter(out / EVENTS) as writer:
        for located, parsed in _parsed(entry, records):
            frame = _frame(entry, located, parsed, times)
            writer.write(frame.drop(columns="source"))
            batches.append(_summary(entry, len(located), frame, parsed))
            rejected += parsed.rejected
    _write_rejected(rejected, out)
    events, without_row = sum(batch.rows for batch in batches), sum(batch.without_row for batch in batches)
    total = events + without_row + len(rejected)
    not_records = len(rejected) - sum(batch.rejected for batch in batches)
    remarks = sum((batch.remarks for batch in batches), Counter[str]())
    return Ledger(
        format=entry.name,
        table=entry.table,
        unit="records" if total == sum(batch.records for batch in batches) + not_records else "rows",
        lines=total,
        events=events,
        continuation=without_row,
        blank=0,
        rejected=len(rejected),
        first=min((batch.first for batch in batches if batch.first), default=None),
        last=max((batch.last for batch in batches if batch.last), default=None),
        timezone="as written" if times.zoned else request.timezone,
        timezone_assumed=(times.ambiguous or not times.zoned) and not request.timezone_is_hint,
        notes=(
            *text.notes,
            *dict.fromkeys(times.notes),
            *(f"{plural(count, 'record')} {remark}" for remark, count in remarks.items()),
            *(note for batch in batches for note in batch.notes),
        ),
        dated=text.modified.date().isoformat() if times.lacks and not request.beside else None,
        lacks=times.lacks,
        examples=tuple(record.example for record in rejected[:MOST_EXAMPLES]),
    )


class _Summary(NamedTuple):
    """What was read of some records: how many records, rows, and records without a row of their own; times, remarks and notes."""

    records: int
    rows: int
    without_row: int
    rejected: int
    first: datetime | None
    last: datetime | None
    remarks: Counter[str]
    notes: tuple[str, ...]


def _summary(entry: RecordFormat, records: int, frame: pd.DataFrame, parsed: _ParsedRecords) -> _Summary:
    moments = _moments(entry)
    times = frame[moments[0]].dropna() if moments else pd.Series()
    first, last = (None, None) if times.empty else (times.min().to_pydatetime(), times.max().to_pydatetime())
    notes = tuple(_notes(frame, entry.table))
    without_row, rejected = parsed.without_row(len(frame)), len(parsed.rejected)
    return _Summary(records, len(frame), without_row, rejected, first, last, parsed.remarks, notes)


def _frame(entry: RecordFormat, records: Sequence[LocatedRecord], parsed: _ParsedRecords, times: RecordTimes) -> pd.DataFrame:
    """Return the rows of some records in the types of their table; records without a time are rejected."""
    if parsed.are_steps:
        parsed.rows = _paired(entry.table, parsed, records, times)
    frame = _typed(parsed.rows, schema.TABLES[entry.table], times)
    frame = in_one_unit(frame) if entry.table == "metrics" else frame
    return _reject_undated(frame, _moments(entry), records, parsed)


def _moments(entry: RecordFormat) -> list[str]:
    return [name for name, column in schema.TABLES[entry.table].items() if column.dtype == schema.TIME]


def _parsed(entry: RecordFormat, records: Iterable[LocatedRecord]) -> Iterator[tuple[list[LocatedRecord], _ParsedRecords]]:
    """Yield the records, and the rows and the steps of them; those of a large export in several parts."""
    located, parsed = list[LocatedRecord](), _ParsedRecords()
    for record in records:
        _parse(entry, record, len(located), parsed)
        located.append(record)
        if entry.table in _LARGE and len(parsed.rows) >= _ROWS_OF_PART:
            yield located, parsed
            located, parsed = [], _ParsedRecords()
    parsed.are_steps = any(map(is_step, parsed.rows))
    yield located, parsed


def _parse(entry: RecordFormat, located: LocatedRecord, number: int, parsed: _ParsedRecords) -> None:
    """Add the rows and the steps of a record, or why there are none."""
    if not entry.accepts(located.record):
        parsed.rejected.append(located.rejected(f"not {entry.name}"))
        return
    try:
        rows = list(entry.rows(located.record))
    except _INCOMPLETE as error:
        reason = f"lacks {error.args[0]!r}" if isinstance(error, KeyError) else str(error)
        parsed.rejected.append(located.rejected(reason))
        return
    parsed.accepted += 1
    parsed.empty += all(isinstance(row, NoRow) for row in rows)
    for row in rows:
        _add(parsed, row, {"line": located.line, _RECORD: number})


def _add(parsed: _ParsedRecords, row: RowOrNone, place: _Row) -> None:
    """Add a row, or the row that a step of an alert carries, with its line and the number of its record."""
    if isinstance(row, NoRow):
        parsed.remarks[f"left out: {row.what}"] += 1
        return
    if remark := row.pop(REMARK, None):
        parsed.remarks[remark] += 1
    parsed.rows.append({**row, "row": {**row["row"], **place}} if is_step(row) else {**row, **place})


def _paired(table: str, parsed: _ParsedRecords, records: Sequence[LocatedRecord], times: RecordTimes) -> list[_Row]:
    """Return one row for the steps of each alert or change, and the other rows; steps whose time cannot be read are rejected."""
    steps = [row for row in parsed.rows if is_step(row)]
    moments = times.read(dict.fromkeys(str(row["at"]) for row in steps if row["at"] is not None))
    dated = [row for row in steps if moments.get(str(row["at"])) is not None]
    for row in steps:
        if moments.get(str(row["at"])) is None:
            parsed.rejected.append(records[row["row"][_RECORD]].rejected(UNREADABLE if row["at"] else _UNDATED))
            parsed.accepted -= 1
    if table == "changes":
        changes = pair_changes(dated, lambda at: moments[str(at)] or 0)
        return [*(row for row in parsed.rows if not is_step(row)), *changes]
    paired = list(pair_steps(dated, lambda at: moments[str(at)] or 0))
    paired.sort(key=lambda row: moments.get(str(row["started_at"] or row["resolved_at"])) or 0)
    rows = [*(row for row in parsed.rows if not is_step(row)), *paired]
    ends = sum(row["started_at"] is None for row in rows)
    if ends:
        parsed.remarks["without a start: the alert began before the export"] += ends
    return rows


def _reject_undated(
    frame: pd.DataFrame, moments: Sequence[str], records: Sequence[LocatedRecord], parsed: _ParsedRecords
) -> pd.DataFrame:
    """Return the rows with a time that can be read; the others are rejected, each with the text of its record."""
    needed = list(moments) if parsed.are_steps else list(moments[:1])
    if not needed:
        return frame
    undated = frame[needed].isna().all(axis=1)
    for row, is_undated in zip(parsed.rows, undated, strict=True):
        if is_undated:
            has_time = row.get(needed[0]) is not None
            parsed.rejected.append(records[row[_RECORD]].rejected(UNREADABLE if has_time else _UNDATED))
            parsed.accepted -= 1
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
