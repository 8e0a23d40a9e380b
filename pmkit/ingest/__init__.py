"""Parse one export into Parquet with DuckDB: its events, rollup, templates and rejected lines.

Each name is imported when it is first asked for: what an export is in the cache is told without a database.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pmkit.ingest.engine import connect
    from pmkit.ingest.exports import ingest, plan_of_export, plan_of_text
    from pmkit.ingest.files import EVENTS, LEDGER, REJECTED, REQUESTS, ROLLUP, TEMPLATES
    from pmkit.ingest.ledger import Ledger, Request
    from pmkit.ingest.overlap import overlapping, twins, without
    from pmkit.ingest.pieces import Log, divisible, ingest_piece, ingest_pieces, merge_pieces, next_event
    from pmkit.ingest.plan import Plan
    from pmkit.ingest.ranges import Piece, chunks_of
    from pmkit.ingest.together import united

__all__ = [
    "EVENTS",
    "LEDGER",
    "REJECTED",
    "REQUESTS",
    "ROLLUP",
    "TEMPLATES",
    "Ledger",
    "Log",
    "Piece",
    "Plan",
    "Request",
    "chunks_of",
    "connect",
    "divisible",
    "ingest",
    "ingest_piece",
    "ingest_pieces",
    "merge_pieces",
    "next_event",
    "overlapping",
    "plan_of_export",
    "plan_of_text",
    "twins",
    "united",
    "without",
]

_HOMES = {
    name: module
    for module, names in {
        "engine": "connect",
        "exports": "ingest plan_of_export plan_of_text",
        "files": "EVENTS LEDGER REJECTED REQUESTS ROLLUP TEMPLATES",
        "ledger": "Ledger Request",
        "overlap": "overlapping twins without",
        "pieces": "Log divisible ingest_piece ingest_pieces merge_pieces next_event",
        "plan": "Plan",
        "ranges": "Piece chunks_of",
        "together": "united",
    }.items()
    for name in names.split()
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'pmkit.ingest' has no attribute {name!r}")
    return getattr(import_module(f"pmkit.ingest.{_HOMES[name]}"), name)
