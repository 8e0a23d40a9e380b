"""What the tests share: the recorded incidents, read once, and one report of them, made once."""

from __future__ import annotations

import gc
import os
import re
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import chrome
import pytest
from filelock import FileLock
from playwright.sync_api import Browser
from ruamel.yaml import YAML
from samples import access_log
from serving import LAB, serving

from pmkit.cli import main
from pmkit.cli.optional_libraries import UNUSED, without
from pmkit.core.choices import RequiredSection
from pmkit.findings.findings import Findings
from pmkit.findings.history import compare_with_earlier
from pmkit.findings.investigate import investigate
from pmkit.incident.folder import Incident, find_incident

with without(*UNUSED):
    from pmkit.publish import job, run
    from pmkit.publish.writers import WRITERS

ROOT = Path(__file__).parent.parent
DATA = ROOT / "data" / "incidents"

# The sections that every postmortem has, in their order.
SECTIONS = list(get_args(RequiredSection))
RECORDED = sorted(path.parent.name for path in DATA.glob("*/truth.yaml"))


# The markers of tests by the fixtures and helpers that they use.
MARKERS = {
    "published": "kernel",
    "reported": "kernel",
    "outputs": "kernel",
    "browser": "browser",
    "recorded": "slow",
    "findings": "slow",
    "explorer": "slow",
    "findings_of": "slow",
    "recorded_trends": "slow",
    "with_fields": "slow",
    "charts": "slow",
    "text_of": "slow",
    "problems": "slow",
}


LONGEST_FIRST = ("browser", "cluster", "kernel")

# The processor time of this process that reports have counted so far, after the tests were collected.
_COUNTED_S = [0.0]


def pytest_collection_finish() -> None:
    """Collect garbage again, but not among what was imported, and begin to count processor time."""
    gc.freeze()
    gc.enable()
    _COUNTED_S[0] = sum(os.times()[:4])


def pytest_configure(config: pytest.Config) -> None:
    """Set up a cache for the whole run, which the workers inherit, and collect no garbage while tests are collected."""
    # Of what is imported, nothing is garbage: looking for it takes a quarter of the time.
    gc.disable()
    config.add_cleanup(gc.unfreeze)
    if not hasattr(config, "workerinput"):
        os.environ["PMKIT_CACHE"] = tempfile.mkdtemp(prefix="pmkit-test-cache-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ["PMKIT_CACHE"], ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make quick` leaves out, by what a test uses and by whether it draws examples, and put long tests first."""
    markers: defaultdict[Path, set[str]] = defaultdict(set)
    for item in items:
        function = getattr(item, "function", None)
        used = {*getattr(item, "fixturenames", ()), *getattr(getattr(function, "__code__", None), "co_names", ())}
        for name in used & MARKERS.keys():
            item.add_marker(MARKERS[name])
        if getattr(function, "is_hypothesis_test", False):
            item.add_marker("fuzz")
        if isinstance(item, pytest.DoctestItem) and re.search(r"INC-2026|trends\(", item.dtest.docstring):
            item.add_marker("slow")
        markers[item.path] |= {mark.name for mark in item.iter_markers()}
    # Modules whose tests take long come first, so that no worker is left with them at the end.
    items.sort(key=lambda item: [name not in markers[item.path] for name in LONGEST_FIRST])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note the processor time of a test, with that of the processes that it started and that have ended."""
    report = yield
    now = sum(os.times()[:4])
    report.processor_s, _COUNTED_S[0] = now - _COUNTED_S[0], now
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests measured, and with `--durations` the processor time of each module."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{name}: {value}")
    if (number := terminalreporter.config.getoption("durations")) is not None:
        used_s: Counter[str] = Counter()
        for report in (report for reports in terminalreporter.stats.values() for report in reports):
            used_s[getattr(report, "fspath", "")] += getattr(report, "processor_s", 0)
        terminalreporter.section(f"processor time by module, {used_s.total():.0f} s in all")
        for module, seconds in used_s.most_common(number or None):
            terminalreporter.write_line(f"{seconds:7.1f} s  {module}")


@pytest.fixture
def pmkit(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Return a function that runs a command, and returns its exit code, standard output and standard error."""

    def run_command(*arguments: object) -> tuple[int, str, str]:
        exit_code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return exit_code, captured.out, captured.err

    return run_command


@cache
def findings_of(incident_id: str) -> Findings:
    """Return the findings on a recorded incident, compared with all others, in whatever order tests ask for them."""
    return compare_with_earlier(_recorded_findings()[incident_id])


@cache
def _recorded_findings() -> dict[str, Findings]:
    return {incident_id: investigate(incident_id, DATA) for incident_id in RECORDED}


@cache
def truth_of(incident_id: str) -> dict[str, object]:
    return dict(YAML(typ="safe").load((DATA / incident_id / "truth.yaml").read_text()))


@pytest.fixture(params=RECORDED)
def recorded(request: pytest.FixtureRequest) -> Findings:
    return findings_of(request.param)


@pytest.fixture(scope="session")
def findings() -> Findings:
    return findings_of("INC-2026-1103")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with the report on one incident in every format, once for all workers; tests only read it."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    out, unfinished = shared / "published", shared / "unfinished"
    with FileLock(shared / "published.lock"):
        if not out.exists():
            run.run(job.Job(find_incident("INC-2026-1103", DATA), unfinished, list(WRITERS)))
            unfinished.rename(out)
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Open Chromium for the tests of one module."""
    with chrome.opened() as browser:
        yield browser


@pytest.fixture(scope="session")
def jupyterlab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """Start JupyterLab in a folder to which tests add folders of their own, and yield both the folder and the address."""
    work = tmp_path_factory.mktemp("lab")
    with serving(work, *LAB) as address:
        yield work, address


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes an incident's folder from `incident.yaml` and the contents of its exports."""

    def make(exports: dict[str, str | bytes], yaml: str = "", incident_id: str = "INC-1") -> Path:
        incident_folder = tmp_path / "data" / incident_id
        incident_folder.mkdir(parents=True)
        (incident_folder / "incident.yaml").write_text(f"id: {incident_id}\ntitle: a test\n{yaml}")
        for name, content in exports.items():
            path = incident_folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return incident_folder

    return make


@pytest.fixture
def incident(folder: Callable[..., Path]) -> Callable[..., Incident]:
    """Make an incident and open it."""
    return lambda *args, **kwargs: Incident(folder(*args, **kwargs))


def write_healthy_incident(data: Path) -> Path:
    """Write an incident with one good access log, in which a minute of requests fails."""
    folder = data / "INC-1"
    folder.mkdir(parents=True)
    (folder / "incident.yaml").write_text("id: INC-1\ntitle: a test\n")
    (folder / "access.log").write_text(access_log(4, failing=[range(60, 120)]))
    return folder


@pytest.fixture
def healthy(tmp_path: Path) -> Path:
    """Return the folder of an incident with one good log."""
    return write_healthy_incident(tmp_path / "data")


@pytest.fixture(scope="module")
def module_incident(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an incident with one good log, which tests only read."""
    return write_healthy_incident(tmp_path_factory.mktemp("shared") / "data")
