"""The card of a store: what was read, by table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from pmkit.core import schema
from pmkit.core.card import Card
from pmkit.core.wording import count, period, plural
from pmkit.store.part import Part

_UTC: Final = ZoneInfo("UTC")


def card_of(parts: Sequence[Part]) -> Card:
    """Return the card of parsed exports."""
    tables = [(table, [part for part in parts if part.ledger.table == table and part.ledger.events]) for table in schema.TABLES]
    lines = [_table(table, filled) for table, filled in tables if filled]
    empty = sum(1 for part in parts if not part.ledger.events)
    lines += [f"nothing in {plural(empty, 'export')}"] if empty else []
    calls = [f"store.{'traces.spans' if table == 'spans' else table}()" for table, filled in tables if filled]
    return Card("Store", plural(len(parts), "export"), tuple(lines), calls=(*calls, "store.data_quality()"))


def _table(table: str, parts: Sequence[Part]) -> str:
    firsts = [part.ledger.first for part in parts if part.ledger.first is not None]
    lasts = [part.ledger.last for part in parts if part.ledger.last is not None]
    when = ""
    if firsts and lasts:
        when = f", {period(min(firsts), max(lasts), _UTC)} UTC"
    rows = sum(part.ledger.events for part in parts)
    return f"{table}: {count(rows)} in {plural(len(parts), 'export')}{when}"
