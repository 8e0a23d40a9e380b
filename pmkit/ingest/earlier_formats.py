"""Remembers which formats were chosen for earlier exports, because the next export is often in one of them."""

from __future__ import annotations

from typing import Final

from pmkit.formats import detection
from pmkit.formats.format import Format, LogFormat
from pmkit.formats.sample import Sample
from pmkit.ingest.layer import Layer

# At most this many formats are tried before all others.
_MOST: Final = 8


class EarlierFormats:
    """The log formats that were chosen for earlier exports, tried first on the next one."""

    def __init__(self) -> None:
        # The latest first, for files of their own and inside other formats.
        self._chosen: dict[bool, list[LogFormat]] = {False: [], True: []}

    def remember(self, entry: Format | None, *, inner: bool) -> None:
        """Remember a format that was chosen."""
        chosen = self._chosen[inner]
        if isinstance(entry, LogFormat) and not entry.fallback and entry not in chosen[:1]:
            self._chosen[inner] = [entry, *(other for other in chosen if other is not entry)][:_MOST]

    def layer_of(self, sample: Sample, *, inner: bool) -> Layer | None:
        """Return a format applied to a sample if it was chosen before, reads every line, and is the most specific one.

        Parameters
        ----------
        sample : Sample
            A sample of an export.
        inner : bool
            Whether it was taken out of another format.

        Returns
        -------
        Layer or None
            The format that trying all formats would choose; None where only that can tell.
        """
        if sample.document is not None or not sample.lines:
            return None
        for entry in self._chosen[inner]:
            layer = Layer(entry, sample)
            if len(layer.records) == len(sample.lines):
                return None if detection.is_refined(entry, sample, inner=inner) else layer
        return None
