"""One firing of an alert is one row, however many exports contain it and how often."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pandas as pd
from conftest import DATA, RECORDED
from samples import access_log

from pmkit.incident.folder import Incident
from pmkit.ingest.cache import open_incident
from pmkit.ingest.export import ingest
from pmkit.ingest.request import Request
from pmkit.store.alert_firings import merge_firings

AT = "2026-01-17T03:01:0{}.{}Z"


def webhook(*, status: str, ended: str = "0001-01-01T00:00:00Z", name: str = "HighErrors") -> str:
    labels = {"alertname": name, "severity": "page", "service": "shop"}
    alert = {
        "status": status,
        "labels": labels,
        "annotations": {},
        "startsAt": AT.format(1, 250),
        "endsAt": ended,
        "fingerprint": "f1",
    }
    return (
        json.dumps({"version": "4", "groupKey": "g", "status": status, "receiver": "r", "alerts": [alert], "groupLabels": {}})
        + "\n"
    )


def matrix(*minutes: int, name: str = "HighErrors", service: str = "shop") -> str:
    begin = datetime(2026, 1, 17, 3, tzinfo=UTC).timestamp()
    series = {"metric": {"__name__": "ALERTS", "alertname": name, "alertstate": "firing", "service": service}}
    series["values"] = [[begin + 60 * minute + second, "1"] for minute in minutes for second in (0, 15, 30, 45)]
    return json.dumps({"status": "success", "data": {"resultType": "matrix", "result": [series]}})


def test_alertmanager_webhooks_and_the_series_of_prometheus_are_merged_into_one_firing(incident) -> None:
    webhooks = webhook(status="firing") + webhook(status="firing") + webhook(status="resolved", ended="2026-01-17T03:05:00Z")
    new_incident: Incident = incident(
        {"a.log": access_log(1), "alerts/hooks.jsonl": webhooks, "alerts/series.json": matrix(1, 2, 3, 4)}
    )
    (alert,) = open_incident(new_incident).alerts().to_dict("records")
    assert (alert["name"], alert["service"]) == ("HighErrors", "shop")
    assert alert["resolved_at"] == pd.Timestamp("2026-01-17T03:05:00Z")


def test_a_series_with_a_gap_is_two_firings(incident) -> None:
    new_incident: Incident = incident({"a.log": access_log(1), "series.json": matrix(1, 2, 3, 11, 12)})
    alerts = open_incident(new_incident).alerts()
    assert alerts["started_at"].dt.minute.tolist() == [1, 11]


def test_a_different_name_or_service_is_a_different_alert(incident) -> None:
    new_incident: Incident = incident(
        {
            "a.log": access_log(1),
            "one.json": matrix(1),
            "two.json": matrix(1, name="Slow"),
            "three.json": matrix(1, service="cart"),
        }
    )
    assert len(open_incident(new_incident).alerts()) == 3


def test_recorded_alerts_of_both_systems_are_merged_into_one_row_per_firing(tmp_path) -> None:
    for name in RECORDED:
        parts = []
        for path in [
            *(path for path in (DATA / name / "alerts").iterdir() if path.stem != "rules"),
            DATA / name / "metrics" / "alerts.json",
        ]:
            out = tmp_path / f"{name}-{path.stem}-{path.parent.name}"
            out.mkdir()
            assert ingest(Request(path, "UTC"), out).table == "alerts"
            parts.append(pd.read_parquet(out / "events.parquet").assign(source=str(path)))
        firings = pd.concat(parts, ignore_index=True)
        by_manager = firings[~firings["source"].str.contains("metrics")]
        assert len(merge_firings(firings)) == by_manager["alert_id"].nunique() < firings["alert_id"].nunique()
