"""Chooses formats for the lines of one export that mixes several of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TypeGuard

from pmkit.formats import detection
from pmkit.formats.detection import Candidate
from pmkit.formats.format import LogFormat, Syntax
from pmkit.formats.line_beginnings import begins_event
from pmkit.formats.record_format import Format
from pmkit.formats.sample import Sample
from pmkit.formats.stack_traces import is_continuation
from pmkit.ingest.layer import Layer
from pmkit.ingest.plan import Step

# At most this many formats are mixed in one file.
_MAX_MIXED: Final = 8

# A format is one of several if it reads at least this share of the remaining lines, or at least this many.
_MIXED_SHARE: Final = 0.15
_MIXED_LINES: Final = 3


class MixedFormats:
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
        """Return the formats, the fallback last; the best one alone if further ones explain too few lines."""
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
        if is_kept or self._explains_most(chosen, remaining):
            return chosen
        # What they do not read is read by the fallback, or by the wrapper.
        return [*chosen, *best] if best or self._inner else []

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
        if best is None or not isinstance(best.entry, LogFormat):
            return None
        pairs = zip(remaining.lines, best.entry.reads(remaining), strict=True)
        its_lines = Sample([line for line, is_read in pairs if is_read])
        if best.coverage < _MIXED_SHARE and len(its_lines.lines) < _MIXED_LINES:
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


def mixed_wrappers(sample: Sample, tried: Sequence[Candidate], *, inner: bool) -> list[Layer]:
    """Return two wrappers, each of some lines of a sample, that together read most of its lines; none if there are no such.

    Parameters
    ----------
    tried : sequence of Candidate
        The formats that were tried on the sample.
    inner : bool
        Whether the lines were taken out of a wrapper.
    """
    wrappers = [candidate for candidate in tried if _wraps_lines(candidate.entry)]
    first = max(wrappers, key=lambda candidate: candidate.coverage, default=None)
    if first is None or first.coverage < _MIXED_SHARE or sample.document is not None or not isinstance(first.entry, LogFormat):
        return []
    remaining = _without_lines_of(first.entry, sample)
    if len(remaining.lines) < max(_MIXED_LINES, _MIXED_SHARE * len(sample.lines)):
        return []
    second = next((candidate.entry for candidate in detection.candidates(remaining, inner=inner) if candidate.chosen), None)
    if not isinstance(second, LogFormat) or not _wraps_lines(second) or second is first.entry:
        return []
    left = _without_lines_of(second, remaining)
    if len(left.lines) > (1 - detection.MIN_COVERAGE) * len(sample.lines):
        return []
    return [Layer(first.entry, sample), Layer(second, remaining)]


def _wraps_lines(entry: Format) -> bool:
    """Return whether each record of a wrapper is one line."""
    if not isinstance(entry, LogFormat) or not entry.wraps or entry.syntax is Syntax.CSV:
        return False
    return not entry.path and entry.flatten is None and entry.lines is None
