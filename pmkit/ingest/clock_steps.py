"""Notes on logs whose clock was set back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

from pmkit.core.json_value import JsonValue
from pmkit.core.wording import count, duration
from pmkit.ingest.kept_answers import kept_answer
from pmkit.store.backward_steps import BackwardStep, find_backward_steps
from pmkit.store.part import Part

# A log with fewer events is not examined.
_FEWEST_EVENTS = 80


def note_backward_steps(parts: Sequence[Part], cache: Path) -> list[Part]:
    """Return the parts, with a note on each log whose times go back for good."""
    logs = {part.extent.name: part for part in parts if part.ledger.table == "logs" and part.ledger.events >= _FEWEST_EVENTS}

    def find() -> JsonValue:
        steps = find_backward_steps({name: (part.extent, part.ledger.lines) for name, part in logs.items()})
        return {name: asdict(step) for name, step in steps.items()}

    answer = cast("dict[str, dict[str, Any]]", kept_answer("steps", logs, cache, find))
    steps = {name: BackwardStep(**fields) for name, fields in answer.items()}
    return [_noted(part, steps[part.extent.name]) if part.extent.name in steps else part for part in parts]


def _noted(part: Part, step: BackwardStep) -> Part:
    note = (
        f"its times go back by {duration(step.seconds)} at line {count(step.line)} and pass the same minutes again: was its "
        "clock set back, or do pages of its export overlap? No time was corrected"
    )
    return replace(part, ledger=replace(part.ledger, notes=(*part.ledger.notes, note)))
