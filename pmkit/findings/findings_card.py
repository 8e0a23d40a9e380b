"""The card of findings: what, when, how bad, the suspects, and what to call next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pmkit.core.card import Card
from pmkit.core.wording import short
from pmkit.findings.redacted import redact_incident
from pmkit.findings.terminal import impact_in_short

if TYPE_CHECKING:
    from pmkit.findings.findings import Findings

_MOST_SUSPECTS: Final = 3

# What a reader may call next.
_NEXT: Final = ("findings.suspects", "findings.timeline", "findings.patterns", "findings.data_quality", "findings.to_json()")


def card_of(findings: Findings) -> Card:
    """Return the card of findings."""
    incident = redact_incident(findings.incident)
    suspects = tuple(short(suspect.summary, 100) for suspect in findings.ranked_suspects[:_MOST_SUSPECTS])
    calls = tuple(call for call in _NEXT if suspects or not call.endswith("suspects"))
    title = f"{incident.id}: {short(incident.file.title)}"
    return Card("Findings", title, tuple(impact_in_short(findings)), suspects, "Suspect", calls)
