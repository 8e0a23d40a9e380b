"""Everything that the data show about one incident, in one object and as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from pmkit.analysis.causes.recurrence import Match
from pmkit.analysis.causes.suspects import Suspect
from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.response.alert_quality import Alerting
from pmkit.analysis.response.milestones import Response
from pmkit.analysis.response.timeline import Entry
from pmkit.core.choices import Audience
from pmkit.findings import contract
from pmkit.incident.folder import Incident
from pmkit.store.store import Store


@dataclass(frozen=True, eq=False)
class Findings:
    """Everything that is known about one incident. Tables are pandas frames, times are UTC.

    Attributes
    ----------
    incident : Incident
        What people know.
    zone : ZoneInfo
        Where times are shown.
    store : Store
        The exports, for digging on.
    impact, response, alerting, suspects
        What the analysis found.
    changes, messages : DataFrame
        What was changed and written, columns of `schema.CHANGES` and `schema.MESSAGES`.
    story : tuple of Entry
        All entries of the timeline by time, also those that people chose to leave out.
    unexplained : float or None
        The belief that no change set it off, see `suspects.rank`.
    parts : DataFrame
        What the failed requests have in common, columns of `dimensions.PARTS`.
    patterns, faded : DataFrame
        Log messages that came with the impact, and that came less often or not at all, columns of `patterns.PATTERNS`.
    metrics : DataFrame
        Metric series that moved with the impact, columns of `metrics.MOVES`.
    data_quality : DataFrame
        What was read from each export.
    inputs : tuple of dict
        The same as it was read, also where `data_quality` is not shown.
    seen_before : tuple of Match
        Earlier incidents that look like this one.
    earlier : int
        How many earlier incidents it was compared with.
    not_compared : tuple of str
        Other incidents of the data folder that cannot be read.
    audience : str
        For whom they are: `internal`, or `public` where `public.public` has made them fit for it.
    """

    incident: Incident
    zone: ZoneInfo
    store: Store
    impact: Impact
    response: Response
    alerting: Alerting
    changes: pd.DataFrame
    messages: pd.DataFrame
    suspects: tuple[Suspect, ...]
    parts: pd.DataFrame
    patterns: pd.DataFrame
    faded: pd.DataFrame
    metrics: pd.DataFrame
    story: tuple[Entry, ...]
    data_quality: pd.DataFrame
    inputs: tuple[dict[str, Any], ...]
    unexplained: float | None = None
    seen_before: tuple[Match, ...] = ()
    earlier: int = 0
    not_compared: tuple[str, ...] = ()
    audience: Audience = "internal"

    def to_dict(self) -> dict[str, Any]:
        """Return the findings as the JSON contract says, see `contract.schema`."""
        return contract.summary(self)

    @property
    def timeline(self) -> tuple[Entry, ...]:
        """The entries that people did not choose to leave out."""
        return tuple(entry for entry in self.story if not entry.hidden)

    @property
    def exports(self) -> list[dict[str, Any]]:
        """What was read, one dict an export."""
        return records(self.data_quality)

    def to_json(self) -> str:
        """Return the findings as JSON text."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as dicts."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
