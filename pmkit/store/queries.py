"""The SQL queries of the store on the parsed exports; names in braces stand for relations and conditions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from pmkit.core import schema, sql
from pmkit.store.request_sql import IS_REQUEST_SQL
from pmkit.store.tables import Windows

# Counts per bin, and per piece of a divided bin, by whether the events failed. In the rollup, only requests have an HTTP status.
COUNTS_BY_OUTCOME: Final = """
    SELECT * EXCLUDE piece FROM (
    SELECT bin, service, http_route, latency_bucket, is_request, is_error, has_outcome, outcome_of, answer, traffic, source,
           CAST(sum(events) AS BIGINT) AS events, min(first_at) AS first_at, max(last_at) AS last_at, piece
    FROM (SELECT * EXCLUDE outcome_of, {piece} AS piece, {is_request} AS is_request, coalesce({is_error}, false) AS is_error,
                 http_status IS NOT NULL OR severity IS NOT NULL OR outcome IS NOT NULL AS has_outcome, outcome_of,
                 CASE WHEN http_status BETWEEN 300 AND 499 AND http_status <> 304 THEN CAST(http_status AS VARCHAR)
                      WHEN outcome IN ('refused', 'unanswered') THEN outcome END AS answer
          FROM {rollup})
    GROUP BY ALL) ORDER BY ALL
"""

# The logs in which several events belong to one request, task or the like: where nothing failed, an ID is hardly ever repeated.
REPEATED_UNITS: Final = """
    SELECT source FROM {requests} WHERE attempts > 0 GROUP BY source
    HAVING count(*) FILTER (failures > 0 AND attempts > 1) > 0
       AND coalesce(avg(attempts) FILTER (failures = 0), 1) <= 1.05
    ORDER BY source
"""

# How the events of one request, task or the like are found, and the condition for them to be ones.
_UNIT: Final = "source, trace_id, http_method, url_path, outcome_of"
_IS_ATTEMPT: Final = "(trace_id IS NOT NULL AND (http_status IS NOT NULL OR outcome IS NOT NULL))"

# One row of the rollup for each event, and only one for each unit: its first failed attempt, or else its first.
UNITS: Final = f"""
    SELECT {{bin}} AS bin, {{keys}}, {schema.LATENCY_BUCKET_SQL} AS latency_bucket, 1 AS events, timestamp AS first_at,
           timestamp AS last_at, source, fails
    FROM (SELECT *, coalesce({{is_error}}, false) AS fails, {_IS_ATTEMPT} AND {{repeated}} AS is_attempt FROM {{events}})
    QUALIFY NOT is_attempt OR row_number() OVER (PARTITION BY {_UNIT} ORDER BY fails DESC, timestamp, line) = 1
"""

# The events with only one for each unit, as in `UNITS`.
ONCE: Final = f"""(
    SELECT * EXCLUDE (fails, is_attempt)
    FROM (SELECT *, coalesce({{is_error}}, false) AS fails, {_IS_ATTEMPT} AND {{repeated}} AS is_attempt FROM {{events}})
    QUALIFY NOT is_attempt OR row_number() OVER (PARTITION BY {_UNIT} ORDER BY fails DESC, timestamp, line) = 1)
"""

# How often units were tried, and how many of those that failed succeeded in the end.
RETRIES: Final = f"""
    WITH units AS (
        SELECT source, count(*) AS attempts, bool_or(fails) AS failed, arg_max(fails, (timestamp, line)) AS failed_at_last
        FROM (SELECT *, coalesce({{is_error}}, false) AS fails FROM {{events}}
              WHERE {_IS_ATTEMPT} AND ({IS_REQUEST_SQL} OR outcome_of IN ('task', 'job', 'message')))
        GROUP BY {_UNIT})
    SELECT source, count(*) FILTER (failed) AS failed, CAST(coalesce(sum(attempts) FILTER (failed), 0) AS BIGINT) AS attempts,
           count(*) FILTER (failed AND NOT failed_at_last) AS recovered
    FROM units GROUP BY source ORDER BY source
"""
RETRY_COLUMNS: Final = ("source", "failed", "attempts", "recovered")

# The hosts of all logs, for masking their names.
HOSTS: Final = "SELECT DISTINCT host FROM {rollup} WHERE host IS NOT NULL ORDER BY ALL"

# The services of all logs.
SERVICES: Final = "SELECT DISTINCT service FROM {rollup} WHERE service IS NOT NULL ORDER BY ALL"

# The columns that requests are counted by.
REQUEST_KEYS: Final = ("bin", "source", "service", "http_route", "http_status", "version", "host", "latency_bucket")

# Requests per bin in a window that includes both ends.
REQUEST_COUNTS: Final = f"""
    SELECT {", ".join(REQUEST_KEYS)}, CAST(sum(events) AS BIGINT) AS events FROM {{rollup}}
    WHERE http_status IS NOT NULL AND bin BETWEEN ? AND ? GROUP BY ALL ORDER BY ALL
"""

# The earliest events that meet a condition, with the number of all that meet it.
EARLIEST_EVENTS: Final = """
    SELECT *, count(*) OVER () AS events FROM {events} WHERE {condition} ORDER BY timestamp, source, line LIMIT {limit}
"""

# How many events of a window name a client, and how many clients had a failed request.
CLIENTS: Final = """
    SELECT count(client) AS events_with_client, count(DISTINCT client) FILTER ({is_error}) AS affected_clients FROM {events}
    WHERE {inside}
"""

# How many requests failed and how many did not.
REQUEST_TOTALS: Final = "SELECT count(*) FILTER ({failed}) AS failed, count(*) FILTER (NOT {failed}) AS successful FROM {events}"

# Picks every n-th request by a hash of its line, so that each call picks the same ones.
REQUEST_SAMPLE: Final = "CASE WHEN {failed} THEN hash(line) % {every_failed} = 0 ELSE hash(line) % {every_successful} = 0 END"

# The sampled requests. Inner logs of the same requests fill in the version and host that the first log lacks.
SAMPLED_REQUESTS: Final = """
    WITH sampled AS (SELECT {failed} AS failed, CASE WHEN {failed} THEN {every_failed} ELSE {every_successful} END AS weight,
                            timestamp, source, line, service, http_route, http_method, version, host, client, trace_id, attributes
                     FROM {requests}),
         inner_logs AS (SELECT trace_id, max(version) AS version, max(host) AS host FROM ({inner_requests}) GROUP BY trace_id)
    SELECT failed, weight, timestamp, source, line, service, http_route, http_method,
           coalesce(sampled.version, inner_logs.version) AS version, coalesce(sampled.host, inner_logs.host) AS host,
           client, attributes
    FROM sampled LEFT JOIN inner_logs USING (trace_id) ORDER BY source, line
"""

# The same requests in the inner logs; none if there are no such logs.
INNER_REQUESTS: Final = "SELECT trace_id, version, host FROM {events} WHERE trace_id IN (SELECT trace_id FROM sampled)"
NO_INNER_REQUESTS: Final = "SELECT NULL::VARCHAR AS trace_id, NULL::VARCHAR AS version, NULL::VARCHAR AS host WHERE false"

# The request IDs that every log kept: a log with many IDs keeps only those that are divisible by a larger number.
COMMON_REQUEST_IDS: Final = "SELECT * FROM {requests} WHERE id % (SELECT max(kept) FROM {requests}) = 0"

# For each ordered pair of logs, the share of the second log's request IDs that the first log has too.
SHARED_REQUEST_IDS: Final = f"""
    WITH requests AS ({COMMON_REQUEST_IDS} AND request),
         totals AS (SELECT source, count(*) AS requests FROM requests GROUP BY source)
    SELECT outer_log.source AS outer_source, inner_log.source AS inner_source, count(*) / any_value(totals.requests) AS share
    FROM requests outer_log JOIN requests inner_log USING (id) JOIN totals ON totals.source = inner_log.source
    WHERE outer_log.source <> inner_log.source GROUP BY ALL ORDER BY ALL
"""

# For each ordered pair of logs, by how much the first log's clock is ahead on the requests that both logged, and how long these
# requests took: medians, of the longer of the two durations.
CLOCK_SKEW: Final = f"""
    WITH requests AS ({COMMON_REQUEST_IDS})
    SELECT log.source AS source, other.source AS other_source, count(*) AS requests,
           median(log.moment - other.moment) / 1e6 AS ahead_s,
           coalesce(median(greatest(log.duration_s, other.duration_s)), 0) AS median_duration_s
    FROM requests log JOIN requests other USING (id) WHERE log.source <> other.source GROUP BY ALL ORDER BY ALL
"""
CLOCK_SKEW_COLUMNS: Final = ("source", "other_source", "requests", "ahead_s", "median_duration_s")

# The first event from a moment on that meets a condition.
FIRST_EVENT: Final = """
    SELECT arg_min(source, (timestamp, source, line)) AS source, arg_min(line, (timestamp, source, line)) AS line
    FROM {events} WHERE timestamp >= ? AND ({is_error})
"""


def inside(spans: Windows) -> str:
    """Return the SQL condition that an event is in one of some windows."""
    windows = (" AND ".join(map(_literal, span)) for span in spans)
    return f"({' OR '.join(f'timestamp BETWEEN {window}' for window in windows) or 'false'})"


def in_bins(times: Sequence[datetime]) -> str:
    """Return the SQL condition that an event is in the bin of one of some times."""
    width = timedelta(seconds=schema.BIN_S)
    starts = sorted({start_of_bin(at) for at in times})
    bins = (f"(timestamp >= {_literal(at)} AND timestamp < {_literal(at + width)})" for at in starts)
    return f"({' OR '.join(bins) or 'false'})"


def start_of_bin(at: datetime) -> datetime:
    """Return when the bin of a time starts."""
    return datetime.fromtimestamp(at.timestamp() // schema.BIN_S * schema.BIN_S, UTC)


def piece(times: Sequence[datetime]) -> str:
    """Return the SQL of how many of some times an event's is not before."""
    return " + ".join(f"CAST(first_at >= {_literal(at)} AS INTEGER)" for at in sorted({*times})) or "0"


def _literal(at: datetime) -> str:
    return f"TIMESTAMPTZ {sql.quoted(at.isoformat())}"


def uses_attributes(condition: str) -> bool:
    """Return whether a condition is on attributes, which only events have."""
    return "attributes" in condition


def in_list(column: str, values: Sequence[str]) -> str:
    """Return the condition that a column has one of some values."""
    return f"{column} IN ({', '.join(map(sql.quoted, values))})" if values else "false"
