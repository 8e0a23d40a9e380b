"""Counts the attempts of one request, and the events of one task, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

import pandas as pd

from pmkit.store import queries
from pmkit.store.export_reader import ExportReader
from pmkit.store.part import EVENTS, REQUESTS, ROLLUP
from pmkit.store.writer import BIN_SQL, KEYS_SQL


class UnitReader(ExportReader):
    """Reads the counts of an incident's logs, in which each unit counts once: a request, a task or the like, by its ID."""

    def counted_units(self, is_error: str) -> str | None:
        """Return the SQL of the rollup with `fails`, in which the attempts of one request, or the events of one task, count once.

        The rule is applied to the rollup, but for logs with such attempts, or if the rule uses attributes, to the events.
        """
        repeated = self._sources_with_repeated_units
        by_event = [part.source for part in self.parts] if queries.uses_attributes(is_error) else repeated
        events = self.union(EVENTS, "logs", sources=by_event) if by_event else None
        rollup = self.union(ROLLUP, "logs", sources=[part.source for part in self.parts if part.source not in by_event])
        counted = [f"SELECT *, {is_error} AS fails FROM {rollup}"] if rollup else []
        if events is not None:
            counted.append(
                queries.UNITS.format(
                    bin=BIN_SQL, keys=KEYS_SQL, is_error=is_error, events=events, repeated=queries.in_list("source", repeated)
                )
            )
        return f"({' UNION ALL BY NAME '.join(counted)})" if counted else None

    def once(self, events: str, is_error: str) -> str:
        """Return the SQL of events with the attempts of one request once, as `counted_units` counts them."""
        repeated = self._sources_with_repeated_units
        if not repeated:
            return events
        return queries.ONCE.format(is_error=is_error, events=events, repeated=queries.in_list("source", repeated))

    def units_in_bins(self, is_error: str, times: Sequence[datetime]) -> str | None:
        """Return the SQL of the events in the bins of some times as rows of the rollup with `fails`, see `counted_units`."""
        repeated = self._sources_with_repeated_units
        inside = queries.in_bins(times)
        rows = []
        for where, sources in (
            (inside, [part.source for part in self.parts if part.source not in repeated]),
            ("true", repeated),
        ):
            events = self.union(EVENTS, "logs", where, sources) if sources else None
            if events is not None:
                is_repeated = queries.in_list("source", repeated)
                units = queries.UNITS.format(bin=BIN_SQL, keys=KEYS_SQL, is_error=is_error, events=events, repeated=is_repeated)
                rows.append(f"SELECT * FROM ({units}) WHERE {inside.replace('timestamp', 'first_at')}")
        return f"({' UNION ALL BY NAME '.join(rows)})" if rows else None

    def retries(self, is_error: str) -> pd.DataFrame:
        """Return how often the requests and tasks that failed were tried.

        Returns
        -------
        DataFrame
            `source`, `failed` (requests, tasks or the like of which an attempt failed), `attempts` (of these), `recovered` (how
            many of these succeeded in their last attempt); only of logs in which IDs are repeated.
        """
        repeated = self._sources_with_repeated_units
        events = self.union(EVENTS, "logs", sources=repeated) if repeated else None
        rows = self._fetch(queries.RETRIES.format(events=events, is_error=is_error)) if events else pd.DataFrame()
        return rows if len(rows) else pd.DataFrame(columns=list(queries.RETRY_COLUMNS))

    @cached_property
    def _sources_with_repeated_units(self) -> list[str]:
        requests = self.union(REQUESTS, "logs")
        if requests is None:
            return []
        return [str(source) for source in self._fetch(queries.REPEATED_UNITS.format(requests=requests))["source"]]
