"""Chooses the formats of an export, and which of them wraps which, from a sample of its lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple, TypeGuard

import duckdb

from pmkit.formats import detection
from pmkit.formats.detection import Candidate
from pmkit.formats.format import Format, LogFormat, RecordFormat, Syntax
from pmkit.formats.sample import Sample
from pmkit.formats.stack_traces import is_continuation
from pmkit.ingest.columns import canonical
from pmkit.ingest.layer import Layer

UNRECOGNISED: Final = "unrecognised"

# Wrappers inside wrappers are detected up to this depth.
_MAX_DEPTH: Final = 4

# At most this many formats are mixed in one file.
_MAX_MIXED: Final = 4

# A format is one of several if it reads at least this share of the remaining lines, and at least this many.
_MIXED_SHARE: Final = 0.15
_MIXED_LINES: Final = 3

# The numbered lines of a sample.
_SAMPLE_LINES: Final = """
    (SELECT n AS line, lines[n] AS text, NULL::VARCHAR AS more, 0 AS below
     FROM (SELECT $lines AS lines, unnest(range(1, len($lines) + 1)) AS n))
"""


class Step(NamedTuple):
    """One step of the detection: a description of the lines, and the formats that were tried on them, the best first."""

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
        Formats of the innermost lines; a line is read by the first one that it fits.
    record : RecordFormat or None
        The format of an export that is not a log.
    steps : tuple of Step
        What was tried, in order.
    """

    wrappers: tuple[Layer, ...] = ()
    readers: tuple[Layer, ...] = ()
    record: RecordFormat | None = None
    steps: tuple[Step, ...] = field(default=(), compare=False)

    @property
    def name(self) -> str:
        """The names of the formats: `outer > inner`, and `a + b` if lines of two formats are mixed."""
        if self.record:
            return self.record.name
        inner = " + ".join(layer.entry.name for layer in self.readers)
        return " > ".join([*(layer.entry.name for layer in self.wrappers), *([inner] if inner else [])]) or UNRECOGNISED

    @property
    def outermost(self) -> LogFormat | None:
        """The format of the lines of the file itself."""
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
    """Return the formats of an export.

    Parameters
    ----------
    database : DuckDBPyConnection
        Unwraps the sample in the same way as the whole export.
    sample : Sample
        Lines of the export.
    named : str, optional
        The name of the format, if a person named it.
    own : tuple of LogFormat
        Formats that a person wrote; they take precedence over those of the package.

    Raises
    ------
    SourceError
        When there is no format of that name.
    """
    steps: list[Step] = []
    wrappers: list[Layer] = []
    current = sample
    for depth in range(_MAX_DEPTH):
        is_named, inner = bool(named) and not depth, depth > 0
        if named and is_named:
            tried: tuple[Candidate, ...] = (detection.format_named(named, current, own),)
        else:
            tried = detection.candidates(current, own, inner=inner)
        steps.append(Step("the wrapped messages" if depth else "the lines", tried))
        best = next((candidate.entry for candidate in tried if candidate.chosen), None)
        if isinstance(best, RecordFormat):
            return Plan(record=best, steps=tuple(steps))
        if best is None or not best.wraps:
            readers = [best] if best else []
            if not is_named:
                readers = _MixedFormats(current, own, steps, inner=inner).choose(readers)
            return Plan(tuple(wrappers), tuple(Layer(entry, current) for entry in readers), steps=tuple(steps))
        layer = Layer(best, current)
        wrappers.append(layer)
        current = _unwrapped(database, layer, current)
    return Plan(tuple(wrappers), steps=tuple(steps))


class _MixedFormats:
    """Chooses further formats for the lines that the best one does not read, or several if none explains most lines.

    Parameters
    ----------
    sample : Sample
        Lines of the export.
    own : tuple of LogFormat
        Formats that a person wrote.
    steps : list of Step
        Where each try is recorded.
    inner : bool
        Whether the lines were taken out of a wrapper.
    """

    def __init__(self, sample: Sample, own: tuple[LogFormat, ...], steps: list[Step], *, inner: bool) -> None:
        self._sample = sample
        self._own = own
        self._steps = steps
        self._inner = inner

    def choose(self, best: list[LogFormat]) -> list[LogFormat]:
        """Return the formats; the best one alone if further ones explain too few lines."""
        if self._sample.document is not None or not all(_may_mix(entry) or entry.fallback for entry in best):
            return best
        chosen = [entry for entry in best if not entry.fallback]
        remaining = _without_lines_of(chosen[0], self._sample) if chosen else self._sample
        while len(chosen) < _MAX_MIXED and remaining.lines:
            entry = self._choose_next(remaining, chosen)
            if entry is None:
                break
            chosen.append(entry)
            remaining = _without_lines_of(entry, remaining)
        is_kept = bool(best) and best[0] in chosen
        return chosen if is_kept or self._explains_most(chosen, remaining) else best

    def _explains_most(self, chosen: Sequence[LogFormat], remaining: Sample) -> bool:
        """Return whether the formats leave so few lines that they explain the sample."""
        return bool(chosen) and len(remaining.lines) <= (1 - detection.MIN_COVERAGE) * len(self._sample.lines)

    def _choose_next(self, remaining: Sample, chosen: Sequence[LogFormat]) -> LogFormat | None:
        """Return a further format for the remaining lines, and record the step; None if there is none."""
        tried = detection.candidates(remaining, self._own, inner=self._inner)
        entry = _first_chosen(tried) or self._most_specific(tried, remaining)
        if entry is None or entry in chosen:
            return None
        candidates = tuple(replace(candidate, chosen=candidate.entry is entry) for candidate in tried)
        self._steps.append(Step("the remaining lines", candidates))
        return entry

    def _most_specific(self, tried: tuple[Candidate, ...], remaining: Sample) -> LogFormat | None:
        """Return the most specific format for the lines that the best one reads, if none explains most of the lines."""
        mixable = [candidate for candidate in tried if _may_mix(candidate.entry)]
        best = max(mixable, key=lambda candidate: candidate.coverage, default=None)
        if best is None or not isinstance(best.entry, LogFormat) or best.coverage < _MIXED_SHARE:
            return None
        pairs = zip(remaining.lines, best.entry.read(remaining), strict=True)
        its_lines = Sample([line for line, record in pairs if record is not None])
        if len(its_lines.lines) < _MIXED_LINES:
            return None
        return _first_chosen(detection.candidates(its_lines, self._own, inner=self._inner))


def _first_chosen(tried: tuple[Candidate, ...]) -> LogFormat | None:
    return next((candidate.entry for candidate in tried if candidate.chosen and _may_mix(candidate.entry)), None)


def _without_lines_of(entry: LogFormat, sample: Sample) -> Sample:
    """Return the lines that a format does not read, without those that continue an event."""
    pairs = zip(sample.lines, entry.read(sample), strict=True)
    return Sample([line for line, record in pairs if record is None and not is_continuation(line)])


def _may_mix(entry: Format) -> TypeGuard[LogFormat]:
    return (
        isinstance(entry, LogFormat)
        and entry.syntax is not Syntax.CSV
        and not (entry.wraps or entry.fallback or entry.path or entry.pattern_of)
    )


def _unwrapped(database: duckdb.DuckDBPyConnection, layer: Layer, sample: Sample) -> Sample:
    """Return a sample of the messages that a format wraps."""
    is_json = sample.document is not None or layer.entry.path
    lines = [json.dumps(record) for record in layer.records] if is_json else sample.lines
    query = f"SELECT stream, message, goes_on FROM ({canonical(layer, _SAMPLE_LINES, wrapped=False)}) WHERE fits ORDER BY line"
    rows = database.execute(query, {"lines": lines}).fetchall()
    return Sample([part.split("\n", 1)[0] for message in _joined(rows) if (part := message.rstrip("\n"))])


def _joined(rows: Iterable[tuple[str, str | None, bool]]) -> Iterator[str]:
    """Yield the messages; those that were split over several lines of one stream are joined."""
    unfinished: dict[str, str] = {}
    for stream, message, goes_on in rows:
        text = unfinished.pop(stream, "") + (message or "")
        if goes_on and not text.endswith("\n"):
            unfinished[stream] = text
        else:
            yield text
    yield from unfinished.values()
