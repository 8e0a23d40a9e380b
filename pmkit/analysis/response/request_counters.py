"""Requests in the logs as the counters and histograms that a service would have exported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmkit.analysis.impact.time_bins import all_bins
from pmkit.analysis.response.promql.vectors import Matcher, NotEvaluableError, Numbers, Samples, matches
from pmkit.core import schema

# What logs record of a request: for each column the usual label, and all names that are used for it.
_LABELS: Final = {
    "http_status": (
        "status",
        re.compile(r"status|(?:http_|response_)?(?:status_)?code|http_(?:response_)?status(?:_code)?", re.ASCII),
    ),
    "service": ("service", re.compile(r"service(?:_name)?|app(?:lication)?|job", re.ASCII)),
    "http_route": ("route", re.compile(r"(?:http_)?(?:route|path|uri|handler|endpoint|url)", re.ASCII)),
    "version": ("version", re.compile(r"(?:service_|app_)?version|release", re.ASCII)),
    "host": ("instance", re.compile(r"host(?:name)?|instance|pod(?:_name)?|node", re.ASCII)),
}
_USUAL_LABEL: Final = {column: usual for column, (usual, _) in _LABELS.items()}
# Columns by which series are split only where the rule names them.
_ON_DEMAND: Final = ("version", "host")
_COUNTER: Final = re.compile(
    r"(?:(?:http|https|http_server|nginx|nginx_http|nginx_ingress_controller|traefik_(?:service|entrypoint|router)|istio|caddy_http|"
    r"haproxy_(?:frontend|backend|server)_http|flask_http|django_http|starlette|fastapi|gin|rails|express|app|web|api)_)?"
    r"(?:requests?|responses?)(?:_(?P<duration>duration|latency))?(?:_(?P<unit>seconds|milliseconds|ms))?_(?P<what>total|count|bucket)",
    re.ASCII,
)
_GROUPING: Final = re.compile(r"\b(?:by|on|without|ignoring)\s*\(([^)]*)\)", re.ASCII)


def grouping_labels(*expressions: str) -> set[str]:
    """Return the labels by which expressions group and join.

    Examples
    --------
    >>> sorted(grouping_labels("sum by (le, route) (x) / on(le) y"))
    ['le', 'route']
    """
    return {label.strip() for text in expressions for labels in _GROUPING.findall(text) for label in labels.split(",")}


def is_counter(name: str) -> bool:
    """Return whether a metric counts requests, or their durations, judging by its name.

    Examples
    --------
    >>> is_counter("http_request_duration_seconds_bucket"), is_counter("http_requests_total"), is_counter("up")
    (True, True, False)
    """
    return _COUNTER.fullmatch(name) is not None


def one_log_per_service(requests: pd.DataFrame) -> pd.DataFrame:
    """Return, for each service, the requests of the log that contains most of them; other logs contain the same requests.

    Parameters
    ----------
    requests : DataFrame
        Requests as `Store.request_counts` returns them; not changed.
    """
    sizes = requests.groupby(["service", "source"], dropna=False)["events"].sum().reset_index()
    chosen = sizes.sort_values("events", ascending=False).drop_duplicates("service")
    pairs = pd.MultiIndex.from_frame(requests[["service", "source"]].fillna(""))
    return requests[pairs.isin(pd.MultiIndex.from_frame(chosen[["service", "source"]].fillna("")))]


def count_requests(requests: pd.DataFrame, name: str, matchers: tuple[Matcher, ...], grouping: set[str]) -> list[Samples]:
    """Return counters of requests as a metric of that name would have counted them.

    Parameters
    ----------
    requests : DataFrame
        Requests as `Store.request_counts` returns them, not empty; not changed.
    name : str
        Name of the metric, for which `is_counter` holds.
    matchers : tuple of (str, str, str)
        Label, operator and value, see `promql.vectors.Source`.
    grouping : set of str
        Labels by which the rule groups, see `grouping_labels`; the counters use the same names.

    Raises
    ------
    NotEvaluableError
        When the rule uses a label that logs do not record.
    """
    on_labels = tuple(matcher for matcher in matchers if matcher[0] != "le")
    matching = _matching(requests, on_labels, name)
    labels = _label_names({label for label, _, _ in on_labels} | grouping)
    timeline = _Timeline.of(requests)
    parts = _COUNTER.fullmatch(name)
    if parts is None or parts["what"] != "bucket":
        return [
            Samples(own, timeline.ends, timeline.counter(timeline.places(rows), _events(rows)))
            for own, rows in _by_label(matching, labels)
        ]
    scale = 1000.0 if parts["unit"] in ("milliseconds", "ms") else 1.0
    bounds = _requested_bounds(matchers) or _all_bounds(matching["latency_bucket"], scale)
    timed = matching[matching["latency_bucket"].notna()]
    counters = []
    for own, rows in _by_label(timed, labels):
        places, events, latencies = timeline.places(rows), _events(rows), _upper_bounds(rows["latency_bucket"]) * scale
        for bound in bounds:
            within = latencies <= bound * (1 + 1e-9)
            name_of_bound = "+Inf" if np.isinf(bound) else f"{bound:g}"
            counter = timeline.counter(places[within], events[within])
            counters.append(Samples({**own, "le": name_of_bound}, timeline.ends, counter))
    return counters


@dataclass(frozen=True, eq=False)
class _Timeline:
    """The bins of the requests, at whose ends counters are sampled.

    Attributes
    ----------
    bins : DatetimeIndex
        The starts of the bins, see `all_bins`.
    ends : ndarray of float
        The start of the first bin and the ends of all bins, seconds since 1970.
    """

    bins: pd.DatetimeIndex

    ends: Numbers

    @classmethod
    def of(cls, requests: pd.DataFrame) -> _Timeline:
        bins = all_bins(pd.DatetimeIndex(requests["bin"].sort_values().unique()))
        starts = _seconds(bins)
        return cls(bins, np.append(starts, starts[-1] + schema.BIN_S))

    def places(self, rows: pd.DataFrame) -> npt.NDArray[np.int64]:
        """Return the number of the bin of each row."""
        return np.asarray(self.bins.get_indexer(pd.DatetimeIndex(rows["bin"])), dtype="int64")

    def counter(self, places: npt.NDArray[np.int64], events: Numbers) -> Numbers:
        """Return how many of the requests, whose bins and numbers are given, had been served at each time, from 0."""
        per_bin = np.bincount(places, events, len(self.ends) - 1)
        return np.concatenate([[0.0], per_bin.cumsum()])


def _events(rows: pd.DataFrame) -> Numbers:
    return rows["events"].to_numpy("float64")


def _label_names(wanted: set[str]) -> dict[str, set[str]]:
    """Return the columns by which series are split, each with the names that the rule uses for it."""
    names = {column: {label for label in wanted if _column(label) == column} for column in _USUAL_LABEL}
    return {column: labels for column, labels in names.items() if labels or column not in _ON_DEMAND}


def _by_label(requests: pd.DataFrame, labels: dict[str, set[str]]) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
    """Yield the requests of each series, with its labels."""
    for _, rows in requests.groupby(list(labels), dropna=False, sort=False):
        first = rows.iloc[0]
        values = {column: str(first[column]) for column in labels if not pd.isna(first[column])}
        yield {label: value for column, value in values.items() for label in labels[column] or {_USUAL_LABEL[column]}}, rows


def _matching(requests: pd.DataFrame, matchers: tuple[Matcher, ...], name: str) -> pd.DataFrame:
    matching = requests
    for label, operator, value in matchers:
        column = _column(label)
        if column is None:
            raise NotEvaluableError(f"no series {name} in the data, and the logs do not record {label} of a request")
        texts = matching[column].astype("string").fillna("")
        fits = {text: matches({label: text}, [(label, operator, value)]) for text in texts.unique()}
        matching = matching[texts.map(fits).astype(bool)]
    return matching


def _column(label: str) -> str | None:
    return next((column for column, (_, pattern) in _LABELS.items() if pattern.fullmatch(label)), None)


def _seconds(times: pd.DatetimeIndex) -> Numbers:
    return np.asarray(times.as_unit("us").asi8 / 1e6)


def _requested_bounds(matchers: tuple[Matcher, ...]) -> list[float]:
    """Return the bounds of buckets that the rule names."""
    return [float(value.replace("+Inf", "inf")) for label, operator, value in matchers if (label, operator) == ("le", "=")]


def _all_bounds(buckets: pd.Series, scale: float) -> list[float]:
    """Return the bounds of the buckets that hold requests, which is enough for any quantile."""
    used = set(buckets.dropna().astype("int64"))
    needed = pd.Series(sorted(used | {bucket - 1 for bucket in used if bucket}), dtype="float64")
    return [*(_upper_bounds(needed) * scale).tolist(), float("inf")]


def _upper_bounds(buckets: pd.Series) -> npt.NDArray[np.float64]:
    """Return the upper bounds of latency buckets, seconds."""
    return schema.latency_at(buckets.to_numpy("float64"))
