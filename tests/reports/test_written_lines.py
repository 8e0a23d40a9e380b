"""What people wrote keeps its lines, pictures and notes, and its order."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pmkit.core.markdown_cells import in_cell, sentence_of
from pmkit.core.markdown_dialects import to_common_markdown
from pmkit.core.markdown_references import References
from pmkit.findings.confirmed_facts_in_utc import written_entries
from pmkit.findings.investigate import analyse_store
from pmkit.incident.folder import Incident
from pmkit.ingest.cache import open_incident
from pmkit.reports.figures.chart_fonts import families, unshown
from pmkit.reports.report import Report

OVERLAPPING = """
impact_windows:
  - {started_at: 2026-01-17 01:00, ended_at: 2026-01-17 05:00, text: Builds failed.}
  - {started_at: 2026-01-17 02:00, ended_at: 2026-01-17 02:30, text: The site was down.}
"""


def test_windows_that_overlap_count_once_and_the_impact_ends_with_the_last_of_them(incident: Callable[..., Incident]) -> None:
    new_incident = incident({}, OVERLAPPING)
    findings = analyse_store(new_incident, open_incident(new_incident))
    assert findings.impact.duration_s == 4 * 3600
    assert f"{findings.impact.end:%H:%M}" == "05:00"
    summary = "\n".join(part for part in Report(findings).issue_summary.parts if isinstance(part, str)).replace("\u00a0", " ")
    assert "2 windows of impact, the first on 17 January 2026, 4 h in all" in summary


WRITTEN = """
timeline:
  - {at: not known, text: The token was made.}
  - {at: 2026-01-16 08:00, text: The index is rebuilt.}
  - {at: 2026-01-16, text: All is calm.}
  - {at: 2026-01-17, text: It breaks.}
"""


def test_entries_without_a_time_of_day_stand_where_they_are_written(incident: Callable[..., Incident]) -> None:
    entries = written_entries(incident({}, WRITTEN))
    placed = sorted(entries, key=lambda entry: entry.place or entry.at)
    assert [entry.text for entry in placed] == [entry.text for entry in entries]
    assert entries[0].at < entries[1].at


def test_a_cell_keeps_paragraphs_lists_quotes_and_code_apart() -> None:
    assert in_cell("Said\n> all is\n> well\n\n1. first\n2. second") == "Said<br>&gt; all is well<br>1\\. first<br>2\\. second"
    assert in_cell("```\na | b\n\nc\n```") == "a \\| b<br>`c`"
    assert "<br>" not in sentence_of("Always do this:\n- a\n- b")
    assert sentence_of("Always do this:") == "Always do this:"


def test_footnotes_and_addresses_of_one_text_serve_another() -> None:
    texts = ["See[^1] and [the issue][7].", "[^1]: On Monday.\n\n    With `care`.\n\n[7]: https://shop.example/7"]
    shared = References.of(texts).used_in(texts)
    assert to_common_markdown(texts[0], shared) == "See¹ and [the issue](https://shop.example/7).\n\n¹ On Monday. With `care`."
    assert to_common_markdown(texts[1], shared) == ""


def test_a_note_that_no_text_refers_to_is_not_lost() -> None:
    assert to_common_markdown("[^1]: On Monday.", References.of(["[^1]: On Monday."]).used_in([])) == "On Monday."


def test_definitions_in_code_stay() -> None:
    assert to_common_markdown("```\n[a]: b\n```") == "```\n[a]: b\n```"


def test_an_address_in_angle_brackets_is_a_link() -> None:
    assert to_common_markdown("<help@shop.example>") == "[help@shop.example](mailto:help@shop.example)"


@pytest.mark.skipif("Noto Emoji" not in families(), reason="needs the packages with fonts")
def test_charts_have_fonts_for_emoji_cjk_and_scripts_from_right_to_left() -> None:
    assert unshown("支付失败 エラー 결제 🔥 ✅ مرحبا שלום ไทย हिन्दी Zürich") == []
    assert unshown("\U000f1234") == ["U+F1234"]
