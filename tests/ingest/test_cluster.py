"""A cluster fills the same cache as one machine does, whatever happens to it on the way."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import fsspec
import pytest
from caches import assert_same
from conftest import ROOT
from moto.server import ThreadedMotoServer
from samples import access_log

from pmkit.core.locations import open_location
from pmkit.incident.folder import Incident
from pmkit.ingest.cluster.scheduling import spread
from pmkit.ingest.discovery import incident_requests

pytestmark = pytest.mark.cluster


def traced(orders: int) -> str:
    """Return a log of errors, most of them with a stack trace."""
    return "".join(
        f"2026-01-17 0{n // 3600}:{n // 60 % 60:02}:{n % 60:02},000 ERROR [shop] order {n} broke {'after a retry ' * 18}\n"
        + ("Traceback (most recent call last):\n  File x\n\nKeyError: 1\n" if n % 3 else "")
        for n in range(orders)
    )


# 2 MB, in few lines.
TRACED = traced(7_500)
COMPRESSED = {"logs/old.log.gz": gzip.compress(access_log(30).encode())}
# Ranges of 1 MiB: the log above is divided into three.
RANGES = ("--range", "1")


def start(incident: Path, cache: Path, address: str) -> subprocess.Popen[str]:
    """Start to ingest an incident on a cluster, in a process of its own."""
    options = ["--data", str(incident.parent), "--cluster", address, *RANGES]
    # Where the tests run in the background, processes ignore interrupts unless their handling is reset.
    command = ["env", "--default-signal=INT", sys.executable, "-m", "pmkit", "ingest", incident.name, *options]
    environment = {**os.environ, "PMKIT_CACHE": str(cache)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(pmkit: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return a function that runs a command on an incident with a cache, like the fixture `pmkit`."""

    def run(incident: Path, cache: Path | str, name: str, *words: str) -> tuple[int, str, str]:
        monkeypatch.setenv("PMKIT_CACHE", str(cache))
        return pmkit(name, incident.name, "--data", incident.parent, *words)

    return run


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the cache of this machine alone, in which the exports are read once for all tests."""
    return tmp_path_factory.mktemp("alone")


@pytest.fixture
def exports(folder: Callable[..., Path]) -> Path:
    """Write an incident with a log that is divided, one that is compressed, and one that is small."""
    return folder({"logs/app.log": "above\n" + TRACED, "logs/access.log": access_log(20), **COMPRESSED})


class Cluster:
    """A scheduler and workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "scheduler.json"
        self._log = (folder / "dask.log").open("w")
        self._scheduler = self._start(
            "dask_scheduler", "--port", "0", "--dashboard-address", ":0", "--scheduler-file", str(self._file)
        )
        self.workers: list[subprocess.Popen[str]] = []
        while not self._file.exists() or not self._file.read_text():
            time.sleep(0.05)
        self.address = str(json.loads(self._file.read_text())["address"])

    def _start(self, name: str, *words: str, **env: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", f"distributed.cli.{name}", *words]
        return subprocess.Popen(
            command, stdout=self._log, stderr=self._log, text=True, env={**os.environ, **env}, cwd=self._folder
        )

    def add(self, number: int, **env: str) -> None:
        """Start workers of one thread each, which nobody restarts."""
        worker = ("dask_worker", "--scheduler-file", str(self._file), "--nthreads", "1", "--no-nanny", "--no-dashboard")
        self.workers += [self._start(*worker, **env) for _ in range(number)]

    def signal(self, number: int) -> None:
        """Send a signal to all workers."""
        for worker in self.workers:
            worker.send_signal(number)

    def end(self) -> None:
        """End all processes."""
        for process in (*self.workers, self._scheduler):
            process.kill()
            process.wait()
        self._log.close()


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """Start an S3 server, which this process and those that it starts use, and yield its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        address = f"http://{host}:{port}"
        environment.setenv("AWS_ENDPOINT_URL", address)
        environment.setenv("AWS_ACCESS_KEY_ID", "a")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "b")
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield address
    server.stop()


@pytest.fixture
def bucket(s3: str) -> str:
    """Return the URL of a new bucket."""
    name = f"exports-{uuid.uuid4().hex}"
    fsspec.filesystem("s3", endpoint_url=s3, skip_instance_cache=True).mkdir(name)
    return f"s3://{name}"


@pytest.fixture(scope="module")
def cluster(s3: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Start a cluster with two workers, which stay alive and reach the S3 server."""
    started = Cluster(tmp_path_factory.mktemp("cluster"))
    started.add(2, AWS_ENDPOINT_URL=s3)
    yield started
    started.end()


@pytest.fixture
def own_cluster(tmp_path: Path) -> Iterator[Cluster]:
    """Start a cluster without workers, for a test that harms it."""
    started = Cluster(tmp_path)
    yield started
    started.end()


def wait_for_ranges(cache: Path, number: int, running: subprocess.Popen[str]) -> None:
    """Wait until this many ranges of a log are in the cache, while it is still being read."""
    while len(list(cache.glob("*/*.by-*/*/ledger.json"))) < number:
        assert running.poll() is None, running.communicate()
        time.sleep(0.02)


def test_killing_a_worker_in_the_middle_loses_nothing_and_doubles_nothing(
    exports: Path, own_cluster: Cluster, tmp_path: Path, alone: Path
) -> None:
    own_cluster.add(2)
    running = start(exports, tmp_path / "spread", own_cluster.address)
    wait_for_ranges(tmp_path / "spread", 1, running)
    own_cluster.workers[0].send_signal(signal.SIGKILL)
    out, err = running.communicate(timeout=120)
    assert running.returncode == 0, err
    assert "logs/app.log: python-logging: 7,500 logs of 27,501 lines; 15,000 continuation, 5,000 blank, 1 rejected" in out
    assert "3 of 3 exports" in err
    assert_same(exports, tmp_path / "spread", alone)


def test_a_cancelled_run_is_continued(exports: Path, cluster: Cluster, tmp_path: Path, command: Command, alone: Path) -> None:
    for attempt in range(5):  # another attempt where everything is done before the signal arrives
        cache = tmp_path / f"spread-{attempt}"
        running = start(exports, cache, cluster.address)
        wait_for_ranges(cache, 1, running)
        # Nothing more is finished before the signal arrives, however slow this process is.
        cluster.signal(signal.SIGSTOP)
        running.send_signal(signal.SIGINT)
        try:
            err = running.communicate(timeout=60)[1]
        finally:
            cluster.signal(signal.SIGCONT)
        if running.returncode != 0:
            break
    assert running.returncode == 130, err
    assert "pmkit: interrupted; the files that were finished are kept" in err.splitlines(), err
    (data,) = cache.glob("*/*.by-*")
    assert not (data.with_name(data.name.partition(".")[0]) / "ledger.json").exists()
    finished = {path: path.stat().st_mtime_ns for path in cache.glob("*/*.by-*/*/ledger.json")}
    assert finished
    _, out, _ = command(exports, cache, "ingest", "--cluster", cluster.address, *RANGES)
    assert re.findall(r"^logs/([\w.]+): \S+: [\d,]+ logs of ", out, re.MULTILINE) == ["access.log", "app.log", "old.log.gz"]
    assert {path: path.stat().st_mtime_ns for path in finished} == finished
    assert_same(exports, cache, alone)


def test_a_task_that_fails_three_times_names_its_file_and_range_and_the_others_are_done(
    exports: Path, cluster: Cluster, tmp_path: Path, command: Command
) -> None:
    cache = tmp_path / "spread"
    assert command(exports, cache, "ingest", "--cluster", cluster.address, *RANGES)[0] == 0
    (data,) = cache.glob("*/*.by-*")
    (data.with_name(data.name.partition(".")[0]) / "ledger.json").unlink()
    second_range = sorted(path for path in data.iterdir() if path.name.isdigit())[1]
    shutil.rmtree(second_range)
    second_range.write_text("no folder")
    exit_code, _, err = command(exports, cache, "ingest", "--cluster", cluster.address, *RANGES)
    assert exit_code == 3
    assert re.search(r"pmkit: logs/app.log, bytes 1,0\d\d,\d\d\d to 2,\d\d\d,\d\d\d: failed 3 times: NotADirectoryError", err)
    assert "2 of 3 exports" in err


def test_on_a_cluster_on_this_machine_a_broken_export_is_named_and_the_others_are_done(
    exports: Path, tmp_path: Path, command: Command
) -> None:
    compressed = exports / "logs" / "old.log.gz"
    compressed.write_bytes(compressed.read_bytes()[:-9])
    exit_code, _, err = command(exports, tmp_path / "spread", "ingest", "--cluster", "local", *RANGES)
    assert exit_code == 2
    assert "old.log.gz: the compressed file is cut short" in err
    assert "2 of 3 exports" in err


def test_a_worker_with_another_version_of_pmkit_is_named(
    exports: Path, own_cluster: Cluster, tmp_path: Path, command: Command
) -> None:
    shutil.copytree(ROOT / "pmkit", tmp_path / "other" / "pmkit")
    with (tmp_path / "other" / "pmkit" / "core" / "schema.py").open("a") as file:
        file.write("# changed\n")
    own_cluster.add(1, PYTHONPATH=str(tmp_path / "other"))
    exit_code, _, err = command(exports, tmp_path / "spread", "ingest", "--cluster", own_cluster.address)
    assert exit_code == 2
    assert re.search(r"worker tcp://\S+ has another pmkit than this machine", err)


@pytest.mark.parametrize(
    ("address", "message"), {"tcp://127.0.0.1:9": "no scheduler answers there", "tls://127.0.0.1:9": "cannot connect"}.items()
)
def test_an_address_without_a_scheduler_is_refused(
    address: str, message: str, exports: Path, tmp_path: Path, command: Command
) -> None:
    exit_code, _, err = command(exports, tmp_path / "spread", "ingest", "--cluster", address)
    assert exit_code == 2
    assert err.splitlines()[-1].startswith(f"pmkit: --cluster {address}: {message}")
    assert "Warning" not in err


@pytest.fixture
def exports_in_s3(bucket: str, folder: Callable[..., Path]) -> Path:
    """Write an incident with one log beside it and two in a bucket."""
    content = {"shop/app.log": traced(4_500).encode(), "shop/.hidden": b"x", "old/access.log.gz": COMPRESSED["logs/old.log.gz"]}
    for name, data in content.items():
        open_location(f"{bucket}/{name}").write_bytes(data)
    return folder({"logs/near.log": access_log(20)}, f"exports: ['{bucket}/shop/*.log', '{bucket}/old/']")


def test_exports_and_the_cache_may_be_in_s3(
    bucket: str, exports_in_s3: Path, cluster: Cluster, command: Command, alone: Path
) -> None:
    incident = exports_in_s3
    cache = f"{bucket}/cache"
    exit_code, out, err = command(incident, cache, "ingest", "--cluster", cluster.address, *RANGES)
    assert exit_code == 0, err
    assert f"{bucket}/shop/app.log: python-logging: 4,500 logs of 16,500 lines" in out
    parts = assert_same(incident, cache, alone)
    assert set(parts) == {"logs/near.log", f"{bucket}/shop/app.log", f"{bucket}/old/access.log.gz"}
    summaries = [json.loads(command(incident, place, "summary", "--json")[1]) for place in (cache, alone)]
    assert summaries[0] == summaries[1]


def test_a_url_at_which_there_is_nothing_is_named(bucket: str, folder: Callable[..., Path], command: Command) -> None:
    url = f"{bucket}/none/*.log"
    exit_code, _, err = command(folder({"near.log": access_log(2)}, f"exports: ['{url}']"), f"{bucket}/cache", "summary")
    assert exit_code == 2
    assert f"{url}: no files found" in err


def test_very_many_ranges_are_merged_in_steps(
    exports: Path, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alone: Path
) -> None:
    monkeypatch.setenv("PMKIT_CACHE", str(tmp_path / "spread"))
    messages: list[str] = []
    spread(incident_requests(Incident(exports)), cluster.address, 500_000, messages.append, merged_at_once=3)
    assert len(list((tmp_path / "spread").glob("*/*.by-500000/sum-1-*"))) >= 2
    assert messages[-1].endswith("3 of 3 exports")
    assert_same(exports, tmp_path / "spread", alone)
