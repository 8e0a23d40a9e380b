"""The table of formats, and the choice of the one that an export is in."""

from __future__ import annotations

from typing import Final

from pmkit.errors import SourceError
from pmkit.sources import access, alerts, application, changes, chat, metrics, structured
from pmkit.sources.model import Format, LogFormat, Sample

FORMATS: Final[tuple[Format, ...]] = (
    *access.FORMATS,
    *application.FORMATS,
    *structured.FORMATS,
    *alerts.FORMATS,
    *changes.FORMATS,
    *chat.FORMATS,
    *metrics.FORMATS,
)
"""Every known format. Adding one is adding one entry."""

ENOUGH: Final = 0.6
"""The share of a sample that a format must explain to be chosen."""


def _texts(entry: Format) -> list[str]:
    return [sample.text for sample in entry.samples]


def _rank() -> dict[str, int]:
    """Count for each format how many other formats' samples it would take for its own."""
    samples = {entry.name: [Sample(text.split("\n"), whole=True) for text in _texts(entry)] for entry in FORMATS}
    return {
        entry.name: sum(
            any(entry.match(sample) >= ENOUGH for sample in others) for name, others in samples.items() if name != entry.name
        )
        for entry in FORMATS
    }


_GENERALITY: Final = _rank()


def named(name: str) -> Format:
    """Return the format called `name`.

    Raises
    ------
    SourceError
        When there is none; the message lists the known ones.
    """
    for entry in FORMATS:
        if entry.name == name:
            return entry
    raise SourceError(f"unknown format {name!r}; known are {', '.join(entry.name for entry in FORMATS)}")


def recognise(sample: Sample) -> Format | None:
    """Choose the most specific format that explains most of the sample.

    Parameters
    ----------
    sample : Sample
        The first part of the export.

    Returns
    -------
    Format or None
        None when no format explains at least `ENOUGH` of it. Among those that do, the one
        that takes the fewest other formats' samples for its own wins, then the one that
        explains more.

    Examples
    --------
    >>> recognise(Sample(["ts=2026-01-17T03:00:00Z level=info msg=up"], whole=True)).name
    'logfmt'
    """
    shares = {entry.name: entry.match(sample) for entry in FORMATS}
    fitting = [entry for entry in FORMATS if shares[entry.name] >= ENOUGH]
    return min(fitting, key=lambda entry: (_GENERALITY[entry.name], -shares[entry.name]), default=None)


def is_log(entry: Format) -> bool:
    """Tell whether the format's events go to the `logs` table."""
    return isinstance(entry, LogFormat)
