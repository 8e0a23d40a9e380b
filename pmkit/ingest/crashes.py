"""Finds the lines at which a crash begins that a program printed without a time, below an event that is not its own."""

from __future__ import annotations

from typing import Final

from pmkit.core import sql
from pmkit.formats.severity import stated_severity
from pmkit.formats.stack_traces import BEFORE_EXCEPTION, CONNECTION, CRASH, DEATH, SIGNAL, TRACEBACK, UNCAUGHT

# Words of a message that speak of a failure, so that the exception below it is its own.
_FAILURE: Final = (
    r"(?i)exception|error|fail|traceback|stack ?trace|panic|caught|could ?n[o']t|can(?:no|')t|unable|crash|abort|broke|reject|"
    r"refused|lost|invalid|unexpected"
)

# What a line may be the first line of: a crash, or the trace of an exception.
_HEAD: Final = f"""
    CASE WHEN look IN ('event', 'header') OR NOT regexp_matches(text, {sql.quoted(CRASH)}) THEN NULL
         WHEN regexp_matches(text, {sql.quoted(DEATH)}) THEN 'death' WHEN regexp_matches(text, {sql.quoted(SIGNAL)}) THEN 'signal'
         WHEN regexp_matches(text, {sql.quoted(UNCAUGHT)}) THEN 'uncaught'
         WHEN regexp_matches(text, {sql.quoted(TRACEBACK)}) THEN 'traceback' ELSE 'exception' END
"""

# The lines, each with `crash`, the severity of the crash that begins there, if any, unless the event above it is an error.
# A trace of Python begins there unless the line above connects it to another one; any other exception is followed by its
# trace, and not itself part of one. A crash is an event, unless it belongs to the event above it: always below an error;
# a trace also below a warning, or a message that speaks of a failure.
_CRASHES: Final = """
    WITH headed AS (SELECT *, {head} AS head FROM {looks}),
         near AS (SELECT *, lag(nullif(text, '') IGNORE NULLS) OVER above AS text_above,
                         lag(CASE WHEN text <> '' THEN look END IGNORE NULLS) OVER above AS look_above,
                         bool_or(look = 'trace') OVER (above ROWS BETWEEN 1 FOLLOWING AND {reach} FOLLOWING) AS trace_below,
                         lead(look) OVER above AS look_below,
                         max(CASE WHEN head IS NOT NULL THEN line END)
                             OVER (above ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_head,
                         max(CASE WHEN look = 'event' OR (look = 'plain' AND has_time AND head IS NULL AND text <> '')
                                  THEN line END)
                             OVER (above ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_event,
                         max(CASE WHEN regexp_matches(text, {before_exception}) THEN line END)
                             OVER (above ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_before_exception,
                         max(CASE WHEN look <> 'indented' AND regexp_matches(text, '^[^[:space:]]') THEN line END)
                             OVER (above ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_unindented
                  FROM headed WINDOW above AS (PARTITION BY stream, event ORDER BY line)),
         begun AS (SELECT line, event, last_event, head, after_pause,
                          CASE WHEN head IN ('death', 'signal') THEN 'FATAL' ELSE 'ERROR' END AS crash
                   FROM near
                   WHERE head IN ('death', 'uncaught')
                      OR (head = 'signal' AND (after_pause OR last_head IS NULL OR last_head < last_event))
                      OR (head = 'traceback' AND NOT coalesce(regexp_matches(text_above, {connection}), false))
                      OR (head = 'exception' AND trace_below AND CASE WHEN look_above IN ('trace', 'indented')
                          THEN look_below = 'trace' AND last_before_exception IS DISTINCT FROM last_unindented
                          ELSE look_above IS DISTINCT FROM 'perhaps' END)),
         placed AS (SELECT begun.*, CASE WHEN own.line IS NULL THEN events.message ELSE own.text END AS message_above,
                           CASE WHEN own.line IS NULL THEN events.severity
                                ELSE coalesce({severity}, {wrapper_severity}) END AS severity_above
                    FROM begun LEFT JOIN near own ON own.line = begun.last_event
                    LEFT JOIN {events} events ON events.line = begun.event),
         judged AS (SELECT line,
                           CASE WHEN coalesce(severity_above NOT IN ('ERROR', 'FATAL'), true) OR after_pause
                                THEN crash END AS crash,
                           NOT after_pause AND coalesce(severity_above IN ('ERROR', 'FATAL')
                           OR (head IN ('traceback', 'exception')
                               AND (severity_above = 'WARN' OR regexp_matches(message_above, {failure}))), false) AS belongs
                    FROM placed)
    SELECT headed.* EXCLUDE (head) REPLACE (CASE WHEN NOT belongs THEN 'event' WHEN belongs OR head = 'signal' THEN 'trace'
                                                 ELSE look END AS look),
           crash
    FROM headed LEFT JOIN judged USING (line)
"""


def mark_crashes(looks: str, events: str, *, reach: int, wrapped: bool) -> str:
    """Return the query of lines with `crash`, the severity of the crash that begins there; one that is an event looks like one.

    Parameters
    ----------
    looks : str
        The lines, each with what it looks like by itself, and the event above it.
    events : str
        The events of the readers.
    reach : int
        How many lines the message of an exception may span.
    wrapped : bool
        Whether the lines have a wrapper, which may state a severity.
    """
    return _CRASHES.format(
        head=_HEAD,
        looks=looks,
        events=events,
        reach=reach,
        before_exception=sql.quoted(BEFORE_EXCEPTION),
        connection=sql.quoted(CONNECTION),
        failure=sql.quoted(_FAILURE),
        severity=stated_severity("own.text"),
        wrapper_severity="own.wrapper.severity" if wrapped else "NULL",
    )
