"""Parses small exports record by record: alerts, changes, chat messages, metrics and alert rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd

from pmkit.core import schema
from pmkit.core.schema import conform
from pmkit.core.wording import listing, plural
from pmkit.formats.alert_steps import REMARK, is_step, pair_steps
from pmkit.formats.declared_rows import NoRow, RowOrNone
from pmkit.formats.record_format import RecordFormat
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

    def notes(self) -> Iterator[str]:
        """Yield the remarks, each with the number of records."""
        for remark, count in self.remarks.items():
            yield f"{plural(count, 'record')} {remark}"


def ingest_records(
    database: duckdb.DuckDBPyConnection, request: Request, entry: RecordFormat, text: decoding.Text, out: Path
) -> Ledger:
    """Parse an export of records, and return its ledger; an incomplete record is rejected with the reason."""
    not_json: list[RejectedRecord] = []
    records = list(records_of(entry, text.path, not_json))
    table = schema.TABLES[entry.table]
    times = RecordTimes(database, request, text.modified)
    parsed = _parse(entry, records)
    if parsed.are_steps:
        parsed.rows = _paired(parsed, records, times)
    frame = _typed(parsed.rows, table, times)
    moments = [name for name, column in table.items() if column.dtype == schema.TIME]
    time = moments[0] if moments else None
    frame = _reject_undated(frame, moments, records, parsed)
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
        first=None if not time or frame[time].isna().all() else frame[time].min().to_pydatetime(),
        last=None if not time or frame[time].isna().all() else frame[time].max().to_pydatetime(),
        timezone="as written" if times.zoned else request.timezone,
        timezone_assumed=(times.ambiguous or not times.zoned) and not request.timezone_is_hint,
        notes=(*text.notes, *dict.fromkeys(times.notes), *parsed.notes(), *_notes(frame, entry.table)),
        dated=text.modified.date().isoformat() if times.lacks and not request.beside else None,
        lacks=times.lacks,
        examples=tuple(record.example for record in rejected[:MOST_EXAMPLES]),
    )


def _parse(entry: RecordFormat, records: Sequence[LocatedRecord]) -> _ParsedRecords:
    """Return the rows and the steps of all records."""
    parsed = _ParsedRecords()
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
        parsed.empty += all(isinstance(row, NoRow) for row in rows)
        for row in rows:
            _add(parsed, row, {"line": line, _RECORD: number})
    parsed.are_steps = any(map(is_step, parsed.rows))
    return parsed


def _add(parsed: _ParsedRecords, row: RowOrNone, place: _Row) -> None:
    """Add a row, or the row that a step of an alert carries, with its line and the number of its record."""
    if isinstance(row, NoRow):
        parsed.remarks[f"left out: {row.what}"] += 1
        return
    if remark := row.pop(REMARK, None):
        parsed.remarks[remark] += 1
    parsed.rows.append({**row, "row": {**row["row"], **place}} if is_step(row) else {**row, **place})


def _paired(parsed: _ParsedRecords, records: Sequence[LocatedRecord], times: RecordTimes) -> list[_Row]:
    """Return one row for the steps of each alert, and the other rows; steps whose time cannot be read are rejected."""
    steps = [row for row in parsed.rows if is_step(row)]
    moments = times.read(dict.fromkeys(str(row["at"]) for row in steps if row["at"] is not None))
    dated = [row for row in steps if moments.get(str(row["at"])) is not None]
    for row in steps:
        if moments.get(str(row["at"])) is None:
            line, _, text = records[row["row"][_RECORD]]
            parsed.rejected.append(RejectedRecord(line, text, UNREADABLE if row["at"] else _UNDATED))
            parsed.accepted -= 1
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
            line, _, text = records[row[_RECORD]]
            has_time = row.get(needed[0]) is not None
            parsed.rejected.append(RejectedRecord(line, text, UNREADABLE if has_time else _UNDATED))
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
