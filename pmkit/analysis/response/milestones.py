"""How the response went: when the incident was detected, acknowledged, mitigated and resolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

import pandas as pd

from pmkit.analysis.causes.change_effect import RESOLUTION_S, Effect, effect, finished
from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.impact.impact_windows import is_inside
from pmkit.analysis.impact.time_bins import TimeSpan
from pmkit.analysis.response import conversation
from pmkit.analysis.response.alert_relevance import doubt_about_first
from pmkit.analysis.response.own_alerts import ALERT_LEAD_S, incident_alerts
from pmkit.analysis.rows import evidence, phrase
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
DetectedBy = Literal["alert", "person"]


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


@dataclass(frozen=True, eq=False)
class Response:
    """The moments of the response, as measured from the data and as people declared them.

    Attributes
    ----------
    onset : Timestamp or None
        When the impact began, as people confirmed it or else as the data show it; None where that is unknown.
    onset_range : tuple of Timestamp or None
        The earliest and the latest time it may have begun.
    steps : dict of str to Moment
        By step.
    detected_by : str or None
        Whether an alert or a person noticed it first.
    alerts : DataFrame
        The alerts that belong to the incident, columns of `schema.ALERTS`.
    mitigations : DataFrame
        Changes made during the impact, columns of `schema.CHANGES`.
    effects : tuple of Effect
        What followed each of them.
    """

    onset: pd.Timestamp | None
    onset_range: TimeSpan | None
    steps: dict[Step, Moment]
    detected_by: DetectedBy | None
    alerts: pd.DataFrame
    mitigations: pd.DataFrame
    effects: tuple[Effect, ...]

    def at(self, step: Step) -> pd.Timestamp | None:
        """Return when the step was reached, as confirmed or else as measured; None where that is unknown or impossible."""
        moment = self.steps[step]
        return moment.declared_at if moment.is_confirmed else moment.at

    def time_to(self, step: Step) -> float | None:
        """Return the seconds from the onset to the step; None, never 0, where that is unknown."""
        at = self.at(step)
        return float((at - self.onset).total_seconds()) if at is not None and self.onset is not None else None

    def time_to_range(self, step: Step) -> tuple[float, float] | None:
        """Return the least and the most seconds to the step that the ranges of onset and step allow."""
        moment = self.steps[step]
        if moment.is_confirmed or self.at(step) is None or moment.range is None or self.onset_range is None:
            return None
        low, high = moment.range[0] - self.onset_range[1], moment.range[1] - self.onset_range[0]
        return float(low.total_seconds()), float(high.total_seconds())


_ONGOING: Final = Moment("pending", "the impact is ongoing at the end of the data")


def assess_response(
    alerts: pd.DataFrame,
    changes: pd.DataFrame,
    messages: pd.DataFrame,
    impact: Impact,
    declared: Mapping[Step, pd.Timestamp] | None = None,
    *,
    onset: pd.Timestamp | None = None,
) -> Response:
    """Find the moments of the response.

    Parameters
    ----------
    alerts, changes, messages : DataFrame
        Columns of the canonical tables; not changed.
    impact : Impact
        The impact that people responded to.
    declared : mapping of str to Timestamp, optional
        When a step was reached according to a person, UTC.
    onset : Timestamp, optional
        When the impact began according to a person, UTC, where its end is not known.

    Returns
    -------
    Response
        Detected: the first alert of the incident, or the first message of a person who noticed it,
        whichever is earlier. Acknowledged: the first acknowledgement, of an alert or in the chat.
        Mitigated: the change that ended the impact, or else the last that helped, see `change_effect.effect`.
        Resolved: the all clear in the chat, or else when the last of the alerts resolved.
    """
    declared = declared or {}
    if not impact.detected and impact.measured:
        reason = "whether there was an impact cannot be determined" if impact.undetermined else "no impact was found"
        no_impact = Moment("not applicable", reason)
        moments = {step: _with_declared(no_impact, declared.get(step)) for step in STEPS}
        return Response(onset, None, moments, None, alerts.iloc[:0], changes.iloc[:0], ())
    own = incident_alerts(alerts, impact)
    mitigations = _changes_during(changes, impact)
    effects = tuple(effect(impact.around(pd.Timestamp(row["at"])), row, changes) for _, row in mitigations.iterrows())
    measured, detected_by = _measured(own, messages, mitigations, effects, impact)
    moments = {step: _with_declared(moment, declared.get(step)) for step, moment in measured.items()}
    return Response(
        impact.start if impact.detected else onset,
        impact.start_range if impact.detected else None,
        _validated(moments, impact),
        detected_by,
        own,
        mitigations.reset_index(drop=True),
        effects,
    )


def _changes_during(changes: pd.DataFrame, impact: Impact) -> pd.DataFrame:
    """Return the changes made during an impact, up to the precision of its start and end."""
    slack = pd.Timedelta(seconds=RESOLUTION_S)
    moved = changes["at"] - slack
    return changes[is_inside(moved, impact.spans) & ~moved.isin([start for start, _ in impact.spans])]


def _measured(
    alerts: pd.DataFrame, messages: pd.DataFrame, mitigations: pd.DataFrame, effects: Sequence[Effect], impact: Impact
) -> tuple[dict[Step, Moment], DetectedBy | None]:
    """Return the moments of a response as the data show them, and who noticed the incident first."""
    people = conversation.by_people(messages).sort_values("at")
    detected, detected_by = _detected(alerts, people, impact)
    moments: dict[Step, Moment] = {
        "detected": detected,
        "acknowledged": _acknowledged(alerts, people, detected.at or impact.start, detected_by),
        "mitigated": _mitigated(mitigations, effects, impact),
        "resolved": _resolved(alerts, people, impact),
    }
    return moments, detected_by


def _from_row(row: pd.Series, column: str, how: str) -> Moment:
    at = pd.Timestamp(row[column])
    return Moment("recorded", how, at, (at, at), evidence(row))


def _detected(alerts: pd.DataFrame, people: pd.DataFrame, impact: Impact) -> tuple[Moment, DetectedBy | None]:
    spans = impact.spans or ((impact.data_start, impact.data_end),)
    noticed = people[is_inside(people["at"], spans) & conversation.shows_awareness(people)]
    first_alert, first_message = (rows.iloc[0] if len(rows) else None for rows in (alerts, noticed))
    if first_alert is not None and (first_message is None or first_alert["started_at"] <= first_message["at"]):
        how = f"alert {first_alert['name']} fired{doubt_about_first(alerts, impact)}"
        return _from_row(first_alert, "started_at", how), "alert"
    if first_message is not None:
        when = "no alert fired" if first_alert is None else "before any alert"
        return _from_row(first_message, "at", f"{_role(first_message)} mentioned it in the chat, {when}"), "person"
    return Moment("pending", "no alert and no chat message about it found"), None


def _acknowledged(alerts: pd.DataFrame, people: pd.DataFrame, since: pd.Timestamp, detected_by: str | None) -> Moment:
    by_alert = alerts.dropna(subset=["acknowledged_at"]).sort_values("acknowledged_at")
    in_chat = people[(people["at"] >= since) & conversation.contains(people, conversation.ACKNOWLEDGES)]
    firsts = [(row, "acknowledged_at", f"alert {row['name']} acknowledged") for _, row in by_alert.head(1).iterrows()]
    firsts += [(row, "at", f"{_role(row)} acknowledged in the chat") for _, row in in_chat.head(1).iterrows()]
    if firsts:
        return _from_row(*min(firsts, key=lambda first: pd.Timestamp(first[0][first[1]])))
    if detected_by == "person" and alerts.empty:
        return Moment("not applicable", "a person noticed it; there was no alert to acknowledge")
    return Moment("pending", "no acknowledgement found in the alerts or the chat")


def _mitigated(mitigations: pd.DataFrame, effects: Sequence[Effect], impact: Impact) -> Moment:
    if impact.ongoing:
        return _ONGOING
    for verdict in ("ended it", "helped"):
        rows = [row for (_, row), followed in zip(mitigations.iterrows(), effects, strict=True) if followed.verdict == verdict]
        if rows:
            row = max(rows, key=finished)
            at = finished(row)
            how = f"{row['kind']}{phrase(' of ', row['service'])} finished"
            return Moment("recorded", how, at, (pd.Timestamp(row["at"]), at), evidence(row))
    return Moment("pending", "no change in the data ended the impact or helped")


def _resolved(alerts: pd.DataFrame, people: pd.DataFrame, impact: Impact) -> Moment:
    if impact.ongoing:
        return _ONGOING
    all_clear = people[
        (people["at"] >= (impact.end if impact.detected else impact.data_start))
        & conversation.contains(people, conversation.ALL_CLEAR)
    ]
    if len(all_clear):
        first = all_clear.iloc[0]
        return _from_row(first, "at", f"{_role(first)} gave the all clear")
    if alerts.empty:
        return Moment("pending", "no all clear found in the chat")
    if alerts["resolved_at"].isna().any():
        return Moment("pending", "no all clear found in the chat, and not all alerts have resolved")
    last = alerts.iloc[int(alerts["resolved_at"].argmax())]
    return _from_row(last, "resolved_at", f"the last alert, {last['name']}, resolved")


def _role(message: pd.Series) -> str:
    return phrase("", message["author_role"]) or "somebody"


def _with_declared(moment: Moment, at: pd.Timestamp | None) -> Moment:
    """Return a moment with the time that a person declared beside the measured one."""
    if at is None:
        return moment
    if moment.status == "recorded":
        return replace(moment, declared_at=at)
    if moment.status == "not applicable":
        return Moment("recorded", "from incident.yaml", declared_at=at)
    return Moment("recorded", f"from incident.yaml; {moment.reason}", declared_at=at)


_Origin = Literal["measured", "declared"]
_ORIGINS: Final[tuple[_Origin, ...]] = get_args(_Origin)


def _validated(moments: Mapping[Step, Moment], impact: Impact) -> dict[Step, Moment]:
    """Return the moments with those marked invalid that come before the impact, or before the step that they follow."""
    validated = dict(moments)
    # Without an impact, nothing is known that a step could come before.
    onset = impact.start_range[0] if impact.detected else impact.data_start
    for origin in _ORIGINS:
        times = {step: moment.at if origin == "measured" else moment.declared_at for step, moment in moments.items()}
        for step, at in times.items():
            earliest = onset - pd.Timedelta(seconds=ALERT_LEAD_S) if step == "detected" else onset
            if at is not None and at < earliest:
                validated[step] = _invalid(validated[step], origin, impact.start - at, "the impact began")
        for earlier, later in _FOLLOWS:
            before, after = times[earlier], times[later]
            if before is not None and after is not None and after < before and validated[earlier].status != "invalid":
                validated[later] = _invalid(validated[later], origin, before - after, f"it was {earlier}")
    return validated


def _invalid(moment: Moment, origin: _Origin, early: pd.Timedelta, event: str) -> Moment:
    """Return a moment marked as invalid with the reason; a measured time is removed, a declared one leaves it as it is."""
    reason = f"{duration(early.total_seconds())} before {event}"
    if origin == "measured":
        return replace(moment, status="invalid", reason=f"{moment.reason}, but that is {reason}", at=None, range=None)
    return replace(moment, status="invalid", reason=f"the time in incident.yaml is {reason}")
