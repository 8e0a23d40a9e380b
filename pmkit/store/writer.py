"""Writes what was read from one log: events, rollup, templates, rejected lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pmkit.core import schema, sql
from pmkit.store.database import give
from pmkit.store.part import EVENT, EVENTS, REJECTED, REQUESTS, ROLLUP, TEMPLATES

MOST_REQUESTS: Final = 100_000
"""So many request IDs of a log are kept for comparing it with others."""
CONTENT: Final = "hash(timestamp, message, http_method, url_path, http_status, client, trace_id, host)"
"""What makes two events the same, whatever file and format they stand in."""
_PARQUET: Final = "FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 4096"
_ROWS: Final = 122_880
"""Of a row group."""
_KEYS: Final = "service, http_route, http_status, severity, version, host"
_BIN: Final = f"time_bucket(INTERVAL {schema.BIN_S} SECONDS, timestamp, TIMESTAMPTZ '2000-01-01 00:00:00+00')"
_BUCKET: Final = (
    f"CASE WHEN duration_s IS NULL OR isnan(duration_s) OR duration_s < 0 THEN NULL "
    f"WHEN duration_s <= {schema.LATENCY_BASE_S} THEN 0 ELSE least({schema.LATENCY_BUCKETS}, "
    f"CAST(ceil(log10(least(duration_s, 1e6) / {schema.LATENCY_BASE_S}) * {schema.LATENCY_PER_DECADE}) AS SMALLINT)) END"
)
_TYPES: Final = {"TIMESTAMPTZ": pa.timestamp("us", "UTC"), "SMALLINT": pa.int16(), "DOUBLE": pa.float64(), "BIGINT": pa.int64()}
_RISING: Final = ("timestamp", "line")
_COUNTED: Final = {
    ROLLUP: f"""
        SELECT {_BIN} AS bin, {_KEYS}, {_BUCKET} AS latency_bucket,
               count(*) AS events, min(timestamp) AS first_at, max(timestamp) AS last_at
        FROM {{}} GROUP BY ALL
    """,
    TEMPLATES: f"""
        SELECT {_BIN} AS bin, service, severity, message, count(*) AS events,
               min(timestamp) AS first_at, arg_min(line, (timestamp, line)) AS line
        FROM {{}} WHERE message IS NOT NULL GROUP BY ALL
    """,
    REQUESTS: """
        SELECT trace_id, epoch_us(timestamp) AS moment, duration_s AS took, http_status IS NOT NULL AS request
        FROM {} WHERE trace_id IS NOT NULL
    """,
}
"""What is counted from events; texts may be codes there."""
_MADE: Final = {
    ROLLUP: "FROM {}",
    TEMPLATES: """
        SELECT bin, service, severity, masked(message) AS template, CAST(sum(events) AS BIGINT) AS events,
               min(first_at) AS first_at, beginning(arg_min(message, (first_at, line))) AS example,
               arg_min(line, (first_at, line)) AS line
        FROM {} GROUP BY ALL
    """,
    REQUESTS: "SELECT hash(trace_id) AS id, moment, took, request, 1 AS kept FROM {}",
}
"""What is made of that."""
_ADDED: Final = {
    ROLLUP: f"""
        SELECT bin, {_KEYS}, latency_bucket, CAST(sum(events) AS BIGINT) AS events, min(first_at) AS first_at,
               max(last_at) AS last_at
        FROM {{}} GROUP BY ALL ORDER BY ALL
    """,
    TEMPLATES: """
        SELECT bin, service, severity, template, CAST(sum(events) AS BIGINT) AS events, min(first_at) AS first_at,
               arg_min(example, (first_at, line)) AS example, arg_min(line, (first_at, line)) AS line
        FROM {} GROUP BY ALL ORDER BY ALL
    """,
}
"""How what was counted of parts is added up."""


class Output:
    """Writes the events of one log, some at a time, and counts them.

    Parameters
    ----------
    database : DuckDBPyConnection
        One that knows the functions of the ingest.
    out : Path
        The folder for the files.
    packed : sequence of str, optional
        Further columns of the events, each for one attribute; None where there are none.

    Attributes
    ----------
    events, content : int
        How many events there are, and a number that is the same for the same events, whatever their order.
    first, last : int or None
        The first and the last time, microseconds since 1970.
    """

    def __init__(self, database: duckdb.DuckDBPyConnection, out: Path, packed: Sequence[str] | None = None) -> None:
        self._database = database
        self._out = out
        text = pa.string() if packed is None else pa.dictionary(pa.int32(), pa.string())
        self._schema = pa.schema(
            [(name, _TYPES.get(schema.LOGS[name].sql, text)) for name in EVENT] + [(name, text) for name in packed or ()]
        )
        self._writer = pq.ParquetWriter(
            str(out / EVENTS), self._schema, compression="zstd", compression_level=1, store_schema=False,
            write_statistics=["timestamp"], use_dictionary=[name for name in self._schema.names if name not in _RISING],
            column_encoding=dict.fromkeys(_RISING, "DELTA_BINARY_PACKED"),
        )  # fmt: skip
        self.events = self.content = 0
        self.first: int | None = None
        self.last: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self._writer.close()

    def add(self, events: Any) -> None:
        """Take some events, a table in the columns `EVENT` and perhaps further ones."""
        codes = [column.chunk(0).indices if _is_coded(column.type) else column for column in events.columns]
        give(self._database, "fresh", pa.Table.from_arrays(codes, names=events.column_names))
        for number, query in enumerate(_COUNTED.values()):
            counted = self._database.sql(query.format("fresh")).to_arrow_table()
            texts = [
                events[name].chunk(0).dictionary.take(column.combine_chunks())
                if name in events.column_names and _is_coded(events[name].type)
                else column
                for name, column in zip(counted.column_names, counted.columns, strict=True)
            ]
            give(self._database, "counted", pa.Table.from_arrays(texts, names=counted.column_names))
            self._keep(number, "counted")
        give(self._database, "fresh", events)
        self._total("fresh")
        self._write(events)

    def add_all(self, name: str) -> None:
        """Take the events of a table of the database, as it is ordered."""
        for number, query in enumerate(_COUNTED.values()):
            self._keep(number, f"({query.format(name)})")
        self._total(name)
        self._database.complete()
        for batch in self._database.sql(f"SELECT {', '.join(EVENT)} FROM {name}").to_arrow_reader(_ROWS):
            self._write(pa.Table.from_batches([batch]))

    def finish(self, *, whole: bool) -> None:
        """Write what was counted, and the table `rejected` of the database.

        Parameters
        ----------
        whole : bool
            Whether that was the whole log; what was counted of a piece is yet to be added up.
        """
        counted = {name: f"counted_{number}" for number, name in enumerate(_COUNTED)}
        if whole:
            _write_counts(self._database, counted, self._out)
        else:
            for name in _ADDED:
                _copy(self._database, f"FROM {counted[name]}", self._out / name)
            _copy(self._database, _requests(self._database, counted[REQUESTS]), self._out / REQUESTS)
        _copy(self._database, "SELECT line, text, reason FROM rejected ORDER BY line", self._out / REJECTED)

    def _keep(self, number: int, counted: str) -> None:
        """Put together what was counted."""
        made = list(_MADE.values())[number].format(counted)
        self._database.execute(f"CREATE TEMP TABLE IF NOT EXISTS counted_{number} AS FROM ({made}) LIMIT 0")
        self._database.execute(f"INSERT INTO counted_{number} {made}").fetchall()

    def _total(self, name: str) -> None:
        row = self._database.execute(
            f"SELECT count(*), epoch_us(min(timestamp)), epoch_us(max(timestamp)), sum({CONTENT} % 1000000007) FROM {name}"
        ).fetchone()
        events, first, last, content = row or (0, None, None, 0)
        self.events += events
        self.content += int(content or 0)
        self.first = min((at for at in (self.first, first) if at is not None), default=None)
        self.last = max((at for at in (self.last, last) if at is not None), default=None)

    def _write(self, table: Any) -> None:
        columns = [_as(field.type, table, field.name) for field in self._schema]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema), row_group_size=_ROWS)


def _is_coded(kind: Any) -> bool:
    return bool(pa.types.is_dictionary(kind))


def _as(wanted: Any, table: Any, name: str) -> Any:
    if name not in table.column_names:
        return pa.nulls(len(table), pa.string()).dictionary_encode()
    column = table[name]
    return column.dictionary_encode() if _is_coded(wanted) and pa.types.is_string(column.type) else column.cast(wanted)


def merge(database: duckdb.DuckDBPyConnection, folders: Sequence[Path], out: Path) -> None:
    """Put together what was counted in the pieces of one log, by addition; their events stay where they are."""

    def union_sql(name: str) -> str:
        return f"read_parquet([{', '.join(sql.quoted(str(folder / name)) for folder in folders)}])"

    _write_counts(database, {name: union_sql(name) for name in _COUNTED}, out)
    _copy(database, f"SELECT line, text, reason FROM {union_sql(REJECTED)} ORDER BY line", out / REJECTED)


def _write_counts(database: duckdb.DuckDBPyConnection, tables: Mapping[str, str], out: Path) -> None:
    for name, query in _ADDED.items():
        _copy(database, query.format(tables[name]), out / name)
    _copy(database, _requests(database, tables[REQUESTS]), out / REQUESTS)


def _copy(database: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    database.execute(f"COPY ({query}) TO {sql.quoted(str(path))} ({_PARQUET})")


def _requests(database: duckdb.DuckDBPyConnection, table: str) -> str:
    """Keep of the request IDs those whose hash ends in as many zeros as it takes for them to be few.

    The same IDs are kept of every log that has as many, so that two logs can be compared by them;
    and of the pieces of a log together what would be kept of the whole.
    """
    few = database.execute(f"SELECT coalesce(max(kept), 1) FROM {table}").fetchone() or (1,)
    least = kept = int(few[0])

    def number(counted: str, modulus: int) -> int:
        row = database.execute(f"SELECT count({counted}) FROM {table} WHERE id % {modulus} = 0").fetchone()
        return int(row[0]) if row else 0

    while number("*", kept) > MOST_REQUESTS:  # rows may repeat an ID, so this may be too far, but it is fast
        kept *= 2
    while kept > least and number("DISTINCT id", kept // 2) <= MOST_REQUESTS:
        kept //= 2
    return f"""
        SELECT id, max(moment) AS moment, max(took) AS took, bool_or(request) AS request, {kept} AS kept
        FROM {table} WHERE id % {kept} = 0 GROUP BY id ORDER BY id
    """
