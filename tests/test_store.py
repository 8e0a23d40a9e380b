"""What was read once is not parsed again, and comes back as bounded frames."""

from __future__ import annotations

import pandas as pd
import pytest
from samples import access_log, at

from pmkit import schema, store
from pmkit.errors import OutputError, SourceError
from pmkit.incident import ErrorRule


def test_a_second_run_reads_nothing_again(incident) -> None:
    made = incident({"logs/access.log": access_log(1)})
    told: list[str] = []
    store.open_incident(made, told.append)
    store.open_incident(made, told.append)
    assert told == ["reading logs/access.log"]


def test_what_changed_is_read_again_and_what_was_said_counts(incident) -> None:
    made = incident({"logs/access.log": access_log(1), "logs/other.log": access_log(1, per_s=2)})
    store.open_incident(made)
    (made.folder / "logs" / "access.log").write_text(access_log(1, per_s=1))
    told: list[str] = []
    assert store.open_incident(made, told.append).rollup()["events"].sum() == 60 + 120
    assert told == ["reading logs/access.log"]


def test_frames_have_exactly_the_canonical_columns_and_types(found) -> None:
    frames = {
        "rollup": (found.store.rollup(), schema.ROLLUP),
        "templates": (found.store.templates(), schema.TEMPLATES),
        "alerts": (found.store.alerts(), schema.ALERTS),
        "changes": (found.store.changes(), schema.CHANGES),
        "messages": (found.store.messages(), schema.MESSAGES),
        "metrics": (found.store.metrics(), schema.METRICS),
        "logs": (found.store.logs(limit=50), schema.LOGS),
    }
    for name, (frame, columns) in frames.items():
        assert {column: str(dtype) for column, dtype in frame.dtypes.items()} == {
            column: str(pd.Series(dtype=what.dtype).dtype) for column, what in columns.items()
        }, name
        assert len(frame), name


def test_one_firing_told_by_two_exports_is_one_alert_with_its_end(found) -> None:
    alerts = found.store.alerts()
    assert not alerts.duplicated(["name", "started_at", "labels"]).any()
    assert alerts["resolved_at"].notna().all()


def test_logs_are_bounded_and_say_how_many_there_are(found) -> None:
    frame = found.store.logs(found.impact.start, found.impact.end, source="logs/edge-access.log.gz", limit=10)
    assert len(frame) == 10
    assert frame.attrs["events"] > 8000
    assert frame["timestamp"].is_monotonic_increasing


def test_clients_are_counted_once_each(incident) -> None:
    opened = store.open_incident(incident({"access.log": access_log(2, failing=[range(60, 70)])}))
    assert opened.clients("access.log", at(0), at(200), ErrorRule().sql) == 3


def test_request_ids_tell_which_log_holds_the_others(found) -> None:
    edge, inner = "logs/edge-access.log.gz", "logs/catalog.log.gz"
    shared = found.store.shared_requests()
    assert shared[edge, inner] > 0.99
    assert 0.3 < shared[inner, edge] < 0.9


@pytest.mark.parametrize(
    ("name", "service"),
    [("logs/checkout-requests.log.zst", "checkout"), ("access.log.1", None), ("a/api_gateway-error.log", "api-gateway")],
)
def test_the_file_name_tells_the_service_where_the_lines_do_not(name, service) -> None:
    assert store.service_of(name) == service


def test_an_incident_without_logs_is_refused(incident) -> None:
    with pytest.raises(SourceError, match=r"INC-1: no logs; put the exports of the incident there"):
        store.open_incident(incident({}))


def test_logs_without_a_recognisable_line_are_refused(incident) -> None:
    made = incident({"logs/a.log": "hello\nworld\n"})
    with pytest.raises(SourceError, match=r"no line of the logs is recognisable \(logs/a\.log: 2 lines, 1: no known format"):
        store.open_incident(made)


def test_a_cache_that_cannot_be_made_is_one_clear_error(incident, monkeypatch, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PMKIT_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(OutputError, match="cannot make the cache: Not a directory; name another folder with PMKIT_CACHE"):
        store.open_incident(incident({"a.log": access_log(1)}))


def test_rollups_of_shards_add_up_to_the_rollup_of_the_whole(incident) -> None:
    lines = access_log(2, failing=[range(30, 40)]).splitlines(keepends=True)
    whole = store.open_incident(incident({"access.log": "".join(lines)})).rollup()
    shards = store.open_incident(
        incident({"access.log": "".join(lines[:217]), "access.log.1": "".join(lines[217:])}, incident_id="INC-2")
    ).rollup()
    keys = ["bin", "http_route", "http_status", "latency_bucket"]
    assert shards.groupby(keys)["events"].sum().equals(whole.groupby(keys)["events"].sum())
