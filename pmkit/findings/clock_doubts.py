"""Logs whose time zone cannot be right, and clocks that differ."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final, NamedTuple

import pandas as pd

from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.impact.time_bins import TimeSpan
from pmkit.core.wording import count, duration

# Zones differ by multiples of a quarter of an hour.
_STEP_S: Final = 900
# Without shared requests, a shift cannot be measured more precisely than this.
_COARSE_STEP_S: Final = 1800
_FARTHEST_S: Final = 14 * 3600
_FEWEST_SHARED: Final = 20
_SKEW_S: Final = 1.0
_FEWEST_ERRORS: Final = 5
# The failures of two logs are compared if each has so many, and are apart if they are so many seconds apart at both ends.
_FEWEST_COMPARED: Final = 20
_NEAREST_S: Final = 60
_FARTHEST_APART_S: Final = 7200
# The shifts at both ends are the same if they differ by no more than this, seconds, or this share of the stretch.
_SAME_SHIFT_S: Final = 20
_SAME_SHIFT: Final = 0.05
_ZONES: Final = (
    "UTC", "Europe/London", "Europe/Berlin", "Europe/Athens", "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo", "Australia/Sydney",
    "America/Sao_Paulo", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
)  # fmt: skip


class LogTimes(NamedTuple):
    """The zone in which the times of a log were read, and its first and last time."""

    source: str
    timezone: str
    first: pd.Timestamp
    last: pd.Timestamp


def zone_shift(log: LogTimes, own: pd.DataFrame, judged: pd.DataFrame, impact: Impact) -> tuple[float, str] | None:
    """Return by how many seconds a log without zones is ahead of the others, and what shows it; None if it is not.

    Parameters
    ----------
    log : LogTimes
        The log.
    own : DataFrame
        How far its clock differs from those of other logs, rows of `Store.clock_skew`.
    judged : DataFrame
        Counts of events and errors of all logs, columns of `schema.JUDGED`.
    impact : Impact
        The impact.
    """
    if log.timezone == "as written":
        return None
    shared = own[own["requests"] >= _FEWEST_SHARED].sort_values("requests", ascending=False)
    if len(shared):
        best = shared.iloc[0]
        shift_s = round(best["ahead_s"] / _STEP_S) * _STEP_S
        evidence = f"{count(best['requests'])} requests it shares with {best['other_source']}"
        return (shift_s, evidence) if shift_s and abs(best["ahead_s"] - shift_s) < _STEP_S / 3 else None
    return _by_errors(log.source, judged, impact) or _by_span(log, impact)


def _by_errors(source: str, judged: pd.DataFrame, impact: Impact) -> tuple[float, str] | None:
    """Return the shift that would move most errors of a log into the impact, if few of them are in it now."""
    errors = judged[(judged["source"] == source) & judged["is_error"]]
    if not impact.detected or source in impact.measured_on.sources or errors["events"].sum() < _FEWEST_ERRORS:
        return None
    begin, end = impact.start - pd.Timedelta(minutes=2), impact.end + pd.Timedelta(minutes=2)

    def share_inside(ahead_s: int) -> float:
        shifted = errors["bin"] - pd.Timedelta(seconds=ahead_s)
        return float(errors.loc[shifted.between(begin, end), "events"].sum() / errors["events"].sum())

    shifts = sorted(range(-_FARTHEST_S, _FARTHEST_S + 1, _COARSE_STEP_S), key=abs)
    best = max(shifts, key=share_inside)
    if share_inside(0) >= 0.2 or share_inside(best) <= 0.6:
        return None
    return best, "its errors, which would otherwise fall outside the impact"


def _by_span(log: LogTimes, impact: Impact) -> tuple[float, str] | None:
    """Return the shift that would align the middle of a log with that of the data, if the two do not overlap."""
    if log.first <= impact.data_end and log.last >= impact.data_start:
        return None
    distance = log.first + (log.last - log.first) / 2 - (impact.data_start + (impact.data_end - impact.data_start) / 2)
    shift_s = round(distance.total_seconds() / _COARSE_STEP_S) * _COARSE_STEP_S
    return (shift_s, "its time span, which does not overlap theirs") if abs(shift_s) <= _FARTHEST_S else None


def describe_shift(log: LogTimes, ahead_s: float, evidence: str) -> str:
    """Return a remark that names the zone that would align a log."""
    offset = _offset(log.first, log.timezone) + timedelta(seconds=ahead_s)
    minutes = round(offset.total_seconds() / 60)
    written = f"UTC{'+' if minutes >= 0 else '−'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    fitting = [name for name in _ZONES if _offset(log.first, name) == offset]
    example = f", for example {fitting[0]}," if fitting else ""
    where = "ahead of" if ahead_s > 0 else "behind"
    return (
        f"read in {log.timezone}, its timestamps are {duration(abs(ahead_s))} {where} the other logs, as shown by {evidence}; "
        f"{written}{example} would align them (set timezone under sources in incident.yaml)"
    )


def _offset(at: pd.Timestamp, zone: str) -> timedelta:
    return at.tz_convert(zone).utcoffset() or timedelta()


def clock_skew(own: pd.DataFrame) -> Iterator[str]:
    """Yield a remark if a log's clock differs from another's by more than its requests take."""
    if own.empty:
        return
    apart = own[(own["requests"] >= _FEWEST_SHARED) & (own["ahead_s"].abs() > _SKEW_S + own["median_duration_s"])]
    apart = apart[apart["ahead_s"] > 0].sort_values("requests", ascending=False)
    for _, row in apart.head(1).iterrows():
        yield (
            f"its clock is {row['ahead_s']:.1f} s ahead of that of {row['other_source']}, "
            f"as shown by {count(row['requests'])} shared requests; the times were not corrected "
            f"(to correct them, set clock_offset_s: {-row['ahead_s']:.1f} under sources in incident.yaml)"
        )


def failures_apart(judged: pd.DataFrame) -> dict[str, str]:
    """Return a remark on each log whose failures are those of another one but for a shift, as with clocks that differ.

    Parameters
    ----------
    judged : DataFrame
        Counts of events and errors of all logs, columns of `schema.JUDGED`.
    """
    stretches = [
        (*stretch, source) for source, rows in judged[judged["is_error"]].groupby("source") if (stretch := _failing(rows))
    ]
    if not stretches:
        return {}
    (first, last, other), *later = sorted(stretches)
    tolerance_s = max(_SAME_SHIFT_S, _SAME_SHIFT * (last - first).total_seconds())
    remarks = {}
    for begin, end, source in later:
        at_begin_s, at_end_s = (begin - first).total_seconds(), (end - last).total_seconds()
        if abs(at_end_s - at_begin_s) <= tolerance_s and _NEAREST_S <= min(at_begin_s, at_end_s) <= _FARTHEST_APART_S:
            ahead = duration(round(at_begin_s / 2 + at_end_s / 2, -1))
            remarks[str(source)] = (
                f"its failures begin and end about {ahead} later than those of {other}: did one fail after the other, or is its "
                "clock ahead? No time was corrected (to correct them, set clock_offset_s under sources in incident.yaml)"
            )
    return remarks


def _failing(errors: pd.DataFrame) -> TimeSpan | None:
    """Return between which times nearly all failures of a log lie; None if there are too few to say."""
    if errors["events"].sum() < _FEWEST_COMPARED:
        return None
    ordered = errors.sort_values("first_at")
    shares = ordered["events"].cumsum() / ordered["events"].sum()
    first, last = (ordered.loc[shares >= share, "first_at"].iloc[0] for share in (0.02, 0.98))
    return first, last
