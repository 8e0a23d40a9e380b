"""The words that known guides to postmortems ask for, beside those of the required sections, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmkit.analysis.causes.attribution import describe_parts
from pmkit.analysis.response.conversation import by_people
from pmkit.core.markdown import bullets, code, escape, prompt
from pmkit.core.wording import clock, count, duration, listing, percent, plural, seconds, short, zone_name
from pmkit.findings.findings import Findings
from pmkit.reports import sections

MOST_ROUTES: Final = 4
MOST_CHANGES: Final = 5


def impact(findings: Findings) -> str:
    """Write the impact in numbers, a line each: how long, how many, which operations, who, and what else was lost."""
    if not findings.impact.detected:
        return sections.extent(findings)
    lines = ((name, text) for name, text in _impact(findings) if text)
    return bullets([f"**{name}.** {escape(text)}" for name, text in lines])


def _impact(findings: Findings) -> Iterator[tuple[str, str]]:
    found, file, zone = findings.impact, findings.incident.file, findings.zone
    span = f"from {clock(found.start, zone)} to {clock(found.end, zone)} ({zone_name(found.start, zone)})"
    yield "How long", f"{duration(found.duration_s)}, {span}{', and not over when the data end' if found.ongoing else ''}"
    if found.measured_on.unit == "request" and found.failed_requests:
        counts = f"{count(found.failed_requests)} of {count(found.requests)}"
        share = f"{percent(found.error_ratio)} of requests {found.impaired[1]} ({counts})"
        yield "How many", f"{share}, at peak {percent(found.peak_error_ratio)} within a minute"
    else:
        yield (
            "How many",
            f"{plural(found.failed_requests, found.measured_on.failure)} among {plural(found.requests, found.measured_on.unit)}",
        )
    yield from _routes(findings)
    if found.measured_on.unit == "request" and found.failed_requests:
        unknown = "not known, the log names no clients"
        yield "Who", unknown if found.clients_affected is None else f"{plural(found.clients_affected, 'client')} saw a failure"
    if "latency" in found.signals and {"outside", "during"} <= set(found.latency.index):
        usual, bad = (seconds(float(found.latency["p95_s"][name])) for name in ("outside", "during"))
        yield "Latency", f"95% of requests were served within {bad}, usually within {usual}"
    if found.lost_requests:
        yield "Requests that never came", f"about {count(float(f'{found.lost_requests:.2g}'))}"
    if found.error_budget_spent is not None and file.slo:
        budget = f"the {file.slo.window_days}-day budget for {percent(file.slo.availability)}"
        yield "Error budget", f"{percent(found.error_budget_spent)} of {budget} was spent"
    yield "Data", file.data_loss or "not stated yet whether any was lost; data_loss in incident.yaml"


def _routes(findings: Findings) -> Iterator[tuple[str, str]]:
    """Name the operations that were hit, and those that were not."""
    routes = findings.impact.routes
    if len(routes) < 2 or findings.impact.measured_on.unit == "sample":
        return
    names = routes[["service", "http_route"]].apply(lambda row: " ".join(str(one) for one in row.dropna()), axis=1)
    hit = routes["failed"].gt(0) & routes["error_ratio"].gt(routes["baseline_ratio"].fillna(0))
    ratios = zip(names[hit], routes["error_ratio"][hit], strict=True)
    told = [f"{name} ({percent(ratio)})" for name, ratio in ratios if name]
    more = [f"{count(len(told) - MOST_ROUTES)} more"] if len(told) > MOST_ROUTES else []
    yield "Hit", listing([*told[:MOST_ROUTES], *more])
    spared = [name for name in names[routes["failed"].eq(0)] if name]
    rest = [f"{count(len(spared) - MOST_ROUTES)} more"] if len(spared) > MOST_ROUTES else []
    yield "Not hit", listing([*spared[:MOST_ROUTES], *rest])


def lead_up(findings: Findings) -> str:
    """Write what went before: the trigger, and the changes of the day before the onset."""
    return "\n\n".join([sections.trigger(findings), *_changes(findings)])


def _changes(findings: Findings) -> list[str]:
    before = [(one.at, one.summary) for one in findings.suspects if one.kind == "change" and one.at is not None]
    if findings.unexplained is None or findings.audience == "public":
        return []
    if not before:
        return ["The data hold no change in the day before."]
    said = [f"{clock(at, findings.zone)}: {escape(summary)}." for at, summary in sorted(before)[-MOST_CHANGES:]]
    return [f"The last changes before the onset at {clock(findings.impact.start, findings.zone)}:\n\n{bullets(said)}"]


def fault(findings: Findings) -> str:
    """Write what failed, and how: what the failing requests have in common, and the message that came with them."""
    said = []
    if len(findings.parts):
        said.append(escape(describe_parts(findings.parts, findings.impact.impaired)))
    if len(findings.patterns):
        first = findings.patterns.iloc[0]
        seen = f"{plural(int(first['during']), 'time')} during the impact, {count(int(first['before']))} before"
        said.append(f"The message that tells it apart is {code(short(first['template'], 160))} ({seen}).")
    return " ".join(said) or sections.extent(findings)


def detection(findings: Findings) -> str:
    """Write when and how it was detected."""
    moment, after = findings.response.steps["detected"], findings.response.time_to("detected")
    if moment.at is None or after is None:
        return f"When it was detected is {moment.status}: {escape(moment.reason)}."
    late = f"{duration(after)} after the onset" if after >= 0 else f"{duration(-after)} before the onset"
    return f"It was detected at {clock(moment.at, findings.zone)}, {late}: {escape(moment.reason)}."


def five_whys(findings: Findings) -> str:
    """Write the chain of questions from the failure down to the cause."""
    whys = findings.incident.file.five_whys
    return "\n".join(f"{n}. {' '.join(why.split())}" for n, why in enumerate(whys, 1)) or prompt(
        "why it happened, and why that was so, until the answer is a property of the system that can be changed; "
        "`five_whys` in incident.yaml."
    )


def backlog_check(findings: Findings) -> str | None:
    """Write whether something that was planned would have prevented it, with what is open from before."""
    if findings.audience == "public":
        return None
    written = findings.incident.file.backlog_check or prompt(
        "whether work that was planned already would have prevented this or made it smaller, and why it was not done yet; "
        "`backlog_check` in incident.yaml."
    )
    return "\n\n".join(part for part in (written, sections.open_from_before(findings)) if part)


def recurrence(findings: Findings) -> str | None:
    """Write whether it happened before."""
    if findings.audience == "public":
        return None
    return sections.seen_before(findings) or "The data folder holds no earlier incident to compare with."


def responders(findings: Findings) -> str | None:
    """Write who met it, by role: as written, or else who wrote in the chat meanwhile."""
    if findings.audience == "public":
        return None
    if findings.incident.file.responders:
        return bullets([escape(role) for role in findings.incident.file.responders])
    first = by_people(findings.messages).dropna(subset=["author_role"]).drop_duplicates("author_role")
    if first.empty:
        return prompt("who met it, by role; `responders` in incident.yaml.")
    wrote = [f"{row['author_role']} (from {clock(row['at'], findings.zone)})" for _, row in first.iterrows()]
    return f"Those who wrote in the chat of the incident:\n\n{bullets([escape(one) for one in wrote])}"


def internal_message(findings: Findings) -> str | None:
    """Write what the company was told; nothing for the public."""
    if findings.audience == "public":
        return None
    return findings.incident.file.internal_message or prompt("what the company is told; `internal_message` in incident.yaml.")


def external_message(findings: Findings) -> str:
    """Write what customers were told."""
    return findings.incident.file.external_message or prompt("what customers are told; `external_message` in incident.yaml.")
