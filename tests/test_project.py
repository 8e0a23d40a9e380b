"""The project is consistent: one set of dependencies, small data, accurate documentation."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from conftest import DATA, RECORDED, ROOT, truth_of
from packaging.specifiers import SpecifierSet
from ruamel.yaml import YAML

from pmkit.cli.group import PMKIT
from pmkit.formats.catalog import FORMATS
from pmkit.incident.source_hints import FormatBlock

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONDA_NAMES = {"duckdb": "python-duckdb", "isal": "python-isal"}
MOST_BYTES = 4 * 1024 * 1024


def requirements() -> dict[str, str]:
    bounds = {}
    for line in PROJECT["project"]["dependencies"]:
        name, bound = re.fullmatch(r"([A-Za-z0-9._-]+)(>=[\d.]+)(?:;.*)?", line.replace(" ", "").split(";")[0]).groups()
        bounds[name] = bound
    return bounds


def test_the_conda_environment_has_the_same_dependencies() -> None:
    environment = YAML(typ="safe").load((ROOT / "environment.yml").read_text())
    listed = [line for line in environment["dependencies"] if isinstance(line, str)]
    listed += [line for part in environment["dependencies"] if isinstance(part, dict) for line in part["pip"]]
    required = {f"{CONDA_NAMES.get(name, name)}{bound}" for name, bound in requirements().items()}
    extras = {f"python{PROJECT['project']['requires-python']}", "pip", "--editable ."}
    assert set(listed) == required | extras
    assert environment["channels"] == ["conda-forge"]


def test_every_dependency_is_pinned_by_name_and_version_only() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line) for line in lines)
    pinned = {normal(line.split("==")[0]) for line in lines}
    dev, extra = PROJECT["dependency-groups"]["dev"], PROJECT["project"]["optional-dependencies"]["cluster"]
    assert {normal(re.split(r"[\[>]", name)[0]) for name in [*requirements(), *dev, *extra]} <= pinned


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("incident_id", RECORDED)
def test_a_recording_is_long_enough_small_enough_and_documents_its_offset(incident_id: str) -> None:
    folder, truth = DATA / incident_id, truth_of(incident_id)
    assert (truth["recorded_to"] - truth["recorded_from"]).total_seconds() >= 20 * 60
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) <= MOST_BYTES
    assert str(abs(truth["offset_s"]) // 3600) in (folder / "README.md").read_text()


def test_one_of_the_four_recordings_is_a_draft() -> None:
    assert len(RECORDED) == 4
    drafts = [name for name in RECORDED if "status: draft" in (DATA / name / "incident.yaml").read_text()]
    assert drafts == ["INC-2026-1123"]


def test_the_readme_names_targets_and_commands_that_exist() -> None:
    readme = (ROOT / "README.md").read_text()
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"^make ([a-z]+)", readme, re.M)) <= targets
    assert {"report", "test"} <= set(re.findall(r"^make ([a-z]+)", readme, re.M))
    assert {"new", "check", "report"} <= set(re.findall(r"^pmkit ([a-z]+)", readme, re.M)) <= PMKIT.commands.keys()
    for picture in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", readme):
        assert (ROOT / picture).exists()


def test_the_readme_fits_on_one_screen_and_a_half() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 90


def test_the_readme_gives_the_number_of_formats() -> None:
    assert f"[{len(FORMATS)} formats](pmkit/manual/formats.md)" in (ROOT / "README.md").read_text()


def test_the_formats_in_the_manual_and_in_a_new_incident_are_valid() -> None:
    manual = (ROOT / "pmkit" / "manual" / "how-to.md").read_text()
    blocks = [re.search(r"```yaml\n(formats:.*?)```", manual, re.S)[1]]
    scaffold = (ROOT / "pmkit" / "incident" / "scaffold.yaml").read_text().replace("{{", "{").replace("}}", "}")
    blocks.append(re.sub(r"^#", "", re.search(r"^#formats:\n(?:#.*\n)+", scaffold, re.M)[0], flags=re.M))
    for block in blocks:
        formats = YAML(typ="safe").load(block)["formats"]
        assert all(FormatBlock.model_validate(definition).entry().name == definition["name"] for definition in formats)


def test_the_makefile_defines_each_setup_step_once() -> None:
    recipe = (ROOT / "Makefile").read_text()
    assert len(re.findall(r"\$\(PIP\) --editable", recipe)) == 1
    assert len(re.findall(r"-m venv", recipe)) == 1


def test_the_workflow_runs_everything_from_the_oldest_supported_python_on() -> None:
    workflow = YAML(typ="safe").load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    job = workflow["jobs"]["all"]
    assert job["steps"][-1] == {"run": ".ci/run ${{ github.event_name == 'schedule' && 'full' || 'test' }}"}
    assert f">={job['strategy']['matrix']['python'][0]}" == PROJECT["project"]["requires-python"]


def test_the_commit_hooks_run_what_make_lint_runs() -> None:
    config = YAML(typ="safe").load((ROOT / ".pre-commit-config.yaml").read_text())
    hooks = {hook["entry"].removeprefix(".venv/bin/").split(" --")[0] for repo in config["repos"] for hook in repo["hooks"]}
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    assert {line.strip().removeprefix("$(BIN)/") for line in recipe.splitlines()} == {
        "ruff check .",
        "ruff format --check .",
        "mypy",
        "deptry .",
    }
    assert hooks == {"ruff check", "ruff format", "mypy", "deptry ."}


def test_the_shell_scripts_are_valid() -> None:
    subprocess.run(["sh", "-n", str(ROOT / ".ci" / "run")], check=True)


@pytest.mark.parametrize("path", sorted(Path(ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.name)
def test_no_notebook_contains_output(path: Path) -> None:
    assert '"output_type"' not in path.read_text()


def test_every_pinned_version_runs_on_the_oldest_supported_python() -> None:
    oldest = PROJECT["project"]["requires-python"].removeprefix(">=") + ".0"
    pinned = {normal(line.split("==")[0]) for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line}
    refuse = [
        f"{distribution.metadata['Name']} {distribution.version} needs Python {distribution.metadata.get('Requires-Python')}"
        for distribution in metadata.distributions()
        if normal(distribution.metadata["Name"]) in pinned
        and oldest not in SpecifierSet(distribution.metadata.get("Requires-Python", ""))
    ]
    assert refuse == []
