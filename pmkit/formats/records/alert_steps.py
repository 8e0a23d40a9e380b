"""Joins exports that tell of an alert step by step: fired, acknowledged, resolved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from pmkit.formats.sample import Row

FIRED: Final = "fired"
ACKNOWLEDGED: Final = "acknowledged"
RESOLVED: Final = "resolved"


def step(key: object, state: str, at: object, **row: Any) -> Row:
    """Write one step of the alert `key`; `row` is what it tells of the alert."""
    return {"key": str(key), "state": state, "at": at, "row": row}


def paired(steps: Iterable[Row]) -> Iterator[Row]:
    """Make one row of each firing: what its first step told, with the times of the others.

    Steps are put in the order of their times first, for exports begin with the newest as often
    as with the oldest. A second firing begins only after the first has been resolved.

    Examples
    --------
    >>> told = [step("a", RESOLVED, 30), step("a", FIRED, 10, name="High"), step("a", ACKNOWLEDGED, 20)]
    >>> list(paired(told))
    [{'alert_id': 'a@10', 'started_at': 10, 'name': 'High', 'acknowledged_at': 20, 'resolved_at': 30}]
    """
    ordered = sorted(enumerate(steps), key=lambda numbered: (_moment(numbered[1]["at"]), numbered[0]))
    open_: dict[str, Row] = {}
    for _, told in ordered:
        key, state, at = told["key"], told["state"], told["at"]
        if state == FIRED:
            open_.setdefault(key, {"alert_id": f"{key}@{at}", "started_at": at, **told["row"]})
        elif key in open_ and state == ACKNOWLEDGED:
            open_[key].setdefault("acknowledged_at", at)
        elif key in open_ and state == RESOLVED:
            yield {**open_.pop(key), "resolved_at": at}
    yield from open_.values()


def _moment(at: object) -> float:
    """Order times of any notation that has an order in Python; others keep their places."""
    try:
        return float(str(at))
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(str(at)).timestamp()
    except ValueError:
        return 0.0
