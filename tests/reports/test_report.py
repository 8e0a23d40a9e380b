"""The report has its sections in order, follows its rules, and invents nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import mistune
import pytest
from conftest import DATA, RECORDED, SECTIONS, findings_of
from hypothesis import example, given
from hypothesis import strategies as st
from samples import access_log, at

from pmkit.core.errors import InputError
from pmkit.core.markdown import TO_WRITE, code, escape, table
from pmkit.core.wording import clock, duration, sentences
from pmkit.findings.findings import Findings
from pmkit.findings.investigate import analyse_store, investigate
from pmkit.ingest.cache import open_incident
from pmkit.reports.report import Report, Section

# The sections after the required ones, without those that only appear if somebody writes them.
FURTHER = ["Response", "Appendix: evidence"]


def markdown(report: Report) -> str:
    return "\n\n".join(part for section in report.sections for part in section.parts if isinstance(part, str))


def headings(text: str) -> list[str]:
    return re.findall(r"^## (.+)$", text, re.M)


def body(section: Section) -> str:
    return section.parts[0].split("\n\n", 1)[1].replace("\u00a0", " ")


def test_the_required_sections_come_first_in_their_order(recorded: Findings) -> None:
    file = recorded.incident.file
    messages = ["Messaging"] if file.internal_message or file.external_message else []
    assert headings(markdown(Report(recorded))) == [*SECTIONS, FURTHER[0], *messages, FURTHER[1]]


@pytest.mark.parametrize("incident_id", RECORDED)
def test_the_issue_summary_says_when_how_bad_and_why_in_at_most_five_sentences(incident_id: str) -> None:
    findings = findings_of(incident_id)
    summary = body(Report(findings).issue_summary)
    assert 3 <= len(sentences(summary)) <= 5
    impact, zone = findings.impact, findings.zone
    times = (clock(impact.start, zone), clock(impact.end, zone), duration(impact.duration_s))
    for fact in (*times, "UTC+0", "% of requests failed"):
        assert fact in summary
    assert "root cause" in sentences(summary)[-1]


def test_an_unconfirmed_cause_is_marked_as_such() -> None:
    confirmed = sentences(body(Report(findings_of("INC-2026-1012")).issue_summary))[-1]
    assert confirmed.startswith("The root cause is that catalog v2.4.1")
    draft = sentences(body(Report(findings_of("INC-2026-1123")).issue_summary))[-1]
    assert draft.startswith("The root cause is not yet confirmed; the strongest evidence points to the deploy of catalog v2.6.0")
    assert draft.endswith("(changes/deploys.jsonl:2).")


def test_a_draft_asks_for_everything_that_is_not_written_yet() -> None:
    report = Report(findings_of("INC-2026-1123"))
    prompts = re.findall(rf"^> \*\*{TO_WRITE}\*\* (.+)$", markdown(report), re.M)
    for field in ("root_cause", "trigger", "contributing_factors", "resolution", "still_degraded", "measures", "went_well",
                  "went_badly", "got_lucky"):  # fmt: skip
        assert any(f"`{field}`" in text for text in prompts), field


def test_a_finished_report_asks_for_nothing() -> None:
    assert TO_WRITE not in markdown(Report(findings_of("INC-2026-1012")))


def test_confirmed_times_are_shown_beside_the_detected_ones() -> None:
    steps = body(Report(findings_of("INC-2026-1012")).section("Response"))
    assert re.search(r"\| Resolved \| 16:20:00 \| 10 min 14 s \| 16:20:00 \|", steps)


def test_the_public_report_contains_no_chat_evidence_or_suspects() -> None:
    text = markdown(Report(findings_of("INC-2026-1123"), "public"))
    for word in ("“ack", "deploys.jsonl", "### Evidence", "### Log patterns", "strongest evidence points"):
        assert word not in text
    assert "Impact begins" in text


def test_an_unknown_audience_is_refused(findings: Findings) -> None:
    with pytest.raises(InputError, match="audience 'press': expected one of internal, public"):
        Report(findings, "press")


@pytest.mark.slow
def test_times_can_be_shown_in_another_zone() -> None:
    findings = investigate("INC-2026-1103", DATA, "Asia/Tokyo")
    assert "18:17:14 (09:17:14 UTC) on 3 November 2026" in body(Report(findings).issue_summary)


def test_a_report_on_calm_data_says_that_no_impact_was_found(incident) -> None:
    new_incident = incident({"access.log": access_log(10)})
    summary = body(Report(analyse_store(new_incident, open_incident(new_incident))).issue_summary)
    assert "No impact was found in the logs" in summary
    assert "which is no more than usual" in summary


@pytest.mark.parametrize(
    ("log", "shown"),
    [
        (access_log(10), "show none."),
        ("2026-01-17 03:09:59 order 1 was packed\n" * 9, "cannot show one: none of 9 events has a severity"),
    ],
    ids=["calm", "no severity"],
)
def test_confirmed_times_are_shown_even_if_the_data_show_no_impact(incident, log, shown) -> None:
    times = "times: {started_at: 2026-01-17 03:00:10, ended_at: 2026-01-17 03:05:10}\n"
    new_incident = incident({"shop.log": log}, times)
    summary = body(Report(analyse_store(new_incident, open_incident(new_incident))).issue_summary)
    assert "The impact lasted 5 min, from 03:00:10 on 17 January 2026 to 03:05:10 (UTC, confirmed), but" in summary
    assert f"and 03:09:59 (UTC) {shown}" in summary


def test_a_report_says_that_an_impact_cannot_be_determined_without_severities(incident) -> None:
    log = "".join(f"{at(second):%Y-%m-%d %H:%M:%S} order {second} was packed\n" for second in range(600))
    new_incident = incident({"shop.log": log})
    report = Report(analyse_store(new_incident, open_incident(new_incident)))
    summary, whole = body(report.issue_summary), markdown(report)
    assert "Whether there was an impact between 03:00:00 on 17 January 2026 and 03:09:59 (UTC) cannot be determined" in summary
    assert "none of 600 events has a severity, and there are no requests" in summary
    assert "No impact" not in whole
    assert "no impact" not in whole


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        ({"failing": [range(900, 1200)]}, "had not ended 4 min 59 s later, when the logs end at 03:19:59"),
        (
            {"failing": [range(300)]},
            "had already begun when the logs start at 03:00:00 on 17 January 2026, and ended 4 min 59 s later",
        ),
    ],
)
def test_the_summary_says_that_the_impact_extends_beyond_the_data(incident, log, sentence: str) -> None:
    new_incident = incident({"access.log": access_log(20, **log)})
    assert sentence in body(Report(analyse_store(new_incident, open_incident(new_incident))).issue_summary)


def test_data_quality_lists_every_export(recorded: Findings) -> None:
    text = markdown(Report(recorded))
    for row in recorded.exports:
        assert f"| `{row.source}` | {escape(row.format)} |" in text
        assert row.sha256 in text


def test_every_log_that_the_method_names_is_set_as_code() -> None:
    text = markdown(Report(findings_of("INC-2026-1103")))
    (method,) = re.findall(r"Impact is counted on [^\n]*", text)
    assert re.findall(r"[` ](logs/[\w.-]+)", method) == re.findall(r"`(logs/[\w.-]+)`", method)
    assert "contains 100% of the requests of `logs/catalog.log.gz`" in method


def test_a_log_read_in_the_wrong_zone_is_reported() -> None:
    notes = {row.source: row.notes for row in findings_of("INC-2026-1123").exports}
    doubt = "read in Europe/Berlin, its timestamps are 6 h behind the other logs"
    assert any(note.startswith(doubt) for note in notes["logs/checkout.log.gz"])


HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) | ` *b* _i_ $x$ \x1b[31m \u202e #"


def test_text_from_data_is_shown_literally(incident) -> None:
    changes = f'{{"time": "2026-01-17T03:09:50Z", "type": "deploy", "service": "a", "summary": {HOSTILE!r}}}'
    new_incident = incident(
        {
            "access.log": access_log(20, failing=[range(600, 660)]),
            "deploys.jsonl": changes.replace("'", '"').replace("\\x", "\\u00"),
        }
    )
    text = markdown(Report(analyse_store(new_incident, open_incident(new_incident))))
    html = mistune.create_markdown(escape=False, plugins=["table"])(text)
    assert "<script>" not in html
    assert "<a " not in html
    assert "\x1b" not in text
    assert "\u202e" not in text


@given(st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=60))
def test_markdown_shows_escaped_text_unchanged(text: str) -> None:
    html = mistune.create_markdown(escape=False, plugins=["table", "strikethrough"])(f"a {escape(text)} b")
    shown = (
        re.sub(r"</?p>", "", html).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&").strip()
    )
    assert shown == f"a {text} b"


@given(st.lists(st.text(min_size=0, max_size=30), min_size=2, max_size=2))
@example(["", "\\|"])
def test_no_cell_breaks_its_table(cells: list[str]) -> None:
    html = mistune.create_markdown(plugins=["table"])(table(["A", "B"], [[escape(cells[0]), code(cells[1] or "x")]], [5, 5]))
    assert html.count("<td") == 2


LEVELS = ("ERROR" if 600 <= second < 700 else "INFO" for second in range(1200))
APP = "".join(f"{at(n):%Y-%m-%d %H:%M:%S},000 {level} [a] step {n}\n" for n, level in enumerate(LEVELS))
SINGLE_LINE = '{"time": "2026-01-17T03:00:00Z", "level": "error", "msg": "gone"}\n'


@pytest.mark.slow
@pytest.mark.parametrize(
    "exports",
    [
        {"access.log": access_log(20, failing=[range(600, 660)])},
        {"app.log": APP},
        {"access.log": access_log(20, slow=[range(600, 780)])},
        {"access.log": access_log(10)},
        {"one.jsonl": SINGLE_LINE},
    ],
    ids=["requests only", "events only", "slow only", "calm", "a single line"],
)
def test_a_report_can_be_built_from_any_kind_of_export(incident, exports) -> None:
    new_incident = incident(exports)
    report = Report(analyse_store(new_incident, open_incident(new_incident)))
    for section in report.sections:
        for part in section.parts:
            assert part if isinstance(part, str) else part.svg()
    assert headings(markdown(report)) == [*SECTIONS, *FURTHER]
    assert re.findall(r"\bnan\b|NaT|<NA>|None(?! of)", markdown(report)) == []


def test_the_first_page_shows_the_summary_the_error_rate_and_the_action_items() -> None:
    summary = Report(findings_of("INC-2026-1103")).issue_summary
    words, chart, action_items = summary.parts
    assert "from 10:17:14 (09:17:14 UTC) on 3 November 2026 to 10:25:01 (CET, UTC+01:00" in words.replace("\u00a0", " ")
    assert chart.name == "error-rate"
    assert action_items.startswith("**What we are doing about it.** The first 3 of 4 action items:")
    assert action_items.count("\n- ") == 3


def test_without_action_items_the_summary_promises_none() -> None:
    assert len(Report(findings_of("INC-2026-1123")).issue_summary.parts) == 2


def test_custom_sections_follow_the_section_they_name(folder: Callable[..., Path]) -> None:
    yaml = (
        "sections:\n- title: Communication\n  after: Timeline\n  text: The *status page* was updated twice.\n"
        "- {title: Costs, text: It cost much., internal: true}\n"
    )
    incident_folder = folder({"web.log": access_log(20, failing=[range(300, 600)])}, yaml=yaml)
    findings = investigate(incident_folder.name, incident_folder.parent)
    internal, public = markdown(Report(findings)), markdown(Report(findings, "public"))
    assert headings(internal) == [*SECTIONS[:2], "Communication", *SECTIONS[2:], *FURTHER[:-1], "Costs", FURTHER[-1]]
    assert "The *status page* was updated twice." in public
    assert "Costs" not in public


def test_a_custom_section_cannot_take_the_name_of_a_required_one(folder: Callable[..., Path]) -> None:
    incident_folder = folder({"web.log": access_log(5)}, yaml="sections: [{title: root cause, text: Nobody knows.}]\n")
    findings = investigate(incident_folder.name, incident_folder.parent)
    (problem,) = findings.incident.problems()
    assert re.search(r"^incident.yaml:\d+: sections.0: 'root cause' is a section that every report has", problem)
    assert not any("Nobody knows." in section._repr_markdown_() for section in Report(findings).sections)


def test_asking_for_a_section_that_does_not_exist_is_an_error(findings: Findings) -> None:
    with pytest.raises(KeyError, match="Costs"):
        Report(findings).section("Costs")
