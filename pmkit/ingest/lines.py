"""Logs, line by line, parsed by DuckDB."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd

from pmkit import schema
from pmkit.errors import SourceError
from pmkit.ingest.engine import connect
from pmkit.ingest.files import EVENTS, REJECTED, ROLLUP, TEMPLATES
from pmkit.ingest.ledger import Ledger, Request
from pmkit.sources import reading, sql
from pmkit.sources.model import Layout, LogFormat, Sample, Shape

UNRECOGNISED: Final = "unrecognised"


def ingest_lines(request: Request, chosen: LogFormat | None, sample: Sample, text: reading.Text, out: Path) -> Ledger:
    """Parse a log; with no format, every line of it is rejected."""
    with connect(request.timezone, out) as database:
        database.execute(sql.MACROS)
        database.execute(
            "CREATE TEMP TABLE raw AS SELECT row_number() OVER () AS line, text FROM read_csv($path, "
            "columns = {'text': 'VARCHAR'}, delim = '', quote = '', escape = '', header = false, "
            "auto_detect = false, max_line_size = 67108864)",
            {"path": str(text.path)},
        )
        if chosen is None:
            reason = "no known format; `pmkit formats` lists them"
            layout = Layout({}, zoned=True)
            database.execute(f"CREATE TEMP TABLE parsed AS {_nothing()}")
            database.execute(
                f"CREATE TEMP TABLE rejected AS SELECT line, text, {sql.quoted(reason)} AS reason FROM raw "
                "WHERE trim(coalesce(text, '')) <> ''"
            )
        else:
            layout = chosen.layout(sample)
            _cut(database, chosen, layout)
            database.execute(f"CREATE TEMP TABLE parsed AS {_canonical(chosen, layout, request)}")
            database.execute(_rejected(chosen))
        _write(database, out)
        return _line_ledger(database, chosen, layout, request, text)


def _cut(database: duckdb.DuckDBPyConnection, chosen: LogFormat, layout: Layout) -> None:
    """Group lines into records: `line` of the first, its `text`, the lines below it as `more`, their number."""
    if chosen.shape is Shape.CSV:
        quotes = "length(text) - length(replace(text, '\"', ''))"
        before = f"sum({quotes}) OVER (ORDER BY line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
        starts = f"coalesce({before}, 0) % 2 = 0"
    elif chosen.multiline:
        starts = f"regexp_matches(text, {sql.quoted(chosen.pattern)})"
    else:
        database.execute(
            "CREATE TEMP VIEW records AS SELECT line, text, NULL::VARCHAR AS more, 0 AS below, true AS begun FROM raw "
            "WHERE trim(coalesce(text, '')) <> ''"
        )
        return
    whole = "string_agg(coalesce(text, ''), chr(10) ORDER BY line)" if chosen.shape is Shape.CSV else "first(text ORDER BY line)"
    database.execute(f"""
        CREATE TEMP TABLE records AS
        WITH marked AS (SELECT line, text, coalesce({starts}, false) AS start FROM raw
                        WHERE line > {layout.header} AND trim(coalesce(text, '')) <> ''),
             numbered AS (SELECT *, sum(start::INTEGER) OVER (ORDER BY line ROWS UNBOUNDED PRECEDING) AS record FROM marked)
        SELECT min(line) AS line, {whole} AS text,
               string_agg(text, chr(10) ORDER BY line) FILTER (NOT start) AS more,
               count(*) FILTER (NOT start) AS below, bool_or(start) AS begun
        FROM numbered GROUP BY record ORDER BY min(line)
    """)


_CSV_FIELD: Final = r'\s*("(?:[^"]|"")*"|[^,]*)'


@dataclass(frozen=True)
class _Cut:
    """SQL that cuts a record: first the raw fields, then what is made of them, then whether it fits."""

    fields: str
    derived: str
    fits: str


def _cutting(chosen: LogFormat, layout: Layout) -> _Cut:
    match chosen.shape:
        case Shape.TEXT:
            names = list(re.compile(chosen.pattern).groupindex)
            pairs = _PAIRS.format(text="f.extra") if "extra" in names else "NULL AS keys"
            return _Cut(f"regexp_extract(text, {sql.quoted(chosen.pattern)}, {names}) AS f", pairs, "f.time <> ''")
        case Shape.JSON:
            return _Cut("TRY_CAST(text AS JSON) AS j", "NULL AS keys", "json_type(j) = 'OBJECT'")
        case Shape.LOGFMT:
            return _Cut("NULL AS f", _PAIRS.format(text="text"), "len(keys) > 0")
        case Shape.CSV:
            pattern = sql.quoted("^" + ",".join([_CSV_FIELD] * layout.width) + "$")
            names = [f"c{n + 1}" for n in range(layout.width)]
            unquoted = ", ".join(
                f"nullif(CASE WHEN f.{n} LIKE '\"%' THEN replace(f.{n}[2:-2], '\"\"', '\"') ELSE trim(f.{n}) END, '') AS {n}"
                for n in names
            )
            return _Cut(
                f"regexp_extract(text, {pattern}, {names}) AS f, regexp_matches(text, {pattern}) AS whole", unquoted, "whole"
            )


_PAIR_PATTERN: Final = r"""([A-Za-z_][\w.\-/@]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)"""
_PAIRS: Final = (
    "regexp_extract_all({text}, " + sql.quoted(_PAIR_PATTERN).replace("{", "{{").replace("}", "}}") + ", 1) AS keys, "
    "list_transform(regexp_extract_all({text}, "
    + sql.quoted(_PAIR_PATTERN).replace("{", "{{").replace("}", "}}")
    + ", 2), lambda v: CASE WHEN v LIKE '\"%' THEN replace(replace(v[2:-2], '\\\"', '\"'), '\\\\', '\\') ELSE v END) AS vals"
)


def _attributes(chosen: LogFormat, layout: Layout) -> str:
    """Keep every field that has no column of its own."""
    if chosen.shape is Shape.JSON:
        emptied = json.dumps(dict.fromkeys(layout.used))
        return f"nullif(CAST(json_merge_patch(j, {sql.quoted(emptied)}) AS VARCHAR), '{{}}')"
    if chosen.shape is Shape.LOGFMT:
        used = "[" + ", ".join(map(sql.quoted, layout.used)) + "]"
        pairs = f"list_filter(list_zip(keys, vals), lambda p: NOT list_contains({used}, p[1]))"
        return (
            f"nullif('{{' || array_to_string(list_transform({pairs}, "
            "lambda p: to_json(p[1]) || ':' || to_json(p[2])), ',') || '}', '{}')"
        )
    return "NULL"


def _canonical(chosen: LogFormat, layout: Layout, request: Request) -> str:
    cut = _cutting(chosen, layout)
    columns = {"attributes": _attributes(chosen, layout), **layout.columns}
    if request.service is not None:
        fallback = sql.quoted(request.service)
        known = columns.get("service", "NULL")
        columns["service"] = fallback if request.service_is_hint else f"coalesce(nullif({known}, ''), {fallback})"
    filled = ", ".join(
        f"CAST({columns.get(name, 'NULL')} AS {column.sql}) AS {name}"
        for name, column in schema.LOGS.items()
        if name not in ("line", "source", "http_route")
    )
    return f"""
        WITH cut AS (SELECT *, {cut.fields} FROM records),
             derived AS (SELECT *, {cut.derived} FROM cut),
             filled AS (SELECT line, text, below, begun, coalesce({cut.fits}, false) AS matched, {filled} FROM derived)
        SELECT *, CAST(route_of(url_path) AS VARCHAR) AS http_route FROM filled
    """


def _nothing() -> str:
    columns = ", ".join(f"CAST(NULL AS {column.sql}) AS {name}" for name, column in schema.LOGS.items())
    return f"SELECT {columns}, '' AS text, 0 AS below, true AS begun, true AS matched WHERE false"


def _rejected(chosen: LogFormat) -> str:
    return f"""
        CREATE TEMP TABLE rejected AS
        SELECT line, text, CASE WHEN NOT begun THEN 'belongs to no event above it'
            WHEN NOT matched THEN {sql.quoted(f"not {chosen.name}")} ELSE 'the time cannot be read' END AS reason
        FROM parsed WHERE timestamp IS NULL OR NOT matched OR NOT begun
    """


def _write(database: duckdb.DuckDBPyConnection, out: Path) -> None:
    names = ", ".join(name for name in schema.LOGS if name != "source")
    database.execute(f"CREATE TEMP VIEW events AS SELECT {names} FROM parsed WHERE timestamp IS NOT NULL AND matched AND begun")
    queries = {EVENTS: "SELECT * FROM events", ROLLUP: _rollup(), TEMPLATES: _templates(), REJECTED: "SELECT * FROM rejected"}
    for name, query in queries.items():
        target = sql.quoted(str(out / name))
        database.execute(f"COPY ({query}) TO {target} (FORMAT parquet, COMPRESSION zstd)")


def _bin() -> str:
    return f"time_bucket(INTERVAL {schema.BIN_S} SECONDS, timestamp, TIMESTAMPTZ '2000-01-01 00:00:00+00')"


def _rollup() -> str:
    bucket = (
        f"CASE WHEN duration_s IS NULL OR isnan(duration_s) OR duration_s < 0 THEN NULL "
        f"WHEN duration_s <= {schema.LATENCY_BASE_S} THEN 0 ELSE least({schema.LATENCY_BUCKETS}, "
        f"CAST(ceil(log10(least(duration_s, 1e6) / {schema.LATENCY_BASE_S}) * {schema.LATENCY_PER_DECADE}) AS SMALLINT)) END"
    )
    keys = "service, http_route, http_status, severity, version, host"
    return f"""
        SELECT {_bin()} AS bin, {keys}, {bucket} AS latency_bucket,
               count(*) AS events, min(timestamp) AS first_at, max(timestamp) AS last_at
        FROM events GROUP BY ALL ORDER BY ALL
    """


def _templates() -> str:
    return f"""
        SELECT {_bin()} AS bin, service, severity, template_of(message) AS template, count(*) AS events,
               min(timestamp) AS first_at, arg_min(message, (timestamp, line)) AS example,
               arg_min(line, (timestamp, line)) AS line
        FROM events WHERE message IS NOT NULL GROUP BY ALL ORDER BY ALL
    """


def _line_ledger(
    database: duckdb.DuckDBPyConnection, chosen: LogFormat | None, layout: Layout, request: Request, text: reading.Text
) -> Ledger:
    lines, blank = _one(database, "SELECT count(*), count(*) FILTER (trim(coalesce(text, '')) = '') FROM raw")
    events, below, first, last = _one(
        database,
        "SELECT count(*), coalesce(sum(below), 0), epoch_us(min(timestamp)), epoch_us(max(timestamp)) FROM parsed "
        "WHERE timestamp IS NOT NULL AND matched AND begun",
    )
    (rejected,) = _one(
        database,
        "SELECT coalesce(sum(1 + CASE WHEN begun THEN below ELSE below - 1 END), 0) FROM parsed "
        "WHERE timestamp IS NULL OR NOT matched OR NOT begun"
        if chosen
        else "SELECT count(*) FROM rejected",
    )
    header = min(layout.header, lines)
    examples = database.execute("SELECT line, reason, text[:120] FROM rejected ORDER BY line LIMIT 3").fetchall()
    notes = [*text.notes, *(["the first line is a header"] if header else []), *(["the file is empty"] if not lines else [])]
    return Ledger(
        format=chosen.name if chosen else UNRECOGNISED if lines > blank else "empty",
        table="logs",
        unit="lines",
        lines=lines,
        events=events,
        continuation=int(below) + header,
        blank=blank,
        rejected=int(rejected),
        first=_instant(first),
        last=_instant(last),
        timezone=request.timezone if not layout.zoned else "as written",
        timezone_assumed=not layout.zoned,
        notes=tuple(notes),
        examples=tuple(f"{line}: {reason}: {words}" for line, reason, words in examples),
    )


def _one(database: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row = database.execute(query).fetchone()
    if row is None:
        raise SourceError(f"no answer to {query!r}")
    return tuple(row)


def _instant(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else pd.Timestamp(microseconds, unit="us", tz="UTC").to_pydatetime()
