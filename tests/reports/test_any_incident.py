"""Any incident can be analysed, reported and checked; set `PMKIT_EXAMPLES` for more examples."""

from __future__ import annotations

import json
import os
from random import Random

import jsonschema
import pytest
from samples import access_log, at

from pmkit.check.linter import lint
from pmkit.findings.contract import schema
from pmkit.findings.investigate import analyse_store
from pmkit.findings.terminal import text
from pmkit.incident.folder import Incident
from pmkit.ingest.cache import open_incident
from pmkit.reports.report import Report

EXAMPLES = int(os.environ.get("PMKIT_EXAMPLES", "1"))
KINDS = ("failing", "all failing", "slow", "dropping", "calm", "events", "metrics")


def stretch(chance: Random, total: int) -> range:
    begin = chance.randrange(total)
    return range(begin, min(total, begin + chance.choice([5, 30, 120, 600, 5000])))


def log_of(kind: str, chance: Random, minutes: int, bad: list[range]) -> str:
    total, per_s = minutes * 60, chance.choice([1, 5, 20])
    match kind:
        case "failing":
            return access_log(minutes, failing=bad, per_s=per_s)
        case "all failing":
            return access_log(minutes, failing=[range(total)])
        case "slow":
            return access_log(minutes, slow=bad, per_s=per_s)
        case "dropping":
            lines = access_log(minutes).splitlines(keepends=True)
            return "".join(line for n, line in enumerate(lines) if not any(n // 5 in span for span in bad) or n % 9 == 0)
        case "events":
            words = ((n, "ERROR" if any(n in span for span in bad) else "INFO") for n in range(total))
            return "".join(f"{at(n):%Y-%m-%d %H:%M:%S},000 {level} [shop] order {n} is {level}\n" for n, level in words)
        case _:
            return access_log(minutes)


def metrics_of(chance: Random, minutes: int, bad: list[range]) -> str:
    values = [(15 * n, 0.9 if any(15 * n in span for span in bad) else 0.01 + 0.001 * (n % 3)) for n in range(4 * minutes)]
    matrix = [
        {"metric": {"__name__": name, "pod": str(pod)}, "values": [[int(at(s).timestamp()), str(value)] for s, value in values]}
        for pod, name in enumerate(["error_ratio", *chance.sample(["queue_depth", "latency_p95", "up"], chance.choice([0, 2]))])
    ]
    return json.dumps({"status": "success", "data": {"resultType": "matrix", "result": matrix}})


def changes_of(chance: Random, total: int) -> str:
    rows = []
    for _ in range(chance.choice([1, 4])):
        row = {
            "time": at(chance.randrange(-7200, total + 600)).isoformat(),
            "type": chance.choice(["deploy", "rollback", "flag", "config", "scale"]),
            "service": chance.choice(["a", "b", None]),
            "version": chance.choice(["v1", "x=on", "x=off", None]),
            "finished": chance.choice([None, at(chance.randrange(total + 900)).isoformat()]),
            "summary": "made up",
        }
        rows.append(json.dumps({name: value for name, value in row.items() if value is not None}) + "\n")
    return "".join(rows)


def alerts_of(chance: Random, total: int) -> str:
    never = "0001-01-01T00:00:00Z"
    return json.dumps(
        [
            {
                "labels": {"alertname": f"A{n}"},
                "annotations": {"summary": "x"},
                "startsAt": at(chance.randrange(-3000, total + 3000)).isoformat(),
                "endsAt": chance.choice([never, at(chance.randrange(total + 3000)).isoformat()]),
                "status": {"state": "active"},
                "fingerprint": str(n),
            }
            for n in range(chance.choice([1, 3]))
        ]
    )


def yaml_of(chance: Random, total: int) -> str:
    steps = ["started_at", "ended_at", "detected_at", "acknowledged_at", "mitigated_at", "resolved_at"]
    fields: dict[str, object] = {
        "slo": {"availability": chance.choice([0.9, 0.999, 0.99999])},
        "times": {name: at(chance.randrange(-600, total + 600)).isoformat() for name in chance.sample(steps, 3)},
        "what_happened": "Some users saw an outage for 40 minutes, 30% of requests failed.",
        "trigger": "The deploy of a v1.2.",
        "root_cause": "The engineer failed to check.",
    }
    return "\n".join(f"{name}: {json.dumps(value)}" for name, value in fields.items() if chance.random() < 0.6)


@pytest.mark.fuzz
@pytest.mark.filterwarnings("error::UserWarning")
@pytest.mark.parametrize("seed", range(EXAMPLES))
@pytest.mark.parametrize("kind", KINDS)
def test_any_incident_can_be_analysed_reported_and_checked(incident, kind: str, seed: int) -> None:
    chance = Random(f"{kind} {seed}")  # noqa: S311 - not cryptography
    minutes = chance.choice([1, 3, 10, 20, 40]) if kind != "metrics" else 40
    total = 60 * minutes
    bad = [stretch(chance, total) for _ in range(chance.choice([1, 3]))]
    exports = {"deploys.jsonl": changes_of(chance, total), "alerts.json": alerts_of(chance, total)}
    exports = {name: content for name, content in exports.items() if chance.random() < 0.7}
    if kind == "metrics" or chance.random() < 0.5:
        exports["metrics.json"] = metrics_of(chance, minutes, bad)
    if kind != "metrics":
        exports["app.log" if kind == "events" else "access.log"] = log_of(kind, chance, minutes, bad)
    new_incident: Incident = incident(exports, yaml_of(chance, total))
    findings = analyse_store(new_incident, open_incident(new_incident))
    jsonschema.validate(json.loads(findings.to_json()), schema())
    assert text(findings)
    for audience in ("internal", "public"):
        parts = [part for section in Report(findings, audience).sections for part in section.parts]
        assert all(parts)
        # The public report has the same charts, or fewer.
        assert audience == "public" or all(part.svg() for part in parts if not isinstance(part, str))
    assert all(problem.message for problem in lint(findings))
    assert findings.impact.start <= findings.impact.end
    assert not findings.impact.episodes["start"].gt(findings.impact.episodes["end"]).any()
