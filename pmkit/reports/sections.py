"""The words of the required sections, as Markdown: one function for each part, which `outlines` puts in order."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pmkit.analysis.causes.attribution import describe_parts
from pmkit.analysis.causes.suspects import LIKELY, Suspect
from pmkit.analysis.response import timeline as story
from pmkit.core.markdown import bullets, code, escape, prompt, table
from pmkit.core.wording import clock, count, day, duration, listing, percent, plural, seconds, short, zone_name
from pmkit.findings.contract_types import utc
from pmkit.findings.findings import Findings
from pmkit.reports import response_section

MOST_MEASURES = 3


def about(findings: Findings) -> dict[str, Any]:
    """Return what identifies the report: title, facts, the words of the running header, and whom it is for."""
    file = findings.incident.file
    facts = {
        "Incident": file.id,
        "Severity": file.severity,
        "Status": file.status,
        "Services": listing(list(file.services)) if file.services else None,
        "Owner": file.owner,
        "Reviewer": file.reviewer,
        "Times": _zone(findings),
    }
    told = [(name, fact) for name, fact in facts.items() if fact]
    return {"title": file.title, "id": file.id, "facts": told, "audience": findings.audience}


def _zone(findings: Findings) -> str:
    name = zone_name(findings.impact.start, findings.zone)
    return name if name == findings.zone.key else f"{findings.zone.key} ({name})"


# Issue Summary


def issue_summary(findings: Findings) -> str:
    """Write at most five sentences in three paragraphs: what users saw and when, how bad it was and what else, and the cause."""
    file = findings.incident.file
    seen = [_ended(file.what_happened)] if file.what_happened else []
    told = [[*seen, _when(findings)], [_how_bad(findings), *_besides(findings)], [_cause(findings)]]
    return "\n\n".join(escape(" ".join(sentences)) for sentences in told)


def _ended(text: str) -> str:
    return text if text.rstrip().endswith((".", "!", "?", "…")) else f"{text.rstrip()}."


def _when(findings: Findings) -> str:
    impact, zone, times = findings.impact, findings.zone, findings.incident.file.times
    if not impact.detected:
        span = f"{_full(findings, impact.data_start)} and {clock(impact.data_end, zone)} ({zone_name(impact.data_end, zone)})"
        return f"No impact was found in the {impact.measured_on.medium} between {span}."
    start = utc(findings.incident.local(times.started_at)) if times.started_at else impact.start
    end = utc(findings.incident.local(times.ended_at)) if times.ended_at else impact.end
    confirmed = times.started_at is not None and times.ended_at is not None
    until = clock(end, zone) if day(start, zone) == day(end, zone) else _full(findings, end)
    length = duration((end - start).total_seconds())
    place = f"{zone_name(start, zone)}, {'confirmed' if confirmed else f'as detected from the {impact.measured_on.medium}'}"
    began = f"{clock(start, zone)}{_beside(findings, start)} on {day(start, zone)}"
    if impact.ongoing and not times.ended_at:
        open_end = f"had not ended after {length}, when the {impact.measured_on.medium} end at {until}"
        return f"The impact began at {began} and {open_end} ({place})."
    if impact.began_before and not times.started_at:
        ended = f"ended {length} later at {until} ({place})"
        return f"The impact began before the {impact.measured_on.medium} do, at {began}, and {ended}."
    return f"The impact lasted {length}, from {began} to {until} ({place})."


def _beside(findings: Findings, at: pd.Timestamp) -> str:
    """Write a time in UTC beside the one in the incident's zone, for readers elsewhere."""
    there = at.tz_convert("UTC")
    return "" if at.astimezone(findings.zone).utcoffset() == there.utcoffset() else f" ({there:%H:%M:%S} UTC)"


def _full(findings: Findings, at: pd.Timestamp) -> str:
    return f"{clock(at, findings.zone)} on {day(at, findings.zone)}"


def extent(findings: Findings) -> str:
    """Write when it was, and how many requests failed, or that no more did than usual."""
    return escape(f"{_when(findings)} {_how_bad(findings)}")


def _how_bad(findings: Findings) -> str:
    impact = findings.impact
    unit = impact.measured_on.unit
    if unit == "event":
        errors = plural(impact.failed_requests, "error event")
        return f"The logs hold {errors} in this time, and no requests of which a share could be given."
    if unit == "sample" and impact.detected:
        worst = impact.routes.iloc[0]
        metrics = f"{plural(len(impact.routes), 'metric')} of errors, latency or availability"
        bad = f"{percent(impact.error_ratio)} of the samples of {metrics} were bad"
        most = f"{count(impact.failed_requests)} of {count(impact.requests)}, most of them of {worst['http_route']}"
        return f"In this time {bad} ({most}); they are counted {impact.measured_on.reason}."
    counts = f"{count(impact.failed_requests)} of {count(impact.requests)}"
    share = f"{percent(impact.error_ratio)} of {unit}s {impact.impaired[1]} ({counts})"
    if not impact.detected:
        return f"In this time {share}, which is no more than usual."
    if not impact.failed_requests:
        return f"None of the {plural(impact.requests, 'request')} in this time failed."
    worst = impact.routes.iloc[0]
    where = " ".join(str(worst[name]) for name in ("service", "http_route") if not pd.isna(worst[name]))
    most = f"; {where} had the most failures, {percent(worst['error_ratio'])} of its {unit}s"
    hit = most if where and len(impact.routes) > 1 else ""
    clients = f"; {plural(impact.clients_affected, 'client')} saw a failure" if impact.clients_affected else ""
    return f"During the impact {share}, at peak {percent(impact.peak_error_ratio)} within a minute{hit}{clients}."


def _besides(findings: Findings) -> list[str]:
    """Join what else was lost into at most one sentence: time, traffic, budget, data."""
    impact, file = findings.impact, findings.incident.file
    parts = []
    if impact.detected and "latency" in impact.signals and {"outside", "during"} <= set(impact.latency.index):
        usual, bad = (seconds(float(impact.latency["p95_s"][name])) for name in ("outside", "during"))
        parts.append(f"the time within which 95% of requests were served went from {usual} to {bad}")
    if impact.lost_requests:
        parts.append(f"about {count(float(f'{impact.lost_requests:.2g}'))} expected requests never came")
    if impact.error_budget_spent is not None and file.slo and impact.failed_requests:
        budget = f"the {file.slo.window_days}-day error budget for {percent(file.slo.availability)}"
        parts.append(f"{percent(impact.error_budget_spent)} of {budget} was spent")
    if file.data_loss:
        parts.append(file.data_loss.rstrip(". "))
    if not parts:
        return []
    joined = "; ".join(part if part[1:2].isupper() else f"{part[0].lower()}{part[1:]}" for part in parts)
    return [f"{joined[0].upper()}{joined[1:]}."]


def _cause(findings: Findings) -> str:
    file = findings.incident.file
    if file.root_cause_summary:
        return _ended(file.root_cause_summary)
    if not findings.suspects:
        return "The root cause is not yet confirmed."
    evidence = f"the strongest evidence points to the {_pointed(findings, findings.suspects[0])}"
    return f"The root cause is not yet confirmed; {evidence}."


def _pointed(findings: Findings, suspect: Suspect) -> str:
    at = f", at {clock(suspect.at, findings.zone)}" if suspect.at is not None else ""
    if suspect.kind == "change":
        return f"{suspect.summary.split(':')[0]}{at} ({suspect.evidence[0]})"
    if suspect.kind == "dimension":
        return f"{suspect.summary}, {suspect.reasons[0]} ({suspect.evidence[0]})"
    return f"message “{short(suspect.summary, 80)}”, first seen{at.removeprefix(',')} ({suspect.evidence[0]})"


def first_measures(findings: Findings) -> str | None:
    """Name the measures that come first, for who reads no further; None where there are none yet."""
    ordered = sorted(findings.incident.file.measures, key=lambda one: (one.priority, one.due))
    if not ordered:
        return None
    said = []
    for one in ordered[:MOST_MEASURES]:
        state = "done" if one.status == "done" else f"due {one.due:%d %b %Y}"
        said.append(f"{escape(one.action.rstrip('.'))} ({escape(one.owner)}, {state}).")
    left = len(ordered) - len(said)
    more = f" The first {count(len(said))} of {count(len(ordered))}:" if left else ""
    return f"**What is done about it.**{more}\n\n{bullets(said)}"


# Timeline


def timeline(findings: Findings) -> str:
    """Write the timeline as a table."""
    entries = story.select_entries(findings.timeline, findings.impact)
    if not entries:
        return prompt(
            "what happened, in order, from the trigger to the all clear; add entries under `timeline` in incident.yaml."
        )
    zone = findings.zone
    many_days = len({day(entry.at, zone) for entry in entries}) > 1
    header = [f"Time ({zone_name(findings.impact.start, zone).split(',')[0]})", "Kind", "What happened"]
    rows = [
        [f"{entry.at.astimezone(zone):%d %b }" * many_days + clock(entry.at, zone), entry.kind, _entry_text(entry)]
        for entry in entries
    ]
    first = f"On {day(entries[0].at, zone)}, all times in {_zone(findings)}."
    gaps = [
        f"Nothing is recorded from {clock(a, zone)} to {clock(b, zone)}."
        for a, b in story.find_gaps(findings.timeline, findings.impact)
    ]
    hidden = len(findings.story) - len(findings.timeline)
    entries_are = "entry of the data is" if hidden == 1 else "entries of the data are"
    left_out = [f"{count(hidden)} {entries_are} left out by the authors."] if hidden else []
    text = " ".join(filter(None, [first, *gaps, *left_out, story.describe_omitted(findings.timeline, entries)]))
    if findings.audience == "public":
        return f"{text}\n\n{table(header, rows, [14, 11, 75])}"
    for row, entry in zip(rows, entries, strict=True):
        row.append(code(entry.source) if entry.source else "")
    return f"{text}\n\n{table([*header, 'Evidence'], rows, [13, 10, 50, 27])}"


def _entry_text(entry: story.Entry) -> str:
    text = escape(entry.text)
    return f"**{text}**" if entry.kind == "impact" or entry.key else text


# Root Cause


def root_cause(findings: Findings) -> str:
    """Write why it was possible, or ask for it with the strongest evidence."""
    hint = f"The strongest evidence so far is the {_pointed(findings, findings.suspects[0])}." if findings.suspects else ""
    return findings.incident.file.root_cause or prompt(
        "why this was possible, as a property of the system and not of a person; "
        f"`root_cause` and `root_cause_summary` in incident.yaml. {escape(hint)}"
    )


def trigger(findings: Findings) -> str:
    """Write what set it off."""
    return findings.incident.file.trigger or prompt("what set it off; `trigger` in incident.yaml.")


def contributing_factors(findings: Findings) -> str:
    """Write what made it likelier, larger or longer."""
    found = findings.incident.file.contributing_factors
    return bullets(found) or prompt("what made it likelier, larger or longer; `contributing_factors` in incident.yaml.")


def evidence(findings: Findings) -> str | None:
    """Write what the data show or suggest of the cause; None where they show nothing."""
    return _suspects(findings) if findings.suspects else None


def _suspects(findings: Findings) -> str:
    rows = [
        [
            str(found.rank),
            clock(found.at, findings.zone) if found.at is not None else "",
            code(short(found.summary)) if found.kind == "pattern" else escape(found.summary),
            escape("; ".join(found.reasons)),
            ", ".join(code(place) for place in found.evidence),
        ]
        for found in findings.suspects[:8]
    ]
    confirmed = findings.incident.file.root_cause is not None
    lead = "This is what the data show" if confirmed else "This is what the data suggest; a person has to confirm it"
    shared = f"{escape(describe_parts(findings.parts, findings.impact.impaired))}\n\n" if len(findings.parts) else ""
    listed = table(["#", "Time", "What", "Why", "Evidence"], rows, [3, 12, 31, 32, 22])
    return f"{shared}{escape(_changes(findings))} {lead}.\n\n{listed}"


def _changes(findings: Findings) -> str:
    """Say how far the changes explain the impact."""
    changes = [suspect for suspect in findings.suspects if suspect.kind == "change"]
    if findings.unexplained is None:
        return "The data hold no changes, which most incidents begin with."
    if not changes:
        return "No change in the day before explains it: the data hold none."
    best = changes[0]
    what = f"the {best.summary.split(':')[0]} ({_belief(best.score)})"
    if best.score >= LIKELY:
        return f"Of the changes in the day before, {what} explains it best."
    return f"No change in the day before explains it well; the likeliest is {what}."


def _belief(score: float) -> str:
    """Put a score into words; it rests on rules of thumb, so that its digits mean little."""
    words = {0.95: "strong", 0.75: "good", LIKELY: "some", 0.1: "weak", 0.0: "hardly any"}
    return f"{next(word for least, word in words.items() if score >= least)} evidence"


def seen_before(findings: Findings) -> str | None:
    """Say which earlier incidents look like this one, and why; None where there is none to compare with."""
    if not (findings.earlier or findings.not_compared):
        return None
    matches = [
        f"**{escape(found.incident)}** of {day(found.at, findings.zone)}, “{escape(found.title)}”: "
        f"{escape('; '.join(found.reasons))}."
        for found in findings.seen_before
    ]
    said = [bullets(matches)] if matches else []
    if findings.earlier and not matches:
        one = "The one earlier incident in the data folder does not look like this one."
        several = f"None of the {count(findings.earlier)} earlier incidents in the data folder looks like this one."
        said.append(one if findings.earlier == 1 else several)
    if findings.not_compared:
        said.append(f"Not compared, because they cannot be read: {escape(listing(list(findings.not_compared)))}.")
    return "\n\n".join(said)


# Resolution and recovery


def resolution(findings: Findings) -> str:
    """Write what ended the impact."""
    mitigated = findings.response.steps["mitigated"]
    hint = f"The data show: {mitigated.reason} at {clock(mitigated.at, findings.zone)}." if mitigated.at is not None else ""
    return findings.incident.file.resolution or prompt(
        f"what ended the impact, and what was tried before; `resolution` in incident.yaml. {escape(hint)}"
    )


def recovery(findings: Findings) -> str | None:
    """Write how it is known that the impact ended; None where there was none."""
    return " ".join([escape(_recovery(findings)), *response_section.spells(findings)]) if findings.impact.detected else None


def still_degraded(findings: Findings) -> str:
    """Write what is not as it was."""
    return findings.incident.file.still_degraded or prompt(
        "what is still degraded, or that nothing is; `still_degraded` in incident.yaml."
    )


def _recovery(findings: Findings) -> str:
    impact, zone = findings.impact, findings.zone
    if impact.ongoing:
        return f"The {impact.measured_on.medium} end at {clock(impact.data_end, zone)} without a recovery."
    thing = impact.measured_on.failure if impact.failed_requests else "sign of the impact"
    calm_s = (impact.data_end - impact.end).total_seconds()
    after = impact.bins[impact.bins.index > impact.end]
    again = int(after["errors"].sum())
    calm = (
        f"came {plural(again, impact.measured_on.failure)}, no more than usual"
        if again
        else f"there is no {impact.measured_on.failure}"
    )
    last = f"The last {thing} was {'logged' if impact.measured_on.medium == 'logs' else 'taken'} at {clock(impact.end, zone)}"
    return f"{last}; in the {duration(calm_s)} of {impact.measured_on.medium} after that {calm}."


# Corrective and Preventative Measures


def open_from_before(findings: Findings) -> str | None:
    """List the measures from earlier incidents like this one that are open; None where there are none."""
    left = [(found.incident, one) for found in findings.seen_before for one in found.open_measures]
    if not left:
        return None
    rows = [
        [
            f"{escape(one.action.rstrip('.'))}.",
            escape(name),
            escape(one.owner),
            f"{one.due:%d %b %Y}",
            escape(one.tracker or "–"),
        ]
        for name, one in sorted(left, key=lambda item: item[1].due)
    ]
    lead = "Measures from earlier incidents that look like this one, which are still open."
    header = ["Measure", "From", "Owner", "Due", "Tracker"]
    return f"{lead}\n\n{table(header, rows, [44, 18, 14, 12, 12])}"


def measures(findings: Findings) -> str:
    """Write the measures as a table, or what they should be."""
    found = findings.incident.file.measures
    if not found:
        late = findings.response.time_to("detected")
        detect = f" (it took {duration(late)})" if late is not None and late > 0 else ""
        return prompt(
            f"at least one measure that prevents this failure or softens it, and one that detects it sooner{detect}. "
            "Each has an owner, a type, a priority, a due date, a tracker link and an end state that can be checked; "
            "`measures` in incident.yaml."
        )
    rows = [
        [
            f"{escape(one.action.rstrip('.'))}."
            + (f" *Done when:* {escape(one.done_when.rstrip('.'))}." if one.done_when else ""),
            one.type,
            escape(one.owner),
            one.priority,
            f"{one.due:%d %b %Y}",
            escape(one.tracker or "–"),
            one.status,
        ]
        for one in sorted(found, key=lambda one: (one.priority, one.due))
    ]
    return table(["Measure", "Type", "Owner", "Priority", "Due", "Tracker", "Status"], rows, [40, 10, 12, 9, 11, 11, 7])


# Lessons


def went_well(findings: Findings) -> str:
    """Write what helped."""
    return bullets(findings.incident.file.went_well) or prompt("what helped, and should be kept; `went_well` in incident.yaml.")


def went_badly(findings: Findings) -> str:
    """Write what did not."""
    return bullets(findings.incident.file.went_badly) or prompt("what cost time or made it worse; `went_badly` in incident.yaml.")


def got_lucky(findings: Findings) -> str:
    """Write what could have made it worse."""
    return bullets(findings.incident.file.got_lucky) or prompt(
        "what could easily have made it worse; `got_lucky` in incident.yaml."
    )
