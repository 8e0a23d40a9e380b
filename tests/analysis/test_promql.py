"""PromQL, compared with the answers of a real Prometheus (2.42, `query_range` over the same samples)."""

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
        matching = [series for series in ANSWERS["series"] if series["name"] == name]
        if not matching:
            raise NotEvaluableError(f"no series {name}")
        return [
            Samples(series["labels"], *(np.array(column, "float64") for column in zip(*series["samples"], strict=True)))
            for series in matching
            if matches(series["labels"], matchers)
        ]


@pytest.mark.parametrize("query", ANSWERS["queries"], ids=lambda query: query["expression"])
def test_an_expression_evaluates_as_in_prometheus(query: dict[str, Any]) -> None:
    ours = {
        labels: {str(int(at)): value for at, value in zip(MOMENTS, values, strict=True) if not np.isnan(value)}
        for labels, values in evaluate_condition(query["expression"], Recorded(), MOMENTS).holds.items()
    }
    theirs = {
        frozenset(series["labels"].items()): {at: float(value) for at, value in series["values"].items() if value != "NaN"}
        for series in query["result"]
    }
    assert {labels for labels, values in ours.items() if values} == {labels for labels, values in theirs.items() if values}
    for labels, values in theirs.items():
        assert ours.get(labels, {}) == pytest.approx(values, rel=1e-6)


def test_a_comparison_is_returned_with_its_threshold() -> None:
    condition = evaluate_condition("(max by (service) (queue_depth) >= 2 * 4)", Recorded(), MOMENTS)
    assert (condition.operator, condition.limit) == (">=", 8.0)
    assert condition.measured is not None
    assert set(condition.measured) == {frozenset({("service", "cart")}), frozenset({("service", "stock")})}


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
