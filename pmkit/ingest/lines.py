"""Parses logs line by line in the database, except the lines that the columnar reader has read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import duckdb
import pyarrow as pa

from pmkit.core import schema, sql
from pmkit.formats.format import Syntax
from pmkit.formats.severity import stated_severity, without_stated_severity
from pmkit.formats.stack_traces import BEFORE_EXCEPTION, LAST_EXCEPTION
from pmkit.ingest.columnar.reader import ColumnarReader
from pmkit.ingest.columns import COLUMNS, canonical, create_lines
from pmkit.ingest.continuations import classify_unparsed
from pmkit.ingest.ingest_job import IngestJob
from pmkit.ingest.layer import Layer
from pmkit.ingest.line_joining import join_lines, lines_outside
from pmkit.ingest.line_ledger import ledger_of
from pmkit.ingest.loading import join_records, load_lines
from pmkit.ingest.other_lines import read_other_lines
from pmkit.ingest.record_reading import RejectedRecord
from pmkit.ingest.relations import IS_EVENT, NONE, Relations, create_table, create_view, fetch_row
from pmkit.ingest.request import service_sql
from pmkit.ingest.sectioning import sections_of
from pmkit.ingest.unwrapping import unwrap
from pmkit.ingest.wall_clock import resolve_times
from pmkit.store.database import register_table
from pmkit.store.event_file import EventFile
from pmkit.store.ledger import Ledger
from pmkit.store.part import EVENTS
from pmkit.store.union import all_attributes
from pmkit.store.writer import write_counts, write_events

# The columns of an event that are taken from its line unchanged.
_PLAIN_COLUMNS: Final = [name for name in (*COLUMNS, "http_route") if name not in ("attributes", "service")]

# Some columns of an event that comes from its wrapper alone.
_WRAPPER_COLUMNS: Final = {
    "severity": f"coalesce({stated_severity('text')}, crash, wrapper.severity)",
    "message": without_stated_severity("text"),
    "http_route": "route_of(wrapper.url_path)",
}

# The columns of an event that has no time of its own.
_UNDATED_COLUMNS: Final = {name: name for name in ("line", "more", "below", "timestamp", "service", "host")} | {
    "severity": f"coalesce({stated_severity('text')}, crash)",
    "message": without_stated_severity("text"),
}

# The columns of an event that has lines below it. A trace makes an event without a severity an error; and what is above an
# exception in the output of a program does not name it.
_COLUMNS_ABOVE: Final = {
    "severity": "coalesce(severity, trace_severity)",
    "message": f"""
        CASE WHEN regexp_matches(message, {sql.quoted(BEFORE_EXCEPTION)})
             THEN concat_ws(' ', message, nullif(regexp_extract(chr(10) || under, {sql.quoted(LAST_EXCEPTION)}, 1), ''))
             ELSE message END
    """,
}

# The events with the lines below each among its attributes.
_EVENTS: Final = """
    SELECT line AS nth, {place} AS line, below, {columns}, CAST({service} AS VARCHAR) AS service,
           CASE WHEN nullif({under}, '') IS NULL THEN attributes
                ELSE json_merged({attributes}, json_object('continuation', {under})) END AS attributes {packed}
    FROM {events} {order}
"""


def ingest_lines(job: IngestJob) -> Ledger:
    """Parse a log by its plan, and return its ledger; lines that fit no format are rejected."""
    if job.recipe:
        columnar = ColumnarReader(job.database, job.recipe)
        relations, notes = _write_columnar(job, columnar)
        lines = columnar.lines
    else:
        relations, notes = parse(job, load_lines(job, None))
        lines = None
        write_events(job.database, relations.events, job.out / EVENTS, relations.packed)
        job.advance(job.piece.end - job.piece.begin)
    events = relations.events if job.is_tiny else f"read_parquet({sql.quoted(str(job.out / EVENTS))})"
    totals = write_counts(job.database, events, relations.rejected, job.out, whole=job.is_whole)
    return ledger_of(job, relations, totals, lines, [*job.text.notes, *dict.fromkeys(notes)])


def _write_columnar(job: IngestJob, columnar: ColumnarReader) -> tuple[Relations, list[str]]:
    """Write the events of a log of plain lines, and return the relations of its other lines, and notes."""
    with EventFile(job.out / EVENTS, columnar.schema) as file:
        for events in columnar.read(_reporting(job.chunks(job.limits.columnar_chunk_bytes), job.advance), job.piece.above):
            file.add(events)
        relations, notes = parse(job, load_lines(job, columnar))
        file.add_relation(job.database, relations.events)
    return relations, notes


def _reporting(chunks: Iterator[bytes], advance: Callable[[int], None]) -> Iterator[bytes]:
    """Yield the chunks, and report each of them as read when the next one is requested."""
    for chunk in chunks:
        yield chunk
        advance(len(chunk))


def first_event(job: IngestJob) -> tuple[int, datetime] | None:
    """Return the number of the first line that is an event, whatever is above it, and its time, UTC."""
    relations, _ = parse(job, load_lines(job, None))
    row = job.database.execute(f"SELECT nth, epoch_us(timestamp) FROM {relations.events} ORDER BY nth LIMIT 1").fetchone()
    return (int(row[0]), datetime.fromtimestamp(row[1] // 1_000_000, UTC)) if row else None


def parse(job: IngestJob, lines: Relations) -> tuple[Relations, list[str]]:
    """Return the relations with everything that is read from the lines, and notes on what had to be assumed."""
    relations = join_records(job.database, job.plan, lines)
    relations, wrapper_notes = unwrap(job, relations)
    relations, reader_notes = _read(job, relations)
    relations = classify_unparsed(job.database, job.plan, relations)
    if job.exploded and job.exploded.rejected:
        relations = replace(relations, rejected=_with_unread(job.database, relations.rejected, job.exploded.rejected))
    return replace(relations, events=_gather_events(job, relations)), [*wrapper_notes, *reader_notes]


def _with_unread(database: duckdb.DuckDBPyConnection, rejected: str, unread: Sequence[RejectedRecord]) -> str:
    """Return the rejected records together with those of documents that could not be read at all."""
    columns = zip(*unread, strict=True)
    register_table(database, "unread", pa.table(dict(zip(RejectedRecord._fields, map(list, columns), strict=True))))
    return create_table(database, "rejected", f"FROM {rejected} UNION ALL BY NAME SELECT *, 0 AS below FROM unread")


def _read(job: IngestJob, relations: Relations) -> tuple[Relations, list[str]]:
    """Parse the records with each reader of the plan in turn; each gets those that the readers before it left."""
    database, notes = job.database, list[str]()
    parsed: list[str] = []
    packed: tuple[str, ...] = ()
    remaining = relations.records
    for layer in job.plan.readers:
        parts = []
        records, heads = join_lines(database, layer, relations, remaining, wrapped=bool(job.plan.wrappers))
        sections, more_notes = sections_of(database, layer, records)
        notes += more_notes
        for section, part in sections:
            lines = canonical(section, part, wrapped=bool(job.plan.wrappers), pack=_packs(job))
            cut = create_lines(database, lines)
            dated, more_notes = resolve_times(database, cut, section, job.request, job.text.modified)
            parts.append(f"SELECT * EXCLUDE (naive, stream, is_partial, is_repaired) FROM {dated}")
            packed = lines.packed
            notes += [*more_notes, *_repair_notes(database, layer, cut)]
        parsed.append(create_view(database, "parsed", " UNION ALL BY NAME ".join(parts)))
        remaining = _remaining(database, layer, remaining, parsed[-1], heads)
    others, more_notes = read_other_lines(job, remaining)
    for relation in others:
        query = f"FROM {remaining} ANTI JOIN (FROM {relation} WHERE {IS_EVENT}) USING (line)"
        remaining = create_table(database, "remaining", query)
    nothing = "".join(f", CAST(NULL AS VARCHAR) AS {sql.quoted_name(name)}" for name in packed)
    parsed += [f"(SELECT *{nothing} FROM {relation})" for relation in others]
    relations = replace(relations, parsed=tuple(parsed), packed=packed, unparsed=remaining)
    return relations, notes + more_notes


def _repair_notes(database: duckdb.DuckDBPyConnection, layer: Layer, lines: str) -> list[str]:
    """Return a note on the lines of JSON that had to be repaired, if there are any."""
    if layer.entry.syntax is not Syntax.JSON:
        return []
    (repaired,) = fetch_row(database, f"SELECT count(*) FROM {lines} WHERE is_repaired")
    return [f"lines with invalid JSON that were repaired: {repaired}"] if repaired else []


def _packs(job: IngestJob) -> bool:
    """Return whether attributes become columns of their own: in a log of some size whose lines are all alike."""
    return not (job.is_tiny or job.plan.wrappers) and len(job.plan.readers) == 1 and not job.plan.readers[0].entry.sections


def _remaining(database: duckdb.DuckDBPyConnection, layer: Layer, before: str, parsed: str, heads: str | None) -> str:
    """Return those of the records before a reader that did not become events."""
    if heads:
        return lines_outside(database, before, heads, parsed)
    if layer.entry.sections:
        return create_table(database, "remaining", f"FROM {before} ANTI JOIN (FROM {parsed} WHERE {IS_EVENT}) USING (line)")
    return create_table(database, "remaining", f"FROM {before} SEMI JOIN (FROM {parsed} WHERE NOT ({IS_EVENT})) USING (line)")


def _gather_events(job: IngestJob, relations: Relations) -> str:
    """Return the events from the readers and from the wrappers, each with its line in the export."""
    parts = _event_queries(job, relations)
    events = f"({' UNION ALL BY NAME '.join(parts)})"
    attached = relations.continuations != NONE and fetch_row(job.database, f"SELECT count(*) FROM {relations.continuations}") != (
        0,
    )
    if attached:
        events += f" LEFT JOIN (SELECT line, under, crash AS trace_severity FROM {relations.continuations}) USING (line)"
    if job.exploded:
        events += f" JOIN (SELECT line, place FROM {relations.lines}) USING (line)"
    has_sections = any(layer.entry.sections for layer in job.plan.readers)
    in_order = len(parts) == 1 and not (job.exploded or has_sections or job.plan.wrappers)
    query = _EVENTS.format(
        place=relations.place,
        columns=", ".join(
            f"{_COLUMNS_ABOVE[name]} AS {name}" if attached and name in _COLUMNS_ABOVE else name for name in _PLAIN_COLUMNS
        ),
        service=service_sql(job.request, "service"),
        under="concat_ws(chr(10), more, under)" if attached else "more",
        events=events,
        packed="".join(f", {sql.quoted_name(name)}" for name in relations.packed),
        attributes=all_attributes(relations.packed),
        order="" if in_order else "ORDER BY nth",
    )
    # The events of a tiny log are read several times: each time, the query of a view would be planned.
    return (create_table if job.is_tiny else create_view)(job.database, "events", query)


def _event_queries(job: IngestJob, relations: Relations) -> list[str]:
    names = ("line", "more", "below", "attributes", "service", *_PLAIN_COLUMNS, *relations.packed)
    columns = ", ".join(map(sql.quoted_name, names))
    queries = [f"SELECT {columns} FROM {parsed} WHERE {IS_EVENT}" for parsed in relations.parsed]
    if job.plan.wrappers and fetch_row(job.database, f"SELECT count(*) FROM (FROM {relations.wrapper_events} LIMIT 1)") != (0,):
        outer = ", ".join(f"{_WRAPPER_COLUMNS.get(name, f'wrapper.{name}')} AS {name}" for name in _PLAIN_COLUMNS)
        queries.append(f"SELECT line, more, below, wrapper.attributes, wrapper.service, {outer} FROM {relations.wrapper_events}")
    nothing = ", ".join(f"CAST(NULL AS {schema.LOGS[name].sql}) AS {name}" for name in (*COLUMNS, "http_route"))
    if any(each.undated for each in relations.assumed.values()):
        undated = ", ".join(f"{_UNDATED_COLUMNS.get(name, 'NULL')} AS {sql.quoted_name(name)}" for name in names)
        queries.append(f"SELECT {undated} FROM {relations.undated_events}")
    return queries or [f"SELECT 0::BIGINT AS line, NULL::VARCHAR AS more, 0 AS below, {nothing} WHERE false"]
