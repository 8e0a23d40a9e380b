"""The formats of several exports are chosen at once, and formats that were found before are tried first, with the same result."""

from __future__ import annotations

from pmkit.formats.catalog import FORMATS
from pmkit.formats.format import LogFormat
from pmkit.formats.sample import Sample
from pmkit.ingest.earlier_formats import EarlierFormats
from pmkit.ingest.plan import Plan
from pmkit.ingest.planning import plan_of, plans_of
from pmkit.store.database import connect

TEXTS = [example.text for entry in FORMATS for example in entry.samples if not (isinstance(entry, LogFormat) and entry.inner)]
WRAPPED = [
    "".join(f"2026-01-17T03:00:0{second}.5Z stdout F {line}\n" for second, line in enumerate(text.splitlines()[:9]))
    for text in TEXTS
]


def layers_of(plan: Plan) -> tuple[object, ...]:
    return (plan.name, [layer.key for layer in (*plan.wrappers, *plan.readers)])


def test_every_sample_has_the_same_plan_after_any_other_samples() -> None:
    samples = [Sample.from_text(text) for text in (*TEXTS, *WRAPPED)]
    with connect() as database:
        alone = [layers_of(plan_of(database, sample)) for sample in samples]
        earlier = EarlierFormats()
        for step in (1, 5, 11):
            order = [n for start in range(step) for n in range(start, len(samples), step)]
            plans = plans_of(database, [samples[n] for n in order], earlier=earlier)
            assert [layers_of(plan) for plan in plans] == [alone[n] for n in order]


def test_a_sample_has_the_same_plan_right_after_each_other_format() -> None:
    """Every format is remembered alone, as in a folder whose logs are all in it but one."""
    samples = [Sample.from_text(text) for text in TEXTS]
    with connect() as database:
        alone = [plan_of(database, sample) for sample in samples]
        formats = {layer.entry for plan in alone for layer in plan.readers}
        for entry in formats:
            for sample, plan in zip(samples, alone, strict=True):
                earlier = EarlierFormats()
                earlier.remember(entry, inner=False)
                layer = earlier.layer_of(sample, inner=False)
                assert layer is None or layer.entry is (*plan.wrappers, *plan.readers)[0].entry
