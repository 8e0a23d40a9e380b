"""What the lines of a log are that no format takes: headers, below an event, events of the wrapper, or rejected."""

from __future__ import annotations

from typing import Final

import duckdb

from pmkit.core import sql
from pmkit.formats.stack_traces import CONTINUATION, TRACE
from pmkit.ingest.plan import Plan
from pmkit.ingest.wall_clock import UNREADABLE

_HEADERS: Final = r"^(?:==> .* <==|-- (?:Logs begin|Journal begins|Boot |Reboot|No entries).*--)\s*$"
_TOGETHER: Final = "1 second"
_NO_FORMAT: Final = "no known format"


def sort(database: duckdb.DuckDBPyConnection, plan: Plan, relation: str, left: str, place: str) -> None:
    """Make the tables `headers`, `below`, `sorted` (kind `outer`) and `rejected` of the lines that no reader took.

    Parameters
    ----------
    relation, left : str
        All lines that are no blank ones, and those of them that are left; with `around` where they
        were wrapped. The events of the readers are in `read_0`, `read_1` and so on.
    place : str
        The column of `raw` that says where in the export a line stands.
    """
    wrapped = bool(plan.wrappers)
    headers = [sql.quoted(layer.entry.header) for layer in (*plan.wrappers, *plan.readers) if layer.entry.header]
    is_header = " OR ".join(f"regexp_matches(text, {header})" for header in [sql.quoted(_HEADERS), *headers])
    anything = any(layer.entry.multiline for layer in plan.readers)
    reads = plan.readers or plan.wrappers
    unread = "false" if not reads else "true" if anything else f"regexp_matches(text, {sql.quoted(CONTINUATION)})"
    outer = "around.timestamp IS NOT NULL" if wrapped else "false"
    stream = "coalesce(around.stream, '')" if wrapped else "''"
    around = "around" if wrapped else "NULL AS around"
    database.execute(f"""
        CREATE TEMP VIEW told AS SELECT line, text, more, below, {around}, {stream} AS stream,
        CASE WHEN {is_header} THEN 'header' WHEN {unread} THEN 'below' WHEN {outer} THEN 'outer' ELSE 'rejected' END AS kind
        FROM {left}
    """)
    taken = " UNION ALL ".join(
        f"SELECT line, timestamp, {stream} AS stream FROM read_{n} WHERE fits AND timestamp IS NOT NULL"
        for n in range(len(plan.readers))
    )
    outer_time = "around.timestamp" if wrapped else "CAST(NULL AS TIMESTAMPTZ)"
    database.execute(f"CREATE TEMP VIEW heads AS {taken or 'SELECT 0 AS line, NULL::TIMESTAMPTZ, NULL AS stream WHERE false'}")
    if anything and not wrapped:
        database.execute("CREATE TEMP TABLE sorted AS FROM told")
    else:
        _run_on(database, relation if wrapped else None)
    database.execute(
        f"CREATE TEMP VIEW taken AS FROM heads UNION ALL SELECT line, {outer_time}, stream FROM sorted WHERE kind = 'outer'"
    )
    database.execute("""
        CREATE TEMP TABLE owned AS SELECT s.*, o.line AS owner FROM (SELECT * FROM sorted WHERE kind = 'below') s
        ASOF LEFT JOIN (SELECT * FROM taken WHERE EXISTS (SELECT 1 FROM sorted WHERE kind = 'below')) o
        ON s.stream = o.stream AND s.line >= o.line
    """)
    database.execute("CREATE TEMP VIEW headers AS SELECT line, below FROM sorted WHERE kind = 'header'")
    database.execute("""
        CREATE TEMP TABLE below AS SELECT owner AS line,
               string_agg(concat_ws(chr(10), text, more), chr(10) ORDER BY line) AS under,
               count(*) AS lines, sum(below) AS inner_lines
        FROM owned WHERE owner IS NOT NULL GROUP BY owner
    """)
    _reject(database, plan, place)


def _run_on(database: duckdb.DuckDBPyConnection, wrapped: str | None) -> None:
    """Let what follows a line of a stack trace belong to it too, up to the next event.

    Where a wrapper tells when each line was written, a line that came later than `_TOGETHER` after the
    one above it in its stream does not belong to that; and where its stream has no events of its own,
    only stack traces are told from other lines.
    """
    late, kind = "false", "kind"
    if wrapped:
        gap = f"around.timestamp - lag(around.timestamp) OVER stream > INTERVAL '{_TOGETHER}'"
        database.execute(
            f"CREATE TEMP TABLE gaps AS SELECT line, "
            f"coalesce({gap}, around.timestamp IS NOT NULL AND row_number() OVER stream = 1) AS late "
            f"FROM {wrapped} WINDOW stream AS (PARTITION BY coalesce(around.stream, '') ORDER BY line)"
        )
        late = "g.late"
        trace = f"regexp_matches(text, {sql.quoted(TRACE)})"
        alone = f"kind = 'below' AND around.timestamp IS NOT NULL AND h.line IS NULL AND NOT {trace}"
        kind = f"CASE WHEN {alone} THEN 'outer' ELSE kind END"
    database.execute(f"""
        CREATE TEMP TABLE sorted AS
        WITH placed AS (SELECT t.* REPLACE ({kind} AS kind), h.line AS event, {late} AS late
                        FROM told t {"JOIN gaps g USING (line)" if wrapped else ""}
                        ASOF LEFT JOIN heads h ON t.stream = h.stream AND t.line >= h.line),
             runs AS (SELECT *, sum(late::INTEGER) OVER (PARTITION BY stream, event ORDER BY line) AS run FROM placed),
             traced AS (SELECT *, bool_or(kind = 'below') OVER (PARTITION BY stream, event, run ORDER BY line
                                  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS inside FROM runs)
        SELECT line, text, more, below, around, stream,
               CASE WHEN kind = 'below' AND late THEN 'outer'
                    WHEN kind IN ('outer', 'rejected') AND inside AND NOT late AND (event IS NOT NULL OR run > 0) THEN 'below'
                    ELSE kind END AS kind
        FROM traced
    """)


def _reject(database: duckdb.DuckDBPyConnection, plan: Plan, place: str) -> None:
    names = plan.name.rsplit(" > ", maxsplit=1)[-1]
    why = sql.quoted(f"not {names}" if plan.readers or plan.wrappers else _NO_FORMAT)
    fitting = " UNION ALL ".join(f"SELECT line FROM read_{n} WHERE fits" for n in range(len(plan.readers)))
    undated = f"s.line IN ({fitting})" if fitting else "false"
    database.execute(f"""
        CREATE TEMP TABLE rejected AS SELECT raw.{place} AS line, raw.text, s.below,
        CASE WHEN s.kind = 'below' THEN 'belongs to no event above it' WHEN {undated} THEN {sql.quoted(UNREADABLE)}
             ELSE {why} END AS reason
        FROM (SELECT line, below, kind FROM sorted WHERE kind = 'rejected' UNION ALL
              SELECT line, below, kind FROM owned WHERE owner IS NULL) s
        JOIN raw USING (line)
    """)
