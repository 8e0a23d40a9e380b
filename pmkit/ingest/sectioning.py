"""Divides a log into sections below header lines, which determine how the lines below them are cut."""

from __future__ import annotations

import re
from typing import Final

import duckdb

from pmkit.core import sql
from pmkit.formats.sections import DAY, Sections
from pmkit.ingest.layer import Layer
from pmkit.ingest.relations import create_table

# The lines below header lines of one kind.
_SECTION: Final = """
    SELECT r.* FROM {records} r ASOF JOIN {headings} s ON r.line >= s.start
    WHERE s.heading = {heading} AND NOT {is_heading}
"""

# The lines of a section after the day that a header line above them states; a clock that goes back by more begins the next day.
_WITH_DAYS: Final = """
    WITH below AS (SELECT r.*, s.start, TRY_CAST(s.day AS DATE) AS day,
                          epoch(TRY_CAST(regexp_extract('2000-01-01 ' || text, {pattern}, {names}).clock AS TIME)) AS clock
                   FROM {section} r ASOF JOIN {days} s ON r.line >= s.start),
         turned AS (SELECT *, clock < lag(clock IGNORE NULLS) OVER heading - {back} AS turns
                    FROM below WINDOW heading AS (PARTITION BY start ORDER BY line)),
         counted AS (SELECT *, sum(coalesce(turns, false)::INTEGER)
                                   OVER (PARTITION BY start ORDER BY line ROWS UNBOUNDED PRECEDING) AS later
                     FROM turned)
    SELECT * EXCLUDE (start, day, clock, turns, later)
             REPLACE (strftime(day + CAST(later AS INTEGER), '%Y-%m-%d ') || text AS text)
    FROM counted
"""
_BACK_S: Final = 12 * 60 * 60

_NOTE: Final = "its times carry no date; it follows from the header lines above them, and the order of the lines"


def sections_of(database: duckdb.DuckDBPyConnection, layer: Layer, records: str) -> tuple[list[tuple[Layer, str]], list[str]]:
    """Return the sections of a log, each with the relation of its lines, and notes; without header lines, it is one section.

    Parameters
    ----------
    records : str
        The relation of the lines, see `Relations.records`.
    """
    sections = layer.entry.sections
    if sections is None:
        return [(layer, records)], []
    is_heading = f"regexp_matches(text, {sql.quoted(sections.heading)})"
    headings = create_table(database, "headings", f"SELECT line AS start, text AS heading FROM {records} WHERE {is_heading}")
    parts, notes = [], list[str]()
    for (heading,) in database.execute(f"SELECT DISTINCT heading FROM {headings} ORDER BY 1").fetchall():
        query = _SECTION.format(records=records, headings=headings, heading=sql.quoted(heading), is_heading=is_heading)
        section = Layer(layer.entry, layer.sample.with_heading(heading))
        lines = create_table(database, "section", query)
        if DAY in section.pattern:
            lines = create_table(database, "section", _with_days(section, sections, records, lines))
            notes = [_NOTE]
        parts.append((section, lines))
    return parts or [(layer, records)], notes


def _with_days(section: Layer, sections: Sections, records: str, lines: str) -> str:
    """Return the query of the lines of a section with the day before each of them."""
    day = sql.quoted(sections.day)
    days = f"(SELECT line AS start, regexp_extract(text, {day}, 1) AS day FROM {records} WHERE regexp_matches(text, {day}))"
    names = list(re.compile(section.pattern).groupindex)
    return _WITH_DAYS.format(pattern=sql.quoted(section.pattern), names=names, section=lines, days=days, back=_BACK_S)
