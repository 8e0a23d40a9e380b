"""Reads several small logs of one format at once: starting to read takes longer than reading a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

from pmkit.ingest.bytes.chunks import Piece
from pmkit.ingest.ingest_job import IngestJob, SmallLog
from pmkit.ingest.line_ledger import ledgers_of
from pmkit.ingest.lines import parse
from pmkit.ingest.loading import FILLED
from pmkit.ingest.plan import Plan
from pmkit.ingest.relations import LINE_BITS, Relations, create_table, create_view, line_in_log, log_of
from pmkit.ingest.request import preferred_service
from pmkit.store.database import connect, register_table
from pmkit.store.ledger import Ledger
from pmkit.store.part import EVENT, EXPORT
from pmkit.store.writer import write_small_logs

# The events with the service of their log, where they name none or a person named one for the export.
_WITH_SERVICE: Final = """
    SELECT {log} AS {export}, {columns}, {service} AS service FROM {events} JOIN services ON {log} = services.log
"""


def ingest_together(logs: Sequence[SmallLog], plan: Plan, out: Path) -> list[Ledger] | None:
    """Parse several small logs, whose layers have the same keys, into one folder, and return their ledgers.

    Parameters
    ----------
    logs : sequence of SmallLog
        The logs; their requests only differ in path, member, service and whether the zone is a hint.
    plan : Plan
        The plan of one of them.
    out : Path
        An existing, empty folder.

    Returns
    -------
    list of Ledger or None
        None if something was assumed, such as for times in an hour that the clocks repeat: each log has to be read on its own.
    """
    request = replace(logs[0].request, service=None, service_is_hint=False)
    with connect(request.timezone, out, threads=1) as database:
        job = IngestJob(database, request, plan, logs[0].text, Piece(0, 0, 0), None, out)
        relations, notes = parse(job, _load(database, logs))
        if notes:
            return None
        rejected = f"(SELECT {log_of('nth')} AS {EXPORT}, line, text, reason FROM {relations.rejected})"
        totals = write_small_logs(database, _with_services(database, logs, relations), rejected, out)
        return ledgers_of(job, relations, logs, totals)


def _load(database: duckdb.DuckDBPyConnection, logs: Sequence[SmallLog]) -> Relations:
    numbers = [(number << LINE_BITS) + np.arange(1, len(log.lines) + 1) for number, log in enumerate(logs)]
    texts = pa.array([line for log in logs for line in log.lines], pa.string())
    register_table(database, "small_logs", pa.table({"line": pa.array(np.concatenate(numbers), pa.int64()), "text": texts}))
    lines = create_table(database, "lines", "FROM small_logs")
    return Relations(
        lines,
        create_view(database, "filled", FILLED.format(lines=lines)),
        place=line_in_log("line"),
        stream=f"({log_of('line')} || '|')",
        log=log_of,
    )


def _with_services(database: duckdb.DuckDBPyConnection, logs: Sequence[SmallLog], relations: Relations) -> str:
    services = pa.table({"log": pa.array(range(len(logs)), pa.int64()), "named": [log.request.service for log in logs]})
    register_table(database, "services", services)
    query = _WITH_SERVICE.format(
        log=log_of("nth"),
        export=EXPORT,
        columns=", ".join(name for name in EVENT if name != "service"),
        service=preferred_service("service", "named", is_hint=logs[0].request.service_is_hint),
        events=relations.events,
    )
    return create_table(database, "events", query)
