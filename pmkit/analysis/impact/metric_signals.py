"""Which metric series moved with the impact, and which samples are bad where the logs show no impact."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pmkit.analysis.impact.impact_windows import is_inside
from pmkit.analysis.impact.time_bins import TimeSpan
from pmkit.core import schema
from pmkit.core.schema import conform

# A series needs this many samples, both within the impact and in its baseline.
FEWEST: Final = 5
# A series has moved if the chance that a sample within the impact is higher, or lower, than a baseline sample is at least this.
APART: Final = 0.9
# A series may move this long before the impact, seconds.
METRIC_LEAD_S: Final = 300
MOST: Final = 12
# A value is outside the baseline range if at most this share of the baseline samples are farther out at that end.
_TAIL: Final = 0.05
# A sample is bad if it differs from the median by this many standard deviations (estimated from the median absolute
# deviation), and is above it or below it by this share of the median.
_FAR: Final = 6.0
_WORSE_BY: Final = {1.0: 2.0, -1.0: 0.2}
# A series with fewer bad samples has not turned bad.
_LASTS: Final = 4
# A series of errors that covers less than this share of the time only exists while there are errors.
_SELDOM: Final = 0.5
_COUNTS_BAD: Final = re.compile(r"error|fail|5xx|timeout|reject|drop", re.I)
# Standard deviation divided by median absolute deviation, for the normal distribution.
_SIGMA: Final = 1.4826
# Labels that say where a sample was measured; a new version continues the series of the version before.
_MAKERS: Final = {"version", "revision", "instance", "pod", "pod_name", "replica", "container", "container_id", "job"}
_BAD_IF_HIGH: Final = re.compile(r"error|fail|5xx|latency|duration|response.?time|timeout|unavailab|_p9\d|reject|drop", re.I)
_BAD_IF_LOW: Final = re.compile(r"^up$|availab|success|healthy|ready", re.I)

# Columns of what `moved_series` returns.
MOVES: Final = {
    "series": schema.Column("string", "VARCHAR", "the series in words: its name and the labels that distinguish it"),
    "name": schema.METRICS["name"],
    "labels": schema.METRICS["labels"],
    "unit": schema.METRICS["unit"],
    "baseline": schema.Column("float64", "DOUBLE", "median of the baseline; null for a series without one"),
    "during": schema.Column("float64", "DOUBLE", "median during the impact"),
    "extreme": schema.Column("float64", "DOUBLE", "the value during the impact that is farthest from the baseline"),
    "moved_at": schema.Column(schema.TIME, "TIMESTAMPTZ", "the first sample outside the baseline range"),
    "score": schema.Column(
        "float64", "DOUBLE", "chance that a sample is higher, or lower, during the impact than in the baseline"
    ),
    "source": schema.METRICS["source"],
    "line": schema.METRICS["line"],
}


def moved_series(metrics: pd.DataFrame, spans: Sequence[TimeSpan]) -> pd.DataFrame:
    """Return the series whose values within the impact differ from their baseline, the samples outside the impact.

    Parameters
    ----------
    metrics : DataFrame
        Columns of `schema.METRICS`; not changed.
    spans : sequence of (Timestamp, Timestamp)
        Start and end of each window of the impact; without one, none has moved.

    Returns
    -------
    DataFrame
        Columns of `MOVES`, the clearest moves first, and of equally clear ones those that moved first. The score is the
        common language effect size, Mann and Whitney's U divided by the number of pairs (K. O. McGraw and S. P. Wong,
        1992). It assumes no distribution. The median must have left the baseline range, too.
    """
    rows = [row for series in _series(metrics) if (row := _move(series, spans))] if spans and len(metrics) else []
    table = conform(pd.DataFrame(rows), MOVES)
    ordered = table.sort_values(["score", "moved_at", "series"], ascending=[False, True, True], ignore_index=True)
    return ordered.head(MOST)


def describe_move(row: pd.Series) -> str:
    """Return how a series moved in words, for a row of what `moved_series` returns.

    Examples
    --------
    >>> describe_move(pd.Series({"series": "db_pool_available", "baseline": 8.0, "extreme": 0.0, "during": 0.0}))
    'db_pool_available went from a baseline of 8 down to 0 during the impact'
    """
    if pd.isna(row["baseline"]):
        return f"{row['series']} appeared, up to {_number(row['extreme'])} during the impact"
    direction = "up to" if row["extreme"] > row["baseline"] else "down to"
    extreme = f"{direction} {_number(row['extreme'])} during the impact"
    return f"{row['series']} went from a baseline of {_number(row['baseline'])} {extreme}"


def _number(value: float) -> str:
    return f"{value:.3g}"


def _series(metrics: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each series with its name in words, in order of time; samples of several instances are averaged."""
    valid = metrics[metrics["value"].notna()]
    names = valid["name"].fillna(valid["source"].map(lambda source: PurePosixPath(source).name.split(".")[0]))
    valid = valid.assign(name=names, labels=valid["labels"].fillna(""))
    titles: dict[tuple[str, str], str] = {}
    for name, texts in valid.groupby("name")["labels"].unique().items():
        own = {text: _labels(text) for text in texts}
        keys = sorted({key for labels in own.values() for key in labels})
        distinguishing = [key for key in keys if len({labels.get(key) for labels in own.values()}) > 1]
        titles |= {(str(name), text): _title(str(name), labels, distinguishing) for text, labels in own.items()}
    titled = pd.Series([titles[pair] for pair in zip(valid["name"], valid["labels"], strict=True)], index=valid.index)
    for title, samples in valid.groupby(titled):
        first = {name: "first" for name in samples.columns if name not in ("value", "at")}
        yield str(title), samples.groupby("at").agg({**first, "value": "mean"}).reset_index()


def _title(name: str, labels: dict[str, str], keys: Sequence[str]) -> str:
    shown = ", ".join(f"{key}={labels[key]}" for key in keys if key in labels)
    return f"{name} {{{shown}}}" if shown else name


def _labels(text: str) -> dict[str, str]:
    labels = json.loads(text) if text else {}
    return {key: str(value) for key, value in labels.items() if key not in _MAKERS} if isinstance(labels, dict) else {}


def _move(series: tuple[str, pd.DataFrame], spans: Sequence[TimeSpan]) -> dict[str, object] | None:
    """Return the row of a series that moved, see `moved_series`; None if it did not move."""
    title, samples = series
    lead = pd.Timedelta(seconds=METRIC_LEAD_S)
    inside = is_inside(samples["at"], spans)
    early = is_inside(samples["at"], [(start - lead, start) for start, _ in spans])
    within, baseline = samples.loc[inside, "value"], samples.loc[~inside & ~early, "value"]
    if len(within) < FEWEST:
        return None
    first = samples.iloc[0]
    during = float(within.median())
    row = {"series": title, "during": during, **{name: first[name] for name in ("name", "labels", "unit")}}
    if len(baseline) < FEWEST:
        # For example, a rate of errors that does not exist while there are none.
        appeared = bool(first["at"] >= spans[0][0] - lead)
        return {**row, "extreme": float(within.max()), **_place(first)} if appeared else None
    higher = _chance_higher(within.to_numpy("float64"), baseline.to_numpy("float64"))
    low, high = float(baseline.quantile(_TAIL)), float(baseline.quantile(1 - _TAIL))
    if max(higher, 1 - higher) < APART or low <= during <= high:
        return None
    has_moved = samples["value"] > high if higher > 0.5 else samples["value"] < low
    place = int(np.flatnonzero(has_moved & inside)[0])
    while place and has_moved.iloc[place - 1] and early.iloc[place - 1]:
        place -= 1
    extreme = float(within.max() if higher > 0.5 else within.min())
    return {
        **row, "baseline": float(baseline.median()), "extreme": extreme, "score": max(higher, 1 - higher),
        **_place(samples.iloc[place]),
    }  # fmt: skip


def _place(sample: pd.Series) -> dict[str, object]:
    return {"moved_at": sample["at"], "source": sample["source"], "line": sample["line"]}


def _chance_higher(some: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    """Return the chance that one of some values is higher than one of the others; equal values count as half."""
    ordered = np.sort(others)
    below = np.searchsorted(ordered, some, "left") + np.searchsorted(ordered, some, "right")
    return float(below.sum() / (2 * len(some) * len(others)))
