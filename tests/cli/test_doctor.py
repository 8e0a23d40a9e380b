"""`pmkit doctor` checks the installation, the incidents, the cache and the reports folder, and says how to fix a problem."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pmkit.cli import folder_conditions, installation, main
from pmkit.cli.installation import Requirement
from pmkit.core.version import __version__


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PMKIT_DATA", raising=False)
    monkeypatch.setenv("PMKIT_CACHE", str(tmp_path / "cache"))


def new_incident(folder: Path, fields: str = "") -> None:
    folder.mkdir(parents=True)
    (folder / "incident.yaml").write_text(f"id: {folder.name}\ntitle: Test\n{fields}")


def test_a_sound_installation_has_no_problems(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new_incident(tmp_path / "data" / "incidents" / "INC-7")
    (tmp_path / "data" / "incidents" / "INC-7" / "a.log").write_bytes(b"x" * 1_500_000)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "entry").write_bytes(b"x" * 2_000_000)
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Installed"
    assert lines[1].startswith(f"  pmkit {__version__}, Python 3.")
    assert f"  data: pandas {installation.version_of('pandas')}, numpy" in "\n".join(lines)
    fonts = next(line for line in lines if line.startswith("  fonts for the PDF: "))
    assert {"Libertinus Serif", "Noto Sans CJK JP"} <= set(fonts.split(": ")[1].split(", "))
    begin = lines.index("Incidents")
    assert lines[begin : begin + 3] == ["Incidents", "  1 incident in data/incidents", "  INC-7: 1 export, 1.5 MB"]
    assert "  parsed exports in cache: 1 file, 2.0 MB; it can be deleted at any time" in lines
    assert lines[-1] == "No problems."


def test_wrong_incidents_are_problems_with_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new_incident(tmp_path / "data" / "incidents" / "INC-7", "title: [\n")
    new_incident(tmp_path / "data" / "incidents" / "INC-8", "severity: [1, 2]\n")
    assert main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    begin = lines.index("2 problems:")
    assert lines[begin + 1].startswith(f"  {tmp_path}/data/incidents/INC-7/incident.yaml:")
    assert lines[begin + 2].startswith("  data/incidents/INC-8/incident.yaml:3: severity")


def test_a_fresh_folder_is_no_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "  data/incidents does not exist; `pmkit new INC-1` creates an incident" in out
    assert "  nothing is cached yet; parsed exports will be kept in cache" in out


def test_a_name_of_no_folder_with_incidents_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PMKIT_DATA", "/nowhere")
    assert main(["doctor"]) == 1
    assert "  PMKIT_DATA names /nowhere, which does not exist; name another folder" in capsys.readouterr().out
    assert main(["doctor", "--data", str(tmp_path)]) == 1
    assert f"  --data names {tmp_path}, which contains no incident; name another folder" in capsys.readouterr().out


def test_too_little_space_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 9 * 10**8, 10**8))
    assert folder_conditions.cache(tmp_path / "cache").problems == (
        "only 100.0 MB free for the cache in cache; free up space, or name another folder with PMKIT_CACHE",
    )


def test_a_package_that_is_missing_or_too_old_is_a_problem() -> None:
    needed = [Requirement("pandas", "1.0"), Requirement("pandas", "99.1"), Requirement("no-such-package", "1")]
    there = installation.version_of("pandas")
    assert list(installation._unmet(needed)) == [
        f"pandas is {there}, but at least 99.1 is needed; run `pip install 'pandas>=99.1'`",
        "no-such-package is not installed; run `pip install 'no-such-package>=1'`",
    ]


@pytest.mark.parametrize(("module", "package"), [("duckdb", "duckdb"), ("re2", "google-re2")])
def test_a_package_that_cannot_be_loaded_is_a_problem_and_not_the_end(tmp_path: Path, module: str, package: str) -> None:
    (tmp_path / f"{module}.py").write_text("raise ImportError('libstdc++.so.6: no such file')\n")
    run = subprocess.run(
        [sys.executable, "-m", "pmkit", "doctor"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (1, "")
    assert run.stdout.splitlines()[-5:] == [
        "Incidents, cache and reports",
        "  cannot be examined until the installation is repaired",
        "",
        "1 problem:",
        f"  {package} cannot be loaded: libstdc++.so.6: no such file; run `pip install --force-reinstall {package}`",
    ]


def test_all_requirements_of_the_package_are_looked_at() -> None:
    names = {requirement.name for requirement in installation.requirements()}
    assert {"pandas", "duckdb", "typst", "jupyterlab", "google-re2"} <= names
    assert "distributed" not in names
