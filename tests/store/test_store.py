"""An export is parsed only once, and its events are returned as frames of limited size."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from reading import read
from samples import access_line, access_log, at

from pmkit.analysis.causes.log_templates import counts_by_template
from pmkit.core import schema
from pmkit.core.errors import OutputError, SourceError
from pmkit.core.filenames import service_from_filename
from pmkit.incident.folder import Incident
from pmkit.incident.service_level import ErrorRule
from pmkit.ingest.bytes import archives
from pmkit.ingest.cache import open_incident
from pmkit.store.superseded_changes import without_superseded_ends


def test_a_second_run_reads_nothing(incident) -> None:
    new_incident = incident({"logs/access.log": access_log(1, per_s=9)})
    messages: list[str] = []
    open_incident(new_incident, messages.append)
    open_incident(new_incident, messages.append)
    assert messages == ["reading logs/access.log"]


def test_a_series_of_several_exports_has_one_unit(incident) -> None:
    early, late = (
        f"Time,db\n2026-01-17 03:0{n}:00,{value}\n2026-01-17 03:0{n + 1}:00,{value}\n"
        for n, value in ((0, "250 ms"), (2, "1.5 s"))
    )
    metrics = open_incident(incident({"metrics/early.csv": early, "metrics/late.csv": late})).metrics()
    assert metrics[["value", "unit"]].to_numpy().tolist() == [[0.25, "s"], [0.25, "s"], [1.5, "s"], [1.5, "s"]]


def test_only_changed_exports_are_read_again(incident) -> None:
    new_incident = incident({"logs/access.log": access_log(1), "logs/other.log": access_log(1, per_s=2).replace("/a", "/b")})
    open_incident(new_incident)
    (new_incident.folder / "logs" / "access.log").write_text(access_log(1, per_s=1))
    messages: list[str] = []
    assert open_incident(new_incident, messages.append).rollup()["events"].sum() == 60 + 120
    assert messages == ["reading logs/access.log"]


def test_an_export_that_occurs_twice_is_counted_once(incident) -> None:
    log = access_log(2)
    new_incident = incident({"access.log": log, "copy/access.log.gz": gzip.compress(log.encode())})
    opened = open_incident(new_incident)
    assert opened.rollup()["events"].sum() == 600
    quality = opened.data_quality().set_index("source")
    assert quality["events"].tolist() == [600, 600]
    assert quality["duplicates"].tolist() == [0, 600]
    assert quality.loc["copy/access.log.gz", "notes"] == ("600 of its events are also in access.log and counted once",)


def test_rotated_logs_that_overlap_are_counted_once(incident) -> None:
    lines = access_log(4).splitlines(keepends=True)
    new_incident = incident({"access.log.1": "".join(lines[:700]), "access.log": "".join(lines[500:])})
    opened = open_incident(new_incident)
    assert opened.rollup()["events"].sum() == len(lines)
    assert sorted(opened.data_quality()["duplicates"]) == [0, 200]


def test_an_excerpt_beside_the_log_it_was_cut_from_adds_nothing(incident) -> None:
    log = access_log(4, failing=[range(60, 90)])
    excerpt = "".join(line for line in log.splitlines(keepends=True) if '" 500 ' in line)
    opened = open_incident(incident({"access.log": log, "only-errors.log": excerpt}))
    assert opened.rollup()["events"].sum() == 1200


def test_among_many_small_logs_those_that_overlap_are_counted_once(incident) -> None:
    """Logs that share everything, nearly everything, half, one event, or only the health checks that all of them have."""

    def lines(own: dict[str, range]) -> str:
        health = "".join(f"2026-01-17T03:{minute:02}:00Z level=info msg=healthy\n" for minute in range(19))
        orders = ((name, n) for name, numbers in own.items() for n in numbers)
        return health + "".join(f'2026-01-17T03:20:{n:02}Z level=error msg="order {n} of {name} failed"\n' for name, n in orders)

    logs = {f"pod-{n:03}.log": lines({f"pod {n}": range(30), "all": range(n, n + 1)}) for n in range(59)}
    logs |= {f"pod-{n:03}.log": lines({f"pod {n}": range(30)}) for n in range(59, 110)}
    logs["copy.log"] = logs["pod-000.log"]
    logs["longer.log"] = lines({"pod 60": range(33)})
    logs["half.log"] = lines({"pod 61": range(15), "another": range(15, 30)})
    logs["one-event.log"] = lines({"pod 62": range(1)})
    logs["crash.log"] = lines({"all": range(7, 8), "crashed": range(30)})
    quality = open_incident(incident(logs)).data_quality().set_index("source")["duplicates"]
    assert quality[quality > 0].to_dict() == {"pod-000.log": 50, "pod-060.log": 49, "one-event.log": 20}


def test_two_hosts_with_similar_logs_at_the_same_time_are_both_counted(incident) -> None:
    log = access_log(2)
    new_incident = incident({"web1.log": log, "web2.log": log.replace("203.0.113", "198.51.100")})
    assert open_incident(new_incident).rollup()["events"].sum() == 1200


def test_repeated_lines_in_one_log_are_all_counted(incident) -> None:
    assert open_incident(incident({"access.log": access_line(at(0)) * 50})).rollup()["events"].sum() == 50


def test_each_file_in_an_archive_is_a_separate_export(incident) -> None:
    buffer, packed = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("logs/web.log", access_log(1))
        archive.writestr("logs/deploys.csv", "time,type,service\n2026-01-17T03:00:00Z,deploy,web\n")
        archive.writestr("__MACOSX/logs/._web.log", b"\x00\x05")
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, body in (("a/app.log.gz", gzip.compress(b"2026-01-17 03:00:00,000 ERROR [a] broke\n")), ("a/empty.log", b"")):
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            tar.addfile(entry, io.BytesIO(body))
    opened = open_incident(incident({"bundle.zip": buffer.getvalue(), "more.tgz": packed.getvalue()}))
    assert {part.source: (part.ledger.format, part.ledger.events) for part in opened.parts} == {
        "bundle.zip/logs/deploys.csv": ("changes", 1),
        "bundle.zip/logs/web.log": ("access-combined-pairs", 300),
        "more.tgz/a/app.log.gz": ("python-logging", 1),
        "more.tgz/a/empty.log": ("empty", 0),
    }


@pytest.mark.parametrize("kind", ["w", "w:gz", "w:xz", "zip"])
def test_files_in_several_archives_can_be_read_in_parallel(kind: str, tmp_path: Path) -> None:
    bodies = {f"pod-{n}/app.log": f"line {n}\n".encode() * 5_000 for n in range(20)}
    paths = [tmp_path / f"{nth}.pack" for nth in range(7)]
    for path in paths:
        if kind == "zip":
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, body in bodies.items():
                    archive.writestr(name, body)
            continue
        with tarfile.open(path, mode=kind) as tar:
            for name, body in bodies.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(body)
                tar.addfile(entry, io.BytesIO(body))

    def read(place: tuple[Path, str]) -> bytes:
        with archives.opened(*place) as (stream, _, _):
            return b"".join(iter(lambda: stream.read(999), b""))

    places = [(path, name) for name in bodies for path in paths]
    assert all(archives.members(path) == sorted(bodies) for path in paths)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(read, places)) == [bodies[name] for _, name in places]


def test_logs_read_together_give_the_same_rows_as_each_log_alone(incident) -> None:
    def records(name: str, number: int, **more: object) -> str:
        each = ({"time": at(n).isoformat(), "level": "info", "msg": f"{name} {n}", **more} for n in range(number))
        return "".join(json.dumps(record) + "\n" for record in each)

    exports = {f"plain-{n}.jsonl": records(f"a{n}", 3 + n) for n in range(3)}
    exports |= {f"keys-{n}.jsonl": records(f"b{n}", 3 + n, **{f"key_{n}": n, "region": "eu"}) for n in range(3)}
    exports |= {"web.log": access_log(1), "app.log": "2026-01-17 03:00:00,000 ERROR [a] broke\n  at x\n"}
    opened = open_incident(incident(exports))
    together = opened.logs()
    assert together["source"].value_counts().to_dict() == {part.source: part.ledger.events for part in opened.parts}
    for name, text in exports.items():
        alone, _ = read(text, name)
        own = together[together["source"] == name].sort_values("line")
        for column in ("line", "timestamp", "message", "http_status", "severity"):
            assert own[column].astype("string").tolist() == alone[column].astype("string").tolist(), (name, column)
        attributes, attributes_alone = ([json.loads(cell) for cell in table["attributes"].fillna("{}")] for table in (own, alone))
        assert attributes == attributes_alone, name


def test_frames_have_exactly_the_canonical_columns_and_types(findings) -> None:
    frames = {
        "rollup": (findings.store.rollup(), schema.ROLLUP),
        "templates": (counts_by_template(findings.store.masked_messages()), schema.TEMPLATES),
        "alerts": (findings.store.alerts(), schema.ALERTS),
        "changes": (findings.store.changes(), schema.CHANGES),
        "messages": (findings.store.messages(), schema.MESSAGES),
        "metrics": (findings.store.metrics(), schema.METRICS),
        "rules": (findings.store.rules(), schema.RULES),
        "logs": (findings.store.logs(limit=50), schema.LOGS),
    }
    for name, (frame, columns) in frames.items():
        assert {column: str(dtype) for column, dtype in frame.dtypes.items()} == {
            column: str(pd.Series(dtype=what.dtype).dtype) for column, what in columns.items()
        }, name
        assert len(frame), name


def test_the_last_update_of_a_deploy_that_was_replaced_is_not_its_end() -> None:
    at = pd.to_datetime(["2026-01-17T03:00Z", "2026-01-17T03:10Z", "2026-01-17T03:20Z"])
    updated = pd.to_datetime(["2026-01-17T03:01Z", "2026-01-17T03:21Z", "2026-01-17T03:21Z"])
    changes = pd.DataFrame({"service": ["mail", "cart", "cart"], "at": at, "finished_at": updated})
    assert list(without_superseded_ends(changes)["finished_at"].isna()) == [False, True, False]


def test_one_firing_in_two_exports_is_one_alert_with_its_end(findings) -> None:
    alerts = findings.store.alerts()
    assert not alerts.duplicated(["name", "started_at", "labels"]).any()
    assert alerts["resolved_at"].notna().all()


def test_logs_are_limited_and_report_their_total_count(findings) -> None:
    frame = findings.store.logs(findings.impact.start, findings.impact.end, source="logs/edge-access.log.gz", limit=10)
    assert len(frame) == 10
    assert frame.attrs["events"] > 8000
    assert frame["timestamp"].is_monotonic_increasing


def test_each_client_is_counted_once(incident) -> None:
    opened = open_incident(incident({"access.log": access_log(2, failing=[range(60, 70)])}))
    assert opened.affected_clients(["access.log"], ((at(0), at(200)),), ErrorRule().sql) == 3


def test_request_ids_show_which_log_contains_the_requests_of_another(findings) -> None:
    edge, inner = "logs/edge-access.log.gz", "logs/catalog.log.gz"
    shared = findings.store.shared_request_ids()
    assert shared[edge, inner] > 0.99
    assert 0.3 < shared[inner, edge] < 0.9


@pytest.mark.parametrize(
    ("name", "service"),
    [("logs/checkout-requests.log.zst", "checkout"), ("access.log.1", None), ("a/api_gateway-error.log", "api-gateway")],
)
def test_the_service_is_inferred_from_the_file_name(name, service) -> None:
    assert service_from_filename(name) == service


def test_an_incident_without_exports_has_an_empty_store(incident) -> None:
    store = open_incident(incident({}))
    assert (store.parts, len(store.alerts()), list(store.data_quality()["source"])) == ((), 0, [])


def test_logs_without_a_recognisable_line_are_refused(incident) -> None:
    new_incident = incident({"logs/a.log": "hello\nworld\n"})
    with pytest.raises(SourceError, match=r"no line of the logs is recognisable \(logs/a\.log: 2 lines, 1: no known format"):
        open_incident(new_incident)


def test_a_cache_that_cannot_be_created_gives_one_clear_error(incident, monkeypatch, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PMKIT_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(OutputError, match="cannot create the cache: Not a directory; name another folder with PMKIT_CACHE"):
        open_incident(incident({"a.log": access_log(1)}))


def test_rollups_of_shards_add_up_to_the_rollup_of_the_whole(incident) -> None:
    lines = access_log(2, failing=[range(30, 40)]).splitlines(keepends=True)
    whole = open_incident(incident({"access.log": "".join(lines)})).rollup()
    shards = open_incident(
        incident({"access.log": "".join(lines[:217]), "access.log.1": "".join(lines[217:])}, incident_id="INC-2")
    ).rollup()
    keys = ["bin", "http_route", "http_status", "latency_bucket"]
    assert shards.groupby(keys)["events"].sum().equals(whole.groupby(keys)["events"].sum())


@pytest.mark.slow
def test_two_concurrent_runs_read_each_export_once(folder, tmp_path) -> None:
    incident_folder = folder({"logs/access.log": access_log(60), "logs/app.log": access_log(40)})
    command = [sys.executable, "-m", "pmkit", "ingest", incident_folder.name, "--data", str(incident_folder.parent)]
    environment = {**os.environ, "PMKIT_CACHE": str(tmp_path / "cache")}
    runs = [
        subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)
    ]
    outputs, errors = zip(*(run.communicate(timeout=60) for run in runs), strict=True)
    assert outputs[0] == outputs[1]
    assert "".join(errors).count("reading logs/access.log and 1 more") == 1
    assert not list((tmp_path / "cache").glob("*.lock"))


def test_exports_may_be_elsewhere_on_this_machine(folder, tmp_path) -> None:
    elsewhere = tmp_path / "a share"
    for name in ("old/access.log", "new.log", ".hidden"):
        (elsewhere / name).parent.mkdir(parents=True, exist_ok=True)
        (elsewhere / name).write_text(access_log(1, per_s=len(name)))
    url = elsewhere.as_uri()
    for number, (exports, expected) in enumerate({url: 2, f"{url}/*.log": 1, f"{url}/new.log": 1}.items()):
        new_incident = Incident(folder({"a.log": access_log(2)}, f"exports: ['{exports}']", f"INC-{number}"))
        sources = [part.source for part in open_incident(new_incident).parts]
        assert len(sources) == 1 + expected
        assert sources[0] == "a.log"
        assert all(source.startswith(str(elsewhere)) for source in sources[1:])
    new_incident = Incident(folder({"a.log": access_log(2)}, f"exports: ['{url}/none.log']", "INC-9"))
    with pytest.raises(SourceError, match="no files found"):
        open_incident(new_incident)
