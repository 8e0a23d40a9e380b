"""An export to be ingested, with the hints on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pmkit.core import sql
from pmkit.formats.format import LogFormat


@dataclass(frozen=True)
class Request:
    """An export to be ingested, with the hints on it.

    Attributes
    ----------
    path : Path
        The export.
    timezone : str
        IANA zone of times that carry none.
    service : str or None
        The service of lines that do not name one.
    format : str or None
        The format's name, if a person named it.
    service_is_hint, timezone_is_hint : bool
        Whether a person named them for this export.
    clock_offset_s : float
        Seconds to add to every time, because the clock was wrong by that much.
    member : str or None
        The file in the archive, if `path` is one.
    formats : tuple of LogFormat
        Formats that a person wrote.
    beside : str or None
        The end of other exports of the incident, in ISO 8601, for an export whose times lack the year or the date; None
        if the file's last change fits.
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
    beside: str | None = None

    @property
    def end_beside(self) -> datetime | None:
        """The moment that `beside` names."""
        return None if self.beside is None else datetime.fromisoformat(self.beside)


def service_sql(request: Request, service: str) -> str:
    """Return the SQL of an event's service, from the service that its line names and that of the request.

    Examples
    --------
    >>> service_sql(Request(Path("a.log"), "UTC", service="shop"), "f.service")
    "coalesce(nullif(f.service, ''), 'shop')"
    """
    named = f"nullif({service}, '')"
    if request.service is None:
        return named
    return preferred_service(named, sql.quoted(request.service), is_hint=request.service_is_hint)


def preferred_service(named: str, requested: str, *, is_hint: bool) -> str:
    """Return the SQL of the service that wins: the one that a line names, unless a person named one for the export.

    Examples
    --------
    >>> preferred_service("service", "'shop'", is_hint=False)
    "coalesce(service, 'shop')"
    """
    return requested if is_hint else f"coalesce({named}, {requested})"
