"""The database relations that contain a log, or several small ones, between the steps of their ingest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, NamedTuple

import duckdb

from pmkit.core.errors import SourceError

# The condition for a parsed line to be an event.
IS_EVENT: Final = "fits AND timestamp IS NOT NULL"

# Where several logs are read at once, these lowest bits of a line's number are the line in its log, and the higher ones the log.
LINE_BITS: Final = 32

# No lines, with every column that a relation of lines has.
NONE: Final = """(
    SELECT NULL::BIGINT AS line, NULL::BIGINT AS nth, NULL::VARCHAR AS text, NULL::VARCHAR AS reason, NULL::VARCHAR AS under,
           0::BIGINT AS below, 0::BIGINT AS lines, 0::BIGINT AS inner_lines
    WHERE false
)"""
_numbers: Final = count()


class Assumed(NamedTuple):
    """The numbers of events of a log without a time, of crashes that are events, and of traces of events that are no errors."""

    undated: int
    crashes: int
    traces: int


@dataclass(frozen=True)
class Relations:
    """The relations of one log, or of several that are read at once; each step of the ingest adds its own.

    A relation is the name of a table or view, or a query in parentheses.

    Attributes
    ----------
    lines : str
        All lines that are read by SQL: `line` (which contains the number of the log, see `LINE_BITS`), `text` and the column
        that `place` names.
    records : str
        The lines that are not blank, after quoted fields were joined and wrappers removed: `line`,
        `text`, `more` (further lines of the text), `below` (the number of further lines of the export) and, if a wrapper
        was removed, `wrapper` with its columns.
    place : str
        The SQL of the line of the export, over the columns of `lines`.
    log : callable
        Returns the SQL of the number of the log from that of a line, see `log_of`; by default, there is only one log, 0.
    stream : str
        The SQL of the stream of a line outside of wrappers: lines only continue others of their stream.
    table_headers : str
        The header lines of a table: `line`.
    parsed : tuple of str
        For each reader, the records that it tried to parse, in canonical columns; see `IS_EVENT`.
    packed : tuple of str
        Further columns of the only reader and of the events, each with one attribute.
    unparsed : str
        The records that no reader could parse as an event.
    headers : str
        Header lines between events: `line`, `below`.
    continuations : str
        For each event with lines below it: `line`, `under` (their text), `lines` and `inner_lines` (their number), and
        `crash`, the severity of the trace among them if it belongs to an event that is no error.
    wrapper_events : str
        The records that are events because of their wrapper alone; `crash` is the severity of the crash that begins there.
    undated_events : str
        The records that are events but have no time of their own: `line`, `text`, `more`, `below`, `crash`, and of the event
        above them, `timestamp`, `service` and `host`.
    assumed : mapping of int to Assumed
        What was assumed about lines without a time, by the number of the log; a log of which nothing was assumed may be missing.
    rejected : str
        `nth` (the line in `lines`), `line` (of the export), `text`, `below`, `reason`.
    events : str
        The canonical columns, with `nth` (the line in `lines`), `line` (of the export) and `below`.
    """

    lines: str
    records: str
    place: str = "line"
    stream: str = "''"
    log: Callable[[str], str] = lambda _: "0"
    table_headers: str = NONE
    parsed: tuple[str, ...] = ()
    packed: tuple[str, ...] = ()
    unparsed: str = NONE
    headers: str = NONE
    continuations: str = NONE
    wrapper_events: str = NONE
    undated_events: str = NONE
    assumed: Mapping[int, Assumed] = field(default_factory=dict)
    rejected: str = NONE
    events: str = NONE


def log_of(line: str) -> str:
    """Return the SQL of the number of the log that a line of several logs belongs to."""
    return f"({line} >> {LINE_BITS})"


def line_in_log(line: str) -> str:
    """Return the SQL of the number of a line in its log."""
    return f"({line} & {(1 << LINE_BITS) - 1})"


def create_table(
    database: duckdb.DuckDBPyConnection, purpose: str, query: str, values: Mapping[str, object] | None = None
) -> str:
    """Create a temporary table of a query's rows, and return its name, which no other table has."""
    name = f"{purpose}_{next(_numbers)}"
    database.execute(f"CREATE TEMP TABLE {name} AS {query}", values)
    return name


def create_view(database: duckdb.DuckDBPyConnection, purpose: str, query: str) -> str:
    """Create a temporary view of a query, and return its name, which no other view has."""
    name = f"{purpose}_{next(_numbers)}"
    database.execute(f"CREATE TEMP VIEW {name} AS {query}")
    return name


def fetch_row(database: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """Return the first row of a query that has at least one."""
    row = database.execute(query).fetchone()
    if row is None:
        raise SourceError("the database returned no counts of the lines; read the export again")
    return tuple(row)
