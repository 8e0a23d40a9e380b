"""The ready templates: in the manner of known guides, with the five required sections in each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import DATA, findings_of

from pmkit.cli import main
from pmkit.core.choices import Template
from pmkit.core.errors import InputError
from pmkit.core.markdown import TO_WRITE
from pmkit.findings.findings import Findings
from pmkit.reports.outlines import OUTLINES
from pmkit.reports.report import Report

REQUIRED = ["Issue Summary", "Timeline", "Root Cause", "Resolution and recovery", "Corrective and Preventative Measures"]
GUIDES = [name for name in OUTLINES if name != "pmkit"]
OWN = {
    "sre-book": ["Impact", "Trigger", "Detection", "Lessons learned", "What went wrong", "Supporting information"],
    "atlassian": ["Lead-up", "Fault", "Impact", "Detection", "Response", "The five whys", "Root cause", "Backlog check",
                  "Recurrence", "Lessons learned"],
    "pagerduty": ["What happened", "Impact", "Responders", "Contributing factors", "How did we do?", "Messaging"],
}  # fmt: skip


def text_of(findings: Findings, template: Template, audience: str = "internal") -> str:
    return "\n\n".join(section._repr_markdown_() for section in Report(findings, audience, template).sections)


def headings(text: str) -> list[str]:
    return re.findall(r"^#{2,3} (.+)$", text, re.MULTILINE)


@pytest.mark.parametrize("audience", ["internal", "public"])
@pytest.mark.parametrize("template", OUTLINES)
def test_the_five_sections_are_there_in_their_order(recorded: Findings, template: Template, audience: str) -> None:
    text = text_of(recorded, template, audience)
    sections = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert [name for name in sections if name in REQUIRED] == REQUIRED
    assert len(set(sections)) == len(sections)


@pytest.mark.parametrize("template", GUIDES)
def test_a_guides_own_parts_are_there_in_its_order(template: Template) -> None:
    told = headings(text_of(findings_of("INC-2026-1012"), template))
    assert [name for name in told if name in OWN[template]] == OWN[template]


@pytest.mark.parametrize("template", GUIDES)
def test_nothing_that_people_wrote_is_lost_in_another_manner(template: Template) -> None:
    findings = findings_of("INC-2026-1012")
    file, text = findings.incident.file, " ".join(text_of(findings, template).split())
    written = [file.what_happened, file.root_cause_summary, file.trigger, file.root_cause, file.resolution, file.still_degraded]
    several = [*file.contributing_factors, *file.went_well, *file.went_badly, *file.got_lucky]
    for words in [*written, *several, *(measure.action for measure in file.measures)]:
        assert " ".join(str(words).split()) in text


def test_what_only_one_guide_asks_for_is_asked_for_there_and_nowhere_else() -> None:
    draft = findings_of("INC-2026-1103")
    asked = {template: re.findall(r"`(\w+)` in incident.yaml", text_of(draft, template)) for template in OUTLINES}
    assert {"five_whys", "backlog_check"} <= set(asked["atlassian"])
    assert {"internal_message", "external_message"} <= set(asked["pagerduty"])
    assert asked["pmkit"] == []


def test_the_five_whys_are_numbered_and_responders_are_those_who_wrote_where_none_are_named() -> None:
    whys = text_of(findings_of("INC-2026-1012"), "atlassian")
    assert "\n1. Searches without a facet failed" in whys
    assert "\n5. All customers met it at once" in whys
    met = text_of(findings_of("INC-2026-1103"), "pagerduty").split("### Responders")[1]
    assert re.search(r"- on-call SRE \(from \d\d:\d\d:\d\d\)", met)
    assert "- alertmanager" not in met


def test_the_lead_up_names_the_changes_before_the_onset_and_not_what_was_done_about_it() -> None:
    told = text_of(findings_of("INC-2026-1012"), "atlassian")
    lead_up = told.split("### Lead-up")[1].split("###")[0]
    assert "- 16:09:46: deploy of catalog v2.4.1" in lead_up
    assert "rollback" not in lead_up


def test_what_is_for_the_company_is_not_for_the_public() -> None:
    told = text_of(findings_of("INC-2026-1012"), "pagerduty", "public")
    assert "### External" in told
    assert "### Internal" not in told
    assert "Responders" not in told
    assert TO_WRITE not in told


def test_a_report_is_made_in_another_manner(tmp_path: Path) -> None:
    asked = ["INC-2026-1012", "--data", str(DATA), "--template", "atlassian", "--to", "md", "--out", str(tmp_path), "--quiet"]
    assert main(["report", *asked]) == 0
    assert "### The five whys" in (tmp_path / "INC-2026-1012.md").read_text()


def test_a_template_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="template 'gitlab': expected one of pmkit, sre-book, atlassian, pagerduty"):
        Report(findings_of("INC-2026-1103"), template="gitlab")
