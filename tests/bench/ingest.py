"""How fast logs are read, beside what else is on the machine, as ratios in one run.

    make bench
    python tests/bench/ingest.py [--events 10000000] [--runs 5] [--folder DIR]

Every contender reads the same file in a process of its own; the runs are interleaved, and the best of
each counts, because these machines are noisy. Contenders that are not installed are left out. All have
to agree on the number of events and, where they tell it, of each status. The logs stay in the folder for
the next time, some 5 GB at ten million events.
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
from pmkit.ingest import ROLLUP, Request, ingest
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
from pmkit.ingest import connect
from pmkit.mining import templates_of
from pmkit.core import sql
database = connect()
path, columns = sql.quoted(sys.argv[1]), "{'line': 'VARCHAR'}"
lines = f"read_csv({path}, columns = {columns}, delim = chr(1), quote = '', escape = '', header = false)"
found = dict(database.sql(f"SELECT masked(substr(line, 25)), count(*) FROM {lines} WHERE line LIKE '20%' GROUP BY 1").fetchall())
print(json.dumps({"events": sum(found.values()), "templates": len(set(templates_of(found).values()))}))
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
        What the table calls it.
    log : str
        The log, one of `data.LOGS`, perhaps with `.gz`.
    command : list of str
        What to run; `{}` is the log's path.
    events : int
        Of how many events the log is.
    counts : callable
        From what it prints to the number of events by status, or in all.
    """

    name: str
    log: str
    command: list[str]
    events: int
    counts: Callable[[str], dict[str, int]]


@dataclass(frozen=True)
class Cost:
    """What one run took: wall and processor seconds, and megabytes at the most."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def told(text: str) -> dict[str, int]:
    found = json.loads(text)
    assert not found.get("rejected")
    return found.get("status") or {"all": found["events"]}


def spaced(text: str) -> dict[str, int]:
    return {status: int(count) for status, count in (line.split() for line in text.splitlines())}


def commas(text: str) -> dict[str, int]:
    return {status: int(count) for status, count in (line.split(",") for line in text.splitlines()[1:])}


def whole(text: str) -> dict[str, int]:
    return {"all": int(text.split(maxsplit=1)[0])}


def nothing(_: str) -> dict[str, int]:
    return {}


def contenders(events: int) -> list[Contender]:
    """List what is on this machine; slow ones read fewer events."""
    python, few = sys.executable, events // 10
    lnav = ["lnav", "-n", "-c", ";SELECT sc_status, count(*) FROM access_log GROUP BY 1", "-c", ":write-csv-to -", "{}"]
    goaccess = [
        "goaccess", "{}", "--log-format", '%h %^[%d:%t %^] "%r" %s %b "%R" "%u" %T', "--date-format", "%d/%b/%Y",
        "--time-format", "%T", "-o", str(Path(tempfile.gettempdir()) / "pmkit-goaccess.json"), "--no-progress",
    ]  # fmt: skip
    listed = [
        Contender("pmkit", "access.log", [python, "-c", READ, "{}"], events, told),
        Contender("mawk: count by minute and status", "access.log", ["mawk", COUNT, "{}"], events, spaced),
        Contender("wc -l", "access.log", ["wc", "-l", "{}"], events, whole),
        Contender("lnav: index, count by status", "access.log", lnav, events, commas),
        Contender("GoAccess: JSON report", "access.log", goaccess, few, nothing),
        Contender("pmkit, gzip", "access.log.gz", [python, "-c", READ, "{}"], events, told),
        Contender("zcat", "access.log.gz", ["sh", "-c", "zcat {} | wc -l"], events, whole),
        Contender("pmkit, JSON lines", "events.jsonl", [python, "-c", READ, "{}"], events // 2, told),
        Contender("pandas.read_json(lines=True)", "events.jsonl", [python, "-c", PANDAS, "{}"], few, told),
        Contender("pmkit, text with tracebacks", "app.log", [python, "-c", READ, "{}"], events // 2, told),
        Contender("pmkit, templates alone", "app.log", [python, "-c", MINE, "{}"], events // 2, told),
        Contender("drain3: templates", "app.log", [python, "-c", DRAIN, "{}"], few, told),
    ]
    return [one for one in listed if shutil.which(one.command[0]) and not (one.name.startswith("drain3") and not _has("drain3"))]


def _has(module: str) -> bool:
    return subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0


def log_of(one: Contender, folder: Path) -> Path:
    """Make the log of a contender, packed if its name says so."""
    path = make(one.log.removesuffix(".gz"), folder, one.events)
    packed = path.with_name(f"{path.name}.gz")
    if one.log.endswith(".gz") and not packed.exists():
        subprocess.run(["gzip", "--keep", "--fast", str(path)], check=True)
    return packed if one.log.endswith(".gz") else path


def run(one: Contender, path: Path) -> tuple[Cost, dict[str, int]]:
    """Run a contender once in a process of its own."""
    command = [word.replace("{}", str(path)) if "{}" in word and "\n" not in word else word for word in one.command]
    with tempfile.TemporaryFile() as out:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd=ROOT)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, one.name
        out.seek(0)
        return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000), one.counts(out.read().decode())


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--events", type=int, default=10_000_000)
    words.add_argument("--runs", type=int, default=5)
    words.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "pmkit-bench")
    args = words.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    ones = contenders(args.events)
    costs: dict[str, list[Cost]] = {one.name: [] for one in ones}
    known: dict[tuple[str, int], dict[str, int]] = {}
    for _ in range(args.runs):
        for one in ones:
            cost, counts = run(one, log_of(one, args.folder))
            costs[one.name].append(cost)
            agreed = known.setdefault((one.log.removesuffix(".gz"), one.events), counts)
            assert not counts or counts == agreed or sum(counts.values()) == sum(agreed.values()), (
                f"{one.name}: {counts}, not {agreed}"
            )
            print(f"{one.name}: {cost.wall_s:.2f} s", file=sys.stderr, flush=True)
    print(table(ones, costs))


def table(ones: list[Contender], costs: dict[str, list[Cost]]) -> str:
    """Write the best run of each as a Markdown table; what is not pmkit's is compared with the row of pmkit's above it."""
    rows = ["| | events | events/s | processor s | peak MB | pmkit is |", "| --- | ---: | ---: | ---: | ---: | ---: |"]
    speeds: dict[str, float] = {}
    for one in ones:
        best = min(costs[one.name], key=lambda cost: cost.wall_s)
        speed = one.events / best.wall_s
        own = one.name.startswith("pmkit")
        if own:
            speeds[one.log] = speed
        beside = "" if own else f"{speeds[one.log] / speed:.2g} × as fast"
        rows.append(f"| {one.name} | {one.events:,} | {speed:,.0f} | {best.cpu_s:.1f} | {best.peak_mb:,.0f} | {beside} |")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
