"""Decides how an export is read: which formats lie inside which, seen on a sample."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final

import duckdb

from pmkit.ingest.cut import Layer, canonical
from pmkit.sources import formats, sql
from pmkit.sources.formats import Tried
from pmkit.sources.model import LogFormat, RecordFormat, Shape
from pmkit.sources.sample import CONTINUES, Sample

UNRECOGNISED: Final = "unrecognised"
_DEPTH: Final = 4
_MIXED: Final = 4


@dataclass(frozen=True)
class Plan:
    """How one export is read.

    Attributes
    ----------
    wrappers : tuple of Layer
        Formats whose message is a line of the next one, the outermost first.
    readers : tuple of Layer
        Formats of the lines themselves; a line is read by the first that fits it.
    record : RecordFormat or None
        The format of an export that is no log.
    steps : tuple of tuple of Tried
        What was tried for each layer, the best first.
    """

    wrappers: tuple[Layer, ...] = ()
    readers: tuple[Layer, ...] = ()
    record: RecordFormat | None = None
    steps: tuple[tuple[Tried, ...], ...] = field(default=(), compare=False)

    @property
    def name(self) -> str:
        """The formats in words: `outer > inner`, and `a + b` where lines of two are mixed."""
        if self.record:
            return self.record.name
        inner = " + ".join(layer.entry.name for layer in self.readers)
        return " > ".join([*(layer.entry.name for layer in self.wrappers), *([inner] if inner else [])]) or UNRECOGNISED

    @property
    def outermost(self) -> LogFormat | None:
        """The format of the file as it stands."""
        layers = (*self.wrappers, *self.readers)
        return layers[0].entry if layers else None

    @property
    def zoned(self) -> bool:
        """Whether the times carry their zone, in the line itself or in what wraps it."""
        inner = [layer.zoned for layer in self.readers if layer.notation]
        outer = [layer.zoned for layer in self.wrappers if layer.notation]
        return any(outer) or all(inner or outer)

    @property
    def undated(self) -> bool:
        """Whether some times lack their year or date."""
        return any(layer.notation and layer.notation.missing for layer in (*self.wrappers, *self.readers))


def plan_of(
    database: duckdb.DuckDBPyConnection, sample: Sample, named: str | None = None, own: tuple[LogFormat, ...] = ()
) -> Plan:
    """Choose the formats of an export.

    Parameters
    ----------
    database : DuckDBPyConnection
        Unwraps the sample, exactly as the whole export will be.
    sample : Sample
        What was looked at.
    named : str, optional
        The name of the format, where a person gave it.
    own : tuple of LogFormat
        Formats that a person wrote; they come before those of the package.

    Raises
    ------
    SourceError
        When there is no format of that name.
    """
    steps: list[tuple[Tried, ...]] = []
    wrappers: list[Layer] = []
    current = sample
    for depth in range(_DEPTH):
        tried = formats.named(named, current, own) if named and not depth else formats.candidates(current, own, inner=depth > 0)
        steps.append(tried)
        best = next((one.entry for one in tried if one.chosen), None)
        if isinstance(best, RecordFormat):
            return Plan(record=best, steps=tuple(steps))
        if best is None:
            break
        if not best.wraps:
            mixed = () if named and not depth else _mixed(best, current, own, inner=depth > 0)
            readers = tuple(Layer(entry, current) for entry in (best, *mixed))
            return Plan(tuple(wrappers), readers, steps=tuple(steps))
        layer = Layer(best, current)
        wrappers.append(layer)
        current = _unwrapped(database, layer, current)
    return Plan(tuple(wrappers), steps=tuple(steps))


def _mixed(best: LogFormat, sample: Sample, own: tuple[LogFormat, ...], *, inner: bool) -> list[LogFormat]:
    """Choose further formats for the lines that the best one does not take."""
    if sample.document is not None or not _may_mix(best):
        return []
    chosen = [best]
    while len(chosen) < _MIXED:
        records = chosen[-1].read(sample)
        pairs = zip(sample.lines, records, strict=True)
        sample = Sample([line for line, record in pairs if record is None and not CONTINUES.match(line)])
        tried = formats.candidates(sample, own, inner=inner)
        further = next((one.entry for one in tried if one.chosen), None)
        if not isinstance(further, LogFormat) or further in chosen or not _may_mix(further):
            break
        chosen.append(further)
    return chosen[1:]


def _may_mix(entry: LogFormat) -> bool:
    return entry.shape is not Shape.CSV and not (entry.wraps or entry.fallback or entry.path)


def _unwrapped(database: duckdb.DuckDBPyConnection, layer: Layer, sample: Sample) -> Sample:
    """Take the messages out of a sample."""
    lines = [json.dumps(record) for record in layer.records] if sample.document is not None or layer.entry.path else sample.lines
    database.execute(sql.MACROS)
    query = canonical(
        layer, "(SELECT n AS line, lines[n] AS text, NULL::VARCHAR AS more, 0 AS below "
        "FROM (SELECT $lines AS lines, unnest(range(1, len($lines) + 1)) AS n))", wrapped=False,
    )  # fmt: skip
    rows = database.execute(f"SELECT message FROM ({query}) WHERE fits ORDER BY line", {"lines": lines}).fetchall()
    return Sample([part.split("\n", 1)[0] for (message,) in rows if (part := (message or "").rstrip("\n"))])
