"""On an unusual machine or without memory, disk or time, a good report survives and no partial one looks finished."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from small_notebook import write_notebook

from pmkit.cli import main

pytestmark = pytest.mark.slow

GOOD = "a good report"

resource = pytest.importorskip("resource", reason="limits of memory need a POSIX system")


def run(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command on the incident, as in a shell."""
    command = [sys.executable, "-m", "pmkit", words[0], "INC-1", "--data", str(folder.parent), *words[1:]]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, env={**os.environ, **env}, errors="replace", check=False
    )


def with_memory(gigabytes: float, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in an address space of this size."""
    limit = int(gigabytes * 2**30)
    return subprocess.run(
        [sys.executable, "-m", "pmkit", *command],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return a folder that contains a good report."""
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "INC-1.html").write_text(GOOD)
    return folder


@pytest.fixture(scope="module")
def usual(module_incident: Path) -> str:
    """Return the summary on a normal machine."""
    return run(module_incident, "summary", "--quiet").stdout


# None of these may make a difference, alone or together.
ODD_MACHINES = {
    "no home and a plain locale": {"HOME": "", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "utf-8"},
    "nothing that exists": {"HOME": "/nonexistent", "TZ": "Mars/Phobos", "MPLCONFIGDIR": "/proc/none"},
}


@pytest.mark.parametrize("env", ODD_MACHINES.values(), ids=ODD_MACHINES)
def test_an_unusual_machine_makes_no_difference(env: dict[str, str], module_incident: Path, usual: str) -> None:
    odd = run(module_incident, "summary", "--quiet", **env)
    assert (odd.returncode, odd.stdout) == (0, usual)


def test_a_damaged_cache_is_rebuilt(
    healthy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PMKIT_CACHE", str(tmp_path / "cache"))
    command = ["summary", "INC-1", "--data", str(healthy.parent), "--quiet"]
    assert main(command) == 0
    good = capsys.readouterr()
    for content in (b"", b"no parquet", None):
        for path in [path for path in (tmp_path / "cache").rglob("*.parquet") if path.is_file()]:
            path.unlink() if content is None else path.write_bytes(content)
        assert (main(command), capsys.readouterr()) == (0, good), content


def test_one_byte_that_was_flipped_anywhere_in_the_cache_changes_no_answer(
    healthy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PMKIT_CACHE", str(tmp_path / "cache"))
    command = ["summary", "INC-1", "--data", str(healthy.parent), "--json", "--quiet"]
    assert main(command) == 0
    good = capsys.readouterr()
    files = sorted(path for path in (tmp_path / "cache").rglob("*") if path.is_file() and path.stat().st_size)
    assert {path.suffix for path in files} >= {".parquet", ".json", ""}
    for number, path in enumerate(files):
        content = bytearray(path.read_bytes())
        content[len(content) * (number % 7 + 1) // 8] ^= 1 << number % 8
        path.write_bytes(content)
        assert (main(command), capsys.readouterr()) == (0, good), path


def test_a_cache_that_cannot_be_written_to_is_named(healthy: Path) -> None:
    done = run(healthy, "summary", "--quiet", PMKIT_CACHE="/proc/none/cache")
    assert done.returncode == 2
    assert "cannot create the cache" in done.stderr


@pytest.mark.parametrize(
    ("url", "message"), {"s3://nowhere/x": "cannot create the cache", "none://x": "Unsupported filesystem"}.items()
)
def test_a_cache_that_cannot_be_reached_is_named(url: str, message: str, healthy: Path) -> None:
    unreachable = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    done = run(healthy, "summary", PMKIT_CACHE=url, **unreachable)
    assert done.returncode == 2
    assert done.stderr.startswith(f"pmkit: {url}: {message}")
    assert "Traceback" not in done.stderr


def test_a_report_folder_that_cannot_be_created_is_named(healthy: Path) -> None:
    done = run(healthy, "report", "--out", "/proc/none", "--quiet")
    assert done.returncode == 2
    assert "name another folder with --out" in done.stderr


def test_too_small_an_address_space_is_refused_before_work_begins(healthy: Path, tmp_path: Path) -> None:
    for command in (("summary", "INC-1"), ("report", "INC-1", "--out", str(tmp_path / "new"))):
        done = with_memory(2, *command, "--data", str(healthy.parent))
        assert done.returncode == 3
        assert "the address space is limited to 2.0 GiB, but at least 3 GiB are needed" in done.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.kernel
def test_a_killed_run_keeps_the_good_report_and_leaves_nothing_that_looks_finished(healthy: Path, out: Path) -> None:
    notebook = write_notebook(out.parent / "small.ipynb", "1")
    words = ("report", "INC-1", "--data", str(healthy.parent), "--out", str(out), "--notebook", str(notebook))
    command = [sys.executable, "-m", "pmkit", *words]
    for signal_sent, after_lines in ((signal.SIGINT, 2), (signal.SIGKILL, 3)):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert running.stderr
        progress = [running.stderr.readline() for _ in range(after_lines)]
        running.send_signal(signal_sent)
        progress.append(running.communicate(timeout=60)[1])
        assert "Traceback" not in "".join(progress)
        for path in (path for path in out.iterdir() if not path.name.startswith(".")):
            end = {".html": "</html>", ".pdf": "%%EOF"}[path.suffix]
            content = path.read_bytes().decode("latin-1").rstrip()
            assert content == GOOD or content.endswith(end), path
    assert main([*words, "--to", "html", "--quiet"]) == 0
    assert (out / "INC-1.html").read_text() != GOOD
    assert {path.name for path in out.iterdir()} <= {"INC-1.html", "INC-1.pdf"}


@pytest.mark.kernel
def test_a_full_disk_keeps_the_good_report(healthy: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("needs permission to mount")
    try:
        (disk / "INC-1.html").write_text(GOOD)
        notebook = write_notebook(tmp_path / "large.ipynb", "print('a long line\\n' * 10_000)")
        done = run(healthy, "report", "--out", str(disk), "--to", "html", "--notebook", str(notebook), "--quiet")
        assert done.returncode in (2, 3)
        assert "Traceback" not in done.stderr
        assert (disk / "INC-1.html").read_text() == GOOD
        assert "No space left" in done.stderr
    finally:
        subprocess.run(["umount", str(disk)], check=False)


@pytest.mark.kernel
def test_running_out_of_memory_keeps_the_good_report(healthy: Path, out: Path) -> None:
    done = with_memory(3, "report", "INC-1", "--data", str(healthy.parent), "--out", str(out), "--to", "html", "--quiet")
    if done.returncode == 0:
        assert (out / "INC-1.html").read_text().rstrip().endswith("</html>")
    else:
        assert (out / "INC-1.html").read_text() == GOOD
        assert [path.name for path in out.iterdir() if not path.name.startswith(".")] == ["INC-1.html"]


FAILING_RUNS = {
    "a cell over its time limit": (["--cell-timeout", "1", "--notebook", "sleeps.ipynb"], r"could not be run: .*(?i:time)"),
    "a kernel that is not installed": (["--notebook", "kernel.ipynb"], r"no kernel is called .no-such-kernel. here"),
    "a template that cannot be compiled": (["--notebook", "small.ipynb", "--template", "broken"], r"report\.html\.j2"),
    "a template that uses an unknown name": (["--notebook", "small.ipynb", "--template", "asks"], r"report\.html\.j2"),
}


@pytest.mark.kernel
@pytest.mark.parametrize(("words", "answer"), FAILING_RUNS.values(), ids=FAILING_RUNS)
def test_a_failed_run_keeps_the_good_report(
    words: list[str], answer: str, healthy: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = out.parent
    write_notebook(folder / "small.ipynb", "1")
    write_notebook(folder / "sleeps.ipynb", "import time; time.sleep(60)")
    write_notebook(folder / "kernel.ipynb", "1", kernel="no-such-kernel")
    for template, content in (("broken", "{% if %}"), ("asks", "{{ nothing.there.is }}")):
        (folder / template).mkdir()
        (folder / template / "report.html.j2").write_text(content)
    options = [str(folder / word) if (folder / word).exists() else word for word in words]
    command = ["report", "INC-1", "--data", str(healthy.parent), "--out", str(out), "--to", "html", "--quiet", *options]
    assert main(command) in {2, 3}
    message = capsys.readouterr().err
    assert re.search(answer, message, re.DOTALL), message
    assert "Traceback" not in message
    assert (out / "INC-1.html").read_text() == GOOD
