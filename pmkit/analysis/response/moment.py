"""One moment of a response, and whether its time is possible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

import pandas as pd

from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.impact.time_bins import TimeSpan
from pmkit.analysis.response.own_alerts import ALERT_LEAD_S
from pmkit.core.wording import duration

Step = Literal["detected", "acknowledged", "mitigated", "resolved"]
# The steps of a response, each with the verb for the time that it took.
STEPS: Final[dict[Step, str]] = {
    "detected": "detect",
    "acknowledged": "acknowledge",
    "mitigated": "mitigate",
    "resolved": "resolve",
}

# Which step follows which; a mitigation may begin before anybody has acknowledged.
_FOLLOWS: Final[tuple[tuple[Step, Step], ...]] = (("detected", "acknowledged"), ("mitigated", "resolved"))

Status = Literal["recorded", "pending", "not applicable", "invalid"]
_Origin = Literal["measured", "declared"]
_ORIGINS: Final[tuple[_Origin, ...]] = get_args(_Origin)


@dataclass(frozen=True)
class Moment:
    """One moment of the response.

    Attributes
    ----------
    status : str
        `recorded`: the data or a person give its time. `pending`: nobody has recorded it yet, or it has yet to happen.
        `not applicable`: it cannot happen in this incident. `invalid`: its time is impossible.
    reason : str
        What the time is taken from; if it is not recorded, why not.
    at : Timestamp or None
        The time, UTC, as measured from the data; None if the measured time is unknown or impossible.
    range : tuple of Timestamp or None
        The earliest and the latest possible time.
    evidence : str or None
        Evidence, `file:line`.
    declared_at : Timestamp or None
        The time according to a person.
    """

    status: Status
    reason: str
    at: pd.Timestamp | None = None
    range: TimeSpan | None = None
    evidence: str | None = None
    declared_at: pd.Timestamp | None = None

    @property
    def is_confirmed(self) -> bool:
        """Whether the time that a person declared is possible, and so counts."""
        return self.declared_at is not None and self.status == "recorded"


def with_declared(moment: Moment, at: pd.Timestamp | None) -> Moment:
    """Return a moment with the time that a person declared beside the measured one."""
    if at is None:
        return moment
    if moment.status == "recorded":
        return replace(moment, declared_at=at)
    if moment.status == "not applicable":
        return Moment("recorded", "from incident.yaml", declared_at=at)
    return Moment("recorded", f"from incident.yaml; {moment.reason}", declared_at=at)


def validated(moments: Mapping[Step, Moment], impact: Impact) -> dict[Step, Moment]:
    """Return the moments with those marked invalid that come before the impact, or before the step that they follow."""
    checked = dict(moments)
    # Without an impact, nothing is known that a step could come before.
    onset = impact.start_range[0] if impact.detected else impact.data_start
    for origin in _ORIGINS:
        spans = {step: _span(moment, origin) for step, moment in moments.items()}
        for step, span in spans.items():
            earliest = onset - pd.Timedelta(seconds=ALERT_LEAD_S) if step == "detected" else onset
            if span is not None and span[1] < earliest:
                checked[step] = _invalid(checked[step], origin, impact.start - span[0], "the impact began")
        for earlier, later in _FOLLOWS:
            before, after = spans[earlier], spans[later]
            if before is not None and after is not None and after[1] < before[0] and checked[earlier].status != "invalid":
                checked[later] = _invalid(checked[later], origin, before[0] - after[0], f"it was {earlier}")
    return checked


def _span(moment: Moment, origin: _Origin) -> TimeSpan | None:
    """Return the earliest and the latest time of a moment, of which the earliest is the one that is shown."""
    at = moment.at if origin == "measured" else moment.declared_at
    if at is None:
        return None
    return (at, moment.range[1]) if origin == "measured" and moment.range else (at, at)


def _invalid(moment: Moment, origin: _Origin, early: pd.Timedelta, event: str) -> Moment:
    """Return a moment marked as invalid with the reason; a measured time is removed, a declared one leaves it as it is."""
    reason = f"{duration(early.total_seconds())} before {event}"
    if origin == "measured":
        return replace(moment, status="invalid", reason=f"{moment.reason}, but that is {reason}", at=None, range=None)
    return replace(moment, status="invalid", reason=f"the time in incident.yaml is {reason}")
