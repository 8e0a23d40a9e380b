"""Everything that the data show about one incident, in one object and as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

import pandas as pd

from pmkit.analysis.causes.recurrence import Match
from pmkit.analysis.causes.suspects import Suspect
from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.impact.ladder import Reading
from pmkit.analysis.response.alert_quality import Alerting
from pmkit.analysis.response.milestones import Response
from pmkit.analysis.response.timeline import Entry
from pmkit.analysis.traces.failing_calls import TraceEvidence
from pmkit.core.choices import Audience
from pmkit.core.json_value import JsonObject
from pmkit.core.time_display import Clock
from pmkit.findings import contract
from pmkit.findings.confirmed_facts_in_utc import written_times
from pmkit.findings.data_quality import ExportRow
from pmkit.incident.folder import Incident
from pmkit.store.store import Store


@dataclass(frozen=True, eq=False)
class Findings:
    """Everything that pmkit found out about one incident. Tables are pandas frames, times are UTC.

    Attributes
    ----------
    incident : Incident
        Its folder, with what people wrote in `incident.yaml`.
    zone : ZoneInfo
        The zone in which times are shown.
    store : Store
        The exports, for further queries.
    impact, response, alerting, suspects
        What the analysis found.
    rungs : tuple of Reading
        What requests, error events, metrics, alerts and people each say about the impact, the strongest evidence first.
    changes, messages : DataFrame
        Changes and chat messages, columns of `schema.CHANGES` and `schema.MESSAGES`.
    story : tuple of Entry
        All entries of the timeline by time, including those that people chose to leave out.
    unexplained : float or None
        The probability that no change triggered it, see `rank_suspects`.
    parts : DataFrame
        What the failed requests have in common, columns of `attribution.PARTS`.
    patterns, faded : DataFrame
        Log messages that appeared or became more frequent during the impact, and that became less frequent or disappeared,
        columns of `log_patterns.PATTERNS`.
    metrics : DataFrame
        Metric series that moved with the impact, columns of `metric_signals.MOVES`.
    traces : TraceEvidence or None
        Where the traces of the impact fail or lose time; None without an impact or traces, and in public findings.
    data_quality : DataFrame
        What was read from each export, with remarks; columns of `ExportRow`. Empty in public findings.
    inputs : tuple of ExportRow
        What was read from each export, without remarks; also in public findings.
    seen_before : tuple of Match
        Earlier incidents that look like this one.
    earlier : int
        How many earlier incidents it was compared with.
    not_compared : tuple of str
        Other incidents of the data folder that cannot be read.
    not_read : tuple of str
        Other incidents of the data folder that are not compared because pmkit has not read them yet.
    audience : str
        Who may read them: `internal`, or `public` after `public.public` has removed what is internal.
    """

    incident: Incident
    zone: ZoneInfo
    store: Store
    impact: Impact
    rungs: tuple[Reading, ...]
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
    inputs: tuple[ExportRow, ...]
    traces: TraceEvidence | None = None
    unexplained: float | None = None
    seen_before: tuple[Match, ...] = ()
    earlier: int = 0
    not_compared: tuple[str, ...] = ()
    not_read: tuple[str, ...] = ()
    audience: Audience = "internal"

    @cached_property
    def clock(self) -> Clock:
        """How times are shown."""
        windows = [at for span in self.impact.spans for at in span]
        named = [entry.at for entry in self.timeline if entry.is_dated]
        return Clock.of(self.zone, self.impact.start, windows=windows, others=named, written=written_times(self.incident))

    def __repr__(self) -> str:
        from pmkit.findings.card import card_text  # noqa: PLC0415 - the card is about findings

        return card_text(self)

    def _repr_html_(self) -> str:
        from pmkit.findings.card import card_html  # noqa: PLC0415 - the card is about findings

        return card_html(self)

    def to_dict(self) -> JsonObject:
        """Return the findings in the form of the JSON contract, see `contract.schema`."""
        return contract.summary(self)

    @property
    def timeline(self) -> tuple[Entry, ...]:
        """The entries that people did not choose to leave out."""
        return tuple(entry for entry in self.story if not entry.hidden)

    @property
    def exports(self) -> list[ExportRow]:
        """What was read, one row per export."""
        return export_rows(self.data_quality)

    def to_json(self) -> str:
        """Return the findings as JSON text."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False)


def export_rows(data_quality: pd.DataFrame) -> list[ExportRow]:
    """Return the rows of what `Store.data_quality` returns; a missing value is None."""
    rows = data_quality.astype(object).where(data_quality.notna(), None).to_dict("records")
    return [ExportRow(**{str(name): value for name, value in row.items()}) for row in rows]
