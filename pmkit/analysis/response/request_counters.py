"""Requests in the logs as the counters and histograms that a service would have kept of them."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pandas as pd

from pmkit.analysis.response.promql import NotEvaluableError, Numbers, Samples, matches
from pmkit.core import schema

Matcher = tuple[str, str, str]

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
"""What logs tell of a request, by its usual label and all that it goes by."""
_USUAL: Final = {column: usual for column, (usual, _) in _LABELS.items()}
_REQUESTS: Final = re.compile(
    r"(?:(?:http|https|http_server|nginx|nginx_http|nginx_ingress_controller|traefik_(?:service|entrypoint|router)|istio|caddy_http|"
    r"haproxy_(?:frontend|backend|server)_http|flask_http|django_http|starlette|fastapi|gin|rails|express|app|web|api)_)?"
    r"(?:requests?|responses?)(?:_(?P<duration>duration|latency))?(?:_(?P<unit>seconds|milliseconds|ms))?_(?P<what>total|count|bucket)",
    re.ASCII,
)
_NAMED: Final = re.compile(r"\b(?:by|on|without|ignoring)\s*\(([^)]*)\)", re.ASCII)
_SELDOM: Final = ("version", "host")
"""Told apart only where the rule names them."""


def grouped_by(*expressions: str) -> set[str]:
    """Give the labels by which expressions group and join.

    Examples
    --------
    >>> sorted(grouped_by("sum by (le, route) (x) / on(le) y"))
    ['le', 'route']
    """
    return {word.strip() for text in expressions for words in _NAMED.findall(text) for word in words.split(",")}


def is_counter(name: str) -> bool:
    """Tell whether a metric counts requests, or their durations, by its name.

    Examples
    --------
    >>> is_counter("http_request_duration_seconds_bucket"), is_counter("http_requests_total"), is_counter("up")
    (True, True, False)
    """
    return _REQUESTS.fullmatch(name) is not None


def one_log_a_service(served: pd.DataFrame) -> pd.DataFrame:
    """Keep for each service the log that tells most of its requests: others tell of the same ones.

    Parameters
    ----------
    served : DataFrame
        Requests as `Store.served` gives them; not changed.
    """
    sizes = served.groupby(["service", "source"], dropna=False)["events"].sum().reset_index()
    chosen = sizes.sort_values("events", ascending=False).drop_duplicates("service")
    pairs = pd.MultiIndex.from_frame(served[["service", "source"]].fillna(""))
    return served[pairs.isin(pd.MultiIndex.from_frame(chosen[["service", "source"]].fillna("")))]


def counted(served: pd.DataFrame, name: str, matchers: tuple[Matcher, ...], named: set[str]) -> list[Samples]:
    """Count requests as a metric of that name would have.

    Parameters
    ----------
    served : DataFrame
        Requests as `Store.served` gives them, not empty.
    name : str
        Name of the metric, for which `is_counter` holds.
    matchers : tuple of (str, str, str)
        Label, operator and value, see `promql.Source`.
    named : set of str
        Labels by which the rule groups, see `grouped_by`: they are called as it calls them.

    Raises
    ------
    NotEvaluableError
        When the rule asks for a label that logs do not tell.
    """
    what = _REQUESTS.fullmatch(name)
    kind, unit = (what["what"], what["unit"]) if what else ("total", None)
    others = tuple(one for one in matchers if one[0] != "le")
    kept = _matching(served, others, name)
    asked = {label for label, _, _ in others} | named
    names = {column: {label for label in asked if _column(label) == column} for column in _USUAL}
    apart = [column for column in _USUAL if names[column] or column not in _SELDOM]
    grid = pd.date_range(served["bin"].min(), served["bin"].max(), freq=f"{schema.BIN_S}s")
    at = np.concatenate([[grid[0].timestamp()], _seconds(grid) + schema.BIN_S])
    scale = 1000.0 if unit in ("milliseconds", "ms") else 1.0
    exact = [float(value.replace("+Inf", "inf")) for label, operator, value in matchers if (label, operator) == ("le", "=")]
    bounds = exact or _bounds(kept["latency_bucket"], scale)
    timed = kept[kept["latency_bucket"].notna()] if kind == "bucket" else kept
    found = []
    group = timed.groupby(apart, dropna=False, sort=False).ngroup().to_numpy()
    upper = _tops(timed["latency_bucket"]) * scale if kind == "bucket" else np.zeros(len(timed))
    place = (_seconds(pd.DatetimeIndex(timed["bin"])) - at[0]).astype("int64") // schema.BIN_S
    events = timed["events"].to_numpy("float64")
    _, firsts = np.unique(group, return_index=True)
    for number, first in enumerate(firsts):
        told = {column: str(timed[column].iloc[first]) for column in apart if not pd.isna(timed[column].iloc[first])}
        labels = {label: value for column, value in told.items() for label in names[column] or {_USUAL[column]}}
        own = group == number
        if kind != "bucket":
            found.append(Samples(labels, at, _total(place[own], events[own], len(grid))))
            continue
        for bound in bounds:
            within = own & (upper <= bound * (1 + 1e-9))
            le = "+Inf" if np.isinf(bound) else f"{bound:g}"
            found.append(Samples({**labels, "le": le}, at, _total(place[within], events[within], len(grid))))
    return found


def _matching(served: pd.DataFrame, matchers: tuple[Matcher, ...], name: str) -> pd.DataFrame:
    kept = served
    for label, operator, wanted in matchers:
        column = _column(label)
        if column is None:
            raise NotEvaluableError(f"no series {name} in the data, and the logs do not tell {label} of a request")
        texts = kept[column].astype("string").fillna("")
        fits = {text: matches({label: text}, [(label, operator, wanted)]) for text in texts.unique()}
        kept = kept[texts.map(fits).astype(bool)]
    return kept


def _column(label: str) -> str | None:
    return next((column for column, (_, pattern) in _LABELS.items() if pattern.fullmatch(label)), None)


def _seconds(times: pd.DatetimeIndex) -> Numbers:
    return np.asarray(times.as_unit("us").asi8 / 1e6)


def _bounds(buckets: pd.Series, scale: float) -> list[float]:
    """Give the bounds between which requests lie, which is enough for any quantile."""
    there = set(buckets.dropna().astype("int64"))
    needed = pd.Series(sorted(there | {bucket - 1 for bucket in there if bucket}), dtype="float64")
    return [*(_tops(needed) * scale).tolist(), float("inf")]


def _total(place: Numbers, events: Numbers, bins: int) -> Numbers:
    """Give a counter at the ends of all bins, from 0."""
    return np.concatenate([[0.0], np.bincount(place, events, bins).cumsum()])


def _tops(buckets: pd.Series) -> Numbers:
    """Give the upper bounds of buckets of the rollup, seconds."""
    return np.asarray(schema.LATENCY_BASE_S * 10 ** (buckets.to_numpy("float64") / schema.LATENCY_PER_DECADE))
