"""Joins the steps of an alert into one row: fired, acknowledged, resolved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from pmkit.formats.record import Row

FIRED: Final = "fired"
ACKNOWLEDGED: Final = "acknowledged"
RESOLVED: Final = "resolved"


def step(key: object, state: str, at: object, **row: object) -> Row:
    """Return one step of the alert `key`; `row` holds the columns that the step fills."""
    return {"key": str(key), "state": state, "at": at, "row": row}


def pair_steps(steps: Iterable[Row]) -> Iterator[Row]:
    """Yield one row per firing: the columns of its first step, with the times of the others.

    Steps are sorted by time first, because many exports list the newest first. Until an alert has been resolved,
    further steps of firing belong to the same firing.

    Examples
    --------
    >>> steps = [step("a", RESOLVED, 30), step("a", FIRED, 10, name="High"), step("a", ACKNOWLEDGED, 20)]
    >>> list(pair_steps(steps))
    [{'alert_id': 'a@10', 'started_at': 10, 'name': 'High', 'acknowledged_at': 20, 'resolved_at': 30}]
    """
    firing: dict[str, Row] = {}
    for entry in sorted(steps, key=lambda entry: _sort_time(entry["at"])):
        key, state, at = entry["key"], entry["state"], entry["at"]
        if state == FIRED:
            firing.setdefault(key, {"alert_id": f"{key}@{at}", "started_at": at, **entry["row"]})
        elif key in firing and state == ACKNOWLEDGED:
            firing[key].setdefault("acknowledged_at", at)
        elif key in firing and state == RESOLVED:
            yield {**firing.pop(key), "resolved_at": at}
    yield from firing.values()


def _sort_time(at: object) -> float:
    """Return a time as a number to sort by; 0 for a notation that is not read here, so that the order is kept."""
    try:
        return float(str(at))
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(str(at)).timestamp()
    except ValueError:
        return 0.0
