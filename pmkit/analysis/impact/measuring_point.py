"""Which logs the impact is counted on.

The proxy, the service and the database may each log the same request. It is counted once, on the log nearest to the user;
the other logs are evidence. That log may be several files, because several hosts write it or because it was rotated.
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
        Logs of one kind count as one, see `kinds_of_logs`. Of those that cover the time of all requests, it is the one that
        contains most of the other logs' requests while these do not contain all of its own; without request IDs, it is
        the one with the most requests.

    Raises
    ------
    IncidentError
        When the wanted source is not one of the logs.
    """
    sources = sorted(judged["source"].unique())
    requests = judged[judged["is_request"]]
    if wanted is not None:
        return _wanted_logs(wanted, sources, requests)
    if requests.empty:
        return MeasuringPoint(tuple(sources), "event", "because no log contains requests; the events of all logs are counted")
    by_source = requests.groupby("source").agg(first=("first_at", "min"), last=("last_at", "max"), requests=("events", "sum"))
    logs = tuple(by_source.index)
    kind_of = kinds_of_logs({source: formats[source] for source in logs}, shared)
    by_kind = by_source.groupby(by_source.index.map(kind_of)).agg({"first": "min", "last": "max", "requests": "sum"})
    if len(by_kind) == 1:
        only = "it is the only request log" if len(logs) == 1 else "they are the only request logs"
        return MeasuringPoint(logs, "request", f"because {only}{_of_one_kind(logs)}")
    shares = _shares_between_kinds({str(log): int(number) for log, number in by_source["requests"].items()}, kind_of, shared)
    best = _kind_nearest_to_user(by_kind, shares)
    members = {kind: tuple(log for log in logs if kind_of[log] == kind) for kind in by_kind.index}
    contained = {members[inner]: share for (outer, inner), share in shares.items() if outer == best}
    others = tuple(log for log in logs if kind_of[log] != best)
    return MeasuringPoint(members[best], "request", _reason(members[best], contained), others)


def _kind_nearest_to_user(by_kind: pd.DataFrame, shares: Mapping[tuple[str, str], float]) -> str:
    """Return the kind that contains most of the other kinds' requests, among those that cover the whole time."""
    whole = by_kind["last"].max() - by_kind["first"].min()
    covering = by_kind[(by_kind["last"] - by_kind["first"]) >= COVERS * whole]
    candidates = covering if len(covering) else by_kind
    lead = {
        outer: sum(shares.get((outer, inner), 0.0) - shares.get((inner, outer), 0.0) for inner in by_kind.index if inner != outer)
        for outer in candidates.index
    }
    return str(max(candidates.index, key=lambda kind: (round(lead[kind], 2), candidates.loc[kind, "requests"])))


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
    kind_of = {source: f"{name} {log_family(source)}" for source, name in formats.items()}
    nested = {
        kind_of[outer]
        for (outer, inner), share in shared.items()
        if share >= KNOWN_INSIDE and outer in kind_of and inner in kind_of and kind_of[outer] == kind_of[inner]
    }
    return {source: f"{kind} {source}" if kind in nested else kind for source, kind in kind_of.items()}


def _shares_between_kinds(
    requests: Mapping[str, int], kind_of: Mapping[str, str], shared: Mapping[tuple[str, str], float]
) -> dict[tuple[str, str], float]:
    """Return, for pairs of kinds, the share of the second kind's requests that the first contains too."""
    by_log: dict[tuple[str, str], float] = defaultdict(float)
    for (outer, inner), share in shared.items():
        if outer in kind_of and inner in kind_of and kind_of[outer] != kind_of[inner]:
            by_log[kind_of[outer], inner] += share
    total = Counter[str]()
    for log, number in requests.items():
        total[kind_of[log]] += number
    by_kind: dict[tuple[str, str], float] = defaultdict(float)
    for (outer, inner), share in by_log.items():
        by_kind[outer, kind_of[inner]] += min(share, 1.0) * requests[inner] / total[kind_of[inner]]
    return dict(by_kind)


def _wanted_logs(wanted: str, sources: Sequence[str], requests: pd.DataFrame) -> MeasuringPoint:
    matches = tuple(source for source in sources if source == wanted) or tuple(
        source for source in sources if PurePosixPath(source).match(wanted)
    )
    if not matches:
        raise IncidentError(f"impact_source: no log {wanted!r}; the logs are {listing(list(sources), MOST_NAMED)}")
    has_requests = bool(requests["source"].isin(matches).any())
    return MeasuringPoint(matches, "request" if has_requests else "event", "because incident.yaml says so")


def count_on_metrics(judged: pd.DataFrame, *, logs: bool) -> MeasuringPoint:
    """Return the samples of metrics as a measuring point, because the logs show no impact or because there are none."""
    reason = "because the logs show no impact" if logs else "because there are no logs"
    return MeasuringPoint(tuple(sorted(judged["source"].unique())), "sample", reason)


def _reason(chosen: tuple[str, ...], contained: Mapping[tuple[str, ...], float]) -> str:
    """Return why these logs were chosen; `contained` is the share of other logs' requests that they contain."""
    is_single, remark = len(chosen) == 1, _of_one_kind(chosen)
    inner = [
        f"{percent(share)} of the requests of {listing(list(logs), 1)}"
        for logs, share in contained.items()
        if share >= KNOWN_INSIDE
    ]
    if not inner:
        have = "it has" if is_single else "together they have"
        return f"because {have} the most requests of the logs that cover the whole time{remark}"
    cover = "it covers the whole time and contains" if is_single else "together they cover the whole time and contain"
    return f"because {cover} {listing(inner, MOST_NAMED)} as well, by request ID{remark}"


def _of_one_kind(sources: tuple[str, ...]) -> str:
    return "; by their names they are one kind of log, from several hosts or rotated" if len(sources) > 1 else ""
