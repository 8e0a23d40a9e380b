"""Classifies the lines that no reader parsed: headers, continuations, events of the wrapper or without a time, rejected lines."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import duckdb

from pmkit.core import sql
from pmkit.formats.line_beginnings import BEGINS_WITH_CLOCK, BEGINS_WITH_TIME
from pmkit.formats.severity import BEGINS_WITH_SEVERITY, OBJECT_WITH_SEVERITY, OBJECT_WITH_TIME
from pmkit.formats.stack_traces import CONTINUATION, CRASH, EXCEPTION_NAME, PERHAPS_TRACE, TRACE, TRACEBACK
from pmkit.ingest.crashes import mark_crashes
from pmkit.ingest.plan import Plan
from pmkit.ingest.relations import IS_EVENT, Assumed, Relations, create_table, create_view, fetch_row
from pmkit.ingest.wall_clock import UNREADABLE

_HEADERS: Final = r"^(?:==> .* <==|-- (?:Logs begin|Journal begins|Boot |Reboot|No entries).*--)\s*$"
_NO_FORMAT: Final = "no known format"

# A line that is written this much later than the one above it in its stream does not continue it.
_PAUSE: Final = "1 second"

# How many lines the message of an exception may span, between the first line of the trace and the next.
_MESSAGE_LINES: Final = 3

# What is known of the events of the readers.
_HEAD_COLUMNS: Final = "line, timestamp, severity, service, host, message"
_NO_HEADS: Final = """
    SELECT 0 AS line, NULL::TIMESTAMPTZ AS timestamp, NULL AS severity, NULL AS service, NULL AS host,
           NULL AS message, NULL AS stream WHERE false
"""

# What each line looks like by itself: `trace` is certainly of a stack trace, `perhaps` may be, `indented` is not a beginning.
_KINDS: Final = """
    SELECT line, text, more, below, {wrapper}, {stream} AS stream, {has_time} AS has_time, {is_outside} AS is_outside,
           CASE WHEN {is_header} THEN 'header' WHEN NOT {is_log} THEN 'plain'
                WHEN regexp_matches(text, {severity}) THEN 'event' WHEN {is_object} THEN 'event'
                WHEN regexp_matches(text, {trace}) THEN 'trace'
                WHEN regexp_matches(text, {time}) THEN 'event'
                WHEN regexp_matches(text, {continuation}) THEN 'indented' WHEN regexp_matches(text, {perhaps}) THEN 'perhaps'
                ELSE 'plain' END AS look
    FROM {unparsed}
"""

# Whether a line is a JSON object with a severity but without a time.
_IS_OBJECT: Final = (
    f"(starts_with(text, '{{') AND regexp_matches(text, {sql.quoted(OBJECT_WITH_SEVERITY)}) AND json_valid(text) "
    f"AND NOT regexp_matches(text, {sql.quoted(OBJECT_WITH_TIME)}))"
)

# The same lines with the event above each, and whether they come after a pause.
_BELOW: Final = """
    SELECT kinds.*, events.line AS event, events.severity AS above_severity, {after_pause} AS after_pause
    FROM ({kinds}) kinds {pauses}
    ASOF LEFT JOIN {events} events ON kinds.stream = events.stream AND kinds.line >= events.line
"""

# In a wrapper, every line is an event if none looks like anything else.
_ALL_EVENTS: Final = """
    SELECT line, text, more, below, wrapper, {stream} AS stream, NULL AS event, NULL AS crash, 'event' AS kind FROM {unparsed}
"""
_LOOKS_ELSE: Final = (
    "SELECT count(*) FROM (FROM {unparsed} WHERE wrapper.timestamp IS NULL OR regexp_matches(text, {any}) LIMIT 1)"
)

# Lines that come after a pause in their stream, by the times of the wrapper.
_PAUSES: Final = """
    SELECT line, coalesce(wrapper.timestamp - lag(wrapper.timestamp) OVER stream > INTERVAL '{pause}',
                          wrapper.timestamp IS NOT NULL AND row_number() OVER stream = 1) AS after_pause
    FROM {records} WINDOW stream AS (PARTITION BY coalesce(wrapper.stream, {stream}) ORDER BY line)
"""

# What kind of line each one is in context. Between two events, or two pauses, of its stream, a line continues what is
# above it if it is of a stack trace. One that only may be must be next to one that is; and a message may span a few
# lines between the first line of a trace and the next. Lines outside of the wrapper say nothing about those inside: each
# `block` of them stands below the line of the wrapper above it. Without a wrapper, `{any_continues}` says whether any line does.
_IN_CONTEXT: Final = """
    WITH with_burst AS (SELECT *, sum((after_pause OR look = 'event')::INTEGER)
                                      OVER (PARTITION BY stream, event ORDER BY line) AS burst,
                               CASE WHEN is_outside THEN count(*) FILTER (NOT is_outside)
                                      OVER (PARTITION BY stream, event ORDER BY line) END AS block
                        FROM {looks}),
         counted AS (SELECT *, row_number() OVER above AS n,
                            bool_or(look IN ('trace', 'perhaps') OR crash IS NOT NULL)
                                OVER (above ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS trace_above
                     FROM with_burst WINDOW above AS (PARTITION BY stream, event, burst, block ORDER BY line)),
         judged AS (SELECT *, look = 'trace' OR (look = 'indented'
                              AND (NOT has_time OR event IS NOT NULL OR trace_above)) AS continues
                    FROM counted),
         near AS (SELECT *, lag(continues OR crash IS NOT NULL) OVER above AS below_trace,
                         min(CASE WHEN continues THEN n END)
                             OVER (above ROWS BETWEEN 1 FOLLOWING AND {reach} FOLLOWING) AS next_trace,
                         max(CASE WHEN look = 'perhaps' OR continues OR crash IS NOT NULL THEN n END)
                             OVER (above ROWS BETWEEN {reach} PRECEDING AND 1 PRECEDING) AS last_trace,
                         max(CASE WHEN look <> 'indented' AND NOT regexp_matches(text, '^[[:space:]]') THEN n END)
                             OVER (above ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_unindented,
                         max(CASE WHEN regexp_matches(text, {traceback}) THEN n END)
                             OVER (above ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_traceback
                  FROM judged WINDOW above AS (PARTITION BY stream, event, burst, block ORDER BY line))
    SELECT line, text, more, below, wrapper, stream, event, crash,
           CASE WHEN look = 'header' THEN 'header'
                WHEN look <> 'event' AND NOT after_pause AND ({any_continues} OR (
                     (event IS NOT NULL OR burst > 0 OR n > 1) AND (
                     continues
                     OR (look = 'perhaps' AND (below_trace OR next_trace IS NOT NULL
                                               OR (n = 1 AND burst = 0 AND above_severity IN ('ERROR', 'FATAL'))))
                     OR (look IN ('plain', 'perhaps') AND below_trace AND last_traceback = last_unindented
                         AND regexp_matches(text, {exception}))
                     OR (look = 'plain' AND last_trace IS NOT NULL AND next_trace IS NOT NULL))))
                THEN 'continuation'
                WHEN has_time THEN 'event' WHEN continues THEN 'continuation'
                WHEN look = 'event' AND (event IS NOT NULL OR is_outside) AND NOT regexp_matches(text, {time}) THEN 'undated'
                ELSE 'rejected' END AS kind
    FROM near
"""

# The lines that are events without a time of their own, with what they share with the event above them.
_UNDATED: Final = """
    (SELECT lines.*, events.timestamp, events.service, events.host
     FROM (SELECT line, text, more, below, event, crash FROM {kinds} WHERE kind = 'undated') lines
     JOIN {events} events ON events.line = lines.event)
"""

# The events that may lend their time, with those of the wrapper alone.
_DATED: Final = """
    FROM {events} UNION ALL
    SELECT line, wrapper.timestamp, NULL, wrapper.service, wrapper.host, NULL, stream FROM {kinds}
    WHERE kind = 'event' AND wrapper.timestamp IS NOT NULL
"""

# The lines with their kinds; one without a time that is below no such event is rejected.
_BELOW_DATED: Final = """
    SELECT kinds.* REPLACE (CASE WHEN kind = 'undated' THEN events.line ELSE event END AS event,
                            CASE WHEN kind = 'undated' AND events.line IS NULL THEN 'rejected' ELSE kind END AS kind)
    FROM {kinds} kinds ASOF LEFT JOIN {events} events ON kinds.stream = events.stream AND kinds.line >= events.line
"""

# The numbers of events without a time of their own, of crashes that are events, and of traces that belong to an event that
# is no error.
_COUNTS: Final = """
    SELECT {log} AS log, count(*) FILTER (kind = 'undated'), count(*) FILTER (crash IS NOT NULL AND kind IN ('event', 'undated')),
           count(*) FILTER (crash IS NOT NULL AND kind = 'continuation')
    FROM {kinds} GROUP BY log
"""

_ANY_OUTSIDE: Final = "SELECT count(*) FROM (FROM {unparsed} WHERE wrapper IS NULL LIMIT 1)"

# The stream of each line outside of the wrapper: that of the line above it, whose message it may continue.
_OUTSIDE: Final = """
    SELECT line, last_value(own IGNORE NULLS) OVER (PARTITION BY {stream} ORDER BY line) AS above
    FROM (SELECT line, coalesce(records.wrapper.stream, events.stream) AS own
          FROM {records} records LEFT JOIN {events} events USING (line))
    QUALIFY own IS NULL
"""

# The event that each continuation line belongs to.
_ATTACHED: Final = """
    SELECT lines.* EXCLUDE (event), events.line AS event FROM (SELECT * FROM {kinds} WHERE kind = 'continuation') lines
    ASOF LEFT JOIN (SELECT * FROM {events} WHERE EXISTS (SELECT 1 FROM {kinds} WHERE kind = 'continuation')) events
    ON lines.stream = events.stream AND lines.line >= events.line
"""

# The lines below each event, as one text, with the severity of the trace among them, unless the event is an error.
_BY_EVENT: Final = """
    SELECT event AS line, string_agg(concat_ws(chr(10), text, more), chr(10) ORDER BY line) AS under,
           count(*) AS lines, sum(below) AS inner_lines, max(crash) AS crash
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
    """Return the relations with `unparsed` divided into those of its lines by kind, see `Relations`."""
    wrapped = bool(plan.wrappers)
    if not wrapped and fetch_row(database, f"SELECT count(*) FROM {relations.unparsed}") == (0,):
        return relations
    own_stream = f"coalesce(wrapper.stream, {relations.stream})" if wrapped else relations.stream
    heads = " UNION ALL ".join(
        f"SELECT {_HEAD_COLUMNS}, {own_stream} AS stream FROM {parsed} WHERE {IS_EVENT}" for parsed in relations.parsed
    )
    parsed_events = create_view(database, "parsed_events", heads or _NO_HEADS)
    stream, dated = own_stream, parsed_events
    has_outside = wrapped and fetch_row(database, _ANY_OUTSIDE.format(unparsed=relations.unparsed)) != (0,)
    if has_outside:
        outside = _OUTSIDE.format(stream=relations.stream, records=relations.records, events=parsed_events)
        unparsed = f"SELECT * FROM {relations.unparsed} LEFT JOIN ({outside}) USING (line)"
        relations = replace(relations, unparsed=create_table(database, "unparsed", unparsed))
        stream = f"coalesce(wrapper.stream, above, {relations.stream})"
    if wrapped and not _any_looks_else(database, plan, relations):
        kinds = create_view(database, "kinds", _ALL_EVENTS.format(stream=stream, unparsed=relations.unparsed))
    else:
        looks = create_table(database, "looks", _looks_query(database, plan, relations, parsed_events, stream, wrapped=wrapped))
        crashes = mark_crashes(looks, parsed_events, reach=_MESSAGE_LINES, wrapped=wrapped)
        kinds = create_table(database, "kinds", _kinds_query(plan, create_table(database, "looks", crashes)))
    if has_outside:
        dated = create_view(database, "dated_events", _DATED.format(events=parsed_events, kinds=kinds))
        kinds = create_table(database, "kinds", _BELOW_DATED.format(kinds=kinds, events=dated))
    others = f"SELECT line, stream FROM {kinds} WHERE kind IN ('event', 'undated')"
    events = create_view(database, "all_events", f"SELECT line, stream FROM {parsed_events} UNION ALL {others}")
    counts = database.execute(_COUNTS.format(log=relations.log("line"), kinds=kinds)).fetchall()
    assumed = {int(log): Assumed(*numbers) for log, *numbers in counts}
    any_undated = any(each.undated for each in assumed.values())
    attached = create_table(database, "attached", _ATTACHED.format(kinds=kinds, events=events))
    return replace(
        relations,
        headers=f"(SELECT line, below FROM {kinds} WHERE kind = 'header')",
        continuations=create_table(database, "continuations", _BY_EVENT.format(attached=attached)),
        wrapper_events=f"(FROM {kinds} WHERE kind = 'event')",
        undated_events=_UNDATED.format(kinds=kinds, events=dated) if any_undated else relations.undated_events,
        assumed=assumed,
        rejected=create_table(database, "rejected", _rejected_query(plan, relations, kinds, attached)),
    )


def _any_looks_else(database: duckdb.DuckDBPyConnection, plan: Plan, relations: Relations) -> bool:
    """Return whether any line of a wrapper looks like a header, or like a line that continues an event."""
    patterns = "|".join(f"(?:{pattern})" for pattern in (*_headers(plan), CONTINUATION, PERHAPS_TRACE, CRASH))
    query = _LOOKS_ELSE.format(unparsed=relations.unparsed, any=sql.quoted(patterns))
    return fetch_row(database, query) != (0,)


def _headers(plan: Plan) -> list[str]:
    return [_HEADERS, *(layer.entry.header for layer in (*plan.wrappers, *plan.readers) if layer.entry.header)]


def _undated_heads(plan: Plan) -> list[str]:
    return [BEGINS_WITH_SEVERITY, BEGINS_WITH_CLOCK, *(layer.entry.undated for layer in plan.readers if layer.entry.undated)]


def _looks_query(
    database: duckdb.DuckDBPyConnection, plan: Plan, relations: Relations, events: str, stream: str, *, wrapped: bool
) -> str:
    """Return the query of the lines with what each looks like by itself, and the event above it."""
    kinds = _KINDS.format(
        wrapper="wrapper" if wrapped else "NULL AS wrapper",
        stream=stream,
        has_time="wrapper.timestamp IS NOT NULL" if wrapped else "false",
        is_outside="wrapper IS NULL" if wrapped else "false",
        is_header=" OR ".join(f"regexp_matches(text, {sql.quoted(header)})" for header in _headers(plan)),
        is_log="true" if plan.wrappers or plan.readers else "false",
        severity=sql.quoted("|".join(f"(?:{head})" for head in _undated_heads(plan))),
        is_object=_IS_OBJECT,
        time=sql.quoted(BEGINS_WITH_TIME),
        trace=sql.quoted(TRACE),
        continuation=sql.quoted(CONTINUATION),
        perhaps=sql.quoted(PERHAPS_TRACE),
        unparsed=relations.unparsed,
    )
    pauses = ""
    if wrapped:
        query = _PAUSES.format(pause=_PAUSE, stream=relations.stream, records=relations.records)
        pauses = f"JOIN {create_table(database, 'pauses', query)} pauses USING (line)"
    after_pause = "pauses.after_pause" if wrapped else "false"
    return _BELOW.format(kinds=kinds, pauses=pauses, events=events, after_pause=after_pause)


def _kinds_query(plan: Plan, looks: str) -> str:
    """Return the query of the lines with their kinds, see `_IN_CONTEXT`."""
    any_continues = not plan.wrappers and any(layer.entry.multiline for layer in plan.readers)
    return _IN_CONTEXT.format(
        looks=looks,
        reach=_MESSAGE_LINES,
        any_continues="true" if any_continues else "false",
        time=sql.quoted(BEGINS_WITH_TIME),
        traceback=sql.quoted(TRACEBACK),
        exception=sql.quoted(EXCEPTION_NAME),
    )


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
