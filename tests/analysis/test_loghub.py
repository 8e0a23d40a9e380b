"""The original logs of eight systems are read to the last line, and their templates are recognised."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from conftest import ROOT
from reading import ingested, read

from pmkit.analysis.causes.log_templates import templates_of
from pmkit.store.database import connect
from pmkit.store.part import EVENTS

SAMPLES = ROOT.parent / "shared" / "data" / "loghub"
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
    expected = truth["Content"].astype(str).str.strip()
    assert (events["message"].str.strip() == expected).mean() > 0.95


def grouping_accuracy(predicted: pd.Series, truth: pd.Series) -> float:
    """Return the share of lines whose group has exactly the lines of a true group (J. Zhu et al., ICSE-SEIP 2019)."""
    groups = pd.DataFrame({"predicted": predicted.to_numpy(), "truth": truth.to_numpy()})
    size = groups.groupby(["predicted", "truth"])["truth"].transform("size")
    whole = [groups.groupby(name)[name].transform("size") == size for name in groups]
    return float((whole[0] & whole[1]).mean())


def test_lines_are_grouped_by_template_as_labelled(record_property: Callable[[str, object], None]) -> None:
    accuracy = {}
    for system in FORMATS:
        _, out = ingested((SAMPLES / f"{system}_2k.log").read_bytes())
        with connect() as database:
            lines = f"SELECT masked(message) AS template FROM '{out / EVENTS}' ORDER BY line"
            masked = database.sql(lines).to_arrow_table().to_pandas()["template"]
        truth = pd.read_csv(SAMPLES / f"{system}_2k.log_structured.csv.gz")
        accuracy[system] = grouping_accuracy(masked.map(templates_of(masked.unique())), truth["EventId"])
    mean = sum(accuracy.values()) / len(accuracy)
    by_system = ", ".join(f"{name} {share:.3f}" for name, share in accuracy.items())
    record_property("grouping accuracy of the templates", f"mean {mean:.3f} ({by_system})")
    assert mean >= 0.95
    assert min(accuracy.values()) >= 0.8
