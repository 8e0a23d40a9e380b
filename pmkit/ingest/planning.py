"""Chooses the formats of exports, and which of them wraps which, from samples of their lines."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeGuard

import duckdb

from pmkit.formats import detection
from pmkit.formats.detection import Candidate
from pmkit.formats.format import Format, LogFormat, RecordFormat, Syntax
from pmkit.formats.line_beginnings import begins_event
from pmkit.formats.sample import Sample
from pmkit.formats.stack_traces import is_continuation
from pmkit.ingest.columns import canonical
from pmkit.ingest.layer import Layer
from pmkit.ingest.plan import Plan, Step

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
    (plan,) = plans_of(database, [sample], named, own)
    return plan


def plans_of(
    database: duckdb.DuckDBPyConnection,
    samples: Sequence[Sample],
    named: str | None = None,
    own: tuple[LogFormat, ...] = (),
) -> list[Plan]:
    """Return the formats of several exports, each as `plan_of` would.

    Parameters
    ----------
    samples : sequence of Sample
        Lines of each export.
    """
    drafts = [_Draft(sample, own) for sample in samples]
    for depth in range(_MAX_DEPTH):
        unfinished = [draft for draft in drafts if draft.plan is None]
        for draft in unfinished:
            draft.choose_layer(named if depth == 0 else None)
        wrapping = defaultdict[Hashable, list[_Draft]](list)
        for draft in unfinished:
            if draft.plan is None:
                wrapping[draft.wrappers[-1].key].append(draft)
        for same in wrapping.values():
            messages = _unwrapped(database, same[0].wrappers[-1], [draft.sample for draft in same])
            for draft, sample in zip(same, messages, strict=True):
                draft.sample = sample
    return [draft.finished() for draft in drafts]


class _Draft:
    """The plan of one export, while its layers are chosen one by one.

    Attributes
    ----------
    sample : Sample
        Lines of the export, without the wrappers that were chosen so far.
    wrappers : list of Layer
        The wrappers that were chosen so far.
    plan : Plan or None
        The plan, once the innermost formats were chosen.
    """

    def __init__(self, sample: Sample, own: tuple[LogFormat, ...]) -> None:
        self.sample = sample
        self.wrappers: list[Layer] = []
        self.plan: Plan | None = None
        self._own = own
        self._steps: list[Step] = []

    def choose_layer(self, named: str | None) -> None:
        """Choose the outermost format of the sample: a further wrapper, or the reader, which completes the plan."""
        inner = bool(self.wrappers)
        if named:
            tried: tuple[Candidate, ...] = (detection.format_named(named, self.sample, self._own),)
        else:
            tried = detection.candidates(self.sample, self._own, inner=inner)
        self._steps.append(Step("the wrapped messages" if inner else "the lines", tried))
        best = next((candidate.entry for candidate in tried if candidate.chosen), None)
        if isinstance(best, RecordFormat):
            self.plan = Plan(record=best, steps=tuple(self._steps))
            return
        if best and best.wraps:
            self.wrappers.append(Layer(best, self.sample))
            return
        readers = [best] if best else []
        if not named:
            readers = _MixedFormats(self.sample, self._own, self._steps, inner=inner).choose(readers)
        layers = tuple(Layer(entry, self.sample) for entry in readers)
        self.plan = Plan(tuple(self.wrappers), layers, steps=tuple(self._steps))

    def finished(self) -> Plan:
        """Return the plan; one with wrappers only if they are too many."""
        return self.plan or Plan(tuple(self.wrappers), steps=tuple(self._steps))


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
        pairs = zip(remaining.lines, best.entry.reads(remaining), strict=True)
        its_lines = Sample([line for line, is_read in pairs if is_read])
        if len(its_lines.lines) < _MIXED_LINES:
            return None
        return _first_chosen(detection.candidates(its_lines, self._own, inner=self._inner))


def _first_chosen(tried: tuple[Candidate, ...]) -> LogFormat | None:
    return next((candidate.entry for candidate in tried if candidate.chosen and _may_mix(candidate.entry)), None)


def _without_lines_of(entry: LogFormat, sample: Sample) -> Sample:
    """Return the lines that a format does not read, without those that continue an event."""
    pairs = zip(sample.lines, entry.reads(sample), strict=True)
    return Sample([line for line, is_read in pairs if not is_read and (begins_event(line) or not is_continuation(line))])


def _may_mix(entry: Format) -> TypeGuard[LogFormat]:
    return (
        isinstance(entry, LogFormat)
        and entry.syntax is not Syntax.CSV
        and not (entry.wraps or entry.fallback or entry.path or entry.sections)
    )


def _unwrapped(database: duckdb.DuckDBPyConnection, layer: Layer, samples: Sequence[Sample]) -> list[Sample]:
    """Return, for each of several samples in one format, a sample of the messages that the format wraps."""
    lines: list[str] = []
    ends: list[int] = []
    for sample in samples:
        lines += _texts_of(layer, sample)
        ends.append(len(lines))
    canonical_lines = canonical(layer, _SAMPLE_LINES, wrapped=False)
    rows_of = canonical_lines.with_constants(f"({canonical_lines.query})")
    query = f"SELECT line, stream, message, is_partial FROM ({rows_of}) WHERE fits ORDER BY line"
    rows = iter(database.execute(query, {"lines": lines}).fetchall())
    row = next(rows, None)
    unwrapped = []
    for end in ends:
        own = []
        while row is not None and row[0] <= end:
            own.append(row[1:])
            row = next(rows, None)
        unwrapped.append(Sample.from_messages(message.rstrip("\n") for message in _joined(own)))
    return unwrapped


def _texts_of(layer: Layer, sample: Sample) -> list[str]:
    """Return the text of each record of a sample."""
    if sample.document is not None or layer.entry.path:
        return [json.dumps(record) for record in Layer(layer.entry, sample).records]
    return layer.entry.lines.texts(sample.lines) if layer.entry.lines else sample.lines


def _joined(rows: Iterable[tuple[str, str | None, bool]]) -> Iterator[str]:
    """Yield the messages; those that were split over several lines of one stream are joined."""
    unfinished: dict[str, str] = {}
    for stream, message, is_partial in rows:
        text = unfinished.pop(stream, "") + (message or "")
        if is_partial and not text.endswith("\n"):
            unfinished[stream] = text
        else:
            yield text
    yield from unfinished.values()
