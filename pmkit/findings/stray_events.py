"""Leaves events whose time is far from nearly all others out of the analysis, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import pandas as pd

from pmkit.analysis.impact.stray_times import is_stray
from pmkit.core.wording import clock, count, day
from pmkit.store.tables import Tables


def leave_out_strays(tables: Tables, zone: ZoneInfo) -> tuple[Tables, list[tuple[str, str]]]:
    """Return the tables without the counts and samples whose time is far from nearly all others, and remarks on their exports.

    Returns
    -------
    tuple
        The tables, and pairs of an export and a remark on it.
    """
    counts, metrics = tables.counts, tables.metrics
    stray_counts = is_stray(counts["bin"], counts["events"])
    stray_samples = is_stray(metrics["at"], pd.Series(1, index=metrics.index))
    if not (stray_counts.any() or stray_samples.any()):
        return tables, []
    rows = pd.concat(
        [
            counts[stray_counts][["source", "events", "first_at"]].assign(noun="event"),
            metrics[stray_samples][["source", "at"]].rename(columns={"at": "first_at"}).assign(events=1, noun="sample"),
        ]
    )
    kept = counts[~stray_counts].reset_index(drop=True)
    left = replace(
        tables,
        counts=kept,
        metrics=metrics[~stray_samples].reset_index(drop=True),
        data_quality=_with_times_of(tables.data_quality, kept, set(counts[stray_counts]["source"])),
    )
    return left, list(_remarks(rows, zone))


def _remarks(rows: pd.DataFrame, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    for (source, noun), strays in rows.groupby(["source", "noun"]):
        number = int(strays["events"].sum())
        first = strays["first_at"].min()
        subject, their = (f"{count(number)} {noun}s have times", "their") if number > 1 else (f"1 {noun} has a time", "its")
        yield (
            str(source),
            f"{subject} far from nearly all others, the first {day(first, zone)}, {clock(first, zone)}: {their} clock may be "
            "wrong; not counted in the analysis",
        )


def _with_times_of(exports: pd.DataFrame, counts: pd.DataFrame, sources: set[str]) -> pd.DataFrame:
    """Return what was read from the exports, with the first and last time of those that lost events."""
    spans = counts.groupby("source").agg(first=("first_at", "min"), last=("last_at", "max"))
    changed = exports["source"].isin(sources & {*spans.index})
    times = {name: exports[name].where(~changed, exports["source"].map(spans[name].to_dict())) for name in ("first", "last")}
    return exports.assign(**times)
