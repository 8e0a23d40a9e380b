"""What cannot be judged by traces: parents that are missing, clocks that differ, outcomes that are not stated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from pmkit.analysis.traces.call_tree import parents_of
from pmkit.core.wording import count, duration, percent

# From this share of the spans on, missing parents are said.
_MANY: Final = 0.01
# A clock is said to differ if so many calls, and this share of them, lie outside of the call that caused them.
_FEWEST_OUTSIDE: Final = 5
_OUTSIDE: Final = 0.5
# Differences below this are usual, seconds.
_USUAL_S: Final = 0.001


def doubts_of(calls: pd.DataFrame, *, has_baseline: bool) -> tuple[str, ...]:
    """Return sentences on what cannot be judged.

    Parameters
    ----------
    calls : DataFrame
        Columns of `schema.CALLS`, with positions as its index.
    has_baseline : bool
        Whether there are traces outside of the impact.
    """
    return tuple(_doubts(calls, has_baseline=has_baseline))


def _doubts(calls: pd.DataFrame, *, has_baseline: bool) -> Iterator[str]:
    if not has_baseline:
        yield "There are no traces outside of the impact, so what is usual is not known."
    missing = int(calls["is_orphan"].sum())
    if missing >= max(1, _MANY * len(calls)):
        spans = f"{count(missing)} of {count(len(calls))} spans ({percent(missing / len(calls))})"
        yield f"{spans} have a parent that is not in the exports; what called them is not known."
    if calls["outcome"].isna().all():
        yield "The spans do not say whether they failed, so only their durations are compared."
    yield from _clocks(calls)


def _clocks(calls: pd.DataFrame) -> Iterator[str]:
    """Yield a sentence for each pair of services whose clocks differ, the largest difference first."""
    parents = parents_of(calls)
    below = np.flatnonzero(parents >= 0)
    inner, outer = calls.iloc[below].reset_index(drop=True), calls.iloc[parents[below]].reset_index(drop=True)
    is_remote = ((inner["service"] != outer["service"]) & (inner["kind"] != "consumer").fillna(value=True)).fillna(value=False)
    is_timed = inner["duration_s"].notna() & outer["duration_s"].notna()
    inner, outer = inner[is_remote & is_timed], outer[is_remote & is_timed]
    lag = (inner["at"] - outer["at"]).dt.total_seconds()
    spare = outer["duration_s"] - inner["duration_s"]
    outside = (lag < -_USUAL_S) | (lag > spare + _USUAL_S)
    # If the call is as long before as after its work, the clock of the called service is ahead by this much.
    pairs = pd.DataFrame({"outer": outer["service"], "inner": inner["service"], "outside": outside, "ahead": lag - spare / 2})
    pairs = pairs[spare >= 0]
    groups = pairs.groupby(["outer", "inner"], as_index=False)
    table = groups.agg(outside=("outside", "sum"), calls=("outside", "size"), ahead=("ahead", "median"))
    table = table[(table["outside"] >= _FEWEST_OUTSIDE) & (table["outside"] >= _OUTSIDE * table["calls"])]
    order = table["ahead"].abs().sort_values(ascending=False).index
    for row in table.loc[order].to_dict("records"):
        way = "ahead of" if row["ahead"] > 0 else "behind"
        difference = f"{duration(abs(row['ahead']))} {way} that of {row['outer']}"
        outside_calls = f"{count(row['outside'])} of {count(row['calls'])} calls lie outside of the call that caused them"
        yield f"The clock of {row['inner']} seems to be {difference}: {outside_calls}; they were moved into it."
