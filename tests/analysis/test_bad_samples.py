"""An impact in metrics is found from a few samples, dated by each series itself, and calm metrics show none."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from samples import at

from pmkit.analysis.impact.bad_samples import judge_samples
from pmkit.analysis.impact.impact import Impact, assess_impact
from pmkit.analysis.impact.measuring_point import count_on_metrics
from pmkit.analysis.impact.metric_series import read_series
from pmkit.core import schema
from pmkit.core.schema import conform


def samples(
    name: str, values: list[float], labels: dict[str, str] | None = None, step_s: int = 60, first_s: int = 0
) -> pd.DataFrame:
    rows = [
        {"at": pd.Timestamp(at(first_s + step_s * n)), "name": name, "labels": json.dumps(labels or {}), "value": value}
        for n, value in enumerate(values)
    ]
    return conform(pd.DataFrame(rows).assign(source=f"{name}.json", line=1), schema.METRICS)


def impact_of(*series: pd.DataFrame) -> Impact:
    judged = judge_samples(pd.concat(series, ignore_index=True))
    return assess_impact(judged, count_on_metrics(judged, logs=False))


def fallen(number: int, usual: float = 100.0, to: float = 50.0, before: int = 30, after: int = 15) -> list[float]:
    return [usual] * before + [to] * number + [usual] * after


@pytest.mark.parametrize("step_s", [15, 60, 300])
@pytest.mark.parametrize("number", [3, 5, 8, 12, 18, 25])
def test_an_outage_of_a_few_samples_is_dated_to_within_one_of_them(step_s, number) -> None:
    impact = impact_of(samples("success_rate_percent", fallen(number), step_s=step_s))
    assert (impact.detected, impact.began_before, impact.ongoing) == (True, False, False)
    assert impact.start == pd.Timestamp(at(30 * step_s - step_s / 2))
    assert impact.end == pd.Timestamp(at((29 + number) * step_s + step_s / 2))
    assert impact.failed_requests == number


@pytest.mark.parametrize("to", [100.0, 99.5])
def test_a_success_rate_that_hardly_falls_shows_no_impact(to) -> None:
    assert not impact_of(samples("success_rate_percent", fallen(3, to=to))).detected


def test_three_percent_of_failures_are_an_impact() -> None:
    assert impact_of(samples("success_rate_percent", fallen(3, to=97.0))).detected


def test_slow_samples_here_and_there_show_no_impact() -> None:
    chance = np.random.default_rng(7)
    values = np.where(chance.random(60) < 0.2, 2.0, 0.9) + chance.normal(0, 0.02, 60)
    assert not impact_of(samples("front_latency_p99_seconds", list(values))).detected


def test_an_impact_that_outlasts_the_samples_is_ongoing_and_one_from_the_first_sample_had_begun_before() -> None:
    ongoing = impact_of(samples("success_rate_percent", fallen(6, after=0)))
    assert (ongoing.began_before, ongoing.ongoing) == (False, True)
    begun = impact_of(samples("success_rate_percent", fallen(6, before=0, after=30)))
    assert (begun.began_before, begun.ongoing) == (True, False)


def test_series_where_users_come_in_decide_alone() -> None:
    inner = [samples("latency_p99", fallen(5, 0.1, 9.0), {"service": service}) for service in ("mail", "pay")]
    front = samples("latency_p99", fallen(0, 0.2), {"service": "front-end"})
    assert impact_of(*inner).detected
    assert not impact_of(*inner, front).detected


def test_one_slow_service_of_many_is_no_impact_but_its_errors_are() -> None:
    calm = [samples("latency_p99", fallen(5, 0.1, 0.1), {"service": f"service-{letter}"}) for letter in "abcdef"]
    assert not impact_of(*calm, samples("latency_p99", fallen(5, 0.1, 9.0), {"service": "mail"})).detected
    assert impact_of(*calm, samples("error_ratio", fallen(5, 0.0, 0.4), {"service": "mail"})).detected


def test_errors_that_exist_only_for_a_while_have_a_beginning_and_an_end() -> None:
    errors = samples("http_5xx", [4.0] * 6, first_s=1200)
    impact = impact_of(samples("requests", [50.0] * 60), errors)
    assert (impact.began_before, impact.ongoing) == (False, False)
    assert (impact.start, impact.end) == (pd.Timestamp(at(1200)), pd.Timestamp(at(1500)))


def test_the_longest_of_several_outages_is_the_impact_and_the_others_are_apart() -> None:
    impact = impact_of(samples("success_rate_percent", fallen(3) + fallen(6)))
    assert impact.failed_requests == 6
    assert impact.episodes["apart"].tolist() == [True, False]


def test_a_counter_that_only_grows_is_a_rate_and_a_restart_does_not_count() -> None:
    (series,) = read_series(samples("http_errors_total", [0, 60, 120, 30, 90]))
    assert series.numbers.tolist() == [1.0, 1.0, 0.5, 1.0]


def test_pods_of_one_service_are_one_series_of_that_service() -> None:
    pods = [
        samples("latency", [value] * 3, {"pod": f"shop/carts-6d5f8c9b7-{end}"}) for value, end in ((1.0, "x2x7k"), (3.0, "b9c4d"))
    ]
    other = samples("latency", [5.0] * 3, {"pod": "shop/orders-db-0"})
    found = {series.title: (series.service, series.numbers.tolist()) for series in read_series(pd.concat([*pods, other]))}
    assert found == {
        "latency {service=carts}": ("carts", [2.0, 2.0, 2.0]),
        "latency {service=orders-db}": ("orders-db", [5.0, 5.0, 5.0]),
    }
