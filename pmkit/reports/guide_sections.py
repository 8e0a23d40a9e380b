"""What well-known postmortem guides ask for in addition to the required sections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmkit.analysis.causes.attribution import describe_parts
from pmkit.analysis.response.conversation import by_people
from pmkit.analysis.rows import route_name
from pmkit.core.markdown import bullets, code, escape, numbered, prompt
from pmkit.core.wording import count, duration, listing, percent, plural, seconds, short, zone_name
from pmkit.findings.findings import Findings
from pmkit.reports import action_items_section, cause_section, summary_section
from pmkit.reports.impact_period import window_span

MOST_ROUTES: Final = 4
MOST_CHANGES: Final = 5
MOST_WINDOWS: Final = 8


def impact(findings: Findings) -> str:
    """Write the impact as a list: duration, failures, affected routes, clients, and what else was lost."""
    if not findings.impact.detected:
        return summary_section.extent(findings)
    file = findings.incident.file
    numbers = [(number.what[:1].upper() + number.what[1:], number.value) for number in file.impact_numbers]
    facts = [f"**{escape(name)}.** {escape(text)}" for name, text in [*_impact(findings), *numbers] if text]
    return bullets([*facts, f"**Data.** {file.data_loss or 'not yet stated whether any was lost; data_loss in incident.yaml'}"])


def _impact(findings: Findings) -> Iterator[tuple[str, str]]:
    impact, file, zone = findings.impact, findings.incident.file, findings.zone
    unit = impact.measured_on.unit
    spans = listing([window_span(findings, window) for window in impact.windows], MOST_WINDOWS)
    span = f"{'from ' if len(impact.windows) == 1 else 'in all: '}{spans} ({zone_name(impact.start, zone)})"
    yield "Duration", f"{duration(impact.duration_s)}, {span}{', and not over when the data end' if impact.ongoing else ''}"
    if not impact.measured:
        return
    if unit == "request" and impact.failed_requests:
        counts = f"{count(impact.failed_requests)} of {count(impact.requests)}"
        share = f"{percent(impact.error_ratio)} of {impact.measured_on.noun}s {impact.impaired.verb} ({counts})"
        yield "Failures", f"{share}, peaking at {percent(impact.peak_error_ratio)} in one minute"
    else:
        yield "Failures", f"{plural(impact.failed_requests, impact.measured_on.failure)} among {plural(impact.requests, unit)}"
    yield from _routes(findings)
    if unit == "request" and impact.failed_requests:
        clients = impact.clients_affected
        yield (
            "Clients",
            "unknown: the log names no clients" if clients is None else (f"{plural(clients, 'client')} saw a failure"),
        )
    if "latency" in impact.signals and {"baseline", "during"} <= set(impact.latency.index):
        baseline, during = (seconds(float(impact.latency["p95_s"][part])) for part in ("baseline", "during"))
        yield "Latency", f"p95 latency was {during}, compared with a baseline of {baseline}"
    if impact.lost_requests:
        yield "Missing requests", f"about {count(float(f'{impact.lost_requests:.2g}'))} expected requests never arrived"
    if impact.error_budget_spent is not None and file.slo:
        budget = f"the {file.slo.window_days}-day error budget for the {percent(file.slo.availability)} SLO"
        yield "Error budget", f"{percent(impact.error_budget_spent)} of {budget} was spent"


def _routes(findings: Findings) -> Iterator[tuple[str, str]]:
    """Yield the routes that were affected, and those that were not."""
    routes = findings.impact.routes
    if len(routes) < 2 or findings.impact.measured_on.unit == "sample":
        return
    names = routes.apply(route_name, axis=1)
    hit = routes["failed"].gt(0) & routes["error_ratio"].gt(routes["baseline_ratio"].fillna(0))
    ratios = zip(names[hit], routes["error_ratio"][hit], strict=True)
    yield "Affected", listing([f"{name} ({percent(ratio)})" for name, ratio in ratios if name], MOST_ROUTES)
    yield "Not affected", listing([name for name in names[routes["failed"].eq(0)] if name], MOST_ROUTES)


def lead_up(findings: Findings) -> str:
    """Write what came before: the trigger, and the changes in the 24 hours before the onset."""
    return "\n\n".join([cause_section.trigger(findings), *_changes(findings)])


def _changes(findings: Findings) -> list[str]:
    before = [
        (suspect.at, suspect.summary)
        for suspect in findings.ranked_suspects
        if suspect.kind == "change" and suspect.at is not None
    ]
    if findings.unexplained is None or findings.audience == "public":
        return []
    if not before:
        return ["The data contain no change in the 24 hours before the onset."]
    changes = [f"{findings.clock(at)}: {escape(summary)}." for at, summary in sorted(before)[-MOST_CHANGES:]]
    return [f"The last changes before the onset at {findings.clock(findings.impact.start)}:\n\n{bullets(changes)}"]


def fault(findings: Findings) -> str:
    """Write what failed and how: what the failed requests have in common, and the log message that stands out."""
    sentences = []
    if len(findings.parts):
        sentences.append(escape(describe_parts(findings.parts, findings.impact.impaired)))
    if len(findings.patterns):
        first = findings.patterns.iloc[0]
        seen = f"{plural(int(first['during']), 'time')} during the impact, {count(int(first['before']))} before"
        sentences.append(f"The log message that stands out most is {code(short(first['template'], 160))} ({seen}).")
    return " ".join(sentences) or summary_section.extent(findings)


def detection(findings: Findings) -> str:
    """Write when and how the incident was detected, and what people wrote about it."""
    written = findings.incident.file.detection
    return "\n\n".join([*([written] if written else []), _detected_at(findings)])


def _detected_at(findings: Findings) -> str:
    moment, after = findings.response.steps["detected"], findings.response.time_to("detected")
    at = findings.response.at("detected")
    if at is None:
        return f"The time of detection is {moment.status}: {escape(moment.reason)}."
    relation = "" if after is None else f", {duration(abs(after))} {'after' if after >= 0 else 'before'} the onset"
    return f"The incident was detected at {findings.clock(at)}{relation}: {escape(moment.reason)}."


def written_detection(findings: Findings) -> str | None:
    """Write what people wrote about the detection; None where they wrote nothing."""
    return findings.incident.file.detection


def five_whys(findings: Findings) -> str:
    """Write the chain of questions from the failure down to the cause, or ask for it."""
    whys = findings.incident.file.five_whys
    return (
        numbered(whys)
        if whys
        else prompt(
            "why it happened, and why that was so, until the answer is a property of the system that can be changed; "
            "`five_whys` in incident.yaml."
        )
    )


def backlog_check(findings: Findings) -> str | None:
    """Write whether planned work would have prevented the incident, with the action items still open from earlier ones."""
    if findings.audience == "public":
        return None
    written = findings.incident.file.backlog_check or prompt(
        "whether work that was already planned would have prevented this or reduced its impact, and why it was not done yet; "
        "`backlog_check` in incident.yaml."
    )
    return "\n\n".join(part for part in (written, action_items_section.open_from_before(findings)) if part)


def recurrence(findings: Findings) -> str | None:
    """Write whether the incident has happened before."""
    if findings.audience == "public":
        return None
    return cause_section.seen_before(findings) or "The data folder contains no earlier incident to compare with."


def responders(findings: Findings) -> str | None:
    """Write who responded, by role: as written, or else who wrote in the chat during the incident."""
    if findings.audience == "public":
        return None
    if findings.incident.file.responders:
        return bullets([escape(role) for role in findings.incident.file.responders])
    first = by_people(findings.messages).dropna(subset=["author_role"]).drop_duplicates("author_role")
    if first.empty:
        return prompt("who responded, by role; `responders` in incident.yaml.")
    authors = [f"{row['author_role']} (from {findings.clock(row['at'])})" for _, row in first.iterrows()]
    return f"Those who wrote in the incident's chat:\n\n{bullets([escape(author) for author in authors])}"


def internal_message(findings: Findings) -> str | None:
    """Write the message to the company, or ask for it; None for the public."""
    if findings.audience == "public":
        return None
    return findings.incident.file.internal_message or prompt("the message to the company; `internal_message` in incident.yaml.")


def external_message(findings: Findings) -> str:
    """Write the message to customers, or ask for it."""
    return findings.incident.file.external_message or prompt("the message to customers; `external_message` in incident.yaml.")
