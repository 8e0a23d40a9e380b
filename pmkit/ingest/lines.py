"""Logs, line by line, parsed by DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd

from pmkit.core import schema, sql
from pmkit.core.errors import SourceError
from pmkit.core.wording import listing
from pmkit.formats.format import Syntax
from pmkit.ingest.bytes import decoding
from pmkit.ingest.bytes.chunks import CHUNK_BYTES, LONGEST_LINE, Bounded, Piece, chunks_of, may_be_too_long
from pmkit.ingest.columnar.reader import CHUNK_BYTES as QUICK_BYTES
from pmkit.ingest.columnar.reader import Quick
from pmkit.ingest.columnar.recipe import Ways
from pmkit.ingest.columns import COLUMNS, Layer, canonical
from pmkit.ingest.continuations import sort
from pmkit.ingest.explode import Exploded
from pmkit.ingest.plan import Plan
from pmkit.ingest.request import Request, service_of
from pmkit.ingest.wall_clock import settle
from pmkit.store.database import register_table
from pmkit.store.ledger import Ledger
from pmkit.store.writer import EventWriter

_NAMED: Final = 3
"""So many lines that are too long are named."""
_CHARACTER: Final = 4
"""So many bytes a character has at the most, and as many a line that ends with it may have too much."""


@dataclass(frozen=True)
class Job:
    """One log that is to be parsed.

    Attributes
    ----------
    plan : Plan
        The formats.
    text : Text
        The export as plain lines.
    piece : Piece
        The part of it that is to be parsed.
    exploded : Exploded or None
        Its records, where they are not its lines.
    out : Path
        The folder for the results.
    ways : Ways
        How its plain lines are read, if it has any.
    bounded : Bounded
        Where lines were cut that are too long.
    advance : callable
        Called with the number of bytes that were read since the last call.
    """

    database: duckdb.DuckDBPyConnection
    request: Request
    plan: Plan
    text: decoding.Text
    piece: Piece
    exploded: Exploded | None
    out: Path
    ways: Ways = ()
    bounded: Bounded = field(default_factory=Bounded)
    advance: Callable[[int], None] = lambda _: None

    @property
    def whole(self) -> bool:
        """Whether the part is the whole text."""
        return (self.piece.begin, self.piece.end) == (0, self.text.path.stat().st_size)

    def chunks(self, size: int = CHUNK_BYTES) -> Iterator[bytes]:
        """Read the part, of lines that are too long the beginning."""
        with self.text.path.open("rb") as file:
            yield from self.bounded.pass_on(chunks_of(file, self.piece.begin, self.piece.end, min(size, LONGEST_LINE)))


def ingest_lines(job: Job) -> Ledger:
    """Parse a log by its plan; what no format takes is rejected."""
    database = job.database
    quick = Quick(database, job.ways) if job.ways else None
    with EventWriter(database, job.out, quick.packed if quick else None) as output:
        if quick:
            for events in quick.read(_counted(job.chunks(QUICK_BYTES), job.advance), job.piece.above):
                output.add(events)
        notes = _parse(job, quick)
        output.add_relation("events")
    output.finish(rejected="rejected", whole=job.whole)
    if not quick:
        job.advance(job.piece.end - job.piece.begin)
    return _ledger(job, output, quick.lines if quick else None, [*job.text.notes, *dict.fromkeys(notes)])


def _counted(chunks: Iterator[bytes], advance: Callable[[int], None]) -> Iterator[bytes]:
    """Pass chunks on, and report each as read when the next is asked for."""
    for chunk in chunks:
        yield chunk
        advance(len(chunk))


def first_event(job: Job) -> tuple[int, datetime] | None:
    """Find the first line that is an event whatever stands above it, and its time, UTC."""
    _parse(job)
    row = job.database.execute("SELECT line, epoch_us(timestamp) FROM taken ORDER BY line LIMIT 1").fetchone()
    return (int(row[0]), datetime.fromtimestamp(row[1] // 1_000_000, UTC)) if row else None


def _parse(job: Job, quick: Quick | None = None) -> list[str]:
    """Make the tables of the events and of what is none, of the lines that were not read before; return what was assumed."""
    database, plan = job.database, job.plan
    _load(job, quick)
    relation = _records(database, plan)
    notes: list[str] = []
    for number, layer in enumerate(plan.wrappers):
        name = f"wrapped_{number}"
        database.execute(f"CREATE TEMP TABLE {name} AS {canonical(layer, relation, wrapped=number > 0)}")
        notes += settle(database, name, layer, job.request, job.text.modified)
        relation = _unwrap(database, name, wrapped=number > 0)
    return [*notes, *_read(job, relation)]


def _load(job: Job, quick: Quick | None) -> None:
    database, exploded = job.database, job.exploded
    options = f"quote = '', escape = '', header = false, auto_detect = false, max_line_size = {LONGEST_LINE + _CHARACTER}"
    if quick:
        register_table(database, "left_over", quick.left())
        database.execute("CREATE TEMP TABLE raw AS FROM left_over")
    elif exploded:
        columns = "columns = {'line': 'BIGINT', 'text': 'VARCHAR'}, delim = '\t'"
        database.execute(
            "CREATE TEMP TABLE raw AS SELECT row_number() OVER () AS line, line AS place, text "
            f"FROM read_csv($path, {columns}, {options})",
            {"path": str(exploded.path)},
        )
    else:
        path = job.text.path
        if not job.whole or may_be_too_long(path):
            path = job.out / "piece"
            with path.open("wb") as file:
                file.writelines(job.chunks())
        database.execute(
            f"CREATE TEMP TABLE whole AS FROM read_csv($path, columns = {{'text': 'VARCHAR'}}, delim = '', {options})",
            {"path": str(path)},
        )
        (job.out / "piece").unlink(missing_ok=True)
        database.execute(f"CREATE TEMP VIEW raw AS SELECT rowid + {job.piece.above + 1} AS line, text FROM whole")
    database.execute(
        "CREATE TEMP VIEW filled AS SELECT line, text, NULL::VARCHAR AS more, 0 AS below FROM raw WHERE NOT is_blank(text)"
    )


def _records(database: duckdb.DuckDBPyConnection, plan: Plan) -> str:
    """Join the lines of quoted fields that span several; leave out the header of a table."""
    database.execute("CREATE TEMP VIEW headings AS SELECT line FROM raw WHERE false")
    if not plan.outermost or plan.outermost.syntax is not Syntax.CSV:
        return "filled"
    layer = (*plan.wrappers, *plan.readers)[0]
    header = 0 if layer.entry.names else layer.sample.header + 1
    quotes = "length(text) - length(replace(text, '\"', ''))"
    (spans,) = _one(database, f"SELECT coalesce(bool_or(({quotes}) % 2 = 1), false) FROM raw")
    heading = f"(line <= {header} OR text IS NOT DISTINCT FROM (SELECT text FROM raw WHERE line = {header}))"
    database.execute(f"CREATE OR REPLACE TEMP VIEW headings AS SELECT line FROM filled WHERE {heading}")
    body = f"SELECT line, text FROM raw WHERE NOT {heading} AND (NOT is_blank(text) OR {str(spans).lower()})"
    if not spans:
        database.execute(f"CREATE TEMP VIEW joined AS SELECT *, NULL::VARCHAR AS more, 0 AS below FROM ({body})")
        return "joined"
    before = f"sum({quotes}) OVER (ORDER BY line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    database.execute(f"""
        CREATE TEMP TABLE joined AS
        WITH marked AS (SELECT *, coalesce({before}, 0) % 2 = 0 AS start FROM ({body})),
             numbered AS (SELECT *, sum(start::INTEGER) OVER (ORDER BY line ROWS UNBOUNDED PRECEDING) AS record FROM marked),
             grouped AS (SELECT min(line) AS line, string_agg(coalesce(text, ''), chr(10) ORDER BY line) AS text,
                                NULL::VARCHAR AS more, count(*) FILTER (NOT is_blank(text)) - 1 AS below
                         FROM numbered GROUP BY record)
        SELECT * FROM grouped WHERE trim(text) <> '' ORDER BY line
    """)
    return "joined"


def _unwrap(database: duckdb.DuckDBPyConnection, name: str, *, wrapped: bool) -> str:
    """Take the messages out of what wraps them; `around` keeps what the wrapper said."""
    packed = ", ".join(f"{column} := {column}" for column in COLUMNS if column != "message")
    streams = "concat_ws('|', around.stream, stream)" if wrapped else "stream"
    database.execute(
        f"CREATE TEMP TABLE {name}_text AS SELECT line, rtrim(CASE WHEN fits THEN coalesce(message, '') ELSE text END, chr(10)) "
        f"AS text, more, below, fits AND goes_on AND NOT ends_with(coalesce(message, ''), chr(10)) AS goes_on, "
        f"CASE WHEN fits THEN struct_pack({packed}, stream := {streams}) {'ELSE around' if wrapped else ''} END AS around "
        f"FROM settled_{name}"
    )
    whole = f"{name}_text"
    if _one(database, f"SELECT coalesce(bool_or(goes_on), false) FROM {whole}")[0]:
        whole = _join_parts(database, whole)
    database.execute(
        f"CREATE TEMP VIEW {name}_lines AS SELECT line, split_part(text, chr(10), 1) AS text, "
        "nullif(concat_ws(chr(10), nullif(substr(text, length(split_part(text, chr(10), 1)) + 2), ''), more), '') AS more, "
        f"below, around FROM {whole}"
    )
    return f"{name}_lines"


def _join_parts(database: duckdb.DuckDBPyConnection, name: str) -> str:
    """Join messages that the wrapper split over several lines of one stream."""
    database.execute(f"""
        CREATE TEMP TABLE {name}_whole AS
        WITH numbered AS (SELECT *, coalesce(sum((NOT goes_on)::INTEGER) OVER (PARTITION BY around.stream ORDER BY line
                                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS record FROM {name})
        SELECT min(line) AS line, string_agg(text, '' ORDER BY line) AS text, any_value(more) AS more,
               CAST(sum(below) + count(*) - 1 AS INTEGER) AS below, first(around ORDER BY line) AS around
        FROM numbered GROUP BY around.stream, record ORDER BY min(line)
    """)
    return f"{name}_whole"


def _read(job: Job, relation: str) -> list[str]:
    """Make the tables `events`, `headers`, `below` and `rejected`."""
    database, plan = job.database, job.plan
    wrapped = bool(plan.wrappers)
    notes: list[str] = []
    left = relation
    for number, layer in enumerate(plan.readers):
        for part, (section, selected) in enumerate(_sections(database, layer, left)):
            table = f"parsed_{number}_{part}"
            database.execute(f"CREATE TEMP TABLE {table} AS {canonical(section, selected, wrapped=wrapped)}")
            notes += settle(database, table, section, job.request, job.text.modified)
        database.execute(
            f"CREATE TEMP VIEW read_{number} AS " + " UNION ALL BY NAME ".join(
                f"SELECT * EXCLUDE (naive, stream, goes_on) FROM settled_parsed_{number}_{k}" for k in range(part + 1)
            )
        )  # fmt: skip
        took = "fits AND timestamp IS NOT NULL"
        missed, fits = _one(database, f"SELECT count(*) FILTER (NOT ({took})), count(*) FILTER ({took}) FROM read_{number}")
        if layer.entry.pattern_of:
            (missed,) = _one(database, f"SELECT count(*) - {fits} FROM {left}")
        source = left if missed else f"(SELECT * FROM {relation} WHERE false)"
        anti = f"ANTI JOIN (SELECT line FROM read_{number} WHERE {took}) USING (line)" if missed and fits else ""
        database.execute(f"CREATE TEMP TABLE left_{number} AS SELECT * FROM {source} {anti}")
        left = f"left_{number}"
    sort(database, plan, relation, left, "place" if job.exploded else "line")
    _gather(job)
    return notes


def _sections(database: duckdb.DuckDBPyConnection, layer: Layer, relation: str) -> list[tuple[Layer, str]]:
    """Divide a file whose header lines change how the lines below them are cut."""
    if layer.entry.pattern_of is None:
        return [(layer, relation)]
    header = f"regexp_matches(text, {sql.quoted(layer.entry.section)})"
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE sections AS SELECT line AS start, text AS heading FROM {relation} WHERE {header}"
    )
    headings = [str(row[0]) for row in database.execute("SELECT DISTINCT heading FROM sections ORDER BY 1").fetchall()]
    sections = []
    for number, heading in enumerate(headings):
        database.execute(
            f"CREATE OR REPLACE TEMP TABLE section_{number} AS SELECT r.* FROM {relation} r ASOF JOIN sections s "
            f"ON r.line >= s.start WHERE s.heading = {sql.quoted(heading)} AND NOT {header}"
        )
        sample = layer.sample.with_heading(heading)
        sections.append((Layer(layer.entry, sample), f"section_{number}"))
    return sections or [(layer, relation)]


def _gather(job: Job) -> None:
    """Make `events` of what the readers took and what the wrapper says by itself, each with its place in the export."""
    database, plan, request = job.database, job.plan, job.request
    plain = [name for name in (*COLUMNS, "http_route") if name not in ("attributes", "service")]
    parts = [
        f"SELECT line, more, below, attributes, service, {', '.join(plain)} FROM read_{n} WHERE fits AND timestamp IS NOT NULL"
        for n in range(len(plan.readers))
    ]
    if plan.wrappers:
        own = {"message": "text", "http_route": "route_of(around.url_path)"}
        outer = ", ".join(f"{own.get(name, f'around.{name}')} AS {name}" for name in plain)
        parts.append(f"SELECT line, more, below, around.attributes, around.service, {outer} FROM sorted WHERE kind = 'outer'")
    if not parts:
        columns = ", ".join(f"CAST(NULL AS {schema.LOGS[name].sql}) AS {name}" for name in (*COLUMNS, "http_route"))
        parts.append(f"SELECT 0 AS line, NULL::VARCHAR AS more, 0 AS below, {columns} WHERE false")
    (attached,) = _one(database, "SELECT count(*) FROM below")
    united = " UNION ALL BY NAME ".join(parts)
    under = "concat_ws(chr(10), more, under)" if attached else "more"
    joined = f"({united}) LEFT JOIN below_of USING (line)" if attached else f"({united})"
    joined += " JOIN (SELECT line, place FROM raw) USING (line)" if job.exploded else ""
    if attached:
        database.execute("CREATE TEMP VIEW below_of AS SELECT line, under FROM below")
    sections = any(layer.entry.pattern_of for layer in plan.readers)
    in_order = len(parts) == 1 and not (attached or job.exploded or sections or plan.wrappers)
    database.execute(f"""
        CREATE TEMP {"VIEW" if in_order else "TABLE"} events AS
        SELECT line AS nth, {"place" if job.exploded else "line"} AS line, below, {", ".join(plain)},
        CAST({service_of(request, "service")} AS VARCHAR) AS service,
        CASE WHEN nullif({under}, '') IS NULL THEN attributes
             ELSE json_merged(attributes, json_object('continuation', {under})) END AS attributes
        FROM {joined} {"" if in_order else "ORDER BY nth"}
    """)


def _ledger(job: Job, output: EventWriter, known: int | None, notes: list[str]) -> Ledger:
    """Say what was read; `known` is the number of lines, where not all were given to the database."""
    database, plan, request = job.database, job.plan, job.request
    broken = job.exploded.broken if job.exploded else ()
    lines, blank = _one(database, "SELECT count(*), count(*) FILTER (is_blank(text)) FROM raw")
    lines = lines if known is None else known
    (inside,) = _one(database, "SELECT coalesce(sum(below), 0) FROM events")
    under, deeper = _one(database, "SELECT coalesce(sum(lines), 0), coalesce(sum(inner_lines), 0) FROM below")
    headers, above = _one(database, "SELECT count(*), coalesce(sum(below), 0) FROM headers")
    rejected, lost = _one(database, "SELECT count(*), coalesce(sum(below), 0) FROM rejected")
    (headings,) = _one(database, "SELECT count(*) FROM headings")
    continuation = inside + under + deeper + headers + above + lost + headings
    examples = database.execute("SELECT line, reason, left(text, 120) FROM rejected ORDER BY line LIMIT 3").fetchall()
    if any(layer.entry.fallback for layer in plan.readers):
        notes = [*notes, "no known format; read for its times, severity words and messages only"]
    if lines == 0 and not broken:
        notes = [*notes, "the file is empty"]
    notes = [*notes, *_too_long(job)]
    if _ends_within_line(job, lines + job.piece.above):
        notes = [*notes, f"the file ends in the middle of line {lines + job.piece.above}: was the export cut short?"]
    return Ledger(
        format=plan.name if lines or broken else "empty",
        table="logs",
        unit="records" if job.exploded else "lines",
        lines=int(lines) + len(broken),
        events=output.events,
        continuation=int(continuation),
        blank=int(blank),
        rejected=int(rejected) + len(broken),
        first=_instant(output.first),
        last=_instant(output.last),
        timezone="as written" if plan.zoned else request.timezone,
        timezone_assumed=not plan.zoned and not request.timezone_is_hint,
        notes=tuple(notes),
        content=str(output.content),
        dated=job.text.modified.date().isoformat() if plan.undated else None,
        examples=(*(f"{line}: {reason}: {words}" for line, reason, words in examples), *broken)[:3],
    )


def _too_long(job: Job) -> list[str]:
    """Tell which lines were cut, because they are too long."""
    places, most = job.bounded.cut, f"{LONGEST_LINE:,} bytes" if LONGEST_LINE % (1 << 20) else f"{LONGEST_LINE >> 20} MiB"
    if not places:
        return []
    with job.text.path.open("rb") as file:
        ends = [chunks_of(file, job.piece.begin, job.piece.begin + at) for at in places[:_NAMED]]
        lines = [str(job.piece.above + 1 + sum(map(decoding.line_ends, chunks))) for chunks in ends]
    more = [f"{len(places) - _NAMED} more"] if len(places) > _NAMED else []
    several = len(places) > 1
    whose = "lines" if several else "line"
    return [f"{whose} {listing([*lines, *more])} {'are' if several else 'is'} longer than {most}; what is beyond was left out"]


def _ends_within_line(job: Job, last: int) -> bool:
    """Tell whether the last line, by its number, is no event and has no line end."""
    if job.exploded or not job.piece.end:
        return False
    with job.text.path.open("rb") as file:
        file.seek(job.piece.end - 1)
        if file.read(1) == b"\n":
            return False
    (events,) = _one(job.database, f"SELECT count(*) FROM events WHERE nth = {last}")
    (others,) = _one(job.database, f"SELECT count(*) FROM raw WHERE line = {last}")
    return bool(others and not events)


def _one(database: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row = database.execute(query).fetchone()
    if row is None:
        raise SourceError(f"no answer to {query!r}")
    return tuple(row)


def _instant(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else pd.Timestamp(microseconds, unit="us", tz="UTC").to_pydatetime()
