"""The simplest export of each kind: the columns of a CSV that is certainly read."""

from __future__ import annotations

from typing import Final

# The columns that a simple table of each kind needs.
COLUMNS: Final = {
    "alerts": "the columns alert_name, started_at and resolved_at",
    "changes": "the columns at, kind, service and version",
    "messages": "the columns at, author and text",
    "metrics": "a column of times and one for each series",
    "spans": "the columns trace_id, span_id, parent_id, service, operation, start and end",
}


def describe_simple_tables() -> str:
    """Return which tables would do in place of an export that is not recognised."""
    first, *others = (f"{table} are read from CSV with {columns}" for table, columns in COLUMNS.items())
    return "; ".join([first, *(other.replace("are read from CSV with", "with") for other in others)])
