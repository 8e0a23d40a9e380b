"""Measure the cost of redaction relative to reading the log, in one run.

    python tests/bench/redact.py [--events 2000000]

Redaction covers findings and output, not every line of a log; its speed on log lines is printed as well.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import data
from pmkit.findings import investigate, redacted
from pmkit.incident.folder import Incident
from pmkit.ingest.cache import open_incident
from pmkit.redaction.patterns import PERSONAL
from pmkit.redaction.redactor import Redactor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=2_000_000)
    events = parser.parse_args().events
    with tempfile.TemporaryDirectory(prefix="pmkit-bench-") as folder:
        os.environ["PMKIT_CACHE"] = str(Path(folder) / "cache")
        for name in data.LOGS:
            incident = Path(folder) / name.replace(".", "-")
            incident.mkdir()
            log = data.make(name, incident, events)
            (incident / "incident.yaml").write_text(f"id: {incident.name}\ntitle: Measured\n")
            begin = time.perf_counter()
            opened_incident = Incident(incident)
            store = open_incident(opened_incident)
            read = time.perf_counter() - begin
            findings = investigate.analyse_store(opened_incident, store)
            begin = time.perf_counter()
            redacted.redact_findings(findings)
            hidden = time.perf_counter() - begin
            with log.open() as lines:
                some = [line for _, line in zip(range(100_000), lines, strict=False)]
            speeds = []
            for redactor in (Redactor(), Redactor([kind.name for kind in PERSONAL])):
                begin = time.perf_counter()
                for line in some:
                    redactor(line)
                speeds.append(len(some) / (time.perf_counter() - begin))
            share = f"{hidden / read:.2%} of what reading takes"
            print(f"{name}: {share}; {speeds[0]:,.0f} lines a second, {speeds[1]:,.0f} with personal data", flush=True)


if __name__ == "__main__":
    main()
