"""Measure how fast many small logs are read, relative to one log with the same lines.

    make benchall
    python tests/bench/small_logs.py [--runs 3]

The logs are those of a cluster's pods: forty lines of an application, each wrapped as a container runtime writes it. Every
reading starts with an empty cache, in a process of its own. The runs are interleaved because machines are noisy: only the
ratios are meaningful.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

LINES: Final = 40
BEGIN: Final = datetime(2026, 1, 17, 3, 0, tzinfo=UTC)
YAML: Final = "id: INC-1\ntitle: a test\n"


@dataclass(frozen=True)
class Cost:
    """What one reading took, in seconds by the clock and of all processors."""

    elapsed_s: float
    processor_s: float


def lines_of(pod: int) -> str:
    """Write the log of one pod."""
    lines = []
    for n in range(LINES):
        at = BEGIN + timedelta(seconds=30 * n + pod % 30)
        failed = 10 <= n < 14 and pod % 3 == 0
        level, logger = ("ERROR", "OrderFailed") if failed else ("INFO", "OrderService")
        message = f"order {pod * LINES + n} {'failed: timeout' if failed else 'done'} in {n * 7} ms"
        inner = f"{at:%Y-%m-%d %H:%M:%S},{n:03} {level} [worker-{n % 4}] com.shop.orders.{logger} - {message}"
        lines.append(f"{at:%Y-%m-%dT%H:%M:%S}.{pod:09}Z stdout F {inner}\n")
    return "".join(lines)


def pods(number: int) -> Iterator[tuple[str, str]]:
    """Yield the name of each pod's log, and its content."""
    return ((f"orders-{pod:05}-7d9f8b6c5-{pod:05x}.log", lines_of(pod)) for pod in range(number))


def folder_of_logs(data: Path, number: int) -> Path:
    """Write an incident with one log per pod."""
    logs = data / f"logs-{number}" / "INC-1"
    logs.mkdir(parents=True)
    (logs / "incident.yaml").write_text(YAML)
    for name, text in pods(number):
        (logs / name).write_text(text)
    return logs.parent


def folder_of_one(data: Path, number: int) -> Path:
    """Write an incident with one log that has the lines of all pods."""
    incident = data / f"one-{number}" / "INC-1"
    incident.mkdir(parents=True)
    (incident / "incident.yaml").write_text(YAML)
    (incident / "orders.log").write_text("".join(text for _, text in pods(number)))
    return incident.parent


def folder_of_archive(data: Path, number: int) -> Path:
    """Write an incident with a compressed archive of the pods' logs."""
    incident = data / f"tar-{number}" / "INC-1"
    incident.mkdir(parents=True)
    (incident / "incident.yaml").write_text(YAML)
    with tarfile.open(incident / "pods.tar.gz", "w:gz") as archive:
        for name, text in pods(number):
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return incident.parent


def read(data: Path) -> Cost:
    """Read an incident into an empty cache."""
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, "-m", "pmkit", "ingest", "INC-1", "--data", str(data), "--quiet"]
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PMKIT_CACHE": cache})
        elapsed_s, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(elapsed_s, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        exports = {
            "400 logs": (folder_of_logs(data, 400), folder_of_one(data, 400)),
            "2,000 logs": (folder_of_logs(data, 2_000), folder_of_one(data, 2_000)),
            "2,000 logs in a tar": (folder_of_archive(data, 2_000), folder_of_one(data / "again", 2_000)),
            "10,000 logs": (folder_of_logs(data, 10_000), folder_of_one(data, 10_000)),
        }
        print(f"| of {LINES} lines each | s | processor s | one log with the same lines, s | times as long |")
        print("| --- | ---: | ---: | ---: | ---: |")
        for name, (many, one) in exports.items():
            costs = [(read(many), read(one)) for _ in range(runs)]
            elapsed_s = statistics.median(cost.elapsed_s for cost, _ in costs)
            processor_s = statistics.median(cost.processor_s for cost, _ in costs)
            single_s = statistics.median(cost.elapsed_s for _, cost in costs)
            ratio = statistics.median(cost.elapsed_s / single.elapsed_s for cost, single in costs)
            print(f"| {name} | {elapsed_s:.1f} | {processor_s:.1f} | {single_s:.1f} | {ratio:.1f} |", flush=True)


if __name__ == "__main__":
    main()
