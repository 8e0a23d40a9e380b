"""Counts the lines of a log by kind, and notes what was unusual about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple

import duckdb
import pandas as pd

from pmkit.core.wording import listing
from pmkit.ingest.bytes import decoding
from pmkit.ingest.bytes.chunks import chunks_of
from pmkit.ingest.ingest_job import IngestJob, SmallLog
from pmkit.ingest.plan import Plan
from pmkit.ingest.relations import LINE_BITS, NONE, Relations, fetch_row
from pmkit.ingest.request import Request
from pmkit.store.ledger import MOST_EXAMPLES, Ledger, example_of
from pmkit.store.writer import NO_EVENTS, Totals

# At most this many lines that are too long are listed.
_NAMED_LINES: Final = 3


# The note on a field that is called a duration but was not read as one.
_WITHOUT_UNIT: Final = (
    "`{name}` has no unit, so it is kept as an attribute; to read it as a duration, define a format in incident.yaml that maps "
    "it to duration_ms or another unit"
)

# The note on a field that says that events were sampled.
_SAMPLED: Final = (
    "by its name, `{name}` says that only some of the events were logged; if so, counts are too low, and shares are wrong if "
    "failures were kept more often"
)

# The note on each field of `Assumed`; those of a log in pieces give the sums of the counts.
_ASSUMED: Final = (
    "lines without a date or a time, given the time of the event above them",
    "crashes and stack traces below an event that is no error, read as errors of their own",
    "stack traces below a warning or a message of a failure, read as part of it",
)

# The counts of lines by log, for each relation of lines; the lines below a line belong to what it belongs to.
_LINE_COUNTS: Final = {
    "lines": "SELECT {of_line} AS log, count(*) AS lines, count(*) FILTER (is_blank(text)) AS blank FROM {lines} GROUP BY log",
    "events": "SELECT {of_nth} AS log, sum(below) AS continuation FROM {events} GROUP BY log",
    "continuations": "SELECT {of_line} AS log, sum(lines) + sum(inner_lines) AS continuation FROM {continuations} GROUP BY log",
    "headers": "SELECT {of_line} AS log, count(*) + sum(below) AS continuation FROM {headers} GROUP BY log",
    "rejected": "SELECT {of_nth} AS log, count(*) AS rejected, sum(below) AS continuation FROM {rejected} GROUP BY log",
    "table_headers": "SELECT {of_line} AS log, count(*) AS continuation FROM {table_headers} GROUP BY log",
}


# A few rejected lines of each log.
_EXAMPLES: Final = """
    SELECT {log} AS log, line, reason, text FROM {rejected}
    QUALIFY row_number() OVER (PARTITION BY log ORDER BY line) <= {most} ORDER BY log, line
"""


class LineCounts(NamedTuple):
    """The number of lines of a log, and how many of them are blank, rejected, or belong to another line."""

    lines: int = 0
    blank: int = 0
    rejected: int = 0
    continuation: int = 0


def ledger_of(job: IngestJob, relations: Relations, totals: Totals, lines_read: int | None, notes: Sequence[str]) -> Ledger:
    """Return the ledger of a log.

    Parameters
    ----------
    lines_read : int or None
        The number of lines, if not all of them are in the database.
    notes : sequence of str
        What had to be repaired or assumed.
    """
    unread = job.exploded.rejected if job.exploded else ()
    counted = _count_lines(job.database, relations).get(0, LineCounts())
    lines = (counted.lines if lines_read is None else lines_read) + len(unread)
    counts = counted._replace(lines=lines)
    last = lines + job.piece.above
    is_cut = not job.exploded and bool(job.plan.readers or job.plan.wrappers) and _ends_within_line(job, relations, last)
    ledger = _ledger(
        job.plan,
        job.request,
        counts,
        totals,
        notes=[*notes, *_assumptions(relations, 0), *_notes(job.plan, lines, last, _long_lines(job), is_cut=is_cut)],
        examples=_examples(job.database, relations).get(0, ()),
        unit="records" if job.exploded else "lines",
        dated=job.text.modified.date().isoformat() if job.plan.lacks and not job.request.beside else None,
    )
    return replace(ledger, lacks=job.plan.lacks)


def ledgers_of(job: IngestJob, relations: Relations, logs: Sequence[SmallLog], totals: Mapping[int, Totals]) -> list[Ledger]:
    """Return the ledgers of several small logs that were read at once.

    Parameters
    ----------
    logs : sequence of SmallLog
        The logs in the order of their numbers.
    totals : mapping of int to Totals
        What was written of each of them.
    """
    counts, examples = _count_lines(job.database, relations), _examples(job.database, relations)
    cut = _cut_logs(job.database, relations, logs)
    ledgers = []
    for number, log in enumerate(logs):
        lines = counts.get(number, LineCounts())
        notes = [
            *log.text.notes,
            *_assumptions(relations, number),
            *_notes(job.plan, lines.lines, lines.lines, [], is_cut=number in cut),
        ]
        written = totals.get(number, NO_EVENTS)
        rejected = examples.get(number, ())
        ledgers.append(_ledger(job.plan, log.request, lines, written, notes=notes, examples=rejected, unit="lines", dated=None))
    return ledgers


def _ledger(
    plan: Plan,
    request: Request,
    counts: LineCounts,
    totals: Totals,
    *,
    notes: Sequence[str],
    examples: Sequence[str],
    unit: str,
    dated: str | None,
) -> Ledger:
    return Ledger(
        format=plan.name if counts.lines else "empty",
        table="logs",
        unit=unit,
        lines=counts.lines,
        events=totals.events,
        continuation=counts.continuation,
        blank=counts.blank,
        rejected=counts.rejected,
        first=_instant(totals.first),
        last=_instant(totals.last),
        timezone="as written" if plan.zoned else request.timezone,
        timezone_assumed=(plan.ambiguous or not plan.zoned) and not request.timezone_is_hint,
        # In the order of `Ledger.merged`.
        notes=tuple(sorted(notes)),
        content=str(totals.content),
        dated=dated,
        examples=tuple(examples),
    )


def _examples(database: duckdb.DuckDBPyConnection, relations: Relations) -> dict[int, list[str]]:
    """Return a few rejected lines of each log, by its number."""
    examples = defaultdict[int, list[str]](list)
    if relations.rejected == NONE:
        return examples
    query = _EXAMPLES.format(log=relations.log("coalesce(nth, 0)"), rejected=relations.rejected, most=MOST_EXAMPLES)
    for log, *example in database.execute(query).fetchall():
        examples[int(log)].append(example_of(*example))
    return examples


def _count_lines(database: duckdb.DuckDBPyConnection, relations: Relations) -> dict[int, LineCounts]:
    """Return the counts of lines of each log, by its number."""
    # No counts of any line, so that every column is there.
    nothing = ", ".join(f"NULL::BIGINT AS {name}" for name in LineCounts._fields)
    parts = " UNION ALL BY NAME ".join(
        [f"SELECT NULL::BIGINT AS log, {nothing}"]
        + [
            part.format(of_line=relations.log("line"), of_nth=relations.log("nth"), **vars(relations))
            for name, part in _LINE_COUNTS.items()
            if getattr(relations, name) != NONE
        ]
    )
    columns = ", ".join(f"CAST(sum({name}) AS BIGINT)" for name in LineCounts._fields)
    rows = database.execute(f"SELECT log, {columns} FROM ({parts}) WHERE log IS NOT NULL GROUP BY log").fetchall()
    return {int(log): LineCounts(*(int(count or 0) for count in counts)) for log, *counts in rows}


def _assumptions(relations: Relations, log: int) -> list[str]:
    """Return notes on what was assumed about the lines of a log."""
    counts = relations.assumed.get(log)
    return [f"{note}: {number}" for note, number in zip(_ASSUMED, counts, strict=True) if number] if counts else []


def _notes(plan: Plan, lines: int, last: int, long_lines: Sequence[str], *, is_cut: bool) -> list[str]:
    """Return notes on a log without a known format, an empty one, lines that are too long, and a cut last line."""
    notes = []
    if any(layer.entry.fallback for layer in plan.readers):
        notes.append("no known format; read for its times, severity words and messages only")
    notes += [_WITHOUT_UNIT.format(name=name) for layer in plan.readers if (name := layer.duration_without_unit)]
    notes += [_SAMPLED.format(name=name) for layer in plan.readers if (name := layer.sampling_rate)]
    if lines == 0:
        notes.append("the file is empty")
    notes += long_lines
    if is_cut:
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
    if not job.piece.end:
        return False
    with job.text.path.open("rb") as file:
        file.seek(job.piece.end - 1)
        if file.read(1) == b"\n":
            return False
    (events,) = fetch_row(job.database, f"SELECT count(*) FROM {relations.events} WHERE nth = {last}")
    (lines,) = fetch_row(job.database, f"SELECT count(*) FROM {relations.lines} WHERE line = {last}")
    return bool(lines and not events)


def _cut_logs(database: duckdb.DuckDBPyConnection, relations: Relations, logs: Sequence[SmallLog]) -> set[int]:
    """Return the numbers of the logs whose last line is not an event and has no line end."""
    ends = {number: len(log.lines) for number, log in enumerate(logs) if log.lines and not log.ends_with_newline}
    if not ends:
        return set()
    numbers = [(log << LINE_BITS) + last for log, last in ends.items()]
    query = f"SELECT DISTINCT {relations.log('nth')} FROM {relations.events} WHERE nth IN (SELECT unnest($numbers))"
    return {*ends} - {int(log) for (log,) in database.execute(query, {"numbers": numbers}).fetchall()}


def _instant(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else pd.Timestamp(microseconds, unit="us", tz="UTC").to_pydatetime()
