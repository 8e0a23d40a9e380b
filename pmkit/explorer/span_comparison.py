"""Compares a span with the time outside it: messages that are more frequent, and what failed requests have in common."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import pandas as pd

from pmkit.analysis.causes import attribution, log_patterns
from pmkit.core import schema
from pmkit.explorer.logs import Logs
from pmkit.explorer.query import Query
from pmkit.findings.findings import Findings
from pmkit.findings.stages import compared_requests

# The most failed and the most other requests to compare while the user waits.
_COMPARED: Final = 6000

# The most failed and the most other requests to keep in memory for long spans.
_SAMPLED: Final = 100_000

# A span with more requests is a long one.
_LONG_SPAN: Final = 1_000_000


class SpanComparison:
    """Compares a span with the time outside it.

    Parameters
    ----------
    findings : Findings
        The findings on the incident.
    logs : Logs
        Its logs.
    """

    def __init__(self, findings: Findings, logs: Logs) -> None:
        self._findings, self._logs = findings, logs

    @cached_property
    def _sample(self) -> pd.DataFrame:
        """A sample of the requests of all data."""
        impact = self._findings.impact
        is_error = self._findings.incident.file.errors.sql
        return compared_requests(self._findings.store, impact, is_error, [(impact.data_start, impact.data_end)], most=_SAMPLED)

    def prepare(self) -> None:
        """Load the sample of requests in advance, so the first long span does not have to wait for it."""
        if self._findings.impact.measured_on.counts_all_requests and self._findings.impact.requests:
            _ = self._sample

    def rising(self, query: Query) -> pd.DataFrame:
        """Return the log templates that are clearly more frequent in the span than outside.

        Returns
        -------
        DataFrame
            Columns of `log_patterns.PATTERNS`, for the services and severities of the query.
        """
        impact = self._findings.impact
        table = self._logs.templates
        for column in ("service", "severity"):
            if column in query.chosen:
                table = table[table[column].fillna("").isin(query.chosen[column])]
        start, end = query.start or impact.data_start, query.end or impact.data_end
        inside = (start, end - pd.Timedelta(seconds=schema.BIN_S))
        patterns = log_patterns.changed_patterns(
            table, [inside], (impact.data_start, impact.data_end), self._findings.incident.file.errors
        )
        return patterns[patterns["change"].isin(log_patterns.RISING)].reset_index(drop=True)

    def parts(self, query: Query) -> pd.DataFrame:
        """Return what the failed requests of the span have in common, in the columns of `attribution.PARTS`."""
        impact = self._findings.impact
        start, end = query.start or impact.data_start, query.end or impact.data_end
        until = end - pd.Timedelta(microseconds=1)
        if not impact.measured_on.counts_all_requests:
            return attribution.no_parts()
        if self._logs.count_requests(start, end) <= _LONG_SPAN:
            is_error = self._findings.incident.file.errors.sql
            requests = compared_requests(self._findings.store, impact, is_error, [(start, until)], most=_COMPARED)
            return attribution.find_parts(requests)
        within = self._sample[self._sample["timestamp"].between(start, until)]
        return attribution.find_parts(
            pd.concat([_thinned(requests) for _, requests in within.groupby("failed")], ignore_index=True)
        )


def _thinned(requests: pd.DataFrame) -> pd.DataFrame:
    """Return evenly spaced requests, weighted to stand for all."""
    step = -(-len(requests) // _COMPARED) or 1
    return requests.iloc[::step].assign(weight=requests["weight"] * step)
