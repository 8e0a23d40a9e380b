"""Every chart of every outline is legible, stays within its borders and says in words what it shows."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest
from conftest import RECORDED, findings_of
from samples import access_log

from pmkit.core.wording import clock, duration, percent, sentences
from pmkit.findings.findings import Findings
from pmkit.findings.investigate import analyse_store
from pmkit.ingest.cache import open_incident
from pmkit.reports.figures.chart import Chart
from pmkit.reports.figures.error_rate import error_rate
from pmkit.reports.outlines import OUTLINES
from pmkit.reports.report import Report


@cache
def charts_of(incident_id: str) -> dict[str, Chart]:
    """Return the charts in the reports of all templates, by name; their parts have their places."""
    reports = [Report(findings_of(incident_id), template=template) for template in OUTLINES]
    parts = (part for report in reports for section in report.sections for part in section.parts)
    charts = {part.name: part for part in parts if isinstance(part, Chart)}
    for chart in charts.values():
        chart.figure.draw_without_rendering()
    return charts


@pytest.fixture(params=RECORDED)
def charts(request: pytest.FixtureRequest) -> dict[str, Chart]:
    return charts_of(request.param)


def test_every_chart_has_a_caption_and_an_alternative_text_with_numbers(charts: dict[str, Chart]) -> None:
    for chart in charts.values():
        assert len(sentences(chart.caption)) >= 1
        assert len(sentences(chart.alt)) >= 1
        assert re.search(r"\d", chart.alt)
        assert chart.svg().count("<svg") == 1


def test_the_alternative_text_of_the_error_rate_says_when_the_impact_began(recorded: Findings) -> None:
    assert clock(recorded.impact.start, recorded.zone) in error_rate(recorded).alt


def test_the_same_findings_draw_the_same_bytes(findings: Findings) -> None:
    assert error_rate(findings).svg() == error_rate(findings).svg()


def test_labels_do_not_overlap(charts: dict[str, Chart]) -> None:
    for chart in charts.values():
        for axes in chart.figure.axes:
            boxes = [text.get_window_extent() for text in axes.texts if text.get_text()]
            overlaps = [(a, b) for n, a in enumerate(boxes) for b in boxes[n + 1 :] if a.overlaps(b)]
            assert overlaps == []


def test_charts_stay_within_their_borders(charts: dict[str, Chart]) -> None:
    for chart in charts.values():
        paper = chart.figure.bbox
        drawn = [axes.get_tightbbox() for axes in chart.figure.axes if axes.axison]
        drawn += [text.get_window_extent() for axes in chart.figure.axes for text in axes.texts]
        for box in drawn:
            assert paper.x0 - 1 <= box.x0 <= box.x1 <= paper.x1 + 1
            assert paper.y0 - 1 <= box.y0 <= box.y1 <= paper.y1 + 1


def test_captions_say_what_the_charts_show() -> None:
    findings = findings_of("INC-2026-1112")
    captions = {name: chart.caption.replace("\u00a0", " ") for name, chart in charts_of("INC-2026-1112").items()}
    worst = findings.impact.routes.iloc[0]
    share = f"{percent(worst['error_ratio'])} of its requests failed"
    assert f"{worst['service']} {worst['http_route']} had the most failures: {share}." in captions["errors-by-route"]
    assert "no one thing in common" in captions["failing-parts"]
    assert f"At the peak, {percent(findings.impact.peak_error_ratio)} of requests failed" in captions["error-rate"]
    after = findings.response.time_to("detected")
    assert f"detected after {duration(after)}" in captions["timeline"]


def test_the_caption_says_when_no_request_failed(findings: Findings) -> None:
    slow = replace(findings, impact=replace(findings.impact, failed_requests=0))
    assert error_rate(slow).caption.startswith("None of the requests failed;")


@pytest.mark.parametrize("route", ["/x/$%/$", "/$a__b$", "/p$q^^$", "/$x^2$"])
def test_a_dollar_sign_in_a_path_is_no_formula(incident, route: str) -> None:
    log = access_log(10, failing=[range(200, 400)])
    failing = incident(
        {"access.log": "".join(line.replace("/a", route) if n % 2 else line for n, line in enumerate(log.splitlines(True)))}
    )
    report = Report(analyse_store(failing, open_incident(failing)))
    charts = [part for section in report.sections for part in section.parts if isinstance(part, Chart)]
    assert all(chart.svg().count("<svg") == 1 for chart in charts)
    assert any(route in text.get_text() for chart in charts for axes in chart.figure.axes for text in axes.get_yticklabels())
