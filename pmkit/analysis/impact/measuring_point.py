"""Which logs the impact is counted on.

The proxy, the service and the database may each log the same request. It is counted once, on the log nearest to the user;
the other logs are evidence. That log may be several files, because several hosts write it or because it was rotated.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
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

# The rules by which a measuring point is chosen.
Choice = Literal[
    "set by a person", "only request logs", "contains others", "most requests", "no requests", "no requests failed",
    "no impact in logs", "no logs", "in traces", "no data", "stated outcomes", "other requests", "refusals",
]  # fmt: skip


@dataclass(frozen=True)
class MeasuringPoint:
    """What impact is counted on.

    Attributes
    ----------
    sources : tuple of str
        The export, or several of one kind; all logs where none has requests.
    unit : str
        What is counted: requests; outcomes of tasks, jobs, messages and the like; events where no log has requests; samples of
        metrics where the logs show no impact; alerts where there is nothing else.
    choice : str
        By which rule it was chosen, see `choose_logs`.
    inner : tuple of str
        Other logs of requests, which are not counted.
    contained : tuple of (tuple of str, float)
        Inner logs of one kind, and the share of their requests that it contains too, by request ID.
    counted : str
        The noun for what has an outcome, such as task; empty for the name of the unit.
    answers : tuple of str
        What requests were answered with that count as failed although the rule says otherwise, see `refusals`.
    services : tuple of str
        The services whose events are counted, because the errors of all together were as usual; empty for all services.
    """

    sources: tuple[str, ...]
    unit: Literal["request", "outcome", "event", "sample", "alert"]
    choice: Choice
    inner: tuple[str, ...] = ()
    contained: tuple[tuple[tuple[str, ...], float], ...] = ()
    counted: str = ""
    answers: tuple[str, ...] = ()
    services: tuple[str, ...] = ()

    @property
    def noun(self) -> str:
        """The noun for one of what is counted."""
        return "traced request" if self.in_traces else self.counted or self.unit

    @property
    def in_traces(self) -> bool:
        """Whether the requests are those of traces, of which systems often keep only some."""
        return self.choice == "in traces"

    @property
    def counts_all_requests(self) -> bool:
        """Whether all requests are counted, so that fewer than usual are a loss."""
        return self.unit == "request" and not self.in_traces

    @property
    def outcome(self) -> str:
        """What says whether one of what is counted failed."""
        return "an outcome" if self.in_traces else "a severity, and there are no requests"

    @property
    def medium(self) -> str:
        """What it is measured in: logs, traces or metrics."""
        return "traces" if self.in_traces else {"sample": "metrics", "alert": "alerts"}.get(self.unit, "logs")

    @property
    def failure(self) -> str:
        """The noun for one failure."""
        return {"event": "error", "sample": "bad sample", "alert": "alert"}.get(self.unit, f"failed {self.noun}")

    def reason(self, name: Callable[[str], str] = str) -> str:
        """Return why it is counted on these logs, as the end of a sentence; `name` returns the name of a log as it is written."""
        is_single = len(self.sources) == 1
        contained = listing(
            [f"{percent(share)} of the requests of {listing([name(log) for log in logs], 1)}" for logs, share in self.contained],
            MOST_NAMED,
        )
        reasons: dict[Choice, str] = {
            "set by a person": "incident.yaml says so",
            "no requests": "no log contains requests; the events of all logs are counted",
            "no requests failed": "requests were as usual; the events of all logs that are no requests are counted",
            "stated outcomes": f"{'it says' if is_single else 'they say'} how each {self.noun} ended",
            "other requests": "the requests in the log nearest to the user were as usual",
            "refusals": f"requests that usually succeed were {' or '.join(self.answers)} there, "
            "although that is no failure by the rule",
            "no impact in logs": "the logs show no impact",
            "no logs": "there are no logs",
            "in traces": "no requests in logs show the impact; a request has many spans and is counted once, by "
            "the first one of a service in its trace. Often only some of the traces are kept, and the counts are of these",
            "no data": "there are neither logs nor metrics",
            "only request logs": "it is the only request log" if is_single else "they are the only request logs",
            "contains others": f"it covers the whole time and contains {contained} as well, by request ID"
            if is_single
            else f"together they cover the whole time and contain {contained} as well, by request ID",
            "most requests": f"{'it has' if is_single else 'together they have'} the most requests of the logs that cover the "
            "whole time",
        }
        if self.services:
            names = listing([name(service) for service in self.services], MOST_NAMED)
            return f"because all errors together were as usual, but not those of {names}; only events of these are counted"
        is_one_kind = not is_single and self.choice in ("only request logs", "contains others", "most requests")
        remark = "; by their names they are one kind of log, from several hosts or rotated" if is_one_kind else ""
        return f"because {reasons[self.choice]}{remark}"


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
        return MeasuringPoint(tuple(sources), "event", "no requests")
    by_source = requests.groupby("source").agg(first=("first_at", "min"), last=("last_at", "max"), requests=("events", "sum"))
    logs = tuple(by_source.index)
    kind_of = kinds_of_logs({source: formats[source] for source in logs}, shared)
    by_kind = by_source.groupby(by_source.index.map(kind_of)).agg({"first": "min", "last": "max", "requests": "sum"})
    if len(by_kind) == 1:
        return MeasuringPoint(logs, "request", "only request logs")
    shares = _shares_between_kinds({str(log): int(number) for log, number in by_source["requests"].items()}, kind_of, shared)
    best = _kind_nearest_to_user(by_kind, shares)
    members = {kind: tuple(log for log in logs if kind_of[log] == kind) for kind in by_kind.index}
    contained = tuple(
        (members[inner], share) for (outer, inner), share in shares.items() if outer == best and share >= KNOWN_INSIDE
    )
    others = tuple(log for log in logs if kind_of[log] != best)
    return MeasuringPoint(members[best], "request", "contains others" if contained else "most requests", others, contained)


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
    return MeasuringPoint(matches, "request" if has_requests else "event", "set by a person")


def count_events(judged: pd.DataFrame) -> MeasuringPoint:
    """Return the events of all logs as a measuring point: those that are no requests, if there are requests."""
    is_request = judged["is_request"]
    sources = tuple(sorted(judged.loc[~is_request, "source"].unique()))
    return MeasuringPoint(sources, "event", "no requests failed" if is_request.any() else "no requests")


def count_on_metrics(judged: pd.DataFrame, *, logs: bool) -> MeasuringPoint:
    """Return the samples of metrics as a measuring point, because the logs show no impact or because there are none."""
    return MeasuringPoint(tuple(sorted(judged["source"].unique())), "sample", "no impact in logs" if logs else "no logs")
