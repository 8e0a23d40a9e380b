"""The SQL queries of the store on the parsed exports; names in braces stand for relations and conditions."""

from __future__ import annotations

from typing import Final

from pmkit.core import sql
from pmkit.store.tables import Windows

# Counts per bin by whether the events failed. In the rollup, only requests have an HTTP status.
COUNTS_BY_OUTCOME: Final = """
    SELECT bin, service, http_route, latency_bucket, is_request, is_error, has_outcome, source,
           CAST(sum(events) AS BIGINT) AS events, min(first_at) AS first_at, max(last_at) AS last_at
    FROM (SELECT *, http_status IS NOT NULL AS is_request, {is_error} AS is_error,
                 http_status IS NOT NULL OR severity IS NOT NULL AS has_outcome
          FROM {rollup})
    GROUP BY ALL ORDER BY ALL
"""

# The hosts of all logs, for masking their names.
HOSTS: Final = "SELECT DISTINCT host FROM {rollup} WHERE host IS NOT NULL ORDER BY ALL"

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
    windows = (" AND ".join(f"TIMESTAMPTZ {sql.quoted(at.isoformat())}" for at in span) for span in spans)
    return f"({' OR '.join(f'timestamp BETWEEN {window}' for window in windows) or 'false'})"
