"""Whether an incident has occurred before: what earlier ones have in common with it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final

import pandas as pd

from pmkit.analysis.causes.attribution import MOSTLY
from pmkit.analysis.causes.suspects import LIKELY, Suspect, change_of
from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.rows import phrase
from pmkit.core.wording import short
from pmkit.incident.model import ActionItem

# Incidents with a lower similarity are not considered the same failure.
SIMILAR: Final = 0.5
# How much each kind of similarity weighs in the score; the weights add up to 1.
WEIGHTS: Final = {"messages": 0.5, "part": 0.3, "trigger": 0.2}
_MOST_MESSAGES: Final = 10
# Dimensions whose values differ between occurrences of one failure.
_VARYING: Final = ("version", "host", "(?:^|, )log(?:,|$)")


@dataclass(frozen=True)
class Signature:
    """The features by which a failure is recognised.

    Attributes
    ----------
    incident : str
        The incident's ID.
    at : str
        When its impact began, ISO 8601, UTC; empty where none was found.
    messages : tuple of str
        Templates of the error messages that were never seen before the impact.
    part : str
        What failed requests have in common; empty if they have nothing in common.
    trigger : str
        Kind and service of the change that is likely the cause; empty if none is.
    alerts : tuple of str
        Names of its alerts.
    """

    incident: str
    at: str
    messages: tuple[str, ...]
    part: str
    trigger: str
    alerts: tuple[str, ...] = ()

    def is_before(self, other: Signature) -> bool:
        """Return whether the impact began before that of another incident; without an impact, neither is before the other."""
        return bool(self.at and other.at) and self.at < other.at

    def to_json(self) -> str:
        """Return the signature as JSON text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Signature:
        """Return the signature that `to_json` wrote."""
        fields = json.loads(text)
        return cls(**{**fields, **{name: tuple(fields[name]) for name in ("messages", "alerts")}})


@dataclass(frozen=True)
class OtherIncident:
    """An incident that another one is compared with.

    Attributes
    ----------
    signature : Signature
        By which its failure is recognised.
    title : str
        Its title.
    action_items : tuple of ActionItem
        All of its action items.
    """

    signature: Signature
    title: str
    action_items: tuple[ActionItem, ...]


@dataclass(frozen=True)
class Match:
    """An earlier incident that looks like this one.

    Attributes
    ----------
    at : Timestamp
        When its impact began, UTC.
    score : float
        How similar they are, 0 to 1, for ordering only.
    reasons : tuple of str
        What they share.
    open_measures : tuple of ActionItem
        Its action items that are not done yet.
    alerts : tuple of str
        Names of its alerts.
    """

    incident: str
    title: str
    at: pd.Timestamp
    score: float
    reasons: tuple[str, ...]
    open_measures: tuple[ActionItem, ...]
    alerts: tuple[str, ...] = ()


def signature(
    incident_id: str,
    impact: Impact,
    *,
    parts: pd.DataFrame,
    patterns: pd.DataFrame,
    changes: pd.DataFrame,
    suspects: tuple[Suspect, ...],
    alerts: pd.DataFrame,
) -> Signature:
    """Return the signature of an incident.

    Parameters
    ----------
    parts, patterns, changes : DataFrame
        What `attribution.find_parts` returned, the patterns from `log_patterns.changed_patterns` that rose, and the changes in
        columns of `schema.CHANGES`; not changed.
    suspects : tuple of Suspect
        What `rank_suspects` returned.
    alerts : DataFrame
        The alerts of the incident, columns of `schema.ALERTS`.
    """
    new = patterns[(patterns["before"] == 0) & ~patterns["general"]].head(_MOST_MESSAGES)
    lasting = parts[(parts["coverage"] >= MOSTLY) & ~parts["dimension"].str.contains("|".join(_VARYING))]
    change = next((suspect for suspect in suspects if suspect.kind == "change" and suspect.score >= LIKELY), None)
    return Signature(
        incident_id,
        impact.start.isoformat() if impact.detected else "",
        tuple(new["template"]),
        str(lasting["what"].iloc[0]) if len(lasting) else "",
        _kind_of(change, changes) if change else "",
        tuple(sorted(alerts["name"].dropna().unique())),
    )


def _kind_of(change: Suspect, changes: pd.DataFrame) -> str:
    """Return the kind and service of a suspected change, without the version, which differs from time to time."""
    row = change_of(change, changes)
    return f"{row['kind']}{phrase(' of ', row['service'])}"


def seen_before(own: Signature, others: Iterable[OtherIncident]) -> tuple[Match, ...]:
    """Return the earlier incidents that look like this one.

    Parameters
    ----------
    own : Signature
        The signature of this incident.
    others : iterable of OtherIncident
        Other incidents, earlier or later.

    Returns
    -------
    tuple of Match
        The most similar first. New error messages weigh most, because they name the code that failed, followed by
        what failed requests have in common and by the kind of change that triggered the incident.
    """
    similar = []
    for other in others:
        earlier = other.signature
        if earlier.is_before(own):
            score, reasons = similarity(own, earlier)
            if score >= SIMILAR:
                unfinished = tuple(item for item in other.action_items if item.status == "open")
                at = pd.Timestamp(earlier.at)
                similar.append(Match(earlier.incident, other.title, at, score, reasons, unfinished, earlier.alerts))
    return tuple(sorted(similar, key=lambda match: (-match.score, -match.at.value, match.incident)))


def similarity(own: Signature, other: Signature) -> tuple[float, tuple[str, ...]]:
    """Return how similar two incidents are, 0 to 1, and what they share in words."""
    reasons = []
    shared = [message for message in own.messages if message in other.messages]
    parts = {"messages": len(shared) / max(1, len({*own.messages, *other.messages}))}
    if shared:
        reasons.append(f"the same new error message, “{short(shared[0], 90)}”")
    parts["part"] = float(bool(own.part) and own.part == other.part)
    if parts["part"]:
        reasons.append(f"the same requests failed: {own.part}")
    parts["trigger"] = float(bool(own.trigger) and own.trigger == other.trigger)
    if parts["trigger"]:
        reasons.append(f"the same kind of change came before: {own.trigger}")
    return round(sum(WEIGHTS[name] * value for name, value in parts.items()), 3), tuple(reasons)
