"""What a report costs, as a ratio to the cheapest thing that the usual tools can do.

    make bench

Times `pmkit report` (HTML and PDF, on a machine that is set up) against `papermill` and
`jupyter nbconvert --to html` on a notebook with one empty cell, as two commands. The runs are
interleaved, because these machines are noisy; only the ratio means something.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[2]
INCIDENT = "INC-2026-1012"


def timed(*commands: list[str]) -> float:
    begin = time.perf_counter()
    for command in commands:
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - begin


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--runs", type=int, default=5)
    runs = words.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        empty, executed = Path(folder, "empty.ipynb"), Path(folder, "executed.ipynb")
        cells = [nbformat.v4.new_code_cell("")]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), empty)
        report = [sys.executable, "-m", "pmkit", "report", INCIDENT, "--out", folder, "--quiet"]
        usual = (
            [sys.executable, "-m", "papermill", str(empty), str(executed)],
            [sys.executable, "-m", "nbconvert", "--to", "html", str(executed)],
        )
        timed(report), timed(*usual)
        pairs = [(timed(report), timed(*usual)) for _ in range(runs)]
    ratios = sorted(ours / theirs for ours, theirs in pairs)
    middle = statistics.median
    print(f"pmkit report {INCIDENT}, HTML and PDF      {middle(ours for ours, _ in pairs):6.2f} s, median of {runs}")
    print(f"papermill + nbconvert, empty notebook         {middle(theirs for _, theirs in pairs):6.2f} s")
    print(f"ratio                                         {middle(ratios):6.2f}   from {ratios[0]:.2f} to {ratios[-1]:.2f}")


if __name__ == "__main__":
    main()
