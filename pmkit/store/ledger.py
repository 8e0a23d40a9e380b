"""What was read from one export."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, Self, get_args

CountName = Literal["lines", "events", "continuation", "blank", "rejected"]
# What is counted of every export.
COUNTS: Final[tuple[CountName, ...]] = get_args(CountName)


# At most this many rejected lines of an export are listed, each with this many characters.
MOST_EXAMPLES: Final = 3
_EXAMPLE_CHARACTERS: Final = 120


def example_of(line: int, reason: str, text: str) -> str:
    """Return a rejected line as a ledger lists it.

    Examples
    --------
    >>> example_of(7, "no JSON", "Dear all,")
    '7: no JSON: Dear all,'
    """
    return f"{line}: {reason}: {text[:_EXAMPLE_CHARACTERS]}"


def _merged_notes(notes: Sequence[str]) -> tuple[str, ...]:
    """Return different notes once; those that end with a count and are otherwise the same become one with the sum.

    They are sorted, so that their order does not depend on where an export was divided.

    Examples
    --------
    >>> _merged_notes(["repaired: 2", "NUL bytes", "repaired: 3", "NUL bytes"])
    ('NUL bytes', 'repaired: 5')
    """
    counts: dict[str, int | None] = {}
    for note in notes:
        text, _, count = note.rpartition(": ")
        if count.isdecimal():
            counts[text] = (counts.get(text) or 0) + int(count)
        else:
            counts[note] = None
    return tuple(sorted(text if count is None else f"{text}: {count}" for text, count in counts.items()))


@dataclass(frozen=True)
class Ledger:
    """What was read from one export; every line is accounted for.

    Attributes
    ----------
    format : str
        The name of its format, or of several, see `Plan.name`; of an export that was left out, the type of the file.
    table : str
        The canonical table that it fills; empty if it was left out, because it is certainly no log.
    unit : str
        What is counted: `lines`, `records` where the file is one document, or `rows` where a record holds several.
    lines, events, continuation, blank, rejected : int
        `lines = events + continuation + blank + rejected`, where a document is counted in records or rows. Header lines
        count as continuation, and so do records without a row of their own, such as the end of an alert.
    first, last : datetime or None
        Its first and last time, UTC.
    timezone : str
        The zone in which its times were read; `as written` where they carry one.
    timezone_assumed : bool
        Whether its times carry no zone and nobody set one, so that `timezone` is a guess.
    notes : tuple of str
        What was repaired, assumed or unusual.
    examples : tuple of str
        A few rejected lines with their numbers and reasons.
    dated : str or None
        The day of the file's last change, where missing years or dates were derived from it.
    lacks : str
        What its times lack and was inferred: the `year`, the `date`, or the `order` of day and month; empty if nothing.
    content : str
        A checksum of the events that does not depend on their order; those of several pieces can be added.
    duplicates : int
        How many of the events are also in another export and counted there.
    data : str
        The folder with the rows, below the cache; empty if they are in the ledger's own.
    number : int or None
        The number of the export among those that share the folder with the rows, see `Extent`.
    """

    format: str
    table: str
    unit: str
    lines: int
    events: int
    continuation: int
    blank: int
    rejected: int
    first: datetime | None
    last: datetime | None
    timezone: str
    timezone_assumed: bool
    notes: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    dated: str | None = None
    lacks: str = ""
    content: str = "0"
    duplicates: int = 0
    data: str = ""
    number: int | None = None

    @classmethod
    def left_out(cls, file_type: str, description: str) -> Self:
        """Return the ledger of a file that is no log: none of it is read."""
        return cls(
            format=file_type,
            table="",
            unit="lines",
            lines=0,
            events=0,
            continuation=0,
            blank=0,
            rejected=0,
            first=None,
            last=None,
            timezone="as written",
            timezone_assumed=False,
            notes=(description,),
        )

    @property
    def is_left_out(self) -> bool:
        """Whether nothing of it was read, because it is no log."""
        return not self.table

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader should know about how it was read: the notes, and the zone of times without one."""
        return self.remarks_by("the incident's zone")

    def remarks_by(self, default: str) -> tuple[str, ...]:
        """Return the remarks, with `default` as the description of the zone that was assumed."""
        if self.timezone == "as written":
            return self.notes
        whose = default if self.timezone_assumed else "as set in incident.yaml"
        return (*self.notes, f"timestamps have no time zone; read as {self.timezone}, {whose}")

    @classmethod
    def merged(cls, pieces: Sequence[Self]) -> Self:
        """Return one ledger for several, such as those of the pieces of an export, in order."""
        sums = {name: sum(getattr(piece, name) for piece in pieces) for name in COUNTS}
        notes = _merged_notes([note for piece in pieces for note in piece.notes])
        examples = tuple(example for piece in pieces for example in piece.examples)[:MOST_EXAMPLES]
        return replace(
            pieces[0],
            **sums,
            notes=notes,
            examples=examples,
            first=min((piece.first for piece in pieces if piece.first), default=None),
            last=max((piece.last for piece in pieces if piece.last), default=None),
            content=str(sum(int(piece.content) for piece in pieces)),
        )

    def to_json(self) -> str:
        """Return the ledger as JSON."""
        return json.dumps(vars(self), default=lambda value: value.isoformat())

    @classmethod
    def from_json(cls, text: str) -> Ledger:
        """Return the ledger that `to_json` wrote."""
        fields = json.loads(text)
        for name in ("first", "last"):
            fields[name] = datetime.fromisoformat(fields[name]) if fields[name] else None
        return cls(**{**fields, "notes": tuple(fields["notes"]), "examples": tuple(fields["examples"])})
