"""Where traces fail or lose time: the deepest failing call, the service whose own time grew, and the path to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import pandas as pd

from pmkit.analysis.impact.time_bins import TimeSpan
from pmkit.analysis.traces.call_paths import call_paths
from pmkit.analysis.traces.call_tree import Numbers, has_below, is_entry, own_seconds, parents_of
from pmkit.analysis.traces.trace_doubts import doubts_of

# A service is named if it has the deepest failing call in this share of the failed traces, or this share of the time lost, and at
# least so many of them.
NAMED: Final = 0.5
FEWEST: Final = 3
# Where traces are slow, a service is only named if there are so many of them in both times, and if a request during the impact
# takes longer than one before with at least this probability; otherwise its time may have grown by chance.
FEWEST_SLOW: Final = 20
CLEARLY_SLOWER: Final = 0.6
# The logs of at most so many affected traces are looked up.
MOST_IDS: Final = 1000

# Columns of the services: `traces` are the affected traces in which the deepest failing call is of the service, `share` their
# share of all affected traces, `baseline_share` the share of all traces before in which it was. `own_s` and `baseline_own_s` are
# the means of the service's own time in a trace, `growth` is its share of the time that requests take longer. `is_seen` says
# whether the service has spans itself; otherwise only calls to it have.
SERVICES: Final = (
    "service", "operation", "traces", "share", "baseline_share", "own_s", "baseline_own_s", "growth", "error", "is_seen",
    "source", "line",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class TraceEvidence:
    """What the traces of an impact show.

    Attributes
    ----------
    mode : str
        Whether traces `failed`, or were `slow`; `neither` if it cannot be told where.
    traces, affected : int
        The traces that began during the impact, and those that failed then; where nothing failed, all of them.
    baseline_traces : int
        The traces that began before, or after if there are none before.
    services : DataFrame
        Columns `SERVICES`, the service that explains most first.
    path : DataFrame
        The calls from the request down to that service, columns of `call_paths.PATH`.
    kept_ratio : float or None
        The share of all traces that was kept, as the exports state it.
    doubts : tuple of str
        What cannot be judged, as sentences.
    is_clear : bool
        Whether enough requests are clearly slower than before; true if traces failed.
    trace_ids : tuple of str
        The IDs of affected traces, at most `MOST_IDS`, the earliest first.
    logs : DataFrame
        The failures in the logs of these traces, see `Traces.failures`.
    """

    mode: Literal["failed", "slow", "neither"]
    traces: int
    affected: int
    baseline_traces: int
    services: pd.DataFrame
    path: pd.DataFrame
    kept_ratio: float | None
    doubts: tuple[str, ...]
    is_clear: bool
    trace_ids: tuple[str, ...]
    logs: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def named(self) -> str | None:
        """The service that explains most of what failed or of the time that was lost; None if no service does."""
        if self.services.empty or not self.is_clear:
            return None
        first = self.services.iloc[0]
        explained = first["share"] - first["baseline_share"] if self.mode == "failed" else first["growth"]
        is_enough = (first["traces"] if self.mode == "failed" else self.affected) >= FEWEST
        return str(first["service"]) if explained >= NAMED and is_enough else None


def scores_by_service(evidence: TraceEvidence) -> Mapping[str, float]:
    """Return how much of the impact each service explains, 0 to 1: failed traces, or time lost, more than before."""
    table = evidence.services
    explained = table["share"] - table["baseline_share"] if evidence.mode == "failed" else table["growth"]
    return dict(zip(table["service"].astype(str), explained.clip(0, 1).astype(float), strict=True))


def find_failing_calls(calls: pd.DataFrame, spans: Sequence[TimeSpan]) -> TraceEvidence | None:
    """Return what the traces show of an impact; None if there are none in its time.

    Parameters
    ----------
    calls : DataFrame
        Columns of `schema.CALLS`; not changed.
    spans : sequence of (Timestamp, Timestamp)
        When the impact took place.
    """
    calls = calls.reset_index(drop=True)
    entries = calls[is_entry(calls)]
    during = entries[np.logical_or.reduce([entries["at"].between(*span) for span in spans])]
    if during.empty:
        return None
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    before = entries[entries["at"] < first]
    before = before if len(before) else entries[entries["at"] > last]
    failed = during[(during["outcome"] == "failed").fillna(value=False).astype(bool)]
    affected = failed if len(failed) else during
    mode: Literal["failed", "slow", "neither"] = "failed" if len(failed) else "slow" if len(before) else "neither"
    services = _by_failure(calls, affected, before) if mode == "failed" else _by_own_time(calls, during, before)
    calls_of = {name: calls[calls["trace"].isin(chosen["trace"])] for name, chosen in (("during", during), ("before", before))}
    target = None if services.empty else str(services["service"].iloc[0])
    ratios = entries["kept_ratio"].dropna()
    return TraceEvidence(
        mode,
        during["trace"].nunique(),
        affected["trace"].nunique(),
        before["trace"].nunique(),
        services,
        call_paths(calls_of["during"], calls_of["before"], affected, target),
        float(ratios.mean()) if len(ratios) else None,
        doubts_of(calls, has_baseline=len(before) > 0),
        mode == "failed" or _are_slower(during, before),
        tuple(affected["trace_id"].dropna().drop_duplicates().head(MOST_IDS).astype(str)),
    )


def _are_slower(during: pd.DataFrame, before: pd.DataFrame) -> bool:
    """Return whether the requests of the commonest kind are clearly slower during the impact than before."""
    commonest = during["operation"].fillna("").mode()
    some, usual = (
        entries.loc[entries["operation"].fillna("").isin(commonest), "duration_s"].dropna().sort_values().to_numpy()
        for entries in (during, before)
    )
    if min(len(some), len(usual)) < FEWEST_SLOW:
        return False
    shorter = np.searchsorted(usual, some, "left") + np.searchsorted(usual, some, "right")
    return bool(shorter.sum() / (2 * len(some) * len(usual)) >= CLEARLY_SLOWER)


def _by_failure(calls: pd.DataFrame, affected: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Return the services by the number of affected traces in which the deepest failing call is theirs."""
    parents = parents_of(calls)
    failed = (calls["outcome"] == "failed").fillna(value=False).to_numpy(dtype=bool)
    deepest = calls[failed & ~has_below(parents, failed)]
    deepest = deepest.assign(service=_doers(calls, parents, with_callees=True)[deepest.index])
    own = deepest[deepest["trace"].isin(affected["trace"])]
    if own.empty:
        return pd.DataFrame(columns=list(SERVICES))
    first = own.drop_duplicates("service").set_index("service")
    commonest = own.groupby("service")[["operation", "error"]].agg(_commonest)
    counts = own.groupby("service")["trace"].nunique()
    usual = deepest[deepest["trace"].isin(before["trace"])].groupby("service")["trace"].nunique()
    table = pd.DataFrame(
        {
            **{name: commonest[name] for name in ("operation", "error")},
            "traces": counts,
            "share": counts / max(1, affected["trace"].nunique()),
            "baseline_share": usual.reindex(counts.index).fillna(0) / max(1, before["trace"].nunique()),
            "is_seen": counts.index.isin(calls["service"].dropna()),
            **{name: first[name] for name in ("source", "line")},
        }
    )
    order = (table["share"] - table["baseline_share"]).sort_values(ascending=False, kind="stable").index
    return table.loc[order].rename_axis("service").reset_index().reindex(columns=list(SERVICES))


def _commonest(values: pd.Series) -> object:
    return values.mode().get(0)


def _doers(calls: pd.DataFrame, parents: Numbers, *, with_callees: bool) -> pd.Series:
    """Return the service that does the work of each call: of a call to what has no spans, what is called.

    With `with_callees`, it is what is called of every call of a client, also if that has spans.
    """
    services = calls["service"].astype(object).where(calls["service"].notna(), "unknown")
    below = np.flatnonzero(parents >= 0)
    remote = below[services.to_numpy()[below] != services.to_numpy()[parents[below]]]
    callees = pd.Series(services.to_numpy()[remote], index=parents[remote], dtype=object)
    callees = callees[~callees.index.duplicated()].reindex(calls.index)
    is_call = calls["kind"].isin(("client", "producer"))
    doers = services.mask(is_call & callees.isna() & calls["peer"].notna(), calls["peer"].astype(object))
    return doers.mask(is_call & callees.notna(), callees) if with_callees else doers


def _by_own_time(calls: pd.DataFrame, during: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Return the services by how much longer a request takes because of their own time; requests of each kind are compared."""
    doers = _doers(calls, parents_of(calls), with_callees=False)
    seen = set(calls["service"].dropna())
    calls = calls.assign(own_s=own_seconds(calls), service=doers).dropna(subset=["own_s"])
    kinds_of = {name: _kinds(calls, entries) for name, entries in (("during", during), ("before", before))}
    times = {name: _own_times(calls, kinds) for name, kinds in kinds_of.items()}
    kinds = kinds_of["during"].value_counts().rename("requests").rename_axis("kind")
    both = times["during"].join(times["before"].add_suffix("_before"), how="inner").join(kinds, on="kind")
    if both.empty:
        return pd.DataFrame(columns=list(SERVICES))
    weighted = both[["own_s", "own_s_before"]].mul(both["requests"], axis=0).groupby("service").sum()
    compared = both.index.get_level_values("kind").unique()
    means = weighted / kinds.loc[compared].sum()
    grown = means["own_s"] - means["own_s_before"]
    longest = calls[calls["trace"].isin(during["trace"])].sort_values("own_s", ascending=False).drop_duplicates("service")
    longest = longest.set_index(longest["service"].fillna("unknown"))
    table = pd.DataFrame(
        {
            "operation": longest["operation"].reindex(means.index),
            "own_s": means["own_s"],
            "baseline_own_s": means["own_s_before"],
            "growth": grown / grown.clip(lower=0).sum() if (grown > 0).any() else 0.0,
            "is_seen": means.index.isin(seen),
            **{name: longest[name].reindex(means.index) for name in ("source", "line")},
        }
    )
    ordered = table.sort_values("growth", ascending=False, kind="stable")
    return ordered[ordered["growth"] > 0].rename_axis("service").reset_index().reindex(columns=list(SERVICES))


def _kinds(calls: pd.DataFrame, entries: pd.DataFrame) -> pd.Series:
    """Return the kind of request of each trace: its operation, and the first one of another service; gateways have but one."""
    first = entries.drop_duplicates("trace").set_index("trace")
    others = calls[calls["trace"].isin(first.index)]
    others = others[others["service"] != others["trace"].map(first["service"])].drop_duplicates("trace").set_index("trace")
    return first["operation"].fillna("") + " > " + others["operation"].reindex(first.index).fillna("")


def _own_times(calls: pd.DataFrame, kinds: pd.Series) -> pd.DataFrame:
    """Return the mean own time of each service in a trace, for each kind of request."""
    own = calls[calls["trace"].isin(kinds.index)]
    keys = [own["trace"].map(kinds).rename("kind"), own["service"].fillna("unknown").rename("service")]
    sums = own["own_s"].groupby(keys).sum()
    traces = kinds.value_counts()
    return (sums / traces.reindex(sums.index.get_level_values("kind")).to_numpy()).to_frame()
