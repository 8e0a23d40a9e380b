"""Reads the lines of a log that are in none of its formats but have a time of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pmkit.core import sql
from pmkit.formats import detection
from pmkit.formats.fields import LEVEL_NAMES, MESSAGE_NAMES, STATUS_NAMES
from pmkit.formats.format import LogFormat, Syntax
from pmkit.formats.line_beginnings import BEGINS_WITH_TIME, TIME_AND_MESSAGE
from pmkit.formats.logs.any_text import TEXT
from pmkit.formats.notation import Notation
from pmkit.formats.sample import Sample
from pmkit.formats.stack_traces import TRACE
from pmkit.formats.timestamps import detect_notation, grouped_by_notation
from pmkit.ingest.columns import canonical, create_lines
from pmkit.ingest.ingest_job import IngestJob
from pmkit.ingest.layer import Layer
from pmkit.ingest.relations import IS_EVENT, create_table, create_view, fetch_row
from pmkit.ingest.wall_clock import resolve_times

_ENTRY: Final = replace(TEXT, pattern=TIME_AND_MESSAGE)

# The lines that begin with a time, except those of stack traces, and how they write it.
_LINES: Final = f"""
    regexp_matches(text, {sql.quoted(TIME_AND_MESSAGE)}) AND NOT regexp_matches(text, {sql.quoted(TRACE)})
"""
_TIMES: Final = f"SELECT regexp_extract(text, {sql.quoted(TIME_AND_MESSAGE)}, ['before', 'time']).time"

# Whether a line begins like a JSON object.
_BEGINS_OBJECT: Final = "starts_with(text, '{')"

# Whether a JSON object has a severity, a message or a status.
_HAS_CONTENT: Final = f"""
    list_has_any(list_transform(json_keys(text), lambda key: lower(key)), {[*LEVEL_NAMES, *MESSAGE_NAMES, *STATUS_NAMES]})
"""

# The note on them; that of a log in pieces gives the sum of the counts.
_NOTE: Final = "lines in another format, of which only time, severity and message were read"

# Notations and formats are recognised from this many lines.
_MAX_LINES: Final = 5000


def read_other_lines(job: IngestJob, remaining: str) -> tuple[list[str], list[str]]:
    """Read those of the remaining lines that begin with a time of their own, whatever its notation, or are JSON objects with one.

    Returns
    -------
    relations : list of str
        These lines in canonical columns, as each reader of the plan makes a relation of its own.
    notes : list of str
        Notes on them.
    """
    formats = [layer.entry for layer in (*job.plan.wrappers, *job.plan.readers)]
    if not formats or job.exploded or any(entry.syntax is Syntax.CSV for entry in formats):
        return [], []
    lines, objects = fetch_row(job.database, f"SELECT count(*), count(*) FILTER ({_BEGINS_OBJECT}) FROM {remaining}")
    if not lines:
        return [], []
    relations, notes = _read_objects(job, remaining) if objects and not job.plan.wrappers else ([], [])
    begins = f"regexp_matches(text, {sql.quoted(BEGINS_WITH_TIME)})"
    if fetch_row(job.database, f"SELECT count(*) FROM (FROM {remaining} WHERE {begins} LIMIT 1)") == (0,):
        return relations, notes
    total = 0
    lines = create_table(job.database, "other_lines", f"FROM {remaining} WHERE {_LINES}")
    times = [time for (time,) in job.database.execute(f"{_TIMES} FROM {lines} LIMIT {_MAX_LINES}").fetchall()]
    for notation in _notations(times):
        parsed, count, more_notes = _parse(job, Layer(_ENTRY, Sample([]), notation), lines)
        if count:
            relations.append(parsed)
            notes += more_notes
            total += count
            lines = create_table(
                job.database, "other_lines", f"FROM {lines} ANTI JOIN (FROM {parsed} WHERE {IS_EVENT}) USING (line)"
            )
    return relations, [*notes, *([f"{_NOTE}: {total}"] if total else [])]


def _read_objects(job: IngestJob, remaining: str) -> tuple[list[str], list[str]]:
    """Read those of the remaining lines that are JSON objects in a known format, and so no part of a message above them."""
    lines = create_table(
        job.database, "other_objects", f"FROM {remaining} WHERE {_BEGINS_OBJECT} AND json_valid(text) AND {_HAS_CONTENT}"
    )
    texts = [text for (text,) in job.database.execute(f"SELECT text FROM {lines} LIMIT {_MAX_LINES}").fetchall()]
    sample = Sample(texts)
    entry = detection.recognise(sample) if texts else None
    if not isinstance(entry, LogFormat) or entry.syntax is not Syntax.JSON or entry.wraps or entry.path or entry.flatten:
        return [], []
    parsed, count, notes = _parse(job, Layer(entry, sample), lines)
    return ([parsed], [*notes, f"lines of JSON in the format {entry.name} among others: {count}"]) if count else ([], [])


def _parse(job: IngestJob, layer: Layer, lines: str) -> tuple[str, int, list[str]]:
    """Return the relation of lines in canonical columns, how many of them are events, and notes on their times."""
    cut = canonical(layer, lines, wrapped=bool(job.plan.wrappers))
    dated, notes = resolve_times(job.database, create_lines(job.database, cut), layer, job.request, job.text.modified)
    parsed = create_view(job.database, "parsed", f"SELECT * EXCLUDE (naive, stream, is_partial, is_repaired) FROM {dated}")
    (count,) = fetch_row(job.database, f"SELECT count(*) FROM {parsed} WHERE {IS_EVENT}")
    if job.plan.zoned and not layer.zoned:
        notes = [*notes, f"some of its times have no time zone; read as {job.request.timezone}"]
    return parsed, count, notes


def _notations(times: list[str]) -> Iterator[Notation]:
    """Yield how lines write their times: one notation for all that are complete, and each that lacks something."""
    by_notation = grouped_by_notation(times)
    complete = detect_notation(time for notation, same in by_notation.items() if not notation.missing for time in same)
    yield from [complete] if complete else []
    yield from (notation for notation in by_notation if notation.missing)
