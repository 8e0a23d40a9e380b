"""Bad input to the command line: one clear message, exit code 2, nothing overwritten, no traceback."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import INCIDENT, refused
from conftest import DATA
from samples import access_log


@pytest.fixture
def broken(folder: Callable[..., Path]) -> Callable[..., Path]:
    """Return a function that creates an incident that cannot be used, and returns the data folder."""
    return lambda *args: folder(*args).parent


def test_an_unknown_incident_lists_near_matches(pmkit) -> None:
    refused(pmkit("summary", "INC-2026-1013", "--data", DATA), "no incident 'INC-2026-1013'", "did you mean", "INC-2026-1012")


def test_a_command_without_an_id_lists_the_incidents(pmkit, healthy) -> None:
    for command in ("report", "summary"):
        refused(
            pmkit(command, "--data", healthy.parent, "--", ""),
            f"{healthy.parent}: no incident of this folder was named",
            "it contains INC-1",
        )


@pytest.mark.parametrize("name", [".hidden", "x" * 99, "a..b", "-rf"])
def test_an_id_that_could_leave_the_data_folder_is_refused(pmkit, name, tmp_path) -> None:
    for command in ("report", "summary", "new"):
        refused(pmkit(command, "--data", tmp_path, "--", name), "is not an incident ID; use letters, digits")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["report", "summary", "new"])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../etc", "../etc: no such folder; name an incident by its ID, such as INC-2026-0117, or by the path of its folder"),
        ("a/b", "a/b: no such folder; name an incident by its ID"),
        ("./notes.txt", "./notes.txt: is a file; name an incident by its ID"),
        ("INC-1/incident.yaml", "INC-1/incident.yaml is a file; name the folder that it is in"),
        (".", ". is not the folder of an incident, because it contains no incident.yaml; name an incident by its ID"),
        ("..", ".. is not the folder of an incident, because it contains no incident.yaml"),
    ],
)
def test_a_path_that_is_no_incident_is_refused_for_what_it_is(pmkit, tmp_path, monkeypatch, *, command, name, message) -> None:
    inside = tmp_path / "inside"
    (inside / "INC-1").mkdir(parents=True)
    (inside / "notes.txt").touch()
    (inside / "INC-1" / "incident.yaml").touch()
    monkeypatch.chdir(inside)
    refused(pmkit(command, name), message)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["INC-1", "incident.yaml", "inside", "notes.txt"]


def test_the_folder_of_all_incidents_is_not_an_incident(pmkit) -> None:
    refused(pmkit("summary", DATA), f"{DATA} is a folder of incidents, not an incident; name one of them, such as {DATA}/INC-")


@pytest.mark.parametrize("name", ["inc-2026-1012", "Inc-2026-1012"])
def test_an_id_that_differs_only_in_case_gets_one_suggestion(pmkit, name) -> None:
    refused(pmkit("summary", name, "--data", DATA), "; did you mean INC-2026-1012?")


def test_a_missing_data_folder(pmkit, tmp_path) -> None:
    result = pmkit("summary", INCIDENT, "--data", tmp_path / "none")
    refused(result, "that folder does not exist; name another one with --data or PMKIT_DATA")


def test_a_missing_incident_yaml(pmkit, broken) -> None:
    data = broken({"a.log": access_log(1)})
    (data / "INC-1" / "incident.yaml").unlink()
    _, _, err = result = pmkit("summary", "INC-1", "--data", data)
    refused(result, f"INC-1/incident.yaml: not found; `pmkit new {data}/INC-1` writes one to fill in")
    assert pmkit(*err.split("`")[1].split()[1:], "--quiet") == (0, f"{data}/INC-1/incident.yaml\n", "")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "INC-1/incident.yaml: cannot be read: Is a directory"),
        (b"id: INC-1\ntitle: caf\xe9\n", "INC-1/incident.yaml:2: is not UTF-8 text; save the file as UTF-8"),
    ],
)
def test_an_incident_yaml_that_is_not_text(pmkit, broken, content, message) -> None:
    data = broken({"a.log": access_log(1)})
    path = data / "INC-1" / "incident.yaml"
    path.unlink()
    path.write_bytes(content) if content else path.mkdir()
    _, _, err = result = pmkit("summary", "INC-1", "--data", data)
    refused(result, message)
    assert "Errno" not in err


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        ("severity: [", "incident.yaml:3:12: not valid YAML: a list or a mapping is not closed, or a value is missing"),
        ("slo: {availability: 99.9}", "incident.yaml:3: slo.availability: expected less than 1, got 99.9"),
        ("timezone: Berlin", "incident.yaml:3: timezone: expected an IANA time zone, such as Europe/Berlin, got 'Berlin'"),
        ("redct: {personal: [ip]}", "incident.yaml:3: redct: unknown field; did you mean 'redact'?"),
        ("sources: [{match: a.log, timezone: [UTC]}]", "incident.yaml:3: sources.0.timezone: expected text"),
    ],
)
def test_a_malformed_incident_yaml_is_reported_with_file_line_field_and_what_was_expected(pmkit, broken, yaml, message) -> None:
    data = broken({"a.log": access_log(1)}, yaml)
    refused(pmkit("summary", "INC-1", "--data", data), message)


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        ("severty: 1", "incident.yaml:3: severty: unknown field; did you mean 'severity'?; left out"),
        (
            "measures:\n  - action: a\n    typ: prevent",
            "incident.yaml:5: measures.0.typ: unknown field; did you mean 'type'?; left out",
        ),
        ("measures:\n  - owner: a", "incident.yaml:4: measures.0.action: missing; add it; left out"),
        ("measures: [{action: a, due: soon}]", "measures.0.due: expected a date such as 2026-12-11, got 'soon'; left out"),
        ("times: {started_at: soon}", "incident.yaml:3: times.started_at: expected a time such as 2026-01-17 03:00:10"),
        ("went_well: all", "incident.yaml:3: went_well: expected a list such as [a, b], got 'all'; left out"),
        ("severity: 1", "incident.yaml:3: severity: expected text, got 1; put the text in quotes; left out"),
        ("status: done", "incident.yaml:3: status: expected 'draft', 'in review' or 'final', got 'done'; left out"),
    ],
)
def test_a_wrong_field_that_decides_nothing_is_left_out_and_named(pmkit, broken, yaml, message) -> None:
    exit_code, out, err = pmkit("summary", "INC-1", "--data", broken({"a.log": access_log(1)}, yaml), "--quiet")
    assert (exit_code, err) == (0, "")
    assert message in out
    assert "Impact" in out or "impact" in out


def test_an_incident_yaml_that_is_a_list(pmkit, broken) -> None:
    data = broken({"a.log": access_log(1)})
    (data / "INC-1" / "incident.yaml").write_text("- a\n")
    refused(
        pmkit("summary", "INC-1", "--data", data), "incident.yaml:1: expected `name: value` lines, beginning with `id: INC-1`"
    )


def test_an_id_that_differs_from_the_folder_name(pmkit, broken) -> None:
    data = broken({"a.log": access_log(1)})
    (data / "INC-1" / "incident.yaml").write_text("id: INC-2\ntitle: a\n")
    refused(pmkit("summary", "INC-1", "--data", data), "id is 'INC-2', but the folder is 'INC-1'; make them the same")


def test_an_incident_without_exports_says_where_to_put_them(pmkit, broken) -> None:
    exit_code, out, _ = pmkit("summary", "INC-1", "--data", broken({}), "--quiet")
    assert exit_code == 0
    assert "Impact       not known: there are no logs and no metrics, and nobody has confirmed when it began and ended" in out
    assert "There are no exports; put those that you have into the incident's folder, compressed or not." in out


def test_logs_without_a_recognisable_line(pmkit, broken) -> None:
    data = broken({"logs/a.log": "what?\n"})
    refused(
        pmkit("summary", "INC-1", "--data", data, "--quiet"),
        "no line of the logs is recognisable",
        "`pmkit formats`",
    )


@pytest.mark.kernel
def test_a_truncated_gzip(pmkit, broken, tmp_path) -> None:
    data = broken({"logs/access.log.gz": gzip.compress(access_log(1).encode())[:-100]})
    out = tmp_path / "out"
    refused(
        pmkit("report", "INC-1", "--data", data, "--out", out, "--quiet"),
        "logs/access.log.gz: the compressed file is cut short",
    )
    assert not out.exists()


def test_an_output_folder_that_cannot_be_written(pmkit, tmp_path) -> None:
    (tmp_path / "out").write_text("mine")
    result = pmkit("report", INCIDENT, "--data", DATA, "--out", tmp_path / "out" / "deep", "--quiet")
    refused(result, "deep: cannot be written: Not a directory; name another folder with --out")
    assert (tmp_path / "out").read_text() == "mine"


def test_an_unknown_time_zone(pmkit) -> None:
    result = pmkit("summary", INCIDENT, "--data", DATA, "--timezone", "Europe/Berln", "--quiet")
    refused(result, "'--timezone': expected an IANA time zone, such as Europe/Berlin, got 'Europe/Berln'")


@pytest.mark.parametrize(
    ("zone", "similar"),
    [
        ("CEST", "Europe/Berlin or Europe/Paris or Europe/Madrid"),
        ("CST", "America/Chicago or Asia/Shanghai or America/Mexico_City or America/Havana"),
        ("nowhere", "Europe/Berlin or UTC"),
        ("utc", "UTC"),
        ("europe/berlin", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
    ],
)
@pytest.mark.parametrize("command", ["report", "summary", "new"])
def test_an_unknown_zone_is_refused_before_anything_is_written(pmkit, tmp_path, monkeypatch, *, command, zone, similar) -> None:
    monkeypatch.chdir(tmp_path)
    result = pmkit(command, INCIDENT, "--data", tmp_path, "--timezone", zone)
    refused(result, f"expected an IANA time zone, such as {similar}, got {zone!r}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["nonsense", "tcp://nowhere", "tcp://nowhere:port", "tcp://h:99999", "http://h:9", "tcp://"])
def test_a_cluster_address_that_no_scheduler_can_have_is_refused(pmkit, address) -> None:
    result = pmkit("ingest", INCIDENT, "--data", DATA, "--cluster", address, "--quiet")
    refused(result, f"--cluster {address}: expected local, or the address of a scheduler with its port, such as tcp://")


def test_an_unknown_format_in_a_hint(pmkit, broken) -> None:
    data = broken({"a.log": access_log(1)}, "sources: [{match: a.log, format: logfmd}]\n")
    message = "INC-1/incident.yaml:3: sources.0.format: unknown format 'logfmd'; did you mean logfmt? `pmkit formats` lists all"
    refused(pmkit("summary", "INC-1", "--data", data, "--quiet"), message)


def test_trends_of_days_without_incidents_are_refused(pmkit, healthy, tmp_path, monkeypatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for options in (["--to", "csv"], ["--to", "md"]):
        result = pmkit("trends", "--data", healthy.parent, "--since", "2030-01-01", "--quiet", *options)
        refused(result, f"no incident in {healthy.parent} is from 2030-01-01 or later; choose an earlier day with --since")
    assert list((tmp_path / "here").iterdir()) == []


def test_an_existing_incident_is_left_unchanged(pmkit, broken) -> None:
    data = broken({})
    before = (data / "INC-1" / "incident.yaml").read_text()
    refused(pmkit("new", "INC-1", "--data", data), "already exists and was not changed; choose another ID, or edit that file")
    assert (data / "INC-1" / "incident.yaml").read_text() == before


@pytest.mark.parametrize("command", ["summary", "check", "ingest", "report"])
def test_a_hint_that_matches_no_file_is_refused_with_near_names(pmkit, broken, command) -> None:
    data = broken({"shop.log": access_log(1)}, "sources: [{match: shp.log, timezone: UTC}]\n")
    expected = "INC-1/incident.yaml:3: sources.0.match: no export matches 'shp.log'; did you mean shop.log?"
    refused(pmkit(command, "INC-1", "--data", data, "--quiet"), expected)
