"""All frames of one incident's exports that an analysis needs, read at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import pandas as pd

# Windows of time, each with its start and its end.
Windows = Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True, eq=False)
class Tables:
    """The contents of the exports of one incident, as pandas frames. Times are UTC.

    Attributes
    ----------
    counts : DataFrame
        The rollup of all logs by the error rule, see `Store.counts_by_outcome`.
    masked_messages : DataFrame
        Counts of log messages with their numbers masked, columns of `schema.TEMPLATES`.
    alerts, changes, messages, metrics, rules : DataFrame
        The canonical tables of these names, each row once.
    calls : DataFrame
        Every span once, with its parent, columns of `schema.CALLS`.
    shared_request_ids : mapping of (str, str) to float
        For each pair of logs, the share of the second's request IDs that the first has too.
    clock_skew : DataFrame
        How the clocks of two logs differ, see `Store.clock_skew`.
    retries : DataFrame
        How often the requests and tasks that failed were tried, see `Store.retries`.
    formats : mapping of str to str
        The format of each export.
    data_quality : DataFrame
        What was read from each export: the fields of `Part` and `Ledger`.
    """

    counts: pd.DataFrame
    masked_messages: pd.DataFrame
    alerts: pd.DataFrame
    changes: pd.DataFrame
    messages: pd.DataFrame
    metrics: pd.DataFrame
    rules: pd.DataFrame
    calls: pd.DataFrame
    shared_request_ids: Mapping[tuple[str, str], float]
    clock_skew: pd.DataFrame
    retries: pd.DataFrame
    formats: Mapping[str, str]
    data_quality: pd.DataFrame


class LineQuestions(Protocol):
    """Queries that need the window of the impact, so that they follow after `Tables` was read; `Store` answers them."""

    def counts_divided(self, is_error: str, times: Sequence[datetime]) -> pd.DataFrame:
        """Return the counts of the bins of some times with no row across one of the times."""

    def affected_clients(self, sources: Sequence[str], spans: Windows, is_error: str) -> int | None:
        """Return the number of clients with a failed request; None where the exports name no clients."""

    def sample_requests(
        self,
        sources: Sequence[str],
        inner: Sequence[str],
        spans: Windows,
        is_error: str,
        *,
        leave_out: Sequence[str] = ...,
        most: int = ...,
    ) -> pd.DataFrame:
        """Return failed and successful requests of some windows."""

    def request_counts(self, start: datetime, end: datetime) -> pd.DataFrame:
        """Return the number of requests in a window, per bin and kind."""

    def locate_first_event(self, sources: Sequence[str], at: datetime, is_error: str) -> tuple[str, int] | None:
        """Return export and line of the first matching event at `at` or later."""
