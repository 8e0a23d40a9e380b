"""Metric series that moved with the impact are reported, and a series that indicates failures shows what the logs do not."""

from __future__ import annotations

import json
from datetime import timedelta

import jsonschema
import numpy as np
import pandas as pd
import pytest
from conftest import findings_of
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import access_log, at

from pmkit.analysis.causes.service_suspects import rank_services
from pmkit.analysis.impact import metric_signals
from pmkit.analysis.impact.bad_samples import judge_samples
from pmkit.analysis.impact.impact import assess_impact
from pmkit.analysis.impact.measuring_point import count_on_metrics
from pmkit.analysis.impact.metric_signals import moved_series
from pmkit.core import schema
from pmkit.core.schema import conform
from pmkit.findings.contract import schema as schema_of_summary
from pmkit.findings.findings import Findings
from pmkit.findings.investigate import analyse_store
from pmkit.ingest.cache import open_incident
from pmkit.reports.report import Report

WINDOW = (pd.Timestamp(at(1200)), pd.Timestamp(at(1500)))


def series(values: list[float], name: str | None = "queue_depth", labels: dict[str, str] | None = None) -> pd.DataFrame:
    """Return a metric series with a sample every 15 seconds."""
    rows = [
        {"at": pd.Timestamp(at(15 * n)), "name": name, "labels": json.dumps(labels or {}), "value": value}
        for n, value in enumerate(values)
    ]
    return conform(pd.DataFrame(rows).assign(source="m/queue.json", line=1), schema.METRICS)


def stepped(baseline: float, during: float, first: int = 80, last: int = 100, length: int = 160) -> list[float]:
    return [during if first <= n <= last else baseline + 0.01 * (n % 5) for n in range(length)]


def test_only_a_series_that_steps_with_the_impact_has_moved() -> None:
    both = pd.concat([series(stepped(2, 40)), series(stepped(5, 5), "threads")])
    moved = moved_series(both, [WINDOW])
    assert list(moved["series"]) == ["queue_depth"]
    row = moved.iloc[0]
    assert (row["baseline"], row["during"], row["extreme"]) == (pytest.approx(2.02), 40, 40)
    assert row["moved_at"] == pd.Timestamp(at(15 * 80))
    assert metric_signals.describe_move(row) == "queue_depth went from a baseline of 2.02 up to 40 during the impact"


def test_a_series_that_falls_has_moved_too() -> None:
    row = moved_series(series(stepped(9, 0)), [WINDOW]).iloc[0]
    assert (row["extreme"], row["score"]) == (0, pytest.approx(451))


def test_a_series_that_exists_only_during_the_impact_has_no_baseline() -> None:
    moved = moved_series(series([0.4] * 20).assign(at=lambda frame: frame["at"] + timedelta(seconds=1200)), [WINDOW])
    assert moved["baseline"].isna().all()
    assert metric_signals.describe_move(moved.iloc[0]) == "queue_depth appeared, up to 0.4 during the impact"


def test_a_series_continues_across_versions() -> None:
    values = stepped(9, 0)
    old = series(values, labels={"version": "v1", "service": "a"}).iloc[:60]
    new = series(values, labels={"version": "v2", "service": "a"}).iloc[60:]
    moved = moved_series(pd.concat([old, new]), [WINDOW])
    assert list(moved["series"]) == ["queue_depth"]


def test_only_labels_that_distinguish_series_are_named() -> None:
    several = [
        series(stepped(2, 40), labels={"service": service, "region": "eu"}).assign(source=f"m/{service}.json")
        for service in ("cart", "search")
    ]
    moved = moved_series(pd.concat(several), [WINDOW])
    assert sorted(moved["series"]) == ["queue_depth {service=cart}", "queue_depth {service=search}"]


def test_a_series_without_a_name_is_named_after_its_file() -> None:
    assert moved_series(series(stepped(2, 40), name=None), [WINDOW])["series"].tolist() == ["queue"]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_noise_is_not_a_move(seed: int) -> None:
    chance = np.random.default_rng(seed)
    assert moved_series(series(list(chance.normal(10, 2, 160))), [WINDOW]).empty
    samples = judge_samples(series(list(chance.gamma(2, 1, 160)), "latency_seconds"))
    assert not assess_impact(samples, count_on_metrics(samples, logs=False)).detected


@pytest.mark.parametrize(
    ("name", "baseline", "during", "is_judged"),
    [
        ("http_error_ratio", 0.01, 0.4, True),
        ("latency_p95", 0.2, 3.0, True),
        ("availability", 0.999, 0.4, True),
        ("up", 1.0, 0.0, True),
        ("queue_depth", 2.0, 40.0, False),  # whether a higher value is bad is not known
        ("latency_p95", 0.2, 0.3, False),
    ],
)
def test_only_samples_of_a_series_that_indicates_failures_are_judged(name, baseline, during, is_judged) -> None:
    judged = judge_samples(series(stepped(baseline, during), name))
    assert bool(judged["is_error"].any()) == is_judged
    assert int(judged["is_error"].sum()) == (21 if is_judged else 0)


def exported(*values: tuple[str, list[float]]) -> str:
    """Write series in the format of a Prometheus range query."""
    matrix = [
        {"metric": {"__name__": name}, "values": [[int(at(15 * n).timestamp()), str(value)] for n, value in enumerate(several)]}
        for name, several in values
    ]
    return json.dumps({"status": "success", "data": {"resultType": "matrix", "result": matrix}})


@pytest.mark.parametrize("logs", [True, False])
def test_metrics_show_the_impact_if_logs_are_missing_or_show_none(incident, logs) -> None:
    exports = {"errors.json": exported(("checkout_error_ratio", stepped(0.01, 0.4)), ("threads", stepped(5, 5)))}
    new_incident = incident({**exports, "access.log": access_log(40)} if logs else exports)
    findings = analyse_store(new_incident, open_incident(new_incident))
    impact = findings.impact
    assert (impact.signals, impact.measured_on.unit) == (("metrics",), "sample")
    assert (impact.start, impact.end) == (pd.Timestamp(at(1192.5)), pd.Timestamp(at(1507.5)))
    assert (impact.failed_requests, impact.requests) == (21, 21)
    assert impact.routes["http_route"].tolist() == ["checkout_error_ratio"]
    text = "\n\n".join(section._repr_markdown_() for section in Report(findings).sections).replace("\u00a0", " ")
    bad = "100% of the samples of 1 metric of errors, latency or availability"
    assert f"{bad} were bad (21 of 21, most of them of checkout\\_error\\_ratio)" in text
    assert "Impact begins (before the first bad sample)." in text
    assert ("because the logs show no impact" if logs else "because there are no logs") in text
    jsonschema.validate(json.loads(findings.to_json()), schema_of_summary())


def test_the_impact_of_a_recording_is_detected_from_its_metrics_alone(findings: Findings) -> None:
    samples = judge_samples(findings.store.metrics())
    impact = assess_impact(samples, count_on_metrics(samples, logs=False))
    assert set(impact.routes["http_route"]) == {
        "latency-p95 {service=checkout}",
        "error-ratio {route=/api/cart}",
        "error-ratio {route=/api/checkout}",
    }
    assert abs(impact.start - findings.impact.start) <= pd.Timedelta("30s")
    assert abs(impact.end - findings.impact.end) <= pd.Timedelta("60s")


def test_metrics_that_indicate_no_failures_cannot_show_an_impact(incident) -> None:
    new_incident = incident({"threads.json": exported(("threads", stepped(5, 50)))})
    impact = analyse_store(new_incident, open_incident(new_incident)).impact
    reason = "there are no logs, and no metric has a name that suggests errors, latency or availability"
    assert (impact.verdict, impact.undetermined) == ("cannot be determined", reason)


def test_calm_metrics_without_logs_show_no_impact(incident) -> None:
    new_incident = incident({"errors.json": exported(("checkout_error_ratio", stepped(0.01, 0.01)))})
    assert not analyse_store(new_incident, open_incident(new_incident)).impact.detected


def test_logs_take_precedence_over_metrics() -> None:
    assert findings_of("INC-2026-1103").impact.measured_on.unit == "request"
    assert "metrics" not in findings_of("INC-2026-1103").impact.signals


def test_the_exhausted_pool_is_reported_before_the_first_error(findings: Findings) -> None:
    first = findings.metrics.iloc[0]
    assert (first["series"], first["baseline"], first["extreme"]) == ("db_pool_available", 8, 0)
    assert findings.impact.start - first["moved_at"] > pd.Timedelta("2min")
    entries = [entry for entry in findings.entries if entry.kind == "metric"]
    assert [entry.text.split(" ")[0] for entry in entries] == ["db_pool_available"]


def test_three_samples_suffice_and_the_farthest_move_comes_first() -> None:
    span = [(pd.Timestamp(at(1200)), pd.Timestamp(at(1230)))]
    chance = np.random.default_rng(3)
    noisy = list(chance.normal(100, 10, 160))
    noisy[80:83] = [150, 160, 150]
    moved = moved_series(
        pd.concat([series(noisy, "a_memory"), series(stepped(2, 40, 80, 82), "z_cpu"), series(stepped(5, 5), "b")]), span
    )
    assert list(moved["series"]) == ["z_cpu", "a_memory"]
    assert moved["score"].iloc[0] > 100 > moved["score"].iloc[1] > 1


def test_a_series_that_begins_in_the_middle_of_the_data_has_not_appeared() -> None:
    late = series([0.4] * 60).assign(at=lambda frame: frame["at"] + timedelta(seconds=600))
    assert moved_series(late, [WINDOW]).empty


def test_the_service_whose_metrics_moved_farthest_is_the_first_suspect() -> None:
    several = [
        series(stepped(2, during), "cpu", {"service": service}) for service, during in (("a", 2.3), ("cart", 40.0), ("b", 2.0))
    ]
    machine = series(stepped(2, 90), "node_cpu", {"service": "b"})
    ranking = rank_services(moved_series(pd.concat([*several, machine]), [WINDOW]))
    assert [(suspect.value, suspect.kind) for suspect in ranking] == [("cart", "service"), ("a", "service")]
    assert ranking[0].reasons == ("cpu {service=cart} went from a baseline of 2.02 up to 40 during the impact",)
    assert (ranking[0].score, ranking[0].evidence) == (1.0, ("m/queue.json:1",))
