"""What each rung of the ladder is judged by, from the tables of an incident."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, NamedTuple

import pandas as pd

from pmkit.analysis.impact.bad_samples import judge_samples
from pmkit.analysis.impact.impact_window import ReportedWindow
from pmkit.analysis.impact.ladder import Evidence
from pmkit.analysis.impact.measuring_point import MeasuringPoint, choose_logs, count_events, count_on_metrics
from pmkit.analysis.impact.refusals import find_refusals, in_words, usual_routes
from pmkit.analysis.impact.service_errors import only, worse_services
from pmkit.analysis.traces.traced_requests import judge_calls
from pmkit.store.tables import Tables


class CountingRule(NamedTuple):
    """What `incident.yaml` says of the impact: the log it is counted on, and traffic that is not counted."""

    impact_source: str | None = None
    leave_out: tuple[str, ...] = ()


def evidence_of(tables: Tables, rule: CountingRule) -> Iterator[Evidence]:
    """Yield what each rung is judged by, from the top of the ladder down; a rung without data is left out.

    Parameters
    ----------
    tables : Tables
        All frames; not changed.
    rule : CountingRule
        What people said about the impact.
    """
    for rung in _RUNGS:
        yield from rung(tables, rule)


def _requests(tables: Tables, rule: CountingRule) -> Iterator[Evidence]:
    """Yield the requests of the log nearest to the user, or of the log that a person chose, and then those of other logs.

    A log further inside decides only if its failures are no HTTP statuses, because the outer log would show those.
    """
    logs = tables.counts[~tables.counts["traffic"].isin(rule.leave_out)]
    if not logs["is_request"].any():
        return
    measured_on = choose_logs(logs, tables.shared_request_ids, tables.formats, rule.impact_source)
    if measured_on.unit != "request":
        return
    yield Evidence("requests", measured_on, logs)
    if rule.impact_source is None and measured_on.inner:
        inner = logs[logs["source"].isin(measured_on.inner) & logs["is_request"]]
        failed = inner.loc[inner["is_error"], "outcome_of"]
        point = MeasuringPoint(measured_on.inner, "request", "other requests")
        yield Evidence("requests", point, inner, may_decide=len(failed) > 0 and bool(failed.notna().all()))


def _spans(tables: Tables, rule: CountingRule) -> Iterator[Evidence]:
    """Yield the requests in traces; if a person chose a log, they do not decide."""
    judged = judge_calls(tables.calls)
    if len(judged):
        measured_on = MeasuringPoint(tuple(sorted(judged["source"].unique())), "request", "in traces")
        yield Evidence("spans", measured_on, judged, may_decide=rule.impact_source is None)


def _refusals(tables: Tables, rule: CountingRule) -> Iterator[Evidence]:
    """Yield the requests with refusals as failures, if these became more frequent; they decide if they replaced successes."""
    first = next(_requests(tables, rule), None)
    if first is None:
        return
    requests = first.judged[first.judged["source"].isin(first.measured_on.sources) & first.judged["is_request"]]
    refusals = find_refusals(requests)
    if refusals:
        are_instead = [refusal.answer for refusal in refusals if refusal.are_instead]
        answers = are_instead or [refusal.answer for refusal in refusals]
        is_refused = requests.index.isin(usual_routes(requests).index) & requests["answer"].isin(answers)
        judged = requests.assign(is_error=requests["is_error"] | is_refused)
        point = MeasuringPoint(
            first.measured_on.sources, "request", "refusals", first.measured_on.inner, answers=tuple(map(in_words, answers))
        )
        yield Evidence("refusals", point, judged, may_decide=bool(are_instead))


def _outcomes(tables: Tables, rule: CountingRule) -> Iterator[Evidence]:
    """Yield the tasks, jobs, messages and the like that say how they ended, one kind after the other."""
    rows = _with_outcomes(tables.counts)
    for noun in rows.groupby("outcome_of")["events"].sum().sort_values(ascending=False).index:
        own = rows[rows["outcome_of"] == noun]
        point = MeasuringPoint(tuple(sorted(own["source"].unique())), "outcome", "stated outcomes", counted=str(noun))
        yield Evidence("outcomes", point, own, may_decide=rule.impact_source is None)


def _with_outcomes(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with outcomes that are no requests, of those logs that state successes, too."""
    rows = counts[counts["outcome_of"].notna() & ~counts["is_request"]]
    return rows[rows["source"].isin(rows.loc[~rows["is_error"], "source"])]


def _errors(tables: Tables, rule: CountingRule) -> Iterator[Evidence]:
    """Yield the events of all logs that are neither requests nor outcomes; if a person chose a log, only its events decide.

    If all errors together were as usual, but those of some services were not, only the events of these are counted.
    """
    counts = tables.counts.drop(index=_with_outcomes(tables.counts).index)
    events = counts[~counts["is_request"]]
    if events.empty:
        return
    chosen = None
    if rule.impact_source is not None:
        chosen = choose_logs(counts, tables.shared_request_ids, tables.formats, rule.impact_source)
    if chosen is not None and chosen.unit == "event":
        yield Evidence("errors", chosen, events)
        return
    worse = worse_services(events)
    rows = only(events, worse) if worse else events
    yield Evidence("errors", replace(count_events(rows if worse else counts), services=worse), rows, may_decide=chosen is None)


def _metrics(tables: Tables, _rule: CountingRule) -> Iterator[Evidence]:
    """Yield the samples of metrics of errors, latency and availability."""
    samples = judge_samples(tables.metrics)
    if len(samples):
        yield Evidence("metrics", count_on_metrics(samples, logs=len(tables.counts) > 0), samples)


def _alerts(tables: Tables, _rule: CountingRule) -> Iterator[Evidence]:
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
_RUNGS: Final[tuple[Callable[[Tables, CountingRule], Iterator[Evidence]], ...]] = (
    _requests,
    _spans,
    _refusals,
    _outcomes,
    _errors,
    _metrics,
    _alerts,
)
