"""The card of a response: when each step was reached, or why that is not known. Times are UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from pmkit.core.card import Card
from pmkit.core.wording import clock, day, duration, plural

if TYPE_CHECKING:
    from pmkit.analysis.response.milestones import Response
    from pmkit.analysis.response.moment import Step

_UTC: Final = ZoneInfo("UTC")


def card_of(response: Response) -> Card:
    """Return the card of a response."""
    onset = (
        "onset not known" if response.onset is None else f"onset on {day(response.onset, _UTC)} {clock(response.onset, _UTC)} UTC"
    )
    lines = [_step(response, step) for step in response.steps]
    lines.append(f"{plural(len(response.alerts), 'alert')}, {plural(len(response.mitigations), 'change')} during the impact")
    return Card("Response", onset, tuple(lines), calls=("response.steps", "response.alerts", "response.mitigations"))


def _step(response: Response, step: Step) -> str:
    moment, at, after_s = response.steps[step], response.at(step), response.time_to(step)
    if moment.status != "recorded" or at is None:
        return f"{step}: {moment.status}: {moment.reason}"
    after = "" if after_s is None else f", {duration(abs(after_s))} {'after' if after_s >= 0 else 'before'} the onset"
    return f"{step}: {clock(at, _UTC)} UTC{after}: {moment.reason}"
