"""PromQL, held against what a real Prometheus (2.42, `query_range` over the same samples) answered."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from conftest import ROOT

from pmkit.analysis.response.promql.evaluation import evaluate_condition
from pmkit.analysis.response.promql.vectors import NotEvaluableError, Samples, matches

ANSWERS: dict[str, Any] = json.loads((ROOT / "tests" / "promql.json").read_text())
MOMENTS = np.arange(ANSWERS["start"], ANSWERS["end"] + 1, ANSWERS["step"], dtype="float64")


class Recorded:
    """The samples that the real Prometheus had."""

    def select(self, name: str, matchers: tuple[tuple[str, str, str], ...]) -> list[Samples]:
        found = [one for one in ANSWERS["series"] if one["name"] == name]
        if not found:
            raise NotEvaluableError(f"no series {name}")
        return [
            Samples(one["labels"], *(np.array(column, "float64") for column in zip(*one["samples"], strict=True)))
            for one in found
            if matches(one["labels"], matchers)
        ]


@pytest.mark.parametrize("asked", ANSWERS["queries"], ids=lambda asked: asked["expression"])
def test_an_expression_evaluates_as_in_prometheus(asked: dict[str, Any]) -> None:
    ours = {
        labels: {str(int(at)): value for at, value in zip(MOMENTS, values, strict=True) if not np.isnan(value)}
        for labels, values in evaluate_condition(asked["expression"], Recorded(), MOMENTS).holds.items()
    }
    theirs = {
        frozenset(one["labels"].items()): {at: float(value) for at, value in one["values"].items() if value != "NaN"}
        for one in asked["result"]
    }
    assert {labels for labels, values in ours.items() if values} == {labels for labels, values in theirs.items() if values}
    for labels, values in theirs.items():
        assert ours.get(labels, {}) == pytest.approx(values, rel=1e-6)


def test_a_comparison_is_returned_with_its_threshold() -> None:
    found = evaluate_condition("(max by (service) (queue_depth) >= 2 * 4)", Recorded(), MOMENTS)
    assert (found.operator, found.limit) == (">=", 8.0)
    assert found.measured is not None
    assert set(found.measured) == {frozenset({("service", "cart")}), frozenset({("service", "stock")})}


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("sum(", "not valid PromQL"),
        ("max_over_time(rate(up[1m])[5m:1m])", "max_over_time"),
        ("up @ 12", "`@`"),
        ("topk(3, up)", "topk"),
        ("predict_linear(up[5m], 60) > 0", "predict_linear"),
        ("nothing > 3", "no series nothing"),
        ('{job="a"} > 1', "without a name"),
        ('up{service=~"("} > 1', "PromQL"),
    ],
)
def test_an_unsupported_expression_is_refused_with_the_reason(expression: str, reason: str) -> None:
    with pytest.raises(NotEvaluableError, match=reason):
        evaluate_condition(expression, Recorded(), MOMENTS)
