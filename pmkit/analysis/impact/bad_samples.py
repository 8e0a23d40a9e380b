"""Which samples of metrics are bad, and when the impact began and ended by them; each series is dated by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from pmkit.analysis.impact.anomalies import JOIN_S, Anomaly
from pmkit.analysis.impact.lasting_stretches import FEWEST, FEWEST_IN_ALL, Stretch, badness, find_stretches
from pmkit.analysis.impact.metric_meaning import is_statistic, is_user_facing
from pmkit.analysis.impact.metric_series import MetricSeries, read_series
from pmkit.analysis.impact.time_bins import edges_s
from pmkit.core import schema
from pmkit.core.schema import conform

# A series of errors that covers less than this share of the time only exists while there are errors.
_SELDOM: Final = 0.5
# Slowness inside a system is an impact if it is that of at least this share of its services; with few services, of one.
_SLOW_SERVICES: Final = 0.25
# Stretches of bad samples that are at most this many samples apart are one impact, even if samples are rare.
_JOINED_SAMPLES: Final = 2


class _Judged(NamedTuple):
    series: MetricSeries
    stretches: tuple[Stretch, ...]


def judge_samples(metrics: pd.DataFrame) -> pd.DataFrame:
    """Return for each sample of errors, latency and availability whether it is bad, in the form of a log of requests.

    Parameters
    ----------
    metrics : DataFrame
        Columns of `schema.METRICS`; not changed.

    Returns
    -------
    DataFrame
        Columns of `schema.JUDGED`, one row per sample: `http_route` is the series in words, `is_error` whether the sample is
        in a stretch of bad ones, see `find_stretches`. A sample stands for the time up to halfway to its neighbours, or
        for the time until the next if it is a statistic of a period. Series that are measured where users come in are
        judged alone; if there are none, all are, and slowness counts if several services are slow at once. If a
        series of errors only exists some of the time, all of its samples are bad, and a row without events marks each end
        of the data. Series are left out if their names do not say whether high or low is bad, if they are very short, or
        if they never turn bad while others do.
    """
    readable = [series for series in read_series(metrics) if series.meaning.bad]
    if not readable:
        return conform(pd.DataFrame(), schema.JUDGED)
    whole = metrics["at"].min(), metrics["at"].max()
    seldom = [series for series in readable if _is_seldom(series, whole)]
    usable = [series for series in readable if series not in seldom and len(series.numbers) >= FEWEST_IN_ALL]
    facing = [series for series in usable if is_user_facing(series.name, series.service)]
    judged = [_judge(series) for series in facing or usable]
    if not facing:
        judged = _without_lone_slowness(judged)
    rows = [_rows(one) for one in judged if one.stretches]
    rows += [_rows_of_seldom(series, whole) for series in seldom]
    return conform(pd.concat(rows or [_rows(one) for one in judged] or [pd.DataFrame()], ignore_index=True), schema.JUDGED)


def by_bad_samples(counted: pd.DataFrame, fine: pd.DataFrame) -> Anomaly | None:
    """Return when samples were bad: the stretch with the most bad samples, if possible one whose beginning is in the data.

    Parameters
    ----------
    counted : DataFrame
        What `judge_samples` returned.
    fine : DataFrame
        Its counts per bin.
    """
    bad = np.flatnonzero(fine["errors"].to_numpy() > 0)
    if not len(bad):
        return None
    edges = edges_s(fine)
    interval_s = _interval_s(counted)
    gap_s = max(JOIN_S, _JOINED_SAMPLES * interval_s)
    parts = np.split(bad, np.flatnonzero(np.diff(edges[bad]) > gap_s + schema.BIN_S) + 1)
    runs = [(int(part[0]), int(part[-1]) + 1) for part in parts]
    errors = fine["errors"].to_numpy()
    first, stop = chosen = max(runs, key=lambda run: (run[0] > 0, int(errors[run[0] : run[1]].sum())))
    begin_s, end_s = edges[first], edges[stop]
    earliest = int(np.searchsorted(edges, begin_s - interval_s, "left")) if first else 0
    latest = min(int(np.searchsorted(edges, end_s + interval_s, "right")) - 1, len(fine))
    return Anomaly(
        first,
        stop,
        (earliest, first),
        (stop, max(latest, stop)),
        0.0,
        began_before=first == 0,
        ongoing=bool(edges[-1] - end_s < interval_s),
        episodes=_episodes(bad, chosen, edges, _JOINED_SAMPLES * interval_s),
        apart=tuple(run for run in runs if run != chosen),
    )


def _episodes(
    bad: np.ndarray[tuple[int], np.dtype[np.intp]], run: tuple[int, int], edges: np.ndarray[tuple[int], np.dtype[np.float64]],
    gap_s: float,
) -> tuple[tuple[int, int], ...]:  # fmt: skip
    """Return the stretches of a run between its pauses, in which several samples in a row were fine."""
    inside = bad[(bad >= run[0]) & (bad < run[1])]
    parts = np.split(inside, np.flatnonzero(np.diff(edges[inside]) > gap_s + schema.BIN_S) + 1)
    return tuple((int(part[0]), int(part[-1]) + 1) for part in parts)


def _interval_s(counted: pd.DataFrame) -> float:
    """Return how far apart the samples of a series are, seconds."""
    steps = counted.groupby("http_route")["first_at"].diff().dt.total_seconds()
    positive = steps[steps > 0]
    return float(positive.median()) if len(positive) else float(schema.BIN_S)


def _is_seldom(series: MetricSeries, whole: tuple[pd.Timestamp, pd.Timestamp]) -> bool:
    """Return whether a series of errors only exists while there are errors."""
    length_s = (whole[1] - whole[0]).total_seconds()
    covered_s = float(series.at_s[-1] - series.at_s[0])
    is_rare = series.meaning.kind == "errors" and covered_s < _SELDOM * length_s
    return is_rare and len(series.numbers) >= FEWEST and float(np.median(series.numbers)) > 0


def _judge(series: MetricSeries) -> _Judged:
    values = badness(*series.meaning, series.numbers)
    return _Judged(series, find_stretches(series.at_s, values, is_share=series.meaning.kind == "availability"))


def _without_lone_slowness(judged: Sequence[_Judged]) -> list[_Judged]:
    """Return the series without the stretches in which only a small share of the services was slow."""
    late = [one for one in judged if one.series.meaning.kind == "latency"]
    fewest = _SLOW_SERVICES * len({one.series.service for one in late})
    kept = []
    for one in judged:
        if one.series.meaning.kind != "latency":
            kept.append(one)
            continue
        together = [
            stretch
            for stretch in one.stretches
            if len({other.series.service for other in late if _overlap(other.stretches, stretch)}) >= fewest
        ]
        kept.append(one._replace(stretches=tuple(together)))
    return kept


def _overlap(stretches: Sequence[Stretch], other: Stretch) -> bool:
    return any(one.start_s <= other.end_s and other.start_s <= one.end_s for one in stretches)


def _rows(judged: _Judged) -> pd.DataFrame:
    series, at_s = judged.series, judged.series.at_s
    bad = np.zeros(len(at_s), dtype=bool)
    for stretch in judged.stretches:
        bad |= (at_s >= stretch.start_s) & (at_s <= stretch.end_s)
    return _frame(series, series.samples["at"], bad, 1)


def _rows_of_seldom(series: MetricSeries, whole: tuple[pd.Timestamp, pd.Timestamp]) -> pd.DataFrame:
    """Return the samples of a series that only exists while there are errors, and empty rows for the ends of the data."""
    at = series.samples["at"]
    ends = pd.Series([end for end in whole if end not in (at.iloc[0], at.iloc[-1])], dtype=at.dtype)
    return pd.concat(
        [
            _frame(series, at, (series.samples["value"] > 0).to_numpy(), 1),
            _frame(series, ends, np.zeros(len(ends), dtype=bool), 0),
        ]
    )


def _frame(series: MetricSeries, at: pd.Series, bad: np.ndarray[tuple[int], np.dtype[np.bool_]], events: int) -> pd.DataFrame:
    steps = at.diff()
    usual = steps.median()
    before = (steps.clip(upper=usual) / 2).fillna(pd.Timedelta(0))
    after = (-at.diff(-1)).clip(upper=usual).fillna(pd.Timedelta(0)) / 2
    if is_statistic(series.name):
        before, after = 0 * before, 2 * after
    return pd.DataFrame(
        {
            "bin": at.dt.floor(f"{schema.BIN_S}s"),
            "service": series.service,
            "http_route": series.title,
            "is_request": False,
            "is_error": bad,
            "has_outcome": True,
            "source": series.samples["source"] if len(at) == len(series.samples) else series.samples["source"].iloc[0],
            "events": events,
            "first_at": at - before,
            "last_at": at + after,
        }
    )
