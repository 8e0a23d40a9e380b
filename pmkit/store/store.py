"""Reads the parsed exports of an incident back as frames."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import pandas as pd

from pmkit.core import schema, sql
from pmkit.core.frames import conform
from pmkit.store.alert_firings import once
from pmkit.store.database import connect
from pmkit.store.part import EVENTS, REQUESTS, ROLLUP, TEMPLATES, Part
from pmkit.store.union import united

MOST_COMPARED: Final = 12_000
"""So many failed requests, and so many others, are compared at the most."""
_FEW: Final = "SELECT * FROM {0} WHERE id % (SELECT max(kept) FROM {0}) = 0"
"""The request IDs that were kept of all logs."""
_NONE: Final = "SELECT NULL::VARCHAR AS trace_id, NULL::VARCHAR AS version, NULL::VARCHAR AS host WHERE false"
"""No requests further inside."""


class Store:
    """The parsed exports of one incident, read back as pandas frames.

    Parameters
    ----------
    parts : sequence of Part
        The exports; a source appears once.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = tuple(parts)

    def rollup(self) -> pd.DataFrame:
        """Return the counts per bin of all logs, in the columns of `schema.ROLLUP`."""
        return self._read(ROLLUP, "logs", schema.ROLLUP)

    def judged(self, is_error: str) -> pd.DataFrame:
        """Return the rollup by what counts as an error, in the columns of `schema.JUDGED`, by time.

        Parameters
        ----------
        is_error : str
            The error rule as a SQL condition, see `ErrorRule.sql`.
        """
        keys = "bin, service, http_route, latency_bucket, is_request, is_error, source"
        query = (
            f"SELECT {keys}, CAST(sum(events) AS BIGINT) AS events, min(first_at) AS first_at, max(last_at) AS last_at "
            f"FROM (SELECT *, http_status IS NOT NULL AS is_request, {is_error} AS is_error FROM {{}}) GROUP BY ALL ORDER BY ALL"
        )
        return conform(self._query(query, ROLLUP, "logs", []), schema.JUDGED)

    def masks(self) -> pd.DataFrame:
        """Return the counts of what is left of messages without their numbers, in the columns of `schema.TEMPLATES`."""
        return self._read(TEMPLATES, "logs", schema.TEMPLATES)

    def alerts(self) -> pd.DataFrame:
        """Return every firing once, in the columns of `schema.ALERTS`, by start.

        What several exports tell, or one several times, is one row, see `firings.once`.
        """
        return once(self._read(EVENTS, "alerts", schema.ALERTS))

    def changes(self) -> pd.DataFrame:
        """Return every change once, in the columns of `schema.CHANGES`, by time."""
        return self._told("changes", schema.CHANGES, ["at"])

    def messages(self) -> pd.DataFrame:
        """Return every chat message once, in the columns of `schema.MESSAGES`, by time."""
        return self._told("messages", schema.MESSAGES, ["at"])

    def metrics(self) -> pd.DataFrame:
        """Return every metric sample once, in the columns of `schema.METRICS`, by series and time."""
        return self._told("metrics", schema.METRICS, ["name", "labels", "at"])

    def formats(self) -> dict[str, str]:
        """Name the format of every export, by source."""
        return {part.source: part.ledger.format for part in self.parts}

    def hosts(self) -> list[str]:
        """Name the machines of all logs, in their order."""
        found = self._query("SELECT DISTINCT host FROM {} WHERE host IS NOT NULL ORDER BY ALL", ROLLUP, "logs", [])
        return [str(host) for host in found["host"]] if len(found) else []

    def rules(self) -> pd.DataFrame:
        """Return every alert rule and recording rule once, in the columns of `schema.RULES`, by name."""
        return self._told("rules", schema.RULES, ["name"])

    def served(self, start: datetime, end: datetime) -> pd.DataFrame:
        """Count the requests of a window.

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
        keys = "bin, source, service, http_route, http_status, version, host, latency_bucket"
        query = (
            f"SELECT {keys}, CAST(sum(events) AS BIGINT) AS events FROM {{}} "
            "WHERE http_status IS NOT NULL AND bin BETWEEN ? AND ? GROUP BY ALL ORDER BY ALL"
        )
        columns = {name: schema.ROLLUP[name] for name in (*keys.split(", "), "events")}
        return conform(self._query(query, ROLLUP, "logs", [start, end]), columns)

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
            Only events from `start` up to and not at `end`; with a time zone.
        service, source : str, optional
            Only this service; only this export.
        limit : int
            At most this many events, the earliest; the frame's `attrs["events"]` says how many
            there are.
        """
        wanted = {"timestamp >= ": start, "timestamp < ": end, "service = ": service, "source = ": source}
        given = {key: value for key, value in wanted.items() if value is not None}
        where = " AND ".join(f"{key}?" for key in given) or "true"
        query = (
            f"SELECT *, count(*) OVER () AS events FROM {{}} WHERE {where} ORDER BY timestamp, source, line LIMIT {int(limit)}"
        )
        found = self._query(query, EVENTS, "logs", list(given.values()))
        frame = conform(found, schema.LOGS)
        frame.attrs["events"] = int(found["events"].iloc[0]) if len(found) else 0
        return frame

    def clients(self, sources: Sequence[str], start: datetime, end: datetime, is_error: str) -> int | None:
        """Count the distinct clients with a failed request in some exports; None where they name none.

        Parameters
        ----------
        start, end : datetime
            Both ends belong to the window.
        is_error : str
            The error rule as a SQL condition, see `ErrorRule.sql`.
        """
        query = (
            f"SELECT count(client) AS named, count(DISTINCT client) FILTER ({is_error}) AS hit FROM {{}} "
            "WHERE timestamp BETWEEN ? AND ?"
        )
        found = self._query(query, EVENTS, "logs", [start, end], sources)
        return int(found["hit"].iloc[0]) if len(found) and found["named"].iloc[0] else None

    def requests(
        self,
        sources: Sequence[str],
        inner: Sequence[str],
        start: datetime,
        end: datetime,
        is_error: str,
        *,
        most: int = MOST_COMPARED,
    ) -> pd.DataFrame:
        """Return requests of a window, for comparing the failed with the others.

        Parameters
        ----------
        sources, inner : sequence of str
            The logs that requests are counted on, and logs of the same requests further inside, which
            tell version and host where the first do not, by request ID.
        start, end : datetime
            Both ends belong to the window.
        is_error : str
            The error rule as a SQL condition, see `ErrorRule.sql`.
        most : int, optional
            So many of the failed, and so many of the others, are returned at the most.

        Returns
        -------
        DataFrame
            `failed`, `weight`, `timestamp`, `source`, `line`, `service`, `http_route`, `http_method`, `version`, `host`,
            `client`, `attributes`; by `source` and `line`. Of very many requests some, the same at every call; `weight`
            is how many of the failed, or of the others, each stands for.
        """
        failed = f"coalesce({is_error}, false)"
        span = " AND ".join(f"TIMESTAMPTZ {sql.quoted(at.isoformat())}" for at in (start, end))
        window = f"timestamp BETWEEN {span} AND http_status IS NOT NULL"
        counted = self.union(EVENTS, "logs", window, sources)
        if counted is None:
            return pd.DataFrame()
        sizes = self._ask(f"SELECT count(*) FILTER ({failed}) AS bad, count(*) FILTER (NOT {failed}) AS good FROM {counted}", [])
        bad, good = (max(1, math.ceil(int(sizes[name].iloc[0]) / most)) for name in ("bad", "good"))
        chosen = f"CASE WHEN {failed} THEN hash(line) % {bad} = 0 ELSE hash(line) % {good} = 0 END"
        within = self.union(EVENTS, "logs", "true", inner)
        known = f"SELECT trace_id, version, host FROM {within} WHERE trace_id IN (SELECT trace_id FROM few)" if within else _NONE
        query = f"""
            WITH few AS (SELECT {failed} AS failed, CASE WHEN {failed} THEN {bad} ELSE {good} END AS weight, timestamp,
                                source, line, service, http_route, http_method, version, host, client, trace_id, attributes
                         FROM {self.union(EVENTS, "logs", f"{window} AND {chosen}", sources)}),
                 further AS (SELECT trace_id, max(version) AS version, max(host) AS host FROM ({known}) GROUP BY trace_id)
            SELECT failed, weight, timestamp, source, line, service, http_route, http_method,
                   coalesce(few.version, further.version) AS version, coalesce(few.host, further.host) AS host, client, attributes
            FROM few LEFT JOIN further USING (trace_id) ORDER BY source, line
        """
        return self._ask(query, [])

    def shared_requests(self) -> dict[tuple[str, str], float]:
        """Return for each two logs the share of the second's request IDs that the first has too, 0 to 1.

        Looked at on some of the IDs where there are many; pairs that share none are left out.
        """
        query = (
            f"WITH few AS ({_FEW} AND request), sizes AS (SELECT source, count(*) AS size FROM few GROUP BY source) "
            "SELECT a.source AS outer_source, b.source AS inner_source, count(*) / any_value(sizes.size) AS share "
            "FROM few a JOIN few b USING (id) JOIN sizes ON sizes.source = b.source "
            "WHERE a.source <> b.source GROUP BY ALL"
        )
        found = self._query(query, REQUESTS, "logs", [])
        return {(row["outer_source"], row["inner_source"]): float(row["share"]) for row in found.to_dict("records")}

    def clock_differences(self) -> pd.DataFrame:
        """Compare what the clocks of two logs say of the same requests.

        Returns
        -------
        DataFrame
            `source`, `other`, `requests` (how many they share), `ahead_s` (the median by which
            `source` is later, seconds) and `typical_s` (the median of the longer duration).
        """
        query = (
            f"WITH few AS ({_FEW}) "
            "SELECT a.source AS source, b.source AS other, count(*) AS requests, median(a.moment - b.moment) / 1e6 AS ahead_s, "
            "coalesce(median(greatest(a.took, b.took)), 0) AS typical_s "
            "FROM few a JOIN few b USING (id) WHERE a.source <> b.source GROUP BY ALL ORDER BY ALL"
        )
        found = self._query(query, REQUESTS, "logs", [])
        return found if len(found) else pd.DataFrame(columns=["source", "other", "requests", "ahead_s", "typical_s"])

    def locate(self, sources: Sequence[str], at: datetime, is_error: str) -> tuple[str, int] | None:
        """Return export and line of the first event of some exports at `at` or later for which the condition holds."""
        query = (
            "SELECT arg_min(source, (timestamp, source, line)) AS source, arg_min(line, (timestamp, source, line)) AS line "
            f"FROM {{}} WHERE timestamp >= ? AND ({is_error})"
        )
        found = self._query(query, EVENTS, "logs", [at], sources)
        if not len(found) or pd.isna(found["line"].iloc[0]):
            return None
        return str(found["source"].iloc[0]), int(found["line"].iloc[0])

    def data_quality(self) -> pd.DataFrame:
        """Return what was read from each export: one row a source, with its digest."""
        rows = [{"source": part.source, "sha256": part.sha256, "bytes": part.bytes, **asdict(part.ledger)} for part in self.parts]
        return pd.DataFrame(rows)

    def _read(self, name: str, table: str, columns: Mapping[str, schema.Column]) -> pd.DataFrame:
        rows = self.union(name, table)
        return conform(self._ask(f"FROM {rows}", []) if rows else pd.DataFrame(), columns)

    def _told(self, table: str, columns: Mapping[str, schema.Column], order: list[str]) -> pd.DataFrame:
        """Read a table in which the same row may stand in several exports."""
        told = self._read(EVENTS, table, columns).sort_values([*order, "source", "line"])
        return told.drop_duplicates([name for name in columns if name not in ("source", "line")], ignore_index=True)

    def _query(
        self, query: str, name: str, table: str, values: list[Any], sources: Collection[str] | None = None
    ) -> pd.DataFrame:
        union = self.union(name, table, sources=sources)
        return self._ask(query.format(union), values) if union else pd.DataFrame()

    def _ask(self, query: str, values: list[Any]) -> pd.DataFrame:
        with self._database.cursor() as database:
            found: pd.DataFrame = database.sql(query, params=values).to_arrow_table().to_pandas()
            return found

    def union(self, name: str, table: str, where: str = "true", sources: Collection[str] | None = None) -> str | None:
        """Write the SQL that reads one of the files of all exports of a table together; None where there is none.

        Parameters
        ----------
        name : str
            Of the file, see `ingest.files`.
        table : str
            A canonical table, such as logs.
        where : str, optional
            For events, a condition on their columns but attributes.
        sources : collection of str, optional
            Only these exports.
        """
        parts = [part for part in self.parts if part.ledger.table == table and (sources is None or part.source in sources)]
        exports = [(part.source, part.folder) for part in parts if (part.folder / name).exists()]
        if not exports:
            return None
        with self._database.cursor() as database:
            return united(database, exports, name, where)

    @cached_property
    def _database(self) -> Any:
        return connect(reach=[part.folder for part in self.parts])
