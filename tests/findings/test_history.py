"""An incident is compared with those that were read before; the others are named, and their exports are not read."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import DATA, RECORDED, findings_of
from samples import access_log
from small_notebook import write_notebook

from pmkit.findings import memo
from pmkit.findings.findings import Findings
from pmkit.findings.history import compare_with_earlier
from pmkit.findings.investigate import investigate, read_signatures
from pmkit.findings.provenance import provenance
from pmkit.incident.folder import Incident, find_incident
from pmkit.incident.model import IncidentFile
from pmkit.ingest.cache import open_incident
from pmkit.reports.report import Report
from pmkit.reports.trends.cases import of_folder

# A message that appears only during the impact, by which two incidents resemble each other.
FAILURE = "".join(
    f'{{"time": "2026-01-17T03:{second // 60:02}:{second % 60:02}Z", "level": "ERROR", "msg": "the disk of /orders is full"}}\n'
    for second in range(62, 118)
)


def write_incident(data: Path, incident_id: str, day: int, yaml: str = "") -> Path:
    """Write an incident in which a minute of requests fails; those of other days resemble each other."""
    folder = data / incident_id
    folder.mkdir(parents=True)
    (folder / "incident.yaml").write_text(f"id: {incident_id}\ntitle: a test\n{yaml}")
    moved = access_log(4, failing=[range(60, 120)]).replace("17/Jan/2026", f"{day}/Jan/2026")
    (folder / "access.log").write_text(moved)
    (folder / "orders.jsonl").write_text(FAILURE.replace("2026-01-17", f"2026-01-{day}"))
    return folder


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two incidents, of the 16th and the 17th of January, and a cache of their exports."""
    folder = tmp_path_factory.mktemp("history")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PMKIT_CACHE", str(folder / "cache"))
        for incident_id, day in (("INC-1", 16), ("INC-2", 17)):
            open_incident(Incident(write_incident(folder / "data", incident_id, day)))
    return folder


@pytest.fixture
def data(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with two incidents, of the 16th and the 17th of January, neither of which was analysed."""
    monkeypatch.setenv("PMKIT_CACHE", str(tmp_path / "cache"))
    for name in ("data", "cache"):
        shutil.copytree(prepared / name, tmp_path / name)
    return tmp_path / "data"


def root_cause(findings: Findings) -> str:
    return "\n".join(str(part) for part in Report(findings).root_cause.parts)


def test_an_incident_that_was_not_read_is_named_and_its_exports_are_not_read(data: Path) -> None:
    (data / "INC-1" / "broken.log.gz").write_bytes(b"\x1f\x8bno gzip")
    findings = investigate("INC-2", data)
    assert (findings.seen_before, findings.earlier, findings.not_compared, findings.not_read) == ((), 0, (), ("INC-1",))
    assert "Not compared, because pmkit has not read them yet: INC-1." in root_cause(findings)
    assert findings.to_dict()["not_read"] == ["INC-1"]


def test_an_incident_is_compared_once_it_was_read(data: Path) -> None:
    investigate("INC-1", data)
    findings = investigate("INC-2", data)
    assert [match.incident for match in findings.seen_before] == ["INC-1"]
    assert (findings.earlier, findings.not_read) == (1, ())


@pytest.mark.kernel
def test_reports_that_are_built_together_are_compared_in_any_order(pmkit, data: Path, tmp_path: Path) -> None:
    code = "import pmkit; print(pmkit.investigate(incident_id, data_dir).seen_before)"
    notebook = write_notebook(tmp_path / "small.ipynb", code)
    reports = ("INC-2", "INC-1", "--to", "md", "--data", data, "--out", tmp_path, "--notebook", notebook)
    assert pmkit("report", "--jobs", 1, *reports)[0] == 0
    assert "Match(incident='INC-1'" in (tmp_path / "INC-2.md").read_text()


@pytest.mark.slow
def test_trends_read_all_incidents_for_later_comparisons(data: Path) -> None:
    of_folder(data)
    assert [match.incident for match in investigate("INC-2", data).seen_before] == ["INC-1"]


def test_prose_and_action_items_may_change_without_reading_the_incident_again(data: Path) -> None:
    investigate("INC-1", data)
    item = "{action: Add a canary, type: prevent, owner: orders, priority: P1, due: 2026-02-01}"
    path = data / "INC-1" / "incident.yaml"
    path.write_text(f"id: INC-1\ntitle: The disk was full\nroot_cause: The disk was full.\nmeasures: [{item}]\n")
    (match,) = investigate("INC-2", data).seen_before
    assert match.title == "The disk was full"
    assert [measure.action for measure in match.open_measures] == ["Add a canary"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("orders.jsonl", FAILURE + '{"time": "2026-01-16T03:59:00Z", "level": "INFO", "msg": "done"}\n'),
        ("orders.jsonl", FAILURE.replace("disk", "task")),
        ("another.jsonl", FAILURE),
        ("incident.yaml", "id: INC-1\ntitle: a test\ntimezone: Europe/Berlin\n"),
    ],
    ids=["an export grew", "an export changed", "an export was added", "a hint changed"],
)
def test_an_incident_whose_exports_changed_has_to_be_read_again(data: Path, name: str, text: str) -> None:
    investigate("INC-1", data)
    (data / "INC-1" / name).write_text(text)
    assert investigate("INC-2", data).not_read == ("INC-1",)
    read_signatures([find_incident("INC-1", data)])
    assert investigate("INC-2", data).not_read == ()


def test_a_file_that_is_kept_parsed_is_the_file_that_was_parsed() -> None:
    for incident_id in RECORDED:
        file = find_incident(incident_id, DATA).file
        assert IncidentFile.model_validate_json(file.model_dump_json(by_alias=True)) == file


def test_an_incident_that_began_later_is_not_missing(data: Path) -> None:
    (data / "INC-2" / "incident.yaml").write_text("id: INC-2\ntitle: a test\ntimes: {started_at: 2026-01-17 03:01:00}\n")
    assert investigate("INC-1", data).not_read == ()
    assert "Not compared" not in root_cause(investigate("INC-1", data))


@pytest.mark.slow
def test_the_provenance_keeps_the_comparison_with_other_incidents_apart(data: Path) -> None:
    alone = investigate("INC-2", data)
    investigate("INC-1", data)
    compared = investigate("INC-2", data)
    assert alone.to_dict() != compared.to_dict()
    records = [provenance(findings) for findings in (alone, compared)]
    assert [record.pop("comparison")["earlier"] for record in records] == [0, 1]
    assert records[0] == records[1]


def test_an_incident_that_cannot_be_read_is_named_and_the_others_are_compared(data: Path) -> None:
    investigate("INC-1", data)
    (data / "INC-0").mkdir()
    (data / "INC-0" / "incident.yaml").write_text("id: INC-0\ntitle: [broken\n")
    findings = investigate("INC-2", data)
    assert (findings.earlier, findings.not_compared) == (1, ("INC-0",))
    assert "Not compared, because they could not be read: INC-0." in root_cause(findings)
    assert [match.incident for match in findings.seen_before] == ["INC-1"]


def test_a_remembered_value_is_computed_again_when_the_incident_changes(tmp_path: Path) -> None:
    folder = tmp_path / "INC-1"
    (folder / "logs").mkdir(parents=True)
    (folder / "incident.yaml").write_text("id: INC-1\ntitle: One\n")
    (folder / "logs" / "app.log").write_text("2026-01-17T03:00:00Z ERROR it broke\n")
    assert memo.remember(Incident(folder), "words", lambda: "first") == "first"
    assert memo.remember(Incident(folder), "words", lambda: "second") == "first"
    (folder / "incident.yaml").write_text("id: INC-1\ntitle: Two\n")
    assert memo.remember(Incident(folder), "words", lambda: "third") == "third"
    (folder / "logs" / "app.log").write_text("2026-01-17T03:00:00Z ERROR it broke again\n")
    assert memo.remember(Incident(folder), "words", lambda: "fourth") == "fourth"


def test_comparing_with_earlier_incidents_changes_nothing_else() -> None:
    findings = findings_of("INC-2026-1103")
    again = compare_with_earlier(findings)
    assert replace(again, seen_before=(), earlier=0).to_dict() == replace(findings, seen_before=(), earlier=0).to_dict()


@pytest.mark.parametrize("fault", [f"title: {'9' * 5000}", f"title: {'[' * 600}", "clock_offset_s: .inf"])
def test_a_fault_in_another_incident_does_not_stop_the_analysis(data: Path, fault: str) -> None:
    (data / "INC-1" / "incident.yaml").write_text(f"id: INC-1\n{fault}\n")
    findings = investigate("INC-2", data)
    assert (findings.impact.detected, findings.not_compared) == (True, ("INC-1",))
    assert [name for name, _ in of_folder(data).unread] == ["INC-1"]
