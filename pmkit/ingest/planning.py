"""Chooses the formats of exports, and which of them wraps which, from samples of their lines."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Final

import duckdb

from pmkit.formats import detection
from pmkit.formats.detection import Candidate
from pmkit.formats.format import LogFormat
from pmkit.formats.record_format import RecordFormat
from pmkit.formats.sample import Sample
from pmkit.ingest.columns import canonical
from pmkit.ingest.epochs import are_times
from pmkit.ingest.layer import Layer
from pmkit.ingest.mixtures import MixedFormats, mixed_wrappers
from pmkit.ingest.plan import Plan, Step

# Wrappers inside wrappers are detected up to this depth.
_MAX_DEPTH: Final = 4

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
            if draft.is_mixed:
                draft.sample = _unwrapped_mixture(database, *draft.wrappers[-2:])
                draft.is_mixed = False
            elif draft.plan is None:
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
    is_mixed : bool
        Whether the last two wrappers were chosen at once, for different lines of the sample.
    """

    def __init__(self, sample: Sample, own: tuple[LogFormat, ...]) -> None:
        self.sample = sample
        self.wrappers: list[Layer] = []
        self.plan: Plan | None = None
        self.is_mixed = False
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
        may_be_mixed = not named and (best is None or best.wraps or best.fallback)
        wrappers = mixed_wrappers(self.sample, tried, inner=inner) if may_be_mixed else []
        if wrappers:
            self.wrappers += wrappers
            self.is_mixed = True
            return
        if best and best.wraps:
            self.wrappers.append(Layer(best, self.sample))
            return
        readers = [best] if best else []
        if not named:
            readers = MixedFormats(self.sample, self._own, self._steps, inner=inner).choose(readers)
        layers = tuple(Layer(entry, self.sample) for entry in readers if named or are_times(entry, self.sample))
        self.plan = Plan(tuple(self.wrappers), layers, steps=tuple(self._steps))

    def finished(self) -> Plan:
        """Return the plan; one with wrappers only if they are too many."""
        return self.plan or Plan(tuple(self.wrappers), steps=tuple(self._steps))


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


def _unwrapped_mixture(database: duckdb.DuckDBPyConnection, *wrappers: Layer) -> Sample:
    """Return a sample of the messages in several wrappers, each of which is that of some of the lines."""
    samples = [_unwrapped(database, layer, [layer.sample])[0] for layer in wrappers]
    return Sample.from_messages(message for sample in samples for message in sample.messages)


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
