"""The tree of calls: which spans stand above and below others, and how much of its time each spends itself."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

# The kinds of spans with which the work of a service begins.
SERVING: Final = ("server", "consumer")


def parents_of(calls: pd.DataFrame) -> Numbers:
    """Return for each call the position of its parent in the frame, -1 if it has none there.

    Parameters
    ----------
    calls : DataFrame
        Columns of `schema.CALLS`.
    """
    positions = pd.Index(calls["call"]).get_indexer(calls["parent"].fillna(-1).astype("int64"))
    return np.asarray(positions, dtype=np.int64)


def has_above(parents: Numbers, flags: Flags) -> Flags:
    """Return for each call whether any call above it has a flag.

    Examples
    --------
    >>> has_above(np.array([-1, 0, 1]), np.array([True, False, False])).tolist()
    [False, True, True]
    """
    known = parents >= 0
    above = np.zeros(len(parents), dtype=bool)
    while True:
        wider = known & (flags | above)[parents]
        if (wider == above).all():
            return above
        above = wider


def has_below(parents: Numbers, flags: Flags) -> Flags:
    """Return for each call whether any call below it has a flag.

    Examples
    --------
    >>> has_below(np.array([-1, 0, 1]), np.array([False, False, True])).tolist()
    [True, True, False]
    """
    known = parents >= 0
    below = np.zeros(len(parents), dtype=bool)
    while True:
        wider = np.zeros(len(parents), dtype=bool)
        wider[parents[known & (flags | below)]] = True
        if (wider == below).all():
            return below
        below = wider


def is_entry(calls: pd.DataFrame) -> Flags:
    """Return which calls are requests from outside: of each trace the topmost spans of servers and consumers.

    In a trace without such kinds it is the first span. A span whose parent is missing only counts if nothing better does,
    and then only the earliest of its trace: what is above it is not known.
    """
    parents = parents_of(calls)
    serving = calls["kind"].isin(SERVING).to_numpy(dtype=bool)
    orphans = calls["is_orphan"].to_numpy(dtype=bool)
    cut_off = orphans | has_above(parents, orphans)
    topmost = serving & ~has_above(parents, serving)
    ranks = np.select([topmost & ~cut_off, (parents < 0) & ~orphans, topmost, orphans], [0, 1, 2, 3], 4)
    best = pd.Series(ranks).groupby(calls["trace"].to_numpy()).transform("min").to_numpy()
    chosen = pd.Series((ranks == best) & (ranks < 4))
    earliest = ~calls["trace"][chosen.to_numpy()].duplicated()
    is_first = np.zeros(len(calls), dtype=bool)
    is_first[np.flatnonzero(chosen)] = earliest.to_numpy()
    return np.asarray(chosen.to_numpy() & ((ranks < 2) | is_first))


def own_seconds(calls: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return how many seconds each call takes without those in which calls below it run; NaN if its duration is unknown.

    A call to another service that lies outside of its parent, because clocks differ, is moved into it. What a consumer does
    with a message is not waited for.
    """
    parents = parents_of(calls)
    durations = calls["duration_s"].to_numpy(dtype="float64")
    starts = calls["at"].to_numpy(dtype="datetime64[us]").astype("int64") / 1e6
    waited = (parents >= 0) & (calls["kind"] != "consumer").to_numpy(dtype=bool, na_value=True) & ~np.isnan(durations)
    children = np.flatnonzero(waited)
    above = parents[children]
    first, last = starts[above], starts[above] + durations[above]
    services = calls["service"].astype(object).to_numpy()
    is_remote = services[children] != services[above]
    begins = starts[children].copy()
    latest = np.maximum(last - durations[children], first)
    begins[is_remote] = np.clip(begins, first, latest)[is_remote]
    ends = np.minimum(begins + durations[children], last)
    inside = pd.DataFrame({"above": above, "begin": np.maximum(begins, first), "end": ends})
    inside = inside[inside["end"] > inside["begin"]].sort_values(["above", "begin"])
    # What of each child no earlier child covers.
    covered = inside.groupby("above")["end"].cummax().groupby(inside["above"]).shift().fillna(-np.inf)
    busy = (inside["end"] - np.maximum(inside["begin"], covered)).clip(lower=0)
    own = durations.copy()
    sums = busy.groupby(inside["above"]).sum()
    own[sums.index.to_numpy()] -= sums.to_numpy()
    return np.asarray(own.clip(min=0.0))
