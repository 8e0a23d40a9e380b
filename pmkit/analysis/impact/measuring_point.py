"""Which logs the impact is counted on.

The proxy, the service and the database may each log the same request; it is one request. It is
counted on the log nearest to the user, the other logs are evidence. Where several hosts keep that log, or where it was
rotated, it is several files.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Literal

import pandas as pd

from pmkit.core.errors import IncidentError
from pmkit.core.filenames import log_family
from pmkit.core.wording import listing, percent

# A log that spans less than this share of the requests' whole time does not cover it.
COVERS: Final = 0.9

# This many logs are named; the others are counted.
MOST_NAMED: Final = 4

# At least this share of a log's request IDs in another log makes it an inner tier of that one.
KNOWN_INSIDE: Final = 0.5


@dataclass(frozen=True)
class MeasuringPoint:
    """What impact is counted on.

    Attributes
    ----------
    sources : tuple of str
        The export, or several of one kind; all logs where none has requests.
    unit : str
        What is counted: requests; events where no log has requests; samples of metrics where the logs show no impact.
    reason : str
        Why these logs, as the end of a sentence.
    inner : tuple of str
        Other logs of requests, which are not counted.
    """

    sources: tuple[str, ...]
    unit: Literal["request", "event", "sample"]
    reason: str
    inner: tuple[str, ...] = ()

    @property
    def medium(self) -> str:
        """What it is measured in: logs or metrics."""
        return "metrics" if self.unit == "sample" else "logs"

    @property
    def failure(self) -> str:
        """The noun for one failure."""
        return {"request": "failed request", "event": "error", "sample": "bad sample"}[self.unit]


def choose_logs(
    judged: pd.DataFrame,
    shared: Mapping[tuple[str, str], float],
    formats: Mapping[str, str],
    wanted: str | None = None,
) -> MeasuringPoint:
    """Choose the logs nearest to the user.

    Parameters
    ----------
    judged : DataFrame
        The counts of all logs, columns of `schema.JUDGED`.
    shared : mapping of (str, str) to float
        The share of the second log's request IDs that the first has too.
    formats : mapping of str to str
        The format of each log.
    wanted : str, optional
        A person's choice, `impact_source` in `incident.yaml`: one log, or several by wildcards.

    Returns
    -------
    MeasuringPoint
        Logs of one kind count as one, see `kinds_of_logs`. Among those that cover the time of all requests: the one that knows
        the other logs' requests best while they do not know all of its own; without request IDs, the one with
        the most requests.

    Raises
    ------
    IncidentError
        When the wanted source is not one of the logs.
    """
    sources = sorted(judged["source"].unique())
    requests = judged[judged["is_request"]]
    if wanted is not None:
        return _wanted(wanted, sources, requests)
    if requests.empty:
        return MeasuringPoint(tuple(sources), "event", "because no log contains requests; the events of all logs are counted")
    by_source = requests.groupby("source").agg(first=("first_at", "min"), last=("last_at", "max"), requests=("events", "sum"))
    kind = kinds_of_logs({source: formats[source] for source in by_source.index}, shared)
    by_kind = by_source.groupby(by_source.index.map(kind)).agg({"first": "min", "last": "max", "requests": "sum"})
    members = {one: tuple(source for source in by_source.index if kind[source] == one) for one in by_kind.index}
    if len(by_kind) == 1:
        only = "it is the only request log" if len(by_source) == 1 else "they are the only request logs"
        return MeasuringPoint(tuple(by_source.index), "request", f"because {only}{_of_one_kind(tuple(by_source.index))}")
    whole = by_kind["last"].max() - by_kind["first"].min()
    covering = by_kind[(by_kind["last"] - by_kind["first"]) >= COVERS * whole]
    candidates = covering if len(covering) else by_kind
    known = _known({str(source): int(number) for source, number in by_source["requests"].items()}, kind, shared)
    lead = {
        outer: sum(known.get((outer, inner), 0.0) - known.get((inner, outer), 0.0) for inner in by_kind.index if inner != outer)
        for outer in candidates.index
    }
    best = max(candidates.index, key=lambda one: (round(lead[one], 2), candidates.loc[one, "requests"]))
    inside = {members[inner]: share for (outer, inner), share in known.items() if outer == best}
    inner = tuple(source for source in by_source.index if kind[source] != best)
    return MeasuringPoint(members[best], "request", _reason(members[best], inside), inner)


def kinds_of_logs(formats: Mapping[str, str], shared: Mapping[tuple[str, str], float]) -> dict[str, str]:
    """Return the kind of each log; logs of several hosts and rotated logs hold different requests of one kind.

    Parameters
    ----------
    formats : mapping of str to str
        The format of each log.
    shared : mapping of (str, str) to float
        The share of the second log's request IDs that the first has too.

    Returns
    -------
    dict of str to str
        The kind of each log. Those of one kind have the same format and, but for numbers, dates and the like, the same
        name; none of them has the same requests as another, by request ID.

    Examples
    --------
    >>> kinds = kinds_of_logs({"web-1/access.log": "nginx", "web-2/access.log": "nginx", "api.log": "nginx"}, {})
    >>> kinds["web-1/access.log"] == kinds["web-2/access.log"] != kinds["api.log"]
    True
    """
    kind = {source: f"{name} {log_family(source)}" for source, name in formats.items()}
    nested = {
        kind[outer]
        for (outer, inner), share in shared.items()
        if share >= KNOWN_INSIDE and outer in kind and inner in kind and kind[outer] == kind[inner]
    }
    return {source: f"{name} {source}" if name in nested else name for source, name in kind.items()}


def _known(
    requests: Mapping[str, int], kind: Mapping[str, str], shared: Mapping[tuple[str, str], float]
) -> dict[tuple[str, str], float]:
    """Return the share of the requests of one kind of logs that another kind contains too."""
    each: dict[tuple[str, str], float] = defaultdict(float)
    for (outer, inner), share in shared.items():
        if outer in kind and inner in kind and kind[outer] != kind[inner]:
            each[kind[outer], inner] += share
    total = Counter[str]()
    for source, number in requests.items():
        total[kind[source]] += number
    known: dict[tuple[str, str], float] = defaultdict(float)
    for (outer, inner), share in each.items():
        known[outer, kind[inner]] += min(share, 1.0) * requests[inner] / total[kind[inner]]
    return dict(known)


def _wanted(wanted: str, sources: Sequence[str], requests: pd.DataFrame) -> MeasuringPoint:
    found = tuple(source for source in sources if source == wanted) or tuple(
        source for source in sources if PurePosixPath(source).match(wanted)
    )
    if not found:
        raise IncidentError(f"impact_source: no log {wanted!r}; the logs are {listing(list(sources), MOST_NAMED)}")
    has_requests = bool(requests["source"].isin(found).any())
    return MeasuringPoint(found, "request" if has_requests else "event", "because incident.yaml says so")


def count_on_metrics(judged: pd.DataFrame, *, logs: bool) -> MeasuringPoint:
    """Return the samples of metrics as a measuring point, because the logs show no impact or because there are none."""
    reason = "because the logs show no impact" if logs else "because there are no logs"
    return MeasuringPoint(tuple(sorted(judged["source"].unique())), "sample", reason)


def _reason(chosen: tuple[str, ...], known: Mapping[tuple[str, ...], float]) -> str:
    one, same = len(chosen) == 1, _of_one_kind(chosen)
    seen = [f"{percent(share)} of the requests of {listing(list(of), 1)}" for of, share in known.items() if share >= KNOWN_INSIDE]
    if not seen:
        return (
            f"because {'it has' if one else 'together they have'} the most requests of the logs that cover the whole time{same}"
        )
    covers = "it covers the whole time and contains" if one else "together they cover the whole time and contain"
    return f"because {covers} {listing(seen, MOST_NAMED)} as well, by request ID{same}"


def _of_one_kind(sources: tuple[str, ...]) -> str:
    return "; by their names they are one kind of log, from several hosts or rotated" if len(sources) > 1 else ""
