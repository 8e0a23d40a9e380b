"""Extracts the messages from the formats that wrap them, such as the lines of a container's log."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pmkit.ingest.columns import COLUMNS, canonical, create_lines
from pmkit.ingest.ingest_job import IngestJob
from pmkit.ingest.layer import Layer
from pmkit.ingest.line_joining import join_lines
from pmkit.ingest.relations import Relations, create_table, create_view, fetch_row
from pmkit.ingest.wall_clock import resolve_times

# The messages, each with the wrapper's columns in `wrapper`; a line that does not fit the wrapper's format is kept as it is.
_MESSAGES: Final = """
    SELECT line, rtrim(CASE WHEN fits THEN coalesce(message, '') ELSE text END, chr(10)) AS text, more, below,
           fits AND is_partial AND NOT ends_with(coalesce(message, ''), chr(10)) AS is_partial,
           CASE WHEN fits THEN struct_pack({columns}, stream := {stream}) {otherwise} END AS wrapper
    FROM {wrapped}
"""

# The messages, after joining those that the wrapper split over several lines of one stream; a line outside of it ends them.
_JOINED_MESSAGES: Final = """
    WITH numbered AS (SELECT *, coalesce(sum((NOT is_partial)::INTEGER) OVER (PARTITION BY wrapper.stream ORDER BY line
                             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS message_number,
                             {breaks} AS breaks FROM {messages})
    SELECT min(line) AS line, string_agg(text, '' ORDER BY line) AS text, any_value(more) AS more,
           CAST(sum(below) + count(*) - 1 AS INTEGER) AS below, first(wrapper ORDER BY line) AS wrapper
    FROM numbered GROUP BY wrapper.stream, breaks, message_number ORDER BY min(line)
"""

_BREAKS: Final = "count(*) FILTER (wrapper IS NULL) OVER (PARTITION BY {log} ORDER BY line)"

# The first line of each message in `text`, its further lines in `more`.
_FIRST_LINES: Final = """
    SELECT line, split_part(text, chr(10), 1) AS text,
           nullif(concat_ws(chr(10), nullif(substr(text, length(split_part(text, chr(10), 1)) + 2), ''), more), '') AS more,
           below, wrapper
    FROM {messages}
"""


def unwrap(job: IngestJob, relations: Relations) -> tuple[Relations, list[str]]:
    """Return the relations with the records inside the wrappers of a plan, and notes on what had to be assumed about times."""
    notes: list[str] = []
    for depth, layer in enumerate(job.plan.wrappers):
        relations, more_notes = _unwrap_layer(job, layer, relations, wrapped=depth > 0)
        notes += more_notes
    return relations, notes


def _unwrap_layer(job: IngestJob, layer: Layer, relations: Relations, *, wrapped: bool) -> tuple[Relations, list[str]]:
    database = job.database
    records, _ = join_lines(database, layer, relations, relations.records, wrapped=wrapped)
    lines = create_lines(database, canonical(layer, records, wrapped=wrapped))
    dated, notes = resolve_times(database, lines, layer, job.request, job.text.modified)
    query = _MESSAGES.format(
        columns=", ".join(f"{column} := {column}" for column in COLUMNS if column != "message"),
        stream=f"coalesce(wrapper.stream || '|', {relations.stream}) || stream" if wrapped else f"{relations.stream} || stream",
        otherwise="ELSE wrapper" if wrapped else "",
        wrapped=dated,
    )
    messages = create_table(database, "messages", query)
    if fetch_row(database, f"SELECT coalesce(bool_or(is_partial), false) FROM {messages}")[0]:
        # A line of another wrapper ends nothing.
        breaks = _BREAKS.format(log=relations.stream) if layer is job.plan.wrappers[-1] else "0"
        messages = create_table(database, "messages", _JOINED_MESSAGES.format(breaks=breaks, messages=messages))
    return replace(relations, records=create_view(database, "unwrapped", _FIRST_LINES.format(messages=messages))), notes
