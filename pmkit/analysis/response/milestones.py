"""How the response went: when the incident was detected, acknowledged, mitigated and resolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from pmkit.analysis.causes.change_effect import RESOLUTION_S, Effect, effect, finished
from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.impact.impact_windows import is_inside
from pmkit.analysis.impact.time_bins import TimeSpan
from pmkit.analysis.response import conversation
from pmkit.analysis.response.alert_relevance import doubt_about_first
from pmkit.analysis.response.moment import STEPS, Moment, Step, validated, with_declared
from pmkit.analysis.response.own_alerts import incident_alerts
from pmkit.analysis.response.response_card import card_of
from pmkit.analysis.rows import evidence, phrase
from pmkit.core.card import Card, ShownAsCard

DetectedBy = Literal["alert", "person"]


@dataclass(frozen=True, eq=False, repr=False)
class Response(ShownAsCard):
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
    starts_with_alert : bool
        Whether the onset is that of an alert, which says nothing about how long it took to detect it.
    """

    onset: pd.Timestamp | None
    onset_range: TimeSpan | None
    steps: dict[Step, Moment]
    detected_by: DetectedBy | None
    alerts: pd.DataFrame
    mitigations: pd.DataFrame
    effects: tuple[Effect, ...]
    starts_with_alert: bool = False

    def _card(self) -> Card:
        return card_of(self)

    def at(self, step: Step) -> pd.Timestamp | None:
        """Return when the step was reached, as confirmed or else as measured; None where that is unknown or impossible."""
        moment = self.steps[step]
        return moment.declared_at if moment.is_confirmed else moment.at

    def time_to(self, step: Step) -> float | None:
        """Return the seconds from the onset to the step; None, never 0, where that is unknown."""
        is_start = step == "detected" and self.starts_with_alert and not self.steps[step].is_confirmed
        at = None if is_start else self.at(step)
        return float((at - self.onset).total_seconds()) if at is not None and self.onset is not None else None

    def time_to_range(self, step: Step) -> tuple[float, float] | None:
        """Return the least and the most seconds to the step that the ranges of onset and step allow."""
        moment = self.steps[step]
        if moment.is_confirmed or self.time_to(step) is None or moment.range is None or self.onset_range is None:
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
    alerts, changes, messages, impact
        The canonical tables, not changed, and the impact that people responded to.
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
        moments = {step: with_declared(no_impact, declared.get(step)) for step in STEPS}
        return Response(onset, None, moments, None, alerts.iloc[:0], changes.iloc[:0], ())
    own = incident_alerts(alerts, impact)
    mitigations = _changes_during(changes, impact)
    effects = tuple(effect(impact.around(pd.Timestamp(row["at"])), row, changes) for _, row in mitigations.iterrows())
    measured, detected_by = _measured(own, messages, mitigations, effects, impact)
    moments = {step: with_declared(moment, declared.get(step)) for step, moment in measured.items()}
    return Response(
        impact.start if impact.detected else onset,
        impact.start_range if impact.detected else None,
        validated(moments, impact),
        detected_by,
        own,
        mitigations.reset_index(drop=True),
        effects,
        starts_with_alert=impact.reported_by == "alerts",
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
    people = conversation.by_people(messages.assign(latest_at=conversation.latest_times(messages))).sort_values("at")
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
    return Moment("recorded", how, at, (at, pd.Timestamp(row["latest_at"]) if column == "at" else at), evidence(row))


def _detected(alerts: pd.DataFrame, people: pd.DataFrame, impact: Impact) -> tuple[Moment, DetectedBy | None]:
    spans = impact.spans or ((impact.data_start, impact.data_end),)
    noticed = people[is_inside(people["at"], spans) & conversation.shows_awareness(people)]
    first_alert, first_message = (rows.iloc[0] if len(rows) else None for rows in (alerts, noticed))
    if first_alert is not None and (first_message is None or first_alert["started_at"] <= first_message["latest_at"]):
        how = f"alert {first_alert['name']} fired{doubt_about_first(alerts, impact)}"
        return _from_row(first_alert, "started_at", how), "alert"
    if first_message is not None:
        when = "no alert fired" if first_alert is None else "before any alert"
        return _from_row(first_message, "at", f"{_role(first_message)} mentioned it in the chat, {when}"), "person"
    return Moment("pending", "no alert and no chat message about it found"), None


def _acknowledged(alerts: pd.DataFrame, people: pd.DataFrame, since: pd.Timestamp, detected_by: str | None) -> Moment:
    by_alert = alerts.dropna(subset=["acknowledged_at"]).sort_values("acknowledged_at")
    in_chat = people[(people["latest_at"] >= since) & conversation.state(people, conversation.ACKNOWLEDGES)]
    first_alert, first_message = (rows.iloc[0] if len(rows) else None for rows in (by_alert, in_chat))
    if first_alert is not None and (first_message is None or first_alert["acknowledged_at"] <= first_message["latest_at"]):
        return _from_row(first_alert, "acknowledged_at", f"alert {first_alert['name']} acknowledged")
    if first_message is not None:
        return _from_row(first_message, "at", f"{_role(first_message)} acknowledged in the chat")
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
            what = f"{row['kind']}{phrase(' of ', row['service'])}"
            if pd.isna(row["finished_at"]):
                how = f"{what} began; when it was complete is not known"
                return Moment("recorded", how, at, (at, max(at, impact.end)), evidence(row))
            return Moment("recorded", f"{what} finished", at, (pd.Timestamp(row["at"]), at), evidence(row))
    return Moment("pending", "no change in the data ended the impact or helped")


def _resolved(alerts: pd.DataFrame, people: pd.DataFrame, impact: Impact) -> Moment:
    if impact.ongoing:
        return _ONGOING
    all_clear = people[
        (people["latest_at"] >= (impact.end if impact.detected else impact.data_start))
        & conversation.state(people, conversation.ALL_CLEAR)
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
