"""SQL on events, and on rows of the rollup: which are of requests, and of what kind of traffic."""

from __future__ import annotations

from typing import Final

# Whether an event, or a row of the rollup, is of a request.
IS_REQUEST_SQL: Final = "(http_status IS NOT NULL OR coalesce(outcome_of = 'request', false))"

# The kind of traffic that an event belongs to, see the rollup.
TRAFFIC_SQL: Final = (
    "CASE WHEN http_status = 101 THEN 'connection' WHEN http_method = 'OPTIONS' AND http_status < 400 THEN 'preflight' "
    "ELSE traffic END"
)
