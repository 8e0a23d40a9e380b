"""The output of `pmkit summary --json` follows its schema."""

from __future__ import annotations

import json

import jsonschema
import pandas as pd
import pytest
from samples import access_log, at

from pmkit.findings.contract import schema
from pmkit.findings.contract_types import iso
from pmkit.findings.findings import Findings
from pmkit.findings.investigate import analyse_store
from pmkit.ingest.cache import open_incident


def check(findings: Findings) -> dict:
    summary = json.loads(findings.to_json())
    jsonschema.validate(summary, schema(), format_checker=jsonschema.FormatChecker())
    return summary


def test_the_findings_of_every_recording_satisfy_the_contract(recorded: Findings) -> None:
    summary = check(recorded)
    assert summary["incident"] == recorded.incident.id
    assert summary["impact"]["start"] == iso(recorded.impact.start)
    assert summary["impact"]["end"] is not None
    assert summary["response"]["time_to_detect_s"] == pytest.approx(recorded.response.time_to("detected"))
    assert len(summary["data_quality"]) == len(recorded.incident.exports())
    for row in summary["data_quality"]:
        assert row["lines"] == row["events"] + row["continuation"] + row["blank"] + row["rejected"]


def test_findings_on_calm_data_satisfy_the_contract_too(incident) -> None:
    new_incident = incident({"access.log": access_log(10)})
    summary = check(analyse_store(new_incident, open_incident(new_incident)))
    assert summary["impact"]["detected"] is False
    assert summary["impact"]["start"] is summary["impact"]["end"] is summary["impact"]["peak_at"] is None
    assert summary["suspects"] == summary["patterns"] == []
    response = summary["response"]
    assert {step["status"] for step in response["steps"].values()} == {"not applicable"}
    assert {response[name] for name in response if name.endswith(("_at", "_s"))} == {None}


UNRATED = "".join(f"{at(second):%Y-%m-%d %H:%M:%S} order {second} was packed\n" for second in range(600))


@pytest.mark.parametrize(
    ("log", "verdict", "undetermined"),
    [
        (access_log(20, failing=[range(600, 660)]), "impact", None),
        (access_log(10), "no impact", None),
        (UNRATED, "cannot be determined", "none of 600 events has a severity, and there are no requests"),
        (
            UNRATED + f"{at(600):%Y-%m-%d %H:%M:%S} ERROR no box\n",
            "cannot be determined",
            "only 1 of 601 events has a severity, and there are no requests",
        ),
        ("\n".join(access_log(1).splitlines()[:3]), "cannot be determined", "there are only 3 requests"),
    ],
    ids=["failing", "calm", "no severity", "one severity", "three requests"],
)
def test_the_verdict_tells_no_impact_from_one_that_cannot_be_determined(incident, log, verdict, undetermined) -> None:
    new_incident = incident({"shop.log": log})
    impact = check(analyse_store(new_incident, open_incident(new_incident)))["impact"]
    assert (impact["verdict"], impact["undetermined"], impact["detected"]) == (verdict, undetermined, verdict == "impact")


def test_an_ongoing_impact_has_no_end(incident) -> None:
    new_incident = incident({"access.log": access_log(20, failing=[range(900, 1200)])})
    summary = check(analyse_store(new_incident, open_incident(new_incident)))
    assert summary["impact"]["ongoing"] is True
    assert summary["impact"]["end"] is summary["impact"]["end_range"] is None
    assert summary["impact"]["duration_s"] == pytest.approx(299, abs=1)


def test_the_schema_allows_no_additional_fields() -> None:
    assert schema()["additionalProperties"] is False


def test_the_same_exports_give_the_same_findings(findings: Findings) -> None:
    again = analyse_store(findings.incident, findings.store)
    assert again.to_json() == findings.to_json()


def test_times_are_written_in_utc_with_milliseconds() -> None:
    assert iso(pd.Timestamp("2026-01-17T04:00:00.1234+01:00")) == "2026-01-17T03:00:00.123Z"
    assert iso(None) is iso(pd.NaT) is None
