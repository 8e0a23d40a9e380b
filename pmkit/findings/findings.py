"""Everything that the data say about one incident, in one object and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from pmkit.analysis.causes import attribution, suspects
from pmkit.analysis.causes import log_patterns as patterns
from pmkit.analysis.causes import recurrence as history
from pmkit.analysis.causes.log_templates import counts_by_template
from pmkit.analysis.impact import impact as impacts
from pmkit.analysis.impact import metric_signals
from pmkit.analysis.impact.measuring_point import choose_logs, count_on_metrics
from pmkit.analysis.response import alert_quality as alerting
from pmkit.analysis.response import milestones as response
from pmkit.analysis.response import rule_replay, timeline
from pmkit.core.choices import Audience
from pmkit.core.errors import IncidentError, PmkitError, SourceError
from pmkit.core.progress import Progress
from pmkit.findings import contract
from pmkit.findings import data_quality as quality
from pmkit.findings.contract_types import utc
from pmkit.findings.memo import recalled
from pmkit.incident.field_types import validate_timezone
from pmkit.incident.folder import Incident, data_folder, find_incident, incident_ids
from pmkit.incident.model import ActionItem
from pmkit.ingest.cache import open_incident
from pmkit.store.store import MAX_COMPARED_REQUESTS, Store

MOST_PATTERNS = 20
MOST_FADED = 10


@dataclass(frozen=True, eq=False)
class Findings:
    """What was found; tables are pandas frames, times are UTC.

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
    impact: impacts.Impact
    response: response.Response
    alerting: alerting.Alerting
    changes: pd.DataFrame
    messages: pd.DataFrame
    suspects: tuple[suspects.Suspect, ...]
    parts: pd.DataFrame
    patterns: pd.DataFrame
    faded: pd.DataFrame
    metrics: pd.DataFrame
    story: tuple[timeline.Entry, ...]
    data_quality: pd.DataFrame
    inputs: tuple[dict[str, Any], ...]
    unexplained: float | None = None
    seen_before: tuple[history.Match, ...] = ()
    earlier: int = 0
    not_compared: tuple[str, ...] = ()
    audience: Audience = "internal"

    def to_dict(self) -> dict[str, Any]:
        """Return the findings as the JSON contract says, see `contract.schema`."""
        return contract.summary(self)

    @property
    def timeline(self) -> tuple[timeline.Entry, ...]:
        """The entries that people did not choose to leave out."""
        return tuple(entry for entry in self.story if not entry.hidden)

    @property
    def exports(self) -> list[dict[str, Any]]:
        """What was read, one dict an export."""
        return _records(self.data_quality)

    def to_json(self) -> str:
        """Return the findings as JSON text."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False)


def investigate(
    incident_id: str, data_dir: str | Path | None = None, timezone: str | None = None, *, progress: Progress = lambda _: None
) -> Findings:
    """Read an incident's exports and find its impact, response, suspects and timeline.

    Parameters
    ----------
    incident_id : str
        The incident; its folder is `data_dir/incident_id`.
    data_dir : str or Path, optional
        The folder of all incidents, see `incident.data_folder`.
    timezone : str, optional
        IANA zone in which times are shown, instead of the one in `incident.yaml`.
    progress : callable, optional
        Is told in words what is done.

    Raises
    ------
    InputError
        When the incident, its `incident.yaml` or one of its exports cannot be used.

    Examples
    --------
    >>> investigate("INC-2026-1012").impact.detected
    True
    """
    incident = find_incident(incident_id, data_folder(data_dir))
    return compared(analyse(incident, open_incident(incident, progress), timezone), progress)


def analyse(incident: Incident, store: Store, timezone: str | None = None) -> Findings:
    """Find what the parsed exports of an incident say."""
    zone = ZoneInfo(_zone(timezone)) if timezone else incident.zone
    rule = incident.file.errors
    judged, series = store.counts_by_outcome(rule.sql), store.metrics()
    impact = _impact(incident, store, judged, series)
    moves = metric_signals.moved_series(series, impact.window)
    measured_on = impact.measured_on
    if impact.detected and measured_on.unit != "sample":
        impact = replace(impact, clients_affected=store.affected_clients(measured_on.sources, impact.start, impact.end, rule.sql))
    parts = _parts(store, impact, rule.sql)
    changes, messages = store.changes(), store.messages()
    moved = patterns.changed_patterns(
        counts_by_template(store.masked_messages()), impact.window, (impact.data_start, impact.data_end), rule
    )
    rose = moved["change"].isin(patterns.RISING)
    found = moved[rose].head(MOST_PATTERNS)
    alerts = store.alerts()
    reaction = response.assess_response(alerts, changes, messages, impact, _declared(incident))
    suspected, unexplained = suspects.rank_suspects(impact, changes, parts, found)
    exports = store.data_quality()
    doubts = quality.assess(exports, judged, impact, store.clock_skew(), zone)
    proof = rule.sql if impact.failed_requests else "true"
    entries = timeline.build_timeline(
        impact,
        reaction,
        changes,
        messages,
        found,
        moves=moves,
        notes=_notes(incident),
        onset_source=_line(store, measured_on.sources, impact.start, proof),
        end_source=_line(store, measured_on.sources, impact.end, proof),
    )
    return _without_secrets(
        Findings(
            incident=incident,
            zone=zone,
            store=store,
            impact=impact,
            response=reaction,
            alerting=alerting.assess_alerts(
                alerts, reaction.alerts, impact, incident.file.slo, _ruled(store, reaction.alerts, series, impact)
            ),
            changes=changes,
            messages=messages,
            suspects=suspected,
            unexplained=unexplained,
            parts=parts,
            patterns=found,
            metrics=moves,
            faded=moved[~rose].head(MOST_FADED).reset_index(drop=True),
            story=timeline.apply_edits(entries, [(utc(incident.local(edit.at)), edit) for edit in incident.file.timeline_edits]),
            data_quality=_remarked(exports, doubts),
            inputs=tuple(_records(exports)),
        )
    )


def _without_secrets(findings: Findings) -> Findings:
    """Replace the secrets in all that was found; what people wrote, `incident.yaml`, stays as it is."""
    kept = ("incident", "zone", "store", "audience", "unexplained")
    told = {name: value for name, value in vars(findings).items() if name not in kept}
    return replace(findings, **findings.incident.redactor.everywhere(told))


def compared(findings: Findings, progress: Progress = lambda _: None) -> Findings:
    """Compare an incident with all others in its data folder; those that cannot be read are named."""
    own = signature_of(findings)
    unread: list[str] = []
    others: list[tuple[history.Signature, tuple[ActionItem, ...]]] = []
    data = findings.incident.folder.parent
    for name in incident_ids(data):
        if name != findings.incident.id:
            try:
                other = find_incident(name, data)
                others.append((_recalled(other, progress), other.file.measures))
            except PmkitError:
                unread.append(name)
    earlier = sum(bool(own.at and other.at and other.at < own.at) for other, _ in others)
    found = history.seen_before(own, others)
    missing = alerting.missing_alerts(findings.response.alerts, ((match.incident, match.alerts) for match in found))
    redact = findings.incident.redactor.everywhere
    return replace(
        findings,
        alerting=replace(findings.alerting, missing=redact(missing)),
        seen_before=redact(found),
        earlier=earlier,
        not_compared=tuple(unread),
    )


def _recalled(incident: Incident, progress: Progress) -> history.Signature:
    def made() -> str:
        progress(f"comparing with {incident.id}")
        return signature_of(analyse(incident, open_incident(incident))).to_json()

    return history.Signature.from_json(recalled(incident, "signatures", made))


def signature_of(findings: Findings) -> history.Signature:
    """Take the signature of an incident, by which it is recognised."""
    return history.signature(
        findings.incident,
        findings.impact,
        parts=findings.parts,
        patterns=findings.patterns,
        changes=findings.changes,
        suspects=findings.suspects,
        alerts=findings.response.alerts,
    )


def _impact(incident: Incident, store: Store, judged: pd.DataFrame, series: pd.DataFrame) -> impacts.Impact:
    """Find the impact in the logs, or where they show nothing, in metrics that tell of errors, latency or availability."""
    logs, slo = bool(len(judged)), incident.file.slo
    if logs:
        found = impacts.assess_impact(
            judged, choose_logs(judged, store.shared_request_ids(), store.formats(), incident.file.impact_source), slo
        )
        if found.detected:
            return found
    samples = metric_signals.judge_samples(series)
    if samples.empty and not logs:
        raise SourceError(f"{incident.folder}: no logs, and no metric whose name tells of errors, latency or availability")
    told = impacts.assess_impact(samples, count_on_metrics(samples, logs=logs), slo) if len(samples) else found
    return told if told.detected or not logs else found


def _ruled(store: Store, own: pd.DataFrame, series: pd.DataFrame, impact: impacts.Impact) -> tuple[rule_replay.RuleVerdict, ...]:
    known = store.rules()
    if known.empty:
        return ()
    early = impact.start - pd.Timedelta(seconds=rule_replay.LOOK_BACK_S)
    return rule_replay.replay_rules(known, own, series, store.request_counts(early, impact.data_end), impact)


def requests_in(
    store: Store, impact: impacts.Impact, is_error: str, start: datetime, end: datetime, *, most: int = MAX_COMPARED_REQUESTS
) -> pd.DataFrame:
    """Return requests of a window for comparing the failed with the others, or the slow ones where the impact is slowness.

    Parameters
    ----------
    is_error : str
        The error rule as a SQL condition, see `ErrorRule.sql`.
    start, end : datetime
        Both ends belong to the window.
    most : int, optional
        So many of the failed, and so many of the others, are looked at.

    Returns
    -------
    DataFrame
        As `Store.requests` gives them.
    """
    slow = impact.detected and impact.impaired[0] == "slow"
    bad = f"duration_s > {impact.slow_limit_s}" if slow else is_error
    return store.sample_requests(impact.measured_on.sources, impact.measured_on.inner, start, end, bad, most=most)


def _parts(store: Store, impact: impacts.Impact, is_error: str) -> pd.DataFrame:
    if not impact.detected or not (impact.failed_requests or impact.impaired[0] == "slow"):
        return attribution.no_parts()
    if impact.measured_on.unit != "request":
        return attribution.no_parts()
    return attribution.find_parts(requests_in(store, impact, is_error, impact.start, impact.end))


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _remarked(exports: pd.DataFrame, remarks: list[quality.Remark]) -> pd.DataFrame:
    """Add what is doubtful about the exports to their notes."""
    notes = [
        (*known, *(remark.text for remark in remarks if remark.source == source))
        for source, known in zip(exports["source"], exports["notes"], strict=True)
    ]
    return exports.assign(notes=pd.Series(notes, index=exports.index, dtype=object))


def _zone(name: str) -> str:
    try:
        return validate_timezone(name)
    except ValueError as unknown:
        raise IncidentError(f"timezone {name!r}: {unknown}") from unknown


def _notes(incident: Incident) -> tuple[timeline.Entry, ...]:
    local = incident.local
    return tuple(timeline.Entry(utc(local(note.at)), "note", note.text, at, note.key) for note, at in incident.notes())


def _declared(incident: Incident) -> dict[response.Step, pd.Timestamp]:
    told: dict[response.Step, datetime | None] = {
        "detected": incident.file.times.detected_at,
        "acknowledged": incident.file.times.acknowledged_at,
        "mitigated": incident.file.times.mitigated_at,
        "resolved": incident.file.times.resolved_at,
    }
    return {step: utc(incident.local(at)) for step, at in told.items() if at is not None}


def _line(store: Store, sources: Sequence[str], at: pd.Timestamp, is_error: str) -> str | None:
    found = store.locate_first_event(sources, at, is_error)
    if found is None:
        return sources[0] if len(sources) == 1 else None
    return f"{found[0]}:{found[1]}"
