"""Rules about the times of the impact and of the response that people confirmed, under `times`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from pmkit.check.rule import Context, Match, rule
from pmkit.core.wording import day
from pmkit.findings.contract_types import utc

# How far a confirmed time may be from the measured one.
_TOLERANCE: Final = timedelta(seconds=120)


def _differing(context: Context, field: str, confirmed: datetime | None, measured: datetime | None) -> Iterator[Match]:
    """Yield a match if a confirmed time is not the one that the data show."""
    if confirmed is None or measured is None or len(context.findings.impact.windows) > 1:
        return
    at = utc(context.findings.incident.local(confirmed))
    if context.findings.clock.is_exact(at) and abs(at - measured) > _TOLERANCE:
        clock = context.findings.clock
        has_days = day(at, clock.zone) != day(measured, clock.zone)
        message = f"{field} is {clock(at, day=has_days)}, the data say {clock(measured, day=has_days)}"
        yield Match(("times", field), message)


@rule(
    "PM207",
    "start-differs",
    "warning",
    reason="All response times are measured from the start.",
    bad="times: {started_at: 2026-01-17 02:55:00}",
    good="times: {started_at: 2026-01-17 03:10:00}",
    expected="times.started_at: started_at is 02:55:00, the data say 03:10:00",
    example_data="a failing log",
    suggestion="Correct it, or explain in the timeline how users were affected before the data show it.",
)
def _start(context: Context) -> Iterator[Match]:
    by_data = context.findings.impact.by_data
    yield from _differing(context, "started_at", context.file.times.started_at, by_data[0] if by_data else None)


@rule(
    "PM208",
    "end-differs",
    "warning",
    reason="The duration of the impact is the most quoted number.",
    bad="times: {ended_at: 2026-01-17 03:31:00}",
    good="times: {ended_at: 2026-01-17 03:14:59}",
    expected="times.ended_at: ended_at is 03:31:00, the data say 03:14:59",
    example_data="a failing log",
    suggestion="Correct it, or explain under resolution what was still wrong after the data were back to normal.",
)
def _end(context: Context) -> Iterator[Match]:
    by_data = context.findings.impact.by_data
    yield from _differing(context, "ended_at", context.file.times.ended_at, by_data[1] if by_data else None)


@rule(
    "PM209",
    "end-before-start",
    "error",
    reason="An incident cannot end before it starts: a day or a time zone is wrong.",
    bad="times: {started_at: 2026-01-17 03:10:00, ended_at: 2026-01-17 02:15:00}",
    good="times: {started_at: 2026-01-17 03:10:00, ended_at: 2026-01-17 03:15:00}",
    expected="times.ended_at: the end is before the start",
    example_data="a failing log",
    suggestion="Correct the day, the hour or the offset.",
)
def _order(context: Context) -> Iterator[Match]:
    times, local = context.file.times, context.findings.incident.local
    if times.started_at and times.ended_at and local(times.ended_at) <= local(times.started_at):
        yield Match(("times", "ended_at"), "the end is before the start")


@rule(
    "PM210",
    "step-invalid",
    "error",
    reason="Nothing can be learned from a response whose steps are in an impossible order.",
    bad="times: {mitigated_at: 2026-01-17 03:15:00, resolved_at: 2026-01-17 03:12:00}",
    good="times: {mitigated_at: 2026-01-17 03:15:00, resolved_at: 2026-01-17 03:20:00}",
    expected="times.resolved_at: resolved: …",
    example_data="a failing log",
    suggestion="Correct this time, or the one it conflicts with.",
)
def _invalid(context: Context) -> Iterator[Match]:
    for step, moment in context.findings.response.steps.items():
        if moment.status == "invalid":
            yield Match(("times", f"{step}_at"), f"{step}: {moment.reason}")


@rule(
    "PM211",
    "step-pending",
    "warning",
    reason="A step that nobody recorded cannot be made faster.",
    bad="times: {detected_at: 2026-01-17 03:11:00, acknowledged_at: 2026-01-17 03:12:00}",
    good="times: {detected_at: 2026-01-17 03:11:00, acknowledged_at: 2026-01-17 03:12:00,\n"
    "  mitigated_at: 2026-01-17 03:15:00, resolved_at: 2026-01-17 03:20:00}",
    expected="times.mitigated_at: mitigated_at is not known: …\ntimes.resolved_at: resolved_at is not known: …",
    example_data="a failing log",
    suggestion="Add the time under times, or add the export that shows it.",
)
def _pending(context: Context) -> Iterator[Match]:
    for step, moment in context.findings.response.steps.items():
        if moment.status == "pending":
            yield Match(("times", f"{step}_at"), f"{step}_at is not known: {moment.reason}")


@rule(
    "PM212",
    "step-differs",
    "note",
    reason="If the declared and the measured time of a step differ widely, they mark two different events.",
    bad="times: {resolved_at: 2026-11-03 11:27:09}",
    good="times: {resolved_at: 2026-11-03 10:27:09}",
    expected="times.resolved_at: resolved_at is 11:27:09, the data say 10:27:09 (…)",
    suggestion="Correct it, or explain in the timeline what the data do not show.",
)
def _step(context: Context) -> Iterator[Match]:
    for step, moment in context.findings.response.steps.items():
        if moment.at is None or moment.declared_at is None or moment.status == "invalid":
            continue
        if abs(moment.declared_at - moment.at) > _TOLERANCE:
            declared = f"{step}_at is {context.findings.clock(moment.declared_at)}"
            yield Match(
                ("times", f"{step}_at"), f"{declared}, the data say {context.findings.clock(moment.at)} ({moment.reason})"
            )
