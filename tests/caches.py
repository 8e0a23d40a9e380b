"""Compares what two caches have of an incident."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from reading import frame

from pmkit.incident.folder import Incident
from pmkit.ingest.cache import open_incident
from pmkit.store.part import EVENTS, REJECTED, REQUESTS, ROLLUP, TEMPLATES, Part


def parts_of(incident: Path, cache: Path | str) -> dict[str, Part]:
    """Return what a cache has of an incident, by source."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PMKIT_CACHE", str(cache))
        return {part.source: part for part in open_incident(Incident(incident)).parts}


def assert_same(incident: Path, from_cluster: Path | str, from_one_machine: Path) -> dict[str, Part]:
    """Assert that two caches are equal, row for row and bit for bit, and return what the first has."""
    clustered, single = (parts_of(incident, cache) for cache in (from_cluster, from_one_machine))
    assert clustered.keys() == single.keys()
    for source, part in clustered.items():
        other = single[source]
        assert part.sha256 == other.sha256
        assert replace(part.ledger, data="", number=None) == replace(other.ledger, data="", number=None)
        for name in (EVENTS, ROLLUP, TEMPLATES, REQUESTS, REJECTED):
            distributed, alone = (frame(each.extent.folder, name, each.extent.number) for each in (part, other))
            pd.testing.assert_frame_equal(distributed, alone, check_exact=True)
    return clustered
