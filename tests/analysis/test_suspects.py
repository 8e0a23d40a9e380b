"""Of all changes the one that set it off ranks first, for reasons that are given; and none where none did."""

from __future__ import annotations

import pandas as pd
import pytest
from conftest import RECORDED, findings_of
from samples import BEGIN, access_log

from pmkit.analysis.causes import suspects
from pmkit.analysis.causes.suspects import LIKELY, Suspect
from pmkit.findings.findings import Findings
from pmkit.findings.investigate import analyse_store
from pmkit.ingest.cache import open_incident

CULPRITS = {
    "INC-2026-1012": "deploy of catalog v2.4.1",
    "INC-2026-1103": "deploy of checkout v3.8.0",
    "INC-2026-1112": "configuration change of network, netpol-214",
    "INC-2026-1123": "deploy of catalog v2.6.0",
}


def ranked(found: Findings, changes: pd.DataFrame) -> tuple[list[Suspect], float | None]:
    told, unexplained = suspects.rank_suspects(found.impact, changes, found.parts, found.patterns)
    return [one for one in told if one.kind == "change"], unexplained


def change(
    found: Findings, before_s: float, kind: str = "deploy", service: str = "payments", version: str = "v1"
) -> pd.DataFrame:
    """Make up a change so long before the onset."""
    at = found.impact.start - pd.Timedelta(seconds=before_s)
    known = found.store.changes()
    row = {"at": at, "kind": kind, "service": service, "version": version, "summary": "made up", "source": "x", "line": 1}
    return pd.DataFrame([row], columns=known.columns).astype(known.dtypes)


@pytest.mark.parametrize("incident_id", RECORDED)
def test_the_change_that_caused_the_incident_ranks_first_with_reasons(incident_id) -> None:
    found = findings_of(incident_id)
    first = found.suspects[0]
    assert first.summary.startswith(CULPRITS[incident_id])
    assert (first.kind, first.rank) == ("change", 1)
    assert first.score > 0.9
    assert found.unexplained < 0.1
    assert any("rolled back during the impact" in reason for reason in first.reasons)
    assert len(first.evidence) >= 2


def test_a_change_of_another_service_in_the_same_minute_is_not_suspected() -> None:
    decoy = next(one for one in findings_of("INC-2026-1012").suspects if one.summary.startswith("configuration change of edge"))
    cause = findings_of("INC-2026-1012").suspects[0]
    assert decoy.at.floor("min") == cause.at.floor("min")
    assert decoy.score < 0.05


@pytest.mark.parametrize("incident_id", RECORDED)
@pytest.mark.parametrize("before_s", [1, 20, 55])
def test_a_change_of_another_service_right_before_the_onset_does_not_rank_first(incident_id, before_s) -> None:
    found = findings_of(incident_id)
    changes, _ = ranked(found, pd.concat([found.store.changes(), change(found, before_s)], ignore_index=True))
    assert changes[0].summary.startswith(CULPRITS[incident_id])
    assert changes[0].score > 0.8


def test_a_deploy_of_another_version_is_distinguished_from_the_one_that_failed(found: Findings) -> None:
    other = change(found, 500, service="checkout", version="v3.7.9")
    changes, _ = ranked(found, pd.concat([found.store.changes(), other], ignore_index=True))
    assert changes[0].summary.startswith(CULPRITS["INC-2026-1103"])
    assert "100% were on version v3.8.0" in changes[0].reasons
    assert not any("version" in reason for reason in changes[1].reasons)


@pytest.mark.parametrize("incident_id", RECORDED)
def test_a_change_of_another_service_hours_before_does_not_explain_the_incident(incident_id) -> None:
    found = findings_of(incident_id)
    changes, unexplained = ranked(found, change(found, 5 * 3600, service="payments"))
    assert changes[0].score < LIKELY < unexplained
    told, _ = suspects.rank_suspects(found.impact, change(found, 5 * 3600), found.parts, found.patterns)
    assert told[0].kind in ("dimension", "pattern")
    assert told[-1].kind == "change"


def test_without_changes_none_is_suspected(found: Findings) -> None:
    assert ranked(found, found.store.changes().iloc[:0]) == ([], None)


def test_the_scores_of_changes_add_up_to_one(recorded: Findings) -> None:
    changes, unexplained = ranked(recorded, recorded.store.changes())
    assert sum(one.score for one in changes) + unexplained == pytest.approx(1, abs=0.005)


def test_a_rollback_that_did_not_help_counts_against_a_change(found: Findings) -> None:
    """The flag that was switched during the impact had no effect; had it undone a change, that change was none of it."""
    on = change(found, 300, kind="flag", service="checkout", version="related_products=on")
    alone, _ = ranked(found, on)
    changes, _ = ranked(found, pd.concat([found.store.changes(), on], ignore_index=True))
    flag = next(one for one in changes if "related_products=on" in one.summary)
    assert any("did not help" in reason for reason in flag.reasons)
    assert flag.score < 0.05 < alone[0].score


def test_no_change_after_the_onset_is_suspected(recorded: Findings) -> None:
    for suspect in recorded.suspects:
        if suspect.kind == "change":
            assert suspect.at <= recorded.impact.start + pd.Timedelta("1s")
    assert [suspect.rank for suspect in recorded.suspects] == list(range(1, len(recorded.suspects) + 1))
    assert all(0 <= suspect.score <= 1 for suspect in recorded.suspects)


def test_nothing_is_suspected_in_a_calm_log(incident) -> None:
    deploy = f'{{"time": "{BEGIN.isoformat()}", "type": "deploy", "service": "a", "version": "v2"}}\n'
    made = incident({"access.log": access_log(10), "deploys.jsonl": deploy})
    calm = analyse_store(made, open_incident(made))
    assert calm.suspects == ()
    assert calm.unexplained is None
