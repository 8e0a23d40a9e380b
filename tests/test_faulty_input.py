"""Any problem with the exports gets one clear answer, and nothing is changed or lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from faults import FAULTS, LOG, PLAIN, RESULTS, Fault

from pmkit.cli import main
from pmkit.core.errors import SourceError
from pmkit.incident.folder import Incident
from pmkit.ingest.cache import open_incident


def test_fault_names_are_unique() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


@pytest.mark.fuzz
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_fault_gets_a_clear_answer_and_changes_no_file(fault: Fault, healthy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fault.arrange(healthy)
    before = {path: path.read_bytes() for path in healthy.rglob("*") if path.is_file() and not path.is_symlink()}
    exit_code = main([fault.command, "INC-1", "--data", str(healthy.parent), "--quiet"])
    printed = capsys.readouterr()
    assert exit_code == fault.exit_code, printed.err
    assert re.search(fault.answer, printed.err if exit_code else printed.out, re.DOTALL), printed
    if exit_code:
        assert printed.out == ""
        lines = printed.err.strip().splitlines()
        assert all("incident.yaml:" in line or line.startswith("pmkit: ") for line in lines), printed.err
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.fuzz
def test_faults_beside_a_good_log_do_not_stop_the_analysis(healthy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All at once that the good log is the answer to, each in a folder of its own."""
    for number, fault in enumerate(FAULTS):
        if fault.answer == RESULTS:
            (healthy / f"fault-{number}").mkdir()
            fault.arrange(healthy / f"fault-{number}")
    assert main(["summary", "INC-1", "--data", str(healthy.parent), "--quiet"]) == 0
    assert re.search(r"Impact .*03:01:00.*03:01:59.*requests failed", capsys.readouterr().out, re.DOTALL)


def test_a_log_that_disappears_while_being_read_is_named(healthy: Path, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PMKIT_CACHE", str(tmp_path / "cache"))
    with pytest.raises(SourceError, match=r"access\.log: cannot be read: No such file"):
        open_incident(Incident(healthy), lambda _: (healthy / "access.log").unlink(missing_ok=True))


@pytest.mark.parametrize("change", ["appended", "truncated", "replaced"])
def test_a_log_that_changes_while_being_read_is_read_consistently(
    healthy: Path, monkeypatch, tmp_path: Path, change: str
) -> None:
    monkeypatch.setenv("PMKIT_CACHE", str(tmp_path / "cache"))
    log = healthy / "access.log"
    content = {"appended": LOG + LOG.replace("17/Jan", "18/Jan"), "truncated": LOG[: len(LOG) // 2], "replaced": PLAIN}[change]
    events = open_incident(Incident(healthy)).parts[0].ledger.events
    monkeypatch.setenv("PMKIT_CACHE", str(tmp_path / "another"))
    during = open_incident(Incident(healthy), lambda _: log.write_text(content)).parts[0].ledger
    after = open_incident(Incident(healthy)).parts[0].ledger
    assert after.lines == content.count("\n") + (not content.endswith("\n"))  # the part of the earlier content is not reused
    assert during.events in {events, after.events}


@pytest.mark.slow
def test_many_small_files_are_all_read_but_listed_as_one(healthy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(60):
        (healthy / f"pod-{number:04}.log").write_text(f"2026-01-17 03:00:{number:02},000 ERROR [shop] pod {number} broke\n")
    assert main(["summary", "INC-1", "--data", str(healthy.parent), "--quiet"]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"pod-0000\.log and 59 more of its kind: [\w-]+, 60 events of 60 lines", printed)
    assert len(re.findall(r"pod-0000\.log, pod-0001\.log, pod-0002\.log, pod-0003\.log and 56 more: .*zone", printed)) == 1
