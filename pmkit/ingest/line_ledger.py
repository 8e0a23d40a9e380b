"""Counts the lines of a log by kind, and notes what was unusual about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

import duckdb
import pandas as pd

from pmkit.core.wording import listing
from pmkit.ingest.bytes import decoding
from pmkit.ingest.bytes.chunks import chunks_of
from pmkit.ingest.ingest_job import IngestJob
from pmkit.ingest.relations import LOG, Relations, fetch_row
from pmkit.store.ledger import MOST_EXAMPLES, Ledger, example_of
from pmkit.store.writer import Totals

# At most this many lines that are too long are listed.
_NAMED_LINES: Final = 3


# The counts of lines by log; the lines below a line belong to what it belongs to.
_LINE_COUNTS: Final = (
    "SELECT {log} AS log, count(*) AS lines, count(*) FILTER (is_blank(text)) AS blank FROM {lines} GROUP BY log",
    "SELECT nth >> 32 AS log, sum(below) AS continuation FROM {events} GROUP BY log",
    "SELECT {log} AS log, sum(lines) + sum(inner_lines) AS continuation FROM {continuations} GROUP BY log",
    "SELECT {log} AS log, count(*) + sum(below) AS continuation FROM {headers} GROUP BY log",
    "SELECT nth >> 32 AS log, count(*) AS rejected, sum(below) AS continuation FROM {rejected} GROUP BY log",
    "SELECT {log} AS log, count(*) AS continuation FROM {table_headers} GROUP BY log",
)


class LineCounts(NamedTuple):
    """The number of lines of a log, and how many of them are blank, rejected, or belong to another line."""

    lines: int = 0
    blank: int = 0
    rejected: int = 0
    continuation: int = 0


def ledger_of(job: IngestJob, relations: Relations, writer: EventWriter, lines_read: int | None, notes: Sequence[str]) -> Ledger:
    """Return the ledger of a log.

    Parameters
    ----------
    lines_read : int or None
        The number of lines, if not all of them are in the database.
    notes : sequence of str
        What had to be repaired or assumed.
    """
    database, plan, request = job.database, job.plan, job.request
    unread = job.exploded.rejected if job.exploded else ()
    counts = count_lines(database, relations).get(0, LineCounts())
    lines = (counts.lines if lines_read is None else lines_read) + len(unread)
    examples = database.execute(
        f"SELECT line, reason, text FROM {relations.rejected} ORDER BY line LIMIT {MOST_EXAMPLES}"
    ).fetchall()
    return Ledger(
        format=plan.name if lines else "empty",
        table="logs",
        unit="records" if job.exploded else "lines",
        lines=int(lines),
        events=writer.events,
        continuation=counts.continuation,
        blank=counts.blank,
        rejected=counts.rejected + len(unread),
        first=_instant(writer.first),
        last=_instant(writer.last),
        timezone="as written" if plan.zoned else request.timezone,
        timezone_assumed=not plan.zoned and not request.timezone_is_hint,
        notes=(*notes, *_notes(job, relations, int(lines))),
        content=str(totals.content),
        dated=job.text.modified.date().isoformat() if plan.undated else None,
        examples=tuple(example_of(*example) for example in examples),
    )


def count_lines(database: duckdb.DuckDBPyConnection, relations: Relations) -> dict[int, LineCounts]:
    """Return the counts of lines of each log, by its number."""
    columns = ", ".join(f"CAST(sum({name}) AS BIGINT)" for name in LineCounts._fields)
    parts = " UNION ALL BY NAME ".join(part.format(log=LOG, **vars(relations)) for part in _LINE_COUNTS)
    rows = database.execute(f"SELECT log, {columns} FROM ({parts}) WHERE log IS NOT NULL GROUP BY log").fetchall()
    return {int(log): LineCounts(*(int(count or 0) for count in counts)) for log, *counts in rows}


def _notes(job: IngestJob, relations: Relations, lines: int) -> list[str]:
    """Return notes on a log without a known format, an empty one, lines that are too long, and a cut last line."""
    notes = []
    if any(layer.entry.fallback for layer in job.plan.readers):
        notes.append("no known format; read for its times, severity words and messages only")
    if lines == 0:
        notes.append("the file is empty")
    notes += _long_lines(job)
    last = lines + job.piece.above
    if _ends_within_line(job, relations, last):
        notes.append(f"the file ends in the middle of line {last}: was the export cut short?")
    return notes


def _long_lines(job: IngestJob) -> list[str]:
    """Return a note that lists the lines that were cut because they are too long."""
    cuts, longest = job.cutter.cuts, job.limits.longest_line
    if not cuts:
        return []
    with job.text.path.open("rb") as file:
        chunks_before = [chunks_of(file, job.piece.begin, job.piece.begin + cut) for cut in cuts[:_NAMED_LINES]]
        lines = [str(job.piece.above + 1 + sum(map(decoding.count_line_ends, chunks))) for chunks in chunks_before]
    more = [f"{len(cuts) - _NAMED_LINES} more"] if len(cuts) > _NAMED_LINES else []
    size = f"{longest:,} bytes" if longest % (1 << 20) else f"{longest >> 20} MiB"
    subject, verb = ("lines", "are") if len(cuts) > 1 else ("line", "is")
    return [f"{subject} {listing([*lines, *more])} {verb} longer than {size}; the rest was left out"]


def _ends_within_line(job: IngestJob, relations: Relations, last: int) -> bool:
    """Return whether the last line, whose number is `last`, is not an event and has no line end."""
    if job.exploded or not job.piece.end:
        return False
    with job.text.path.open("rb") as file:
        file.seek(job.piece.end - 1)
        if file.read(1) == b"\n":
            return False
    (events,) = fetch_row(job.database, f"SELECT count(*) FROM {relations.events} WHERE nth = {last}")
    (lines,) = fetch_row(job.database, f"SELECT count(*) FROM {relations.lines} WHERE line = {last}")
    return bool(lines and not events)


def _instant(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else pd.Timestamp(microseconds, unit="us", tz="UTC").to_pydatetime()
