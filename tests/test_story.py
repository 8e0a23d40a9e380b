"""Response, suspects, patterns and timeline tell what really happened, each with its evidence."""

from __future__ import annotations

import gzip

import pandas as pd
import pytest
from backports import zstd
from conftest import DATA, RECORDED, findings_of, truth_of

from pmkit import response, timeline
from pmkit.findings import Findings

CULPRITS = {
    "INC-2026-1012": ("deploy of catalog v2.4.1", "/api/search failed: max() arg is an empty sequence"),
    "INC-2026-1103": ("deploy of checkout v3.8.0", "no database connection for <*>"),
    "INC-2026-1112": ("configuration change of network, netpol-214", "database unavailable: connection timeout expired"),
    "INC-2026-1123": ("deploy of catalog v2.6.0", "/api/search failed: max() arg is an empty sequence"),
}


@pytest.mark.parametrize("incident_id", RECORDED)
@pytest.mark.parametrize(("step", "tolerance_s"), [("detected", 15), ("acknowledged", 1), ("mitigated", 1), ("resolved", 1)])
def test_the_moments_of_the_response_are_the_recorders_own(incident_id, step, tolerance_s) -> None:
    at = findings_of(incident_id).response.at(step)
    assert abs((at - pd.Timestamp(truth_of(incident_id)[step])).total_seconds()) <= tolerance_s


def test_a_mitigation_that_did_not_help_is_not_the_one_that_ended_it(found: Findings) -> None:
    assert list(found.response.mitigations["kind"]) == ["flag", "rollback"]
    assert found.response.moments["mitigated"].how == "rollback of checkout finished"


def test_times_are_counted_from_the_first_error(found: Findings) -> None:
    assert found.response.time_to("mitigated") == pytest.approx(468, abs=2)


def test_without_alerts_or_chat_a_moment_is_missing_and_never_zero(found: Findings) -> None:
    empty = (found.store.alerts().iloc[:0], found.store.changes().iloc[:0], found.store.messages().iloc[:0])
    found_none = response.assess(*empty, found.impact.window)
    assert set(found_none.moments.values()) == {None}
    assert found_none.time_to("detected") is None


def test_what_machines_post_is_no_word_of_people(found: Findings) -> None:
    assert "alertmanager" not in set(response.by_people(found.store.messages())["author_role"])


@pytest.mark.parametrize("incident_id", RECORDED)
def test_the_change_that_caused_it_is_suspected_first(incident_id) -> None:
    first = findings_of(incident_id).suspects[0]
    assert first.summary.startswith(CULPRITS[incident_id][0])
    assert (first.kind, first.rank) == ("change", 1)
    assert any("undone" in reason for reason in first.reasons)


@pytest.mark.parametrize("incident_id", RECORDED)
def test_the_error_message_that_is_characteristic_comes_first(incident_id) -> None:
    patterns = findings_of(incident_id).patterns
    first = patterns.iloc[0]
    assert (first["template"], first["severity"], first["before"]) == (CULPRITS[incident_id][1], "ERROR", 0)
    assert first["during"] > 100
    assert not (patterns["template"] == "request completed").any()


def test_a_suspect_is_never_a_change_after_the_onset(recorded: Findings) -> None:
    for suspect in recorded.suspects:
        if suspect.kind == "change":
            assert suspect.at <= recorded.impact.start + pd.Timedelta("1s")
    assert [suspect.rank for suspect in recorded.suspects] == list(range(1, len(recorded.suspects) + 1))
    assert all(0 <= suspect.score <= 1 for suspect in recorded.suspects)


def test_the_timeline_is_in_order_and_holds_every_kind(recorded: Findings) -> None:
    times = [entry.at.floor("s") for entry in recorded.timeline]
    assert times == sorted(times)
    kinds = {entry.kind for entry in recorded.timeline}
    assert {"change", "impact", "pattern", "alert", "message"} <= kinds <= set(timeline.KINDS)


def test_the_trigger_stands_before_the_onset(recorded: Findings) -> None:
    texts = [entry.text for entry in recorded.timeline]
    trigger = next(n for n, text in enumerate(texts) if CULPRITS[recorded.incident.id][0].split()[-1] in text)
    onset = next(n for n, text in enumerate(texts) if text.startswith("Impact begins"))
    assert trigger < onset


def line_of(place: str, folder) -> str:
    source, _, number = place.rpartition(":")
    content = (folder / source).read_bytes()
    if source.endswith(".gz"):
        content = gzip.decompress(content)
    elif source.endswith(".zst"):
        content = zstd.decompress(content)
    return content.decode().split("\n")[int(number) - 1]


def test_evidence_names_the_line_that_says_so(recorded: Findings) -> None:
    folder = DATA / recorded.incident.id
    cited = {entry.text: entry.source for entry in recorded.timeline if entry.source and entry.kind != "note"}
    assert len(cited) >= 12
    for text, place in cited.items():
        assert line_of(place, folder), text
    first = next(place for text, place in cited.items() if text.startswith("Impact begins"))
    assert '" 50' in line_of(first, folder)
    last = next(place for text, place in cited.items() if text.startswith("Impact ends"))
    assert '" 50' in line_of(last, folder)
    for _, pattern in recorded.patterns.iterrows():
        assert pattern["example"][:40] in line_of(f"{pattern['source']}:{pattern['line']}", folder).replace('\\"', '"')


def test_alerts_of_one_name_that_fire_together_are_one_entry() -> None:
    fired = [entry.text for entry in findings_of("INC-2026-1112").timeline if "HighErrorRatio alerts fire" in entry.text]
    assert fired == ["4 HighErrorRatio alerts fire for catalog and checkout."]


def test_notes_of_people_are_in_the_timeline() -> None:
    notes = [entry for entry in findings_of("INC-2026-1012").timeline if entry.kind == "note"]
    lines = (DATA / "INC-2026-1012" / "incident.yaml").read_text().splitlines()
    place = f"incident.yaml:{lines.index('  - at: 2026-10-12 16:13:30') + 1}"
    assert [(note.at.isoformat(), note.source) for note in notes] == [("2026-10-12T14:13:30+00:00", place)]
