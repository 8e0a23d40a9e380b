"""Which metric series moved with the impact, and which samples are bad where the logs do not tell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, Final

import numpy as np
import pandas as pd

from pmkit.core import schema
from pmkit.core.schema import conform

FEWEST: Final = 5
"""So many samples a series needs, within the impact and outside of it."""
APART: Final = 0.9
"""The chance that a sample within the impact is higher than one outside, or lower, for a series to have moved."""
LEAD_S: Final = 300
"""A series may move this long before the impact, seconds."""
MOST: Final = 12
_ORDINARY: Final = 0.05
"""What lies outside of all but this share of the usual samples, at either end, is unusual."""
_FAR: Final = 6.0
"""So many standard deviations from the median, estimated from the median absolute deviation, is worse than usual …"""
_WORSE_BY: Final = {1.0: 2.0, -1.0: 0.2}
"""… if it is also so much of the median above it, or below."""
_LASTS: Final = 4
"""A series with fewer bad samples has not turned bad."""
_SELDOM: Final = 0.5
"""A series of errors that covers less than this share of the time is not there because there are none."""
_COUNTS_BAD: Final = re.compile(r"error|fail|5xx|timeout|reject|drop", re.I)
_SIGMA: Final = 1.4826
"""Of the normal distribution: standard deviation by median absolute deviation."""
_MAKERS: Final = {"version", "revision", "instance", "pod", "pod_name", "replica", "container", "container_id", "job"}
"""Labels that tell who measured; a new version goes on with the series of the one before."""
_BAD_IF_HIGH: Final = re.compile(r"error|fail|5xx|latency|duration|response.?time|timeout|unavailab|_p9\d|reject|drop", re.I)
_BAD_IF_LOW: Final = re.compile(r"^up$|availab|success|healthy|ready", re.I)

MOVES: Final = {
    "series": schema.Column("string", "VARCHAR", "the series in words: its name and the labels that tell it from others"),
    "name": schema.METRICS["name"],
    "labels": schema.METRICS["labels"],
    "unit": schema.METRICS["unit"],
    "usual": schema.Column("float64", "DOUBLE", "median outside of the impact; null of one that is only there within it"),
    "during": schema.Column("float64", "DOUBLE", "median within it"),
    "extreme": schema.Column("float64", "DOUBLE", "the value within it that is farthest from the usual"),
    "moved_at": schema.Column(schema.TIME, "TIMESTAMPTZ", "the first of the unusual samples"),
    "score": schema.Column("float64", "DOUBLE", "chance that a sample within is higher, or lower, than one outside"),
    "source": schema.METRICS["source"],
    "line": schema.METRICS["line"],
}
"""Columns of what `moved_series` returns."""

Span = tuple[pd.Timestamp, pd.Timestamp]


def moved_series(metrics: pd.DataFrame, window: Span | None) -> pd.DataFrame:
    """Find the series whose values within the impact are not those outside of it.

    Parameters
    ----------
    metrics : DataFrame
        Columns of `schema.METRICS`; not changed.
    window : tuple of Timestamp or None
        Start and end of the impact; without one, none has moved.

    Returns
    -------
    DataFrame
        Columns of `MOVES`, those that are set apart most first, and of them those that moved first. The score is the
        common language effect size, Mann and Whitney's U by the number of pairs (K. O. McGraw and S. P. Wong, 1992);
        it asks for no distribution, and counts only where the median has left the usual range too.
    """
    rows = [row for series in _series(metrics) if (row := _move(series, window))] if window and len(metrics) else []
    table = conform(pd.DataFrame(rows), MOVES)
    ordered = table.sort_values(["score", "moved_at", "series"], ascending=[False, True, True], ignore_index=True)
    return ordered.head(MOST)


def describe_move(row: pd.Series) -> str:
    """Say how a series moved, a row of what `moved_series` returns.

    Examples
    --------
    >>> describe_move(pd.Series({"series": "db_pool_available", "usual": 8.0, "extreme": 0.0, "during": 0.0}))
    'db_pool_available leaves its usual range: 8 at the median, 0 at the lowest during the impact'
    """
    if pd.isna(row["usual"]):
        return f"{row['series']} appears: up to {_number(row['extreme'])} during the impact"
    end = "highest" if row["extreme"] > row["usual"] else "lowest"
    at_most = f"{_number(row['extreme'])} at the {end} during the impact"
    return f"{row['series']} leaves its usual range: {_number(row['usual'])} at the median, {at_most}"


def _number(value: float) -> str:
    return f"{value:.3g}"


def judge_samples(metrics: pd.DataFrame) -> pd.DataFrame:
    """Say of each sample of errors, latency and availability whether it is bad, as a log says of its requests.

    Parameters
    ----------
    metrics : DataFrame
        Columns of `schema.METRICS`; not changed.

    Returns
    -------
    DataFrame
        Columns of `schema.JUDGED`, a row a sample: `http_route` is the series in words, `is_error` whether it is far
        beyond the median of its series, in units of its scatter and of the median itself. Of a series of errors that
        is not there most of the time, each is. Series whose names do not tell whether high or low is bad are left
        out, so are very short ones, and where some series turn bad, those that never do.
    """
    if metrics.empty:
        return conform(pd.DataFrame(), schema.JUDGED)
    whole = metrics["at"].max() - metrics["at"].min()
    rows = [_judge(title, samples, whole) for title, samples in _series(metrics)]
    told = [row for row in rows if row is not None]
    told = [row for row in told if row["is_error"].sum() >= _LASTS] or told
    return conform(pd.concat(told, ignore_index=True) if told else pd.DataFrame(), schema.JUDGED)


def _series(metrics: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give each series with its name in words, in order of time; what several instances measure is averaged."""
    known = metrics[metrics["value"].notna()]
    names = known["name"].fillna(known["source"].map(lambda source: PurePosixPath(source).name.split(".")[0]))
    known = known.assign(name=names, labels=known["labels"].fillna(""))
    titles: dict[tuple[str, str], str] = {}
    for name, texts in known.groupby("name")["labels"].unique().items():
        own = {text: _labels(text) for text in texts}
        keys = sorted({key for labels in own.values() for key in labels})
        telling = [key for key in keys if len({labels.get(key) for labels in own.values()}) > 1]
        titles |= {(str(name), text): _title(str(name), labels, telling) for text, labels in own.items()}
    titled = pd.Series([titles[pair] for pair in zip(known["name"], known["labels"], strict=True)], index=known.index)
    for title, several in known.groupby(titled):
        first = {name: "first" for name in several.columns if name not in ("value", "at")}
        yield str(title), several.groupby("at").agg({**first, "value": "mean"}).reset_index()


def _title(name: str, labels: dict[str, str], telling: Sequence[str]) -> str:
    shown = ", ".join(f"{key}={labels[key]}" for key in telling if key in labels)
    return f"{name} {{{shown}}}" if shown else name


def _labels(text: str) -> dict[str, str]:
    found = json.loads(text) if text else {}
    return {key: str(value) for key, value in found.items() if key not in _MAKERS} if isinstance(found, dict) else {}


def _move(series: tuple[str, pd.DataFrame], window: Span) -> dict[str, Any] | None:
    told, samples = series
    start, end = window
    inside = samples["at"].between(start, end)
    early = samples["at"].between(start - pd.Timedelta(seconds=LEAD_S), start)
    within, usual = samples.loc[inside, "value"], samples.loc[~inside & ~early, "value"]
    if len(within) < FEWEST:
        return None
    first = samples.iloc[0]
    row: dict[str, Any] = {"series": told, "during": float(within.median())}
    row |= {name: first[name] for name in ("name", "labels", "unit")}
    if len(usual) < FEWEST:
        appeared = bool(first["at"] >= start - pd.Timedelta(seconds=LEAD_S))  # such as a share of errors where there were none
        return {**row, "extreme": float(within.max()), **_place(first)} if appeared else None
    higher = _chance_higher(within.to_numpy(), usual.to_numpy())
    low, high = float(usual.quantile(_ORDINARY)), float(usual.quantile(1 - _ORDINARY))
    if max(higher, 1 - higher) < APART or low <= row["during"] <= high:
        return None
    unusual = samples["value"] > high if higher > 0.5 else samples["value"] < low
    place = int(np.flatnonzero(unusual & inside)[0])
    while place and unusual.iloc[place - 1] and early.iloc[place - 1]:
        place -= 1
    extreme = float(within.max() if higher > 0.5 else within.min())
    return {
        **row, "usual": float(usual.median()), "extreme": extreme, "score": max(higher, 1 - higher), **_place(samples.iloc[place])
    }  # fmt: skip


def _place(sample: pd.Series) -> dict[str, Any]:
    return {"moved_at": sample["at"], "source": sample["source"], "line": sample["line"]}


def _chance_higher(some: Any, others: Any) -> float:
    ordered = np.sort(others)
    below = np.searchsorted(ordered, some, "left") + np.searchsorted(ordered, some, "right")
    return float(below.sum() / (2 * len(some) * len(others)))


def _judge(title: str, samples: pd.DataFrame, whole: pd.Timedelta) -> pd.DataFrame | None:
    name = str(samples["name"].iloc[0])
    sign = -1.0 if _BAD_IF_LOW.search(name) else 1.0 if _BAD_IF_HIGH.search(name) else 0.0
    if not sign or len(samples) < 4 * FEWEST:
        return None
    values = sign * samples["value"]
    seldom = samples["at"].max() - samples["at"].min() < _SELDOM * whole and bool(_COUNTS_BAD.search(name))
    middle = 0.0 if seldom else float(values.median())
    spread = 0.0 if seldom else _SIGMA * float((values - middle).abs().median())
    bad = values > middle + max(_FAR * spread, _WORSE_BY[sign] * abs(middle), 1e-9)
    return pd.DataFrame(
        {
            "bin": samples["at"].dt.floor(f"{schema.BIN_S}s"),
            "service": _labels(samples["labels"].iloc[0]).get("service"),
            "http_route": title,
            "is_request": False,
            "is_error": bad,
            "source": samples["source"],
            "events": 1,
            "first_at": samples["at"],
            "last_at": samples["at"],
        }
    )
