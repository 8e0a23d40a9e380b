"""How the response went: when the incident was detected, acknowledged, mitigated and resolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import pandas as pd

from pmkit.analysis.causes.change_effect import RESOLUTION_S, Effect, effect, finished
from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.response import conversation
from pmkit.analysis.rows import evidence
from pmkit.core.wording import duration

LEAD_S: Final = 900
"""Alerts that fired this long before the first error may belong to the incident, seconds."""

Step = Literal["detected", "acknowledged", "mitigated", "resolved"]
STEPS: Final[dict[Step, str]] = {
    "detected": "detect",
    "acknowledged": "acknowledge",
    "mitigated": "mitigate",
    "resolved": "resolve",
}
"""The moments of a response, with the verb of the time to each."""

_FOLLOWS: Final[tuple[tuple[Step, Step], ...]] = (("detected", "acknowledged"), ("mitigated", "resolved"))
"""A mitigation may begin before anybody has acknowledged."""

Status = Literal["recorded", "pending", "not applicable", "invalid"]
Span = tuple[pd.Timestamp, pd.Timestamp]


@dataclass(frozen=True)
class Moment:
    """One moment of the response.

    Attributes
    ----------
    status : str
        `recorded`: the data or a person tell when it was. `pending`: nobody has told yet, or it is
        yet to come. `not applicable`: there is nothing that it could be. `invalid`: what is told
        cannot be.
    reason : str
        What it is taken from, in words; of one that is not recorded, why.
    at : Timestamp or None
        When, UTC, as measured from the data; None where what was measured cannot be.
    range : tuple of Timestamp or None
        Where it lies at the earliest and at the latest.
    evidence : str or None
        Evidence, `file:line`.
    declared_at : Timestamp or None
        When, as a person says it was.
    """

    status: Status
    reason: str
    at: pd.Timestamp | None = None
    range: Span | None = None
    evidence: str | None = None
    declared_at: pd.Timestamp | None = None


@dataclass(frozen=True, eq=False)
class Response:
    """The moments of the response, as measured from the data and as people declared them.

    Attributes
    ----------
    onset : Timestamp or None
        When the impact began; None where there was none.
    onset_range : tuple of Timestamp or None
        Where it may have begun.
    steps : dict of str to Moment
        By step.
    detected_by : str or None
        Whether an alert or a person was first.
    alerts : DataFrame
        The alerts that belong to the incident, columns of `schema.ALERTS`.
    mitigations : DataFrame
        Changes made during the impact, columns of `schema.CHANGES`.
    effects : tuple of Effect
        What followed each of them.
    """

    onset: pd.Timestamp | None
    onset_range: Span | None
    steps: dict[Step, Moment]
    detected_by: Literal["alert", "person"] | None
    alerts: pd.DataFrame
    mitigations: pd.DataFrame
    effects: tuple[Effect, ...]

    def at(self, step: Step) -> pd.Timestamp | None:
        """Return when the step was reached, as measured; None where that is unknown or cannot be."""
        return self.steps[step].at

    def time_to(self, step: Step) -> float | None:
        """Return the measured seconds from the onset to the step; None, never 0, where that is unknown."""
        at = self.at(step)
        return float((at - self.onset).total_seconds()) if at is not None and self.onset is not None else None

    def time_to_range(self, step: Step) -> tuple[float, float] | None:
        """Return the least and the most seconds to the step that onset and step allow."""
        moment = self.steps[step]
        if self.at(step) is None or moment.range is None or self.onset_range is None:
            return None
        low, high = moment.range[0] - self.onset_range[1], moment.range[1] - self.onset_range[0]
        return float(low.total_seconds()), float(high.total_seconds())


def assess_response(
    alerts: pd.DataFrame,
    changes: pd.DataFrame,
    messages: pd.DataFrame,
    impact: Impact,
    declared: Mapping[Step, pd.Timestamp] | None = None,
) -> Response:
    """Find the moments of the response.

    Parameters
    ----------
    alerts, changes, messages : DataFrame
        Columns of the canonical tables; not changed.
    impact : Impact
        What was responded to.
    declared : mapping of str to Timestamp, optional
        When a person says that a step was reached, UTC.

    Returns
    -------
    Response
        Detected: the first alert of the incident, or the first message of a person that notices it,
        whichever is earlier. Acknowledged: the first acknowledgement, of an alert or in the chat.
        Mitigated: the change that ended the impact, or else the last that helped, see `effects.effect`.
        Resolved: the all clear in the chat, or else when the last of the alerts resolved.
    """
    declared = declared or {}
    if not impact.detected:
        nothing = Moment("not applicable", "no impact was found")
        moments = {step: replace(nothing, declared_at=declared.get(step)) for step in STEPS}
        return Response(None, None, moments, None, alerts.iloc[:0], changes.iloc[:0], ())
    own = incident_alerts(alerts, impact)
    people = conversation.by_people(messages).sort_values("at")
    slack = pd.Timedelta(seconds=RESOLUTION_S)
    made = changes[(changes["at"] > impact.start + slack) & (changes["at"] <= impact.end + slack)]
    effects = tuple(effect(impact, row, changes) for _, row in made.iterrows())
    detected, by = _detected(own, people, impact)
    found: dict[Step, Moment] = {
        "detected": detected,
        "acknowledged": _acknowledged(own, people, detected.at or impact.start, by),
        "mitigated": _mitigated(made, effects, impact),
        "resolved": _resolved(own, people, impact),
    }
    told = {step: _declared(moment, declared.get(step)) for step, moment in found.items()}
    return Response(
        impact.start,
        impact.start_range,
        _checked(told, impact),
        by,
        own,
        made.reset_index(drop=True),
        effects,
    )


def incident_alerts(alerts: pd.DataFrame, impact: Impact) -> pd.DataFrame:
    """Take the alerts that belong to an impact: they fired during it or shortly before, and were not over by then."""
    lead = pd.Timedelta(seconds=LEAD_S)
    own = alerts[alerts["started_at"].between(impact.start - lead, impact.end) & ~(alerts["resolved_at"] < impact.start)]
    return own.sort_values(["started_at", "name", "alert_id"], ignore_index=True)


def _from_row(row: pd.Series, column: str, how: str) -> Moment:
    at = pd.Timestamp(row[column])
    return Moment("recorded", how, at, (at, at), evidence(row))


def _detected(alerts: pd.DataFrame, people: pd.DataFrame, impact: Impact) -> tuple[Moment, Literal["alert", "person"] | None]:
    noticed = people[people["at"].between(impact.start, impact.end) & conversation.notices(people)]
    first_alert = alerts.iloc[0] if len(alerts) else None
    first_word = noticed.iloc[0] if len(noticed) else None
    if first_alert is not None and (first_word is None or first_alert["started_at"] <= first_word["at"]):
        return _from_row(first_alert, "started_at", f"alert {first_alert['name']} fired"), "alert"
    if first_word is not None:
        alone = "no alert fired" if first_alert is None else "before any alert"
        return _from_row(first_word, "at", f"{_role(first_word)} wrote of it in the chat, {alone}"), "person"
    return Moment("pending", "no alert fired and nobody wrote of it in the chat, as far as the data go"), None


def _acknowledged(alerts: pd.DataFrame, people: pd.DataFrame, since: pd.Timestamp, by: str | None) -> Moment:
    taken = alerts.dropna(subset=["acknowledged_at"]).sort_values("acknowledged_at")
    said = people[(people["at"] >= since) & conversation.says(people, conversation.ACKNOWLEDGES)]
    found = [_from_row(row, "acknowledged_at", f"alert {row['name']} acknowledged") for _, row in taken.head(1).iterrows()]
    found += [_from_row(row, "at", f"{_role(row)} acknowledged in the chat") for _, row in said.head(1).iterrows()]
    if found:
        return min(found, key=lambda moment: str(moment.at))
    if by == "person" and alerts.empty:
        return Moment("not applicable", "a person noticed it; there was no alert to acknowledge")
    return Moment("pending", "no alert was acknowledged and nobody said so in the chat, as far as the data go")


def _mitigated(made: pd.DataFrame, effects: Sequence[Effect], impact: Impact) -> Moment:
    if impact.ongoing:
        return Moment("pending", "the impact goes on at the end of the data")
    for verdict in ("ended it", "helped"):
        found = [row for (_, row), followed in zip(made.iterrows(), effects, strict=True) if followed.verdict == verdict]
        if found:
            row = max(found, key=finished)
            about = "" if pd.isna(row["service"]) else f" of {row['service']}"
            at = finished(row)
            return Moment("recorded", f"{row['kind']}{about} finished", at, (pd.Timestamp(row["at"]), at), evidence(row))
    return Moment("pending", "no change that the data know of ended the impact or helped")


def _resolved(alerts: pd.DataFrame, people: pd.DataFrame, impact: Impact) -> Moment:
    if impact.ongoing:
        return Moment("pending", "the impact goes on at the end of the data")
    said = people[(people["at"] >= impact.end) & conversation.says(people, conversation.ALL_CLEAR)]
    if len(said):
        return _from_row(said.iloc[0], "at", f"{_role(said.iloc[0])} gave the all clear")
    if alerts.empty:
        return Moment("pending", "nobody gave the all clear in the chat, as far as the data go")
    if alerts["resolved_at"].isna().any():
        return Moment("pending", "nobody gave the all clear in the chat, and not all alerts have resolved")
    row = alerts.iloc[int(alerts["resolved_at"].argmax())]
    return _from_row(row, "resolved_at", f"the last alert, {row['name']}, resolved")


def _role(message: pd.Series) -> str:
    return "somebody" if pd.isna(message["author_role"]) else str(message["author_role"])


def _declared(moment: Moment, at: pd.Timestamp | None) -> Moment:
    """Put what a person says beside what was measured."""
    if at is None:
        return moment
    if moment.status == "recorded":
        return replace(moment, declared_at=at)
    return Moment("recorded", f"incident.yaml says so; {moment.reason}", declared_at=at)


def _checked(moments: Mapping[Step, Moment], impact: Impact) -> dict[Step, Moment]:
    """Call what cannot be invalid: a step before the impact, or before the step that it follows."""
    checked = dict(moments)
    earliest = impact.start_range[0] - pd.Timedelta(seconds=LEAD_S)
    for name in ("at", "declared_at"):
        for step, moment in moments.items():
            at = getattr(moment, name)
            if at is not None and at < (earliest if step == "detected" else impact.start_range[0]):
                checked[step] = _invalid(checked[step], name, impact.start - at, "the impact began")
        for first, then in _FOLLOWS:
            before, after = getattr(moments[first], name), getattr(moments[then], name)
            if before is not None and after is not None and after < before and checked[first].status != "invalid":
                checked[then] = _invalid(checked[then], name, before - after, f"it was {first}")
    return checked


def _invalid(moment: Moment, name: str, early: pd.Timedelta, what: str) -> Moment:
    """Say why a time cannot be; one that was measured is taken away, one that was declared leaves it as it is."""
    why = f"it lies {duration(early.total_seconds())} before {what}"
    if name == "at":
        return replace(moment, status="invalid", reason=f"{moment.reason}, but {why}", at=None, range=None)
    return replace(moment, status="invalid", reason=f"by incident.yaml {why}")
