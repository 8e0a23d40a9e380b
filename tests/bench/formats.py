"""Measure how fast every format is read, in lines per second.

    make benchall
    python tests/bench/formats.py [NAME ...]

Each format's own sample is repeated to a few megabytes, and read completely: recognised, parsed,
counted and written as Parquet. The first column matters most: speed relative to the combined access
log in the same run, because these machines are noisy. Formats marked with * pass through Python record
by record; such exports are never gigabytes in size.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from pmkit.formats.catalog import FAMILIES
from pmkit.formats.catalog_page import is_read_by_record
from pmkit.formats.detection import recognise
from pmkit.formats.format import LogFormat
from pmkit.formats.record_format import Format
from pmkit.formats.sample import Sample
from pmkit.ingest.export import ingest
from pmkit.ingest.request import Request
from pmkit.store.ledger import Ledger

REFERENCE = "access-combined"
BYTES = {True: 16 << 20, False: 1 << 20}


def text_of(entry: Format, size: int) -> str:
    """Return the sample of a format repeated up to a size, inside a container's log if it has no timestamps."""
    sample = entry.samples[0].text.rstrip("\n")
    if isinstance(entry, LogFormat) and entry.inner:
        sample = "\n".join(f"2026-01-17T03:00:00.{n:09}Z stdout F {line}" for n, line in enumerate(sample.split("\n")))
    return (sample + "\n") * max(2, size // (len(sample) + 1))


def timed(path: Path) -> tuple[float, Ledger]:
    with tempfile.TemporaryDirectory() as out:
        begin = time.perf_counter()
        ledger = ingest(Request(path, "UTC"), Path(out))
        return time.perf_counter() - begin, ledger


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--runs", type=int, default=1)
    args = parser.parse_args()
    reference = next(entry for entries in FAMILIES.values() for entry in entries if entry.name == REFERENCE)
    print(f"{'format':30} {'ratio':>6} {'lines/s':>10} {'MB/s':>7} {'recognised in':>14}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.log"
        beside: dict[str, float] = {}
        others = (entry for entries in FAMILIES.values() for entry in entries if entry is not reference)
        for entry in (reference, *(entry for entry in others if not args.names or entry.name in args.names)):
            path.write_text(text_of(entry, BYTES[not is_read_by_record(entry)]))
            took, ledger = min((timed(path) for _ in range(args.runs)), key=lambda pair: pair[0])
            begin = time.perf_counter()
            recognise(Sample.from_text(path.read_text()[: 1 << 16]))
            glance = time.perf_counter() - begin
            speed = path.read_bytes().count(b"\n") / took
            beside.setdefault(REFERENCE, speed)
            mark = "*" if is_read_by_record(entry) else " "
            lost = "" if not ledger.rejected else f"  {ledger.rejected} rejected"
            rate = f"{speed / beside[REFERENCE]:6.2f} {speed:10,.0f} {path.stat().st_size / took / 1e6:7.1f}"
            print(f"{entry.name + mark:30} {rate} {glance * 1e3:11.1f} ms{lost}", flush=True)
            beside[entry.name] = speed
    print(f"median {statistics.median(beside.values()):,.0f} lines/s")


if __name__ == "__main__":
    main()
