"""Simulate a report on a log that was read in very many parts, and measure its cost.

    python tests/bench/parts.py [--parts 10000]

A log of one terabyte has about sixteen thousand ranges of 64 MiB. Each part here is what the ingest
writes for one range of a busy shop's access log. Together the parts span two hours, and each contains
the bins of its own share of that time. They are merged as the cluster merges them, but by one process,
and then queried. A second table queries one log of growing length, to show that the cost of a query
depends on the number of bins and routes, not on the number of lines.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import data
from pmkit.findings.investigate import investigate
from pmkit.incident.folder import Incident
from pmkit.incident.service_level import ErrorRule
from pmkit.ingest.cache import open_incident
from pmkit.ingest.cluster.scheduling import MERGED_AT_ONCE
from pmkit.ingest.pieces import merge_pieces
from pmkit.store.database import connect
from pmkit.store.ledger import Ledger
from pmkit.store.part import REJECTED, REQUESTS, ROLLUP, TEMPLATES, Extent, Part
from pmkit.store.store import Store

# Bins, hosts, routes, statuses and latency buckets in one part; at 40 requests each that is 64 MiB of an access log.
KEYS = 2 * 4 * 12 * 4 * 20


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def merged(folders: list[Path]) -> Path:
    """Merge parts in groups, as the cluster does, and return the folder of the result."""
    level = 0
    while len(folders) > 1:
        level += 1
        groups = [folders[start : start + MERGED_AT_ONCE] for start in range(0, len(folders), MERGED_AT_ONCE)]
        sums = [folders[0].with_name(f"sum-{level}-{n}") for n in range(len(groups))]
        for group, out in zip(groups, sums, strict=True):
            out.mkdir()
            merge_pieces(group, out)
        folders = sums
    return folders[0]


def make_parts(folder: Path, number: int) -> list[Path]:
    """Write the results of `number` ranges of one log, with routes, statuses and hosts as in a busy shop."""
    folders = [folder / f"{n:06}" for n in range(number)]
    with connect() as database:
        for n, part in enumerate(folders):
            part.mkdir()
            database.execute(f"""
                COPY (
                    WITH keys AS (SELECT host, route, status, bucket
                                  FROM range(4) h(host), range(12) r(route), (VALUES (200), (301), (404), (503)) s(status),
                                       range(30, 50) b(bucket))
                    SELECT TIMESTAMPTZ '2026-01-17 00:00:00+00' + INTERVAL 10 SECOND * CAST(floor(720.0 * ({n} + more) / {number})
                               AS BIGINT) AS bin, 'shop' AS service, '/api/' || route AS http_route,
                           CAST(status AS SMALLINT) AS http_status, NULL::VARCHAR AS severity, 'v1' AS version,
                           'web-' || host AS host, CAST(bucket AS SMALLINT) AS latency_bucket,
                           40::BIGINT AS events, bin AS first_at, bin AS last_at
                    FROM keys, range(2) m(more) ORDER BY ALL
                ) TO '{part / ROLLUP}' (FORMAT parquet);
                COPY (SELECT hash({n}::BIGINT * 1000000 + i) AS id, 0::BIGINT AS moment, 0.1::DOUBLE AS took, true AS request,
                             4 AS kept
                      FROM range(8000) t(i) WHERE id % 4 = 0 ORDER BY id) TO '{part / REQUESTS}' (FORMAT parquet);
                COPY (SELECT TIMESTAMPTZ '2026-01-17 00:00:00+00' AS bin, 'shop' AS service, 'INFO' AS severity,
                             'reserved <*> of item ' || i AS template, 10::BIGINT AS events, bin AS first_at, 'x' AS example,
                             {n}::BIGINT AS line FROM range(40) t(i) ORDER BY ALL) TO '{part / TEMPLATES}' (FORMAT parquet);
                COPY (SELECT 1::BIGINT AS line, 'x' AS text, 'y' AS reason WHERE false)
                TO '{part / REJECTED}' (FORMAT parquet);
            """)
    return folders


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", type=int, default=10_000)
    number = parser.parse_args().parts
    ledger = Ledger("x", "logs", "lines", 1, 1, 0, 0, 0, None, None, "UTC", timezone_assumed=False)
    print("| parts of 64 MiB | lines | rollup rows of all parts | merged | merging, s | peak MB | a query, ms |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for parts in sorted({max(number // 100, 1), max(number // 10, 1), number}):
        with tempfile.TemporaryDirectory() as scratch:
            folders = make_parts(Path(scratch), parts)
            took, out = timed(lambda folders=folders: merged(folders))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            store = Store([Part("access.log", Extent(out), "", ledger)])
            store.counts_by_outcome(ErrorRule().sql)
            asked, judged = timed(lambda store=store: store.counts_by_outcome(ErrorRule().sql))
            rows, counted = len(store.rollup()), int(judged["events"].sum())
            assert counted == parts * KEYS * 40
            print(
                f"| {parts:,} | {counted:,} | {parts * KEYS:,} | {rows:,} | {took:.1f} | {peak:,.0f} | {asked * 1e3:.0f} |",
                flush=True,
            )
    print("\n| lines of one log | rollup rows | a query, ms | a whole summary, ms |")
    print("| ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["PMKIT_CACHE"] = f"{scratch}/cache"
        for events in (100_000, 1_000_000, 10_000_000):
            folder = Path(scratch, f"INC-{events}")
            folder.mkdir()
            (folder / "incident.yaml").write_text(f"id: {folder.name}\ntitle: a large log\n")
            (folder / "access.log").hardlink_to(data.make("access.log", Path(tempfile.gettempdir()), events))
            store = open_incident(Incident(folder))
            asked = min(timed(lambda store=store: store.counts_by_outcome(ErrorRule().sql))[0] for _ in range(3))
            whole = min(timed(lambda folder=folder: investigate(folder.name, scratch))[0] for _ in range(3))
            print(f"| {events:,} | {len(store.rollup()):,} | {asked * 1e3:.0f} | {whole * 1e3:.0f} |", flush=True)


if __name__ == "__main__":
    main()
