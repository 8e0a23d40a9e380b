"""What each rung of the ladder is judged by, from the tables of an incident."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from pmkit.analysis.impact.bad_samples import judge_samples
from pmkit.analysis.impact.impact_window import ReportedWindow
from pmkit.analysis.impact.ladder import Evidence
from pmkit.analysis.impact.measuring_point import MeasuringPoint, choose_logs, count_events, count_on_metrics
from pmkit.analysis.traces.traced_requests import judge_calls
from pmkit.store.tables import Tables


def evidence_of(tables: Tables, impact_source: str | None) -> Iterator[Evidence]:
    """Yield what each rung is judged by, from the top of the ladder down; a rung without data is left out.

    Parameters
    ----------
    tables : Tables
        All frames; not changed.
    impact_source : str or None
        The log that a person chose to count the impact on.
    """
    for rung in _RUNGS:
        yield from rung(tables, impact_source)


def _requests(tables: Tables, impact_source: str | None) -> Iterator[Evidence]:
    """Yield the requests of the log nearest to the user, or of the log that a person chose."""
    if not tables.counts["is_request"].any():
        return
    measured_on = choose_logs(tables.counts, tables.shared_request_ids, tables.formats, impact_source)
    if measured_on.unit == "request":
        yield Evidence("requests", measured_on, tables.counts)


def _spans(tables: Tables, impact_source: str | None) -> Iterator[Evidence]:
    """Yield the requests in traces; if a person chose a log, they do not decide."""
    judged = judge_calls(tables.calls)
    if len(judged):
        measured_on = MeasuringPoint(tuple(sorted(judged["source"].unique())), "request", "in traces")
        yield Evidence("spans", measured_on, judged, may_decide=impact_source is None)


def _errors(tables: Tables, impact_source: str | None) -> Iterator[Evidence]:
    """Yield the events of all logs that are no requests; if a person chose a log, only its events decide."""
    events = tables.counts[~tables.counts["is_request"]]
    if events.empty:
        return
    chosen = None
    if impact_source is not None:
        chosen = choose_logs(tables.counts, tables.shared_request_ids, tables.formats, impact_source)
    if chosen is not None and chosen.unit == "event":
        yield Evidence("errors", chosen, events)
    else:
        yield Evidence("errors", count_events(tables.counts), events, may_decide=chosen is None)


def _metrics(tables: Tables, _impact_source: str | None) -> Iterator[Evidence]:
    """Yield the samples of metrics of errors, latency and availability."""
    samples = judge_samples(tables.metrics)
    if len(samples):
        yield Evidence("metrics", count_on_metrics(samples, logs=len(tables.counts) > 0), samples)


def _alerts(tables: Tables, _impact_source: str | None) -> Iterator[Evidence]:
    """Yield the time in which alerts fired; it decides if there is nothing to count."""
    firing = tables.alerts[tables.alerts["started_at"].notna()]
    if firing.empty:
        return
    ends = firing["resolved_at"]
    reported = ReportedWindow(firing["started_at"].min(), None if ends.isna().any() else ends.max(), "alerts")
    measured_on = MeasuringPoint(tuple(sorted(firing["source"].unique())), "alert", "no logs")
    yield Evidence(
        "alerts", measured_on, tables.counts.head(0), reported, may_decide=tables.counts.empty and tables.metrics.empty
    )


# One entry for each rung, from the top down. A rung yields its evidence, or nothing if there is none.
_RUNGS: Final[tuple[Callable[[Tables, str | None], Iterator[Evidence]], ...]] = (_requests, _spans, _errors, _metrics, _alerts)
