"""The JSON contains the values of the Python objects, and the expected values of the recordings."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest
from conftest import RECORDED, findings_of

from pmkit.findings.contract import schema
from pmkit.findings.findings import Findings

# The fields of the JSON that do not have the name of an attribute of `Findings`.
NAMED_ELSEWHERE = {
    "incident": lambda findings: findings.incident.id,
    "impact_numbers": lambda findings: findings.incident.file.impact_numbers,
    "timezone": lambda findings: findings.zone.key,
    "suspects": lambda findings: findings.ranked_suspects,
    "patterns": lambda findings: pd.concat([findings.patterns, findings.faded]),
}


def attribute(owner: object, name: str) -> object:
    if isinstance(owner, pd.Series) and name == "evidence":
        return f"{owner['source']}:{owner['line']}"
    return owner[name] if isinstance(owner, dict | pd.Series) else getattr(owner, name)


def assert_equal(json: object, value: object, path: str) -> None:
    """Assert that every value in the JSON equals that of the Python object."""
    if isinstance(json, dict):
        for name, leaf in json.items():
            assert_equal(leaf, attribute(value, name), f"{path}.{name}")
    elif isinstance(json, list):
        values = [row for _, row in value.iterrows()] if isinstance(value, pd.DataFrame) else list(value)
        assert len(json) == len(values), path
        for number, (leaf, item) in enumerate(zip(json, values, strict=True)):
            assert_equal(leaf, item, f"{path}[{number}]")
    elif json is None:
        assert value is None or pd.isna(value), path
    elif isinstance(value, pd.Timestamp):
        assert abs(pd.Timestamp(json) - value) < pd.Timedelta(milliseconds=1), path
    else:
        assert json == (value.isoformat() if hasattr(value, "isoformat") else value), path


def test_every_value_in_the_json_matches_the_findings(findings: Findings) -> None:
    json = findings.to_dict()
    for name in json.keys() - {"response", "timeline"} - NAMED_ELSEWHERE.keys():
        assert_equal(json[name], getattr(findings, name), name)
    for name, read in NAMED_ELSEWHERE.items():
        assert_equal(json[name], read(findings), name)
    assert_equal(json["timeline"], [entry for entry in findings.story if not entry.hidden], "timeline")


def test_every_value_in_the_response_matches_its_steps(findings: Findings) -> None:
    json, response = findings.to_dict()["response"], findings.response
    verbs = {"detected": "detect", "acknowledged": "acknowledge", "mitigated": "mitigate", "resolved": "resolve"}
    assert json["detected_by"] == response.detected_by
    assert_equal(json["alerts"], response.alerts, "alerts")
    for step, verb in verbs.items():
        moment = response.steps[step]
        at = moment.at if moment.declared_at is None else moment.declared_at
        assert_equal(json[f"{step}_at"], at, step)
        assert json[f"time_to_{verb}_s"] == (at - findings.impact.start).total_seconds()
        least_and_most = json["steps"][step].pop("time_to_range_s")
        assert_equal(json["steps"][step], moment, step)
        assert (least_and_most is None) == (moment.declared_at is not None)
        if least_and_most is None:
            continue
        least, most = least_and_most
        assert least == (moment.range[0] - findings.impact.start_range[1]).total_seconds()
        assert most == (moment.range[1] - findings.impact.start_range[0]).total_seconds()
    for mitigation, (_, row), effect in zip(json["mitigations"], response.mitigations.iterrows(), response.effects, strict=True):
        assert_equal({name: mitigation[name] for name in ("at", "finished_at", "evidence")}, row, "mitigation")
        assert_equal({name: mitigation[name] for name in ("failing_before", "failing_after")}, effect, "mitigation")
        assert mitigation["effect"] == effect.verdict
        assert str(row["service"]) in mitigation["change"]


def test_the_json_of_a_recording_has_the_expected_numbers() -> None:
    json = findings_of("INC-2026-1103").to_dict()
    impact, response = json["impact"], json["response"]
    assert (impact["start"], impact["end"]) == ("2026-11-03T09:17:14.000Z", "2026-11-03T09:25:01.000Z")
    assert impact["start_range"] == ["2026-11-03T09:17:10.000Z", "2026-11-03T09:17:14.000Z"]
    assert (impact["duration_s"], impact["requests"], impact["failed_requests"], impact["lost_requests"]) == (
        467,
        8126,
        1778,
        3575,
    )
    assert impact["error_ratio"] == pytest.approx(1778 / 8126)
    assert impact["peak_error_ratio"] == pytest.approx(0.29358, abs=1e-5)
    assert (impact["peak_at"], impact["baseline_from"]) == ("2026-11-03T09:22:00.000Z", "before")
    assert impact["signals"] == ["errors", "latency", "traffic"]
    assert impact["clients_affected"] == 302
    assert impact["error_budget_spent"] == pytest.approx(0.027548, abs=1e-6)
    assert [(episode["events"], episode["failed"], episode["apart"]) for episode in impact["episodes"]] == [(8126, 1778, False)]
    assert [response[f"{step}_at"] for step in ("detected", "acknowledged", "mitigated", "resolved")] == [
        "2026-11-03T09:18:12.546Z",
        "2026-11-03T09:19:17.577Z",
        "2026-11-03T09:25:02.000Z",
        "2026-11-03T09:27:09.167Z",
    ]
    assert (response["time_to_detect_s"], response["detected_by"]) == (58.546, "alert")
    assert [mitigation["effect"] for mitigation in response["mitigations"]] == ["no effect", "ended it"]
    assert json["alerting"]["burn_rate"]["at"] == "2026-11-03T09:23:10.000Z"
    assert [rule["verdict"] for rule in json["alerting"]["rules"]] == ["fires", "fires", "not evaluable"]
    assert [(suspect["rank"], suspect["kind"]) for suspect in json["suspects"]] == [
        (1, "change"),
        (2, "dimension"),
        (3, "pattern"),
        (4, "service"),
    ]
    assert json["suspects"][0]["summary"].startswith("deploy of checkout v3.8.0")
    assert json["unexplained"] == 0
    entries = [(entry["at"][11:19], entry["kind"]) for entry in json["timeline"]]
    assert len(entries) == 26
    assert entries[:4] == [("09:08:39", "change"), ("09:14:39", "metric"), ("09:16:40", "impact"), ("09:17:14", "impact")]
    assert entries[-2:] == [("09:27:09", "change"), ("09:27:09", "message")]
    assert {row["source"]: row["lines"] for row in json["data_quality"]}["logs/edge-access.log.gz"] == 41895


def test_an_earlier_incident_is_written_with_its_open_action_items() -> None:
    (match,) = findings_of("INC-2026-1123").to_dict()["seen_before"]
    assert (match["incident"], match["at"][:10]) == ("INC-2026-1012", "2026-10-12")
    items = findings_of("INC-2026-1123").seen_before[0].open_measures
    assert [(item["action"], item["due"]) for item in match["open_measures"]] == [(item.action, str(item.due)) for item in items]


def fields(node: dict, path: str) -> Iterator[tuple[str, dict]]:
    """Yield every field of a schema with its path."""
    if "$ref" in node:
        node = {**schema()["$defs"][node["$ref"].rsplit("/", 1)[1]], "description": node.get("description", "")}
    for name, field in node.get("properties", {}).items():
        yield f"{path}.{name}", field
        yield from fields(field, f"{path}.{name}")
    for inner in [node.get("items"), *node.get("anyOf", ())]:
        if isinstance(inner, dict):
            yield from fields(inner, path)


def leaves(json: object, path: str) -> Iterator[str]:
    """Yield the path of every field that occurs."""
    if isinstance(json, dict):
        for name, value in json.items():
            yield f"{path}.{name}"
            yield from leaves(value, f"{path}.{name}")
    elif isinstance(json, list):
        for value in json:
            yield from leaves(value, path)


def test_every_field_of_the_schema_is_described() -> None:
    assert [path for path, field in fields(schema(), "") if not field.get("description")] == []


@pytest.mark.slow
def test_every_field_of_the_schema_occurs_in_a_recording() -> None:
    occurring = {path for incident_id in RECORDED for path in leaves(findings_of(incident_id).to_dict(), "")}
    never = {path for path, _ in fields(schema(), "")} - occurring
    without = {".alerting.without_need", ".alerting.missing", ".impact_numbers"}
    # The recordings have no traces.
    without |= {".traces", ".traces.services", ".traces.path", ".traces.logs"}
    assert {path.rsplit(".", 1)[0] for path in never} <= without
    assert occurring <= {path for path, _ in fields(schema(), "")}
