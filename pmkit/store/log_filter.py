"""Which log events are asked for, as an SQL condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pmkit.store.text_search import TEXT_MATCHES, as_json

_CONDITIONS: Final = {
    "start": "timestamp >= $start",
    "end": "timestamp < $end",
    "services": "list_contains($services, service)",
    "severities": "list_contains($severities, severity)",
    "source": "source = $source",
    "text": f"({TEXT_MATCHES})",
}


@dataclass(frozen=True)
class LogFilter:
    """Which log events are asked for; what is empty does not narrow them.

    Attributes
    ----------
    start, end : datetime or None
        Only events from `start` up to but not including `end`; with a time zone.
    services, severities : sequence of str
        Only these services; only these severities.
    source : str
        Only this export.
    text : str
        Only events whose message, path or attributes contain the text, in any case, or whose client or trace ID it is.
    is_error : str
        The error rule as a SQL condition, see `ErrorRule.sql`, if only errors are asked for.
    """

    start: datetime | None = None
    end: datetime | None = None
    services: Sequence[str] = ()
    severities: Sequence[str] = ()
    source: str = ""
    text: str = ""
    is_error: str = ""

    def condition(self) -> tuple[str, dict[str, object]]:
        """Return the SQL condition on events, with the values of its parameters."""
        values = {name: value for name in _CONDITIONS if (value := getattr(self, name))}
        conditions = [_CONDITIONS[name] for name in values]
        if self.is_error:
            conditions.append(f"coalesce({self.is_error}, false)")
        if self.text:
            del values["text"]
            values |= {"text": self.text, "text_lower": self.text.lower(), "text_json": as_json(self.text)}
        return " AND ".join(conditions) or "true", {
            name: list(value) if isinstance(value, tuple | list) else value for name, value in values.items()
        }
