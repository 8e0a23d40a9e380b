"""Everything that the data show about one incident, in one object and as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from pmkit.analysis.causes.first_signs import no_signs
from pmkit.analysis.causes.recurrence import Match
from pmkit.analysis.causes.suspects import Suspect
from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.impact.ladder import Reading
from pmkit.analysis.response.alert_quality import Alerting
from pmkit.analysis.response.milestones import Response
from pmkit.analysis.response.timeline import Entry
from pmkit.analysis.traces.failing_calls import TraceEvidence
from pmkit.core.card import Card, ShownAsCard
from pmkit.core.choices import Audience
from pmkit.core.json_value import JsonObject
from pmkit.core.time_display import Clock
from pmkit.findings import contract
from pmkit.findings.confirmed_facts_in_utc import written_times
from pmkit.findings.data_quality import ExportRow
from pmkit.findings.frames import suspects_frame, timeline_frame
from pmkit.findings.log_selection import Names, TypedTime, select_logs
from pmkit.findings.redacted import redact
from pmkit.findings.side_by_side import side_by_side
from pmkit.incident.folder import Incident
from pmkit.store.store import Store

# What completion shows: what people look for in a notebook.
_SHOWN: Final = (
    "impact", "suspects", "timeline", "logs", "patterns", "faded", "parts", "metrics", "alerts", "changes", "messages", "spans",
    "traces", "response", "alerting", "compare", "seen_before", "data_quality", "incident", "store", "to_dict", "to_json",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Findings(ShownAsCard):
    """Everything that pmkit found out about one incident. Tables are pandas frames, times are UTC.

    Attributes
    ----------
    incident : Incident
        Its folder, with what people wrote in `incident.yaml`.
    zone : ZoneInfo
        The zone in which times are shown.
    store : Store
        The exports, for further queries.
    impact, response, alerting
        What the analysis found.
    rungs : tuple of Reading
        What requests, error events, metrics, alerts and people each say about the impact, the strongest evidence first.
    alerts, changes, messages : DataFrame
        All alerts, changes and chat messages, columns of `schema.ALERTS`, `schema.CHANGES` and `schema.MESSAGES`.
    ranked_suspects : tuple of Suspect
        What may have caused the impact, the strongest evidence first; `suspects` is the same as a frame.
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
    first_signs : DataFrame
        The first warning and error of each service around the onset that it never logged before, columns of `first_signs.SIGNS`.
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
    alerts: pd.DataFrame
    changes: pd.DataFrame
    messages: pd.DataFrame
    ranked_suspects: tuple[Suspect, ...]
    parts: pd.DataFrame
    patterns: pd.DataFrame
    faded: pd.DataFrame
    metrics: pd.DataFrame
    story: tuple[Entry, ...]
    data_quality: pd.DataFrame
    inputs: tuple[ExportRow, ...]
    first_signs: pd.DataFrame = field(default_factory=no_signs)
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
        named = [entry.at for entry in self.entries if entry.is_dated]
        return Clock.of(self.zone, self.impact.start, windows=windows, others=named, written=written_times(self.incident))

    def _card(self) -> Card:
        from pmkit.findings.findings_card import card_of  # noqa: PLC0415 - the card is about findings

        return card_of(self)

    def to_dict(self) -> JsonObject:
        """Return the findings in the form of the JSON contract, see `contract.schema`."""
        return contract.summary(self)

    def __dir__(self) -> list[str]:
        """Return what people look for; the other attributes are for pmkit's own code."""
        return list(_SHOWN)

    def logs(
        self,
        start: TypedTime = None,
        end: TypedTime = None,
        *,
        service: Names = (),
        severity: Names = (),
        text: str = "",
        errors_only: bool = False,
        limit: int = 100_000,
    ) -> pd.DataFrame:
        """Return log events in the columns of `schema.LOGS`, by time.

        Parameters
        ----------
        start, end : str or datetime, optional
            Only events from `start` up to but not including `end`, as people write times: `16:12`, on the day of the incident;
            `2026-01-17 16:12`; `16:12+02:00`; a day; a datetime. Times without an offset are in the incident's zone. A day as
            the end is included.
        service, severity : str or sequence of str, optional
            Only these services; only these severities, such as ERROR.
        text : str, optional
            Only events whose message, path or attributes contain it, in any case, or whose client or trace ID it is.
        errors_only : bool
            Only what counts as an error in this incident.
        limit : int
            At most this many events are returned, the earliest ones, with a warning if there are more; the frame's
            `attrs["events"]` is the total number.

        Raises
        ------
        InputError
            When a time cannot be read, or when there is no such service or severity.

        Examples
        --------
        >>> import pmkit
        >>> findings = pmkit.investigate("INC-2026-1012")
        >>> len(findings.logs("16:10", "16:12", service="catalog", errors_only=True))
        1020
        """
        return select_logs(self, start, end, service=service, severity=severity, text=text, errors_only=errors_only, limit=limit)

    def compare(self, other: Findings) -> pd.DataFrame:
        """Return the figures of this incident and another one side by side, such as duration, failures and times to respond.

        Returns
        -------
        DataFrame
            A row per figure, named like the fields of the JSON, and a column per incident; None where a figure is not known.
        """
        return side_by_side(self, other)

    @cached_property
    def spans(self) -> pd.DataFrame:
        """The spans of all traces, columns of `schema.SPANS`: a million at most, the earliest ones. Empty in public findings."""
        spans = self.store.traces.spans()
        return spans.head(0) if self.audience == "public" else redact(spans, self.incident)

    @property
    def suspects(self) -> pd.DataFrame:
        """What may have caused the impact, the strongest evidence first, columns of `frames.SUSPECTS`."""
        return suspects_frame(self.ranked_suspects)

    @property
    def timeline(self) -> pd.DataFrame:
        """What happened, by time, columns of `frames.TIMELINE`; without the entries that people chose to leave out."""
        return timeline_frame(self.entries)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of the timeline that people did not choose to leave out."""
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
