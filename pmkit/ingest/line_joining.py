"""Joins the lines of each record, for formats whose records span lines."""

from __future__ import annotations

from typing import Final

import duckdb

from pmkit.core import sql
from pmkit.formats.record_lines import RecordLines
from pmkit.ingest.layer import Layer
from pmkit.ingest.relations import IS_EVENT, Relations, create_table

# The lines with the first line of their record, `head`; a line that belongs to no record is its own head.
_HEADS: Final = """
    WITH ranked AS (SELECT line, text, {stream} AS record_stream, {rank} AS rank FROM {records}),
         marked AS (SELECT line, record_stream, {may_continue} AS may_continue,
                           rank IS NOT NULL AND NOT coalesce(lag(rank) OVER stream < rank, false) AS begins
                    FROM ranked WINDOW stream AS (PARTITION BY record_stream ORDER BY line)),
         numbered AS (SELECT *, sum((begins OR NOT may_continue)::INTEGER) OVER stream AS number
                      FROM marked WINDOW stream AS (PARTITION BY record_stream ORDER BY line))
    SELECT line, CASE WHEN bool_or(begins) OVER record THEN min(line) OVER record ELSE line END AS head
    FROM numbered WINDOW record AS (PARTITION BY record_stream, number)
"""

# The records, each with its lines as one text.
_JOINED: Final = """
    SELECT head AS line, string_agg(concat_ws(chr(10), text, more), chr(10) ORDER BY line) AS text, NULL::VARCHAR AS more,
           CAST(sum(below) + count(*) - 1 AS INTEGER) AS below {wrapper}
    FROM {records} JOIN {heads} USING (line) GROUP BY head ORDER BY head
"""


def join_lines(
    database: duckdb.DuckDBPyConnection, layer: Layer, relations: Relations, records: str, *, wrapped: bool
) -> tuple[str, str | None]:
    """Return the records of a format with the lines of each joined, and the relation of their heads if they can span lines.

    Parameters
    ----------
    records : str
        The relation of the lines, see `Relations.records`.
    wrapped : bool
        Whether the lines were taken out of a wrapper.
    """
    if layer.entry.lines is None:
        return records, None
    stream = f"coalesce(wrapper.stream, {relations.stream})" if wrapped else relations.stream
    heads = create_table(database, "heads", _heads_query(layer.entry.lines, records, stream))
    wrapper = ", first(wrapper ORDER BY line) AS wrapper" if wrapped else ""
    return create_table(database, "joined", _JOINED.format(records=records, heads=heads, wrapper=wrapper)), heads


def lines_outside(database: duckdb.DuckDBPyConnection, records: str, heads: str, parsed: str) -> str:
    """Return the relation of those lines whose record was not parsed as an event."""
    events = f"(SELECT line AS head FROM {parsed} WHERE {IS_EVENT})"
    return create_table(database, "remaining", f"FROM {records} ANTI JOIN (FROM {heads} JOIN {events} USING (head)) USING (line)")


def _heads_query(record_lines: RecordLines, records: str, stream: str) -> str:
    rank = "CASE " + " ".join(f"WHEN {_matches(first)} THEN {rank}" for rank, first in enumerate(record_lines.first)) + " END"
    belongs = f"({_matches(record_lines.further)} OR rank IS NOT NULL)" if record_lines.further else "true"
    may_continue = f"{belongs} AND NOT {_matches(record_lines.outside)}" if record_lines.outside else belongs
    return _HEADS.format(stream=stream, rank=rank, may_continue=may_continue, records=records)


def _matches(pattern: str) -> str:
    return f"regexp_matches(text, {sql.quoted(f'^(?:{pattern})')})"
