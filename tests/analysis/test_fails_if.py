"""People say which values of which fields count as failed, for all logs or for single ones."""

from __future__ import annotations

import json

import pytest
from samples import at

from pmkit.findings.investigate import analyse_store
from pmkit.ingest.cache import open_incident


def shelf(name: str) -> str:
    """Write a log of 10 minutes in which each second event of the last 5 minutes is of something lost."""
    rows = []
    for second in range(600):
        state = "lost" if second >= 300 and second % 2 else "full"
        rows.append({"time": at(second).isoformat(), "level": "info", "msg": f"{name} {second}", "shelf": state})
    return "".join(f"{json.dumps(row)}\n" for row in rows)


@pytest.mark.parametrize(
    ("rule", "failed"),
    [
        ("", 0),
        ("errors: {fails_if: {shelf: [lost, gone]}}\n", 300),
        ('errors: {fails_if_in: {"logs/a*.jsonl": {shelf: [lost]}}}\n', 150),
        ('errors: {fails_if_in: {"logs/a*.jsonl": {shelf: [gone]}}}\n', 0),
        ('errors: {fails_if_in: {"logs/a*.jsonl": {shelf: []}}}\n', 0),
    ],
)
def test_values_that_people_name_count_as_failed(incident, rule: str, failed: int) -> None:
    new_incident = incident({"logs/a.jsonl": shelf("pen"), "logs/b.jsonl": shelf("ink")}, rule)
    impact = analyse_store(new_incident, open_incident(new_incident)).impact
    assert (impact.detected, impact.failed_requests) == (failed > 0, failed)
