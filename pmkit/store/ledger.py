"""What was read from one export."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime


@dataclass(frozen=True)
class Ledger:
    """What was read from one export; nothing is dropped without being counted.

    Attributes
    ----------
    unit : str
        What is counted: lines, or records where the file is one document.
    lines, events, continuation, blank, rejected : int
        `lines = events + continuation + blank + rejected`, where a document is counted in
        records. Header lines count as continuation.
    first, last : datetime or None
        The first and the last time in it, UTC.
    timezone_assumed : bool
        Whether its times carry no zone, so that `timezone` was taken for granted.
    examples : tuple of str
        A few rejected lines with their numbers and reasons.
    dated : str or None
        The day of the file's last change, where missing years or dates follow from it.
    content : str
        A number for the events, which is the same for logs that hold the same, and adds up.
    duplicates : int
        How many of the events stand in another export and are counted there.
    data : str
        The folder beside the ledger's that holds what was read, if it is another.
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
    content: str = "0"
    duplicates: int = 0
    data: str = ""

    @classmethod
    def merged(cls, pieces: Sequence[Ledger]) -> Ledger:
        """Add up what was read from the pieces of one export, in their order."""
        sums = {
            name: sum(getattr(piece, name) for piece in pieces)
            for name in ("lines", "events", "continuation", "blank", "rejected")
        }
        notes = tuple(dict.fromkeys(note for piece in pieces for note in piece.notes))
        examples = tuple(example for piece in pieces for example in piece.examples)[:3]
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
        """Write the ledger as JSON."""
        return json.dumps(asdict(self), default=lambda value: value.isoformat(), indent=1)

    @classmethod
    def from_json(cls, text: str) -> Ledger:
        """Read what `to_json` wrote."""
        known = json.loads(text)
        for name in ("first", "last"):
            known[name] = datetime.fromisoformat(known[name]) if known[name] else None
        return cls(**{**known, "notes": tuple(known["notes"]), "examples": tuple(known["examples"])})
