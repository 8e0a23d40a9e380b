"""Classifies the lines that no reader parsed: headers, continuations of an event, events of the wrapper, or rejected lines."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import duckdb

from pmkit.core import sql
from pmkit.formats.stack_traces import CONTINUATION, TRACE
from pmkit.ingest.plan import Plan
from pmkit.ingest.relations import IS_EVENT, Relations, create_table, create_view, fetch_row
from pmkit.ingest.wall_clock import UNREADABLE

_HEADERS: Final = r"^(?:==> .* <==|-- (?:Logs begin|Journal begins|Boot |Reboot|No entries).*--)\s*$"
_NO_FORMAT: Final = "no known format"

# A line that is written this much later than the one above it in its stream does not continue it.
_PAUSE: Final = "1 second"

# What kind of line each one is by itself.
_KINDS: Final = """
    SELECT line, text, more, below, {wrapper}, {stream} AS stream,
           CASE WHEN {is_header} THEN 'header' WHEN {continues} THEN 'continuation' WHEN {has_time} THEN 'event'
                ELSE 'rejected' END AS kind
    FROM {unparsed}
"""

# Lines that come after a pause in their stream, by the times of the wrapper.
_PAUSES: Final = """
    SELECT line, coalesce(wrapper.timestamp - lag(wrapper.timestamp) OVER stream > INTERVAL '{pause}',
                          wrapper.timestamp IS NOT NULL AND row_number() OVER stream = 1) AS after_pause
    FROM {records} WINDOW stream AS (PARTITION BY coalesce(wrapper.stream, {stream}) ORDER BY line)
"""

# What kind of line each one is in context: lines after a stack trace continue it, up to the next event or pause.
_IN_CONTEXT: Final = """
    WITH with_event AS (SELECT kinds.* REPLACE ({kind} AS kind), events.line AS event, {after_pause} AS after_pause
                        FROM {kinds} kinds {pauses}
                        ASOF LEFT JOIN {events} events ON kinds.stream = events.stream AND kinds.line >= events.line),
         with_burst AS (SELECT *, sum(after_pause::INTEGER) OVER (PARTITION BY stream, event ORDER BY line) AS burst
                        FROM with_event),
         with_trace AS (SELECT *, bool_or(kind = 'continuation') OVER (PARTITION BY stream, event, burst ORDER BY line
                                  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS in_trace
                        FROM with_burst)
    SELECT line, text, more, below, wrapper, stream,
           CASE WHEN kind = 'continuation' AND after_pause THEN 'event'
                WHEN kind IN ('event', 'rejected') AND in_trace AND NOT after_pause AND (event IS NOT NULL OR burst > 0)
                THEN 'continuation' ELSE kind END AS kind
    FROM with_trace
"""

# In a stream without events of its own, only a stack trace continues a line that has a time from its wrapper.
_KIND_IN_STREAM: Final = """
    CASE WHEN kind = 'continuation' AND wrapper.timestamp IS NOT NULL AND events.line IS NULL
              AND NOT regexp_matches(text, {trace})
         THEN 'event' ELSE kind END
"""

# The event that each continuation line belongs to.
_ATTACHED: Final = """
    SELECT lines.*, events.line AS event FROM (SELECT * FROM {kinds} WHERE kind = 'continuation') lines
    ASOF LEFT JOIN (SELECT * FROM {events} WHERE EXISTS (SELECT 1 FROM {kinds} WHERE kind = 'continuation')) events
    ON lines.stream = events.stream AND lines.line >= events.line
"""

# The lines below each event, as one text.
_BY_EVENT: Final = """
    SELECT event AS line, string_agg(concat_ws(chr(10), text, more), chr(10) ORDER BY line) AS under,
           count(*) AS lines, sum(below) AS inner_lines
    FROM {attached} WHERE event IS NOT NULL GROUP BY event
"""

# The rejected lines as they are in the export, with the reason.
_REJECTED: Final = """
    SELECT line AS nth, {place} AS line, lines.text, rejected.below,
           CASE WHEN rejected.kind = 'continuation' THEN 'belongs to no event above it' WHEN {undated} THEN {unreadable}
                ELSE {reason} END AS reason
    FROM (SELECT line, below, kind FROM {kinds} WHERE kind = 'rejected' UNION ALL
          SELECT line, below, kind FROM {attached} WHERE event IS NULL) rejected
    JOIN {lines} lines USING (line)
"""


def classify_unparsed(database: duckdb.DuckDBPyConnection, plan: Plan, relations: Relations) -> Relations:
    """Return the relations with `unparsed` divided into `headers`, `continuations`, `wrapper_events` and `rejected`."""
    wrapped = bool(plan.wrappers)
    if not wrapped and fetch_row(database, f"SELECT count(*) FROM {relations.unparsed}") == (0,):
        return relations
    stream = f"coalesce(wrapper.stream, {relations.stream})" if wrapped else relations.stream
    kinds = create_view(database, "kinds", _kinds_query(plan, relations, stream, wrapped=wrapped))
    heads = " UNION ALL ".join(
        f"SELECT line, timestamp, {stream} AS stream FROM {parsed} WHERE {IS_EVENT}" for parsed in relations.parsed
    )
    parsed_events = create_view(
        database, "parsed_events", heads or "SELECT 0 AS line, NULL::TIMESTAMPTZ, NULL AS stream WHERE false"
    )
    if wrapped or not _takes_any_continuation(plan):
        kinds = _in_context(database, kinds, parsed_events, relations, wrapped=wrapped)
    else:
        kinds = create_table(database, "kinds", f"FROM {kinds}")
    time = "wrapper.timestamp" if wrapped else "CAST(NULL AS TIMESTAMPTZ)"
    wrapper_events = f"(FROM {kinds} WHERE kind = 'event')"
    events = create_view(
        database, "all_events", f"FROM {parsed_events} UNION ALL SELECT line, {time}, stream FROM {wrapper_events}"
    )
    attached = create_table(database, "attached", _ATTACHED.format(kinds=kinds, events=events))
    return replace(
        relations,
        headers=f"(SELECT line, below FROM {kinds} WHERE kind = 'header')",
        continuations=create_table(database, "continuations", _BY_EVENT.format(attached=attached)),
        wrapper_events=wrapper_events,
        rejected=create_table(database, "rejected", _rejected_query(plan, relations, kinds, attached)),
    )


def _takes_any_continuation(plan: Plan) -> bool:
    return any(layer.entry.multiline for layer in plan.readers)


def _kinds_query(plan: Plan, relations: Relations, stream: str, *, wrapped: bool) -> str:
    layers = (*plan.wrappers, *plan.readers)
    headers = [_HEADERS, *(layer.entry.header for layer in layers if layer.entry.header)]
    if not layers:
        continues = "false"
    elif _takes_any_continuation(plan):
        continues = "true"
    else:
        continues = f"regexp_matches(text, {sql.quoted(CONTINUATION)})"
    return _KINDS.format(
        wrapper="wrapper" if wrapped else "NULL AS wrapper",
        stream=stream,
        is_header=" OR ".join(f"regexp_matches(text, {sql.quoted(header)})" for header in headers),
        continues=continues,
        has_time="wrapper.timestamp IS NOT NULL" if wrapped else "false",
        unparsed=relations.unparsed,
    )


def _in_context(database: duckdb.DuckDBPyConnection, kinds: str, events: str, relations: Relations, *, wrapped: bool) -> str:
    """Return the lines with their kinds in context, see `_IN_CONTEXT`."""
    if not wrapped:
        query = _IN_CONTEXT.format(kind="kind", after_pause="false", kinds=kinds, pauses="", events=events)
        return create_table(database, "kinds", query)
    pauses = create_table(database, "pauses", _PAUSES.format(pause=_PAUSE, stream=relations.stream, records=relations.records))
    query = _IN_CONTEXT.format(
        kind=_KIND_IN_STREAM.format(trace=sql.quoted(TRACE)),
        after_pause="pauses.after_pause",
        kinds=kinds,
        pauses=f"JOIN {pauses} pauses USING (line)",
        events=events,
    )
    return create_table(database, "kinds", query)


def _rejected_query(plan: Plan, relations: Relations, kinds: str, attached: str) -> str:
    innermost = plan.name.rsplit(" > ", maxsplit=1)[-1]
    fitting = " UNION ALL ".join(f"SELECT line FROM {parsed} WHERE fits" for parsed in relations.parsed)
    return _REJECTED.format(
        place=relations.place,
        undated=f"rejected.line IN ({fitting})" if fitting else "false",
        unreadable=sql.quoted(UNREADABLE),
        reason=sql.quoted(f"not {innermost}" if plan.readers or plan.wrappers else _NO_FORMAT),
        kinds=kinds,
        attached=attached,
        lines=relations.lines,
    )
