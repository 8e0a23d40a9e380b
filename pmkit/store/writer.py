"""Writes the results of parsing one log: events, rollup, templates, request IDs and rejected lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pmkit.core import schema, sql
from pmkit.store.database import register_table
from pmkit.store.part import EVENT, EVENTS, REJECTED, REQUESTS, ROLLUP, TEMPLATES

# Identifies an event, whatever file and format it is in.
CONTENT: Final = "hash(timestamp, message, http_method, url_path, http_status, client, trace_id, host)"

# At most this many request IDs of a log are kept, for comparing it with other logs.
_MAX_REQUEST_IDS: Final = 100_000

_PARQUET: Final = "FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 4096"
_ROW_GROUP: Final = 122_880
_KEYS: Final = "service, http_route, http_status, severity, version, host"
_BIN: Final = f"time_bucket(INTERVAL {schema.BIN_S} SECONDS, timestamp, TIMESTAMPTZ '2000-01-01 00:00:00+00')"
_TYPES: Final = {"TIMESTAMPTZ": pa.timestamp("us", "UTC"), "SMALLINT": pa.int16(), "DOUBLE": pa.float64(), "BIGINT": pa.int64()}
_RISING: Final = ("timestamp", "line")


@dataclass(frozen=True)
class _Summary:
    """A file of counts of a log's events.

    Attributes
    ----------
    count : str
        The query that counts events; texts may be dictionary codes.
    decode : str
        The query that completes the counts after codes were replaced by texts.
    add : str
        The query that adds up the counts of several parts; for request IDs, see `_sampled_requests`.
    """

    count: str
    decode: str
    add: str = ""


_SUMMARIES: Final = {
    ROLLUP: _Summary(
        count=f"""
            SELECT {_BIN} AS bin, {_KEYS}, {schema.LATENCY_BUCKET_SQL} AS latency_bucket,
                   count(*) AS events, min(timestamp) AS first_at, max(timestamp) AS last_at
            FROM {{}} GROUP BY ALL
        """,
        decode="FROM {}",
        add=f"""
            SELECT bin, {_KEYS}, latency_bucket, CAST(sum(events) AS BIGINT) AS events, min(first_at) AS first_at,
                   max(last_at) AS last_at
            FROM {{}} GROUP BY ALL ORDER BY ALL
        """,
    ),
    TEMPLATES: _Summary(
        count=f"""
            SELECT {_BIN} AS bin, service, severity, message, count(*) AS events,
                   min(timestamp) AS first_at, arg_min(line, (timestamp, line)) AS line
            FROM {{}} WHERE message IS NOT NULL GROUP BY ALL
        """,
        decode="""
            SELECT bin, service, severity, masked(message) AS template, CAST(sum(events) AS BIGINT) AS events,
                   min(first_at) AS first_at, beginning(arg_min(message, (first_at, line))) AS example,
                   arg_min(line, (first_at, line)) AS line
            FROM {} GROUP BY ALL
        """,
        add="""
            SELECT bin, service, severity, template, CAST(sum(events) AS BIGINT) AS events, min(first_at) AS first_at,
                   arg_min(example, (first_at, line)) AS example, arg_min(line, (first_at, line)) AS line
            FROM {} GROUP BY ALL ORDER BY ALL
        """,
    ),
    REQUESTS: _Summary(
        count="""
            SELECT trace_id, epoch_us(timestamp) AS moment, duration_s AS took, http_status IS NOT NULL AS request
            FROM {} WHERE trace_id IS NOT NULL
        """,
        decode="SELECT hash(trace_id) AS id, moment, took, request, 1 AS kept FROM {}",
    ),
}

# The number of events, their first and last time, and a checksum that does not depend on their order.
_TOTALS: Final = f"""
    SELECT count(*), epoch_us(min(timestamp)), epoch_us(max(timestamp)), sum({CONTENT} % 1000000007) FROM {{}}
"""

# The hashed request IDs that are divisible by a number, each once.
_SAMPLED_REQUESTS: Final = """
    SELECT id, max(moment) AS moment, max(took) AS took, bool_or(request) AS request, {kept} AS kept
    FROM {requests} WHERE id % {kept} = 0 GROUP BY id ORDER BY id
"""


class EventWriter:
    """Writes the events of one log in batches, and counts them.

    Parameters
    ----------
    database : DuckDBPyConnection
        A connection with the SQL functions of `macros.sql`.
    out : Path
        The folder for the files.
    packed : sequence of str, optional
        Further columns of the events, each for one attribute; None if there are none.

    Attributes
    ----------
    events, content : int
        The number of events, and a checksum that does not depend on their order.
    first, last : int or None
        The first and last time, microseconds since 1970.
    """

    def __init__(self, database: duckdb.DuckDBPyConnection, out: Path, packed: Sequence[str] | None = None) -> None:
        self._database = database
        self._out = out
        self._counts = {name: f"counts_{number}" for number, name in enumerate(_SUMMARIES)}
        # The names of the summaries whose tables exist.
        self._counted: set[str] = set()
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

    def add(self, events: pa.Table) -> None:
        """Write a batch of events with the columns `EVENT` and any further ones."""
        codes = [column.chunk(0).indices if _is_coded(column.type) else column for column in events.columns]
        register_table(self._database, "fresh", pa.Table.from_arrays(codes, names=events.column_names))
        for name, summary in _SUMMARIES.items():
            counts = self._database.sql(summary.count.format("fresh")).to_arrow_table()
            texts = [
                events[column_name].chunk(0).dictionary.take(column.combine_chunks())
                if column_name in events.column_names and _is_coded(events[column_name].type)
                else column
                for column_name, column in zip(counts.column_names, counts.columns, strict=True)
            ]
            register_table(self._database, "counted", pa.Table.from_arrays(texts, names=counts.column_names))
            self._add_counts(name, "counted")
        register_table(self._database, "fresh", events)
        self._add_totals("fresh")
        self._write(events)

    def add_relation(self, relation: str) -> None:
        """Write the events of a relation of the database, in its order."""
        for name, summary in _SUMMARIES.items():
            self._add_counts(name, f"({summary.count.format(relation)})")
        self._add_totals(relation)
        self._database.complete()
        for batch in self._database.sql(f"SELECT {', '.join(EVENT)} FROM {relation}").to_arrow_reader(_ROW_GROUP):
            self._write(pa.Table.from_batches([batch]))

    def finish(self, *, rejected: str, whole: bool) -> None:
        """Write the counts and the rejected lines.

        Parameters
        ----------
        rejected : str
            A relation of the database with `line`, `text` and `reason`.
        whole : bool
            Whether this is the whole log; the counts of pieces are added up later.
        """
        if whole:
            _write_sums(self._database, self._counts, self._out)
        else:
            for name, summary in _SUMMARIES.items():
                query = f"FROM {self._counts[name]}" if summary.add else _sampled_requests(self._database, self._counts[name])
                _copy(self._database, query, self._out / name)
        _copy(self._database, f"SELECT line, text, reason FROM {rejected} ORDER BY line", self._out / REJECTED)

    def _add_counts(self, name: str, counted: str) -> None:
        query, table = _SUMMARIES[name].decode.format(counted), self._counts[name]
        into = f"INSERT INTO {table}" if name in self._counted else f"CREATE TEMP TABLE {table} AS"
        self._database.execute(f"{into} {query}").fetchall()
        self._counted.add(name)

    def _add_totals(self, relation: str) -> None:
        events, first, last, content = self._database.execute(_TOTALS.format(relation)).fetchone() or (0, None, None, 0)
        self.events += events
        self.content += int(content or 0)
        self.first = min((at for at in (self.first, first) if at is not None), default=None)
        self.last = max((at for at in (self.last, last) if at is not None), default=None)

    def _write(self, table: pa.Table) -> None:
        columns = [_column(table, field.name, field.type) for field in self._schema]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema), row_group_size=_ROW_GROUP)


def _is_coded(kind: pa.DataType) -> bool:
    return bool(pa.types.is_dictionary(kind))


def _column(table: pa.Table, name: str, kind: pa.DataType) -> pa.Array | pa.ChunkedArray:
    """Return a column of a table in the type of the file; all null if the table lacks it."""
    if name not in table.column_names:
        return pa.nulls(len(table), pa.string()).dictionary_encode()
    column = table[name]
    return column.dictionary_encode() if _is_coded(kind) and pa.types.is_string(column.type) else column.cast(kind)


def merge_counts(database: duckdb.DuckDBPyConnection, folders: Sequence[Path], out: Path) -> None:
    """Write the sums of the counts of a log's pieces; their events stay where they are."""

    def read_all(name: str) -> str:
        return f"read_parquet([{', '.join(sql.quoted(str(folder / name)) for folder in folders)}])"

    _write_sums(database, {name: read_all(name) for name in _SUMMARIES}, out)
    _copy(database, f"SELECT line, text, reason FROM {read_all(REJECTED)} ORDER BY line", out / REJECTED)


def _write_sums(database: duckdb.DuckDBPyConnection, counts: Mapping[str, str], out: Path) -> None:
    for name, summary in _SUMMARIES.items():
        query = summary.add.format(counts[name]) if summary.add else _sampled_requests(database, counts[name])
        _copy(database, query, out / name)


def _copy(database: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    database.execute(f"COPY ({query}) TO {sql.quoted(str(path))} ({_PARQUET})")


def _sampled_requests(database: duckdb.DuckDBPyConnection, requests: str) -> str:
    """Return the query of the request IDs to keep: those whose hash is divisible by a power of two, so that there are few.

    All logs with many IDs keep the same ones, so that two logs can be compared. The
    pieces of a log together keep the same IDs as the whole log would.
    """
    row = database.execute(f"SELECT coalesce(max(kept), 1) FROM {requests}").fetchone() or (1,)
    least = kept = int(row[0])

    def count(ids: str, modulus: int) -> int:
        row = database.execute(f"SELECT count({ids}) FROM {requests} WHERE id % {modulus} = 0").fetchone()
        return int(row[0]) if row else 0

    # IDs may repeat, so this may go too far, but it is fast.
    while count("*", kept) > _MAX_REQUEST_IDS:
        kept *= 2
    while kept > least and count("DISTINCT id", kept // 2) <= _MAX_REQUEST_IDS:
        kept //= 2
    return _SAMPLED_REQUESTS.format(kept=kept, requests=requests)
