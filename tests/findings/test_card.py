"""Findings show themselves as a short card, with everything escaped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import findings_of
from samples import access_log

from pmkit.findings.investigate import investigate

NEXT = ("findings.suspects", "findings.timeline", "findings.patterns", "findings.data_quality", "findings.to_json()")


def test_the_text_of_recorded_findings_is_a_few_lines() -> None:
    findings = findings_of("INC-2026-1012")
    assert repr(findings).splitlines() == [
        "<Findings INC-2026-1012: Search failed for every query without a facet>",
        "  Impact: 12 October 2026, 16:09:46 to 16:17:33 (CEST, UTC+02:00), 7 min 47 s",
        "  1,378 of 11,740 requests failed, 12%; at peak 13% in the minute from 16:14:00",
        "  Suspect 1: deploy of catalog v2.4.1: rank search results by facet match",
        "  Suspect 2: requests with an empty query parameter facets",
        "  Suspect 3: requests with route /api/search",
        f"  Next: {', '.join(NEXT)}",
    ]


def test_every_call_that_the_card_names_exists() -> None:
    findings = findings_of("INC-2026-1012")
    for call in NEXT:
        assert hasattr(findings, call.removeprefix("findings.").removesuffix("()"))


def test_a_notebook_shows_a_card() -> None:
    findings = findings_of("INC-2026-1012")
    card = findings._repr_html_()
    assert "<strong>Findings INC-2026-1012: Search failed for every query without a facet</strong>" in card
    assert "7 min 47 s<br>1,378 of 11,740 requests failed, 12%" in card
    assert "<ol><li>deploy of catalog v2.4.1: rank search results by facet match</li><li>requests with an empty" in card
    assert len(card) < 1200


def test_markup_and_secrets_in_a_title_do_not_reach_the_card(folder: Callable[..., Path]) -> None:
    path = folder({"shop.log": access_log(4)})
    (path / "incident.yaml").write_text(f"id: {path.name}\ntitle: '<script>alert(1)</script> password=hunter2hunter2'\n")
    card = investigate(path.name, path.parent)._repr_html_()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in card
    assert "<script>" not in card
    assert "hunter2" not in card


@pytest.mark.parametrize("exports", [{}, {"shop.log": access_log(4)}])
def test_an_incident_without_an_impact_says_so_and_names_no_suspects(
    exports: dict[str, str], folder: Callable[..., Path]
) -> None:
    path = folder(exports)
    lines = repr(investigate(path.name, path.parent)).splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("  No impact found on " if exports else "  Impact: not known: ")
    assert lines[2].startswith("  Next: findings.timeline, ")


def test_an_impact_shows_when_it_was_and_how_bad() -> None:
    impact = findings_of("INC-2026-1012").impact
    assert repr(impact).splitlines() == [
        "<Impact as the data show it>",
        "  12 October 2026, 14:09:46 to 14:17:33 UTC, 7 min 47 s",
        "  1,378 of 11,740 requests failed, 12%",
        "  signals: errors; counted on logs/edge-access.log.gz",
        "  Next: impact.routes, impact.windows, impact.bins, impact.latency",
    ]
    assert "<br>1,378 of 11,740 requests failed, 12%<br>" in impact._repr_html_()


def test_a_response_shows_its_steps_and_why_one_is_not_known() -> None:
    response = findings_of("INC-2026-1012").response
    lines = repr(response).splitlines()
    assert lines[0] == "<Response onset on 12 October 2026 14:09:46 UTC>"
    assert [line.split(":")[0].strip() for line in lines[1:5]] == ["detected", "acknowledged", "mitigated", "resolved"]
    assert " after the onset: " in lines[1]
    assert lines[-1] == "  Next: response.steps, response.alerts, response.mitigations"


def test_a_store_shows_what_was_read_by_table(folder: Callable[..., Path]) -> None:
    path = folder({"shop.log": access_log(4), "empty.log": ""})
    store = investigate(path.name, path.parent).store
    assert repr(store).splitlines() == [
        "<Store 2 exports>",
        "  logs: 1,200 in 1 export, 17 January 2026, 03:00:00 to 03:03:59 UTC",
        "  nothing in 1 export",
        "  Next: store.logs(), store.data_quality()",
    ]
