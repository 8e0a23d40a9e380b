"""The templates follow known guides, and each has the five required sections."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest
from conftest import SECTIONS, findings_of

from pmkit.cli import main
from pmkit.core.choices import Template
from pmkit.core.errors import InputError
from pmkit.core.markdown import TO_WRITE
from pmkit.reports.outlines import OUTLINES, REQUIRED, Outline
from pmkit.reports.report import Report

GUIDES = [name for name in OUTLINES if name != "pmkit"]
OWN = {
    "sre-book": ["Impact", "Trigger", "Detection", "Lessons learned", "What went wrong", "Supporting information"],
    "atlassian": ["Lead-up", "Fault", "Impact", "Detection", "Response", "The five whys", "Root cause", "Backlog check",
                  "Recurrence", "Lessons learned"],
    "pagerduty": ["What happened", "Impact", "Responders", "Contributing factors", "How did we do?", "Messaging"],
}  # fmt: skip


@cache
def text_of(incident_id: str, template: Template, audience: str = "internal") -> str:
    sections = Report(findings_of(incident_id), audience, template).sections
    return "\n\n".join(section._repr_markdown_() for section in sections)


def headings(text: str) -> list[str]:
    return re.findall(r"^#{2,3} (.+)$", text, re.MULTILINE)


def test_an_outline_has_the_required_sections_as_its_fields() -> None:
    assert list(REQUIRED.values()) == SECTIONS
    names = [field.name for field in fields(Outline) if field.name in REQUIRED]
    assert names == list(REQUIRED)


@pytest.mark.parametrize(("incident_id", "audience"), [("INC-2026-1012", "public"), ("INC-2026-1103", "internal")])
@pytest.mark.parametrize("template", OUTLINES)
def test_every_template_has_the_required_sections_in_their_order(incident_id: str, audience: str, template: Template) -> None:
    text = text_of(incident_id, template, audience)
    sections = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert [name for name in sections if name in SECTIONS] == SECTIONS
    assert len(set(sections)) == len(sections)


@pytest.mark.parametrize("template", GUIDES)
def test_a_template_has_the_parts_of_its_guide_in_order(template: Template) -> None:
    shown = headings(text_of("INC-2026-1012", template))
    assert [name for name in shown if name in OWN[template]] == OWN[template]


@pytest.mark.parametrize("template", GUIDES)
def test_no_template_loses_what_people_wrote(template: Template) -> None:
    findings = findings_of("INC-2026-1012")
    file, text = findings.incident.file, " ".join(text_of("INC-2026-1012", template).split())
    written = [file.what_happened, file.root_cause_summary, file.trigger, file.root_cause, file.resolution, file.still_degraded]
    several = [*file.contributing_factors, *file.went_well, *file.went_badly, *file.got_lucky]
    for words in [*written, *several, *(measure.action for measure in file.measures)]:
        assert " ".join(str(words).split()) in text


@pytest.mark.slow
def test_only_the_guide_that_needs_a_field_asks_for_it() -> None:
    prompted = {template: re.findall(r"`(\w+)` in incident.yaml", text_of("INC-2026-1103", template)) for template in OUTLINES}
    assert {"five_whys", "backlog_check"} <= set(prompted["atlassian"])
    assert {"internal_message", "external_message"} <= set(prompted["pagerduty"])
    assert prompted["pmkit"] == []


def test_the_five_whys_are_numbered_and_responders_default_to_those_who_wrote_in_the_chat() -> None:
    whys = text_of("INC-2026-1012", "atlassian")
    assert "\n1. Searches without a facet failed" in whys
    assert "\n5. All customers met it at once" in whys
    met = text_of("INC-2026-1103", "pagerduty").split("### Responders")[1]
    assert re.search(r"- on-call SRE \(from \d\d:\d\d:\d\d\)", met)
    assert "- alertmanager" not in met


def test_the_lead_up_names_only_the_changes_before_the_onset() -> None:
    text = text_of("INC-2026-1012", "atlassian")
    lead_up = text.split("### Lead-up")[1].split("###")[0]
    assert "- 16:09:46: deploy of catalog v2.4.1" in lead_up
    assert "rollback" not in lead_up


def test_the_public_report_leaves_out_internal_messages_and_responders() -> None:
    text = text_of("INC-2026-1012", "pagerduty", "public")
    assert "### External" in text
    assert "### Internal" not in text
    assert "Responders" not in text
    assert TO_WRITE not in text


@pytest.mark.kernel
def test_the_command_line_takes_a_template(module_incident: Path, tmp_path: Path) -> None:
    options = ["--template", "atlassian", "--to", "md", "--out", str(tmp_path), "--quiet"]
    assert main(["report", "INC-1", "--data", str(module_incident.parent), *options]) == 0
    assert "### The five whys" in (tmp_path / "INC-1.md").read_text()


def test_an_unknown_template_is_refused() -> None:
    with pytest.raises(InputError, match="template 'gitlab': expected one of pmkit, sre-book, atlassian, pagerduty"):
        Report(findings_of("INC-2026-1103"), template="gitlab")
