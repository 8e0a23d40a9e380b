"""The path of calls from a request to the service that fails or is slow, with how often and how long, before and during."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from pmkit.analysis.traces.call_tree import SERVING, Flags, Numbers, is_entry, parents_of

# Columns of a path, which has one row per service and operation, each below the one that calls it. `calls` and `failed` are
# counted during the impact; `per_call` is how often it was called for each call of the row above it.
PATH: Final = (
    "depth", "service", "operation", "calls", "failed", "per_call", "baseline_per_call", "median_s", "baseline_median_s",
    "is_named",
)  # fmt: skip

# At most this many calls are shown.
MOST_ROWS: Final = 12

_STEP: Final = "\x1e"
_FIELD: Final = "\x1f"


def call_paths(during: pd.DataFrame, before: pd.DataFrame, affected: pd.DataFrame, target: str | None) -> pd.DataFrame:
    """Return the calls below the request that was affected most often, see `PATH`.

    Parameters
    ----------
    during, before : DataFrame
        The calls of the traces of both times, columns of `schema.CALLS`.
    affected : DataFrame
        The affected requests.
    target : str or None
        The service that fails or is slow; the path to it is shown in any case.
    """
    placed, usual = _placed(during), _placed(before)
    requests = placed[placed["call"].isin(affected["call"])]["path"]
    if requests.empty:
        return pd.DataFrame(columns=list(PATH))
    root = str(requests.mode().iloc[0])
    rows, baseline = (_counted(calls[_is_below(calls["path"], root)]) for calls in (placed, usual))
    named = rows["service"] == target
    wanted = rows["failed"].where(~named, rows["failed"] + rows["calls"].max() + 1) + rows["calls"] / (rows["calls"].max() + 1)
    kept: set[str] = set()
    for path in wanted.sort_values(ascending=False, kind="stable").index:
        lineage = _lineage(str(path), root)
        if len(kept | lineage) <= MOST_ROWS:
            kept |= lineage
    table = rows[rows.index.isin(kept)].join(baseline[["calls", "median_s"]].add_prefix("baseline_"))
    above = [str(path).rpartition(_STEP)[0] for path in table.index]
    table["per_call"] = table["calls"] / rows["calls"].reindex(above).to_numpy()
    table["baseline_per_call"] = table["baseline_calls"] / baseline["calls"].reindex(above).to_numpy()
    table["is_named"] = named.reindex(table.index)
    table["depth"] = [str(path).count(_STEP) - root.count(_STEP) for path in table.index]
    return table.sort_index().reset_index(drop=True).reindex(columns=list(PATH))


def _is_below(paths: pd.Series, root: str) -> pd.Series:
    return (paths == root) | paths.str.startswith(f"{root}{_STEP}")


def _lineage(path: str, root: str) -> set[str]:
    """Return the paths from the root down to a path."""
    steps = path.split(_STEP)
    return {_STEP.join(steps[:length]) for length in range(root.count(_STEP) + 1, len(steps) + 1)}


def _placed(calls: pd.DataFrame) -> pd.DataFrame:
    """Return the calls that are shown, each with its path; the spans of one call, of client and server, are one."""
    calls = calls.reset_index(drop=True)
    parents = parents_of(calls)
    services = calls["service"].astype(object).where(calls["service"].notna(), "unknown").to_numpy()
    kinds = calls["kind"].astype(object).to_numpy()
    is_remote = (parents >= 0) & (services != services[parents])
    answered = np.zeros(len(calls), dtype=bool)
    answered[parents[is_remote]] = True
    is_call = np.isin(kinds.astype(str), ("client", "producer")) & ~answered
    shown = is_entry(calls) | np.isin(kinds.astype(str), SERVING) | is_remote | is_call
    goes_to = np.where(is_call & calls["peer"].notna().to_numpy(), calls["peer"].astype(object).to_numpy(), services)
    operations = calls["operation"].astype(object).where(calls["operation"].notna(), "").to_numpy()
    steps = [f"{service}{_FIELD}{operation}" for service, operation in zip(goes_to, operations, strict=True)]
    placed: pd.DataFrame = calls.assign(path=_paths(parents, steps, shown), service=goes_to, operation=operations)[shown]
    return placed


def _paths(parents: Numbers, steps: list[str], shown: Flags) -> list[str]:
    """Return the path of each call: the steps of the calls above it that are shown, and its own."""
    paths: dict[int, str] = {-1: ""}
    for place in range(len(steps)):
        waiting = [place]
        while waiting[-1] not in paths and parents[waiting[-1]] not in waiting:
            waiting.append(int(parents[waiting[-1]]))
        for each in reversed(waiting):
            if each not in paths:
                above = paths.get(int(parents[each]), "")
                paths[each] = f"{above}{_STEP}{steps[each]}" if shown[each] else above
    return [paths[place] for place in range(len(steps))]


def _counted(calls: pd.DataFrame) -> pd.DataFrame:
    """Return one row per path: service, operation, number of calls, how many failed, and the median of their durations."""
    groups = calls.assign(is_failed=(calls["outcome"] == "failed").fillna(value=False).astype(bool)).groupby("path")
    return pd.DataFrame(
        {
            **{name: groups[name].first() for name in ("service", "operation")},
            "calls": groups.size(),
            "failed": groups["is_failed"].sum(),
            "median_s": groups["duration_s"].median(),
        }
    )
