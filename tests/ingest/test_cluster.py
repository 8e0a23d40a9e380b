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
import pandas as pd
import pytest
from conftest import ROOT
from moto.server import ThreadedMotoServer
from reading import frame
from samples import access_log

from pmkit.core.locations import open_location
from pmkit.incident.folder import Incident
from pmkit.ingest.cache import open_incident
from pmkit.ingest.cluster.scheduling import spread
from pmkit.ingest.discovery import incident_requests
from pmkit.store.part import EVENTS, REJECTED, REQUESTS, ROLLUP, TEMPLATES, Part

TRACED = "".join(
    f"2026-01-17 0{n // 3600}:{n // 60 % 60:02}:{n % 60:02},000 ERROR [shop] order {n} broke\n"
    + ("Traceback (most recent call last):\n  File x\n\nKeyError: 1\n" if n % 3 else "")
    for n in range(30_000)
)
"""2 MB, with stack traces."""
ZIPPED = {"logs/old.log.gz": gzip.compress(access_log(30).encode())}


def pmkit(incident: Path, cache: Path | str, *words: str, **env: str) -> subprocess.Popen[str]:
    """Start the command line on an incident."""
    command = [sys.executable, "-m", "pmkit", words[0], incident.name, "--data", str(incident.parent), *words[1:]]
    around = {**os.environ, "PMKIT_CACHE": str(cache), **env}
    return subprocess.Popen(command, env=around, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def parts_of(incident: Path, cache: Path | str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Part]:
    """Open what a cache has of an incident."""
    monkeypatch.setenv("PMKIT_CACHE", str(cache))
    return {part.source: part for part in open_incident(Incident(incident)).parts}


def same(incident: Path, spread_to: Path | str, alone: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Part]:
    """Compare two caches, row for row and bit for bit."""
    clustered, single = (parts_of(incident, cache, monkeypatch) for cache in (spread_to, alone))
    assert clustered.keys() == single.keys()
    for source, part in clustered.items():
        other = single[source]
        assert part.sha256 == other.sha256
        assert {**vars(part.ledger), "data": ""} == vars(other.ledger)
        for name in (EVENTS, ROLLUP, TEMPLATES, REQUESTS, REJECTED):
            pd.testing.assert_frame_equal(frame(part.folder, name), frame(other.folder, name), check_exact=True)
    return clustered


@pytest.fixture
def exports(folder: Callable[..., Path]) -> Path:
    """Make an incident with a log that is divided, one that is packed, and one that is small."""
    return folder({"logs/app.log": "above\n" + TRACED, "logs/access.log": access_log(20), **ZIPPED})


class Cluster:
    """A scheduler and workers, as processes of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.logs = (folder / "dask.log").open("w")
        self.scheduler = self._start(
            "dask_scheduler", "--port", "0", "--dashboard-address", ":0", "--scheduler-file", str(self.file)
        )
        self.workers: list[subprocess.Popen[str]] = []
        while not self.file.exists() or not self.file.read_text():
            time.sleep(0.05)
        self.address = str(json.loads(self.file.read_text())["address"])

    def _start(self, name: str, *words: str, **env: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", f"distributed.cli.{name}", *words]
        return subprocess.Popen(
            command, stdout=self.logs, stderr=self.logs, text=True, env={**os.environ, **env}, cwd=self.folder
        )

    def add(self, number: int, **env: str) -> None:
        """Start workers, of one thread each, that nobody starts anew."""
        one = ("dask_worker", "--scheduler-file", str(self.file), "--nthreads", "1", "--no-nanny", "--no-dashboard")
        self.workers += [self._start(*one, **env) for _ in range(number)]

    def end(self) -> None:
        """End all processes."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()
        self.logs.close()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path)
    yield made
    made.end()


def until(cache: Path, ranges: int, running: subprocess.Popen[str]) -> None:
    """Wait until so many ranges of a log are in the cache, while it is still being read."""
    while len(list(cache.glob("*/*.by-*/*/ledger.json"))) < ranges:
        assert running.poll() is None, running.communicate()
        time.sleep(0.02)


def test_killing_a_worker_in_the_middle_loses_nothing_and_doubles_nothing(
    exports: Path, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.add(2)
    running = pmkit(exports, tmp_path / "spread", "ingest", "--cluster", cluster.address, "--range", "1")
    until(tmp_path / "spread", 1, running)
    cluster.workers[0].send_signal(signal.SIGKILL)
    said, told = running.communicate(timeout=120)
    assert running.returncode == 0, told
    assert "logs/app.log: python-logging: 30000 logs of 110001 lines; 60000 continuation, 20000 blank, 1 rejected" in said
    assert "3 of 3 exports" in told
    same(exports, tmp_path / "spread", tmp_path / "alone", monkeypatch)


def test_a_cancelled_run_is_continued(exports: Path, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster.add(2)
    words = ("ingest", "--cluster", cluster.address, "--range", "1")
    for attempt in range(5):  # where all of it is done before the signal arrives, once more
        cache = tmp_path / f"spread-{attempt}"
        running = pmkit(exports, cache, *words)
        until(cache, 1, running)
        running.send_signal(signal.SIGINT)
        told = running.communicate(timeout=60)[1]
        if running.returncode != 0:
            break
    assert running.returncode == 130, told
    assert any(line.startswith("pmkit: interrupted") for line in told.splitlines()), told
    (data,) = cache.glob("*/*.by-*")
    assert not (data.with_name(data.name.partition(".")[0]) / "ledger.json").exists()
    done = {path: path.stat().st_mtime_ns for path in cache.glob("*/*.by-*/*/ledger.json")}
    assert done
    again = pmkit(exports, cache, *words)
    assert again.communicate(timeout=120)[0].count("\n") == 4
    assert {path: path.stat().st_mtime_ns for path in done} == done
    same(exports, cache, tmp_path / "alone", monkeypatch)


def test_a_task_that_fails_thrice_names_its_file_and_range_and_the_others_are_done(exports: Path, tmp_path: Path) -> None:
    cache = tmp_path / "spread"
    words = ("ingest", "--cluster", "local", "--range", "1")
    first = pmkit(exports, cache, *words)
    assert first.communicate(timeout=120)[0]
    (data,) = cache.glob("*/*.by-*")
    (data.with_name(data.name.partition(".")[0]) / "ledger.json").unlink()
    taken = sorted(path for path in data.iterdir() if path.name.isdigit())[1]
    shutil.rmtree(taken)
    taken.write_text("no folder")
    again = pmkit(exports, cache, *words)
    told = again.communicate(timeout=120)[1]
    assert again.returncode == 3
    assert re.search(
        r"pmkit: logs/app.log, bytes 1,0\d\d,\d\d\d to 2,\d\d\d,\d\d\d: failed three times: NotADirectoryError", told
    )
    assert "2 of 3 exports" in told


def test_an_export_that_is_broken_is_named_and_the_others_are_done(exports: Path, tmp_path: Path) -> None:
    packed = exports / "logs" / "old.log.gz"
    packed.write_bytes(packed.read_bytes()[:-9])
    running = pmkit(exports, tmp_path / "spread", "ingest", "--cluster", "local", "--range", "1")
    told = running.communicate(timeout=120)[1]
    assert running.returncode == 2
    assert "old.log.gz: the compressed file is cut short" in told
    assert "2 of 3 exports" in told


def test_a_worker_with_another_pmkit_is_told(exports: Path, cluster: Cluster, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "pmkit", tmp_path / "other" / "pmkit")
    with (tmp_path / "other" / "pmkit" / "core" / "schema.py").open("a") as file:
        file.write("# changed\n")
    cluster.add(1, PYTHONPATH=str(tmp_path / "other"))
    running = pmkit(exports, tmp_path / "spread", "ingest", "--cluster", cluster.address)
    told = running.communicate(timeout=60)[1]
    assert running.returncode == 2
    assert re.search(r"worker tcp://\S+ has another pmkit than this machine", told)


def test_without_a_scheduler_it_says_so(exports: Path, tmp_path: Path) -> None:
    for address, words in {"tcp://127.0.0.1:9": "no scheduler answers there", "nonsense": "expected local, or"}.items():
        running = pmkit(exports, tmp_path / "spread", "ingest", "--cluster", address)
        told = running.communicate(timeout=60)[1]
        assert running.returncode == 2
        assert told.splitlines()[-1].startswith(f"pmkit: --cluster {address}: {words}")


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Start an S3 server, and give the URL of a bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    said = {"AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    for name, value in {**said, "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    name = f"exports-{uuid.uuid4().hex}"
    fsspec.filesystem("s3", skip_instance_cache=True).mkdir(name)
    yield f"s3://{name}"
    server.stop()


def test_exports_and_the_cache_may_lie_in_s3(
    bucket: str, folder: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = folder({"logs/near.log": access_log(20)}, f"exports: ['{bucket}/shop/*.log', '{bucket}/old/']")
    for name, content in {
        "shop/app.log": TRACED.encode(),
        "shop/.hidden": b"x",
        "old/access.log.gz": ZIPPED["logs/old.log.gz"],
    }.items():
        open_location(f"{bucket}/{name}").write_bytes(content)
    cache = f"{bucket}/cache"
    running = pmkit(far, cache, "ingest", "--cluster", "local", "--range", "1")
    said, told = running.communicate(timeout=120)
    assert running.returncode == 0, told
    assert f"{bucket}/shop/app.log: python-logging: 30000 logs of 110000 lines" in said
    found = same(far, cache, tmp_path / "alone", monkeypatch)
    assert set(found) == {"logs/near.log", f"{bucket}/shop/app.log", f"{bucket}/old/access.log.gz"}
    summary = pmkit(far, cache, "summary", "--json")
    told = json.loads(summary.communicate(timeout=60)[0])
    assert told == json.loads(pmkit(far, tmp_path / "alone", "summary", "--json").communicate(timeout=60)[0])


def test_a_url_that_names_nothing_is_told(bucket: str, folder: Callable[..., Path], tmp_path: Path) -> None:
    for url, words in {f"{bucket}/none/*.log": "no files found", "ftps://x/y": "cannot be"}.items():
        incident = folder({"logs/near.log": access_log(2)}, f"exports: ['{url}']", f"INC-{len(words)}")
        running = pmkit(incident, tmp_path / "cache", "summary")
        told = running.communicate(timeout=60)[1]
        assert running.returncode == 2, told
        assert url in told


def test_very_many_ranges_are_added_up_in_steps(exports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PMKIT_CACHE", str(tmp_path / "spread"))
    messages: list[str] = []
    spread(incident_requests(Incident(exports)), "local", 250_000, messages.append, merged_at_once=8)
    assert len(list((tmp_path / "spread").glob("*/*.by-250000/sum-1-*"))) >= 2
    assert messages[-1].endswith("3 of 3 exports")
    same(exports, tmp_path / "spread", tmp_path / "alone", monkeypatch)


def test_a_store_that_cannot_be_reached_is_told(exports: Path) -> None:
    for url, words in {"s3://nowhere/x": "cannot make the cache", "none://x": "Unsupported filesystem"}.items():
        running = pmkit(exports, url, "summary", AWS_EC2_METADATA_DISABLED="true", AWS_ENDPOINT_URL="http://127.0.0.1:9")
        told = running.communicate(timeout=60)[1]
        assert running.returncode == 2
        assert told.startswith(f"pmkit: {url}: {words}")
        assert "Traceback" not in told
