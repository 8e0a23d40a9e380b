"""The impact in numbers: what the data show, for each window and in all, and what people know."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.core.markdown import escape, table
from pmkit.core.markdown_cells import in_cell
from pmkit.core.wording import count, duration, listing, percent, plural, zone_name
from pmkit.findings.findings import Findings
from pmkit.reports.impact_period import window_span


def numbers(findings: Findings) -> str | None:
    """Write the impact in numbers; None where there are none."""
    rows = [[what, escape(how_much)] for what, how_much in [*_extent(findings), *_measured(findings), *_of_people(findings)]]
    return table(["What", "How much"], rows, [30, 70]) if rows else None


def windows(findings: Findings) -> str | None:
    """Write the windows of the impact, each with its numbers, and their sums; None where there is only one."""
    impact = findings.impact
    if len(impact.windows) < 2:
        return None
    has_text, is_measured = any(window.text for window in impact.windows), impact.measured
    rows = []
    for window in impact.windows:
        shares = _shares(window.requests, window.failed_requests, covered=window.covered) if is_measured else []
        basis = "confirmed" if window.confirmed else "detected"
        rows.append([window_span(findings, window), duration(window.duration_s), basis, *shares, in_cell(window.text)])
    total = _shares(impact.requests, impact.failed_requests, covered=impact.requests > 0) if is_measured else []
    rows.append(["**All windows**", f"**{duration(impact.duration_s)}**", "", *total, ""])
    unit = impact.measured_on.unit
    counted = (
        [f"{impact.measured_on.noun.capitalize()}s", "Bad" if unit == "sample" else "Failed", "Share"] if is_measured else []
    )
    header = ["Window", "Length", "Basis", *counted, "What was affected"]
    widths = [26, 12, 11, *([-10, -9, -8] if is_measured else []), 24]
    if not has_text:
        header, widths, rows = header[:-1], widths[:-1], [row[:-1] for row in rows]
    zone = zone_name(impact.start, findings.zone)
    return f"Users were affected in {count(len(impact.windows))} windows (times in {zone}):\n\n{table(header, rows, widths)}"


def _shares(requests: int, failed: int, *, covered: bool) -> list[str]:
    return [count(requests), count(failed), percent(failed / requests if requests else 0)] if covered else ["no data", "–", "–"]


def _extent(findings: Findings) -> Iterator[tuple[str, str]]:
    """Yield when the impact was."""
    impact = findings.impact
    if impact.detected:
        yield "Start", _moment(findings, "start")
        yield "End", _moment(findings, "end")
        exact = all(findings.clock.is_exact(at) for span in impact.spans for at in span)
        in_all = f", in {count(len(impact.windows))} windows" if len(impact.windows) > 1 else ""
        yield "Duration", f"{'' if exact else 'about '}{duration(impact.duration_s)}{in_all}"


def _measured(findings: Findings) -> Iterator[tuple[str, str]]:
    """Yield what was counted in logs or metrics."""
    impact, slo = findings.impact, findings.incident.file.slo
    if not impact.measured:
        return
    unit, requests = impact.measured_on.unit, impact.measured_on.unit == "request"
    yield f"{impact.measured_on.noun.capitalize()}s", count(impact.requests)
    share = f", {percent(impact.error_ratio)}" if requests else ""
    yield f"{impact.measured_on.failure.capitalize()}s", f"{count(impact.failed_requests)}{share}"
    if not impact.detected:
        return
    if requests and impact.failed_requests:
        yield "Peak", f"{percent(impact.peak_error_ratio)} failed in the minute from {findings.clock(impact.peak_at)}"
    verb = {"event": "were errors", "sample": "were bad"}.get(unit, "failed")
    yield "Baseline", f"{percent(impact.baseline_error_ratio)} {verb}, {impact.baseline_per_s:.1f} {unit}s per second"
    if impact.lost_requests:
        yield "Expected but missing", plural(impact.lost_requests, unit)
    if requests and impact.failed_requests:
        clients = impact.clients_affected
        yield "Clients that saw a failure", "unknown: the log names no clients" if clients is None else count(clients)
    yield "Signals", listing(list(impact.signals)) or "none"
    if impact.slow_from is not None:
        yield "Slower than usual from", findings.clock(impact.slow_from)
    if impact.error_budget_spent is not None and slo is not None:
        budget = f"the {slo.window_days}-day budget for the {percent(slo.availability)} SLO"
        yield "Error budget spent", f"{percent(impact.error_budget_spent)} of {budget}, assuming baseline traffic"


def _of_people(findings: Findings) -> Iterator[tuple[str, str]]:
    """Yield the numbers that people know."""
    for number in findings.incident.file.impact_numbers:
        evidence = f" ({number.evidence})" if number.evidence else ""
        yield number.what[:1].upper() + number.what[1:], f"{number.value}{evidence}"


def _moment(findings: Findings, which: str) -> str:
    """Return when the impact began or ended, with what the data show beside what people confirmed."""
    impact, zone = findings.impact, findings.zone
    at, (low, high) = getattr(impact, which), getattr(impact, f"{which}_range")
    shown = f"{findings.clock.dated(at)} ({zone_name(at, zone)})"
    if impact.start_confirmed if which == "start" else impact.end_confirmed:
        measured = impact.by_data[0 if which == "start" else 1] if impact.by_data else None
        if len(impact.windows) > 1:
            return f"{shown}, confirmed"
        if measured is None:
            return f"{shown}, confirmed{f'; the {impact.measured_on.medium} do not show it' if impact.measured else ''}"
        return f"{shown}, confirmed; the {impact.measured_on.medium} show {findings.clock(measured)}"
    if impact.began_before if which == "start" else impact.ongoing:
        return f"not in the data, which {which} at {findings.clock(at)}"
    span = f", between {findings.clock(low)} and {findings.clock(high)} with 90% confidence" if low != high else ""
    return f"{shown}, detected{span}"
