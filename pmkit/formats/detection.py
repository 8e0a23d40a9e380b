"""Recognises the format of an export from a sample."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from pmkit.core.errors import SourceError
from pmkit.core.regex_set import regex_set
from pmkit.formats.catalog import FORMATS
from pmkit.formats.format import LogFormat, Syntax
from pmkit.formats.record_format import Format, RecordFormat
from pmkit.formats.sample import Sample

# The share of a sample that a format must cover to be chosen.
MIN_COVERAGE: Final = 0.6

# Inside another format, a fallback must cover nearly everything, because the line can be read without it.
_MIN_INNER_FALLBACK_COVERAGE: Final = 0.9

# The number of lines that formats are first tried on, to rule out those that cannot fit, and how many alike may be among them.
_GLANCE_LINES: Final = 16
_GLANCE_LINES_OF_A_KIND: Final = 2

# How many formats to suggest for an unknown name, and how long the name must be to look it up in descriptions.
_MOST_SUGGESTED: Final = 3
_SHORTEST_WORD: Final = 3


@dataclass(frozen=True)
class Candidate:
    """One format that was tried on a sample.

    Attributes
    ----------
    entry : LogFormat or RecordFormat
        The format.
    coverage : float
        The share of the sample that it covers, 0 to 1.
    also_matches : tuple of str
        Other fitting formats whose samples this one would accept, too, so that they are more specific.
    chosen : bool
        Whether this is the format that was chosen.
    """

    entry: Format
    coverage: float
    also_matches: tuple[str, ...]
    chosen: bool


def format_named(name: str, sample: Sample, own: tuple[LogFormat, ...] = ()) -> Candidate:
    """Return the format called `name`, as chosen.

    Raises
    ------
    SourceError
        When there is no such format; the message suggests some.
    """
    for entry in (*own, *FORMATS):
        if entry.name == name:
            adapted = entry.adapted_to(sample)
            return Candidate(adapted, adapted.coverage(sample), (), chosen=True)
    raise SourceError(unknown_format(name, [entry.name for entry in own]))


def format_names() -> set[str]:
    """Return the names of the formats that come with pmkit."""
    return {entry.name for entry in FORMATS}


def unknown_format(name: str, own: Sequence[str] = ()) -> str:
    """Return the message for an unknown format, which suggests formats with a similar name or a matching description.

    Examples
    --------
    >>> unknown_format("logfmd")
    "unknown format 'logfmd'; did you mean logfmt? `pmkit formats` lists all"
    """
    wanted = name.lower()
    described = {entry.name: entry.title.lower() for entry in FORMATS} if len(wanted) >= _SHORTEST_WORD else {}
    near = [
        *(format_name for format_name in described if wanted in format_name),
        *(format_name for format_name, title in described.items() if wanted in title),
        *difflib.get_close_matches(wanted, [*own, *(entry.name for entry in FORMATS)], _MOST_SUGGESTED, 0.7),
    ]
    suggested = list(dict.fromkeys(near))[:_MOST_SUGGESTED]
    hint = f"did you mean {' or '.join(suggested)}?" if suggested else ""
    defined = f"incident.yaml defines {', '.join(own)}; " if own and not suggested else ""
    return f"unknown format {name!r}; {hint + ' ' if hint else defined}`pmkit formats` lists all"


def recognise(sample: Sample) -> Format | None:
    """Return the format of a sample, None if it matches no format.

    Examples
    --------
    >>> recognise(Sample(["ts=2026-01-17T03:00:00Z level=info msg=up"])).name
    'logfmt'
    """
    return next((candidate.entry for candidate in candidates(sample) if candidate.chosen), None)


def candidates(sample: Sample, own: tuple[LogFormat, ...] = (), *, inner: bool = False) -> tuple[Candidate, ...]:
    """Try every format on a sample, and choose the most specific one that covers most of it.

    Parameters
    ----------
    sample : Sample
        A sample of the export.
    own : tuple of LogFormat
        Formats that a user defined; they take precedence over the built-in ones.
    inner : bool
        Whether the sample was extracted from lines in another format.

    Returns
    -------
    tuple of Candidate
        The formats that cover any of the sample, best first. The first one is chosen if it fits, that is, covers at
        least `MIN_COVERAGE`. The formats that fit are ranked: a user's own first, those of tables before those of text, general ones, and wrappers of the records of
        one, after those of a certain product, of these those that read events in any list, and fallbacks last; then by how
        deeply their records are nested, by how many of the other fitting formats' samples they accept, and of all formats'
        samples (the fewer, the more specific), then by coverage.
    """
    coverages = _coverages(sample, own, inner=inner)
    fitting = [entry for entry, coverage in coverages.items() if coverage >= _min_coverage(entry, inner=inner)]
    also_matches = {entry: _matched_by(entry, fitting) for entry in fitting}
    own_names = {entry.name for entry in own}

    is_table = _is_table(sample, fitting)

    def rank(entry: Format) -> tuple[bool, bool, bool, bool, int, int]:
        is_own, is_anywhere = entry.name in own_names, isinstance(entry, LogFormat) and entry.anywhere
        general = entry.general or _is_around(entry, fitting)
        is_last = is_fallback(entry) or (is_table and _reads_text(entry))
        return (not is_own, is_last, general, is_anywhere, len(entry.path), len(also_matches[entry]))

    equals = Counter(map(rank, fitting))

    def rank_among_equals(entry: Format) -> tuple[tuple[bool, bool, bool, bool, int, int], int, float]:
        generality = _generality(entry) if equals[rank(entry)] > 1 else 0
        return (rank(entry), generality, -coverages[entry])

    ranked = sorted(fitting, key=rank_among_equals)
    others = sorted((entry for entry in coverages if entry not in also_matches), key=lambda entry: -coverages[entry])
    return tuple(
        Candidate(entry, coverages[entry], also_matches.get(entry, ()), chosen=entry in ranked[:1])
        for entry in (*ranked, *others)
        if coverages[entry] > 0
    )


def _is_table(sample: Sample, fitting: Sequence[Format]) -> bool:
    """Return whether a sample has a header, and a fitting format reads all of the rows below it by the names of its columns."""
    tables = (entry for entry in fitting if isinstance(entry, RecordFormat) and not entry.is_text)
    return not sample.has_json and bool(sample.table) and any(entry.coverage(sample) == 1 for entry in tables)


def _reads_text(entry: Format) -> bool:
    """Return whether a format reads lines of plain text, also where they are the rows of a table."""
    return entry.is_text if isinstance(entry, RecordFormat) else entry.syntax is Syntax.TEXT


def _coverages(sample: Sample, own: tuple[LogFormat, ...], *, inner: bool) -> dict[Format, float]:
    """Return the coverage of every format that matches at least one of a few lines."""
    glance = sample if sample.document is not None else sample.thinned(_GLANCE_LINES, _GLANCE_LINES_OF_A_KIND)
    matching = _lines_set().matches("\n".join(glance.lines)) | _records_set().matches(sample.text)
    plausible = matching | _formats_without_pattern(structured=sample.has_json or bool(sample.table))
    possible = [*own, *(entry for entry in FORMATS if entry in plausible)]
    adapted = (entry.adapted_to(sample) for entry in possible if _is_possible(entry, inner=inner))
    present = (entry for entry in adapted if entry in matching or entry.coverage(glance) > 0)
    return {entry: coverage for entry in present if (coverage := entry.coverage(sample)) > 0}


def _is_possible(entry: Format, *, inner: bool) -> bool:
    """Return whether a format can occur at this place: inside another format, or as a file of its own."""
    return isinstance(entry, LogFormat) if inner else not (isinstance(entry, LogFormat) and entry.inner)


class _PatternSet:
    """Finds those formats whose pattern may match, in one pass over a text.

    Parameters
    ----------
    patterns : mapping of LogFormat or RecordFormat to str
        A regular expression, in RE2's syntax, for the beginning of a line of each format.
    """

    def __init__(self, patterns: Mapping[Format, str]) -> None:
        self._entries = list(patterns)
        self._patterns = regex_set(f"(?m)^(?:{pattern})" for pattern in patterns.values())

    def matches(self, text: str) -> set[Format]:
        """Return the formats whose pattern may match."""
        return {self._entries[number] for number in self._patterns.Match(text) or ()}


@cache
def _lines_set() -> _PatternSet:
    """Return the patterns of the formats of lines of text."""
    entries = [entry for entry in FORMATS if isinstance(entry, LogFormat) and _has_pattern(entry)]
    return _PatternSet({entry: "|".join(entry.lines.first) if entry.lines else entry.pattern for entry in entries})


@cache
def _records_set() -> _PatternSet:
    """Return patterns of the first lines of records of text."""
    return _PatternSet({entry: entry.line for entry in FORMATS if isinstance(entry, RecordFormat) and entry.is_text})


@cache
def _formats_without_pattern(*, structured: bool) -> frozenset[Format]:
    """Return the formats that no pattern rules out, in a sample with JSON or a table, or in one of plain lines."""
    return frozenset(entry for entry in FORMATS if not _has_pattern(entry) and (structured or not _is_structured(entry)))


def _is_structured(entry: Format) -> bool:
    """Return whether the records of a format are JSON objects, or the rows of a table with a header."""
    return isinstance(entry, RecordFormat) or entry.syntax is Syntax.JSON or (entry.syntax is Syntax.CSV and not entry.names)


@cache
def _has_pattern(entry: Format) -> bool:
    """Return whether a format has one pattern for its lines, or for its records, which may span lines."""
    if isinstance(entry, RecordFormat):
        return entry.is_text
    return entry.syntax is Syntax.TEXT and entry.sections is None


def _is_around(entry: Format, fitting: Sequence[Format]) -> bool:
    """Return whether a format wraps messages in which a fitting format of a certain product has its records."""
    depth = len(entry.path)
    return (isinstance(entry, LogFormat) and entry.wraps) and any(
        isinstance(other, RecordFormat) and not other.general and len(other.path) > depth and other.path[:depth] == entry.path
        for other in fitting
    )


def is_fallback(entry: Format) -> bool:
    """Return whether a format is for lines that no other format matches."""
    return isinstance(entry, LogFormat) and entry.fallback


def _min_coverage(entry: Format, *, inner: bool) -> float:
    return _MIN_INNER_FALLBACK_COVERAGE if inner and is_fallback(entry) else MIN_COVERAGE


def _matched_by(entry: Format, fitting: Sequence[Format]) -> tuple[str, ...]:
    """Return the names of the other fitting formats whose samples a format would accept."""
    return tuple(other.name for other in fitting if other is not entry and _accepts_samples_of(entry, other))


@cache
def _generality(entry: Format) -> int:
    """Return the number of other formats whose samples a format would accept."""
    return sum(_accepts_samples_of(entry, other) for other in FORMATS if other is not entry)


@cache
def _accepts_samples_of(entry: Format, other: Format) -> bool:
    """Return whether a format would accept a sample of another one as its own."""
    samples = map(Sample.from_text, (example.text for example in other.samples))
    return any(_coverage_anywhere(entry, sample) >= MIN_COVERAGE for sample in samples)


def _coverage_anywhere(entry: Format, sample: Sample) -> float:
    """Return the share of a sample that a format covers; records may be at another place than in the sample that it was adapted to."""
    return (entry.adapted_to(sample) if isinstance(entry, RecordFormat) else entry).coverage(sample)
