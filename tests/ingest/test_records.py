"""Exports of records are counted in rows, and times that cannot be right are pointed out."""

from __future__ import annotations

import json

import pytest
from reading import read

_PAGERDUTY = (
    "id,incident_number,description,created_on,resolved_on,seconds_to_first_ack\n"
    "Q1,1,Late mail,2026-01-17T03:00:00Z,2026-01-17T03:20:00Z,60\n"
    "Q2,2,No mail,2026-01-17T04:00:00Z,2026-01-17T03:59:00Z,-5\n"
)


def test_an_alert_that_is_over_before_it_begins_is_pointed_out() -> None:
    _, ledger = read(_PAGERDUTY)
    assert ledger.notes == (
        "the alert in line 3 was acknowledged before the start; one of the times is wrong",
        "the alert in line 3 was resolved before the start; one of the times is wrong",
    )


@pytest.mark.parametrize(
    ("content", "counts", "unit"),
    {
        "one row a record": (_PAGERDUTY, (2, 2, 0, 0), "records"),
        "several records a row": (
            "[1768618889] SERVICE ALERT: web1;HTTP;CRITICAL;SOFT;1;late\n"
            "[1768618989] SERVICE ALERT: web1;HTTP;CRITICAL;HARD;3;late\n"
            "[1768619089] SERVICE ALERT: web1;HTTP;OK;HARD;3;up\n",
            (3, 1, 2, 0),
            "records",
        ),
        "several rows a record": (
            '{"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {"__name__": "up"}, '
            '"values": [[1768618800, "1"], [1768618860, "0"], [1768618920, "1"]]}]}}',
            (3, 3, 0, 0),
            "rows",
        ),
    }.values(),
)
def test_the_counts_of_an_export_are_those_of_its_rows(content: str, counts: tuple[int, ...], unit: str) -> None:
    rows, ledger = read(content)
    assert (ledger.lines, ledger.events, ledger.continuation, ledger.rejected) == counts
    assert (len(rows), ledger.unit) == (ledger.events, unit)


def test_a_time_that_cannot_be_read_rejects_its_own_record_only() -> None:
    alerts = [
        {"labels": {"alertname": name}, "annotations": {}, "startsAt": at, "status": {}, "fingerprint": name}
        for name, at in (("Late", "2026-01-17T03:00:00Z"), ("Lost", "soon"), ("Slow", "2026-01-17T03:10:00Z"))
    ]
    rows, ledger = read(json.dumps(alerts))
    assert list(rows["name"]) == ["Late", "Slow"]
    assert (ledger.events, ledger.rejected) == (2, 1)
