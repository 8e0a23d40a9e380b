"""Example action items, from which the rules about action items build their examples."""

from __future__ import annotations

from typing import Final

_FIELDS: Final = {
    "action": "Limit transactions to 30 seconds",
    "type": "prevent",
    "owner": "checkout team",
    "priority": "P1",
    "due": "2026-12-20",
    "tracker": "CHK-1",
    "done_when": "A transaction that sleeps is ended after 30 seconds",
}


def action_item(**changed: str) -> str:
    """Return an action item as YAML, with some of its fields changed."""
    return f"{{{', '.join(f'{name}: {value}' for name, value in {**_FIELDS, **changed}.items())}}}"


def action_items(*items: str) -> str:
    """Return the field `measures` with these action items.

    Examples
    --------
    >>> action_items("{action: Limit the pool}", "{action: Add an alert}")
    'measures: [{action: Limit the pool}, {action: Add an alert}]'
    """
    return f"measures: [{', '.join(items)}]"


PREVENTS: Final = action_item()
DETECTS: Final = action_item(
    action="Alert when fewer than three connections are free", type="detect", tracker="CHK-2", priority="P2"
)
GOOD: Final = action_items(PREVENTS, DETECTS)
