"""What people confirmed in `incident.yaml`, with times in UTC: windows of the impact, steps of the response, timeline entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import get_args

import pandas as pd

from pmkit.analysis.impact.impact import NO_TIME
from pmkit.analysis.impact.impact_windows import ConfirmedWindow
from pmkit.analysis.impact.time_bins import TimeSpan
from pmkit.analysis.response.moment import Step
from pmkit.analysis.response.timeline import Entry
from pmkit.findings.contract_types import utc
from pmkit.incident.confirmed_facts import TimeField
from pmkit.incident.folder import Incident
from pmkit.incident.written_times import WrittenTime, contains
from pmkit.store.tables import Tables


def confirmed_windows(incident: Incident) -> list[ConfirmedWindow]:
    """Return the stretches of impact that people confirmed: `impact_windows`, or else start and end under `times`."""
    times = incident.file.times
    if incident.file.impact_windows:
        return [
            ConfirmedWindow(_utc(incident, window.started_at), _utc(incident, window.ended_at), window.text or "")
            for window in incident.file.impact_windows
        ]
    start, end = (_utc(incident, at) if at is not None else None for at in (times.started_at, times.ended_at))
    return [ConfirmedWindow(start, end)] if start is not None or end is not None else []


def confirmed_start(incident: Incident) -> pd.Timestamp | None:
    """Return the onset that people confirmed, even where its end is not known."""
    return next((window.start for window in confirmed_windows(incident) if window.start is not None), None)


def confirmed_steps(incident: Incident) -> dict[Step, pd.Timestamp]:
    """Return the times of the response that people confirmed."""
    times = incident.file.times
    steps: dict[Step, datetime | None] = {
        "detected": times.detected_at,
        "acknowledged": times.acknowledged_at,
        "mitigated": times.mitigated_at,
        "resolved": times.resolved_at,
    }
    return {step: _utc(incident, at) for step, at in steps.items() if at is not None}


def written_entries(incident: Incident) -> tuple[Entry, ...]:
    """Return the timeline entries that people wrote.

    One whose time is not known has that of the entry above it, or comes before all others; a day stands below the times of
    that day that are above it in the file.
    """
    return tuple(_written_entries(incident))


def _written_entries(incident: Incident) -> Iterator[Entry]:
    dated = (note.at for note in incident.file.timeline if note.at is not None)
    first = next((_utc(incident, at) for at in dated), None)
    above = first - pd.Timedelta(seconds=1) if first is not None else NO_TIME
    for note, evidence in incident.notes():
        at = _utc(incident, note.at) if note.at is not None else above
        until = _utc(incident, note.until) if note.until is not None else None
        place = max(above, at) if note.at is not None and contains(note.at, above.astimezone(incident.zone)) else None
        yield Entry(
            at, "note", note.text, evidence, note.key, is_dated=note.at is not None, until=until, is_written=True, place=place
        )
        above = place or at


def written_times(incident: Incident) -> Mapping[datetime, WrittenTime]:
    """Return the times that people wrote with their precision, by the time in UTC."""
    file = incident.file
    times = [time for note in file.timeline for time in (note.at, note.until)]
    times += [time for window in file.impact_windows for time in (window.started_at, window.ended_at)]
    times += [getattr(file.times, name) for name in get_args(TimeField)]
    return {incident.local(time).astimezone(UTC): time for time in times if isinstance(time, WrittenTime)}


def known_period(tables: Tables, incident: Incident) -> TimeSpan:
    """Return the first and the last time of anything about an incident that has no logs; `NO_TIME` twice if nothing has one."""
    alerts, messages = tables.alerts, tables.messages
    times = [*alerts["started_at"], *alerts["resolved_at"], *messages["at"]]
    times += [at for window in confirmed_windows(incident) for at in (window.start, window.end)]
    times += [*confirmed_steps(incident).values(), *(entry.at for entry in written_entries(incident) if entry.is_dated)]
    dated = [pd.Timestamp(at) for at in times if at is not None and not pd.isna(at)]
    dated = dated or [pd.Timestamp(at) for at in tables.changes["at"].dropna()]
    return (min(dated), max(dated)) if dated else (NO_TIME, NO_TIME)


def _utc(incident: Incident, at: datetime) -> pd.Timestamp:
    return utc(incident.local(at))
