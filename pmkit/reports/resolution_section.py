"""Resolution and recovery: what ended the impact, and how the data show the recovery."""

from __future__ import annotations

import pandas as pd

from pmkit.core.markdown import escape, prompt
from pmkit.core.wording import count, day, duration, listing, percent, plural
from pmkit.findings.findings import Findings


def resolution(findings: Findings) -> str:
    """Write what ended the impact, or ask for it with what the data show."""
    mitigated = findings.response.steps["mitigated"]
    hint = f"The data show: {mitigated.reason} at {findings.clock(mitigated.at)}." if mitigated.at is not None else ""
    return findings.incident.file.resolution or prompt(
        f"what ended the impact, and what was tried before; `resolution` in incident.yaml. {escape(hint)}"
    )


def recovery(findings: Findings) -> str | None:
    """Write how the data show that the impact ended, unless people confirmed its end; None where they show nothing."""
    is_shown = findings.impact.by_data and not findings.impact.end_confirmed
    return " ".join([*([escape(_last_failure(findings))] if is_shown else []), *_episodes(findings)]) or None


def still_degraded(findings: Findings) -> str:
    """Write what has not recovered, or ask for it."""
    return findings.incident.file.still_degraded or prompt(
        "what is still degraded, or that nothing is; `still_degraded` in incident.yaml."
    )


def _last_failure(findings: Findings) -> str:
    impact = findings.impact
    medium, failure = impact.measured_on.medium, impact.measured_on.failure
    if impact.ongoing:
        return f"The {medium} end at {findings.clock(impact.data_end)} without a recovery."
    if impact.reported_by == "alerts":
        return f"The impact ended at {findings.clock(impact.end)}, when the last alert resolved."
    thing = failure if impact.failed_requests else "sign of the impact"
    remaining = duration((impact.data_end - impact.end).total_seconds())
    after = impact.bins[impact.bins.index > impact.end]
    failures = int(after["errors"].sum())
    contained = f"{plural(failures, failure)}, no more than usual" if failures else f"no {failure}s"
    last = f"The last {thing} was {'logged' if medium == 'logs' else 'recorded'} at {findings.clock(impact.end)}"
    return f"{last}; the remaining {remaining} of {medium} contain {contained}."


def _episodes(findings: Findings) -> list[str]:
    """Write whether the impact paused, and whether something else was wrong at other times."""
    impact, zone = findings.impact, findings.zone
    own, apart = impact.episodes[~impact.episodes["apart"]], impact.episodes[impact.episodes["apart"]]
    sentences = []
    if len(own) > 1 and len(impact.windows) == 1:
        spans = listing([_span(row, findings) for _, row in own.head(8).iterrows()])
        sentences.append(f"The impact came in {count(len(own))} episodes with pauses between them: {spans}.")
    if len(apart):
        spans = listing([_span(row, findings) for _, row in apart.head(5).iterrows()])
        verb = "were missing" if "traffic" in impact.signals[:1] else impact.impaired.verb
        same_day = day(impact.start, zone) == day(pd.Timestamp(apart["start"].iloc[0]), zone)
        when = "" if same_day else "on other days "
        sentences.append(f"Apart from this impact, more {impact.measured_on.noun}s than usual {verb} {when}from {spans}.")
    return sentences


def _span(row: pd.Series, findings: Findings) -> str:
    start, end = findings.clock(row["start"]), findings.clock(row["end"])
    share = f" ({percent(row['error_ratio'])})" if row["failed"] and findings.impact.measured_on.unit != "event" else ""
    return f"{start} to {end}{share}"
