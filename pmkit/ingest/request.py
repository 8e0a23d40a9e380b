"""What is to be ingested, and what a person said about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pmkit.core import sql
from pmkit.formats.format import LogFormat


@dataclass(frozen=True)
class Request:
    """What is to be ingested, and what a person said about it.

    Attributes
    ----------
    path : Path
        The export.
    timezone : str
        IANA zone of times that carry none.
    service : str or None
        The service, where the lines do not name one.
    format : str or None
        The format's name, where a person gave it.
    service_is_hint, timezone_is_hint : bool
        Whether a person gave them for this export.
    clock_offset_s : float
        Seconds that are added to every time, because the clock went wrong by that.
    member : str or None
        The file of the archive that `path` is.
    formats : tuple of LogFormat
        Formats that a person wrote.
    """

    path: Path
    timezone: str
    service: str | None = None
    format: str | None = None
    service_is_hint: bool = False
    timezone_is_hint: bool = False
    clock_offset_s: float = 0.0
    member: str | None = None
    formats: tuple[LogFormat, ...] = ()


def service_of(request: Request, found: str) -> str:
    """Write the SQL of an event's service: what the line names, and what a person said of the export."""
    named = f"nullif({found}, '')"
    if request.service is None:
        return named
    said = sql.quoted(request.service)
    return said if request.service_is_hint else f"coalesce({named}, {said})"
