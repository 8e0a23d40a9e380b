"""The appendix of evidence: numbers, method, patterns, data quality and provenance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pandas as pd

from pmkit.analysis.impact.measuring_point import MOST_NAMED
from pmkit.core.markdown import bullets, code, escape, table
from pmkit.core.schema import BIN_S
from pmkit.core.version import __version__
from pmkit.core.wording import count, duration, listing, percent, plural, quantity, seconds, short
from pmkit.findings import data_quality as quality
from pmkit.findings.findings import Findings
from pmkit.findings.rung_words import describe_beside
from pmkit.redaction.redactor import TITLES, placeholders

MOST_ROUTES: Final = 12
MOST_PATTERNS: Final = 10
MOST_DIGESTS: Final = 100


def routes(findings: Findings) -> str | None:
    """Write the impact by service and route, or by metric; None where there is only one."""
    shown = findings.impact.routes.head(MOST_ROUTES)
    if len(shown) <= 1:
        return None
    rows = [
        [
            escape("–" if pd.isna(row["service"]) else row["service"]),
            escape("–" if pd.isna(row["http_route"]) else row["http_route"]),
            count(row["events"]),
            count(row["failed"]),
            _or_dash(row["error_ratio"], percent),
            _or_dash(row["baseline_ratio"], percent),
            _or_dash(row["p95_s"], seconds),
            _or_dash(row["baseline_p95_s"], seconds),
        ]
        for _, row in shown.iterrows()
    ]
    unit = findings.impact.measured_on.unit.capitalize()
    header = [
        "Service",
        "Metric" if unit == "Sample" else "Route",
        f"{unit}s",
        "Bad" if unit == "Sample" else "Failed",
        "Share",
        "Baseline share",
        "p95 latency",
        "Baseline p95",
    ]
    hidden = len(findings.impact.routes) - len(shown)
    rest = f"\n\n{plural(hidden, 'more route')} {'is' if hidden == 1 else 'are'} not shown." if hidden else ""
    heading = "By metric" if unit == "Sample" else "By service and route"
    return f"### {heading}\n\n{table(header, rows, [14, 24, -11, -9, -9, -11, -12, -10])}{rest}"


def parts(findings: Findings) -> str | None:
    """Write what the failed requests have in common; None where nothing stands out."""
    common = findings.parts
    if common.empty:
        return None
    rows = [
        [
            escape(row["what"]) + ("" if pd.isna(row["also"]) else f" (the same requests: {escape(row['also'])})"),
            count(row["requests"]),
            count(row["failed"]),
            percent(row["coverage"]),
            percent(row["error_ratio"]),
            percent(row["rest_ratio"]),
            f"{row['lift']:.1f}",
        ]
        for _, row in common.iterrows()
    ]
    are = findings.impact.impaired.adjective
    header = [
        "Requests with",
        "Requests",
        are.capitalize(),
        f"Share of all {are}",
        f"{are.capitalize()} of these",
        f"{are.capitalize()} of others",
        "Lift",
    ]
    sampled = " Counts are estimated from a sample of the requests." if common["sampled"].any() else ""
    lead = (
        f"The requests during the impact were compared by the values that most {are} requests share: service, route, method, "
        "version, host, client, attributes and query parameters, alone and in pairs. The best explanation comes first."
        f"{sampled} Consequences of a failure, such as the size of the response, are left out, as are differences expected "
        "by chance more than once in 1,000 comparisons."
    )
    return f"### What {are} requests have in common\n\n{lead}\n\n{table(header, rows, [36, -11, -9, -12, -12, -12, -8])}"


def _or_dash(value: float, write: Callable[[float], str]) -> str:
    return "–" if pd.isna(value) else write(value)


def method(findings: Findings) -> str | None:
    """Write how the impact was detected and counted; None where there is nothing to count."""
    if not findings.impact.measured and findings.impact.measured_on.unit != "alert":
        return None
    impact, rule = findings.impact, findings.incident.file.errors
    if impact.measured_on.unit == "alert":
        times = (
            "Start and end are those of the alerts" if impact.reported_by == "alerts" else "Start and end are the confirmed times"
        )
        return f"### Method\n\n{times}; the exports contain neither logs nor metrics of failures, so nothing was counted."
    sources = listing([code(source) for source in impact.measured_on.sources], MOST_NAMED)
    counted = f"Impact is counted on {sources}, {impact.measured_on.reason(code)}."
    if impact.measured_on.inner:
        inner = listing([code(source) for source in impact.measured_on.inner], MOST_NAMED)
        counted += f" The same requests in {inner} are evidence and are not counted again."
    by_status = f"A request counts as failed when {rule.words}."
    if impact.measured_on.in_traces:
        by_status = "A request counts as failed when its span says so, or its HTTP or gRPC status is a failure of the server."
    by_severity = f"An event counts as an error when its severity is {rule.min_severity} or above."
    of_metric = (
        "A sample counts as bad when it is far from the median of its series: three times as high and six standard deviations "
        "above it, or a fifth below it where low is bad. Metrics whose names do not show which direction is bad are left out."
    )
    rules = {"request": by_status, "event": by_severity, "sample": of_metric}
    errors = impact.measured_on.unit != "request" or "errors" in impact.signals or not impact.detected
    what = f"{impact.measured_on.failure}s" if errors else "slow requests" if "latency" in impact.signals else "requests"
    test = (
        f"Start and end are change points of the {what} per {BIN_S} s, found by maximum likelihood "
        f"({'Poisson' if impact.measured_on.unit == 'event' else 'binomial'}) against the calmest stretch of the data"
        f"{', then narrowed to the first and last failures above the baseline rate' if errors else ''}. "
        f"The ranges come from the profile likelihood. {_baseline_from(findings)}"
    )
    if impact.reported_by == "alerts":
        test = "Start and end are those of the alerts."
    confirmed = (
        "People confirmed when the impact was, so everything is counted in that time. "
        if any(window.start_confirmed or window.end_confirmed for window in impact.windows)
        else ""
    )
    beside = " ".join(map(escape, describe_beside(findings.rungs, impact, findings.zone)))
    return f"### Method\n\n{counted} {rules[impact.measured_on.unit]} {confirmed}{test} {beside}".rstrip()


def _baseline_from(findings: Findings) -> str:
    """Write where the baseline comes from if there is too little data before the impact."""
    impact = findings.impact
    if not impact.detected or impact.baseline_from == "before":
        return ""
    before = duration((impact.start - impact.data_start).total_seconds())
    hardly = f"The {impact.measured_on.medium} cover hardly any time before the impact ({before})"
    if impact.baseline_from == "after":
        after = duration((impact.data_end - impact.end).total_seconds())
        return f"{hardly}, so the baseline was taken from the {after} after it."
    return f"{hardly} or after it, so the baseline is uncertain."


def patterns(findings: Findings) -> str | None:
    """Write which log patterns were more or less frequent during the impact; None where there are none."""
    paragraphs = []
    for changed, lead in (
        (findings.patterns, "Messages that were more frequent during the impact than before and after it"),
        (findings.faded, "Messages that were less frequent during the impact, or absent"),
    ):
        if len(changed):
            rows = [_pattern(findings, row) for _, row in changed.head(MOST_PATTERNS).iterrows()]
            header = ["Message", "Severity", "Change", "Before", "During", "After", "First seen", "Evidence"]
            listed = table(header, rows, [31, 9, 8, -9, -8, -8, 10, 17])
            paragraphs.append(f"{lead}; `<*>` stands for the part that varies.\n\n{listed}")
    return "\n\n".join(["### Log patterns", *paragraphs]) if paragraphs else None


def _pattern(findings: Findings, row: pd.Series) -> list[str]:
    return [
        code(short(row["template"], 160)),
        "–" if pd.isna(row["severity"]) else row["severity"],
        row["change"],
        *(count(row[part]) for part in ("before", "during", "after")),
        findings.clock(row["first_seen"]),
        code(f"{row['source']}:{row['line']}"),
    ]


def metrics(findings: Findings) -> str | None:
    """Write the metric series that moved with the impact; None where there are none."""
    if findings.metrics.empty:
        return None
    rows = [
        [
            code(row["series"]),
            *("no data" if pd.isna(row[name]) else quantity(row[name]) for name in ("baseline", "during", "extreme")),
            findings.clock(row["moved_at"]),
            code(row["source"]),
        ]
        for _, row in findings.metrics.iterrows()
    ]
    header = ["Series", "Baseline", "During", "Extreme", "Moved at", "Evidence"]
    lead = (
        "Metrics whose median during the impact is beyond the range of their baseline, those that went farthest first. "
        "“Baseline” and “During” are medians."
    )
    return f"### Metrics that moved\n\n{lead}\n\n{table(header, rows, [36, -10, -10, -10, 12, 22])}"


def data_quality(findings: Findings, most_digests: int = MOST_DIGESTS) -> str:
    """Write what was read from each export, and what the report was generated from; many digests are only counted."""
    problems = bullets([f"{escape(problem)}; left out" for problem in findings.incident.problems()])
    if not findings.exports:
        wrong = f"### Data quality\n\n{problems}\n\n" if problems else ""
        return f"{wrong}### Provenance\n\nGenerated by pmkit {__version__} from incident.yaml alone; there are no exports."
    rows = [_read(findings, row) for row in quality.group_exports(findings.exports)]
    header = ["Export", "Format", "Lines", "Events", "Continued", "Blank", "Rejected", "First", "Last"]
    lead = "Every line is an event, the continuation of one, blank, or rejected; JSON and CSV documents are counted in records."
    parts = [f"### Data quality\n\n{lead}\n\n{table(header, rows, [22, 16, -8, -8, -10, -7, -9, 10, 10])}"]
    remarks = quality.sources_by_remark(findings.exports)
    if problems:
        parts.append(problems)
    if remarks:
        notes = (
            f"- {listing([code(source) for source in sources], MOST_NAMED)}: {escape(text)}." for text, sources in remarks.items()
        )
        parts.append("\n".join(notes))
    parts.append(f"### Provenance\n\n{_provenance(findings, most_digests)}")
    return "\n\n".join(parts)


def secrets(findings: Findings) -> str | None:
    """Write how many secrets of each kind were replaced; None where there were none."""
    text = findings.to_json() + findings.incident.file.model_dump_json()
    own = [rule.name for rule in findings.incident.file.redact.rules]
    kinds = [
        f"{count(number)} × {escape(TITLES.get(name, name).removeprefix('a ').removeprefix('an '))}"
        for name, number in sorted(placeholders(text, own).items())
    ]
    if not kinds:
        return None
    replaced = f"Placeholders in this report stand for what must not be published: {listing(kinds)}."
    still = "Equal values have equal placeholders. The exports still contain the values."
    return f"### Secrets and personal data\n\n{replaced} {still}"


def _provenance(findings: Findings, most_digests: int) -> str:
    digests = [[code(row.source), code(row.sha256)] for row in findings.exports]
    generated = f"Generated by pmkit {__version__} from"
    if len(digests) > most_digests:
        return f"{generated} {count(len(digests))} files; the report carries the SHA-256 of each, which `pmkit verify` compares."
    return f"{generated} these files (SHA-256):\n\n{table(['Export', 'SHA-256'], digests, [34, 66])}"


def _read(findings: Findings, row: quality.ExportRow) -> list[str]:
    span = ["–" if at is None else findings.clock(at) for at in (row.first, row.last)]
    counts = (row.lines, row.events, row.continuation, row.blank, row.rejected)
    others = f" and {count(row.others)} similar ones" if row.others else ""
    return [f"{code(row.source)}{others}", escape(row.format), *map(count, counts), *span]
