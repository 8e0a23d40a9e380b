"""Reads the parsed exports of an incident back as frames."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cached_property
from typing import Final

import pandas as pd

from pmkit.core import schema
from pmkit.core.card import Card, ShownAsCard
from pmkit.core.schema import conform
from pmkit.store import queries
from pmkit.store.alert_firings import merge_firings
from pmkit.store.ledger import Ledger
from pmkit.store.log_filter import LogFilter
from pmkit.store.metric_units import in_one_unit
from pmkit.store.part import EVENTS, REQUESTS, ROLLUP, TEMPLATES
from pmkit.store.request_sql import IS_REQUEST_SQL, TRAFFIC_SQL
from pmkit.store.store_card import card_of
from pmkit.store.superseded_changes import without_superseded_ends
from pmkit.store.tables import Tables, Windows
from pmkit.store.traces import Traces
from pmkit.store.unit_reader import UnitReader

# At most this many failed requests, and as many successful ones, are compared.
MAX_COMPARED_REQUESTS: Final = 12_000


class Store(UnitReader, ShownAsCard):
    """The parsed exports of one incident, read back as pandas frames.

    Parameters
    ----------
    parts : sequence of Part
        The exports; a source appears once.
    """

    def _card(self) -> Card:
        return card_of(self.parts)

    @cached_property
    def traces(self) -> Traces:
        """The spans of all exports, and the logs of their traces."""
        return Traces(self.parts)

    def read(self, is_error: str) -> Tables:
        """Return all frames that an analysis needs; `is_error` is the error rule as a SQL condition, see `ErrorRule.sql`."""
        return Tables(
            counts=self.counts_by_outcome(is_error),
            masked_messages=self.masked_messages(),
            alerts=self.alerts(),
            changes=self.changes(),
            messages=self.messages(),
            metrics=self.metrics(),
            rules=self.rules(),
            calls=self.traces.calls(),
            shared_request_ids=self.shared_request_ids(),
            clock_skew=self.clock_skew(),
            retries=self.retries(is_error),
            formats=self.formats(),
            data_quality=self.data_quality(),
        )

    def rollup(self) -> pd.DataFrame:
        """Return the counts per bin of all logs, in the columns of `schema.ROLLUP`."""
        return self._read(ROLLUP, "logs", schema.ROLLUP)

    def counts_by_outcome(self, is_error: str) -> pd.DataFrame:
        """Return the counts per bin by whether the events failed, in the columns of `schema.JUDGED`, by time.

        Parameters
        ----------
        is_error : str
            The error rule as a SQL condition, see `ErrorRule.sql`.
        """
        return self._judged(self.counted_units(is_error), "0")

    def counts_divided(self, is_error: str, times: Sequence[datetime]) -> pd.DataFrame:
        """Return the counts of the bins of some times as `counts_by_outcome` does, but with no row across one of the times.

        An event at such a time is behind it.
        """
        return self._judged(self.units_in_bins(is_error, times), queries.piece(times))

    def _judged(self, units: str | None, piece: str) -> pd.DataFrame:
        if units is None:
            return conform(pd.DataFrame(), schema.JUDGED)
        query = queries.COUNTS_BY_OUTCOME.format(rollup=units, is_error="fails", is_request=IS_REQUEST_SQL, piece=piece)
        return conform(self._fetch(query), schema.JUDGED)

    def masked_messages(self) -> pd.DataFrame:
        """Return the counts of log messages with their numbers masked, in the columns of `schema.TEMPLATES`."""
        return self._read(TEMPLATES, "logs", schema.TEMPLATES)

    def alerts(self) -> pd.DataFrame:
        """Return one row per firing of an alert, in the columns of `schema.ALERTS`, by start.

        Several exports may report a firing, and one export may report it several times; see
        `alert_firings.merge_firings`.
        """
        return merge_firings(self._read(EVENTS, "alerts", schema.ALERTS))

    def changes(self) -> pd.DataFrame:
        """Return every change once, in the columns of `schema.CHANGES`, by time; see `without_superseded_ends`."""
        return without_superseded_ends(self._read_distinct("changes", schema.CHANGES, ["at"]))

    def messages(self) -> pd.DataFrame:
        """Return every chat message once, in the columns of `schema.MESSAGES`, by time."""
        return self._read_distinct("messages", schema.MESSAGES, ["at"])

    def metrics(self) -> pd.DataFrame:
        """Return every metric sample once, in the columns of `schema.METRICS`, by series and time, each series in one unit."""
        return in_one_unit(self._read_distinct("metrics", schema.METRICS, ["name", "labels", "at"]))

    def rules(self) -> pd.DataFrame:
        """Return every alert rule and recording rule once, in the columns of `schema.RULES`, by name."""
        return self._read_distinct("rules", schema.RULES, ["name"])

    def formats(self) -> dict[str, str]:
        """Return the format of every export, by source."""
        return {part.source: part.ledger.format for part in self.parts}

    def hosts(self) -> list[str]:
        """Return the host names in all logs, sorted."""
        rollup = self.union(ROLLUP, "logs")
        return [str(host) for host in self._fetch(queries.HOSTS.format(rollup=rollup))["host"]] if rollup else []

    def services(self) -> list[str]:
        """Return the names of the services in all logs, sorted."""
        rollup = self.union(ROLLUP, "logs")
        return [str(name) for name in self._fetch(queries.SERVICES.format(rollup=rollup))["service"]] if rollup else []

    def request_counts(self, start: datetime, end: datetime) -> pd.DataFrame:
        """Return the number of requests in a window, per bin and kind.

        Parameters
        ----------
        start, end : datetime
            Both ends belong to the window.

        Returns
        -------
        DataFrame
            `bin`, `source`, `service`, `http_route`, `http_status`, `version`, `host`, `latency_bucket`, `events`; as in
            `schema.ROLLUP`.
        """
        rollup = self.union(ROLLUP, "logs")
        counts = self._fetch(queries.REQUEST_COUNTS.format(rollup=rollup), [start, end]) if rollup else pd.DataFrame()
        return conform(counts, {name: schema.ROLLUP[name] for name in (*queries.REQUEST_KEYS, "events")})

    def logs(
        self,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        service: str | None = None,
        source: str | None = None,
        limit: int = 1_000_000,
    ) -> pd.DataFrame:
        """Return log events in the columns of `schema.LOGS`, by time.

        Parameters
        ----------
        start, end : datetime, optional
            Only events from `start` up to but not including `end`; with a time zone.
        service, source : str, optional
            Only this service; only this export.
        limit : int
            At most this many events are returned, the earliest ones; the frame's `attrs["events"]` is the total number.
        """
        return self.select_logs(LogFilter(start, end, (service,) if service else (), source=source or ""), limit)

    def select_logs(self, asked: LogFilter, limit: int) -> pd.DataFrame:
        """Return the log events that a filter asks for, as `logs` does."""
        events = self.union(EVENTS, "logs")
        condition, values = asked.condition()
        query = queries.EARLIEST_EVENTS.format(events=events, condition=condition, limit=int(limit))
        rows = self._fetch(query, values) if events else pd.DataFrame()
        frame = conform(rows, schema.LOGS)
        frame.attrs["events"] = int(rows["events"].iloc[0]) if len(rows) else 0
        return frame

    def affected_clients(self, sources: Sequence[str], spans: Windows, is_error: str) -> int | None:
        """Return the number of distinct clients with a failed request in some exports; None if these name no clients.

        Parameters
        ----------
        spans : sequence of (datetime, datetime)
            The windows; both ends belong to them.
        is_error : str
            The error rule as a SQL condition, see `ErrorRule.sql`.
        """
        events = self.union(EVENTS, "logs", sources=sources)
        if events is None or not spans:
            return None
        counts = self._fetch(queries.CLIENTS.format(events=events, is_error=is_error, inside=queries.inside(spans)))
        return int(counts["affected_clients"].iloc[0]) if counts["events_with_client"].iloc[0] else None

    def sample_requests(
        self,
        sources: Sequence[str],
        inner: Sequence[str],
        spans: Windows,
        is_error: str,
        *,
        leave_out: Sequence[str] = (),
        most: int = MAX_COMPARED_REQUESTS,
    ) -> pd.DataFrame:
        """Return requests of some windows, each once whatever its attempts, to compare failed with successful ones.

        Parameters
        ----------
        sources, inner : sequence of str
            The logs that requests are counted on, and inner logs of the same requests, which fill in
            version and host by request ID where the former have none.
        spans : sequence of (datetime, datetime)
            The windows; both ends belong to them.
        is_error : str
            The error rule as a SQL condition, see `ErrorRule.sql`.
        leave_out : sequence of str, optional
            Kinds of traffic that are not counted.
        most : int, optional
            At most this many failed, and as many successful, requests are returned.

        Returns
        -------
        DataFrame
            `failed`, `weight`, `timestamp`, `source`, `line`, `service`, `http_route`, `http_method`, `version`, `host`,
            `client`, `attributes`; sorted by `source` and `line`. If there are very many requests, a sample is returned, the
            same one at every call; `weight` is the number of failed, or of successful, requests that each row stands for.
        """
        failed = f"coalesce({is_error}, false)"
        is_other = queries.in_list(f"coalesce({TRAFFIC_SQL}, '')", leave_out)
        window = f"{queries.inside(spans)} AND {IS_REQUEST_SQL} AND NOT ({is_other})"
        in_window = self.union(EVENTS, "logs", window, sources)
        if in_window is None:
            return pd.DataFrame()
        in_window = self.once(in_window, is_error)
        totals = self._fetch(queries.REQUEST_TOTALS.format(failed=failed, events=in_window))
        steps = {
            f"every_{outcome}": max(1, math.ceil(int(totals[outcome].iloc[0]) / most)) for outcome in ("failed", "successful")
        }
        is_sampled = queries.REQUEST_SAMPLE.format(failed=failed, **steps)
        inner_events = self.union(EVENTS, "logs", sources=inner)
        query = queries.SAMPLED_REQUESTS.format(
            failed=failed,
            **steps,
            requests=f"(SELECT * FROM {in_window} WHERE {is_sampled})",
            inner_requests=(queries.INNER_REQUESTS.format(events=inner_events) if inner_events else queries.NO_INNER_REQUESTS),
        )
        return self._fetch(query)

    def shared_request_ids(self) -> dict[tuple[str, str], float]:
        """Return, for each pair of logs, the share (0 to 1) of the second log's request IDs that the first log has too.

        If there are many IDs, a sample of them is compared. Pairs that share none are left out.
        """
        requests = self.union(REQUESTS, "logs")
        pairs = self._fetch(queries.SHARED_REQUEST_IDS.format(requests=requests)) if requests else pd.DataFrame()
        return {(row["outer_source"], row["inner_source"]): float(row["share"]) for row in pairs.to_dict("records")}

    def clock_skew(self) -> pd.DataFrame:
        """Return by how much two clocks differ, for each pair of logs with common requests.

        Returns
        -------
        DataFrame
            `source`, `other_source`, `requests` (how many they share), `ahead_s` (the median by which
            `source` is later, seconds) and `median_duration_s` (of the longer of the two durations).
        """
        requests = self.union(REQUESTS, "logs")
        pairs = self._fetch(queries.CLOCK_SKEW.format(requests=requests)) if requests else pd.DataFrame()
        return pairs if len(pairs) else pd.DataFrame(columns=list(queries.CLOCK_SKEW_COLUMNS))

    def locate_first_event(self, sources: Sequence[str], at: datetime, is_error: str) -> tuple[str, int] | None:
        """Return the export and line of the first event at `at` or later for which the condition holds; None if there is none."""
        events = self.union(EVENTS, "logs", sources=sources)
        if events is None:
            return None
        first = self._fetch(queries.FIRST_EVENT.format(events=events, is_error=is_error), [at])
        return None if pd.isna(first["line"].iloc[0]) else (str(first["source"].iloc[0]), int(first["line"].iloc[0]))

    def data_quality(self) -> pd.DataFrame:
        """Return what was read from each export: one row per source, with its digest."""
        rows = [{"source": part.source, "sha256": part.sha256, "bytes": part.bytes, **vars(part.ledger)} for part in self.parts]
        return pd.DataFrame(
            rows, columns=None if rows else ["source", "sha256", "bytes", *(field.name for field in fields(Ledger))]
        )

    def _read_distinct(self, table: str, columns: Mapping[str, schema.Column], order: list[str]) -> pd.DataFrame:
        """Return the rows of a table without duplicates from several exports."""
        rows = self._read(EVENTS, table, columns).sort_values([*order, "source", "line"])
        return rows.drop_duplicates([name for name in columns if name not in ("source", "line")], ignore_index=True)
