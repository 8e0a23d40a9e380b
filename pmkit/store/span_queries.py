"""The SQL queries of the store on spans; names in braces stand for relations and conditions."""

from __future__ import annotations

from typing import Final

# The form in which IDs are compared: tracing systems write them in either case, with or without leading zeros.
_ID: Final = "ltrim(lower({column}), '0')"
TRACE_ID: Final = _ID.format(column="trace_id")
IS_TRACE: Final = f"{TRACE_ID} = {_ID.format(column='?')}"

# What a span did: the method and the route if the service states one, or if its name is only the method.
_OPERATION: Final = """
    CASE WHEN http_route IS NOT NULL THEN concat_ws(' ', http_method, http_route)
         WHEN url_path IS NOT NULL AND regexp_full_match(coalesce(name, ''), '(?i)(?:http ?)?(?:get|post|put|patch|delete|head)?')
         THEN concat_ws(' ', http_method, route_of(url_path))
         ELSE name END
"""

# Every span once, with the number of its parent. A server's span may share the ID of the client's span that called it, as in
# Zipkin; then its parent is that one, and the parent of the spans below it is the server's.
CALLS: Final = f"""
    WITH numbered AS (
        SELECT row_number() OVER (ORDER BY "at", source, line, span_id) - 1 AS call, *
        FROM (SELECT *, {TRACE_ID} AS trace_key, coalesce({_ID.format(column="span_id")}, source || ':' || line) AS span_key,
                     {_ID.format(column="parent_id")} AS parent_key, {_OPERATION} AS operation
              FROM {{spans}}
              QUALIFY row_number() OVER (PARTITION BY trace_key, span_key, kind, service ORDER BY source, line) = 1)),
    by_id AS (
        SELECT trace_key, span_key, arg_max(call, CASE WHEN kind = 'server' THEN 1 ELSE 0 END) AS innermost,
               max(call) FILTER (kind = 'client') AS client
        FROM numbered GROUP BY ALL)
    SELECT numbered.* EXCLUDE (trace_key, span_key, parent_key),
           dense_rank() OVER (ORDER BY numbered.trace_key) AS trace,
           CASE WHEN kind = 'server' AND own.client IS NOT NULL THEN own.client ELSE nullif(above.innermost, call) END AS parent,
           parent_key IS NOT NULL AND above.innermost IS NULL AND (own.client IS NULL OR kind <> 'server') AS is_orphan
    FROM numbered JOIN by_id own USING (trace_key, span_key)
    LEFT JOIN by_id above ON above.trace_key = numbered.trace_key AND above.span_key = numbered.parent_key
    WHERE numbered.trace_key IS NOT NULL ORDER BY call
"""

# The earliest spans that meet a condition, with the number of all that meet it.
EARLIEST_SPANS: Final = """
    SELECT *, count(*) OVER () AS spans FROM {spans} WHERE {condition} ORDER BY "at", source, line LIMIT {limit}
"""

# The failures in the logs of some traces, by service and message.
FAILURES_OF_TRACES: Final = f"""
    SELECT service, arg_min(message, (timestamp, source, line)) AS message, count(*) AS events,
           count(DISTINCT {TRACE_ID}) AS traces, arg_min(source, (timestamp, source, line)) AS source,
           arg_min(line, (timestamp, source, line)) AS line
    FROM {{events}} WHERE {TRACE_ID} IN (SELECT ltrim(lower(unnest(?)), '0')) AND ({{is_error}}) AND message IS NOT NULL
    GROUP BY service, masked(message) ORDER BY traces DESC, events DESC, source, line LIMIT {{limit}}
"""
FAILURE_COLUMNS: Final = ("service", "message", "events", "traces", "source", "line")

# The earliest log events of some traces.
LOGS_OF_TRACES: Final = f"""
    SELECT *, count(*) OVER () AS events FROM {{events}}
    WHERE {TRACE_ID} IN (SELECT ltrim(lower(unnest(?)), '0')) ORDER BY timestamp, source, line LIMIT {{limit}}
"""
