"""Measure everything that people wait for, each beside what it is compared with and its target, in one table.

    make bench
    python tests/bench/overview.py [--quick]

Takes some ten minutes on an idle machine with two processors. The logs are smaller than in `ingest.py`: ratios hardly depend
on it. What is compared is run in turn, because machines are noisy. `--quick` takes a twentieth of the lines, to try the script.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import ingest
import report
import small_logs

import data

# How often each comparison is repeated; the median counts.
_RUNS: Final = 3

SUMMARY: Final = """
import sys, time
from pmkit.findings.investigate import investigate
times = []
for _ in range(4):
    begin = time.perf_counter()
    investigate(sys.argv[1], sys.argv[2])
    times.append(time.perf_counter() - begin)
print(min(times[1:]))
"""


@dataclass(frozen=True)
class Measured:
    """One row of the table.

    Attributes
    ----------
    name : str
        What was measured.
    value : float
        The result.
    target : float
        The value that it should not exceed; what it should reach if `is_floor`.
    unit : str
        The unit of both.
    detail : str
        What the value comes from.
    """

    name: str
    value: float
    target: float
    unit: str
    detail: str = ""
    is_floor: bool = False

    @property
    def row(self) -> str:
        """The row in Markdown."""
        is_met = self.value >= self.target if self.is_floor else self.value <= self.target
        sign = "≥" if self.is_floor else "≤"
        figures = f"{self.value:,.2f} {self.unit} | {sign} {self.target:,g} | {'yes' if is_met else 'no'}"
        return f"| {self.name} | {figures} | {self.detail} |"


def starts(_: int, __: Path) -> Iterator[Measured]:
    """Measure the commands that are run while somebody types."""
    for name, took_s, target_s in report.starts(_RUNS):
        yield Measured(name, took_s, target_s, "s")


def reports(_: int, folder: Path) -> Iterator[Measured]:
    """Measure a report beside papermill and nbconvert on an empty notebook."""
    rounds = [run for name in report.INCIDENTS[:2] for run in report.compared_with_the_floor(name, _RUNS, str(folder))]
    for place, (name, target) in enumerate({"first report": 1.5, "next report": 0.9}.items()):
        ratio = statistics.median(run[place] / run[2] for run in rounds)
        took_s, floor_s = (statistics.median(run[column] for run in rounds) for column in (place, 2))
        yield Measured(name, ratio, target, "× the floor", f"{took_s:.2f} s, {floor_s:.2f} s")


def many_small_logs(scale: int, folder: Path) -> Iterator[Measured]:
    """Measure the logs of many pods beside one log with the same lines."""
    few, many, most = 400 // scale, 2_000 // scale, 10_000 // scale
    pods, one = small_logs.folder_of_logs(folder, few), small_logs.folder_of_one(folder, few)
    costs = [(small_logs.read(pods), small_logs.read(one)) for _ in range(_RUNS)]
    ratio = statistics.median(each.elapsed_s / single.elapsed_s for each, single in costs)
    yield Measured(f"{few:,} logs of {small_logs.LINES} lines", ratio, 2, "× one log", "the same lines in one log")
    cases = (
        (f"{many:,} logs", small_logs.folder_of_logs(folder, many), 6, _RUNS),
        (f"{many:,} logs in a tar", small_logs.folder_of_archive(folder, many), 6, _RUNS),
        (f"{most:,} logs", small_logs.folder_of_logs(folder, most), 30, 1),
    )
    for name, logs, target_s, runs in cases:
        read = [small_logs.read(logs) for _ in range(runs)]
        processor_s = min(cost.processor_s for cost in read)
        yield Measured(name, min(cost.elapsed_s for cost in read), target_s, "s", f"{processor_s:.1f} processor s")


def reading(scale: int, folder: Path) -> Iterator[Measured]:
    """Measure complete reading beside other tools; rates are compared where those read fewer lines."""
    entrants = {each.name: each for each in ingest.contenders(2_500_000 // scale) if "GoAccess" not in each.name}
    wanted = [name for name in entrants if name != "wc -l" and "templates" not in name]
    costs: dict[str, list[ingest.Cost]] = {name: [] for name in wanted}
    for _ in range(_RUNS):
        for name in wanted:
            costs[name].append(ingest.run(entrants[name], ingest.log_of(entrants[name], folder))[0])
    wall = {name: min(cost.wall_s for cost in costs[name]) / entrants[name].events * 1e6 for name in wanted}
    processor = {name: min(cost.cpu_s for cost in costs[name]) / entrants[name].events * 1e6 for name in wanted}
    access, packed, json_lines, text = (name for name in wanted if name.startswith("pmkit"))
    mawk, pandas = "mawk: count by minute and status", "pandas.read_json(lines=True)"
    lnav = "lnav: index, count by status"

    def compared(name: str, ours: str, other: str, times: dict[str, float], target: float) -> Iterator[Measured]:
        if other in times:
            yield Measured(name, times[ours] / times[other], target, "×", f"{times[ours]:.2f}, {times[other]:.2f} µs a line")

    yield from compared("access lines, to mawk's count", access, mawk, wall, 2.8)
    yield from compared("access lines in gzip, to zcat", packed, "zcat", wall, 2)
    yield from compared("access lines, to lnav's index, processor time", access, lnav, processor, 0.8)
    yield from compared("JSON lines, to pandas.read_json", json_lines, pandas, wall, 0.2)
    yield from compared("JSON lines, to pandas.read_json, processor time", json_lines, pandas, processor, 0.4)
    yield Measured("text with tracebacks", 1e6 / wall[text] / 1000, 600, "thousand events/s", is_floor=True)
    peak_mb = max(cost.peak_mb for name in wanted if name.startswith("pmkit") for cost in costs[name])
    yield Measured("memory while reading", peak_mb, 1000, "MB", "the largest of these")


def analysis(scale: int, folder: Path) -> Iterator[Measured]:
    """Measure a summary of logs that are in the cache."""
    for name, log, events, target_s in (
        ("a summary of 10 million lines", "access.log", 10_000_000, 0.6),
        ("a summary of a week, 500 routes", "week.log", 1_000_000, 3),
    ):
        incident = folder / log / "INC-1"
        incident.mkdir(parents=True)
        (incident / "incident.yaml").write_text(small_logs.YAML)
        (incident / "access.log").hardlink_to(data.make(log, folder, events // scale))
        command = [sys.executable, "-c", SUMMARY, "INC-1", str(incident.parent)]
        environment = {**os.environ, "PMKIT_CACHE": str(folder / f"cache-{log}")}
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        yield Measured(name, float(done.stdout), target_s, "s", f"{events // scale:,} lines, in the cache")


SECTIONS: Final[tuple[Callable[[int, Path], Iterator[Measured]], ...]] = (starts, reports, many_small_logs, reading, analysis)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a twentieth of the lines")
    parser.add_argument("--only", choices=[section.__name__ for section in SECTIONS], help="one part of the table")
    options = parser.parse_args()
    begin = time.monotonic()
    print(
        f"{time.strftime('%-d %B %Y')}, {os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}\n"
    )
    print("| | measured | target | met | |\n| --- | ---: | ---: | --- | --- |")
    for section in SECTIONS:
        if options.only in (None, section.__name__):
            with tempfile.TemporaryDirectory(prefix="pmkit-bench-") as folder:
                for measured in section(20 if options.quick else 1, Path(folder)):
                    print(measured.row, flush=True)
    print(f"\nin {(time.monotonic() - begin) / 60:.0f} minutes")


if __name__ == "__main__":
    main()
