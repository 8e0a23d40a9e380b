"""Selects log events in the words of a notebook: times as people type them, services and severities by name."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

import pandas as pd

from pmkit.core.errors import InputError
from pmkit.core.near_names import did_you_mean
from pmkit.core.schema import SEVERITIES
from pmkit.core.wording import count, listing
from pmkit.findings.redacted import redact
from pmkit.incident.typed_times import is_time_of_day, typed_time
from pmkit.store.log_filter import LogFilter

if TYPE_CHECKING:
    from pmkit.findings.findings import Findings

TypedTime = str | datetime | None
Names = str | Sequence[str]

_MOST_LISTED: Final = 8


def select_logs(
    findings: Findings,
    start: TypedTime,
    end: TypedTime,
    *,
    service: Names,
    severity: Names,
    text: str,
    errors_only: bool,
    limit: int,
) -> pd.DataFrame:
    """Return log events, redacted; see `Findings.logs`."""
    if findings.audience == "public":
        raise InputError("public findings contain no log lines; call logs() on those that investigate() returned")
    if not isinstance(text, str):
        raise InputError(f"text: expected a text to search for, got {text!r}")
    if not isinstance(limit, int) or limit < 1:
        raise InputError(f"limit: expected a whole number of at least 1, got {limit!r}")
    begin, until = read_window(findings, start, end)
    services = _names("service", service)
    if services:
        _require(services, findings.store.services(), "service", "the logs name no services")
    severities = tuple(name.upper() for name in _names("severity", severity))
    _require(severities, SEVERITIES, "severity")
    rule = findings.incident.file.errors.sql
    asked = LogFilter(begin, until, services, severities, text=text.strip(), is_error=rule if errors_only else "")
    lines = findings.store.select_logs(asked, limit)
    if lines.attrs["events"] > limit:
        warnings.warn(
            f"these are the earliest {count(limit)} of {count(lines.attrs['events'])} events; "
            "narrow them down, or pass a larger limit",
            stacklevel=3,
        )
    return redact(lines, findings.incident)


def read_window(findings: Findings, start: TypedTime, end: TypedTime) -> tuple[datetime | None, datetime | None]:
    """Return the times that somebody typed, UTC; None where a time is None.

    A time of day is one on the day of the impact, or on the first of its days on which the impact lasted at that time. As
    the end, it is the first such time after the start.

    Raises
    ------
    InputError
        When one of them is not a time, or when the end is not after the start.
    """
    zone = findings.zone
    begin = None if start is None else _read("start", start, findings)
    if end is None:
        return begin, None
    if begin is None or not is_time_of_day(end):
        until = _read("end", end, findings, is_end=True)
    else:
        day = begin.astimezone(zone).date()
        days = (_on_day("end", end, findings, day + timedelta(days=more)) for more in (-1, 0, 1, 2))
        until = next(at for at in days if at > begin)
    if begin is not None and until <= begin:
        raise InputError(f"end: {end} is not after the start, {start}")
    return begin, until


def _read(name: str, value: str | datetime, findings: Findings, *, is_end: bool = False) -> datetime:
    impact = findings.impact
    first, last = (at.astimezone(findings.zone).date() for at in (impact.start, impact.end))
    if is_time_of_day(value):
        days = (first + timedelta(days=more) for more in range((last - first).days + 1))
        during = (_on_day(name, value, findings, day) for day in days)
        inside = next((at for at in during if impact.start <= at <= impact.end), None)
        if inside is not None:
            return inside
    return _on_day(name, value, findings, first, is_end=is_end)


def _on_day(name: str, value: str | datetime, findings: Findings, day: date, *, is_end: bool = False) -> datetime:
    try:
        return typed_time(value, findings.zone, day, is_end=is_end)
    except ValueError as wrong:
        raise InputError(f"{name}: {wrong}") from wrong


def _names(name: str, value: Names) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, Sequence) or not all(isinstance(each, str) for each in names):
        raise InputError(f"{name}: expected a name or several, got {value!r}")
    return tuple(each for each in names if each)


def _require(names: Sequence[str], known: Sequence[str], kind: str, without: str = "") -> None:
    """Raise InputError if a name is not there, with those that are near or else those that are there."""
    for name in names:
        if name not in known:
            there = f"; there are {listing(list(known), _MOST_LISTED)}" if known else f"; {without}"
            raise InputError(f"{kind}: there is no {name!r}{did_you_mean(name, known) or there}")
