"""Joins the records of a change into one row: it began, it was complete, or it failed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from pmkit.formats.alert_steps import REMARK, step
from pmkit.formats.change_kinds import failure_of
from pmkit.formats.record import Row

BEGUN: Final = "begun"
COMPLETE: Final = "complete"
FAILED: Final = "failed"

_ORDER: Final = (BEGUN, COMPLETE, FAILED)
_UNDER_WAY: Final = frozenset(("started", "start", "in_progress", "inprogress", "running", "resumed", "deploying", "progressing"))


def change_step(key: object, outcome: object, row: Row) -> Row:
    """Return what one record says of the change `key`: that it has begun, is complete, or failed.

    Parameters
    ----------
    key : object
        What the records of the change have in common.
    outcome : object
        The product's word for the state of the change.
    row : dict
        Columns of the change; `at` is when it came into the state, unless `finished_at` says when it was complete. `began_at` is
        when it began if no record is about that.
    """
    columns = dict(row)
    failure = failure_of(outcome)
    state = FAILED if failure else BEGUN if _word(outcome) in _UNDER_WAY else COMPLETE
    entry = step(key, state, columns.pop("at", None), **{name: value for name, value in columns.items() if value is not None})
    kind = columns.get("kind")
    return entry if failure is None else {**entry, REMARK: f"left out: a {kind if kind != 'other' else 'change'} that {failure}"}


def _word(outcome: object) -> str:
    return str(outcome).strip().lower().replace(" ", "_").replace("-", "_")


def pair_changes(steps: Iterable[Row], moment: Callable[[object], float]) -> Iterator[Row]:
    """Yield one row per change, with its beginning and its end; a change that failed is none.

    Parameters
    ----------
    steps : iterable of dict
        Steps in any order.
    moment : callable
        Returns a time as a number.

    Examples
    --------
    >>> steps = [change_step("a", "SUCCESS", {"at": 30, "service": "cart"}), change_step("a", "STARTED", {"at": 10, "kind": "deploy"})]
    >>> list(pair_changes(steps, float))
    [{'service': 'cart', 'at': 10, 'kind': 'deploy', 'finished_at': 30}]
    >>> list(pair_changes([steps[1], change_step("a", "FAILED", {"at": 30})], float))
    []
    """
    begun: dict[str, Row] = {}
    complete: set[str] = set()
    for entry in sorted(steps, key=lambda entry: (moment(entry["at"]), _ORDER.index(entry["state"]))):
        key, state, at = entry["key"], entry["state"], entry["at"]
        if state == FAILED:
            begun.pop(key, None)
        elif state == BEGUN:
            begun.setdefault(key, {"at": at, **entry["row"]})
        elif key not in complete:
            complete.add(key)
            row = {name: value for name, value in entry["row"].items() if name != "began_at"}
            first = begun.pop(key, {"at": entry["row"].get("began_at", at)})
            yield {**row, **first, "finished_at": row.get("finished_at", at)}
    yield from begun.values()
