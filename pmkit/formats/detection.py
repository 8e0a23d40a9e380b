"""The table of formats, and the choice of the one that an export is in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from pmkit.core.errors import SourceError
from pmkit.formats.format import Format, LogFormat, RecordFormat
from pmkit.formats.json_documents import beginning, is_document
from pmkit.formats.logs import (
    any_text,
    applications,
    collectors,
    containers,
    databases,
    proxies,
    servers,
    structured,
    web_servers,
)
from pmkit.formats.records import alert_rules, alerts, changes, chat, incidents, metrics, monitoring, pagerduty
from pmkit.formats.sample import Sample

FAMILIES: Final[dict[str, tuple[Format, ...]]] = {
    "Access logs": (*web_servers.FORMATS, *proxies.FORMATS),
    "Application logs": applications.FORMATS,
    "Structured logs": structured.FORMATS,
    "Logs of databases": databases.FORMATS,
    "Logs of servers and systems": servers.FORMATS,
    "Containers and journals": containers.FORMATS,
    "Collected exports": collectors.FORMATS,
    "Any other": any_text.FORMATS,
    "Alerts": (*alerts.FORMATS, *monitoring.FORMATS),
    "Alert rules": alert_rules.FORMATS,
    "Incidents": (*pagerduty.FORMATS, *incidents.FORMATS),
    "Changes": changes.FORMATS,
    "Chat": chat.FORMATS,
    "Metrics": metrics.FORMATS,
}
"""Every known format. Adding one is adding one entry to its module."""

FORMATS: Final[tuple[Format, ...]] = tuple(entry for family in FAMILIES.values() for entry in family)

ENOUGH: Final = 0.6
"""The share of a sample that a format must explain to be chosen."""
_GLANCE: Final = 16


@dataclass(frozen=True)
class Tried:
    """One format that was held against a sample.

    Attributes
    ----------
    entry : LogFormat or RecordFormat
        The format.
    share : float
        What it explains of the sample, 0 to 1.
    takes : tuple of str
        Other fitting formats whose own samples it would take too: it is less specific than they are.
    chosen : bool
        Whether it won.
    """

    entry: Format
    share: float
    takes: tuple[str, ...]
    chosen: bool


def named(name: str, sample: Sample, own: tuple[LogFormat, ...] = ()) -> tuple[Tried, ...]:
    """Return the format called `name`.

    Raises
    ------
    SourceError
        When there is none; the message lists the known ones.
    """
    for entry in (entry.within(sample) for entry in (*own, *FORMATS)):
        if entry.name == name:
            return (Tried(entry, entry.match(sample), (), chosen=True),)
    raise SourceError(f"unknown format {name!r}; known are {', '.join(entry.name for entry in (*own, *FORMATS))}")


def sample_of(text: str) -> Sample:
    """Make a sample of a whole text."""
    lines = text.split("\n")
    if is_document(lines):
        return Sample([], document=beginning(text))
    return Sample(lines)


@cache
def _takes(entry: Format, other: Format) -> bool:
    """Tell whether a format would take another's samples for its own."""
    return any(entry.match(sample_of(example.text)) >= ENOUGH for example in other.samples)


@cache
def _generality(entry: Format) -> int:
    """Count the other formats whose samples it would take for its own."""
    return sum(_takes(entry, other) for other in FORMATS if other is not entry)


def candidates(sample: Sample, own: tuple[LogFormat, ...] = (), *, inner: bool = False) -> tuple[Tried, ...]:
    """Hold every format against a sample, and choose the most specific that explains most of it.

    Parameters
    ----------
    sample : Sample
        A part of the export.
    own : tuple of LogFormat
        Formats that a person wrote; they win over those of the package.
    inner : bool
        Whether the sample was taken out of lines of another format.

    Returns
    -------
    tuple of Tried
        Those that explain any of it, the best first. Chosen is, among those that explain at least
        `ENOUGH`, the one that takes the fewest other formats' samples for its own, of those that
        fit too and then of all; then the one that explains more.
    """
    glance = sample if sample.document is not None else sample.glance(_GLANCE)
    entries = (entry.within(sample) for entry in (*own, *FORMATS))
    hopeful = [entry for entry in entries if _may(entry, inner=inner) and entry.match(_seen(entry, sample, glance)) > 0]
    shares = {entry.name: entry.match(sample) for entry in hopeful}
    fitting = [entry for entry in hopeful if shares[entry.name] >= (0.9 if inner and _is_fallback(entry) else ENOUGH)]
    takes = {
        entry.name: tuple(other.name for other in fitting if other is not entry and _takes(entry, other)) for entry in fitting
    }
    mine = {entry.name for entry in own}

    def rank(entry: Format) -> tuple[bool, bool, int, int, float]:
        specific = (len(takes[entry.name]), _generality(entry) if len(fitting) > 1 else 0)
        return (entry.name not in mine, _is_fallback(entry), *specific, -shares[entry.name])

    ordered = sorted(fitting, key=rank)
    others = sorted((entry for entry in hopeful if entry not in fitting), key=lambda entry: -shares[entry.name])
    return tuple(
        Tried(entry, shares[entry.name], takes.get(entry.name, ()), chosen=bool(ordered) and entry is ordered[0])
        for entry in (*ordered, *others)
        if shares[entry.name] > 0
    )


def _seen(entry: Format, sample: Sample, glance: Sample) -> Sample:
    """Show a few lines, but the text as it stands to a format whose records span lines."""
    return sample if isinstance(entry, RecordFormat) and entry.pattern else glance


def _is_fallback(entry: Format) -> bool:
    return isinstance(entry, LogFormat) and entry.fallback


def _may(entry: Format, *, inner: bool) -> bool:
    return isinstance(entry, LogFormat) if inner else not (isinstance(entry, LogFormat) and entry.inner)


def recognise(sample: Sample) -> Format | None:
    """Choose the format of a sample.

    Examples
    --------
    >>> recognise(Sample(["ts=2026-01-17T03:00:00Z level=info msg=up"])).name
    'logfmt'
    """
    return next((tried.entry for tried in candidates(sample) if tried.chosen), None)
