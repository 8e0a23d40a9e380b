"""Reads the spans of an incident back as frames, and the logs of their traces."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pandas as pd

from pmkit.core import schema
from pmkit.core.schema import conform
from pmkit.store import span_queries
from pmkit.store.export_reader import ExportReader
from pmkit.store.part import EVENTS


class Traces(ExportReader):
    """The spans of the exports of one incident, read back as pandas frames."""

    def spans(
        self,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        service: str | None = None,
        trace_id: str | None = None,
        limit: int = 1_000_000,
    ) -> pd.DataFrame:
        """Return spans as the exports have them, in the columns of `schema.SPANS`, by time.

        Parameters
        ----------
        start, end : datetime, optional
            Only spans that began from `start` up to but not including `end`; with a time zone.
        service, trace_id : str, optional
            Only this service; only this trace.
        limit : int
            At most this many spans are returned, the earliest ones; the frame's `attrs["spans"]` is the total number.
        """
        filters = {'"at" >= ?': start, '"at" < ?': end, "service = ?": service, span_queries.IS_TRACE: trace_id}
        values = {condition: value for condition, value in filters.items() if value is not None}
        spans = self.union(EVENTS, "spans")
        query = span_queries.EARLIEST_SPANS.format(spans=spans, condition=" AND ".join(values) or "true", limit=int(limit))
        rows = self._fetch(query, list(values.values())) if spans else pd.DataFrame()
        frame = conform(rows, schema.SPANS)
        frame.attrs["spans"] = int(rows["spans"].iloc[0]) if len(rows) else 0
        return frame

    def calls(self) -> pd.DataFrame:
        """Return every span once, with its parent, in the columns of `schema.CALLS`, by time."""
        spans = self.union(EVENTS, "spans")
        return conform(self._fetch(span_queries.CALLS.format(spans=spans)) if spans else pd.DataFrame(), schema.CALLS)

    def logs(self, trace_ids: Iterable[str], *, limit: int = 1_000_000) -> pd.DataFrame:
        """Return the log events of traces in the columns of `schema.LOGS`, by time.

        Parameters
        ----------
        trace_ids : iterable of str
            The traces, such as the column `trace_id` of spans. Case and leading zeros make no difference.
        limit : int
            At most this many events are returned, the earliest ones; the frame's `attrs["events"]` is the total number.
        """
        events = self.union(EVENTS, "logs")
        ids = sorted(set(trace_ids))
        rows = (
            self._fetch(span_queries.LOGS_OF_TRACES.format(events=events, limit=int(limit)), [ids]) if events else pd.DataFrame()
        )
        frame = conform(rows, schema.LOGS)
        frame.attrs["events"] = int(rows["events"].iloc[0]) if len(rows) else 0
        return frame

    def failures(self, trace_ids: Iterable[str], is_error: str, *, limit: int = 5) -> pd.DataFrame:
        """Return the failures in the logs of traces by service and message, those in most traces first.

        Parameters
        ----------
        trace_ids : iterable of str
            The traces.
        is_error : str
            The error rule as a SQL condition, see `ErrorRule.sql`.
        limit : int
            At most so many rows.

        Returns
        -------
        DataFrame
            `service`, `message` (the first one), `events`, `traces`, `source` and `line`.
        """
        events = self.union(EVENTS, "logs")
        query = span_queries.FAILURES_OF_TRACES.format(events=events, is_error=is_error, limit=int(limit))
        rows = self._fetch(query, [sorted(set(trace_ids))]) if events else pd.DataFrame()
        return rows.reindex(columns=list(span_queries.FAILURE_COLUMNS))
