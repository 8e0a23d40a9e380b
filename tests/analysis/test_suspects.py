"""The change that triggered the incident ranks first, with reasons; if no change did, none is blamed."""

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


def ranked(findings: Findings, changes: pd.DataFrame) -> tuple[list[Suspect], float | None]:
    ranking, unexplained = suspects.rank_suspects(findings.impact, changes, findings.parts, findings.patterns)
    return [suspect for suspect in ranking if suspect.kind == "change"], unexplained


def change(
    findings: Findings, before_s: float, kind: str = "deploy", service: str = "payments", version: str = "v1"
) -> pd.DataFrame:
    """Return an invented change, `before_s` seconds before the onset."""
    at = findings.impact.start - pd.Timedelta(seconds=before_s)
    changes = findings.store.changes()
    row = {"at": at, "kind": kind, "service": service, "version": version, "summary": "made up", "source": "x", "line": 1}
    return pd.DataFrame([row], columns=changes.columns).astype(changes.dtypes)


@pytest.mark.parametrize("incident_id", RECORDED)
def test_the_change_that_caused_the_incident_ranks_first_with_reasons(incident_id) -> None:
    findings = findings_of(incident_id)
    first = findings.ranked_suspects[0]
    assert first.summary.startswith(CULPRITS[incident_id])
    assert (first.kind, first.rank) == ("change", 1)
    assert first.score > 0.9
    assert findings.unexplained < 0.1
    assert any("rolled back during the impact" in reason for reason in first.reasons)
    assert len(first.evidence) >= 2


def test_a_change_of_another_service_in_the_same_minute_is_not_suspected() -> None:
    decoy = next(
        suspect
        for suspect in findings_of("INC-2026-1012").ranked_suspects
        if suspect.summary.startswith("configuration change of edge")
    )
    cause = findings_of("INC-2026-1012").ranked_suspects[0]
    assert decoy.at.floor("min") == cause.at.floor("min")
    assert decoy.score < 0.05


@pytest.mark.parametrize("incident_id", RECORDED)
@pytest.mark.parametrize("before_s", [1, 20, 55])
def test_a_change_of_another_service_right_before_the_onset_does_not_rank_first(incident_id, before_s) -> None:
    findings = findings_of(incident_id)
    changes, _ = ranked(findings, pd.concat([findings.store.changes(), change(findings, before_s)], ignore_index=True))
    assert changes[0].summary.startswith(CULPRITS[incident_id])
    assert changes[0].score > 0.8


def test_a_deploy_of_another_version_is_distinguished_from_the_one_that_failed(findings: Findings) -> None:
    other = change(findings, 500, service="checkout", version="v3.7.9")
    changes, _ = ranked(findings, pd.concat([findings.store.changes(), other], ignore_index=True))
    assert changes[0].summary.startswith(CULPRITS["INC-2026-1103"])
    assert "100% were on version v3.8.0" in changes[0].reasons
    assert not any("version" in reason for reason in changes[1].reasons)


@pytest.mark.parametrize(("service", "is_evidence"), [("shop-checkout-8080", True), ("checkout-history", False)])
def test_the_failures_and_messages_of_a_service_count_for_its_change_under_another_name(
    findings: Findings, service: str, is_evidence: bool
) -> None:
    (renamed, *_), _ = ranked(findings, findings.store.changes().assign(service=service))
    expected = ["100% of the failed requests were on checkout", "checkout logged an error that it had never logged before"]
    assert [any(words in reason for reason in renamed.reasons) for words in expected] == [is_evidence, is_evidence]


@pytest.mark.parametrize("incident_id", RECORDED)
def test_a_change_of_another_service_hours_before_does_not_explain_the_incident(incident_id) -> None:
    findings = findings_of(incident_id)
    changes, unexplained = ranked(findings, change(findings, 5 * 3600, service="payments"))
    assert changes[0].score < LIKELY < unexplained
    ranking, _ = suspects.rank_suspects(findings.impact, change(findings, 5 * 3600), findings.parts, findings.patterns)
    assert ranking[0].kind in ("dimension", "pattern")
    assert ranking[-1].kind == "change"


def test_without_changes_none_is_suspected(findings: Findings) -> None:
    assert ranked(findings, findings.store.changes().iloc[:0]) == ([], None)


def test_the_scores_of_changes_add_up_to_one(recorded: Findings) -> None:
    changes, unexplained = ranked(recorded, recorded.store.changes())
    assert sum(suspect.score for suspect in changes) + unexplained == pytest.approx(1, abs=0.005)


def test_a_rollback_that_did_not_help_counts_against_a_change(findings: Findings) -> None:
    """The flag switched during the impact had no effect, so a change that it would have undone was not the cause."""
    on = change(findings, 300, kind="flag", service="checkout", version="related_products=on")
    alone, _ = ranked(findings, on)
    changes, _ = ranked(findings, pd.concat([findings.store.changes(), on], ignore_index=True))
    flag = next(suspect for suspect in changes if "related_products=on" in suspect.summary)
    assert any("did not help" in reason for reason in flag.reasons)
    assert flag.score < 0.05 < alone[0].score


def test_no_change_after_the_onset_is_suspected(recorded: Findings) -> None:
    for suspect in recorded.ranked_suspects:
        if suspect.kind == "change":
            assert suspect.at <= recorded.impact.start + pd.Timedelta("1s")
    assert [suspect.rank for suspect in recorded.ranked_suspects] == list(range(1, len(recorded.ranked_suspects) + 1))
    assert all(0 <= suspect.score <= 1 for suspect in recorded.ranked_suspects)


def test_nothing_is_suspected_in_a_calm_log(incident) -> None:
    deploy = f'{{"time": "{BEGIN.isoformat()}", "type": "deploy", "service": "a", "version": "v2"}}\n'
    new_incident = incident({"access.log": access_log(10), "deploys.jsonl": deploy})
    calm = analyse_store(new_incident, open_incident(new_incident))
    assert calm.ranked_suspects == ()
    assert calm.unexplained is None
