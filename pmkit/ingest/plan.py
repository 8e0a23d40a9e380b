"""The plan of an export: its formats, and which of them wraps which."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from pmkit.formats.detection import Candidate
from pmkit.formats.format import LogFormat, Syntax
from pmkit.formats.notation import Missing
from pmkit.formats.record_format import RecordFormat
from pmkit.ingest.layer import Layer

UNRECOGNISED: Final = "unrecognised"


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
    def by_lines(self) -> bool:
        """Whether every line is read by itself: it belongs to no table and no document, and no header decides its columns."""
        layers = (*self.wrappers, *self.readers)
        return all(layer.entry.syntax is not Syntax.CSV and not layer.entry.path and not layer.entry.sections for layer in layers)

    @property
    def lacks(self) -> Missing:
        """What some times lack: the year, the date, or the order of day and month; empty if nothing."""
        # Times without a zone inside a wrapper that has times are not used.
        outer = [layer for layer in self.wrappers if layer.notation]
        notations = [layer.notation for layer in outer or self.readers]
        return next((notation.missing for notation in notations if notation and notation.missing), "")

    @property
    def ambiguous(self) -> bool:
        """Whether some times have the abbreviation of a zone that stands for several zones."""
        return any(layer.ambiguous_zones for layer in (*self.wrappers, *self.readers))
