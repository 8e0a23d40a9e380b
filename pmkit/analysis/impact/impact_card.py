"""The card of an impact: when it was and how bad. Times are UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from pmkit.core.card import Card
from pmkit.core.wording import count, duration, listing, percent, period, plural

if TYPE_CHECKING:
    from pmkit.analysis.impact.impact import Impact

_UTC: Final = ZoneInfo("UTC")
_MOST_NAMED: Final = 4


def card_of(impact: Impact) -> Card:
    """Return the card of an impact."""
    if not impact.dated:
        return Card("Impact", "not known", (impact.undetermined or "nothing of the incident has a time",))
    if not impact.detected:
        verdict = f"cannot be determined: {impact.undetermined}" if impact.undetermined else "none found"
        looked = f"{period(impact.data_start, impact.data_end, _UTC)} UTC"
        return Card("Impact", verdict, (looked, _counted(impact)), calls=("impact.bins",))
    begin = "began before the data; " if impact.began_before else ""
    ongoing = ", ongoing at the end of the data" if impact.ongoing else ""
    when = f"{begin}{period(impact.start, impact.end, _UTC)} UTC, {duration(impact.duration_s)}{ongoing}"
    lines = [when, _counted(impact)]
    if len(impact.windows) > 1:
        lines.append(f"in {plural(len(impact.windows), 'window')}")
    signals = listing(list(impact.signals)) or "none"
    lines.append(f"signals: {signals}; counted on {listing(list(impact.measured_on.sources), _MOST_NAMED) or 'nothing'}")
    confirmed = "confirmed" if impact.start_confirmed and impact.end_confirmed else "as the data show it"
    return Card("Impact", confirmed, tuple(lines), calls=("impact.routes", "impact.windows", "impact.bins", "impact.latency"))


def _counted(impact: Impact) -> str:
    """Return how much failed."""
    if not impact.measured:
        return "how much failed is not known"
    impaired, among = impact.impaired_requests if impact.detected else (impact.failed_requests, impact.requests)
    share = percent(impaired / among if among else 0.0)
    verb = "were errors" if impact.measured_on.unit == "event" else impact.impaired.verb
    return f"{count(impaired)} of {plural(among, impact.measured_on.noun)} {verb}, {share}"
