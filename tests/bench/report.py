"""Measure the cost of a report by stage, and relative to the minimum that papermill and nbconvert need.

    make benchall

Times `pmkit report` (HTML and PDF) on the shipped incidents against the floor: `papermill` and
`jupyter nbconvert --to html` on a notebook with one empty cell, as two commands. The runs are
interleaved because machines are noisy: only the ratios are meaningful. The stages overlap where
they can, so they do not add up to the whole.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import nbformat

ROOT = Path(__file__).parents[2]
INCIDENTS = sorted(path.name for path in (ROOT / "data" / "incidents").iterdir())

STAGES = """
import json, sys, time
from pathlib import Path
begin = time.perf_counter()
from pmkit.cli.optional_libraries import UNUSED, without
with without(*UNUSED):
    from pmkit.publish.job import Job
    from pmkit.publish.run import run
from pmkit.incident.data_folder import data_folder
from pmkit.incident.folder import find_incident
from pmkit.ingest.cache import open_incident
times = {"imports": time.perf_counter() - begin}
incident = find_incident(sys.argv[1], data_folder())
for name in ("reading the exports", "finding them in the cache"):
    begin = time.perf_counter()
    open_incident(incident)
    times[name] = time.perf_counter() - begin
for formats in (["ipynb"], ["ipynb"], ["ipynb", "html"], ["ipynb", "pdf"]):  # the first compares with all others, once
    begin = time.perf_counter()
    run(Job(incident, Path(sys.argv[2]), formats))
    times["+".join(formats)] = time.perf_counter() - begin
print(json.dumps(times))
"""


def timed(*commands: list[str], cache: str) -> float:
    begin = time.perf_counter()
    for command in commands:
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env={**os.environ, "PMKIT_CACHE": cache})
    return time.perf_counter() - begin


def stages(incident: str, folder: str) -> dict[str, float]:
    """Measure each stage of one report by itself, seconds."""
    command = [sys.executable, "-c", STAGES, incident, folder]
    env = {**os.environ, "PMKIT_CACHE": f"{folder}/stages-{time.time_ns()}"}
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, env=env)
    times: dict[str, float] = json.loads(done.stdout)
    ran = nbformat.read(Path(folder, f"{incident}.ipynb"), as_version=4)
    cells: list[dict[str, Any]] = [cell.metadata.papermill for cell in ran.cells if cell.cell_type == "code"]
    first = datetime.fromisoformat(cells[0]["start_time"])
    whole = times.pop("ipynb")
    durations = [cell["duration"] for cell in cells]
    return {
        "imports": times["imports"],
        "reading the exports, the first time": times["reading the exports"],
        "finding them in the cache": times["finding them in the cache"],
        "starting the kernel": (first - datetime.fromisoformat(ran.metadata.papermill.start_time)).total_seconds(),
        "imports and analysis in the kernel": max(durations),
        "all other cells": sum(durations) - max(durations),
        "HTML": max(times["ipynb+html"] - whole, 0.0),
        "PDF": max(times["ipynb+pdf"] - whole, 0.0),
    }


# The commands that are run while somebody types, with their environment, and how many seconds each may take.
_COMPLETE: Final = {"_PMKIT_COMPLETE": "bash_complete", "COMP_CWORD": "2"}
STARTS: Final[dict[str, tuple[list[str], dict[str, str], float]]] = {
    "`import pmkit`": (["-c", "import pmkit"], {}, 0.1),
    "`pmkit --help`": (["-m", "pmkit", "--help"], {}, 0.15),
    "completion of an option": (["-m", "pmkit"], {**_COMPLETE, "COMP_WORDS": "pmkit report --"}, 0.2),
    "completion of an incident": (["-m", "pmkit"], {**_COMPLETE, "COMP_WORDS": "pmkit report INC"}, 0.2),
}


def starts(runs: int) -> Iterator[tuple[str, float, float]]:
    """Yield how many seconds each command takes that is run while somebody types, and how many it may take."""
    for name, (arguments, environment, target_s) in STARTS.items():
        command, times = [sys.executable, *arguments], []
        for _ in range(2 * runs):
            begin = time.perf_counter()
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env={**os.environ, **environment})
            times.append(time.perf_counter() - begin)
        yield name, statistics.median(times), target_s


def compared_with_the_floor(incident: str, runs: int, folder: str) -> list[tuple[float, float, float]]:
    """Return, for each round, how many seconds the first report, the next one and the floor took."""
    empty, executed = Path(folder, "empty.ipynb"), Path(folder, "executed.ipynb")
    if not empty.exists():
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("")], metadata=kernel), empty)
    floor = (
        [sys.executable, "-m", "papermill", str(empty), str(executed)],
        [sys.executable, "-m", "nbconvert", "--to", "html", str(executed)],
    )
    pmkit = [sys.executable, "-m", "pmkit", "report", "--out", folder, "--quiet", incident]
    timed(*floor, cache=folder)
    rounds = []
    for number in range(runs):
        cache = f"{folder}/{incident}-{number}"
        rounds.append((timed(pmkit, cache=cache), timed(pmkit, cache=cache), timed(*floor, cache=folder)))
    return rounds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    middle = statistics.median
    print("| start | s | at most |\n| --- | ---: | ---: |")
    for name, took_s, target_s in starts(runs):
        print(f"| {name} | {took_s:.2f} | {target_s} |", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        print("\n| report, HTML and PDF | first s | again s | to the floor, first | again |")
        print("| --- | ---: | ---: | ---: | ---: |")
        for incident in INCIDENTS:
            rounds = compared_with_the_floor(incident, runs, folder)
            first, again, least = (middle(column) for column in zip(*rounds, strict=True))
            ratios = [middle(run[place] / run[2] for run in rounds) for place in (0, 1)]
            print(f"| {incident} | {first:.2f} | {again:.2f} | {ratios[0]:.2f} | {ratios[1]:.2f} |", flush=True)
        print(f"| the floor: papermill, then nbconvert, empty notebook | | {least:.2f} | | 1.00 |")
        command, cache = [sys.executable, "-m", "pmkit", "report", "--out", folder, "--quiet"], f"{folder}/{INCIDENTS[0]}-0"
        together = [timed([*command, "--all", "--jobs", str(jobs)], cache=cache) for jobs in (1, os.cpu_count() or 1)]
        print(f"| all {len(INCIDENTS)}, one at a time; {os.cpu_count()} at once | {together[0]:.2f} | {together[1]:.2f} | | |\n")
        print("| stage, measured by itself | s |\n| --- | ---: |")
        measured = [stages(INCIDENTS[0], folder) for _ in range(runs)]
        for name in measured[0]:
            print(f"| {name} | {middle(times[name] for times in measured):.2f} |")


if __name__ == "__main__":
    main()
