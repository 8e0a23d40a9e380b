"""The series that alert rules are evaluated on: metrics, the results of recording rules, and requests in the logs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from pmkit.analysis.response.promql.evaluation import evaluate_condition
from pmkit.analysis.response.promql.vectors import Matcher, NotEvaluableError, Numbers, Samples, matches
from pmkit.analysis.response.request_counters import count_requests, grouping_labels, is_counter
from pmkit.core import schema

# Rules are evaluated at no more moments than this.
MOST_MOMENTS: Final = 4000


class IncidentSeries:
    """The series of an incident, as a source for the evaluation of one rule.

    Parameters
    ----------
    metrics : DataFrame
        Columns of `schema.METRICS`; not changed.
    requests : DataFrame
        Requests in the logs, as `Store.request_counts` returns them, of one log per service; not changed.
    recorded : mapping of str to str
        The expression of each recording rule by the name of its series.
    expression : str
        The expression of the rule; counters of requests get the labels that it uses.
    """

    def __init__(self, metrics: pd.DataFrame, requests: pd.DataFrame, recorded: Mapping[str, str], expression: str) -> None:
        self._metrics, self._requests, self._recorded = metrics, requests, dict(recorded)
        self._labels = grouping_labels(expression, *recorded.values())
        self._used: set[str] = set()

    @property
    def basis(self) -> str | None:
        """What has been selected so far: `metrics`, `logs`, or both; None when nothing was."""
        return " and ".join(sorted(self._used)) or None

    def select(self, name: str, matchers: tuple[Matcher, ...]) -> list[Samples]:
        """Return the series of a name, see `promql.vectors.Source`."""
        rows = self._metrics[self._metrics["name"] == name]
        if len(rows):
            self._used.add("metrics")
            return [samples for samples in _metric_series(rows) if matches(samples.labels, matchers)]
        if name in self._recorded:
            return self._evaluate_recorded(name, matchers)
        if not is_counter(name) or self._requests.empty:
            raise NotEvaluableError(f"no series {name} in the data")
        self._used.add("logs")
        return count_requests(self._requests, name, matchers, self._labels)

    def _evaluate_recorded(self, name: str, matchers: tuple[Matcher, ...]) -> list[Samples]:
        # Without it, a rule that refers to itself finds no series.
        expression = self._recorded.pop(name)
        try:
            moments = self._moments()
            vector = evaluate_condition(expression, self, moments).holds
        finally:
            self._recorded[name] = expression
        series = []
        for pairs, values in vector.items():
            labels, present = dict(pairs), ~np.isnan(values)
            if matches(labels, matchers) and present.any():
                series.append(Samples(labels, moments[present], values[present]))
        return series

    def _moments(self) -> Numbers:
        bounds = [*self._metrics["at"].agg(["min", "max"]), *self._requests["bin"].agg(["min", "max"])]
        times = [at.timestamp() for at in bounds if not pd.isna(at)]
        if not times:
            raise NotEvaluableError("the data contain neither metrics nor requests")
        first, last = min(times), max(times) + schema.BIN_S
        step = schema.BIN_S * max(1, -(-int(last - first) // (schema.BIN_S * MOST_MOMENTS)))
        return np.arange(first, last + 1e-6, step)


def _metric_series(metrics: pd.DataFrame) -> list[Samples]:
    series = []
    for text, rows in metrics[metrics["value"].notna()].groupby(metrics["labels"].fillna("{}")):
        labels = {key: str(value) for key, value in json.loads(str(text)).items()}
        ordered = rows.drop_duplicates("at").sort_values("at")
        series.append(Samples(labels, ordered["at"].astype("int64").to_numpy() / 1e6, ordered["value"].to_numpy("float64")))
    return series
