"""The report has its sections, keeps its rules, and invents nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import mistune
import pytest
from conftest import DATA, RECORDED, SECTIONS, findings_of
from hypothesis import example, given
from hypothesis import strategies as st
from samples import access_log, at

from pmkit.core.errors import IncidentError, InputError
from pmkit.core.markdown import TO_WRITE, code, escape, table
from pmkit.core.wording import clock, duration, percent, sentences
from pmkit.findings.findings import Findings
from pmkit.findings.investigate import analyse_store, investigate
from pmkit.ingest.cache import open_incident
from pmkit.reports.figures import error_rate, errors_by_route, impact_timeline, latency
from pmkit.reports.report import Report


def markdown(report: Report) -> str:
    return "\n\n".join(part for section in report.sections for part in section.parts if isinstance(part, str))


def body(section) -> str:
    return section.parts[0].split("\n\n", 1)[1].replace("\u00a0", " ")


def test_the_required_sections_come_in_order_and_the_rest_behind(recorded: Findings) -> None:
    headings = re.findall(r"^## (.+)$", markdown(Report(recorded)), re.M)
    assert headings == [*SECTIONS, "Response", "Appendix: evidence"]


@pytest.mark.parametrize("incident_id", RECORDED)
def test_the_issue_summary_keeps_its_rule(incident_id) -> None:
    findings = findings_of(incident_id)
    summary = body(Report(findings).issue_summary)
    said = sentences(summary)
    assert 3 <= len(said) <= 5
    impact, zone = findings.impact, findings.zone
    for fact in (
        clock(impact.start, zone),
        clock(impact.end, zone),
        duration(impact.duration_s),
        "UTC+0",
        "% of requests failed",
    ):
        assert fact in summary
    assert "root cause" in said[-1]


def test_a_confirmed_cause_is_told_and_an_unconfirmed_one_is_said_to_be() -> None:
    confirmed = sentences(body(Report(findings_of("INC-2026-1012")).issue_summary))[-1]
    assert confirmed.startswith("The root cause is that catalog v2.4.1")
    draft = sentences(body(Report(findings_of("INC-2026-1123")).issue_summary))[-1]
    assert draft.startswith("The root cause is not yet confirmed; the strongest evidence points to the deploy of catalog v2.6.0")
    assert draft.endswith("(changes/deploys.jsonl:2).")


def test_a_draft_asks_for_everything_that_nobody_wrote() -> None:
    report = Report(findings_of("INC-2026-1123"))
    prompts = re.findall(rf"^> \*\*{TO_WRITE}\*\* (.+)$", markdown(report), re.M)
    for field in ("root_cause", "trigger", "contributing_factors", "resolution", "still_degraded", "measures", "went_well",
                  "went_badly", "got_lucky"):  # fmt: skip
        assert any(f"`{field}`" in text for text in prompts), field


def test_a_finished_report_asks_for_nothing() -> None:
    assert TO_WRITE not in markdown(Report(findings_of("INC-2026-1012")))


def test_confirmed_times_stand_beside_the_detected_ones() -> None:
    table_of_steps = body(Report(findings_of("INC-2026-1012")).response)
    assert re.search(r"\| Resolved \| 16:20:00 \| 10 min 14 s \| 16:20:00 \|", table_of_steps)


def test_the_public_report_has_no_chat_no_evidence_and_no_suspicion() -> None:
    text = markdown(Report(findings_of("INC-2026-1123"), "public"))
    for word in ("“ack", "deploys.jsonl", "### Evidence", "### Log patterns", "strongest evidence points"):
        assert word not in text
    assert "Impact begins" in text


def test_an_unknown_audience_is_refused(found: Findings) -> None:
    with pytest.raises(InputError, match="audience 'press': expected one of internal, public"):
        Report(found, "press")


def test_times_can_be_shown_in_another_zone() -> None:
    findings = investigate("INC-2026-1103", DATA, "Asia/Tokyo")
    assert "18:17:14 (09:17:14 UTC) on 3 November 2026" in body(Report(findings).issue_summary)


def test_calm_data_are_said_to_be_calm(incident) -> None:
    made = incident({"access.log": access_log(10)})
    report = Report(analyse_store(made, open_incident(made)))
    assert "No impact was found in the logs" in body(report.issue_summary)
    assert "which is no more than usual" in body(report.issue_summary)
    assert len(report.sections) == 8


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ({"failing": [range(900, 1200)]}, "had not ended after 4 min 59 s, when the logs end at 03:19:59"),
        ({"failing": [range(300)]}, "began before the logs do, at 03:00:00 on 17 January 2026, and ended 4 min 59 s later"),
    ],
)
def test_an_impact_that_reaches_over_the_data_is_said_to(incident, text, expected) -> None:
    made = incident({"access.log": access_log(20, **text)})
    assert expected in body(Report(analyse_store(made, open_incident(made))).issue_summary)


def test_counting_is_shown_for_every_export(recorded: Findings) -> None:
    text = markdown(Report(recorded))
    for row in recorded.exports:
        assert f"| `{row['source']}` | {escape(row['format'])} |" in text
        assert row["sha256"] in text


def test_a_log_in_a_wrong_zone_is_doubted() -> None:
    notes = {row["source"]: row["notes"] for row in findings_of("INC-2026-1123").exports}
    doubt = "read in Europe/Berlin, its times lie 6 h behind the other logs"
    assert any(note.startswith(doubt) for note in notes["logs/checkout.log.gz"])


HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) | ` *b* _i_ $x$ \x1b[31m \u202e #"


def test_text_from_data_is_shown_as_it_is(incident) -> None:
    changes = f'{{"time": "2026-01-17T03:09:50Z", "type": "deploy", "service": "a", "summary": {HOSTILE!r}}}'
    made = incident(
        {
            "access.log": access_log(20, failing=[range(600, 660)]),
            "deploys.jsonl": changes.replace("'", '"').replace("\\x", "\\u00"),
        }
    )
    text = markdown(Report(analyse_store(made, open_incident(made))))
    html = mistune.create_markdown(escape=False, plugins=["table"])(text)
    assert "<script>" not in html
    assert "<a " not in html
    assert "\x1b" not in text
    assert "\u202e" not in text


@given(st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=60))
def test_escaped_text_comes_back_from_markdown(text: str) -> None:
    html = mistune.create_markdown(escape=True, plugins=["table", "strikethrough"])(f"a {escape(text)} b")
    shown = (
        re.sub(r"</?p>", "", html).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&").strip()
    )
    assert shown == f"a {text} b"


@given(st.lists(st.text(min_size=0, max_size=30), min_size=2, max_size=2))
@example(["", "\\|"])
def test_no_cell_breaks_its_table(cells: list[str]) -> None:
    html = mistune.create_markdown(plugins=["table"])(table(["A", "B"], [[escape(cells[0]), code(cells[1] or "x")]], [5, 5]))
    assert html.count("<td") == 2


def test_every_chart_says_what_it_shows(recorded: Findings) -> None:
    for chart in (error_rate(recorded), latency(recorded), impact_timeline(recorded), errors_by_route(recorded)):
        assert len(sentences(chart.alt)) >= 1
        assert re.search(r"\d", chart.alt)
        assert chart.svg().count("<svg") == 1
    assert clock(recorded.impact.start, recorded.zone) in error_rate(recorded).alt


def test_the_same_findings_draw_the_same_bytes(found: Findings) -> None:
    assert error_rate(found).svg() == error_rate(found).svg()


def test_labels_of_charts_do_not_overlap(recorded: Findings) -> None:
    for chart in (error_rate(recorded), impact_timeline(recorded), errors_by_route(recorded)):
        chart.figure.draw_without_rendering()
        for axes in chart.figure.axes:
            boxes = [text.get_window_extent() for text in axes.texts if text.get_text()]
            overlaps = [(a, b) for n, a in enumerate(boxes) for b in boxes[n + 1 :] if a.overlaps(b)]
            assert overlaps == []


def test_charts_stay_on_their_paper(recorded: Findings) -> None:
    for chart in (error_rate(recorded), impact_timeline(recorded), latency(recorded), errors_by_route(recorded)):
        chart.figure.draw_without_rendering()
        paper = chart.figure.bbox
        drawn = [axes.get_tightbbox() for axes in chart.figure.axes if axes.axison]
        drawn += [text.get_window_extent() for axes in chart.figure.axes for text in axes.texts]
        for box in drawn:
            assert paper.x0 - 1 <= box.x0 <= box.x1 <= paper.x1 + 1
            assert paper.y0 - 1 <= box.y0 <= box.y1 <= paper.y1 + 1


LEVELS = ("ERROR" if 600 <= second < 700 else "INFO" for second in range(1200))
APP = "".join(f"{at(n):%Y-%m-%d %H:%M:%S},000 {level} [a] step {n}\n" for n, level in enumerate(LEVELS))
ONE = '{"time": "2026-01-17T03:00:00Z", "level": "error", "msg": "gone"}\n'


@pytest.mark.parametrize(
    "exports",
    [
        {"access.log": access_log(20, failing=[range(600, 660)])},
        {"app.log": APP},
        {"access.log": access_log(20, slow=[range(600, 780)])},
        {"access.log": access_log(10)},
        {"one.jsonl": ONE},
    ],
    ids=["requests only", "events only", "slow only", "calm", "a single line"],
)
def test_a_report_can_be_made_of_whatever_there_is(incident, exports) -> None:
    made = incident(exports)
    report = Report(analyse_store(made, open_incident(made)))
    for section in report.sections:
        for part in section.parts:
            assert part if isinstance(part, str) else part.svg()
    assert re.findall(r"\bnan\b|NaT|<NA>|None(?! of)", markdown(report)) == []


def test_the_first_page_says_what_when_how_bad_why_and_what_is_done() -> None:
    summary = Report(findings_of("INC-2026-1103")).issue_summary
    words, chart, measures = summary.parts
    assert "from 10:17:14 (09:17:14 UTC) on 3 November 2026 to 10:25:01 (CET, UTC+01:00" in words.replace("\u00a0", " ")
    assert chart.name == "error-rate"
    assert measures.startswith("**What is done about it.** The first 3 of 4:")
    assert measures.count("\n- ") == 3


def test_without_measures_the_summary_promises_none() -> None:
    assert len(Report(findings_of("INC-2026-1123")).issue_summary.parts) == 2


def test_sections_of_ones_own_follow_the_one_that_they_name_and_remove_none(folder: Callable[..., Path]) -> None:
    yaml = (
        "sections:\n- title: Communication\n  after: Timeline\n  text: The *status page* was updated twice.\n"
        "- {title: Costs, text: It cost much., internal: true}\n"
    )
    made = folder({"web.log": access_log(20, failing=[range(300, 600)])}, yaml=yaml)
    found = investigate(made.name, made.parent)
    inside, outside = markdown(Report(found)), markdown(Report(found, "public"))
    headings = re.findall(r"^## (.+)$", inside, re.M)
    assert headings[:4] == ["Issue Summary", "Timeline", "Communication", "Root Cause"]
    assert headings[4:] == [
        "Resolution and recovery", "Corrective and Preventative Measures", "Response", "Costs", "Appendix: evidence",
    ]  # fmt: skip
    assert "The *status page* was updated twice." in outside
    assert "Costs" not in outside


def test_a_section_cannot_take_the_name_of_a_required_one(folder: Callable[..., Path]) -> None:
    made = folder({"web.log": access_log(5)}, yaml="sections: [{title: root cause, text: Nobody knows.}]\n")
    with pytest.raises(IncidentError, match=r"incident.yaml:\d+: sections.0: 'root cause' is a section that every report has"):
        investigate(made.name, made.parent)


def test_captions_say_what_the_chart_shows() -> None:
    found = findings_of("INC-2026-1112")
    charts = [part for section in Report(found).sections for part in section.parts if not isinstance(part, str)]
    shown = {chart.name: chart.caption.replace("\u00a0", " ") for chart in charts}
    worst = found.impact.routes.iloc[0]
    where = f"{worst['service']} {worst['http_route']}"
    assert f"{where} had the most failed requests, {percent(worst['error_ratio'])} of its requests." in shown["errors-by-route"]
    assert "no one thing in common" in shown["failing-parts"]
    assert f"At the peak {percent(found.impact.peak_error_ratio)} of the requests failed" in shown["error-rate"]
    after = found.response.time_to("detected")
    assert f"detected after {duration(after)}" in shown["timeline"]
    slow = replace(found, impact=replace(found.impact, failed=0))
    assert error_rate(slow).caption.startswith("None of the requests failed;")
