"""Measure how fast logs are read, compared with other tools on the machine, as ratios in one run.

    make benchall
    python tests/bench/ingest.py [--events 10000000] [--runs 5] [--folder DIR]

Every contender reads the same file in its own process. The runs are interleaved and the best of each counts, because machines
are noisy. Contenders that are not installed are left out. All must agree on the number of events and, where they report it, of
each status. The logs stay in the folder for the next run: some 5 GB at ten million events.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data import make

ROOT: Final = Path(__file__).parents[2]
COUNT: Final = (
    '{ c[substr($4, 2, 17) " " $9]++ } '
    'END { for (k in c) { split(k, part, " "); n[part[2]] += c[k] } for (s in n) print s, n[s] }'
)
READ: Final = """
import json, sys, tempfile
from pathlib import Path
import duckdb
from pmkit.ingest.export import ingest
from pmkit.ingest.request import Request
from pmkit.store.part import ROLLUP
with tempfile.TemporaryDirectory() as out:
    ledger = ingest(Request(Path(sys.argv[1]), "UTC"), Path(out))
    rows = duckdb.sql(f"SELECT http_status, sum(events)::BIGINT FROM '{out}/{ROLLUP}' GROUP BY ALL").fetchall()
    print(json.dumps({"events": ledger.events, "rejected": ledger.rejected, "status": {str(key): n for key, n in rows}}))
"""
PANDAS: Final = """
import json, sys
import pandas as pd
frame = pd.read_json(sys.argv[1], lines=True)
print(json.dumps({"events": len(frame), "status": {str(key): int(n) for key, n in frame["status"].value_counts().items()}}))
"""
MINE: Final = """
import json, sys
from pmkit.analysis.causes.log_templates import templates_of
from pmkit.core import sql
from pmkit.store.database import connect
database = connect()
path, columns = sql.quoted(sys.argv[1]), "{'line': 'VARCHAR'}"
lines = f"read_csv({path}, columns = {columns}, delim = chr(1), quote = '', escape = '', header = false)"
counts = dict(database.sql(f"SELECT masked(substr(line, 25)), count(*) FROM {lines} WHERE line LIKE '20%' GROUP BY 1").fetchall())
print(json.dumps({"events": sum(counts.values()), "templates": len(set(templates_of(counts).values()))}))
"""
DRAIN: Final = """
import json, sys
from drain3 import TemplateMiner
miner = TemplateMiner()
n = 0
for line in open(sys.argv[1], encoding="utf-8"):
    if line[:2] == "20":
        miner.add_log_message(line[24:].rstrip())
        n += 1
print(json.dumps({"events": n}))
"""


@dataclass(frozen=True)
class Contender:
    """One way to read a log.

    Attributes
    ----------
    name : str
        Its name in the table.
    log : str
        The log, one of `data.LOGS`, perhaps with `.gz`.
    command : list of str
        The command to run; `{}` stands for the log's path.
    events : int
        How many events the log has.
    counts : callable
        Turns its output into the number of events by status, or in total.
    """

    name: str
    log: str
    command: list[str]
    events: int
    counts: Callable[[str], dict[str, int]]


@dataclass(frozen=True)
class Cost:
    """The cost of one run: wall and processor seconds, and peak megabytes."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def json_counts(text: str) -> dict[str, int]:
    counts = json.loads(text)
    assert not counts.get("rejected")
    return counts.get("status") or {"all": counts["events"]}


def spaced_counts(text: str) -> dict[str, int]:
    return {status: int(count) for status, count in (line.split() for line in text.splitlines())}


def csv_counts(text: str) -> dict[str, int]:
    return {status: int(count) for status, count in (line.split(",") for line in text.splitlines()[1:])}


def total_count(text: str) -> dict[str, int]:
    return {"all": int(text.split(maxsplit=1)[0])}


def no_counts(_: str) -> dict[str, int]:
    return {}


def contenders(events: int) -> list[Contender]:
    """Return the contenders on this machine; slow ones read fewer events."""
    python, few = sys.executable, events // 10
    lnav = ["lnav", "-n", "-c", ";SELECT sc_status, count(*) FROM access_log GROUP BY 1", "-c", ":write-csv-to -", "{}"]
    goaccess = [
        "goaccess", "{}", "--log-format", '%h %^[%d:%t %^] "%r" %s %b "%R" "%u" %T', "--date-format", "%d/%b/%Y",
        "--time-format", "%T", "-o", str(Path(tempfile.gettempdir()) / "pmkit-goaccess.json"), "--no-progress",
    ]  # fmt: skip
    listed = [
        Contender("pmkit", "access.log", [python, "-c", READ, "{}"], events, json_counts),
        Contender("mawk: count by minute and status", "access.log", ["mawk", COUNT, "{}"], events, spaced_counts),
        Contender("wc -l", "access.log", ["wc", "-l", "{}"], events, total_count),
        Contender("lnav: index, count by status", "access.log", lnav, events, csv_counts),
        Contender("GoAccess: JSON report", "access.log", goaccess, few, no_counts),
        Contender("pmkit, gzip", "access.log.gz", [python, "-c", READ, "{}"], events, json_counts),
        Contender("zcat", "access.log.gz", ["sh", "-c", "zcat {} | wc -l"], events, total_count),
        Contender("pmkit, JSON lines", "events.jsonl", [python, "-c", READ, "{}"], events // 2, json_counts),
        Contender("pandas.read_json(lines=True)", "events.jsonl", [python, "-c", PANDAS, "{}"], few, json_counts),
        Contender("pmkit, text with tracebacks", "app.log", [python, "-c", READ, "{}"], events // 2, json_counts),
        Contender("pmkit, templates alone", "app.log", [python, "-c", MINE, "{}"], events // 2, json_counts),
        Contender("drain3: templates", "app.log", [python, "-c", DRAIN, "{}"], few, json_counts),
    ]
    return [
        contender
        for contender in listed
        if shutil.which(contender.command[0]) and (not contender.name.startswith("drain3") or _has("drain3"))
    ]


def _has(module: str) -> bool:
    return subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0


def log_of(contender: Contender, folder: Path) -> Path:
    """Return the log of a contender, which is written if it is missing."""
    path = make(contender.log.removesuffix(".gz"), folder, contender.events)
    packed = path.with_name(f"{path.name}.gz")
    if contender.log.endswith(".gz") and not packed.exists():
        subprocess.run(["gzip", "--keep", "--fast", str(path)], check=True)
    return packed if contender.log.endswith(".gz") else path


def run(contender: Contender, path: Path) -> tuple[Cost, dict[str, int]]:
    """Run a contender once in its own process."""
    command = [word.replace("{}", str(path)) if "{}" in word and "\n" not in word else word for word in contender.command]
    with tempfile.TemporaryFile() as out:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd=ROOT)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, contender.name
        out.seek(0)
        return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000), contender.counts(out.read().decode())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "pmkit-bench")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    entrants = contenders(args.events)
    costs: dict[str, list[Cost]] = {contender.name: [] for contender in entrants}
    expected: dict[tuple[str, int], dict[str, int]] = {}
    for _ in range(args.runs):
        for contender in entrants:
            cost, counts = run(contender, log_of(contender, args.folder))
            costs[contender.name].append(cost)
            agreed = expected.setdefault((contender.log.removesuffix(".gz"), contender.events), counts)
            assert not counts or counts == agreed or sum(counts.values()) == sum(agreed.values()), (
                f"{contender.name}: {counts}, not {agreed}"
            )
            print(f"{contender.name}: {cost.wall_s:.2f} s", file=sys.stderr, flush=True)
    print(table(entrants, costs))


def table(entrants: list[Contender], costs: dict[str, list[Cost]]) -> str:
    """Return a Markdown table of the best runs; other tools are compared with pmkit's row above."""
    rows = ["| | events | events/s | processor s | peak MB | pmkit is |", "| --- | ---: | ---: | ---: | ---: | ---: |"]
    speeds: dict[str, float] = {}
    for contender in entrants:
        best = min(costs[contender.name], key=lambda cost: cost.wall_s)
        speed = contender.events / best.wall_s
        own = contender.name.startswith("pmkit")
        if own:
            speeds[contender.log] = speed
        beside = "" if own else f"{speeds[contender.log] / speed:.2g} × as fast"
        rows.append(
            f"| {contender.name} | {contender.events:,} | {speed:,.0f} | {best.cpu_s:.1f} | {best.peak_mb:,.0f} | {beside} |"
        )
    return "\n".join(rows)


if __name__ == "__main__":
    main()
