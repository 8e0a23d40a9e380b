"""The formats of several exports are chosen at once, with the result of choosing those of each alone."""

from __future__ import annotations

import json

import pytest
from reading import read
from samples import KINDS, thinned

from pmkit.formats.catalog import FORMATS
from pmkit.formats.format import LogFormat
from pmkit.formats.sample import Sample
from pmkit.ingest.plan import Plan
from pmkit.ingest.planning import plan_of, plans_of
from pmkit.store.database import connect

TEXTS = [entry.samples[0].text for entry in FORMATS if not (isinstance(entry, LogFormat) and entry.inner)]
WRAPPED = [
    "".join(
        f"2026-01-17T03:00:0{second}.5Z stdout F {line}\n" for second, line in enumerate(entry.samples[0].text.splitlines()[:9])
    )
    for entry in KINDS.values()
]


def layers_of(plan: Plan) -> tuple[object, ...]:
    return (plan.name, [layer.key for layer in (*plan.wrappers, *plan.readers)])


@pytest.mark.slow
def test_exports_that_are_planned_at_once_have_the_plans_of_each_alone() -> None:
    samples = [Sample.from_text(text) for text in thinned([*TEXTS, *WRAPPED], 4)]
    with connect() as database:
        plans = plans_of(database, samples)
        assert [layers_of(plan) for plan in plans] == [layers_of(plan_of(database, sample)) for sample in samples]


def test_lists_of_objects_on_lines_of_a_mixed_log_continue_the_events_above_them() -> None:
    texts = []
    for n in range(6):
        record = {"time": f"2026-01-17T03:00:0{n}Z", "level": "info", "msg": "up"}
        texts += [json.dumps(record), json.dumps([record, record]), f"2026-01-17 03:00:0{n},000 INFO [shop] up"]
    events, ledger = read("\n".join(texts) + "\n")
    assert (ledger.events, ledger.continuation) == (12, 6)
    assert set(events["message"]) == {"up"}
