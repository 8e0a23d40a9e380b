"""Decides how an export is read: which formats lie inside which, seen on a sample."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple, TypeGuard

import duckdb

from pmkit.formats import detection
from pmkit.formats.detection import Candidate
from pmkit.formats.format import Format, LogFormat, RecordFormat, Syntax
from pmkit.formats.sample import Sample
from pmkit.formats.stack_traces import is_continuation
from pmkit.ingest.columns import Layer, canonical

UNRECOGNISED: Final = "unrecognised"
_DEPTH: Final = 4
_MIXED: Final = 4
_PART: Final = 0.15
"""The share of mixed lines, and their number, that a format must read to be taken for one of several."""
_FEWEST: Final = 3


class Step(NamedTuple):
    """One look at a sample: of which lines, and the formats that were held against them, the best first."""

    lines: str
    tried: tuple[Candidate, ...]


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
    steps : tuple of Step
        What was tried, in this order.
    """

    wrappers: tuple[Layer, ...] = ()
    readers: tuple[Layer, ...] = ()
    record: RecordFormat | None = None
    steps: tuple[Step, ...] = field(default=(), compare=False)

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
    steps: list[Step] = []
    wrappers: list[Layer] = []
    current = sample
    for depth in range(_DEPTH):
        if named and not depth:
            tried: tuple[Candidate, ...] = (detection.format_named(named, current, own),)
        else:
            tried = detection.candidates(current, own, inner=depth > 0)
        steps.append(Step("the wrapped messages" if depth else "the lines", tried))
        best = next((one.entry for one in tried if one.chosen), None)
        if isinstance(best, RecordFormat):
            return Plan(record=best, steps=tuple(steps))
        if best is None or not best.wraps:
            readers = [best] if best else []
            if not (named and depth == 0):
                readers = _mixed(readers, current, own, steps, inner=depth > 0)
            return Plan(tuple(wrappers), tuple(Layer(entry, current) for entry in readers), steps=tuple(steps))
        layer = Layer(best, current)
        wrappers.append(layer)
        current = _unwrapped(database, layer, current)
    return Plan(tuple(wrappers), steps=tuple(steps))


def _mixed(
    best: list[LogFormat], sample: Sample, own: tuple[LogFormat, ...], steps: list[Step], *, inner: bool
) -> list[LogFormat]:
    """Choose further formats for the lines that the best one does not take; or several where no known one explains most."""
    if sample.document is not None or not all(_may_mix(entry) or entry.fallback for entry in best):
        return best
    chosen = [entry for entry in best if not entry.fallback]
    left = _left(chosen[0], sample) if chosen else sample
    while len(chosen) < _MIXED and left.lines:
        tried = detection.candidates(left, own, inner=inner)
        entry = next((one.entry for one in tried if one.chosen and _may_mix(one.entry)), None) or _most(tried, left, own, inner)
        if not isinstance(entry, LogFormat) or entry in chosen:
            break
        steps.append(Step("the remaining lines", tuple(replace(one, chosen=one.entry is entry) for one in tried)))
        chosen.append(entry)
        left = _left(entry, left)
    explained = bool(chosen) and len(left.lines) <= (1 - detection.MIN_COVERAGE) * len(sample.lines)
    return chosen if explained or (best and best[0] in chosen) else best


def _left(entry: LogFormat, sample: Sample) -> Sample:
    """Give the lines that a format does not take, without what stands below events."""
    pairs = zip(sample.lines, entry.read(sample), strict=True)
    return Sample([line for line, record in pairs if record is None and not is_continuation(line)])


def _most(tried: tuple[Candidate, ...], sample: Sample, own: tuple[LogFormat, ...], inner: bool) -> Format | None:
    """Choose, where no format explains most of the lines, the most specific for those that the best one takes."""
    best = max((one for one in tried if _may_mix(one.entry)), key=lambda one: one.coverage, default=None)
    if best is None or not isinstance(best.entry, LogFormat) or best.coverage < _PART:
        return None
    pairs = zip(sample.lines, best.entry.read(sample), strict=True)
    taken = Sample([line for line, record in pairs if record is not None])
    if len(taken.lines) < _FEWEST:
        return None
    return next((one.entry for one in detection.candidates(taken, own, inner=inner) if one.chosen and _may_mix(one.entry)), None)


def _may_mix(entry: Format) -> TypeGuard[LogFormat]:
    return (
        isinstance(entry, LogFormat)
        and entry.syntax is not Syntax.CSV
        and not (entry.wraps or entry.fallback or entry.path or entry.pattern_of)
    )


def _unwrapped(database: duckdb.DuckDBPyConnection, layer: Layer, sample: Sample) -> Sample:
    """Take the messages out of a sample."""
    lines = [json.dumps(record) for record in layer.records] if sample.document is not None or layer.entry.path else sample.lines
    query = canonical(
        layer, "(SELECT n AS line, lines[n] AS text, NULL::VARCHAR AS more, 0 AS below "
        "FROM (SELECT $lines AS lines, unnest(range(1, len($lines) + 1)) AS n))", wrapped=False,
    )  # fmt: skip
    rows = database.execute(
        f"SELECT stream, message, goes_on FROM ({query}) WHERE fits ORDER BY line", {"lines": lines}
    ).fetchall()
    return Sample([part.split("\n", 1)[0] for message in _joined(rows) if (part := message.rstrip("\n"))])


def _joined(rows: Iterable[tuple[str, str | None, bool]]) -> Iterator[str]:
    """Join messages that were split over several lines of one stream."""
    begun: dict[str, str] = {}
    for stream, message, goes_on in rows:
        whole = begun.pop(stream, "") + (message or "")
        if goes_on and not whole.endswith("\n"):
            begun[stream] = whole
        else:
            yield whole
    yield from begun.values()
