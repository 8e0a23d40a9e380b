"""The findings as JSON, part by part, as `summary.schema.json` says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd

from pmkit.analysis.causes.change_effect import Effect
from pmkit.analysis.causes.recurrence import Match
from pmkit.analysis.causes.suspects import Suspect, describe_change
from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.response.alert_quality import Alerting
from pmkit.analysis.response.milestones import STEPS, Response, Step
from pmkit.analysis.rows import evidence


def utc(at: datetime) -> pd.Timestamp:
    """Turn a time with a zone into UTC."""
    return pd.Timestamp(at).tz_convert("UTC")


def iso(at: pd.Timestamp | datetime | None) -> str | None:
    """Write a time as ISO 8601 in UTC, with milliseconds; None stays None.

    Examples
    --------
    >>> iso(pd.Timestamp("2026-10-12T17:42:44+02:00"))
    '2026-10-12T15:42:44.000Z'
    """
    if at is None or pd.isna(at):
        return None
    return utc(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def impact(found: Impact) -> dict[str, Any]:
    """Write what the incident did."""
    return {
        "detected": found.detected,
        "start": iso(found.start) if found.detected else None,
        "start_range": [iso(at) for at in found.start_range] if found.detected else None,
        "end": iso(found.end) if found.detected and not found.ongoing else None,
        "end_range": [iso(at) for at in found.end_range] if found.detected and not found.ongoing else None,
        "began_before": found.began_before,
        "ongoing": found.ongoing,
        "duration_s": found.duration_s,
        "requests": found.requests,
        "failed_requests": found.failed_requests,
        "lost_requests": found.lost_requests,
        "error_ratio": found.error_ratio,
        "peak_error_ratio": found.peak_error_ratio,
        "peak_at": iso(found.peak_at) if found.detected else None,
        "signals": list(found.signals),
        "clients_affected": found.clients_affected,
        "error_budget_spent": found.error_budget_spent,
        "usual_from": found.usual_from,
        "spells": [
            {
                "start": iso(row["start"]),
                "end": iso(row["end"]),
                "events": int(row["events"]),
                "failed": int(row["failed"]),
                "apart": bool(row["apart"]),
            }
            for _, row in found.spells.iterrows()
        ],
    }


def response(found: Response) -> dict[str, Any]:
    """Write how the response went."""
    at = {f"{step}_at": iso(found.at(step)) for step in STEPS}
    times = {f"time_to_{verb}_s": found.time_to(step) for step, verb in STEPS.items()}
    return {
        **at,
        **times,
        "detected_by": found.detected_by,
        "steps": {step: _step(found, step) for step in STEPS},
        "mitigations": [
            _mitigation(row, effect) for (_, row), effect in zip(found.mitigations.iterrows(), found.effects, strict=True)
        ],
        "alerts": [alert(row) for _, row in found.alerts.iterrows()],
    }


def _step(found: Response, step: Step) -> dict[str, Any]:
    moment, span = found.steps[step], found.time_to_range(step)
    return {
        "status": moment.status,
        "reason": moment.reason,
        "at": iso(moment.at),
        "range": [iso(at) for at in moment.range] if moment.range else None,
        "time_to_range_s": list(span) if span else None,
        "declared_at": iso(moment.declared_at),
        "evidence": moment.evidence,
    }


def _mitigation(row: pd.Series, followed: Effect) -> dict[str, Any]:
    return {
        "at": iso(row["at"]),
        "finished_at": iso(row["finished_at"]),
        "change": describe_change(row),
        "effect": followed.verdict,
        "failing_before": followed.failing_before,
        "failing_after": followed.failing_after,
        "evidence": evidence(row),
    }


def alert(row: pd.Series) -> dict[str, Any]:
    """Write one firing of an alert."""
    return {
        "name": row["name"],
        "service": None if pd.isna(row["service"]) else row["service"],
        "started_at": iso(row["started_at"]),
        "resolved_at": iso(row["resolved_at"]),
        "evidence": evidence(row),
    }


def alerting(found: Alerting) -> dict[str, Any]:
    """Write what the alerts were worth."""
    burn = found.burn_rate
    return {
        "without_need": [alert(row) for _, row in found.without_need.iterrows()],
        "not_judged": found.not_judged,
        "missing": [{"name": name, "incident": incident} for name, incident in found.missing],
        "burn_rate": None
        if burn is None
        else {
            "objective": burn.objective,
            "factor": burn.factor,
            "long_s": burn.long_s,
            "short_s": burn.short_s,
            "at": iso(burn.at),
        },
        "rules": [{**vars(one), "met_at": iso(one.met_at), "fires_at": iso(one.fires_at)} for one in found.rules],
    }


def suspect(found: Suspect) -> dict[str, Any]:
    """Write one suspect."""
    return {**vars(found), "at": iso(found.at), "reasons": list(found.reasons), "evidence": list(found.evidence)}


def match(found: Match) -> dict[str, Any]:
    """Write an earlier incident that looks like this one."""
    return {
        "incident": found.incident,
        "title": found.title,
        "at": iso(found.at),
        "score": found.score,
        "reasons": list(found.reasons),
        "open_measures": [
            {"action": measure.action, "owner": measure.owner, "due": measure.due.isoformat(), "tracker": measure.tracker}
            for measure in found.open_measures
        ],
    }


def pattern(row: pd.Series) -> dict[str, Any]:
    """Write one log pattern."""
    return {
        "template": row["template"],
        "change": row["change"],
        "severity": None if pd.isna(row["severity"]) else row["severity"],
        **{part: int(row[part]) for part in ("before", "during", "after")},
        "first_seen": iso(row["first_seen"]),
        "evidence": evidence(row),
    }


def move(row: pd.Series) -> dict[str, Any]:
    """Write how one metric series moved."""
    numbers = {name: None if pd.isna(row[name]) else float(row[name]) for name in ("usual", "during", "extreme", "score")}
    return {"series": row["series"], **numbers, "moved_at": iso(row["moved_at"]), "evidence": evidence(row)}


def quality(row: dict[str, Any]) -> dict[str, Any]:
    """Write what was read from one export."""
    counts = {name: int(row[name]) for name in ("lines", "events", "continuation", "blank", "rejected")}
    return {
        "source": row["source"],
        "format": row["format"],
        "sha256": row["sha256"],
        **counts,
        "timezone": row["timezone"],
        "timezone_assumed": bool(row["timezone_assumed"]),
        "first": iso(row["first"]),
        "last": iso(row["last"]),
        "notes": list(row["notes"]),
    }
