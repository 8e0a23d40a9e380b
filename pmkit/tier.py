"""Which log the impact is counted on.

The proxy, the service and the database may each log the same request; it is one request. It is
counted on the log nearest to the user, the other logs are evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from pmkit.errors import IncidentError
from pmkit.prose import listing, percent

COVERS: Final = 0.9
"""A log that spans less than this share of the requests' whole time does not cover it."""

KNOWN_INSIDE: Final = 0.5
"""At least this share of a log's request IDs in another log makes it an inner tier of that one."""


@dataclass(frozen=True)
class Tier:
    """The log that impact is counted on.

    Attributes
    ----------
    sources : tuple of str
        The export; all logs where none has requests.
    unit : str
        What is counted: requests; events where no log has requests; samples of metrics where the logs show nothing.
    reason : str
        Why this one, as the end of a sentence.
    inner : tuple of str
        Other logs of requests, which are not counted.
    """

    sources: tuple[str, ...]
    unit: Literal["request", "event", "sample"]
    reason: str
    inner: tuple[str, ...] = ()

    @property
    def medium(self) -> str:
        """Where it is told."""
        return "metrics" if self.unit == "sample" else "logs"

    @property
    def failure(self) -> str:
        """What one failure is called."""
        return {"request": "failed request", "event": "error", "sample": "bad sample"}[self.unit]


def choose(judged: pd.DataFrame, shared: Mapping[tuple[str, str], float], wanted: str | None = None) -> Tier:
    """Choose the log nearest to the user.

    Parameters
    ----------
    judged : DataFrame
        What all logs hold, in columns of `schema.JUDGED`.
    shared : mapping of (str, str) to float
        The share of the second log's request IDs that the first has too.
    wanted : str, optional
        A person's choice, `impact_source` in `incident.yaml`.

    Returns
    -------
    Tier
        Among the logs that cover the time of all requests: the one that knows the other logs'
        requests best while they do not know all of its own; without request IDs, the one with
        the most requests.

    Raises
    ------
    IncidentError
        When the wanted source is not one of the logs.
    """
    sources = sorted(judged["source"].unique())
    if wanted is not None:
        if wanted not in sources:
            raise IncidentError(f"impact_source: no log {wanted!r}; the logs are {listing(list(sources))}")
        has_requests = bool(judged.loc[judged["source"] == wanted, "is_request"].any())
        return Tier((wanted,), "request" if has_requests else "event", "because incident.yaml says so")
    requests = judged[judged["is_request"]]
    if requests.empty:
        return Tier(tuple(sources), "event", "because no log has requests; all logs' events are counted")
    by_source = requests.groupby("source").agg(first=("first_at", "min"), last=("last_at", "max"), requests=("events", "sum"))
    if len(by_source) == 1:
        return Tier((str(by_source.index[0]),), "request", "because it is the only log of requests")
    whole = by_source["last"].max() - by_source["first"].min()
    covering = by_source[(by_source["last"] - by_source["first"]) >= COVERS * whole]
    candidates = covering if len(covering) else by_source
    known = {
        outer: {inner: shared.get((outer, inner), 0.0) for inner in by_source.index if inner != outer}
        for outer in candidates.index
    }
    lead = {
        outer: sum(share - shared.get((inner, outer), 0.0) for inner, share in inside.items()) for outer, inside in known.items()
    }
    best = max(candidates.index, key=lambda source: (round(lead[source], 2), candidates.loc[source, "requests"]))
    inner = tuple(source for source in by_source.index if source != best)
    return Tier((str(best),), "request", _reason(known[best]), inner)


def of_metrics(judged: pd.DataFrame, *, logs: bool) -> Tier:
    """Count on samples of metrics, from `metrics.judged`, because the logs show nothing or because there are none."""
    reason = "because the logs show no impact" if logs else "because there are no logs"
    return Tier(tuple(sorted(judged["source"].unique())), "sample", reason)


def _reason(known: dict[str, float]) -> str:
    seen = [f"{percent(share)} of the requests of {source}" for source, share in known.items() if share >= KNOWN_INSIDE]
    if not seen:
        return "because it has the most requests of the logs that cover the time"
    return f"because it covers the time and has {listing(seen)} as well, by request ID"
