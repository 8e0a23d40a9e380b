"""SQL expressions that the format entries are written with."""

from __future__ import annotations

from collections.abc import Iterable

MACROS = r"""
CREATE OR REPLACE MACRO from_epoch(n) AS make_timestamp(CAST(CASE
    WHEN abs(n) < 1e11 THEN n * 1e6 WHEN abs(n) < 1e14 THEN n * 1e3
    WHEN abs(n) < 1e17 THEN n ELSE n / 1e3 END AS BIGINT)) AT TIME ZONE 'UTC';
CREATE OR REPLACE MACRO to_time(t) AS CASE
    WHEN regexp_full_match(trim(t), '-?\d+(\.\d+)?([eE]\+?\d+)?') THEN from_epoch(TRY_CAST(trim(t) AS DOUBLE))
    ELSE TRY_CAST(replace(trim(t), ',', '.') AS TIMESTAMPTZ) END;
CREATE OR REPLACE MACRO to_severity(t) AS CASE
    WHEN upper(t) IN ('TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL') THEN upper(t)
    WHEN upper(t) IN ('WARNING') THEN 'WARN'
    WHEN upper(t) IN ('NOTICE', 'INFORMATION', 'INFORMATIONAL', 'LOG', 'STATEMENT', 'DETAIL', 'HINT') THEN 'INFO'
    WHEN upper(t) IN ('ERR', 'SEVERE', 'EXCEPTION') THEN 'ERROR'
    WHEN upper(t) IN ('CRITICAL', 'CRIT', 'ALERT', 'EMERG', 'EMERGENCY', 'PANIC') THEN 'FATAL'
    WHEN upper(t) IN ('DEBUG1', 'DEBUG2', 'DEBUG3', 'DEBUG4', 'DEBUG5', 'VERBOSE') THEN 'DEBUG'
    WHEN TRY_CAST(t AS INTEGER) BETWEEN 10 AND 69 THEN
        ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'][TRY_CAST(t AS INTEGER) // 10] END;
CREATE OR REPLACE MACRO url_path_of(u) AS nullif(regexp_extract(u, '^(?:[a-z]+://[^/]*)?([^?#]*)', 1), '');
CREATE OR REPLACE MACRO route_of(p) AS array_to_string(list_transform(string_split(p, '/'), lambda part:
    CASE WHEN regexp_full_match(part, '\d+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[0-9a-fA-F]*\d[0-9a-fA-F]{11,}')
    THEN '{id}' ELSE part END), '/');
CREATE OR REPLACE MACRO template_of(m) AS
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(m,
    '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}', '<*>', 'g'),
    '\b0x[0-9a-fA-F]+\b|\b[0-9a-fA-F]*[0-9][0-9a-fA-F]{11,}\b', '<*>', 'g'),
    '\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b', '<*>', 'g'),
    '([^A-Za-z<]|^)[+-]?\d+(?:[.,:]\d+)*', '\1<*>', 'g');
"""
"""Functions of the ingest, in the database's own language."""


def text(name: str) -> str:
    """Read a group of the pattern; an empty one or a lone dash is null."""
    return f"nullif(nullif(f.{name}, ''), '-')"


def quoted(words: str) -> str:
    """Quote a text for SQL."""
    return "'" + words.replace("'", "''") + "'"


def json(path: str) -> str:
    """Read a JSON path as text, such as `$.req.url`."""
    return f"(j->>{quoted(path)})"


def json_key(key: str) -> str:
    """Read one top-level key as text, whatever characters it has."""
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return json(f'$."{escaped}"')


def pair(key: str) -> str:
    """Read the value of one logfmt key; a key that is not there is null."""
    return f"vals[list_position(keys, {quoted(key)})]"


def number(expression: str, factor: float = 1.0) -> str:
    """Read a number and scale it."""
    scale = "" if factor == 1.0 else f" * {factor!r}"
    return f"(TRY_CAST({expression} AS DOUBLE){scale})"


def status(expression: str) -> str:
    """Read an HTTP status; what is not between 100 and 599 is none."""
    cast = f"TRY_CAST({expression} AS SMALLINT)"
    return f"CASE WHEN {cast} BETWEEN 100 AND 599 THEN {cast} END"


def json_object(names_and_values: Iterable[tuple[str, str]]) -> str:
    """Build a JSON object of the values that are not null; null when there is none."""
    pairs = list(names_and_values)
    values = ", ".join(f"CASE WHEN {value} IS NOT NULL THEN {quoted(f'{chr(34)}{name}{chr(34)}:')} || to_json({value}) END"
                       for name, value in pairs)  # fmt: skip
    return f"nullif('{{' || array_to_string(list_filter([{values}], lambda x: x IS NOT NULL), ',') || '}}', '{{}}')"
