"""Loads the lines of a log into the database, and joins the lines of quoted fields."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import duckdb

from pmkit.formats.format import Syntax
from pmkit.ingest.bytes.chunks import may_be_too_long
from pmkit.ingest.columnar.reader import ColumnarReader
from pmkit.ingest.ingest_job import IngestJob
from pmkit.ingest.plan import Plan
from pmkit.ingest.relations import Relations, create_table, create_view, fetch_row
from pmkit.store.database import register_table

# A cut line ends with a whole character of UTF-8, which may exceed the limit by this many bytes.
_CHARACTER_BYTES: Final = 4

_CSV_OPTIONS: Final = "quote = '', escape = '', header = false, auto_detect = false, max_line_size = {longest}"

# The records of JSON documents, with the line of the export on which each begins.
_EXPLODED: Final = """
    SELECT row_number() OVER () AS line, line AS place, text
    FROM read_csv($path, columns = {{'line': 'BIGINT', 'text': 'VARCHAR'}}, delim = '\t', {options})
"""

# The lines of a text file.
_WHOLE_LINES: Final = "FROM read_csv($path, columns = {{'text': 'VARCHAR'}}, delim = '', {options})"

# The lines that are not blank.
FILLED: Final = "SELECT line, text, NULL::VARCHAR AS more, 0 AS below FROM {lines} WHERE NOT is_blank(text)"

# The lines of a table with each quoted field that spans several lines joined: a record begins after an even number of quotes.
_JOINED: Final = """
    WITH marked AS (SELECT *, coalesce(sum({quotes}) OVER (ORDER BY line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
                              % 2 = 0 AS start FROM ({body})),
         numbered AS (SELECT *, sum(start::INTEGER) OVER (ORDER BY line ROWS UNBOUNDED PRECEDING) AS record FROM marked),
         grouped AS (SELECT min(line) AS line, string_agg(coalesce(text, ''), chr(10) ORDER BY line) AS text,
                            NULL::VARCHAR AS more, count(*) FILTER (NOT is_blank(text)) - 1 AS below
                     FROM numbered GROUP BY record)
    SELECT * FROM grouped WHERE trim(text) <> '' ORDER BY line
"""

# The lines of a log of JSON objects, with those of each object that spans several lines joined. Such an object begins with a
# line that is no JSON by itself, and ends with the last line with a closing brace before the next object. A line break in the
# middle of a text is escaped.
_JOINED_OBJECTS: Final = """
    WITH numbered AS (SELECT *, sum(starts_with(ltrim(text), '{{')::INTEGER) OVER in_order AS record, {log} AS log FROM {records}
                      WINDOW in_order AS (PARTITION BY {log} ORDER BY line ROWS UNBOUNDED PRECEDING)),
         ended AS (SELECT *, max(line) FILTER (rtrim(text) LIKE '%}}') OVER (PARTITION BY log, record) AS last FROM numbered),
         grouped AS (SELECT min(line) AS line, any_value(last) AS last, count(*) - 1 AS below,
                            string_agg(text, chr(10) ORDER BY line) AS joined
                     FROM ended WHERE line <= last AND record > 0 GROUP BY log, record
                     HAVING count(*) > 1 AND NOT json_valid(first(text ORDER BY line))),
         whole AS (SELECT line, last, below,
                          coalesce(valid_json(joined), repaired_json(joined), valid_json(replace(joined, chr(10), '\\n')),
                                   repaired_json(replace(joined, chr(10), '\\n'))) AS text
                   FROM grouped)
    SELECT records.* REPLACE (CASE WHEN records.line = whole.line THEN whole.text ELSE records.text END AS text,
                               CASE WHEN records.line = whole.line THEN whole.below ELSE records.below END AS below)
    FROM {records} records ASOF LEFT JOIN (FROM whole WHERE text IS NOT NULL) whole ON records.line >= whole.line
    WHERE whole.line IS NULL OR records.line = whole.line OR records.line > whole.last ORDER BY line
"""

_QUOTES: Final = "length(text) - length(replace(text, '\"', ''))"


def load_lines(job: IngestJob, columnar: ColumnarReader | None) -> Relations:
    """Return the relations with the lines of a log that the columnar reader did not read."""
    database = job.database
    options = _CSV_OPTIONS.format(longest=job.limits.longest_line + _CHARACTER_BYTES)
    place = "line"
    if columnar:
        register_table(database, "remaining_lines", columnar.remaining())
        lines = create_table(database, "lines", "FROM remaining_lines")
    elif job.exploded:
        place = "place"
        lines = create_table(database, "lines", _EXPLODED.format(options=options), {"path": str(job.exploded.path)})
    else:
        whole = _load_text(job, options)
        lines = create_view(database, "lines", f"SELECT rowid + {job.piece.above + 1} AS line, text FROM {whole}")
    return Relations(lines, create_view(database, "filled", FILLED.format(lines=lines)), place)


def _load_text(job: IngestJob, options: str) -> str:
    path = job.text.path
    if not job.is_whole or may_be_too_long(path, job.limits.longest_line):
        path = job.out / "piece"
        with path.open("wb") as file:
            file.writelines(job.chunks())
    lines = create_table(job.database, "whole", _WHOLE_LINES.format(options=options), {"path": str(path)})
    (job.out / "piece").unlink(missing_ok=True)
    return lines


def join_records(database: duckdb.DuckDBPyConnection, plan: Plan, relations: Relations) -> Relations:
    """Return the relations with the lines of each record joined: of quoted fields in a table, of JSON objects in other logs.

    The header of a table is left out.
    """
    if plan.outermost and plan.outermost.syntax is Syntax.JSON:
        return _join_objects(database, relations)
    if not plan.outermost or plan.outermost.syntax is not Syntax.CSV:
        return relations
    layer = (*plan.wrappers, *plan.readers)[0]
    lines = relations.lines
    header = 0 if layer.entry.names else layer.sample.header + 1
    is_header = f"(line <= {header} OR text IS NOT DISTINCT FROM (SELECT text FROM {lines} WHERE line = {header}))"
    headers = create_view(database, "table_headers", f"SELECT line FROM {relations.records} WHERE {is_header}")
    (spans,) = fetch_row(database, f"SELECT coalesce(bool_or(({_QUOTES}) % 2 = 1), false) FROM {lines}")
    body = f"SELECT line, text FROM {lines} WHERE NOT {is_header} AND (NOT is_blank(text) OR {str(spans).lower()})"
    if spans:
        records = create_table(database, "joined", _JOINED.format(quotes=_QUOTES, body=body))
    else:
        records = create_view(database, "joined", f"SELECT *, NULL::VARCHAR AS more, 0 AS below FROM ({body})")
    return replace(relations, records=records, table_headers=headers)


def _join_objects(database: duckdb.DuckDBPyConnection, relations: Relations) -> Relations:
    """Return the relations with the lines of JSON objects joined that span several lines."""
    (spans,) = fetch_row(database, f"SELECT coalesce(bool_or(NOT starts_with(text, '{{')), false) FROM {relations.records}")
    if not spans:
        return relations
    query = _JOINED_OBJECTS.format(records=relations.records, log=relations.log("line"))
    return replace(relations, records=create_table(database, "joined", query))
