"""The analysis of one incident in four stages: impact, causes, response, timeline. It reads no files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from pmkit.analysis.causes.attribution import find_parts, no_parts
from pmkit.analysis.causes.first_signs import find_first_signs
from pmkit.analysis.causes.log_patterns import RISING, changed_patterns
from pmkit.analysis.causes.log_templates import counts_by_template
from pmkit.analysis.causes.service_suspects import with_services
from pmkit.analysis.causes.suspects import Suspect, rank_suspects
from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.impact.ladder import Ladder, climb, without_evidence
from pmkit.analysis.impact.metric_signals import MOST as MOST_MOVES
from pmkit.analysis.impact.metric_signals import moved_series
from pmkit.analysis.impact.refusals import with_unanswered
from pmkit.analysis.impact.rungs import CountingRule, evidence_of
from pmkit.analysis.impact.unmeasured import unmeasured_impact
from pmkit.analysis.impact.user_traffic import traffic_left_out
from pmkit.analysis.response.alert_quality import assess_alerts
from pmkit.analysis.response.milestones import Response, assess_response
from pmkit.analysis.response.rule_replay import REPLAY_LEAD_S, RuleVerdict, replay_rules
from pmkit.analysis.response.timeline import Entry, apply_edits, build_timeline
from pmkit.analysis.traces.failing_calls import TraceEvidence, find_failing_calls
from pmkit.findings.confirmed_facts_in_utc import (
    confirmed_start,
    confirmed_steps,
    confirmed_windows,
    known_period,
    written_entries,
)
from pmkit.findings.contract_types import utc
from pmkit.findings.data_quality import Remark, assess
from pmkit.findings.findings import Findings, export_rows
from pmkit.findings.message_doubts import message_doubts
from pmkit.findings.outcome_doubts import outcome_doubts
from pmkit.findings.stray_events import leave_out_strays
from pmkit.findings.traffic_doubts import traffic_doubts
from pmkit.incident.folder import Incident
from pmkit.incident.service_level import ErrorRule
from pmkit.store.store import MAX_COMPARED_REQUESTS, Store
from pmkit.store.tables import LineQuestions, Tables, Windows

MAX_RISING_PATTERNS: Final = 20
MAX_FADED_PATTERNS: Final = 10


@dataclass(frozen=True, eq=False)
class Causes:
    """What may have caused an impact; see `Findings` for the fields."""

    parts: pd.DataFrame
    patterns: pd.DataFrame
    faded: pd.DataFrame
    first_signs: pd.DataFrame
    suspects: tuple[Suspect, ...]
    unexplained: float | None


def analyse(tables: Tables, incident: Incident, store: Store, zone: ZoneInfo) -> Findings:
    """Return the findings from the tables of an incident, not redacted yet.

    Parameters
    ----------
    tables : Tables
        All frames; not changed.
    incident : Incident
        The incident, with what people wrote in `incident.yaml`.
    store : Store
        Answers the queries that need the window of the impact, see `LineQuestions`, and becomes part of the findings.
    zone : ZoneInfo
        The zone in which times are shown.
    """
    tables, strays = leave_out_strays(tables, zone)
    counts = tables.counts
    tables = replace(tables, counts=with_unanswered(counts))
    rule = incident.file.errors
    left_out = traffic_left_out(tables.counts, rule.leave_out)
    incident = incident.with_errors(rule.model_copy(update={"leave_out": left_out}))
    ladder = find_impact(tables, incident)
    if ladder.ends and len(counts):
        tables = replace(tables, counts=with_unanswered(_divided(counts, ladder.ends, store, rule)))
        ladder = find_impact(tables, incident)
    impact = _with_clients(ladder.impact, store, incident)
    statuses = [int(answer[-3:]) for answer in impact.measured_on.answers if answer[-3:].isdigit()]
    incident = incident.with_errors(incident.file.errors.counting(statuses))
    moves = moved_series(tables.metrics, impact.spans)
    causes = find_causes(tables, store, incident, impact, moves)
    declared, onset = confirmed_steps(incident), confirmed_start(incident)
    response = assess_response(tables.alerts, tables.changes, tables.messages, impact, declared, onset=onset)
    rules = _replay(tables, store, response, impact)
    metrics = moves.head(MOST_MOVES)
    remarks = [Remark(*stray) for stray in strays]
    remarks += (Remark(*doubt) for doubt in outcome_doubts(tables.counts, tables.retries, left_out))
    users = tables.counts[~tables.counts["traffic"].isin(left_out)]
    remarks += (Remark(*doubt) for doubt in traffic_doubts(users, impact, zone))
    remarks += (Remark(*doubt) for doubt in message_doubts(tables.masked_messages, zone))
    remarks += assess(tables.data_quality, tables.counts, impact, tables.clock_skew, zone)
    return Findings(
        incident=incident,
        zone=zone,
        store=store,
        impact=impact,
        rungs=ladder.readings,
        response=response,
        alerting=assess_alerts(tables.alerts, response.alerts, impact, incident.file.slo, rules),
        alerts=tables.alerts,
        changes=tables.changes,
        messages=tables.messages,
        ranked_suspects=causes.suspects,
        unexplained=causes.unexplained,
        parts=causes.parts,
        patterns=causes.patterns,
        metrics=metrics,
        faded=causes.faded,
        first_signs=causes.first_signs,
        traces=find_trace_evidence(tables, store, incident, impact),
        story=build_story(tables, store, incident, impact=impact, response=response, causes=causes, metrics=metrics),
        data_quality=_with_remarks(tables.data_quality, remarks),
        inputs=tuple(export_rows(tables.data_quality)),
    )


def _divided(counts: pd.DataFrame, ends: Sequence[pd.Timestamp], questions: LineQuestions, rule: ErrorRule) -> pd.DataFrame:
    """Return the counts with the bins of some times divided there."""
    divided = questions.counts_divided(rule.of_all_traffic.sql, ends)
    whole = counts[~counts["bin"].isin(divided["bin"])]
    return pd.concat([whole, divided], ignore_index=True).sort_values("bin", kind="stable", ignore_index=True)


def find_impact(tables: Tables, incident: Incident) -> Ladder:
    """Return the impact that people confirmed, or else by the highest rung of the ladder that shows one, and what each shows."""
    confirmed = confirmed_windows(incident)
    ladder = climb(
        evidence_of(tables, CountingRule(incident.file.impact_source, incident.file.errors.leave_out)),
        incident.file.slo,
        confirmed,
    )
    if ladder is None:
        period = known_period(tables, incident)
        return without_evidence(unmeasured_impact(confirmed, period, has_metrics=len(tables.metrics) > 0))
    return ladder


def _with_clients(impact: Impact, questions: LineQuestions, incident: Incident) -> Impact:
    """Return the impact with the number of clients that it affected."""
    if not impact.detected or impact.measured_on.unit not in ("request", "outcome", "event"):
        return impact
    clients = questions.affected_clients(impact.measured_on.sources, impact.counted_spans, incident.file.errors.sql)
    return replace(impact, clients_affected=clients)


def find_trace_evidence(tables: Tables, store: Store, incident: Incident, impact: Impact) -> TraceEvidence | None:
    """Return where the traces of the impact fail or lose time, with the failures in their logs; None without any."""
    found = find_failing_calls(tables.calls, impact.spans) if impact.detected else None
    if found is None:
        return None
    return replace(found, logs=store.traces.failures(found.trace_ids, incident.file.errors.sql))


def find_causes(tables: Tables, questions: LineQuestions, incident: Incident, impact: Impact, moves: pd.DataFrame) -> Causes:
    """Return what failed requests have in common, which log messages changed in frequency, and which changes are suspects."""
    rule = incident.file.errors
    templates = counts_by_template(tables.masked_messages)
    changed = changed_patterns(templates, impact.spans, (impact.data_start, impact.data_end), rule)
    is_rising = changed["change"].isin(RISING)
    rising = changed[is_rising].head(MAX_RISING_PATTERNS)
    parts = _parts(questions, impact, rule)
    signs = find_first_signs(templates, impact.spans)
    suspects, unexplained = rank_suspects(impact, tables.changes, parts, rising, signs)
    suspects = with_services(suspects, moves)
    faded = changed[~is_rising].head(MAX_FADED_PATTERNS).reset_index(drop=True)
    return Causes(parts, rising, faded, signs, suspects, unexplained)


def compared_requests(
    questions: LineQuestions,
    impact: Impact,
    is_error: str,
    spans: Windows,
    *,
    leave_out: Sequence[str] = (),
    most: int = MAX_COMPARED_REQUESTS,
) -> pd.DataFrame:
    """Return failed and successful requests of some windows, or slow and fast ones if the impact is slowness.

    Parameters
    ----------
    is_error : str
        The error rule as a SQL condition, see `ErrorRule.sql`.
    spans : sequence of (datetime, datetime)
        The windows; both ends belong to them.
    leave_out : sequence of str, optional
        Kinds of traffic that are not counted.
    most : int, optional
        At most this many failed, and as many successful, requests are returned.

    Returns
    -------
    DataFrame
        As `Store.sample_requests` returns them.
    """
    slow = impact.detected and impact.impaired.adjective == "slow"
    condition = f"duration_s > {impact.slow_limit_s}" if slow else is_error
    return questions.sample_requests(
        impact.measured_on.sources, impact.measured_on.inner, spans, condition, leave_out=leave_out, most=most
    )


def _parts(questions: LineQuestions, impact: Impact, rule: ErrorRule) -> pd.DataFrame:
    if not impact.detected or not (impact.failed_requests or impact.impaired.adjective == "slow"):
        return no_parts()
    if not impact.measured_on.counts_all_requests:
        return no_parts()
    return find_parts(compared_requests(questions, impact, rule.sql, impact.counted_spans, leave_out=rule.leave_out))


def _replay(tables: Tables, questions: LineQuestions, response: Response, impact: Impact) -> tuple[RuleVerdict, ...]:
    if tables.rules.empty:
        return ()
    requests = questions.request_counts(impact.start - pd.Timedelta(seconds=REPLAY_LEAD_S), impact.data_end)
    return replay_rules(tables.rules, response.alerts, tables.metrics, requests, impact)


def build_story(
    tables: Tables,
    questions: LineQuestions,
    incident: Incident,
    *,
    impact: Impact,
    response: Response,
    causes: Causes,
    metrics: pd.DataFrame,
) -> tuple[Entry, ...]:
    """Return all entries of the timeline in order, with the edits that people made."""
    condition = incident.file.errors.sql if impact.failed_requests else "true"
    sources, local = impact.measured_on.sources, incident.local
    entries = build_timeline(
        impact,
        response,
        tables.changes,
        tables.messages,
        causes.patterns,
        signs=causes.first_signs,
        moves=metrics,
        notes=written_entries(incident),
        onset_source=_evidence(questions, sources, impact.start, condition),
        end_source=_evidence(questions, sources, impact.end, condition),
    )
    return apply_edits(entries, [(utc(local(edit.at)), edit) for edit in incident.file.timeline_edits])


def _evidence(questions: LineQuestions, sources: Sequence[str], at: pd.Timestamp, condition: str) -> str | None:
    """Return `file:line` of the first matching event at a time or later, or only the file if no line is known."""
    location = questions.locate_first_event(sources, at, condition)
    if location is None:
        return sources[0] if len(sources) == 1 else None
    return f"{location[0]}:{location[1]}"


def _with_remarks(exports: pd.DataFrame, remarks: list[Remark]) -> pd.DataFrame:
    """Return the exports with the remarks on each added to its notes."""
    notes = [
        (*own, *(remark.text for remark in remarks if remark.source == source))
        for source, own in zip(exports["source"], exports["notes"], strict=True)
    ]
    return exports.assign(notes=pd.Series(notes, index=exports.index, dtype=object))
