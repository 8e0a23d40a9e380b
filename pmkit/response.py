"""How the response went: when the incident was detected, acknowledged, mitigated and resolved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

LEAD_S: Final = 900
"""Alerts that fired this long before the first error may belong to the incident, seconds."""
RESOLUTION_S: Final = 1
"""Logs that write whole seconds may be this much early, seconds."""
SETTLE_S: Final = 120
"""A mitigation may finish this long after the last error, seconds."""

Step = Literal["detected", "acknowledged", "mitigated", "resolved"]
STEPS: Final[dict[Step, str]] = {
    "detected": "detect",
    "acknowledged": "acknowledge",
    "mitigated": "mitigate",
    "resolved": "resolve",
}
"""The moments of a response, with the verb of the time to each."""

_ACKNOWLEDGES: Final = re.compile(r"\b(ack(nowledged?|ing)?|on it|looking( into)?|taking (this|it|over)|investigating)\b", re.I)
_ALL_CLEAR: Final = re.compile(r"\b(all clear|incident (is )?(over|resolved|closed)|fully recovered|resolved)\b", re.I)
_MACHINE: Final = re.compile(r"bot\b|alert|pager|monitor|webhook|jenkins|github|gitlab|opsgenie|grafana", re.I)


@dataclass(frozen=True)
class Moment:
    """One moment of the response.

    Attributes
    ----------
    at : Timestamp
        When, UTC.
    how : str
        What it is taken from, in words.
    source : str or None
        Evidence, `file:line`.
    """

    at: pd.Timestamp
    how: str
    source: str | None


@dataclass(frozen=True, eq=False)
class Response:
    """The moments of the response, detected from the data; None where the data do not show one.

    Attributes
    ----------
    alerts : DataFrame
        The alerts that belong to the incident, columns of `schema.ALERTS`.
    mitigations : DataFrame
        Changes made during the impact, columns of `schema.CHANGES`; the last is the one that
        ended it.
    """

    onset: pd.Timestamp | None
    moments: dict[Step, Moment | None]
    alerts: pd.DataFrame
    mitigations: pd.DataFrame

    def at(self, step: Step) -> pd.Timestamp | None:
        """Return when the step was reached."""
        moment = self.moments[step]
        return moment.at if moment else None

    def time_to(self, step: Step) -> float | None:
        """Return the seconds from the first error to the step."""
        at = self.at(step)
        return float((at - self.onset).total_seconds()) if at is not None and self.onset is not None else None


def by_people(messages: pd.DataFrame) -> pd.DataFrame:
    """Leave out the messages that machines post."""
    return messages[~messages["author_role"].fillna("").str.contains(_MACHINE)]


def assess(
    alerts: pd.DataFrame,
    changes: pd.DataFrame,
    messages: pd.DataFrame,
    window: tuple[pd.Timestamp, pd.Timestamp] | None,
    *,
    ongoing: bool = False,
) -> Response:
    """Find the moments of the response.

    Parameters
    ----------
    alerts, changes, messages : DataFrame
        Columns of the canonical tables; not changed.
    window : tuple of Timestamp or None
        Start and end of the impact; without one there is nothing to respond to.
    ongoing : bool
        Whether the impact goes on, so that nothing has mitigated it.

    Returns
    -------
    Response
        Detected: the first alert of the incident. Acknowledged: the first acknowledgement, of
        an alert or in the chat. Mitigated: the last change that was begun before the last error
        and finished no later than shortly after it. Resolved: the all clear in the chat, or else
        when the last of the alerts resolved.
    """
    if window is None:
        return Response(None, dict.fromkeys(STEPS), alerts.iloc[:0], changes.iloc[:0])
    start, end = window
    lead = pd.Timedelta(seconds=LEAD_S)
    own = alerts[alerts["started_at"].between(start - lead, end) & ~(alerts["resolved_at"] < start)]
    own = own.sort_values(["started_at", "name", "alert_id"], ignore_index=True)
    people = by_people(messages).sort_values("at")
    done = changes["finished_at"].fillna(changes["at"])
    slack = pd.Timedelta(seconds=RESOLUTION_S)
    made = changes[(changes["at"] > start + slack) & (changes["at"] <= end + slack)]
    helped = made[done.loc[made.index] <= end + pd.Timedelta(seconds=SETTLE_S)]
    detected = _from_row(own.iloc[0], "started_at", f"alert {own.iloc[0]['name']} fired") if len(own) else None
    moments: dict[Step, Moment | None] = {
        "detected": detected,
        "acknowledged": _acknowledged(own, people, detected.at if detected else start),
        "mitigated": None if ongoing else _mitigated(helped),
        "resolved": None if ongoing else _resolved(own, people, end),
    }
    return Response(start, moments, own, made.reset_index(drop=True))


def evidence(row: pd.Series) -> str:
    """Name where a row came from, `file:line`."""
    return f"{row['source']}:{row['line']}"


def _says(messages: pd.DataFrame, pattern: re.Pattern[str]) -> pd.Series:
    return messages["text"].map(lambda text: bool(pattern.search(text)), na_action="ignore").fillna(value=False).astype(bool)


def _from_row(row: pd.Series, column: str, how: str) -> Moment:
    return Moment(pd.Timestamp(row[column]), how, evidence(row))


def _acknowledged(alerts: pd.DataFrame, people: pd.DataFrame, since: pd.Timestamp) -> Moment | None:
    taken = alerts.dropna(subset=["acknowledged_at"]).sort_values("acknowledged_at")
    said = people[(people["at"] >= since) & _says(people, _ACKNOWLEDGES)]
    found = [_from_row(row, "acknowledged_at", f"alert {row['name']} acknowledged") for _, row in taken.head(1).iterrows()]
    found += [_from_row(row, "at", f"{row['author_role']} acknowledged in the chat") for _, row in said.head(1).iterrows()]
    return min(found, key=lambda moment: moment.at, default=None)


def _mitigated(helped: pd.DataFrame) -> Moment | None:
    if helped.empty:
        return None
    done = helped["finished_at"].fillna(helped["at"])
    row = helped.iloc[int(done.argmax())]
    about = "" if pd.isna(row["service"]) else f" of {row['service']}"
    return Moment(pd.Timestamp(done.max()), f"{row['kind']}{about} finished", evidence(row))


def _resolved(alerts: pd.DataFrame, people: pd.DataFrame, end: pd.Timestamp) -> Moment | None:
    said = people[(people["at"] >= end) & _says(people, _ALL_CLEAR)]
    if len(said):
        return _from_row(said.iloc[0], "at", f"{said.iloc[0]['author_role']} gave the all clear")
    if alerts.empty or alerts["resolved_at"].isna().any():
        return None
    row = alerts.iloc[int(alerts["resolved_at"].argmax())]
    return _from_row(row, "resolved_at", f"the last alert, {row['name']}, resolved")
