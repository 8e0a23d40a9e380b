"""Finds the exports whose inferred years or dates contradict the other exports of their incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple, get_args

from pmkit.incident.confirmed_facts import TimeField
from pmkit.incident.folder import Incident
from pmkit.ingest.request import Request
from pmkit.store.ledger import Ledger
from pmkit.store.part import Part

# An export is beside others if it begins or ends within this time of one of them.
_NEAR: Final = timedelta(days=2)

# Times of day belong to the day of the other exports only if these cover no more than this.
_ONE_DAY: Final = timedelta(hours=36)

# The tables whose exports cover an incident; the history of changes may cover years.
_TABLES: Final = ("logs", "metrics", "alerts", "messages", "spans")


class _Span(NamedTuple):
    """The first and the last time of an export."""

    first: datetime
    last: datetime

    def distance(self, other: _Span) -> timedelta:
        """Return the time between two spans, zero if they overlap."""
        return max(self.first - other.last, other.first - self.last, timedelta())


def confirmed_times(incident: Incident) -> list[datetime]:
    """Return the times of an incident that people confirmed."""
    file = incident.file
    times = [getattr(file.times, name) for name in get_args(TimeField)]
    times += [at for window in file.impact_windows for at in (window.started_at, window.ended_at)]
    return [incident.local(at) for at in times if at is not None]


def redated(requests: Mapping[str, Request], parts: Iterable[Part], confirmed: Sequence[datetime] = ()) -> dict[str, Request]:
    """Return new requests for the exports that lack a year or a date and were dated far from the others; these know better.

    An export's last change tells the year of its times, but a copy of the file does not keep it.

    Parameters
    ----------
    requests : mapping of str to Request
        The exports by source.
    parts : iterable of Part
        The exports as they were read.
    confirmed : sequence of datetime
        Times of the incident that people confirmed.
    """
    ledgers = {part.source: part.ledger for part in parts}
    spans = {source: span for source, ledger in ledgers.items() if (span := _span(ledger))}
    others = [span for source, span in spans.items() if ledgers[source].table in _TABLES and not ledgers[source].lacks]
    others = others or ([_Span(min(confirmed), max(confirmed))] if confirmed else [])
    lacking = {source: span for source, span in spans.items() if ledgers[source].lacks}
    near = {source: _place(span, ledgers[source].lacks, others) for source, span in lacking.items()}
    return {source: replace(requests[source], beside=end.isoformat()) for source, end in near.items() if end}


def _span(ledger: Ledger) -> _Span | None:
    return _Span(ledger.first, ledger.last) if ledger.first and ledger.last else None


def _place(span: _Span, lacks: str, others: Sequence[_Span]) -> datetime | None:
    """Return the end of a span beside which another one lies if dated otherwise; None if it lies beside one, or never does."""
    if not others or any(span.distance(other) <= _NEAR for other in others):
        return None
    if lacks == "date":
        whole = _Span(min(other.first for other in others), max(other.last for other in others))
        return whole.last if whole.last - whole.first <= _ONE_DAY else None
    moved = [(min(other.distance(moved) for moved in _otherwise(span, lacks, other)), other.last) for other in others]
    distance, end = min(moved)
    return end if distance <= _NEAR else None


def _otherwise(span: _Span, lacks: str, other: _Span) -> list[_Span]:
    """Return the spans that an export may have instead: in a year near another one's, or with day and month exchanged."""
    if lacks == "order":
        return [_Span(*sorted((_swapped(span.first), _swapped(span.last))))]
    years = range(other.first.year - span.last.year - 1, other.last.year - span.last.year + 2)
    return [_Span(_later(span.first, years=shift), _later(span.last, years=shift)) for shift in years]


def _swapped(at: datetime) -> datetime:
    return at.replace(month=at.day, day=at.month) if at.day <= at.max.month else at


def _later(at: datetime, years: int) -> datetime:
    leap_day = (at.month, at.day) == (2, 29)
    return at.replace(year=at.year + years, day=28 if leap_day else at.day)
