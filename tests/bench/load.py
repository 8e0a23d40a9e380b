"""Measure the cost of a hundred reports and five hundred interactions with the explorer, and whether memory stays flat.

python tests/bench/load.py [--incidents 100] [--interactions 500]
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "data" / "incidents").iterdir())


def resident_mb() -> float:
    """Return the resident memory of this process, megabytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def reports(number: int, folder: Path) -> None:
    """Write many reports with one command."""
    data, out = folder / "data", folder / "reports"
    for n in range(number):
        shipped = SHIPPED[n % len(SHIPPED)]
        copy = data / f"INC-{n:04}"
        shutil.copytree(shipped, copy)
        yaml = copy / "incident.yaml"
        yaml.write_text(yaml.read_text().replace(f"id: {shipped.name}", f"id: {copy.name}", 1))
    begin = time.perf_counter()
    command = [sys.executable, "-m", "pmkit", "report", "--all", "--data", str(data), "--out", str(out), "--jobs", "2", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    took = time.perf_counter() - begin
    whole = sum(path.read_text().rstrip().endswith("</html>") for path in out.glob("*.html"))
    papers = sum(path.read_bytes().rstrip().endswith(b"%%EOF") for path in out.glob("*.pdf"))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    left = [path.name for path in out.iterdir() if path.suffix not in {".html", ".pdf"}]
    print(f"{number} incidents: exit code {done.returncode}, {whole} pages and {papers} PDFs in {took:.0f} s")
    print(f"the largest process took {peak:.0f} MB; left beside them: {left or 'nothing'}; {done.stderr[-300:]}", flush=True)


def interactions(number: int) -> list[float]:
    """Query the explorer at random and return its resident memory after every hundred queries, megabytes."""
    from pmkit import explore

    explorer = explore("INC-2026-1103", ROOT / "data" / "incidents")
    impact, rng, memory_mb = explorer.findings.impact, random.Random(7), []  # noqa: S311 - not cryptography
    for n in range(number + 1):
        if n % 100 == 0:
            memory_mb.append(resident_mb())
        start = impact.data_start + (impact.data_end - impact.data_start) * rng.random()
        begin, end = explorer.logs.snapped(start, start + pd.Timedelta(seconds=rng.choice([10, 60, 300])))
        text = rng.choice(["", "", "cart", "checkout", "10.1.1.1", f"nothing {n}"])
        chosen = rng.choice([{}, {"service": ("checkout",)}, {"http_status": ("500",)}])
        explorer.ask(replace(explorer.query, start=begin, end=end, text=text, chosen=chosen))
    return memory_mb


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--incidents", type=int, default=100)
    parser.add_argument("--interactions", type=int, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pmkit-load-") as folder:
        os.environ["PMKIT_CACHE"] = str(Path(folder) / "cache")
        begin = time.perf_counter()
        memory_mb = interactions(options.interactions)
        took = (time.perf_counter() - begin) / options.interactions * 1000
        listed = ", ".join(f"{mb:.0f}" for mb in memory_mb)
        print(f"{options.interactions} interactions, {took:.0f} ms each; memory after every hundred: {listed} MB", flush=True)
        reports(options.incidents, Path(folder))


if __name__ == "__main__":
    main()
