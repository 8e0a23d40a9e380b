"""A recurring incident is recognised, with what the two have in common and the action items still open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from conftest import findings_of

from pmkit.analysis.causes.recurrence import SIMILAR, OtherIncident, Signature, seen_before
from pmkit.incident.model import ActionItem
from pmkit.reports.report import Report

OWN = Signature(
    "INC-2",
    "2026-11-23T15:35:07+00:00",
    ("/api/search failed: <*>", "cannot rank <*>"),
    "route /api/search",
    "deploy of catalog",
)
BEFORE = replace(OWN, incident="INC-1", at="2026-10-12T14:09:46+00:00")
OPEN = ActionItem(action="Add a canary", type="prevent", owner="catalog team", priority="P1", due=date(2026, 11, 1))
DONE = OPEN.model_copy(update={"status": "done"})


def as_others(*signatures: Signature, action_items: tuple[ActionItem, ...] = ()) -> list[OtherIncident]:
    return [OtherIncident(signature, "Search is down", action_items) for signature in signatures]


def test_a_recurring_failure_is_recognised_with_reasons_and_open_action_items() -> None:
    (match,) = seen_before(OWN, as_others(BEFORE, action_items=(OPEN, DONE)))
    assert match.incident == "INC-1"
    assert match.score == 1.0
    assert match.reasons == (
        "the same new error message, “/api/search failed: <*>”",
        "the same requests failed: route /api/search",
        "the same kind of change came before: deploy of catalog",
    )
    assert match.open_measures == (OPEN,)


@pytest.mark.parametrize(
    "other",
    [
        replace(BEFORE, messages=("disk full",), part="host db-1"),
        replace(BEFORE, messages=(), part="", trigger=""),
        replace(BEFORE, at="2026-12-01T00:00:00+00:00"),
        replace(BEFORE, at=""),
    ],
    ids=["only the trigger is the same", "nothing is known", "it came later", "it had no impact"],
)
def test_a_different_failure_is_not_taken_for_a_recurrence(other: Signature) -> None:
    assert seen_before(OWN, as_others(other)) == ()


def test_incidents_with_nothing_in_common_are_not_similar() -> None:
    empty = replace(OWN, messages=(), part="", trigger="")
    assert seen_before(empty, as_others(replace(BEFORE, messages=(), part="", trigger=""))) == ()


def test_the_most_similar_incident_comes_first_and_the_latest_among_equals() -> None:
    half = replace(BEFORE, incident="INC-0", part="", trigger="", at="2026-11-20T00:00:00+00:00")
    older = replace(BEFORE, incident="INC-00", at="2026-01-01T00:00:00+00:00")
    matches = seen_before(OWN, as_others(half, older, BEFORE))
    assert [match.incident for match in matches] == ["INC-1", "INC-00", "INC-0"]
    assert matches[-1].score >= SIMILAR


def test_a_signature_survives_a_json_round_trip() -> None:
    assert Signature.from_json(OWN.to_json()) == OWN


def test_the_recorded_recurrence_is_recognised() -> None:
    (match,) = findings_of("INC-2026-1123").seen_before
    assert match.incident == "INC-2026-1012"
    assert [measure.tracker for measure in match.open_measures] == ["CAT-813", "PLAT-341", "PLAT-344"]


@pytest.mark.parametrize("incident_id", ["INC-2026-1012", "INC-2026-1103", "INC-2026-1112"])
def test_the_other_recordings_are_not_taken_for_recurrences(incident_id: str) -> None:
    assert findings_of(incident_id).seen_before == ()


def test_only_the_internal_report_names_earlier_incidents_and_their_open_action_items() -> None:
    report = Report(findings_of("INC-2026-1123"))
    words = "\n".join(str(part) for part in (*report.root_cause.parts, *report.measures.parts))
    assert "**INC-2026-1012** on 12 October 2026" in words
    assert "Open from before" in words
    assert "PLAT-341" in words
    public = Report(findings_of("INC-2026-1123"), "public")
    public_words = "\n".join(str(part) for part in (*public.root_cause.parts, *public.measures.parts))
    assert "INC-2026-1012" not in public_words
    assert "Open from before" not in public_words
