"""Joins the steps of an alert into one row: fired, acknowledged, resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from pmkit.formats.record import Row

FIRED: Final = "fired"
ACKNOWLEDGED: Final = "acknowledged"
RESOLVED: Final = "resolved"
# A record about an alert that neither fires nor ends.
NEITHER: Final = "neither"

# The key of a remark on a row, without its subject.
REMARK: Final = "remark"

_ORDER: Final = (FIRED, ACKNOWLEDGED, RESOLVED)

# What the words of products for the state of an alert mean.
STATES: Final[Mapping[str, str]] = {
    **dict.fromkeys((
        "firing", "fired", "fire", "alerting", "alert", "alarm", "triggered", "trigger", "triggering", "problem", "active", "activated",
        "open", "opened", "new", "created", "raised", "started", "start", "begin", "down", "unreachable", "critical", "crit", "error",
        "err", "warning", "warn", "failed", "failure", "failing", "fail", "unknown", "no_data", "no data", "nodata", "re-triggered",
        "renotify", "reopened", "ongoing", "in progress", "in_progress", "investigating", "identified", "monitoring", "unresolved",
        "degraded", "anomalous", "unavailable", "live", "detected", "escalated", "unacknowledged", "unacked", "suppressed",
        "silenced", "muted", "pending acknowledgement", "on hold", "work in progress", "declared", "danger", "high", "bad",
    ), FIRED),
    **dict.fromkeys(("acknowledged", "acknowledge", "acked", "ack", "acknowledgement", "acknowledgment", "assigned"), ACKNOWLEDGED),
    **dict.fromkeys((
        "resolved", "resolve", "recovered", "recovery", "recover", "ok", "okay", "normal", "closed", "close", "clear", "cleared", "up",
        "inactive", "deactivated", "ended", "end", "stopped", "success", "passing", "healthy", "good", "mitigated", "completed", "done",
        "finished", "fixed", "postmortem", "operational", "expired", "manually resolved", "auto_resolved", "cancelled",
        "canceled", "green",
    ), RESOLVED),
    **dict.fromkeys(("pending", "info", "note", "test", "scheduled", "none", "update", "updated", "annotated", "paused"), NEITHER),
}  # fmt: skip


def state_of(word: object, own: Mapping[str, str], *, is_over: bool) -> str | None:
    """Return what a product's word for the state of an alert means; None if the alert neither fires nor ends.

    Parameters
    ----------
    word : object
        The word; None if the record has none.
    own : mapping of str to str
        Words with another meaning than in `STATES`, in lower case.
    is_over : bool
        Whether the record has the time of the end, which decides if there is no word.

    Raises
    ------
    ValueError
        When the word is unknown.

    Examples
    --------
    >>> state_of("OK", {}, is_over=False), state_of("Pending", {}, is_over=False)
    ('resolved', None)
    """
    if word in (None, ""):
        return RESOLVED if is_over else FIRED
    state = own.get(str(word).strip().lower()) or STATES.get(str(word).strip().lower())
    if state is None:
        raise ValueError(f"unknown state {str(word)[:40]!r}")
    return None if state == NEITHER else state


def alert_row(row: Row, state: str) -> Row:
    """Return the row of an alert that a record describes as a whole, or the step if the record is only about one.

    Parameters
    ----------
    row : dict
        Columns of the alert. `key` is what its records have in common, `at` when it came into the state.
    state : str
        `FIRED`, `ACKNOWLEDGED` or `RESOLVED`.
    """
    columns = dict(row)
    key, at = columns.pop("key", None), columns.pop("at", None)
    name, started = columns.get("name"), columns.get("started_at")
    key = key if key not in (None, "") else " ".join(str(part) for part in (name, columns.get("service")) if part)
    if started is None:
        at = columns.get("resolved_at") if at is None and state == RESOLVED else at
        filled = {name: value for name, value in columns.items() if value is not None}
        return {**step(key, state, at), "row": filled}
    if state == FIRED:
        columns["resolved_at"] = None
    elif state == RESOLVED and columns.get("resolved_at") is None:
        columns["resolved_at"] = started if at is None else at
        if at is None:
            columns[REMARK] = "without an end: the alert is resolved, so its start is taken as its end, which is a guess"
    columns.setdefault("alert_id", f"{key}@{_instant(started)}")
    return columns


def _instant(time: object) -> str:
    """Return a time in a uniform notation: one export omits trailing zeros, the other does not."""
    try:
        moment = datetime.fromisoformat(str(time))
    except ValueError:
        return str(time)
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment.tzinfo else str(time)


def step(key: object, state: str, at: object, **row: object) -> Row:
    """Return one step of the alert `key`; `row` holds the columns that the step fills."""
    return {"key": str(key), "state": state, "at": at, "row": row}


def is_step(row: Row) -> bool:
    """Return whether a row is a step."""
    return "state" in row and "row" in row


def pair_steps(steps: Iterable[Row], moment: Callable[[object], float]) -> Iterator[Row]:
    """Yield one row per firing: the columns of its first step, with the times of the others.

    Until an alert has been resolved, further steps of firing belong to the same firing, except for those at the same time,
    which are its repetition. What was resolved without having fired began before the export.

    Parameters
    ----------
    steps : iterable of dict
        Steps in any order; many exports list the newest first.
    moment : callable
        Returns a time as a number.

    Examples
    --------
    >>> steps = [step("a", RESOLVED, 30), step("a", FIRED, 10, name="High"), step("a", ACKNOWLEDGED, 20)]
    >>> list(pair_steps(steps, float))
    [{'alert_id': 'a@10', 'started_at': 10, 'name': 'High', 'acknowledged_at': 20, 'resolved_at': 30}]
    >>> list(pair_steps(steps[:1], float))
    [{'alert_id': 'a@30', 'started_at': None, 'resolved_at': 30}]
    """
    firing: dict[str, list[Row]] = {}
    for entry in sorted(steps, key=lambda entry: (moment(entry["at"]), _ORDER.index(entry["state"]))):
        key, state, at = entry["key"], entry["state"], entry["at"]
        begun = firing.get(key, [])
        if state == FIRED and (not begun or begun[0]["started_at"] == at):
            row = {"alert_id": f"{key}@{_instant(at)}", "started_at": at, **entry["row"]}
            firing.setdefault(key, []).append(row)
        elif state == ACKNOWLEDGED:
            for row in begun:
                row.setdefault("acknowledged_at", at)
        elif state == RESOLVED:
            for row in firing.pop(key, [{"alert_id": f"{key}@{at}", "started_at": None, **entry["row"]}]):
                yield {**row, "resolved_at": row.get("resolved_at") or at}
    yield from (row for rows in firing.values() for row in rows)
