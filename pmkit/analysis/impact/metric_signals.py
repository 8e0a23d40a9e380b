"""Which metric series moved with the impact, by how far they went beyond their usual range."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmkit.analysis.impact.metric_series import MetricSeries, Numbers, read_series
from pmkit.analysis.impact.time_bins import TimeSpan
from pmkit.core import schema
from pmkit.core.schema import conform
from pmkit.core.wording import quantity

Flags = npt.NDArray[np.bool_]

# A series needs this many samples within the impact, and this many outside.
FEWEST: Final = 3
FEWEST_OUTSIDE: Final = 5
# With so many samples before the impact, these alone are the baseline: what moved may stay so after it, such as a queue.
_ENOUGH_BEFORE: Final = 20
# A series may move this long before the impact, seconds.
METRIC_LEAD_S: Final = 300
MOST: Final = 12
# A value is outside the baseline range if at most this share of the baseline samples are farther out at that end.
_TAIL: Final = 0.02
# The range of a series that is nearly constant is taken to be this share of its median.
_LEAST: Final = 0.001

# Columns of what `moved_series` returns.
MOVES: Final = {
    "series": schema.Column("string", "VARCHAR", "the series in words: its name and the labels that distinguish it"),
    "name": schema.METRICS["name"],
    "labels": schema.METRICS["labels"],
    "unit": schema.METRICS["unit"],
    "service": schema.Column("string", "VARCHAR", "the service that it measures, null if unknown"),
    "baseline": schema.Column("float64", "DOUBLE", "median of the baseline; null for a series without one"),
    "during": schema.Column("float64", "DOUBLE", "median during the impact"),
    "extreme": schema.Column("float64", "DOUBLE", "the value during the impact that is farthest from the baseline"),
    "moved_at": schema.Column(schema.TIME, "TIMESTAMPTZ", "the first sample outside the baseline range"),
    "score": schema.Column(
        "float64",
        "DOUBLE",
        "distance of the median during the impact from the baseline's, divided by how far the baseline usually goes",
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
        Columns of `MOVES`: first the resources, which may be a cause, then the symptoms, such as latency and errors; of either,
        those that moved farthest first. The baseline is the time before the impact, or all outside of it if there are few samples
        before. The score is the distance of the median within the impact from that of the baseline, divided by the farthest that
        samples of the baseline usually are from it; it is more than 1. Samples shortly before the impact count as usual unless at
        least three had moved. A series without a baseline comes last, and only if it began with the impact.
    """
    rows, are_symptoms = [], []
    for series in read_series(metrics) if spans else ():
        inside, early = within_spans(series.at_s, spans, 0), within_spans(series.at_s, spans, METRIC_LEAD_S)
        row = _move(series, inside, early & ~inside, spans[0][0] - pd.Timedelta(seconds=METRIC_LEAD_S))
        if row:
            rows.append(row)
            are_symptoms.append(series.meaning.kind != "saturation")
    table = conform(pd.DataFrame(rows), MOVES)
    order = table.assign(has_no_score=table["score"].isna(), is_symptom=are_symptoms)
    by = ["has_no_score", "is_symptom", "score", "moved_at", "series"]
    order = order.sort_values(by, ascending=[True, True, False, True, True], kind="stable")
    return table.loc[order.index].reset_index(drop=True)


def within_spans(at_s: Numbers, spans: Sequence[TimeSpan], lead_s: float) -> Flags:
    """Return for each time whether it lies within one of some windows, or up to `lead_s` seconds before its start."""
    inside = np.zeros(len(at_s), dtype=bool)
    for start, end in spans:
        inside |= (at_s >= start.timestamp() - lead_s) & (at_s <= end.timestamp())
    return inside


def describe_move(row: pd.Series) -> str:
    """Return how a series moved in words, for a row of what `moved_series` returns.

    Examples
    --------
    >>> describe_move(pd.Series({"series": "db_pool_available", "baseline": 8.0, "extreme": 0.0, "during": 0.0}))
    'db_pool_available went from a baseline of 8 down to 0 during the impact'
    """
    if pd.isna(row["baseline"]):
        return f"{row['series']} appeared, up to {quantity(row['extreme'])} during the impact"
    direction = "up to" if row["extreme"] > row["baseline"] else "down to"
    extreme = f"{direction} {quantity(row['extreme'])} during the impact"
    return f"{row['series']} went from a baseline of {quantity(row['baseline'])} {extreme}"


def _move(series: MetricSeries, inside: Flags, early: Flags, begin: pd.Timestamp) -> dict[str, object] | None:
    """Return the row of a series that moved, see `moved_series`; None if it did not move."""
    within, baseline = series.numbers[inside], _baseline(series, ~inside & ~early, begin)
    if len(within) < FEWEST:
        return None
    during = float(np.median(within))
    row = {
        "during": during,
        **{name: getattr(series, name) for name in ("name", "labels", "unit", "service")},
        "series": series.title,
    }
    if len(baseline) < FEWEST_OUTSIDE:
        # For example, a rate of errors that does not exist while there are none.
        appeared = series.samples["at"].iloc[0] >= begin and not len(baseline)
        return {**row, "extreme": float(within.max()), **_place(series, 0)} if appeared else None
    usual, low, high = (float(value) for value in np.quantile(baseline, [0.5, _TAIL, 1 - _TAIL]))
    has_moved = series.numbers > high if during > usual else series.numbers < low
    if not (has_moved & inside).any():
        return None
    first = place = int(np.flatnonzero(has_moved & inside)[0])
    while place and has_moved[place - 1] and early[place - 1]:
        place -= 1
    usually = max(high - usual, usual - low, _LEAST * abs(usual), 1e-9)
    if first - place < FEWEST and early.any():
        # So short a lead is a part of what is usual.
        usually = max(usually, float(np.abs(series.numbers[early] - usual).max()))
    distance = abs(during - usual) / usually
    if distance <= 1:
        return None
    extreme = float(within.max() if during > usual else within.min())
    return {**row, "baseline": usual, "extreme": extreme, "score": distance, **_place(series, place)}


def _baseline(series: MetricSeries, outside: Flags, begin: pd.Timestamp) -> Numbers:
    """Return the samples before the impact, or all outside of it if there are few before."""
    before = series.numbers[outside & (series.at_s < begin.timestamp())]
    return before if len(before) >= _ENOUGH_BEFORE else series.numbers[outside]


def _place(series: MetricSeries, place: int) -> dict[str, object]:
    sample = series.samples.iloc[place]
    return {"moved_at": sample["at"], "source": sample["source"], "line": sample["line"]}
