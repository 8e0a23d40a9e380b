"""Errors follow the incident's error rule, and sentences leave out a service that the data do not name."""

from __future__ import annotations

import re
from collections.abc import Callable

import matplotlib.text
import pytest
from samples import at

from pmkit.findings.findings import Findings
from pmkit.findings.investigate import analyse_store
from pmkit.findings.terminal import text
from pmkit.incident.folder import Incident
from pmkit.ingest.cache import open_incident
from pmkit.reports.figures.error_rate import error_rate
from pmkit.reports.figures.errors_by_route import errors_by_route
from pmkit.reports.report import Report

MISSING = re.compile(r"<NA>|&lt;NA|\\<NA|\bnan\b|\bNaT\b|\bNone\b")
MESSAGE = "cannot reach the database"


def app_log(level: str) -> str:
    """Write a log of 20 minutes whose messages are of the given level from 03:10:00 to 03:11:39."""
    return "".join(
        f"{at(second):%Y-%m-%d %H:%M:%S},000 {f'{level} {MESSAGE}' if 600 <= second < 700 else 'INFO step done'}\n"
        for second in range(1200)
    )


def analysed(incident: Callable[..., Incident], level: str, yaml: str = "", service: str | None = "shop") -> Findings:
    hint = f"sources: [{{match: app.log, service: {service}}}]\n" if service else ""
    folder = incident({"app.log": app_log(level)}, yaml + hint)
    return analyse_store(folder, open_incident(folder))


@pytest.mark.parametrize(
    ("rule", "level"),
    [
        ("", "ERROR"),
        ("errors: {min_severity: WARN}\n", "WARNING"),
        ("errors: {min_severity: WARN}\n", "ERROR"),
        ("errors: {min_severity: FATAL}\n", "CRITICAL"),
        ("errors: {min_http_status: 400, also_http_status: [302]}\n", "ERROR"),
    ],
)
def test_the_message_that_counts_as_an_error_is_suspected_and_is_in_the_timeline(incident, rule: str, level: str) -> None:
    findings = analysed(incident, level, rule)
    assert (findings.impact.detected, findings.impact.failed_requests) == (True, 100)
    assert [suspect.summary for suspect in findings.ranked_suspects] == [MESSAGE]
    assert [entry.text for entry in findings.entries if entry.kind == "pattern"] == [
        f"First new error message from shop: “{MESSAGE}”."
    ]


@pytest.mark.parametrize(("rule", "level"), [("", "WARNING"), ("errors: {min_severity: FATAL}\n", "ERROR")])
def test_a_message_below_the_minimum_severity_is_not_an_error(incident, rule: str, level: str) -> None:
    findings = analysed(incident, level, rule)
    assert not findings.impact.detected
    assert findings.ranked_suspects == ()


def labels(findings: Findings) -> list[str]:
    """Return all texts that the charts print."""
    charts = [chart for chart in (error_rate(findings), errors_by_route(findings)) if chart is not None]
    assert charts
    words = [chart.caption + chart.alt for chart in charts]
    return words + [each.get_text() for chart in charts for each in chart.figure.findobj(matplotlib.text.Text)]


def test_no_output_prints_a_missing_service(incident) -> None:
    findings = analysed(incident, "ERROR", service=None)
    reports = [Report(findings), Report(findings, "public")]
    markdown = [section._repr_markdown_() for report in reports for section in report.sections]
    json_strings = re.findall(r'"(?:[^"\\]|\\.)*"', findings.to_json())
    texts = [*markdown, text(findings), *json_strings, *(entry.text for entry in findings.story), *labels(findings)]
    assert [words for words in texts if MISSING.search(words)] == []


def test_sentences_leave_out_an_unknown_service(incident) -> None:
    findings = analysed(incident, "ERROR", service=None)
    assert findings.ranked_suspects[0].reasons[0].startswith("logged 100 times during the impact")
    assert f"First new error message: “{MESSAGE}”." in [entry.text for entry in findings.entries]
    assert "  service unknown: 100% failed, 100 of 100" in text(findings)
