"""Logs of eight systems, as they were collected, are read to the last line."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from reading import read

SAMPLES = Path(__file__).parents[2] / "shared" / "data" / "loghub"
FORMATS = {
    "Apache": "apache-error",
    "BGL": "bgl",
    "HDFS": "log4j-short",
    "HealthApp": "pipes",
    "Linux": "syslog",
    "OpenSSH": "syslog",
    "Proxifier": "proxifier",
    "Zookeeper": "zookeeper",
}

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the labelled logs are not here")


@pytest.mark.parametrize("system", FORMATS)
def test_every_line_becomes_an_event_with_its_message(system: str) -> None:
    events, ledger = read((SAMPLES / f"{system}_2k.log").read_bytes())
    truth = pd.read_csv(SAMPLES / f"{system}_2k.log_structured.csv.gz")
    assert (ledger.format, ledger.rejected) == (FORMATS[system], 0)
    assert len(events) == len(truth) == 2000
    assert events["timestamp"].notna().all()
    wanted = truth["Content"].astype(str).str.strip()
    assert (events["message"].str.strip() == wanted).mean() > 0.95
